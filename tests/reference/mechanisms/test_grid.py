"""The grid against a plain twin: urns as lists of finds, one person after the other."""

from math import exp

import numpy as np
import pytest

from glasstown.core import rng
from glasstown.core.vocabulary import AGE, DETAINED_UNTIL, DISTRICT, EVADING, GROUP, Act, Shield
from glasstown.mechanisms import _checking, _patrols
from glasstown.mechanisms.grid import CHECKS, MISPLACING, MISSEIZED, OFFENCES, PATROLS, SEIZED, URNS, Grid
from street import tallied, walk

PEOPLE, DAYS = 157, 25
KEY = rng.run_key(1)
TOWN = {"data": "town", "patrols": 7, "prior": 30.0, "prior_elsewhere": 20.0, "decay": 0.1, "each": 15.0}
SETTINGS: tuple[dict[str, object], ...] = (
    {},
    {"correct": True, "decay": 0.2, "prior": 9.0, "prior_elsewhere": 4.0},
    {"zones": 5, "seen": 0.9, "told": 0.1, "patrols": 3, "elsewhere": 0.3, "correct": True},
    {"measured_from": 7, "prior": 9.0},
    {"even": True, "decay": 0.0, "prior": 3.0, "prior_elsewhere": 2.0},
    TOWN,
    TOWN | {"zones": 3, "correct": True, "told": 0.4, "seen": 0.8, "error": 0.2, "flagged": 0.5},
    TOWN | {"zones": 4, "measured_from": DAYS},
    TOWN | {"zone_by": "group", "group_ratio": 3.0, "elsewhere": 0.5, "each": 60.0, "recall": 0.5},
)


def word(decision: str, subject: int, day: int, zone: int = 0) -> tuple[int, int]:
    one, two = rng.draw(KEY, subject, 0, rng.when(day, zone), rng.purpose("grid", decision))
    return int(one), int(two)


def below(draw: int, chance: float) -> bool:
    return draw < int(rng.threshold(chance))


def poisson(mean: float, draw: int) -> int:
    k, chance = 0, exp(-mean)
    total = chance
    while draw >= int(rng.threshold(min(total, 1.0))):
        k += 1
        chance *= mean / k
        total += chance
    return k


