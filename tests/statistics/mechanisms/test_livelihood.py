"""Livelihood against closed forms and published numbers.

Fixed seeds; each law alone raises a false alarm once in a million seeds (4.9 standard errors, two-sided).
"""

from functools import cache
from math import sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from feeder import Setter, live
from glasstown.core.columns import POINT
from glasstown.core.vocabulary import ENTRIES, RIGHTS, Act, Right
from glasstown.mechanisms import _lending as lending
from glasstown.mechanisms.livelihood import CREDIT, LOAN, MONTH, OUT_OF_WORK, Livelihood

Z = 4.9
PEOPLE = 60_000
NO_WORK_LOST: dict[str, Any] = {"separation": 0.0, "promotion": 0.0}
PUBLISHED = {"max_profit": 8.40, "demographic_parity": -17.14, "equal_opportunity": 6.01}


def off(count: int, people: int, share: float) -> bool:
    """Whether a count is not binomial with this share."""
    return abs(count - people * share) > Z * sqrt(people * share * (1 - share))


def adults(people: int, **given: Any) -> dict[str, NDArray[Any]]:
    return {
        "age": np.full(people, 40, np.uint8),
        "activity": np.full(people, 2, np.uint8),
        "income": np.full(people, 3_000, np.uint16),
    } | given


# ---- work ------------------------------------------------------------------------------------------


def jobless(month: int, closed: int = 0, **parameters: Any) -> int:
    town = Livelihood(loans=0.0, **parameters)
    rights = Setter.of(RIGHTS, [np.full(PEOPLE, int(sum(Right)) & ~closed, np.uint16)])
    end = live([town, rights], PEOPLE, month * MONTH + 1, given=adults(PEOPLE))[1]
    return int((end.state.whole[OUT_OF_WORK.name] > 0).sum())


def share(months: int, lost: float, found: float) -> float:
    """Jobless after some months, none at first: a chain of two states."""
    return lost / (lost + found) * (1 - (1 - lost - found) ** months)


def test_joblessness_goes_the_way_of_a_chain_of_two_states() -> None:
    lost, found = 0.105 * MONTH / 365, 2.0 * MONTH / 365
    for month in (0, 2, 11, 40):
        count = jobless(month, settled=False)
        assert not off(count, PEOPLE, share(month + 1, lost, found)), month
        assert month < 11 or off(count, PEOPLE, share(month + 1, lost, 0.8 * found)), month


def test_a_settled_town_stays_as_it_is() -> None:
    assert Livelihood().jobless == pytest.approx(0.05, abs=0.0002)
    for month in (0, 12):
        assert not off(jobless(month), PEOPLE, Livelihood().jobless)


def test_closed_jobs_raise_joblessness_by_the_gate() -> None:
    """Half the jobs closed: u / (1 - u) doubles."""
    town = Livelihood()
    odds = town.jobless / (1 - town.jobless)
    count = jobless(60, closed=Right.JOBS, job_gate=0.5)
    assert not off(count, PEOPLE, 2 * odds / (1 + 2 * odds))
    assert off(count, PEOPLE, town.jobless)


def test_spells_without_work_are_geometric_from_the_start() -> None:
    town = Livelihood(loans=0.0)
    seen, _ = live([town], PEOPLE, 1, OUT_OF_WORK, given=adults(PEOPLE))
    months = seen[0]["out_of_work"]
    stay = 1 - 2.0 * MONTH / 365
    for k in (2, 4, 8):
        expected = town.jobless * stay ** (k - 1)
        assert not off(int((months >= k).sum()), PEOPLE, expected)
        assert off(int((months >= k).sum()), PEOPLE, expected * 1.3)


# ---- loans -----------------------------------------------------------------------------------------


def test_as_many_owe_as_ask_and_repay() -> None:
    """A loan lasts 12 months, and 1 / p - 1 months pass before the next, asked for with chance p a month."""
    p = 0.3 * MONTH / 365
    owing = 12 / (12 - 1 + 1 / p)
    town = Livelihood(policy="credit_gate", **NO_WORK_LOST)
    seen, _ = live([town], PEOPLE, 30 * MONTH + 1, LOAN, given=adults(PEOPLE))
    for month in (0, 1, 7, 30):
        count = int((seen[month * MONTH]["loan"] > 0).sum())
        assert not off(count, PEOPLE, owing), month
        assert off(count, PEOPLE, 12 / (12 + 1 + 1 / p)), month


