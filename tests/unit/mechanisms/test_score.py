"""Score: the rulebook, bounds, what is given back, who is told, whom ties move."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from feeder import Feeder, live, random_ties
from glasstown.core.columns import POINT
from glasstown.core.mechanism import Mechanism
from glasstown.core.ties import NoTies, StoredTies
from glasstown.core.vocabulary import DIARY, NOTICES, SCORE, STAKE, WRONG_POINTS, Act, Event, Stake
from glasstown.engine.run import Simulation
from glasstown.mechanisms import score
from glasstown.mechanisms.children import Children
from glasstown.mechanisms.no_contagion import NoContagion
from glasstown.mechanisms.score import MERIT, MONTH, NO_NOISE, Score

FLOOR, START, CEILING = 350 * POINT, 600 * POINT, 950 * POINT
ALONE = {"company": 0.0, "memory": 0.0}
BITS = st.integers(0, (1 << len(Act)) - 1)
POINTS = st.integers(FLOOR, CEILING)


def one(bits: int, false: int = 0, restored: int = 0, **parameters: Any) -> dict[str, Any]:
    """The first day of a person about whom this is filed on it."""
    feeder = Feeder.of({0: {0: bits}}, {0: {0: false}}, {0: {0: restored}})
    seen, _ = live([feeder, Score(**(ALONE | parameters))], 1, 1, SCORE, DIARY, NOTICES, WRONG_POINTS)
    return seen[0]


# ---- the rulebook ----------------------------------------------------------------------------------


@pytest.mark.parametrize("act", list(Act))
def test_each_act_moves_the_score_by_its_points(act: Act) -> None:
    points = Score().model_dump()[f"points_{act.name.lower()}"]
    today = one(act)
    assert today["score"][0] == START + round(points * POINT)


def test_the_default_rulebook_is_that_of_its_sources() -> None:
    book = Score()
    assert (book.floor, book.ceiling, book.company) == (350, 950, 0.05)
    assert (book.points_repay, book.points_default, book.points_jaywalk) == (75, -150, -5)
    assert book.points_default / book.points_repay == -2


def test_acts_of_one_day_add_up() -> None:
    gains, losses = Score().rulebook
    for bits in range(1 << len(Act)):
        each = [act for act in Act if bits & act]
        assert gains[bits] == sum(gains[a] for a in each)
        assert losses[bits] == sum(losses[a] for a in each)
    assert (gains >= 0).all()
    assert (losses >= 0).all()


def test_scores_that_cross_are_refused() -> None:
    with pytest.raises(ValidationError, match="must not cross"):
        Score(start=300.0)
    with pytest.raises(ValidationError):
        Score(company=1.0)


def test_steps_that_would_do_nothing_are_left_out() -> None:
    assert [s.name for s in Score(**ALONE).steps()] == ["score.open", "score.settle", "score.tell"]
    assert len(Score().steps()) == 5


# ---- bounds ----------------------------------------------------------------------------------------

BOOKS = st.fixed_dictionaries({f"points_{a.name.lower()}": st.floats(-600, 600) for a in Act})


@settings(deadline=None, max_examples=150)
@given(BOOKS, POINTS, st.integers(0, 65535), BITS, BITS, st.integers(0, 1))
def test_bounds_hold_whatever_happens(
    book: dict[str, float], merit: int, wrong: int, filed: int, misfiled: int, restored: int
) -> None:
    gains, losses = Score(**book).rulebook
    left, owed, lost, lost_wrongly = score.settled(
        merit, wrong, filed, misfiled, restored, gains, losses, FLOOR, CEILING
    )
    assert FLOOR <= left <= CEILING
    assert 0 <= owed <= 65535
    assert lost >= 0
    assert lost_wrongly >= 0


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32), st.integers(-600 * POINT, 600 * POINT), st.integers(0, 2**32 - 1))
def test_fading_never_passes_the_start(keep: int, distance: int, luck: int) -> None:
    faded = score.faded(distance, keep, luck)
    assert min(distance, 0) <= faded <= max(distance, 0)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.floats(0, 0.95), st.floats(0, 100), st.sampled_from([0.0, 20.0, 700.0]))
def test_bounds_hold_in_a_town(seed: int, company: float, noise: float, memory: float) -> None:
    chance = np.random.default_rng(seed)
    book = {f"points_{a.name.lower()}": float(chance.normal(0, 200)) for a in Act}
    book = {name: float(np.clip(p, -600, 600)) for name, p in book.items()}
    days = {d: {int(r): int(chance.integers(128)) for r in range(20)} for d in range(40)}
    town_ = Score(**book, company=company, noise=noise, memory=memory, mixing=3)
    seen, _ = live([Feeder.of(days, days), town_], 20, 40, SCORE, MERIT, ties=random_ties(20, 4, seed, True))
    for today in seen:
        for name in ("score", "merit"):
            assert today[name].min() >= FLOOR
            assert today[name].max() <= CEILING


def test_the_law_of_bounds_catches_a_scorer_without_a_floor() -> None:
    gains, losses = Score().rulebook
    unbounded = FLOOR - int(losses[Act.DEFAULT])
    assert unbounded < FLOOR
    assert score.settled(FLOOR, 0, int(Act.DEFAULT), 0, 0, gains, losses, 0, CEILING)[0] == unbounded


# ---- right and wrong -------------------------------------------------------------------------------


def test_what_was_lost_wrongly_is_kept_apart_and_said() -> None:
    today = one(Act.JAYWALK, Act.DEFAULT)
    assert today["score"][0] == START - 155 * POINT
    assert today["wrong_points"][0] == 150 * POINT
    assert today["diary"][0] == Event.LOST_POINTS | Event.LOST_POINTS_WRONGLY


def test_at_the_floor_nothing_more_is_lost() -> None:
    feeder = Feeder.of({d: {0: int(Act.DEFAULT)} for d in range(3)})
    seen, _ = live([feeder, Score(**ALONE)], 1, 3, SCORE, DIARY)
    assert [int(d["score"][0]) // POINT for d in seen] == [450, 350, 350]
    assert [int(d["diary"][0]) for d in seen] == [Event.LOST_POINTS, Event.LOST_POINTS, 0]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 365.0]))
def test_given_back_is_as_if_it_had_never_been_misfiled(seed: int, memory: float) -> None:
    """Within one unit (1/64 point) for each month of fading, whose rounding is drawn apart."""
    chance = np.random.default_rng(seed)
    true = {int(d): {0: int(chance.choice([1, 2, 16, 64]))} for d in chance.integers(0, 200, 12)}
    false = {int(d): {0: int(Act.JAYWALK)} for d in chance.integers(0, 200, 4)}
    book = Score(company=0.0, memory=memory)
    wronged, _ = live([Feeder.of(true, false, {201: {0: 1}}), book], 1, 203, SCORE, WRONG_POINTS)
    spared, _ = live([Feeder.of(true), book], 1, 203, SCORE)
    assert wronged[-1]["wrong_points"][0] == 0
    assert wronged[200]["score"][0] < spared[200]["score"][0]
    slack = 7 if memory else 0
    assert abs(int(wronged[-1]["score"][0]) - int(spared[-1]["score"][0])) <= slack


def test_a_false_entry_in_favour_is_not_owed_back() -> None:
    today = one(0, Act.REPAY)
    assert today["wrong_points"][0] == 0
    assert today["score"][0] == START + 75 * POINT


# ---- who is told -----------------------------------------------------------------------------------


def told(bits: int, **parameters: Any) -> NDArray[Any]:
    people = 4_000
    days = {d: dict.fromkeys(range(people), bits) for d in range(2)}
    seen, _ = live([Feeder.of(days), Score(**(ALONE | parameters))], people, 2, NOTICES)
    assert np.array_equal(seen[0]["notices"], seen[1]["notices"])  # the same people every day
    return seen[0]["notices"]


def test_the_same_share_is_told_every_time() -> None:
    assert 0.08 < told(Act.JAYWALK).mean() < 0.14
    assert told(Act.JAYWALK, awareness=1.0).all()
    assert not told(Act.JAYWALK, awareness=1.0, publicity="secret").any()


def test_games_and_good_deeds_notify_nobody() -> None:
    assert not told(Act.GAMES | Act.CARE, awareness=1.0).any()


def test_who_may_mind_the_score_knows_it_and_minds_company_if_that_counts() -> None:
    people, both = 4_000, int(Stake.KNOWN | Stake.COMPANY)

    def stake(*others: Mechanism, **parameters: Any) -> NDArray[Any]:
        told: dict[str, Any] = {"awareness": 1.0} | parameters
        return live([Feeder.of({}), Score(**told), *others], people, 2, STAKE)[0][-1]["stake"]

    assert (stake() == both).all() and (stake(company=0.0) == Stake.KNOWN).all()
    assert not stake(publicity="secret").any() and not stake(awareness=0.0).any()
    some = stake(awareness=0.11)
    assert set(some) == {0, both} and np.array_equal(some != 0, told(Act.JAYWALK) != 0), "as told of losses"
    half = stake(NoContagion(strength=0.5))
    assert set(half) == {int(Stake.KNOWN), both} and 0.4 < (half == both).mean() < 0.6
    assert (stake(Children()) == Stake.KNOWN).all(), "all are of age 0"


# ---- company ---------------------------------------------------------------------------------------


def chain(people: int) -> StoredTies:
    """Each person's one tie is the person before."""
    start = np.arange(people + 1, dtype=np.uint32)
    return StoredTies(start, np.roll(np.arange(people), 1).astype(np.uint32))


