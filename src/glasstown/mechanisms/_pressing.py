"""Pressing others to keep a norm, or to break it: what each sees among others, and what it makes of them.

Where all ties weigh the same, everything is exact in whole numbers; ``norms`` tells the model.
"""

import numpy as np

from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import fill, when
from glasstown.core.typing import U32, U64, F32s, I16s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import Event

FULL = 32767
"""A conviction of 1, in the unit of its column."""

NONE, TO_KEEP, TO_BREAK, AWAY = 0, 1, 2, 3
"""What ``enforcing`` says."""

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

Sight = tuple[float, float, float]
"""Weight of those who press to keep less those who press to break; of those who keep; of all."""

_ENFORCED, _NO_EVENT = np.uint64(Event.ENFORCED), np.uint64(0)
_FIELD = 0x1FFFFF
_UNIT, _DROP = 2.0**-53, np.uint64(11)
_SCALE = 1.0 / 65535.0

SEEN = np.array([
    (presses != AWAY) + (keeps << 21) + (((presses == TO_KEEP) - (presses == TO_BREAK)) << 42)
    for presses in range(4) for keeps in range(2)
], np.int64)  # fmt: skip
"""What each ``shown`` adds to what others see: being there, keeping the norm, and pressing to keep it less
pressing to break it, 21 bits each."""


@rule
def conviction_of(luck: float, believers: float, most: float) -> int:
    """The belief of a person at ``luck`` in [0, 1]: full below ``believers``, else against it."""
    if luck < believers:
        return FULL
    return -max(1, int(most * FULL * (luck - believers) / max(1.0 - believers, _UNIT) + 0.5))


@kernel
def believe(
    ids: U32s, given: I16s, dissent: U16s, found: I16s, key: U64, purpose: U32, believers: float, most: float
) -> None:
    """The belief of everybody: as given, else by ``dissent`` if there is any (an array), else by lot."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        if len(dissent) == 0:
            fill(key, ids[first : first + n], when(0, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            luck = float(one[k] >> _DROP) * _UNIT if len(dissent) == 0 else float(dissent[i]) * _SCALE
            found[i] = given[i] if given[i] != 0 else conviction_of(luck, believers, most)


@rule
def pushes(enforcing: Whole) -> float:
    """Towards keeping the norm or towards breaking it: 1, -1, or 0."""
    return (1.0 if enforcing == TO_KEEP else 0.0) - (1.0 if enforcing == TO_BREAK else 0.0)


@rule
def around(
    first: Whole, last: Whole, neighbour: U32s, weight: F32s | U8s, complying: U8s, enforcing: U8s
) -> Sight:
    """What a person sees among ties first to last."""
    equal = len(weight) == 0
    pressure = keeping = total = 0.0
    for e in range(first, last):
        j = neighbour[e]
        heavy = 0.0 if enforcing[j] == AWAY else 1.0 if equal else float(weight[e])
        pressure += heavy * pushes(enforcing[j])
        keeping += heavy * float(complying[j])
        total += heavy
    return pressure, keeping, total


@rule
def sum_up(complying: U8s, enforcing: U8s) -> Sight:
    """What a stranger would see of the whole town."""
    pressure = keeping = total = 0.0
    for j in range(len(complying)):
        pressure += pushes(enforcing[j])
        keeping += float(complying[j])
        total += 0.0 if enforcing[j] == AWAY else 1.0
    return pressure, keeping, total


@rule
def without(sight: Sight, complying: Whole, enforcing: Whole) -> Sight:
    """What is left of the town's sum for somebody who is in it."""
    was = 0.0 if enforcing == AWAY else 1.0
    return sight[0] - pushes(enforcing), sight[1] - float(complying), sight[2] - was


@rule
def decided(belief: int, sight: Sight, price: int) -> tuple[int, int]:
    """What a person shows (1 keeps the norm) and to what he or she presses others.

    Centola, Willer and Macy's equations, multiplied by the number of others and by 32,767, so that they are
    exact in whole numbers where all ties weigh the same. Who sees nobody shows what he or she believes.
    """
    pressure, keeping, total = sight
    believes = belief > 0
    conviction = float(abs(belief))
    against = FULL * (-pressure if believes else pressure)
    unlike = (total - keeping) if believes else keeping
    gives_in = against > conviction * total
    keeps = believes != gives_in
    enough = against > (conviction + price) * total if gives_in else conviction * unlike > price * total
    presses = (TO_KEEP if keeps else TO_BREAK) if enough else NONE
    return int(keeps), presses


