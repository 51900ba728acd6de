"""Small towns for results: the real institutions, and what they are given, on keyed draws."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr

from glasstown.core import rng
from glasstown.core.columns import Column, Inflow
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.ties import NoTies, StoredTies, Ties
from glasstown.engine.run import Simulation

Whole = NDArray[Any]
Daily = Callable[[int], Whole]
"""The values of the whole town on a day."""


class Planted(Mechanism):
    """Stands for the rest of the town: adds what it was given to inflows, and owns the other columns."""

    _days: dict[Column[Any], Daily] = PrivateAttr(default_factory=dict)
    _phase: Phase = PrivateAttr(default=Phase.RECORD)

    @classmethod
    def of(cls, days: Mapping[Column[Any], Daily | Whole], phase: Phase = Phase.RECORD) -> "Planted":
        """Acts and entries are added as people act; the columns that are owned are set in ``phase``."""
        made = cls()
        made._days = {c: each if callable(each) else _always(each) for c, each in days.items()}
        made._phase = phase
        return made

    def steps(self) -> tuple[Step, ...]:
        """One for what is added, one for what is owned."""
        added = tuple(c for c in self._days if isinstance(c, Inflow))
        owned = tuple(c for c in self._days if not isinstance(c, Inflow))
        found = (
            Step("planted.add", Phase.ACT, self._add, adds=added),
            Step("planted.set", self._phase, self._set, writes=owned),
        )
        return tuple(step for step in found if step.adds or step.writes)

    def _add(self, view: View, now: Now) -> None:
        for column, day in self._days.items():
            if isinstance(column, Inflow):
                view[column][:] |= day(now.day)[view.lo : view.lo + view.people]

    def _set(self, view: View, now: Now) -> None:
        for column, day in self._days.items():
            if not isinstance(column, Inflow):
                view[column][:] = day(now.day)[view.lo : view.lo + view.people]


def _always(values: Whole) -> Daily:
    return lambda _: values


class Watch:
    """An observer that keeps whole columns of some days: ``days[d][name]``."""

    def __init__(self, columns: Sequence[Column[Any]], since: int) -> None:
        self.step = Step("watch.look", Phase.MEASURE, self._look, reads=tuple(columns))
        self.days: dict[int, dict[str, Whole]] = {}
        self._since = since
        self._people = 0
        self._today: dict[str, Whole] = {}

    def prepare(self, people: int, workers: int) -> None:
        """Room for the first day."""
        self._people = people
        self._today = self._room()

    def _room(self) -> dict[str, Whole]:
        return {c.name: np.zeros(self._people, c.dtype) for c in self.step.reads}

    def _look(self, view: View, now: Now) -> None:
        for column in self.step.reads:
            self._today[column.name][view.lo : view.lo + view.people] = view[column]

    def collect(self, day: int) -> None:
        """Keep the day if it is wanted."""
        if day >= self._since:
            self.days[day] = self._today
            self._today = self._room()

    def arrays(self) -> dict[str, Whole]:
        """Nothing is stored."""
        return {}

    def restore(self, arrays: Mapping[str, Whole]) -> None:
        """Nothing is read back."""


@dataclass(frozen=True)
class Lived:
    """A small town after its days: what was watched of each day, the state at the end, what was counted."""

    days: Mapping[int, Mapping[str, Whole]]
    state: Mapping[str, Whole]
    counted: Mapping[str, int]
    tallies: Mapping[str, int]

    @cached_property
    def last(self) -> Mapping[str, Whole]:
        """What was watched on the last day."""
        return self.days[max(self.days)]


@dataclass(frozen=True)
class Trial:
    """Which draws, and how many times as many people as usual."""

    seed: int = 1
    scale: int = 1
    threads: int | None = field(default=None, compare=False)

    def people(self, usual: int) -> int:
        """How many people to live with where a quick run has ``usual``."""
        return usual * self.scale

    def uniform(self, people: int, decision: str) -> NDArray[np.float64]:
        """Draws from 0 to 1, one a person, that no institution makes."""
        one, two = np.empty(people, np.uint64), np.empty(people, np.uint64)
        key, what = rng.run_key(self.seed, 0, "verification"), rng.purpose("verification", decision)
        rng.table(key, np.arange(people, dtype=np.uint32), 0, 0, what, one, two)
        return one / 2.0**64

    def live(
        self, mechanisms: Sequence[Mechanism], people: int, days: int, *columns: Column[Any],
        given: Mapping[str, Whole] | None = None, ties: Ties | None = None, since: int | None = None,
    ) -> Lived:  # fmt: skip
        """Live some days under ``mechanisms``; ``columns`` are kept from day ``since`` on (the last)."""
        watch = Watch(columns, days - 1 if since is None else since)
        with Simulation(
            mechanisms, people, given or {}, ties or NoTies(people), seed=self.seed, threads=self.threads,
            observers=(watch,) if columns else (),
        ) as town:  # fmt: skip
            for _ in range(days):
                town.advance()
        state = town.state
        return Lived(watch.days, dict(state.kept()), dict(state.counted), dict(state.tallies))


def evenly(people: int, share: float) -> NDArray[np.bool_]:
    """Exactly ``share`` of people (rounded), spread over the whole town."""
    wanted = round(share * people)
    rows = np.arange(people, dtype=np.int64)
    return (rows + 1) * wanted // people > rows * wanted // people


def adults(people: int, **given: Whole) -> dict[str, Whole]:
    """People of forty, and what else is given."""
    return {"age": np.full(people, 40, np.uint8)} | given


def ring(people: int, ties: int, weight: Whole | None = None) -> StoredTies:
    """Everybody is tied to the next so many people."""
    start = np.arange(people + 1, dtype=np.uint32) * np.uint32(ties)
    neighbour = (np.arange(people)[:, None] + 1 + np.arange(ties)) % people
    weights = None if weight is None else np.tile(weight.astype(np.float32), people)
    return StoredTies(start, neighbour.astype(np.uint32).ravel(), weights)


def random_graph(trial: Trial, people: int, mean: float, decision: str) -> StoredTies:
    """A sparse random graph of a mean degree, each tie in both directions."""
    count = round(mean * people / 2)
    ends = [
        np.minimum((trial.uniform(count, f"{decision} {end}") * people).astype(np.int64), people - 1)
        for end in "ab"
    ]
    one, two = np.concatenate(ends), np.concatenate(ends[::-1])
    start = np.concatenate([[0], np.cumsum(np.bincount(one, minlength=people))]).astype(np.uint32)
    return StoredTies(start, two[np.argsort(one, kind="stable")].astype(np.uint32))
