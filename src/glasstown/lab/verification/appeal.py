"""Appeal: what won appeals leave of wrong flags, alone and together with a limit."""

from functools import partial

import numpy as np

from glasstown.core.mechanism import Mechanism
from glasstown.core.vocabulary import MISRECORDED_SINCE
from glasstown.lab.verification.expiry import HAZARD, STAY, stock
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms.appeal import Appeal
from glasstown.mechanisms.expiry import Expiry
from glasstown.mechanisms.registry import Registry

FLAGS = Registry(
    error=1 - (1 - HAZARD) ** STAY, retention=STAY, renews=False,
    intake_care=0.0, intake_raise=0.0, intake_games=0.0,
)  # fmt: skip


def left(delay: int, limits: tuple[Mechanism, ...], trial: Trial, wrong: bool) -> Count:
    """People with a wrong flag, where everybody appeals once and half win after ``delay`` days."""
    people = trial.people(150_000)
    m = Appeal(appealing=1.0, rate=1.0, delay=delay, success=0.4 if wrong else 0.5, wait=STAY)
    state = trial.live([FLAGS, *limits, m], people, 220).state
    return Count(int(np.count_nonzero(state[MISRECORDED_SINCE.name])), people)


FAULT = "four in ten are won"

RESULTS = (
    Result("appeal.at_once", "Wrongly flagged when half of appeals are won at once",
           stock(0.5 * STAY + 0.5), "little-1961", "half stay one step: .0575", partial(left, 0, ()), FAULT,
           stock(0.6 * STAY + 0.4)),
    Result("appeal.both", "Wrongly flagged with such appeals and a limit of 12", stock(0.5 * 12 + 0.5),
           "little-1961", "half stay one step, half twelve: .0128", partial(left, 0, (Expiry(limit=12),)),
           FAULT, stock(0.6 * 12 + 0.4)),
    Result("appeal.late", "Wrongly flagged when appeals take ten days", stock(0.5 * STAY + 0.5 * 11),
           "little-1961", "a delay costs its days", partial(left, 10, ()), FAULT, stock(0.6 * STAY + 4.4)),
)  # fmt: skip
