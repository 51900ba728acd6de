"""What company adds to a score, the mean score of the ties that a person keeps; and who may mind it."""

import numpy as np

from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import fill, when
from glasstown.core.typing import U32, U64, F32s, I64s, U8s, U16s, U32s
from glasstown.core.vocabulary import Shield, Stake

FEW, TIES = 256, 8192
"""People whose ties are added up in one go, and the most ties that they may have together."""

Whole = int | np.int64

_APART = np.uint16(Shield.ALONE | Shield.MINOR)
_KNOWN, _COUNTS, _NOTHING = np.uint8(Stake.KNOWN), np.uint8(Stake.COMPANY), np.uint8(0)


@rule
def mean_score(first: Whole, last: Whole, neighbour: U32s, weight: F32s | U8s, score: U16s) -> int:
    """The weighted mean score of ties first to last, rounded; 0 if there are none of any weight."""
    equal = len(weight) == 0
    above = below = 0.0
    for e in range(first, last):
        heavy = 1.0 if equal else float(weight[e])
        above += heavy * float(score[neighbour[e]])
        below += heavy
    return int(above / below + 0.5) if below > 0.0 else 0


@rule
def mean_scores(start: U32s | I64s, neighbour: U32s, score: U16s, company: U16s, sums: I64s) -> None:
    """``mean_score`` of some people whose ties weigh the same, as differences of one running sum.

    ``sums`` has room for the ties of all of them and one more. One long loop instead of many short ones.
    """
    first, total = np.int64(start[0]), np.int64(0)
    sums[0] = 0
    for e in range(first, np.int64(start[len(company)])):
        total += np.int64(score[neighbour[e]])
        sums[e - first + 1] = total
    for i in range(len(company)):
        a, b = np.int64(start[i]) - first, np.int64(start[i + 1]) - first
        company[i] = int(float(sums[b] - sums[a]) / float(b - a) + 0.5) if b > a else 0


@kernel
def mix(start: U32s | I64s, neighbour: U32s, weight: F32s | U8s, score: U16s, company: U16s) -> None:
    """Write the mean score of each person's ties."""
    sums = np.empty(TIES + 1, np.int64)
    for lo in range(0, len(company), FEW):
        hi = min(lo + FEW, len(company))
        if len(weight) == 0 and np.int64(start[hi]) - np.int64(start[lo]) <= TIES:
            mean_scores(start[lo : hi + 1], neighbour, score, company[lo:hi], sums)
        else:
            for i in range(lo, hi):
                company[i] = mean_score(np.int64(start[i]), np.int64(start[i + 1]), neighbour, weight, score)


@kernel
def mind(ids: U32s, shields: U16s, stake: U8s, key: U64, purpose: U32, told: U64, company: bool) -> None:
    """Say who knows the own score (a permanent draw below ``told``), and of these whom company moves."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(0, 0), purpose, one[:n], two[:n])
        for k in range(n):
            counts = _COUNTS if company & ((shields[first + k] & _APART) == 0) else _NOTHING
            stake[first + k] = _KNOWN | counts if one[k] < told else _NOTHING
