"""One arm: a scenario lived in a town, with its changes on their dates, checkpoints and interruption."""

import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from threading import Event as Signal
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from glasstown.core.mechanism import Mechanism, Step
from glasstown.core.ties import Ties
from glasstown.core.vocabulary import RIGHTS
from glasstown.engine.run import Simulation
from glasstown.engine.schedule import Schedule, schedule
from glasstown.errors import Interrupted
from glasstown.lab.keeping import Shelf, refuse_lived
from glasstown.lab.outcome import Observers, Outcome, everybody, finish
from glasstown.lab.progress import CHECKPOINT, Progress, silent
from glasstown.measures.diary import Diary
from glasstown.measures.lives import Lives, panel
from glasstown.measures.stocks import Stocks
from glasstown.scenario.model import Scenario

PANEL = 1000
"""People whose lives are kept day by day."""

Arrays = Mapping[str, NDArray[Any]]

Keep = Literal["everything", "totals"]
"""What is kept of a run."""

WEEK = 7
"""Days between two samples at least."""

SAVE_EVERY = 20.0
"""Seconds of work that a kill may cost."""


class Town(Protocol):
    """What a simulation needs of a town (``population.Town``)."""

    @property
    def people(self) -> int:
        """How many."""
        ...

    @property
    def columns(self) -> Mapping[str, NDArray[Any]]:
        """Arrays of shape (people,) by the names of the vocabulary."""
        ...

    @property
    def ties(self) -> Ties:
        """Who knows whom."""
        ...


class Beginning(Protocol):
    """What other runs of the town have in common with one up to some days (``lab.beginnings``)."""

    def last(self, owned: frozenset[str]) -> tuple[Arrays, Mapping[str, Any]] | None:
        """The latest state to go on from, of a run in which the same columns are ``owned``; or None."""
        ...

    def put(
        self, day: int, owned: frozenset[str], state: Callable[[], tuple[Arrays, Mapping[str, Any]]]
    ) -> None:
        """Keep the state before ``day`` if another run may want it."""
        ...


