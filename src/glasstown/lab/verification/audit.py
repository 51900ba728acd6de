"""Audit: errors found and mended."""

import numpy as np

from glasstown.core.vocabulary import MISRECORDED_SINCE
from glasstown.lab.verification.expiry import HAZARD, STAY, stock
from glasstown.lab.verification.registry import QUIET
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms.audit import Audit
from glasstown.mechanisms.registry import Registry


def flagged(trial: Trial, wrong: bool) -> Count:
    """People with a wrong flag where files are looked at every twenty days and four in five errors found."""
    people = trial.people(150_000)
    flags = Registry(error=1 - (1 - HAZARD) ** STAY, retention=STAY, renews=False, care=0.0, **QUIET)
    m = Audit(interval=24.0 if wrong else 20.0, found=0.8)
    state = trial.live([flags, m], people, 200).state
    return Count(int(np.count_nonzero(state[MISRECORDED_SINCE.name])), people)


def left(rate: float) -> float:
    """The stock if a flag ends at this rate a day, and after STAY days at the latest."""
    return stock((1 - (1 - rate) ** STAY) / rate)


RESULTS = (
    Result("audit.stock", "Wrongly flagged with an audit every 20 days that finds .8", left(0.04),
           "little-1961", "f m/(1 + f m), m = (1 - (1 - a)^60)/a, a = .04", flagged, "every 24 days",
           left(0.8 / 24)),
)  # fmt: skip
