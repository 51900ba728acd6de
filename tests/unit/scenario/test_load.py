"""From a text to a scenario; and every problem of a text at once, each in its place, with the name meant."""

from pathlib import Path

import pytest

from glasstown.errors import ScenarioError
from glasstown.scenario.load import load, loads, slug
from glasstown.scenario.model import Scenario
from small_catalog import SMALL, Cameras, Score, Town


def read(text: str, *overrides: str) -> Scenario:
    return loads(text, SMALL, Town, place="a.toml", overrides=overrides)


def refusals(text: str, *overrides: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(text, *overrides)
    return caught.value.message.split("\n")


def test_a_table_switches_its_mechanism_on() -> None:
    scenario = read("[score]\nmemory = 7\n")
    assert dict(scenario.mechanisms) == {"score": Score(memory=7)}
    assert scenario.town == Town()
    assert scenario.run.days == 365


def test_mechanisms_come_in_the_order_of_the_catalogue() -> None:
    assert list(read("[score]\n[cameras]\n").mechanisms) == ["cameras", "score"]


def test_lists_enums_tables_and_whole_numbers_for_numbers_are_taken() -> None:
    scenario = read(
        '[cameras]\nring = "outer"\nplaces.edge = 2\nmode = "adaptive"\n'
        "[score]\nsteps_at = [1, 2, 3]\nacts = {caring = 5}\nweight = 0\n"
    )
    cameras, score = scenario.mechanisms["cameras"], scenario.mechanisms["score"]
    assert isinstance(cameras, Cameras)
    assert isinstance(score, Score)
    assert (cameras.ring.value, cameras.places.edge, cameras.places.centre) == ("outer", 2.0, 5.0)
    assert (score.steps_at, score.acts, score.weight) == ((1, 2, 3), {"caring": 5}, 0.0)


def test_every_problem_is_told_at_once_in_the_order_of_the_text() -> None:
    text = """\
titel = "x"
[score]
weight = 1
memroy = 3
acts.jaywalking = "many"
steps_at = [1, true]
[camera]
[cameras]
recall = true
servers = true
mode = "adaptve"
ring = "iner"
waiting = 1
places = {center = 1}
[town]
people = 1e6
days = 3
[run]
days = "long"
seed = -1
"""
    assert refusals(text) == [
        "a.toml:1:1: titel: unknown key; nearest: title",
        "a.toml:3:10: score.weight: expected a number at least 0 and below 1, got 1",
        "a.toml:4:1: score.memroy: unknown key; nearest: memory",
        'a.toml:5:19: score.acts.jaywalking: expected a valid integer, got "many"',
        "a.toml:6:16: score.steps_at[1]: expected a valid integer, got true",
        "a.toml:7:1: camera: unknown mechanism; nearest: cameras",
        "a.toml:9:10: cameras.recall: expected a number from 0 to 1, got true",
        "a.toml:10:11: cameras.servers: expected a whole number above 0, got true",
        'a.toml:11:8: cameras.mode: expected one of "fixed", "adaptive", got "adaptve"; nearest: adaptive',
        'a.toml:12:8: cameras.ring: expected one of "inner", "outer", got "iner"; nearest: inner',
        "a.toml:13:11: cameras.waiting: expected true or false, got 1",
        "a.toml:14:11: cameras.places.center: unknown key; nearest: centre",
        "a.toml:16:10: town.people: expected a whole number from 0 to 2000000000 (people), got 1000000.0",
        "a.toml:17:1: town.days: unknown key; nearest: run.days",
        'a.toml:19:8: run.days: expected a whole number from 1 to 36525 (day), got "long"',
        "a.toml:20:8: run.seed: expected a whole number from 0 to 9.223e+18, got -1",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("score = 3", "a.toml:1:9: score: expected a table, got 3"),
        ("[[score]]", "a.toml:1:1: score: expected a table, got a list"),
        ("days = 3\n[score]", "a.toml:1:1: days: unknown key; nearest: run.days"),
        ("[score]\nfloor = 951", "a.toml:1:1: score: floor 951 lies above ceiling 950"),
        ('name = "a/b"\n[score]', "a.toml:1:8: name: "),
        ("title = 3\n[score]", "a.toml:1:9: title: expected a text, got 3"),
        (
            "[town]\npeople = 1_000_000_000_000_000",
            "a.toml:2:10: town.people: expected a whole number from 0 to",
        ),
        ("sources = 3\n[score]", "a.toml:1:11: sources: expected a list, each a text, got 3"),
    ],
)
def test_one_problem(text: str, told: str) -> None:
    assert refusals(text)[0].startswith(told)


def test_problems_of_an_override_name_it() -> None:
    assert refusals("[score]\n", "score.weight=2", "score.memroy=1", "town.people=x") == [
        '--set town.people=x: town.people: expected a whole number from 0 to 2000000000 (people), got "x"',
        "--set score.weight=2: score.weight: expected a number at least 0 and below 1, got 2",
        "--set score.memroy=1: score.memroy: unknown key; nearest: memory",
    ]


def test_an_empty_text_says_nothing() -> None:
    for text in ("", "# only a comment\n", "\ufeff"):
        assert refusals(text)[0] == "a.toml: says nothing"


def test_a_flood_of_problems_is_cut_short() -> None:
    told = refusals("[score]\n" + "".join(f"memroy{number} = 1\n" for number in range(4_000)))
    assert len(told) == 21
    assert told[-1] == "and more"


def test_a_byte_order_mark_and_line_ends_change_nothing() -> None:
    text = "[score]\nmemory = 7\n"
    plain = read(text)
    assert read("\ufeff" + text).digest == plain.digest
    assert read(text.replace("\n", "\r\n")).digest == plain.digest


def test_the_name_is_that_of_the_file_unless_given(tmp_path: Path) -> None:
    path = tmp_path / "Été à la plage.toml"
    path.write_text("[score]\n")
    assert load(path, SMALL, Town).name == "ete-a-la-plage"
    path.write_text('name = "beach"\n[score]\n')
    assert load(str(path), SMALL, Town).name == "beach"
    assert slug("全部.toml") == "scenario"


def test_a_mechanism_cannot_take_a_name_that_means_something_else() -> None:
    with pytest.raises(ValueError, match="cannot be called run"):
        loads("[run]", {"run": Score}, Town)
