"""Review: a safeguard by which a person looks at a match or a flag before anything follows from it.

For whoever is covered the reviewer strikes a false match with chance ``recall``, and a true one by mistake
with chance ``slip``; both are drawn anew each day and hold for all that is reviewed on it. What is struck is
not entered, nobody is told, and the diary says so. With a share p of matches right, a share
p (1 - slip) / (p (1 - slip) + (1 - p)(1 - recall)) of those entered is.

Left out: what a reviewer costs, that rare errors are harder to see, that reviewers come to trust the machine.
"""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from glasstown.core.kernels import BLOCK, kernel
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import CERTAIN, fill, threshold, when
from glasstown.core.typing import U32, U64, U16s, U32s
from glasstown.core.units import Assumed, Unit
from glasstown.core.vocabulary import SHIELDS, Shield

_FALSE, _TRUE = int(Shield.DISMISS_FALSE), int(Shield.DISMISS_TRUE)


class Review(Mechanism):
    """Whose matches and flags a person looks at, and how well."""

    neutral: ClassVar[dict[str, object]] = {"strength": 0.0}

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full strength is a reviewer for every match; a part is offices that have one", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of people, always the same ones, whose matches and flags are reviewed."""

    recall: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "from a rubber stamp to a careful second look; people compare unfamiliar faces badly", 0.0, 1.0
    )] = 0.7  # fmt: skip
    """Chance that a reviewer sees that a match or a flag is false."""

    slip: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "a true match taken for a false one; as rare as errors of routine are", 0.0, 0.3
    )] = 0.05  # fmt: skip
    """Chance that a reviewer strikes a true one."""

    def steps(self) -> tuple[Step, ...]:
        """Say in the morning what a reviewer would see today."""
        return (Step("review.look", Phase.ACT, self._look, adds=(SHIELDS,)),)

    def _look(self, view: View, now: Now) -> None:
        if self.strength > 0:
            look(view.ids, view[SHIELDS], now.key, now.day, now.purpose("cover"), now.purpose("eye"),
                 threshold(self.strength), threshold(self.recall), threshold(self.slip))  # fmt: skip


@kernel
def look(
    ids: U32s, shields: U16s, key: U64, day: int, trait: U32, eye: U32, strength: U64, recall: U64, slip: U64
) -> None:  # fmt: skip
    """Set the two bits of those covered: word one of the day for a false match, word two for a true one."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        who, told = ids[first : first + n], shields[first : first + n]
        bits = np.zeros(BLOCK, np.uint16)
        fill(key, who, when(day, 0), eye, one[:n], two[:n])
        for k in range(n):
            bits[k] = (_FALSE if one[k] < recall else 0) | (_TRUE if two[k] < slip else 0)
        if strength != CERTAIN:
            fill(key, who, when(0, 0), trait, one[:n], two[:n])
        for k in range(n):
            told[k] |= bits[k] if (strength == CERTAIN) | (one[k] < strength) else np.uint16(0)
