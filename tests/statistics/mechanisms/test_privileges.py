"""Privileges against a published rate. Fixed seed; a false alarm once in a million seeds."""

from math import sqrt

import numpy as np

from feeder import live
from glasstown.core.columns import POINT
from glasstown.core.vocabulary import DIARY, Event
from glasstown.mechanisms.privileges import Privileges

Z = 4.9
"""Standard errors beyond which a law fails: two-sided false alarm of 1e-6."""


def off(refused: int, person_years: float, rate: float) -> bool:
    """Whether a count of refusals is not that of a rate a person-year, one a day at most."""
    return abs(refused - person_years * rate) > Z * sqrt(person_years * rate)


def test_the_barred_are_refused_as_often_as_published() -> None:
    """8.1 million air tickets refused in 2018 are .72 for each listed debtor (fact B14)."""
    people = 6_000
    given = {"score": np.full(people, 500 * POINT, np.uint16), "age": np.full(people, 40, np.uint8)}
    seen, _ = live([Privileges()], people, 365, DIARY, given=given)
    refused = sum(int(((d["diary"] & int(Event.REFUSED_TRAVEL)) != 0).sum()) for d in seen)
    assert not off(refused, people, 0.7)
    assert off(refused, people, 0.8)
    assert off(refused, people, 0.6)
    assert abs(refused / people - 0.72) < 0.1
