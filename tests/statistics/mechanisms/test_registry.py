"""The registry against closed forms: errors of k registries, stock and inflow, missed links, namesakes.

Every law compares a share with its exact value and fails beyond 5 standard errors: each raises a false
alarm for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

import math
from math import erfc, sqrt

import numpy as np
import pytest

from crowd import Crowd, some
from glasstown.core import rng
from glasstown.core.vocabulary import (
    DIARY,
    FILED,
    MISFILED,
    MISRECORDED_SINCE,
    RECORDED_SINCE,
    Act,
    Event,
)
from glasstown.mechanisms import registry
from glasstown.mechanisms.registry import Registry, chance_pairs
from witness import live

LIMIT = 5.0
PEOPLE = 100_000
QUIET = {"intake_care": 0.0, "intake_raise": 0.0, "intake_games": 0.0}


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def misrecorded(m: Registry, day: int, people: int = PEOPLE) -> int:
    lived, _ = live([m], people, {}, day + 1, MISRECORDED_SINCE)
    return int(np.count_nonzero(lived[day]["misrecorded_since"]))


@pytest.mark.parametrize("day", [0, 90])
@pytest.mark.parametrize("k", [1, 3, 10])
def test_adverse_errors_of_k_registries(k: int, day: int) -> None:
    """1 - (1 - e)**k on the first day, and on every later one."""
    m = Registry(registries=k, error=0.05, retention=60, **QUIET)
    hits = misrecorded(m, day)
    assert errs(hits, PEOPLE, 1 - 0.95**k) < LIMIT
    assert k == 1 or errs(hits, PEOPLE, min(0.05 * k, 0.99)) > LIMIT, "planted fault: shares added up"


def test_a_new_registry_fills_up_in_one_retention() -> None:
    m = Registry(error=0.2, retention=50, settled=False, **QUIET)
    lived, _ = live([m], PEOPLE, {}, 60, MISRECORDED_SINCE)
    for day in (0, 9, 24, 49, 59):
        exact = 1 - 0.8 ** (min(day + 1, 50) / 50)
        assert errs(np.count_nonzero(lived[day]["misrecorded_since"]), PEOPLE, exact) < LIMIT
    early = np.count_nonzero(lived[9]["misrecorded_since"])
    assert errs(early, PEOPLE, 0.2) > LIMIT, "planted fault: full from the start"


def occupied(stay: int, rate: float, renews: bool) -> tuple[int, int]:
    """People on file, and people, each reported with ``rate`` a day; records stand ``stay`` days."""
    days = 3 * stay
    m = Registry(error=0.0, missed_link=0.0, retention=stay, renews=renews, **QUIET)
    reports = [some(PEOPLE, rate, Act.JAYWALK, 70 + d) for d in range(days)]
    lived, _ = live([m, Crowd.of(entries=reports)], PEOPLE, {}, days, RECORDED_SINCE)
    return int(np.count_nonzero(lived[-1]["recorded_since"])), PEOPLE


def test_stock_is_inflow_times_retention() -> None:
    """M/D/infinity: -log(1 - share on file) is the rate of entries times the days they stand."""
    for stay, rate in ((10, 0.01), (40, 0.02)):
        on, people = occupied(stay, rate, renews=True)
        assert errs(on, people, 1 - (1 - rate) ** stay) < LIMIT
        assert -math.log1p(-on / people) == pytest.approx(rate * stay, rel=0.03)
        assert errs(on, people, 1 - (1 - rate) ** (stay + 1)) > LIMIT, "planted fault: a day too many"


def test_spells_that_are_not_renewed() -> None:
    """One record at a time: f R / (1 + f R)."""
    on, people = occupied(30, 0.02, renews=False)
    assert errs(on, people, 0.6 / 1.6) < LIMIT
    assert errs(on, people, 1 - 0.98**30) > LIMIT, "planted fault: renewed all the same"


def test_missed_links_thin_the_inflow() -> None:
    m = Registry(error=0.0, missed_link=0.3, **QUIET)
    bits = np.full(PEOPLE, int(Act.JAYWALK | Act.CRITICISE | Act.REPAY), np.uint16)
    lived, _ = live([m, Crowd.of(entries=[bits], false_entries=[bits])], PEOPLE, {}, 2, FILED, MISFILED)
    kept = [(d[c] & int(a)) != 0 for d in lived for c in ("filed", "misfiled") for a in (16, 32, 4)]
    for one in kept:
        assert errs(np.count_nonzero(one), PEOPLE, 0.7) < LIMIT
    for i, one in enumerate(kept):
        for other in kept[:i]:
            assert abs(np.corrcoef(one, other)[0, 1]) * sqrt(PEOPLE) < LIMIT, "each link is missed by itself"
    everything = np.all(kept[:3], axis=0)
    assert errs(np.count_nonzero(everything), PEOPLE, 0.7) > LIMIT, "planted fault: one draw for all kinds"


@pytest.mark.parametrize(
    ("name", "act"), [("intake_care", Act.CARE), ("intake_raise", Act.RAISE), ("intake_games", Act.GAMES)]
)
def test_intakes(name: str, act: Act) -> None:
    m = Registry(error=0.0, **(QUIET | {name: 0.037}))
    bits = np.full(PEOPLE, int(Act.CARE | Act.RAISE | Act.GAMES), np.uint16)
    lived, _ = live([m, Crowd.of(acts=[bits])], PEOPLE, {}, 3, FILED)
    hits = sum(int(np.count_nonzero(d["filed"] & int(act))) for d in lived)
    assert errs(hits, 3 * PEOPLE, 0.037) < LIMIT
    assert errs(hits, 3 * PEOPLE, 0.037 / 2) > LIMIT, "planted fault: a bit too many"


def test_errors_do_not_know_what_else_is_filed() -> None:
    m = Registry(error=0.9, retention=5, renews=False, settled=False, intake_care=0.5, missed_link=0.5)
    bits = np.full(PEOPLE, int(Act.CARE | Act.JAYWALK), np.uint16)
    lived, _ = live([m, Crowd.of(acts=[bits], entries=[bits & 16])], PEOPLE, {}, 1, FILED, MISFILED)
    seen = [(lived[0][c] & b) != 0 for c, b in (("filed", 1), ("filed", 16), ("misfiled", 8))]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(np.corrcoef(seen[one], seen[other])[0, 1]) * sqrt(PEOPLE) < LIMIT


def counted(people: int, keys: int) -> np.ndarray:
    """Namesakes of each person."""
    one, two = np.empty(people, np.uint64), np.empty(people, np.uint64)
    ids = np.arange(people, dtype=np.uint32)
    rng.table(rng.run_key(1), ids, 0, 0, rng.purpose("registry", "namesakes"), one, two)
    return np.searchsorted(registry.namesakes((people - 1) / keys), one, side="right")


@pytest.mark.parametrize(("people", "keys"), [(100_000, 1_000_000), (100_000, 40_000)])
def test_chance_pairs(people: int, keys: int) -> None:
    """n(n - 1)/2K pairs are expected; each person's number is Poisson with mean (n - 1)/K."""
    mine = counted(people, keys)
    pairs, exact = mine.sum() / 2, chance_pairs(people, keys)
    error = sqrt(people * (people - 1) / keys) / 2
    assert abs(pairs - exact) < LIMIT * error
    assert abs(pairs - 2 * exact) > LIMIT * error, "planted fault: each pair counted twice"
    assert errs(np.count_nonzero(mine == 0), people, math.exp(-(people - 1) / keys)) < LIMIT


