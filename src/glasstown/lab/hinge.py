"""The hinge: the value of one parameter at which a verdict turns.

Of the draws in which the claim is decided, each cut of one parameter's range leaves a share that holds on
both sides. A parameter has a hinge if some cut sets them apart (by the variance between both sides, as in the
first split of a classification tree; Breiman et al. 1984) further than the best cut over all parameters does
in 19 of 20 shuffles of the same draws. The hinge is the cut that tells most draws rightly: where the share
that holds crosses one half. If it never does, the verdict leans but does not turn, and the hinge is the cut
that sets both sides furthest apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.factors import DIGITS, Factor
from glasstown.lab.resample import shuffles, times
from glasstown.lab.statistics import Numbers
from glasstown.lab.verdict import Hinge, share_of

FEWEST: Final = 24
"""With fewer decided draws nothing is said of where a verdict turns."""

LEAST: Final = 5
"""So many draws, or a twentieth of all, must lie on each side of a cut."""

MOST: Final = 3
"""So many hinges are told."""

ROUNDS: Final = 499
"""Shuffles for the noise, and resamples for the intervals."""

MANY: Final = 6
"""A choice with more values than this is split into one value against the rest."""

Whole = NDArray[np.int64]


def hinges(
    columns: Numbers, states: NDArray[np.int8], factors: Sequence[Factor], units: Mapping[str, str]
) -> tuple[Hinge, ...]:
    """Where a verdict turns, the clearest first; () with too few decided draws, or if nothing stands out.

    ``columns``: the value of each factor in each draw as a number, shape (draws, factors). ``states``, shape
    (draws,): 1 holds, -1 fails, else undecided. ``units`` by dotted key.
    """
    decided = states != 0
    holds = (states[decided] == 1).astype(np.int64)
    count = len(holds)
    if count < FEWEST or not 0 < holds.sum() < count:
        return ()
    cuts = [_cuts(column, each) for column, each in zip(columns[decided].T, factors, strict=True)]
    once = np.ones((1, count), np.int64)
    best = np.array([each.apart(once, holds[None]).max(initial=0.0) for each in cuts])
    shuffled = holds[shuffles("hinge", ROUNDS, count)]
    noise = np.max([each.apart(once, shuffled).max(axis=1, initial=0.0) for each in cuts], axis=0)
    level = float(np.quantile(noise, 0.95))
    clear = sorted((-best[k], factors[k].key, k) for k in range(len(factors)) if best[k] > level)
    weight = times("hinge interval", ROUNDS, count)
    return tuple(cuts[k].hinge(holds, weight, units.get(factors[k].key, "")) for _, _, k in clear[:MOST])


@dataclass(frozen=True, eq=False)
class _Cuts:
    """Every way to part the draws in two by one factor.

    ``column``: its values. Of a number, ``order`` sorts the draws and a cut follows each place of ``after``;
    of a choice, ``sides`` has for each cut (1 or 0) which draws are above, and ``names`` what they have.
    """

    factor: Factor
    column: Numbers
    order: Whole
    after: Whole
    sides: Numbers | None
    names: tuple[tuple[str, ...], ...]

    def above(self, weight: Whole) -> Whole:
        """The weight above each cut, shape (rounds, cuts), of ``weight`` (rounds, draws)."""
        if self.sides is not None:
            return (weight.astype(np.float64) @ self.sides.T).astype(np.int64)
        below: Whole = np.cumsum(weight[:, self.order], axis=1)[:, self.after]
        whole: Whole = weight.sum(axis=1, keepdims=True)
        return whole - below

    def apart(self, weight: Whole, holds: Whole) -> Numbers:
        """How far each cut sets both sides apart, shape (rounds, cuts); 0 for a side with too few draws.

        ``weight`` and ``holds`` (rounds, draws), one of them perhaps with a single row.
        """
        upper, upper_holds, whole, whole_holds, fair = self._sums(weight, holds)
        room = upper * (whole - upper)
        gap = (whole * upper_holds - upper * whole_holds).astype(np.float64)
        return np.where(fair, gap**2 / np.maximum(room, 1), 0.0)

    def best(self, weight: Whole, holds: Whole) -> Whole:
        """The cut of each round at which the verdict turns, the middle of equals; arguments as ``apart``."""
        upper, upper_holds, whole, whole_holds, fair = self._sums(weight, holds)
        lower, lower_holds = whole - upper, whole_holds - upper_holds
        right = np.maximum(upper_holds, upper - upper_holds) + np.maximum(lower_holds, lower - lower_holds)
        right = np.where(fair, right, 0)
        most = right.max(axis=1, keepdims=True)
        turns = most > np.maximum(whole_holds, whole - whole_holds)
        score = np.where(turns, right.astype(np.float64), self.apart(weight, holds))
        ties = np.cumsum(score == score.max(axis=1, keepdims=True), axis=1)
        middle: Whole = np.argmax(ties >= (ties[:, -1:] + 1) // 2, axis=1)
        return middle

    def _sums(self, weight: Whole, holds: Whole) -> tuple[Whole, Whole, Whole, Whole, NDArray[np.bool_]]:
        """Draws and those that hold, above each cut and in all; and whether both sides have draws enough."""
        upper, upper_holds = self.above(weight), self.above(weight * holds)
        whole, whole_holds = weight.sum(axis=1)[:, None], (weight * holds).sum(axis=1)[:, None]
        least = max(LEAST, weight.shape[1] // 20)
        return upper, upper_holds, whole, whole_holds, (upper >= least) & (whole - upper >= least)

    def hinge(self, holds: Whole, weight: Whole, unit: str) -> Hinge:
        """The best cut, with an interval from the resamples ``weight``, shape (rounds, draws)."""
        once = np.ones((1, len(holds)), np.int64)
        place = int(self.best(once, holds[None])[0])
        upper, upper_holds = int(self.above(once)[0, place]), int(self.above(holds[None])[0, place])
        lower, lower_holds = len(holds) - upper, int(holds.sum()) - upper_holds
        right = max(upper_holds, upper - upper_holds) + max(lower_holds, lower - lower_holds)
        told = right / len(holds)
        above, below = share_of(upper_holds, upper), share_of(lower_holds, lower)
        if self.sides is not None:
            names = self.names[place]
            if above.value < below.value:
                above, below = below, above
                names = tuple(each for each in _texts(self.factor, self.column) if each not in names)
            return Hinge(self.factor.key, unit, None, None, None, None, names, above, below, told)
        low, high = self._interval(weight, holds)
        ordered = self.column[self.order]
        at = _between(self.factor, float(ordered[self.after[place]]), float(ordered[self.after[place] + 1]))
        ends = (self.factor.low, self.factor.high)
        return Hinge(self.factor.key, unit, at, min(low, at), max(high, at), ends, (), above, below, told)

    def _interval(self, weight: Whole, holds: Whole) -> tuple[float, float]:
        """95 % of resampled hinges: each lies anywhere between the two drawn values that it parts."""
        best = self.after[self.best(weight, holds[None])]
        there, places = weight[:, self.order] > 0, np.arange(weight.shape[1])
        rounds = np.arange(len(weight))
        last = np.maximum.accumulate(np.where(there, places, 0), axis=1)[rounds, best]
        upward = np.where(there, places, len(places) - 1)[:, ::-1]
        first = np.minimum.accumulate(upward, axis=1)[:, ::-1][rounds, best + 1]
        ordered = self.column[self.order]
        low, high = np.quantile(ordered[last], 0.025), np.quantile(ordered[first], 0.975)
        return float(low), float(high)


def _cuts(column: Numbers, factor: Factor) -> _Cuts:
    order = np.argsort(column, kind="stable").astype(np.int64)
    ordered = column[order]
    if factor.kind in ("number", "whole"):
        after = np.flatnonzero(ordered[1:] > ordered[:-1]).astype(np.int64)
        return _Cuts(factor, column, order, after, None, ())
    values = np.unique(column)
    widest = len(values) // 2 if len(values) <= MANY else min(1, len(values) - 1)
    chosen = [each for size in range(1, widest + 1) for each in combinations(values.tolist(), size)]
    sides = np.array([np.isin(column, each) for each in chosen], np.float64).reshape(len(chosen), len(column))
    names = tuple(tuple(_text(factor, value) for value in each) for each in chosen)
    return _Cuts(factor, column, order, np.zeros(0, np.int64), sides, names)


def _between(factor: Factor, low: float, high: float) -> float:
    """The middle of a gap, by the logarithm where the factor is drawn by it; whole numbers go up to it."""
    middle = (low * high) ** 0.5 if factor.log else (low + high) / 2
    return float(np.floor(middle)) if factor.kind == "whole" else float(f"{middle:.{DIGITS}g}")


def _text(factor: Factor, value: float) -> str:
    return factor.choices[int(value)] if factor.choices else str(bool(value)).lower()


def _texts(factor: Factor, column: Numbers) -> tuple[str, ...]:
    return tuple(_text(factor, value) for value in np.unique(column).tolist())
