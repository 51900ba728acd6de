"""Firewall against a plain twin: one person after the other, floats instead of columns."""

from math import exp
from typing import Any

import numpy as np
import pytest

from feeder import live, random_ties
from glasstown.core import rng
from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import ACTS, AGE, DIARY, EVADING, INFORMED, Act, Event
from glasstown.mechanisms import firewall
from glasstown.mechanisms.firewall import BROWSED, SEEKING, Firewall

PEOPLE, DAYS = 300, 40
KEY = rng.run_key(1)
CHANCE = np.random.default_rng(6)
GIVEN = {
    AGE.name: CHANCE.integers(0, 90, PEOPLE).astype(np.uint8),
    EVADING.name: CHANCE.choice(np.array([0, 0, 0, 1, 2, 3], np.uint8), PEOPLE),
    SEEKING.name: (CHANCE.random(PEOPLE) < 0.1).astype(np.uint8),
    INFORMED.name: CHANCE.integers(0, SHARE, PEOPLE).astype(np.uint16),
}
SETTINGS: tuple[dict[str, Any], ...] = (
    {"demand": 0.4, "reachable": 0.3, "tunnel": 0.2, "spillover": 0.6, "memory": 60.0, "talks": 9},
    {"demand": 0.1, "reachable": 0.9, "nudge": 0.5, "nudge_from": 6, "nudge_days": 12, "taste": 0.3,
     "lapse": 0.1, "period": 3, "talks": 1, "from_age": 14, "spillover": 1.0, "hearsay": 0.4, "memory": 0.0},
)  # fmt: skip


def word(decision: str, person: int, day: int, lane: int = 0) -> tuple[int, int]:
    one, two = rng.draw(KEY, person, 0, rng.when(day, lane), rng.purpose("firewall", decision))
    return int(one), int(two)


def below(draw: int, chance: float) -> bool:
    return draw < int(rng.threshold(chance))


class Town:
    """What everybody seeks and knows, and the rows of everybody's ties with their weights."""

    def __init__(self, m: Firewall, ties: Any, weighted: bool) -> None:
        self.m, self.weighted = m, weighted
        start, neighbour, weight = ties.window(0, PEOPLE)
        heavy = weight if len(weight) else np.ones(len(neighbour), np.float32)
        self.ties = [
            [(int(neighbour[e]), float(heavy[e])) for e in range(start[i], start[i + 1])]
            for i in range(PEOPLE)
        ]
        self.seeks = [bool(s) for s in GIVEN[SEEKING.name]]
        self.knows = [int(x) for x in GIVEN[INFORMED.name]]

    def read(self, i: int, day: int) -> tuple[bool, bool]:
        """Whether person i reads, and whether by a tunnel."""
        m, (luck, other) = self.m, word("read", i, day)
        likes, digs = word("trait", i, 0)
        asked = m.nudge_from <= day < m.nudge_from + m.nudge_days and below(
            word("trait", i, 0, 1)[0], m.nudge
        )
        seeks = below(likes, m.demand) or self.seeks[i]
        tunnels = bool(int(GIVEN[EVADING.name][i]) & 2) or below(digs, m.tunnel)
        adult = int(GIVEN[AGE.name][i]) >= m.from_age
        openly = adult and below(luck, m.chance(False, seeks, asked))
        reads = openly or (adult and tunnels and below(luck, m.chance(True, seeks, asked)))
        if reads:
            self.seeks[i] = self.seeks[i] or below(other, m.taste)
        elif below(other, m.lapse):
            self.seeks[i] = False
        self.seeks[i] = self.seeks[i] and adult
        return reads, reads and not openly

    def met(self, i: int, luck: float) -> int | None:
        left, found = luck * sum(w for _, w in self.ties[i]), None
        if not self.weighted:
            return self.ties[i][int(luck * len(self.ties[i]))][0] if self.ties[i] else None
        for other, w in self.ties[i]:
            if w > 0:
                found, left = other, left - w
                if left < 0:
                    break
        return found

    def tell(self, day: int) -> None:
        m, before = self.m, list(self.knows)
        keep = round(65_536 * exp(-m.talks / m.memory)) if m.memory else 65_536
        for i in range(PEOPLE):
            one, two = word("tell", i, day)
            self.knows[i] = (before[i] * keep + one % 65_536) // 65_536
            u = (two >> 32) / 2**32
            other = self.met(i, (one >> 32) / 2**32)
            if other is not None and u * SHARE < m.spillover * before[other]:
                self.learn(i, m.hearsay, one >> 16)

    def learn(self, i: int, share: float, luck: int) -> None:
        x = self.knows[i]
        self.knows[i] = min(int(x + share * (SHARE - x) + luck % 65_536 / 65_536), SHARE)


