"""Children: a safeguard by which no sanction reaches a minor, for its own acts or its parents' standing.

Whoever is covered loses no points, is not listed or detained, keeps the better school and every other right
that hangs on a score or a list, whatever the adults of the household did. Gains stay.

Left out: what a child loses because its parents lose income, work or liberty.
"""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from glasstown.core.kernels import BLOCK, kernel
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import CERTAIN, fill, threshold, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s
from glasstown.core.units import Assumed, Estimated, Unit
from glasstown.core.vocabulary import AGE, SHIELDS, Shield

_MINOR = int(Shield.MINOR)


class Children(Mechanism):
    """Which minors no sanction may reach."""

    neutral: ClassVar[dict[str, object]] = {"strength": 0.0}

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full strength is a rule for all minors; a part is authorities that keep to it", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of minors, always the same ones, whom no sanction reaches."""

    until_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Estimated(
        "rongcheng-2016", "article 3: residents of 18 and more have a score (A13)", 14, 18
    )] = 18  # fmt: skip
    """Age from which a person is no minor."""

    def steps(self) -> tuple[Step, ...]:
        """Say in the morning who is covered."""
        return (Step("children.cover", Phase.ACT, self._cover, reads=(AGE,), adds=(SHIELDS,)),)

    def _cover(self, view: View, now: Now) -> None:
        if self.strength > 0 and self.until_age > 0:
            cover(view.ids, view[AGE], view[SHIELDS], now.key, now.purpose("cover"), threshold(self.strength),
                  self.until_age)  # fmt: skip


@kernel
def cover(ids: U32s, age: U8s, shields: U16s, key: U64, purpose: U32, strength: U64, until: int) -> None:
    """Set the bit of those below age ``until`` whose permanent draw is below ``strength``."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    all_ = strength == CERTAIN
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        years, told = age[first : first + n], shields[first : first + n]
        if not all_:
            fill(key, ids[first : first + n], when(0, 0), purpose, one[:n], two[:n])
        for k in range(n):
            told[k] |= np.uint16(_MINOR if (years[k] < until) & (all_ | (one[k] < strength)) else 0)
