"""Solidarity: what each norm makes of each act, who is met, who is avoided, whose habit it is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from feeder import Setter, live, random_ties
from glasstown.core.columns import POINT, SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import SCORE
from glasstown.mechanisms import solidarity
from glasstown.mechanisms.solidarity import (
    AVOIDED,
    HELPED,
    HELPING,
    NONE,
    NORMS,
    REFUSED,
    STANDING,
    Solidarity,
)

EXACT: dict[str, Any] = {"execution_error": 0.0, "assessment_error": 0.0}
WORDS = st.integers(0, 2**64 - 1).map(np.uint64)
SHARES = st.integers(0, SHARE)
NAMES = st.sampled_from(list(NORMS))


def pair(norm: str, mine: int, other: int, **parameters: Any) -> tuple[int, int]:
    """What the first of two does to the other, and the standing of the first afterwards (1 good, 0 bad)."""
    who = {"standing": np.array([mine * SHARE, other * SHARE], np.uint16)}
    seen, _ = live([Solidarity(norm=norm, **(EXACT | parameters))], 2, 1, HELPING, STANDING, given=who)
    return int(seen[0]["helping"][0]), int(seen[0]["standing"][0]) // SHARE


@pytest.mark.parametrize("assessment", ["public", "private"])
@pytest.mark.parametrize(
    ("norm", "helped_bad", "refused_bad"),
    [("image_scoring", 1, 0), ("simple_standing", 1, 1), ("stern_judging", 0, 1), ("shunning", 0, 0)],
)
def test_the_four_norms(norm: str, helped_bad: int, refused_bad: int, assessment: str) -> None:
    how = {"assessment": assessment}
    for mine in (0, 1):
        assert pair(norm, mine, 1, **how) == (HELPED, 1)
        assert pair(norm, mine, 1, **how, execution_error=1.0) == (REFUSED, 0)
        assert pair(norm, mine, 0, **how) == (REFUSED, refused_bad)
        assert pair(norm, mine, 0, **how, known=0.0) == (HELPED, helped_bad), "a stranger"
        assert pair(norm, mine, 1, **how, known=0.0, trusting=False) == (REFUSED, 0)


@given(NAMES, st.booleans(), SHARES, WORDS, st.floats(0, 0.5))
@settings(max_examples=300, deadline=None)
def test_in_private_standing_is_the_share_who_approve(
    norm: str, helped: bool, seen: int, luck: np.uint64, wrong: float
) -> None:
    share = solidarity.judged(helped, seen, luck, wrong, NORMS[norm], False)
    approve = bool(NORMS[norm] & (1 if helped else 2))
    exact = seen * ((1 - wrong) if helped else wrong) + (SHARE - seen) * ((1 - wrong) if approve else wrong)
    assert 0 <= share <= SHARE
    assert abs(share - exact) <= 1 + 1e-6
    assert solidarity.judged(helped, seen, luck, wrong, NORMS[norm], True) in (0, SHARE)


def test_habits_are_kept_whatever_the_standing() -> None:
    n = 3_000
    who = {"habit": (np.arange(n) % 3).astype(np.uint8)}
    seen, _ = live([Solidarity(norm="shunning", **EXACT)], n, 6, HELPING, STANDING, given=who)
    helping = seen[-1]["helping"]
    assert (helping[1::3] == HELPED).all() and (helping[2::3] == REFUSED).all()
    assert set(helping[::3].tolist()) == {REFUSED, HELPED}


def test_without_errors_and_with_everybody_good_all_help_for_ever() -> None:
    for norm in NORMS:
        seen, _ = live([Solidarity(norm=norm, **EXACT)], 500, 20, HELPING, STANDING)
        assert all((day["helping"] == HELPED).all() and (day["standing"] == SHARE).all() for day in seen)


def test_who_meets_nobody_keeps_standing() -> None:
    n = 2_000
    start = np.where(np.arange(n) % 2, SHARE, 0).astype(np.uint16)
    seen, _ = live([Solidarity(meetings=0.25)], n, 1, HELPING, STANDING, given={"standing": start})
    idle = seen[0]["helping"] == NONE
    assert 0.7 < idle.mean() < 0.8
    assert np.array_equal(seen[0]["standing"][idle], start[idle])


def test_people_meet_their_ties_by_weight_and_nobody_else() -> None:
    """Two bad people whom nobody else knows are met only by those tied to them."""
    n = 1_000
    start = np.zeros(n + 1, np.uint32)
    start[1:] = 2 * np.arange(1, n + 1)
    around = np.column_stack([np.full(n, 0), np.full(n, 1)]).astype(np.uint32)
    standing = np.full(n, SHARE, np.uint16)
    standing[0] = 0
    for weights, share in (([1.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 3.0], 0.75)):
        ties = StoredTies(start, around.ravel(), np.tile(np.array(weights, np.float32), n))
        m = Solidarity(reach="ties", **EXACT)
        seen, _ = live([m], n, 1, HELPING, given={"standing": standing}, ties=ties)
        assert abs((seen[0]["helping"][2:] == HELPED).mean() - share) < 0.08


def test_who_has_no_ties_meets_nobody() -> None:
    seen, _ = live([Solidarity(reach="ties")], 50, 3, HELPING)
    assert not any(day["helping"].any() for day in seen)


@pytest.mark.parametrize("order", ["together", "in_turn"])
def test_people_of_low_score_are_avoided_and_it_does_not_count(order: str) -> None:
    n = 4_000
    scores = np.where(np.arange(n) % 4 == 0, 400 * POINT, 700 * POINT).astype(np.uint16)
    m = Solidarity(avoidance=1.0, order=order, **EXACT)
    start = np.where(np.arange(n) % 3, SHARE, 0).astype(np.uint16)
    seen, _ = live([Setter.of(SCORE, [scores]), m], n, 2, HELPING, STANDING, given={"standing": start})
    assert not (seen[0]["helping"] == AVOIDED).any(), "nobody has a score on the first morning"
    away = seen[1]["helping"] == AVOIDED
    assert abs(away.mean() - 0.25) < 0.04
    assert np.array_equal(seen[1]["standing"][away], seen[0]["standing"][away])


def test_without_avoidance_scores_are_not_looked_at() -> None:
    assert all(SCORE not in step.looks for step in Solidarity().steps())
    assert any(SCORE in step.looks for step in Solidarity(avoidance=0.1).steps())


KINDS: list[dict[str, Any]] = [
    {}, {"reach": "ties"}, {"order": "in_turn"}, {"order": "in_turn", "reach": "ties"},
    {"assessment": "private", "avoidance": 0.5, "meetings": 0.5, "known": 0.5},
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_change_nothing(kind: dict[str, Any]) -> None:
    n = 1_500
    ties = random_ties(n, 4, 2, True)
    m = Solidarity(norm="image_scoring", **kind)
    assert len({live([m], n, 6, ties=ties, chunk=c)[1].digest() for c in (99, 1024, 1_500)}) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_any_number_of_people(kind: dict[str, Any], n: int) -> None:
    assert live([Solidarity(**kind)], n, 4)[1].day == 4


def test_nobody_meets_himself() -> None:
    """One good person among bad ones meets only bad ones: never helps."""
    who = {"standing": np.array([SHARE, 0, 0], np.uint16)}
    m = Solidarity(norm="image_scoring", **EXACT)
    for seed in range(40):
        seen, _ = live([m], 3, 1, HELPING, given=who, seed=seed)
        assert seen[0]["helping"][0] == REFUSED


def test_neutral_does_nothing_at_all_and_the_default_does() -> None:
    assert Solidarity(**Solidarity.neutral).steps() == ()
    assert live([Solidarity()], 500, 1, HELPING)[0][0]["helping"].any()


@pytest.mark.parametrize(
    "wrong", [{"norm": "kindness"}, {"assessment_error": 0.6}, {"known": 2.0}, {"order": "never"}]
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Solidarity(**wrong)
