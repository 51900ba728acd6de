"""Curfew: who is out after the hour may be met by a patrol, is told off, and will expect it the next time."""

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

import glasstown as gt
from glasstown.core.kernels import BLOCK
from glasstown.core.rng import fill, threshold, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s
from glasstown.core.vocabulary import AGE, NOTICES

MET = gt.Column("met", np.uint16, "1", "nights on which a patrol met the person")


class Curfew(gt.Mechanism):
    neutral: ClassVar[dict[str, object]] = {"patrol": 0.0}
    patrol: Annotated[float, Field(ge=0, le=1), gt.Unit("1/day"), gt.Assumed("invented", 0, 0.1)] = 0.002
    """Chance that somebody of 15 or more is out after the hour and is met."""

    def steps(self) -> tuple[gt.Step, ...]:
        return (gt.Step("curfew.meet", gt.Phase.OBSERVE, self._meet, (AGE,), writes=(MET,), adds=(NOTICES,)),)

    def _meet(self, view: Any, now: Any) -> None:
        chance = threshold(self.patrol)
        meet(view.ids, view[AGE], view[MET], view[NOTICES], now.key, now.day, now.purpose("patrol"), chance)


@gt.kernel
def meet(ids: U32s, age: U8s, met: U16s, told: U8s, key: U64, day: int, purpose: U32, chance: U64) -> None:
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for a in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - a)
        fill(key, ids[a : a + n], when(day, 0), purpose, one[:n], two[:n])
        for i in range(a, a + n):
            if one[i - a] < chance and age[i] >= 15:
                met[i] += 1
                told[i] += 1
