"""``describe`` says of every institution and scenario what a reader must know before using it."""

import json
from pathlib import Path

import pytest

from glasstown.cli.app import answer
from glasstown.lab.catalog import CATALOG, load
from glasstown.lab.ledger import bibliography
from glasstown.scenario.files import shipped

pytestmark = pytest.mark.xdist_group("cli")

ROOT = Path(__file__).parents[2]

Capture = pytest.CaptureFixture[str]


def told(capsys: Capture, name: str, *options: str) -> str:
    code = answer(["describe", name, *options])
    out, err = capsys.readouterr()
    assert code == 0, err
    return out


def facts(capsys: Capture, name: str, kind: str) -> dict[str, object]:
    found = [each for each in json.loads(told(capsys, name, "--json"))["found"] if each["kind"] == kind]
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.parametrize("name", CATALOG)
def test_an_institution_states_all_that_it_must(name: str, capsys: Capture) -> None:
    """Source, equations, parameters with origin, what is left out, what it reduces to, when it is nothing."""
    words, found = told(capsys, name), facts(capsys, name, "mechanism")
    assert "left out:" in str(found["text"]).lower()
    assert "\nAlone it is\n" in words and str(found["alone"]).split()[0] in words
    assert found["neutral"] == dict(CATALOG[name].neutral)
    assert (ROOT / str(found["page"])).is_file() and str(found["page"]) in words
    assert set(found["sources"]) <= set(bibliography())  # type: ignore[call-overload]
    assert found["results"] or name in ("no_contagion", "private_score", "children")
    assert found["steps"], "what it does in a day"
    for each in found["parameters"]:  # type: ignore[attr-defined]
        assert each["text"] and each["unit"] and each["origin"], each["key"]
    assert max(len(line) for line in words.split("\n")) <= 100


@pytest.mark.parametrize("name", CATALOG)
def test_what_is_without_effect_can_be_given(name: str) -> None:
    kind = CATALOG[name]
    assert set(kind.neutral) <= set(kind.model_fields)
    kind(**kind.neutral)


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_states_its_question_and_its_page(name: str, capsys: Capture) -> None:
    words, scenario = told(capsys, name), load(name)
    flat = " ".join(words.split())
    assert scenario.question in flat and " ".join(scenario.assumed.split()) in flat
    assert all(each in flat for each in scenario.sources)
    assert f"docs/scenarios/{name}.md" in words
    for table in scenario.mechanisms:
        assert f"\n[{table}]\n" in words
