"""Ties of a town in compressed sparse rows, built without a list of edges.

Every kind of tie is counted, then written into each person's own window, from the same keyed draws
both times; the windows are then sorted and freed of doubles in place. At no time does more than one
circle exist, so the peak is the ties themselves and about 13 bytes a person.
"""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.kernels import kernel
from glasstown.core.ties import StoredTies
from glasstown.core.typing import I64s, U8s, U16s, U32s
from glasstown.core.vocabulary import Activity
from glasstown.population.circles import NOBODY, Cells, Circle, meet, take_seats
from glasstown.population.demography import AGES
from glasstown.population.draws import Draws
from glasstown.population.places import Places, blocks_of
from glasstown.population.spans import Team
from glasstown.population.spec import MOST_REACH, TownSpec

SCHOOL_BLOCKS = 10
"""Blocks that send their children to the same school (assumed: some 10,000 residents)."""

SCHOOL_AGES = 25
SCHOOL_BLUR = 9
"""Pupils sit in a class up to 4 years above or below their own (assumed: schools mix years)."""

STREETS = 16
"""Streets into which a block is divided at random before neighbours meet (assumed)."""

DESKS = 1024
"""Parts into which those who work in one district are divided at random: workplaces (assumed)."""

AGE_STEP = 8
"""Friends differ by at most about this many years (assumed; most lie within 5)."""

CLUBS, TOWN_CLUBS = 64, 4096
"""Parts into which people of one age, of a district or of the town, are divided at random (assumed)."""

AGE_STEPS = (AGES - 1 + AGE_STEP - 1) // AGE_STEP + 1

_32 = np.uint64(32)

NARROW = 2**32
"""Fewer entries than this are indexed with 32 bits."""


def low(word: NDArray[np.uint64], bits: int) -> U32s:
    """The lowest bits of each draw, uint32."""
    return (word & np.uint64((1 << bits) - 1)).astype(np.uint32)


def below(word: NDArray[np.uint64], n: int) -> U32s:
    """A number below n from the upper half of each draw, uint32."""
    return (((word >> _32) * np.uint64(n)) >> _32).astype(np.uint32)


