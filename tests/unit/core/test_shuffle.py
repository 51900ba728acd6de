"""The order of a sequential step: what a stable sort of the draws gives."""

import numpy as np
import pytest

from glasstown.core.rng import table
from glasstown.core.shuffle import shuffled
from glasstown.core.typing import U64s


def drawn(n: int, day: int) -> U64s:
    """A word of a draw for each of ``n`` people."""
    one, two = np.empty(n, np.uint64), np.empty(n, np.uint64)
    table(np.uint64(5), np.arange(n, dtype=np.uint32), day, 0, np.uint32(7), one, two)
    return one


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 1_000, 1_023, 1_024, 20_000])
def test_it_is_the_stable_order_of_the_draws(n: int) -> None:
    for day in range(5):
        words = drawn(n, day)
        found = shuffled(words)
        assert found.dtype == np.uint32
        assert np.array_equal(found, np.argsort(words, kind="stable"))


def test_equal_draws_and_the_ends_of_the_scale_keep_the_order_of_rows() -> None:
    words = drawn(999, 1) >> np.uint64(58) << np.uint64(58)
    words[[5, 70]], words[[2, 800]] = np.uint64(2**64 - 1), np.uint64(0)
    found = shuffled(words)
    assert np.array_equal(found, np.argsort(words, kind="stable"))
    assert not np.array_equal(found, np.argsort(words[::-1], kind="stable")), "planted: rows the other way"
