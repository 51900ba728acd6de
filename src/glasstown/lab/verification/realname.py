"""Real names: the share of what is said online that gets a name."""

import numpy as np

from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import ATTRIBUTED, EVADING, PRIVATE_DISSENT, Evasion
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Trial, Whole, evenly
from glasstown.mechanisms.opinion import Opinion
from glasstown.mechanisms.realname import Realname

LOUD = Opinion(boldness=5.0, surveillance=0.0, severity=0.1)


def _named(trial: Trial, m: Realname, **given: Whole) -> Count:
    """Who is named of people who all say too much."""
    people = trial.people(200_000)
    who = {PRIVATE_DISSENT.name: np.full(people, SHARE, np.uint16)} | given
    found = trial.live([m, LOUD], people, 1, ATTRIBUTED, given=who).last
    return Count(int(np.count_nonzero(found[ATTRIBUTED.name])), people)


def product(trial: Trial, wrong: bool) -> Count:
    """Nine tenths online, seven verified, four traced."""
    return _named(trial, Realname(online=0.9, verified=0.7, attribution=0.42 if wrong else 0.4))


def nothing(trial: Trial, wrong: bool) -> Count:
    """Nothing is attributed."""
    return _named(trial, Realname(attribution=0.01 if wrong else 0.0))


def phones(trial: Trial, wrong: bool) -> Count:
    """One in five has a second telephone."""
    hidden = evenly(trial.people(200_000), 0.2) & (not wrong)
    m = Realname(online=0.9, verified=0.7, attribution=0.4)
    return _named(trial, m, **{EVADING.name: hidden.astype(np.uint8) * np.uint8(Evasion.SECOND_PHONE)})


RESULTS = (
    Result("realname.product", "Named of those who say too much: .9 online, .7 verified, .4 traced",
           0.9 * 0.7 * 0.4, "", "product of independent shares", product, ".42 traced", 0.9 * 0.7 * 0.42),
    Result("realname.nothing", "Named if nothing is attributed", 0.0, "cho-2012",
           "the law must be able to do nothing", nothing, "one word in a hundred is", 0.001),
    Result("realname.phones", "Named if one in five has a second telephone", 0.8 * 0.9 * 0.7 * 0.4, "",
           "thinning", phones, "it hides nobody", 0.9 * 0.7 * 0.4),
)  # fmt: skip
