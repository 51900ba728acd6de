"""Lists: the share listed, how long a stay is, and that stock, inflow and stay agree."""

from math import exp, sqrt

import numpy as np

from glasstown.core.vocabulary import FILED, LISTED_UNTIL, Act
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Planted, Trial, adults
from glasstown.mechanisms.lists import LISTINGS, REDLISTED_UNTIL, Lists

P, Q = 1 - exp(-0.0022 / 365), 1 / (3 * 365)
OPEN_P, OPEN_Q = 1 - exp(-2 / 365), 1 / (0.2 * 365)
TERM, RED = round(0.05 * 365), 1 - exp(-2 / 365)


def _listed(trial: Trial, m: Lists, days: int) -> Count:
    people = trial.people(300_000)
    state = trial.live([m], people, days, given=adults(people)).state
    return Count(int(np.count_nonzero(state[LISTED_UNTIL.name])), people)


def published(trial: Trial, wrong: bool) -> Count:
    """After thirty days at the published hazard and three years."""
    return _listed(trial, Lists(duration=2.5 if wrong else 3.0), 30)


def two_states(trial: Trial, wrong: bool) -> Count:
    """A list that empties fast, after forty days."""
    return _listed(trial, Lists(hazard=2.0, duration=0.21 if wrong else 0.2), 40)


def stay(trial: Trial, wrong: bool) -> Mean:
    """Mean days on the list of those listed at once for what is filed on the first day."""
    people = trial.people(30_000)
    filed = np.full(people, int(Act.DEFAULT), FILED.dtype)
    none = np.zeros(people, FILED.dtype)
    first = Planted.of({FILED: lambda day: filed if day == 0 else none})
    m = Lists(hazard=0.0, per_entry=1.0, duration=0.047 if wrong else 0.05)
    days = trial.live([m, first], people, 300, LISTED_UNTIL, given=adults(people), since=0).days
    on = sum((day[LISTED_UNTIL.name] != 0).astype(np.int64) for day in days.values())
    return Mean(float(np.mean(on)), float(np.std(on)) / sqrt(people))


def little(trial: Trial, wrong: bool) -> Mean:
    """Mean stock over mean inflow, counted apart: the mean stay."""
    people, days, duration = trial.people(60_000), 400, 0.1
    m = Lists(hazard=2.0, duration=duration * (0.9 if wrong else 1))
    found = trial.live([m], people, days, LISTED_UNTIL, given=adults(people), since=0)
    on = np.array([day[LISTED_UNTIL.name] != 0 for day in found.days.values()])
    entries, each = found.counted[LISTINGS.name], on.sum(axis=0)
    came = on[0] + (on[1:] & ~on[:-1]).sum(axis=0)
    apart = each - each.sum() / entries * came
    return Mean(float(each.sum() / entries), float(apart.std()) * sqrt(people) / entries)


def red(trial: Trial, wrong: bool) -> Count:
    """Honoured, in the steady state."""
    people = trial.people(300_000)
    m = Lists(hazard=0.0, red_hazard=2.0, red_term=0.06 if wrong else 0.05)
    state = trial.live([m], people, 80, given=adults(people)).state
    return Count(int(np.count_nonzero(state[REDLISTED_UNTIL.name])), people)


RESULTS = (
    Result("lists.published", "Share of adults listed at .0022 a year for three years", P / (P + Q),
           "spc-2025", "hazard of listing (B07); p/(p + q)", published, "two and a half years",
           P / (P + 1 / (2.5 * 365))),
    Result("lists.two_states", "Share listed: twice a year, 73 days", OPEN_P / (OPEN_P + OPEN_Q),
           "feller-1968", "chain of two states: p/(p + q)", two_states, "77 days",
           OPEN_P / (OPEN_P + 1 / (0.21 * 365))),
    Result("lists.stay", "Mean days on the list", 0.05 * 365, "feller-1968", "geometric stay: 1/q", stay,
           "six hundredths shorter", 0.047 * 365),
    Result("lists.little", "Days listed: mean stock over inflow, each counted apart", 0.1 * 365,
           "little-1961", "L = lambda W", little, "a tenth shorter", 0.09 * 365),
    Result("lists.red", "Share on the redlist: twice a year, 18 days each", RED * TERM / (1 + RED * TERM),
           "little-1961", "p R/(1 + p R)", red, "22 days each", RED * 22 / (1 + RED * 22)),
)  # fmt: skip
