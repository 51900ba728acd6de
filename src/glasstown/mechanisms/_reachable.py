"""Who could be reported today: by one draw for a person's ties who are informers, one for all others."""

from functools import lru_cache
from math import expm1, log1p

import numpy as np

from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import fill, threshold, thresholds, when
from glasstown.core.typing import U32, U64, F64s, I64s, U8s, U32s, U64s

Pair = tuple[float, float]
"""Of ties that are no informers, and of informers."""

MANY = 254
"""So many informers or more among a person's ties are counted each time."""

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""


@lru_cache(maxsize=64)
def ladder(chance: float, size: int) -> tuple[U64s, F64s]:
    """Chance that any of m ties could report, m from 0 to size: as thresholds and as it is."""
    rest = log1p(-chance) if chance < 1.0 else -1e300
    found = np.array([-expm1(m * rest) for m in range(size + 1)])
    steps = thresholds([float(p) for p in found])
    found.flags.writeable = steps.flags.writeable = False
    return steps, found


@lru_cache(maxsize=64)
def ladders(most: tuple[Pair, Pair], size: int) -> tuple[U64s, F64s]:
    """``ladder`` of each chance of ``most``, shapes (2, 2, size + 1): by offence and by informer."""
    each = [[ladder(chance, size) for chance in pair] for pair in most]
    steps = np.array([[steps for steps, _ in pair] for pair in each])
    found = np.array([[found for _, found in pair] for pair in each])
    found.flags.writeable = steps.flags.writeable = False
    return steps, found


@lru_cache(maxsize=2)
def recruited(key: U64, people: int, purpose: U32, share: float) -> U8s:
    """Who is an informer, always the same rows: 1 or 0, shape (people,), read-only."""
    found = np.zeros(people, np.uint8)
    if share > 0.0:
        recruit(key, purpose, threshold(share), found)
    found.flags.writeable = False
    return found


@kernel
def recruit(key: U64, purpose: U32, t_informer: U64, found: U8s) -> None:
    """Mark the rows whose draw, the same every day, makes them informers."""
    rows = np.empty(BLOCK, np.uint32)
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(found), BLOCK):
        n = min(BLOCK, len(found) - first)
        for k in range(n):
            rows[k] = np.uint32(first + k)
        fill(key, rows[:n], when(0, 0), purpose, one[:n], two[:n])
        for k in range(n):
            found[first + k] = np.uint8(one[k] < t_informer)


@rule
def informed_on(
    i: Whole, first: Whole, last: Whole, neighbour: U32s, informing: U8s, informers: U8s
) -> np.int64:  # fmt: skip
    """How many of ties first to last are informers: as noted in ``informers``, else counted and noted."""
    if informers[i] < MANY:
        return np.int64(informers[i])
    count = np.int64(0)
    for e in range(first, last):
        count += np.int64(informing[neighbour[e]])
    informers[i] = np.uint8(count if count < MANY else MANY)
    return count


@rule
def likely(
    one: U64s, two: U64s, informers: U8s, others: U64, spies: U64, mark: U8s
) -> None:  # fmt: skip
    """Mark who could be reported if everybody had as many ties as the one with the most; vectorised."""
    for k in range(len(informers)):
        told_of = np.uint8(two[k] < spies) & np.uint8(informers[k] != 0)
        mark[k] = np.uint8(one[k] < others) | told_of


@kernel
def could(
    lo: int, start: U32s | I64s, neighbour: U32s, informing: U8s, acts: U8s, informers: U8s, some: I64s,
    kinds: U8s, key: U64, day: int, why: U32, limits: U64s, offences: int, due: bool,
) -> int:  # fmt: skip
    """Write into ``some`` who could have been reported today by any of his or her ties, and count them.

    ``kinds`` says by which: 1 by those who are no informers, 2 by informers. Only of those who offended,
    unless the others are ``due``.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    rows, maybe, count = np.empty(BLOCK, np.uint32), np.empty(BLOCK + 1, np.int64), 0
    mark = np.empty(BLOCK, np.uint8)
    others, spies = limits[1, 0, -1], limits[1, 1, -1]
    if due:
        others, spies = max(others, limits[0, 0, -1]), max(spies, limits[0, 1, -1])
    for block in range(0, len(acts), BLOCK):
        n = min(BLOCK, len(acts) - block)
        for k in range(n):
            rows[k] = np.uint32(lo + block + k)
        fill(key, rows[:n], when(day, 0), why, one[:n], two[:n])
        likely(one, two, informers[block : block + n], others, spies, mark)
        if not due:
            for k in range(n):
                mark[k] &= np.uint8((acts[block + k] & np.uint8(offences)) != 0)
        for k in maybe[: noted(mark, n, maybe)]:
            i = block + k
            first, last = np.int64(start[i]), np.int64(start[i + 1])
            near = informed_on(i, first, last, neighbour, informing, informers)
            did = 1 if acts[i] & offences else 0
            by = int(one[k] < limits[did, 0, last - first - near]) | 2 * int(two[k] < limits[did, 1, near])
            some[count], kinds[count] = i, by
            count += int(by != 0)
    return count
