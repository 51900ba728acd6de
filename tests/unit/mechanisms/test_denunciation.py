"""Denunciation: who may report, from what motive, how many must, and what people come to believe."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from crowd import Crowd, some
from feeder import live, random_ties
from glasstown.core.columns import SHARE
from glasstown.core.ties import NoTies, StoredTies
from glasstown.core.vocabulary import (
    DIARY,
    ENTRIES,
    FALSE_ENTRIES,
    FEARED,
    NOTICES,
    SCORE,
    SHOWN_SCORE,
    SUSPICION,
    Act,
    Event,
)
from glasstown.engine.run import Simulation
from glasstown.lab.catalog import load
from glasstown.lab.given import offered
from glasstown.mechanisms._reachable import ladder
from glasstown.mechanisms.denunciation import (
    INFORMER_TIES,
    MONTH,
    REASONS,
    REPORTED,
    REPORTED_SINCE,
    Denunciation,
    accused,
    false_share,
)
from witness import Witness

PEOPLE = 600
TIES = random_ties(PEOPLE, 6.0, 4, weighted=True)
DEGREE = np.diff(TIES.start.astype(int))
GUILTY = some(PEOPLE, 0.3, int(Act.CRITICISE), 9)
ALL = (ENTRIES, FALSE_ENTRIES, REPORTED, REASONS, REPORTED_SINCE, FEARED, NOTICES, DIARY, SUSPICION)
SILENT = {"duty": 0.0, "grudge": 0.0, "reward": 0.0, "fear": 0.0}
EVERYBODY = {"reporting": np.full(PEOPLE, 255, np.uint8)}


def days(
    number: int = 1, acts: NDArray[Any] = GUILTY, ties: Any = TIES, given: Any = None, **parameters: Any
) -> list[dict[str, NDArray[Any]]]:
    m = Denunciation(**(SILENT | parameters))
    return live([m, Crowd.of(acts=[acts.astype(np.uint8)])], len(acts), number, *ALL, ties=ties, given=given)[
        0
    ]


def test_duty_reports_offences_and_nothing_else() -> None:
    (today,) = days(duty=1.0)
    assert np.array_equal(today["entries"], np.where(DEGREE > 0, GUILTY, 0))
    assert not today["false_entries"].any()
    assert np.array_equal(today["reported"], np.where(GUILTY > 0, DEGREE, 0))
    assert set(today["reasons"]) == {0, 1}


@pytest.mark.parametrize("needed", [1, 3])
def test_a_report_is_known_for_what_it_is_and_draws_looks_if_enough_people_made_it(needed: int) -> None:
    (today,) = days(duty=1.0, grudge=0.5, needed=needed)
    right = (today["diary"] & int(Event.REPORTED)) != 0
    wrong = (today["diary"] & int(Event.MISREPORTED)) != 0
    assert np.array_equal(right, (today["reported"] > 0) & (GUILTY > 0))
    assert np.array_equal(wrong, (today["reported"] > 0) & (GUILTY == 0))
    assert np.array_equal(today["suspicion"], today["reported"] >= needed)


def test_what_did_not_happen_is_reported_when_reports_are_gathered() -> None:
    seen = days(15, duty=1.0, grudge=0.2, gathering=7)
    for day, today in enumerate(seen):
        assert np.array_equal(today["entries"] > 0, (GUILTY > 0) & (DEGREE > 0))
        assert bool(today["false_entries"].any()) == (day % 7 == 0)


def test_a_grudge_asks_for_no_offence() -> None:
    (today,) = days(grudge=1.0)
    assert np.array_equal(today["reported"], DEGREE)
    assert np.array_equal(today["false_entries"] > 0, (GUILTY == 0) & (DEGREE > 0))
    assert set(today["false_entries"]) == {0, int(Act.CRITICISE)}
    assert set(today["reasons"]) == {0, 2}


def test_nobody_is_told_who_was_reported() -> None:
    assert not days(grudge=1.0)[0]["notices"].any()


@pytest.mark.parametrize(("motive", "bit"), [("reward", 4), ("fear", 8)])
def test_pay_and_pressure_move_only_informers_and_only_under_coercion(motive: str, bit: int) -> None:
    for off in ({"regime": "volunteer", "informers": 1.0}, {"regime": "coerced", "informers": 0.0}):
        assert not days(**{motive: 1.0}, **off)[0]["reported"].any()
    on = {motive: 1.0, "regime": "coerced", "informers": 1.0}
    (today,) = days(**on, invention=0.0)
    assert np.array_equal(today["reported"], np.where(GUILTY > 0, DEGREE, 0))
    assert set(today["reasons"]) == {0, bit}
    assert np.array_equal(days(**on, invention=1.0)[0]["reported"], DEGREE)


@pytest.mark.parametrize(
    ("offences", "entered", "invented"),
    [
        ("both", Act.JAYWALK, Act.CRITICISE),
        ("jaywalk", Act.JAYWALK, Act.JAYWALK),
        ("criticise", 0, Act.CRITICISE),
    ],
)
def test_what_can_be_reported(offences: str, entered: int, invented: int) -> None:
    acts = np.where(GUILTY > 0, int(Act.JAYWALK | Act.GAMES), int(Act.CARE))
    (today,) = days(acts=acts, duty=1.0, grudge=1.0, offences=offences)
    assert set(today["entries"]) == {0, int(entered)}
    assert set(today["false_entries"]) == {0, int(invented)}


@pytest.mark.parametrize("needed", [1, 3, 6])
def test_enough_people_must_report(needed: int) -> None:
    (today,) = days(grudge=0.4, duty=0.4, needed=needed)
    entered = (today["entries"] > 0) | (today["false_entries"] > 0)
    assert np.array_equal(entered, today["reported"] >= needed)
    assert np.array_equal(today["reported"], days(grudge=0.4, duty=0.4)[0]["reported"]), "draws stay"


def star(weight: list[float]) -> StoredTies:
    """Everybody else may report the first of so many people."""
    people = len(weight) + 1
    start = np.array([0] + [len(weight)] * people, np.uint32)
    return StoredTies(start, np.arange(1, people, dtype=np.uint32), np.array(weight, np.float32))


@pytest.mark.parametrize(("closeness", "sure"), [("even", 3), ("close", 1), ("distant", 1)])
def test_the_readiest_tie_reports_at_the_full_chance(closeness: str, sure: int) -> None:
    acts = np.zeros(5, np.uint16)
    seen = [
        d["reported"][0]
        for d in days(60, acts=acts, ties=star([4.0, 2.0, 0.0, 1.0]), grudge=1.0, closeness=closeness)
    ]
    assert min(seen) >= sure and max(seen) <= 3, "a tie of no weight is no tie"
    assert (set(seen) == {3}) == (closeness == "even")


def test_readiness_is_a_persons_own() -> None:
    ready = np.zeros(5, np.uint8)
    ready[2] = 255
    seen = days(1, acts=np.zeros(5, np.uint16), ties=star([1.0] * 4), given={"reporting": ready}, grudge=1.0)
    assert seen[0]["reported"].tolist() == [1, 0, 0, 0, 0]


def test_scores_are_looked_at_only_where_they_count() -> None:
    for m, looks in (
        (Denunciation(), False),
        (Denunciation(envy=0.01), True),
        (Denunciation(low_score=1.0), True),
    ):
        arrive = next(step for step in m.steps() if step.name == "denunciation.arrive")
        assert (SHOWN_SCORE in arrive.looks) is (SCORE in arrive.looks) is looks


def test_a_motive_that_is_absent_is_not_made_by_scores() -> None:
    scores = np.where(np.arange(PEOPLE) % 2, 400, 900).astype(np.uint16) * 64
    (today,) = days(low_score=9.0, envy=1.0, given={"score": scores, "shown_score": scores[::-1].copy()})
    assert not today["reported"].any()


def test_a_town_of_strangers_reports_nobody() -> None:
    (today,) = days(ties=NoTies(PEOPLE), grudge=1.0, duty=1.0)
    assert not today["reported"].any()
    assert len(set(today["feared"])) == 1


def test_what_happened_to_ties_is_believed() -> None:
    lived = days(2 * MONTH + 1, grudge=1.0, prior=0.2, gain=0.5)
    tied = DEGREE > 0
    reported = np.add.reduceat(
        np.append((DEGREE > 0)[TIES.neighbour], 0), np.minimum(TIES.start[:-1], TIES.count)
    )
    share = np.where(tied, reported / np.maximum(DEGREE, 1), 0)
    first = 0.2 + 0.5 * (share - 0.2)
    assert np.abs(lived[0]["feared"][tied] / SHARE - first[tied]).max() < 2 / SHARE
    second = first + 0.5 * (share - first)
    assert np.abs(lived[MONTH]["feared"][tied] / SHARE - second[tied]).max() < 3 / SHARE
    assert np.array_equal(lived[MONTH - 1]["feared"], lived[0]["feared"]), "once a month"
    assert set(lived[-1]["feared"][~tied]) == {round(0.2 * SHARE)}


def test_old_news_is_no_news() -> None:
    acts = [GUILTY.astype(np.uint8), np.zeros(PEOPLE, np.uint8)]
    m = Denunciation(**(SILENT | {"duty": 1.0, "prior": 0.0, "gain": 1.0}))
    lived, _ = live([m, Crowd.of(acts=acts)], PEOPLE, MONTH + 1, *ALL, ties=TIES)
    assert lived[0]["feared"].any()
    assert not lived[MONTH]["feared"].any()


def test_beliefs_that_people_bring_stay() -> None:
    brought = {"feared": np.arange(PEOPLE).astype(np.uint16)}
    lived = days(1, given=brought, prior=0.5, gain=0.0)
    assert np.array_equal(lived[0]["feared"][1:], brought["feared"][1:])
    assert lived[0]["feared"][0] == round(0.5 * SHARE)


@pytest.mark.parametrize("regime", ["volunteer", "coerced"])
def test_neutral_reports_nobody(regime: str) -> None:
    (today,) = days(regime=regime)
    assert not any(today[c].any() for c in ("entries", "false_entries", "reported", "reported_since"))


@given(st.floats(0, 1), st.integers(1, 40))
def test_the_ladder_is_a_chance(chance: float, size: int) -> None:
    steps, found = ladder(chance, size)
    assert found[0] == 0 and (np.diff(found) >= 0).all() and found[-1] <= 1
    assert found[1] == pytest.approx(chance, rel=1e-12, abs=1e-300)
    assert len(steps) == len(found) == size + 1


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_false_share_is_a_share(p: float, a: float, g: float) -> None:
    assert 0.0 <= false_share(p, a, g) <= 1.0


def test_more_ties_accuse_more_and_more_needed_fewer() -> None:
    assert accused(0.1, 1) == pytest.approx(0.1)
    assert accused(0.1, 5) == pytest.approx(1 - 0.9**5)
    assert accused(0.1, 5, 5) == pytest.approx(1e-5)
    assert accused(0.1, 2, 3) == 0


@pytest.mark.parametrize("wrong", [{"duty": 1.1}, {"needed": 0}, {"regime": "mild"}, {"closeness": 1}])
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Denunciation(**wrong)


# ---- informers among ties ------------------------------------------------------------------------------

COERCED = {"regime": "coerced", "informers": 0.2, "reward": 0.3, "fear": 0.2, "grudge": 0.01}


def hub(people: int) -> StoredTies:
    """Ties at random, and one person with forty."""
    some_ties = random_ties(people, 6.0, 4, weighted=False)
    degree = np.diff(some_ties.start.astype(int))
    degree[17] += 40
    start = np.concatenate([[0], np.cumsum(degree)]).astype(np.uint32)
    chance = np.random.default_rng(3)
    return StoredTies(start, chance.integers(0, people, int(start[-1])).astype(np.uint32))


@pytest.mark.parametrize("chunk", [7, 100, 299])
def test_chunks_change_nothing_wherever_the_person_with_most_ties_is(chunk: int) -> None:
    m = Denunciation(**(SILENT | COERCED))
    acts = [GUILTY.astype(np.uint8)]
    one, other = (
        live([m, Crowd.of(acts=acts)], PEOPLE, 5, REPORTED, ties=hub(PEOPLE), chunk=size)[1].digest()
        for size in (None, chunk)
    )
    assert one == other


def test_after_a_change_informers_are_counted_anew() -> None:
    """Another share of informers, or another regime, from a day on: reports as if it had been so always."""
    ties, quiet = hub(PEOPLE), Crowd.of(acts=[np.zeros(PEOPLE, np.uint8)])
    then = Denunciation(**(SILENT | COERCED | {"invention": 1.0}))
    before = [
        then.model_copy(update={"regime": "volunteer"}),
        then.model_copy(update={"informers": 0.9}),
        then,
    ]
    told = []
    for first in before:
        witness = Witness(REPORTED)
        with Simulation([first, quiet], PEOPLE, {}, ties, seed=1, threads=1, observers=(witness,)) as town:
            for day in range(4):
                if day == 3:
                    town.replace([then, quiet])
                town.advance()
        told.append(witness.days[3]["reported"].tolist())
    assert told[0] == told[1] == told[2]
    assert sum(told[2]) > PEOPLE / 10


def test_nobody_gives_what_is_counted() -> None:
    assert INFORMER_TIES.derived
    assert "informer_ties" in offered([load("article")]).barred
