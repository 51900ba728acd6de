"""Proportionality: no stay on a list beyond a cap."""

import numpy as np

from glasstown.core.vocabulary import LISTED_UNTIL
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms.lists import Lists
from glasstown.mechanisms.proportionality import Proportionality

CAP = 40
LISTS = Lists(hazard=1.0, duration=0.25, settled=False, from_age=0)


def listed(trial: Trial, wrong: bool) -> Count:
    """People on the list, long after the cap was set."""
    people = trial.people(100_000)
    cap = Proportionality(term=CAP + 8 * wrong)
    state = trial.live([LISTS, cap], people, 500).state
    return Count(int(np.count_nonzero(state[LISTED_UNTIL.name])), people)


def share(cap: int) -> float:
    """m/(m + 1/p), with the mean of a geometric stay cut at the cap."""
    stay = (1 - (1 - LISTS.exit) ** cap) / LISTS.exit
    return stay / (stay + 1 / LISTS.entry)


RESULTS = (
    Result("proportionality.listed", "Share listed: once a year, 91 days, at most 40", share(CAP),
           "little-1961", "inflow x mean of the stay cut at 40", listed, "at most 48", share(CAP + 8)),
)  # fmt: skip
