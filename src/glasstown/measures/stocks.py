"""How people stand: sums of columns by stratum and district, every few days."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import Column
from glasstown.core.kernels import kernel, rule
from glasstown.core.mechanism import Phase, Step
from glasstown.core.typing import I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import (
    ACTIVE,
    BELIEVED_DISSENT,
    COMPLYING,
    DETAINED_UNTIL,
    DISTRICT,
    EARNINGS,
    EVADING,
    FLAGGED,
    INFORMED,
    LEGITIMACY,
    LISTED_UNTIL,
    MISRECORDED_SINCE,
    PARTNER,
    PERCEIVED_RISK,
    PRIVATE_DISSENT,
    RECORDED_SINCE,
    RIGHTS,
    SCORE,
    STANDING,
    STRATUM,
    TIES_LOST,
    TRUST,
    VOICED,
    WRONG_POINTS,
    Right,
)
from glasstown.measures.cells import AGE_BANDS, FIFTHS, STRATA, total
from glasstown.measures.definitions import STOCKS
from glasstown.measures.diary import ALL_OPEN, SPREAD

NAMES = tuple(m.name for m in STOCKS)
EVERY = np.uint16(int(sum(Right)))
KINDS = len(Right)
BAND = len(FIFTHS)
GROUP = len(AGE_BANDS) * BAND
SUMS: dict[str, Column[Any]] = {
    "private_dissent": PRIVATE_DISSENT,
    "voiced": VOICED,
    "perceived_risk": PERCEIVED_RISK,
    "score": SCORE,
    "wrong_points": WRONG_POINTS,
    "earnings": EARNINGS,
    "believed_dissent": BELIEVED_DISSENT,
    "standing": STANDING,
    "trust": TRUST,
    "ties_lost": TIES_LOST,
    "legitimacy": LEGITIMACY,
    "informed": INFORMED,
}
COUNTS: dict[str, Column[Any]] = {
    "recorded": RECORDED_SINCE,
    "misrecorded": MISRECORDED_SINCE,
    "complying": COMPLYING,
    "active": ACTIVE,
    "evading": EVADING,
    "partnered": PARTNER,
    "on_blacklist": LISTED_UNTIL,
    "under_flag": FLAGGED,
    "in_detention": DETAINED_UNTIL,
}

MARKED = (
    *(f"closed_{str(right.name).lower()}" for right in Right), "any_closed", *COUNTS, "self_censoring",
)  # fmt: skip
"""Whom a bit of a person's marks counts, from the lowest bit."""

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

_ROWS = np.array([NAMES.index(name) for name in MARKED], np.int64)
_ANY_CLOSED, _NONE, _BYTE = np.uint32(1 << KINDS), np.uint32(0), np.uint64(255)


@kernel
def add_up(values: U8s | U16s, stratum: U8s, district: U8s, table: I64s, row: int) -> None:
    """Sum ``values`` by cell into ``table[:, row, :]``, (districts, rows, STRATA)."""
    for i in range(len(values)):
        table[district[i], row, stratum[i]] += values[i]


@kernel
def mark_some(values: U8s | U16s | U32s, bit: np.uint32, marks: U32s) -> None:
    """Set ``bit`` in the ``marks`` of people whose value is not 0."""
    for i in range(len(values)):
        marks[i] |= bit if values[i] != 0 else _NONE


@kernel
def mark_less(values: U16s, than: U16s, stratum: U8s, bit: np.uint32, marks: U32s) -> None:
    """Set ``bit`` in the ``marks`` of people of 15 or more whose value is less than the other."""
    for i in range(len(values)):
        marks[i] |= bit if (values[i] < than[i]) & (stratum[i] % GROUP >= BAND) else _NONE


@kernel
def mark_closed(rights: U16s, marks: U32s) -> None:
    """Begin ``marks``: a bit for each closed right, and the next one for who lost some right."""
    for i in range(len(rights)):
        closed = ~rights[i] & EVERY
        marks[i] = np.uint32(closed) | (_ANY_CLOSED if (closed & ALL_OPEN) != 0 else _NONE)


