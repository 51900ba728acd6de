"""What a sweep leaves: one tidy table of results, one of what was drawn, and the runs that failed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.archive import notes
from glasstown.lab.claim_measure import Term
from glasstown.lab.design import Design
from glasstown.lab.grids import of_sweep, spoken, tallied
from glasstown.lab.shelf import BREAKDOWNS, Shelf
from glasstown.measures.definitions import MEASURES
from glasstown.measures.series import YEAR
from glasstown.measures.whole import TOWN
from glasstown.release import EPOCH, RELEASE
from glasstown.scenario.model import Scenario
from glasstown.store.frames import Frame, as_frame
from glasstown.store.query import read_table
from glasstown.store.tables import Labels, Note, Table
from glasstown.store.write import write_table

RESULTS: Final = "results.parquet"
DESIGN: Final = "design.parquet"

FAILED: Final = "failed"
"""The measure of a row that says why a run has no other rows."""

Point = tuple[int, int, str]
"""Draw, replicate, arm."""

NUMBERS: Final[Mapping[str, type[np.generic]]] = {
    "draw": np.int32,
    "replicate": np.int32,
    "level": np.int16,
    "value": np.int64,
    "people": np.int64,
    "days": np.int32,
    "reported": np.float64,
}


@dataclass(frozen=True, eq=False)
class Swept:
    """A finished sweep.

    ``table``: draw, replicate, arm, measure, by (all, group, fifth, town), level, value (int64, raw: a sum
    or count), people, days, reported (float64: the number to show, per person and year for flows), reason. By
    town stand numbers of the whole town (value in millionths) and tallies, each under its own name. A run
    that could not end is one row whose measure is "failed" and whose reason says why. ``design``: draw,
    parameter, value (a choice as its place, from 0), low, high.
    """

    folder: Path
    table: Table
    design: Table

    def frame(self, kind: Frame = "pandas") -> Any:
        """The results as a frame: pandas, polars, arrow, xarray or numpy."""
        return as_frame(self.table, kind)

    def drawn(self, kind: Frame = "pandas") -> Any:
        """What was drawn, as a frame."""
        return as_frame(self.design, kind)

    def grid(self, by: str = "all") -> Any:
        """The numbers to show as an ``xarray.Dataset`` over draw, replicate and arm, a variable a measure.

        ``by`` "group" or "fifth" adds that dimension to every measure of people; numbers of the town and
        tallies have none. Variables carry ``units`` and ``long_name``; what was drawn lies along ``draw`` as
        coordinates with their units, a choice as its place. Not a number where a run failed (coordinate
        ``failed``) or was not asked for, or where a measure means nothing in an arm. Raises InputError for
        another breakdown; StoreError where xarray is not installed.
        """
        return of_sweep(self.table, self.design, by)

    @property
    def failures(self) -> list[tuple[int, int, str, str]]:
        """Draw, replicate, arm and reason of each run that could not end."""
        rows = np.flatnonzero(self.table["measure"] == FAILED)
        names = ("draw", "replicate", "arm", "reason")
        columns = [self.table[name][rows].tolist() for name in names]
        return list(zip(*columns, strict=True))

    def values(self, terms: Iterable[Term]) -> dict[Point, dict[Term, float]]:
        """What terms of claims' expressions come to in each run that ended: by draw, replicate and arm."""
        told = {name: self.table[name] for name in ("measure", "by", "level", "reported")}
        points = list(zip(*(self.table[name].tolist() for name in ("draw", "replicate", "arm")), strict=True))
        failed = {points[row] for row in np.flatnonzero(told["measure"] == FAILED)}
        found: dict[Point, dict[Term, float]] = {p: {} for p in dict.fromkeys(points) if p not in failed}
        for term in dict.fromkeys(terms):
            here = (told["measure"] == term.name) & (told["by"] == term.place) & (told["level"] == term.level)
            for values in found.values():
                values[term] = term.absent
            for row in np.flatnonzero(here):
                found[points[row]][term] = float(told["reported"][row])
        return found

    @property
    def runs(self) -> int:
        """Distinct draws, replicates and arms in the table, failed ones included."""
        keys = zip(*(self.table[name].tolist() for name in ("draw", "replicate", "arm")), strict=True)
        return len(set(keys))


