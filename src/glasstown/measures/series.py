"""From counters to two tidy tables: the course of every measure, and its total by district for the twins."""

from collections.abc import Callable, Collection

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


Table = dict[str, np.ndarray]

EMPTY: Table = {"day": np.zeros(0, np.int64), "measure": np.zeros(0, str), "by": np.zeros(0, str)} | {
    name: np.zeros(0, np.int64) for name in ("level", "value", "people", "days")
}
"""The course of a town in which nothing was measured."""

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
    daily = np.array(diary.daily, np.int64).reshape(-1, BITS)
    days = np.arange(len(daily), dtype=np.int32)
    happened = [event for event in FLOWS if daily[:, _bit(event)].any()]
    names, bits = [FLOWS[event].name for event in happened], [_bit(event) for event in happened]
    blocks: list[Table] = []
    if happened:
        everybody = {"all": _levels(people)["all"]}
        blocks.append(_block(names, days, np.ones_like(days), {"all": daily[:, bits, None]}, everybody))
    if happened and diary.ends:
        ends, lengths = _periods(diary)
        strata = np.array([each.sum(axis=0)[bits] for each in diary.periods], np.int64)
        districts = np.array([each.sum(axis=2).T[bits] for each in diary.periods], np.int64)
        values = by_level(strata) | {"district": districts}
        blocks.append(_block(names, ends, lengths, values, _levels(people, "all")))
    for name in measured(stocks):
        kept = samples(stocks, name, present)
        if kept:
            table = np.array([stocks.rows[k][:, NAMES.index(name)] for k in kept])[:, None]
            when = np.array([stocks.days[k] for k in kept], np.int32)
            values = by_level(table.sum(axis=2)) | {"district": table.sum(axis=3)}
            blocks.append(_block([name], when, np.ones(len(kept), np.int32), values, _levels(people)))
    some = [block for block in blocks if len(block["value"])] or [EMPTY]
    return {name: np.concatenate([block[name] for block in some]) for name in EMPTY}


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
    tables: dict[str, tuple[I64s, int]] = {}
    flows = total(diary.periods)
    for event, measure in FLOWS.items():
        if flows[:, _bit(event)].any():
            tables[measure.name] = flows[:, _bit(event)], day + 1
    for name in measured(stocks):
        kept = [k for k in samples(stocks, name, present) if k >= len(stocks.days) - RECENT]
        if kept:
            tables[name] = total([stocks.rows[k][:, NAMES.index(name)] for k in kept]), len(kept)
    final = ever_counts(diary.ever, stratum, district, len(people))
    since, latest = diary.shut_since, max(0, day + 1 - YEAR)
    final["shut_out_a_year"] = count_where(
        lambda rows: (since[rows] > 0) & (since[rows] <= latest), stratum, district, len(people)
    )
    return _by_district(tables | {name: (counts, 1) for name, counts in final.items()}, people)


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


def _levels(people: I64s, but: str = "") -> dict[str, I64s]:
    """How many people each level of each breakdown holds, ``but`` one."""
    found = by_level(people.sum(axis=0)) | {"district": people.sum(axis=1)}
    return {by: holds for by, holds in found.items() if by != but}


def _block(
    names: list[str], ends: np.ndarray, lengths: np.ndarray, values: dict[str, I64s], holds: dict[str, I64s]
) -> Table:
    """Rows by measure, level and time; those of levels that hold nobody are left out.

    ``values`` of each breakdown have shape (times, names, levels), its ``holds`` (levels,).
    """
    some = {by: np.flatnonzero(people) for by, people in holds.items()}
    value = np.concatenate([values[by][..., levels] for by, levels in some.items()], axis=-1)
    times, measures, levels = value.shape
    by = np.repeat(np.array(list(some)), [len(each) for each in some.values()])
    level = np.concatenate(list(some.values())).astype(np.int16)
    people = np.concatenate([holds[by][levels] for by, levels in some.items()])
    return {
        "day": np.tile(ends, measures * levels),
        "measure": np.repeat(np.array(names), levels * times),
        "by": np.tile(np.repeat(by, times), measures),
        "level": np.tile(np.repeat(level, times), measures),
        "value": value.transpose(1, 2, 0).reshape(-1),
        "people": np.tile(np.repeat(people, times), measures),
        "days": np.tile(lengths, measures * levels),
    }


def _by_district(tables: dict[str, tuple[I64s, int]], people: I64s) -> Table:
    """Rows by measure, level and district; ``tables`` are of shape (districts, STRATA), with their days."""
    values, holds = by_level(np.array([table for table, _ in tables.values()])), by_level(people)
    count, districts = len(tables), len(people)
    sizes = [holds[by].shape[1] for by in LEVELS]
    width = sum(sizes) * districts
    level = np.concatenate([np.arange(size, dtype=np.int16) for size in sizes])
    rows = [values[by].swapaxes(1, 2).reshape(count, -1) for by in LEVELS]
    return {
        "measure": np.repeat(np.array(list(tables)), width),
        "by": np.tile(np.repeat(np.array(list(LEVELS)), [size * districts for size in sizes]), count),
        "level": np.tile(np.repeat(level, districts), count),
        "district": np.tile(np.arange(districts, dtype=np.int16), count * sum(sizes)),
        "value": np.concatenate(rows, axis=1).reshape(-1),
        "people": np.tile(np.concatenate([holds[by].T.reshape(-1) for by in LEVELS]), count),
        "days": np.repeat(np.array([days for _, days in tables.values()], np.int32), width),
    }
