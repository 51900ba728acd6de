"""A crowd for tests: does and is reported for what it was told to, the same every day or day by day."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr

from glasstown.core.columns import Inflow
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import ACTS, ENTRIES, FALSE_ENTRIES, NOTICES

Whole = Sequence[NDArray[Any]]
"""One array of the whole town per day; the last one holds from then on."""


class Crowd(Mechanism):
    """Adds given bits to what people do, and to what is reported of them."""

    _days: dict[Inflow[Any], Whole] = PrivateAttr(default_factory=dict)

    @classmethod
    def of(cls, acts: Whole = (), entries: Whole = (), false_entries: Whole = ()) -> "Crowd":
        crowd = cls()
        found = ((ACTS, acts), (ENTRIES, entries), (FALSE_ENTRIES, false_entries))
        crowd._days = {column: days for column, days in found if len(days)}
        return crowd

    def steps(self) -> tuple[Step, ...]:
        return (Step("crowd.do", Phase.ACT, self._do, adds=tuple(self._days) or (NOTICES,)),)

    def _do(self, view: Any, now: Any) -> None:
        for column, days in self._days.items():
            today = days[min(now.day, len(days) - 1)]
            view[column][:] |= today[view.lo : view.lo + view.people]


def some(people: int, share: float, bits: int, seed: int) -> NDArray[np.uint16]:
    """``bits`` for a random share of people, drawn without the project's own generator."""
    return np.where(np.random.default_rng(seed).random(people) < share, bits, 0).astype(np.uint16)
