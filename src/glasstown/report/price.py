"""The price of an offence prevented: how much of each harm goes with it, with an interval.

Both are differences between twins, summed over districts. The interval of their ratio is Fieller's (1954),
with districts as the independent pairs and Student's t. It is bounded only where the interval of offences
prevented excludes 0; otherwise nothing is said, for a price without a purchase has no meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.compare import Pair
from glasstown.measures.definitions import MEASURES
from glasstown.measures.paired import FEWEST, LEVEL

__all__ = [
    "HARMS",
    "Price",
    "by_district",
    "counts_of",
    "people_by_district",
    "prices",
    "ratio",
    "share_of",
]

HARMS = (
    "ever_misrecorded", "ever_mistaken", "lost_points_wrongly", "spotless_harmed", "ever_closed", "closed",
    "refused_travel", "refused_credit", "refused_work", "self_censoring", "misalerted", "misreported",
    "misflagged", "misdetained",
)  # fmt: skip
"""What is set against each offence prevented, where it is measured; all counted in people or in times."""

Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Price:
    """``value`` of one measure for each offence prevented, with the bounds of its 95 % interval."""

    measure: str
    value: float
    low: float
    high: float


def by_district(pair: Pair, measure: str, world: Literal["both", "with"] = "both") -> Counts:
    """People, or times in the run, by district: with minus without, or with alone. Shape (districts,)."""
    other = _counts(pair.with_.totals, measure)
    if world == "with":
        return other
    one = _counts(pair.without.totals, measure)
    size = max(len(one), len(other))
    return np.asarray(np.pad(other, (0, size - len(other))) - np.pad(one, (0, size - len(one))), np.float64)


def people_by_district(pair: Pair) -> Counts:
    """Shape (districts,)."""
    totals = pair.with_.totals
    here = (totals["measure"] == "spotless") & (totals["by"] == "all")
    return _sums(totals["district"][here], totals["people"][here])


def _counts(totals: Mapping[str, NDArray[Any]], measure: str) -> Counts:
    here = (totals["measure"] == measure) & (totals["by"] == "all")
    if not here.any():
        return np.zeros(0)
    samples = totals["days"][here].astype(np.float64) if MEASURES[measure].kind == "stock" else 1.0
    return _sums(totals["district"][here], totals["value"][here] / samples)


def _sums(district: NDArray[Any], values: NDArray[Any]) -> Counts:
    return np.bincount(district.astype(np.int64), weights=values.astype(np.float64)).astype(np.float64)


def prices(pair: Pair) -> list[Price]:
    """The price in each of HARMS that changed; empty if the interval of offences prevented holds 0."""
    measured = {d.measure for d in pair.differences if d.by == "all"}
    people = people_by_district(pair)
    if "offended" not in measured or not people.any():
        return []
    benefit = -by_district(pair, "offended")
    found = []
    for name in HARMS:
        harm = by_district(pair, name) if name in measured else np.zeros(0)
        bounds = ratio(harm, benefit, people) if harm.any() else None
        if bounds:
            found.append(Price(name, *bounds))
    return found


def ratio(above: Counts, below: Counts, people: Counts) -> tuple[float, float, float] | None:
    """Sum of ``above`` over sum of ``below``, with Fieller's bounds; all shape (districts,).

    None with fewer than FEWEST districts that hold people, or where the interval of the sum of ``below``
    is not above 0. Variances are those of ``measures.paired``: around the mean per head.
    """
    from scipy import stats

    n = int((people > 0).sum())
    a, b = float(above.sum()), float(below.sum())
    if n < FEWEST or b <= 0:
        return None
    t = float(stats.t.ppf(0.5 + LEVEL / 2, n - 1))
    share = people / people.sum()
    rest = np.vstack([above - a * share, below - b * share])
    spread = rest @ rest.T * (n / (n - 1) * t * t)
    saa, sab, sbb = float(spread[0, 0]), float(spread[0, 1]), float(spread[1, 1])
    scale = b * b - sbb
    if scale <= 0:
        return None
    middle = a * b - sab
    half = sqrt(max(middle * middle - scale * (a * a - saa), 0.0))
    return a / b, (middle - half) / scale, (middle + half) / scale


def counts_of(pair: Pair, measure: str) -> tuple[Counts, tuple[Counts, Counts]]:
    """People by district, and how many of them a measure counts without and with the system."""
    people = people_by_district(pair)
    without, with_ = (_counts(outcome.totals, measure) for outcome in (pair.without, pair.with_))
    fill = len(people)
    return people, (np.pad(without, (0, fill - len(without))), np.pad(with_, (0, fill - len(with_))))


def share_of(
    some: Counts, others: Counts, people: Counts, within: bool = False
) -> tuple[float, float, float] | None:
    """``some`` of both together (of ``others`` alone if ``within``), with bounds inside 0 and 1.

    All shape (districts,). The bounds are the share itself where no interval can be given; None of nothing.
    """
    size = len(people)
    above, rest = (np.pad(each, (0, size - len(each))) for each in (some, others))
    below = rest if within else above + rest
    if not below.any():
        return None
    share = float(above.sum() / below.sum())
    found = ratio(above, below, people)
    if found is None:
        return share, share, share
    return share, max(found[1], 0.0), min(found[2], 1.0)
