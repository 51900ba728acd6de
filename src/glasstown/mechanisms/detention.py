"""Detention: who is taken, for how long, who is let go, and whom it reaches through ties and households.

A person is taken with a published hazard or, in a town, with a chance for each reason that others give to
detain (a find in a check, a flag). A stay is drawn on the first day: exponential or fixed. With many people
and a small hazard that is the queue with infinitely many servers, M/G/infinity (Takacs 1962): the number
detained is Poisson with mean inflow times mean stay, whatever the law of stays; inflow times mean stay is
Little's law (1961). Ties of whoever is taken may be taken after that, once for each such tie. There is no
hearing: only safeguards cap a stay or keep a minor out. Whether a person had done anything is kept beside
the file, and no institution reads it.

Left out: what happens inside, deaths, trials, capacity, who decides, forced labour, and any other treatment;
that the released are watched more; flight. Effects on trust belong to those who own trust.
"""

from functools import cached_property, lru_cache
from itertools import accumulate
from math import expm1
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core.columns import FOREVER, Column, Tally
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, fill, threshold, thresholds, when
from glasstown.core.typing import U32, U64, F32s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ACTS,
    ADVERSE,
    AGE,
    ALIVE,
    DETAINED_UNTIL,
    DIARY,
    FILED,
    HOUSEHOLD_PLACE,
    HOUSEHOLD_SIZE,
    PRESSURE,
    SHIELDS,
    TERM_CAP,
    Act,
    Event,
    Shield,
)

DETAINED_SINCE = Column("detained_since", np.uint16, "day+1", "last taken on, 0 never", visible=True)
WRONGLY_HELD = Column("wrongly_held", np.uint8, "1", "1 while detained without having done anything")
OFFENDED_SINCE = Column(
    "offended_since", np.uint16, "day+1", "last did what people are detained for, 0 never"
)
FAMILY_DETAINED_SINCE = Column(
    "family_detained_since", np.uint16, "day+1", "somebody else of the household is detained since, 0 nobody",
    visible=True,
)  # fmt: skip
DRAWN_IN = Column("drawn_in", np.uint8, "1", "1 if a tie who was taken draws the person in", fleeting=True)

TAKEN = Tally("taken", "1", "people taken into detention")
TAKEN_WRONGLY = Tally("taken_wrongly", "1", "of them, without having done anything")
LET_GO = Tally("let_go", "1", "people released")
HELD = Tally("held", "1", "people in detention at the end of the day")
HELD_WRONGLY = Tally("held_wrongly", "1", "of them, without having done anything")

YEAR = 365
"""Days of a year."""

REACH = 255
"""Most people in a household."""

_LONGEST = int(FOREVER) - 1
_GROUNDS = {"grave": int(Act.CRITICISE | Act.TUNNEL), "any": int(ADVERSE)}
_RIGHTLY, _WRONGLY = np.uint64(Event.DETAINED), np.uint64(Event.MISDETAINED)
_RELEASED = np.uint64(Event.RELEASED)
_MINOR = np.uint16(Shield.MINOR)

Whole = int | np.int64


