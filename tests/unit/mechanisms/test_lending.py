"""The lender's arithmetic: the published tables, the policies, and the numbers of Liu et al. 2018."""

from fractions import Fraction

import numpy as np
import pytest

from glasstown.core.columns import POINT
from glasstown.mechanisms import _lending as lending

POLICIES = ("max_profit", "demographic_parity", "equal_opportunity")
PUBLISHED = {"max_profit": 8.40, "demographic_parity": -17.14, "equal_opportunity": 6.01}
B = 1


def share(g: int) -> np.ndarray:
    return np.array(lending.borrowers().share[g]) / 10_000


def repaid(g: int) -> np.ndarray:
    return np.array(lending.borrowers().repaid[g]) / 10_000


def lent(policy: str, g: int, cost: float = 4.0) -> np.ndarray:
    return np.array([float(x) for x in lending.grants(policy, cost)[g]])


def profit(grants: list[np.ndarray], cost: float = 4.0) -> float:
    even = cost / (cost + 1)
    each = [lending.SIZES[g] * (share(g) * grants[g] * (repaid(g) - even)).sum() for g in (0, 1)]
    return sum(each) / sum(lending.SIZES)


# ---- the tables ------------------------------------------------------------------------------------


def test_the_tables_give_the_published_medians_and_default_shares() -> None:
    """Facts A28 and A29: medians 55 and 20 on the percentile scale, defaults 24.1 and 66.3 %."""
    table = lending.borrowers()
    assert len(table.scores) == 198
    assert (table.scores[0], table.scores[-1]) == (300 * POINT, 850 * POINT)
    for g, median, failing in ((0, 55, 0.241), (1, 20, 0.663)):
        assert sum(table.share[g]) == 10_000
        assert min(table.share[g]) >= 0
        below = np.cumsum(table.share[g])
        at = table.scores[int(np.searchsorted(below, 5_000))]
        assert abs(at - round(lending.points(Fraction(median)) * POINT)) <= 1
        assert (share(g) * (1 - repaid(g))).sum() == pytest.approx(failing, abs=0.0006)


def test_the_percentiles_of_the_whole_sample_fill_its_histogram() -> None:
    assert sum(width for _, width in lending.NATIONAL) == 1_000
    ends = [0, *np.cumsum([width for _, width in lending.NATIONAL]).tolist()]
    assert [lending.points(Fraction(end, 10)) for end in ends] == list(range(300, 851, 50))


def test_every_published_score_falls_in_its_own_cell() -> None:
    _, _, nearest = lending.scoring_lender("max_profit", 4.0)
    scores = np.array(lending.borrowers().scores)
    assert np.array_equal(nearest[(scores - 300 * POINT) >> 3], np.arange(198))
    assert len(nearest) == 550 * 8 + 1


# ---- the policies ----------------------------------------------------------------------------------


def test_maximum_profit_lends_above_break_even() -> None:
    """Utilities +1 and -4 break even at .8 (fact A31)."""
    for g in (0, 1):
        assert np.array_equal(lent("max_profit", g), (repaid(g) >= 0.8).astype(float))


def test_demographic_parity_lends_to_both_groups_equally_often() -> None:
    rates = [(share(g) * lent("demographic_parity", g)).sum() for g in (0, 1)]
    assert rates[0] == pytest.approx(rates[1], abs=1e-12)


def test_equal_opportunity_lends_equally_often_to_those_who_would_repay() -> None:
    good = [share(g) * repaid(g) for g in (0, 1)]
    rates = [(good[g] * lent("equal_opportunity", g)).sum() / good[g].sum() for g in (0, 1)]
    assert rates[0] == pytest.approx(rates[1], abs=1e-12)


def brute(policy: str, cost: float) -> float:
    """The best profit over 4,001 reaches of the condition, by plain array arithmetic."""
    best = -np.inf
    for reach in np.linspace(0, 1, 4_001):
        grants = []
        for g in (0, 1):
            width = share(g) * (repaid(g) if policy == "equal_opportunity" else 1.0)
            width = width / width.sum()
            above = np.cumsum(width[::-1])[::-1] - width
            grants.append(np.clip((reach - above) / np.where(width > 0, width, 1.0), 0, 1) * (width > 0))
        best = max(best, profit(grants, cost))
    return best


@pytest.mark.parametrize("policy", POLICIES[1:])
@pytest.mark.parametrize("cost", [4.0, 10.0])
def test_no_other_reach_is_more_profitable(policy: str, cost: float) -> None:
    found = profit([lent(policy, g, cost) for g in (0, 1)], cost)
    assert found >= brute(policy, cost) - 1e-12
    assert found <= profit([lent("max_profit", g, cost) for g in (0, 1)], cost)


def test_a_policy_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no such policy"):
        lending.grants("kindness", 4.0)


# ---- the numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", POLICIES)
def test_the_published_change_of_the_disadvantaged_mean(policy: str) -> None:
    assert lending.expected_change(policy, 4.0, 75.0, 150.0)[B] == pytest.approx(PUBLISHED[policy], abs=0.005)


def test_the_law_tells_the_policies_apart_and_other_losses_from_these() -> None:
    for policy in POLICIES:
        for other in POLICIES:
            change = lending.expected_change(other, 4.0, 75.0, 150.0)[B]
            assert (abs(change - PUBLISHED[policy]) < 0.005) == (policy == other)
        assert abs(lending.expected_change(policy, 4.0, 75.0, 140.0)[B] - PUBLISHED[policy]) > 0.1
        assert abs(lending.expected_change(policy, 10.0, 75.0, 150.0)[B] - PUBLISHED[policy]) > 0.5


# ---- the ordinary lender ---------------------------------------------------------------------------


def test_defaults_average_out_and_fall_with_income() -> None:
    chances = lending.defaults(0.0184, 0.7, 3.0, 0.05, 0.4)
    work, idle = chances[:5], chances[5:]
    assert work == sorted(work, reverse=True)
    assert all(b > a for a, b in zip(work, idle, strict=True))
    odds = [p / (1 - p) for p in chances]
    assert odds[1] / odds[0] == pytest.approx(0.7)
    assert odds[7] / odds[2] == pytest.approx(3.0)
    out = 0.05 * lending.WORKING
    weights = np.array([(1 - out) / 5] * 5 + [out * w for w in (0.6, 0.2, 0.2, 0, 0)])
    assert weights @ np.array(chances) == pytest.approx(0.0184, abs=1e-9)


def test_nobody_fails_if_none_is_to_fail() -> None:
    assert lending.defaults(0.0, 0.7, 3.0, 0.05, 0.4) == [0.0] * 10


def test_fifths_end_between_their_means() -> None:
    edges = lending.fifth_edges()
    means = [income / 10 for income in lending.FIFTHS]
    assert all(a < edge < b for a, edge, b in zip(means, edges, means[1:], strict=False))
