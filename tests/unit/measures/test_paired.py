"""Paired differences: exact on small tables, intervals that cover, correlation of twins."""

import numpy as np
import pytest

from glasstown.measures.paired import FEWEST, differences


def totals(values: np.ndarray, people: np.ndarray, measure: str = "offended", days: int = 365) -> dict:
    n = len(values)
    return {
        "measure": np.full(n, measure), "by": np.full(n, "all"), "level": np.zeros(n, np.int16),
        "district": np.arange(n, dtype=np.int16), "value": values.astype(np.int64),
        "people": people.astype(np.int64), "days": np.full(n, days, np.int32),
    }  # fmt: skip


def test_a_difference_is_that_of_the_whole_town():
    people = np.array([100, 300, 50, 200, 80, 120, 90, 60])
    one, other = people * 2, people * 2 + np.arange(8)
    (found,) = differences(totals(one, people), totals(other, people))
    assert found.without == pytest.approx(2.0)
    assert found.difference == pytest.approx(np.arange(8).sum() / people.sum())
    assert found.low < found.difference < found.high


def test_equal_twins_differ_by_nothing_for_certain():
    people, values = np.full(20, 5000), np.arange(20) * 7
    (found,) = differences(totals(values, people), totals(values, people))
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)
    assert found.correlation == pytest.approx(1.0)


def test_what_only_one_arm_knows_counts_as_none_in_the_other():
    people = np.full(20, 5000)
    (found,) = differences(
        {k: v[:0] for k, v in totals(people, people).items()}, totals(people, people, "named")
    )
    assert (found.without, found.with_) == (0.0, 1.0)


def test_few_districts_give_no_interval():
    people = np.full(FEWEST - 1, 1000)
    (found,) = differences(totals(people, people), totals(people * 2, people))
    assert found.low is None and found.high is None and found.difference == pytest.approx(1.0)


def coverage(draws: int, spoil: float = 1.0) -> float:
    """Share of 95 % intervals that hold the truth: 20 districts of unequal size, normal differences."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(draws):
        people = rng.integers(3000, 7000, 20)
        base = rng.normal(1000, 30, 20)
        first = np.round(people * base)
        second = np.round(people * (base + rng.normal(5, 2, 20)))
        (found,) = differences(totals(first, people), totals(second, people))
        half = (found.high - found.low) / 2 * spoil
        held += abs(found.difference - 5) <= half
    return held / draws


def test_intervals_cover_what_they_promise():
    """Nominal .95: 2,000 intervals, accepted within 4 standard errors (false alarm 6e-5)."""
    assert coverage(2000) == pytest.approx(0.95, abs=4 * (0.95 * 0.05 / 2000) ** 0.5)


def test_coverage_catches_intervals_a_fifth_too_narrow():
    assert coverage(2000, spoil=0.8) < 0.93
