"""Conduct against a slow plain twin: the rules written again, in exact fractions, person by person."""

from fractions import Fraction

import numpy as np
import pytest

from glasstown.core import rng
from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import ACTS, DIARY, ENTRIES, NOTICES, PERCEIVED_RISK, Act, Event, Family
from glasstown.mechanisms import conduct
from glasstown.mechanisms.conduct import Conduct
from witness import live

PEOPLE = 1_500
DAYS = 12
COLUMNS = ("acts", "entries", "notices", "diary", "perceived_risk")
RULES = ("crossing", "happens", "swapped", "cross", "play", "tend", "believed", "update")
SETTINGS: tuple[dict[str, float], ...] = (
    {},
    {"reds": 2.5, "spread": 1.0, "detection": 0.2, "gain": 0.15, "memory": 9.0, "prior": 0.3},
    {"reds": 0.4, "anonymous": 0.9, "identified": 0.0, "deterrence": 1.0, "prior": 0.7, "detection": 1.0},
    {
        "reds": 6.0,
        "games": 1.0,
        "care": 0.9,
        "upbringing": 1.0,
        "warmth": 0.5,
        "gain": 1.0,
        "detection": 0.01,
    },
)


def people() -> dict[str, np.ndarray]:
    chance = np.random.default_rng(11)
    return {
        "age": chance.integers(0, 90, PEOPLE).astype(np.uint8),
        "family": chance.integers(0, 4, PEOPLE).astype(np.uint8),
        "diligence": chance.integers(0, 256, PEOPLE).astype(np.uint8),
        "prosociality": chance.integers(0, 256, PEOPLE).astype(np.uint8),
        "detained_until": chance.choice([0, 999], PEOPLE, p=[0.9, 0.1]).astype(np.uint16),
    }


def words(day: int, decision: str, n: int) -> list[tuple[Fraction, Fraction]]:
    """The two draws of each of ``n`` people as numbers in [0, 1)."""
    one, two = np.empty(n, np.uint64), np.empty(n, np.uint64)
    ids = np.arange(n, dtype=np.uint32)
    rng.table(rng.run_key(1), ids, day, 0, rng.purpose("conduct", decision), one, two)
    return [(Fraction(int(u), 2**64), Fraction(int(v), 2**64)) for u, v in zip(one, two, strict=True)]


def other(u: Fraction) -> Fraction:
    """The draw with its halves exchanged."""
    high, low = divmod(int(u * 2**64), 2**32)
    return Fraction(low * 2**32 + high, 2**64)


class Person:
    """One person of the twin."""

    def __init__(
        self, m: Conduct, age: int, family: int, diligence: int, prosociality: int, until: int
    ) -> None:
        self.m, self.age, self.family, self.away = m, age, family, until > 0
        self.factor = 1 + Fraction(m.spread) * (1 - Fraction(2 * diligence, 255))
        self.warmth = 1 + Fraction(m.warmth) * (Fraction(2 * prosociality, 255) - 1)
        self.prior = round(m.prior * SHARE)
        self.risk = self.prior

    def act(self, u: Fraction, v: Fraction) -> int:
        m = self.m
        r = Fraction(self.risk, SHARE)
        gap = Fraction(m.anonymous) - Fraction(m.identified)
        p = min(max((Fraction(m.anonymous) - Fraction(m.deterrence) * r * gap) * self.factor, Fraction(0)), 1)
        whole = int(m.reds)
        part = Fraction(m.reds) - whole
        once = 1 - (1 - part) * (1 - p) ** whole - part * (1 - p) ** (whole + 1)
        adult = self.age >= 18
        acts = 0
        if self.away:
            return acts
        if self.age >= m.out_from and u < once:
            acts |= Act.JAYWALK
        if m.games_from <= self.age <= m.games_to and other(u) < Fraction(m.games):
            acts |= Act.GAMES
        if adult and self.family & Family.PARENT and v < Fraction(m.care) * self.warmth:
            acts |= Act.CARE
        if adult and self.family & Family.CHILD and other(v) < Fraction(m.upbringing) * self.warmth:
            acts |= Act.RAISE
        return acts

    def learn(self, crossed: bool, told: bool, u: Fraction) -> None:
        if told:
            change = Fraction(round(self.m.gain * 2**32), 2**32) * (SHARE - self.risk)
        elif crossed:
            change = Fraction(round(self.m.gain * 2**32), 2**32) * (0 - self.risk)
        else:
            drift = 1 / self.m.memory if self.m.memory else 0.0
            change = Fraction(round(drift * 2**32), 2**32) * (self.prior - self.risk)
        self.risk = int(self.risk + change + Fraction(int(u * 2**32), 2**32))


def twin(m: Conduct, given: dict[str, np.ndarray]) -> list[dict[str, list[int]]]:
    """What every day brings, person by person."""
    names = ("age", "family", "diligence", "prosociality", "detained_until")
    town = [Person(m, *(int(given[n][i]) for n in names)) for i in range(len(given["age"]))]
    days = []
    for day in range(DAYS):
        draws = [words(day, decision, len(town)) for decision in ("act", "fine", "learn")]
        today: dict[str, list[int]] = {n: [] for n in COLUMNS}
        for person, (u, v), (seen, _), (rounding, _) in zip(town, *draws, strict=True):
            acts = person.act(u, v)
            crossed = bool(acts & Act.JAYWALK)
            fined = crossed and seen < Fraction(m.detection)
            person.learn(crossed, fined, rounding)
            today["acts"].append(acts)
            today["entries"].append(int(Act.JAYWALK) * fined)
            today["notices"].append(int(fined))
            today["diary"].append(int(Event.FINED) * fined + int(Event.OFFENDED) * crossed)
            today["perceived_risk"].append(person.risk)
        days.append(today)
    return days


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_kernels_are_the_plain_twin(setting: dict[str, float]) -> None:
    m = Conduct(**setting)
    lived, _ = live([m], PEOPLE, people(), DAYS, ACTS, ENTRIES, NOTICES, DIARY, PERCEIVED_RISK)
    for day, (fast, slow) in enumerate(zip(lived, twin(m, people()), strict=True)):
        for name, values in slow.items():
            assert fast[name].tolist() == values, f"{name} on day {day}"


def test_a_twin_that_forgets_the_other_half_of_a_draw_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: the same half decides about two things."""
    monkeypatch.setattr(f"{__name__}.other", lambda u: u)
    lived, _ = live([Conduct()], PEOPLE, people(), 1, ACTS)
    assert lived[0]["acts"].tolist() != twin(Conduct(), people())[0]["acts"]


def test_a_twin_that_lets_the_detained_out_differs() -> None:
    """Planted fault: nobody is detained."""
    lived, _ = live([Conduct()], PEOPLE, people(), 1, ACTS)
    free = people() | {"detained_until": np.zeros(PEOPLE, np.uint16)}
    assert lived[0]["acts"].tolist() != twin(Conduct(), free)[0]["acts"]


def test_the_compiled_code_is_its_own_source(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = (ACTS, ENTRIES, NOTICES, DIARY, PERCEIVED_RISK)
    few = {name: values[:300] for name, values in people().items()}
    m = Conduct(**SETTINGS[1])
    compiled, _ = live([m], 300, few, 3, *watched)
    for name in (*RULES, "when", "act", "fine", "learn"):
        monkeypatch.setattr(conduct, name, getattr(conduct, name).py_func)
    plain, _ = live([m], 300, few, 3, *watched)
    for fast, slow in zip(compiled, plain, strict=True):
        assert all(np.array_equal(fast[name], slow[name]) for name in COLUMNS)
