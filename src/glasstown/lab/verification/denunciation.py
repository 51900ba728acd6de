"""Denunciation: how many of the reports are false, and what asking for two of them mends."""

from functools import partial
from typing import Any

import numpy as np
from scipy.stats import binom

from glasstown.core.columns import Column
from glasstown.core.vocabulary import ACTS, ENTRIES, FALSE_ENTRIES, Act
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Planted, Trial, Whole, evenly, ring
from glasstown.mechanisms.denunciation import REPORTED, Denunciation

OFFENDING, A, G = 0.02, 0.3, 0.01
TIES = 8


def _reported(
    trial: Trial, m: Denunciation, people: int, ties: int, *columns: Column[Any]
) -> dict[str, Whole]:
    """A day in which two in a hundred say too much, and the next so many people may report them."""
    acts = np.where(evenly(people, OFFENDING), int(Act.CRITICISE), 0).astype(ACTS.dtype)
    found = trial.live([m, Planted.of({ACTS: acts})], people, 1, *columns, ties=ring(people, ties))
    return dict(found.last)


def _ready(right: float = A, wrong: float = G, needed: int = 1) -> Denunciation:
    """Duty and grudge for given chances to report who offends, and who does not."""
    return Denunciation(duty=1 - (1 - right) / (1 - wrong), grudge=wrong, needed=needed)


def false_reports(trial: Trial, wrong: bool) -> Count:
    """False ones of all reports, where each person has one neighbour."""
    people = trial.people(300_000)
    seen = _reported(trial, _ready(wrong=0.008 if wrong else G), people, 1, ENTRIES, FALSE_ENTRIES)
    true, false = (int(np.count_nonzero(seen[c.name])) for c in (ENTRIES, FALSE_ENTRIES))
    return Count(false, true + false)


def believed(needed: int, trial: Trial, wrong: bool) -> Count:
    """False ones of all who are believed to have been seen by enough of eight neighbours."""
    people = trial.people(300_000)
    m = _ready(needed=needed + wrong)
    seen = _reported(trial, m, people, TIES, ENTRIES, FALSE_ENTRIES)
    true, false = (int(np.count_nonzero(seen[c.name])) for c in (ENTRIES, FALSE_ENTRIES))
    return Count(false, true + false)


def informers(trial: Trial, wrong: bool) -> Count:
    """Who reports, where each informer invents a report a day."""
    people = trial.people(300_000)
    m = Denunciation(duty=0.0, grudge=0.0, reward=0.0, fear=1.0, invention=1.0, regime="coerced",
                     informers=0.0125 if wrong else 0.011)  # fmt: skip
    return Count(int(_reported(trial, m, people, 1, REPORTED)["reported"].sum()), people)


def share(needed: int, ties: int = TIES, right: float = A, wrong: float = G) -> float:
    """False of all: the base rate with binomial tails."""
    true = OFFENDING * float(binom.sf(needed - 1, ties, right))
    false = (1 - OFFENDING) * float(binom.sf(needed - 1, ties, wrong))
    return false / (true + false)


RESULTS = (
    Result("denunciation.false", "False reports of all: p .02, a .3, g .01", share(1, 1), "",
           "Bayes: g (1 - p)/(a p + g (1 - p)) = .620", false_reports, "a fifth fewer grudges",
           share(1, 1, A, 0.008)),
    Result("denunciation.one_of_eight", "False of those believed: one report of eight is enough", share(1),
           "feller-1968", "binomial tails", partial(believed, 1), "two are asked for", share(2)),
    Result("denunciation.two_of_eight", "False of those believed: two reports of eight are asked for",
           share(2), "feller-1968", "binomial tails", partial(believed, 2), "three are asked for", share(3)),
    Result("denunciation.informers", "Informers among people, East Germany 1989", 0.011, "garton-ash-1997",
           "189,000 of 16.4 million (F03): 1.15 %; .011 rounded down", informers, "an eighth more", 0.0125),
)  # fmt: skip
