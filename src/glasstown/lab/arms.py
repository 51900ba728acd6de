"""Arms of a sweep: scenarios that share their town and days, and what a draw of parameters makes of each."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from glasstown.errors import Problem, ScenarioError
from glasstown.lab.catalog import CATALOG, TownSpec
from glasstown.lab.compare import refuse_strangers
from glasstown.scenario.load import load, loads
from glasstown.scenario.model import Change, Scenario, Table
from glasstown.scenario.overrides import Override, parse_all
from glasstown.scenario.validate import Catalog

Value = bool | int | float | str

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Arm:
    """One arm: its ``name`` in the results, its ``scenario`` (a name, a file, or one that is loaded), and
    ``settings`` ("KEY=VALUE") of its own, which no draw changes.
    """

    name: str
    scenario: Scenario | str | Path = ""
    settings: tuple[str, ...] = ()


class Side(Protocol):
    """Whatever has an arm's three parts, such as an arm of a claim."""

    @property
    def name(self) -> str:
        """As in ``Arm``."""
        ...

    @property
    def scenario(self) -> Scenario | str | Path:
        """As in ``Arm``."""
        ...

    @property
    def settings(self) -> tuple[str, ...]:
        """As in ``Arm``."""
        ...


def named(arm: Side | Scenario | str | Path) -> Arm:
    """An arm from whatever stands for one."""
    if isinstance(arm, Scenario):
        return Arm(arm.name, arm)
    if isinstance(arm, str | Path):
        return Arm(Path(arm).stem, arm)
    return Arm(arm.name, arm.scenario or arm.name, arm.settings)


def loaded(
    arms: Sequence[Arm], shared: Sequence[Override], fixed: Sequence[Override], catalog: Catalog = CATALOG
) -> dict[str, Scenario]:
    """Each arm's scenario by its name: ``shared`` and then its own settings laid over, and what is ``fixed``.

    A value that is fixed goes to the arms that have its institution. Raises ScenarioError: for names that are
    not distinct, arms without the same town and days, and a fixed value that no arm takes.
    """
    names = [arm.name for arm in arms]
    if not names or len(set(names)) < len(names) or "" in names:
        raise ScenarioError(f"a sweep needs arms with names of their own, got {', '.join(names) or 'none'}")
    found = {arm.name: _one(arm, shared, fixed, catalog) for arm in arms}
    untaken = [o for o in fixed if all(o.place in each.skipped for each in found.values())]
    if untaken:
        _one(arms[0], shared, untaken, catalog, strict=True)  # raises, and says why
    first, *others = found.values()
    for each in others:
        refuse_strangers(first, each)
    return found


def _one(
    arm: Arm, shared: Sequence[Override], fixed: Sequence[Override], catalog: Catalog, strict: bool = False
) -> Scenario:
    own = parse_all(arm.settings)
    overrides = (*shared, *own, *fixed)
    if isinstance(arm.scenario, Scenario):
        text = arm.scenario.toml()
        made = loads(text, catalog, TownSpec, place=arm.name, overrides=overrides, absent="skip")
        made = replace(made, files=arm.scenario.files)
    else:
        made = load(arm.scenario, catalog, TownSpec, overrides=overrides, absent="skip")
    refused = [o for o in own if o.place in made.skipped]
    if refused or (strict and made.skipped):
        text = "there is no such institution in this arm"
        raise ScenarioError.listing([Problem(place, 0, 0, "", text) for place in made.skipped])
    return made


def own_keys(arm: Side) -> frozenset[str]:
    """Dotted keys of the values that an arm's own settings give, those inside a table included."""
    given = ((".".join(map(str, each.path)), each.value) for each in parse_all(arm.settings))
    return frozenset(key for above, value in given for key in _leaves(above, value))


def _leaves(above: str, value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield above
        return
    for name, each in value.items():
        yield from _leaves(f"{above}.{name}", each)


def value_of(scenario: Scenario, key: str) -> Any:
    """What stands under a dotted key of a scenario; None where it has no such institution."""
    table, *names = key.split(".")
    found: Any = scenario.town if table == "town" else scenario.mechanisms.get(table)
    for name in names:
        found = getattr(found, name, None)
    return found


def placed(
    scenario: Scenario, values: Mapping[str, Value], replicate: int = 0, held: Container[str] = ()
) -> Scenario:
    """``scenario`` with ``values`` by dotted key in town and institutions, and a replicate.

    Values of institutions that it does not have are ignored, and of keys that are ``held``. A dated change
    keeps what it changes and takes all else from the draw. Raises ScenarioError where values contradict
    each other.
    """
    by_table: dict[str, dict[str, Value]] = {}
    for key, value in values.items():
        table, _, name = key.partition(".")
        if key in held:
            continue
        by_table.setdefault(table, {})[name] = value
    made = {
        name: with_values(each, by_table.get(name, {}), name) for name, each in scenario.mechanisms.items()
    }
    return replace(
        scenario,
        town=with_values(scenario.town, by_table.get("town", {}), "town"),
        run=scenario.run.model_copy(update={"replicate": replicate}),
        mechanisms=Table(made),
        changes=tuple(_changes(scenario, by_table)),
    )


def _changes(scenario: Scenario, by_table: Mapping[str, Mapping[str, Value]]) -> Iterator[Change]:
    """The dated changes: each keeps the values in which it differs from what it takes the place of."""
    before: dict[str, BaseModel] = dict(scenario.mechanisms)
    for change in scenario.changes:
        if change.mechanism is None:
            yield change
            continue
        now = change.mechanism
        keeps = kept_by_change(before.get(change.name), now)
        drawn = {n: value for n, value in by_table.get(change.name, {}).items() if n not in keeps}
        yield Change(change.day, change.name, with_values(now, drawn, change.name))
        before[change.name] = now


def kept_by_change(was: BaseModel | None, now: BaseModel) -> frozenset[str]:
    """The names in which what takes a place differs from what was there, if anything was."""
    names = () if was is None else type(now).model_fields
    return frozenset(name for name in names if getattr(was, name) != getattr(now, name))


def with_values(model: M, values: Mapping[str, Value], table: str) -> M:
    """``model`` with values, tested as a scenario's are. Raises ScenarioError: they contradict each other."""
    if not values:
        return model
    try:
        given = {name: getattr(model, name) for name in type(model).model_fields}
        return type(model).model_validate({**given, **values})
    except ValidationError as invalid:
        told = [each["msg"].removeprefix("Value error, ") for each in invalid.errors(include_url=False)]
        raise ScenarioError(f"{table}: {'; '.join(told)}") from None
