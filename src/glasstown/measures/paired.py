"""What changed between twins, with an interval: the same people, the same draws, one thing different.

The unit of the interval is the district: people who know each other mostly share one, so districts of
one town are nearly independent pairs. A difference is a ratio of sums over districts, its standard
error that of a ratio estimator over clusters, its interval Student's t. It says how sure one may be
that the difference is no accident of the draws; it says nothing about what was assumed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glasstown.measures.cells import LEVELS
from glasstown.measures.definitions import MEASURES
from glasstown.measures.series import reported

FEWEST = 8
"""Fewer districts than this give no interval."""

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in two arms: what it is in each, the difference and how sure that is.

    ``low`` and ``high`` bound the 95 % interval (None if there are too few districts); ``correlation`` is
    that of the twins over districts (None where either does not vary); ``clusters`` how many districts.
    """

    measure: str
    by: str
    level: int
    without: float
    with_: float
    difference: float
    low: float | None
    high: float | None
    correlation: float | None
    clusters: int
    people: int


Totals = Mapping[str, NDArray[np.generic]]


def differences(without: Totals, with_: Totals) -> list[Difference]:
    """Every measure found in either table of totals, for every level, in the order of MEASURES."""
    one, other = _index(without), _index(with_)
    found = []
    for name in MEASURES:
        for by, levels in LEVELS.items():
            for level in range(len(levels)):
                key = (name, by, level)
                if key in one or key in other:
                    found.append(_difference(key, one.get(key), other.get(key)))
    return found


Cluster = tuple[NDArray[np.float64], NDArray[np.float64], int]


def _index(totals: Totals) -> dict[tuple[str, str, int], Cluster]:
    """(values, people, days) by measure, breakdown and level; districts in rising order."""
    measure, by, level = (np.asarray(totals[n]) for n in ("measure", "by", "level"))
    if len(measure) == 0:
        return {}
    change = (measure[1:] != measure[:-1]) | (by[1:] != by[:-1]) | (level[1:] != level[:-1])
    edges = [0, *(np.flatnonzero(change) + 1).tolist(), len(measure)]
    value, people, days = (np.asarray(totals[n]) for n in ("value", "people", "days"))
    return {
        (str(measure[lo]), str(by[lo]), int(level[lo])): (
            value[lo:hi].astype(np.float64), people[lo:hi].astype(np.float64), int(days[lo])
        )
        for lo, hi in pairwise(edges)
    }  # fmt: skip


def _difference(key: tuple[str, str, int], one: Cluster | None, other: Cluster | None) -> Difference:
    present = one or other
    assert present is not None
    nothing: Cluster = (np.zeros_like(present[0]), present[1], present[2])
    a, b = one or nothing, other or nothing
    holds = a[1] > 0
    people, clusters = float(a[1].sum()), int(holds.sum())
    first = reported(key[0], float(a[0].sum()), people, a[2])
    second = reported(key[0], float(b[0].sum()), people, b[2])
    unit = reported(key[0], 1.0, 1.0, a[2])
    rates = [x[0][holds] / x[1][holds] * reported(key[0], 1.0, 1.0, x[2]) for x in (a, b)]
    low = high = correlation = None
    if clusters >= FEWEST and unit:
        half = _half_width(rates[1] - rates[0], a[1][holds], second - first)
        low, high = second - first - half, second - first + half
        correlation = _correlation(rates[0], rates[1])
    return Difference(*key, first, second, second - first, low, high, correlation, clusters, int(people))


def _half_width(each: NDArray[np.float64], people: NDArray[np.float64], mean: float) -> float:
    """Half the interval of a people-weighted mean over clusters (ratio estimator, Student's t)."""
    from scipy import stats

    weight = people / people.sum()
    n = len(each)
    variance = n / (n - 1) * float(np.sum((weight * (each - mean)) ** 2))
    quantile = float(stats.t.ppf(0.5 + LEVEL / 2, n - 1))
    return quantile * math.sqrt(variance)


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    spread = float(one.std() * other.std())
    return None if spread == 0.0 else float(np.mean((one - one.mean()) * (other - other.mean())) / spread)
