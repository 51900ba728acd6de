"""Real names against the product of shares: online, verified, traced, and not protected.

Every law compares a share with its exact value and fails beyond 5 standard errors: each raises a false alarm
for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, sqrt

import numpy as np
import pytest

from feeder import live
from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import ATTRIBUTED, DIARY, ENTRIES, EVADING, PRIVATE_DISSENT, Event
from glasstown.mechanisms.opinion import Opinion
from glasstown.mechanisms.realname import Realname

LIMIT = 5.0
PEOPLE = 200_000
ALL = {PRIVATE_DISSENT.name: np.full(PEOPLE, SHARE, np.uint16)}
LOUD = Opinion(boldness=5.0, surveillance=0.0, severity=0.1)


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def lived(m: Realname, days: int = 1, given: dict[str, np.ndarray] = ALL) -> list[dict[str, np.ndarray]]:
    return live([m, LOUD], PEOPLE, days, ATTRIBUTED, DIARY, ENTRIES, given=given)[0]


@pytest.mark.parametrize("parameters", [{}, {"attribution": 0.4, "online": 0.9, "verified": 0.7}])
def test_the_share_named_is_the_product(parameters: dict[str, float]) -> None:
    m = Realname(**parameters)
    (today,) = lived(m)
    said = int(np.count_nonzero(today["diary"] & np.uint64(Event.CRITICISED)))
    named = int(today["attributed"].sum())
    assert said == PEOPLE and errs(named, said, m.share) < LIMIT
    assert errs(named, said, m.online * m.verified * m.attribution**0.9 * 1.1) > LIMIT, (
        "planted: another share"
    )
    assert np.array_equal(today["attributed"] != 0, (today["diary"] & np.uint64(Event.ATTRIBUTED)) != 0)


def test_second_phones_thin_it_out_exactly() -> None:
    hidden = (np.arange(PEOPLE) % 5 == 0).astype(np.uint8)
    m = Realname()
    (today,) = lived(m, given=ALL | {EVADING.name: hidden})
    named = int(today["attributed"].sum())
    assert errs(named, PEOPLE, 0.8 * m.share) < LIMIT
    assert errs(named, PEOPLE, m.share) > LIMIT, "planted fault: a second phone helps nobody"


def test_accounts_are_the_same_every_day_and_words_are_not() -> None:
    """Named on both of two days: verified * (online * attribution)**2, not the square of the share."""
    m = Realname(online=0.6)
    one, two = lived(m, 2)
    both = int(np.count_nonzero(one["attributed"] & two["attributed"]))
    assert errs(both, PEOPLE, m.verified * 0.6**2) < LIMIT
    assert errs(both, PEOPLE, m.share**2) > LIMIT, "planted fault: accounts drawn anew each day"


def test_what_is_passed_on() -> None:
    m = Realname(passed_on=0.25)
    (today,) = lived(m)
    (silent,) = lived(Realname(attribution=0.0))
    more = int(np.count_nonzero(today["entries"]))
    heard = int(np.count_nonzero(silent["entries"]))
    assert heard == PEOPLE, "said aloud in full, it is always heard; names add nothing"
    assert more == heard
    quiet = {PRIVATE_DISSENT.name: np.full(PEOPLE, SHARE // 2, np.uint16)}
    (today,) = lived(m, given=quiet)
    (silent,) = lived(Realname(attribution=0.0), given=quiet)
    left = int(np.count_nonzero(silent["entries"] == 0))
    more = int(np.count_nonzero(today["entries"])) - int(np.count_nonzero(silent["entries"]))
    assert errs(more, left, m.share * 0.25) < LIMIT
    assert errs(more, left, m.share) > LIMIT, "planted fault: all is passed on"