def moved(company: float) -> NDArray[Any]:
    """Who is not where a twin is who saw nothing filed about person 0."""
    book = Score(company=company, memory=0.0, mixing=1)
    seen, _ = live([Feeder.of({0: {0: int(Act.DEFAULT)}}), book], 9, 5, SCORE, ties=chain(9))
    twin, _ = live([Feeder.of({}), book], 9, 5, SCORE, ties=chain(9))
    return np.flatnonzero(seen[-1]["score"] != twin[-1]["score"])


def test_without_weight_nobody_else_moves() -> None:
    assert moved(0.0).tolist() == [0]


def test_with_weight_friends_of_friends_move() -> None:
    """The planted fault of the law above: any weight at all."""
    assert moved(0.5).tolist() == [0, 1, 2, 3, 4]


def test_a_person_without_ties_keeps_the_own_merit() -> None:
    book = Score(company=0.9, memory=0.0, mixing=1)
    nobody = StoredTies(np.zeros(4, np.uint32), np.zeros(0, np.uint32))
    seen, _ = live([Feeder.of({3: {1: int(Act.REPAY)}}), book], 3, 6, SCORE, ties=nobody)
    assert seen[-1]["score"].tolist() == [START, START + 75 * POINT, START]


def test_weights_that_are_all_one_change_no_byte() -> None:
    plain = random_ties(300, 6, 4, weighted=False)
    start, neighbour, _ = plain.window(0, 300)
    ones = StoredTies(start, neighbour, np.ones(plain.count, np.float32))
    merit = np.random.default_rng(3).integers(FLOOR, CEILING, 300).astype(np.uint16)
    digests = {
        live([Score(company=0.3, mixing=1)], 300, 12, given={"merit": merit}, ties=t)[1].digest()
        for t in (plain, ones)
    }
    assert len(digests) == 1


