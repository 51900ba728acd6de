"""The registry against a slow plain twin: one file after the other, days as plain numbers."""

from fractions import Fraction
from math import exp, factorial

import numpy as np
import pytest

from crowd import Crowd, some
from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import (
    DIARY,
    ERASURES,
    FILED,
    MISFILED,
    MISRECORDED_SINCE,
    RECORDED_SINCE,
    RESTORED,
    Act,
    Erasure,
    Event,
    Shield,
)
from glasstown.mechanisms import registry
from glasstown.mechanisms.registry import FILINGS, Registry
from witness import live

PEOPLE, DAYS = 700, 25
KEY = rng.run_key(1)
COLUMNS = (FILED, MISFILED, RECORDED_SINCE, MISRECORDED_SINCE, RESTORED, DIARY)
ADVERSE = Act.DEFAULT | Act.JAYWALK | Act.CRITICISE
GOOD = Act.CARE | Act.RAISE | Act.REPAY
SETTINGS: tuple[dict[str, object], ...] = (
    {},
    {"error": 0.6, "registries": 2, "retention": 9, "missed_link": 0.5, "intake_games": 0.9},
    {"error": 0.3, "retention": 6, "renews": False, "intake_care": 1.0},
    {"error": 0.5, "retention": 4, "renews": False, "settled": False, "keys": 300, "by_name": 0.8},
    {"error": 0.1, "retention": 12, "keys": 50, "by_name": 1.0, "missed_link": 0.0},
)


class Eraser(Mechanism):
    """Orders a few erasures every day."""

    def steps(self) -> tuple[Step, ...]:
        return (Step("eraser.order", Phase.RESPOND, self._order, adds=(ERASURES,)),)

    def _order(self, view, now) -> None:
        view[ERASURES][:] |= orders(now.day)[view.lo : view.lo + view.people]


def orders(day: int) -> np.ndarray:
    chance = np.random.default_rng(1_000 + day)
    bits = np.array([1, 2, 4, 8, 3, 5], np.uint8)
    return np.where(chance.random(PEOPLE) < 0.1, chance.choice(bits, PEOPLE), 0).astype(np.uint8)


def crowd() -> dict[str, list[np.ndarray]]:
    """Acts and entries that change from day to day."""
    acts = [some(PEOPLE, 0.5, int(Act.CARE | Act.GAMES), d) | some(PEOPLE, 0.5, Act.RAISE, 50 + d)
            for d in range(DAYS)]  # fmt: skip
    entries = [some(PEOPLE, 0.1, int(Act.JAYWALK | Act.REPAY), 100 + d) for d in range(DAYS)]
    false = [some(PEOPLE, 0.05, int(Act.DEFAULT | Act.CRITICISE), 200 + d) for d in range(DAYS)]
    return {"acts": acts, "entries": entries, "false_entries": false}


class Draws:
    """The keyed draws of one person, as fractions."""

    def __init__(self, person: int) -> None:
        self.person = person

    def words(self, decision: str, day: int, lane: int = 0) -> tuple[int, int]:
        why = rng.purpose("registry", decision)
        one, two = rng.draw(KEY, self.person, 0, rng.when(day, lane), why)
        return int(one), int(two)


