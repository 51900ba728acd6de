"""A study: claims put to the test over many draws of what is assumed, and all that was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from glasstown.lab.claim_check import Checked
from glasstown.lab.compare import Pair
from glasstown.lab.design import Design
from glasstown.lab.frontier import Package
from glasstown.lab.price import Price
from glasstown.lab.readings import Readings
from glasstown.lab.verdict import Verdict
from glasstown.lab.verification.bands import Placed


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
