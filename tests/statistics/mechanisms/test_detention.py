"""Detention against the closed forms of M/G/infinity, Little's law, ties and households.

Every law compares a share or a mean with its exact value and fails beyond 5 standard errors: each raises a
false alarm for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, exp, log, sqrt
from typing import Any

import numpy as np
import pytest

from feeder import live
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import DETAINED_UNTIL, PRESSURE, TERM_CAP
from glasstown.mechanisms.detention import FAMILY_DETAINED_SINCE, HELD, TAKEN, Detention

LIMIT = 5.0
PEOPLE = 300_000
QUIET: dict[str, Any] = {"hazard": 0.5, "duration": 0.02, "settled": True}
LAWS = pytest.mark.parametrize("law", ["exponential", "fixed"])


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def held(m: Detention, days: int, *others: Mechanism, **how: Any) -> list[np.ndarray]:
    lived, _ = live([m, *others], PEOPLE, days, DETAINED_UNTIL, **how)
    return [d["detained_until"] != 0 for d in lived]


@LAWS
def test_the_stock_is_inflow_times_mean_stay_from_the_first_day_on(law: str) -> None:
    m = Detention(**QUIET, stays=law)
    p, stay = 1 - exp(-0.5 / 365), 0.02 * 365 if law == "exponential" else 7
    assert m.stay == pytest.approx(stay) and m.share() == pytest.approx(p * stay / (1 + p * stay))
    lived = held(m, 30)
    for day in (0, 10, 29):
        assert errs(lived[day].sum(), PEOPLE, m.share()) < LIMIT
        assert errs(lived[day].sum(), PEOPLE, p * (stay - 1)) > LIMIT, "planted fault: a day too few"


@LAWS
def test_littles_law_by_count(law: str) -> None:
    """Person-days in detention are inflow times mean stay, whatever the hazard: counted, not computed."""
    m, days = Detention(**QUIET, stays=law), 60
    counted = live([m], PEOPLE, days)[1].state.counted
    inflow, stock = counted[TAKEN.name], counted[HELD.name]
    noise = m.stay * sqrt(inflow + 2 * stock / days)
    assert abs(stock - inflow * m.stay) / noise < LIMIT
    assert abs(stock - inflow * (m.stay + 0.5)) / noise > LIMIT, "planted fault: half a day too many"


@LAWS
def test_occupancy_is_poisson_whatever_the_law_of_stays(law: str) -> None:
    """2,000 towns of 150 people: their numbers of detained people scatter as Poisson's law has it."""
    m = Detention(**QUIET, stays=law)
    towns = held(m, 20)[-1].reshape(2_000, 150).sum(axis=1)
    mean = 150 * m.share()
    index = ((towns - towns.mean()) ** 2).sum() / towns.mean() / (len(towns) - 1)
    assert abs(index - 1) / sqrt(2 / len(towns)) < LIMIT
    assert errs(int((towns == 0).sum()), len(towns), exp(-mean)) < LIMIT
    assert errs(int((towns == 1).sum()), len(towns), mean * exp(-mean)) < LIMIT
    pairs = towns[:1_000] * 2
    index = ((pairs - pairs.mean()) ** 2).sum() / pairs.mean() / (len(pairs) - 1)
    assert abs(index - 1) / sqrt(2 / len(pairs)) > LIMIT, "planted fault: people are taken in pairs"


def test_it_fills_up_from_nobody_at_its_known_pace() -> None:
    memoryless = Detention(hazard=2.0, duration=0.05)
    p, q = memoryless.entry, 1 / memoryless.stay
    fixed = memoryless.model_copy(update={"stays": "fixed"})
    for m in (memoryless, fixed):
        for day, now in enumerate(held(m, 17)):
            at_once = 1 - (1 - p) ** (day + 1)
            exact = p / (p + q) * (1 - (1 - p - q) ** (day + 1)) if m is memoryless else at_once
            assert errs(now.sum(), PEOPLE, exact) < LIMIT, day
            assert day != 8 or errs(now.sum(), PEOPLE, m.share()) > LIMIT, "planted fault: full at once"


