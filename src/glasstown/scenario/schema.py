"""The JSON Schema of a scenario, so that an editor can complete and check it while it is written."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from glasstown.core.mechanism import Mechanism
from glasstown.scenario.changes import Entry
from glasstown.scenario.describe import Parameter, parameters
from glasstown.scenario.model import RunSpec
from glasstown.scenario.validate import Heading

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(catalog: Mapping[str, type[Mechanism]], town_model: type[BaseModel]) -> dict[str, Any]:
    """A JSON Schema (2020-12) for scenarios over a catalogue; units and origins stand in the descriptions."""
    named: dict[str, type[BaseModel]] = {"town": town_model, "run": RunSpec, **catalog}
    models: list[type[BaseModel]] = [Heading, Entry, *dict.fromkeys(named.values())]
    references, definitions = models_json_schema([(model, "validation") for model in models])
    tables = {name: references[model, "validation"] for name, model in named.items()}
    defined: dict[str, Any] = definitions["$defs"]
    for name, model in named.items():
        _annotate(defined[_target(tables[name])], model, name)
    heading = defined.pop(_target(references[Heading, "validation"]))
    entry = defined.pop(_target(references[Entry, "validation"]))
    changed = {name: _partial(defined[_target(tables[name])]) for name in catalog}
    names = {"type": "array", "items": {"enum": list(catalog)}, "uniqueItems": True}
    entry["properties"] |= {"without": names | {"description": "Mechanisms that end."}, **changed}
    entry["additionalProperties"] = False
    extends = "A shipped scenario, or the path of a .toml file relative to this one, that this one builds on."
    return {
        "$schema": DIALECT,
        "title": "Glasstown scenario",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **heading["properties"],
            "extends": {"type": "string", "description": extends},
            "without": names | {"description": "Inherited mechanisms that this scenario does not have."},
            **tables,
            "change": {"type": "array", "items": entry},
        },
        "$defs": defined,
    }


def _target(reference: Mapping[str, Any]) -> str:
    """The name of the definition that ``{"$ref": ...}`` points to."""
    return str(reference["$ref"]).rpartition("/")[2]


def _annotate(definition: dict[str, Any], model: type[BaseModel], table: str) -> None:
    """Adds unit and origin to the descriptions of a table's keys."""
    for each in parameters(model, table):
        known = definition["properties"].get(each.name)
        if known is not None and each.key == f"{table}.{each.name}":
            known["description"] = describe(each)


def describe(known: Parameter) -> str:
    """A parameter's text, unit and origin in one paragraph."""
    unit = f"Unit: {known.unit}." if known.unit not in ("", "1") else ""
    origin = f"{known.origin[:1].upper()}{known.origin[1:]}." if known.origin else ""
    sweep = f"Vary from {known.sweep[0]} to {known.sweep[1]}." if known.sweep else ""
    return " ".join(each for each in (known.text, unit, origin, sweep) if each)


def _partial(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A table of which every key may be left out."""
    return {key: value for key, value in definition.items() if key not in ("required", "title")}
