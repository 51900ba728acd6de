"""The authority: what it decrees is what people choose by; and the published loop by which it adapts."""

from dataclasses import replace
from functools import partial

import numpy as np

from glasstown.core.columns import OCTET, SHARE
from glasstown.core.vocabulary import SEVERITY, SURVEILLANCE, TOLERANCE, VOICED
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms.authority import COST, Authority
from glasstown.mechanisms.opinion import Opinion

ROUND = 3
"""Days of a round here."""


def _every(people: int) -> dict[str, Whole]:
    """All dissents alike, from none to full."""
    return {
        "age": np.full(people, 30, np.uint8),
        "private_dissent": np.linspace(0, SHARE, people).astype(np.uint16),
        "boldness": np.full(people, OCTET // 2, np.uint8),
    }


def decreed(severity: float, trial: Trial, wrong: bool) -> Mean:
    """Mean voiced of people who would be free, under a decree."""
    people = SHARE + 1
    free = Opinion(boldness=1.0, tolerance=1.0, severity=0.0, surveillance=0.2, prior=0.2)
    m = Authority(policy="decreed", tolerance=0.3 if wrong else 0.25, severity=severity, surveillance=0.2)
    said = trial.live([free, m], people, 3, VOICED, given=_every(people)).last[VOICED.name]
    return Mean(float(said.mean()) / SHARE)


def unminded(trial: Trial, wrong: bool) -> Mean:
    """Cost of a round, a person, after 600 rounds of an authority that does not mind dissent."""
    people = 300
    bold = Opinion(boldness=50.0, period=1, occasions=1.0)
    m = Authority(policy="adapting", period=ROUND, adamancy=float(wrong), yardstick="kept", window=0.2)
    tallies = trial.live([bold, m], people, 600 * ROUND + 1, given=_every(people)).tallies
    return Mean((tallies[COST.name] - 1) / SHARE / people)


def moves(trial: Trial, wrong: bool) -> Count:
    """First moves of many authorities: how many go further than half of the window."""
    towns, window = trial.people(600), 0.05
    m = Authority(policy="adapting", period=ROUND, tolerance=0.5, severity=0.5, surveillance=0.5,
                  window=0.075 if wrong else window)  # fmt: skip
    far = 0
    for k in range(towns):
        tallies = replace(trial, seed=trial.seed * 8192 + k, threads=1).live([m], 1, ROUND + 1).tallies
        gone = max(abs(tallies[t.name] - 1 - SHARE / 2) for t in (TOLERANCE, SEVERITY, SURVEILLANCE))
        far += gone > window / 2 * SHARE
    return Count(far, towns)


RESULTS = (
    Result("authority.mild", "Mean voiced under a decree: tolerance .25, severity .6", 0.39349,
           "daymude-2025", "figure 1A, by way of the authority", partial(decreed, 0.6), "tolerance .3",
           0.37113, slack=5e-5),
    Result("authority.hard", "Mean voiced under a decree: severity 2", 0.21875, "daymude-2025",
           "figure 1B, by way of the authority", partial(decreed, 2.0), "tolerance .3", 0.255, slack=5e-5),
    Result("authority.unminded", "Adapting, dissent costs it nothing: cost of the last of 600 rounds", 0.0,
           "daymude-2025", "adamancy 0: the least cost is 0, nobody is punished", unminded, "adamancy 1",
           0.4),
    Result("authority.moves", "Adapting: first moves beyond half of the window", 0.5, "daymude-2025",
           "random hill climbing: a move is even over its window", moves, "window .075 in place of .05",
           2 / 3),
)  # fmt: skip
