"""From what the arms of a claim measured to a verdict."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.arms import value_of
from glasstown.lab.claim import Claim, Condition
from glasstown.lab.claim_measure import Expression
from glasstown.lab.design import Design
from glasstown.lab.ledger import rests
from glasstown.lab.sensitivity import explained
from glasstown.lab.statistics import Numbers
from glasstown.lab.verdict import ALMOST, MOSTLY, Effect, Rests, Share, Verdict, Word, share_of
from glasstown.lab.weighed import Measured, Paired, Weighed, paired, together, weigh
from glasstown.scenario.model import Scenario

__all__ = ["Measured", "Values", "judge", "rests_on", "weighed", "word"]

EXTREMES = (0.05, 0.95)
"""Quantiles over draws between which an effect is told."""


@dataclass(frozen=True, eq=False)
class Values:
    """All that a claim is judged by: ``conditions`` and ``shows`` in the order of its file.

    ``failed``, shape (draws,): whether some run of the draw could not end. ``people`` and ``days`` of
    each run. ``lived``, shape (draws,): how often all arms that decide were lived; if it is not given, how
    often they have a number.
    """

    conditions: tuple[Measured, ...]
    shows: tuple[Measured, ...]
    failed: NDArray[np.bool_]
    people: int
    days: int
    lived: NDArray[np.int64] | None = None

    def pair(self, each: Measured, than: float | None = None) -> Paired:
        """An expression in the draws that did not fail; the others have no replicate."""
        blank = np.where(self.failed, np.nan, 0.0)[:, None]
        return paired(Measured(None if each.one is None else each.one + blank, each.other + blank), than)


def judge(
    claim: Claim,
    values: Values,
    design: Design,
    scenarios: Mapping[str, Scenario],
    held: Collection[str] = (),
) -> Verdict:
    """The verdict on a claim, with what it depends on and where it turns.

    ``design``: what was drawn, its draws in the order of the rows of ``values``. ``scenarios``: those of the
    claim's arms, by arm: what they rest on, and which of the parameters they take. ``held``:
    keys that all of them hold, so that no verdict can depend on them.
    """
    judged = ~values.failed
    pairs = _pairs(claim, values)
    found = [weigh(each, pair) for each, pair in zip(claim.conditions, pairs, strict=True)]
    whole = weighed(claim, values)
    shown = [values.pair(each) for each in values.shows]
    holds, fails, undecided = _shares(whole.states[judged])
    told = (
        [pair.difference.replicates for pair in (pairs or shown)] if values.lived is None else [values.lived]
    )
    replicates = np.max(told, axis=0)[judged] if told else np.zeros(0, np.int64)
    verdict = Verdict(
        claim.id,
        word(holds.value, fails.value, undecided.value) if claim.decidable else "unmeasured",
        not claim.decidable or _firm(holds, fails, undecided),
        int(judged.sum()),
        int(values.failed.sum()),
        int((judged & ~_defined(pairs, judged)).sum()),
        (int(replicates.min()), int(replicates.max())) if len(replicates) else (0, 0),
        values.people,
        values.days,
        holds,
        fails,
        undecided,
        tuple(
            _conditional(each, pair, one, judged)
            for each, pair, one in zip(claim.conditions, pairs, found, strict=True)
        ),
        tuple(_effect(each, claim.between, pair) for each, pair in zip(claim.shows, shown, strict=True)),
        rests_on(scenarios, design),
        states=tuple(int(s) if k else None for s, k in zip(whole.states, judged, strict=True)),
        margins=tuple(None if np.isnan(each) else float(each) for each in whole.margins),
    )
    return explained(verdict, design, scenarios, held)


def weighed(claim: Claim, values: Values) -> Weighed:
    """A claim in each draw; draws that failed are undecided here, without margin."""
    pairs = _pairs(claim, values)
    if not pairs:
        none = np.full(len(values.failed), np.nan)
        return Weighed(np.zeros(len(values.failed), np.int8), none, none, none, none)
    return together([weigh(each, pair) for each, pair in zip(claim.conditions, pairs, strict=True)])


def word(holds: float, fails: float, undecided: float) -> Word:
    """The word for shares of judged draws, as ``lab.verdict`` explains."""
    if undecided > 0.5 or holds + fails == 0:
        return "undecided"
    if holds >= MOSTLY:
        return "holds" if holds >= ALMOST else "mostly"
    if fails >= MOSTLY:
        return "never" if fails >= ALMOST else "seldom"
    return "depends"


def rests_on(scenarios: Mapping[str, Scenario], design: Design) -> Rests:
    """What the numbers of some arms rest on, each key once: by the least sure of its origins."""
    counted = Counter(rests(scenarios.values()).values())
    drawn = sum(any(value_of(s, each.key) is not None for s in scenarios.values()) for each in design.factors)
    published, estimated, assumed, chosen = (
        counted[each] for each in ("published", "estimated", "assumed", "chosen")
    )
    return Rests(published, estimated, assumed, chosen, drawn)


def _pairs(claim: Claim, values: Values) -> list[Paired]:
    both = zip(claim.conditions, values.conditions, strict=True)
    return [values.pair(measured, condition.than) for condition, measured in both]


def _shares(states: NDArray[np.int8]) -> tuple[Share, Share, Share]:
    holds, fails, undecided = (share_of(int((states == k).sum()), len(states)) for k in (1, -1, 0))
    return holds, fails, undecided


def _firm(holds: Share, fails: Share, undecided: Share) -> bool:
    """Whether the word is the same if shares are at either end of their intervals."""
    here = word(holds.value, fails.value, undecided.value)
    if here == "undecided":
        return undecided.low > 0.5
    ends = ((holds.low, fails.high), (holds.high, fails.low))
    return undecided.high <= 0.5 and all(word(up, down, 0.0) == here for up, down in ends)


def _defined(pairs: list[Paired], judged: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Draws in which every condition has a number."""
    return np.all([pair.defined for pair in pairs], axis=0) if pairs else judged


