"""A random order that is computed, not stored: a keyed one-to-one map of 0..n-1 onto itself.

A balanced Feistel network over the next power of four, walked until the result is below n. Which
household of which kind stands where is decided this way, so that the counts of every kind are exact.
"""

import numpy as np

from glasstown.core.kernels import rule
from glasstown.core.rng import table
from glasstown.core.typing import U32, U64s

_A = np.uint64(0xBF58_476D_1CE4_E5B9)
_B = np.uint64(0x94D0_49BB_1331_11EB)
_30 = np.uint64(30)
_27 = np.uint64(27)
_31 = np.uint64(31)


def shuffle_keys(key: np.uint64, purpose: U32, instance: int = 0) -> U64s:
    """The four round keys of one order, uint64, drawn for ``purpose``."""
    one, two = np.empty(2, np.uint64), np.empty(2, np.uint64)
    ids = np.array([2 * instance, 2 * instance + 1], np.uint32)
    table(key, ids, 0, 0, purpose, one, two)
    return np.concatenate([one, two])


def half_bits(n: int) -> int:
    """Bits of one half of the network for n things: 4**bits >= n."""
    return max(1, (max(n - 1, 1).bit_length() + 1) // 2)


@rule
def shuffled(i: int, n: int, half: int, keys: U64s) -> int:
    """The place of thing ``i`` of ``n`` in the order of ``keys``; ``half`` from ``half_bits(n)``."""
    bits = np.uint64(half)
    mask = (np.uint64(1) << bits) - np.uint64(1)
    x = np.uint64(i)
    while True:
        left, right = x >> bits, x & mask
        for k in range(4):
            z = right + keys[k]
            z = (z ^ (z >> _30)) * _A
            z = (z ^ (z >> _27)) * _B
            z = z ^ (z >> _31)
            left, right = right, left ^ (z & mask)
        x = (left << bits) | right
        if x < np.uint64(n):
            return int(x)
