"""Ties kept compactly are the ties that were given, for any window, degree and weight."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from glasstown.core.ties import MOST_COMPACT, NoTies, StoredTies, chosen

DEGREES = st.lists(st.one_of(st.integers(0, 6), st.just(MOST_COMPACT + 40)), min_size=0, max_size=200)


@given(DEGREES, st.booleans(), st.data())
def test_every_window_is_the_slice_of_the_whole(degrees, weighted, data):
    start = np.concatenate([[0], np.cumsum(degrees)]).astype(np.uint32)
    neighbour = np.arange(start[-1], dtype=np.uint32) % max(1, len(degrees))
    weight = np.arange(start[-1], dtype=np.float32) if weighted else None
    ties = StoredTies(start, neighbour, weight)
    lo = data.draw(st.integers(0, len(degrees)))
    hi = data.draw(st.integers(lo, len(degrees)))
    inner, near, heavy = ties.window(lo, hi)
    assert (inner == start[lo : hi + 1] - start[lo]).all() and len(inner) == hi - lo + 1
    assert (near == neighbour[start[lo] : start[hi]]).all()
    assert len(heavy) == (len(near) if weighted else 0)
    assert (ties.start == start).all() and ties.count == len(neighbour)
    for array in (inner, near, heavy):
        assert not array.flags.writeable


def test_few_ties_cost_a_byte_a_person_and_four_a_tie():
    people, each = 64_000, 12
    start = np.arange(0, people * each + 1, each, dtype=np.uint32)
    ties = StoredTies(start, np.zeros(people * each, np.uint32))
    assert ties.nbytes / people == pytest.approx(1 + 4 * each + 8 / 64, rel=0.001)


def test_nobody_knows_anybody():
    start, near, heavy = NoTies(9).window(2, 5)
    assert start.tolist() == [0, 0, 0, 0] and len(near) == len(heavy) == 0


@given(st.lists(st.floats(0, 3, width=32), min_size=0, max_size=6), st.floats(0, 1, exclude_max=True))
def test_a_tie_is_drawn_by_weight(weights: list[float], luck: float) -> None:
    neighbour, heavy = np.arange(10, 10 + len(weights), dtype=np.uint32), np.array(weights, np.float32)
    found = chosen(0, len(weights), neighbour, heavy, luck)
    if not any(weights):
        assert found == -1
    else:
        sums = np.cumsum(heavy.astype(float))
        place = int(found) - 10
        assert weights[place] > 0
        before = sums[place] - weights[place]
        assert before - 1e-6 <= luck * sums[-1] <= sums[place] + 1e-6


@given(st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_ties_that_weigh_the_same_are_drawn_alike(many: int, luck: int) -> None:
    neighbour = np.arange(10, 10 + many, dtype=np.uint32)
    found = chosen(0, many, neighbour, np.zeros(0, np.float32), luck / 2**32)
    assert found == (10 + luck * many // 2**32 if many else -1)
