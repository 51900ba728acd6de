"""A keyed circle of all people: who stands next to whom, for good, and searchable from both sides.

An effect that falls on somebody else must be pulled by whoever it falls on, so a permanent relation
between two people has to be a function that both can compute. Here everybody stands on one circle, in
an order given by a keyed four-round Feistel permutation (Luby & Rackoff 1988) of the power of two at or
above the size of the town; places without a person are stepped over. The neighbour of one's own group
is the next one ahead of that group, so within a group of two or more nobody is his own neighbour, and
ahead and behind undo each other. A birth inserts one person and moves nobody else, until the town
outgrows the power of two.
"""

import numpy as np

from glasstown.core.kernels import inlined, rule
from glasstown.core.rng import draw, when
from glasstown.core.typing import U32, U64, U8s, U32s, U64s

REACH = 4096
"""Places searched before a person of a very rare group counts as having no neighbour."""

AHEAD, BEHIND = True, False
"""The two ways round the circle."""

Wheel = U64s | tuple[U64, ...]
"""The words of ``circle``, as an array or (for vector instructions) as so many values."""

_ROUNDS = 4
_LEFT, _RIGHT = 2 * _ROUNDS, 2 * _ROUNDS + 1
_ONE = np.uint64(1)
_LOW = np.uint64(0xFFFF_FFFF)
_HALF, _FEW = np.uint64(32), np.uint64(15)
_GOLDEN = np.uint64(0x9E37_79B1)


@rule
def circle(key: U64, purpose: U32, town: int) -> U64s:
    """The order of a ``town`` of so many rows: two words a round, then bits left and right; shape (10,)."""
    wheel = np.empty(2 * _ROUNDS + 2, np.uint64)
    for turn in range(_ROUNDS):
        factor, shift = draw(key, turn, 0, when(0, 0), purpose)
        wheel[2 * turn] = (np.uint64(factor) & _LOW) | _ONE
        wheel[2 * turn + 1] = np.uint64(shift) & _LOW
    bits = 2
    while (1 << bits) < town:
        bits += 1
    wheel[_LEFT] = np.uint64(bits // 2)
    wheel[_RIGHT] = np.uint64(bits - bits // 2)
    return wheel


@inlined
def turned(half: U64, wheel: Wheel, turn: int, bits: U64) -> U64:
    """The keyed word of ``bits`` bits that one half (at most 16 bits) of a place gives in one round."""
    word = half * wheel[2 * turn] + wheel[2 * turn + 1]
    word = ((word ^ (word >> _FEW)) & _LOW) * _GOLDEN
    return np.uint64((word & _LOW) >> (_HALF - bits))


@inlined
def row_at(place: U64, wheel: Wheel) -> U64:
    """The row that stands at a place of the circle (it may lie beyond the town)."""
    a, b = wheel[_LEFT], wheel[_RIGHT]
    left, right = place >> b, place & ((_ONE << b) - _ONE)
    left ^= turned(right, wheel, 0, a)
    right ^= turned(left, wheel, 1, b)
    left ^= turned(right, wheel, 2, a)
    right ^= turned(left, wheel, 3, b)
    return np.uint64((left << b) | right)


@inlined
def place_of(row: U64, wheel: Wheel) -> U64:
    """The place at which a row stands: undoes ``row_at``."""
    a, b = wheel[_LEFT], wheel[_RIGHT]
    left, right = row >> b, row & ((_ONE << b) - _ONE)
    right ^= turned(left, wheel, 3, b)
    left ^= turned(right, wheel, 2, a)
    right ^= turned(left, wheel, 1, b)
    left ^= turned(right, wheel, 0, a)
    return np.uint64((left << b) | right)


@rule
def neighbours(rows: U32s, way: bool, group: U8s, wheel: U64s, room: U64s, found: U32s) -> None:
    """The next row of the same ``group`` (shape (town,)) for each of ``rows``, into ``found``, same length.

    On the way AHEAD or BEHIND, searching REACH places at most; the row itself if there is none. All take a
    step, then all who are left. ``room`` to work in: shape (3, as many or more).
    """
    w = (wheel[0], wheel[1], wheel[2], wheel[3], wheel[4], wheel[5], wheel[6], wheel[7], wheel[8], wheel[9])
    last = (_ONE << (wheel[_LEFT] + wheel[_RIGHT])) - _ONE
    town, step = np.uint64(len(group)), _ONE if way else last
    place, near, whose = room[0], room[1], room[2]
    count = len(rows)
    for c in range(count):
        place[c] = place_of(np.uint64(rows[c]), w)
        whose[c], found[c] = c, rows[c]
    for _ in range(REACH):
        if count == 0:
            break
        for c in range(count):
            place[c] = (place[c] + step) & last
            near[c] = row_at(place[c], w)
        left = 0
        for c in range(count):
            k, here = whose[c], np.uint64(rows[whose[c]])
            other = near[c] if near[c] < town else here
            over = (group[other] == group[here]) & ((other != here) | (near[c] == here))
            found[k] = np.uint32(other if over else here)
            whose[left], place[left] = k, place[c]  # kept only if the count moves on
            left += int(not over)
        count = left
