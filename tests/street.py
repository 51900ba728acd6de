"""A street for tests: what people do, who is under suspicion and who is shielded, the same every day."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr

from feeder import live
from glasstown.core.columns import Column, Tally
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import ACTS, SHIELDS, SUSPICION
from glasstown.engine.run import Simulation


class Street(Mechanism):
    """Everybody as given: bits of Act, reasons of suspicion, bits of Shield, shape (people,)."""

    _acts: NDArray[np.uint8] = PrivateAttr(default_factory=lambda: np.zeros(0, np.uint8))
    _named: NDArray[np.uint8] = PrivateAttr(default_factory=lambda: np.zeros(0, np.uint8))
    _shields: NDArray[np.uint16] = PrivateAttr(default_factory=lambda: np.zeros(0, np.uint16))

    @classmethod
    def of(cls, acts: Any, named: Any, shields: Any = 0) -> "Street":
        street = cls()
        street._acts, street._named = np.asarray(acts, np.uint8), np.asarray(named, np.uint8)
        street._shields = np.broadcast_to(np.asarray(shields, np.uint16), street._acts.shape)
        return street

    def steps(self) -> tuple[Step, ...]:
        return (Step("street.live", Phase.ACT, self._live, adds=(ACTS, SUSPICION, SHIELDS)),)

    def _live(self, view: Any, now: Any) -> None:
        view[ACTS][:] |= self._acts[view.lo : view.lo + view.people]
        view[SUSPICION][:] += self._named[view.lo : view.lo + view.people]
        view[SHIELDS][:] |= self._shields[view.lo : view.lo + view.people]


def walk(
    m: Mechanism, acts: Any, named: Any, days: int, *columns: Column[Any], given: Any = None,
    chunk: int | None = None, seed: int = 1, shields: Any = 0,
) -> tuple[list[dict[str, NDArray[Any]]], Simulation]:  # fmt: skip
    """Some days of ``m`` in a street."""
    street = Street.of(acts, named, shields)
    return live([m, street], len(street._acts), days, *columns, given=given, chunk=chunk, seed=seed)


def tallied(town: Simulation, tallies: tuple[Tally, ...]) -> list[int]:
    """What the town counted on its last day."""
    return [town.state.tallies.get(tally.name, 0) for tally in tallies]
