"""Appeal against the algebra of stocks, alone and together with expiry; rates and chances of its own.

Every law compares a share with its exact value and fails beyond 5 standard errors: each raises a false
alarm for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, sqrt

import numpy as np
import pytest

from glasstown.core.mechanism import Mechanism
from glasstown.core.vocabulary import DIARY, MISRECORDED_SINCE, Event
from glasstown.mechanisms.appeal import Appeal
from glasstown.mechanisms.expiry import Expiry
from glasstown.mechanisms.registry import Registry
from witness import live

LIMIT = 5.0
PEOPLE, STAY, HAZARD = 300_000, 60, 0.002
FLAGS = Registry(
    error=1 - (1 - HAZARD) ** STAY, retention=STAY, renews=False,
    intake_care=0.0, intake_raise=0.0, intake_games=0.0,
)  # fmt: skip
AT_ONCE = Appeal(appealing=1.0, rate=1.0, delay=0, success=0.5, wait=STAY)


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def stock(hazard: float, stay: float) -> float:
    """Share flagged in the steady state when a flag stays ``stay`` days on average."""
    return hazard * stay / (1 + hazard * stay)


def flagged(*safeguards: Mechanism, days: int = 250) -> int:
    lived, _ = live([FLAGS, *safeguards], PEOPLE, {}, days, MISRECORDED_SINCE)
    return int(np.count_nonzero(lived[-1]["misrecorded_since"]))


def test_half_of_appeals_won_at_once() -> None:
    """The half that wins is flagged for one day, the half that loses for sixty."""
    exact = stock(HAZARD, 0.5 * STAY + 0.5 * 1)
    assert exact == pytest.approx(0.0575, abs=5e-5)
    hits = flagged(AT_ONCE)
    assert errs(hits, PEOPLE, exact) < LIMIT
    assert errs(hits, PEOPLE, stock(HAZARD, STAY) / 2) > LIMIT, "planted fault: half of the stock"


def test_both_safeguards() -> None:
    exact = stock(HAZARD, 0.5 * 12 + 0.5 * 1)
    assert exact == pytest.approx(0.0128, abs=5e-5)
    hits = flagged(AT_ONCE, Expiry(limit=12))
    assert errs(hits, PEOPLE, exact) < LIMIT
    product = stock(HAZARD, 30.5) * stock(HAZARD, 12) / stock(HAZARD, STAY)
    assert product == pytest.approx(0.0126, abs=5e-5)
    assert errs(hits, PEOPLE, stock(HAZARD, 12) / 2) > LIMIT, "planted fault: half of what a limit leaves"


def test_a_delay_costs_its_days() -> None:
    exact = stock(HAZARD, 0.5 * STAY + 0.5 * 11)
    hits = flagged(AT_ONCE.model_copy(update={"delay": 10}))
    assert errs(hits, PEOPLE, exact) < LIMIT
    assert errs(hits, PEOPLE, stock(HAZARD, 30.5)) > LIMIT, "planted fault: decided at once"


def test_those_who_never_appeal_keep_their_flags() -> None:
    exact = 0.25 * stock(HAZARD, 30.5) + 0.75 * stock(HAZARD, STAY)
    hits = flagged(AT_ONCE.model_copy(update={"appealing": 0.25}))
    assert errs(hits, PEOPLE, exact) < LIMIT
    assert errs(hits, PEOPLE, stock(HAZARD, STAY)) > LIMIT, "planted fault: nobody appeals"


def test_rates_of_lodging_and_winning() -> None:
    """On the first day, with records that the registry starts with."""
    m = Appeal(appealing=0.6, rate=0.3, delay=0, success=0.2)
    lived, _ = live([FLAGS, m], PEOPLE, {}, 1, MISRECORDED_SINCE, DIARY)
    wrong = np.count_nonzero(lived[0]["misrecorded_since"])
    lodged, won = (np.count_nonzero(lived[0]["diary"] & int(e)) for e in (Event.APPEALED, Event.CORRECTED))
    assert errs(lodged, wrong, 0.6 * 0.3) < LIMIT
    assert errs(won, lodged, 0.2) < LIMIT
    assert errs(won, wrong, 0.3 * 0.2) > LIMIT, "planted fault: everybody appeals"
