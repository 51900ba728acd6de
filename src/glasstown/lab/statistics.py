"""How sure a number is: shares of draws, paired differences within a draw, and how much more would decide.

Twins share people and chances, so what one replicate tells is the *difference* of its arms; replicates of a
draw are independent, and their spread is the standard error. Most draws have one replicate and no spread of
their own. Their variances are therefore drawn together (moderated t: Smyth 2004, Stat. Appl. Genet. Mol.
Biol. 3, 3): variances of draws are taken as scaled inverse chi-square around one that is fitted to all, with
``d0`` degrees of freedom found by the moments of their logarithms. A draw with one replicate takes the fitted
variance alone. What is counted varies with how often it happens, and what twins differ in with how many of
them differ, so the fitted one may follow a ``level``, as a power of it.

Coverage by simulation: ``tests/statistics/test_intervals.py``.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

LEVEL: Final = 0.95
"""Coverage of an interval, if nothing else is said."""

FEWEST: Final = 5
"""With fewer draws of two or more replicates the fitted variance follows no level."""

UNDECIDED: Final = 0.05
"""The share of draws that may stay undecided."""

TINY: Final = 1e-12
"""What differs by no more than this part of itself differs by rounding, and is the same."""

LEAST: Final = 10.0
"""A level counts as no less than this part of the usual one: near nothing it is small by chance, too."""


def sidak(claims: int, level: float = LEVEL) -> float:
    """The level of each of so many independent intervals that all hold at once with ``level``."""
    return float(level ** (1.0 / claims))


def wilson(count: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a share (1927, J. Am. Stat. Assoc. 22, 209); 0 and 1 where there is nothing."""
    from scipy.special import ndtri

    if of == 0:
        return 0.0, 1.0
    z = float(ndtri(0.5 + level / 2))
    share, more = count / of, z * z / of
    middle = share + more / 2
    half = z * math.sqrt(share * (1 - share) / of + more / (4 * of))
    low, high = (middle - half) / (1 + more), (middle + half) / (1 + more)
    return (max(low, 0.0) if count else 0.0), (min(high, 1.0) if count < of else 1.0)


@dataclass(frozen=True, eq=False)
class Means:
    """Means within draws, each array of shape (draws,).

    mean: of the replicates that there are; not a number where there are none. replicates: how many.
    variance: of one replicate, shrunk; not a number if no draw has two. error: standard error of the mean.
    freedom: degrees of freedom of the variance, infinite if it counts as known, 0 if there is none.
    low, high: interval, infinite where there is no error. prior, known: of the fit (``Fit``), 0 without one.
    """

    mean: Numbers
    replicates: Whole
    variance: Numbers
    error: Numbers
    freedom: Numbers
    low: Numbers
    high: Numbers
    prior: Numbers
    known: Numbers


@dataclass(frozen=True, eq=False)
class Fit:
    """What variances of draws are drawn towards, by draw: ``variance``, which counts for ``freedom`` (d0).

    known: degrees of freedom by which that variance is itself known: 2 over the variance of its logarithm.
    """

    variance: Numbers
    freedom: float
    known: Numbers


def means(differences: Numbers, level: Numbers | None = None, coverage: float = LEVEL) -> Means:
    """Mean, standard error and interval of each draw's ``differences``, shape (draws, replicates).

    Not a number is a replicate that there is not. ``level``, shape (draws,), 0 or more: what the variance may
    follow, such as the size of the difference. The interval is Student's t of d0 and the draw's own
    degrees of freedom, fewer as far as the fit itself is uncertain.
    """
    from scipy.special import stdtrit

    there = ~np.isnan(differences)
    replicates = there.sum(axis=1)
    filled = np.where(there, differences, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=1) / replicates
        around = np.where(there, filled - mean[:, None], 0.0)
        own = (around**2).sum(axis=1) / (replicates - 1)
        largest = np.abs(filled).max(axis=1, initial=0.0)
        own = np.where(own <= (TINY * largest) ** 2, 0.0, own)
    own_freedom = np.maximum(replicates - 1, 0).astype(np.float64)
    if not own_freedom.any():
        none, wide, no = np.full(len(mean), np.nan), np.full(len(mean), np.inf), np.zeros(len(mean))
        return Means(mean, replicates, none, none, no, -wide, wide, no, no)
    fit = fitted(own, own_freedom, level)
    own, prior = np.where(own_freedom > 0, own, 0.0), np.full(len(mean), fit.freedom)
    variance = fit.variance
    if not math.isinf(fit.freedom):
        variance = (prior * fit.variance + own_freedom * own) / (prior + own_freedom)
    freedom = _freedom(prior, fit.known, own_freedom)
    error = np.sqrt(variance / np.maximum(replicates, 1))
    half = np.where(replicates > 0, stdtrit(freedom, 0.5 + coverage / 2) * error, np.inf)
    middle = np.nan_to_num(mean)
    return Means(
        mean, replicates, variance, error, freedom, middle - half, middle + half, prior, fit.known
    )  # fmt: skip


