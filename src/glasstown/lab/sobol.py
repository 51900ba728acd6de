"""Sobol's indices of a few parameters: how much of a result's variance each explains, alone and with others.

Two independent sets of points, A and B, and for each parameter A with that one parameter from B: n points and
d parameters take n (d + 2) runs. First order after Saltelli et al. 2010, total order after Jansen 1999
(Comput. Phys. Commun. 181, 259, table 2 b and f), as in ``scipy.stats.sobol_indices``, whose own bootstrap
takes no seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from glasstown.lab.resample import resampled
from glasstown.lab.statistics import Numbers

ROUNDS: Final = 999
"""Resamples of points for an interval."""


@dataclass(frozen=True, eq=False)
class Crossed:
    """Points at which the results are wanted, as shares of each parameter's range.

    ``a``, ``b``: shape (points, parameters). ``mixed``: shape (parameters, points, parameters), in which
    ``mixed[k]`` is ``a`` with parameter k from ``b``.
    """

    a: Numbers
    b: Numbers
    mixed: Numbers


@dataclass(frozen=True, slots=True)
class Indices:
    """The share of the variance that a parameter explains: ``first`` alone, ``total`` with all others.

    Each with a 95 % interval (bootstrap over points). What ``total`` exceeds ``first`` by acts together with
    others.
    """

    parameter: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


def crossed(parameters: int, points: int, seed: int = 0) -> Crossed:
    """A scrambled Sobol sequence of twice the dimensions; ``points`` is a power of two. Raises ValueError."""
    from scipy.stats import qmc

    if points < 2 or points & (points - 1):
        raise ValueError(f"a Sobol sequence is balanced over a power of two, got {points} points")
    both = qmc.Sobol(2 * parameters, scramble=True, seed=seed).random_base2(points.bit_length() - 1)
    a, b = both[:, :parameters], both[:, parameters:]
    mixed = np.repeat(a[None], parameters, axis=0)
    for k in range(parameters):
        mixed[k, :, k] = b[:, k]
    return Crossed(a, b, mixed)


def indices(names: Sequence[str], a: Numbers, b: Numbers, mixed: Numbers) -> tuple[Indices, ...]:
    """Indices from results at ``a`` and ``b``, shape (points,), and ``mixed``, shape (parameters, points).

    The largest total first. A point of which any result is not a number is left out. Results that do not
    vary explain nothing.
    """
    known = ~np.isnan(a) & ~np.isnan(b) & ~np.isnan(mixed).any(axis=0)
    a, b, mixed = a[known], b[known], mixed[:, known]
    count = int(known.sum())
    if not count:
        return ()
    first, total = _orders(a, b, mixed)
    again = [_orders(a[rows], b[rows], mixed[:, rows]) for rows in resampled("sobol", ROUNDS, count)]
    ends = np.quantile(np.array(again), (0.025, 0.975), axis=0)
    found = [
        Indices(
            name,
            float(first[k]),
            float(ends[0, 0, k]),
            float(ends[1, 0, k]),
            float(total[k]),
            float(ends[0, 1, k]),
            float(ends[1, 1, k]),
        )
        for k, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda each: (-each.total, each.parameter)))


def _orders(a: Numbers, b: Numbers, mixed: Numbers) -> tuple[Numbers, Numbers]:
    """First and total order, shape (parameters,) each."""
    both = np.concatenate([a, b])
    middle, variance = float(both.mean()), float(both.var())
    if variance == 0.0:
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    first = ((b - middle) * (mixed - a)).mean(axis=1) / variance
    total = 0.5 * ((a - mixed) ** 2).mean(axis=1) / variance
    return first, total