@rule
def pour(sums: U64s, rows: I64s, table: I64s, d: Whole, s: Whole) -> None:
    """Empty the counters of bytes ``sums[d, s]`` into ``table[d, rows, s]``."""
    for bit in range(len(rows)):
        table[d, rows[bit], s] += np.int64((sums[d, s, bit >> 3] >> np.uint64(8 * (bit & 7))) & _BYTE)
    sums[d, s] = 0


@kernel
def count_marks(marks: U32s, stratum: U8s, district: U8s, rows: I64s, table: I64s) -> None:
    """Count into ``table[:, rows[bit], :]`` people with that bit in their ``marks``, 24 at most."""
    sums, full = np.zeros((len(table), STRATA, 3), np.uint64), np.zeros((len(table), STRATA), np.uint8)
    for i in range(len(marks)):
        d, s, mark = np.int64(district[i]), np.int64(stratum[i]), np.int64(marks[i])
        sums[d, s, 0] += SPREAD[mark & 255]
        sums[d, s, 1] += SPREAD[(mark >> 8) & 255]
        sums[d, s, 2] += SPREAD[mark >> 16]
        full[d, s] += 1
        if full[d, s] == 255:
            pour(sums, rows, table, d, s)
            full[d, s] = 0
    for at in range(len(table) * STRATA):
        if full[at // STRATA, at % STRATA] > 0:
            pour(sums, rows, table, at // STRATA, at % STRATA)


class Stocks:
    """The observer of how people stand. Only columns that some mechanism owns are read."""

    def __init__(self, owned: Collection[str], districts: int, every: int = 7) -> None:
        self.districts = districts
        self.days: list[int] = []
        self.rows: list[I64s] = []
        self.reads = tuple(
            c
            for c in (*SUMS.values(), *COUNTS.values(), RIGHTS)
            if c.name in owned or (c is PRIVATE_DISSENT and VOICED.name in owned)
        )
        self._sums = [(c, NAMES.index(name)) for name, c in SUMS.items() if c in self.reads]
        counted = enumerate(COUNTS.values(), KINDS + 1)
        self._marks = [(c, np.uint32(1 << bit)) for bit, c in counted if c in self.reads]
        self.step = Step(
            "measures.stocks",
            Phase.MEASURE,
            self._observe,
            reads=(*self.reads, STRATUM, DISTRICT),
            every=every,
        )

    def prepare(self, people: int, workers: int) -> None:
        """One table for each worker."""
        self._tables = [np.zeros((self.districts, len(NAMES), STRATA), np.int64) for _ in range(workers)]

    def _observe(self, view: Any, now: Any) -> None:
        stratum, district = view[STRATUM], view[DISTRICT]
        table = self._tables[view.worker]
        for column, row in self._sums:
            add_up(view[column], stratum, district, table, row)
        marks = np.zeros(view.people, np.uint32)
        if RIGHTS in self.reads:
            mark_closed(view[RIGHTS], marks)
        for column, bit in self._marks:
            mark_some(view[column], bit, marks)
        if VOICED in self.reads:
            last = np.uint32(1 << MARKED.index("self_censoring"))
            mark_less(view[VOICED], view[PRIVATE_DISSENT], stratum, last, marks)
        count_marks(marks, stratum, district, _ROWS, table)

    def collect(self, day: int) -> None:
        """Keep today's sums."""
        self.days.append(day)
        self.rows.append(total(self._tables))
        for table in self._tables:
            table[:] = 0

    def coarsen(self, every: int) -> None:
        """Keep what was seen on each day that ``every`` divides."""
        kept = [k for k, day in enumerate(self.days) if day % every == 0]
        self.days, self.rows = [self.days[k] for k in kept], [self.rows[k] for k in kept]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything so far."""
        return {
            "days": np.array(self.days, np.int64),
            "rows": np.array(self.rows, np.int64).reshape(-1, self.districts, len(NAMES), STRATA),
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from ``arrays``."""
        self.days = [int(day) for day in arrays["days"]]
        self.rows = list(arrays["rows"])