def read(folder: Path) -> Swept:
    """A finished sweep from its folder. Raises StoreError, Damaged."""
    return Swept(folder, read_table(folder / RESULTS), read_table(folder / DESIGN))


def write(
    folder: Path,
    arms: Mapping[str, Scenario],
    drawn: Design,
    tasks: Mapping[str, Sequence[Point]],
    shelf: Shelf,
    failures: Mapping[str, str],
) -> Swept:
    """Put the results of all tasks into one table, in the order of draws, replicates, arms and measures."""
    write_table(folder / DESIGN, design_table(drawn, arms.values()))
    write_table(folder / RESULTS, results_table(arms, tasks, shelf, failures))
    return read(folder)


def design_table(drawn: Design, scenarios: Iterable[Scenario] = ()) -> Table:
    """One row for each draw and parameter; ``scenarios`` say what the parameters are, and their units."""
    draws, factors = len(drawn.draws), drawn.factors
    names = tuple(each.key for each in factors)
    columns: dict[str, NDArray[Any] | Labels] = {
        "draw": np.repeat(np.arange(draws, dtype=np.int32), len(factors)),
        "parameter": Labels(np.tile(np.arange(len(factors), dtype=np.uint32), draws), names),
        "value": drawn.numbers().ravel(),
        "share": drawn.shares.ravel() if factors else np.zeros(0),
        "low": np.tile(np.array([each.low for each in factors], np.float64), draws),
        "high": np.tile(np.array([each.high for each in factors], np.float64), draws),
        "middle": np.tile(
            np.array([np.nan if e.middle is None else e.middle for e in factors], np.float64), draws
        ),
    }
    told = {
        "draw": Note("1", "number of the draw, from 0"),
        "parameter": Note("", "dotted key of the parameter"),
        "value": Note("", "value drawn, in the parameter's unit; a choice as its place, true as 1"),
        "share": Note("1", "share of the range, from 0 to 1: .5 is the middle"),
        "low": Note("", "least value that can be drawn"),
        "high": Note("", "largest value that can be drawn"),
        "middle": Note("", "value of the scenario, in the middle of the draws; not a number if drawn evenly"),
    }
    facts = {
        "seed": drawn.seed,
        "held": dict(drawn.held),
        "held_by_arm": {name: dict(each) for name, each in drawn.held_by_arm.items()},
        "middles": {name: dict(each) for name, each in drawn.middles.items()},
        "refused": dict(drawn.refused),
        "parameters": spoken(drawn.factors, scenarios),
    }
    return Table(columns, told, facts)


def results_table(
    arms: Mapping[str, Scenario],
    tasks: Mapping[str, Sequence[Point]],
    shelf: Shelf,
    failures: Mapping[str, str],
) -> Table:
    """Every point's rows. A point whose task failed has one row, with the reason."""
    found = shelf.every(name for name in tasks if name not in failures)
    seen = {str(each) for rows in found.values() for each in np.unique(rows["measure"])}
    tallies = sorted(seen - MEASURES.keys())
    measures = (FAILED, *(name for name in MEASURES if name in seen), *tallies)
    flows = [name for name in measures[1:] if name in MEASURES and MEASURES[name].kind == "flow"]
    reasons = ("", *sorted(set(failures.values())))
    names = {"arm": tuple(arms), "measure": measures, "by": BREAKDOWNS, "reason": reasons}
    place = {key: {name: k for k, name in enumerate(each)} for key, each in names.items()}
    blocks: dict[str, list[NDArray[Any]]] = {key: [] for key in (*NUMBERS, *names)}
    order = {arm: number for number, arm in enumerate(arms)}
    points = [(point, name) for name, each in tasks.items() for point in each]
    for (draw, replicate, arm), name in sorted(points, key=lambda p: (p[0][0], p[0][1], order[p[0][2]])):
        rows = (
            _quiet(found[name], flows, tallies, arms[arm].run.days) if name in found else _failed(arms[arm])
        )
        length = len(rows["value"])
        codes = {key: _codes(rows[key], place[key]) for key in ("measure", "by")}
        block = {
            "draw": np.full(length, draw), "replicate": np.full(length, replicate),
            "level": rows["level"], "value": rows["value"], "people": rows["people"], "days": rows["days"],
            "reported": _reported(rows), "arm": np.full(length, order[arm]), **codes,
            "reason": np.full(length, place["reason"][failures.get(name, "")]),
        }  # fmt: skip
        for key, column in block.items():
            blocks[key].append(column.astype(NUMBERS.get(key, np.uint32)))
    joined = {key: np.concatenate(each) for key, each in blocks.items()}
    columns: dict[str, NDArray[Any] | Labels] = {
        key: Labels(joined[key], names[key]) if key in names else joined[key]
        for key in ("draw", "replicate", "arm", "measure", "by", "level", "value", "people", "days",
                    "reported", "reason")
    }  # fmt: skip
    failed = sum(len(tasks[name]) for name in failures)
    known = {name: about for name, about in tallied(arms.values()).items() if name in tallies}
    facts = {"release": RELEASE, "epoch": EPOCH, "failed": failed, "tallies": known}
    return Table(columns, _notes(next(iter(arms.values()))), facts)


