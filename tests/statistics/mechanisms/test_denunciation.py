"""Denunciation against its closed forms, with fixed seeds.

A law fails beyond 4.9 standard errors: each raises a false alarm for one seed in a million.
"""

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from crowd import Crowd, some
from feeder import live
from glasstown.core import rng
from glasstown.core.columns import POINT, SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import ENTRIES, FALSE_ENTRIES, FEARED, Act
from glasstown.mechanisms._reachable import recruited
from glasstown.mechanisms.denunciation import (
    REASONS,
    REPORTED,
    REPORTS,
    Denunciation,
    accused,
    false_share,
)

Z = 4.9
PEOPLE, OFFENDING = 400_000, 0.02
A, G = 0.3, 0.01
TEXTBOOK = Denunciation(duty=1 - (1 - A) / (1 - G), grudge=G)
GUILTY = some(PEOPLE, OFFENDING, int(Act.CRITICISE), 3).astype(np.uint8)


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(Z / sqrt(2)) < 1e-6


def ring(people: int, ties: int, weight: NDArray[Any] | None = None) -> StoredTies:
    """Everybody may be reported by the next so many people."""
    start = np.arange(people + 1, dtype=np.uint32) * np.uint32(ties)
    neighbour = (np.arange(people)[:, None] + 1 + np.arange(ties)) % people
    weights = None if weight is None else np.tile(weight.astype(np.float32), people)
    return StoredTies(start, neighbour.astype(np.uint32).ravel(), weights)


def day(m: Denunciation, ties: int, *columns: Any, acts: NDArray[Any] = GUILTY, **how: Any) -> dict[str, Any]:
    weight = how.pop("weight", None)
    people = len(acts)
    return live([m, Crowd.of(acts=[acts])], people, 1, *columns, ties=ring(people, ties, weight), **how)[0][0]


def off(hits: float, tries: float, share: float) -> bool:
    return abs(hits - tries * share) > Z * sqrt(tries * share * (1 - share))


# ---- the share of false reports ----------------------------------------------------------------------


def test_the_published_share_of_false_reports() -> None:
    exact = false_share(OFFENDING, A, G)
    assert exact == pytest.approx(0.620, abs=5e-4)
    assert (TEXTBOOK.chance(True), TEXTBOOK.chance(False)) == (pytest.approx(A), pytest.approx(G))
    seen = day(TEXTBOOK, 1, ENTRIES, FALSE_ENTRIES)
    true, false = np.count_nonzero(seen["entries"]), np.count_nonzero(seen["false_entries"])
    assert not off(true, np.count_nonzero(GUILTY), A)
    assert not off(false, np.count_nonzero(GUILTY == 0), G)
    here = false_share(float(np.mean(GUILTY > 0)), A, G)
    assert not off(false, true + false, here)
    assert off(false, true + false, 1 - A), "planted fault: what the accuracy of a reporter suggests"
    assert off(false, true + false, G / (A + G)), "planted fault: the base rate forgotten"


@pytest.mark.parametrize("needed", [1, 2, 3])
def test_redundancy(needed: int) -> None:
    """With k ties, P(at least r report) is a binomial tail; asking for two mends most of what is false."""
    ties = 8
    m = TEXTBOOK.model_copy(update={"needed": needed})
    seen = day(m, ties, ENTRIES, FALSE_ENTRIES)
    right, wrong = accused(A, ties, needed), accused(G, ties, needed)
    guilty = np.count_nonzero(GUILTY)
    assert not off(np.count_nonzero(seen["entries"]), guilty, right)
    assert not off(np.count_nonzero(seen["false_entries"]), PEOPLE - guilty, wrong)
    assert off(np.count_nonzero(seen["entries"]), guilty, accused(A, ties - 1, needed)), "fault: one tie less"
    shares = [false_share(OFFENDING, accused(A, ties, r), accused(G, ties, r)) for r in (1, 2, 3)]
    assert shares == pytest.approx([0.800, 0.151, 0.006], abs=1e-3)


def test_reports_of_ties_are_independent() -> None:
    """The number of reports of a person is binomial: every count within its own limits."""
    ties, m = 12, Denunciation(duty=0.0, grudge=0.15)
    counts = np.bincount(day(m, ties, REPORTED)["reported"], minlength=ties + 1)
    exact = [accused(0.15, ties, k) - accused(0.15, ties, k + 1) for k in range(ties + 1)]
    assert not any(off(counts[k], PEOPLE, exact[k]) for k in range(7))
    other = [accused(0.155, ties, k) - accused(0.155, ties, k + 1) for k in range(ties + 1)]
    assert any(off(counts[k], PEOPLE, other[k]) for k in range(7)), "planted fault"


# ---- targets by closeness, motives, informers --------------------------------------------------------

WEIGHT = np.array([8.0, 4.0, 1.0])


