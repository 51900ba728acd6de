"""One sweep for many claims: an arm that several of them share is lived once.

wanted = claims_plan(["silence", "wall"], draws=64)
found = carry_out(wanted.plan, Path("sweeps/claims"))
wanted.arms["wall", "no wall"]  # the arm's name in the tables of the sweep
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from glasstown.errors import ScenarioError
from glasstown.lab.arms import Value, own_keys, placed
from glasstown.lab.catalog import load
from glasstown.lab.claim_check import Checked, checked
from glasstown.lab.claim_read import shipped
from glasstown.lab.design import design
from glasstown.lab.holding import Kept, kept, together
from glasstown.lab.plan import Plan, everything
from glasstown.lab.town import folder_of, spec_of
from glasstown.scenario.model import Scenario
from glasstown.scenario.overrides import parse_all
from glasstown.store.sealed import digest

WITHOUT = "open"
"""The scenario of a town without any of what claims are about."""

LETTERS = 16
"""Of the hash that an arm is named by."""


@dataclass(frozen=True)
class ClaimsPlan:
    """The ``plan`` of a sweep, the ``claims`` it is for, and by claim and arm the ``arms`` of the plan."""

    plan: Plan
    claims: Mapping[str, Checked]
    arms: Mapping[tuple[str, str], str]


def claims_plan(
    claims: Sequence[str | Path | Checked] | None = None,
    draws: int = 256,
    replicates: int = 1,
    people: int | None = None,
    days: int | None = None,
    vary: Sequence[str] | None = None,
    fix: Sequence[str] = (),
    seed: int | None = None,
    design_seed: int = 0,
) -> ClaimsPlan:
    """The plan of a sweep that lives every arm of the ``claims``: names, files, or claims that are checked.

    By default all that are shipped.

    ``people`` and ``days`` take the place of what the claims say. An arm is named by the hash of its scenario
    and of what it keeps in its claim, so a claim's arms do not depend on which others are asked for. ``fix``
    as for ``sweep``. Raises ScenarioError.
    """
    asked = shipped() if claims is None else claims
    known = (each if isinstance(each, Checked) else checked(each) for each in asked)
    found = {each.claim.id: each for each in known}
    fixed = parse_all([each for each in fix if "=" in each])
    values: dict[str, Value] = {".".join(map(str, each.path)): each.value for each in fixed}
    values |= {} if people is None else {"town.people": people}
    base = load(WITHOUT)
    arms: dict[str, Scenario] = {}
    names: dict[tuple[str, str], str] = {}
    keeping: list[Kept] = []
    for claim_id, each in found.items():
        mine = {name: _of(scenario, values, days, seed) for name, scenario in each.scenarios.items()}
        keep = kept(mine, {arm.name: own_keys(arm) for arm in each.claim.arms}, base)
        for name, scenario in mine.items():
            names[claim_id, name] = key = _key(scenario, keep.arms[name])
            arms.setdefault(key, scenario)
        keeping.append(Kept({names[claim_id, name]: why for name, why in keep.arms.items()}, keep.ends))
    _refuse_two_tables(arms)
    hold = {each: "held as asked" for each in fix if "=" not in each}
    hold |= {key: "fixed as asked" for key in values if key != "town.people"}
    keep = together(keeping)
    made = design(arms, draws, vary, hold, design_seed, keep)
    wanted = None if vary is None else tuple(vary)
    beside = folder_of(next(iter(arms.values()))).absolute()
    return ClaimsPlan(
        Plan(arms, made, everything(draws, replicates), wanted, hold, keep, beside), found, names
    )


def _of(scenario: Scenario, values: Mapping[str, Value], days: int | None, seed: int | None) -> Scenario:
    """An arm's scenario as this plan lives it."""
    wanted = {key: each for key, each in (("days", days), ("seed", seed)) if each is not None}
    return replace(placed(scenario, values), run=scenario.run.model_copy(update=wanted))


def _key(scenario: Scenario, reasons: Mapping[str, str]) -> str:
    return digest({"scenario": scenario.digest, "kept": sorted(reasons)})[:LETTERS]


def _refuse_two_tables(arms: Mapping[str, Scenario]) -> None:
    """Raise ScenarioError unless all have the same table of people of a user's own, or none has."""
    if not arms:
        raise ScenarioError("a plan needs at least one claim")
    mine = {(spec_of(each).table, folder_of(each) if spec_of(each).table else None) for each in arms.values()}
    if len(mine) > 1:
        raise ScenarioError(
            "the arms of one plan have people from several tables",
            "Sweep the claims apart, each with its table.",
        )
