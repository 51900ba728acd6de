"""Expiry against the algebra of stocks: a wrong flag with hazard f that stays R days, or fewer by law.

Every law compares a share with its exact value and fails beyond 5 standard errors: each raises a false
alarm for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, sqrt

import numpy as np
import pytest

from glasstown.core.vocabulary import MISRECORDED_SINCE
from glasstown.mechanisms.expiry import Expiry
from glasstown.mechanisms.registry import Registry
from witness import live

LIMIT = 5.0
PEOPLE, STAY, HAZARD = 300_000, 60, 0.002
FLAGS = Registry(
    error=1 - (1 - HAZARD) ** STAY, retention=STAY, renews=False,
    intake_care=0.0, intake_raise=0.0, intake_games=0.0,
)  # fmt: skip


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7
    assert FLAGS.hazard() == pytest.approx(HAZARD)


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def stock(hazard: float, stay: float) -> float:
    """Share flagged in the steady state when a flag stays ``stay`` days on average."""
    return hazard * stay / (1 + hazard * stay)


def flagged(*safeguards: Expiry, days: int) -> int:
    lived, _ = live([FLAGS, *safeguards], PEOPLE, {}, days, MISRECORDED_SINCE)
    return int(np.count_nonzero(lived[-1]["misrecorded_since"]))


@pytest.mark.parametrize("days", [1, 150])
def test_without_a_safeguard(days: int) -> None:
    assert stock(HAZARD, STAY) == pytest.approx(0.1071, abs=5e-5)
    hits = flagged(days=days)
    assert errs(hits, PEOPLE, stock(HAZARD, STAY)) < LIMIT
    assert errs(hits, PEOPLE, HAZARD * STAY) > LIMIT, "planted fault: flagged people flagged again"


def test_with_a_limit_of_twelve() -> None:
    assert stock(HAZARD, 12) == pytest.approx(0.0234, abs=5e-5)
    hits = flagged(Expiry(limit=12), days=250)
    assert errs(hits, PEOPLE, stock(HAZARD, 12)) < LIMIT
    assert errs(hits, PEOPLE, stock(HAZARD, 14)) > LIMIT, "planted fault: erased two days late"


def test_when_a_third_of_registries_obey() -> None:
    """A mixture of people, not of days."""
    exact = stock(HAZARD, 12) / 3 + stock(HAZARD, STAY) * 2 / 3
    hits = flagged(Expiry(limit=12, strength=1 / 3), days=250)
    assert errs(hits, PEOPLE, exact) < LIMIT
    assert errs(hits, PEOPLE, stock(HAZARD, 12)) > LIMIT, "planted fault: all obey"
