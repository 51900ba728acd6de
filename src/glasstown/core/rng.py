"""Random numbers that depend on who, when and why, never on the order of calls.

One draw = Philox4x32-10 of (run key; subject id, object id or 0, day << 8 | lane, purpose): the
counter-based generator of Salmon et al. 2011, checked against its published vectors. The key never
depends on scenario, size, threads, order or version, so twins share every draw that both make.
"""

import hashlib
from functools import lru_cache

import numpy as np

from glasstown.core.kernels import inlined, kernel, rule
from glasstown.core.typing import U32, U64, F64s, U32s, U64s

CERTAIN = np.uint64(2**64 - 1)
"""The threshold of probability 1: missed once in 2**64 draws."""

_ALL = 2.0**64
_LOW = np.uint64(0xFFFF_FFFF)
_HALF = np.uint64(32)
_M0 = np.uint64(0xD251_1F53)
_M1 = np.uint64(0xCD9E_8D57)
_W0 = np.uint64(0x9E37_79B9)
_W1 = np.uint64(0xBB67_AE85)


def run_key(seed: int, replicate: int = 0, domain: str = "days") -> np.uint64:
    """The 64-bit key of one run: BLAKE2b of seed, replicate and domain ("population", "days")."""
    words = ("glasstown/rng/1", str(int(seed)), str(int(replicate)), domain)
    return np.uint64(int.from_bytes(_blake("/".join(words), 8), "little"))


def purpose(mechanism: str, decision: str, instance: str = "") -> np.uint32:
    """The 32-bit name of a decision; what is drawn for it never meets another decision's draws."""
    return np.uint32(int.from_bytes(_blake("\0".join((mechanism, instance, decision)), 4), "little"))


def _blake(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


@lru_cache(maxsize=4096)
def threshold(p: float) -> np.uint64:
    """The 64-bit threshold t with P(draw < t) = p, exactly floor(p * 2**64), at most 2**64 - 1.

    Raises ValueError if p is not in [0, 1].
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"a probability must lie in [0, 1], not {p!r}")
    return np.uint64(int(float(p) * _ALL)) if p < 1.0 else CERTAIN  # a power of two: the product is exact


def thresholds(ps: "list[float] | tuple[float, ...] | F64s") -> U64s:
    """One threshold per probability, shape (len(ps),), uint64."""
    each = np.array(ps, np.float64)
    found = np.empty(len(each), np.uint64)
    if not _thresholds(each, found):
        raise ValueError(f"probabilities must lie in [0, 1], not {ps!r}")
    return found


@rule
def below(p: float) -> np.uint64:
    """``threshold`` within a kernel, for what is known to be a probability."""
    return np.uint64(p * _ALL) if p < 1.0 else CERTAIN


@kernel
def _thresholds(each: F64s, found: U64s) -> bool:
    """``threshold`` of each; whether all are probabilities."""
    for i in range(len(each)):
        if not 0.0 <= each[i] <= 1.0:
            return False
        found[i] = below(each[i])
    return True


@rule
def when(day: int, lane: int) -> np.uint64:
    """The third word of the counter: the day, and a lane for decisions that draw more than once a day."""
    return (np.uint64(day) << np.uint64(8)) | np.uint64(lane)


@rule
def _round(c0: U64, c1: U64, c2: U64, c3: U64, k0: U64, k1: U64) -> tuple[U64, U64, U64, U64]:
    p0 = _M0 * (c0 & _LOW)
    p1 = _M1 * (c2 & _LOW)
    return (p1 >> _HALF) ^ c1 ^ k0, p1, (p0 >> _HALF) ^ c3 ^ k1, p0


@inlined
def philox(c0: U64, c1: U64, c2: U64, c3: U64, k0: U64, k1: U64) -> tuple[U64, U64, U64, U64]:
    """Ten rounds of Philox4x32; every argument and result is a 32-bit word held in a uint64.

    Between rounds the upper halves hold whatever the products left: a vector multiplies lower halves only,
    and does not need them cleared (a fifth of the time).
    Written out: a loop of ten would keep the compiler from using vector instructions (a third of the speed).
    """
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(0) * _W0, k1 + np.uint64(0) * _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(1) * _W0, k1 + np.uint64(1) * _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(2) * _W0, k1 + np.uint64(2) * _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(3) * _W0, k1 + np.uint64(3) * _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(4) * _W0, k1 + np.uint64(4) * _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(5) * _W0, k1 + np.uint64(5) * _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(6) * _W0, k1 + np.uint64(6) * _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(7) * _W0, k1 + np.uint64(7) * _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(8) * _W0, k1 + np.uint64(8) * _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0 + np.uint64(9) * _W0, k1 + np.uint64(9) * _W1)
    return c0 & _LOW, c1 & _LOW, c2 & _LOW, c3 & _LOW


@rule
def draw(key: U64, subject: int, object_: int, moment: U64, purpose: U32) -> tuple[U64, U64]:
    """Two independent 64-bit draws about one person (and perhaps another) for one decision."""
    word = np.uint64(key)
    a, b, c, d = philox(
        np.uint64(subject),
        np.uint64(object_),
        np.uint64(moment),
        np.uint64(purpose),
        word & _LOW,
        word >> _HALF,
    )
    return a | (b << _HALF), c | (d << _HALF)


@rule
def fill(key: U64, ids: U32s, moment: U64, purpose: U32, one: U64s, two: U64s) -> None:
    """Both draws of ``draw`` for each of ``ids`` (object 0), into ``one`` and ``two``, same length.

    Written so that the compiler turns it into vector instructions.
    """
    k0 = np.uint64(key) & _LOW
    k1 = np.uint64(key) >> _HALF
    third, last = np.uint64(moment), np.uint64(purpose)
    for i in range(len(ids)):
        a, b, c, d = philox(np.uint64(ids[i]), np.uint64(0), third, last, k0, k1)
        one[i] = a | (b << _HALF)
        two[i] = c | (d << _HALF)


@kernel
def table(key: U64, ids: U32s, day: int, lane: int, purpose: U32, one: U64s, two: U64s) -> None:
    """``fill`` for callers outside kernels: tests, the population and the order of sequential steps."""
    fill(key, ids, when(day, lane), purpose, one, two)
