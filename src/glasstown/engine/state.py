"""The arrays of a town: whole columns, one-chunk columns of each worker, copies for those who look."""

import hashlib
from collections.abc import Mapping, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import Column, Tally
from glasstown.core.typing import I64s, U32s
from glasstown.core.vocabulary import ID, PEOPLE
from glasstown.engine.schedule import Schedule
from glasstown.engine.sweeps import fleeting, idle
from glasstown.errors import PopulationError

STAGGER = 192
"""Bytes between the offsets in a page at which columns start: equal offsets fight for the same cache sets."""

_INBORN = frozenset(column.name for column in PEOPLE)
"""Columns that the population gives to everybody, whoever lives in a row."""


def allocate(people: int, dtype: Any, index: int) -> NDArray[Any]:
    """An array of ``people`` values whose start is staggered within its page by ``index``."""
    dtype = np.dtype(dtype)
    offset = (index * STAGGER) % 4096
    raw = np.empty(people * dtype.itemsize + offset + 64, np.uint8)
    skip = -raw.ctypes.data % 64 + offset - (offset % 64)
    skip = min(skip, len(raw) - people * dtype.itemsize)
    skip -= (raw.ctypes.data + skip) % dtype.itemsize
    return raw[skip : skip + people * dtype.itemsize].view(dtype)


