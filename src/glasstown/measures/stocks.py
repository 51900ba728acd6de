"""How people stand: sums of columns by stratum and district, every few days."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import Column
from glasstown.core.kernels import kernel
from glasstown.core.mechanism import Phase, Step
from glasstown.core.typing import I64s, U8s, U16s, U32s
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
from glasstown.measures.diary import ALL_OPEN

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


@kernel
def add_up(values: U8s | U16s, stratum: U8s, district: U8s, table: I64s, row: int) -> None:
    """Sum ``values`` by cell into ``table[:, row, :]``, (districts, rows, STRATA)."""
    for i in range(len(values)):
        table[district[i], row, stratum[i]] += values[i]


@kernel
def count_some(values: U8s | U16s | U32s, stratum: U8s, district: U8s, table: I64s, row: int) -> None:
    """Count into ``table[:, row, :]`` the people whose value is not 0."""
    for i in range(len(values)):
        table[district[i], row, stratum[i]] += values[i] != 0


@kernel
def count_closed(
    rights: U16s, stratum: U8s, district: U8s, table: I64s, any_row: int, first_row: int
) -> None:
    """Count who lost some right into ``any_row``, and each closed right into ``first_row`` + its bit."""
    for i in range(len(rights)):
        closed = ~rights[i] & EVERY
        table[district[i], any_row, stratum[i]] += (closed & ALL_OPEN) != 0
        for bit in range(KINDS):
            table[district[i], first_row + bit, stratum[i]] += (closed >> bit) & 1


@kernel
def count_less(values: U16s, than: U16s, stratum: U8s, district: U8s, table: I64s, row: int) -> None:
    """Count into ``table[:, row, :]`` the people of 15 or more whose value is less than the other."""
    for i in range(len(values)):
        table[district[i], row, stratum[i]] += (values[i] < than[i]) & (stratum[i] % GROUP >= BAND)


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
        for name, column in SUMS.items():
            if column in self.reads:
                add_up(view[column], stratum, district, table, NAMES.index(name))
        for name, column in COUNTS.items():
            if column in self.reads:
                count_some(view[column], stratum, district, table, NAMES.index(name))
        if VOICED in self.reads:
            row = NAMES.index("self_censoring")
            count_less(view[VOICED], view[PRIVATE_DISSENT], stratum, district, table, row)
        if RIGHTS in self.reads:
            rows = NAMES.index("any_closed"), NAMES.index(f"closed_{str(next(iter(Right)).name).lower()}")
            count_closed(view[RIGHTS], stratum, district, table, *rows)

    def collect(self, day: int) -> None:
        """Keep today's sums."""
        self.days.append(day)
        self.rows.append(total(self._tables))
        for table in self._tables:
            table[:] = 0

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
