"""The JSON Schema says what the loader says."""

import json
from collections.abc import Iterator
from typing import Any

from glasstown.scenario.describe import parameters
from glasstown.scenario.schema import schema
from small_catalog import SMALL, Town

WHOLE = schema(SMALL, Town)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def table(name: str) -> dict[str, Any]:
    return WHOLE["$defs"][WHOLE["properties"][name]["$ref"].rpartition("/")[2]]


def test_it_is_json_and_every_reference_leads_somewhere() -> None:
    assert json.loads(json.dumps(WHOLE)) == WHOLE
    assert {each.rpartition("/")[2] for each in references(WHOLE)} <= set(WHOLE["$defs"])


def test_every_parameter_is_there_and_no_other_key_is_allowed() -> None:
    for name, model in SMALL.items():
        keys = {each.key.split(".")[1] for each in parameters(model, name)}
        assert set(table(name)["properties"]) == keys
        assert table(name)["additionalProperties"] is False
    assert WHOLE["additionalProperties"] is False
    assert {"name", "title", "extends", "without", "town", "run", "change", *SMALL} <= set(
        WHOLE["properties"]
    )


def test_bounds_unit_and_origin_are_told() -> None:
    memory = table("score")["properties"]["memory"]
    assert (memory["minimum"], memory["maximum"], memory["type"]) == (1, 65_535, "integer")
    assert (
        memory["description"] == "How long a point is kept. Unit: day. Assumed: a month. Vary from 7 to 365."
    )
    assert "Source nist, table 2." in table("cameras")["properties"]["recall"]["description"]


def test_a_change_may_give_any_key_of_a_mechanism_and_none_of_the_town() -> None:
    entry = WHOLE["properties"]["change"]["items"]
    assert set(entry["properties"]) == {"day", "without", *SMALL}
    assert entry["required"] == ["day"]
    assert entry["properties"]["score"]["properties"] == table("score")["properties"]
