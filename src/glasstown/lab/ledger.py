"""The books: every parameter of a scenario with value, unit and origin, and the sources that it rests on."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pydantic import BaseModel

from glasstown.scenario.describe import Parameter, parameters
from glasstown.scenario.model import Scenario

SURE: Final = ("assumed", "estimated", "chosen", "published")
"""What a number can rest on, the least sure first."""


@cache
def bibliography() -> dict[str, dict[str, Any]]:
    """Every source by key: title, authors, year, address, licence and the facts taken from it."""
    text = files("glasstown").joinpath("sources", "sources.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def ledger(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Dotted key -> value, unit, origin, range and who set it: town, run, mechanisms and dated changes."""
    models: dict[str, BaseModel] = {"town": scenario.town, "run": scenario.run, **scenario.mechanisms}
    found = {key: entry for table, model in models.items() for key, entry in _entries(table, model, scenario)}
    for change in scenario.changes:
        day = f"@{change.day}"
        if change.mechanism is None:
            found[change.name + day] = {
                "value": "ended",
                "unit": "",
                "kind": "none",
                "origin": "",
                "set_by": scenario.origins.get(change.name + day, ""),
            }
        else:
            found |= _entries(change.name, change.mechanism, scenario, day)
    return found


def _entries(
    table: str, model: BaseModel, scenario: Scenario, day: str = ""
) -> list[tuple[str, dict[str, Any]]]:
    """One entry for each parameter of a table; ``day`` follows the keys of a change ("@180")."""
    return [
        (each.key + day, _entry(each, _value(model, each.key.removeprefix(f"{table}.")), scenario, day))
        for each in parameters(type(model), table)
    ]


def _entry(each: Parameter, value: object, scenario: Scenario, day: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "value": list(value) if isinstance(value, tuple) else value,
        "unit": each.unit,
        "kind": each.kind,
        "origin": each.origin,
        "set_by": scenario.origins.get(each.key + day, "default"),
    }
    if each.sweep:
        entry["range"] = list(each.sweep)
    return entry


def _value(model: BaseModel, dotted: str) -> object:
    value: object = model
    for name in dotted.split("."):
        value = getattr(value, name)
    return value


def cited(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """The bibliographic entries that the parameters of a scenario cite, and those that it names itself."""
    models: list[type[BaseModel]] = [type(scenario.town), *(type(m) for m in scenario.mechanisms.values())]
    keys = {each.source for model in models for each in parameters(model) if each.source}
    keys |= set(scenario.sources)
    known = bibliography()
    return {key: known.get(key, {"title": key}) for key in sorted(keys)}


@cache
def institutions() -> dict[str, dict[str, str]]:
    """Each institution of the catalogue: the ``part`` it belongs to, what it ``is``, and is ``alone``."""
    text = files("glasstown").joinpath("sources", "institutions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def weight(entry: dict[str, Any], default: object) -> str:
    """What a number rests on: published, estimated, assumed, or chosen by a scenario; "" for no number."""
    value = entry["value"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if value != default:
        return "chosen"
    return {"source": "published", "none": ""}.get(entry["kind"], str(entry["kind"]))


def rests(scenarios: Iterable[Scenario]) -> dict[str, str]:
    """What each number of town and institutions rests on, by key: by the least sure of its origins."""
    found: dict[str, str] = {}
    for scenario in scenarios:
        models = {"town": scenario.town, **scenario.mechanisms}
        defaults = {p.key: p.default for table, m in models.items() for p in parameters(type(m), table)}
        for key, entry in ledger(scenario).items():
            plain = key.partition("@")[0]
            origin = weight(entry, defaults[plain]) if plain in defaults else ""
            if origin:
                found[plain] = min(origin, found.get(plain, origin), key=SURE.index)
    return found
