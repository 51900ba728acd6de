"""From counters to two tidy tables: the course of every measure, and its total by district for the twins."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np

from glasstown.core.typing import I64s, U8s
from glasstown.core.vocabulary import Event
from glasstown.measures.cells import LEVELS, by_level, count_where, people_by_cell, total
from glasstown.measures.definitions import FLOWS, MEASURES
from glasstown.measures.diary import BITS, Diary, ever_counts
from glasstown.measures.stocks import COUNTS, NAMES, SUMS, Stocks

RECENT = 4
"""A stock is reported as the mean of its last RECENT samples."""

YEAR = 365


@dataclass(slots=True)
class Tidy:
    """Columns of one tidy table, grown block by block; ``names`` are those of an empty one."""

    names: tuple[str, ...]
    blocks: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def add(self, **columns: object) -> None:
        """One block: scalars are repeated to the length of the arrays."""
        length = max(len(c) for c in columns.values() if isinstance(c, np.ndarray))
        for name, column in columns.items():
            block = column if isinstance(column, np.ndarray) else np.full(length, column)
            self.blocks.setdefault(name, []).append(block)

    def columns(self) -> dict[str, np.ndarray]:
        """The whole table."""
        if not self.blocks:
            return {name: np.zeros(0, str if name in ("measure", "by") else np.int64) for name in self.names}
        return {name: np.concatenate(blocks) for name, blocks in self.blocks.items()}


Present = Callable[[int], Collection[str]]
"""Names of the columns that some mechanism owns on a day."""

COLUMN = {name: column.name for name, column in (SUMS | COUNTS).items()} | {"self_censoring": "voiced"}
"""The column behind a stock; all others are made of rights."""

TRUE_ALONE = frozenset({
    "rights", "recorded_since", "misrecorded_since", "listed_until", "detained_until", "flagged", "ties_lost",
})  # fmt: skip
"""Columns whose initial value is the truth when nobody owns them: all rights open, nothing on file."""


def course(
    diary: Diary, stocks: Stocks, people: I64s, present: Present | None = None
) -> dict[str, np.ndarray]:
    """day, measure, by, level, value, people, days: the course of every measure.

    ``value`` (int64) is a count or sum over the ``days`` that end with ``day``; the reported number is
    scale * value / people (times 365 / days for flows). Flows of the whole town are daily, their
    breakdowns by period. ``people`` (districts, STRATA) is how many each cell holds. A stock is left out on
    days on which, by ``present``, nobody owned its column.
    """
    tidy = Tidy(("day", "measure", "by", "level", "value", "people", "days"))
    daily = np.array(diary.daily, np.int64).reshape(-1, BITS)
    days = np.arange(len(daily), dtype=np.int32)
    happened = [event for event in FLOWS if daily[:, _bit(event)].any()]
    everyone = int(people.sum())
    for event in happened:
        tidy.add(day=days, measure=FLOWS[event].name, by="all", level=np.int16(0),
                 value=daily[:, _bit(event)], people=np.int64(everyone), days=np.int32(1))  # fmt: skip
    ends, lengths = _periods(diary)
    if len(ends):
        for event in happened:
            table = np.array([each[:, _bit(event)] for each in diary.periods], np.int64)
            _breakdowns(tidy, FLOWS[event].name, ends, lengths, table, people, whole=False)
    for name in measured(stocks):
        kept = samples(stocks, name, present)
        table = np.array([stocks.rows[k][:, NAMES.index(name)] for k in kept])
        when = np.array([stocks.days[k] for k in kept], np.int32)
        if kept:
            _breakdowns(tidy, name, when, np.ones(len(kept), np.int32), table, people)
    return tidy.columns()


def totals(
    diary: Diary,
    stocks: Stocks,
    stratum: U8s,
    district: U8s,
    people: I64s,
    day: int,
    present: Present | None = None,
) -> dict[str, np.ndarray]:
    """measure, by, level, district, value, people, days: each measure's total in the run, by district.

    Flows add up over the run, stocks over those of the last RECENT samples at which their column had an
    owner (``days`` says how many), the others are as of the last day. This is what twins are compared by.
    """
    tidy = Tidy(("measure", "by", "level", "district", "value", "people", "days"))
    flows = total(diary.periods)
    for event, measure in FLOWS.items():
        if flows[:, _bit(event)].any():
            _districts(tidy, measure.name, flows[:, _bit(event)], people, day + 1)
    for name in measured(stocks):
        kept = [k for k in samples(stocks, name, present) if k >= len(stocks.days) - RECENT]
        if kept:
            recent = total([stocks.rows[k][:, NAMES.index(name)] for k in kept])
            _districts(tidy, name, recent, people, len(kept))
    final = ever_counts(diary.ever, stratum, district, len(people))
    since, latest = diary.shut_since, max(0, day + 1 - YEAR)
    final["shut_out_a_year"] = count_where(
        lambda rows: (since[rows] > 0) & (since[rows] <= latest), stratum, district, len(people)
    )
    for name, counts in final.items():
        _districts(tidy, name, counts, people, 1)
    return tidy.columns()


def measured(stocks: Stocks) -> tuple[str, ...]:
    """The stocks whose columns exist in this town."""
    read = {column.name for column in stocks.reads}
    return tuple(name for name in NAMES if column_of(name) in read)


def column_of(stock: str) -> str:
    """The name of the column that a stock is made of."""
    return COLUMN.get(stock, "rights")


def samples(stocks: Stocks, stock: str, present: Present | None) -> list[int]:
    """Which samples of a stock mean anything: those of days on which somebody owned its column."""
    column = column_of(stock)
    everything = range(len(stocks.days))
    if present is None or column in TRUE_ALONE or column == "private_dissent":
        return list(everything)
    return [k for k in everything if column in present(stocks.days[k])]


def reported(measure: str, value: float, people: float, days: float) -> float:
    """The number to show for a total: per person and year for flows, a mean or share otherwise."""
    if people == 0 or days == 0:
        return 0.0
    found = MEASURES[measure]
    return found.scale * value / people * (YEAR / days if found.kind == "flow" else 1.0 / days)


def cells(stratum: U8s, district: U8s) -> I64s:
    """People of each cell of this town."""
    return people_by_cell(stratum, district, int(district.max(initial=0)) + 1)


def _bit(event: Event) -> int:
    return int(event).bit_length() - 1


def _periods(diary: Diary) -> tuple[np.ndarray, np.ndarray]:
    ends = np.array(diary.ends, np.int32)
    return ends, np.diff(ends, prepend=np.int32(-1)).astype(np.int32)


def _breakdowns(
    tidy: Tidy,
    name: str,
    ends: np.ndarray,
    lengths: np.ndarray,
    table: I64s,
    people: I64s,
    whole: bool = True,
) -> None:
    """``table`` has shape (times, districts, STRATA)."""
    values = by_level(table.sum(axis=1)) | {"district": table.sum(axis=2)}
    holds = by_level(people.sum(axis=0)) | {"district": people.sum(axis=1)}
    for by, array in values.items():
        if by == "all" and not whole:
            continue
        for level in range(array.shape[1]):
            if holds[by][level]:
                tidy.add(day=ends, measure=name, by=by, level=np.int16(level), value=array[:, level],
                         people=np.int64(holds[by][level]), days=lengths)  # fmt: skip


def _districts(tidy: Tidy, name: str, table: I64s, people: I64s, days: int) -> None:
    """``table`` has shape (districts, STRATA)."""
    values, holds = by_level(table), by_level(people)
    where = np.arange(len(table), dtype=np.int16)
    for by in LEVELS:
        for level in range(values[by].shape[1]):
            tidy.add(measure=name, by=by, level=np.int16(level), district=where, value=values[by][:, level],
                     people=holds[by][:, level], days=np.int32(days))  # fmt: skip
