"""Ties between people: who can see whom. The interface admits stored, user-given and computed ties."""

from typing import Protocol

import numpy as np

from glasstown.core.kernels import rule
from glasstown.core.typing import F32s, I64s, U8s, U32s

Window = tuple[U32s | I64s, U32s, U8s | F32s]


class Ties(Protocol):
    """Neighbours of a range of rows. Symmetric unless a user's graph says otherwise."""

    people: int
    count: int
    """Entries in all: each tie of a symmetric graph counts twice."""

    def window(self, lo: int, hi: int) -> Window:
        """The ties of rows lo to hi: (start, neighbour, weight).

        start has hi - lo + 1 entries (uint32 or int64) that index neighbour (uint32, rows of the town)
        and weight (float32 or uint8; an EMPTY array means that all ties weigh the same).
        """
        ...

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        ...


@rule
def weight_of(weight: F32s, e: int) -> float:
    """The weight of tie ``e`` of a window: 1 if none is stored."""
    if len(weight) == 0:
        return 1.0
    return float(weight[e])


class NoTies:
    """Nobody knows anybody: for mechanisms alone."""

    def __init__(self, people: int) -> None:
        self.people = people
        self.count = 0
        self.nbytes = 0

    def window(self, lo: int, hi: int) -> Window:
        """No neighbours for anyone."""
        return np.zeros(hi - lo + 1, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.float32)


class StoredTies:
    """Ties in compressed sparse rows: start (people + 1), neighbour and, if given, weight."""

    def __init__(self, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s | None = None) -> None:
        self.start = start
        self.neighbour = neighbour
        self.weight: F32s | U8s = np.zeros(0, np.float32) if weight is None else weight
        self.people = len(start) - 1
        self.count = len(neighbour)
        for array in (self.start, self.neighbour, self.weight):
            array.flags.writeable = False

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self.start.nbytes + self.neighbour.nbytes + self.weight.nbytes

    def window(self, lo: int, hi: int) -> Window:
        """Slices only: start keeps pointing into the whole neighbour array."""
        return self.start[lo : hi + 1], self.neighbour, self.weight