def school_cells(columns: Mapping[str, NDArray[Any]], places: Places, draws: Draws) -> Cells:
    """Pupils by school and year; odd schools run from old to young, so that the row has no jumps."""

    def cells(lo: int, hi: int) -> U32s:
        school = (blocks_of(places, np.arange(lo, hi)) // SCHOOL_BLOCKS).astype(np.uint32)
        blur = below(draws.of(lo, hi, "school.year")[0], SCHOOL_BLUR).astype(np.int32) - SCHOOL_BLUR // 2
        year = np.clip(columns["age"][lo:hi].astype(np.int32) + blur, 0, SCHOOL_AGES - 1).astype(np.uint32)
        turned = np.where(school % 2 == 0, year, SCHOOL_AGES - 1 - year)
        there = columns["activity"][lo:hi] == Activity.SCHOOL
        return np.asarray(np.where(there, school * np.uint32(SCHOOL_AGES) + turned, NOBODY), np.uint32)

    return cells


def work_cells(columns: Mapping[str, NDArray[Any]], districts: int, far: float, draws: Draws) -> Cells:
    """Working people by district of work (their own or any) and a random workplace in it."""
    limit = np.uint64(round(far * 2**32))

    def cells(lo: int, hi: int) -> U32s:
        one, two = draws.of(lo, hi, "work.place")
        anywhere = (one >> _32) < limit
        district = np.where(anywhere, below(two, districts), columns["district"][lo:hi]).astype(np.uint32)
        there = columns["activity"][lo:hi] == Activity.WORK
        return np.asarray(np.where(there, district * np.uint32(DESKS) + low(one, 10), NOBODY), np.uint32)

    return cells


def neighbour_cells(places: Places, draws: Draws) -> Cells:
    """Everybody by block and a random street in it."""

    def cells(lo: int, hi: int) -> U32s:
        block = blocks_of(places, np.arange(lo, hi)).astype(np.uint32)
        return np.asarray(block * np.uint32(STREETS) + low(draws.of(lo, hi, "street")[0], 4), np.uint32)

    return cells


def friend_cells(columns: Mapping[str, NDArray[Any]], near: bool, draws: Draws) -> Cells:
    """Everybody by age, blurred; within the own district or in the whole town; in random parts."""
    decision, parts, bits = ("friends.near", CLUBS, 6) if near else ("friends.far", TOWN_CLUBS, 12)

    def cells(lo: int, hi: int) -> U32s:
        one, _ = draws.of(lo, hi, decision)
        step = (columns["age"][lo:hi].astype(np.uint32) + below(one, AGE_STEP)) // np.uint32(AGE_STEP)
        first = columns["district"][lo:hi].astype(np.uint32) if near else np.uint32(0)
        group = first * np.uint32(AGE_STEPS) + step
        return np.asarray(group * np.uint32(parts) + low(one, bits), np.uint32)

    return cells


def reach_of(ties: float, least: int, wide: float) -> int:
    """How far in the row a circle reaches: ``wide`` times its ties, between ``least`` and MOST_REACH."""
    return min(max(least, ceil(wide * ties)), MOST_REACH)


def circles(
    spec: TownSpec, columns: Mapping[str, NDArray[Any]], places: Places, draws: Draws
) -> tuple[Circle, ...]:
    """The circles of a town, in the order in which they are counted and written."""
    districts = len(places.district_block) - 1
    schools = -(-places.blocks // SCHOOL_BLOCKS)
    near, far = spec.friend_ties * (1 - spec.friend_far), spec.friend_ties * spec.friend_far
    made = (
        Circle("neighbours", neighbour_cells(places, draws), places.blocks * STREETS,
               reach_of(spec.neighbour_ties, 8, 1), spec.neighbour_ties),
        Circle("school", school_cells(columns, places, draws), schools * SCHOOL_AGES,
               spec.school_reach, spec.school_ties),
        Circle("work", work_cells(columns, districts, spec.work_far, draws), districts * DESKS,
               spec.work_reach, spec.work_ties),
        Circle("friends.near", friend_cells(columns, True, draws), districts * AGE_STEPS * CLUBS,
               reach_of(near, 2, 1.5), near),
        Circle("friends.far", friend_cells(columns, False, draws), AGE_STEPS * TOWN_CLUBS,
               reach_of(far, 2, 1.5), far),
    )  # fmt: skip
    return tuple(circle for circle in made if circle.limit > 0)


@kernel
def housemates(
    lo: int, hi: int, place: U8s, size: U8s, start: U32s | I64s, degree: U8s | U16s, neighbour: U32s
) -> None:
    """Write the ties within households of people lo to hi, first in each window."""
    for i in range(lo, hi):
        first, base, n = i - np.int64(place[i]), np.int64(start[i]), 0
        for j in range(first, first + size[i]):
            if j != i:
                neighbour[base + n] = j
                n += 1
        degree[i] = n


@kernel
def settle(lo: int, hi: int, start: U32s | I64s, degree: U8s | U16s, neighbour: U32s) -> None:
    """Sort the windows of people lo to hi and drop doubles; ``degree`` becomes what is left."""
    for i in range(lo, hi):
        a, n = np.int64(start[i]), np.int64(degree[i])
        for k in range(a + 1, a + n):
            each, j = neighbour[k], k - 1
            while j >= a and neighbour[j] > each:
                neighbour[j + 1] = neighbour[j]
                j -= 1
            neighbour[j + 1] = each
        left = a
        for k in range(a, a + n):
            if k == a or neighbour[k] != neighbour[left - 1]:
                neighbour[left] = neighbour[k]
                left += 1
        degree[i] = left - a


@kernel
def close_up(start: U32s | I64s, degree: U8s | U16s, neighbour: U32s) -> int:
    """Move the windows together and correct ``start``; returns the number of entries left."""
    left = np.int64(0)
    for i in range(len(degree)):
        a, n = np.int64(start[i]), np.int64(degree[i])
        for k in range(n):
            neighbour[left + k] = neighbour[a + k]
        start[i] = left
        left += n
    start[len(degree)] = left
    return int(left)


def build(
    spec: TownSpec,
    columns: Mapping[str, NDArray[Any]],
    places: Places,
    draws: Draws,
    team: Team,
    progress: Callable[[float], None],
) -> StoredTies:
    """The ties of everybody; needs age, activity, district, household_place and household_size."""
    size, place = columns["household_size"], columns["household_place"]
    people, made = len(size), circles(spec, columns, places, draws)
    most = int(size.max(initial=1)) - 1 + sum(2 * circle.reach for circle in made)
    degree: U8s | U16s = size - np.uint8(1) if most <= 255 else size.astype(np.uint16) - np.uint16(1)
    empty = np.zeros(1, np.uint32)
    steps = 2 * len(made) + 1

    def add(circle: Circle, start: U32s | I64s, neighbour: U32s, write: bool) -> None:
        row = take_seats(circle, people, draws, team)
        team.each(
            people,
            lambda lo, hi: meet(
                lo, hi, row.slot, row.roster, row.known, row.reach, start, degree, neighbour, write
            ),
        )

    for done, circle in enumerate(made):
        progress(done / steps)
        add(circle, no_starts(True, 1), empty, False)
    start = starts(degree, int(degree.sum(dtype=np.int64)) < NARROW)
    neighbour = np.empty(int(start[-1]), np.uint32)
    team.each(people, lambda lo, hi: housemates(lo, hi, place, size, start, degree, neighbour))
    for done, circle in enumerate(made):
        progress((len(made) + done) / steps)
        add(circle, start, neighbour, True)
    progress(2 * len(made) / steps)
    team.each(people, lambda lo, hi: settle(lo, hi, start, degree, neighbour))
    neighbour.resize(close_up(start, degree, neighbour), refcheck=False)
    return StoredTies(start, neighbour)


def starts(degree: U8s | U16s, narrow: bool) -> U32s | I64s:
    """First entry of each window, and the number of entries at the end: uint32 if ``narrow``, else int64."""
    start: U32s | I64s = no_starts(narrow, len(degree) + 1)
    np.cumsum(degree, out=start[1:], dtype=start.dtype)
    return start


def no_starts(narrow: bool, entries: int) -> U32s | I64s:
    """Zeros of the type that windows start with."""
    return np.zeros(entries, np.uint32) if narrow else np.zeros(entries, np.int64)
