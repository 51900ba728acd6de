"""Courtship against closed forms: fixed seeds, false alarm 1e-6 a comparison."""

from math import atanh, sqrt
from typing import Any

import numpy as np
import pytest

from feeder import live
from glasstown.core.vocabulary import PARTNER
from glasstown.mechanisms.courtship import Courtship, correlation, ranks, succeeding

Z = 4.9
"""Standard errors beyond which a law fails: two-sided false alarm of 1e-6."""

PEOPLE = 40_000


def crowd(n: int = PEOPLE) -> dict[str, Any]:
    """As many men as women, scores as unlike an even distribution as may be."""
    luck = np.random.default_rng(2)
    return {
        "age": np.full(n, 30, np.uint8),
        "sex": (np.arange(n) % 2).astype(np.uint8),
        "shown_score": (22_400 + 38_400 * luck.random(n) ** 3).astype(np.uint16),
    }


def couples(m: Courtship, days: int, n: int = PEOPLE) -> tuple[np.ndarray, np.ndarray]:
    """Ranks of men and of their partners at the end."""
    who = crowd(n)
    partner = live([m], n, days, given=who)[1].state.whole["partner"]
    mine = np.flatnonzero((partner > 0) & (who["sex"] == 0))
    score, sex = who["shown_score"], who["sex"]
    return ranks(score[sex == 0], score[mine]), ranks(score[sex == 1], score[partner[mine] - 1])


def meet_once(**how: Any) -> Courtship:
    return Courtship(**({"meeting": 1.0, "parting": 0.0, "front": 1.0} | how))


def far(found: float, exact: float, n: int) -> float:
    """Standard errors between two correlations of n pairs (Fisher's transformation, generous by a fifth)."""
    return abs(atanh(found) - atanh(exact)) * sqrt(n - 3) / 1.2


def test_without_preference_nothing_sorts() -> None:
    his, hers = couples(meet_once(preference=0.0), 1)
    assert len(his) == PEOPLE // 2, "every meeting succeeds"
    assert far(float(np.corrcoef(his, hers)[0, 1]), 0.0, len(his)) < Z
    his, hers = couples(Courtship(preference=0.0, meeting=0.5, parting=0.5), 600)
    assert far(float(np.corrcoef(his, hers)[0, 1]), 0.0, len(his)) < Z, "nor does it over the years"


@pytest.mark.parametrize(("p", "m"), [(1.0, 0.33), (1.0, 2 / 3), (0.5, 0.2), (1.0, 0.1), (0.4, 0.15)])
def test_one_round_sorts_as_the_closed_form_says(p: float, m: float) -> None:
    his, hers = couples(meet_once(preference=p, tolerance=m), 1)
    n, share = PEOPLE // 2, succeeding(p, m)
    assert abs(len(his) / n - share) < Z * sqrt(share * (1 - share) / n)
    found = float(np.corrcoef(his, hers)[0, 1])
    assert far(found, correlation(p, m), len(his)) < Z
    assert far(found, correlation(p * 0.7, m), len(his)) > Z, "planted fault: fewer mind"


def test_a_mild_preference_sorts_a_town_strongly() -> None:
    """A partner may stand a third of the ladder below: .76 after a round, and no less after years of them."""
    his, hers = couples(Courtship(meeting=0.5, parting=0.3), 1_800)
    found = float(np.corrcoef(his, hers)[0, 1])
    assert len(his) > 0.85 * PEOPLE / 2
    assert 0.7 < found < 0.85
    none = float(np.corrcoef(*couples(Courtship(meeting=0.5, parting=0.3, tolerance=1.0), 1_800))[0, 1])
    assert abs(none) < 0.04, "planted fault: a tolerance of the whole ladder"


def test_the_front_meets_more_at_the_expense_of_the_rest() -> None:
    """Of a tenth at the front, three times as often out: 3/12 of all who go, and the mean stays."""
    n = 200_000
    who = crowd(n) | {"rights": np.where(np.arange(n) % 20 < 2, 64, 0).astype(np.uint16)}
    m = Courtship(preference=0.0, meeting=0.2, front=3.0, parting=0.0)
    partner = live([m], n, 1, PARTNER, given=who)[0][0]["partner"]
    first = who["rights"] == 64
    for group, exact in ((first, 0.2 * 3 / 1.2), (~first, 0.2 / 1.2)):
        error = sqrt(exact * (1 - exact) / group.sum())
        found = float((partner[group] > 0).mean())
        short = exact * 2 * Z * sqrt(0.8 / (0.2 * n / 2))  # the sex with more people out leaves some alone
        assert -Z * error - short < found - exact < Z * error
        assert abs(found - 0.2) > 0.02, "planted fault: no front"
    level = live([m], n, 1, PARTNER, given=crowd(n))[0][0]["partner"]
    assert abs(float((level > 0).mean()) - 0.2) < 0.005, "where all are at the front nobody is"


def test_couples_part_at_their_rate() -> None:
    n, rate = 100_000, 0.3
    rows = np.arange(n)
    who = crowd(n) | {"partner": (rows + 1 - 2 * (rows % 2) + 1).astype(np.uint32)}
    m = Courtship(meeting=0.0, parting=rate)
    left = live([m], n, 91, PARTNER, given=who)[0]
    for month in range(4):
        exact = (1 - rate * 30 / 365) ** (month + 1)
        found = float((left[30 * month]["partner"] > 0).mean())
        error = sqrt(exact * (1 - exact) / (n / 2))
        assert abs(found - exact) < Z * error
        assert abs(found - (1 - rate * 40 / 365) ** (month + 1)) > Z * error, (
            "planted fault: nine months a year"
        )
