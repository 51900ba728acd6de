"""The computed order: one to one, keyed, and not the identity."""

import numpy as np
import pytest

from glasstown.core.rng import purpose, run_key
from glasstown.population.shuffle import half_bits, shuffle_keys, shuffled

KEYS = shuffle_keys(run_key(7, 0, "population"), purpose("population", "test"))


def order(n: int, keys: np.ndarray = KEYS) -> list[int]:
    return [shuffled(i, n, half_bits(n), keys) for i in range(n)]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 1000, 4097])
def test_an_order_is_one_to_one(n: int) -> None:
    assert sorted(order(n)) == list(range(n))


def test_other_keys_give_another_order() -> None:
    other = shuffle_keys(run_key(7, 0, "population"), purpose("population", "test"), 1)
    assert order(1000) != order(1000, other)
    assert order(1000) == order(1000)


def test_places_are_even_over_the_order() -> None:
    """Mean displacement of a random order is n/3; five standard errors of a mean of 4,096 such."""
    n = 4096
    moved = np.abs(np.array(order(n)) - np.arange(n)) / n
    assert abs(moved.mean() - 1 / 3) < 5 * moved.std() / np.sqrt(n)
    halves = np.array(order(n))[: n // 2] < n // 2
    assert abs(halves.mean() - 0.5) < 5 * 0.5 / np.sqrt(n // 2)


def test_compiled_and_plain_agree() -> None:
    with np.errstate(over="ignore"):
        assert [shuffled.py_func(i, 100, half_bits(100), KEYS) for i in range(100)] == order(100)
