"""What there is: the catalogue of mechanisms, the model of a town, and scenarios read against them."""

from collections.abc import Sequence
from pathlib import Path

from glasstown.errors import Problem, ScenarioError
from glasstown.mechanisms import CATALOG
from glasstown.population.spec import TownSpec
from glasstown.scenario.load import load as load_scenario
from glasstown.scenario.load import loads as loads_scenario
from glasstown.scenario.load import unpacked
from glasstown.scenario.model import Scenario
from glasstown.scenario.overrides import Override, given, parse_all
from glasstown.scenario.validate import Catalog

__all__ = ["CATALOG", "TownSpec", "load", "read", "twins", "unpack"]


def load(
    reference: str | Path, overrides: Sequence[str | Override] = (), catalog: Catalog = CATALOG
) -> Scenario:
    """The scenario shipped under a name, or in a TOML file.

    ``overrides`` are ``"KEY=VALUE"``, such as ``"score.company=0"``. ``catalog`` says which institution each
    table stands for: ``{**CATALOG, "curfew": Curfew}`` adds one. Raises ScenarioError with every problem.
    """
    return _counted(load_scenario(reference, catalog, TownSpec, overrides=overrides))


def _counted(scenario: Scenario) -> Scenario:
    """The scenario. Raises ScenarioError if an option sets the number of people of a user's own table."""
    table, option = getattr(scenario.town, "table", ""), scenario.origins.get("town.people", "")
    if table and option.startswith("-"):
        text = f"the people are the rows of {table}, so their number cannot be set"
        raise ScenarioError.listing([Problem(option, 0, 0, "town.people", text)])
    return scenario


def read(text: str, place: str, catalog: Catalog = CATALOG) -> Scenario:
    """A scenario from its text; ``place`` is what errors call it. Raises ScenarioError."""
    return loads_scenario(text, catalog, TownSpec, place=place)


def unpack(packed: object, place: str, catalog: Catalog = CATALOG) -> Scenario:
    """The scenario that ``Scenario.packed`` wrote down, origins included. Raises ScenarioError."""
    return unpacked(packed, catalog, TownSpec, place=place)


def twins(
    without: str | Path,
    with_: str | Path,
    overrides: Sequence[str | Override] = (),
    catalog: Catalog = CATALOG,
) -> tuple[Scenario, Scenario]:
    """Two scenarios under the same overrides; one that names a mechanism which only one has goes to that one.

    Both live in the town of ``with_``: what its own files say of the people holds for its twin too. Raises
    ScenarioError, also for an override that neither takes.
    """
    wanted, with_as = parse_all(overrides), f"the town of {with_}"
    one, other = (
        load_scenario(each, catalog, TownSpec, overrides=wanted, absent="skip") for each in (without, with_)
    )
    neither = [each for each in wanted if each.place in one.skipped and each.place in other.skipped]
    if neither:
        load_scenario(with_, catalog, TownSpec, overrides=neither)  # raises, and says why
    theirs = [
        given(f"town.{name}", getattr(other.town, name), with_as, str(name))
        for name in type(other.town).model_fields
        if getattr(other.town, name) != getattr(one.town, name)
    ]
    if theirs:
        one = load_scenario(without, catalog, TownSpec, overrides=(*wanted, *theirs), absent="skip")
    return _counted(one), _counted(other)
