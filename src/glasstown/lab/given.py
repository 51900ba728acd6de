"""What a user's table of people may give of the institutions: the columns that those of the scenario use."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from glasstown.core.columns import POINT, Column
from glasstown.engine.schedule import Schedule, schedule
from glasstown.lab.simulate import institutions, stand_ins
from glasstown.mechanisms import CATALOG
from glasstown.population.external import FIELDS
from glasstown.population.given import Given, Offer
from glasstown.scenario.model import Scenario

LIMITS = {
    "score": (350 * POINT, 950 * POINT),
    "merit": (350 * POINT, 950 * POINT),
    "credit_score": (300 * POINT, 850 * POINT),
    "joins_at": (0, 65_534),
}
"""Columns that hold less than their type would: the ends of a score, and a threshold short of "not given"."""

_MADE = "it is worked out from ages, households, districts and incomes"
_LIFE = "lifecourse keeps it in step with other columns"
BARRED = {
    **dict.fromkeys(("household_place", "household_size", "stratum"), _MADE),
    **dict.fromkeys(("alive", "newborn", "turn_of_life", "fate", "bent"), _LIFE),
    "cell": "it is a place on a grid whose size hangs on the number of people",
}
"""Columns that a table cannot give, and why."""

ROWS = "row+1"
"""The unit of columns that point to a row of the town."""


def plans(scenario: Scenario) -> Iterator[Schedule]:
    """The plan of each day from which institutions differ, measures included."""
    for day in sorted({0, *(change.day for change in scenario.changes)}):
        yield schedule(list(institutions(scenario, day).values()), stand_ins(scenario))


def offered(scenarios: Iterable[Scenario]) -> Offer:
    """What a table may give to towns that all ``scenarios`` share, and why not what it may not."""
    used: dict[str, Column[Any]] = {}
    for scenario in scenarios:
        for plan in plans(scenario):
            used |= plan.columns
    barred = {name: why for name, column in used.items() if (why := _reason(column))}
    barred |= {name: why for name, why in _elsewhere().items() if name not in used}
    columns = {n: _given(c) for n, c in used.items() if n not in barred and n not in FIELDS}
    return Offer(columns, {n: why for n, why in barred.items() if n not in FIELDS})


def _reason(column: Column[Any]) -> str:
    if column.fleeting:
        return "it is emptied every morning"
    if column.derived:
        return "it is worked out from what else is known of the town"
    if column.unit == ROWS:
        return "it points to rows of the town, and people stand there in an order of their own"
    return BARRED.get(column.name, "")


def _given(column: Column[Any]) -> Given:
    limits = np.iinfo(column.dtype)
    low, high = LIMITS.get(column.name, (int(limits.min), int(limits.max)))
    return Given(column.dtype, column.unit, column.meaning, low, high)


def _elsewhere() -> dict[str, str]:
    """Columns that institutions of the catalogue use by default, and that those at hand do not."""
    users: dict[str, list[str]] = {}
    for name, kind in CATALOG.items():
        for column in schedule([kind()]).columns:
            users.setdefault(column, []).append(name)
    return {
        column: BARRED.get(column, f"no institution of the scenario uses it; {' and '.join(names[:2])} would")
        for column, names in users.items()
    }
