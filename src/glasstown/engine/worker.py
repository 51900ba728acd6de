"""One thread of the day loop: its own arrays, and the steps of a sweep made ready for a chunk of people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import Column
from glasstown.core.mechanism import Step
from glasstown.core.ties import Ties
from glasstown.core.typing import U32s
from glasstown.engine.schedule import Schedule
from glasstown.engine.state import State, allocate
from glasstown.engine.sweeps import Sweep
from glasstown.engine.view import Binding, ChunkView, Today, sealed


@dataclass(frozen=True, slots=True)
class Lent:
    """What all workers share: the plan, the state, the ties, and each mechanism's day.

    ``idle`` holds one chunk of each column that nobody changes; ``order`` finds the rows of the town in the
    keyed random order of a sequential step.
    """

    plan: Schedule
    state: State
    ties: Ties
    today: Mapping[str, Today]
    idle: Mapping[str, NDArray[Any]]
    order: Callable[[Step], U32s]


Turn = tuple[Step, ChunkView, Today]
"""A step and what it is given."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A sweep over one chunk, ready to run: arrays to empty first, then each step with what it is given."""

    empty: tuple[NDArray[Any], ...]
    turns: tuple[Turn, ...]


class Worker:
    """What one thread needs for ``plan``: one-chunk columns, counters of tallies, seconds by step.

    A leg is the same every day. Where a worker may have every chunk of a small town, it keeps its legs, and
    what each step sees for legs that share the step; of many chunks it makes them anew, which costs nothing
    beside half a million people.
    """

    def __init__(self, number: int, lent: Lent, chunk: int, seconds: dict[str, float]) -> None:
        self.number = number
        self.lent = lent
        self.seconds = seconds
        scratch = sorted(lent.state.scratch.items())
        self.spare = {n: allocate(chunk, c.dtype, i) for i, (n, c) in enumerate(scratch)}
        self.counts = np.zeros(len(lent.state.places), np.int64)
        self._rows = np.arange(chunk if lent.state.ids is None else 0, dtype=np.uint32)
        self._first = 0
        self._bindings: dict[tuple[str, frozenset[str]], Binding] = {}
        self._legs: dict[tuple[Sweep, int], Leg] = {}
        self._turns: dict[tuple[str, frozenset[str], int], tuple[Turn, tuple[str, ...]]] = {}
        for step in lent.plan.steps:
            seconds.setdefault(step.name, 0.0)

    def run(self, sweep: Sweep, chunks: Iterable[tuple[int, int]], keep: bool) -> None:
        """Take the next chunk, run the sweep's steps on it, until none is left."""
        seconds = self.seconds
        for lo, hi in chunks:
            leg = self._legs.get((sweep, lo))
            if leg is None:
                leg = self._leg(sweep, lo, hi, keep)
                if keep:
                    self._legs[sweep, lo] = leg
            if lo != self._first:
                self._rows += np.uint32((lo - self._first) % 2**32)
                self._first = lo
            for array in leg.empty:
                array.fill(0)
            for step, view, today in leg.turns:
                start = perf_counter()
                step.run(view, today)
                seconds[step.name] += perf_counter() - start

    def _leg(self, sweep: Sweep, lo: int, hi: int, keep: bool) -> Leg:
        ids, lent = self._ids(lo, hi), self.lent
        turns: list[Turn] = []
        clean: set[str] = set()
        for step in sweep.steps:
            frozen = sweep.frozen[step.phase]
            turn, short = self._turns.get((step.name, frozen, lo), (None, ()))
            if turn is None:
                binding = self._binding(step, frozen)
                order = (lambda step=step: lent.order(step)) if sweep.sequential else None
                view = ChunkView(binding, ids, lo, hi, lent.state.people, lent.ties, order)
                turn, short = (step, view, lent.today[step.mechanism]), tuple(binding.scratch)
                if keep:
                    self._turns[step.name, frozen, lo] = turn, short
            turns.append(turn)
            clean.update(short)
        return Leg(tuple(self.spare[n][: hi - lo] for n in sorted(clean - lent.idle.keys())), tuple(turns))

    def _binding(self, step: Step, frozen: frozenset[str]) -> Binding:
        key = step.name, frozen
        if key not in self._bindings:
            self._bindings[key] = self._lend(step, frozen)
        return self._bindings[key]

    def _lend(self, step: Step, frozen: frozenset[str]) -> Binding:
        mine = {c.name for c in step.writes + step.adds}
        whole: dict[str, NDArray[Any]] = {}
        short: dict[str, NDArray[Any]] = {}
        for column in step.reads + step.writes + step.adds:
            array = self._short(column)
            found, into = (self.lent.state.whole[column.name], whole) if array is None else (array, short)
            into[column.name] = found if column.name in mine else sealed(found)
        others = {}
        for column in step.looks:
            source = self.lent.state.frozen if column.name in frozen else self.lent.state.whole
            others[column.name] = sealed(source[column.name])
        places = {t.name: self.lent.state.places[t.name] for t in step.counts}
        return Binding(step, whole, short, others, self.counts, places, self.number)

    def _short(self, column: Column[Any]) -> NDArray[Any] | None:
        """The array of a column that is there for one chunk only."""
        return self.lent.idle.get(column.name, self.spare.get(column.name))

    def _ids(self, lo: int, hi: int) -> U32s:
        """Permanent ids of a chunk; where they are the rows, ``run`` moves them to the chunk at hand."""
        if self.lent.state.ids is not None:
            return sealed(self.lent.state.ids[lo:hi])
        if hi - lo > len(self._rows):
            return sealed(np.arange(lo, hi, dtype=np.uint32))
        return sealed(self._rows[: hi - lo])
