"""Detention against a plain twin: one person after the other, dates instead of columns."""

from typing import Any

import numpy as np
import pytest

from feeder import live, random_ties
from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import (
    ACTS,
    DETAINED_UNTIL,
    DIARY,
    FILED,
    PRESSURE,
    SHIELDS,
    TERM_CAP,
    Act,
    Event,
    Shield,
)
from glasstown.mechanisms import detention
from glasstown.mechanisms.detention import (
    DETAINED_SINCE,
    FAMILY_DETAINED_SINCE,
    HELD,
    HELD_WRONGLY,
    LET_GO,
    TAKEN,
    TAKEN_WRONGLY,
    WRONGLY_HELD,
    Detention,
)

PEOPLE, DAYS = 300, 40
KEY = rng.run_key(1)
CHANCE = np.random.default_rng(3)
SIZES = CHANCE.integers(1, 6, PEOPLE)
HOMES = np.repeat(np.arange(PEOPLE), SIZES)[:PEOPLE]
PLACES = np.concatenate([np.arange(size) for size in SIZES])[:PEOPLE]
GIVEN = {
    "age": CHANCE.integers(0, 90, PEOPLE).astype(np.uint8),
    "alive": (CHANCE.random(PEOPLE) < 0.95).astype(np.uint8),
    "household_place": PLACES.astype(np.uint8),
    "household_size": np.bincount(HOMES)[HOMES].astype(np.uint8),
}
TIES = random_ties(PEOPLE, 5.0, 4, weighted=True)
TIES.weight.flags.writeable = True
TIES.weight[CHANCE.random(len(TIES.weight)) < 0.2] = 0.0
ACTED = CHANCE.choice([0, int(Act.JAYWALK), int(Act.CRITICISE)], (DAYS, PEOPLE), p=[0.9, 0.05, 0.05])
FILES = CHANCE.choice([0, int(Act.TUNNEL), int(Act.DEFAULT)], (DAYS, PEOPLE), p=[0.96, 0.02, 0.02])
REASONS = CHANCE.choice([0, 1, 2], (DAYS, PEOPLE), p=[0.9, 0.05, 0.05])
MINORS = CHANCE.random((DAYS, PEOPLE)) < 0.02
CAPS = CHANCE.choice([0, 1, 6], (DAYS, PEOPLE), p=[0.9, 0.01, 0.09])
SETTINGS: tuple[dict[str, Any], ...] = (
    {"hazard": 10.0, "duration": 0.02},
    {"hazard": 2.0, "stays": "fixed", "duration": 0.03, "per_reason": 0.3, "spread": 0.3, "pace": 3,
     "from_age": 20, "lookback": 9},
    {"hazard": 20.0, "settled": True, "duration": 0.01, "spread": 1.0, "pace": 1, "grounds": "any"},
)  # fmt: skip


class Days(Mechanism):
    """What others do to people each day, as drawn above."""

    def steps(self) -> tuple[Step, ...]:
        return (
            Step("days.act", Phase.ACT, self._act, adds=(ACTS, SHIELDS), writes=(TERM_CAP,)),
            Step("days.file", Phase.RECORD, self._file, writes=(FILED,), adds=(PRESSURE,)),
        )

    def _act(self, view: Any, now: Any) -> None:
        rows = slice(view.lo, view.lo + view.people)
        view[ACTS][:] |= ACTED[now.day, rows].astype(np.uint8)
        view[SHIELDS][:] |= (MINORS[now.day, rows] * int(Shield.MINOR)).astype(np.uint16)
        view[TERM_CAP][:] = CAPS[now.day, rows]

    def _file(self, view: Any, now: Any) -> None:
        rows = slice(view.lo, view.lo + view.people)
        view[FILED][:] = FILES[now.day, rows]
        view[PRESSURE][:] += REASONS[now.day, rows].astype(np.uint8)


def word(decision: str, person: int, day: int, other: int = 0) -> tuple[float, float]:
    one, two = rng.draw(KEY, person, other, rng.when(day, 0), rng.purpose("detention", decision))
    return int(one) / 2**64, int(two) / 2**64


def length(m: Detention, u: float) -> int:
    """Days of a stay: the first k with P(stay <= k) above the draw."""
    if m.stays == "fixed":
        return round(m.stay)
    days, left = 1, 1 - 1 / m.stay
    while u >= 1 - left:
        days, left = days + 1, left * (1 - 1 / m.stay)
    return days


