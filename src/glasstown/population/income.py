"""Income per head of each household: exactly the published fifths and median, urban and rural."""

from bisect import bisect_right
from functools import cache

import numpy as np

from glasstown.core.kernels import kernel
from glasstown.core.rng import purpose
from glasstown.core.typing import I64s, U8s, U16s, U64s
from glasstown.population import figures
from glasstown.population.households import Households
from glasstown.population.places import Places
from glasstown.population.shuffle import half_bits, shuffle_keys, shuffled

CELLS = 10_000
"""Equal classes of households along the income curve, each with its own mean income."""

PER_FIFTH = CELLS // 5
YUAN = 10
"""Yuan in one unit of the column income."""

_FINE = 1_000_000_000


def area(at: float, knots: list[int], yuan: list[int], before: list[float]) -> float:
    """The integral of the income curve from 0 to ``at`` (millionths); ``before`` holds it at the knots."""
    j = min(bisect_right(knots, at), len(knots) - 1) - 1
    width = at - knots[j]
    slope = (yuan[j + 1] - yuan[j]) / (knots[j + 1] - knots[j])
    return before[j] + width * (yuan[j] + slope * width / 2.0)


@cache
def incomes() -> U16s:
    """Mean income per head of each of CELLS equal classes of households, 10 yuan a year, uint16."""
    knots = figures.whole("quantiles", "millionth").tolist()
    yuan = figures.whole("quantiles", "yuan").tolist()
    before = [0.0]
    for j in range(len(knots) - 1):
        before.append(before[-1] + (knots[j + 1] - knots[j]) * (yuan[j] + yuan[j + 1]) / 2.0)
    step = 1_000_000 // CELLS
    edge = [area(float(i * step), knots, yuan, before) for i in range(CELLS + 1)]
    tens = [round((edge[i + 1] - edge[i]) / step / YUAN) for i in range(CELLS)]
    return np.array(tens, np.uint16)


@cache
def scaled(income: float, inequality: float) -> U16s:
    """``incomes`` raised to ``inequality``, the mean kept, times ``income``; as published at 1 and 1.

    Cut at 655,350 yuan, the most that the column holds.
    """
    if (income, inequality) == (1.0, 1.0):
        return incomes()
    published = incomes().astype(np.float64)
    apart = np.array([x**inequality for x in published.tolist()])
    tens = apart * (income * published.mean() / apart.mean())
    found: U16s = np.minimum(np.rint(tens), 65_535).astype(np.uint16)
    return found


def residence_edges() -> I64s:
    """Running shares (1e-9) of the fifths among urban (row 0) and rural (row 1) households, shape (2, 6)."""
    shares = np.stack([figures.whole("residence", "urban"), figures.whole("residence", "rural")])
    edges = np.zeros((2, 6), np.int64)
    np.cumsum(shares * 1000, axis=1, out=edges[:, 1:])
    return edges


@kernel
def rank(
    first: int, count: int, half: int, keys: U64s, edges: I64s, cells: U16s, income: U16s, fifth: U8s
) -> None:
    """Income and fifth of ``count`` households from ``first`` on: each gets one of ``count`` even ranks."""
    for i in range(count):
        at = ((2 * shuffled(i, count, half, keys) + 1) * _FINE) // (2 * count)
        f = 0
        while f < 4 and at >= edges[f + 1]:
            f += 1
        within = ((at - edges[f]) * PER_FIFTH) // max(edges[f + 1] - edges[f], 1)
        income[first + i] = cells[f * PER_FIFTH + min(within, PER_FIFTH - 1)]
        fifth[first + i] = f


def household_incomes(
    homes: Households, places: Places, key: np.uint64, cells: U16s
) -> tuple[U16s, U8s]:  # fmt: skip
    """(income per head in 10 yuan a year, uint16; fifth 0 to 4, uint8) of each household.

    ``cells`` are the incomes to have, see ``scaled``.

    Fifths are those of the whole country: with the published share of urban people they are even here,
    too; a town with more of them is richer.
    """
    income, fifth = np.empty(homes.count, np.uint16), np.empty(homes.count, np.uint8)
    urban = int(np.searchsorted(homes.start, places.urban))
    edges, decision = residence_edges(), purpose("population", "income.rank")
    for which, (lo, hi) in enumerate(((0, urban), (urban, homes.count))):
        keys = shuffle_keys(key, decision, which)
        rank(lo, hi - lo, half_bits(hi - lo), keys, edges[which], cells, income, fifth)
    return income, fifth


def fifths_of(tens: U16s) -> U8s:
    """The fifth of the published incomes in which each income (10 yuan a year) falls, uint8."""
    edges = incomes()[PER_FIFTH::PER_FIFTH]
    return np.asarray(np.searchsorted(edges, tens, side="right"), np.uint8)
