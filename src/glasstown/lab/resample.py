"""Shuffles and resamples of draws, keyed by what they are for: the same on every machine."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from glasstown.core import rng

KEY = rng.run_key(0, 0, "resample")


def words(what: str, rounds: int, size: int) -> NDArray[np.uint64]:
    """Random 64-bit words, shape (rounds, size); more rounds begin with the same ones."""
    count = rounds * size
    one, two = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
    rng.table(KEY, np.arange(count, dtype=np.uint32), 0, 0, rng.purpose("resample", what), one, two)
    return one.reshape(rounds, size)


def shares(what: str, rounds: int, size: int) -> NDArray[np.float64]:
    """Random numbers from 0 up to but not 1, shape (rounds, size)."""
    return (words(what, rounds, size) >> np.uint64(11)).astype(np.float64) * 2.0**-53


@lru_cache(maxsize=8)
def shuffles(what: str, rounds: int, size: int) -> NDArray[np.intp]:
    """Orders of ``size`` things, shape (rounds, size); kept, and not to be written to."""
    found: NDArray[np.intp] = np.argsort(words(what, rounds, size), axis=1, kind="stable")
    found.flags.writeable = False
    return found


def resampled(what: str, rounds: int, size: int) -> NDArray[np.intp]:
    """Places drawn with replacement, shape (rounds, size)."""
    return (shares(what, rounds, size) * size).astype(np.intp)


@lru_cache(maxsize=8)
def times(what: str, rounds: int, size: int) -> NDArray[np.int64]:
    """How often each of ``size`` things is drawn when so many are drawn with replacement: (rounds, size).

    Kept, and not to be written to.
    """
    rows = np.arange(rounds)[:, None] * size
    counts = np.bincount((resampled(what, rounds, size) + rows).ravel(), minlength=rounds * size)
    found: NDArray[np.int64] = counts.reshape(rounds, size).astype(np.int64)
    found.flags.writeable = False
    return found