def to_go(m: Detention, u: float) -> int:
    """Days that somebody detained at the start has still to go, 0 if free: a stay in progress."""
    chance = [1.0 if m.stays == "fixed" else (1 - 1 / m.stay) ** k for k in range(round(44 * m.stay))]
    reached, total = 0.0, sum(chance)
    for days, each in enumerate(chance, 1):
        reached += m.share() * each / total
        if u < reached:
            return days
    return 0


class Person:
    """One person of the twin: free, or held until a date, for having done something or not."""

    def __init__(self, m: Detention, number: int) -> None:
        self.m, self.number = m, number
        self.taken: int | None = None
        self.end: int | None = None
        self.did, self.events, self.family = -(10**6), 0, 0
        self.wrong = False
        if m.settled and GIVEN["age"][number] >= m.from_age:
            left = to_go(m, word("inherit", number, 0)[0])
            self.end, self.wrong = (left - 1, True) if left else (None, False)

    def live(self, day: int, drawn: bool) -> None:
        m, self.events = self.m, 0
        grave = Act.CRITICISE | Act.TUNNEL
        counts = grave if m.grounds == "grave" else grave | Act.JAYWALK | Act.DEFAULT
        if (ACTED[day, self.number] | FILES[day, self.number]) & counts:
            self.did = day
        spared = MINORS[day, self.number] or not GIVEN["alive"][self.number]
        cap = CAPS[day, self.number]
        if self.end is not None:
            capped = cap and self.taken is not None and day - self.taken >= cap
            if spared or day >= self.end or capped:
                self.end, self.wrong = None, False
                self.events = int(Event.RELEASED) if GIVEN["alive"][self.number] else 0
            return
        if spared or GIVEN["age"][self.number] < m.from_age:
            return
        u, v = word("take", self.number, day)
        wanted = u < 1 - (1 - m.per_reason) ** REASONS[day, self.number]
        if wanted or drawn or word("enter", self.number, day)[0] < m.entry:
            stay = length(m, v)
            self.end, self.taken = day + (min(stay, cap) if cap else stay), day
            self.wrong = day - self.did >= m.lookback
            self.events = int(Event.MISDETAINED if self.wrong else Event.DETAINED)

    def row(self) -> tuple[int, ...]:
        until = 0 if self.end is None else self.end + 1
        since = 0 if self.taken is None else self.taken + 1
        return until, since, int(self.wrong), self.family, self.events


def drawn_in(m: Detention, person: int, day: int, since: list[int]) -> bool:
    """Whether a tie taken since the last look draws the person in."""
    if m.spread == 0 or day % m.pace:
        return False
    start, neighbour, weight = TIES.window(0, PEOPLE)
    ties = range(start[person], start[person + 1])
    taken = [int(neighbour[e]) for e in ties if weight[e] > 0 and since[neighbour[e]]]
    late = [j for j in taken if day + 1 - since[j] <= m.pace]
    return any(word("follow", person, day, j)[0] < m.spread for j in late)


def plain(m: Detention) -> tuple[list[list[tuple[int, ...]]], dict[str, int]]:
    people = [Person(m, number) for number in range(PEOPLE)]
    count = dict.fromkeys((t.name for t in (TAKEN, TAKEN_WRONGLY, LET_GO, HELD, HELD_WRONGLY)), 0)
    told = []
    for day in range(DAYS):
        held = [p.end is not None for p in people]
        since = [p.row()[1] for p in people]
        drawn = [drawn_in(m, number, day, since) for number in range(PEOPLE)]
        for number, p in enumerate(people):
            home = np.flatnonzero(HOMES[number] == HOMES)
            missed = any(held[other] for other in home if other != number)
            p.family = (p.family or day + 1) if missed else 0
        for p, pulled in zip(people, drawn, strict=True):
            p.live(day, pulled)
            count[TAKEN.name] += bool(p.events & (Event.DETAINED | Event.MISDETAINED))
            count[TAKEN_WRONGLY.name] += bool(p.events & Event.MISDETAINED)
            count[LET_GO.name] += bool(p.events & Event.RELEASED)
            count[HELD.name] += p.end is not None
            count[HELD_WRONGLY.name] += p.wrong
        told.append([p.row() for p in people])
    return told, count


