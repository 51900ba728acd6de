"""Who of those tied to a person reports that person: by closeness, by standing on show, by motive."""

import numpy as np

from glasstown.core.columns import OCTET, POINT
from glasstown.core.kernels import rule
from glasstown.core.rng import draw, when
from glasstown.core.typing import U32, U64, F32s, F64s, I64s, U8s, U16s, U32s

EVEN, CLOSE, DISTANT = 0, 1, -1
"""Whether ties of all weights report alike, heavy ones more, or light ones more."""

STEP = 10
"""Points in one step of the distance between two scores."""

STEPS = 60
"""Steps at most: from the lowest score of the article's scale to its highest."""

HOME, NEAR, FAR = 0, 1, 2
"""Reporter and reported share a household, else a district, or neither."""

_MOTIVES = 4
_UNIT, _DROP, _STEP = 2.0**-53, np.uint64(11), STEP * POINT

Whole = int | np.int64


@rule
def unit(word: U64) -> float:
    """A draw as a number in [0, 1), exactly."""
    return float(word >> _DROP) * _UNIT


@rule
def nearness(weight: F32s | U8s, first: Whole, last: Whole, e: Whole, closeness: int) -> float:
    """How ready a tie is to report, of the readiest of ties first to last; 0 for a tie without weight."""
    if len(weight) == 0:
        return 1.0
    mine = float(weight[e])
    if closeness == EVEN or mine <= 0.0:
        return 1.0 if mine > 0.0 else 0.0
    low = high = mine
    for f in range(first, last):
        if weight[f] > 0:
            low = min(low, float(weight[f]))
            high = max(high, float(weight[f]))
    return mine / high if closeness == CLOSE else low / mine


@rule
def standing(row: int, other: int, shown: U16s, own: U16s, border: int) -> tuple[int, int]:
    """Whether the score of ``row`` on show is below ``border``, and steps by which it leads the other's own.

    Both 0 where no score is on show (``shown`` is 0, or empty if nobody looks).
    """
    if len(shown) == 0 or shown[row] == 0:
        return 0, 0
    high, low = int(shown[row]), int(own[other])
    return int(high < border), min((high - low) // _STEP, STEPS) if 0 < low < high else 0


@rule
def apart(row: int, other: int, place: U8s, district: U8s) -> int:
    """HOME, NEAR or FAR, by homes at the start: a household's rows lie side by side, in order of places."""
    if row - np.int64(place[row]) == other - np.int64(place[other]):
        return HOME
    return NEAR if district[row] == district[other] else FAR


@rule
def heard(
    row: int, first: Whole, last: Whole, kinds: int, near: Whole, neighbour: U32s, weight: F32s | U8s,
    informing: U8s, ready: U8s, shown: U16s, own: U16s, place: U8s, district: U8s, told: I64s, any_of: F64s,
    part: F64s, motive: F64s, key: U64, day: int, why: U32, closeness: int, border: int,
) -> tuple[int, int]:  # fmt: skip
    """How many ties report a person of whom it is drawn that one could, and the bits of their motives.

    ``kinds``: whether it is drawn of ties that are no informers (1), of the ``near`` informers (2).
    ``any_of[kind, m]`` is the chance that any of m could: given that one does, each draws with what is left.
    ``told`` counts them by how far from the person they live.
    """
    count, reasons, none = 0, 0, kinds
    left, left_near = last - first - near, np.int64(near)
    for e in range(first, last):
        other = int(neighbour[e])
        kind = int(informing[other])
        if kinds & (1 << kind) == 0:
            continue
        u, v = draw(key, other, row, when(day, 0), why)
        rest = any_of[kind, left_near if kind else left] if none & (1 << kind) else 1.0
        left, left_near = left - (1 - kind), left_near - kind
        if unit(u) >= any_of[kind, 1] / rest:
            continue
        none &= ~(1 << kind)
        low, gap = standing(row, other, shown, own, border)
        chance = float(ready[other]) / float(OCTET) * part[kind, low, gap]
        chance *= nearness(weight, first, last, e, closeness)
        if unit(v) < chance:  # then unit(v) / chance is a draw of its own
            m = 0
            while m < _MOTIVES - 1 and unit(v) >= motive[kind, low, gap, m] * chance:
                m += 1
            count += 1
            reasons |= 1 << m
            told[apart(row, other, place, district)] += 1
    return count, reasons
