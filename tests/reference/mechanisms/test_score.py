"""Score against a slow plain twin, against its own Python source, and against the published fixed point."""

from fractions import Fraction
from math import exp, floor
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse.linalg import spsolve

from feeder import Feeder, live, random_ties
from glasstown.core import rng
from glasstown.core.columns import POINT
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import ADVERSE, DIARY, NOTICES, SCORE, WRONG_POINTS, Act, Event
from glasstown.mechanisms import score
from glasstown.mechanisms._scorers import see
from glasstown.mechanisms.score import MERIT, MONTH, Score

FLOOR, CEILING = 350 * POINT, 950 * POINT


# ---- Friedkin & Johnsen ----------------------------------------------------------------------------


def solved(merit: NDArray[Any], ties: StoredTies, weight: float) -> NDArray[np.float64]:
    """(I - aW)^-1 (1 - a) s, W the rows of weights made to sum to 1; who has no tie has only himself."""
    people = len(merit)
    start, neighbour, weights = ties.window(0, people)
    heavy = np.ones(ties.count) if len(weights) == 0 else weights.astype(float)
    w = sparse.csr_matrix((heavy, neighbour.astype(int), start.astype(int)), shape=(people, people))
    total = np.asarray(w.sum(axis=1)).ravel()
    w = sparse.diags(np.where(total > 0, 1 / np.where(total > 0, total, 1), 0)) @ w
    w = w + sparse.diags((total == 0).astype(float))
    matrix = sparse.identity(people, format="csc") - weight * w.tocsc()
    return np.asarray(spsolve(matrix, (1 - weight) * merit.astype(float)))


def furthest(ties: StoredTies, weight: float, seed: int, published: float | None = None) -> float:
    """How far the scores of a town end from the fixed point (of another weight, if given), 1/64 point."""
    people = ties.people
    merit = np.random.default_rng(seed).integers(FLOOR, CEILING, people).astype(np.uint16)
    book = Score(company=weight, mixing=1, memory=0.0)
    rounds = 3 + int(np.ceil(np.log(1e-4 / 40_000) / np.log(max(weight, 0.01))))
    town = live([book], people, rounds, given={"merit": merit}, ties=ties)[1]
    wanted = solved(merit, ties, weight if published is None else published)
    return float(np.abs(town.state.whole["score"] - wanted).max())


def allowed(weight: float) -> float:
    """In 1/64 point: half a unit for the mean, half for the mixture, and 1/131,072 of the weight."""
    return (0.5 + 0.5 * weight + (CEILING - FLOOR) / 2**17) / (1 - weight) + 1e-3


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("weight", [0.0, 0.05, 0.3, 0.6, 0.9])
def test_the_town_settles_where_friedkin_and_johnsen_say(weight: float, weighted: bool) -> None:
    for seed in range(3):
        ties = random_ties(600, 6.0, seed, weighted)
        assert furthest(ties, weight, seed) <= allowed(weight)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 60), st.floats(0, 0.9), st.integers(0, 10**6), st.booleans())
def test_on_any_small_graph(people: int, weight: float, seed: int, weighted: bool) -> None:
    assert furthest(random_ties(people, 3.0, seed, weighted), weight, seed) <= allowed(weight)


def test_the_law_catches_ignored_weights_and_another_weight() -> None:
    ties = random_ties(600, 6.0, 1, weighted=True)
    blind = StoredTies(*ties.window(0, 600)[:2])
    merit = np.random.default_rng(1).integers(FLOOR, CEILING, 600).astype(np.uint16)
    town = live([Score(company=0.3, mixing=1, memory=0.0)], 600, 20, given={"merit": merit}, ties=blind)[1]
    assert np.abs(town.state.whole["score"] - solved(merit, ties, 0.3)).max() > allowed(0.3)
    assert furthest(ties, 0.3, 1, published=0.301) > allowed(0.3)


# ---- a slow plain twin -----------------------------------------------------------------------------


def words(day: int, decision: str, people: int) -> list[tuple[int, int]]:
    one, two = np.empty(people, np.uint64), np.empty(people, np.uint64)
    ids = np.arange(people, dtype=np.uint32)
    rng.table(rng.run_key(1), ids, day, 0, rng.purpose("score", decision), one, two)
    return [(int(u), int(v)) for u, v in zip(one, two, strict=True)]


