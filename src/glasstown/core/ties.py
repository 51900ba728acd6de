"""Ties between people: who can see whom. The interface admits stored, user-given and computed ties."""

from typing import Protocol

import numpy as np

from glasstown.core.kernels import kernel, rule
from glasstown.core.typing import F32s, I64s, U8s, U32s

Window = tuple[U32s | I64s, U32s, U8s | F32s]


class Ties(Protocol):
    """Neighbours of a range of rows. Symmetric unless a user's graph says otherwise."""

    people: int
    count: int
    """Entries in all: each tie of a symmetric graph counts twice."""

    most: int
    """Ties of the person who has the most."""

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
def chosen(
    first: int | np.int64, last: int | np.int64, neighbour: U32s, weight: F32s | U8s, luck: float
) -> int:
    """The row of one of the ties first to last, by weight, ``luck`` in [0, 1); -1 if none has any."""
    if len(weight) == 0:
        return int(neighbour[first + int(luck * (last - first))]) if last > first else -1
    left = 0.0
    for e in range(first, last):
        left += float(weight[e])
    left *= luck
    found = -1
    for e in range(first, last):
        heavy = float(weight[e])
        if heavy > 0.0:
            found = int(neighbour[e])
            if left < heavy:
                break
            left -= heavy
    return found


@kernel
def running(degree: U8s, start: U32s | I64s) -> None:
    """Running sums of ``degree``, from 0: one more than there are."""
    total = np.int64(0)
    start[0] = 0
    for i in range(len(degree)):
        total += np.int64(degree[i])
        start[i + 1] = total


class NoTies:
    """Nobody knows anybody: for mechanisms alone."""

    def __init__(self, people: int) -> None:
        self.people = people
        self.count = self.most = 0
        self.nbytes = 0

    def window(self, lo: int, hi: int) -> Window:
        """No neighbours for anyone."""
        return np.zeros(hi - lo + 1, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.float32)


STRIDE = 64
"""People between two stored offsets of compact ties."""

MOST_COMPACT = 255
"""Ties of one person that compact rows can hold."""


class StoredTies:
    """Ties in compressed sparse rows: ``neighbour`` and, if given, ``weight``, row after row.

    Instead of where each row starts, how many ties it has is kept (one byte) with an offset for every
    STRIDE rows; where somebody has more than MOST_COMPACT ties, the starts are kept as they are.
    """

    def __init__(self, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s | None = None) -> None:
        self.neighbour = neighbour
        self.weight: F32s | U8s = np.zeros(0, np.float32) if weight is None else weight
        self.people = len(start) - 1
        self.count = len(neighbour)
        degree = np.diff(start)
        self.most = int(degree.max()) if len(degree) else 0
        compact = len(degree) > 0 and self.most <= MOST_COMPACT
        self._degree = degree.astype(np.uint8) if compact else np.zeros(0, np.uint8)
        self._start = start[::STRIDE].astype(np.int64) if compact else start
        for array in (self._degree, self._start, self.neighbour, self.weight):
            array.flags.writeable = False

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self._start.nbytes + self._degree.nbytes + self.neighbour.nbytes + self.weight.nbytes

    @property
    def start(self) -> U32s | I64s:
        """Where each row starts, made anew, shape (people + 1,)."""
        return self.window(0, self.people)[0]

    def window(self, lo: int, hi: int) -> Window:
        """The ties of rows lo to hi; all arrays read-only."""
        inner, first, last = self._inner(lo, hi)
        weight = self.weight[first:last] if len(self.weight) else self.weight
        inner.flags.writeable = False
        return inner, self.neighbour[first:last], weight

    def _inner(self, lo: int, hi: int) -> tuple[U32s | I64s, int, int]:
        """Where rows lo to hi, and the one after, start within the window; where it starts and ends."""
        if len(self._degree) == 0:
            start = self._start[lo : hi + 1].astype(np.int64)
            first, last = int(start[0]), int(start[-1])
            start -= first
            return (start if last - first >= 2**32 else start.astype(np.uint32)), first, last
        begin = lo // STRIDE * STRIDE
        first = int(self._start[lo // STRIDE]) if lo < self.people else self.count
        first += int(self._degree[begin:lo].sum(dtype=np.int64)) if lo < self.people else 0
        inner: U32s | I64s = np.empty(hi - lo + 1, np.uint32)
        if (hi - lo) * MOST_COMPACT >= 2**32:
            inner = np.empty(hi - lo + 1, np.int64)
        running(self._degree[lo:hi], inner)
        return inner, first, first + int(inner[-1])
