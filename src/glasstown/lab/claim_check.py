"""A claim held against its arms: each loads, they are twins, and they differ in what is claimed alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glasstown.core.mechanism import Mechanism
from glasstown.engine.schedule import schedule
from glasstown.errors import InputError, Problem, ScenarioError
from glasstown.lab import catalog as catalogue
from glasstown.lab.catalog import CATALOG
from glasstown.lab.claim import Arm, Claim
from glasstown.lab.claim_measure import Expression, missing
from glasstown.lab.claim_read import Draft, draft, read_claim
from glasstown.lab.simulate import institutions, owned_columns
from glasstown.scenario.describe import shown
from glasstown.scenario.files import SUFFIX, printable
from glasstown.scenario.model import Scenario
from glasstown.scenario.overrides import Override, given, parse
from glasstown.scenario.positions import Path as Key

HORIZON = "[horizon]"
SPOKEN = frozenset({"name", "title", "question", "sources", "assumed"})


@dataclass(frozen=True)
class Checked:
    """A claim that holds together, with the scenario of each of its arms by the arm's name."""

    claim: Claim
    scenarios: Mapping[str, Scenario]


def checked(reference: str | Path, catalog: Mapping[str, type[Mechanism]] = CATALOG) -> Checked:
    """The claim shipped under a name, or in a TOML file, and its arms.

    Raises ScenarioError with every problem found: a scenario, key or measure that there is not, arms that are
    no twins, arms that differ in more than ``differs`` says, or in less.
    """
    file = draft(reference)
    claim = read_claim(file, catalog)
    scenarios: dict[str, Scenario] = {}
    for at, arm in enumerate(claim.arms):
        try:
            scenarios[arm.name] = resolved(arm, claim, file.file.folder, catalog)
            schedule(list(institutions(scenarios[arm.name], 0).values()))
        except ScenarioError as error:
            _pass_on(file, ("arm", at), arm, error)
        except InputError as error:
            file.complain(("arm", at), error.message.replace("\n", "; "))
    file.stop()
    _compare(file, claim, scenarios)
    for at, condition in enumerate(claim.conditions):
        for name in (condition.arm,) if condition.arm else condition.between:
            gone = unmeasured(condition.measure, scenarios[name])
            if gone:
                text = f"{gone} means nothing in {shown(name)}: no institution there makes it"
                file.complain(("test", at, "measure"), text)
    for at, each in enumerate(claim.shows):
        if all(unmeasured(each, scenario) for scenario in scenarios.values()):
            file.complain(
                ("shows", at), f"{unmeasured(each, scenarios[claim.between[1]])} means nothing in any arm"
            )
    file.stop()
    return Checked(claim, scenarios)


def resolved(
    arm: Arm, claim: Claim, folder: Path = Path(), catalog: Mapping[str, type[Mechanism]] = CATALOG
) -> Scenario:
    """The scenario of an arm, with the claim's days and people. ``folder``: where a path starts.

    Raises ScenarioError.
    """
    path = "/" in arm.scenario or arm.scenario.endswith(SUFFIX)
    overrides: list[str | Override] = [parse(each) for each in arm.settings]
    horizon = (("run.days", "days", claim.horizon.days), ("town.people", "people", claim.horizon.people))
    overrides += [given(key, value, HORIZON, name) for key, name, value in horizon]
    return catalogue.load(folder / arm.scenario if path else arm.scenario, overrides, catalog)


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys in which two resolved scenarios differ, as ``differs`` names them.

    An institution that one of them lacks is named once, by its table; title, question and sources do not
    count, nor does the language of the report.
    """
    found: list[str] = []
    for table in dict.fromkeys((*one, *other)):
        mine, theirs = one.get(table), other.get(table)
        if table in SPOKEN or mine == theirs:
            continue
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            found += _below(f"{table}.", mine, theirs)
        else:
            found.append(table)
    return tuple(each for each in found if each != "run.language")


def _below(above: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for key in dict.fromkeys((*one, *other)):
        mine, theirs = one.get(key), other.get(key)
        if mine == theirs:
            continue
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            found += _below(f"{above}{key}.", mine, theirs)
        else:
            found.append(above + key)
    return found


def _compare(file: Draft, claim: Claim, scenarios: Mapping[str, Scenario]) -> None:
    """Note what arms differ in beside the thing claimed, and the part of it in which they do not."""
    first = claim.arms[0].name
    tables = {name: each.resolved() for name, each in scenarios.items()}
    all_found: set[str] = set()
    for at, arm in enumerate(claim.arms[1:], 1):
        pair = f"{shown(arm.name)} differs from {shown(first)}"
        found = differences(tables[first], tables[arm.name])
        all_found |= set(found)
        strange = [key for key in found if key.startswith(("town.", "run."))]
        if strange:
            text = f"{pair} in {', '.join(strange)}: arms share their town, seed and days"
            file.complain(("arm", at), text)
        more = [key for key in found if key not in claim.differs and key not in strange]
        if more:
            text = f"{pair} in {', '.join(more)} too, which differs does not name"
            file.complain(("arm", at), text)
        for before in claim.arms[:at]:
            if scenarios[before.name].digest == scenarios[arm.name].digest:
                file.complain(("arm", at), f"{shown(arm.name)} is the same as {shown(before.name)}")
    for at, key in enumerate(claim.differs):
        if key not in all_found:
            file.complain(("differs", at), f"no arm differs from {shown(first)} in {key}")


def unmeasured(measure: Expression, scenario: Scenario) -> str:
    """The part of a measure that means nothing in a scenario, "" if all of it does."""
    steps = (step for each in scenario.mechanisms.values() for step in each.steps())
    tallies = frozenset(tally.name for step in steps for tally in step.counts)
    return missing(measure, frozenset(owned_columns(scenario)), tallies)


def _pass_on(file: Draft, path: Key, arm: Arm, error: ScenarioError) -> None:
    """What is wrong with an arm, at the line of the claim that brought it about."""
    settings = {f"--set {printable(setting)[:80]}": at for at, setting in enumerate(arm.settings)}
    for each in error.problems or (Problem("", 0, 0, "", error.message),):
        told = f"{each.key}: {each.text}" if each.key else each.text
        if each.place in settings:
            file.complain((*path, "settings", settings[each.place]), told, each.nearest)
        elif each.place.startswith(HORIZON):
            file.complain(("horizon", each.place.rpartition(" ")[2]), told, each.nearest)
        else:
            place = f"{each.place}:{each.line}:{each.column}" if each.line else each.place
            file.complain((*path, "scenario"), f"{place}: {told}", each.nearest)
