"""Life courses against a plain twin: one person after the other, days instead of turns, searches by hand."""

import numpy as np
import pytest

from glasstown.core import rng
from glasstown.core.vocabulary import (
    ACTIVITY,
    AGE,
    ALIVE,
    BOLDNESS,
    DIARY,
    FAMILY,
    GROUP,
    HOUSEHOLD,
    HOUSEHOLD_PLACE,
    HOUSEHOLD_SIZE,
    ID,
    INCOME,
    NEWBORN,
    PARENT,
    SEX,
    STRATUM,
    Event,
)  # fmt: skip
from glasstown.mechanisms import _ages
from glasstown.mechanisms.lifecourse import Lifecourse
from glasstown.population import demography, traits
from witness import live

PEOPLE, DAYS = 120, 60
KEY = rng.run_key(1)
SETTINGS: tuple[dict[str, object], ...] = (
    {"pace": 24.0, "likeness": 0.0},
    {"pace": 40.0, "likeness": 1.0, "boys": 50.0, "with_parents": 0.0},
    {"pace": 40.0, "births": "open", "fertility": 9.0, "with_parents": 1.0},
)
TOLD = (ID, ALIVE, AGE, SEX, GROUP, STRATUM, ACTIVITY, FAMILY, INCOME, BOLDNESS, PARENT, HOUSEHOLD,
        HOUSEHOLD_SIZE, NEWBORN, DIARY)  # fmt: skip


def word(decision: str, person: int, day: int, lane: int = 0, other: int = 0) -> tuple[int, int]:
    one, two = rng.draw(KEY, person, other, rng.when(day, lane), rng.purpose("lifecourse", decision))
    return int(one), int(two)


def below(draw: int, chance: float) -> bool:
    return draw < int(rng.threshold(min(max(chance, 0.0), 1.0)))


def share(draw: int, parts: int) -> int:
    return (draw >> 32) * parts >> 32


def given() -> dict[str, np.ndarray]:
    """Households of four: a couple and two of any age; one row in twelve waits for a birth."""
    chance = np.random.default_rng(3)
    row = np.arange(PEOPLE)
    age = np.where(row % 4 < 2, chance.integers(20, 50, PEOPLE), chance.integers(0, 90, PEOPLE))
    group = row // 40 % 2
    alive = (row % 12 != 7).astype(np.uint8)
    columns = {
        AGE: age * alive, SEX: np.where(row % 4 < 2, row % 2, chance.integers(0, 2, PEOPLE)), GROUP: group,
        ALIVE: alive, HOUSEHOLD_PLACE: row % 4, HOUSEHOLD_SIZE: row * 0 + 4,
        FAMILY: chance.integers(0, 4, PEOPLE), ACTIVITY: chance.integers(0, 4, PEOPLE),
        INCOME: chance.integers(100, 9000, PEOPLE), BOLDNESS: chance.integers(0, 256, PEOPLE),
        STRATUM: group * 40 + np.searchsorted(demography.BANDS, age, side="right") * 5 - 5 + row % 5,
    }  # fmt: skip
    return {c.name: values.astype(c.dtype) for c, values in columns.items()}