def by_tie(closeness: str, grudge: float = 0.2) -> tuple[int, int]:
    """Reports over people whose only ready tie is the first, and those whose only one is the last."""
    hits = []
    for place in (0, 2):
        ready = np.zeros(PEOPLE, np.uint8)
        ready[np.arange(PEOPLE) % 3 == 0] = 255
        m = Denunciation(duty=0.0, grudge=grudge, closeness=closeness)
        seen = day(m, 3, REPORTED, weight=WEIGHT, given={"reporting": ready})
        mine = (np.arange(PEOPLE - 3) + 1 + place) % 3 == 0
        hits.append(int(seen["reported"][:-3][mine].sum()))
    return hits[0], hits[1]


@pytest.mark.parametrize(
    ("closeness", "first", "last"), [("even", 1, 1), ("close", 1, 1 / 8), ("distant", 1 / 8, 1)]
)
def test_reports_follow_closeness(closeness: str, first: float, last: float) -> None:
    tries = (PEOPLE - 3) / 3
    heavy, light = by_tie(closeness)
    assert not off(heavy, tries, 0.2 * first)
    assert not off(light, tries, 0.2 * last)
    assert off(light, tries, 0.2 * last * 0.9), "planted fault: a tenth less"


def test_informers_are_as_many_as_the_files_say() -> None:
    m = Denunciation(duty=0.0, grudge=0.0, reward=0.0, fear=1.0, invention=1.0, regime="coerced")
    seen = day(m, 1, REPORTED)["reported"]
    assert not off(int(seen.sum()), PEOPLE, 0.011)
    assert off(int(seen.sum()), PEOPLE, 0.02), "planted fault: one adult in fifty, with the staff"


@pytest.mark.parametrize("offence", [False, True])
def test_informers_and_others_report_independently(offence: bool) -> None:
    """Of people with m informers among twelve ties: whom nobody reports, and how many reports there are."""
    m = Denunciation(duty=0.05, grudge=0.02, reward=0.2, fear=0.1, invention=0.5, regime="coerced",
                     informers=0.2)  # fmt: skip
    acts = np.full(PEOPLE, int(Act.JAYWALK) if offence else 0, np.uint8)
    ties = 12
    told = day(m, ties, REPORTED, acts=acts)["reported"]
    spies = recruited(rng.run_key(1), PEOPLE, rng.purpose("denunciation", "informer"), 0.2).astype(int)
    near = sum(np.roll(spies, -1 - k) for k in range(ties))
    other, spy = m.chance(offence, False), m.chance(offence, True)
    for count in range(6):
        mine = told[near == count]
        silent = (1 - other) ** (ties - count) * (1 - spy) ** count
        assert not off(np.count_nonzero(mine == 0), len(mine), silent)
        mean = (ties - count) * other + count * spy
        spread = sqrt(((ties - count) * other * (1 - other) + count * spy * (1 - spy)) * len(mine))
        assert abs(mine.sum() - len(mine) * mean) < Z * spread
        assert abs(mine.sum() - len(mine) * 1.1 * mean) > Z * spread, "planted fault: a tenth more"


def test_motives_are_told_in_proportion() -> None:
    m = Denunciation(duty=0.1, grudge=0.05, reward=0.2, fear=0.05, regime="coerced", informers=1.0)
    everybody = np.full(PEOPLE, int(Act.JAYWALK), np.uint8)
    told = np.bincount(day(m, 1, REASONS, acts=everybody)["reasons"], minlength=9)[[1, 2, 4, 8]]
    for hits, strength in zip(told, (0.1, 0.05, 0.2, 0.05), strict=True):
        assert not off(hits, told.sum(), strength / 0.4)
    assert off(told[0], told.sum(), 0.22), "planted fault"


# ---- scores on show, and how far away reporters live --------------------------------------------------

HALF = np.arange(PEOPLE) % 4 < 2
QUIET = np.zeros(PEOPLE, np.uint8)


def scored(shown: bool) -> dict[str, NDArray[Any]]:
    """Half of people at 500 points and half at 700; the next of every second is of the other half."""
    score = np.where(HALF, 500 * POINT, 700 * POINT).astype(np.uint16)
    return {"score": score, "shown_score": score if shown else np.zeros(PEOPLE, np.uint16)}


@pytest.mark.parametrize("shown", [True, False])
def test_a_low_score_draws_reports_where_it_is_on_show(shown: bool) -> None:
    """Below the border (1 + low_score) times every motive's chance; above it, or unseen, once."""
    m = Denunciation(duty=0.0, grudge=0.02, low_score=0.5)
    told = day(m, 1, REPORTED, acts=QUIET, given=scored(shown))["reported"]
    low, high = int(told[HALF].sum()), int(told[~HALF].sum())
    assert not off(high, PEOPLE / 2, 0.02)
    assert not off(low, PEOPLE / 2, 0.03 if shown else 0.02)
    assert off(low, PEOPLE / 2, 0.02 if shown else 0.03), "planted fault: unseen scores count, or seen do not"


