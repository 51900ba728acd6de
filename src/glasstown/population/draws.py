"""The draws of the population: about people, by their permanent ids."""

from dataclasses import dataclass

import numpy as np

from glasstown.core.rng import purpose, table
from glasstown.core.typing import I64s, U32s, U64s


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws under one run key; ``ids`` (uint32, shape (people,)) is None where ids are the rows."""

    key: np.uint64
    ids: U32s | None = None

    def names(self, rows: U32s | I64s) -> U32s:
        """The ids of some rows, uint32."""
        return rows.astype(np.uint32, copy=False) if self.ids is None else self.ids[rows]

    def at(self, rows: U32s | I64s, decision: str) -> tuple[U64s, U64s]:
        """Both 64-bit draws of some rows for one decision of the population."""
        one, two = np.empty(len(rows), np.uint64), np.empty(len(rows), np.uint64)
        table(self.key, self.names(rows), 0, 0, purpose("population", decision), one, two)
        return one, two

    def of(self, lo: int, hi: int, decision: str) -> tuple[U64s, U64s]:
        """Both 64-bit draws of rows lo to hi for one decision of the population."""
        return self.at(np.arange(lo, hi, dtype=np.uint32), decision)
