"""A pair of worlds that nobody lived: made up in the form that a comparison has, to try the report on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import POINT
from glasstown.core.vocabulary import Event, Right
from glasstown.lab import catalog
from glasstown.lab.compare import Pair
from glasstown.lab.outcome import Outcome
from glasstown.measures import cells
from glasstown.measures.definitions import MEASURES
from glasstown.measures.paired import differences
from glasstown.scenario.model import Scenario

OPEN = int(sum(Right))

RATES: dict[str, tuple[float | None, float | None]] = {
    "offended": (118.0, 112.0), "fined": (0.12, 0.11), "named": (None, 3.7), "mistaken": (None, 0.01),
    "criticised": (13.0, 8.0), "heard": (10.0, 7.0), "credited": (None, 5.8), "lost_points": (None, 11.0),
    "lost_points_wrongly": (None, 0.02), "closed": (None, 1.1), "opened": (None, 0.07),
    "refused_travel": (None, 0.12), "borrowed": (0.2, 0.16), "refused_credit": (0.001, 0.04),
    "repaid": (0.19, 0.19), "hired": (0.05, 0.045), "promoted": (0.02, 0.018), "refused_work": (None, 0.01),
    "private_dissent": (0.5, 0.5), "voiced": (0.41, 0.31), "self_censoring": (0.22, 0.56),
    "perceived_risk": (0.001, 0.06), "score": (None, 590.0), "wrong_points": (None, 0.6),
    "earnings": (34000.0, 33900.0), "any_closed": (None, 0.35), "closed_travel": (None, 0.24),
    "closed_credit": (None, 0.23), "closed_jobs": (None, 0.22), "closed_school": (None, 0.11),
    "closed_rank": (None, 0.75), "ever_misrecorded": (0.0, 0.01), "ever_mistaken": (0.0, 0.004),
    "ever_closed": (0.0, 0.36), "spotless": (0.07, 0.07), "spotless_harmed": (0.0, 0.04),
    "shut_out_a_year": (0.0, 0.0), "misrecorded": (None, 0.02), "reported": (0.1, 0.4),
    "misreported": (None, 0.1), "helped": (25.8, 32.9), "turned_away": (10.7, 3.6), "trust": (0.627, 0.681),
    "standing": (0.82, 0.963), "ties_lost": (None, 0.096), "listed": (None, 0.2),
    "on_blacklist": (None, 0.05),
    "flagged": (None, 0.1), "misflagged": (None, 1.7), "under_flag": (None, 0.05), "checked": (None, 3.2),
    "found": (None, 0.9), "detained": (None, 0.1), "misdetained": (None, 0.3), "in_detention": (None, 0.03),
    "stood_up": (0.2, 0.3), "arrested": (0.2, 0.3), "legitimacy": (0.598, 0.59), "evading": (None, 0.042),
    "informed": (0.21, 0.02), "attributed": (None, 1.06), "paired": (0.22, 0.11), "partnered": (0.513, 0.51),
    "enforced": (None, 1.1),
}  # fmt: skip
"""Reported value without and with; None where that world does not have the measure."""


@dataclass(frozen=True)
class Recipe:
    """What to invent: ``noise`` is the spread of a district's rate around the town's, as a share of it."""

    districts: int = 16
    per_district: int = 1200
    days: int = 120
    panel: int = 30
    noise: float = 0.02
    rates: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    scenario: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the second scenario to replace: ``title``, ``question``, ``assumed``, ``name``."""


def invented(recipe: Recipe | None = None) -> Pair:
    """The pair of a recipe; the same recipe gives the same pair."""
    asked = recipe or Recipe()
    people = asked.districts * asked.per_district
    rates = RATES | dict(asked.rates)
    outcomes = []
    for world in (0, 1):
        scenario = _scenario(("open", "article")[world], people, asked.days)
        if world:
            scenario = _changed(scenario, asked.scenario)
        totals = _totals(asked, rates, world)
        outcomes.append(Outcome(
            scenario, people, asked.days, _course(asked, rates, world), totals, _lives(asked, world),
            _summary(world), "0123456789abcdef" * 4,
        ))  # fmt: skip
    return Pair(outcomes[0], outcomes[1], tuple(differences(outcomes[0].totals, outcomes[1].totals)))


@cache
def usual() -> Pair:
    """The pair of the plain recipe."""
    return invented()


@cache
def _scenario(name: str, people: int, days: int) -> Scenario:
    return catalog.load(name, [f"town.people={people}", f"run.days={days}"])


def _changed(scenario: Scenario, fields: Mapping[str, Any]) -> Scenario:
    from dataclasses import replace

    return replace(scenario, **fields)


def _raw(measure: str, rate: float, people: NDArray[np.int64], days: int) -> NDArray[np.int64]:
    """The integer total that is reported as ``rate``."""
    found = MEASURES[measure]
    factor = days / 365 if found.kind == "flow" else 1.0
    return np.rint(rate * people * factor / found.scale).astype(np.int64)


