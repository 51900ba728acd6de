"""Gaming against the closed forms of strategic classification, and against exact shares of ways round.

Every law compares a share or a mean with its exact value and fails beyond 5 standard errors: each raises a
false alarm for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, sqrt

import numpy as np
import pytest

from feeder import live
from glasstown.core.columns import POINT, SHARE
from glasstown.core.vocabulary import AGE, EVADING, INCOME, PERCEIVED_RISK, SCORE, STAKE, STRATUM, Evasion
from glasstown.mechanisms.gaming import (
    ACCEPTED,
    BURDEN,
    COSTS,
    DEEDS,
    FEATURE,
    FINE,
    NORMALS,
    WORTHY,
    ZERO,
    Gaming,
    accuracy,
    burden,
    normals,
    phi,
)

LIMIT = 5.0
PEOPLE = 300_000


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def judged(m: Gaming, given: dict[str, np.ndarray] | None = None) -> tuple[dict[str, np.ndarray], float]:
    """The town after a day, and the mean burden of those who deserve to be accepted."""
    (day,), town = live([m], PEOPLE, 1, FEATURE, ACCEPTED, WORTHY, given=given)
    return day, town.state.counted[BURDEN.name] / (FINE * COSTS) / int(day["worthy"].sum())


def rightly(day: dict[str, np.ndarray]) -> int:
    return int(np.count_nonzero(day["accepted"] == day["worthy"]))


PUBLISHED = [
    ({"reach": 0.0}, 0.8413, 0.0833),
    ({"reach": 1.0}, 0.7386, 0.0833),
    ({"reach": 1.0, "publisher": "robust"}, 0.8413, 0.3989),
]


@pytest.mark.parametrize(("parameters", "right", "effort"), PUBLISHED)
def test_the_published_numbers(parameters: dict[str, object], right: float, effort: float) -> None:
    """Accuracy .8413, .7386 if gamed, .8413 robust; burden of the deserving .0833, .0833, .3989."""
    m = Gaming(**parameters)
    exact = accuracy(m.asked, m.reach)
    assert exact == pytest.approx(right, abs=5e-5) and burden(m.asked) == pytest.approx(effort, abs=5e-5)
    day, mean = judged(m)
    assert errs(rightly(day), PEOPLE, exact) < LIMIT
    assert errs(int(day["worthy"].sum()), PEOPLE, 0.5) < LIMIT
    deviation = 0.59 if m.asked else 0.26  # above the exact .5835 and .2548
    assert abs(mean - burden(m.asked)) < LIMIT * deviation / sqrt(PEOPLE / 2) + 1 / FINE
    wrong = {0.8413: 0.7386, 0.7386: 0.8413}[right]
    assert errs(rightly(day), PEOPLE, wrong) > LIMIT, "planted fault: everybody moves, or nobody"


@pytest.mark.parametrize(("parameters", "right", "effort"), PUBLISHED)
def test_the_table_of_normal_values_gives_them_exactly(
    parameters: dict[str, object], right: float, effort: float
) -> None:
    """Over the whole table instead of draws: four figures, without chance."""
    m = Gaming(**parameters)
    each = np.concatenate([normals() - FINE, normals() + FINE]) + ZERO
    given = {
        FEATURE.name: each.astype(np.uint16),
        WORTHY.name: np.repeat(np.array([0, 1], np.uint8), NORMALS),
    }
    (day,), town = live([m], 2 * NORMALS, 1, ACCEPTED, WORTHY, given=given)
    assert np.mean(day["accepted"] == day["worthy"]) == pytest.approx(right, abs=6e-5)
    mean = town.state.counted[BURDEN.name] / (FINE * COSTS) / NORMALS
    assert mean == pytest.approx(effort, abs=2e-4)
    assert mean != pytest.approx(burden(m.asked + 0.01), abs=2e-4), "planted fault: a hundredth too much"


def test_a_robust_institution_costs_the_dear_group_more() -> None:
    """Group B at twice the cost: half the reach, so B is accepted less, and its deserving ones need more."""
    given = {STRATUM.name: np.where(np.arange(PEOPLE) % 2, 44, 4).astype(np.uint8)}
    day, mean = judged(Gaming(publisher="robust", group_cost=2.0), given)
    for b, reach in ((0, 1.0), (1, 0.5)):
        own = given[STRATUM.name] == (44 if b else 4)
        for worthy, centre in ((0, -1.0), (1, 1.0)):
            some = own & (day["worthy"] == worthy)
            exact = phi(centre - 1.0 + reach)
            hits = int(day["accepted"][some].sum())
            assert errs(hits, int(some.sum()), exact) < LIMIT
            assert not b or errs(hits, int(some.sum()), phi(centre)) > LIMIT, "planted fault: costs are equal"
    assert mean == pytest.approx(1.5 * burden(1.0), abs=0.01)


def test_the_tool_finds_features_that_are_not_normal() -> None:
    """Planted fault: the same means and variances, but features that are spread evenly."""
    z = np.random.default_rng(1).uniform(-sqrt(3), sqrt(3), PEOPLE)
    worthy = np.arange(PEOPLE) % 2
    given = {
        FEATURE.name: np.floor(ZERO + FINE * (2 * worthy - 1 + z)).astype(np.uint16),
        WORTHY.name: worthy.astype(np.uint8),
    }
    assert errs(rightly(judged(Gaming(reach=0.0), given)[0]), PEOPLE, 0.8413) > LIMIT


# ---- in a town -------------------------------------------------------------------------------------


def test_deeds_come_at_their_pace_within_the_window_only() -> None:
    points = np.random.default_rng(2).integers(500 * POINT, 750 * POINT, PEOPLE).astype(np.uint16)
    given = {
        SCORE.name: points,
        AGE.name: np.full(PEOPLE, 40, np.uint8),
        STAKE.name: np.ones(PEOPLE, np.uint8),
    }
    m = Gaming(aim="score", pace=0.3, tunnel=0.0, second_phone=0.0)
    lived, _ = live([m], PEOPLE, 15, DEEDS, given=given)
    gap = (-(points.astype(int) - 550 * POINT)) % (50 * POINT)
    near = (gap > 0) & (gap <= 20 * POINT) & (points < 700 * POINT)
    done = lived[-1]["deeds"].astype(int)
    assert not done[~near].any()
    assert errs(int(done[near].sum()), 3 * int(near.sum()), 0.3) < LIMIT, "days 0, 7 and 14"
    assert errs(int(done[near].sum()), 15 * int(near.sum()), 0.3) > LIMIT, "planted fault: every day"


def hidden(m: Gaming, age: int, income: int, risk: float) -> np.ndarray:
    given = {
        AGE.name: np.full(PEOPLE, age, np.uint8),
        INCOME.name: np.full(PEOPLE, income, np.uint16),
        PERCEIVED_RISK.name: np.full(PEOPLE, round(risk * SHARE), np.uint16),
    }
    return live([m], PEOPLE, 1, EVADING, given=given)[0][0]["evading"]


@pytest.mark.parametrize(
    ("age", "risk", "factor"), [(40, 0.0, 1.0), (40, 0.5, 1.5), (70, 0.0, 0.2), (70, 1.0, 0.4)]
)
def test_the_share_who_pay_for_a_way_round(age: int, risk: float, factor: float) -> None:
    m = Gaming(second_phone=0.1, tunnel=0.05)
    rich = hidden(m, age, 9_000, risk)
    for way, share in ((Evasion.SECOND_PHONE, 0.1), (Evasion.TUNNEL, 0.05)):
        hits = int(np.count_nonzero(rich & way))
        assert errs(hits, PEOPLE, share * factor) < LIMIT
        assert errs(hits, PEOPLE, share * (factor + 0.2)) > LIMIT, "planted fault: another factor"
    both = int(np.count_nonzero(rich == 3))
    assert errs(both, PEOPLE, 0.1 * 0.05 * factor**2) < LIMIT, "drawn apart"
    assert not hidden(m, age, 1_000, risk).any()
