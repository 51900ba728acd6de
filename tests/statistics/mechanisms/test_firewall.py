"""Firewall against closed forms: three arms as in the experiment, what is known in the end, what is told.

Every law compares a share or a mean with its exact value and fails beyond 5 standard errors: each raises a
false alarm for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest

from feeder import live
from glasstown.core.columns import SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import ACTS, INFORMED
from glasstown.mechanisms.firewall import BROWSED, SEEKING, Firewall

LIMIT = 5.0
PEOPLE = 60_000
WALL: dict[str, Any] = {}
OPEN: dict[str, Any] = {"reachable": 1.0, "tunnel": 0.0}
NUDGED: dict[str, Any] = OPEN | {"nudge": 0.5}
ROUNDS = -(-120 // 7)


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def off(values: np.ndarray, mean: float) -> float:
    """How many standard errors the mean of independent ``values`` lies from ``mean``."""
    return abs(float(values.mean()) - mean) / (float(values.std()) / sqrt(len(values)))


def weeks(parameters: dict[str, Any], number: int, *more: Any) -> list[dict[str, np.ndarray]]:
    """The days on which people may read."""
    m = Firewall(**({"spillover": 0.0, "period": 1, "talks": 1} | parameters))
    return live([m], PEOPLE, number, BROWSED, SEEKING, *more)[0]


def readers(today: dict[str, np.ndarray]) -> int:
    return int(today["browsed"].sum())


# One day stands for one period here: chances are per period, and days of encouragement are counted in them.
TERM = {"nudge_days": ROUNDS}


def took(m: Firewall, number: int) -> float:
    """Share of the encouraged without demand of their own who have taken to it after so many periods."""
    return 1 - (1 - m.chance(False, False, True) * m.taste) ** number


def test_taking_the_wall_away_changes_little() -> None:
    """With it .06 %, without it 1.2 % of people read in a week; nobody has learned to want it."""
    n = 30
    walled = sum(readers(d) for d in weeks(WALL, n))
    free = sum(readers(d) for d in weeks(OPEN, n))
    assert walled < free < 0.05 * PEOPLE * n
    last = weeks(OPEN, n)[-1]
    assert errs(readers(last), PEOPLE, 0.03 * 0.5 * 0.8) < LIMIT
    assert errs(readers(last), PEOPLE, 0.05 * 0.5 * 0.8) > LIMIT, "planted fault: more demand"


def test_encouragement_works_and_what_was_taken_to_persists() -> None:
    """Half are encouraged for a term: a share of them goes on, a year later as on the day after."""
    m = Firewall(**(NUDGED | TERM))
    lived = weeks(NUDGED | TERM, ROUNDS + 52)
    now = 0.03 + 0.97 * 0.5 * took(m, ROUNDS)
    reads = m.chance(False, True, False)
    after, later = readers(lived[ROUNDS]), readers(lived[-1])
    assert errs(after, PEOPLE, now * reads) < LIMIT and errs(later, PEOPLE, now * reads) < LIMIT
    assert after > 5 * 0.03 * reads * PEOPLE
    assert errs(later, PEOPLE, 0.03 * reads) > LIMIT, "planted fault: it is all forgotten"
    lapsing = weeks(NUDGED | TERM | {"lapse": 0.05}, ROUNDS + 52)
    assert errs(readers(lapsing[-1]), PEOPLE, now * reads) > LIMIT, "planted fault: it lapses"


def test_while_encouraged_the_closed_form_holds_week_by_week() -> None:
    m = Firewall(**(OPEN | {"nudge": 1.0} | TERM))
    lived = weeks(OPEN | {"nudge": 1.0} | TERM, ROUNDS)
    asked, both = m.chance(False, False, True), m.chance(False, True, True)
    for week in (0, 5, ROUNDS - 1):
        seeks = 0.03 + 0.97 * took(m, week)
        exact = seeks * both + (1 - seeks) * asked
        assert errs(readers(lived[week]), PEOPLE, exact) < LIMIT
    assert errs(readers(lived[ROUNDS - 1]), PEOPLE, asked) > LIMIT, "planted fault: nobody takes to it"


def test_what_was_taken_to_lapses_at_its_rate() -> None:
    given = {SEEKING.name: np.ones(PEOPLE, np.uint8)}
    m = Firewall(**OPEN, demand=0.0, taste=0.0, lapse=0.1, period=1, talks=1, spillover=0.0)
    lived, _ = live([m], PEOPLE, 10, SEEKING, given=given)
    stays = 1 - 0.1 * (1 - m.chance(False, True, False))
    left = int(lived[-1]["seeking"].sum())
    assert errs(left, PEOPLE, stays**10) < LIMIT
    assert errs(left, PEOPLE, 0.9**10) > LIMIT, "planted fault: reading does not keep it"


def test_tunnels_and_friction_thin_reading_exactly() -> None:
    some = {"demand": 1.0, "appetite": 1.0, "reachable": 0.2, "tunnel": 0.4, "friction": 0.3}
    (today,) = weeks(some, 1, ACTS)
    openly, dug = 0.7 * 0.2, 0.4 * 0.7 * 0.8
    assert errs(readers(today), PEOPLE, openly + dug) < LIMIT
    assert errs(int(np.count_nonzero(today["acts"])), PEOPLE, dug) < LIMIT
    assert errs(int(np.count_nonzero(today["acts"])), PEOPLE, 0.4 * 0.7) > LIMIT, "planted fault: always dug"


@pytest.mark.parametrize("appetite", [0.3, 1.0])
def test_what_readers_know_in_the_end(appetite: float) -> None:
    """g / (1 - k (1 - g)) with g = reading times lesson, and what is kept k."""
    m = Firewall(
        reachable=1.0,
        demand=1.0,
        appetite=appetite,
        friction=0.0,
        spillover=0.0,
        memory=20.0,
        period=1,
        talks=1,
    )
    lived, _ = live([m], PEOPLE, 150, INFORMED)
    x = lived[-1]["informed"] / SHARE
    exact = m.knowledge(appetite)
    if appetite < 1.0:
        assert off(x, exact) < LIMIT
        assert off(x, m.model_copy(update={"memory": 25.0}).knowledge(appetite)) > LIMIT, "planted: memory"
    else:
        assert np.allclose(x, exact, atol=6 / SHARE), "without chance but for rounding"
    gain = appetite * 0.3
    assert exact == pytest.approx(gain / (1 - m.keep * (1 - gain)), rel=1e-12)


def test_the_unread_are_told_at_the_rate_of_their_tie() -> None:
    """Each listens to somebody who knows half: what is unknown shrinks by 1 - s h / 2 a period."""
    half = PEOPLE // 2
    start = np.concatenate([np.zeros(half, np.uint32), np.arange(half + 1, dtype=np.uint32)])
    ties = StoredTies(start, np.arange(half, dtype=np.uint32))
    given = {INFORMED.name: np.where(np.arange(PEOPLE) < half, SHARE // 2, 0).astype(np.uint16)}
    m = Firewall(demand=0.0, spillover=0.4, hearsay=0.3, memory=0.0, period=1, talks=1)
    lived, _ = live([m], PEOPLE, 10, INFORMED, given=given, ties=ties)
    x = lived[-1]["informed"][half:] / SHARE
    assert off(x, 1 - (1 - 0.4 * 0.3 * (SHARE // 2) / SHARE) ** 10) < LIMIT
    assert off(x, 1 - (1 - 0.4 * 0.3) ** 10) > LIMIT, "planted fault: as if the tie knew everything"
    assert np.all(lived[-1]["informed"][:half] == SHARE // 2)


def test_rounding_has_no_drift() -> None:
    """Knowledge of a few 1/65535 fades to its exact mean, which rounding down would make nothing."""
    given = {INFORMED.name: np.full(PEOPLE, 20, np.uint16)}
    m = Firewall(demand=0.0, memory=50.0, period=1, talks=1)
    lived, _ = live([m], PEOPLE, 50, INFORMED, given=given)
    x = lived[-1]["informed"].astype(float)
    assert off(x, 20 * m.keep**50) < LIMIT
    assert off(x, 0.0) > LIMIT, "planted fault: always rounded down"
