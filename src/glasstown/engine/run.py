"""The day loop: sweeps of steps over chunks of people on threads."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.shuffle import shuffled
from glasstown.core.ties import NoTies, Ties
from glasstown.core.typing import U32s
from glasstown.core.vocabulary import NEWBORN, RENEWALS
from glasstown.engine.schedule import Schedule, named, schedule
from glasstown.engine.state import State
from glasstown.engine.sweeps import Sweep, sweeps
from glasstown.engine.view import Binding, ChunkView, Today, sealed
from glasstown.engine.worker import Lent, Worker

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


@dataclass(frozen=True, slots=True)
class Agenda:
    """A day: its sweeps, and the observers to be heard when they are over."""

    sweeps: tuple[Sweep, ...]
    observers: tuple[Observer, ...]


@dataclass(frozen=True, slots=True)
class Renewal:
    """Who lives in a row anew: the columns of the mechanism that says so, and how all others begin."""

    own: frozenset[str]
    steps: tuple[Step, ...]


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
        self.mechanisms = {each.table(): each for each in mechanisms}
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
        """Change the institutions from the next day on.

        Columns that lose their owner fall back, and so do those derived by an owner who is another one now.
        """
        before, others = self.plan, self.mechanisms
        self.mechanisms = {each.table(): each for each in mechanisms}
        self.plan = schedule(mechanisms, [o.step for o in self.observers])
        owner = {n: before.owner(n) for n in before.columns}
        gone = {n for n, mine in owner.items() if mine is not None and self.plan.owner(n) is None}
        other = {n for n, mine in owner.items() if self.mechanisms.get(mine or "") != others.get(mine or "")}
        stale = {n for n in other if before.columns[n].derived}
        self.state.forget(before.columns, gone | stale)
        self.state.meet(self.plan, self.given)
        self.begun &= {step.mechanism for step in self.plan.steps}
        self._bind()

    def advance(self) -> None:
        """Live one day."""
        for array in self.state.dawn:
            array.fill(0)
        for today in self._today.values():
            today.dawn(self.day)
        if self.state.recall(RENEWALS):
            self._begin_anew()
        fresh = self._today.keys() - self.begun
        if fresh:
            first = self.plan.due(self.day, first=True)
            self._begin(tuple(s for s in first if s.phase is Phase.BEGIN and s.mechanism in fresh))
            self.begun |= fresh
        agenda = self._agenda()
        for sweep in agenda.sweeps:
            self._sweep(sweep)
        self._count()
        for observer in agenda.observers:
            observer.collect(self.day)
        self.day += 1

    def _begin(self, steps: tuple[Step, ...]) -> None:
        """The first steps of mechanisms; what was given of the columns that they fill stands.

        A step that reads a column which it fills sees to what was given itself.
        """
        if not any(c.name in self.given for s in steps for c in s.writes):
            for sweep in sweeps(steps):
                self._sweep(sweep)
            return
        for step in steps:
            for sweep in sweeps((step,)):
                self._sweep(sweep)
            self.state.give_again(tuple(c for c in step.writes if c not in step.reads))

    def _begin_anew(self) -> None:
        """Rows whose person died or was born: forget what others keep of them, and let them begin there."""
        if self._renewal is None:
            return
        state, rows = self.state, np.flatnonzero(self.state.whole[NEWBORN.name])
        state.renew(self.plan.columns, rows, self._renewal.own)
        steps = [s for s in self._renewal.steps if s.mechanism in self.begun]
        columns = {c.name: c for s in steps for c in named(s)}
        few = {n: np.full(len(rows), c.initial, c.dtype) if n in state.idle else state.whole[n][rows]
               for n, c in columns.items()}  # fmt: skip
        ids = rows.astype(np.uint32) if state.ids is None else state.ids[rows]
        for step in steps:
            mine = [c.name for c in step.writes + step.adds]
            lent = {c.name: few[c.name] if c.name in mine else sealed(few[c.name]) for c in named(step)}
            counts = np.zeros(len(state.places), np.int64)  # kept by nobody: the town was counted once
            places = {t.name: state.places[t.name] for t in step.counts}
            binding = Binding(step, lent, {}, {}, counts, places, 0)
            view = ChunkView(binding, ids, 0, len(rows), self.people, NoTies(len(rows)))
            step.run(view, self._today[step.mechanism])
            for name in mine:
                state.whole[name][rows] = few[name]

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
        """Give every worker its arrays, and make ready what is the same every day."""
        chunk, state = self.chunk, self.state
        names = {s.mechanism: None for s in self.plan.steps}
        self._today = {n: Today(self.day, self.key, n, state.places, state.yesterday) for n in names}
        idle = {n: np.full(chunk, c.initial, c.dtype) for n, c in state.idle.items()}
        lent = Lent(self.plan, state, self.ties, self._today, idle, self._order)
        self._workers = [Worker(n, lent, chunk, self._seconds[n]) for n in range(self.threads)]
        self._agendas: dict[tuple[bool, ...], Agenda] = {}
        self._periods = sorted({step.every for step in self.plan.steps})
        self._renewal = _renewal(self.plan)

    def _agenda(self) -> Agenda:
        """What is due today: the same whenever the same periods end."""
        ending = tuple(self.day % period == 0 for period in self._periods)
        if ending not in self._agendas:
            steps = tuple(s for s in self.plan.due(self.day) if s.phase is not Phase.BEGIN)
            names = {s.name for s in steps}
            told = tuple(o for o in self.observers if o.step.name in names)
            self._agendas[ending] = Agenda(sweeps(steps), told)
        return self._agendas[ending]

    def _sweep(self, sweep: Sweep) -> None:
        self.state.freeze(sweep.freeze)
        size = max(1, self.people) if sweep.sequential else self.chunk
        chunks = [(lo, min(lo + size, self.people)) for lo in range(0, self.people, size)]
        keep = len(chunks) <= self.threads and size <= self.chunk
        if self._pool is None or len(chunks) <= 1:
            self._workers[0].run(sweep, chunks, keep)
        else:
            rest = iter(chunks)
            busy = self._workers[: len(chunks)]
            for done in [self._pool.submit(worker.run, sweep, rest, keep) for worker in busy]:
                done.result()

    def _order(self, step: Step) -> U32s:
        """Rows sorted by a keyed draw of the day: the order of a sequential step."""
        ids = np.arange(self.people, dtype=np.uint32) if self.state.ids is None else self.state.ids
        one, two = np.empty(self.people, np.uint64), np.empty(self.people, np.uint64)
        rng.table(self.key, ids, self.day, 0, rng.purpose(step.name, "order"), one, two)
        return shuffled(one)

    def _count(self) -> None:
        """The tallies of today become yesterday's."""
        first, *others = self._workers
        self.state.count(np.sum([w.counts for w in self._workers], axis=0) if others else first.counts)
        for worker in self._workers:
            worker.counts.fill(0)


def _renewal(plan: Schedule) -> Renewal | None:
    """None where nobody is born or dies."""
    owner = plan.owner(NEWBORN.name)
    if owner is None:
        return None
    own = frozenset(c.name for s in plan.steps if s.mechanism == owner for c in s.writes)
    return Renewal(own, tuple(s for s in plan.steps if s.phase is Phase.BEGIN and s.mechanism != owner))