class File:
    """One person's file. A record is the day on which it began, or None."""

    def __init__(self, m: Registry, person: int) -> None:
        self.m, self.draws = m, Draws(person)
        self.hazard = 1 - (1 - m.error) ** (m.registries / m.retention)
        self.records: dict[str, int | None] = {"true": None, "false": self._inherited()}

    def _inherited(self) -> int | None:
        """Sum the chances of each age from the youngest on, until they exceed the draw."""
        m, h = self.m, self.hazard
        u = Fraction(self.draws.words("inherit", 0)[0], 2**64)
        total = 0.0
        for days_ago in range(1, m.retention + 1):
            each = h * (1 - h) ** (days_ago - 1) if m.renews else h / (1 + h * m.retention)
            total += each
            if m.settled and u < total:
                return -days_ago
        return None

    def linked(self, bits: int, day: int, lane: int) -> int:
        kept = 0
        for bit in range(16):
            word = self.draws.words("link", day, lane + bit // 2)[bit % 2]
            if bits & (1 << bit) and word >= self.m.missed_link * 2**64:
                kept |= 1 << bit
        return kept

    def namesakes(self) -> int:
        u, mean = self.draws.words("namesakes", 0)[0] / 2**64, (PEOPLE - 1) / self.m.keys
        count, total = 0, exp(-mean)
        while u >= total:
            count += 1
            total += exp(-mean) * mean**count / factorial(count)
        return count

    def day(self, day: int, acts: int, said: int, lied: int, ordered: int, filings: int) -> dict[str, int]:
        m, (one, two) = self.m, self.draws.words("enter", day)
        filed = self.linked(said, day, 1)
        thirds = two % 2**21, two // 2**21 % 2**21, two // 2**43
        rates = (m.intake_care, m.intake_raise, m.intake_games)
        for act, third, rate in zip((Act.CARE, Act.RAISE, Act.GAMES), thirds, rates, strict=True):
            if acts & act and third < int(rate * 2**21):
                filed |= act
        misfiled = self.linked(lied, day, 9)
        slip = self.hazard
        if m.keys and m.by_name:
            slip = 1 - (1 - slip) * (1 - m.by_name * filings / PEOPLE) ** self.namesakes()
        if one < slip * 2**64:
            misfiled |= Act.DEFAULT
        found = {"filed": filed, "misfiled": misfiled, "restored": 0, "diary": 0}
        self._keep(
            "true", day, filed & ADVERSE != 0, ordered & (Erasure.EXPIRED | Erasure.WITHDRAWN) != 0, found
        )
        wrong = ordered & (Erasure.CORRECTED | Erasure.MISEXPIRED) != 0
        found["restored"] = int(wrong and self.records["false"] is not None)
        self._keep("false", day, misfiled & ADVERSE != 0, wrong, found)
        if ordered & (Erasure.EXPIRED | Erasure.MISEXPIRED):
            found["diary"] |= Event.FORGOTTEN
        for happened, event in ((filed & ADVERSE, Event.RECORDED), (misfiled & ADVERSE, Event.MISRECORDED),
                                (filed & GOOD, Event.CREDITED)):  # fmt: skip
            found["diary"] |= event if happened else 0
        return found

    def _keep(self, kind: str, day: int, new: bool, ordered: bool, found: dict[str, int]) -> None:
        began = self.records[kind]
        if began is None:
            self.records[kind] = day if new else None
        elif ordered or day - began >= self.m.retention:
            self.records[kind] = day if new and self.m.renews else None
            if not ordered and self.records[kind] is None:
                found["diary"] |= Event.FORGOTTEN
        elif new and self.m.renews:
            self.records[kind] = day


def since(day: int | None) -> int:
    """How the columns write the day on which a record began; the day before the first is not writable."""
    return 0 if day is None else (day + 1) % 65_536 or 65_535


@pytest.mark.parametrize("parameters", SETTINGS)
def test_the_registry_is_the_plain_one(parameters: dict[str, object]) -> None:
    m, reports = Registry(**parameters), crowd()
    lived, town = live([m, Crowd.of(**reports), Eraser()], PEOPLE, {}, DAYS, *COLUMNS, chunk=333)
    files, filings = [File(m, person) for person in range(PEOPLE)], 0
    for file in files:  # a record of the day before the first counts as one of the day before that
        file.records["false"] = -2 if file.records["false"] == -1 else file.records["false"]
    for day in range(DAYS):
        today = [reports[name][day].tolist() for name in ("acts", "entries", "false_entries")]
        ordered = orders(day - 1).tolist() if day else [0] * PEOPLE
        plain = [f.day(day, *each, filings) for f, *each in zip(files, *today, ordered, strict=True)]
        for name in ("filed", "misfiled", "restored", "diary"):
            assert lived[day][name].tolist() == [each[name] for each in plain], f"day {day}, {name}"
        for name, kind in (("recorded_since", "true"), ("misrecorded_since", "false")):
            assert lived[day][name].tolist() == [since(f.records[kind]) for f in files], f"day {day}, {name}"
        filings = sum(each["filed"] & ADVERSE != 0 for each in plain)
    assert town.state.tallies[FILINGS.name] == filings


def test_the_twin_notices_a_day_too_many() -> None:
    """The planted fault: a record that stands one day longer."""
    lived, _ = live([Registry(retention=5, error=0.3), Crowd.of(**crowd())], PEOPLE, {}, 8, RECORDED_SINCE)
    longer, _ = live([Registry(retention=6, error=0.3), Crowd.of(**crowd())], PEOPLE, {}, 8, RECORDED_SINCE)
    assert not np.array_equal(lived[7]["recorded_since"], longer[7]["recorded_since"])


def test_kernels_are_their_python_source() -> None:
    n, chance = 300, np.random.default_rng(2)
    ids = np.arange(50, 50 + n, dtype=np.uint32)
    reports = [chance.integers(0, 128, n).astype(np.uint16) * (chance.random(n) < 0.4) for _ in range(3)]
    shields = chance.choice([0, int(Shield.SEPARATE), int(Shield.AUDITED), 511], n).astype(np.uint16)
    tables = registry.intakes(0.5, 0.4, 0.3), registry.slips(0.05, 0.2), registry.namesakes(1.5)
    results = []
    for function in (registry.file, getattr(registry.file, "py_func", registry.file)):
        mine = [np.zeros(n, np.uint16), np.zeros(n, np.uint16)]
        mine += [(np.arange(n) % 12).astype(np.uint16), (np.arange(n) % 7 * 9_000).astype(np.uint16)]
        mine += [(np.arange(n) % 16).astype(np.uint8), np.zeros(n, np.uint8), np.zeros(n, np.uint64)]
        mine += [np.zeros(1, np.int64)]
        why = [np.uint32(x) for x in (1, 2, 3)]
        errors = registry.protected(0.05, 0.03, 0.5)
        function(ids, *reports, shields, *mine, KEY, 9, *why, *tables, rng.threshold(0.3), errors, 8, True)
        results.append(mine)
    assert all(np.array_equal(a, b) for a, b in zip(*results, strict=True))
    old = []
    for function in (registry.inherit, getattr(registry.inherit, "py_func", registry.inherit)):
        old.append(np.zeros(n, np.uint16))
        function(ids, old[-1], KEY, 3, np.uint32(4), registry.ages(0.02, 40, True))
    assert np.array_equal(*old) and old[0].any()
