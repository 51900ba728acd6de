"""Privileges against a slow plain twin and against their own Python source."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from feeder import Setter, live
from glasstown.core import rng
from glasstown.core.columns import POINT
from glasstown.core.vocabulary import DIARY, RIGHTS, SCORE, Event, Right
from glasstown.mechanisms import privileges
from glasstown.mechanisms.privileges import MONTH, Privileges

PEOPLE, DAYS = 240, 64
FIELDS = {right: str(right.name).lower() for right in Right}


def town() -> tuple[dict[str, NDArray[Any]], list[NDArray[np.uint16]]]:
    """Households of 1 to 5 people of any age, and scores that wander; some have none at first."""
    chance = np.random.default_rng(6)
    sizes: list[int] = []
    while sum(sizes) < PEOPLE:
        sizes.append(min(int(chance.integers(1, 6)), PEOPLE - sum(sizes)))
    given = {
        "age": chance.integers(0, 80, PEOPLE).astype(np.uint8),
        "household_place": np.concatenate([np.arange(s) for s in sizes]).astype(np.uint8),
        "household_size": np.repeat(sizes, sizes).astype(np.uint8),
    }
    walk = 590 + chance.normal(0, 15, (DAYS, PEOPLE)).cumsum(axis=0)
    scores = (np.clip(walk, 350, 950) * POINT).astype(np.uint16)
    scores[:20, :30] = 0
    return given, list(scores)


def lucky(day: int, chance: float) -> list[bool]:
    one, two = np.empty(PEOPLE, np.uint64), np.empty(PEOPLE, np.uint64)
    ids = np.arange(PEOPLE, dtype=np.uint32)
    rng.table(rng.run_key(1), ids, day, 0, rng.purpose("privileges", "trip"), one, two)
    return [Fraction(int(u), 2**64) < Fraction(chance) for u in one]


class Twin:
    """Rights as sets, household by household."""

    def __init__(self, book: Privileges, given: dict[str, NDArray[Any]]) -> None:
        self.book, self.given = book, given
        self.limits = {right: book.model_dump()[FIELDS[right]] for right in Right}
        self.open = [set(Right) for _ in range(PEOPLE)]
        self.unplaced: set[int] = set()

    def look(self, score: NDArray[Any]) -> None:
        age = self.given["age"]
        self.unplaced = set()
        for child in np.flatnonzero(age < self.book.from_age).tolist():
            first = child - int(self.given["household_place"][child])
            home = range(first, first + int(self.given["household_size"][child]))
            adults = [i for i in home if age[i] >= self.book.from_age]
            if any(0 < Fraction(int(score[i]), POINT) < self.book.school for i in adults):
                self.unplaced.add(child)

    def decide(self, day: int, score: NDArray[Any]) -> list[int]:
        asks = lucky(day, self.book.trips / 365)
        diary = []
        for i in range(PEOPLE):
            points, before = Fraction(int(score[i]), POINT), set(self.open[i])
            for right in Right:
                limit = self.limits[right]
                if right is Right.SCHOOL:
                    wanted = i not in self.unplaced
                elif (self.given["age"][i] < self.book.from_age and right is not Right.TRAVEL) or not (
                    points and limit
                ):
                    wanted = True
                elif right in before:
                    wanted = points >= limit
                else:
                    wanted = int(points) >= limit + self.book.margin
                (self.open[i].add if wanted else self.open[i].discard)(right)
            shown = {Right.RANK}
            events = Event.CLOSED * bool(before - self.open[i] - shown)
            events |= Event.OPENED * bool(self.open[i] - before - shown)
            events |= Event.REFUSED_TRAVEL * (Right.TRAVEL not in self.open[i] and asks[i])
            diary.append(int(events))
        return diary


BOOKS: tuple[dict[str, Any], ...] = (
    {},
    {"margin": 25, "trips": 90.0, "school": 600},
    {
        "travel": 0,
        "credit": 590,
        "jobs": 600,
        "exit": 951,
        "rank": 350,
        "school": 0,
        "margin": 5,
        "from_age": 0,
    },
    {"from_age": 60, "school": 640, "trips": 365.0},
)


@pytest.mark.parametrize("parameters", BOOKS)
def test_it_is_the_plain_twin(parameters: dict[str, Any]) -> None:
    given, scores = town()
    book = Privileges(**parameters)
    seen, _ = live([Setter.of(SCORE, scores), book], PEOPLE, DAYS, RIGHTS, DIARY, given=given, chunk=100)
    twin = Twin(book, given)
    for day in range(DAYS):
        if book.school and day % MONTH == 0:
            twin.look(scores[day - 1] if day else np.zeros(PEOPLE))
        diary = twin.decide(day, scores[day])
        assert seen[day]["rights"].tolist() == [int(sum(rights)) for rights in twin.open], day
        assert seen[day]["diary"].tolist() == diary, day


def test_the_twin_catches_a_threshold_of_one_point_more() -> None:
    given, scores = town()
    seen, _ = live([Setter.of(SCORE, scores), Privileges(credit=551)], PEOPLE, DAYS, RIGHTS, given=given)
    twin = Twin(Privileges(), given)
    different = 0
    for day in range(DAYS):
        if day % MONTH == 0:
            twin.look(scores[day - 1] if day else np.zeros(PEOPLE))
        twin.decide(day, scores[day])
        different += seen[day]["rights"].tolist() != [int(sum(rights)) for rights in twin.open]
    assert different > 0


def test_kernels_are_their_python_source() -> None:
    given, scores = town()

    def deciding() -> list[Any]:
        return [
            np.arange(PEOPLE, dtype=np.uint32), given["age"], scores[40], np.zeros(PEOPLE, np.uint8),
            np.arange(PEOPLE, dtype=np.uint16) % 64, np.arange(PEOPLE, dtype=np.uint16) % 3,
            np.full(PEOPLE, 127, np.uint16), np.zeros(PEOPLE, np.uint32), rng.run_key(3), 5,
            rng.purpose("privileges", "trip"), rng.threshold(0.5), 18, Privileges(margin=10).openings, 95,
        ]  # fmt: skip

    def looking() -> list[Any]:
        closed, listed = np.ones(PEOPLE - 100, np.uint8), np.arange(PEOPLE, dtype=np.uint16) % 3
        return [100, given["household_place"], given["age"], scores[40], listed, closed, 600 * POINT, 18]

    for kernel, make in ((privileges.decide, deciding), (privileges.school, looking)):
        one, two = make(), make()
        kernel(*one)
        with pytest.MonkeyPatch.context() as patch:  # plain Python would hand on an int
            patch.setattr(privileges, "when", lambda day, lane: np.uint64(day << 8 | lane))
            kernel.py_func(*two)
        for a, b in zip(one, two, strict=True):
            assert np.array_equal(a, b)
