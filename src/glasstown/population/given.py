"""Columns of institutions that a user's table may give beside those of the population itself.

A cell is a whole number in the column's own unit; where that unit is a part of a whole (1/65535, 1/255,
1/32767) a column of floating-point numbers gives shares instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.population.parquet import Field

SCALES = {"1/65535": 65535, "1/255": 255, "1/32767": 32767}
"""Units that are parts of a whole, and how many parts the whole has."""


@dataclass(frozen=True, slots=True)
class Given:
    """A column that may be given: its type and unit, and the lowest and highest value it may have."""

    dtype: type[np.generic]
    unit: str
    meaning: str
    low: int
    high: int

    @property
    def field(self) -> Field:
        """What a cell of a table must be."""
        return Field(self.low, self.high, meaning=self.meaning, scale=SCALES.get(self.unit, 0))

    def settled(self, values: NDArray[Any]) -> NDArray[Any]:
        """The values of a table as the column holds them; a share of all is the highest that it may have."""
        if values.dtype.kind == "f":
            values = np.clip(np.rint(values * SCALES[self.unit]), self.low, self.high)
        return values.astype(self.dtype)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a table may give of the institutions, by name; and what it may not, with the reason."""

    columns: Mapping[str, Given] = field(default_factory=dict)
    barred: Mapping[str, str] = field(default_factory=dict)


NOTHING = Offer()
"""For a town of which no institution is known."""
