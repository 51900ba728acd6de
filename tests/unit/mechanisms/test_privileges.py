"""Privileges: which rights a score leaves open, for whom, and what is said of it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from feeder import Setter, live
from glasstown.core.columns import POINT
from glasstown.core.vocabulary import DIARY, RIGHTS, SCORE, Event, Right
from glasstown.mechanisms.privileges import UNPLACED, Privileges

ALL = int(sum(Right))
OPEN = Privileges.neutral
OWN = [right for right in Right if right is not Right.SCHOOL]


def points(*values: float) -> NDArray[np.uint16]:
    """Scores of several people."""
    return (np.array(values) * POINT).astype(np.uint16)


def rights(days: list[NDArray[np.uint16]], age: int = 40, **parameters: Any) -> list[dict[str, Any]]:
    """Rights and diaries of people of one age whose scores are given, day by day."""
    people = len(days[0])
    given_ = {"age": np.full(people, age, np.uint8)}
    institution = Privileges(**({"trips": 0.0} | parameters))
    seen, _ = live([Setter.of(SCORE, days), institution], people, len(days), RIGHTS, DIARY, given=given_)
    return seen


# ---- one right, one threshold ----------------------------------------------------------------------


@pytest.mark.parametrize("right", OWN)
def test_a_right_closes_just_below_its_threshold(right: Right) -> None:
    name = str(right.name).lower()
    today = rights(
        [np.array([549 * POINT, 550 * POINT - 1, 550 * POINT, 0], np.uint16)], **OPEN | {name: 550}
    )[0]
    assert today["rights"].tolist() == [ALL & ~right, ALL & ~right, ALL, ALL]


def test_the_default_thresholds_are_ends_of_published_bands() -> None:
    book = Privileges()
    assert {book.travel, book.credit, book.jobs, book.school} == {550}
    assert {book.promotion, book.exit} == {600}
    assert book.rank == 700


def test_who_has_no_score_keeps_every_right() -> None:
    assert (rights([points(0, 0)])[0]["rights"] == ALL).all()


def test_with_a_margin_a_right_opens_again_higher_than_it_closed() -> None:
    walk = [points(s) for s in (560, 549, 555, 569, 570, 560, 550, 549)]
    seen = rights(walk, **OPEN | {"credit": 550, "margin": 20})
    assert [bool(d["rights"][0] & Right.CREDIT) for d in seen] == [
        True,
        False,
        False,
        False,
        True,
        True,
        True,
        False,
    ]


def test_the_diary_tells_each_change_once_and_not_the_place_on_a_dating_site() -> None:
    seen = rights([points(s) for s in (650, 540, 540, 720, 650)])
    diary = [int(d["diary"][0]) for d in seen]
    assert diary == [0, Event.CLOSED, 0, Event.OPENED, 0]
    assert seen[3]["rights"][0] & Right.RANK
    assert not seen[4]["rights"][0] & Right.RANK


# ---- for whom --------------------------------------------------------------------------------------


def test_of_a_childs_rights_only_travel_hangs_on_its_own_score() -> None:
    assert rights([points(400)], age=17)[0]["rights"][0] == ALL & ~Right.TRAVEL
    assert rights([points(400)], age=18)[0]["rights"][0] == Right.SCHOOL


def household(score: list[float], age: list[int], chunk: int | None = None, **parameters: Any) -> list[int]:
    """Who of two households of three may not go to the better school after a month, by row."""
    given_ = {
        "age": np.array(age, np.uint8),
        "household_place": np.array([0, 1, 2] * 2, np.uint8),
        "household_size": np.full(6, 3, np.uint8),
        "score": points(*score),
    }
    seen, _ = live([Privileges(**parameters)], 6, 31, UNPLACED, RIGHTS, given=given_, chunk=chunk)
    closed = [i for i in range(6) if not seen[-1]["rights"][i] & Right.SCHOOL]
    assert closed == np.flatnonzero(seen[-1]["unplaced"]).tolist()
    return closed


AGES = [40, 38, 9, 41, 16, 70]


@pytest.mark.parametrize("chunk", [6, 4, 2, 1])
def test_the_school_closes_to_children_of_a_household_with_a_low_adult(chunk: int) -> None:
    assert household([600, 500, 600, 600, 600, 600], AGES, chunk) == [2]
    assert household([600, 600, 600, 600, 600, 500], AGES, chunk) == [4]
    assert household([600, 600, 400, 600, 400, 600], AGES, chunk) == []  # a child's own score does not count
    assert household([500, 600, 600, 500, 600, 600], AGES, chunk) == [2, 4]


@pytest.mark.parametrize("chunk", [2, 100])
def test_children_born_in_the_run_are_judged_by_their_parent_wherever_their_row_is(chunk: int) -> None:
    given_ = {
        "age": np.array([40, 5, 30, 6, 50, 25], np.uint8),
        "household_place": np.array([0, 1, 0, 1, 0, 1], np.uint8),
        "score": points(300, 600, 700, 600, 600, 600),
        "parent": np.array([0, 3, 0, 1, 0, 1], np.uint32),
    }
    seen, _ = live([Privileges()], 6, 1, UNPLACED, given=given_, chunk=chunk)
    assert seen[0]["unplaced"].tolist() == [0, 0, 0, 1, 0, 0], "the neighbour's score closes nothing"


def test_the_school_can_be_left_out() -> None:
    assert household([400] * 6, AGES, school=0) == []


def test_the_school_opens_again() -> None:
    """The day after the month in which the adult's score has risen."""
    days = [points(500, 600)] * 40 + [points(600, 600)] * 30
    given_ = {
        "age": np.array([40, 9], np.uint8),
        "household_place": np.array([0, 1], np.uint8),
        "household_size": np.full(2, 2, np.uint8),
    }
    seen, _ = live([Setter.of(SCORE, days), Privileges()], 2, 70, RIGHTS, given=given_)
    school = [bool(d["rights"][1] & Right.SCHOOL) for d in seen]
    assert school.index(False) == 30  # nobody has a score when the schools first look
    assert school[59] is False
    assert school[60] is True