@pytest.mark.parametrize("shown", [True, False])
def test_a_grudge_grows_with_the_lead_of_a_score_on_show(shown: bool) -> None:
    """A tie that is 200 points behind: 1 + 200 envy times the grudge; beside or ahead: the grudge."""
    m = Denunciation(duty=0.0, grudge=0.02, envy=0.005)
    told = day(m, 1, REPORTED, acts=QUIET, given=scored(shown))["reported"]
    envied = ~HALF & np.roll(HALF, -1)
    assert envied.sum() == PEOPLE / 4
    assert not off(int(told[~envied].sum()), PEOPLE * 3 / 4, 0.02)
    assert not off(int(told[envied].sum()), PEOPLE / 4, 0.04 if shown else 0.02)
    assert off(int(told[envied].sum()), PEOPLE / 4, 0.03), "planted fault: half of the lead"


def test_where_scores_are_on_show_nobody_is_reported_less() -> None:
    """The same draws: whoever is reported unseen is reported seen, by as many or more."""
    m = Denunciation(duty=0.01, grudge=0.01, low_score=1.0, envy=0.01)
    public, secret = (day(m, 3, REPORTED, given=scored(shown))["reported"] for shown in (True, False))
    assert (public >= secret).all() and public.sum() > 1.2 * secret.sum()


def test_reporters_live_where_ties_lead() -> None:
    """Households of four, districts of 400: of the next eight, 1.5 live at home, and 8 * 4.5 / 400 far."""
    given = {"household_place": (np.arange(PEOPLE) % 4).astype(np.uint8),
             "district": (np.arange(PEOPLE) // 400 % 256).astype(np.uint8)}  # fmt: skip
    m = Denunciation(duty=0.0, grudge=0.05)
    _, town = live([m, Crowd.of(acts=[QUIET])], PEOPLE, 1, REPORTED, ties=ring(PEOPLE, 8), given=given)
    home, near, far = (town.state.counted[t.name] for t in REPORTS)
    every = home + near + far
    assert not off(every, 8 * PEOPLE, 0.05)
    assert not off(home, every, 1.5 / 8)
    assert not off(far, every, 4.5 / 400)
    assert off(home, every, 2 / 8), "planted fault: those of the next household who sit in the same places"


# ---- how many -----------------------------------------------------------------------------------------


def yearly(m: Denunciation, ties: int = 15, offending: float = OFFENDING) -> float:
    """Reports per 1,000 people a year by the closed form."""
    a, g = m.chance(True), m.chance(False)
    return 365_000 * ties * (offending * a + (1 - offending) * g)


def test_the_defaults_give_the_rate_of_the_hotline() -> None:
    assert yearly(Denunciation()) == pytest.approx(0.23, abs=0.005)
    personal = 365_000 * 15 * Denunciation().grudge / yearly(Denunciation())
    assert personal == pytest.approx(0.37, abs=0.01)


def test_the_town_keeps_to_that_rate() -> None:
    """A thousand times the defaults, so that one day of 400,000 people shows it; the share false stays."""
    m = Denunciation(duty=1.3e-3, grudge=1.55e-5)
    seen = day(m, 15, REPORTED, FALSE_ENTRIES)
    p = float(np.mean(GUILTY > 0))
    mean = yearly(m, offending=p) / 365_000 * PEOPLE
    assert abs(seen["reported"].sum() - mean) < Z * sqrt(mean)
    assert abs(seen["reported"].sum() - 1.4 * mean) > Z * sqrt(mean), "planted fault: two fifths more"
    false = false_share(p, m.chance(True), m.chance(False))
    assert not off(np.count_nonzero(seen["false_entries"]), seen["reported"].sum(), false)


@pytest.mark.parametrize("gathering", [1, 7])
def test_gathering_reports_moves_them_and_makes_no_more_of_them(gathering: int) -> None:
    """Two weeks of 20,000 people: each tie invents once in so many days with 1 - (1 - g)**days."""
    people, g = 20_000, 1e-3
    acts = np.zeros(people, np.uint8)
    m = Denunciation(duty=0.0, grudge=g, gathering=gathering)
    lived, _ = live([m, Crowd.of(acts=[acts])], people, 14, REPORTED, ties=ring(people, 5))
    told = sum(int(day["reported"].sum()) for day in lived)
    looks = 14 // gathering
    assert not off(told, people * 5 * looks, 1 - (1 - g) ** gathering)
    assert off(told, people * 5 * looks, 1 - (1 - 1.5 * g) ** gathering), "planted fault: half as many more"


# ---- belief -------------------------------------------------------------------------------------------


def test_belief_is_rounded_right_on_average() -> None:
    m = Denunciation(duty=0.0, grudge=0.0, prior=0.1, gain=0.37)
    people, quiet = 50_000, np.zeros(50_000, np.uint8)
    feared = day(m, 2, FEARED, acts=quiet)["feared"].astype(float)
    exact = round(0.1 * SHARE) * 0.63
    assert abs(feared.mean() - exact) < Z * feared.std() / sqrt(people) + 1e-9
    assert abs(np.floor(exact) - exact) > Z * feared.std() / sqrt(people), "planted fault: rounded down"