class Twin:
    """The same town in plain Python: whole numbers and fractions, person by person."""

    def __init__(self, book: Score, merit: NDArray[Any], ties: StoredTies) -> None:
        self.book = book
        self.start, self.neighbour, self.weight = ties.window(0, len(merit))
        self.low, self.begin, self.high = (round(x * POINT) for x in (book.floor, book.start, book.ceiling))
        self.merit = [min(max(int(m), self.low), self.high) if m else self.begin for m in merit]
        self.score = list(self.merit)
        self.company: list[int] = [0] * len(self.merit)
        self.wrong = [0] * len(self.merit)

    def mix(self) -> None:
        before = list(self.score)
        for i in range(len(self.merit)):
            edges = range(int(self.start[i]), int(self.start[i + 1]))
            heavy = [Fraction(float(self.weight[e])) for e in edges]
            total = sum(heavy)
            if not total:
                self.company[i] = 0
                continue
            mean = sum(h * before[self.neighbour[e]] for h, e in zip(heavy, edges, strict=True)) / total
            self.company[i] = floor(mean + Fraction(1, 2))

    def fade(self, day: int) -> None:
        keep = Fraction(round(exp(-MONTH / self.book.memory) * 2**32), 2**32)
        noise = round(self.book.noise * POINT)
        for i, (u, v) in enumerate(words(day, "fade", len(self.merit))):
            high, low = divmod(u, 2**32)
            moved = self.begin + floor(keep * (self.merit[i] - self.begin) + Fraction(high, 2**32))
            moved += noise if v >= 2**63 else -noise
            self.merit[i] = min(max(moved, self.low), self.high)
            self.wrong[i] = floor(keep * self.wrong[i] + Fraction(low, 2**32))

    def settle(self, filed: dict[int, int], misfiled: dict[int, int], restored: dict[int, int]) -> list[Any]:
        points = self.book.model_dump()
        aware = words(0, "aware", len(self.merit))
        told = []
        for i in range(len(self.merit)):
            right = [a for a in Act if filed.get(i, 0) & a]
            false = [a for a in Act if misfiled.get(i, 0) & a]
            value = {a: round(points[f"points_{a.name.lower()}"] * POINT) for a in Act}
            if restored.get(i):
                self.merit[i] = min(self.merit[i] + self.wrong[i], self.high)
                self.wrong[i] = 0
            up = sum(max(value[a], 0) for a in right + false)
            self.merit[i] = before = min(self.merit[i] + up, self.high)
            self.merit[i] = between = max(before + sum(min(value[a], 0) for a in right), self.low)
            self.merit[i] = after = max(between + sum(min(value[a], 0) for a in false), self.low)
            self.wrong[i] = min(self.wrong[i] + between - after, 65_535)
            events = Event.LOST_POINTS * (before > between) | Event.LOST_POINTS_WRONGLY * (between > after)
            adverse = any(a & ADVERSE for a in right + false)
            knows = Fraction(aware[i][0], 2**64) < Fraction(self.book.awareness)
            told.append((int(events), int(before > after and adverse and knows)))
            share = Fraction(round(self.book.company * 65_536), 65_536)
            other = self.company[i] or self.merit[i]
            self.score[i] = floor((1 - share) * self.merit[i] + share * other + Fraction(1, 2))
        return told


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"company": 0.4, "mixing": 3, "memory": 90.0, "noise": 2.5, "awareness": 0.6},
        {"company": 0.0, "memory": 10.0, "points_default": -400.0, "points_repay": 400.0},
        {"company": 0.9, "mixing": 1, "floor": 500.0, "ceiling": 640.0, "start": 500.0, "noise": 40.0},
    ],
)
def test_it_is_the_plain_twin(parameters: dict[str, Any]) -> None:
    people, days = 60, 95
    chance = np.random.default_rng(8)
    merit = chance.integers(0, 2, people) * chance.integers(FLOOR, CEILING, people)

    def files(rate: float, top: int) -> dict[int, dict[int, int]]:
        return {
            d: {i: int(chance.integers(1, top)) for i in range(people) if chance.random() < rate}
            for d in range(days)
        }

    filed, misfiled, restored = files(0.2, 128), files(0.03, 128), files(0.02, 2)
    book, ties = Score(**parameters), random_ties(people, 5.0, 2, weighted=True)
    seen, _ = live(
        [Feeder.of(filed, misfiled, restored), book], people, days, SCORE, MERIT, WRONG_POINTS, DIARY,
        NOTICES, given={"merit": merit.astype(np.uint16)}, ties=ties,
    )  # fmt: skip
    twin = Twin(book, merit, ties)
    for day in range(days):
        if book.company and day % book.mixing == 0:
            twin.mix()
        if day % MONTH == 0:
            twin.fade(day)
        told = twin.settle(filed[day], misfiled[day], restored[day])
        assert seen[day]["merit"].tolist() == twin.merit, day
        assert seen[day]["score"].tolist() == twin.score, day
        assert seen[day]["wrong_points"].tolist() == twin.wrong, day
        assert list(zip(seen[day]["diary"].tolist(), seen[day]["notices"].tolist(), strict=True)) == told, day