class Person:
    """One row."""

    def __init__(self, m: Lifecourse, row: int, columns: dict[str, np.ndarray]) -> None:
        for name, values in columns.items():
            setattr(self, name, int(values[row]))
        self.m, self.row, self.id, self.parent, self.newborn = m, row, row, 0, 0
        self.household = row - self.household_place + 1
        self.births, self.expecting, self.leaving, self.events = 0, False, False, 0
        self.death: int | None = None
        self.birthday, self.first_day, self.buried = 0, -1, True
        (u, v), (w, x) = word("enter", row, 0), word("enter", row, 0, 1)
        left = 1 + share(u, m.length)
        q = float(_ages.dying()[min(self.age, 104), self.sex])
        self.birthday = left - 1
        if (v >> 11) * 2.0**-53 < q * left / (m.length - q * (m.length - left)):
            self.death = share(w, left)
        low, high = self.limits(self.age)
        start, end = {1: (0, low), 2: (low, high)}.get(self.activity, (high, 2**32))
        if end <= start:
            start, end = 0, 2**32
        self.place = (start + ((x % 2**32) * (end - start) >> 32)) >> 16

    def limits(self, age: int) -> tuple[int, int]:
        school, both = traits.weekday_limits()
        return int(school[min(age, 104)]), int(both[min(age, 104)])

    def year(self, day: int) -> None:
        """A year of life begins."""
        self.birthday = day + self.m.length
        u, v = word("year", self.id, day)
        q = float(_ages.dying()[min(self.age, 104), self.sex])
        self.death = day + 1 + share(v, self.m.length) if below(u, q) else None

    def live(self, day: int) -> None:
        self.events = 0
        if not self.alive:
            return
        if day == self.death:
            self.events, self.buried = int(Event.DIED), False
            self.alive = self.age = self.activity = self.family = 0
        elif day == self.first_day:
            self.events = int(Event.BORN)
            self.year(day)
        elif day == self.birthday and self.first_day < day:
            self.grow(day)
            self.year(day)

    def grow(self, day: int) -> None:
        self.age = age = min(self.age + 1, 104)
        band = sum(age >= first for first in demography.BANDS) - 1
        self.stratum = self.stratum // 40 * 40 + band * 5 + self.stratum % 5
        place, (low, high) = self.place * 2**16 + 2**15, self.limits(age)
        retired = 3 if age >= (60, 55)[self.sex] else 0
        self.activity = 1 if place < low else 2 if place < high else retired
        u, v = word("parent", self.id, day)
        old = demography.with_old_parent()
        before, after = float(old[age - 1]), float(old[age])
        if self.parent == 0:
            if not self.family & 2:
                self.family |= 2 * below(u, (after - before) / (1 - before))
            elif before > 0 and below(u, (before - after) / before):
                self.family &= ~2
        home = demography.at_home(False)
        if home[age - 1] > 0 and below(v, 1 - home[age] / home[age - 1]):
            self.leaving = True


