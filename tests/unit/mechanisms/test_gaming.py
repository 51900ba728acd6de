"""Gaming: who moves and how far, who can pay for a way round, and what cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from feeder import live
from glasstown.core.columns import POINT, SHARE
from glasstown.core.vocabulary import (
    ACTS,
    AGE,
    ALIVE,
    DETAINED_UNTIL,
    DIARY,
    EARNINGS,
    ENTRIES,
    EVADING,
    INCOME,
    PERCEIVED_RISK,
    SCORE,
    STAKE,
    STRATUM,
    Act,
    Evasion,
    Event,
    Stake,
)
from glasstown.mechanisms.gaming import (
    ACCEPTED,
    DEEDS,
    FEATURE,
    FINE,
    SHOWN,
    WORTHY,
    ZERO,
    Gaming,
    normals,
    worth,
)
from glasstown.mechanisms.registry import Registry
from glasstown.mechanisms.score import Score

NO_WAY = {"second_phone": 0.0, "tunnel": 0.0}
BOTH = int(Evasion.SECOND_PHONE | Evasion.TUNNEL)


def shown(features: list[float], stratum: int = 0, **parameters: object) -> tuple[list[float], list[int]]:
    """What people with these features show, and who is accepted."""
    given_ = {
        FEATURE.name: np.array([ZERO + round(x * FINE) for x in features], np.uint16),
        STRATUM.name: np.full(len(features), stratum, np.uint8),
    }
    m = Gaming(**(NO_WAY | parameters))
    (day,), _ = live([m], len(features), 1, SHOWN, ACCEPTED, FEATURE, given=given_)
    assert np.array_equal(day["feature"], given_[FEATURE.name]), "what was given is kept"
    return [(int(x) - ZERO) / FINE for x in day["shown"]], day["accepted"].tolist()


def test_who_is_within_reach_moves_just_far_enough() -> None:
    x = [-1.5, -1.0, -0.25, 0.0, 0.5]
    assert shown(x) == ([-1.5, 0.0, 0.0, 0.0, 0.5], [0, 1, 1, 1, 1])
    assert shown(x, reach=0.0) == (x, [0, 0, 0, 1, 1])


def test_who_asks_for_more_gets_effort_from_others() -> None:
    x = [-0.5, 0.0, 0.5, 1.0, 1.5]
    assert shown(x, publisher="robust") == ([-0.5, 1.0, 1.0, 1.0, 1.5], [0, 1, 1, 1, 1])


def test_dear_effort_reaches_less_far() -> None:
    x = [-0.75, -0.4, -0.2]
    assert shown(x, stratum=0, poor_cost=2.0)[1] == [0, 1, 1]
    assert shown(x, stratum=4, poor_cost=2.0)[1] == [1, 1, 1]
    assert shown(x, stratum=44, group_cost=4.0)[1] == [0, 0, 1]
    assert shown(x, stratum=40, group_cost=2.0, poor_cost=2.0)[1] == [0, 0, 1]
    assert Gaming(poor_cost=3.0).costs[:5].tolist() == [768, 640, 512, 384, 256]


@given(st.integers(-(10**6), 10**6), st.integers(0, 10**6))
def test_effort_is_worth_it_from_one_step_to_the_reach(need: int, reach: int) -> None:
    assert worth(need, reach) == (0 < need <= reach)


@given(st.floats(-3.9, 3.9), st.floats(0, 4), st.floats(0, 3.9))
def test_acceptance_grows_with_reach(x: float, reach: float, more: float) -> None:
    near, far = (Gaming(reach=r).within(r, FINE)[4] for r in (reach, min(reach + more, 4.0)))
    assert near <= far


def test_the_normal_table_is_symmetric_and_has_variance_one() -> None:
    z = (normals().astype(float) + 0.5) / FINE
    assert np.allclose(z + z[::-1], 0, atol=1.01 / FINE)
    assert z.mean() == pytest.approx(0, abs=1e-6) and z.var() == pytest.approx(1, abs=2e-4)
    assert ZERO + FINE + normals().max() < 65_536 and ZERO - FINE + normals().min() > 0


# ---- the same rule in points -----------------------------------------------------------------------


def test_borders_are_the_next_above() -> None:
    table = Gaming().borders
    assert [int(table[p]) // POINT for p in (0, 549, 550, 599, 650, 699, 700, 1023)] == [
        550, 550, 600, 600, 700, 700, 0, 0]  # fmt: skip
    assert [int(b) // POINT for b in Gaming(spacing=0).borders[[549, 550]]] == [550, 0]


def deeds(
    points: list[float], days: int = 1, age: int = 40, known: int = 1, **parameters: object
) -> list[int]:
    given_ = {
        STAKE.name: np.full(len(points), known, np.uint8),
        SCORE.name: np.array([round(p * POINT) for p in points], np.uint16),
        AGE.name: np.full(len(points), age, np.uint8),
    }
    m = Gaming(**(NO_WAY | {"aim": "score", "pace": 1.0, "period": 1} | parameters))
    lived, _ = live([m], len(points), days, DEEDS, ENTRIES, given=given_)
    done = np.zeros(len(points), int)
    for day in lived:
        done += day["entries"] == Act.CARE
    assert np.array_equal(done, lived[-1]["deeds"])
    return done.tolist()


def test_good_deeds_come_just_below_a_border() -> None:
    points = [0, 529.9, 530, 549.9, 550, 579, 590, 695, 700, 900]
    assert deeds(points) == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0]
    assert deeds(points, window=300.0)[1] == 1
    assert deeds(points, poor_cost=4.0) == [0, 0, 0, 1, 0, 0, 0, 1, 0, 0]
    assert deeds([540.0], 4) == [4] and deeds([540.0], 8, period=7) == [2]
    assert deeds([540.0], age=13) == [0] and deeds([540.0], pace=0.0) == [0]


def test_effort_buys_points_and_ends_at_the_border() -> None:
    """Two deeds of five points take everybody from 540 to the border at 550 and no further."""
    given_ = {AGE.name: np.full(30, 40, np.uint8)}
    book = Score(start=540.0, points_care=5.0, memory=0.0, company=0.0, awareness=1.0)
    m = Gaming(aim="score", pace=1.0, period=1, spacing=0, **NO_WAY)
    files = Registry(error=0.0, missed_link=0.0)
    lived, _ = live([m, files, book], 30, 12, SCORE, DEEDS, given=given_)
    assert set(lived[-1]["score"]) == {550 * POINT} and set(lived[-1]["deeds"]) == {2}
    shy, _ = live([m.model_copy(update={"window": 5.0}), files, book], 30, 12, SCORE, given=given_)
    assert set(shy[-1]["score"]) == {540 * POINT}, "too far for what it is worth"


def test_nobody_works_for_a_score_that_is_not_known() -> None:
    """A secret score draws no effort, and one that some are told draws theirs alone."""
    assert deeds([540.0], known=int(Stake.KNOWN | Stake.COMPANY)) == [1]
    assert deeds([540.0], known=0) == [0] and deeds([540.0], known=int(Stake.COMPANY)) == [0]
    n, given_ = 4_000, {AGE.name: np.full(4_000, 40, np.uint8)}
    files, m = Registry(error=0.0, missed_link=0.0), Gaming(aim="score", pace=1.0, period=1, **NO_WAY)
    done = {}
    for told in (("secret", 1.0), ("public", 0.0), ("own", 0.25), ("public", 0.25), ("own", 1.0)):
        book = Score(start=540.0, memory=0.0, company=0.0, publicity=told[0], awareness=told[1])
        lived, _ = live([m, files, book], n, 3, DEEDS, STAKE, given=given_)
        knows = lived[-1]["stake"] == Stake.KNOWN
        assert np.array_equal(lived[-1]["deeds"] > 0, knows)
        done[told] = knows.mean()
    assert done["secret", 1.0] == done["public", 0.0] == 0.0 and done["own", 1.0] == 1.0
    assert done["own", 0.25] == done["public", 0.25] and abs(done["own", 0.25] - 0.25) < 0.035


# ---- ways round ------------------------------------------------------------------------------------


def ways(people: dict[str, int], **parameters: object) -> tuple[int, int, int]:
    """Ways round of a person on the second day, what that person does and what the diary says."""
    names = {"age": AGE, "income": INCOME, "earnings": EARNINGS, "risk": PERCEIVED_RISK}
    given_ = {names[k].name: np.array([v], names[k].dtype) for k, v in ({"age": 40} | people).items()}
    m = Gaming(**({"second_phone": 1.0, "tunnel": 1.0} | parameters))
    lived, _ = live([m], 1, 2, EVADING, ACTS, DIARY, given=given_)
    assert lived[0]["acts"][0] == 0, "thought about in the evening, used from the next day on"
    return tuple(int(lived[1][c][0]) for c in ("evading", "acts", "diary"))  # type: ignore[return-value]


def test_a_way_round_must_be_paid() -> None:
    used = int(Act.TUNNEL), int(Event.EVADED)
    assert ways({"income": 2500}) == (BOTH, *used)
    assert ways({"income": 2499}) == (int(Evasion.TUNNEL), *used)
    assert ways({"income": 1499}) == (0, 0, 0)
    assert ways({"income": 9000, "earnings": 1499}) == (0, 0, 0), "the poor of today, not of the start"
    assert ways({"income": 100, "earnings": 9000}) == (BOTH, *used)
    assert ways({"income": 9000}, use=0.0) == (BOTH, 0, 0)


def test_who_is_detained_or_not_there_goes_round_nothing_and_does_no_deeds() -> None:
    for name, value in ((DETAINED_UNTIL, 9), (ALIVE, 0)):
        who = {AGE.name: 40, INCOME.name: 9000, EVADING.name: BOTH, name.name: value}
        small = (AGE.name, EVADING.name, ALIVE.name)
        given_ = {n: np.array([v], np.uint8 if n in small else np.uint16) for n, v in who.items()}
        lived, _ = live([Gaming()], 1, 2, ACTS, DIARY, given=given_)
        assert not any(day["acts"].any() or day["diary"].any() for day in lived)
    assert deeds([540.0]) == [1]
    held = {SCORE.name: np.array([540 * POINT], np.uint16), AGE.name: np.array([40], np.uint8),
            DETAINED_UNTIL.name: np.array([9], np.uint16)}  # fmt: skip
    m = Gaming(**(NO_WAY | {"aim": "score", "pace": 1.0, "period": 1}))
    assert not live([m], 1, 1, DEEDS, given=held)[0][0]["deeds"].any()


def test_age_decides_too() -> None:
    assert ways({"income": 9000, "age": 13}) == (0, 0, 0)
    assert ways({"income": 9000, "age": 60}, elderly=0.0) == (0, 0, 0)
    assert ways({"income": 9000, "age": 59}, elderly=0.0)[0] == BOTH


def test_fear_inclines_more_people() -> None:
    people = 4_000
    given_ = {AGE.name: np.full(people, 40, np.uint8), INCOME.name: np.full(people, 9000, np.uint16)}
    calm = live([Gaming()], people, 1, EVADING, given=given_)[0][0]["evading"]
    given_[PERCEIVED_RISK.name] = np.full(people, SHARE, np.uint16)
    afraid = live([Gaming()], people, 1, EVADING, given=given_)[0][0]["evading"]
    assert not np.any(calm & ~afraid) and afraid.astype(bool).sum() > 1.5 * calm.astype(bool).sum()


def test_what_is_off_takes_no_step() -> None:
    names = [s.name for s in Gaming(**NO_WAY).steps()]
    assert names == ["gaming.begin", "gaming.strive"]
    assert [s.name for s in Gaming(aim="score", **NO_WAY).steps()] == ["gaming.labour"]
    assert Gaming(aim="score", window=0.0, **NO_WAY).steps() == ()


def test_nobody_hides_where_nobody_has_money() -> None:
    adults = {AGE.name: np.full(50, 40, np.uint8)}
    lived, _ = live([Gaming(second_phone=1.0)], 50, 3, EVADING, WORTHY, given=adults)
    assert not lived[2]["evading"].any() and 0 < lived[2]["worthy"].sum() < 50


@pytest.mark.parametrize(
    "wrong",
    [{"reach": -1.0}, {"aim": "points"}, {"poor_cost": 0.0}, {"budget": 0.0}, {"pace": 2.0}, {"x": 1}],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Gaming(**wrong)