class Given(Mechanism):
    """Gives two reasons to detain each day, or caps stays at five days."""

    capping: bool = False

    def steps(self) -> tuple[Step, ...]:
        if self.capping:
            return (Step("given.cap", Phase.ACT, self._cap, writes=(TERM_CAP,)),)
        return (Step("given.press", Phase.JUDGE, self._press, adds=(PRESSURE,)),)

    def _cap(self, view: Any, now: Any) -> None:
        view[TERM_CAP][:] = 5

    def _press(self, view: Any, now: Any) -> None:
        view[PRESSURE][:] += np.uint8(2)


def test_each_reason_to_detain_counts_by_itself() -> None:
    now = held(Detention(hazard=0.0, per_reason=0.1), 1, Given())[0]
    assert errs(now.sum(), PEOPLE, 1 - 0.9**2) < LIMIT
    assert errs(now.sum(), PEOPLE, 0.2) > LIMIT, "planted fault: reasons added up"


def test_a_cap_on_stays_cuts_the_stock_to_the_shorter_mean() -> None:
    """The mean of min(stay, 5): m(1 - (1 - 1/m)**5)."""
    m = Detention(hazard=2.0, duration=0.05)
    capped = m.stay * (1 - (1 - 1 / m.stay) ** 5)
    now = held(m, 40, Given(capping=True))[-1]
    assert errs(now.sum(), PEOPLE, m.entry * capped / (1 + m.entry * capped)) < LIMIT
    assert errs(now.sum(), PEOPLE, m.share()) > LIMIT, "planted fault: no cap"


def test_who_has_k_ties_who_were_taken_is_drawn_in_as_if_by_each_alone() -> None:
    """1 - (1 - s)**k on the first look; ties of those taken earlier draw nobody."""
    m = Detention(hazard=0.0, spread=0.3, pace=7)
    k = np.arange(PEOPLE) % 4
    start = np.concatenate([[0], np.cumsum(k)]).astype(np.uint32)
    seeds = np.zeros(PEOPLE, np.uint16)
    seeds[:2_000] = 1
    others = np.random.default_rng(1).integers(0, 2_000, int(start[-1])).astype(np.uint32)
    given = {"detained_since": seeds, "detained_until": (seeds * 60_000).astype(np.uint16)}
    lived = held(m, 1, given=given, ties=StoredTies(start, others))[0]
    for ties in range(4):
        mine = lived[2_000:][k[2_000:] == ties]
        if ties == 0:
            assert not mine.any()
            continue
        assert errs(mine.sum(), len(mine), 1 - 0.7**ties) < LIMIT
        assert ties == 1 or errs(mine.sum(), len(mine), 0.3) > LIMIT, "planted fault: one draw for all ties"


def test_households_are_reached_as_chance_has_it() -> None:
    """With 16 % detained at random 1 - .84**4 of people in fives miss somebody."""
    n, size = PEOPLE, 5
    taken = np.random.default_rng(2).random(n) < 0.16
    given = {"household_place": (np.arange(n) % size).astype(np.uint8),
             "household_size": np.full(n, size, np.uint8),
             "detained_until": np.where(taken, 60_000, 0).astype(np.uint16)}  # fmt: skip
    lived, _ = live([Detention(hazard=0.0)], n, 1, FAMILY_DETAINED_SINCE, given=given)
    missing = (lived[0]["family_detained_since"] != 0).reshape(-1, size)[:, 0]
    assert errs(missing.sum(), n // size, 1 - 0.84**4) < LIMIT
    assert errs(missing.sum(), n // size, 1 - 0.84**5) > LIMIT, "planted fault: one misses oneself"


def test_sixty_per_cent_of_households_need_five_adults_each() -> None:
    """G09: 16 % of adults interned, 60 % of households in two villages; by chance that takes 5.3 a home."""
    assert log(1 - 0.6) / log(1 - 0.16) == pytest.approx(5.26, abs=0.005)
