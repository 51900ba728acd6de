"""A fixed sample of lives, the same people in every twin, day by day."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core import rng
from glasstown.core.columns import Column
from glasstown.core.mechanism import Phase, Step
from glasstown.core.typing import U32s
from glasstown.core.vocabulary import (
    DIARY,
    EARNINGS,
    NAMED_AFTER,
    PERCEIVED_RISK,
    PRIVATE_DISSENT,
    RIGHTS,
    SCORE,
    VOICED,
)
from glasstown.measures.cells import spans

FIELDS: tuple[Column[Any], ...] = (
    DIARY, SCORE, RIGHTS, VOICED, PRIVATE_DISSENT, PERCEIVED_RISK, EARNINGS, NAMED_AFTER,
)  # fmt: skip


def panel(ids: U32s | None, people: int, size: int, seed: int, replicate: int = 0) -> U32s:
    """Rows of the ``size`` people with the smallest keyed draws, rising; it depends on ids and seed alone.

    ``ids`` has shape (people,); None if ids are the rows.
    """
    key, why = rng.run_key(seed, replicate, "panel"), rng.purpose("lives", "sample")
    rows, draws = np.zeros(0, np.int64), np.zeros(0, np.uint64)
    for span in spans(people):
        here = np.arange(span.start, span.stop)
        one, two = np.empty(len(here), np.uint64), np.empty(len(here), np.uint64)
        rng.table(key, here.astype(np.uint32) if ids is None else ids[span], 0, 0, why, one, two)
        rows, draws = np.concatenate([rows, here]), np.concatenate([draws, one])
        least = np.argsort(draws, kind="stable")[:size]
        rows, draws = rows[least], draws[least]
    return np.sort(rows).astype(np.uint32)


class Lives:
    """The observer of the panel: what is in FIELDS, for each of ``rows``, every day."""

    def __init__(self, rows: U32s, owned: Collection[str]) -> None:
        self.rows = rows
        fleeting = {DIARY.name, NAMED_AFTER.name}
        self.fields = tuple(c for c in FIELDS if c.name in owned or c.name in fleeting)
        if VOICED.name in owned:
            self.fields = tuple(c for c in FIELDS if c in self.fields or c is PRIVATE_DISSENT)
        self.days: dict[str, list[NDArray[Any]]] = {c.name: [] for c in self.fields}
        self.step = Step("measures.lives", Phase.MEASURE, self._observe, reads=self.fields)

    def prepare(self, people: int, workers: int) -> None:
        """One row of values for the day; chunks write disjoint parts of it."""
        self._today = {c.name: np.zeros(len(self.rows), c.dtype) for c in self.fields}
        self._found: dict[tuple[int, int], tuple[slice, NDArray[np.intp]]] = {}

    def _observe(self, view: Any, now: Any) -> None:
        chunk = view.lo, view.people
        if chunk not in self._found:
            first, last = np.searchsorted(self.rows, (view.lo, view.lo + view.people))
            self._found[chunk] = slice(first, last), self.rows[first:last].astype(np.intp) - view.lo
        here, rows = self._found[chunk]
        if len(rows):
            for column in self.fields:
                view[column].take(rows, out=self._today[column.name][here], mode="clip")

    def collect(self, day: int) -> None:
        """Keep the day."""
        for name, values in self._today.items():
            self.days[name].append(values.copy())

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything so far: shape (days, people of the panel) for each field."""
        return {
            c.name: np.array(self.days[c.name], c.dtype).reshape(len(self.days[c.name]), len(self.rows))
            for c in self.fields
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from ``arrays``."""
        self.days = {c.name: list(arrays[c.name]) for c in self.fields}
