"""KEY=VALUE, from the command line and from Python."""

from typing import Any

import numpy as np
import pytest

from glasstown.errors import ScenarioError
from glasstown.scenario.overrides import given, parse, parse_all


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("score.weight=0.1", ("score", "weight"), 0.1),
        ("run.days = 30", ("run", "days"), 30),
        ("run.seed=1_000", ("run", "seed"), 1_000),
        ("cameras.waiting=false", ("cameras", "waiting"), False),
        ("cameras.mode=adaptive", ("cameras", "mode"), "adaptive"),
        ('cameras.mode="adaptive"', ("cameras", "mode"), "adaptive"),
        ("title=été = 3", ("title",), "été = 3"),
        ("cameras={}", ("cameras",), {}),
        ("score.steps_at=[1, 2]", ("score", "steps_at"), [1, 2]),
        ("change.0.score.weight=1", ("change", 0, "score", "weight"), 1),
        ("score.weight=", ("score", "weight"), ""),
        ("title=1\n[x]", ("title",), "1\n[x]"),
        ("title=" + "[" * 5_000, ("title",), "[" * 5_000),
    ],
)
def test_values_are_toml_or_else_texts(text: str, path: tuple[Any, ...], value: object) -> None:
    if len(text) > 4_000:
        with pytest.raises(ScenarioError):
            parse(text)
        return
    override = parse(text)
    assert override.path == path
    assert override.value == value
    assert type(override.value) is type(value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("score", "expected KEY=VALUE, like score.company=0.1"),
        ("=1", "expected a key like score.company, got ''"),
        ("a..b=1", "expected a key like score.company, got 'a..b'"),
        ("sc\u043ere.weight=1", "expected a key like score.company"),
        ("score.weight=nan", "--set score.weight=nan: score.weight: expected a finite number"),
        ("title=\x1b[31m", "--set title=\\x1b[31m: title: a text with the control character U+001B"),
        (".".join("a" * 17) + "=1", "a key of more than 16 parts"),
        ("a={" + ".".join("b" * 40_000) + "=1}", "a text of more than 4,000 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    assert told in caught.value.message


def test_all_faulty_ones_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_all(["score", "a=1", "b.c=inf"])
    assert len(caught.value.problems) == 2


def test_values_from_python_may_be_wrapped_by_numpy() -> None:
    values = {"b": (np.int64(2), np.float64(0.5), np.bool_(True)), "c": np.array([1, 2])}
    plain = given("a", values).value
    assert plain == {"b": [2, 0.5, True], "c": [1, 2]}
    assert [type(each) for each in plain["b"]] == [int, float, bool]


def test_values_from_python_name_their_option() -> None:
    with pytest.raises(ScenarioError) as caught:
        given("run.days", object(), option="--days")
    assert caught.value.message == "--days: run.days: expected a plain value, got object"
