"""From declarations to one ordered list of steps, or an error that says what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from glasstown.core.columns import Column, Inflow, Tally
from glasstown.core.mechanism import Mechanism, Order, Phase, Step
from glasstown.errors import ScheduleError


@dataclass(frozen=True, slots=True)
class Schedule:
    """The steps of one day in order, and everything that they name."""

    steps: tuple[Step, ...]
    columns: Mapping[str, Column[Any]]
    tallies: Mapping[str, Tally]

    def due(self, day: int, first: bool = False) -> tuple[Step, ...]:
        """The steps that run on a day; BEGIN steps only on the ``first`` day of their mechanism."""
        return tuple(s for s in self.steps if (first if s.phase is Phase.BEGIN else day % s.every == 0))

    def owner(self, column: str) -> str | None:
        """The mechanism that writes a column, if any does."""
        touching = (s for s in self.steps if column in s.changed)
        return next((s.mechanism for s in touching if any(c.name == column for c in s.writes)), None)


def schedule(mechanisms: Iterable[Mechanism], observers: Iterable[Step] = ()) -> Schedule:
    """Order the steps of ``mechanisms`` by phase and mechanism, each mechanism's own as it declares them.

    Raises ScheduleError for two writers of a column, an addition to what is no inflow, a look at what
    is not visible, two steps of a phase between which the order would matter, or a bad declaration.
    """
    own = [step for mechanism in mechanisms for step in _named(mechanism)]
    steps = sorted((*own, *observers), key=lambda step: (step.phase, step.mechanism))
    _refuse_two_meanings(steps)
    _refuse_two_writers(steps)
    for step in steps:
        _refuse_bad_declaration(step)
    for _, phase in groupby(steps, key=lambda step: step.phase):
        _refuse_order(list(phase))
    columns = {c.name: c for s in steps for c in named(s)}
    tallies = {t.name: t for s in steps for t in s.counts + s.recalls}
    return Schedule(tuple(steps), columns, tallies)


def named(step: Step) -> tuple[Column[Any], ...]:
    """Every column that a step names."""
    return step.reads + step.looks + step.writes + step.adds


def _named(mechanism: Mechanism) -> tuple[Step, ...]:
    steps = mechanism.steps()
    for step in steps:
        if step.mechanism != mechanism.table():
            raise ScheduleError(f"step {step.name} belongs to {mechanism.table()}: "
                                f"call it {mechanism.table()}.{step.name.rpartition('.')[2]}")  # fmt: skip
    names = [step.name for step in steps]
    if len(set(names)) < len(names):
        raise ScheduleError(f"{mechanism.table()} has two steps of the same name: {', '.join(sorted(names))}")
    return steps


def _refuse_two_meanings(steps: list[Step]) -> None:
    seen: dict[str, Column[Any]] = {}
    for step in steps:
        for column in named(step):
            if seen.setdefault(column.name, column) != column:
                raise ScheduleError(
                    f"{step.name}: another column is already called {column.name}; rename one of them"
                )


def _refuse_two_writers(steps: list[Step]) -> None:
    owner: dict[str, str] = {}
    for step in steps:
        for column in step.writes:
            if owner.setdefault(column.name, step.mechanism) != step.mechanism:
                raise ScheduleError(
                    f"{column.name}: written by both {owner[column.name]} and {step.mechanism}; "
                    "make one of them add to an inflow instead"
                )


def _refuse_bad_declaration(step: Step) -> None:
    for column in step.adds:
        if not isinstance(column, Inflow):
            raise ScheduleError(
                f"{step.name} adds to {column.name}, which is not an inflow; write it or make it one"
            )
    for column in step.looks:
        if not column.visible:
            raise ScheduleError(f"{step.name} looks at others' {column.name}, which is not declared visible")
    if step.every < 1:
        raise ScheduleError(f"{step.name} runs every {step.every} days; the period must be 1 or more")
    if step.phase is Phase.MEASURE and (step.writes or step.adds or step.counts):
        raise ScheduleError(
            f"{step.name} measures and may change nothing; move what it writes to another phase"
        )
    if step.phase is Phase.BEGIN and step.looks:
        raise ScheduleError(f"{step.name} begins and may not look at others yet; look in a later phase")
    if step.order is Order.SEQUENTIAL and step.phase in (Phase.BEGIN, Phase.MEASURE):
        raise ScheduleError(f"{step.name}: only the phases of a day can be sequential")


def _names(columns: tuple[Column[Any], ...]) -> set[str]:
    return {column.name for column in columns}


def _refuse_order(phase: list[Step]) -> None:
    known = [(s, s.mechanism, _names(s.reads), _names(s.writes), _names(s.adds)) for s in phase]
    for one, mine, _, writes, adds in known:
        for other, its, reads, _, added in known:
            if mine != its and (clash := writes & (reads | added) | adds & reads):
                raise ScheduleError(
                    f"{one.name} and {other.name} run in the same phase, and the order would matter for "
                    f"{', '.join(sorted(clash))}; put one of them in another phase"
                )