def _totals(
    asked: Recipe, rates: Mapping[str, tuple[float | None, float | None]], world: int
) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {
        n: [] for n in ("measure", "by", "level", "district", "value", "people", "days")
    }
    for number, (measure, both) in enumerate(rates.items()):
        rate = both[world]
        if rate is None:
            continue
        chance = np.random.default_rng([number, 7])
        wave = 1 + asked.noise * chance.standard_normal(asked.districts)
        if world:
            wave += asked.noise * chance.standard_normal(asked.districts) * 0.3
        days = asked.days if MEASURES[measure].kind == "flow" else 1
        for by, levels in cells.LEVELS.items():
            share = np.full(asked.districts, asked.per_district // len(levels), np.int64)
            for level in range(len(levels)):
                tilt = 1 + 0.1 * (level - (len(levels) - 1) / 2) / len(levels)
                columns["measure"] += [measure] * asked.districts
                columns["by"] += [by] * asked.districts
                columns["level"] += [level] * asked.districts
                columns["district"] += range(asked.districts)
                columns["value"] += (
                    (_raw(measure, rate * tilt, share, asked.days) * wave).astype(np.int64).tolist()
                )
                columns["people"] += share.tolist()
                columns["days"] += [days] * asked.districts
    kinds = {"measure": object, "by": object, "level": np.int16, "district": np.int16, "days": np.int32}
    return {name: np.array(values, kinds.get(name, np.int64)) for name, values in columns.items()}


def _course(
    asked: Recipe, rates: Mapping[str, tuple[float | None, float | None]], world: int
) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {
        n: [] for n in ("day", "measure", "by", "level", "value", "people", "days")
    }
    people = np.int64(asked.districts * asked.per_district)
    for measure in (
        "private_dissent", "voiced", "self_censoring", "offended", "legitimacy", "in_detention",
    ):  # fmt: skip
        rate = rates.get(measure, (None, None))[world]
        if rate is None:
            continue
        for day in range(0, asked.days, 7):
            drift = 1 + 0.2 * (1 - day / asked.days) if measure == "voiced" else 1.0
            value = int(_raw(measure, min(rate * drift, 1.0) if rate < 1 else rate, people, 1))
            for name, cell in zip(columns, (day, measure, "all", 0, value, int(people), 1), strict=True):
                columns[name].append(cell)
    kinds = {"measure": object, "by": object, "day": np.int32, "level": np.int16, "days": np.int32}
    return {name: np.array(values, kinds.get(name, np.int64)) for name, values in columns.items()}


def _lives(asked: Recipe, world: int) -> dict[str, Any]:
    """Person 100 lives the opening scene, 200 gains, 300 is left alone; the others cross now and then."""
    if not asked.panel:
        return {}
    size, days = asked.panel, asked.days
    diary = np.zeros((size, days), np.uint64)
    diary[:, ::9] |= np.uint64(Event.OFFENDED)
    named = np.zeros((size, days), np.uint16)
    score = np.full((size, days), 601 * POINT, np.uint16)
    rights = np.full((size, days), OPEN & ~Right.RANK, np.uint16)
    earnings = np.full((size, days), 3000, np.uint16)
    risk = np.full((size, days), 1300, np.uint16)
    if world:
        diary[3:, 18] |= np.uint64(Event.NAMED | Event.RECORDED | Event.LOST_POINTS)
        named[3:, 18] = 1211
        diary[0, 27] |= np.uint64(Event.NAMED | Event.RECORDED | Event.LOST_POINTS | Event.CLOSED)
        named[0, 27] = 11
        score[0, 27:] = 596 * POINT
        rights[0, 27:90] &= np.uint16(OPEN & ~(Right.PROMOTION | Right.EXIT | Right.RANK))
        diary[0, 40] |= np.uint64(Event.REFUSED_WORK)
        diary[0, 90] |= np.uint64(Event.OPENED)
        risk[0, 27:] = 6500
        diary[1, 50] |= np.uint64(Event.PROMOTED)
        earnings[1, 50:] = 3100
        score[1, 50:] = 720 * POINT
    else:
        diary[1, 60] |= np.uint64(Event.BORROWED)
    diary[2] = 0
    about = {
        "person": np.arange(100, 100 * (size + 1), 100, dtype=np.uint32), "age": np.full(size, 34, np.uint8),
        "sex": np.arange(size, dtype=np.uint8) % 2, "group": np.zeros(size, np.uint8),
        "stratum": np.full(size, 16, np.uint8), "district": np.full(size, 3, np.uint8),
    }  # fmt: skip
    fields = {"diary": diary, "named_after": named, "perceived_risk": risk, "earnings": earnings}
    if world:
        fields |= {"score": score, "rights": rights}
    tables: dict[str, Any] = {name: np.repeat(values, days) for name, values in about.items()}
    tables["day"] = np.tile(np.arange(days, dtype=np.int32), size)
    return tables | {name: values.reshape(-1) for name, values in fields.items()}


def _summary(world: int) -> dict[str, Any]:
    if not world:
        return {}
    counts = [90, 20, 5, 3, 4, 6, 8, 11, 13, 60, 75, 420, 120, 95, 40, 12, 6, 3, 1, 0, 0, 0, 0, 0]
    return {"score_step": 25, "score_histogram": {"all": [counts]}}
