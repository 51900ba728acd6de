"""How long a search takes: the line before the servers (M/M/c), the search itself, and the check."""

import math
from functools import lru_cache

import numpy as np

from glasstown.core.columns import FOREVER
from glasstown.core.kernels import rule
from glasstown.core.typing import U64, F64s, U32s

SECOND = 64
"""Waiting and service times are kept in 1/SECOND of a second."""

QUANTILES = 1024
"""Entries of a table of times."""

_LAST, _TEN = np.uint64(QUANTILES - 1), np.uint64(10)


def erlang_c(servers: int, load: float) -> float:
    """Chance that a search must wait: ``load`` is the work arriving, in servers, below ``servers``."""
    lost = 1.0
    for k in range(1, servers + 1):
        lost = load * lost / (k + load * lost)
    return lost / (1.0 - load / servers * (1.0 - lost))


@lru_cache(maxsize=1)
def _unit() -> F64s:
    """Quantiles of the exponential with mean 1 at (k + 1/2) / QUANTILES, shape (QUANTILES,)."""
    return np.array([-math.log1p(-(k + 0.5) / QUANTILES) for k in range(QUANTILES)])


def _ticks(times: F64s) -> U32s:
    """Seconds in whole 1/SECOND, at most FOREVER seconds, read-only."""
    table: U32s = np.rint(np.minimum(times, FOREVER) * SECOND).astype(np.uint32)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=64)
def exponential(mean: float) -> U32s:
    """Quantiles of an exponential time, mean in s: shape (QUANTILES,), 1/SECOND s."""
    return _ticks(_unit() * mean)


@lru_cache(maxsize=64)
def waits(searches: int, servers: int, service: float, peak: float) -> U32s:
    """Quantiles of the time that a search waits for a server: shape (QUANTILES,), 1/SECOND s.

    ``searches`` arrive within ``peak`` s as a Poisson stream. Below capacity this is the stationary wait
    of M/M/c, P(wait > t) = C exp(-(c/s - a) t), held to ``peak``. At or above it the queue only grows: the
    backlog rises in a straight line, so waits are uniform from 0 to peak * (load / servers - 1). What is
    left at the end of the peak is worked off before the next day.
    """
    load = searches * service / peak
    if load >= servers:
        quantile = (np.arange(QUANTILES) + 0.5) / QUANTILES
        return _ticks(quantile * (peak * (load / servers - 1.0)))
    chance, times = erlang_c(servers, load), np.zeros(QUANTILES)
    if chance > 0.0:
        unit, sure, mean = _unit(), -math.log(chance), service / (servers - load)
        some = slice(int(np.searchsorted(unit, sure)), QUANTILES)  # all before find a server free
        times[some] = np.minimum((unit[some] - sure) * mean, peak)
    return _ticks(times)


@rule
def seconds(u: U64, wait: U32s, service: U32s, latency: int) -> int:
    """Seconds, rounded up, from capture to name: the low 20 bits of ``u`` choose the wait and the service."""
    ticks = int(np.int64(wait[u & _LAST]) + np.int64(service[(u >> _TEN) & _LAST])) + latency
    return min(max((ticks + SECOND - 1) // SECOND, 1), FOREVER)
