"""The price of safety: what is paid by people, wrongly, for each offence that did not happen.

A ratio of two differences between twins has no finite interval where the lower one may be nothing. So the
interval is Fieller's (1954): the values of the ratio that a t test over districts does not reject. Where
that set is not an interval, none is given.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasstown.measures.paired import FEWEST, LEVEL

__all__ = ["BENEFIT", "Price", "price"]

BENEFIT = "offended"
"""The measure that counts what is prevented."""

Totals = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Price:
    """How much more of ``measure`` there is, in all, for each ``benefit`` less; over the whole run.

    ``prevented`` and ``paid`` are counts (sums over samples for stocks); ``each`` is ``paid / prevented``,
    None where nothing was prevented; ``low`` and ``high`` bound its 95 % interval, None where it has none.
    """

    measure: str
    benefit: str
    prevented: float
    paid: float
    each: float | None
    low: float | None
    high: float | None


def price(without: Totals, with_: Totals, measure: str, benefit: str = BENEFIT) -> Price:
    """The price in ``measure`` of one ``benefit`` prevented, from the totals of twins by district."""
    paid = _counts(with_, measure) - _counts(without, measure)
    prevented = _counts(without, benefit) - _counts(with_, benefit)
    people = _counts(without, benefit, "people") + 0 * prevented
    total, saved = float(np.sum(paid)), float(np.sum(prevented))
    each = total / saved if saved > 0 else None
    low, high = _fieller(*np.broadcast_arrays(paid, prevented, people)) if each is not None else (None, None)
    return Price(measure, benefit, saved, total, each, low, high)


def _counts(totals: Totals, measure: str, column: str = "value") -> NDArray[np.float64]:
    """The counts of the whole town by district; one nothing if the measure is not there."""
    chosen = (np.asarray(totals["measure"]) == measure) & (np.asarray(totals["by"]) == "all")
    values: NDArray[np.float64] = np.asarray(totals[column])[chosen].astype(np.float64)
    order: NDArray[np.intp] = np.argsort(np.asarray(totals["district"])[chosen], kind="stable")
    return values[order] if len(values) else np.zeros(1)


def _fieller(
    paid: NDArray[np.float64], prevented: NDArray[np.float64], people: NDArray[np.float64]
) -> tuple[float | None, float | None]:
    """Both ends of the interval of sum(paid) / sum(prevented) over districts that hold ``people``."""
    from scipy import stats

    holds = people > 0
    paid, prevented, people = paid[holds], prevented[holds], people[holds]
    n = len(people)
    if n < FEWEST:
        return None, None
    share = people / people.sum()
    x, y = float(paid.sum()), float(prevented.sum())
    dx, dy = paid - share * x, prevented - share * y
    t2 = float(stats.t.ppf(0.5 + LEVEL / 2, n - 1)) ** 2 * n / (n - 1)
    a = y * y - t2 * float(dy @ dy)
    b = x * y - t2 * float(dx @ dy)
    c = x * x - t2 * float(dx @ dx)
    if a <= 0:
        return None, None
    root = math.sqrt(max(b * b - a * c, 0.0))
    return (b - root) / a, (b + root) / a
