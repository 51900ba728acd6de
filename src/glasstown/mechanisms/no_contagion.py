"""No contagion: a safeguard by which nobody's score depends on the company that he or she keeps.

The weight of friends' scores is 0 for whoever is covered: in Friedkin and Johnsen's S = (1 - a) merit + a W S
the row of a person covered has a = 0. Others still depend on their friends, and so on people covered.

Left out: that others avoid company for other reasons than points.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from glasstown.core.cover import protect
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.units import Assumed, Unit
from glasstown.core.vocabulary import SHIELDS, Shield


class NoContagion(Mechanism):
    """Whose score is his or her own."""

    neutral: ClassVar[dict[str, object]] = {"strength": 0.0}

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full strength is a score without friends; a part is people who may object", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of people, always the same ones, on whom the company they keep has no effect."""

    def steps(self) -> tuple[Step, ...]:
        """Say in the morning who is covered."""
        return (Step("no_contagion.cover", Phase.ACT, self._cover, adds=(SHIELDS,)),)

    def _cover(self, view: View, now: Now) -> None:
        protect(view, now, SHIELDS, self.strength, Shield.ALONE)
