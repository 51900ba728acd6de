"""Lists: who enters, how a listing ends, what it closes, and what cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from feeder import Feeder, live
from glasstown.core.vocabulary import AGE, RIGHTS, Act, Right
from glasstown.errors import ScheduleError
from glasstown.mechanisms.lists import (
    LISTED_UNTIL,
    MISLISTED,
    REDLISTED_UNTIL,
    REFUSED,
    Lists,
    ending,
    ends,
    left,
)
from glasstown.mechanisms.privileges import Privileges

PEOPLE = 60
EVERYBODY = dict.fromkeys(range(PEOPLE), int(Act.DEFAULT))
GOOD = dict.fromkeys(range(PEOPLE), int(Act.REPAY))
ALL = (LISTED_UNTIL, MISLISTED, REFUSED, REDLISTED_UNTIL, RIGHTS)
ADULTS = {AGE.name: np.full(PEOPLE, 40, np.uint8)}
FILES = {"hazard": 0.0, "per_entry": 1.0, "terms": "fixed", "repair": 0.0}
WEEK = FILES | {"shortest": 7 / 365, "longest": 7 / 365}


def town(m: Lists, days: int, filed=None, misfiled=None, restored=None, people=None):
    feeder = Feeder.of(filed or {}, misfiled, restored)
    return live([m, feeder], PEOPLE, days, *ALL, given=ADULTS | (people or {}))[0]


def on(lived: list, name: str = "listed_until") -> list[bool]:
    return [bool(d[name].all()) for d in lived]


def test_a_listing_lasts_its_term_to_the_day() -> None:
    lived = town(Lists(**WEEK), 12, {2: EVERYBODY})
    assert on(lived) == [False] * 2 + [True] * 7 + [False] * 3
    assert not lived[9]["listed_until"].any()


def test_a_second_entry_changes_nothing() -> None:
    lived = town(Lists(**WEEK), 12, {2: EVERYBODY, 5: EVERYBODY})
    assert on(lived) == [False] * 2 + [True] * 7 + [False] * 3


def test_an_open_listing_has_no_date() -> None:
    lived = town(Lists(hazard=0.0, per_entry=1.0, duration=100.0), 2, {0: EVERYBODY})
    assert set(lived[0]["listed_until"]) == {65_535}


def test_games_and_good_deeds_list_nobody() -> None:
    lived = town(Lists(**WEEK), 2, {0: dict.fromkeys(range(PEOPLE), int(Act.GAMES | Act.CARE))})
    assert not lived[1]["listed_until"].any()


def test_minors_are_not_listed() -> None:
    people = {AGE.name: np.full(PEOPLE, 17, np.uint8)}
    assert not town(Lists(**WEEK), 1, {0: EVERYBODY}, people=people)[0]["listed_until"].any()
    assert not town(Lists(hazard=100.0), 3, people=people)[2]["listed_until"].any()
    assert town(Lists(**WEEK, from_age=0), 1, {0: EVERYBODY}, people=people)[0]["listed_until"].all()


def test_a_wrong_listing_ends_when_the_record_is_cleared() -> None:
    cleared = {4: dict.fromkeys(range(PEOPLE), 1)}
    lived = town(Lists(**WEEK), 6, None, {1: EVERYBODY}, cleared)
    assert on(lived) == [False, True, True, True, False, False]
    assert on(lived, "mislisted") == on(lived)
    lived = town(Lists(**WEEK), 6, {1: EVERYBODY}, None, cleared)
    assert on(lived) == [False] + [True] * 5, "a right one stays"
    assert not any(d["mislisted"].any() for d in lived)


def test_a_wrong_listing_for_a_false_and_a_true_entry_is_right() -> None:
    lived = town(Lists(**WEEK), 1, {0: EVERYBODY}, {0: EVERYBODY})
    assert on(lived) == [True] and not lived[0]["mislisted"].any()


def test_what_a_listing_closes_where_lists_decide() -> None:
    lived = town(Lists(**WEEK, closes=True, joint=0.0), 9, {0: EVERYBODY})
    everything = int(sum(Right))
    assert set(lived[0]["rights"]) == {everything & ~Right.TRAVEL}
    assert set(lived[8]["rights"]) == {everything}
    lived = town(Lists(**WEEK, closes=True), 1, {0: EVERYBODY})
    assert set(lived[0]["rights"]) == {Right.SCHOOL}
    lived = town(Lists(**WEEK), 1, {0: EVERYBODY})
    assert set(lived[0]["rights"]) == {everything}, "a score's table of rights decides"


def test_closing_is_monotone_in_how_many_join_in() -> None:
    closed = [town(Lists(**WEEK, closes=True, joint=j), 1, {0: EVERYBODY})[0]["rights"] for j in (0.2, 0.7)]
    assert not np.any(closed[1] & ~closed[0]) and np.any(closed[0] != closed[1])


def test_rights_have_one_owner() -> None:
    with pytest.raises(ScheduleError, match="rights"):
        live([Lists(closes=True), Privileges()], 3, 1)


def test_the_redlist_gives_a_rank_and_a_listing_takes_it() -> None:
    m = Lists(**WEEK, red_per_entry=1.0, red_term=4 / 365, closes=True)
    lived = town(m, 6, {1: GOOD})
    assert on(lived, "redlisted_until") == [False] + [True] * 4 + [False]
    assert [bool((d["rights"] & Right.RANK).all()) for d in lived] == on(lived, "redlisted_until")
    lived = town(m, 3, {0: GOOD, 1: EVERYBODY})
    assert on(lived, "redlisted_until") == [True, False, False]
    assert not town(m, 1, {0: dict.fromkeys(range(PEOPLE), int(Act.REPAY | Act.DEFAULT))})[0][
        "redlisted_until"
    ].any()


def test_what_the_population_gives_is_kept() -> None:
    until = np.where(np.arange(PEOPLE) < 20, 4, 0).astype(np.uint16)
    m = Lists(hazard=0.0)
    lived = town(m, 5, people={LISTED_UNTIL.name: until})
    assert [int(np.count_nonzero(d["listed_until"])) for d in lived] == [20, 20, 20, 0, 0]
    assert np.array_equal(lived[0]["listed_until"], until)


def test_refusals_are_of_the_listed() -> None:
    lived = town(Lists(**WEEK, trips=365.0), 9, {0: dict.fromkeys(range(5), int(Act.DEFAULT))})
    assert lived[8]["refused"].tolist() == [7] * 5 + [0] * (PEOPLE - 5)


@given(st.integers(0, 60_000), st.integers(0, 2**64 - 1), st.integers(1, 4_000), st.integers(1, 1_500))
def test_a_term_is_one_of_those_allowed(day: int, luck: int, first: int, terms: int) -> None:
    until = ending(day, np.uint64(luck), first, terms)
    assert min(day + 1 + first, 65_534) <= until <= min(day + first + terms, 65_534)
    assert not ends(until, until - 2) and ends(until, until - 1)
    assert not ends(0, day) and not ends(65_535, day)
    assert ending(day, np.uint64(luck), 0, 0) == 65_535


def test_the_days_left_add_up_to_the_mean_stay() -> None:
    assert left(0.1, 0, 0).tolist() == [10.0]
    assert left(0.0, 3, 1).tolist() == [1.0, 1.0, 1.0]
    assert left(0.0, 1, 3).tolist() == pytest.approx([1, 2 / 3, 1 / 3])
    assert left(0.5, 2, 1).tolist() == [0.5, 1.0]


def test_the_default_stay_of_terms_is_close_to_three_years() -> None:
    assert Lists(terms="fixed").stay() / 365 == pytest.approx(2.83, abs=0.03)
    assert Lists().stay() / 365 == pytest.approx(3.0)


@pytest.mark.parametrize(
    "wrong",
    [{"hazard": -1.0}, {"duration": 0.0}, {"shortest": 6.0}, {"joint": 2.0}, {"terms": "long"}, {"list": 1}],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Lists(**wrong)
