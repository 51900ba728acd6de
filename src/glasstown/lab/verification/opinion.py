"""Opinion: what is said of what is thought, who is heard, and what is believed of being watched."""

from functools import partial
from math import sqrt
from typing import Any

import numpy as np

from glasstown.core.columns import OCTET, SHARE
from glasstown.core.vocabulary import DIARY, VOICED, Event
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms.opinion import BELIEF, Opinion

PAPER: dict[str, Any] = {"boldness": 1.0, "surveillance": 0.2, "prior": 0.2, "tolerance": 0.25}
UNIFORM: dict[str, Any] = {"severity": 0.6}
HARD: dict[str, Any] = {"severity": 2.0}
BY_EXCESS: dict[str, Any] = {"severity": 1.0, "punishment": "proportional"}


def _thinking(dissent: Whole) -> dict[str, Whole]:
    people = len(dissent)
    return {
        "age": np.full(people, 30, np.uint8),
        "private_dissent": dissent.astype(np.uint16),
        "boldness": np.full(people, OCTET // 2, np.uint8),
    }


def _said(trial: Trial, how: dict[str, Any], wrong: bool) -> tuple[Whole, Whole]:
    """What people of every dissent that there is think, and what they say, as shares."""
    every = np.arange(SHARE + 1)
    m = Opinion(**(PAPER | how | ({"tolerance": 0.3} if wrong else {})))
    said = trial.live([m], len(every), 1, VOICED, given=_thinking(every)).last["voiced"]
    return every / SHARE, said / SHARE


def voiced(how: dict[str, Any], trial: Trial, wrong: bool) -> Mean:
    """Mean of what is said."""
    return Mean(float(_said(trial, how, wrong)[1].mean()))


def silent(how: dict[str, Any], trial: Trial, wrong: bool) -> Mean:
    """Share who say less than they think."""
    thought, said = _said(trial, how, wrong)
    return Mean(float((said < thought).mean()))


def heard(trial: Trial, wrong: bool) -> Count:
    """Who is heard of people who say four fifths of all that could be said."""
    people = trial.people(100_000)
    m = Opinion(surveillance=0.1 if wrong else 0.2, tolerance=0.25, severity=0.0)
    given = _thinking(np.full(people, round(0.8 * SHARE)))
    diary = trial.live([m], people, 1, DIARY, given=given).last["diary"]
    return Count(int(np.count_nonzero(diary & int(Event.HEARD))), people)


def believed(trial: Trial, wrong: bool) -> Mean:
    """The mean belief after sixty occasions, of people who began at .6 where the truth is .3."""
    people = trial.people(20_000)
    m = Opinion(surveillance=0.3, prior=0.6, gain=0.045 if wrong else 0.05, tolerance=1.0)
    given = _thinking(np.full(people, round(0.25 * SHARE)))
    belief = trial.live([m], people, 60, BELIEF, given=given).last[BELIEF.name] / SHARE
    return Mean(float(belief.mean()), float(belief.std()) / sqrt(people))


FAULT = "tolerance .30 in place of .25"

RESULTS = (
    Result("opinion.uniform", "Mean voiced, uniform punishment .6", 0.39349, "daymude-2025",
           "figure 1A: d_uni = .71154", partial(voiced, UNIFORM), FAULT, 0.37113, slack=2e-5),
    Result("opinion.hard", "Mean voiced, uniform punishment 2", 0.21875, "daymude-2025",
           "figure 1B: all above the tolerance say the tolerance", partial(voiced, HARD), FAULT, 0.255,
           slack=2e-5),
    Result("opinion.excess", "Mean voiced, punishment 1 by excess", 0.42969, "daymude-2025",
           "figure 2A: d_pro = .625", partial(voiced, BY_EXCESS), FAULT, 0.43875, slack=2e-5),
    Result("opinion.uniform_silent", "Share self-censoring, uniform punishment .6", 0.46154, "daymude-2025",
           "figure 1A: from .25 to .71154", partial(silent, UNIFORM), FAULT, 0.50769, slack=2e-5),
    Result("opinion.hard_silent", "Share self-censoring, uniform punishment 2", 0.75, "daymude-2025",
           "figure 1B: from .25 on", partial(silent, HARD), FAULT, 0.7, slack=2e-5),
    Result("opinion.excess_silent", "Share self-censoring, punishment 1 by excess", 0.375, "daymude-2025",
           "figure 2A: from .625 on", partial(silent, BY_EXCESS), FAULT, 0.35, slack=2e-5),
    Result("opinion.heard", "Chance to be heard saying .8, watched with .2", 0.2 + 0.8 * 0.8,
           "daymude-2025", "P(observed) = nu + (1 - nu) a", heard, "watched with .1", 0.1 + 0.9 * 0.8,
           slack=1e-5),
    Result("opinion.believed", "Believed surveillance after 60 occasions", 0.3 + 0.3 * 0.95**60, "",
           "delta rule: nu + (nu0 - nu)(1 - gain)^t", believed, "learning a tenth slower",
           0.3 + 0.3 * 0.955**60, slack=1e-5),
)  # fmt: skip