class Detention(Mechanism):
    """Who is taken, how long they are held, and whom that reaches."""

    neutral: ClassVar[dict[str, object]] = {"hazard": 0.0, "per_reason": 0.0, "spread": 0.0}

    hazard: Annotated[float, Field(ge=0, le=100), Unit("1/year"), Assumed(
        "a tenth of a group of people within a year, as most estimates have it (G08); in a town with reasons "
        "to detain set it to 0", 0.0, 0.2
    )] = 0.1  # fmt: skip
    """Rate at which a person who is free is taken for no reason that the town knows."""

    per_reason: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "706 of 24,412 flagged in one week were detained, 15,683 sent to camps (G10): the peak of a "
        "campaign, not a stationary rate", 0.0, 0.7
    )] = 0.03  # fmt: skip
    """Chance that one reason to detain, on the day on which it is given, is enough."""

    stays: Annotated[Literal["exponential", "fixed"], Unit("1"), Source(
        "takacs-1962", "any law of service times gives the same number of busy servers"
    )] = "exponential"  # fmt: skip
    """The law of stays: memoryless (geometric in days), or all of the same length."""

    duration: Annotated[float, Field(ge=0.003, le=100), Unit("year"), Estimated(
        "icij-2019", "one year at least by the manual; some left sooner (G13)", 0.25, 5
    )] = 1.0  # fmt: skip
    """Mean stay."""

    spread: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 leaves the queue alone; lists name relatives as a ground, without a rate", 0.0, 0.1
    )] = 0.0  # fmt: skip
    """Chance that a person is taken because one tie was, once for each tie who is taken."""

    pace: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "a month; it only delays, since everybody taken since the last time is looked at", 1, 90
    )] = 30  # fmt: skip
    """Days between two looks at whom the ties of the newly detained draw in."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "0 spares nobody, and asks for no ages where there are none; 14 or 18 by law", 0, 18
    )] = 0  # fmt: skip
    """Age from which a person can be taken."""

    grounds: Annotated[Literal["grave", "any"], Unit("1"), Assumed(
        "what is said and ways round the wall; any also counts crossing on red and debts", 0, 1
    )] = "grave"  # fmt: skip
    """Which own acts count as having done something, in the truth that no institution reads."""

    lookback: Annotated[int, Field(ge=1, le=20_000), Unit("day"), Assumed(
        "a year; shorter makes more detentions wrong", 30, 3650
    )] = 365  # fmt: skip
    """Days for which an own act counts as having done something."""

    settled: Annotated[bool, Unit("1"), Assumed(
        "false begins with nobody detained; true with as many as the hazard keeps there", 0, 1
    )] = False  # fmt: skip
    """Whether the number detained by ``hazard`` is in its steady state from the first day."""

    def steps(self) -> tuple[Step, ...]:
        """Look at families and ties as they were last night; take, hold and let go."""
        drawn = (DRAWN_IN,) if self.spread > 0 else ()
        people = (AGE, ALIVE, SHIELDS, TERM_CAP, PRESSURE, ACTS, FILED, *drawn)
        state = (DETAINED_UNTIL, DETAINED_SINCE, WRONGLY_HELD, OFFENDED_SINCE)
        steps = [
            Step("detention.inherit", Phase.BEGIN, self._inherit, reads=(AGE,),
                 writes=(DETAINED_UNTIL, WRONGLY_HELD)),
            Step("detention.miss", Phase.ACT, self._miss, writes=(FAMILY_DETAINED_SINCE,),
                 looks=(DETAINED_UNTIL, HOUSEHOLD_PLACE, HOUSEHOLD_SIZE)),
            Step("detention.hold", Phase.SANCTION, self._hold, reads=people, writes=state, adds=(DIARY,),
                 counts=(TAKEN, TAKEN_WRONGLY, LET_GO, HELD, HELD_WRONGLY)),
        ]  # fmt: skip
        if drawn:
            steps.append(Step("detention.follow", Phase.ACT, self._follow, looks=(DETAINED_SINCE,),
                              writes=drawn, ties=True, every=self.pace))  # fmt: skip
        return tuple(steps)

    @property
    def entry(self) -> float:
        """Chance a day that a person who is free is taken by ``hazard``: p."""
        return -expm1(-self.hazard / YEAR)

    @property
    def stay(self) -> float:
        """Mean days of a stay: m."""
        days = self.duration * YEAR
        return max(1.0, days) if self.stays == "exponential" else float(max(1, round(days)))

    def share(self) -> float:
        """Share of people detained by ``hazard`` alone in the long run: p m/(1 + p m), near p m if small."""
        return self.entry * self.stay / (1 + self.entry * self.stay)

    @cached_property
    def _reasons(self) -> U64s:
        """Thresholds by how many reasons there are today, shape (256,)."""
        table = thresholds([1.0 - (1.0 - self.per_reason) ** k for k in range(256)])
        table.flags.writeable = False
        return table

    @cached_property
    def _entering(self) -> np.uint64:
        return threshold(self.entry)

    @cached_property
    def _stays(self) -> tuple[int, U64s]:
        return stays(self.stays, self.stay)

    def _inherit(self, view: View, now: Now) -> None:
        if self.settled and self.hazard > 0:
            start = rest(self.stays, self.stay, self.share())
            inherit(view.ids, view[AGE], view[DETAINED_UNTIL], view[WRONGLY_HELD], now.key, now.day,
                    now.purpose("inherit"), start, self.from_age)  # fmt: skip

    def _miss(self, view: View, now: Now) -> None:
        low, high = max(0, view.lo - REACH), min(view.town, view.lo + view.people + REACH)
        held = (view.all(DETAINED_UNTIL)[low:high] != 0).nonzero()[0]
        held += low
        since = view[FAMILY_DETAINED_SINCE]
        if len(held) or since.max(initial=0):
            miss(view.lo, held, view.all(HOUSEHOLD_PLACE), view.all(HOUSEHOLD_SIZE), since, now.day)

    def _follow(self, view: View, now: Now) -> None:
        start, neighbour, weight = view.ties()
        follow(view.ids, start, neighbour, weight, view.all(DETAINED_SINCE), view[DRAWN_IN], now.key, now.day,
               now.purpose("follow"), threshold(self.spread), self.pace)  # fmt: skip

    def _hold(self, view: View, now: Now) -> None:
        drawn = view[DRAWN_IN].copy() if self.spread > 0 else np.zeros(view.people, np.uint8)
        some = np.empty(view.people + 1, np.int64)
        count = concerned(
            view.ids, view[ACTS], view[FILED], view[PRESSURE], drawn, view[DETAINED_UNTIL],
            view[OFFENDED_SINCE], some, now.key, now.day, now.purpose("enter"), self._entering,
            np.uint16(_GROUNDS[self.grounds]),
        )  # fmt: skip
        if count == 0:
            return
        hold(
            some[:count], view.ids, view[AGE], view[ALIVE], view[SHIELDS], view[TERM_CAP], view[PRESSURE],
            drawn, view[DETAINED_UNTIL], view[DETAINED_SINCE], view[WRONGLY_HELD], view[OFFENDED_SINCE],
            view[DIARY], view.count(TAKEN), view.count(TAKEN_WRONGLY), view.count(LET_GO), view.count(HELD),
            view.count(HELD_WRONGLY), now.key, now.day, now.purpose("take"), self._reasons, *self._stays,
            self.from_age, self.lookback,
        )  # fmt: skip


@lru_cache(maxsize=16)
def stays(law: str, mean: float) -> tuple[int, U64s]:
    """The shortest stay in days, and thresholds of lasting at most that, a day more, ...; none if fixed."""
    if law == "fixed":
        return int(mean), np.zeros(0, np.uint64)
    longest = min(int(44 * mean) + 1, _LONGEST)
    stays_on = 1.0 - 1.0 / mean
    return 1, thresholds([1.0 - stays_on**k for k in range(1, longest)])


@lru_cache(maxsize=16)
def rest(law: str, mean: float, share: float) -> U64s:
    """Thresholds of being detained with at most 1, 2, ... days to go, in the steady state.

    A stay in progress has k days to go with a chance in proportion to that of stays of k days or more.
    """
    days = int(mean) if law == "fixed" else min(int(44 * mean) + 1, _LONGEST)
    each = 1.0 if law == "fixed" else 1.0 - 1.0 / mean
    sums = list(accumulate(each**k for k in range(days)))
    return thresholds([min(share * part / sums[-1], 1.0) for part in sums])


@kernel
def inherit(
    ids: U32s, age: U8s, until: U16s, wrongly: U8s, key: U64, day: int, purpose: U32, start: U64s,
    from_age: int,
) -> None:  # fmt: skip
    """Detain people as they would be in the steady state on the evening before ``day``; nobody newly born."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            known = until[i] != 0 or age[i] < from_age or (day > 0 and age[i] == 0)
            if not known and one[k] < start[-1]:
                until[i] = np.uint16(min(day + 1 + np.searchsorted(start, one[k], side="right"), _LONGEST))
                wrongly[i] = np.uint8(1)


