"""Audit: a safeguard by which errors in files are looked for, mended, and the officer who errs is known.

Each day a file that is covered is audited with chance 1/``interval``; a wrong record on it is found with
chance ``found`` and erased, and what it cost is given back. A wrong record that would stand R days then
stands m = (1 - (1 - a)**R)/a days, a = ``found``/``interval``, and the share of people with one falls from
h R/(1 + h R) to h' m/(1 + h' m). An officer whose name stands beside an entry errs less: h' is the part of h
that ``registry`` says (its ``care``).

Left out: what audits cost, auditors who err or are told what to find, and true records.
"""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from glasstown.core.cover import protect
from glasstown.core.kernels import kernel
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import CERTAIN, draw, threshold, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s
from glasstown.core.units import Assumed, Unit
from glasstown.core.vocabulary import ERASURES, MISRECORDED_SINCE, SHIELDS, Erasure, Shield

_CORRECTED = int(Erasure.CORRECTED)


class Audit(Mechanism):
    """How often files are audited, what is found, and whose."""

    neutral: ClassVar[dict[str, object]] = {"strength": 0.0}

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full strength is an audit of every registry; a part is registries that submit to it", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of people, always the same ones, whose files are audited."""

    interval: Annotated[float, Field(ge=1, le=36_500), Unit("day"), Assumed(
        "every file once a year on average, as accounts are", 30.0, 3_650.0
    )] = 365.0  # fmt: skip
    """Mean days between two audits of one file."""

    found: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "an auditor compares the file with what it was made from; some of that is gone", 0.1, 1.0
    )] = 0.5  # fmt: skip
    """Chance that an audit finds a wrong record."""

    period: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "daily; a week or a month gives the same stock with a fraction of the work", 1, 30
    )] = 1  # fmt: skip
    """Days between two rounds of audits, in each of which as many files are audited as in so many days."""

    def rate(self) -> float:
        """Chance a day that a wrong record of a person covered is found."""
        return self.found / self.interval

    def steps(self) -> tuple[Step, ...]:
        """Say in the morning whose officers are known; look for errors in the evening."""
        return (
            Step("audit.sign", Phase.ACT, self._sign, adds=(SHIELDS,)),
            Step("audit.mend", Phase.RESPOND, self._mend, reads=(MISRECORDED_SINCE,), adds=(ERASURES,),
                 every=self.period),
        )  # fmt: skip

    def _sign(self, view: View, now: Now) -> None:
        protect(view, now, SHIELDS, self.strength, Shield.AUDITED)

    def _mend(self, view: View, now: Now) -> None:
        if self.strength > 0 and self.found > 0:
            chance = 1.0 - (1.0 - self.rate()) ** self.period
            mend(view.ids, view[MISRECORDED_SINCE], view[ERASURES], now.key, now.day, now.purpose("cover"),
                 now.purpose("find"), threshold(self.strength), threshold(chance))  # fmt: skip


@kernel
def mend(
    ids: U32s, misrecorded: U16s, erasures: U8s, key: U64, day: int, trait: U32, find: U32, strength: U64,
    rate: U64,
) -> None:  # fmt: skip
    """Order the erasure of the wrong records that are found today; only those with one draw."""
    for i in range(len(ids)):
        if misrecorded[i] == 0 or draw(key, int(ids[i]), 0, when(day, 0), find)[0] >= rate:
            continue
        if strength == CERTAIN or draw(key, int(ids[i]), 0, when(0, 0), trait)[0] < strength:
            erasures[i] |= np.uint8(_CORRECTED)