def defaulted(**parameters: Any) -> tuple[int, int]:
    """Loans that came due, and failed, in a town of Chinese income fifths of whom 70 % work."""
    people = 50_000
    fifths = np.array(lending.FIFTHS) // 10
    given = adults(people, income=fifths[np.arange(people) % 5].astype(np.uint16))
    given["activity"] = np.where(np.arange(people) // 5 % 10 < 7, 2, 0).astype(np.uint8)
    town = Livelihood(loans=3.0, term=2, lift=0.0, promotion=0.0, policy="credit_gate", **parameters)
    seen, _ = live([town], people, 30 * MONTH + 1, ENTRIES, given=given)
    days = [day["entries"] for day in seen[::MONTH]]
    due = sum(int(((d & (Act.REPAY | Act.DEFAULT)) != 0).sum()) for d in days)
    return due, sum(int(((d & Act.DEFAULT) != 0).sum()) for d in days)


def test_as_many_loans_fail_as_published() -> None:
    """1.84 % at the end of 2020 (fact J14)."""
    due, failed = defaulted()
    assert not off(failed, due, 0.0184)
    assert off(failed, due, 0.0204)


def test_the_law_catches_a_lender_who_forgot_the_jobless() -> None:
    due, failed = defaulted(jobless_odds=30.0)
    assert not off(failed, due, 0.0184)
    assert off(failed, due, sum(lending.defaults(0.0184, 0.7, 30.0, 0.05, 0.4)[:5]) / 5)


# ---- Liu et al. 2018, person by person -------------------------------------------------------------

CROWD = 300_000


@cache
def round_of_loans(policy: str, loss: float = 150.0) -> tuple[Any, Any, Any, Any]:
    """One round of the group with the lower scores: score before and after, who borrowed, who repaid."""
    once: dict[str, Any] = {"loans": 12.5, "term": 1, "lift": 0.0, "settled": False}
    town = Livelihood(policy=policy, credit_loss=loss, **once, **NO_WORK_LOST)
    given = adults(CROWD, group=np.ones(CROWD, np.uint8))
    seen, _ = live([town], CROWD, MONTH + 1, CREDIT, LOAN, ENTRIES, given=given)
    before, after = (seen[d]["credit_score"].astype(np.int64) for d in (0, MONTH))
    return before, after, seen[0]["loan"] > 0, (seen[MONTH]["entries"] & Act.REPAY) != 0


def bounded_each(policy: str) -> tuple[float, float]:
    """Mean and variance of a person's change of score if each person's score stays in bounds."""
    table, lent = lending.borrowers(), lending.grants(policy, 4.0)[1]
    mean = square = 0.0
    for s, n, r, g in zip(table.scores, table.share[1], table.repaid[1], lent, strict=True):
        up, down = min(75.0, 850 - s / POINT), max(-150.0, 300 - s / POINT)
        weight, good = n / 10_000 * float(g), r / 10_000
        mean += weight * (good * up + (1 - good) * down)
        square += weight * (good * up**2 + (1 - good) * down**2)
    return mean, square - mean**2


@pytest.mark.parametrize("policy", list(PUBLISHED))
def test_people_drawn_one_by_one_move_the_mean_as_computed(policy: str) -> None:
    """With each person's score kept in bounds: -17.28, +5.87 and +8.26, .14 below the published means."""
    before, after, _, _ = round_of_loans(policy)
    mean, variance = bounded_each(policy)
    moved = (after - before).mean() / POINT
    error = sqrt(variance / CROWD)
    assert abs(moved - mean) < Z * error
    assert mean == pytest.approx(PUBLISHED[policy] - 0.14, abs=0.006)
    for other in PUBLISHED.keys() - {policy}:
        assert abs(moved - bounded_each(other)[0]) > Z * error


def published_mean(policy: str, loss: float = 150.0) -> tuple[float, float]:
    """The mean change as Liu et al. bound it, score by score, and its standard error."""
    before, _, borrowed, repaid = round_of_loans(policy, loss)
    total = error = 0.0
    for score in np.unique(before):
        at = borrowed & (before == score)
        count = int(at.sum())
        if count == 0:
            continue
        good = repaid[at].mean()
        expected = score / POINT + good * 75 - (1 - good) * loss
        total += count * (min(max(expected, 300.0), 850.0) - score / POINT)
        error += count * good * (1 - good) * (75 + loss) ** 2
    spread = float(np.std(np.where(borrowed, 75.0, 0.0)))  # of who happens to have which score, generously
    return total / CROWD, sqrt(error / CROWD + spread**2) / sqrt(CROWD)


@pytest.mark.parametrize("policy", list(PUBLISHED))
def test_people_drawn_one_by_one_give_the_published_means(policy: str) -> None:
    """-17.14, +6.01 and +8.40: the authors bound the expected score of those who have the same score."""
    moved, error = published_mean(policy)
    assert abs(moved - PUBLISHED[policy]) < Z * error + 0.005
    for other in PUBLISHED.keys() - {policy}:
        assert abs(moved - PUBLISHED[other]) > Z * error + 0.005


def test_the_law_catches_another_loss() -> None:
    moved, error = published_mean("demographic_parity", 130.0)
    assert abs(moved - PUBLISHED["demographic_parity"]) > Z * error + 0.005