class Town:
    """All rows, and what happens once a month."""

    def __init__(self, m: Lifecourse, columns: dict[str, np.ndarray]) -> None:
        self.m = m
        self.rows = [Person(m, row, columns) for row in range(PEOPLE)]

    def month(self, day: int) -> None:
        for p in self.rows:
            p.newborn = 0 if p.buried else 2
            if not p.buried:
                p.buried, p.parent, p.births, p.expecting, p.leaving = True, 0, 0, False, False
        for p in self.rows:
            if p.parent and self.rows[p.parent - 1].newborn == 2:
                p.parent = 0
        for mother in self.mothers(day):
            self.birth(mother, day)
        self.leave(day)
        self.gather()

    def mothers(self, day: int) -> list[Person]:
        vacant = sum(not p.alive for p in self.rows)
        is_open = self.m.births == "open"
        rate = demography.births() / demography.births().sum() * (self.m.fertility if is_open else 1)
        rate = rate * self.m.month / self.m.length
        waiting = []
        for p in self.rows:
            if p.alive and p.sex == 1 and rate[p.age] > 0:
                turn = -1.0 if p.expecting else (word("mother", p.id, day)[0] >> 11) * 2.0**-53 / rate[p.age]
                if not is_open or turn < 1:
                    waiting.append((turn, p.row))
        chosen = [self.rows[row] for _, row in sorted(waiting)]
        if not is_open:
            return chosen[:vacant]
        for k, p in enumerate(chosen):
            p.expecting = k >= vacant
        return chosen[:vacant]

    def birth(self, mother: Person, day: int) -> None:
        around = [*range(mother.row, PEOPLE), *range(mother.row)]
        child = next(self.rows[row] for row in around if not self.rows[row].alive)
        child.id = 2**31 + word("name", mother.id, mother.births)[0] % 2**31
        assert all(p is child or p.id != child.id for p in self.rows)
        mother.births += 1
        mother.family |= 1
        u, v = word("child", child.id, 0)
        child.sex = 0 if below(u, self.m.boys / (100 + self.m.boys)) else 1
        child.place, child.alive, child.newborn = v >> 48, 1, 1
        child.first_day, child.death = day + 1, None
        child.age = child.activity = child.family = child.births = 0
        child.expecting = child.leaving = False
        child.parent, child.household, child.group = mother.row + 1, mother.household, mother.group
        child.stratum, child.income = mother.stratum // 40 * 40 + mother.stratum % 5, mother.income
        self.born = [*getattr(self, "born", []), (child, mother)]

    def temper(self) -> None:
        """After all births of a month, in their order."""
        for child, mother in getattr(self, "born", []):
            u, v = word("temper", child.id, 0)
            other = self.rows[share(v, PEOPLE)]
            child.like = mother if below(u, self.m.likeness) or not other.alive else other
        for child, boldness in [(c, c.like.boldness) for c, _ in getattr(self, "born", [])]:
            child.boldness = boldness
        self.born = []

    def home(self, name: int) -> list[Person]:
        return [p for p in self.rows if p.alive and p.household == name]

    def leave(self, day: int) -> None:
        self.temper()
        ready = []
        for p in self.rows:
            if p.alive and p.leaving:
                p.leaving = max(q.age for q in self.home(p.household)) >= p.age + 16
                ready += [p] if p.leaving else []
        women, men = ([p for p in ready if p.sex == sex] for sex in (1, 0))
        for w, m in zip(women, men, strict=False):
            if w.household == m.household:
                continue
            if not below(word("home", m.id, day, 0, w.id)[0], self.m.with_parents):
                around = [*range(m.row, PEOPLE), *range(m.row)]
                m.household = next(row + 1 for row in around if not self.home(row + 1))
            w.household = m.household
            w.leaving = m.leaving = False

    def gather(self) -> None:
        living = [p for p in self.rows if p.alive]
        for p in living:
            if p.parent and p.age < 18:
                p.household = self.rows[p.parent - 1].household
        grown = [p for p in living if p.age >= 18]
        lost = [p for p in living if p.age < 18 and all(q.age < 18 for q in self.home(p.household))]
        for p in lost if grown else []:
            p.household = ([q for q in grown if q.row < p.row] or grown[:1])[-1].household
        hers = {}
        for p in living:
            if p.newborn == 1:
                hers[p.household] = self.rows[p.parent - 1].age
        for p in self.rows:
            home = self.home(p.household) if p.alive else []
            p.household_size = len(home)
            if not p.alive:
                continue
            mother = hers.get(p.household, 0)
            if mother and p.sex == 0 and p.age >= 18 and mother - 7 <= p.age <= mother + 13:
                p.family |= 1
            if all(q.age >= 15 for q in home):
                p.family &= ~1
            if p.parent:
                p.family = p.family & ~2 | (2 if self.rows[p.parent - 1].age >= 60 else 0)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_town_lives_as_its_plain_twin(setting: dict[str, object]) -> None:
    m = Lifecourse.model_validate(setting)
    columns = given()
    lived, _ = live([m], PEOPLE, columns, DAYS, *TOLD, chunk=97)
    twin = Town(m, columns)
    for day, town in enumerate(lived):
        for p in twin.rows:
            p.live(day)
        if day % m.month == 0:
            twin.month(day)
        for c in TOLD:
            name = "events" if c is DIARY else c.name
            plain = [getattr(p, name) for p in twin.rows]
            assert town[c.name].tolist() == plain, (day, c.name)
    assert sum(p.births for p in twin.rows) > 8


def test_a_twin_with_another_rule_is_caught() -> None:
    """Planted fault: the child goes to the first free row instead of the nearest."""
    m, columns = Lifecourse(pace=24.0), given()
    lived, _ = live([m], PEOPLE, columns, 40, ID)
    twin = Town(m, columns)
    for day in range(40):
        for p in twin.rows:
            p.live(day)
        if day % m.month == 0:
            for p in twin.rows:
                p.row = PEOPLE - 1 if p.alive else p.row
            twin.month(day)
            for row, p in enumerate(twin.rows):
                p.row = row
    assert lived[-1]["id"].tolist() != [p.id for p in twin.rows]
