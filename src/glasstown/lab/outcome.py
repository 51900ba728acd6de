"""What one run leaves: tables, a summary and the digest of its last state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.mechanism import Mechanism
from glasstown.core.vocabulary import SCORE
from glasstown.engine.run import Simulation
from glasstown.measures import cells, series, whole
from glasstown.measures.diary import Diary
from glasstown.measures.evening import Evening
from glasstown.measures.lives import Lives
from glasstown.measures.stocks import Stocks
from glasstown.scenario.model import Scenario

Columns = dict[str, NDArray[Any]]

ABOUT = ("age", "sex", "group", "stratum", "district")
"""What is told of people beside their state."""

SCORE_STEP = 25
"""Points in one class of the histogram of scores."""


@dataclass(frozen=True)
class Outcome:
    """One town under one scenario, lived to the end.

    ``course`` and ``totals`` are the tidy tables of ``measures.series``, ``totals`` with the numbers and
    tallies of the town below (``measures.whole``); ``lives`` has one row a day for each person of the panel;
    ``summary`` holds plain values; ``final`` who people are and their last state, by column (read back, or
    where ids are not the rows, with ``person``).
    """

    scenario: Scenario
    people: int
    days: int
    course: Columns
    totals: Columns
    lives: Columns
    summary: dict[str, Any]
    digest: str
    final: Mapping[str, NDArray[Any]] = field(default_factory=dict, repr=False)
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Seconds of each step, all threads together (empty when read back)."""
    people_on: Mapping[int, Mapping[str, NDArray[Any]]] = field(default_factory=dict, repr=False)
    """Everybody at the end of each day that was to be kept, as ``final``."""


@dataclass
class Observers:
    """The three things that measure every run; no panel of ``lives`` where only totals are kept."""

    diary: Diary
    stocks: Stocks
    lives: Lives | None

    def close(self, day: int, period: int) -> None:
        """Close the books after the last ``day``, in samples of ``period`` days."""
        self.diary.close(day)
        if period != self.diary.period:
            self.diary.coarsen(period)
            self.stocks.coarsen(period)

    def all(self) -> tuple[Diary | Stocks | Lives, ...]:
        """In the order in which the engine is given them."""
        return (self.diary, self.stocks) if self.lives is None else (self.diary, self.stocks, self.lives)


def finish(
    scenario: Scenario,
    simulation: Simulation,
    observers: Observers,
    given: Mapping[str, NDArray[Any]],
    present: series.Present,
    institutions: Mapping[str, Mechanism],
    period: int,
) -> Outcome:
    """Close the books of a simulation that has lived all its days, in samples of ``period`` days.

    ``present`` tells what was owned when, ``institutions`` what is in place at the end. Without a panel of
    lives only totals, tallies and the numbers of the town are told.
    """
    day = simulation.day - 1
    observers.close(day, period)
    stratum, district = given["stratum"], given["district"]
    people = series.cells(stratum, district)
    final = simulation.state.kept()
    owned = {name: array for name, array in final.items() if simulation.plan.owner(name)}
    diary, counted = observers.diary, dict(sorted(simulation.state.counted.items()))
    town = whole.numbers(Evening(day, owned, given, institutions, diary.shut_since, diary.spells))
    totals = series.totals(diary, observers.stocks, stratum, district, people, day, present)
    summary = {"counted": counted, "town": {name: value / whole.MILLION for name, value in town.items()}}
    full = observers.lives is not None
    return Outcome(
        scenario,
        simulation.people,
        simulation.day,
        series.course(diary, observers.stocks, people, present) if full else {},
        whole.joined(totals, town, counted, simulation.day),
        {} if observers.lives is None else _lives(observers.lives, given),
        _summary(diary, owned, stratum, people) | summary if full else summary,
        simulation.digest(),
        everybody(simulation, given) if full else {},
        simulation.seconds(),
    )


def everybody(simulation: Simulation, given: Mapping[str, NDArray[Any]]) -> Columns:
    """Who people are and every column that is owned and outlives a day, as they are now."""
    about = {n: given[n] for n in ABOUT if n in given} | ({"person": given["id"]} if "id" in given else {})
    return about | simulation.state.kept()


def _lives(lives: Lives, given: Mapping[str, NDArray[Any]]) -> Columns:
    """One row a day for each person of the panel: by person, then by day."""
    fields = lives.arrays()
    days = len(next(iter(fields.values())))
    ids = given["id"][lives.rows] if "id" in given else lives.rows
    about = {n: given[n][lives.rows] for n in ABOUT if n in given}
    columns: Columns = {"person": np.repeat(ids, days).astype(np.uint32)}
    columns["day"] = np.tile(np.arange(days, dtype=np.int32), len(ids))
    columns |= {name: np.repeat(values, days) for name, values in about.items()}
    return columns | {name: np.ascontiguousarray(values.T).reshape(-1) for name, values in fields.items()}


def _summary(
    diary: Diary, owned: Mapping[str, NDArray[Any]], stratum: NDArray[np.uint8], people: NDArray[np.int64]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "people_by": {by: counts.tolist() for by, counts in cells.by_level(people.sum(axis=0)).items()},
        "shut_spells_months": np.trim_zeros(diary.spells, "b").tolist(),
    }
    if SCORE.name in owned:
        found["score_step"] = SCORE_STEP
        found["score_histogram"] = _histogram(owned[SCORE.name], stratum)
    return found


def _histogram(score: NDArray[np.uint16], stratum: NDArray[np.uint8]) -> dict[str, list[list[int]]]:
    """People by class of SCORE_STEP points from 350 to 950, for each level of each breakdown."""
    classes = 600 // SCORE_STEP
    table = np.zeros(classes * cells.STRATA, np.int64)
    for rows in cells.spans(len(score)):
        level = np.clip((score[rows].astype(np.int64) // 64 - 350) // SCORE_STEP, 0, classes - 1)
        table += np.bincount(level * cells.STRATA + stratum[rows], minlength=len(table))
    by = cells.by_level(table.reshape(classes, cells.STRATA))
    return {name: counts.T.tolist() for name, counts in by.items()}
