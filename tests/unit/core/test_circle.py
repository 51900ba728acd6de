"""The keyed circle: everybody on it once, neighbours that undo each other, groups that keep together."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from glasstown.core import circle as ours
from glasstown.core.circle import AHEAD, BEHIND, REACH, circle, place_of, row_at
from glasstown.core.kernels import kernel
from glasstown.core.rng import purpose, run_key
from plain_circle import plain_neighbours

WHY = purpose("test", "circle")


@kernel
def neighbours(key, why, group, way):
    wheel = circle(key, why, len(group))
    rows, found = np.arange(len(group)).astype(np.uint32), np.empty(len(group), np.uint32)
    ours.neighbours(rows, way, group, wheel, np.empty((3, len(group)), np.uint64), found)
    return found.astype(np.int64)


def groups(people: int, share: float = 0.0, seed: int = 1) -> np.ndarray:
    return (np.random.default_rng(seed).random(people) < share).astype(np.uint8)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 300), st.floats(0, 1), st.integers(0, 2**32))
def test_the_circle_is_the_plain_one(people: int, share: float, seed: int) -> None:
    group, key = groups(people, share, seed), run_key(seed)
    plain = plain_neighbours(key, WHY, group)
    assert dict(enumerate(neighbours(key, WHY, group, AHEAD).tolist())) == plain


@pytest.mark.parametrize("people", [2, 3, 64, 1000, 65_537])
@pytest.mark.parametrize("share", [0.0, 0.1])
def test_within_a_group_it_is_one_ring_without_loners(people: int, share: float) -> None:
    group = groups(people, share)
    group[:2] = 0
    ahead, behind = (neighbours(run_key(3), WHY, group, way) for way in (AHEAD, BEHIND))
    rows = np.arange(people)
    assert np.array_equal(ahead[behind], rows) and np.array_equal(behind[ahead], rows)
    assert np.array_equal(group[ahead], group)
    for kind in set(group.tolist()):
        members = np.flatnonzero(group == kind)
        walked, row = set(), int(members[0])
        for _ in members:
            walked.add(row)
            row = int(ahead[row])
        assert walked == set(members.tolist()) and row == members[0]
        assert len(members) == 1 or not np.any(ahead[members] == members)


def test_a_random_permutation_would_leave_loners() -> None:
    """The planted fault: without the circle, somebody is his own look-alike in most towns."""
    loners = [np.any(np.random.default_rng(s).permutation(1000) == np.arange(1000)) for s in range(40)]
    assert 0.4 < np.mean(loners) < 0.9


def test_alone_there_is_no_neighbour() -> None:
    assert neighbours(run_key(1), WHY, groups(1), AHEAD).tolist() == [0]
    group = groups(50)
    group[17] = 1
    for way in (AHEAD, BEHIND):
        assert neighbours(run_key(1), WHY, group, way)[17] == 17


def test_the_search_for_a_rare_group_ends() -> None:
    group = groups(200_000)
    group[[5, 150_000]] = 1
    wheel = circle(run_key(1), WHY, len(group))
    apart = (int(place_of(np.uint64(150_000), wheel)) - int(place_of(np.uint64(5), wheel))) % 2**18
    assert min(apart, 2**18 - apart) > REACH
    for way in (AHEAD, BEHIND):
        assert neighbours(run_key(1), WHY, group, way)[[5, 150_000]].tolist() == [5, 150_000]


def test_a_birth_moves_one_relation() -> None:
    group = groups(1001)
    before, after = (neighbours(run_key(9), WHY, group[:n], AHEAD) for n in (1000, 1001))
    assert np.count_nonzero(before != after[:1000]) == 1


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 2**31), st.data())
def test_place_and_row_undo_each_other(seed: int, town: int, data: st.DataObject) -> None:
    wheel = circle(run_key(seed), WHY, town)
    row = np.uint64(data.draw(st.integers(0, town - 1)))
    assert row_at(np.uint64(place_of(row, wheel)), wheel) == row


def distance_fault(ahead: np.ndarray) -> float:
    """Chi-squared of the distances between neighbours over 32 equal classes, 31 degrees of freedom."""
    n = len(ahead)
    counts = np.bincount((ahead - np.arange(n)) % n * 32 // n, minlength=32)
    return float(((counts - n / 32) ** 2 / (n / 32)).sum())


def household_fault(ahead: np.ndarray) -> float:
    """The same for what separates the neighbours of two people who live next to each other."""
    n = len(ahead)
    pairs = ahead[: n // 2 * 2].reshape(-1, 2)
    counts = np.bincount((pairs[:, 1] - pairs[:, 0]) % n * 32 // n, minlength=32)
    return float(((counts - n / 64) ** 2 / (n / 64)).sum())


LIMIT = 85.0
"""P(chi-squared with 31 degrees of freedom > 85) is 7e-7."""


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("people", [100_000, 131_072])
def test_neighbours_live_anywhere(seed: int, people: int) -> None:
    ahead = neighbours(run_key(seed), WHY, groups(people), AHEAD)
    assert distance_fault(ahead) < LIMIT
    assert household_fault(ahead) < LIMIT


def test_a_shift_of_the_whole_town_is_caught() -> None:
    shifted = (np.arange(100_000) + 12_345) % 100_000
    assert distance_fault(shifted) > LIMIT and household_fault(shifted) > LIMIT
