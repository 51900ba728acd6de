"""People in turn, police among them: on a torus where they walk, or on a graph where they stay.

Everybody's turn once a tick, in the order given: look, decide or arrest, walk. What is seen is as those
before have just left it. How many police and active people each cell has in view is kept up to date as they
move, instead of counted anew at each turn: most turns change nothing in view.
"""

from functools import lru_cache
from math import exp, floor
from typing import Literal

import numpy as np

from glasstown.core.columns import SHARE
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import draw, fill, when
from glasstown.core.typing import U32, U64, F64s, I32s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import Event

Shape = Literal["diamond", "square"]
Rounding = Literal["floor", "nearest", "none"]

STAYS, WALKS_FIRST, WALKS_LAST = 0, 1, 2
"""When in a turn people walk."""

AIMS = 8
"""Cells at which everybody aims before a tick begins: four for each draw."""

LANES = 8
"""Draws of four cells, those aimed at included, before the empty cells in view are counted."""

MOST = 255
"""Police, and active people, on a graph that are told apart."""

Whole = int | np.int64

_STOOD_UP, _ARRESTED = np.uint64(Event.STOOD_UP), np.uint64(Event.ARRESTED)
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)
_TOP = np.uint64(48)
_FOREVER = 0xFFFF


def side(people: int, share: float) -> tuple[int, int]:
    """Height and width of the torus, as square as can be, on which ``share`` of the cells are taken."""
    cells = max(people, round(people / share))
    width = max(1, round(cells**0.5))
    return max(1, -(-cells // width)), width


def widths(vision: int, shape: Shape) -> I64s:
    """How far to the side one sees in each row in view, from the uppermost, shape (2 vision + 1,)."""
    rows = np.abs(np.arange(-vision, vision + 1))
    found: I64s = (vision - rows if shape == "diamond" else np.full(len(rows), vision)).astype(np.int64)
    return found


@lru_cache(maxsize=16)
def offsets(vision: int, shape: Shape) -> I64s:
    """The cells in view, row by row, without one's own: (rows down, columns right), shape (cells, 2)."""
    half = widths(vision, shape)
    every = [(d - vision, x) for d in range(len(half)) for x in range(-half[d], half[d] + 1)]
    return np.array([cell for cell in every if cell != (0, 0)], np.int64).reshape(-1, 2)


@lru_cache(maxsize=16)
def risks(constant: float, rounding: Rounding, most: int) -> F64s:
    """Chance of arrest as it is judged, P = 1 - exp(-k q), by police C and active people A: [C, A].

    q is C/A rounded down, to the nearest (halves to the even one), or not at all; A counts oneself, so that
    the column of A = 0 is never read. Shape (most + 1, most + 2).
    """
    found = np.zeros((most + 1, most + 2))
    by_quotient: dict[float, float] = {}
    for c in range(1, most + 1):
        for a in range(1, most + 2):
            q = c / a if rounding == "none" else floor(c / a) if rounding == "floor" else round(c / a)
            if q not in by_quotient:
                by_quotient[q] = 1 - exp(-1 * constant * q)
            found[c, a] = by_quotient[q]
    return found


@rule
def stands_up(grievance: float, averse: float, risk: float, threshold: float) -> bool:
    """The rule: grievance less the risk, as far as one minds it, is more than the threshold."""
    return bool(grievance - averse * risk > threshold)


@rule
def wrapped(at: Whole, size: Whole) -> np.int64:
    """A coordinate on a torus, at most one turn away."""
    if at < 0:
        return np.int64(at + size)
    return np.int64(at - size if at >= size else at)


@rule
def among(word: U64, many: Whole) -> np.int64:
    """One of ``many``, evenly, from the low 32 bits of a draw."""
    return np.int64(((word & _LOW) * np.uint64(many)) >> _HALF)


@rule
def noted(field: I32s, y: Whole, x: Whole, half: I64s, height: Whole, width: Whole, change: int) -> None:
    """Add ``change`` to what is seen from every cell that has this one in view, its own included."""
    vision = len(half) // 2
    for d in range(len(half)):
        first = wrapped(y + d - vision, height) * width
        lo, hi = x - half[d], x + half[d] + 1
        for at in range(first + max(lo, 0), first + min(hi, width)):
            field[at] += change
        if lo < 0 or hi > width:
            for at in range(first + width + lo, first + width):
                field[at] += change
            for at in range(first, first + hi - width):
                field[at] += change


@rule
def seen_at(y: Whole, x: Whole, view: I64s, k: Whole, height: Whole, width: Whole) -> np.int64:
    """The k-th cell in view."""
    return wrapped(y + view[k, 0], height) * width + wrapped(x + view[k, 1], width)


@rule
def aims(
    cell: U32s, one: U64s, two: U64s, view: I64s, height: Whole, width: Whole, slot: int, found: I32s
) -> None:
    """For everybody four cells in view, all as likely, from the halves of two words: found[AIMS i + slot].

    Only whoever stands on a cell can leave it: where one might go is known before anybody moves.
    """
    many, high, wide, each = np.uint64(len(view)), np.int32(height), np.int32(width), 1.0 / width
    down, right = view[:, 0].astype(np.int32), view[:, 1].astype(np.int32)
    for i in range(len(cell)):
        at = np.int32(cell[i] - 1)
        y = np.int32((at + 0.5) * each)
        x = np.int32(at - y * wide)
        for k in range(4):
            word = one[i] if k < 2 else two[i]
            j = (((word >> (_HALF * np.uint64(k & 1))) & _LOW) * many) >> _HALF
            v, u = np.int32(y + down[j]), np.int32(x + right[j])
            v += np.int32(high if v < 0 else 0) - np.int32(high if v >= high else 0)
            u += np.int32(wide if u < 0 else 0) - np.int32(wide if u >= wide else 0)
            found[AIMS * i + slot + k] = np.int32(v * wide + u)


@rule
def sought(
    y: Whole, x: Whole, who: I32s, view: I64s, height: Whole, width: Whole, key: U64, person: U32, day: int,
    purpose: U32,
) -> np.int64:  # fmt: skip
    """An empty cell in view for whom every cell aimed at was taken; its own if none is empty."""
    for lane in range(AIMS // 4, LANES):
        one, two = draw(key, int(person), 0, when(day, lane), purpose)
        for k in range(4):
            word = (one if k < 2 else two) >> (_HALF * np.uint64(k & 1))
            to = seen_at(y, x, view, among(word, len(view)), height, width)
            if who[to] == 0:
                return to
    empty = 0
    for k in range(len(view)):
        empty += who[seen_at(y, x, view, k, height, width)] == 0
    left = among(np.uint64(draw(key, int(person), 0, when(day, LANES), purpose)[0]), empty)
    for k in range(len(view)):
        to = seen_at(y, x, view, k, height, width)
        if who[to] == 0:
            if left == 0:
                return to
            left -= 1
    return np.int64(y * width + x)


@rule
def taken(
    y: Whole, x: Whole, who: I32s, active: U8s, view: I64s, height: Whole, width: Whole, at: Whole
) -> np.int64:
    """The row of the ``at``-th active person in view."""
    for k in range(len(view)):
        row = np.int64(who[seen_at(y, x, view, k, height, width)]) - 1
        if row >= 0 and active[row] != 0:
            if at == 0:
                return row
            at -= 1
    return np.int64(-1)


@rule
def free_again(day: int, done: Whole, word: U64, jail: int) -> np.uint16:
    """When (day + 1) an arrested person decides again: after 0 to ``jail`` turns, all as likely."""
    return np.uint16(min(int(day + 1 + done + among(word, jail + 1)), _FOREVER))


@kernel
def natures(
    ids: U32s, key: U64, purpose: U32, missing: float, grievance: F64s, averse: F64s, rank: U32s
) -> None:
    """Hardship times ``missing``, aversion to risk, and a rank among all: permanent draws."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(0, 0), purpose, one[:n], two[:n])
        for k in range(n):
            grievance[first + k] = np.float64(np.int64(one[k] >> _TOP)) / SHARE * missing
            averse[first + k] = np.float64(np.int64(two[k] >> _TOP)) / SHARE
            rank[first + k] = np.uint32(one[k] & _LOW)


@kernel
def in_turn(words: U64s, order: U32s) -> None:
    """Rows in the order of the upper halves of their words: sorted into as many boxes, then within each."""
    people = np.uint64(len(words))
    start = np.zeros(len(words) + 1, np.int32)
    for i in range(len(words)):
        start[np.int64(((words[i] >> _HALF) * people) >> _HALF) + 1] += 1
    for i in range(len(words)):
        start[i + 1] += start[i]
    full = start.copy()
    for i in range(len(words)):
        box = np.int64(((words[i] >> _HALF) * people) >> _HALF)
        at = np.int64(full[box])
        while at > start[box] and words[order[at - 1]] > words[i]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = i
        full[box] += 1


@rule
def ordered(key: U64, ids: U32s, day: int, purpose: U32, one: U64s, two: U64s, order: U32s) -> None:
    """Today's turns."""
    fill(key, ids, when(day, 0), purpose, one, two)
    in_turn(one, order)


@kernel
def tick(
    ids: U32s, police: U8s, grievance: F64s, averse: F64s, cell: U32s, active: U8s, until: U16s,
    diary: U64s, half: I64s, view: I64s, height: int, width: int, key: U64, day: int, ordering: U32,
    walking: U32, taking: U32, risk: F64s, threshold: float, jail: int, walks: int,
) -> None:  # fmt: skip
    """One tick on the torus; ``cell`` holds row * width + column, plus 1."""
    people = len(ids)
    who, done = np.zeros(height * width, np.int32), np.zeros(people, np.uint8)
    cops, actives = np.zeros(height * width, np.int32), np.zeros(height * width, np.int32)
    one, two, order = np.empty(people, np.uint64), np.empty(people, np.uint64), np.empty(people, np.uint32)
    ordered(key, ids, day, ordering, one, two, order)
    each, aimed = 1.0 / width, np.empty(AIMS * people, np.int32)
    for lane in range(AIMS // 4 if walks != STAYS else 0):
        fill(key, ids, when(day, lane), walking, one, two)
        aims(cell, one, two, view, height, width, 4 * lane, aimed)
    for i in range(people):
        at = np.int64(cell[i]) - 1
        who[at] = i + 1
        if police[i] != 0 or active[i] != 0:
            noted(cops if police[i] != 0 else actives, at // width, at % width, half, height, width, 1)
    for turn in range(2 * people):  # two visits each: so the code of a walk stands here once
        i = int(order[turn >> 1])
        if police[i] == 0 and until[i] > day + 1:
            continue
        at = np.int64(cell[i]) - 1
        y = np.int64((at + 0.5) * each)
        x = at - y * width
        if (walks == WALKS_FIRST) == (turn & 1 == 0):
            if walks == STAYS:
                continue
            to = np.int64(-1)
            for k in range(AIMS * i + AIMS - 1, AIMS * i - 1, -1):
                to = np.int64(aimed[k]) if who[aimed[k]] == 0 else to
            if to < 0:
                to = sought(y, x, who, view, height, width, key, ids[i], day, walking)
            if to != at:
                who[at], who[to] = 0, i + 1
                cell[i] = np.uint32(to + 1)
                if police[i] != 0 or active[i] != 0:
                    field = cops if police[i] != 0 else actives
                    noted(field, y, x, half, height, width, -1)
                    noted(field, to // width, to % width, half, height, width, 1)
        elif police[i] != 0:
            if actives[at] > 0:
                u, v = draw(key, int(ids[i]), 0, when(day, 0), taking)
                row = taken(y, x, who, active, view, height, width, among(u, actives[at]))
                until[row] = free_again(day, done[row], v, jail)
                active[row] = 0
                diary[row] |= _ARRESTED
                there = np.int64(cell[row]) - 1
                noted(actives, there // width, there % width, half, height, width, -1)
        else:
            before = np.int64(active[i])
            chance = risk[cops[at], actives[at] + 1 - before]
            after = np.int64(stands_up(grievance[i], averse[i], chance, threshold))
            done[i] = 1
            if after != before:
                active[i] = np.uint8(after)
                diary[i] |= _STOOD_UP * np.uint64(after)
                noted(actives, y, x, half, height, width, int(after - before))


@kernel
def tick_on_ties(
    ids: U32s, police: U8s, grievance: F64s, averse: F64s, start: U32s | I64s,
    neighbour: U32s, active: U8s, until: U16s, diary: U64s, key: U64, day: int, ordering: U32,
    taking: U32, risk: F64s, threshold: float, jail: int,
) -> None:  # fmt: skip
    """One tick on a graph: in view are one's ties, and nobody walks."""
    people = len(ids)
    one, two, order = np.empty(people, np.uint64), np.empty(people, np.uint64), np.empty(people, np.uint32)
    ordered(key, ids, day, ordering, one, two, order)
    done = np.zeros(people, np.uint8)
    for row in order:
        i = int(row)
        if police[i] == 0 and until[i] > day + 1:
            continue
        first, last = np.int64(start[i]), np.int64(start[i + 1])
        cops = actives = 0
        for e in range(first, last):
            cops += police[neighbour[e]] != 0
            actives += active[neighbour[e]] != 0
        if police[i] == 0:
            done[i] = 1
            chance = risk[min(cops, MOST), min(actives, MOST) + 1]
            after = np.uint8(stands_up(grievance[i], averse[i], chance, threshold))
            if after > active[i]:
                diary[i] |= _STOOD_UP
            active[i] = after
        elif actives > 0:
            u, v = draw(key, int(ids[i]), 0, when(day, 0), taking)
            left = among(u, actives)
            for e in range(first, last):
                j = np.int64(neighbour[e])
                if active[j] != 0:
                    if left == 0:
                        until[j] = free_again(day, done[j], v, jail)
                        active[j] = 0
                        diary[j] |= _ARRESTED
                        break
                    left -= 1
