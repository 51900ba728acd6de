"""Proportionality: a safeguard that caps what any one sanction may take.

For whoever is covered no day takes more than ``points`` from the score, however much was filed on it, and no
listing or detention lasts longer than ``term`` from the day on which it begins, or from the day on which the
cap comes. A stay that would end with daily chance q lasts (1 - (1 - q)**term)/q days on average instead of
1/q. Where two caps hold the stricter one counts.

Left out: sanctions that are small each and many; a day is the unit here, not a decision.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from glasstown.core.columns import POINT
from glasstown.core.cover import protect
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.units import Assumed, Unit
from glasstown.core.vocabulary import LOSS_CAP, TERM_CAP


class Proportionality(Mechanism):
    """The most that one sanction may take, and for whom."""

    neutral: ClassVar[dict[str, object]] = {"strength": 0.0}

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full strength shows what the rule itself can do; a part is authorities that keep to it", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of people, always the same ones, to whom the caps apply."""

    points: Annotated[float, Field(ge=0, le=1000), Unit("point"), Assumed(
        "four traffic tickets (5, A14), well below a default on a loan (150, A30); 0 is no cap", 5, 100
    )] = 20.0  # fmt: skip
    """Most points that one day may take; 0 for as many as the rulebook says."""

    term: Annotated[int, Field(ge=0, le=60_000), Unit("day"), Assumed(
        "half of the shortest statutory listing, two years (spc-2017, B18); 0 is no cap", 30, 730
    )] = 365  # fmt: skip
    """Longest listing or detention; 0 for as long as others say."""

    def steps(self) -> tuple[Step, ...]:
        """Say in the morning to whom the caps apply."""
        return (Step("proportionality.cap", Phase.ACT, self._cap, writes=(LOSS_CAP, TERM_CAP)),)

    def _cap(self, view: View, now: Now) -> None:
        protect(view, now, LOSS_CAP, self.strength, min(round(self.points * POINT), 65_535))
        protect(view, now, TERM_CAP, self.strength, self.term)
