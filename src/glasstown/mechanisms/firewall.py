"""Firewall: outside news behind a wall, who seeks it, and what reaches those who do not.

After the field experiment of Chen & Yang 2019. Few people seek outside news even where it is free to be
read, so that taking the wall away alone changes little; a temporary encouragement makes some take to it,
and they go on when it is over; what they know reaches the people around them, a little. Access is the open
part of the web or a tunnel; friction thins out every attempt. What people know fades as news grows old.

Left out: what the news says and whether it is believed, censors who delete, watching of tunnels, and what
knowing does to speech. What it does to legitimacy is another institution's, which reads ``informed``.
"""

from functools import cached_property
from math import exp
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from glasstown.core.columns import SHARE, Column
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, fill, table, threshold, thresholds, when
from glasstown.core.ties import chosen
from glasstown.core.typing import U32, U64, F32s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Unit
from glasstown.core.vocabulary import (
    ACTS,
    AGE,
    ALIVE,
    DETAINED_UNTIL,
    DIARY,
    EVADING,
    INFORMED,
    Act,
    Evasion,
    Event,
)

SEEKING = Column("seeking", np.uint8, "1", "1 once the person has taken to outside news")
DISPOSED = Column("disposed", np.uint8, "1", "1 seeks outside news, 2 has a tunnel, 4 may be encouraged")
BROWSED = Column("browsed", np.uint8, "1", "1 if outside news was read since the last time", fleeting=True)

Whole = int | np.int64

_TUNNEL, _NO_ACT, _WAY = np.uint8(Act.TUNNEL), np.uint8(0), np.uint8(Evasion.TUNNEL)
_READ, _NO_EVENT = np.uint64(Event.READ_OUTSIDE), np.uint64(0)
_SEEKS, _DIGS, _ASKED = np.uint8(1), np.uint8(2), np.uint8(4)
_HALF, _QUARTER, _LOW = np.uint64(32), np.uint64(16), np.uint64(0xFFFF)
_PART, _FINE, _ONE = 2.0**-32, 2.0**-16, 1 << 16

SPARSE = 8
"""Blocks in which fewer than one in SPARSE people may read draw one by one, others all at once."""