# ---- monotone --------------------------------------------------------------------------------------


def opened_by_more(low: dict[str, int], high: dict[str, int], seed: int, wrong: bool = False) -> bool:
    """Whether a town with higher thresholds has, on some day, a right open that the other has not."""
    chance = np.random.default_rng(seed)
    steps = chance.normal(0, 30, (12, 40)).cumsum(axis=0)
    days = [(np.clip(575 + s, 350, 950) * POINT).astype(np.uint16) for s in steps]
    lax, strict = rights(days, **low), rights(days, **high)
    if wrong:
        lax, strict = strict, lax
    return any(bool((s["rights"] & ~x["rights"]).any()) for x, s in zip(lax, strict, strict=True))


LIMITS = st.fixed_dictionaries({str(r.name).lower(): st.integers(0, 950) for r in OWN})


@settings(deadline=None, max_examples=60)
@given(LIMITS, LIMITS, st.integers(0, 100), st.integers(0, 10**6))
def test_a_higher_threshold_never_opens_a_right(
    one: dict[str, int], two: dict[str, int], margin: int, seed: int
) -> None:
    low = {name: min(one[name], two[name]) for name in one} | {"margin": margin}
    high = {name: max(one[name], two[name]) for name in one} | {"margin": margin}
    assert not opened_by_more(low, high, seed)


def test_the_law_catches_thresholds_that_work_the_other_way() -> None:
    assert opened_by_more({"credit": 400}, {"credit": 700}, 1, wrong=True)


# ---- neutral and tickets ---------------------------------------------------------------------------


def test_thresholds_of_0_close_nothing() -> None:
    seen = rights([points(350, 600, 950)] * 40, trips=365.0, **OPEN)
    assert all((d["rights"] == ALL).all() and not d["diary"].any() for d in seen)


def test_tickets_are_refused_to_the_barred_and_to_nobody_else() -> None:
    seen = rights([points(*[500] * 50, *[600] * 50)] * 5, trips=365.0)
    for today in seen:
        refused = (today["diary"] & int(Event.REFUSED_TRAVEL)) != 0
        assert refused.tolist() == [True] * 50 + [False] * 50


def test_chunks_change_no_byte() -> None:
    scores = [
        np.random.default_rng(d).integers(400, 800, 200).astype(np.uint16) * np.uint16(POINT)
        for d in range(35)
    ]
    age = np.random.default_rng(9).integers(0, 90, 200).astype(np.uint8)
    digests = {
        live([Setter.of(SCORE, scores), Privileges()], 200, 35, given={"age": age}, chunk=c)[1].digest()
        for c in (200, 64, 1)
    }
    assert len(digests) == 1
