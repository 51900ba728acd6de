"""Separation: files that are not crossed have the errors of one."""

import numpy as np

from glasstown.core.vocabulary import MISRECORDED_SINCE
from glasstown.lab.verification.registry import QUIET
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms.registry import Registry
from glasstown.mechanisms.separation import Separation

K, E, S, DAYS = 6, 0.05, 0.6, 25


def errors(trial: Trial, wrong: bool) -> Count:
    """People with an adverse error when six in ten are covered."""
    people = trial.people(100_000)
    m = Registry(registries=K, error=E, retention=DAYS, settled=False, **QUIET)
    state = trial.live([m, Separation(strength=S - 0.1 * wrong)], people, DAYS + 5).state
    return Count(int(np.count_nonzero(state[MISRECORDED_SINCE.name])), people)


def share(s: float) -> float:
    """A mixture of one file and of six crossed."""
    return s * E + (1 - s) * (1 - (1 - E) ** K)


RESULTS = (
    Result("separation.errors", "People with an error: six registries, six in ten people covered", share(S),
           "feller-1968", "s e + (1 - s)(1 - (1 - e)^k)", errors, "half are covered", share(S - 0.1)),
)  # fmt: skip
