"""An observer for tests: keeps a copy of chosen columns of every day, for small towns and one thread."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import Column
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import NoTies
from glasstown.engine.run import Simulation


class Witness:
    """``days[d][name]`` is the whole column at the end of day d."""

    def __init__(self, *columns: Column[Any]) -> None:
        self.step = Step("witness.look", Phase.MEASURE, self._look, reads=columns)
        self.days: list[dict[str, NDArray[Any]]] = []

    def prepare(self, people: int, workers: int) -> None:
        """Nothing: the days come one by one."""

    def _look(self, view: Any, now: Any) -> None:
        if len(self.days) == now.day:
            self.days.append({c.name: np.zeros(view.town, c.dtype) for c in self.step.reads})
        for column in self.step.reads:
            self.days[now.day][column.name][view.lo : view.lo + view.people] = view[column]

    def collect(self, day: int) -> None:
        """Nothing."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Nothing is stored."""
        return {}

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Nothing is read back."""


def live(
    mechanisms: Sequence[Mechanism], people: int, given: Mapping[str, NDArray[Any]], days: int,
    *columns: Column[Any], seed: int = 1, chunk: int | None = None,
) -> tuple[list[dict[str, NDArray[Any]]], Simulation]:  # fmt: skip
    """Let ``mechanisms`` live some days; the copies of ``columns`` of each, and the town at the end."""
    witness = Witness(*columns)
    town = Simulation(
        mechanisms, people, given, NoTies(people), seed=seed, threads=1, chunk=chunk, observers=(witness,)
    )
    with town:
        for _ in range(days):
            town.advance()
    return witness.days, town