def _freedom(prior: Numbers, known: Numbers, own: Numbers) -> Numbers:
    """Degrees of freedom of a shrunk variance: those of fit and draw together, fewer as the fit is uncertain.

    With an infinite ``prior`` the fit alone counts, and is known by so many.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        both = prior + own
        share = np.where(np.isinf(prior), 1.0, prior / both)
        return np.asarray(1 / (1 / both + share**2 / known))


def fitted(own: Numbers, freedom: Numbers, level: Numbers | None = None) -> Fit:
    """The variance that those of all draws are drawn towards, from each draw's ``own`` and its ``freedom``.

    Degrees of freedom d0 and the power of the level come from the logarithms of the variances above 0 (Smyth,
    eq. 13-14, each weighed by its freedom), the size from their likelihood at that d0. A variance of 0 is
    that of a draw in which nothing happened, and tells nothing of others. Infinite d0: nothing shows that
    draws differ.
    """
    from scipy.special import digamma, polygamma

    used = (freedom > 0) & (own > 0)
    count = int(used.sum())
    if not count:
        return Fit(np.zeros(len(own)), math.inf, np.full(len(own), max(float(freedom.sum()), 1.0)))
    d = freedom[used]
    noise = polygamma(1, d / 2)
    weight = 1 / noise / (1 / noise).sum()
    logs = np.log(own[used]) - digamma(d / 2) + np.log(d / 2)
    x, slope, free = np.zeros(len(own)), 0.0, 1
    if level is not None and count >= FEWEST:
        x = _logarithm(level)
        x = x - weight @ x[used]
        wide = float(weight @ x[used] ** 2)
        slope, free = (float(weight @ (x[used] * logs)) / wide, 2) if wide > 0 else (0.0, 1)
    shape = np.exp(slope * x)
    rest = logs - slope * x[used]
    rest = rest - weight @ rest
    more = 0.0
    if count > free:
        more = float(weight**2 @ (rest**2 * count / (count - free) - noise) / (weight**2).sum())
    d0 = 2 * _inverse_trigamma(more) if more > 0 else math.inf
    told = d / 2 if math.isinf(d0) else d * d0 / (2 * (d + d0 + 2))
    doubt = np.full(len(own), 1 / told.sum())
    if free > 1:
        doubt += x**2 / float((x[used] ** 2 / (noise + max(more, 0.0))).sum())
    return Fit(_size(own[used] / shape[used], d, d0) * shape, d0, 2 / doubt)


def _logarithm(level: Numbers) -> Numbers:
    """Of the level, but of no less than a part of what is usual."""
    some = level[level > 0]
    least = float(np.median(some)) / LEAST if len(some) else 1.0
    return np.log(np.maximum(np.nan_to_num(level), least))


def _size(own: Numbers, freedom: Numbers, d0: float) -> float:
    """The scale of variances that are it times F(freedom, d0): the zero of the score, by bisection."""
    size = float(freedom @ own / freedom.sum())
    if math.isinf(d0):
        return size

    def score(log: float) -> float:
        odds = freedom * own / (d0 * math.exp(log))
        return float((freedom - (freedom + d0) * odds / (1 + odds)).sum())

    low = high = math.log(size)
    while score(low) > 0:
        low -= 1.0
    while score(high) < 0:
        high += 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if score(middle) < 0 else (low, middle)
    return math.exp(high)


def _inverse_trigamma(value: float) -> float:
    """Y with trigamma(y) = value > 0, by Newton's steps on 1 / trigamma (Smyth, appendix)."""
    from scipy.special import polygamma

    y = 0.5 + 1 / value
    for _ in range(50):
        there = float(polygamma(1, y))
        step = there * (1 - there / value) / float(polygamma(2, y))
        y += step
        if abs(step) < 1e-10 * y:
            break
    return y


def wanted(
    distances: Numbers,
    errors: Numbers,
    prior: Numbers,
    known: Numbers,
    most: int,
    coverage: float = LEVEL,
) -> Whole:
    """How many replicates each draw needs for its interval to leave the border out, from 1 to ``most``.

    ``distances``: of each draw from its border, in the unit of ``errors``, the standard error of one
    replicate; ``prior``, ``known``: as in ``Means``. All, and the answer, of shape (draws,). Each replicate
    makes the error smaller and its variance better known. 1 where nothing is known of the draw, and where
    not even ``most`` would do: more of them would be lived for nothing.
    """
    from scipy.special import stdtrit

    found = np.ones(len(distances), np.int64)
    there = np.isfinite(distances) & np.isfinite(errors) & (prior > 0)
    for times in range(most, 0, -1):
        freedom = _freedom(prior, known, np.full(len(prior), times - 1.0))
        with np.errstate(invalid="ignore"):
            half = stdtrit(freedom, 0.5 + coverage / 2) * errors / math.sqrt(times)
            found = np.where(there & (half < np.abs(distances)), times, found)
    return found
