"""From readings to a study: every claim judged and explained, the frontier and the price told."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.asked import SAFEGUARDS, SAFETY, packages
from glasstown.lab.claim import Claim, Condition
from glasstown.lab.claim_check import Checked
from glasstown.lab.claim_measure import Expression
from glasstown.lab.design import Design
from glasstown.lab.frontier import Package, frontier
from glasstown.lab.judge import Measured, Values, judge, weighed
from glasstown.lab.price import Price, price
from glasstown.lab.readings import Readings
from glasstown.lab.statistics import UNDECIDED, wanted
from glasstown.lab.verdict import Verdict, packed, unpacked

Keys = Mapping[tuple[str, str], str]
"""The arm of the readings by a claim's id and the name of its arm."""


def values(claim: Claim, keys: Keys, read: Readings, people: int) -> Values:
    """All that a claim is judged by."""
    conditions = tuple(_measured(claim, each, keys, read) for each in claim.conditions)
    shows = tuple(_both(claim, claim.between, each, keys, read) for each in claim.shows)
    lived = np.min([read.lived[keys[claim.id, arm]] for arm in decisive(claim)], axis=0)
    return Values(conditions, shows, ~lived[:, 0], people, claim.horizon.days, lived.sum(axis=1))


def decisive(claim: Claim) -> tuple[str, ...]:
    """The arms that decide a claim."""
    named = [(each.arm,) if each.arm else each.between for each in claim.conditions]
    return tuple(dict.fromkeys(arm for each in (*named, claim.between) for arm in each))


def _held(claim: Claim, keys: Keys, design: Design) -> frozenset[str]:
    """What every arm of a claim keeps: it cannot turn on that."""
    arms = [set(design.held_by_arm.get(keys[claim.id, arm.name], {})) for arm in claim.arms]
    return frozenset(set.intersection(*arms))


def _measured(claim: Claim, condition: Condition, keys: Keys, read: Readings) -> Measured:
    if condition.arm:
        return Measured(None, read.of(keys[claim.id, condition.arm], condition.measure))
    return _both(claim, condition.between, condition.measure, keys, read)


def _both(claim: Claim, between: tuple[str, str], what: Expression, keys: Keys, read: Readings) -> Measured:
    one, other = (read.of(keys[claim.id, arm], what) for arm in between)
    return Measured(one, other)


def needed(claim: Claim, given: Values, most: int) -> NDArray[np.int64]:
    """How often each draw should be lived so that the claim is decided there: (draws,), 0 to ``most``.

    0 where it is lived often enough: if at most UNDECIDED of the draws are undecided, or if its runs failed.
    """
    if not claim.conditions:
        return np.zeros(len(given.failed), np.int64)
    found = weighed(claim, given)
    good = ~given.failed
    if not good.any() or np.mean(found.states[good] == 0) <= UNDECIDED:
        return np.zeros(len(good), np.int64)
    times = wanted(found.margins, found.errors, found.prior, found.known, most)
    return np.where(good & (found.states == 0), times, 0)


def verdicts(
    claims: Sequence[Checked], keys: Keys, read: Readings, design: Design, people: int
) -> tuple[Verdict, ...]:
    """Every claim judged, with what it turns on."""
    found = []
    for each in claims:
        given, held = values(each.claim, keys, read, people), _held(each.claim, keys, design)
        drawn = design.of(keys[each.claim.id, each.claim.between[1]])  # numbers as its arms take them
        verdict = judge(each.claim, given, drawn, each.scenarios, held)
        found.append(unpacked(packed(verdict)))  # as it is written
    return tuple(found)


def bill(claims: Sequence[Checked], keys: Keys, read: Readings) -> Price | None:
    """The price of safety, if the claim on safety was asked."""
    claim, without, with_ = SAFETY
    if (claim, without) not in keys:
        return None
    return price(read, keys[claim, without], keys[claim, with_])


def weigh_safeguards(
    claims: Sequence[Checked], keys: Keys, read: Readings, pairs: Checked | None
) -> tuple[Package, ...]:
    """The frontier, if safeguards were asked about and all their arms lived; with ``pairs`` also in pairs.

    Packages are told over the draws in which all of them were lived.
    """
    found = next((each for each in claims if each.claim.id == SAFEGUARDS), None)
    if found is None:
        return ()
    first = found.claim.arms[0].name
    if any((keys[SAFEGUARDS, arm.name]) not in read.lived for arm in found.claim.arms):
        return ()
    told = {name: (keys[SAFEGUARDS, arm], has) for name, (arm, has) in packages(found).items()}
    if pairs is not None:
        told |= {name: (keys[pairs.claim.id, arm], has) for name, (arm, has) in packages(pairs).items()}
    return frontier(read, keys[SAFEGUARDS, first], told)
