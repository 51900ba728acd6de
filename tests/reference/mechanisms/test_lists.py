"""Lists against a plain twin: one person after the other, dates instead of columns."""

import math

import numpy as np
import pytest

from feeder import Feeder, live
from glasstown.core import rng
from glasstown.core.vocabulary import AGE, LISTED_UNTIL, RIGHTS, Act, Right
from glasstown.mechanisms import lists
from glasstown.mechanisms.lists import MISLISTED, REDLISTED_UNTIL, REFUSED, Lists

PEOPLE, DAYS = 300, 40
KEY = rng.run_key(1)
ADVERSE, CREDIT = Act.DEFAULT | Act.JAYWALK | Act.CRITICISE, Act.CARE | Act.RAISE | Act.REPAY
SETTINGS: tuple[dict[str, object], ...] = (
    {"hazard": 20.0, "mistaken": 0.3, "duration": 0.02, "trips": 100.0, "settled": False},
    {"hazard": 9.0, "per_entry": 0.6, "terms": "fixed", "shortest": 0.01, "longest": 0.03, "repair": 30.0,
     "settled": False, "red_hazard": 9.0, "red_per_entry": 0.4, "red_term": 0.02, "closes": True,
     "joint": 0.5},
    {"hazard": 0.0, "per_entry": 1.0, "duration": 0.05, "from_age": 30, "closes": True, "red_per_entry": 1.0},
)  # fmt: skip


def word(decision: str, person: int, day: int, lane: int = 0, other: int = 0) -> tuple[int, int]:
    one, two = rng.draw(KEY, person, other, rng.when(day, lane), rng.purpose("lists", decision))
    return int(one), int(two)


def below(draw: int, chance: float) -> bool:
    return draw < int(rng.threshold(chance))


class Person:
    """When the listing ends (None: not listed, inf: no term), whether it is wrong, and the rest."""

    def __init__(self, m: Lists, number: int, age: int) -> None:
        self.m, self.number, self.adult = m, number, age >= m.from_age
        self.end: float | None = None
        self.wrong, self.refused = False, 0
        self.red_end: int | None = None

    def term(self, draw: int) -> float:
        first, terms = self.m.span
        return first + (draw >> 32) * terms // 2**32 if terms else math.inf

    def judge(self, day: int, filed: int, misfiled: int, restored: int) -> None:
        m = self.m
        luck, length = word("pass", self.number, day)
        if self.end is not None:
            if day >= self.end or below(luck, m.exit) or (restored and self.wrong):
                self.end, self.wrong = None, False
            return
        if not self.adult:
            return
        u, v = word("found", self.number, day)
        rightly = bool(filed & ADVERSE) and below(u, m.per_entry)
        wrongly = bool(misfiled & ADVERSE) and below(v, m.per_entry)
        if below(luck, m.entry):
            mistaken = below(word("found", self.number, day, 1)[0], m.mistaken)
            rightly, wrongly = rightly or not mistaken, True
        if rightly or wrongly:
            self.end, self.wrong = day + self.term(length), not rightly

    def praise(self, day: int, filed: int) -> None:
        m = self.m
        one, two = word("praise", self.number, day)
        if self.red_end is not None:
            if day >= self.red_end or self.end is not None:
                self.red_end = None
            return
        good = filed & CREDIT and below(two, m.red_per_entry)
        if self.adult and self.end is None and (good or below(one, 1 - math.exp(-m.red_hazard / 365))):
            self.red_end = day + round(365 * m.red_term)

    def travel(self, day: int) -> None:
        self.refused += self.end is not None and below(word("trip", self.number, day)[0], self.m.trips / 365)

    def rights(self, redlists: bool) -> int:
        if not self.m.closes:
            return int(sum(Right))
        out = {right for right in Right if self.end is not None and self.closes(right)}
        if redlists and self.red_end is None:
            out.add(Right.RANK)
        return int(sum(right for right in Right if right not in out))

    def closes(self, right: Right) -> bool:
        if right in (Right.TRAVEL, Right.SCHOOL):
            return right is Right.TRAVEL
        bit = int(right).bit_length() - 1
        return below(word("joint", self.number, 0, 0, bit)[0], self.m.joint)

    def row(self, redlists: bool) -> tuple[int, int, int, int, int]:
        end = 0 if self.end is None else 65_535 if self.end == math.inf else int(self.end) + 1
        red = 0 if self.red_end is None else self.red_end + 1
        return end, int(self.wrong), self.refused, red, self.rights(redlists)


