"""Expiry: what a limit leaves of wrong flags."""

from functools import partial

import numpy as np

from glasstown.core.vocabulary import MISRECORDED_SINCE
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms.expiry import Expiry
from glasstown.mechanisms.registry import Registry

STAY, HAZARD = 60, 0.002


def stock(stay: float, hazard: float = HAZARD) -> float:
    """Share flagged in the steady state if a flag stays so many days on average."""
    return hazard * stay / (1 + hazard * stay)


def left(limit: int, strength: float, trial: Trial, wrong: bool) -> Count:
    """People with a wrong flag, long after a limit was set."""
    people = trial.people(150_000)
    flags = Registry(error=1 - (1 - HAZARD) ** STAY, retention=STAY, renews=wrong and not limit,
                     intake_care=0.0, intake_raise=0.0, intake_games=0.0)  # fmt: skip
    third = strength < 1
    m = Expiry(limit=limit + 2 * (wrong and not third), strength=0.25 if wrong and third else strength)
    limits = [m] if limit else []
    state = trial.live([flags, *limits], people, 200).state
    return Count(int(np.count_nonzero(state[MISRECORDED_SINCE.name])), people)


LAW = "wrong flags come at .002 a step and stay 60: f R/(1 + f R)"

RESULTS = (
    Result("expiry.none", "Wrongly flagged without a safeguard", stock(STAY), "little-1961", LAW + " = .1071",
           partial(left, 0, 1.0), "a second error renews the first", 1 - (1 - HAZARD) ** STAY),
    Result("expiry.limit", "Wrongly flagged with a limit of 12 steps", stock(12), "little-1961",
           "f R/(1 + f R) = .0234", partial(left, 12, 1.0), "erased two days late", stock(14)),
    Result("expiry.third", "The same when a third of registries obey", stock(12) / 3 + stock(STAY) * 2 / 3,
           "little-1961", "a mixture of people", partial(left, 12, 1 / 3), "a quarter obey",
           stock(12) / 4 + stock(STAY) * 3 / 4),
)  # fmt: skip
