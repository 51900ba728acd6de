"""The cells in which everything is counted: district x stratum (group x age band x income fifth)."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from glasstown.core.typing import I32s, I64s, U8s

GROUPS = ("A", "B")
AGE_BANDS = ("0-14", "15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
FIFTHS = ("1", "2", "3", "4", "5")
STRATA = len(GROUPS) * len(AGE_BANDS) * len(FIFTHS)
LEVELS: dict[str, tuple[str, ...]] = {"all": ("all",), "group": GROUPS, "age": AGE_BANDS, "fifth": FIFTHS}
"""The breakdowns and what their levels are called; "district" has as many as the town has."""

BROAD = ("all", "group", "fifth")
"""The breakdowns that a sweep keeps, and so those by which a claim may ask."""


def by_level(table: I64s) -> dict[str, I64s]:
    """Add up strata: (..., STRATA) becomes (..., levels) for each breakdown of LEVELS. Exact integers."""
    strata = table.reshape(*table.shape[:-1], len(GROUPS), len(AGE_BANDS), len(FIFTHS))
    return {
        "all": strata.sum(axis=(-3, -2, -1))[..., None],
        "group": strata.sum(axis=(-2, -1)),
        "age": strata.sum(axis=(-3, -1)),
        "fifth": strata.sum(axis=(-3, -2)),
    }


SPAN = 1 << 18
"""People counted at a time where temporary arrays are needed."""


def spans(people: int) -> list[slice]:
    """Slices of at most SPAN rows that cover ``people`` rows."""
    return [slice(lo, min(lo + SPAN, people)) for lo in range(0, people, SPAN)]


Chosen = Callable[[slice], NDArray[np.bool_]]
"""Which people of some rows are meant; asked span by span, so that no mask of the whole town is made."""


def count_where(holds: Chosen, stratum: U8s, district: U8s, districts: int) -> I64s:
    """People of each cell, shape (districts, STRATA), int64, for whom ``holds``."""
    counts = np.zeros(districts * STRATA, np.int64)
    for rows in spans(len(stratum)):
        chosen = holds(rows)
        where = district[rows][chosen].astype(np.int64) * STRATA + stratum[rows][chosen]
        counts += np.bincount(where, minlength=len(counts))
    return counts.reshape(districts, STRATA)


def histogram(values: NDArray[np.uint16] | NDArray[np.uint8]) -> I64s:
    """How often each value from 0 to 65535 occurs, shape (65536,), int64."""
    counts = np.zeros(1 << 16, np.int64)
    for rows in spans(len(values)):
        counts += np.bincount(values[rows], minlength=len(counts))
    return counts


def quantile(values: NDArray[np.uint16] | NDArray[np.uint8], parts: int) -> U8s:
    """The part (0 to ``parts`` - 1) of each possible value, by the middle of its ranks: equals share one."""
    counts = histogram(values)
    middle = 2 * (np.cumsum(counts) - counts) + counts
    found: I64s = np.minimum(middle * parts // max(1, 2 * len(values)), parts - 1)
    return found.astype(np.uint8)


def people_by_cell(stratum: U8s, district: U8s, districts: int) -> I64s:
    """How many people each cell holds, shape (districts, STRATA), int64."""
    return count_where(lambda rows: np.ones(rows.stop - rows.start, np.bool_), stratum, district, districts)


def total(tables: Sequence[I64s | I32s]) -> I64s:
    """The sum of the workers' integer tables of one shape; their order does not matter."""
    found = np.zeros(tables[0].shape, np.int64)
    for table in tables:  # not stacked first: over a long run that would take as much memory again
        found += table
    return found


def gini(counts: NDArray[np.int64], values: NDArray[np.int64]) -> float:
    """The Gini coefficient of a histogram: ``counts`` people have ``values`` (rising). 0 if all is 0."""
    people, total = int(counts.sum()), int((counts * values).sum())
    if people == 0 or total == 0:
        return 0.0
    below = np.cumsum(counts * values)
    twice = 2 * below - counts * values
    area = sum(int(c) * int(t) for c, t in zip(counts[counts > 0], twice[counts > 0], strict=True))
    return 1.0 - area / (people * total)