def _conditional(condition: Condition, pair: Paired, found: Weighed, judged: NDArray[np.bool_]) -> Effect:
    """The effect in a condition."""
    arms = ("", condition.arm) if condition.arm else condition.between
    gap, states = (pair.second - pair.first)[pair.defined], found.states[judged]
    if condition.direction == "same":
        toward = int((found.margins[pair.defined] > 0).sum())
    else:
        toward = int((gap > 0).sum() if condition.direction == "more" else (gap < 0).sum())
    return _effect(condition.measure, arms, pair, condition, toward, states)


def _effect(
    measure: Expression,
    arms: tuple[str, str],
    pair: Paired,
    condition: Condition | None = None,
    toward: int = 0,
    states: NDArray[np.int8] | None = None,
) -> Effect:
    """A measure in both arms over the draws that define it."""
    here = pair.defined
    gap = (pair.second - pair.first)[here]
    low, high = (_quantile(gap, each) for each in EXTREMES)
    plain = Effect(
        str(measure), measure.unit, arms, None, _quantile(pair.first[here]), _quantile(pair.second[here]),
        _quantile(gap), low, high, _quantile(pair.difference.error[here]), int(here.sum()),
    )  # fmt: skip
    if condition is None or states is None:
        return plain
    return replace(
        plain, than=condition.than, direction=condition.direction, matters=condition.matters,
        relative=condition.relative, toward=share_of(toward, int(here.sum())), holds=int((states == 1).sum()),
        fails=int((states == -1).sum()), undecided=int((states == 0).sum()),
    )  # fmt: skip


def _quantile(values: Numbers, share: float = 0.5) -> float | None:
    """A quantile over draws; None where there is none."""
    known = values[np.isfinite(values)]
    return float(np.quantile(known, share)) if len(known) else None
