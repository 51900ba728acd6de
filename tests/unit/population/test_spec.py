"""TownSpec: every parameter carries its unit and origin; what cannot be is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.population import TownSpec

PATHS = {"table", "ties_table", "directed"}


def carried(name: str) -> list[Any]:
    return list(TownSpec.model_fields[name].metadata)


@pytest.mark.parametrize("name", TownSpec.model_fields)
def test_a_parameter_carries_unit_origin_and_meaning(name: str) -> None:
    assert sum(isinstance(each, Unit) for each in carried(name)) == 1
    origins = [each for each in carried(name) if isinstance(each, Source | Assumed | Estimated)]
    assert len(origins) == (0 if name in PATHS else 1)
    assert TownSpec.model_fields[name].description


@pytest.mark.parametrize("name", TownSpec.model_fields)
def test_a_default_lies_in_its_own_range(name: str) -> None:
    default = TownSpec.model_fields[name].default
    for each in carried(name):
        if isinstance(each, Assumed | Estimated):
            assert each.low <= default <= each.high
            assert each.low < each.high


@pytest.mark.parametrize(
    "wrong",
    [
        {"peopel": 3}, {"people": -1}, {"people": 10**15}, {"people": 1.5}, {"people": True}, {"people": "3"},
        {"urban": 1.1}, {"urban": float("nan")}, {"districts": 65}, {"block_residents": 0},
        {"school_ties": 12.0, "school_reach": 5}, {"work_ties": 23.0}, {"trust": -0.1},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TownSpec(**wrong)


def test_the_message_about_reach_says_how_far_it_must_go() -> None:
    with pytest.raises(ValidationError, match="school_reach of at least 6"):
        TownSpec(school_ties=11.5, school_reach=3)


@pytest.mark.parametrize(
    ("people", "districts"),
    [(0, 1), (1, 1), (1_249, 1), (5_000, 4), (19_999, 15), (20_000, 16), (10**6, 20), (10**8, 64)],
)
def test_districts_follow_the_size_of_the_town(people: int, districts: int) -> None:
    assert TownSpec(people=people).district_count() == districts


def test_there_are_never_more_districts_than_blocks() -> None:
    assert TownSpec(people=3_000, districts=64).district_count() == 3
    assert TownSpec(people=0).blocks == 1