class Twin:
    """Finds remembered by zone, in thousandths, as plain numbers."""

    def __init__(self, m: Grid, people: list[dict[str, int]]) -> None:
        self.m, self.people = m, people
        self.urns = [m.prior * 1000.0] + [m.prior_elsewhere * 1000.0] * (m.zones - 1)
        for person in people:
            person["zone"] = person["group"] if m.zone_by == "group" else person["district"] % m.zones
            person |= {"checks": 0, "found": 0, "misfound": 0}
        did = [p["zone"] for p in people if p["acts"] & (Act.JAYWALK | Act.CRITICISE | Act.TUNNEL)]
        self.offences = [did.count(zone) for zone in range(m.zones)]

    def forget(self, day: int) -> None:
        for zone, urn in enumerate(self.urns):
            lost = sum(self.gone(b, day, zone) for b in range(int(urn) // 1000))
            self.urns[zone] = max(urn - 1000 * lost, 1000.0) if self.m.decay else urn

    def gone(self, ball: int, day: int, zone: int) -> bool:
        shared = word("forget", ball // 8, day, zone)[ball % 8 // 4] >> (16 * (ball % 4)) & 0xFFFF
        alone = rng.draw(KEY, ball, 1, rng.when(day, zone), rng.purpose("grid", "forget"))[0]
        return below(shared << 48 | int(alone) >> 16, self.m.decay)

    def day(self, day: int) -> None:
        m = self.m
        if day:
            self.forget(day)
        pull = [urn * (1.0 if z == 0 else m.elsewhere) for z, urn in enumerate(self.urns)]
        share = [p / sum(pull) for p in pull]
        least = min(s for s in share if s)
        keep = [least / s if s else 0.0 for s in share] if m.correct else [1.0] * m.zones
        true, self.placed = self.offences, [0, 0]
        if m.data == "rates":
            true = [m.rate] + [m.rate_elsewhere] * (m.zones - 1)
        if day >= m.measured_from and (day or m.data == "rates"):
            far = sum(max(0.0, s - t / sum(true)) for s, t in zip(share, true, strict=True))
            self.placed = [round(1000 * far * m.patrols), 1000 * m.patrols]
        self.sent = [0] * m.zones
        visits = []
        for patrol in range(m.patrols):
            luck, zone = (word("send", patrol, day)[0] >> 11) / 2**53 * float(np.cumsum(share)[-1]), 0
            while luck >= float(np.cumsum(share)[zone]) and zone < m.zones - 1:
                zone += 1
            visits.append(zone)
            self.sent[zone] += 1
        self.rates(day, visits, keep) if m.data == "rates" else self.town(day, keep)

    def rates(self, day: int, visits: list[int], keep: list[float]) -> None:
        m = self.m
        rate = [m.rate if z == 0 else m.rate_elsewhere for z in range(m.zones)]

        def finds(mean: float, draw: int) -> int:
            return round(1000 * mean) if m.even else 1000 * poisson(mean, draw)

        for patrol, zone in enumerate(visits):
            if below(word("count", patrol, day)[0], keep[zone]):
                self.urns[zone] += finds(m.seen * rate[zone], word("find", patrol, day)[0])
        if m.told:
            for zone in range(m.zones):
                self.urns[zone] += finds(m.told * rate[zone], word("report", zone, day)[0])

    def town(self, day: int, keep: list[float]) -> None:
        m = self.m
        size = [sum(p["zone"] == z for p in self.people) for z in range(m.zones)]
        for row, p in enumerate(self.people):
            p["found"] = p["misfound"] = 0
            zone = p["zone"]
            did = p["acts"] & (Act.JAYWALK | Act.CRITICISE | Act.TUNNEL)
            if p["detained"]:
                continue
            if did and m.told and below(word("tell", row, day)[0], m.told):
                self.urns[zone] += 1000
            chance = m.capacity * self.sent[zone] / m.patrols * len(self.people) / size[zone] if day else 0.0
            limit = int(rng.threshold(min(1.0, chance * (m.group_ratio if p["group"] else 1.0))))
            shared = word("pass", row // 8, day)[row % 8 // 4] >> (16 * (row % 4)) & 0xFFFF
            rest, named = word("stop", row, day)
            stopped = (shared << 48 | rest >> 16) < limit
            sought = p["named"] and not p["shields"] & (Shield.SEPARATE | Shield.UNNAMED)
            stopped |= bool(sought and chance and below(named, m.flagged))
            if p["age"] < m.from_age or p["shields"] & Shield.MINOR or not stopped:
                continue
            p["checks"] += 1
            there = did | (Act.TUNNEL if p["evading"] else 0)
            luck, kept = word("look", row, day)
            strikes = p["shields"] & (Shield.DISMISS_TRUE if there else Shield.DISMISS_FALSE)
            if below(luck, m.recall if there else m.error) and not strikes:
                p["found" if there else "misfound"] = int(there or Act.TUNNEL)
                self.urns[zone] += 1000 if below(kept, m.seen * keep[zone]) else 0


SHIELDS = np.array([0, 0, 0, *(int(shield) for shield in Shield)])


def crowd() -> list[dict[str, int]]:
    chance = np.random.default_rng(4)
    return [
        {"district": int(chance.integers(0, 6)), "group": int(chance.random() < 0.3),
         "age": int(chance.integers(5, 90)), "evading": int(chance.choice([0, 0, 0, 1, 2, 3])),
         "detained": int(chance.choice([0, 0, 0, 0, 900])),
         "acts": int(chance.choice([0, 0, 16, 64, 80, 128])),
         "named": int(chance.random() < 0.1), "shields": int(chance.choice(SHIELDS))}
        for _ in range(PEOPLE)
    ]  # fmt: skip


def both(parameters: dict[str, object], twin: dict[str, object], chunk: int = PEOPLE, days: int = DAYS):
    people = crowd()
    plain = Twin(Grid(**twin), people)
    given = {
        column.name: np.array([p[name] for p in people], column.dtype)
        for name, column in (("district", DISTRICT), ("group", GROUP), ("age", AGE), ("evading", EVADING),
                             ("detained", DETAINED_UNTIL))
    }  # fmt: skip
    m = Grid(**parameters)
    columns = (CHECKS, SEIZED, MISSEIZED) if m.data == "town" else ()
    lived, simulation = walk(m, [p["acts"] for p in people], [p["named"] for p in people], days, *columns,
                             given=given, chunk=chunk, shields=[p["shields"] for p in people])  # fmt: skip
    for day in range(days):
        plain.day(day)
    seen = [tallied(simulation, URNS[: m.zones]), tallied(simulation, PATROLS[: m.zones])]
    expected = [[round(urn) for urn in plain.urns], plain.sent]
    seen.append(tallied(simulation, MISPLACING))
    expected.append(plain.placed)
    if columns:
        seen.append(tallied(simulation, OFFENCES[: m.zones]))
        expected.append(plain.offences)
        seen += [lived[-1][c.name].tolist() for c in columns]
        expected += [[p[name] for p in people] for name in ("checks", "found", "misfound")]
    return seen, expected


@pytest.mark.parametrize("chunk", [PEOPLE, 41])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_the_grid_is_the_plain_one(parameters: dict[str, object], chunk: int) -> None:
    seen, expected = both(parameters, parameters, chunk)
    assert seen == expected


def test_the_twin_notices_patrols_measured_by_where_they_came_from() -> None:
    """The planted fault: the share of patrols held against equal shares, not against true offences."""
    m = Grid(**SETTINGS[6])
    plain = Twin(m, crowd())
    plain.offences = [1] * m.zones
    for day in range(DAYS):
        plain.day(day)
    seen, _ = both(SETTINGS[6], SETTINGS[6])
    assert seen[2][1] == plain.placed[1] and seen[2][0] != plain.placed[0]


@pytest.mark.parametrize(
    "fault", [{"decay": 0.09}, {"correct": False}, {"told": 0.3}, {"seen": 0.7}, {"error": 0.1},
              {"flagged": 0.4}, {"elsewhere": 0.9}, {"each": 14.0}]
)  # fmt: skip
def test_the_twin_notices_a_wrong_rule(fault: dict[str, object]) -> None:
    seen, expected = both(SETTINGS[6], SETTINGS[6] | fault)
    assert seen != expected


def test_the_kernels_are_their_python_source() -> None:
    chance, n = np.random.default_rng(3), 300
    zone = np.array([0, 1] * 128, np.uint8)
    home, group, suspicion = (chance.integers(0, 2, n).astype(np.uint8) for _ in "abc")
    acts = chance.choice(np.array([0, 16, 64, 128], np.uint8), n)
    evading = chance.integers(0, 4, n).astype(np.uint8)
    age = chance.integers(0, 90, n).astype(np.uint8)
    detained = chance.choice(np.array([0, 0, 9], np.uint16), n)
    shields = chance.choice(SHIELDS, n).astype(np.uint16)
    stop = rng.thresholds([0.2, 0.9, 0.3, 0.0]).reshape(2, 2)
    t = rng.thresholds([0.5, 0.7, 0.1, 0.3])
    why = np.arange(4, dtype=np.uint32)
    results = []
    for compiled in (True, False):
        mine = [np.zeros(n, k) for k in (np.uint16, *[np.uint8] * 4, np.uint64)]
        added, filed = np.zeros(2, np.int64), [np.zeros(n, np.uint16) for _ in "ab"]

        def run(module: object, name: str, *arguments: object, compiled: bool = compiled) -> object:
            function = getattr(module, name)
            return (function if compiled else getattr(function, "py_func", function))(*arguments)

        run(_checking, "check", 4096 + 3, zone, home, group, acts, evading, suspicion, shields, detained,
            np.ones(n, np.uint8), age, *mine, added, KEY, 7, why, stop, stop.max(), t[0], t[1], t[2],
            t[:2], t[3], 16)  # fmt: skip
        run(_checking, "enter", mine[1], mine[2], *filed)
        where = np.zeros(2, np.int64)
        run(_checking, "offending", zone, home, acts, where)
        gone = run(_patrols, "forgotten", KEY, 7, 1, why[0], 4001, t[2])
        results.append([*mine, added, *filed, np.array([gone]), where])
    assert all(np.array_equal(a, b) for a, b in zip(*results, strict=True))
    assert all(a.any() for a in results[0] if a is not results[0][1] and a is not results[0][2])
