import pytest

from glasstown.scenario.spelling import distance, nearest

NAMES = ("memory", "weight", "recall", "cameras", "days", "seed")


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("", "", 0), ("memroy", "memory", 1), ("days", "dys", 1), ("kitten", "sitting", 3), ("ab", "", 2)],
)
def test_distance_counts_single_changes(one: str, other: str, far: int) -> None:
    assert distance(one, other) == distance(other, one) == far


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("memroy", "memory"),
        ("MEMORY", "memory"),
        ("wieght", "weight"),
        ("recal", "recall"),
        ("camera", "cameras"),
        ("dys", "days"),
        ("s\u0435\u0435d", "seed"),
        ("r\u00e9call", "recall"),
        ("telescope", ""),
        ("", ""),
        ("m" * 1_000, ""),
    ],
)
def test_the_name_that_was_meant(word: str, meant: str) -> None:
    assert nearest(word, NAMES) == meant


def test_of_two_names_equally_far_the_more_similar_wins_then_the_first() -> None:
    assert nearest("edg", ("edge", "egg")) == "edge"
    assert nearest("ax", ("ab", "ac")) == "ab"
