"""Warrants: whoever may not be searched for is not named, and the gallery shrinks."""

from functools import partial

import numpy as np

from glasstown.core.vocabulary import ACTS, DIARY, Act, Event
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Planted, Trial
from glasstown.mechanisms.cameras import Cameras
from glasstown.mechanisms.warrant import Warrant

PEOPLE, MISS, FMR, COVERED = 100_000, 0.4, 4e-6, 0.5


def named(event: Event, trial: Trial, wrong: bool) -> Count:
    """Who is named, rightly or wrongly, when everybody crosses before a camera once."""
    m = Cameras(per_person=10.0, share_linked=1.0, view=1e6, miss=MISS, false_match=FMR, group_ratio=1.0)
    acts = np.full(PEOPLE, int(Act.JAYWALK), ACTS.dtype)
    some = [m, Planted.of({ACTS: acts}), Warrant(strength=COVERED - 0.1 * wrong)]
    diary = trial.live(some, PEOPLE, 1, DIARY).last[DIARY.name]
    return Count(int(np.count_nonzero(diary & np.uint64(event))), PEOPLE)


def mistaken(s: float) -> float:
    """Those in the gallery, for searches without a mate and for searches that miss."""
    return (1 - s) * (1 - float((1 - FMR) ** (PEOPLE * (1 - s)))) * (s + (1 - s) * MISS)


RESULTS = (
    Result("warrant.right", "Rightly named, half of people covered, .4 missed", 0.5 * (1 - MISS), "",
           "(1 - s)(1 - FNIR)", partial(named, Event.NAMED), "four in ten covered", 0.6 * (1 - MISS)),
    Result("warrant.wrong", "Wrongly named: the gallery is half as large", mistaken(COVERED), "daugman-2000",
           "(1 - s)(1 - (1 - FMR)^(N(1 - s)))(s + (1 - s) FNIR)", partial(named, Event.MISTAKEN),
           "four in ten covered", mistaken(0.4), slack=0.001),
)  # fmt: skip
