"""Gaming against a plain twin: one person after the other, floats and fractions instead of columns."""

from fractions import Fraction

import numpy as np
import pytest

from feeder import Setter, live
from glasstown.core import rng
from glasstown.core.columns import POINT, SHARE
from glasstown.core.vocabulary import (
    ACTS,
    AGE,
    DIARY,
    ENTRIES,
    EVADING,
    INCOME,
    PERCEIVED_RISK,
    SCORE,
    STAKE,
    STRATUM,
    Act,
    Event,
)
from glasstown.mechanisms import gaming
from glasstown.mechanisms.gaming import ACCEPTED, BURDEN, DEEDS, FEATURE, FINE, SHOWN, WORTHY, ZERO, Gaming

PEOPLE, DAYS = 400, 33
KEY = rng.run_key(1)
CHANCE = np.random.default_rng(8)
GIVEN = {
    AGE.name: CHANCE.integers(0, 90, PEOPLE).astype(np.uint8),
    STRATUM.name: CHANCE.integers(0, 80, PEOPLE).astype(np.uint8),
    INCOME.name: CHANCE.integers(0, 6_000, PEOPLE).astype(np.uint16),
    PERCEIVED_RISK.name: CHANCE.integers(0, SHARE, PEOPLE).astype(np.uint16),
    STAKE.name: CHANCE.integers(0, 4, PEOPLE).astype(np.uint8),
}
SCORES = [CHANCE.integers(22_400, 60_800, PEOPLE).astype(np.uint16) for _ in range(DAYS)]
SETTINGS: tuple[dict[str, object], ...] = (
    {"second_phone": 0.4, "tunnel": 0.3, "use": 0.6},
    {"publisher": "robust", "cutoff": 0.3, "reach": 0.7, "poor_cost": 2.0, "group_cost": 1.5, "fear": 0.0},
    {"aim": "score", "window": 30.0, "pace": 0.4, "period": 3, "poor_cost": 3.0, "second_phone": 0.0},
)


def word(decision: str, person: int, day: int) -> tuple[Fraction, Fraction]:
    one, two = rng.draw(KEY, person, 0, rng.when(day, 0), rng.purpose("gaming", decision))
    return Fraction(int(one), 2**64), Fraction(int(two), 2**64)


class Person:
    """What is shown, the deeds done, and the ways round."""

    def __init__(self, m: Gaming, number: int) -> None:
        self.m, self.number = m, number
        self.age, self.stratum, self.income, risk, self.stake = (int(a[number]) for a in GIVEN.values())
        self.risk = risk / SHARE
        place, luck = word("feature", number, 0)
        self.worthy = luck >= Fraction(1, 2)
        self.feature = (1 if self.worthy else -1) * FINE + int(gaming.normals()[int(place * 65_536)])
        dear = 1 + (m.poor_cost - 1) * (4 - self.stratum % 5) / 4
        self.cost = round(256 * dear * (m.group_cost if self.stratum >= 40 else 1))
        self.deeds, self.ways = 0, 0

    def worth(self, need: int, reach: float, unit: int) -> bool:
        return need > 0 and need * self.cost <= round(reach * unit) * 256

    def effort(self) -> tuple[int, int]:
        need = round(self.m.asked * FINE) - self.feature
        moves = self.worth(need, self.m.reach, FINE)
        return ZERO + self.feature + (need if moves else 0), int(moves or need <= 0)

    def labour(self, day: int, points: int) -> int:
        m = self.m
        ahead = [b * POINT for b in range(m.border, 701, m.spacing) if b * POINT > points]
        if not ahead or day % m.period or self.age < m.from_age or not self.stake & 1:
            return 0
        if not self.worth(ahead[0] - points, m.window, POINT) or word("deed", self.number, day)[0] >= m.pace:
            return 0
        self.deeds += 1
        return int(Act.CARE)

    def use(self, day: int) -> tuple[int, int]:
        used = self.ways and word("use", self.number, day)[0] < self.m.use
        return (int(Act.TUNNEL), int(Event.EVADED)) if used else (0, 0)

    def evade(self) -> None:
        m, self.ways = self.m, 0
        factor = (1 + m.fear * self.risk) * (m.elderly if self.age >= 60 else 1) * (self.age >= m.from_age)
        for way, luck, share, price in zip(
            (1, 2), word("inclined", self.number, 0), (m.second_phone, m.tunnel),
            (m.phone_price, m.tunnel_price), strict=True,
        ):  # fmt: skip
            if luck < min(1, share * factor) and 10 * self.income * m.budget >= price:
                self.ways |= way


