"""Life courses in small towns: births and deaths, rows, names, homes, and what begins anew."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import (
    ACTIVITY,
    AGE,
    ALIVE,
    BOLDNESS,
    DIARY,
    EARNINGS,
    FAMILY,
    GROUP,
    HOUSEHOLD,
    HOUSEHOLD_PLACE,
    HOUSEHOLD_SIZE,
    ID,
    INCOME,
    NEWBORN,
    PARENT,
    PARTNER,
    PRIVATE_DISSENT,
    RIGHTS,
    SEX,
    STRATUM,
    Event,
    Right,
)
from glasstown.mechanisms import _ages, _cradle
from glasstown.mechanisms.lifecourse import BARRED, CHILDREN, FATE, TURN, WAITS, Lifecourse, place_of, weekday
from glasstown.mechanisms.registry import Registry
from glasstown.mechanisms.score import Score
from witness import live

KEY = rng.run_key(1)
FAST = Lifecourse(pace=40.0)


def given(people: int = 400, **columns: Any) -> dict[str, np.ndarray]:
    """Women of 30 in households of four, all alike but for what is given."""
    row = np.arange(people)
    known = {AGE: 30, SEX: 1, HOUSEHOLD_PLACE: row % 4, HOUSEHOLD_SIZE: 4, STRATUM: 43, GROUP: 1, INCOME: 500}
    found = {c.name: np.full(people, v, c.dtype) if np.isscalar(v) else v.astype(c.dtype)
             for c, v in known.items()}  # fmt: skip
    return found | columns


def test_at_pace_nought_there_are_no_steps() -> None:
    assert Lifecourse(pace=0.0).steps() == () and Lifecourse.neutral == {"pace": 0.0}
    assert (Lifecourse().length, Lifecourse().month) == (365, 30)
    assert (FAST.length, FAST.month) == (9, 1)


def test_everybody_has_one_birthday_a_year() -> None:
    days, town = live([Lifecourse(births="open", fertility=0.0)], 400, given(), 365, AGE, ALIVE, TURN)
    alive = days[-1]["alive"] > 0
    assert (days[-1]["age"][alive] == 31).all() and 0.98 < alive.mean() <= 1
    assert (days[-1]["age"][~alive] == 0).all()
    changed = [np.count_nonzero(a["age"] != b["age"]) for a, b in pairwise(days)]
    assert max(changed) < 12, "spread over the year"
    assert town.state.counted["deaths"] == 400 - alive.sum()


def test_a_death_leaves_a_row_and_a_birth_takes_it() -> None:
    columns = given(AGE=None)
    columns["age"] = np.where(np.arange(400) % 4 == 3, 104, 30).astype(np.uint8)
    columns.pop("AGE")
    days, town = live([FAST], 400, columns, 40, ID, ALIVE, AGE, DIARY, NEWBORN, PARENT, HOUSEHOLD, SEX,
                      STRATUM, GROUP, INCOME, CHILDREN, HOUSEHOLD_SIZE, FAMILY)  # fmt: skip
    died = sum(int((d["diary"] & np.uint64(Event.DIED) > 0).sum()) for d in days)
    born = sum(int((d["diary"] & np.uint64(Event.BORN) > 0).sum()) for d in days)
    counted = town.state.counted
    assert died == counted["deaths"] > 50 and born <= counted["births"] <= died
    assert counted["renewals"] == counted["births"], "all rows are taken the day they fall free"
    last = days[-1]
    new = last["id"] >= 2**31
    assert new.sum() > 50 and len(np.unique(last["id"])) == 400
    mothers = last["parent"][new & (last["parent"] > 0)] - 1
    assert (last["group"][new] == 1).all() and (last["income"][new] == 500).all()
    assert (last["stratum"][new] == 43 - 43 % 40 + 3).all(), "age band 0, the mother's group and fifth"
    children = np.flatnonzero(new & (last["parent"] > 0) & (last["age"] < 18))
    assert (last["household"][children] == last["household"][last["parent"][children] - 1]).all()
    assert (last["children"][mothers] > 0).all() and (last["family"][mothers] & 1 == 1).all()
    home = np.bincount(last["household"][last["alive"] > 0], minlength=401)
    alive = last["alive"] > 0
    assert (last["household_size"][alive] == home[last["household"][alive]]).all()
    assert not last["household_size"][~alive].any()


def test_births_wait_for_a_row_and_are_counted() -> None:
    m = Lifecourse(births="open", fertility=12.0, pace=12.0)
    _, town = live([m], 400, given(), 20, ALIVE)
    counted = town.state.counted
    assert counted["births"] <= counted["deaths"] < 20 and counted["waiting"] > 50
    roomy = given() | {ALIVE.name: (np.arange(400) % 2).astype(np.uint8)}
    days, town = live([m], 400, roomy, 20, ALIVE)
    assert town.state.counted["births"] > 20 and town.state.counted["waiting"] == 0
    assert days[-1]["alive"].sum() > 200


def test_without_women_rows_stay_free() -> None:
    columns = given() | {SEX.name: np.zeros(400, np.uint8), AGE.name: np.full(400, 100, np.uint8)}
    days, town = live([FAST], 400, columns, 30, ALIVE, AGE)
    assert town.state.counted["births"] == 0 and days[-1]["alive"].sum() < 350
    assert not days[-1]["age"][days[-1]["alive"] == 0].any()


def test_the_nearest_free_row_after_the_mother_is_taken() -> None:
    vacant = np.array([2, 5, 6, 90])
    assert _cradle.rows_for(np.array([5, 5, 0, 7]), vacant).tolist() == [5, 6, 2, 90]
    assert _cradle.rows_for(np.array([91, 91]), vacant).tolist() == [2, 5], "around the end"
    assert _cradle.rows_for.py_func(np.array([5, 5, 0, 7]), vacant).tolist() == [5, 6, 2, 90]


def test_who_waits_bears_first_then_who_drew_lowest() -> None:
    turn = _cradle.turns(np.array([2**62, 2**63, 0], np.uint64), np.array([0.5, 0.5, 0.5]),
                         np.array([0, 1, 2], np.uint8))  # fmt: skip
    assert turn.tolist() == [0.5, -1.0, 0.0]
    assert _cradle.first(turn, 3, 0.4).tolist() == [1, 2]
    many = np.random.default_rng(1).random(5_000)
    assert _cradle.first(many, 30, np.inf).tolist() == np.argsort(many)[:30].tolist()


def test_names_are_made_of_the_mothers_and_nobody_bears_two() -> None:
    why = rng.purpose("lifecourse", "name")
    mothers, numbers = np.array([7, 7, 9], np.uint32), np.array([0, 1, 0], np.uint8)
    nobody = np.zeros(3, np.uint32)
    names = _cradle.names_for(nobody, mothers, numbers, KEY, why)
    assert (names >= 2**31).all() and len(set(names.tolist())) == 3
    assert _cradle.names_for(nobody, mothers[2:], numbers[2:], KEY, why) == names[2:], "whoever else is born"
    taken = _cradle.names_for(names[:1], mothers, numbers, KEY, why)
    assert taken[0] != names[0] and taken[1:].tolist() == names[1:].tolist()
    twice = _cradle.names_for(nobody, mothers[[2, 2]], numbers[[2, 2]], KEY, why)
    assert twice[0] != twice[1], "even if one mother had one number twice"


def test_children_without_adults_are_taken_in() -> None:
    alive, age = np.array([1, 1, 1, 1, 0], np.uint8), np.array([5, 40, 17, 30, 0], np.uint8)
    household = np.array([1, 2, 3, 4, 5], np.uint32)
    members, _, adult, young = _cradle.census(alive, age, household)
    _cradle.take_in(alive, age, household, members, adult, young)
    assert household.tolist() == [2, 2, 2, 4, 5]
    counted = _cradle.census(alive, age, household)
    assert members.tolist() == counted[0].tolist() == [0, 3, 0, 1, 0]
    assert young.tolist() == counted[3].tolist() == [0, 1, 0, 0, 0]
    alone = np.array([1], np.uint32)
    _cradle.take_in(alive[:1], age[:1], alone, members[:1], adult[:1], young[:1])
    assert alone.tolist() == [1], "nobody there to take it in"


def test_couples_are_partners_or_where_nobody_has_one_neighbours() -> None:
    sex, new = np.array([1, 0, 1, 0, 1, 0], np.uint8), np.zeros(6, np.uint8)
    rows, home = np.arange(5), np.arange(1, 7, dtype=np.uint32)
    women, men = _cradle.couples(rows, sex, new, home, np.zeros(6, np.uint32))
    assert (women.tolist(), men.tolist()) == ([0, 2], [1, 3])
    partner = np.array([4, 0, 2, 1, 6, 5], np.uint32)
    women, men = _cradle.couples(rows[:1], sex, new, home, partner)
    assert (women.tolist(), men.tolist()) == ([0, 4], [3, 5]), "row 2 has lost a partner"
    home[3], new[5] = 1, 1
    women, men = _cradle.couples(rows, sex, new, home, partner)
    assert len(women) == len(men) == 0, "already together; the partner's row has somebody new"


@pytest.mark.parametrize("stay", [0.0, 1.0])
def test_leaving_home_founds_households_or_joins_his(stay: float) -> None:
    age = np.tile([50, 48, 24, 24], 100).astype(np.uint8)
    columns = given() | {AGE.name: age, SEX.name: np.tile([1, 0, 1, 0], 100).astype(np.uint8)}
    m = Lifecourse(pace=12.0, births="open", fertility=0.0, with_parents=stay)
    days, _ = live([m], 400, columns, 80, HOUSEHOLD, AGE, ALIVE, SEX, WAITS)
    last = days[-1]
    before = np.arange(400) // 4 * 4 + 1
    moved = (last["household"] != before) & (last["alive"] > 0)
    assert moved.sum() > 80 and set(np.flatnonzero(moved) % 4) <= ({2, 3} if stay == 0 else {2})
    homes = np.bincount(last["household"][last["alive"] > 0])
    assert homes[homes > 0].max() <= 4 + (stay > 0)


def test_school_work_and_rest_follow_the_place_in_the_cohort() -> None:
    limits, rest = _ages.weekdays(), _ages.rest()
    assert [weekday(0, a, 0, limits, rest) for a in (10, 16, 70)] == [1, 1, 2 if limits[70, 1] else 3]
    assert weekday(65_535, 30, 0, limits, rest) == 0 and weekday(65_535, 60, 0, limits, rest) == 3
    for activity in (1, 2, 0):
        for v in (0, 2**31, 2**32 - 2**20):
            assert weekday(int(place_of(np.uint64(v), activity, 19, limits)), 19, 0, limits, rest) == activity


class Closed(Mechanism):
    """The better school is closed to every second person, at all times."""

    def steps(self) -> tuple[Step, ...]:
        """One step."""
        return (Step("closed.close", Phase.SANCTION, self._close, writes=(RIGHTS,)),)

    def _close(self, view: Any, now: Any) -> None:
        row = np.arange(view.lo, view.lo + view.people)
        view[RIGHTS][:] = np.where(row % 2, int(sum(Right)) & ~int(Right.SCHOOL), int(sum(Right)))


def test_a_closed_school_costs_part_of_the_income_to_start_from() -> None:
    columns = given() | {AGE.name: np.full(400, 2, np.uint8)}
    m = Lifecourse(pace=40.0, births="open", fertility=0.0, school_loss=0.2)
    last, _ = live([m, Closed()], 400, columns, 24 * m.length, INCOME, ACTIVITY, ALIVE, BARRED)
    income = last[-1]["income"]
    left = (last[-1]["activity"] != 1) & (last[-1]["alive"] > 0)
    barred = np.arange(400) % 2 == 1
    assert (income[left & ~barred] == 500).all() and left.sum() > 300
    schooled = [d["activity"] == 1 for d in last]
    long = left & barred & schooled[4 * m.length]
    assert long.sum() > 100 and set(income[long].tolist()) <= {400, 401}, (
        "one fifth less after every year in a worse one"
    )
    assert not last[-1]["barred"][left].any()
    none, _ = live([m.model_copy(update={"school_loss": 0.0}), Closed()], 400, columns, 100, INCOME)
    assert (none[-1]["income"] == 500).all()


def test_a_child_starts_with_what_the_mother_earns_now() -> None:
    columns = given() | {EARNINGS.name: np.full(400, 77, np.uint16),
                         ALIVE.name: (np.arange(400) % 8 > 0).astype(np.uint8)}  # fmt: skip
    days, _ = live([Lifecourse()], 400, columns, 1, INCOME, NEWBORN)
    assert (days[0]["income"][days[0]["newborn"] == 1] == 77).all() and days[0]["newborn"].sum() >= 50


def test_dispositions_are_the_mothers_or_anybodys() -> None:
    row = np.arange(400)
    columns = given() | {
        BOLDNESS.name: (row % 251).astype(np.uint8),
        ALIVE.name: (row % 8 > 0).astype(np.uint8),
    }
    for likeness in (0.0, 1.0):
        days, _ = live([Lifecourse(likeness=likeness)], 400, columns, 1, BOLDNESS, NEWBORN, PARENT)
        new = days[0]["newborn"] == 1
        hers = columns["boldness"][days[0]["parent"][new] - 1]
        same = (days[0]["boldness"][new] == hers).mean()
        assert same == 1 if likeness else same < 0.2


def test_the_dead_leave_nothing_and_the_born_begin_anew() -> None:
    """A score belongs to a person: whoever takes the row starts where everybody started."""
    columns = given() | {AGE.name: np.where(np.arange(400) % 4 == 3, 104, 30).astype(np.uint8),
                         PRIVATE_DISSENT.name: np.full(400, 9, np.uint16),
                         PARTNER.name: np.zeros(400, np.uint32)}  # fmt: skip
    score = Score(noise=5.0)
    days, town = live([FAST, score], 400, columns, 6, ID, NEWBORN, ALIVE, FATE, PRIVATE_DISSENT)
    start = round(score.start * 64)
    fresh = days[-2]["newborn"] == 1
    assert fresh.any()
    moved = np.abs(town.state.whole["score"].astype(int) - start)
    assert not moved[fresh].any() and (moved[~fresh] > 0).mean() > 0.9
    gone = days[-1]["alive"] == 0
    assert not days[-1]["private_dissent"][gone & (days[-1]["fate"] == 4)].any()


def test_the_file_of_a_newborn_is_empty() -> None:
    registry = Registry(error=0.9)
    columns = given() | {AGE.name: np.where(np.arange(400) % 4 == 3, 104, 30).astype(np.uint8)}
    days, town = live([FAST, registry], 400, columns, 6, NEWBORN)
    fresh = days[-2]["newborn"] == 1
    wrong = town.state.whole["misrecorded_since"] > 0
    assert fresh.any() and wrong[fresh].mean() < 0.3 < wrong[~fresh].mean()


def test_links_to_a_parent_end_with_the_parent() -> None:
    days, _ = live([FAST], 400, given() | {AGE.name: np.full(400, 45, np.uint8)}, 300, PARENT, ID, NEWBORN)
    for before, after in pairwise(days):
        rows = np.flatnonzero(after["parent"])
        parents = after["parent"][rows] - 1
        kept = (before["id"][rows] == after["id"][rows]) & (before["parent"][rows] == after["parent"][rows])
        assert (before["id"][parents[kept]] == after["id"][parents[kept]]).all(), (
            "the same parent as yesterday"
        )


@pytest.mark.parametrize("how", [{"threads": 1, "chunk": 65_536}, {"threads": 3, "chunk": 61}])
def test_threads_and_chunks_change_nothing(how: dict[str, int]) -> None:
    from glasstown.core.ties import NoTies
    from glasstown.engine.run import Simulation

    digests = set()
    for each in ({"threads": 2, "chunk": 128}, how):
        with Simulation([FAST, Score(noise=5.0)], 400, given(), NoTies(400), seed=1, **each) as simulation:
            for _ in range(60):
                simulation.advance()
        digests.add(simulation.digest())
    assert len(digests) == 1


def test_twin_worlds_give_the_same_child_the_same_id_and_sex() -> None:
    """Beside another institution, or with one death more: whoever is born in both is the same person."""
    columns = given(2_000)
    other = columns | {AGE.name: columns["age"].copy()}
    other["age"][:3] = 104
    m = Lifecourse(pace=24.0)
    one, _ = live([m], 2_000, columns, 60, ID, SEX)
    two, _ = live([m, Score()], 2_000, columns, 60, ID, SEX)
    assert np.array_equal(one[-1]["id"], two[-1]["id"])
    three, _ = live([m], 2_000, other, 60, ID, SEX)
    sexes = [{int(i): int(s) for i, s in zip(d["id"], d["sex"], strict=True) if i >= 2**31}
             for d in (one[-1], three[-1])]  # fmt: skip
    both = sexes[0].keys() & sexes[1].keys()
    assert len(both) > 0.6 * len(sexes[0]) and all(sexes[0][i] == sexes[1][i] for i in both)
