"""Morris's screening: which of many parameters do anything at all, for a few runs each.

A trajectory walks through the ranges on a grid of ``levels``, one parameter, or one group of them, a step
(Morris 1991, Technometrics 33, 161). The change of the result over a step is an elementary effect. Its mean
tells the size and direction, the mean of its absolute value (mu*; Campolongo, Cariboni and Saltelli 2007) the
size where directions differ, its standard deviation (sigma) whether it hangs on the others. With k
parameters, r trajectories take r (k + 1) runs; with groups, r (groups + 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.resample import resampled, shares, shuffles
from glasstown.lab.statistics import Numbers

LEVELS: Final = 4
"""Grid levels of each range; even, as Morris wants them."""

ROUNDS: Final = 999
"""Resamples of trajectories for an interval."""


@dataclass(frozen=True, eq=False)
class Walk:
    """A screening: ``points``, shape (trajectories, steps + 1, factors), shares of each factor's range.

    ``moved``, shape (trajectories, steps): the group that each step moves, by its place in ``groups``. A
    factor is moved by ``delta``, up or down.
    """

    points: Numbers
    moved: NDArray[np.intp]
    groups: tuple[str, ...]
    delta: float


@dataclass(frozen=True, slots=True)
class Screened:
    """What moving one parameter, or one group, across half its range and more does.

    mean, star, sigma: of the elementary effects, in the result's unit for a whole range; ``mean`` and
    ``sigma`` are None for a group of several, whose members move in different directions. low, high: 95 %
    interval of ``star`` (bootstrap over trajectories). effects: how many there were.
    """

    name: str
    mean: float | None
    star: float
    sigma: float | None
    low: float
    high: float
    effects: int


def walk(names: Sequence[str], trajectories: int, levels: int = LEVELS, groups: Sequence[str] = ()) -> Walk:
    """Trajectories over the factors called ``names``; more of them begin with the same ones.

    ``groups``: the group of each factor, by default each its own. Raises ValueError for an odd grid.
    """
    if levels < 2 or levels % 2:
        raise ValueError(f"a screening needs an even number of levels, got {levels}")
    if groups and len(groups) != len(names):
        raise ValueError(f"{len(names)} factors have {len(groups)} groups")
    labels = tuple(groups or names)
    distinct = tuple(dict.fromkeys(labels))
    member = np.array([distinct.index(each) for each in labels], np.intp)
    delta = levels / (2 * (levels - 1))
    low = np.floor(shares("morris low", trajectories, len(names)) * (levels // 2)) / (levels - 1)
    up = shares("morris up", trajectories, len(names)) < 0.5
    order = shuffles("morris order", trajectories, len(distinct))
    turn = np.argsort(order, axis=1)[:, member]
    steps = np.arange(len(distinct) + 1)[None, :, None]
    high = (steps > turn[:, None, :]) == up[:, None, :]
    return Walk(low[:, None, :] + delta * high, order, distinct, delta)


def screened(made: Walk, results: Numbers) -> tuple[Screened, ...]:
    """Each group's effects on ``results``, shape (trajectories, steps + 1), the largest ``star`` first.

    Steps from or to a result that is not a number count for nothing; a group without any has a ``star`` of 0
    over 0 effects.
    """
    change = np.diff(results, axis=1) / made.delta
    shift = np.diff(made.points, axis=1)
    alone = (shift != 0).sum(axis=2) == 1
    signed = np.where(alone, np.sign(shift.sum(axis=2)) * change, np.abs(change))
    again = resampled("morris interval", ROUNDS, len(results))
    found = [_screened(name, signed, alone, made.moved == k, again) for k, name in enumerate(made.groups)]
    return tuple(sorted(found, key=lambda each: (-each.star, each.name)))


def _screened(
    name: str, signed: Numbers, alone: NDArray[np.bool_], here: NDArray[np.bool_], again: NDArray[np.intp]
) -> Screened:
    effects = np.where(here, signed, 0.0).sum(axis=1)
    known = ~np.isnan(effects)
    kept = effects[known]
    if not len(kept):
        return Screened(name, None, 0.0, None, 0.0, 0.0, 0)
    single = bool(alone[here].all())
    counts = known[again].sum(axis=1)
    sums = np.where(known, np.abs(effects), 0.0)[again].sum(axis=1)
    stars = np.where(counts > 0, sums / np.maximum(counts, 1), 0.0)
    low, high = np.quantile(stars, (0.025, 0.975))
    sigma = float(kept.std(ddof=1)) if single and len(kept) > 1 else None
    mean = float(kept.mean()) if single else None
    return Screened(name, mean, float(np.abs(kept).mean()), sigma, float(low), float(high), len(kept))
