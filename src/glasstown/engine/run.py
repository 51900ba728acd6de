"""The day loop: sweeps of steps over chunks of people on threads."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import NoTies, Ties
from glasstown.core.typing import U32s
from glasstown.core.vocabulary import NEWBORN, RENEWALS
from glasstown.engine.schedule import named, schedule
from glasstown.engine.state import State, allocate
from glasstown.engine.sweeps import Sweep, sweeps
from glasstown.engine.view import Binding, ChunkView, Today

CHUNK = 524_288
"""People in a chunk at most. Results do not depend on it."""


FINE = 8192
"""People in a chunk at least: below, the interpreter's share of the time shows."""


class Observer(Protocol):
    """Something that measures: one step in Phase.MEASURE, and what it keeps between days."""

    step: Step

    def prepare(self, people: int, workers: int) -> None:
        """Make one accumulator per worker (``view.worker``)."""
        ...

    def collect(self, day: int) -> None:
        """Called on one thread after each day on which the step ran."""
        ...

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What must be stored to go on."""
        ...

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what ``arrays`` gave."""
        ...


def default_threads() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def default_chunk(people: int, threads: int) -> int:
    """At most CHUNK people, at least FINE, and as many chunks for one thread as for another.

    Few and large: threads wait for the interpreter between steps (at 100,000 people on two threads, two
    chunks are 1.6 times as fast as nine).
    """
    rounds = max(1, -(-people // (CHUNK * threads)))
    return min(CHUNK, max(FINE, -(-people // (rounds * threads * 1024)) * 1024))


class Simulation:
    """One town under one set of mechanisms, day by day. Use it in a ``with`` block: it holds threads."""

    def __init__(
        self,
        mechanisms: Sequence[Mechanism],
        people: int,
        given: Mapping[str, NDArray[Any]],
        ties: Ties,
        *,
        seed: int,
        replicate: int = 0,
        threads: int | None = None,
        chunk: int | None = None,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.people = people
        self.threads = threads or default_threads()
        self.chunk = chunk or default_chunk(people, self.threads)
        self.ties = ties
        self.key = rng.run_key(seed, replicate)
        self.observers = tuple(observers)
        self.given = given
        self.day = 0
        self.begun: set[str] = set()
        self._seconds: list[dict[str, float]] = [{} for _ in range(self.threads)]
        self._pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None
        for observer in self.observers:
            observer.prepare(people, self.threads)
        self.plan = schedule(mechanisms, [o.step for o in self.observers])
        self.state = State(self.plan, people, given)
        self._bind()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        if self._pool is not None:
            self._pool.shutdown()

    def replace(self, mechanisms: Sequence[Mechanism]) -> None:
        """Change the institutions from the next day on; columns that lose their owner fall back."""
        before = self.plan
        self.plan = schedule(mechanisms, [o.step for o in self.observers])
        gone = {n for n in before.columns if before.owner(n) is not None and self.plan.owner(n) is None}
        self.state.forget(before.columns, gone)
        self.state.meet(self.plan, self.given)
        self.begun &= {step.mechanism for step in self.plan.steps}
        self._bind()

    def advance(self) -> None:
        """Live one day."""
        for array in self.state.dawn:
            array.fill(0)
        fresh = {s.mechanism for s in self.plan.steps} - self.begun
        begin = tuple(
            s for s in self.plan.due(self.day, first=True) if s.phase is Phase.BEGIN and s.mechanism in fresh
        )
        steps = tuple(s for s in self.plan.due(self.day) if s.phase is not Phase.BEGIN)
        if self.state.tallies.get(RENEWALS.name):
            self._begin_anew()
        if begin:
            self._begin(begin)
        self._sweeps(steps)
        self.begun |= fresh
        self._count()
        due = {s.name for s in steps}
        for observer in self.observers:
            if observer.step.name in due:
                observer.collect(self.day)
        self.day += 1

    def _begin(self, steps: tuple[Step, ...]) -> None:
        """The first steps of mechanisms; what was given of the columns that they fill stands.

        A step that reads a column which it fills sees to what was given itself.
        """
        if not any(c.name in self.given for s in steps for c in s.writes):
            self._sweeps(steps)
            return
        for step in steps:
            self._sweeps((step,))
            self.state.give_again(tuple(c for c in step.writes if c not in step.reads))

    def _begin_anew(self) -> None:
        """Rows whose person died or was born: forget what others keep of them, and let them begin there."""
        owner = self.plan.owner(NEWBORN.name)
        if owner is None:
            return
        rows = np.flatnonzero(self.state.whole[NEWBORN.name])
        own = {c.name for s in self.plan.steps if s.mechanism == owner for c in s.writes}
        self.state.renew(self.plan.columns, rows, own)
        steps = [s for s in self.plan.due(self.day, first=True)
                 if s.phase is Phase.BEGIN and s.mechanism in self.begun - {owner}]  # fmt: skip
        kept, idle = self.state.whole, self.state.idle
        few = {c.name: np.full(len(rows), c.initial, c.dtype) if c.name in idle else kept[c.name][rows]
               for s in steps for c in named(s)}  # fmt: skip
        ids = rows.astype(np.uint32) if self.state.ids is None else self.state.ids[rows]
        for step in steps:
            mine = {c.name for c in step.writes + step.adds}
            lent = {c.name: few[c.name] if c.name in mine else _sealed(few[c.name]) for c in named(step)}
            counters = {t.name: np.zeros(1, np.int64) for t in step.counts}  # the town was counted once
            binding = Binding(step, lent, {}, {}, counters, 0)
            step.run(ChunkView(binding, ids, 0, len(rows), self.people, NoTies(len(rows))), self._now(step))
            for name in mine:
                self.state.whole[name][rows] = few[name]

    def seconds(self) -> dict[str, float]:
        """Seconds that each step has taken so far, all threads together."""
        names = {n for worker in self._seconds for n in worker}
        return {n: sum(worker.get(n, 0.0) for worker in self._seconds) for n in sorted(names)}

    def digest(self) -> str:
        """SHA-256 of the state, in hexadecimal: equal for equal scenario, seed and release."""
        return self.state.digest(self.day)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on from here on any machine, by name."""
        kept = {f"state/{n}": a for n, a in self.state.kept().items()}
        for observer in self.observers:
            kept |= {f"observer/{observer.step.name}/{n}": a for n, a in observer.arrays().items()}
        return kept

    def facts(self) -> dict[str, Any]:
        """The few plain values that belong to ``arrays``."""
        return {
            "day": self.day,
            "begun": sorted(self.begun),
            "tallies": dict(sorted(self.state.tallies.items())),
            "counted": dict(sorted(self.state.counted.items())),
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
        """Go on from ``arrays`` and ``facts``; the same mechanisms must be in place."""
        for name, array in self.state.kept().items():
            array[:] = arrays[f"state/{name}"]
        for observer in self.observers:
            prefix = f"observer/{observer.step.name}/"
            observer.restore({n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)})
        self.day = int(facts["day"])
        self.begun = set(facts["begun"])
        self.state.tallies = {n: int(v) for n, v in facts["tallies"].items()}
        self.state.counted = {n: int(v) for n, v in facts["counted"].items()}

    def _bind(self) -> None:
        """Lend every worker its arrays once; a day then only slices."""
        self._cuts: dict[tuple[str, ...], tuple[Sweep, ...]] = {}
        self._today: dict[str, Today] = {}
        self._spare = [
            {
                n: allocate(self.chunk, c.dtype, i)
                for i, (n, c) in enumerate(sorted(self.state.scratch.items()))
            }
            for _ in range(self.threads)
        ]
        self._idle = {n: np.full(self.chunk, c.initial, c.dtype) for n, c in self.state.idle.items()}
        self._counters = [{n: np.zeros(1, np.int64) for n in self.plan.tallies} for _ in range(self.threads)]
        self._rows = [np.arange(self.chunk, dtype=np.uint32) for _ in range(self.threads)]
        self._bindings: list[dict[tuple[str, frozenset[str]], Binding]] = [{} for _ in range(self.threads)]

    def _binding(self, worker: int, step: Step, frozen: frozenset[str]) -> Binding:
        found = self._bindings[worker].get((step.name, frozen))
        if found is None:
            found = self._lend(worker, step, frozen)
            self._bindings[worker][step.name, frozen] = found
        return found

    def _lend(self, worker: int, step: Step, frozen: frozenset[str]) -> Binding:
        mine = {c.name for c in step.writes + step.adds}
        arrays: list[dict[str, NDArray[Any]]] = [{}, {}]
        for column in step.reads + step.writes + step.adds:
            spare = self._idle if column.name in self._idle else self._spare[worker]
            short = column.name in spare
            array = spare[column.name] if short else self.state.whole[column.name]
            arrays[short][column.name] = array if column.name in mine else _sealed(array)
        others = {}
        for column in step.looks:
            source = self.state.frozen if column.name in frozen else self.state.whole
            others[column.name] = _sealed(source[column.name])
        counters = {t.name: self._counters[worker][t.name] for t in step.counts}
        return Binding(step, arrays[0], arrays[1], others, counters, worker)

    def _sweeps(self, steps: tuple[Step, ...]) -> None:
        names = tuple(s.name for s in steps)
        if names not in self._cuts:
            self._cuts[names] = sweeps(steps)
        for sweep in self._cuts[names]:
            self.state.freeze(sweep.freeze)
            self._sweep(sweep)

    def _sweep(self, sweep: Sweep) -> None:
        size = max(1, self.people) if sweep.sequential else self.chunk
        chunks = iter([(lo, min(lo + size, self.people)) for lo in range(0, self.people, size)])
        workers = 1 if sweep.sequential else min(self.threads, -(-self.people // size))
        if self._pool is None or workers <= 1:
            self._work(0, sweep, chunks)
        else:
            for done in [self._pool.submit(self._work, w, sweep, chunks) for w in range(workers)]:
                done.result()

    def _work(self, worker: int, sweep: Sweep, chunks: Iterator[tuple[int, int]]) -> None:
        """One thread: take the next chunk, run the sweep's steps on it, until none is left."""
        bindings = [self._binding(worker, step, sweep.frozen[step.phase]) for step in sweep.steps]
        seconds = self._seconds[worker]
        clean = {n for b in bindings for n in b.scratch} - self._idle.keys()
        for lo, hi in chunks:
            for name in clean:
                self._spare[worker][name][: hi - lo].fill(0)
            ids = self._ids(worker, lo, hi)
            for step, binding in zip(sweep.steps, bindings, strict=True):
                order = (lambda step=step: self._order(step)) if sweep.sequential else None
                view = ChunkView(binding, ids, lo, hi, self.people, self.ties, order)
                start = perf_counter()
                step.run(view, self._now(step))
                seconds[step.name] = seconds.get(step.name, 0.0) + perf_counter() - start

    def _ids(self, worker: int, lo: int, hi: int) -> U32s:
        if self.state.ids is not None:
            return _sealed(self.state.ids[lo:hi])
        if hi - lo > len(self._rows[worker]):
            return _sealed(np.arange(lo, hi, dtype=np.uint32))
        rows = self._rows[worker]
        rows += np.uint32((lo - int(rows[0])) % 2**32)
        return _sealed(rows[: hi - lo])

    def _order(self, step: Step) -> U32s:
        """Rows sorted by a keyed draw of the day: the order of a sequential step."""
        ids = np.arange(self.people, dtype=np.uint32) if self.state.ids is None else self.state.ids
        one, two = np.empty(self.people, np.uint64), np.empty(self.people, np.uint64)
        rng.table(self.key, ids, self.day, 0, rng.purpose(step.name, "order"), one, two)
        return np.argsort(one, kind="stable").astype(np.uint32)

    def _now(self, step: Step) -> Today:
        today = self._today.get(step.mechanism)
        if today is None or today.day != self.day:
            purposes = {} if today is None else today._purposes
            today = Today(self.day, self.key, step.mechanism, self.state.tallies, purposes)
            self._today[step.mechanism] = today
        return today

    def _count(self) -> None:
        """The tallies of today become yesterday's."""
        self.state.tallies = {n: sum(int(c[n][0]) for c in self._counters) for n in self.plan.tallies}
        for name, count in self.state.tallies.items():
            self.state.counted[name] += count
        for counters in self._counters:
            for counter in counters.values():
                counter[0] = 0


def _sealed(array: NDArray[Any]) -> NDArray[Any]:
    """The same values, read-only."""
    sealed = array.view()
    sealed.flags.writeable = False
    return sealed
