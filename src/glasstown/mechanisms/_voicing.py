"""Learned expression: what it was worth to speak up, and what others seem to think."""

from math import exp

import numpy as np

from glasstown.core.columns import SHARE
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import CERTAIN, fill, when
from glasstown.core.ties import chosen
from glasstown.core.typing import U32, U64, F32s, I16s, I32s, I64s, U8s, U16s, U32s, U64s

UNIT = 16384
"""A worth of 1 in the units of the column, an int16: from -2 to just below 2."""

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

SILENT, CRITICAL, CONTENT = 0, 1, 2
"""What a person is heard to say."""

_HALF = SHARE // 2
_REST = np.uint64(32)


def readiness(slope: float) -> U64s:
    """Thresholds of speaking, 1 / (1 + exp(-slope Q)), for every Q from -2 in 1/16384, shape (65536,)."""
    found = np.empty(1 << 16, np.uint64)
    for j in range(1 << 16):
        power = -slope * (j - 2 * UNIT) / UNIT
        chance = 0.0 if power > 700.0 else 1.0 / (1.0 + exp(power))
        steps = round(chance * 2**32)
        found[j] = CERTAIN if steps == 2**32 else steps << 32
    return found


@rule
def side(dissent: Whole) -> int:
    """On which side a person stands: critical above one half of the scale of private dissent."""
    return CRITICAL if dissent > _HALF else CONTENT


@rule
def moved(now: Whole, target: Whole, pull: Whole, u: U64) -> int:
    """``now + pull / 2**32 (target - now)``, rounded down or up by a draw so that the mean is exact."""
    return int(((np.int64(now) << 32) + pull * (np.int64(target) - now) + np.int64(u >> _REST)) >> 32)


@kernel
def speak(
    ids: U32s, dissent: U16s, worth: I16s, expressing: U8s, key: U64, day: int, purpose: U32, ready: U64s,
    counts: I64s,
) -> None:  # fmt: skip
    """Speak or not, by what speaking is worth; ``counts[side]`` people, ``counts[2 + side]`` speakers."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            mine = side(np.int64(dissent[i]))
            speaks = one[k] < ready[np.int64(worth[i]) + 2 * UNIT]
            expressing[i] = mine if speaks else SILENT
            counts[mine] += 1
            counts[2 + mine] += np.int64(speaks)


@kernel
def meet_town(
    ids: U32s, dissent: U16s, worth: I16s, key: U64, day: int, purpose: U32, praised: U64s, answered: U64s,
    cost: int, pull: int,
) -> None:  # fmt: skip
    """Meet anybody: the reply is approval below ``praised[side]``, rejection below ``answered[side]``."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            critical = dissent[i] > _HALF
            praise = praised[CRITICAL] if critical else praised[CONTENT]
            answer = answered[CRITICAL] if critical else answered[CONTENT]
            reply = 2 * UNIT * np.int64(one[k] < praise) - UNIT * np.int64(one[k] < answer)
            worth[i] = moved(np.int64(worth[i]), reply - cost, pull, two[k])


@kernel
def meet_ties(
    ids: U32s, dissent: U16s, worth: I16s, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s,
    voices: U8s, key: U64, day: int, purpose: U32, cost: int, pull: int,
) -> None:  # fmt: skip
    """Meet one of one's ties, drawn by weight: its voice today is the reply. Without ties nobody learns."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            luck = float(one[k] >> _REST) / 4294967296.0
            other = chosen(np.int64(start[i]), np.int64(start[i + 1]), neighbour, weight, luck)
            if other >= 0:
                voice = np.int64(voices[other])
                agrees = UNIT if voice == side(np.int64(dissent[i])) else -UNIT
                reply = 0 if voice == SILENT else agrees
                worth[i] = moved(np.int64(worth[i]), reply - cost, pull, two[k])


@kernel
def believe(ids: U32s, heard: I32s, belief: U16s, key: U64, day: int, purpose: U32, pull: int) -> None:
    """Move beliefs towards what was ``heard`` (1/65535, negative if nobody was), exact in the mean."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            if heard[i] >= 0:
                belief[i] = moved(np.int64(belief[i]), np.int64(heard[i]), pull, two[k])
