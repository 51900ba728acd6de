"""Measuring: the best of several, in seconds of processor time, which a busy machine lengthens least."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work took: seconds that passed, and seconds of all its threads together."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Cost:
    """Do it once."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def best(work: Callable[[], object], repeats: int) -> Cost:
    """Do it ``repeats`` times; the least of each kind."""
    costs = [timed(work) for _ in range(repeats)]
    return Cost(min(c.wall for c in costs), min(c.cpu for c in costs))


def quickest(work: Callable[[], object], repeats: int) -> float:
    """Seconds of the quickest of ``repeats``, for work of microseconds on one thread."""
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)