class Keeper(Protocol):
    """Where an unfinished run is kept."""

    def load(self) -> tuple[Mapping[str, NDArray[Any]], Mapping[str, Any]] | None:
        """The last checkpoint: arrays and facts; None if there is none."""
        ...

    def save(self, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
        """Keep a checkpoint; the one before goes only when this one is safe."""
        ...


def simulate(
    scenario: Scenario,
    town: Town,
    *,
    threads: int | None = None,
    chunk: int | None = None,
    progress: Progress = silent,
    keeper: Keeper | None = None,
    stop: Signal | None = None,
    shelf: Shelf | None = None,
    keep: Keep = "everything",
    beginning: Beginning | None = None,
) -> Outcome:
    """Live ``scenario`` in ``town`` to its last day and measure it.

    With a ``keeper`` the run goes on from its last checkpoint and leaves one every SAVE_EVERY seconds. On a
    ``shelf`` it puts everybody's state at the end of the days that the shelf names. To ``keep`` "totals"
    alone saves the panel of lives, the course and everybody's last state. With a ``beginning``, for totals
    and without a keeper, it goes on from what another run has lived. Raises Interrupted when
    ``stop`` is set (after a checkpoint, if there is a keeper), ScheduleError for mechanisms that contradict
    each other, StoreError for a day of the shelf that was lived before.
    """
    plans = _plans(scenario)
    owned = frozenset(_owned(plans))
    period = period_of(scenario.run.days)
    found = keeper.load() if keeper else beginning.last(owned) if beginning else None
    start = int(found[1]["day"]) if found else 0
    if shelf is not None:
        refuse_lived(scenario.name, shelf, start)
    observers = observe(scenario, town, keep, owned, WEEK if beginning else period)
    with Simulation(
        list(institutions(scenario, start - 1).values()),
        town.people,
        town.columns,
        town.ties,
        seed=scenario.run.seed,
        replicate=scenario.run.replicate,
        threads=threads,
        chunk=chunk,
        observers=observers.all(),
    ) as simulation:
        if found:
            simulation.restore(*found)

        def evening(day: int) -> None:
            if shelf is not None and day in shelf.days:
                shelf.put(day, everybody(simulation, town.columns))
            if beginning is not None:
                beginning.put(day + 1, owned, lambda: (simulation.arrays(), simulation.facts()))

        _live(simulation, scenario, observers.diary, progress, keeper, stop, evening)
        last = institutions(scenario, simulation.day - 1)
        return finish(scenario, simulation, observers, town.columns, _owners(scenario, plans), last, period)


def observe(
    scenario: Scenario,
    town: Town,
    keep: Keep = "everything",
    owned: Collection[str] | None = None,
    period: int | None = None,
) -> Observers:
    """The observers of a scenario in a town: the panel depends on ids and seed alone, so twins share it.

    ``owned`` are its ``owned_columns``, if they are known; ``period`` the days between two samples, by
    default as many as its length asks for.
    """
    owned = owned_columns(scenario) if owned is None else owned
    districts = int(town.columns["district"].max(initial=0)) + 1
    run = scenario.run
    period = period_of(run.days) if period is None else period
    diary, stocks = Diary(town.people, districts, period), Stocks(owned, districts, period)
    if keep == "totals":
        return Observers(diary, stocks, None)
    rows = panel(town.columns.get("id"), town.people, PANEL, run.seed, run.replicate)
    return Observers(diary, stocks, Lives(rows, owned))


def period_of(days: int) -> int:
    """Days between two samples: whole weeks, so many that a run has some 120 samples at most."""
    return max(WEEK, -(-days // (120 * WEEK)) * WEEK)


def stand_ins(scenario: Scenario) -> list[Step]:
    """The observers' steps, for plans made before there is a town."""
    owned = owned_columns(scenario)
    none = np.zeros(0, np.uint32)
    return [o.step for o in (Diary(0, 1), Stocks(owned, 1), Lives(none, owned))]


def owned_columns(scenario: Scenario) -> set[str]:
    """Names of the columns that some mechanism of the scenario writes, at any time."""
    return _owned(_plans(scenario))


def _owned(plans: Collection[Schedule]) -> set[str]:
    return {c.name for plan in plans for s in plan.steps for c in s.writes}


def _owners(scenario: Scenario, plans: Collection[Schedule]) -> Callable[[int], Collection[str]]:
    """Which columns are owned on a day, with the changes up to then."""
    starts = sorted({0, *(change.day for change in scenario.changes)})
    owned = [_owned([plan]) for plan in plans]
    return lambda day: owned[bisect_right(starts, day) - 1]


def institutions(scenario: Scenario, day: int) -> dict[str, Mechanism]:
    """The mechanisms in place on a day: those of the start, and every change up to then."""
    present = dict(scenario.mechanisms)
    for change in scenario.changes:
        if change.day <= day:
            _change(present, change.name, change.mechanism)
    return present


def _change(present: dict[str, Mechanism], name: str, mechanism: Mechanism | None) -> None:
    if mechanism is None:
        present.pop(name, None)
    else:
        present[name] = mechanism


def _plans(scenario: Scenario) -> list[Schedule]:
    days = [0, *(change.day for change in scenario.changes)]
    return [schedule(list(institutions(scenario, day).values())) for day in sorted(set(days))]


def _live(
    simulation: Simulation,
    scenario: Scenario,
    diary: Diary,
    progress: Progress,
    keeper: Keeper | None,
    stop: Signal | None,
    evening: Callable[[int], None],
) -> None:
    changes = {change.day for change in scenario.changes}
    saved = time.monotonic()
    progress(scenario.name, simulation.day, scenario.run.days)
    while simulation.day < scenario.run.days:
        if stop is not None and stop.is_set():
            if keeper:
                _keep(simulation, keeper, progress)
            raise Interrupted(f"{scenario.name}: stopped after day {simulation.day} of {scenario.run.days}")
        if simulation.day in changes and simulation.day > 0:
            simulation.replace(list(institutions(scenario, simulation.day).values()))
            if simulation.plan.owner(RIGHTS.name) is None:
                diary.all_open(simulation.day)
        simulation.advance()
        evening(simulation.day - 1)
        progress(scenario.name, simulation.day, scenario.run.days)
        if keeper and time.monotonic() - saved > SAVE_EVERY:
            _keep(simulation, keeper, progress)
            saved = time.monotonic()


def _keep(simulation: Simulation, keeper: Keeper, progress: Progress) -> None:
    """One checkpoint; whoever waits knows that it is being written."""
    progress(CHECKPOINT, 0, 1)
    keeper.save(simulation.arrays(), simulation.facts())
    progress(CHECKPOINT, 1, 1)