def test_namesakes_bear_each_others_entries() -> None:
    """A person with m namesakes is hit with 1 - (1 - a)**m when a share a of people is filed a day."""
    people, keys, rate = 60_000, 40_000, 0.05
    m = Registry(error=0.0, missed_link=0.0, keys=keys, by_name=1.0, **QUIET)
    said = some(people, rate, Act.JAYWALK, 5)
    lived, _ = live([m, Crowd.of(entries=[said])], people, {}, 21, MISFILED, DIARY)
    share, mine = float((said != 0).mean()), counted(people, keys)
    assert not lived[0]["misfiled"].any(), "what was filed yesterday spreads today"
    for m_ in (0, 1, 3):
        some_ = mine == m_
        hits = sum(int(np.count_nonzero(d["misfiled"][some_])) for d in lived[1:])
        exact = 1 - (1 - share) ** m_
        tries = 20 * int(some_.sum())
        assert hits == 0 if m_ == 0 else errs(hits, tries, exact) < LIMIT
        assert m_ < 3 or errs(hits, tries, share) > LIMIT, "planted fault: one namesake for all"


def test_own_errors_arrive_at_the_stated_rate() -> None:
    m = Registry(error=0.3, retention=30, **QUIET)
    lived, _ = live([m], PEOPLE, {}, 10, DIARY)
    hits = sum(int(np.count_nonzero(d["diary"] & int(Event.MISRECORDED))) for d in lived)
    assert errs(hits, 10 * PEOPLE, m.hazard()) < LIMIT
    assert errs(hits, 10 * PEOPLE, 0.3 / 30) > LIMIT, "planted fault: the share spread evenly"
