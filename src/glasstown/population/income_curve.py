"""The income curve: a rising curve whose five fifth means and whose median are the published ones.

The top fifth follows a Pareto law from TOP_FIFTH on, whose exponent gives its mean; below, the curve is
the smoothest. Used by ``calibrate`` only. A log-normal law that fits the published Gini fits neither
the fifths nor the median.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri

from glasstown.core.typing import F64s, I64s
from glasstown.population import figures

MILLION = 1_000_000
TOP_FIFTH = 50_000.0
"""Income at which the top fifth begins, yuan a year (assumed: there the slopes on both sides agree)."""

HIGHEST = 655_350.0
"""The highest income that the column holds, yuan a year: reached by one household in 5,000."""

LOWER = np.array([0, 0.5, 1, 2, 3, 5, 7, 10, 13, 16, *range(20, 50, 4), 50, *range(52, 84, 4), 40, 60, 80])
UPPER = np.array([80, 82, 85, 88, 90, 92, 94, 96, 97, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.99, 100])
"""Quantiles (percent) of the knots of the curve; the fifths and the median are among them."""


def fifth_weights(at: F64s) -> F64s:
    """Weights w with w @ yuan = the five means of a curve of straight lines, shape (5, knots)."""
    weights = np.zeros((5, len(at)))
    for j in range(len(at) - 1):
        fifth = min(int((at[j] + at[j + 1]) / 2 * 5), 4)
        weights[fifth, j : j + 2] += (at[j + 1] - at[j]) / 2 * 5
    return weights


def pareto() -> F64s:
    """Income at the knots of the top fifth: x (share above / 0.2)^(-1/a), a found from the published mean."""
    at, mean = UPPER / 100, figures.table("fifths")["yuan"][4]
    above = np.maximum(1 - at, 0.00005) / 0.2
    low, high, yuan = 1.05, 20.0, np.empty(0)
    for _ in range(100):
        exponent = (low + high) / 2
        yuan = np.minimum(TOP_FIFTH * above ** (-1 / exponent), HIGHEST)
        low, high = (exponent, high) if fifth_weights(at)[4] @ yuan > mean else (low, exponent)
    return np.asarray(yuan)


def lower() -> tuple[F64s, F64s]:
    """Quantiles and incomes of the knots below the top fifth: least bending of log income by normal score."""
    at = np.unique(LOWER) / 100
    weights, means = fifth_weights(at)[:4], figures.table("fifths")["yuan"][:4]
    half = int(np.flatnonzero(at == 0.5)[0])
    score = ndtri(np.clip(at, 0.0015, 1))
    bend = np.zeros((len(at) - 2, len(at)))
    for j in range(1, len(at) - 1):
        left, right = score[j] - score[j - 1], score[j + 1] - score[j]
        bend[j - 1, j - 1 : j + 2] = np.array([1 / left, -1 / left - 1 / right, 1 / right]) / np.sqrt(
            left + right
        )
    median = figures.total("income_median")
    rules = [
        {"type": "eq", "fun": lambda x: weights @ np.exp(x) / means - 1},
        {"type": "eq", "fun": lambda x: np.exp(x[[half, -1]]) / [median, TOP_FIFTH] - 1},
        {"type": "ineq", "fun": lambda x: np.diff(x) - 0.002},
    ]
    found = minimize(
        lambda x: float(((bend @ x) ** 2).sum()),
        np.log(median) + 0.8 * score,
        jac=lambda x: 2 * bend.T @ (bend @ x),
        constraints=rules,
        method="SLSQP",
        options={"maxiter": 2000, "ftol": 1e-10},
    )
    if not found.success:
        raise RuntimeError(f"the income curve was not found: {found.message}")
    return at, np.exp(found.x)


def curve() -> tuple[I64s, I64s]:
    """(quantiles in millionths, yuan a year), both int64: knots joined by straight lines."""
    at, yuan = lower()
    at, yuan = np.append(at[:-1], UPPER / 100), np.append(yuan[:-1], pareto())
    return np.rint(at * MILLION).astype(np.int64), np.rint(yuan).astype(np.int64)


def residence() -> I64s:
    """Shares of fifths (millionths) among urban and rural households, shape (2, 5): the published ratio."""
    urban, means = figures.total("urban"), figures.table("fifths")["yuan"]
    ratio = figures.total("income_urban") / figures.total("income_rural")
    low, high = 0.0, 5.0
    city, land = np.empty(0), np.empty(0)
    for _ in range(100):
        tilt = (low + high) / 2
        level, there, here = np.ones(5), np.exp(tilt * np.arange(5)), np.ones(5)
        for _ in range(500):
            city, land = level * there, level * here
            city, land = city / city.sum() * urban, land / land.sum() * (1 - urban)
            level *= 0.2 / (city + land)
        means_ratio = (city @ means / urban) / (land @ means / (1 - urban))
        low, high = (tilt, high) if means_ratio < ratio else (low, tilt)
    city = np.rint(city / urban * MILLION).astype(np.int64)
    city[2] += MILLION - city.sum()
    land = np.rint(land / (1 - urban) * MILLION).astype(np.int64)
    land[2] += MILLION - land.sum()
    return np.stack([city, land])