@rule
def shown(complying: Whole, enforcing: Whole) -> int:
    """What a person shows in one number from 0 to 7: the first bit keeps the norm, two say who is pressed."""
    return int((complying & 1) | ((enforcing & 3) << 1))


@rule
def look(complying: U8s, enforcing: U8s, all_shown: U8s) -> None:
    """``shown`` for everybody: one byte to fetch for each tie instead of two."""
    for j in range(len(all_shown)):
        all_shown[j] = shown(np.int64(complying[j]), np.int64(enforcing[j]))


@rule
def in_a_row(neighbour: U32s, all_shown: U8s, each: I64s, sums: I64s) -> None:
    """Sums of ``SEEN`` over the ties before each. Without a loop for each person, whose length would be
    guessed wrong.
    """
    so_far = np.int64(0)
    for e in range(len(neighbour)):
        so_far += each[all_shown[neighbour[e]]]
        sums[e + 1] = so_far


@rule
def counted(seen: Whole) -> Sight:
    """What a person sees, by the sum of ``SEEN`` over ties of the same weight."""
    return float(seen >> 42), float((seen >> 21) & _FIELD), float(seen & _FIELD)


@kernel
def decide(
    beliefs: I16s, away: U8s, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s, seen_complying: U8s,
    seen_enforcing: U8s, complying: U8s, enforcing: U8s, diary: U64s, price: int, by_ties: bool,
) -> None:  # fmt: skip
    """Everybody of a chunk decides on what the town showed before."""
    all_ = (0.0, 0.0, 0.0) if by_ties else sum_up(seen_complying, seen_enforcing)
    equal = by_ties and len(weight) == 0
    all_shown = np.empty(len(seen_complying) if equal else 0, np.uint8)
    look(seen_complying, seen_enforcing, all_shown)
    each, sums, base = SEEN.copy(), np.zeros(1, np.int64), np.int64(0)
    for i in range(len(beliefs)):
        if equal and i % BLOCK == 0:
            base, hi = np.int64(start[i]), min(i + BLOCK, len(beliefs))
            if np.int64(start[hi]) - base >= len(sums):
                sums = np.zeros(2 * (np.int64(start[hi]) - base) + 1, np.int64)
            in_a_row(neighbour[base : np.int64(start[hi])], all_shown, each, sums)
        if away[i] != 0:
            complying[i], enforcing[i] = 0, AWAY
            continue
        if equal:
            sight = counted(sums[np.int64(start[i + 1]) - base] - sums[np.int64(start[i]) - base])
        elif by_ties:
            sight = around(np.int64(start[i]), np.int64(start[i + 1]), neighbour, weight, seen_complying,
                           seen_enforcing)  # fmt: skip
        else:
            sight = without(all_, np.int64(complying[i]), np.int64(enforcing[i]))
        complying[i], enforcing[i] = decided(int(beliefs[i]), sight, price)
        diary[i] |= _ENFORCED if enforcing[i] != NONE else _NO_EVENT


@kernel
def decide_in_turn(
    order: U32s, beliefs: I16s, away: U8s, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s,
    complying: U8s, enforcing: U8s, diary: U64s, price: int, by_ties: bool,
) -> None:  # fmt: skip
    """As ``decide``, one person after the other in ``order``: each sees what those before have just done."""
    all_ = (0.0, 0.0, 0.0) if by_ties else sum_up(complying, enforcing)
    equal = by_ties and len(weight) == 0
    all_shown, each = np.empty(len(complying), np.uint8), SEEN.copy()
    look(complying, enforcing, all_shown)
    for row in order:
        i = np.int64(row)
        rest = without(all_, np.int64(complying[i]), np.int64(enforcing[i]))
        if away[i] != 0:
            complying[i], enforcing[i], all_ = 0, AWAY, rest
            all_shown[i] = shown(0, AWAY)
            continue
        first, last = (np.int64(start[i]), np.int64(start[i + 1])) if by_ties else (np.int64(0), np.int64(0))
        if equal:
            seen = np.int64(0)
            for e in range(first, last):
                seen += each[all_shown[neighbour[e]]]
            sight = counted(seen)
        else:
            sight = around(first, last, neighbour, weight, complying, enforcing) if by_ties else rest
        keeps, presses = decided(int(beliefs[i]), sight, price)
        complying[i], enforcing[i] = keeps, presses
        all_shown[i] = shown(keeps, presses)
        all_ = rest[0] + pushes(presses), rest[1] + float(keeps), rest[2] + 1.0
        if presses != NONE:
            diary[i] |= _ENFORCED
