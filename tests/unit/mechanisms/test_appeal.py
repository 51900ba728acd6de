"""Appeal: who may, when it is decided, what it changes, and when it may be tried again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crowd import Crowd
from glasstown.core import rng
from glasstown.core.vocabulary import (
    DIARY,
    ERASURES,
    MISRECORDED_SINCE,
    RECORDED_SINCE,
    RESTORED,
    Act,
    Erasure,
    Event,
)
from glasstown.mechanisms.appeal import APPEALED_SINCE, Appeal, blocked, decided, verdict
from glasstown.mechanisms.registry import Registry
from witness import live

PEOPLE = 400
ALL = (RECORDED_SINCE, MISRECORDED_SINCE, APPEALED_SINCE, ERASURES, RESTORED, DIARY)
NOBODY, EVERYBODY = np.zeros(PEOPLE, np.uint16), np.full(PEOPLE, int(Act.JAYWALK), np.uint16)
FILE = Registry(error=0.0, missed_link=0.0)
EAGER = {"appealing": 1.0, "rate": 1.0}


def days(m: Appeal, number: int, true: bool = False, wrong: bool = True, at: int = 0, file: Registry = FILE):
    """A town in which everybody gets one entry on day ``at``."""
    before = [NOBODY] * at
    crowd = Crowd.of(
        entries=[*before, EVERYBODY if true else NOBODY, NOBODY],
        false_entries=[*before, EVERYBODY if wrong else NOBODY, NOBODY],
    )
    return live([file, m, crowd], PEOPLE, {}, number, *ALL)[0]


def told(lived: list, event: Event) -> list[int]:
    return [int(np.count_nonzero(d["diary"] & int(event))) for d in lived]


def on_file(lived: list, name: str = "misrecorded_since") -> list[bool]:
    return [bool(d[name].any()) for d in lived]


@pytest.mark.parametrize("delay", [0, 1, 5])
def test_an_appeal_is_decided_after_its_delay(delay: int) -> None:
    lived = days(Appeal(**EAGER, delay=delay, success=1.0), 9, at=1)
    assert told(lived, Event.APPEALED) == [0, PEOPLE] + [0] * 7
    assert told(lived, Event.CORRECTED) == [0] * (1 + delay) + [PEOPLE] + [0] * (7 - delay)
    assert on_file(lived) == [False] + [True] * (1 + delay) + [False] * (7 - delay)
    assert [bool(d["restored"].any()) for d in lived] == [False] * (2 + delay) + [True] + [False] * (
        6 - delay
    )
    assert not lived[-1]["appealed_since"].any()


def test_who_loses_waits_before_trying_again() -> None:
    lived = days(Appeal(**EAGER, delay=2, wait=3, success=0.0), 14)
    assert [i for i, n in enumerate(told(lived, Event.APPEALED)) if n] == [0, 5, 10]
    assert all(on_file(lived)) and not any(told(lived, Event.CORRECTED))
    lived = days(Appeal(**EAGER, delay=0, wait=0, success=0.0), 4)
    assert told(lived, Event.APPEALED) == [PEOPLE] * 4, "without a wait, every day"


def test_a_new_record_can_be_appealed_at_once() -> None:
    """Once the old one is gone, so is the wait after a lost appeal."""
    crowd = Crowd.of(false_entries=[EVERYBODY, *[NOBODY] * 5, EVERYBODY, NOBODY])
    m = Appeal(**EAGER, delay=0, wait=10_000, success=0.0)
    lived, _ = live([Registry(error=0.0, missed_link=0.0, retention=4), m, crowd], PEOPLE, {}, 9, *ALL)
    assert [i for i, n in enumerate(told(lived, Event.APPEALED)) if n] == [0, 6]


def test_an_appeal_dies_with_its_record() -> None:
    file = Registry(error=0.0, missed_link=0.0, retention=3)
    lived = days(Appeal(**EAGER, delay=5, success=1.0), 9, file=file)
    assert not any(told(lived, Event.CORRECTED))
    assert [bool(d["appealed_since"].any()) for d in lived] == [True] * 3 + [False] * 6


def test_true_records_are_out_of_reach_by_default() -> None:
    lived = days(Appeal(**EAGER, delay=0, success=1.0), 3, true=True, wrong=False)
    assert not any(told(lived, Event.APPEALED)) and all(on_file(lived, "recorded_since"))
    lived = days(Appeal(**EAGER, delay=0, success=0.0, success_true=1.0), 3, true=True, wrong=False)
    assert told(lived, Event.APPEALED)[0] == PEOPLE
    assert on_file(lived, "recorded_since") == [True, False, False]
    assert not any(told(lived, Event.CORRECTED)), "nothing wrong was corrected"


def test_one_appeal_is_about_everything_that_stands() -> None:
    lived = days(Appeal(**EAGER, delay=0, success=1.0, success_true=1.0), 3, true=True)
    assert told(lived, Event.APPEALED) == [PEOPLE, 0, 0]
    assert set(lived[0]["erasures"]) == {Erasure.CORRECTED | Erasure.WITHDRAWN}
    assert not lived[1]["recorded_since"].any() and not lived[1]["misrecorded_since"].any()


def test_some_never_appeal() -> None:
    lived = days(Appeal(appealing=0.3, rate=0.5, delay=0, wait=0, success=0.0), 40)
    ever = np.any([d["diary"] & int(Event.APPEALED) for d in lived], axis=0)
    assert ever.mean() == pytest.approx(0.3, abs=0.08)
    more = days(Appeal(appealing=0.6, rate=0.5, delay=0, wait=0, success=0.0), 40)
    assert not np.any(ever & ~np.any([d["diary"] & int(Event.APPEALED) for d in more], axis=0))


@pytest.mark.parametrize("off", [{"rate": 0.0}, {"appealing": 0.0}])
def test_switched_off(off: dict[str, float]) -> None:
    lived = days(Appeal(**off), 5, true=True)
    assert not any(d["appealed_since"].any() or d["erasures"].any() for d in lived)


@given(st.integers(0, 60_000), st.integers(0, 500), st.integers(0, 200), st.integers(0, 200))
def test_pending_decided_waiting_over(day: int, ago: int, delay: int, wait: int) -> None:
    since = (day + 1 - ago) % 65_536
    if since:
        assert blocked(since, day, delay, wait) == (ago <= delay or ago < delay + wait)
        assert decided(since, day, delay) == (ago == delay)
    assert not blocked(0, day, delay, wait) and not decided(0, day, delay)


def test_a_verdict_is_about_what_stands() -> None:
    low, high, half = np.uint64(1), np.uint64(2**64 - 2), rng.threshold(0.5)
    assert verdict(low, high, True, True, half, half) == Erasure.CORRECTED
    assert verdict(high, low, True, True, half, half) == Erasure.WITHDRAWN
    assert verdict(low, low, False, True, half, half) == Erasure.WITHDRAWN
    assert verdict(low, low, False, False, half, half) == 0


@pytest.mark.parametrize(
    "wrong", [{"success": 1.1}, {"delay": -1}, {"rate": 2.0}, {"wait": 0.5}, {"court": 1}]
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Appeal(**wrong)
