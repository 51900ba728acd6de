"""A study: claims put to the test over many draws of what is assumed, and all that was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glasstown.lab.claim_check import Checked
from glasstown.lab.compare import Pair
from glasstown.lab.design import Design
from glasstown.lab.frontier import Package
from glasstown.lab.grids import of_claim
from glasstown.lab.price import Price
from glasstown.lab.readings import Readings
from glasstown.lab.swept import design_table
from glasstown.lab.tidy import readings_table, verdicts_table
from glasstown.lab.verdict import Verdict
from glasstown.lab.verification.bands import Placed
from glasstown.store.frames import Frame, as_frame


@dataclass(frozen=True, slots=True)
class Facts:
    """What a study was: how much was lived, of which release, and when.

    ``draws`` of what is assumed, ``most`` of them asked for; ``people`` of each town, ``runs`` lived and
    ``failed`` by reason; ``dated`` is a day in ISO form, given when the study was begun, or "".
    """

    draws: int
    most: int
    people: int
    replicates: tuple[int, int]
    runs: int
    failed: Mapping[str, int]
    seed: int
    release: str
    epoch: int
    dated: str

    @property
    def complete(self) -> bool:
        """Whether all draws asked for were lived."""
        return self.draws >= self.most


@dataclass(frozen=True, eq=False)
class Study:
    """All that was found, in memory. ``verdicts`` are in the order of ``claims``.

    ``arms`` maps a claim's id and the name of one of its arms to the name by which ``readings`` know it: an
    arm that several claims share is lived once. ``twins`` are one town without and with the system, with the
    values that are shipped, whose lives are told. ``packages``, ``price`` and ``bands`` may be missing.
    """

    folder: Path
    claims: tuple[Checked, ...]
    arms: Mapping[tuple[str, str], str]
    design: Design
    readings: Readings
    verdicts: tuple[Verdict, ...]
    facts: Facts
    packages: tuple[Package, ...] = ()
    price: Price | None = None
    bands: tuple[Placed, ...] = ()
    twins: Pair | None = None

    def verdict(self, claim: str) -> Verdict:
        """The verdict on a claim by its id. Raises KeyError."""
        for each in self.verdicts:
            if each.claim == claim:
                return each
        raise KeyError(claim)

    def checked(self, claim: str) -> Checked:
        """A claim by its id, with the scenarios of its arms. Raises KeyError."""
        for each in self.claims:
            if each.claim.id == claim:
                return each
        raise KeyError(claim)

    def frame(self, kind: Frame = "pandas") -> Any:
        """What was read: draw, replicate, claim, arm, expression, unit, value; one row for each run lived.

        Raises StoreError where the library is not installed.
        """
        return as_frame(readings_table(self.claims, self.arms, self.readings), kind)

    def judged(self, kind: Frame = "pandas") -> Any:
        """The verdicts, one row a claim (``lab.tidy.VERDICT`` tells the columns). Raises as ``frame``."""
        return as_frame(verdicts_table(self.verdicts), kind)

    def drawn(self, kind: Frame = "pandas") -> Any:
        """What was drawn: draw, parameter, value, low, high. Raises as ``frame``."""
        return as_frame(design_table(self.design), kind)

    def grid(self, claim: str) -> Any:
        """What was read for a claim, as an ``xarray.Dataset`` over draw, replicate and arm.

        One variable for each expression that decides the claim or is shown beside it, with ``units`` and
        ``long_name``. Along ``draw`` lie what was drawn, in its unit, and ``state`` and ``margin`` of the
        claim. Raises KeyError for a claim that is not in the study; StoreError without xarray.
        """
        found = self.checked(claim)
        drawn = design_table(self.design, found.scenarios.values())
        return of_claim(found, self.arms, self.readings, drawn, self.verdict(claim))