@kernel
def miss(lo: int, held: I64s, place: U8s, size: U8s, since: U16s, day: int) -> None:
    """Since when somebody else of the household is among the ``held``, for rows lo to lo + len(since)."""
    touched, today = np.zeros(len(since), np.uint16), np.uint16(day + 1)
    for j in held:
        first = j - int(place[j])
        for row in range(max(first, lo), min(first + int(size[j]), lo + len(since))):
            if row != j:
                touched[row - lo] = np.uint16(FOREVER)
    for i in range(len(since)):
        since[i] = (since[i] if since[i] != 0 else today) & touched[i]


@kernel
def follow(
    ids: U32s, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s, since: U16s, drawn: U8s, key: U64,
    day: int, purpose: U32, t_spread: U64, pace: int,
) -> None:  # fmt: skip
    """Whom a tie draws in who was taken since the last look; a tie of weight 0 draws nobody."""
    for i in range(len(ids)):
        for e in range(np.int64(start[i]), np.int64(start[i + 1])):
            then = np.int64(since[neighbour[e]])
            if then == 0 or day + 1 - then > pace or (len(weight) > 0 and weight[e] <= 0):
                continue
            if draw(key, int(ids[i]), int(neighbour[e]), when(day, 0), purpose)[0] < t_spread:
                drawn[i] = np.uint8(1)


