"""Appeal: a safeguard by which a person can have a wrong record struck out.

Some people ever appeal, and lodge an appeal at a daily rate while a wrong record stands. It is decided
after a delay and won with a fixed chance; then the record is erased and what it cost is given back. Who
loses may try again after a wait. True records can be made open to appeal as well. One chance of success
is the whole of the law here: B20 finds no statistic, and the analogues run from 0.1 to 79 %.

Left out: that people must first learn of the record (part of ``rate``), what an appeal costs, help by
others, appeals against points or rights, and officials who learn from what is overturned.
"""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from glasstown.core.columns import Column
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, fill, threshold, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Unit
from glasstown.core.vocabulary import DIARY, ERASURES, MISRECORDED_SINCE, RECORDED_SINCE, Erasure, Event

APPEALED_SINCE = Column("appealed_since", np.uint16, "day+1", "the last appeal was lodged, 0 if it is over")

SPARSE = 8
"""Blocks in which fewer than one in SPARSE people may appeal draw one by one, others all at once."""

Whole = int | np.int64

_CORRECTED, _WITHDRAWN = int(Erasure.CORRECTED), int(Erasure.WITHDRAWN)
_APPEALED, _WON = int(Event.APPEALED), int(Event.CORRECTED)
_DAYS = 0xFFFF


class Appeal(Mechanism):
    """Who appeals, how long it takes, how often it is won."""

    neutral: ClassVar[dict[str, object]] = {"rate": 0.0}

    appealing: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "how many ever dispute is not known (B20); the successes known are of people who did", 0.02, 1.0
    )] = 0.25  # fmt: skip
    """Share of people who ever appeal, always the same ones."""

    rate: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Assumed(
        "within about two months, once refused something because of it", 0.001, 1.0
    )] = 0.02  # fmt: skip
    """Chance a day that such a person lodges an appeal while a record stands and none is pending."""

    delay: Annotated[int, Field(ge=0, le=20_000), Unit("day"), Estimated(
        "spc-2017", "arts. 10 to 12 (B19): an objection is answered in 15 days; practice is slower", 3, 365
    )] = 15  # fmt: skip
    """Days from lodging to decision."""

    success: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "no statistic (B20); 21 to 42 % of suits against the administration (X01), 79 % where a right exists "
        "and help is given (D08)", 0.01, 0.8
    )] = 0.2  # fmt: skip
    """Chance that an appeal against a wrong record is won."""

    success_true: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 keeps true records out of reach; more is mercy, or a mistake in the person's favour", 0.0, 0.5
    )] = 0.0  # fmt: skip
    """Chance that an appeal against a true record is won; 0 if none is lodged."""

    wait: Annotated[int, Field(ge=0, le=20_000), Unit("day"), Assumed(
        "half a year before the same record may be appealed again", 0, 1095
    )] = 180  # fmt: skip
    """Days after a lost appeal before the person may try again."""

    def steps(self) -> tuple[Step, ...]:
        """Lodge and decide."""
        return (
            Step("appeal.lodge", Phase.RESPOND, self._lodge, reads=(RECORDED_SINCE, MISRECORDED_SINCE),
                 writes=(APPEALED_SINCE,), adds=(ERASURES, DIARY)),
        )  # fmt: skip

    def _lodge(self, view: View, now: Now) -> None:
        if self.rate <= 0 or self.appealing <= 0:
            return
        lodge(
            view.ids, view[RECORDED_SINCE], view[MISRECORDED_SINCE], view[APPEALED_SINCE], view[ERASURES],
            view[DIARY], now.key, now.day, now.purpose("lodge"), now.purpose("trait"), now.purpose("decide"),
            threshold(self.rate), threshold(self.appealing), threshold(self.success),
            threshold(self.success_true), self.delay, self.wait,
        )  # fmt: skip


@rule
def blocked(since: Whole, day: int, delay: int, wait: int) -> bool:
    """Whether an appeal lodged on ``since`` (day + 1) is pending, decided today, or lost and not over yet."""
    waited = (day + 1 - np.int64(since)) & _DAYS
    return bool((since != 0) & ((waited <= delay) | (waited < delay + wait)))


@rule
def decided(since: Whole, day: int, delay: int) -> bool:
    """Whether an appeal lodged on ``since`` (day + 1) is decided today."""
    return bool((since != 0) & (((day + 1 - np.int64(since)) & _DAYS) == delay))


@rule
def verdict(u: U64, v: U64, wrong: bool, true: bool, t_wrong: U64, t_true: U64) -> int:
    """The erasures that an appeal against the standing records brings: the wrong one's, the true one's."""
    return int((wrong & (u < t_wrong)) * _CORRECTED | (true & (v < t_true)) * _WITHDRAWN)


@kernel
def lodge(
    ids: U32s, recorded: U16s, misrecorded: U16s, appealed: U16s, erasures: U8s, diary: U64s, key: U64,
    day: int, lodging: U32, trait: U32, deciding: U32, t_rate: U64, t_appealing: U64, t_wrong: U64,
    t_true: U64, delay: int, wait: int,
) -> None:  # fmt: skip
    """Lodge and decide the appeals of every person with a record that is open to appeal."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    mark, some = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        who, since = ids[first : first + n], appealed[first : first + n]
        old, misold = recorded[first : first + n], misrecorded[first : first + n]
        for k in range(n):
            mark[k] = (misold[k] != 0) | ((old[k] != 0) & (t_true > 0)) | (since[k] != 0)
        count = 0
        for k in range(n):
            some[count] = k
            count += int(mark[k])
        if count * SPARSE >= n:
            fill(key, who, when(day, 0), lodging, one[:n], two[:n])
        else:
            for k in some[:count]:
                one[k] = draw(key, int(who[k]), 0, when(day, 0), lodging)[0]
        for k in some[:count]:
            person, wrong, true = int(who[k]), misold[k] != 0, (old[k] != 0) & (t_true > 0)
            if not (wrong | true):
                since[k] = np.uint16(0)
                continue
            if since[k] != 0 and not blocked(np.int64(since[k]), day, delay, wait):
                since[k] = np.uint16(0)
            if since[k] == 0 and one[k] < t_rate and draw(key, person, 0, when(0, 0), trait)[0] < t_appealing:
                since[k] = np.uint16(day + 1)
                diary[first + k] |= np.uint64(_APPEALED)
            if decided(np.int64(since[k]), day, delay):
                u, v = draw(key, person, 0, when(day, 0), deciding)
                won = verdict(np.uint64(u), np.uint64(v), wrong, true, t_wrong, t_true)
                erasures[first + k] |= np.uint8(won)
                diary[first + k] |= np.uint64(((won & _CORRECTED) != 0) * _WON)
