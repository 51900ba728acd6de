"""Anonymity: words without a name."""

import numpy as np

from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import ATTRIBUTED, PRIVATE_DISSENT
from glasstown.lab.verification.realname import LOUD
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms.anonymity import Anonymity
from glasstown.mechanisms.realname import Realname


def named(trial: Trial, wrong: bool) -> Count:
    """Who is named of people who all say too much, four in ten of them covered."""
    people = trial.people(200_000)
    given = {PRIVATE_DISSENT.name: np.full(people, SHARE, np.uint16)}
    some = [
        Realname(online=0.9, verified=0.7, attribution=0.4),
        LOUD,
        Anonymity(strength=0.3 if wrong else 0.4),
    ]
    found = trial.live(some, people, 1, ATTRIBUTED, given=given).last
    return Count(int(np.count_nonzero(found[ATTRIBUTED.name])), people)


RESULTS = (
    Result("anonymity.named", "Named with four in ten covered", 0.6 * 0.252, "", "thinning: 1 - s", named,
           "three in ten covered", 0.7 * 0.252),
)  # fmt: skip