def _quiet(
    rows: Mapping[str, NDArray[Any]], flows: Sequence[str], tallies: Sequence[str], days: int
) -> dict[str, NDArray[Any]]:
    """The rows of a run, with zeros for what happened in other runs of the sweep but never in this one."""
    there = set(rows["measure"].tolist())
    uncounted = [name for name in tallies if name not in there]
    absent = [name for name in flows if name not in there]
    first = rows["measure"] == rows["measure"][0]
    times = len(absent)
    more = {key: np.tile(rows[key][first], times) for key in ("by", "level", "people")}
    count = len(more["level"])
    more |= {
        "measure": np.repeat(np.array(absent, dtype=object), count // max(times, 1)),
        "value": np.zeros(count, np.int64),
        "days": np.full(count, days, np.int32),
    }
    none = {
        "measure": np.array(uncounted, dtype=object),
        "by": np.full(len(uncounted), TOWN, dtype=object),
        "level": np.zeros(len(uncounted), np.int16),
        "people": np.ones(len(uncounted), np.int64),
        "value": np.zeros(len(uncounted), np.int64),
        "days": np.full(len(uncounted), days, np.int32),
    }
    joined = {key: np.concatenate([rows[key], more[key], none[key]]) for key in rows}
    rank = {name: number for number, name in enumerate((*MEASURES, *tallies))}
    order = np.argsort([rank[str(name)] for name in joined["measure"].tolist()], kind="stable")
    return {key: column[order] for key, column in joined.items()}


def _codes(texts: NDArray[Any], place: Mapping[str, int]) -> NDArray[Any]:
    return np.fromiter((place[str(each)] for each in texts.tolist()), np.uint32, len(texts))


def _failed(scenario: Scenario) -> dict[str, NDArray[Any]]:
    """The one row of a run that could not end."""
    people = int(getattr(scenario.town, "people", 0))
    return {
        "measure": np.array([FAILED]),
        "by": np.array(["all"]),
        "level": np.zeros(1, np.int16),
        "value": np.ones(1, np.int64),
        "people": np.array([people], np.int64),
        "days": np.zeros(1, np.int32),
    }


def _reported(rows: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
    """The number to show for each row (``measures.series.reported``); NaN where there is nobody."""
    names = rows["measure"].tolist()
    known = [MEASURES.get(str(name)) for name in names]
    scale = np.array([each.scale if each else np.nan for each in known], np.float64)
    tally = np.array([each is None for each in known], np.bool_) & (rows["by"] == TOWN)
    flow = np.array([each is not None and each.kind == "flow" for each in known], np.bool_)
    people = np.where(rows["people"] > 0, rows["people"], 1).astype(np.float64)
    days = np.where(rows["days"] > 0, rows["days"], 1).astype(np.float64)
    shown = scale * rows["value"] / people * np.where(flow, YEAR / days, 1.0 / days)
    shown = np.where((rows["people"] > 0) & (rows["days"] > 0), shown, np.nan)
    return np.where(tally, rows["value"], shown)


def _notes(scenario: Scenario) -> dict[str, Note]:
    known = notes(scenario)
    mine = {
        "draw": Note("1", "number of the draw, from 0"),
        "replicate": Note("1", "number of the replicate: the same people and chances in every arm"),
        "arm": Note("", "name of the arm"),
        "reported": Note(
            "", "the number to show: per person and year for flows, a tally's total, else a mean or share"
        ),
        "reason": Note("", "why a run could not end; empty for results"),
    }
    return mine | {name: known[name] for name in ("measure", "by", "level", "value", "people", "days")}
