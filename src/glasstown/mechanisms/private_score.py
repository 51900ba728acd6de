"""Private score: a safeguard by which the score is shown to nobody but its owner.

Who is covered has no score on show: dating sites, neighbours and friends see nothing to choose by. The
scorer and those whose gates read it by right go on seeing it.

Left out: people who show their own score because it is high, so that hiding one says something too.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from glasstown.core.cover import protect
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.units import Assumed, Unit
from glasstown.core.vocabulary import SHIELDS, Shield


class PrivateScore(Mechanism):
    """Whose score is not on show."""

    neutral: ClassVar[dict[str, object]] = {"strength": 0.0}

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full strength is no public display; a part is people who may opt out", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of people, always the same ones, whose score nobody else sees."""

    def steps(self) -> tuple[Step, ...]:
        """Say in the morning who is covered."""
        return (Step("private_score.cover", Phase.ACT, self._cover, adds=(SHIELDS,)),)

    def _cover(self, view: View, now: Now) -> None:
        protect(view, now, SHIELDS, self.strength, Shield.PRIVATE)