class State:
    """Everything that changes. ``whole`` maps a column's name to its array of shape (people,).

    ``yesterday`` is what the town counted then, by ``places`` of tallies. ``ids`` are the permanent ids,
    None if they are the rows; where a mechanism owns ``id`` they are its column, alive.
    """

    def __init__(self, plan: Schedule, people: int, given: Mapping[str, NDArray[Any]]) -> None:
        self.people = people
        self.ids = _ids(given, people)
        self._given = given
        self.whole: dict[str, NDArray[Any]] = {}
        self.frozen: dict[str, NDArray[Any]] = {}
        self.scratch: dict[str, Column[Any]] = {}
        self.idle: dict[str, Column[Any]] = {}
        self.places: dict[str, int] = {}
        self.yesterday: I64s = np.zeros(0, np.int64)
        self._sums: I64s = np.zeros(0, np.int64)
        self._tallies: dict[str, int] | None = {}
        self._counted: dict[str, int] = {}
        self.meet(plan, given)

    def meet(self, plan: Schedule, given: Mapping[str, NDArray[Any]]) -> None:
        """Make room for the columns of ``plan``: given by the population, kept, or at their initial value."""
        self.idle = {n: plan.columns[n] for n in idle(plan, given)}
        short = fleeting(plan) - self.idle.keys()
        self.scratch = {n: c for n, c in plan.columns.items() if n in short}
        self.whole = {n: a for n, a in self.whole.items() if n in plan.columns}
        written = {c.name for s in plan.steps for c in s.writes + s.adds}
        for index, (name, column) in enumerate(sorted(plan.columns.items())):
            if name in short or name in self.idle:
                self.whole.pop(name, None)
            elif name not in self.whole:
                self.whole[name] = self._first(column, given.get(name), name in written, index)
            elif name in written and self.whole[name] is given.get(name):
                self.whole[name] = given[name].copy()
        if ID.name in written:
            self.ids = self.whole[ID.name]
        self.changing = written & self.whole.keys()
        self.dawn = [self.whole[n] for n, c in plan.columns.items() if c.fleeting and n in self.whole]
        zeros = dict.fromkeys(plan.tallies, 0)
        tallies, self._counted = zeros | self.tallies, zeros | self.counted
        self.places = {n: i for i, n in enumerate(plan.tallies)}
        self.yesterday, self._sums = np.zeros((2, len(self.places)), np.int64)
        self.tallies = tallies

    def count(self, counts: I64s) -> None:
        """What the town counted today, by place: yesterday's from now on, and part of all so far."""
        self._sums += counts
        self.yesterday[:] = counts
        self._tallies = None

    def recall(self, tally: Tally) -> int:
        """What the town counted yesterday of one tally, 0 if nobody names it."""
        place = self.places.get(tally.name)
        return 0 if place is None else int(self.yesterday[place])

    @property
    def tallies(self) -> dict[str, int]:
        """What the town counted yesterday, by tally: put into words only for those who ask."""
        if self._tallies is None:
            self._tallies = dict(zip(self.places, self.yesterday.tolist(), strict=True))
        return self._tallies

    @tallies.setter
    def tallies(self, tallies: dict[str, int]) -> None:
        self.yesterday[:] = [tallies.get(n, 0) for n in self.places]
        self._tallies = tallies

    @property
    def counted(self) -> dict[str, int]:
        """All that the town has counted so far, by tally."""
        self._settle()
        return self._counted

    @counted.setter
    def counted(self, counted: dict[str, int]) -> None:
        self._sums.fill(0)
        self._counted = counted

    def _settle(self) -> None:
        """Put what was counted since into words."""
        for name, more in zip(self.places, self._sums.tolist(), strict=True):
            if more:
                self._counted[name] += more
        self._sums.fill(0)

    def _first(
        self, column: Column[Any], given: NDArray[Any] | None, written: bool, index: int
    ) -> NDArray[Any]:
        if given is None:
            array = allocate(self.people, column.dtype, index)
            array[:] = self._unlived(column, slice(None))
            return array
        if given.shape != (self.people,) or given.dtype != np.dtype(column.dtype):
            raise PopulationError(
                f"{column.name}: {given.dtype} of shape {given.shape} given, "
                f"{np.dtype(column.dtype)} of shape ({self.people},) needed"
            )
        return given.copy() if written else given

    def forget(self, columns: Mapping[str, Column[Any]], gone: set[str]) -> None:
        """Columns that lost their owner fall back to what was given, or else to their initial value."""
        for name in gone & self.whole.keys():
            self.whole[name][:] = self._unlived(columns[name], slice(None))

    def give_again(self, columns: tuple[Column[Any], ...]) -> None:
        """What was given of ``columns`` stands again where it is not the initial value: that is not given."""
        for column in columns:
            given = self._given.get(column.name)
            if given is not None:
                np.copyto(self.whole[column.name], given, where=given != column.initial)

    def renew(self, columns: Mapping[str, Column[Any]], rows: I64s, but: Set[str]) -> None:
        """Let ``rows`` fall back likewise in every column that is kept, ``but`` those of one owner.

        What a table gave of an institution's columns was of those who lived there before: it is forgotten.
        """
        for name in self.kept().keys() - but:
            inborn = name in _INBORN or name not in self._given
            self.whole[name][rows] = self._unlived(columns[name], rows) if inborn else columns[name].initial

    def _unlived(self, column: Column[Any], rows: I64s | slice) -> Any:
        """What a column holds before anybody has lived: as given, or its initial value; an id is the row."""
        if column.name in self._given:
            return self._given[column.name][rows]
        return np.arange(self.people)[rows] if column.name == ID.name else column.initial

    def freeze(self, names: tuple[str, ...]) -> None:
        """Copy columns for those who look at them while they change."""
        for name in names:
            if name not in self.frozen:
                self.frozen[name] = np.empty_like(self.whole[name])
            np.copyto(self.frozen[name], self.whole[name])

    def kept(self) -> dict[str, NDArray[Any]]:
        """What must be stored to go on: every column that a mechanism changes and that outlives the day."""
        gone = {id(array) for array in self.dawn}
        return {n: a for n, a in sorted(self.whole.items()) if n in self.changing and id(a) not in gone}

    def digest(self, day: int) -> str:
        """SHA-256 over name, type and little-endian values by id of every kept column, and the day."""
        total = hashlib.sha256(f"glasstown/state/1/{day}/{self.people}".encode())
        order = None if self.ids is None else np.argsort(self.ids, kind="stable")
        if self.ids is not None:
            total.update(np.sort(self.ids).astype("<u4").tobytes())
        for name, array in self.kept().items():
            values = array if order is None else array[order]
            little = values.astype(values.dtype.newbyteorder("<"), copy=False)
            total.update(f"/{name}/{little.dtype.str}/".encode())
            total.update(np.ascontiguousarray(little).view(np.uint8).data)
        for name, count in sorted(self.tallies.items()):
            if count != 0:  # recalled by somebody but counted by nobody is as good as not there
                total.update(f"/{name}={count}".encode())
        return total.hexdigest()


def _ids(given: Mapping[str, NDArray[Any]], people: int) -> U32s | None:
    """The permanent ids, or None if they are the rows themselves (then they take no memory)."""
    ids = given.get("id")
    if ids is None:
        return None
    step = 1 << 20
    plain = all(
        np.array_equal(ids[lo : lo + step], np.arange(lo, min(lo + step, people), dtype=np.uint32))
        for lo in range(0, people, step)
    )
    return None if plain else ids
