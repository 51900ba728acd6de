"""Who is marked is found, in order, and nobody else."""

import numpy as np
import pytest

from glasstown.core.few import noted


@pytest.mark.parametrize("find", [noted, noted.py_func])
@pytest.mark.parametrize("n", [0, 1, 7, 8, 13, 64])
def test_marked_positions_below_n_are_found_in_order(find, n: int) -> None:
    luck = np.random.default_rng(n)
    for share in (0.0, 0.1, 1.0):
        mark = np.where(luck.random(64) < share, luck.integers(1, 256, 64), 0).astype(np.uint8)
        expected, some = np.flatnonzero(mark[:n]), np.full(65, -1)
        assert find(mark, n, some) == len(expected)
        assert np.array_equal(some[: len(expected)], expected)
