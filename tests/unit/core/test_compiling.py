"""Compilations are counted, loads are not."""

import numba
import numpy as np

from glasstown.core.compiling import compilations


def test_a_new_function_counts_once_and_a_second_call_not_at_all() -> None:
    @numba.njit
    def twice(x: int) -> int:
        return 2 * x

    with compilations() as found:
        twice(1)
        assert (found.begun, found.done, found.busy) == (1, 1, False)
        twice(2)
        assert found.begun == 1
    twice(np.float64(1.5))
    assert found.begun == 1


def test_it_is_busy_while_it_compiles() -> None:
    seen: list[bool] = []

    @numba.njit
    def once(x: int) -> int:
        return x

    with compilations() as found:
        ended = found.on_end
        found.on_end = lambda event: (seen.append(found.busy), ended(event))  # type: ignore[method-assign]
        once(1)
    assert seen == [True] and not found.busy
