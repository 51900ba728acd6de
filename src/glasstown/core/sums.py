"""Sums that are the same in every version of Python."""

from collections.abc import Iterable


def added(values: Iterable[float]) -> float:
    """The sum from left to right, rounded at each step.

    What ``sum`` made of floating-point numbers before Python 3.12; since then it carries what rounding loses,
    and a chance that differs in its last bit is another town.
    """
    total = 0.0
    for value in values:
        total += value
    return total