def feed(seed: int, share: float, bits: int) -> dict[int, dict[int, int]]:
    chance = np.random.default_rng(seed)
    return {d: {int(r): bits for r in np.flatnonzero(chance.random(PEOPLE) < share)} for d in range(DAYS)}


FILED, MISFILED = feed(1, 0.05, int(Act.DEFAULT | Act.REPAY)), feed(2, 0.05, int(Act.JAYWALK))
PRAISE, RESTORED = feed(3, 0.05, int(Act.CARE)), feed(4, 0.05, 1)
AGES = np.random.default_rng(5).integers(0, 90, PEOPLE).astype(np.uint8)
for _day, _rows in PRAISE.items():
    FILED[_day] = _rows | FILED[_day]


def town(m: Lists, chunk: int = PEOPLE) -> list[list[tuple[int, ...]]]:
    columns = (LISTED_UNTIL, MISLISTED, REFUSED, REDLISTED_UNTIL, RIGHTS)
    feeder = Feeder.of(FILED, MISFILED, RESTORED)
    days, _ = live([m, feeder], PEOPLE, DAYS, *columns, given={AGE.name: AGES}, chunk=chunk)
    return [list(zip(*(d[c.name].tolist() for c in columns), strict=True)) for d in days]


def plain(m: Lists) -> list[list[tuple[int, ...]]]:
    people = [Person(m, number, int(AGES[number])) for number in range(PEOPLE)]
    redlists = m.red_hazard > 0 or m.red_per_entry > 0
    found = []
    for day in range(DAYS):
        for p in people:
            filed = FILED[day].get(p.number, 0)
            p.judge(day, filed, MISFILED[day].get(p.number, 0), RESTORED[day].get(p.number, 0))
            if redlists:
                p.praise(day, filed)
            p.travel(day)
        found.append([p.row(redlists) for p in people])
    return found


@pytest.mark.parametrize("chunk", [PEOPLE, 41])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_lists_are_the_plain_ones(parameters: dict[str, object], chunk: int) -> None:
    m = Lists(**parameters)
    for day, (seen, expected) in enumerate(zip(town(m, chunk), plain(m), strict=True)):
        assert seen == expected, day


@pytest.mark.parametrize(
    "fault", [{"longest": 0.04}, {"repair": 0.0}, {"per_entry": 0.5}, {"red_term": 0.03}, {"joint": 0.6}]
)
def test_the_twin_notices_a_wrong_rule(fault: dict[str, object]) -> None:
    m = Lists(**SETTINGS[1])
    assert town(m) != plain(m.model_copy(update=fault))


def test_the_kernels_are_their_python_source() -> None:
    chance, n = np.random.default_rng(3), 1_500
    ids, age = np.arange(n, dtype=np.uint32), chance.integers(0, 90, n).astype(np.uint8)
    filed, misfiled = (np.where(chance.random(n) < 0.3, 16, 0).astype(np.uint16) for _ in "ab")
    restored = (chance.random(n) < 0.2).astype(np.uint8)
    shields, caps = (chance.integers(0, top, n).astype(np.uint16) for top in (256, 5))
    start = chance.choice(np.array([0, 500, 501, 600, 65_535], np.uint16), n)
    t = rng.thresholds([0.1, 0.2, 0.5, 0.3])
    why = [np.uint32(x) for x in (1, 2)]
    results = []
    for compiled in (True, False):
        mine = [
            start.copy(),
            np.zeros(n, np.uint8),
            np.zeros(n, np.uint64),
            *(np.zeros(1, np.int64) for _ in "abc"),
        ]
        red, refused, rights = start[::-1].copy(), np.zeros(n, np.uint16), np.zeros(n, np.uint16)
        begun = [np.zeros(n, np.uint16), np.zeros(n, np.uint8)]

        def run(name: str, *arguments: object, compiled: bool = compiled) -> None:
            function = getattr(lists, name)
            (function if compiled else getattr(function, "py_func", function))(*arguments)

        run("enlist", ids, age, filed, misfiled, restored, shields, caps, *mine, KEY, 500, *why, *t, 18, 7, 9)
        run("praise", ids, age, filed, mine[0], red, KEY, 500, why[0], t[0], t[1], 18, 9)
        run("refuse", ids, mine[0], refused, KEY, 500, why[0], t[0])
        run("bar", ids, mine[0], red, rights, KEY, why[0], t[2])
        run("inherit", ids, age, *begun, KEY, 500, why[0], np.sort(t), t[1], 18, False)
        results.append([*mine, red, refused, rights, *begun])
    assert all(np.array_equal(a, b) for a, b in zip(*results, strict=True))
    assert all(a.any() for a in results[0])
