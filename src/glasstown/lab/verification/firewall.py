"""The firewall: few seek what is outside, those who were encouraged go on, tunnels and friction thin it."""

from typing import Any

import numpy as np

from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms.firewall import BROWSED, Firewall

ALONE: dict[str, Any] = {"spillover": 0.0, "period": 1}
OPEN: dict[str, Any] = ALONE | {"reachable": 1.0, "tunnel": 0.0}
ROUNDS = 18
"""Periods of encouragement: one day stands for one here."""
READS = 0.5 * 0.8


def _readers(trial: Trial, m: Firewall, days: int = 1) -> Count:
    people = trial.people(60_000)
    found = trial.live([m], people, days, BROWSED).last
    return Count(int(np.count_nonzero(found[BROWSED.name])), people)


def free(trial: Trial, wrong: bool) -> Count:
    """Who reads in a period without a wall, unasked."""
    return _readers(trial, Firewall(**OPEN, demand=0.2 if wrong else 0.03), 30)


def persists(trial: Trial, wrong: bool) -> Count:
    """Who reads a year after half were encouraged for a term."""
    m = Firewall(**OPEN, nudge=0.5, nudge_days=ROUNDS, lapse=0.05 if wrong else 0.0)
    return _readers(trial, m, ROUNDS + 52)


def thinned(trial: Trial, wrong: bool) -> Count:
    """All want to; a fifth is reachable, four in ten dig, friction .3."""
    m = Firewall(
        **ALONE, demand=1.0, appetite=1.0, reachable=0.2, tunnel=0.45 if wrong else 0.4, friction=0.3
    )
    return _readers(trial, m)


def taken_to() -> float:
    """Share reading for good after ROUNDS rounds in which half were encouraged."""
    m = Firewall(**OPEN, nudge=0.5, nudge_days=ROUNDS)
    asked = m.chance(False, False, True)
    return 0.03 + 0.97 * 0.5 * (1 - (1 - asked * m.taste) ** ROUNDS)


RESULTS = (
    Result("firewall.free", "Share who read outside in a week, the wall away, nobody encouraged",
           (0.0, 0.05), "chen-2019", "fewer than 5 % browse (E01)", free, "two in ten want to", 0.2 * READS),
    Result("firewall.persists", "Share who read outside a year after half were encouraged",
           taken_to() * READS, "chen-2019", "what was taken to persists (E02)", persists, "it lapses",
           0.03 * READS),
    Result("firewall.thinned", "Readers where .2 is reachable, .4 dig, friction .3",
           0.7 * 0.2 + 0.4 * 0.7 * 0.8, "", "thinning: openly, or through a tunnel", thinned, ".45 dig",
           0.7 * 0.2 + 0.45 * 0.7 * 0.8),
)  # fmt: skip
