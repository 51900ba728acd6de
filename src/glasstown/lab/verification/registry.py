"""The registry: errors of several registries, stocks and inflows, missed links, chance namesakes."""

import math
from functools import partial
from typing import Any

import numpy as np

from glasstown.core.vocabulary import ENTRIES, FILED, MISFILED, MISRECORDED_SINCE, RECORDED_SINCE, Act
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Planted, Trial, Whole
from glasstown.mechanisms.registry import Registry

QUIET: dict[str, Any] = {"intake_care": 0.0, "intake_raise": 0.0, "intake_games": 0.0}
STAY, RATE = 40, 0.02
NAMES = 40_000


def errors(k: int, trial: Trial, wrong: bool) -> Count:
    """People with an adverse error, long after the start."""
    people = trial.people(100_000)
    m = Registry(registries=k, error=0.045 if wrong else 0.05, retention=60, **QUIET)
    state = trial.live([m], people, 91, given={}).state
    return Count(int(np.count_nonzero(state[MISRECORDED_SINCE.name])), people)


def _reports(trial: Trial, people: int, rate: float, day: int) -> Whole:
    hit = trial.uniform(people, f"report {day}") < rate
    return np.where(hit, int(Act.JAYWALK), 0).astype(ENTRIES.dtype)


def on_file(renews: bool, trial: Trial, wrong: bool) -> Count:
    """People on file when each is reported with the same chance every day."""
    people, stay = trial.people(100_000), STAY + 2 * wrong
    m = Registry(error=0.0, missed_link=0.0, retention=stay, renews=renews, **QUIET)
    crowd = Planted.of({ENTRIES: lambda day: _reports(trial, people, RATE, day)})
    state = trial.live([m, crowd], people, 4 * STAY).state
    return Count(int(np.count_nonzero(state[RECORDED_SINCE.name])), people)


def links(trial: Trial, wrong: bool) -> Count:
    """Entries that reach the file."""
    people = trial.people(100_000)
    m = Registry(error=0.0, missed_link=0.29 if wrong else 0.3, **QUIET)
    said = np.full(people, int(Act.JAYWALK), ENTRIES.dtype)
    days = trial.live([m, Planted.of({ENTRIES: said})], people, 2, FILED, since=0).days.values()
    return Count(sum(int(np.count_nonzero(day["filed"])) for day in days), 2 * people)


def namesakes(trial: Trial, wrong: bool) -> Count:
    """People without a namesake are never hit, however much is filed of all others, one name in 40,000."""
    people = trial.people(60_000)
    keys = NAMES * (people - 1) // 59_999
    m = Registry(error=0.0, missed_link=0.0, keys=round(keys * 0.95) if wrong else keys, by_name=1.0, **QUIET)
    said = np.full(people, int(Act.JAYWALK), ENTRIES.dtype)
    found = trial.live([m, Planted.of({ENTRIES: said})], people, 2, MISFILED).last
    return Count(int(np.count_nonzero(found["misfiled"] == 0)), people)


RESULTS = (
    Result("registry.three", "People with an adverse error in one of 3 registries, each .05", 1 - 0.95**3,
           "feller-1968", "1 - (1 - e)^k", partial(errors, 3), "an error of .045 each", 1 - 0.955**3),
    Result("registry.ten", "People with an adverse error in one of 10 registries, each .05", 1 - 0.95**10,
           "feller-1968", "1 - (1 - e)^k", partial(errors, 10), "an error of .045 each", 1 - 0.955**10),
    Result("registry.occupancy", "On file: .02 a day, each entry stands 40 days", 1 - (1 - RATE) ** STAY,
           "takacs-1962", "infinitely many servers: P(none) = P(no arrival within a stay)",
           partial(on_file, True), "an entry stands 42 days", 1 - (1 - RATE) ** (STAY + 2)),
    Result("registry.one_at_a_time", "On file, where a second entry does not renew the first",
           RATE * STAY / (1 + RATE * STAY), "little-1961", "stock = inflow x stay: f R/(1 + f R)",
           partial(on_file, False), "an entry stands 42 days", RATE * (STAY + 2) / (1 + RATE * (STAY + 2))),
    Result("registry.links", "Entries that reach the file, three links in ten missed", 0.7, "feller-1968",
           "thinning", links, "29 in a hundred missed", 0.71),
    Result("registry.namesakes", "People without a namesake: 60,000 people, 40,000 names",
           math.exp(-59_999 / NAMES), "feller-1968", "Poisson with mean (n - 1)/K: n(n - 1)/2K pairs",
           namesakes, "a twentieth fewer names", math.exp(-59_999 / NAMES / 0.95)),
)  # fmt: skip
