"""Every shipped scenario loads, can be written out and started from; every parameter is described."""

import json
from pathlib import Path

import pytest

from glasstown.lab.catalog import CATALOG, TownSpec
from glasstown.scenario.describe import parameters
from glasstown.scenario.edit import new
from glasstown.scenario.files import shipped
from glasstown.scenario.load import load, loads, unpacked
from glasstown.scenario.schema import schema


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_scenario_says_what_it_is(name: str) -> None:
    scenario = load(name, CATALOG, TownSpec)
    assert scenario.name == name
    assert scenario.title != name
    assert scenario.question.endswith("?")
    assert scenario.mechanisms


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_scenario_written_out_is_the_same(name: str) -> None:
    scenario = load(name, CATALOG, TownSpec)
    again = loads(scenario.toml(), CATALOG, TownSpec)
    assert (again.digest, again.resolved()) == (scenario.digest, scenario.resolved())
    kept = unpacked(json.loads(json.dumps(scenario.packed())), CATALOG, TownSpec, place="run")
    assert (kept.digest, kept.origins) == (scenario.digest, scenario.origins)


@pytest.mark.parametrize("name", shipped())
def test_one_can_start_from_a_shipped_scenario(name: str, tmp_path: Path) -> None:
    start = load(name, CATALOG, TownSpec)
    path = tmp_path / "mine.toml"
    path.write_text(new("mine", start, name))
    assert load(path, CATALOG, TownSpec).digest == start.digest


def test_the_schema_knows_every_table() -> None:
    whole = json.loads(json.dumps(schema(CATALOG, TownSpec)))
    assert {*CATALOG, "town", "run", "change"} <= set(whole["properties"])


@pytest.mark.parametrize("name", CATALOG)
def test_every_parameter_is_described(name: str) -> None:
    for each in parameters(CATALOG[name], name):
        assert each.text, each.key
        assert each.holds != "a value", each.key
        assert each.unit, each.key