@kernel
def concerned(
    ids: U32s, acts: U8s, filed: U16s, pressure: U8s, drawn: U8s, until: U16s, offended: U16s, some: I64s,
    key: U64, day: int, purpose: U32, t_entry: U64, grounds: np.uint16,
) -> int:  # fmt: skip
    """Note what everybody did; write into ``some`` who is detained or may be taken today, and count them.

    Whom the hazard takes is added to ``drawn``.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    mark, note = np.zeros(BLOCK, np.uint8), np.zeros(BLOCK, np.uint8)
    words, notes, count, today = mark.view(np.uint64), note.view(np.uint64), 0, np.uint16(day + 1)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        if n < BLOCK:
            mark[:] = np.uint8(0)
            note[:] = np.uint8(0)
        did, said, named = acts[first : first + n], filed[first : first + n], pressure[first : first + n]
        pulled, held, since = drawn[first : first + n], until[first : first + n], offended[first : first + n]
        for k in range(n):
            note[k] = np.uint8(((np.uint16(did[k]) | said[k]) & grounds) != 0)
        for k in range(n):
            mark[k] = np.uint8((named[k] | pulled[k]) != 0) | np.uint8(held[k] != 0)
        if t_entry > 0:
            fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
            for k in range(n):
                hit = np.uint8(one[k] < t_entry)
                pulled[k] |= hit
                mark[k] |= hit
        for word in range(BLOCK // 8):
            if notes[word] != 0:
                for k in range(8 * word, 8 * word + 8):
                    if note[k] != 0:
                        since[k] = today
            if words[word] != 0:
                for k in range(8 * word, 8 * word + 8):
                    some[count] = first + k
                    count += int(mark[k])
    return count


@rule
def over(until: Whole, since: Whole, cap: Whole, day: int) -> bool:
    """Whether a stay ends today: its time is over, or it has lasted as long as any may."""
    capped = (cap != 0) & (since != 0) & (day + 1 - since >= cap)
    return bool((day + 1 >= until) | capped)


@kernel
def hold(
    some: I64s, ids: U32s, age: U8s, alive: U8s, shields: U16s, cap: U16s, pressure: U8s, drawn: U8s,
    until: U16s, since: U16s, wrongly: U8s, offended: U16s, diary: U64s, taken: I64s, taken_wrongly: I64s,
    let_go: I64s, held: I64s, held_wrongly: I64s, key: U64, day: int, purpose: U32, t_reasons: U64s,
    first: int, longer: U64s, from_age: int, lookback: int,
) -> None:  # fmt: skip
    """Let go whose time is over and whoever may not be held; take others, for a stay drawn at once."""
    for i in some:
        spared = (alive[i] == 0) | ((shields[i] & _MINOR) != 0)
        most = int(cap[i])
        if until[i] != 0:
            if spared or over(np.int64(until[i]), np.int64(since[i]), most, day):
                until[i], wrongly[i] = np.uint16(0), np.uint8(0)
                if alive[i]:
                    diary[i] |= _RELEASED
                    let_go[0] += 1
                continue
        elif not spared and age[i] >= from_age:
            u, v = draw(key, int(ids[i]), 0, when(day, 0), purpose)
            if drawn[i] == 0 and u >= t_reasons[pressure[i]]:
                continue
            stay = first + int(np.searchsorted(longer, v, side="right"))
            until[i] = np.uint16(min(day + 1 + (min(stay, most) if most > 0 else stay), _LONGEST))
            since[i] = np.uint16(day + 1)
            wrong = offended[i] == 0 or day + 1 - np.int64(offended[i]) >= lookback
            wrongly[i] = np.uint8(wrong)
            diary[i] |= _WRONGLY if wrong else _RIGHTLY
            taken[0] += 1
            taken_wrongly[0] += np.int64(wrong)
        else:
            continue
        held[0] += 1
        held_wrongly[0] += np.int64(wrongly[i])
