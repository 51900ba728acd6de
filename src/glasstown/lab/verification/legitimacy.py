"""Legitimacy: Epstein's outbursts, who stands up without police, and what a high legitimacy prevents."""

from functools import cache
from math import sqrt

import numpy as np

from glasstown.core.vocabulary import ACTIVE
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms.legitimacy import JAILED_UNTIL, Legitimacy

PAPER, TICKS, RUNS, MANY = 1_184, 2_000, 4, 50
"""40 x 40 cells, 70 % people and 4 % police; ticks; runs; more than so many active are a burst."""
SPREAD_BURSTS, SPREAD_QUIET = 9.0, 0.025
"""Above the standard deviation of one run: 7 bursts, .02 of quiet people over 24 runs."""


def _lived(m: Legitimacy, days: int, seed: int) -> tuple[Whole, Whole]:
    """How many are active, and in jail, at the end of each day."""
    found = Trial(seed, threads=1).live([m], PAPER, days, ACTIVE, JAILED_UNTIL, since=0).days
    active = np.array([int(day[ACTIVE.name].sum()) for day in found.values()])
    return active, np.array([int((d[JAILED_UNTIL.name] > k + 1).sum()) for k, d in found.items()])


@cache
def _runs(seed: int, wrong: bool) -> tuple[tuple[Whole, Whole], ...]:
    m = Legitimacy(rounding="none") if wrong else Legitimacy()
    return tuple(_lived(m, TICKS, seed * 1_000 + number) for number in range(RUNS))


def loyal(trial: Trial, wrong: bool) -> Mean:
    """Most people who are ever active where legitimacy is .9."""
    active, _ = _lived(Legitimacy(level=0.82 if wrong else 0.9), 200, trial.seed)
    return Mean(float(active.max()) / PAPER)


def unpoliced(trial: Trial, wrong: bool) -> Count:
    """Who stands up without police."""
    people = trial.people(100_000)
    m = Legitimacy(police=0.0, threshold=0.11 if wrong else 0.1)
    state = trial.live([m], people, 1).state
    return Count(int(np.count_nonzero(state[ACTIVE.name])), people)


def bursts(trial: Trial, wrong: bool) -> Mean:
    """Times in 2,000 ticks that more than fifty become active."""
    many = [active > MANY for active, _ in _runs(trial.seed, wrong)]
    counts = [int(np.count_nonzero(each[1:] & ~each[:-1])) for each in many]
    return Mean(float(np.mean(counts)), SPREAD_BURSTS / sqrt(RUNS))


def quiet(trial: Trial, wrong: bool) -> Mean:
    """Mean share of people who are neither active nor in jail."""
    shares = [1 - float((a + j).mean()) / 1_120 for a, j in _runs(trial.seed, wrong)]
    return Mean(float(np.mean(shares)), SPREAD_QUIET / sqrt(RUNS))


WHERE = "40 x 40 torus, 70 % people, 4 % police, vision 7, L = .82, jail to 30"

RESULTS = (
    Result("legitimacy.loyal", "Greatest share ever active at legitimacy .9", 0.0, "epstein-2002",
           "H (1 - L) cannot exceed T = .1", loyal, "legitimacy .82", 0.1),
    Result("legitimacy.unpoliced", "Share active without police at legitimacy .82", 1 - 0.1 / 0.18,
           "epstein-2002", "1 - T/(1 - L) = .4444", unpoliced, "T = .11", 1 - 0.11 / 0.18),
    Result("legitimacy.bursts", "Bursts of more than 50 in 2,000 ticks", (45.0, 90.0), "epstein-2002",
           WHERE, bursts, "without the floor", 0.0),
    Result("legitimacy.quiet", "Mean share neither active nor in jail", (0.65, 0.80), "epstein-2002",
           WHERE, quiet, "without the floor", 0.94),
)  # fmt: skip
