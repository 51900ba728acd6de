"""A claim weighed in each draw: how far each of its conditions is from the border, and how sure that is.

A condition is so in a draw if it holds for the means over replicates (``claim.Condition.holds``, the one
rule) and the whole interval of its distance from the border lies on that side; it is not so if it does not
hold and the interval lies on the other side; in between it is undecided. The interval is that of one draw
(95 %): it says how sure that draw is, and the share of draws has an interval of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.claim import Condition
from glasstown.lab.statistics import TINY, Means, Numbers, means

States = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Measured:
    """One expression in both arms, each of shape (draws, replicates), in the expression's unit.

    ``one`` is the first arm, None where a number (``than``) takes its place; ``other`` the second. Not a
    number where a replicate was not lived, or a ratio has nothing to divide by. The same column of both is
    the same replicate: the same people and chances.
    """

    one: Numbers | None
    other: Numbers


@dataclass(frozen=True, eq=False)
class Paired:
    """An expression in replicates that both arms have: ``one``, ``other`` of shape (draws, replicates).

    ``first``, ``second`` are their means and ``difference`` that of second minus first, by draw. ``level``
    is what its variance may follow: between twins the size of the difference, for only those of them vary who
    differ; in one arm alone how much there is.
    """

    one: Numbers
    other: Numbers
    first: Numbers
    second: Numbers
    level: Numbers
    difference: Means

    @property
    def defined(self) -> NDArray[np.bool_]:
        """Draws with at least one replicate in which both arms have a number."""
        return self.difference.replicates > 0


@dataclass(frozen=True, eq=False)
class Weighed:
    """A condition, or a claim, by draw; each array of shape (draws,).

    states: 1 it is so, -1 it is not, 0 undecided. margins: distance from the border in units of the smallest
    difference that matters, above 0 where it is so; not a number where nothing defines it. errors: standard
    error of the margin in one replicate; not a number where no draw has two. prior, known: how well that
    error is known (``statistics.Means``).
    """

    states: States
    margins: Numbers
    errors: Numbers
    prior: Numbers
    known: Numbers


def paired(measured: Measured, than: float | None = None) -> Paired:
    """The replicates that both arms have; ``than`` stands for a first arm that is not there."""
    other = measured.other.astype(np.float64)
    if measured.one is None:
        if than is None:
            raise ValueError("one arm alone needs a number to be held against")
        one = np.full_like(other, than)
    else:
        one = measured.one.astype(np.float64)
    gone = ~np.isfinite(one - other)
    one, other = np.where(gone, np.nan, one), np.where(gone, np.nan, other)
    first, second = _mean(one), _mean(other)
    level = np.abs(second - first if than is None or measured.one is not None else second)
    return Paired(one, other, first, second, level, means(_gap(one, other), level))


def weigh(condition: Condition, pair: Paired) -> Weighed:
    """A condition in each draw."""
    sign = np.sign(pair.first)[:, None]
    least = condition.matters * (sign * pair.one if condition.relative else np.ones_like(pair.one))
    border = condition.matters * (np.abs(pair.first) if condition.relative else np.ones(len(pair.first)))
    gap = pair.second - pair.first
    if condition.direction == "same":
        side = np.where(gap < 0, -1.0, 1.0)[:, None]
        near, far = (means(least - s * _gap(pair.one, pair.other), pair.level) for s in (side, -side))
        centre, found = border - np.abs(gap), near
        half = np.maximum(_half(near), _half(far))
    else:
        way = 1.0 if condition.direction == "more" else -1.0
        found = means(way * _gap(pair.one, pair.other) - least, pair.level)
        centre, half = way * gap - border, _half(found)
    pairs = zip(pair.first.tolist(), pair.second.tolist(), strict=True)
    so = np.array([condition.holds(one, other) for one, other in pairs], np.bool_)
    states = np.zeros(len(so), np.int8)
    exact = half == 0
    sure = (centre - half > 0) if condition.direction == "same" else (centre - half >= 0)
    states[so & (sure | exact)] = 1
    states[~so & ((centre + half < 0) | exact)] = -1
    states[~pair.defined] = 0
    unit = _unit(condition, border)
    margins = np.where(pair.defined, centre, np.nan) / unit
    return Weighed(states, margins, np.sqrt(found.variance) / unit, found.prior, found.known)


def together(each: Sequence[Weighed]) -> Weighed:
    """A claim: so where all its conditions are, not so where one is not, else undecided.

    Its margin is the least of theirs, with the error of that one; not a number where one is undefined, unless
    another is not so in that draw.
    """
    states = np.array([one.states for one in each])
    margins = np.array([one.margins for one in each])
    state = np.where((states == -1).any(axis=0), -1, np.where((states == 1).all(axis=0), 1, 0))
    least = np.argmin(np.where(np.isnan(margins), np.inf, margins), axis=0)
    rows = np.arange(margins.shape[1])
    whole = ~np.isnan(margins).any(axis=0) | (state == -1)
    margin = np.where(whole, margins[least, rows], np.nan)
    of = (np.array([getattr(one, name) for one in each]) for name in ("errors", "prior", "known"))
    return Weighed(state.astype(np.int8), margin, *(every[least, rows] for every in of))


def _unit(condition: Condition, border: Numbers) -> float:
    """What margins are told in: what matters, in an ordinary draw; else what is held against; else 1."""
    known = border[np.isfinite(border)]
    usual = float(np.median(known)) if len(known) else 0.0
    return usual or abs(condition.than or 0.0) or 1.0


def _half(found: Means) -> Numbers:
    return (found.high - found.low) / 2


def _gap(one: Numbers, other: Numbers) -> Numbers:
    """Second arm less first; nothing where they differ by rounding alone, which has a variance of its own."""
    gap = other - one
    return np.where(np.abs(gap) <= TINY * (np.abs(one) + np.abs(other)), 0.0, gap)


def _mean(values: Numbers) -> Numbers:
    there = ~np.isnan(values)
    count = there.sum(axis=1)
    total = np.where(there, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
