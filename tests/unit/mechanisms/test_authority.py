"""Authority: what it announces, when it decides, what a round costs, and what cannot be."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from citizens import Citizens, govern
from feeder import live
from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import (
    BOLDNESS,
    GROWTH,
    PRIVATE_DISSENT,
    SEVERITY,
    SURVEILLANCE,
    TOLERANCE,
    VOICED,
)
from glasstown.mechanisms.authority import Authority, round_half
from glasstown.mechanisms.opinion import Opinion

PLAIN = Citizens.of(np.linspace(0, 1, 50), np.ones(50))


def test_alone_nothing_is_decreed() -> None:
    assert set(govern(Authority(), PLAIN, 3)[-1].values()) == {0}


def test_what_is_decreed_holds_every_day() -> None:
    m = Authority(policy="decreed", tolerance=0.5, severity=2.0, surveillance=1.0)
    for day in govern(m, PLAIN, 4):
        assert day[TOLERANCE.name] == 32769 and day[SEVERITY.name] == 131071
        assert day[SURVEILLANCE.name] == SHARE + 1 and day[GROWTH.name] == 0


def test_growth_is_announced_with_its_slump() -> None:
    m = Authority(path="shock", growth=0.06, slump=-0.05, slump_from=2, slump_days=3)
    paces = [(day[GROWTH.name] - 1) / SHARE - 0.5 for day in govern(m, PLAIN, 7)]
    assert paces == pytest.approx([0.06] * 2 + [-0.05] * 3 + [0.06] * 2, abs=1e-5)
    steady = govern(m.model_copy(update={"path": "constant"}), PLAIN, 7)
    assert {day[GROWTH.name] for day in steady} == {round_half(0.56 * SHARE) + 1}
    assert {day[TOLERANCE.name] for day in steady} == {0}


def test_one_value_moves_a_round_within_its_window() -> None:
    m = Authority(policy="adapting", period=3, window=0.1, adamancy=0.0, tolerance=1.0)
    days = govern(m, PLAIN, 60)
    values = [[day[t.name] for t in (TOLERANCE, SEVERITY, SURVEILLANCE)] for day in days]
    for day in range(1, 60):
        moves = [abs(a - b) for a, b in zip(values[day - 1], values[day], strict=True) if a != b]
        assert len(moves) <= (2 if day % 3 == 0 else 0), "taken back and moved again"
        assert all(move <= 2 * (0.1 * SHARE + 1) for move in moves)
    assert values[0] == values[2] != values[3]


def test_a_dearer_round_is_taken_back() -> None:
    """Nobody dissents, so only watching costs: surveillance never rises, unless compared in turn."""
    m = Authority(policy="adapting", period=3, window=0.05, watching=1.0, tolerance=1.0, severity=0.0,
                  surveillance=0.5, yardstick="kept")  # fmt: skip
    quiet = Citizens.of(np.zeros(50), np.ones(50))
    for yardstick in ("kept", "last"):
        days = govern(m.model_copy(update={"yardstick": yardstick}), quiet, 600)
        kept = [day["authority_surveillance_kept"] for day in days]
        assert all(a >= b for a, b in pairwise(kept)) is (yardstick == "kept")
        assert kept[-1] < kept[0] / 4


def test_costs() -> None:
    m = Authority(adamancy=2.0, watching=0.5)
    assert m.cost((0, SHARE // 5, 0), 1000, 0, 0, 10) == 2000
    assert m.cost((0, 100, 20), 0, 77, 3, 10) == 300 + 100
    proportional = m.model_copy(update={"punishment": "proportional"})
    assert proportional.cost((0, 2 * SHARE, 0), 0, 77, 3, 10) == 154


@given(st.integers(0, 2), st.integers(0, 2**53 - 1), st.integers(0, SHARE), st.integers(0, SHARE),
       st.floats(0, 1))  # fmt: skip
def test_moves_stay_in_bounds(which: int, luck: int, a: int, b: int, window: float) -> None:
    policy = (a, 3 * b, SHARE - a)
    moved = Authority(window=window).moved(policy, which, luck)
    assert all(new == old for k, (new, old) in enumerate(zip(moved, policy, strict=True)) if k != which)
    assert abs(moved[which] - policy[which]) <= round_half(window * SHARE)
    assert moved[which] >= 0 and (which == 1 or moved[which] <= SHARE)


def test_the_whole_window_can_be_drawn() -> None:
    m = Authority(window=2 / SHARE)
    drawn = {m.moved((10, 10, 10), 0, luck)[0] for luck in range(0, 2**53, 2**50)}
    assert drawn == {8, 9, 10, 11, 12}
    assert m.moved((0, 0, 0), 1, 2**53 - 1)[1] == 2 and m.moved((SHARE, 0, 0), 0, 2**53 - 1)[0] == SHARE


@pytest.mark.parametrize("chunk", [7, 50])
def test_chunks_change_nothing(chunk: int) -> None:
    m = Authority(policy="adapting", period=3)
    assert govern(m, PLAIN, 40, chunk=chunk) == govern(m, PLAIN, 40)


@pytest.mark.parametrize(
    "wrong", [{"policy": "free"}, {"period": 2}, {"window": -0.1}, {"tolerance": 1.1}, {"growth": 2.0}]
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Authority(**wrong)


def test_opinion_obeys_what_is_decreed() -> None:
    """After two days people voice under decreed values what they voice where these are opinion's own."""
    people = 400
    given = {
        PRIVATE_DISSENT.name: np.linspace(0, SHARE, people).astype(np.uint16),
        BOLDNESS.name: np.full(people, 128, np.uint8),
    }
    values = {"tolerance": 0.4, "severity": 2.0}
    own, _ = live([Opinion(**values)], people, 3, VOICED, given=given)
    m = Authority(policy="decreed", surveillance=0.2, **values)
    decreed, _ = live([Opinion(), m], people, 3, VOICED, given=given)
    assert not np.array_equal(decreed[0]["voiced"], own[0]["voiced"])
    assert np.array_equal(decreed[2]["voiced"], own[2]["voiced"])
