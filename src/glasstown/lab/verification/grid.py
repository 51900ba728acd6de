"""The grid: patrols sent where finds were recorded run away; corrected, they find the true rates."""

from functools import cache, partial
from math import sqrt

import numpy as np

from glasstown.lab.verification.result import Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms._patrols import MISPLACED, PLACED
from glasstown.mechanisms.grid import URNS, Grid

RUNS, LONG = 10, 1_000
SPREAD = {"discovered": 0.08, "corrected": 0.08, "reported": 0.018}
"""Above the standard deviation of one run: .067, .058 and .014 over 4,000 urns of a plain loop."""
TRUE = 3.685 / 6.501
A, B, DAYS, MANY = 3.0, 2.0, 60, 200


def _share(m: Grid, days: int, seed: int) -> float:
    """What zone A has of all finds remembered in the end."""
    last = Trial(seed, threads=1).live([m], 1, days).tallies
    one, other = (last[urn.name] for urn in URNS[:2])
    return one / (one + other)


def patrolled(how: str, trial: Trial, wrong: bool) -> Mean:
    """Mean share of zone A after a thousand days of the published zones."""
    asked = {"discovered": Grid(correct=wrong), "corrected": Grid(correct=not wrong),
             "reported": Grid(seen=0.0, told=1.0, rate=2.8 if wrong else 3.685)}  # fmt: skip
    runs = RUNS * trial.scale
    shares = np.array([_share(asked[how], LONG, trial.seed * 1_000 + i) for i in range(runs)])
    return Mean(float(shares.mean()), SPREAD[how] / sqrt(runs))


def astray(trial: Trial, wrong: bool) -> Mean:
    """Share of patrols that would have to go elsewhere to be where offences are, on the last day."""
    m = Grid(correct=wrong)
    runs = RUNS * trial.scale
    days = (Trial(trial.seed * 1_000 + i, threads=1).live([m], 1, LONG).tallies for i in range(runs))
    shares = np.array([last[MISPLACED.name] / last[PLACED.name] for last in days])
    return Mean(float(shares.mean()), SPREAD["discovered"] / sqrt(runs))


@cache
def _urns(trial: Trial, wrong: bool) -> Whole:
    m = Grid(even=True, decay=0.0, rate=1.0, rate_elsewhere=1.0, prior=B if wrong else A,
             prior_elsewhere=A if wrong else B)  # fmt: skip
    return np.array([_share(m, DAYS, trial.seed * 1_000 + i) for i in range(MANY * trial.scale)])


def even(trial: Trial, wrong: bool) -> Mean:
    """Mean share at equal rates; its variance is that of Polya's urn."""
    shares = _urns(trial, wrong)
    n = A + B
    return Mean(float(shares.mean()), sqrt(A * B / n**2 / (n + 1) * DAYS / (n + DAYS) / len(shares)))


RESULTS = (
    Result("grid.discovered", "Share of the higher zone after 1,000 days, true .567: finds alone",
           (0.91, 0.95), "ensign-2018", "about .93: runaway", partial(patrolled, "discovered"), "corrected",
           0.569),
    Result("grid.corrected", "The same, corrected for where one looked", (0.559, 0.579), "ensign-2018",
           "about .569", partial(patrolled, "corrected"), "not corrected", 0.93),
    Result("grid.reported", "The same, from what is reported alone", 3.685 / 6.501, "ensign-2018",
           "the true rates", partial(patrolled, "reported"), "a rate of 2.8", 2.8 / 5.616, slack=0.001),
    Result("grid.misplaced", "Patrols that are not where offences are, after 1,000 days: finds alone",
           (0.91 - TRUE, 0.95 - TRUE), "ensign-2018", "about .93 - .567", astray, "corrected", 0.05),
    Result("grid.even", "Mean share at equal rates, from 3 and 2 finds", A / (A + B), "ensign-2018",
           "Beta(nA/lambda, nB/lambda)", even, "the zones exchanged", B / (A + B)),
)  # fmt: skip
