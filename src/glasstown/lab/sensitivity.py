"""Which of the parameters that were drawn a verdict depends on, told from the draws themselves.

The margin of a claim in each draw (``lab.weighed``) is ranked, draws are put into bins by the value of one
parameter, and the variance of the bins' means is set against the whole: a first-order index from given data
(Plischke, Borgonovo and Smith 2013, Eur. J. Oper. Res. 226, 536), freed of the part that chance adds (as the
adjusted R2 is). Ranks make it blind to the scale of a margin and to outliers. Parameters that act only
together with others have no first-order index: those are for ``lab.morris`` and ``lab.sobol``, which ask for
runs of their own.

What a parameter that does nothing would reach is found by shuffling margins over draws, always the largest of
all parameters: only what exceeds that in 19 of 20 shuffles stands out. With fewer than FEWEST draws nothing
is told.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glasstown.core.sums import added
from glasstown.lab.arms import value_of
from glasstown.lab.design import Design
from glasstown.lab.factors import Factor
from glasstown.lab.hinge import hinges
from glasstown.lab.resample import shuffles, times
from glasstown.lab.statistics import Numbers
from glasstown.lab.verdict import Influence, Verdict
from glasstown.scenario.describe import parameters
from glasstown.scenario.model import Scenario

FEWEST: Final = 24
"""With fewer draws nothing is told of what a verdict depends on."""

ROUNDS: Final = 499
"""Shuffles for the noise, and resamples for the intervals."""

MOST_BINS: Final = 10

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Priority:
    """A parameter over all claims: the mean of its index, and the ``claims`` in which it stands out."""

    parameter: str
    index: float
    claims: tuple[str, ...]


def explained(
    verdict: Verdict, design: Design, scenarios: Mapping[str, Scenario], held: Collection[str] = ()
) -> Verdict:
    """A verdict with what it depends on and where it turns.

    Asked of the drawn parameters that some arm takes and that are not ``held`` in all of them.
    """
    taken = [
        k
        for k, each in enumerate(design.factors)
        if each.key not in held and any(value_of(s, each.key) is not None for s in scenarios.values())
    ]
    factors = [design.factors[k] for k in taken]
    columns = design.numbers()[:, taken]
    margins = np.array([np.nan if each is None else each for each in verdict.margins], np.float64)
    states = np.array([0 if each is None else each for each in verdict.states], np.int8)
    found = influences(columns, margins, factors)
    turns = hinges(columns, states, factors, units(scenarios)) if found else ()
    return replace(verdict, influences=found, hinges=turns)


def units(scenarios: Mapping[str, Scenario]) -> dict[str, str]:
    """Dotted key -> unit of every parameter of some arms."""
    return {
        each.key: each.unit
        for scenario in scenarios.values()
        for table, model in {"town": scenario.town, **scenario.mechanisms}.items()
        for each in parameters(type(model), table)
    }


def influences(columns: Numbers, margins: Numbers, factors: Sequence[Factor]) -> tuple[Influence, ...]:
    """Every factor's influence on ``margins``, shape (draws,), the largest first; () with too few draws.

    ``columns``: the value of each factor in each draw as a number, shape (draws, factors). Draws without a
    margin count for nothing.
    """
    known = ~np.isnan(margins)
    count = int(known.sum())
    if count < FEWEST or not factors:
        return ()
    rank = _doubled_ranks(margins[known])
    codes = [_binned(column, each) for column, each in zip(columns[known].T, factors, strict=True)]
    tell = _Bins(codes)
    ones = np.ones((1, count), np.int64)
    index = tell.indices(rank, ones)[0]
    shuffled = tell.indices(rank[shuffles("noise", ROUNDS, count)], ones)
    noise = max(float(np.quantile(shuffled.max(axis=1), 0.95)), 0.0)
    again = tell.indices(rank, times("interval", ROUNDS, count))
    low, high = np.quantile(again - again.mean(axis=0), (0.025, 0.975), axis=0) + index
    trend = [_correlation(_doubled_ranks(column), rank) for column in columns[known].T]
    ends = np.clip([index, low, high], 0.0, 1.0).T.tolist()
    found = [
        Influence(each.key, here, least, most, trend[k], noise, bool(index[k] > noise))
        for k, (each, (here, least, most)) in enumerate(zip(factors, ends, strict=True))
    ]
    return tuple(sorted(found, key=lambda each: (-each.index, each.parameter)))


def ranking(verdicts: Sequence[Verdict]) -> tuple[Priority, ...]:
    """All drawn parameters by influence over all claims: where the world should measure next.

    An index that does not stand out counts as nothing, and so does that of a claim which does not take the
    parameter; claims with too few draws are left out. By mean index, then by key.
    """
    told = [each for each in verdicts if each.influences]
    found: dict[str, dict[str, float]] = {}
    for verdict in told:
        for each in verdict.influences:
            found.setdefault(each.parameter, {})
            if each.stands_out:
                found[each.parameter][verdict.claim] = each.index
    listed = [Priority(key, added(by.values()) / len(told), tuple(by)) for key, by in found.items()]
    return tuple(sorted(listed, key=lambda each: (-each.index, each.parameter)))


class _Bins:
    """Draws in the bins of all factors at once. Sums are of whole numbers, so that none depends on order."""

    def __init__(self, codes: Sequence[Whole]) -> None:
        sizes = [int(each.max()) + 1 for each in codes]
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.member = np.zeros((len(codes[0]), sum(sizes)))
        for start, each in zip(self.starts, codes, strict=True):
            self.member[np.arange(len(each)), start + each] = 1.0

    def indices(self, rank: Whole, weight: Whole) -> Numbers:
        """First-order indices, shape (rounds, factors), below 0 where bins tell less than chance would.

        ``rank`` (draws,) or (rounds, draws), ``weight`` (rounds, draws): how often each draw counts.
        """
        weighted = (weight * rank).astype(np.float64)
        counts, sums = weight.astype(np.float64) @ self.member, weighted @ self.member
        total, mean = weight.sum(axis=1), weighted.sum(axis=1) / weight.sum(axis=1)
        whole = (weight * rank.astype(np.float64) ** 2).sum(axis=1) - total * mean**2
        squares = np.where(counts > 0, sums**2 / np.maximum(counts, 1), 0.0)
        between = np.add.reduceat(squares, self.starts, axis=1) - (total * mean**2)[:, None]
        filled = np.add.reduceat((counts > 0).astype(np.int64), self.starts, axis=1)
        room, all_ = np.maximum(total[:, None] - filled, 1), whole[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            index = 1 - (total[:, None] - 1) / room * (all_ - between) / all_
        return np.where((all_ > 0) & (filled > 1), index, 0.0)


def _doubled_ranks(values: Numbers) -> Whole:
    """Twice the rank of each value, equals sharing theirs, around 0: whole numbers."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Whole = (2 * ends - counts + 1)[place] - (len(values) + 1)
    return ranks


def _binned(column: Numbers, factor: Factor) -> Whole:
    """The bin of each draw: a choice or few distinct values as they are, else parts of equal size."""
    bins = min(round(len(column) ** (1 / 3)), MOST_BINS)
    distinct, place = np.unique(column, return_inverse=True)
    if factor.kind in ("flag", "choice") or len(distinct) <= bins:
        return place.astype(np.int64)
    below = np.searchsorted(np.sort(column), column, side="left")
    return np.unique(below * bins // len(column), return_inverse=True)[1].astype(np.int64)


def _correlation(one: Whole, other: Whole) -> float:
    """Of whole numbers around 0; 0 where one does not vary."""
    spread = float(one @ one) * float(other @ other)
    return float(one @ other) / spread**0.5 if spread else 0.0