def plain(m: Firewall, ties: Any, weighted: bool) -> list[list[tuple[int, ...]]]:
    twin, found = Town(m, ties, weighted), []
    for day in range(DAYS):
        read = [(False, False)] * PEOPLE
        if day % m.period == 0:
            read = [twin.read(i, day) for i in range(PEOPLE)]
        if day % m.talks == 0:
            twin.tell(day)
        for i in range(PEOPLE):
            if read[i][0]:
                twin.learn(i, m.lesson, word("learn", i, day)[0])
        found.append([
            (int(twin.seeks[i]), int(read[i][0]), twin.knows[i], int(Act.TUNNEL) * read[i][1],
             int(Event.READ_OUTSIDE) * read[i][0]) for i in range(PEOPLE)
        ])  # fmt: skip
    return found


def town(m: Firewall, ties: Any, chunk: int = PEOPLE) -> list[list[tuple[int, ...]]]:
    columns = (SEEKING, BROWSED, INFORMED, ACTS, DIARY)
    days, _ = live([m], PEOPLE, DAYS, *columns, given=GIVEN, ties=ties, chunk=chunk)
    return [list(zip(*(d[c.name].tolist() for c in columns), strict=True)) for d in days]


@pytest.mark.parametrize("chunk", [PEOPLE, 47])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_the_wall_is_the_plain_one(parameters: dict[str, Any], weighted: bool, chunk: int) -> None:
    m, ties = Firewall(**parameters), random_ties(PEOPLE, 5, 2, weighted)
    for day, (seen, expected) in enumerate(zip(town(m, ties, chunk), plain(m, ties, weighted), strict=True)):
        assert seen == expected, day


@pytest.mark.parametrize(
    ("which", "fault"),
    [(0, {"tunnel": 0.3}), (0, {"reachable": 0.2}), (0, {"spillover": 0.7}), (0, {"memory": 70.0}),
     (0, {"talks": 8}), (1, {"nudge_days": 13}), (1, {"taste": 0.2}), (1, {"lapse": 0.0}),
     (1, {"hearsay": 0.3})],
)  # fmt: skip
def test_the_twin_notices_a_wrong_rule(which: int, fault: dict[str, Any]) -> None:
    m, ties = Firewall(**SETTINGS[which]), random_ties(PEOPLE, 5, 2, True)
    assert town(m, ties) != plain(m.model_copy(update=fault), ties, True)


def test_the_kernels_are_their_python_source() -> None:
    m, why = Firewall(**SETTINGS[1]), np.uint32(1)
    ids, t = np.arange(PEOPLE, dtype=np.uint32), rng.thresholds([0.5, 0.1])
    odds = rng.thresholds([m.chance(bool(k & 4), bool(k & 2), bool(k & 1)) for k in range(8)])
    disposed = np.random.default_rng(1).integers(0, 8, PEOPLE).astype(np.uint8)
    held, alive = (ids % 7 == 0).astype(np.uint16), (ids % 11 != 0).astype(np.uint8)
    ties, results = random_ties(PEOPLE, 5, 2, True).window(0, PEOPLE), []
    for compiled in (True, False):
        read, tell, learn = (
            f if compiled else f.py_func for f in (firewall.read, firewall.tell, firewall.learn)
        )
        seeking, browsed, acts = GIVEN[SEEKING.name].copy(), *(np.zeros(PEOPLE, np.uint8) for _ in "ab")
        diary, informed = np.zeros(PEOPLE, np.uint64), GIVEN[INFORMED.name].copy()
        read(ids, GIVEN[AGE.name], held, alive, GIVEN[EVADING.name], disposed, seeking, browsed, acts, diary,
             KEY, 5, why, odds, *t, 9, True)  # fmt: skip
        tell(ids, *ties, GIVEN[INFORMED.name], informed, KEY, 5, why, 0.9, round(0.9 * 2**32), 0.2,
             np.uint32(60_000), False)  # fmt: skip
        learn(ids, browsed, informed, KEY, 5, why, 0.3)
        results.append([seeking, browsed, acts, diary, informed])
    assert all(np.array_equal(a, b) and a.any() for a, b in zip(*results, strict=True))
