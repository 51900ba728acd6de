"""Legitimacy: turns on a torus and on ties, standing up together, and what moves legitimacy."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from feeder import live, random_ties
from glasstown.core.columns import SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import (
    ACTIVE,
    DIARY,
    LEGITIMACY,
    PRESSURE,
    Event,
)
from glasstown.mechanisms import _bargain, _unrest
from glasstown.mechanisms.legitimacy import CELL, JAILED_UNTIL, POLICE, SCORE_SEEN, Legitimacy

U8 = np.uint8


def bytes_(*values: int) -> np.ndarray:
    return np.array(values, U8)


def chain(*rows: list[int]) -> StoredTies:
    """Ties of each person, as rows."""
    start = np.cumsum([0, *(len(row) for row in rows)]).astype(np.uint32)
    return StoredTies(start, np.array([j for row in rows for j in row], np.uint32))


def given(hardship: list[int], averse: list[int], legitimacy: int = 0, **more: Any) -> dict[str, np.ndarray]:
    columns = {"hardship": hardship, "risk_aversion": averse, "legitimacy": [legitimacy] * len(hardship)}
    return {n: np.array(v, U8) for n, v in columns.items()} | more


# ---- the tables -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rounding", "quotients"),
    [("floor", [0, 1, 1, 2]), ("nearest", [0, 1, 2, 2]), ("none", [1 / 2, 1, 3 / 2, 2])],
)
def test_the_judged_risk_hangs_on_the_rounded_quotient(rounding: Any, quotients: list[float]) -> None:
    risk = _unrest.risks(2.3, rounding, 5)
    assert [risk[c, 2] for c in range(1, 5)] == pytest.approx([1 - np.exp(-2.3 * q) for q in quotients])
    assert (risk[0] == 0).all() and risk.shape == (6, 7)
    assert risk[1, 1] == pytest.approx(0.9, abs=3e-4)


def test_cells_in_view() -> None:
    assert [len(_unrest.offsets(v, "diamond")) for v in (0, 1, 7)] == [0, 4, 112]
    assert [len(_unrest.offsets(v, "square")) for v in (0, 1, 7)] == [0, 8, 224]
    assert (np.abs(_unrest.offsets(7, "diamond")).sum(axis=1) <= 7).all()


@pytest.mark.parametrize(
    ("people", "share", "size"), [(1_184, 0.74, (40, 40)), (1, 0.74, (1, 1)), (7, 1.0, (3, 3))]
)
def test_the_torus_is_as_large_as_the_density_asks(people: int, share: float, size: tuple[int, int]) -> None:
    assert _unrest.side(people, share) == size


@pytest.mark.parametrize("people", [0, 1, 2, 5, 1_000])
def test_turns_follow_the_draws(people: int) -> None:
    words = np.random.default_rng(people).integers(0, 2**64 - 1, people, np.uint64)
    words[: people // 2] >>= np.uint64(40)  # many in one box
    order = np.empty(people, np.uint32)
    _unrest.in_turn(words, order)
    assert np.array_equal(order, np.argsort(words, kind="stable"))


def test_what_is_seen_is_kept_as_a_count_would_have_it() -> None:
    for at in ((0, 0), (4, 9), (10, 12), (5, 0)):
        field = np.zeros(11 * 13, np.int32)
        _unrest.noted(field, *at, _unrest.widths(3, "diamond"), 11, 13, 1)
        down, right = np.divmod(np.arange(11 * 13), 13)
        far = [
            np.minimum(np.abs(d - a), n - np.abs(d - a))
            for d, a, n in zip((down, right), at, (11, 13), strict=True)
        ]
        assert np.array_equal(field, (sum(far) <= 3).astype(np.int32))


# ---- the torus ------------------------------------------------------------------------------------


def torus(days: int, people: int = 1_184, seed: int = 1, **parameters: Any) -> list[dict[str, np.ndarray]]:
    return live([Legitimacy(**parameters)], people, days, CELL, ACTIVE, JAILED_UNTIL, DIARY, seed=seed)[0]


@pytest.mark.parametrize("movement", ["before", "after", "none"])
def test_nobody_shares_a_cell_and_walks_are_within_view(movement: Any) -> None:
    days = torus(30, movement=movement, level=0.7)
    for before, now in pairwise(days):
        assert len(set(now["cell"].tolist())) == 1_184
        (r0, c0), (r1, c1) = (np.divmod(d["cell"].astype(int) - 1, 40) for d in (before, now))
        far = sum(np.minimum(abs(a - b), 40 - abs(a - b)) for a, b in ((r0, r1), (c0, c1)))
        assert far.max() <= 7 and (movement == "none") == (far.max() == 0)
        jailed = now["jailed_until"].astype(int) > len(days) + 2
        assert (now["active"][jailed] == 0).all()


def test_everybody_walks_somewhere_else_unless_nothing_is_empty() -> None:
    days = torus(3, level=1.0)
    assert (days[1]["cell"] != days[0]["cell"]).all()
    full = torus(3, people=100, density=0.9, police=0.1, level=1.0)
    assert np.array_equal(full[2]["cell"], full[0]["cell"])


def test_the_diary_tells_who_stood_up_and_who_was_arrested() -> None:
    days = torus(40, level=0.7)
    stood = np.array([(d["diary"] & np.uint64(Event.STOOD_UP)) != 0 for d in days])
    taken = np.array([(d["diary"] & np.uint64(Event.ARRESTED)) != 0 for d in days])
    active = np.array([d["active"] != 0 for d in days])
    assert stood.sum() > 100 and taken.sum() > 100
    rose = active[1:] & ~active[:-1]
    assert (stood[1:] | ~rose | taken[1:]).all(), "whoever is newly active stood up"
    assert not (taken & active & ~stood).any(), "whoever was taken is no longer active, or stood up again"


def test_jail_lasts_up_to_its_longest_and_nobody_acts_in_it() -> None:
    days = torus(120, level=0.6, jail=5)
    until = np.array([d["jailed_until"].astype(int) for d in days])
    left = until - np.arange(120)[:, None] - 1
    assert left.max() <= 6 and left.max() >= 5
    assert not (np.array([d["active"] for d in days])[left > 0]).any()


def test_places_and_police_may_be_given() -> None:
    cells = np.arange(1, 101, dtype=np.uint32)
    police = np.zeros(100, U8)
    police[:7] = 1
    columns = {"cell": cells, "police": police}
    m = Legitimacy(movement="none", level=0.0, threshold=0.0, constant=0.0, jail=0)
    days, _ = live([m], 100, 3, CELL, ACTIVE, DIARY, given=columns)
    assert np.array_equal(days[-1]["cell"], cells)
    assert not days[-1]["active"][:7].any() and days[-1]["active"][7:].sum() > 60


# ---- ties, in turn --------------------------------------------------------------------------------


def test_on_ties_police_are_seen_and_arrest() -> None:
    """Nobody is deterred who minds no risk; the officer takes one of two active ties a day."""
    ties = chain([1, 2], [0], [0], [])
    columns = given([255] * 4, [0, 0, 0, 0], police=bytes_(1, 0, 0, 0))
    m = Legitimacy(place="ties", traits="given", jail=2_000)
    days, _ = live([m], 4, 6, ACTIVE, JAILED_UNTIL, DIARY, given=columns, ties=ties)
    assert days[-1]["active"].tolist() == [0, 0, 0, 1], "only whom no officer knows is left"
    assert (days[-1]["jailed_until"][1:3] > 0).all()


def test_on_ties_company_takes_the_fear_away() -> None:
    """One officer, and as many active friends as make the quotient less than one."""
    ties = chain([1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2])
    bold = live([Legitimacy(place="ties", traits="given", jail=0)], 4, 1, ACTIVE, given=given(
        [255] * 4, [0, 255, 255, 0], police=bytes_(0, 0, 0, 0), legitimacy=100), ties=ties)[0]  # fmt: skip
    assert bold[0]["active"].tolist() == [1, 1, 1, 1], "without police nobody is afraid"
    alone = live([Legitimacy(place="ties", traits="given", jail=0)], 2, 3, ACTIVE, given=given(
        [255, 255], [0, 255], police=bytes_(1, 0)), ties=chain([1], [0]))[0]  # fmt: skip
    assert alone[-1]["active"].tolist() == [0, 0], "one officer, nobody else: too risky"


# ---- ties, together --------------------------------------------------------------------------------

TOWN: dict[str, Any] = {"place": "ties", "order": "together", "traits": "given"}


def test_together_only_as_many_as_see_enough_others_stand_up() -> None:
    """Two officers at hand: risky for one or two, not for three who see each other."""
    ties = chain([1, 2], [0, 2], [0, 1], [4], [3])
    averse = [0, 0, 255, 0, 255]
    m = Legitimacy(**TOWN, presence=2, jail=0)
    days, _ = live([m], 5, 3, ACTIVE, DIARY, given=given([255] * 5, averse), ties=ties)
    assert days[0]["active"].tolist() == [1, 1, 0, 1, 0]
    shown = np.array([d["diary"] & np.uint64(Event.STOOD_UP) != 0 for d in days])
    assert shown[0].tolist() == [True, True, False, True, False]


def test_nobody_stands_up_below_the_age_or_in_detention_and_police_never_do() -> None:
    columns = given([255] * 4, [0] * 4, age=bytes_(17, 30, 30, 30), police=bytes_(0, 0, 1, 0))
    columns["detained_until"] = np.array([0, 9, 0, 0], np.uint16)
    m = Legitimacy(**TOWN, from_age=18)
    days, _ = live([m], 4, 10, ACTIVE, given=columns, ties=chain([], [], [], []))
    assert days[6]["active"].tolist() == [0, 0, 0, 1]
    assert days[9]["active"].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("hands_over", [False, True])
def test_an_arrest_is_jail_or_a_reason_to_detain(hands_over: bool) -> None:
    m = Legitimacy(**TOWN, presence=1, jail=4, hands_over=hands_over)
    days, _ = live([m], 50, 2, ACTIVE, JAILED_UNTIL, PRESSURE, DIARY, given=given([255] * 50, [0] * 50),
                   ties=chain(*[[] for _ in range(50)]))  # fmt: skip
    taken = days[1]["diary"] & np.uint64(Event.ARRESTED) != 0
    assert taken.all(), "one officer, one active person"
    assert (days[1]["pressure"] == 1).all() == hands_over
    assert days[1]["jailed_until"].any() != hands_over


def test_the_chance_to_be_taken() -> None:
    take = _bargain.takings(4) / 2**64
    assert take[1, 1] == pytest.approx(1) and take[1, 4] == pytest.approx(0.25)
    assert take[2, 2] == pytest.approx(0.75) and (take[0] == 0).all()


# ---- what moves legitimacy --------------------------------------------------------------------------

MOVES: dict[str, Any] = {"threshold": 1.0, "traits": "given", "looking": 1}


def test_growth_moves_it_both_ways_and_what_is_expected_does_not() -> None:
    for growth, sign in ((0.15, 1), (0.05, 0), (-0.05, -1)):
        m = Legitimacy(**MOVES, growth=growth, growth_effect=20.0)
        days, _ = live([m], 2_000, 30, LEGITIMACY, given={"legitimacy": np.full(2_000, 150, U8)})
        means = [float(d["legitimacy"].mean()) for d in days]
        assert np.sign(means[-1] - 150) == sign
        assert all((b - a) * sign >= 0 for a, b in pairwise(means))


def test_only_those_whose_score_moves_are_moved_by_merit_if_they_are_told_it() -> None:
    score = np.full(6, 600 * 64, np.uint16)
    m = Legitimacy(**MOVES, merit_effect=1.0, rise=20.0)
    columns = {"legitimacy": np.full(6, 100, U8), "score": score, "stake": np.repeat([1, 0], 3).astype(U8),
               "score_seen": score + np.tile([0, -1_280, 1_280], 2).astype(np.uint16)}  # fmt: skip
    days, _ = live([m], 6, 3, LEGITIMACY, SCORE_SEEN, given=columns)
    assert days[0]["legitimacy"].tolist() == [100, 255, 0, 100, 100, 100], "three of them know it"
    assert np.array_equal(days[0]["score_seen"][:3], score[:3])
    assert np.array_equal(days[2]["score_seen"][3:], columns["score_seen"][3:])
    assert days[2]["legitimacy"].tolist() == [100, 255, 0, 100, 100, 100]


def test_news_from_outside_costs_in_proportion_to_what_is_known() -> None:
    columns = {"legitimacy": np.full(3, 200, U8), "informed": np.array([0, 32_767, 65_535], np.uint16)}
    days, _ = live([Legitimacy(**MOVES, news_effect=0.5)], 3, 1, LEGITIMACY, given=columns)
    after = days[0]["legitimacy"].tolist()
    assert after[0] == 200 and after[1] in (150, 151) and after[2] == 100
    unread = Legitimacy(**MOVES, closed_effect=0.5)
    assert live([unread], 3, 1, LEGITIMACY, given=columns)[0][0]["legitimacy"].tolist() == [200] * 3


def test_a_closed_right_and_a_tie_in_detention_cost() -> None:
    rights = np.array([127, 126, 127], np.uint16)
    columns = {"legitimacy": np.full(3, 200, U8), "rights": rights,
               "detained_until": np.array([50, 0, 0], np.uint16)}  # fmt: skip
    m = Legitimacy(**MOVES, closed_effect=0.5, detention_effect=0.25)
    days, _ = live([m], 3, 1, LEGITIMACY, given=columns, ties=chain([], [2], [0]))
    assert days[0]["legitimacy"].tolist() == [200, 100, 150]


def test_a_share_is_rounded_to_one_of_its_neighbours() -> None:
    assert _bargain.moved(100.0, 0.0, 0.101, 0.0) == 89 and _bargain.moved(100.0, 0.0, 0.101, 0.999) == 90
    assert _bargain.moved(255.0, 1.0, 0.0, 0.999) == 255 and _bargain.moved(3.0, 0.0, 7.0, 0.0) == 0


# ---- as every mechanism ------------------------------------------------------------------------------

KINDS: list[dict[str, Any]] = [
    {}, {"movement": "before"}, {"place": "ties"}, TOWN | {"presence": 1},
    TOWN | {"growth_effect": 5.0, "growth": 0.1, "merit_effect": 0.1, "closed_effect": 0.1,
            "detention_effect": 0.1, "news_effect": 0.1, "looking": 2},
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_change_nothing(kind: dict[str, Any]) -> None:
    n = 1_500
    chance = np.random.default_rng(8)
    columns = given(chance.integers(0, 256, n).tolist(), chance.integers(0, 256, n).tolist(), 60)
    m, ties = Legitimacy(**kind), random_ties(n, 4, 2, False)
    digests = {live([m], n, 6, given=columns, ties=ties, chunk=c)[1].digest() for c in (99, 1024, 1_500)}
    assert len(digests) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [0, 1, 2, 9])
def test_any_number_of_people(kind: dict[str, Any], n: int) -> None:
    assert live([Legitimacy(**kind)], n, 4)[1].day == 4


def test_neutral_does_nothing_at_all_and_the_default_does() -> None:
    assert Legitimacy(**Legitimacy.neutral).steps() == ()
    assert [s.name for s in Legitimacy().steps()] == ["legitimacy.stand"]
    assert any(d["active"].any() for d in torus(30))


@pytest.mark.parametrize(
    "wrong",
    [{"order": "together"}, {"growth_effect": 1.0}, {"density": 0.9, "police": 0.2}, {"vision": 99},
     {"rounding": "up"}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Legitimacy(**wrong)


def test_police_are_always_the_same_and_as_many_as_asked_for() -> None:
    days = torus(60, level=0.0, threshold=0.0, constant=0.0, jail=0)
    ever = np.array([d["active"] for d in days]).any(axis=0)
    assert (~ever).sum() == 64
    assert POLICE.visible and SHARE == 65_535
