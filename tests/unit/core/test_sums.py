"""Sums that every Python makes alike."""

from functools import reduce
from math import fsum
from operator import add

from hypothesis import given
from hypothesis import strategies as st

from glasstown.core.sums import added

TENTHS = [0.1] * 10


def test_each_step_is_rounded() -> None:
    assert added(TENTHS) == 0.9999999999999999
    assert (
        fsum(TENTHS) == 1.0
    )  # the planted fault: what carries its rounding errors, as ``sum`` does since 3.12
    assert added([]) == 0.0


@given(st.lists(st.floats(-1e300, 1e300), max_size=30))
def test_it_goes_from_left_to_right(values: list[float]) -> None:
    assert added(iter(values)) == reduce(add, values, 0.0)