def town(m: Detention, chunk: int = PEOPLE) -> tuple[list[list[tuple[int, ...]]], dict[str, int]]:
    columns = (DETAINED_UNTIL, DETAINED_SINCE, WRONGLY_HELD, FAMILY_DETAINED_SINCE, DIARY)
    days, after = live([m, Days()], PEOPLE, DAYS, *columns, given=GIVEN, ties=TIES, chunk=chunk)
    lived = [list(zip(*(d[c.name].tolist() for c in columns), strict=True)) for d in days]
    names = [t.name for t in (TAKEN, TAKEN_WRONGLY, LET_GO, HELD, HELD_WRONGLY)]
    return lived, {name: after.state.counted[name] for name in names}


@pytest.mark.parametrize("chunk", [PEOPLE, 41])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_detentions_are_the_plain_ones(parameters: dict[str, object], chunk: int) -> None:
    m = Detention(**parameters)
    (lived, counted), (expected, count) = town(m, chunk), plain(m)
    for day, (seen, there) in enumerate(zip(lived, expected, strict=True)):
        assert seen == there, day
    assert counted == count and min(count.values()) > 0


@pytest.mark.parametrize(
    "fault",
    [{"duration": 0.04}, {"per_reason": 0.2}, {"spread": 0.2}, {"pace": 4}, {"lookback": 30},
     {"grounds": "any"}, {"from_age": 0}, {"stays": "exponential"}],
)  # fmt: skip
def test_the_twin_notices_a_wrong_rule(fault: dict[str, object]) -> None:
    m = Detention(**SETTINGS[1])
    assert town(m)[0] != plain(m.model_copy(update=fault))[0]


def test_the_kernels_are_their_python_source() -> None:
    chance, n = np.random.default_rng(3), 1_500
    ids, age = np.arange(n, dtype=np.uint32), chance.integers(0, 90, n).astype(np.uint8)
    acts, pressure = (np.where(chance.random(n) < 0.2, 32, 0).astype(np.uint8) for _ in "ab")
    filed, shields = (np.where(chance.random(n) < 0.2, 32, 0).astype(np.uint16) for _ in "ab")
    cap = np.where(chance.random(n) < 0.2, 5, 0).astype(np.uint16)
    start = chance.choice(np.array([0, 0, 0, 500, 501, 600], np.uint16), n)
    alive = np.ones(n, np.uint8)
    ties = random_ties(n, 5.0, 1, weighted=True).window(0, n)
    t = rng.thresholds([0.1, 0.3, 0.5, 1.0])
    reasons = rng.thresholds([1 - 0.9**k for k in range(256)])
    why = np.uint32(1)
    results = []
    for compiled in (True, False):
        drawn, until = np.zeros(n, np.uint8), start.copy()
        since, offended = np.where(start > 0, 480, 0).astype(np.uint16), np.zeros(n, np.uint16)
        wrongly, diary, some = np.zeros(n, np.uint8), np.zeros(n, np.uint64), np.zeros(n + 1, np.int64)
        counts, family = [np.zeros(1, np.int64) for _ in range(5)], np.zeros(n, np.uint16)
        begun, begun_wrongly = np.zeros(n, np.uint16), np.zeros(n, np.uint8)

        def run(name: str, *arguments: Any, compiled: bool = compiled) -> Any:
            function = getattr(detention, name)
            return (function if compiled else getattr(function, "py_func", function))(*arguments)

        run("inherit", ids, age, begun, begun_wrongly, KEY, 500, why, t[:2], 9)
        run("follow", ids, *ties, since, drawn, KEY, 500, why, t[1], 30)
        count = run("concerned", ids, acts, filed, pressure, drawn, until, offended, some, KEY, 500, why,
                    t[0], np.uint16(32))  # fmt: skip
        run("hold", some[:count], ids, age, alive, shields, cap, pressure, drawn, until, since, wrongly,
            offended, diary, *counts, KEY, 500, why, reasons, 3, t, 18, 9)  # fmt: skip
        place, size = np.tile(np.arange(3, dtype=np.uint8), n // 3), np.full(n, 3, np.uint8)
        run("miss", 0, np.flatnonzero(until), place, size, family, 500)
        results.append([begun, begun_wrongly, drawn, some[:count], until, since, offended, wrongly, diary,
                        family, *counts])  # fmt: skip
    assert all(np.array_equal(a, b) for a, b in zip(*results, strict=True))
    assert all(a.any() for a in results[0])