class Firewall(Mechanism):
    """Who reads what is outside, and who comes to know of it."""

    neutral: ClassVar[dict[str, object]] = {"demand": 0.0, "nudge": 0.0}

    reachable: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0: all that matters is blocked; 1 is no wall", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """Share of outside news that can be read without a tunnel."""

    friction: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "one attempt in five is given up because pages are slow or fail; nothing measured", 0.0, 0.9
    )] = 0.2  # fmt: skip
    """Share of attempts that are given up on the way, with or without a tunnel."""

    tunnel: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "dui-hua-2019", "20 to 30 of 829 million users (E07), 3 to 30 % by others (E05, E06); 0 where gaming "
        "decides who has one", 0.0, 0.3
    )] = 0.05  # fmt: skip
    """Share of people, always the same ones, who have a tunnel, besides those who are evading by one."""

    demand: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "chen-2019", "E01: fewer than 5 % of students with free access browse blocked news; fewer in the "
        "whole population", 0.005, 0.1
    )] = 0.03  # fmt: skip
    """Share of people, always the same ones, who seek outside news unasked."""

    appetite: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "every second week; minutes are published (E02), occasions are not", 0.1, 1.0
    )] = 0.5  # fmt: skip
    """Chance that somebody who seeks it tries in one period."""

    nudge: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0: nobody is encouraged outside an experiment; 1 is the wall off with a nudge for all", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """Share of people, always the same ones, who are encouraged to read for a while."""

    nudge_from: Annotated[int, Field(ge=0, le=60_000), Unit("day"), Assumed(
        "the first day; only differences from then on matter", 0, 365
    )] = 0  # fmt: skip
    """Day on which encouragement begins."""

    nudge_days: Annotated[int, Field(ge=0, le=60_000), Unit("day"), Assumed(
        "a term; in the experiment some months of eighteen", 30, 180
    )] = 120  # fmt: skip
    """Days for which it lasts."""

    encouraged: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "a quiz for which one must have read pays for some; response by week was not read", 0.05, 1.0
    )] = 0.3  # fmt: skip
    """Chance that an encouraged person tries in one period, whether or not it is sought."""

    taste: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "with a term of encouragement about a third take to it: that use went from about 0 to 5.6 minutes a "
        "week and stayed there (E02) leaves the share open", 0.01, 0.5
    )] = 0.1  # fmt: skip
    """Chance that reading makes somebody who did not seek it take to it."""

    lapse: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0: what was taken to persisted for as long as it was observed (E02)", 0.0, 0.05
    )] = 0.0  # fmt: skip
    """Chance that somebody who took to it drops it in a period without reading."""

    lesson: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "three or four readings for most of it; knowledge rose by 42 % for one topic (E03), from a level "
        "that was not read", 0.05, 0.9
    )] = 0.3  # fmt: skip
    """Share of what is not yet known that a period with reading teaches."""

    spillover: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "chen-2019", "E04: room-mates of encouraged students were 13 % more likely to know, a relative "
        "figure for a term; as a chance of each talk it is an assumption", 0.0, 0.2
    )] = 0.13  # fmt: skip
    """Chance that a tie who knows everything says something of it when people talk."""

    hearsay: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "a third of what reading teaches", 0.0, 0.5
    )] = 0.1  # fmt: skip
    """Share of what is not yet known that being told teaches."""

    memory: Annotated[float, Field(ge=0, le=36_500), Unit("day"), Assumed(
        "news is old after about half a year; 0 is never", 0, 1000
    )] = 180.0  # fmt: skip
    """Days in which what is known falls to 1/e of itself."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "0 asks nobody's age; in a town the age from which people read news", 0, 18
    )] = 0  # fmt: skip
    """Age from which people read outside news."""

    period: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "a week, as use is published in minutes a week (E02); chances of reading are of one period", 1, 30
    )] = 7  # fmt: skip
    """Days from one time at which people may read to the next."""

    talks: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "once a month with one tie about such things; nothing measured", 1, 90
    )] = 30  # fmt: skip
    """Days from one time at which people talk of it, and forget, to the next."""

    def steps(self) -> tuple[Step, ...]:
        """Say at the start who wants what; read; talk and forget, and learn from what was read."""
        return (
            Step("firewall.begin", Phase.BEGIN, self._begin, writes=(DISPOSED,)),
            Step("firewall.read", Phase.ACT, self._read,
                 reads=(AGE, ALIVE, DETAINED_UNTIL, EVADING, DISPOSED), writes=(SEEKING, BROWSED),
                 adds=(ACTS, DIARY), every=self.period),
            Step("firewall.tell", Phase.OBSERVE, self._tell, looks=(INFORMED,), writes=(INFORMED,),
                 ties=True, every=self.talks),
            Step("firewall.learn", Phase.OBSERVE, self._learn, reads=(BROWSED,), writes=(INFORMED,),
                 every=self.period),
        )  # fmt: skip

    def chance(self, tunnels: bool, seeks: bool, asked: bool) -> float:
        """Chance that a person reads in one period, with or without tunnel, own demand, encouragement."""
        tries = 1.0 - (1.0 - self.appetite * seeks) * (1.0 - self.encouraged * asked)
        return tries * (1.0 - self.friction) * (1.0 if tunnels else self.reachable)

    @cached_property
    def _odds(self) -> U64s:
        kinds = [(bool(k & 4), bool(k & 2), bool(k & 1)) for k in range(8)]
        return thresholds([self.chance(*kind) for kind in kinds])

    @property
    def keep(self) -> float:
        """What is left from one talk to the next of what was known, in steps of 1/65536."""
        return round(exp(-self.talks / self.memory) * _ONE) / _ONE if self.memory else 1.0

    def knowledge(self, reading: float) -> float:
        """Mean share known in the end by an untold reader with chance ``reading`` a period, before it fades.

        With n periods between two talks and q = (1 - reading * lesson)**n: 1 - q (1 - k) / (1 - k q).
        """
        left = (1.0 - reading * self.lesson) ** (self.talks // self.period)
        return 1.0 - left * (1.0 - self.keep) / (1.0 - self.keep * left) if left < 1.0 else 0.0

    def nudging(self, day: int) -> bool:
        """Whether people are encouraged on this day."""
        return self.nudge > 0 and self.nudge_from <= day < self.nudge_from + self.nudge_days

    def _begin(self, view: View, now: Now) -> None:
        found, trait = view[DISPOSED], now.purpose("trait")
        one, two = np.empty(view.people, np.uint64), np.empty(view.people, np.uint64)
        table(now.key, view.ids, 0, 0, trait, one, two)
        drawn = (one < threshold(self.demand)) * _SEEKS | (two < threshold(self.tunnel)) * _DIGS
        table(now.key, view.ids, 0, 1, trait, one, two)
        drawn |= (one < threshold(self.nudge)) * _ASKED
        found[:] = np.where(found == 0, drawn, found)

    def _read(self, view: View, now: Now) -> None:
        if self.demand == 0 and self.nudge == 0 and not view[SEEKING].any():
            return
        read(
            view.ids, view[AGE], view[DETAINED_UNTIL], view[ALIVE], view[EVADING], view[DISPOSED],
            view[SEEKING], view[BROWSED], view[ACTS], view[DIARY], now.key, now.day, now.purpose("read"),
            self._odds, threshold(self.taste), threshold(self.lapse), self.from_age, self.nudging(now.day),
        )  # fmt: skip

    def _tell(self, view: View, now: Now) -> None:
        start, neighbour, weight = view.ties()
        tell(
            view.ids, start, neighbour, weight, view.all(INFORMED), view[INFORMED], now.key, now.day,
            now.purpose("tell"), self.spillover, round(self.spillover * 2**32), self.hearsay,
            np.uint32(min(round(self.keep * _ONE), _ONE - 1)), self.keep == 1.0,
        )  # fmt: skip

    def _learn(self, view: View, now: Now) -> None:
        learn(view.ids, view[BROWSED], view[INFORMED], now.key, now.day, now.purpose("learn"), self.lesson)


@kernel
def read(
    ids: U32s, age: U8s, held: U16s, alive: U8s, evading: U8s, disposed: U8s, seeking: U8s, browsed: U8s,
    acts: U8s, diary: U64s, key: U64, day: int, purpose: U32, odds: U64s, t_taste: U64, t_lapse: U64,
    from_age: int, nudging: bool,
) -> None:  # fmt: skip
    """Let those who may want to read, by the open web or a tunnel, take to it, and drop it.

    ``odds`` are thresholds of reading by 4 * tunnel + 2 * seeks + encouraged; who has a tunnel needs it for
    what would not have been read without.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    some, mask = np.empty(BLOCK + 1, np.int64), _SEEKS | _ASKED if nudging else _SEEKS
    for first in range(0, len(ids), BLOCK):
        n, count = min(BLOCK, len(ids) - first), 0
        for k in range(n):
            some[count] = k
            count += int(((disposed[first + k] & mask) | seeking[first + k]) != 0)
        if count * SPARSE >= n:
            fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        else:
            for k in some[:count]:
                one[k], two[k] = draw(key, int(ids[first + k]), 0, when(day, 0), purpose)
        for k in some[:count]:
            i = first + k
            if held[i] != 0 or alive[i] == 0:
                continue
            is_ = disposed[i] & mask
            grown = age[i] >= from_age
            kind = 2 * int(((is_ & _SEEKS) | seeking[i]) != 0) + int((is_ & _ASKED) != 0)
            tunnels = ((evading[i] & _WAY) != 0) | ((disposed[i] & _DIGS) != 0)
            reads = (one[k] < odds[kind + 4 * int(tunnels)]) & grown
            takes, drops = reads & (two[k] < t_taste), (not reads) & (two[k] < t_lapse)
            seeking[i] = np.uint8(((seeking[i] != 0) | takes) & (not drops) & grown)
            browsed[i] = np.uint8(reads)
            acts[i] |= _TUNNEL if reads & (one[k] >= odds[kind]) else _NO_ACT
            diary[i] |= _READ if reads else _NO_EVENT


@rule
def learned(before: Whole, share: float, luck: U64) -> int:
    """What is known once ``share`` of the rest is learned; rounded fairly by 16 bits of ``luck``."""
    new = float(before) + share * (SHARE - float(before)) + float(luck & _LOW) * _FINE
    return min(int(new), SHARE)


@kernel
def tell(
    ids: U32s, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s, others: U16s, informed: U16s,
    key: U64, day: int, purpose: U32, spillover: float, most: int, hearsay: float, keep: U32, for_good: bool,
) -> None:  # fmt: skip
    """Forget, and be told by one tie drawn by weight.

    Nobody can be told whose draw is not below ``most`` (the spillover in 1/2**32), whatever the tie knows.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    some, limit = np.empty(BLOCK + 1, np.int64), np.uint64(most)
    for first in range(0, len(ids), BLOCK):
        n, count = min(BLOCK, len(ids) - first), 0
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        mine = informed[first : first + n]
        if not for_good:
            for k in range(n):
                mine[k] = (np.uint32(mine[k]) * keep + np.uint32(one[k] & _LOW)) >> _QUARTER
        for k in range(n):
            some[count] = first + k
            count += int((two[k] >> _HALF) < limit)
        for i in some[:count]:
            k, u = i - first, float(two[i - first] >> _HALF) * _PART
            a, b = np.int64(start[i]), np.int64(start[i + 1])
            other = chosen(a, b, neighbour, weight, float(one[k] >> _HALF) * _PART)
            if other >= 0 and u * SHARE < spillover * float(others[other]):
                informed[i] = np.uint16(learned(np.int64(informed[i]), hearsay, one[k] >> _QUARTER))


@kernel
def learn(ids: U32s, browsed: U8s, informed: U16s, key: U64, day: int, purpose: U32, lesson: float) -> None:
    """Learn from what was read; those who read draw alone, to round."""
    for i in range(len(ids)):
        if browsed[i] != 0:
            luck, _ = draw(key, int(ids[i]), 0, when(day, 0), purpose)
            informed[i] = np.uint16(learned(np.int64(informed[i]), lesson, np.uint64(luck)))
