"""Circles in which people meet: an order of some people, and who knows whom among those close in it.

A circle seats its members in a row: sorted by a cell (a class, a workplace, a street, an age), in the
order of homes within a cell. Each member knows each of the next ``reach`` in the row with one chance.
So ties are symmetric, most triangles close within a circle, and both ends can be found again from the
same keyed draws: nothing need be stored but the row.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glasstown.core.kernels import BLOCK, kernel
from glasstown.core.rng import fill, purpose, when
from glasstown.core.typing import U32, U64, I64s, U8s, U16s, U32s
from glasstown.population.draws import Draws
from glasstown.population.spans import Team

NOBODY = np.uint32(0xFFFF_FFFF)
LANES = 8
_16 = np.uint64(16)
_WORD = np.uint64(0xFFFF)

Cells = Callable[[int, int], U32s]


@dataclass(frozen=True, slots=True)
class Circle:
    """One kind of company: ``cells(lo, hi)`` gives the cell of people lo to hi, or NOBODY.

    ``ties`` is the wanted mean number of ties of a member, at most twice ``reach`` (at most 16).
    """

    name: str
    cells: Cells
    cell_count: int
    reach: int
    ties: float

    @property
    def limit(self) -> int:
        """The chance of a tie in 1/65536."""
        return round(self.ties / (2 * self.reach) * 65_536)


@dataclass(frozen=True, slots=True)
class Row:
    """A seated circle.

    ``slot[i]`` is the seat of person i (or NOBODY), ``roster`` who sits there; bit d - 1 of ``known[s]``
    says whether the person in seat s knows the one in seat s + d.
    """

    slot: U32s
    roster: U32s
    known: U16s
    reach: int


@kernel
def tally(cell: U32s, counts: I64s) -> None:
    """Count people by cell; ``counts`` has one entry more than there are cells, the first stays 0."""
    for i in range(len(cell)):
        if cell[i] != NOBODY:
            counts[np.int64(cell[i]) + 1] += 1


@kernel
def seat(slot: U32s, after: I64s, roster: U32s) -> None:
    """Turn cells into seats, in the order of rows within a cell; ``after``: each cell's next free seat."""
    for i in range(len(slot)):
        if slot[i] != NOBODY:
            c = np.int64(slot[i])
            roster[after[c]] = i
            slot[i] = after[c]
            after[c] += 1


@kernel
def acquaint(
    lo: int, hi: int, ids: U32s, limit: U64, reach: int, key: U64, decision: U32, known: U16s
) -> None:
    """Draw which of the next ``reach`` seats each of seats lo to hi, where ``ids`` sit, knows."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(lo, hi, BLOCK):
        n = min(BLOCK, hi - first)
        for k in range(n):
            known[first + k] = 0
        for lane in range((reach + LANES - 1) // LANES):
            fill(key, ids[first : first + n], when(0, lane), decision, one[:n], two[:n])
            for d in range(min(LANES, reach - lane * LANES)):
                shift, bit = np.uint64(d % 4) * _16, np.uint16(1 << (lane * LANES + d))
                for k in range(n):
                    word = one[k] if d < 4 else two[k]
                    if (word >> shift) & _WORD < limit:
                        known[first + k] |= bit
        for k in range(n):
            beyond = len(ids) - 1 - (first + k)
            if beyond < reach:
                known[first + k] &= np.uint16((1 << beyond) - 1)


def take_seats(circle: Circle, people: int, draws: Draws, team: Team) -> Row:
    """Seat a circle: the same row for the same key, whatever the threads. 8 bytes a person, 2 a member."""
    slot = np.empty(people, np.uint32)

    def some(lo: int, hi: int) -> None:
        slot[lo:hi] = circle.cells(lo, hi)

    team.each(people, some)
    after = np.zeros(circle.cell_count + 1, np.int64)
    tally(slot, after)
    np.cumsum(after, out=after)
    roster = np.empty(int(after[-1]), np.uint32)
    seat(slot, after, roster)
    known, decision = np.empty(len(roster), np.uint16), purpose("population", "ties.known", circle.name)
    names, limit = draws.names(roster), np.uint64(circle.limit)
    team.each(
        len(roster),
        lambda lo, hi: acquaint(lo, hi, names, limit, circle.reach, draws.key, decision, known),
    )
    return Row(slot, roster, known, circle.reach)


@kernel
def meet(
    lo: int, hi: int, slot: U32s, roster: U32s, known: U16s, reach: int,
    start: U32s | I64s, degree: U8s | U16s, neighbour: U32s, write: bool,
) -> None:  # fmt: skip
    """Add the ties of people lo to hi in one row to ``degree``, and write them if ``write``."""
    for i in range(lo, hi):
        if slot[i] == NOBODY:
            continue
        s = np.int64(slot[i])
        n, base = np.int64(degree[i]), np.int64(start[i]) if write else 0
        for d in range(1, reach + 1):
            if (known[s] >> (d - 1)) & 1:
                if write:
                    neighbour[base + n] = roster[s + d]
                n += 1
            if s >= d and (known[s - d] >> (d - 1)) & 1:
                if write:
                    neighbour[base + n] = roster[s - d]
                n += 1
        degree[i] = n