def test_chunks_change_no_byte() -> None:
    merit = np.random.default_rng(3).integers(FLOOR, CEILING, 300).astype(np.uint16)
    book, ties = Score(company=0.3, mixing=2, noise=3.0), random_ties(300, 6, 4, weighted=True)
    digests = {
        live([book], 300, 33, given={"merit": merit}, ties=ties, chunk=c)[1].digest() for c in (300, 77, 1)
    }
    assert len(digests) == 1


# ---- the start -------------------------------------------------------------------------------------


def test_everybody_starts_alike_unless_told_otherwise() -> None:
    merit = np.array([0, 500, 100, 990], np.uint16) * np.uint16(POINT)
    seen, _ = live([Score(**ALONE)], 4, 1, SCORE, given={"merit": merit})
    assert (seen[0]["score"] // POINT).tolist() == [600, 500, 350, 950]


def test_neutral_is_the_highest_score_for_all_and_nothing_else() -> None:
    feeder = Feeder.of({0: {0: 127}}, {0: {0: 127}})
    seen, _ = live([feeder, Score(**Score.neutral)], 2, 35, SCORE, DIARY, NOTICES, WRONG_POINTS)
    for today in seen:
        assert (today["score"] == CEILING).all()
        assert not today["diary"].any()
        assert not today["notices"].any()
        assert not today["wrong_points"].any()


@pytest.mark.parametrize("memory", [0.0, 300.0])
def test_noise_is_kept_account_of(memory: float) -> None:
    """Without entries all that merit has moved by is noise, to the last 1/64 point."""
    people = 500
    with Simulation(
        [Score(company=0.0, memory=memory, noise=3.0)], people, {}, NoTies(people), seed=5, threads=1
    ) as town:
        for _ in range(12 * MONTH + 1):
            town.advance()
        moved = town.state.whole["merit"].astype(np.int64) - 600 * POINT
        account = town.state.whole["noised"].astype(np.int64) - NO_NOISE
    assert np.array_equal(moved, account) and moved.std() > 3 * POINT
    assert not np.array_equal(moved, np.roll(account, 1)), "the fault: an account of somebody else"
    assert "noised" not in {c.name for step in Score().steps() for c in step.writes}, "no noise, no account"
