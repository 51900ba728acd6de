"""Lists against the closed forms of two states and of terms, with the published hazard and with files.

Every law compares a share or a mean with its exact value and fails beyond 5 standard errors: each raises a
false alarm for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, exp, sqrt

import numpy as np
import pytest

from feeder import Feeder
from feeder import live as live_fed
from glasstown.core.vocabulary import AGE, Act
from glasstown.mechanisms.lists import (
    LISTED_UNTIL,
    LISTINGS,
    MISLISTED,
    REDLISTED_UNTIL,
    REFUSED,
    REMOVALS,
    WRONG_LISTINGS,
    Lists,
)
from witness import live

LIMIT = 5.0
PEOPLE = 300_000
ADULTS = {AGE.name: np.full(PEOPLE, 40, np.uint8)}
OPEN = Lists(hazard=2.0, duration=0.2)
FIXED = Lists(hazard=2.0, terms="fixed", shortest=0.1, longest=0.3, repair=2.0)


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def listed(m: Lists, days: int, given: dict[str, np.ndarray] = ADULTS) -> list[int]:
    lived, _ = live([m], PEOPLE, given, days, LISTED_UNTIL)
    return [int(np.count_nonzero(d["listed_until"])) for d in lived]


def test_the_published_hazard_and_three_years() -> None:
    """p/(p + q) at the defaults: 0.66 % of adults, from the first day on."""
    p, q = 1 - exp(-0.0022 / 365), 1 / (3 * 365)
    exact = p / (p + q)
    assert Lists().share() == pytest.approx(exact, rel=1e-12)
    assert exact == pytest.approx(0.00656, abs=5e-6)
    hits = listed(Lists(), 30)
    assert errs(hits[0], PEOPLE, exact) < LIMIT and errs(hits[-1], PEOPLE, exact) < LIMIT
    assert errs(hits[-1], PEOPLE, 0.0022 * 2 / (1 + 0.0022 * 2)) > LIMIT, "planted fault: stays of two years"


def test_the_share_listed_is_p_over_p_plus_q() -> None:
    p, q = OPEN.entry, OPEN.exit
    assert 1 / q == pytest.approx(0.2 * 365) and OPEN.stay() == pytest.approx(1 / q)
    hits = listed(OPEN, 40)
    assert errs(hits[0], PEOPLE, p / (p + q)) < LIMIT and errs(hits[-1], PEOPLE, p / (p + q)) < LIMIT
    assert errs(hits[-1], PEOPLE, p / q) > LIMIT, "planted fault: inflow times stay, as if nobody were away"


def test_an_empty_list_fills_up_at_its_known_pace() -> None:
    m = OPEN.model_copy(update={"settled": False})
    hits = listed(m, 60)
    for day in (0, 9, 59):
        exact = m.share() * (1 - (1 - m.entry - m.exit) ** (day + 1))
        assert errs(hits[day], PEOPLE, exact) < LIMIT
    assert errs(hits[59], PEOPLE, m.share()) > LIMIT, "planted fault: full at once"


def test_a_stay_lasts_one_over_q_and_has_no_memory() -> None:
    m = Lists(hazard=0.0, duration=0.05)
    hits = listed(m, 30, ADULTS | {LISTED_UNTIL.name: np.full(PEOPLE, 65_535, np.uint16)})
    for day in (0, 9, 29):
        assert errs(hits[day], PEOPLE, (1 - m.exit) ** (day + 1)) < LIMIT
    assert errs(hits[29], PEOPLE, 1 - 30 * m.exit / 2) > LIMIT, "planted fault: a straight line"


def stays(m: Lists, days: int) -> np.ndarray:
    """Days on the list of everybody, all listed on the first day for what is filed then."""
    feeder = Feeder.of({0: dict.fromkeys(range(20_000), int(Act.DEFAULT))})
    given = {AGE.name: np.full(20_000, 40, np.uint8)}
    lived, _ = live_fed([m, feeder], 20_000, days, LISTED_UNTIL, given=given)
    found = np.array([d["listed_until"] != 0 for d in lived])
    assert found[0].all() and not found[-1].any()
    return found.sum(axis=0)


def test_the_mean_stay_of_terms_that_repair_cuts_short() -> None:
    m = FIXED.model_copy(update={"hazard": 0.0, "per_entry": 1.0})
    found = stays(m, 112)
    assert found.max() == round(0.3 * 365)
    error = found.std() / sqrt(len(found))
    first, terms = m.span
    direct = sum((1 - (1 - m.exit) ** t) / m.exit for t in range(first, first + terms)) / terms
    assert m.stay() == pytest.approx(direct, rel=1e-9)
    assert abs(found.mean() - m.stay()) < LIMIT * error
    assert abs(found.mean() - 0.2 * 365) > LIMIT * error, "planted fault: nobody is repaired"


def test_terms_are_spread_evenly() -> None:
    m = FIXED.model_copy(update={"hazard": 0.0, "per_entry": 1.0, "repair": 0.0})
    found = stays(m, 112)
    first, terms = m.span
    counts = np.bincount(found)[first : first + terms]
    assert counts.sum() == len(found)
    expected = len(found) / terms
    chi = ((counts - expected) ** 2 / expected).sum()
    assert abs(chi - (terms - 1)) < LIMIT * sqrt(2 * (terms - 1))
    halved = ((counts[: terms // 2] - 2 * expected) ** 2 / (2 * expected)).sum()
    assert abs(halved - terms // 2) > LIMIT * sqrt(terms), "planted fault: short terms only"


def test_the_share_listed_depends_on_the_mean_stay_alone() -> None:
    """m/(m + 1/p), which is p/(p + q) with q = 1/m: from the first day, and still when all have changed."""
    exact = FIXED.share()
    assert exact == pytest.approx(FIXED.entry / (FIXED.entry + 1 / FIXED.stay()), rel=1e-12)
    hits = listed(FIXED, 130)
    assert all(errs(hits[day], PEOPLE, exact) < LIMIT for day in (0, 1, 20, 129))
    longer = FIXED.model_copy(update={"repair": 0.0}).share()
    assert errs(hits[0], PEOPLE, longer) > LIMIT, "planted fault: nobody is repaired"


def test_inflow_outflow_and_mistakes() -> None:
    """Tallies of 40 days: entries at p of those away, exits at q of those on, mistakes at their share."""
    m = OPEN.model_copy(update={"mistaken": 0.1})
    lived, town = live([m], PEOPLE, ADULTS, 40, LISTED_UNTIL, MISLISTED)
    on = [np.count_nonzero(d["listed_until"]) for d in lived]
    counted = town.state.counted
    away = sum(PEOPLE - n for n in on[:-1]) + PEOPLE - round(PEOPLE * m.share())
    there = sum(on[:-1]) + round(PEOPLE * m.share())
    assert errs(counted[LISTINGS.name], away, m.entry) < LIMIT
    assert errs(counted[REMOVALS.name], there, m.exit) < LIMIT
    assert errs(counted[WRONG_LISTINGS.name], counted[LISTINGS.name], 0.1) < LIMIT
    assert errs(int(lived[-1]["mislisted"].sum()), on[-1], 0.1) < LIMIT
    assert errs(counted[LISTINGS.name], PEOPLE * 40, m.entry) > LIMIT, "planted fault: the listed enter again"


def test_nobody_is_wrongly_listed_for_a_true_entry() -> None:
    """A tenth has a false entry, two tenths a true one; each lists with chance .3."""
    number = 60_000
    feeder = Feeder.of(
        {0: dict.fromkeys(range(12_000), int(Act.DEFAULT))},
        {0: dict.fromkeys(range(9_000, 15_000), int(Act.DEFAULT))},
    )
    given = {AGE.name: np.full(number, 40, np.uint8)}
    lived, town = live_fed([Lists(hazard=0.0, per_entry=0.3), feeder], number, 1, LISTED_UNTIL, MISLISTED,
                           given=given)  # fmt: skip
    on, wrong = lived[0]["listed_until"] != 0, lived[0]["mislisted"] != 0
    assert errs(int(on[:9_000].sum()), 9_000, 0.3) < LIMIT and not wrong[:9_000].any()
    assert errs(int(on[9_000:12_000].sum()), 3_000, 1 - 0.7**2) < LIMIT
    assert errs(int(wrong[9_000:12_000].sum()), 3_000, 0.7 * 0.3) < LIMIT
    assert np.array_equal(wrong[12_000:], on[12_000:]) and not on[15_000:].any()
    assert town.state.counted[WRONG_LISTINGS.name] == wrong.sum()
    assert errs(int(wrong[9_000:12_000].sum()), 3_000, 0.3) > LIMIT, "planted fault: wrong though also right"


def test_tickets_refused_per_listed_year() -> None:
    m = Lists(hazard=5.0, duration=1.0)
    lived, _ = live([m], PEOPLE, ADULTS, 60, LISTED_UNTIL, REFUSED)
    person_days = sum(np.count_nonzero(d["listed_until"]) for d in lived)
    refused = int(lived[-1]["refused"].sum())
    assert errs(refused, person_days, 0.7 / 365) < LIMIT
    assert errs(refused, 60 * PEOPLE, 0.7 / 365) > LIMIT, "planted fault: everybody is refused"


def test_the_redlist_is_the_algebra_of_stocks() -> None:
    """Without listings: p R/(1 + p R) after the term R, once it is in its steady state."""
    m = Lists(hazard=0.0, red_hazard=2.0, red_term=0.05)
    term, p = round(0.05 * 365), 1 - exp(-2 / 365)
    lived, _ = live([m], PEOPLE, ADULTS, 80, REDLISTED_UNTIL)
    hits = int(np.count_nonzero(lived[-1]["redlisted_until"]))
    assert errs(hits, PEOPLE, p * term / (1 + p * term)) < LIMIT
    assert errs(hits, PEOPLE, p * 2 * term / (1 + p * 2 * term)) > LIMIT, "planted fault: twice the term"


def test_a_look_a_month_lists_and_clears_as_many() -> None:
    """Every 30 days with the chances of 30 days of coming and going: the share is that of daily looks."""
    daily = Lists(hazard=0.5, duration=0.5, settled=True)
    monthly = Lists(hazard=0.5, duration=0.5, settled=True, period=30)
    for m in (daily, monthly):
        assert errs(listed(m, 91)[-1], PEOPLE, daily.share()) < LIMIT, m.period
    more = Lists(hazard=0.75, duration=0.5, settled=True, period=30)
    assert errs(listed(more, 91)[-1], PEOPLE, daily.share()) > LIMIT, "planted fault: half as many more"


def test_entries_lead_to_a_list_on_their_day_whatever_the_period() -> None:
    feeder = Feeder.of({3: {7: int(Act.DEFAULT)}})
    m = Lists(hazard=0.0, per_entry=1.0, period=30)
    lived, _ = live_fed([feeder, m], 20, 6, LISTED_UNTIL, given={"age": np.full(20, 40, np.uint8)})
    assert [int(np.count_nonzero(day["listed_until"])) for day in lived] == [0, 0, 0, 1, 1, 1]
