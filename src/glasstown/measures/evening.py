"""The last evening of a town: what numbers of the whole town are worked out from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import Column
from glasstown.core.mechanism import Mechanism
from glasstown.core.typing import I64s, U16s
from glasstown.core.vocabulary import AGE, ALIVE

ADULT = 18
"""Age from which numbers of adults count."""


@dataclass(frozen=True, slots=True)
class Evening:
    """A town at the end of ``day``.

    ``owned``: columns that an institution owns, ``given``: those with which people began, both of shape
    (people,). ``institutions``: those in place, by name. ``shut_since`` (day+1, 0 for nobody) and ``spells``
    (completed, by 30 days) are the diary's.
    """

    day: int
    owned: Mapping[str, NDArray[Any]]
    given: Mapping[str, NDArray[Any]]
    institutions: Mapping[str, Mechanism]
    shut_since: U16s
    spells: I64s

    def column(self, column: Column[Any]) -> NDArray[Any] | None:
        """A column as it is now, or as it was given where nobody owns it; None where there is none."""
        return self.owned.get(column.name, self.given.get(column.name))

    def adults(self, rows: slice) -> NDArray[np.bool_]:
        """Which of some rows hold a living adult."""
        age = self.column(AGE)
        assert age is not None, "every town knows ages"
        chosen: NDArray[np.bool_] = (age[rows] >= ADULT) & self.alive(rows)
        return chosen

    def alive(self, rows: slice) -> NDArray[np.bool_] | np.bool_:
        """Which of some rows hold a living person; one answer where nobody dies."""
        alive = self.owned.get(ALIVE.name)
        return np.bool_(True) if alive is None else alive[rows] != 0
