"""Livelihood: work and earnings month by month, who gets a loan, what closed rights refuse."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from feeder import Setter, live
from glasstown.core.columns import POINT
from glasstown.core.ties import NoTies
from glasstown.core.vocabulary import DIARY, EARNINGS, ENTRIES, RIGHTS, Act, Event, Right
from glasstown.engine.run import Simulation
from glasstown.mechanisms.livelihood import CREDIT, FAILED, LOAN, MONTH, OUT_OF_WORK, USUAL, Livelihood

ALL = int(sum(Right))
QUIET: dict[str, Any] = {"loans": 0.0, "separation": 0.0, "promotion": 0.0, "settled": False}
CERTAIN = 12.5
"""A yearly rate at which something is certain to happen in a month."""


def lived(people: int, months: int, *columns: Any, closed: int = 0, given: dict[str, Any] | None = None,
          mechanism: Livelihood | None = None, **parameters: Any) -> list[dict[str, Any]]:  # fmt: skip
    """The last day of each month of workers aged 40 with an income of 3,000; ``closed`` rights for all."""
    attributes = {
        "age": np.full(people, 40, np.uint8),
        "activity": np.full(people, 2, np.uint8),
        "income": np.full(people, 3_000, np.uint16),
    } | (given or {})
    rights = Setter.of(RIGHTS, [np.full(people, ALL & ~closed, np.uint16)])
    work = mechanism or Livelihood(**(QUIET | parameters))
    seen, _ = live([work, rights], people, (months - 1) * MONTH + 1, *columns, given=attributes)
    return seen[::MONTH]


def events(today: dict[str, NDArray[Any]], event: Event) -> NDArray[np.bool_]:
    return (today["diary"] & int(event)) != 0


# ---- work ------------------------------------------------------------------------------------------


def test_who_loses_work_keeps_a_share_of_earnings_until_hired() -> None:
    fired, hired = lived(50, 2, EARNINGS, OUT_OF_WORK, DIARY, separation=CERTAIN, hiring=CERTAIN)
    assert events(fired, Event.DISMISSED).all()
    assert (fired["earnings"] == 1_200).all()
    assert (fired["out_of_work"] == 1).all()
    assert events(hired, Event.HIRED).all()
    assert (hired["earnings"] == 3_000).all()
    assert not hired["out_of_work"].any()


def test_only_workers_lose_work() -> None:
    given_ = {"activity": np.array([0, 1, 2, 3], np.uint8)}
    (today,) = lived(4, 1, OUT_OF_WORK, given=given_, separation=CERTAIN)
    assert today["out_of_work"].tolist() == [0, 0, 1, 0]


def test_months_without_work_are_counted() -> None:
    seen = lived(1, 4, OUT_OF_WORK, separation=CERTAIN, hiring=0.0)
    assert [int(m["out_of_work"][0]) for m in seen] == [1, 2, 3, 4]


@pytest.mark.parametrize("gate", [0.0, 1.0])
def test_closed_jobs_are_refused_as_far_as_the_gate_goes(gate: float) -> None:
    _, today = lived(40, 2, DIARY, closed=Right.JOBS, separation=CERTAIN, hiring=CERTAIN, job_gate=gate)
    assert events(today, Event.HIRED).all() == (gate == 0.0)
    assert events(today, Event.REFUSED_WORK).all() == (gate == 1.0)


def test_promotion_raises_earnings_unless_it_is_closed() -> None:
    (up,) = lived(9, 1, EARNINGS, DIARY, promotion=CERTAIN)
    assert events(up, Event.PROMOTED).all()
    assert (up["earnings"] == 3_300).all()
    (held,) = lived(9, 1, EARNINGS, DIARY, promotion=CERTAIN, closed=Right.PROMOTION)
    assert events(held, Event.REFUSED_WORK).all()
    assert not events(held, Event.PROMOTED).any()
    assert (held["earnings"] == 3_000).all()


def test_earnings_stay_within_their_column() -> None:
    given_ = {"income": np.array([65_000], np.uint16)}
    assert lived(1, 3, EARNINGS, promotion=CERTAIN, rise=1.0, given=given_)[-1]["earnings"][0] == 65_535


def test_usual_earnings_that_were_given_are_kept() -> None:
    given_ = {"usual_earnings": np.array([0, 111], np.uint16)}
    assert lived(2, 1, EARNINGS, given=given_)[0]["earnings"].tolist() == [3_000, 111]


# ---- loans -----------------------------------------------------------------------------------------


def test_a_loan_is_due_after_its_term_and_told() -> None:
    seen = lived(300, 5, ENTRIES, DIARY, LOAN, loans=CERTAIN, term=3, lift=0.0, default_share=0.5, lookback=0)
    assert [set(m["loan"].tolist()) for m in seen] == [{3}, {2}, {1}, {3}, {2}]
    due = seen[3]
    good, bad = events(due, Event.REPAID), events(due, Event.DEFAULTED)
    assert (good ^ bad).all()
    assert good.any()
    assert bad.any()
    assert np.array_equal(due["entries"], np.where(good, Act.REPAY, Act.DEFAULT))
    assert events(due, Event.BORROWED).all()  # by night everybody owes again
    assert not (seen[1]["entries"].any() or seen[1]["diary"].any())


def test_only_adults_borrow() -> None:
    given_ = {"age": np.array([17, 18], np.uint8)}
    assert lived(2, 1, LOAN, loans=CERTAIN, given=given_)[0]["loan"].tolist() == [0, 12]


def test_a_loan_raises_earnings_from_the_month_after() -> None:
    seen = lived(5, 2, EARNINGS, USUAL, loans=CERTAIN)
    assert (seen[0]["usual_earnings"] == 3_030).all()
    assert (seen[1]["earnings"] == 3_030).all()


def test_closed_credit_is_refused_by_every_lender() -> None:
    for policy in ("history", "credit_gate", "max_profit"):
        (today,) = lived(30, 1, DIARY, LOAN, loans=CERTAIN, closed=Right.CREDIT, policy=policy)
        assert events(today, Event.REFUSED_CREDIT).all()
        assert not today["loan"].any()


def test_history_refuses_for_as_long_as_it_looks_back() -> None:
    seen = lived(20, 8, LOAN, FAILED, DIARY, loans=CERTAIN, term=1, default_share=0.9, fifth_odds=1.0,
                 jobless_odds=1.0, lookback=3)  # fmt: skip
    failed = events(seen[1], Event.DEFAULTED)
    assert failed.any()
    for month in (1, 2, 3):
        assert events(seen[month], Event.REFUSED_CREDIT)[failed].all()
    assert events(seen[4], Event.BORROWED)[failed].all()


def test_a_lender_without_memory_lends_again_at_once() -> None:
    seen = lived(20, 2, DIARY, loans=CERTAIN, term=1, default_share=0.9, policy="credit_gate")
    assert events(seen[1], Event.DEFAULTED).any()
    assert events(seen[1], Event.BORROWED).all()


def test_a_scoring_lender_goes_by_group_and_score() -> None:
    """Break-even of .8 lies at 613.75 for group A and at 645 for group B."""
    at = np.array([600, 620, 640, 650] * 2)
    given_ = {
        "group": np.array([0] * 4 + [1] * 4, np.uint8),
        "credit_score": (at * POINT).astype(np.uint16),
    }
    (today,) = lived(8, 1, LOAN, given=given_, loans=CERTAIN, policy="max_profit")
    assert (today["loan"] > 0).tolist() == [False, True, True, True, False, False, False, True]


def test_the_lenders_score_moves_within_its_bounds() -> None:
    people = 2_000
    given_ = {"credit_score": np.full(people, 849 * POINT, np.uint16)}
    first, due = lived(people, 2, CREDIT, DIARY, given=given_, loans=CERTAIN, term=1, policy="max_profit")
    good = events(due, Event.REPAID)
    assert (first["credit_score"] == 849 * POINT).all()
    assert (due["credit_score"][good] == 850 * POINT).all()
    assert (due["credit_score"][~good] == 699 * POINT).all()


# ---- the start -------------------------------------------------------------------------------------


def test_a_settled_town_begins_with_jobless_and_debts() -> None:
    people = 20_000
    (today,) = lived(people, 1, OUT_OF_WORK, LOAN, mechanism=Livelihood())
    assert 0.04 < (today["out_of_work"] > 0).mean() < 0.06
    assert 0.19 < (today["loan"] > 0).mean() < 0.26
    assert set(today["loan"].tolist()) == set(range(13))


def test_neutral_earns_what_it_did() -> None:
    neutral = Livelihood(**Livelihood.neutral)
    seen = lived(10, 14, EARNINGS, DIARY, ENTRIES, mechanism=neutral)
    for month in seen:
        assert (month["earnings"] == 3_000).all()
        assert not (month["diary"].any() or month["entries"].any())


def test_without_loans_nothing_of_them_is_done() -> None:
    assert [s.name for s in Livelihood(loans=0.0).steps()] == ["livelihood.begin", "livelihood.earn"]


@pytest.mark.parametrize("policy", ["history", "equal_opportunity"])
def test_chunks_change_no_byte(policy: str) -> None:
    chance = np.random.default_rng(2)
    given_ = {
        "age": chance.integers(0, 90, 500).astype(np.uint8),
        "activity": chance.integers(0, 4, 500).astype(np.uint8),
        "group": chance.integers(0, 2, 500).astype(np.uint8),
        "income": chance.integers(500, 9_000, 500).astype(np.uint16),
    }
    town = Livelihood(policy=policy, term=2)
    digests = {live([town], 500, 200, given=given_, chunk=c)[1].digest() for c in (500, 99, 7)}
    assert len(digests) == 1


def test_a_lender_who_begins_to_score_gives_everybody_a_score_first() -> None:
    """A change of policy on a date finds people without a score: none is looked up outside of the table."""
    people = 500
    given = {"group": np.zeros(people, np.uint8), "age": np.full(people, 40, np.uint8)}
    with Simulation([Livelihood(policy="history")], people, given, NoTies(people), seed=1) as simulation:
        simulation.advance()
        simulation.replace([Livelihood(policy="max_profit")])
        for _ in range(MONTH):
            simulation.advance()
        credit = simulation.state.whole[CREDIT.name]
        assert credit.min() >= 300 * POINT and len(np.unique(credit)) > 20


# ---- detention -------------------------------------------------------------------------------------


def test_whoever_is_detained_loses_work_earns_and_borrows_nothing_and_fails_to_repay() -> None:
    away = {"detained_until": np.array([999, 0], np.uint16), "loan": np.array([2, 2], np.uint8)}
    seen = lived(2, 3, EARNINGS, USUAL, OUT_OF_WORK, LOAN, ENTRIES, DIARY, given=away, loans=CERTAIN,
                 default_share=0.0, hiring=CERTAIN)  # fmt: skip
    assert seen[0]["earnings"].tolist() == [0, 3_000] and events(seen[0], Event.DISMISSED).tolist() == [1, 0]
    assert [day["out_of_work"].tolist() for day in seen] == [[1, 0], [2, 0], [3, 0]]
    assert seen[1]["entries"].tolist() == [int(Act.DEFAULT), int(Act.REPAY)]
    assert events(seen[1], Event.BORROWED).tolist() == [0, 1]
    assert seen[2]["usual_earnings"][0] == 3_000 and not events(seen[2], Event.HIRED)[0]
