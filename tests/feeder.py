"""A registry and a town for tests: what is filed on which day, person by person, and ties if wanted."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr

from glasstown.core.columns import Column
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import NoTies, StoredTies, Ties
from glasstown.core.vocabulary import FILED, MISFILED, RESTORED, RIGHTS, SCORE
from glasstown.engine.run import Simulation
from witness import Witness

Days = Mapping[int, Mapping[int, int]]
"""day -> row -> value"""


class Feeder(Mechanism):
    """Files what it was told to: bits of Act for true and false entries, 1 for what is given back."""

    _filed: Days = PrivateAttr(default_factory=dict)
    _misfiled: Days = PrivateAttr(default_factory=dict)
    _restored: Days = PrivateAttr(default_factory=dict)

    @classmethod
    def of(cls, filed: Days, misfiled: Days | None = None, restored: Days | None = None) -> "Feeder":
        feeder = cls()
        feeder._filed, feeder._misfiled, feeder._restored = filed, misfiled or {}, restored or {}
        return feeder

    def steps(self) -> tuple[Step, ...]:
        return (Step("feeder.feed", Phase.RECORD, self._feed, writes=(FILED, MISFILED, RESTORED)),)

    def _feed(self, view: Any, now: Any) -> None:
        for column, days in ((FILED, self._filed), (MISFILED, self._misfiled), (RESTORED, self._restored)):
            for row, value in days.get(now.day, {}).items():
                if view.lo <= row < view.lo + view.people:
                    view[column][row - view.lo] = value


class Setter(Mechanism):
    """Writes one column of whole-town values each day, in the phase before the one that reads it."""

    _column: Column[Any] = PrivateAttr(default=SCORE)
    _days: Sequence[NDArray[Any]] = PrivateAttr(default=())

    @classmethod
    def of(cls, column: Column[Any], days: Sequence[NDArray[Any]]) -> "Setter":
        setter = cls()
        setter._column, setter._days = column, days
        return setter

    def steps(self) -> tuple[Step, ...]:
        phase = Phase.SANCTION if self._column is RIGHTS else Phase.JUDGE
        return (Step("setter.set", phase, self._set, writes=(self._column,)),)

    def _set(self, view: Any, now: Any) -> None:
        values = self._days[min(now.day, len(self._days) - 1)]
        view[self._column][:] = values[view.lo : view.lo + view.people]


def live(
    mechanisms: Sequence[Mechanism], people: int, days: int, *columns: Column[Any],
    given: Mapping[str, NDArray[Any]] | None = None, ties: Ties | None = None, seed: int = 1,
    chunk: int | None = None,
) -> tuple[list[dict[str, NDArray[Any]]], Simulation]:  # fmt: skip
    """Some days of a town on one thread: copies of ``columns`` of each day, and the town at the end."""
    witness = Witness(*columns)
    town = Simulation(mechanisms, people, given or {}, ties or NoTies(people), seed=seed, threads=1,
                      chunk=chunk, observers=(witness,) if columns else ())  # fmt: skip
    with town:
        for _ in range(days):
            town.advance()
    return witness.days, town


def random_ties(people: int, mean: float, seed: int, weighted: bool) -> StoredTies:
    """Directed ties between people drawn at random, some people without any; weights in (0, 3]."""
    chance = np.random.default_rng(seed)
    degrees = chance.poisson(mean, people) * (chance.random(people) < 0.9)
    start = np.concatenate([[0], np.cumsum(degrees)]).astype(np.uint32)
    neighbour = chance.integers(0, people, int(start[-1])).astype(np.uint32)
    weight = (3 * (1 - chance.random(len(neighbour)))).astype(np.float32) if weighted else None
    return StoredTies(start, neighbour, weight)
