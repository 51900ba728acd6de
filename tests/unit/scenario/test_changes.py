"""What changes at a date."""

import pytest

from glasstown.errors import ScenarioError
from glasstown.scenario.load import loads
from glasstown.scenario.model import Change, Scenario
from small_catalog import SMALL, Cameras, Score, Town


def read(text: str, *overrides: str) -> Scenario:
    return loads(text, SMALL, Town, place="a.toml", overrides=overrides)


def test_a_change_replaces_only_the_values_that_it_gives() -> None:
    scenario = read("[score]\nmemory = 9\n[[change]]\nday = 180\n[change.score]\nweight = 0.1\n")
    assert scenario.changes == (Change(180, "score", Score(memory=9, weight=0.1)),)
    assert scenario.origins["score.weight@180"] == "a.toml:6"
    assert scenario.origins["score.memory@180"] == "a.toml:2"
    assert scenario.origins["score.weight"] == "default"


def test_changes_add_up_in_the_order_of_days_whatever_that_of_the_text() -> None:
    scenario = read(
        "[score]\n[[change]]\nday = 20\nscore.weight = 0.2\n"
        "[[change]]\nday = 10\nscore.memory = 1\ncameras = {}\n"
    )
    assert scenario.changes == (
        Change(10, "cameras", Cameras()),
        Change(10, "score", Score(memory=1)),
        Change(20, "score", Score(memory=1, weight=0.2)),
    )


def test_a_mechanism_that_ended_begins_again_as_it_was() -> None:
    scenario = read(
        '[score]\nmemory = 9\n[[change]]\nday = 3\nwithout = ["score"]\n'
        "[[change]]\nday = 5\nscore = {weight = 0.3}\n"
    )
    assert scenario.changes == (Change(3, "score", None), Change(5, "score", Score(memory=9, weight=0.3)))


def test_an_override_reaches_into_a_change() -> None:
    scenario = read(
        "[score]\n[[change]]\nday = 3\nscore.weight = 0.1\n", "change.0.score.weight=0.4", "change.0.day=8"
    )
    assert scenario.changes == (Change(8, "score", Score(weight=0.4)),)
    assert scenario.origins["score.weight@8"] == "--set"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            "[[change]]\nscore.weight = 0.1",
            "a.toml:2:1: change[0].day: missing; expected a whole number from 1 to 36525",
        ),
        (
            "[[change]]\nday = 0\nscore.weight = 0.1",
            "a.toml:3:7: change[0].day: expected a whole number from 1",
        ),
        (
            "[[change]]\nday = true",
            "a.toml:3:7: change[0].day: expected a whole number from 1 to 36525, got true",
        ),
        ("[[change]]\nday = 1", "a.toml:2:1: change[0]: changes nothing"),
        (
            "[[change]]\nday = 1\n[change.score]",
            "a.toml:4:1: change[0].score: changes nothing: score runs already",
        ),
        (
            "[[change]]\nday = 1\nscore.weigth = 1",
            "a.toml:4:1: change[0].score.weigth: unknown key; nearest: weight",
        ),
        (
            "[[change]]\nday = 1\nscore.weight = 1",
            "a.toml:4:16: change[0].score.weight: expected a number at least 0",
        ),
        (
            "[[change]]\nday = 1\nscroe.weight = 1",
            "a.toml:4:1: change[0].scroe: unknown mechanism; nearest: score",
        ),
        ("[[change]]\nday = 1\n[change.town]", "a.toml:4:1: change[0].town: only mechanisms can change"),
        (
            "[[change]]\nday = 1\nwithot = []",
            "a.toml:4:1: change[0].withot: unknown mechanism; nearest: without",
        ),
        (
            '[[change]]\nday = 1\nwithout = ["cameras"]',
            'change[0].without[0]: "cameras" does not run on day 1',
        ),
        ('[[change]]\nday = 1\nwithout = ["scor"]', "so it cannot end; nearest: score"),
        ("[[change]]\nday = 1\nscore = 3", "a.toml:4:9: change[0].score: expected a table, got 3"),
        ("[change]\nday = 1", "a.toml:2:1: change: expected at most 1,000 tables, each headed [[change]]"),
        (
            "[[change]]\nday=1\nscore.weight=0.1\n[[change]]\nday=1\nscore.weight=0.2",
            "score changes twice on day 1",
        ),
        ('[[change]]\nday=1\nwithout=["score"]\nscore.weight=0.1', "score changes twice on day 1"),
    ],
)
def test_a_change_that_cannot_be(lines: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(f"[score]\n{lines}\n")
    assert told in caught.value.message


def test_a_fault_on_the_first_day_is_not_told_again_for_each_change() -> None:
    with pytest.raises(ScenarioError) as caught:
        read("[score]\nmemory = 0\n[[change]]\nday = 3\nscore.weight = 0.1\n")
    assert len(caught.value.problems) == 1
