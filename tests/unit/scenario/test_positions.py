"""Where keys and values stand, by example; that nothing is missed is a law of tests/properties."""

from glasstown.scenario.positions import Spot, Spots, positions

TEXT = '''# a comment with [brackets] = "and quotes
title = "x # y"
a.b = [1, {p = 2, q.r = """two
"" lines"""}, # ]
  3]
[score]   # the second table
weight = 0.1
"odd key".'other' = 1979-05-27 07:32:00
[[change]]
day = 3
[change.score]
memory = 9
[[change]]
'''


def test_every_kind_of_key_and_value_has_its_place() -> None:
    found = positions(TEXT)
    assert found["title",] == Spots(Spot(2, 1), Spot(2, 9))
    assert found["a", "b"] == Spots(Spot(3, 1), Spot(3, 7))
    assert found["a", "b", 1, "q", "r"] == Spots(Spot(3, 19), Spot(3, 25))
    assert found["a", "b", 2].key == Spot(5, 3)
    assert found["score",].key == Spot(6, 1)
    assert found["score", "weight"] == Spots(Spot(7, 1), Spot(7, 10))
    assert found["score", "odd key", "other"].value == Spot(8, 21)
    assert found["change", 0, "score", "memory"].key == Spot(12, 1)
    assert found["change", 1].key == Spot(13, 1)


def test_line_ends_do_not_move_anything() -> None:
    assert positions(TEXT.replace("\n", "\r\n")) == positions(TEXT)


def test_a_table_stands_at_its_own_header_even_if_implied_before() -> None:
    found = positions("[a.b]\nx = 1\n[a]\ny = 2\n")
    assert found["a",].key == Spot(3, 1)
    assert found["a", "b"].key == Spot(1, 1)
