"""Parameters in words."""

from typing import Annotated

import pytest
from pydantic import Field

from glasstown.scenario.describe import bounds, parameters, shown, words
from small_catalog import Cameras, Ring, Score, Town


def test_a_parameter_with_everything() -> None:
    recall = parameters(Cameras, "cameras")[0]
    assert recall.key == "cameras.recall"
    assert recall.expected == "a number from 0 to 1"
    assert (recall.default, recall.required, recall.unit) == (0.7, False, "1")
    assert (recall.kind, recall.source, recall.where, recall.sweep) == ("source", "nist", "table 2", None)
    assert recall.text == "Share of those sought that are found."
    assert recall.origin == "source nist, table 2"


def test_origins_of_the_three_kinds_and_of_none() -> None:
    found = {each.name: each for each in (*parameters(Cameras), *parameters(Score), *parameters(Town))}
    assert (found["servers"].kind, found["servers"].why, found["servers"].sweep) == (
        "assumed",
        "a small centre",
        (1, 9),
    )
    assert (found["weight"].kind, found["weight"].source, found["weight"].sweep) == (
        "estimated",
        "daymude",
        (0, 0.5),
    )
    assert (found["people"].kind, found["people"].origin) == ("none", "")


def test_nested_tables_are_described_by_their_keys() -> None:
    keys = [each.key for each in parameters(Cameras, "cameras")]
    assert keys[-2:] == ["cameras.places.centre", "cameras.places.edge"]


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (bool, "true or false"),
        (int, "a whole number"),
        (float | None, "a number"),
        (int | str, "a whole number or a text"),
        (Ring, 'one of "inner", "outer"'),
        (tuple[int, ...], "a list, each a whole number"),
        (tuple[int, float], "a list of 2: a whole number, a number"),
        (list[Annotated[float, Field(ge=0, le=1)]], "a list, each a number from 0 to 1"),
        (dict[str, int], "a table, each value a whole number"),
        (Town, "a table"),
        (object, "a value"),
    ],
)
def test_types_as_a_reader_says_them(annotation: object, said: str) -> None:
    assert words(annotation) == said


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (Field(ge=0, le=1), "from 0 to 1"),
        (Field(gt=0, le=1), "above 0 and at most 1"),
        (Field(ge=0, lt=1), "at least 0 and below 1"),
        (Field(lt=5), "below 5"),
        (Field(), ""),
    ],
)
def test_bounds_as_a_reader_says_them(field: object, said: str) -> None:
    assert bounds(field.metadata) == said  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "true"),
        (1, "1"),
        (10**30, "1.000e+30"),
        (0.5, "0.5"),
        ('a"\x1b', '"a\\"<U+001B>"'),
        ("x" * 100, '"' + "x" * 39 + '…"'),
        ([], "an empty list"),
        ([1], "a list"),
        ({}, "a table"),
    ],
)
def test_values_as_toml_writes_them(value: object, said: str) -> None:
    assert shown(value) == said