def town(m: Gaming, chunk: int = PEOPLE) -> list[list[tuple[int, ...]]]:
    columns = (SHOWN, ACCEPTED, WORTHY, DEEDS, ENTRIES, EVADING, ACTS, DIARY)
    mechanisms = [m, Setter.of(SCORE, SCORES)] if m.aim == "score" else [m]
    days, _ = live(mechanisms, PEOPLE, DAYS, *columns, given=GIVEN, chunk=chunk)
    return [list(zip(*(d[c.name].tolist() for c in columns), strict=True)) for d in days]


def plain(m: Gaming) -> list[list[tuple[int, ...]]]:
    people, found = [Person(m, number) for number in range(PEOPLE)], []
    for day in range(DAYS):
        rows = []
        for p in people:
            works = m.aim == "score"
            entered = p.labour(day, int(SCORES[day - 1][p.number])) if works and day else 0
            effort = (0, 0, 0) if works else (*p.effort(), int(p.worthy))
            used = p.use(day)
            if day % 30 == 0:
                p.evade()
            rows.append((*effort, p.deeds, entered, p.ways, *used))
        found.append(rows)
    return found


@pytest.mark.parametrize("chunk", [PEOPLE, 37])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_gaming_is_the_plain_one(parameters: dict[str, object], chunk: int) -> None:
    m = Gaming(**parameters)
    for day, (seen, expected) in enumerate(zip(town(m, chunk), plain(m), strict=True)):
        assert seen == expected, day


@pytest.mark.parametrize(
    ("which", "fault"),
    [(0, {"use": 0.7}), (0, {"tunnel": 0.4}), (0, {"budget": 0.03}), (1, {"reach": 0.8}),
     (1, {"cutoff": 0.2}), (1, {"group_cost": 1.0}), (2, {"window": 29.0}), (2, {"spacing": 40}),
     (2, {"pace": 0.5})],
)  # fmt: skip
def test_the_twin_notices_a_wrong_rule(which: int, fault: dict[str, object]) -> None:
    m = Gaming(**SETTINGS[which])
    assert town(m) != plain(m.model_copy(update=fault))


def test_the_burden_is_the_sum_over_the_deserving() -> None:
    m = Gaming(**SETTINGS[1])
    _, seen = live([m], PEOPLE, 1, FEATURE, given=GIVEN)
    people = [Person(m, number) for number in range(PEOPLE)]
    need = [max(0, round(m.asked * FINE) - p.feature) * p.cost for p in people if p.worthy]
    assert seen.state.counted[BURDEN.name] == sum(need)


def test_the_kernels_are_their_python_source() -> None:
    n, chance = 1_500, np.random.default_rng(3)
    ids, stratum = np.arange(n, dtype=np.uint32), chance.integers(0, 80, n).astype(np.uint8)
    age, points = chance.integers(0, 90, n).astype(np.uint8), chance.integers(0, 60_800, n).astype(np.uint16)
    money, risk = (chance.integers(0, 60_000, n).astype(np.uint16) for _ in "ab")
    m, why, t = Gaming(window=100.0, poor_cost=2.0), np.uint32(1), rng.threshold(0.5)
    stake = (ids % 4).astype(np.uint8)
    held, alive = (ids % 7 == 0).astype(np.uint16), (ids % 11 != 0).astype(np.uint8)
    results = []
    for compiled in (True, False):

        def run(name: str, *arguments: object, compiled: bool = compiled) -> None:
            function = getattr(gaming, name)
            (function if compiled else getattr(function, "py_func", function))(*arguments)

        feature, shown, deeds, entries = (np.zeros(n, np.uint16) for _ in range(4))
        worthy, accepted, evading, acts = (np.zeros(n, np.uint8) for _ in range(4))
        diary, total = np.zeros(n, np.uint64), np.zeros(1, np.int64)
        run("begin", ids, feature, worthy, KEY, 0, why, gaming.normals())
        run("strive", feature, worthy, stratum, shown, accepted, total, ZERO, m.within(1.0, FINE), m.costs)
        run("labour", ids, points, stake, stratum, age, held, deeds, entries, KEY, 0, why, m.borders,
            m.within(m.window, POINT), t, 14)  # fmt: skip
        run("evade", ids, age, money, money, risk, evading, KEY, why, 0.4, 0.3, 1 / SHARE, 0.2, 9e3, 5e3, 14)
        run("use", ids, evading, held, alive, acts, diary, KEY, 0, why, t)
        results.append([feature, shown, deeds, entries, worthy, accepted, evading, acts, diary, total])
    assert all(np.array_equal(a, b) for a, b in zip(*results, strict=True))
    assert all(a.any() for a in results[0])
