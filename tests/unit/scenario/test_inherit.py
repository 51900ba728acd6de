"""Files that extend one another, and overrides laid over them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glasstown.errors import ScenarioError
from glasstown.scenario.load import load, loads
from glasstown.scenario.model import Scenario
from glasstown.scenario.overrides import given
from small_catalog import SMALL, Cameras, Score, Town

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def writer(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    writer(
        "parent.toml",
        'title = "Parent"\nsources = ["one", "two"]\n[town]\npeople = 5\n'
        "[score]\nmemory = 9\nweight = 0.5\n[cameras]\nplaces.edge = 2\nplaces.centre = 3\n",
    )
    return writer


def read(name: str | Path, *overrides: str) -> Scenario:
    return load(name, SMALL, Town, overrides=overrides)


def refusal(name: str | Path, *overrides: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(name, *overrides)
    return caught.value.message


def test_tables_merge_key_by_key_and_values_are_replaced(write: Write) -> None:
    write(
        "child.toml",
        'extends = "parent.toml"\nsources = ["two", "three"]\n[score]\nmemory = 4\n'
        "[cameras.places]\nedge = 8\n",
    )
    child = read("child.toml")
    assert child.mechanisms["score"] == Score(memory=4, weight=0.5)
    cameras = child.mechanisms["cameras"]
    assert isinstance(cameras, Cameras)
    assert (cameras.places.edge, cameras.places.centre) == (8.0, 3.0)
    assert child.sources == ("one", "two", "three")
    assert (child.name, child.title) == ("child", "child")
    assert [file.name for file in child.files] == ["parent.toml", "child.toml"]


def test_every_value_knows_where_it_came_from(write: Write) -> None:
    write("child.toml", 'extends = "parent.toml"\n\n[score]\nmemory = 4\n')
    origins = read("child.toml", "run.days=3").origins
    assert origins["score.memory"] == "child.toml:4"
    assert origins["score.weight"] == "parent.toml:7"
    assert origins["cameras.places.edge"] == "parent.toml:9"
    assert origins["score.floor"] == "default"
    assert origins["run.days"] == "--set"
    scenario = loads("[score]", SMALL, Town, overrides=[given("town.people", 4, "--people")])
    assert scenario.origins["town.people"] == "--people"


def test_files_of_one_name_stay_apart(write: Write) -> None:
    write("below/parent.toml", 'extends = "../parent.toml"\n[town]\nties = "ties.parquet"\n')
    child = read("below/parent.toml")
    assert child.origins["score.memory"] == "parent.toml#2:6"
    assert child.folder_of("town.ties") == Path("below")
    assert child.folder_of("score.memory").resolve() == Path().resolve()
    assert child.folder_of("score.floor") == Path()


def test_without_takes_an_inherited_mechanism_away(write: Write) -> None:
    write("child.toml", 'extends = "parent.toml"\nwithout = ["cameras"]\n')
    assert list(read("child.toml").mechanisms) == ["score"]
    assert list(read("parent.toml", 'without=["cameras"]').mechanisms) == ["score"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            'without = ["camera"]',
            "c.toml:2:12: without: camera: unknown mechanism, so it cannot be left out; nearest: cameras",
        ),
        ('without = ["town"]', "c.toml:2:12: without: town: unknown mechanism"),
        ('without = "cameras"', "c.toml:2:11: without: expected a list of names of mechanisms"),
        (
            'without = ["score", "score"]',
            "c.toml:2:21: without: score: is not inherited, so it cannot be left out",
        ),
        (
            'without = ["score"]\n[score]',
            "c.toml:2:12: without: score: both left out and given in the same file",
        ),
    ],
)
def test_a_without_that_cannot_be(write: Write, lines: str, told: str) -> None:
    write("c.toml", f'extends = "parent.toml"\n{lines}\n')
    assert refusal("c.toml").startswith(told)


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ('"parnt.toml"', "c.toml:1:11: extends: parnt.toml: no such file"),
        ('"folder.toml"', "c.toml:1:11: extends: folder.toml: a folder, not a scenario file"),
        ('"/dev/zero"', "c.toml:1:11: extends: expected a path relative to this file, ending in .toml"),
        ('"../../x"', "c.toml:1:11: extends: expected a path relative to this file, ending in .toml"),
        ('"nothing"', "c.toml:1:11: extends: no scenario 'nothing' comes with Glasstown"),
        ("3", "c.toml:1:11: extends: expected the name of a shipped scenario or the path of a file"),
        ('"a\\u0000.toml"', "c.toml:1:11: extends: a text with the control character U+0000"),
        ('"c.toml"', "c.toml:1:11: extends: leads round in a circle: c.toml -> c.toml"),
        ('"a.toml"', "b.toml:1:11: extends: leads round in a circle: c.toml -> a.toml -> b.toml -> a.toml"),
        ('"broken.toml"', "broken.toml:1:5: not TOML"),
    ],
)
def test_an_extends_that_leads_nowhere(write: Write, tmp_path: Path, reference: str, told: str) -> None:
    (tmp_path / "folder.toml").mkdir()
    write("a.toml", 'extends = "b.toml"\n')
    write("b.toml", 'extends = "a.toml"\n')
    write("broken.toml", "a = \n")
    write("c.toml", f"extends = {reference}\n[score]\n")
    assert refusal("c.toml").startswith(told)


def test_a_chain_has_at_most_eight_files(write: Write) -> None:
    write("0.toml", "[score]\n")
    for number in range(1, 9):
        write(f"{number}.toml", f'extends = "{number - 1}.toml"\n')
    assert len(read("7.toml").files) == 8
    assert refusal("8.toml") == "1.toml:1:11: extends: a chain of more than 8 files"


def test_a_circle_through_a_symbolic_link_is_seen(write: Write, tmp_path: Path) -> None:
    write("c.toml", 'extends = "link.toml"\n')
    (tmp_path / "link.toml").symlink_to(tmp_path / "c.toml")
    assert "leads round in a circle: c.toml -> c.toml" in refusal("c.toml")


def test_problems_of_an_inherited_value_stand_in_the_file_that_gave_it(write: Write) -> None:
    write("wrong.toml", "[score]\nmemory = 0\n")
    write("c.toml", 'extends = "wrong.toml"\n[score]\nweight = 3\n')
    assert refusal("c.toml").split("\n") == [
        "c.toml:3:10: score.weight: expected a number at least 0 and below 1, got 3",
        "wrong.toml:2:10: score.memory: expected a whole number from 1 to 65535 (day), got 0",
    ]


def test_an_override_does_not_switch_a_mechanism_on_by_accident(write: Write) -> None:
    write("c.toml", "[score]\n")
    assert "to add it: --set 'cameras={}'" in refusal("c.toml", "cameras.recall=0.5")
    assert read("c.toml", "cameras={}", "cameras.recall=0.5").mechanisms["cameras"] == Cameras(recall=0.5)


def test_an_override_of_an_absent_mechanism_can_be_set_aside(write: Write) -> None:
    write("c.toml", "[score]\n")
    options = ["cameras.recall=0.5", "score.memory=3", 'without=["cameras"]']
    scenario = load("c.toml", SMALL, Town, overrides=options, absent="skip")
    assert scenario.skipped == ("--set cameras.recall=0.5", '--set without=["cameras"]')
    assert scenario.mechanisms["score"] == Score(memory=3)


def test_an_override_cannot_extend_or_reach_into_nothing(write: Write) -> None:
    assert (
        refusal("parent.toml", "extends=open") == "--set extends=open: extends: can only be given in a file"
    )
    assert refusal("parent.toml", "change.0.day=3").endswith("change[0].day: there is no such entry")
