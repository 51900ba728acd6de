"""What an arm keeps of its own while all else is drawn: it differs in what it is meant to, and only there.

The rule, for each parameter that states a range, among arms that are held against each other (those of a
sweep, or those of one claim) and have its institution:

1. What an arm's own settings give, that arm keeps.
2. In which no two arms differ, all of them take the draw; if one keeps it by 1, all of them keep it.
3. A switch or a choice in which arms differ, all of them keep.
4. Of a number in which arms differ, one value is that of the town without the thing: 0 if an arm sets it
   to 0, else that of the town ``without`` (0 if the institution is not there). An arm with that value keeps
   it; the others take the draw, from the part of the range that is on their side of it. In doubt all keep
   it: if no arm has that value, or if the others do not all have the same.
5. What is off stays off: a value with which its institution does nothing of the kind (its ``neutral`` value:
   a rate, weight or cost of 0) says that the scenario has no such thing, and the arm keeps it. To draw it
   would be to add an institution that nobody claims.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from glasstown.lab.arms import Value, value_of
from glasstown.lab.factors import Factor, ranged
from glasstown.scenario.model import Scenario

OWN = "set by the arm"
SHARED = "another arm sets it, to what it is in this one too"
SWITCH = "a switch in which the arms differ"
WITHOUT = "that of the town without"
NOWHERE = "the arms differ in it, and in none is it that of the town without"
OFF = "there is no such thing in this scenario"
SEVERAL = "the arms that differ in it do so in several ways"

Keys = Mapping[str, Collection[str]]
"""By arm: dotted keys that its own settings give."""

Ends = tuple[float, float]


@dataclass(frozen=True)
class Kept:
    """By arm, dotted keys that it keeps, with reasons; by key, narrower ``ends`` between which to draw."""

    arms: Mapping[str, Mapping[str, str]]
    ends: Mapping[str, Ends] = field(default_factory=dict)


def kept(arms: Mapping[str, Scenario], own: Keys, without: Scenario) -> Kept:
    """What each of the arms keeps, by the rule above."""
    found: dict[str, dict[str, str]] = {name: {} for name in arms}
    ends: dict[str, Ends] = {}
    for key, factor in factors_of(arms.values()).items():
        there = {name: value for name, each in arms.items() if (value := value_of(each, key)) is not None}
        sets = {name for name in there if key in own.get(name, ())}
        reasons, side = _of_one(factor, there, sets, value_of(without, key))
        for name, why in (_off(arms, there, key) | reasons).items():
            found[name][key] = why
        if side is not None and side != (factor.low, factor.high):
            ends[key] = side
    return Kept(
        {name: dict(sorted(each.items())) for name, each in found.items()}, dict(sorted(ends.items()))
    )


def _off(arms: Mapping[str, Scenario], there: Mapping[str, Any], key: str) -> dict[str, str]:
    """The arms in which the value is the one that does nothing."""
    table, _, name = key.partition(".")
    return {
        arm: OFF
        for arm, value in there.items()
        if table in arms[arm].mechanisms and arms[arm].mechanisms[table].neutral.get(name) == value
    }


def factors_of(scenarios: Iterable[Scenario]) -> dict[str, Factor]:
    """Every factor of any of the scenarios, by its key."""
    found: dict[str, Factor] = {}
    for scenario in scenarios:
        for each in ranged(scenario):
            found.setdefault(each.key, each)
    return found


def _of_one(
    factor: Factor, there: Mapping[str, Any], sets: Collection[str], without: Value | None
) -> tuple[dict[str, str], Ends | None]:
    """Which arms keep a parameter and why, and the ends between which the others take it."""
    reasons = dict.fromkeys(sets, OWN)
    if len(set(there.values())) == 1:
        return (dict.fromkeys(there, SHARED) | reasons if sets else {}), None
    if factor.kind in ("flag", "choice"):
        return dict.fromkeys(there, SWITCH) | reasons, None
    nothing: Value = 0 if without is None or any(there[name] == 0 for name in sets) else without
    alike = [name for name, value in there.items() if value == nothing]
    if not alike:
        return dict.fromkeys(there, NOWHERE) | reasons, None
    reasons = dict.fromkeys(alike, WITHOUT) | reasons
    others = {value for name, value in there.items() if name not in reasons}
    if len(others) > 1:
        return dict.fromkeys(there, SEVERAL) | reasons, None
    for value in others:
        low, high = (nothing, factor.high) if value > nothing else (factor.low, nothing)
        return reasons, (float(max(low, factor.low)), float(min(high, factor.high)))
    return reasons, None


def together(several: Sequence[Kept]) -> Kept:
    """What is kept where the same arms stand in several comparisons: each reason, and what all ends leave."""
    arms: dict[str, dict[str, str]] = {}
    ends: dict[str, Ends] = {}
    for one in several:
        for name, reasons in one.arms.items():
            mine = arms.setdefault(name, {})
            for key, why in reasons.items():
                before = mine.get(key, why)
                mine[key] = before if why in before.split("; ") else f"{before}; {why}"
        for key, (low, high) in one.ends.items():
            was = ends.get(key, (low, high))
            ends[key] = (max(low, was[0]), min(high, was[1]))
    return Kept(arms, dict(sorted(ends.items())))