def test_the_twin_catches_one_point_too_many() -> None:
    feeder = Feeder.of({0: {0: int(Act.CARE)}})
    town = live([feeder, Score(points_care=2.0)], 1, 1)[1]
    twin = Twin(Score(), np.zeros(1), random_ties(1, 0.0, 1, weighted=True))
    twin.settle({0: int(Act.CARE)}, {}, {})
    assert town.state.whole["merit"].tolist() != twin.merit


# ---- compiled is its source ------------------------------------------------------------------------


def both(kernel: Any, make: Any) -> None:
    """Run a kernel compiled and as plain Python on equal arrays; everything must come out equal.

    Between compiled functions the moment of a draw is a uint64; plain Python would hand it on as an int.
    """
    one, two = make(), make()
    kernel(*one)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(score, "when", lambda day, lane: np.uint64(day << 8 | lane))
        kernel.py_func(*two)
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a, b)


def test_kernels_are_their_python_source() -> None:
    people = 300
    gains, losses = Score().rulebook
    key, why = rng.run_key(4), rng.purpose("score", "x")
    ties = random_ties(people, 4.0, 3, weighted=True)

    def columns(seed: int, *limits: tuple[Any, int, int]) -> list[NDArray[Any]]:
        chance = np.random.default_rng(seed)
        return [chance.integers(low, high, people).astype(kind) for kind, low, high in limits]

    u8, u16, u32, u64 = np.uint8, np.uint16, np.uint32, np.uint64
    ids = np.arange(people, dtype=u32)
    both(score.settle, lambda: [
        ids, *columns(1, (u16, 0, 128), (u16, 0, 128), (u8, 0, 2), (u16, 0, 512), (u16, 0, 3 * POINT),
                      (u16, FLOOR, CEILING), (u16, 0, 999), (u8, 0, 3), (u64, 0, 1)),
        key, why, rng.threshold(0.5), gains, losses, FLOOR, CEILING,
    ])  # fmt: skip
    both(score.blend, lambda: [
        *columns(5, (u16, FLOOR, CEILING), (u16, 0, 60_000), (u16, 0, 512), (u16, 0, 1), (u16, 0, 1)),
        6_000, True,
    ])  # fmt: skip
    both(see, lambda: [
        ids, *columns(6, (u16, 0, 128), (u16, 0, 128), (u8, 0, 2), (u16, 0, 1), (u16, 0, 1), (u8, 0, 1),
                      (u8, 0, 255)),
        key, 7, why, rng.purpose("score", "y"), 5, 20_000, False,
    ])  # fmt: skip
    both(score.fade, lambda: [
        ids, *columns(2, (u16, FLOOR, CEILING), (u16, 0, 9_999)), key, 30, why, 4_000_000_000, 99, FLOOR,
        600 * POINT, CEILING,
    ])  # fmt: skip
    start, neighbour, weights = ties.window(0, people)
    for weight in (weights, np.zeros(0, np.float32)):
        seen = columns(3, (u16, FLOOR, CEILING))[0]
        both(score.mix, lambda w=weight, s=seen: [start, neighbour, w, s, np.zeros(people, u16)])
