"""Writing scenarios."""

import re
from pathlib import Path

import pytest

from glasstown.errors import ScenarioError
from glasstown.scenario.describe import parameters
from glasstown.scenario.edit import amended, new
from glasstown.scenario.load import load, loads
from small_catalog import SMALL, Town

START = "[score]\nweight = 0.3\n[cameras]\n[town]\npeople = 9\n"


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    (tmp_path / "start.toml").write_text(START)
    start = load(tmp_path / "start.toml", SMALL, Town)
    (tmp_path / "mine.toml").write_text(new("mine", start, "start.toml"))
    return tmp_path / "mine.toml"


def test_a_new_scenario_is_the_one_that_it_extends(fresh: Path) -> None:
    assert load(fresh, SMALL, Town).digest == loads(START, SMALL, Town).digest


def test_every_parameter_stands_in_a_comment_with_its_notes(fresh: Path) -> None:
    text = fresh.read_text()
    for name, model in (*SMALL.items(), ("town", Town)):
        for each in parameters(model, name):
            assert f"\n# {each.key.removeprefix(name + '.')} = " in text
    assert (
        "#    Share of those sought that are found.\n#    a number from 0 to 1\n#    source nist, table 2\n"
        in text
    )
    assert max(map(len, text.split("\n"))) <= 110


def test_with_every_comment_sign_taken_away_it_still_is_the_same(fresh: Path) -> None:
    text = fresh.read_text().partition("#    From a day on")[0]
    fresh.write_text(re.sub(r"^# (\w[\w.]* = )", r"\1", text, flags=re.MULTILINE))
    assert "\nmemory = 30\n" in fresh.read_text()
    assert load(fresh, SMALL, Town).digest == loads(START, SMALL, Town).digest


def test_its_example_of_a_change_can_be_used(fresh: Path) -> None:
    head, _, example = fresh.read_text().partition("#    From a day on")
    fresh.write_text(head + re.sub(r"^# ", "", example.partition("\n")[2], flags=re.MULTILINE))
    assert [each.day for each in load(fresh, SMALL, Town).changes] == [180]


def test_values_are_set_and_comments_stay() -> None:
    text = "# head\n[score] # points\nweight = 0.1 # friends\n\n[[change]]\nday = 3\nscore.memory = 4\n"
    done = amended(
        text, ["score.weight=0.2", "change.0.day=5", "run.days=9", "cameras.places.edge=1.5", "title=x"]
    )
    assert "# head\n" in done
    assert "[score] # points\nweight = 0.2 # friends\n" in done
    scenario = loads(done, SMALL, Town)
    assert (scenario.run.days, scenario.title, scenario.changes[0].day) == (9, "x", 5)
    assert scenario.resolved()["cameras"]["places"]["edge"] == 1.5


@pytest.mark.parametrize("key", ["score.weight.deep", "change.7.day", "score.0.x"])
def test_a_key_that_leads_through_no_table_is_refused(key: str) -> None:
    with pytest.raises(ScenarioError, match="there is no such table"):
        amended("[score]\nweight = 0.1\n[[change]]\nday = 1\n", [f"{key}=1"])
