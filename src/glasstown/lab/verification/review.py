"""Review: a person who looks strikes most wrong matches and few right ones."""

import numpy as np

from glasstown.core.vocabulary import ACTS, DIARY, Act, Event
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Planted, Trial
from glasstown.mechanisms.cameras import Cameras
from glasstown.mechanisms.review import Review

MISS = 0.4


def kept(trial: Trial, wrong: bool) -> Count:
    """Who is named rightly of people who all cross before a camera."""
    people = trial.people(100_000)
    m = Cameras(per_person=10.0, share_linked=1.0, view=1e6, miss=MISS, false_match=0.0)
    acts = np.full(people, int(Act.JAYWALK), ACTS.dtype)
    some = [m, Planted.of({ACTS: acts}), Review(recall=0.7, slip=0.1 if wrong else 0.05)]
    diary = trial.live(some, people, 1, DIARY).last[DIARY.name]
    return Count(int(np.count_nonzero(diary & np.uint64(Event.NAMED))), people)


RESULTS = (
    Result("review.slip", "Rightly named: .4 missed, and .05 struck by mistake", 0.95 * (1 - MISS), "",
           "thinning: (1 - slip)(1 - FNIR)", kept, "a tenth struck by mistake", 0.9 * (1 - MISS)),
)  # fmt: skip
