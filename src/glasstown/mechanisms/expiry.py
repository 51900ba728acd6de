"""Expiry: a safeguard that has records erased when they have stood for longer than the law allows.

Every record, true or false, is due after ``limit`` days; a registry that obeys erases it on the next day,
so that no record of a person with an obedient registry stands longer. With ``strength`` 1 the files are
those of a registry whose own retention is ``limit``. Renewal stays the registry's matter: what starts
its time again there is not old here.

Left out: what an erased record has already done (points, rights), except that a false one is made good;
copies kept elsewhere; anybody's having to ask.
"""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import CERTAIN, fill, threshold, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s
from glasstown.core.units import Assumed, Unit
from glasstown.core.vocabulary import ERASURES, MISRECORDED_SINCE, RECORDED_SINCE, Erasure

Whole = int | np.int64

_EXPIRED, _MISEXPIRED = int(Erasure.EXPIRED), int(Erasure.MISEXPIRED)
_DAYS = 0xFFFF


class Expiry(Mechanism):
    """A limit to how long records may stand, and how many registries keep to it."""

    neutral: ClassVar[dict[str, object]] = {"limit": 0}

    limit: Annotated[int, Field(ge=0, le=60_000), Unit("day"), Assumed(
        "a year, half of the shortest statutory listing (B18); 0 is no limit", 30, 1095
    )] = 365  # fmt: skip
    """Days that a record may stand; 0 for as long as the registry likes."""

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full obedience shows what the rule itself can do; practice is slower (B19)", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of people whose registry obeys, always the same ones."""

    def steps(self) -> tuple[Step, ...]:
        """Order the erasure of what is too old."""
        return (
            Step("expiry.order", Phase.RESPOND, self._order, reads=(RECORDED_SINCE, MISRECORDED_SINCE),
                 adds=(ERASURES,)),
        )  # fmt: skip

    def _order(self, view: View, now: Now) -> None:
        if self.limit > 0 and self.strength > 0:
            order(view.ids, view[RECORDED_SINCE], view[MISRECORDED_SINCE], view[ERASURES], now.key, now.day,
                  now.purpose("obey"), self.limit, threshold(self.strength))  # fmt: skip


@rule
def due(since: Whole, day: int, limit: int) -> bool:
    """Whether a record since ``since`` (day + 1) will have stood ``limit`` days tonight.

    Differences of days are taken modulo 65,536: a record may be older than the run.
    """
    return bool((since != 0) & (((day + 2 - np.int64(since)) & _DAYS) >= limit))


@kernel
def order(
    ids: U32s, recorded: U16s, misrecorded: U16s, erasures: U8s, key: U64, day: int, obey: U32, limit: int,
    t_strength: U64,
) -> None:  # fmt: skip
    """Add to ``erasures`` what is due of every person whose registry obeys; draws only where some do not."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    mark = np.empty(BLOCK, np.uint8)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        old, misold = recorded[first : first + n], misrecorded[first : first + n]
        told = erasures[first : first + n]
        found = 0
        for k in range(n):
            mark[k] = due(old[k], day, limit) * _EXPIRED | due(misold[k], day, limit) * _MISEXPIRED
            found |= mark[k]
        if found == 0:
            continue
        if t_strength != CERTAIN:
            fill(key, ids[first : first + n], when(0, 0), obey, one[:n], two[:n])
        for k in range(n):
            if mark[k] != 0 and (t_strength == CERTAIN or one[k] < t_strength):
                told[k] |= mark[k]
