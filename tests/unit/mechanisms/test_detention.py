"""Detention: who is taken, to the day; what spares; who is missed; what cannot be."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import PrivateAttr, ValidationError

from feeder import live
from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import (
    ACTS,
    DETAINED_UNTIL,
    DIARY,
    PRESSURE,
    SHIELDS,
    Act,
    Event,
    Shield,
)
from glasstown.mechanisms.detention import (
    DETAINED_SINCE,
    FAMILY_DETAINED_SINCE,
    LET_GO,
    TAKEN,
    TAKEN_WRONGLY,
    WRONGLY_HELD,
    Detention,
    over,
    rest,
    stays,
)

PEOPLE = 60
COLUMNS = (DETAINED_UNTIL, DETAINED_SINCE, WRONGLY_HELD, FAMILY_DETAINED_SINCE, DIARY)
WEEK: dict[str, Any] = {"hazard": 0.0, "per_reason": 1.0, "stays": "fixed", "duration": 7 / 365}


class Days(Mechanism):
    """On which day there is a reason to detain everybody, and on which everybody acts or is shielded."""

    _reason: tuple[int, ...] = PrivateAttr(default=())
    _act: tuple[int, ...] = PrivateAttr(default=())
    _shield: tuple[int, ...] = PrivateAttr(default=())

    @classmethod
    def of(
        cls, reason: tuple[int, ...] = (), act: tuple[int, ...] = (), shield: tuple[int, ...] = ()
    ) -> "Days":
        days = cls()
        days._reason, days._act, days._shield = reason, act, shield
        return days

    def steps(self) -> tuple[Step, ...]:
        return (Step("days.come", Phase.ACT, self._come, adds=(ACTS, SHIELDS, PRESSURE)),)

    def _come(self, view: Any, now: Any) -> None:
        view[PRESSURE][:] += np.uint8(now.day in self._reason)
        view[ACTS][:] |= np.uint8(int(Act.CRITICISE) * (now.day in self._act))
        view[SHIELDS][:] |= np.uint16(int(Shield.MINOR) * (now.day in self._shield))


def town(m: Detention, days: int, when: Days | None = None, **how: Any):
    return live([m, when or Days()], PEOPLE, days, *COLUMNS, **how)


def on(lived: list, name: str = "detained_until") -> list[bool]:
    return [bool(d[name].all()) for d in lived]


def test_a_stay_lasts_its_days_and_the_diary_says_so() -> None:
    lived, after = town(Detention(**WEEK), 12, Days.of(reason=(2, 5)))
    assert on(lived) == [False] * 2 + [True] * 7 + [False] * 3
    assert not lived[9]["detained_until"].any() and set(lived[9]["detained_since"]) == {3}
    events = [set(d["diary"].tolist()) for d in lived]
    assert events[2] == {int(Event.MISDETAINED)} and events[9] == {int(Event.RELEASED)}
    assert all(events[day] == {0} for day in range(12) if day not in (2, 9))
    assert after.state.counted[TAKEN.name] == after.state.counted[LET_GO.name] == PEOPLE


def test_who_did_something_of_late_is_detained_for_it_and_later_without_it() -> None:
    m = Detention(**WEEK, lookback=5)
    for act, wrong in ((0, True), (1, False), (5, False)):
        lived, after = town(m, 7, Days.of(reason=(5,), act=(act,)))
        assert set(lived[5]["diary"].tolist()) == {int(Event.MISDETAINED if wrong else Event.DETAINED)}
        assert on(lived, "wrongly_held")[5] == wrong
        assert after.state.counted[TAKEN_WRONGLY.name] == PEOPLE * wrong


def test_a_shield_keeps_out_and_lets_out() -> None:
    lived, _ = town(Detention(**WEEK), 6, Days.of(reason=(1, 2), shield=(1, 4)))
    assert on(lived) == [False, False, True, True, False, False]


def test_nobody_too_young_is_taken() -> None:
    ages = {"age": np.where(np.arange(PEOPLE) < 20, 13, 14).astype(np.uint8)}
    lived, _ = town(Detention(**WEEK, from_age=14), 1, Days.of(reason=(0,)), given=ages)
    assert np.count_nonzero(lived[0]["detained_until"]) == 40 and not lived[0]["detained_until"][:20].any()


def test_who_waits_to_be_born_is_neither_taken_nor_released() -> None:
    given_then = {"alive": np.zeros(PEOPLE, np.uint8), "detained_until": np.full(PEOPLE, 99, np.uint16)}
    lived, after = town(Detention(**WEEK), 2, Days.of(reason=(1,)), given=given_then)
    assert not lived[1]["detained_until"].any() and not lived[0]["diary"].any()
    assert after.state.counted[LET_GO.name] == 0


def test_what_the_population_gives_is_kept_and_ends() -> None:
    until = np.where(np.arange(PEOPLE) < 20, 4, 0).astype(np.uint16)
    lived, _ = town(Detention(hazard=0.0), 5, given={"detained_until": until})
    assert [int(np.count_nonzero(d["detained_until"])) for d in lived] == [20, 20, 20, 0, 0]


def test_families_miss_others_from_the_next_morning_until_they_are_back() -> None:
    until = np.zeros(PEOPLE, np.uint16)
    until[4] = 4
    homes = {"household_place": (np.arange(PEOPLE) % 3).astype(np.uint8),
             "household_size": np.full(PEOPLE, 3, np.uint8), "detained_until": until}  # fmt: skip
    lived, _ = town(Detention(hazard=0.0), 6, given=homes)
    missing = [np.flatnonzero(d["family_detained_since"]).tolist() for d in lived]
    assert missing == [[3, 5]] * 4 + [[]] * 2
    assert set(lived[3]["family_detained_since"][[3, 5]]) == {1}


def test_ties_draw_in_once_and_pass_it_on_look_by_look() -> None:
    start = np.arange(PEOPLE + 1, dtype=np.uint32)
    chain = StoredTies(start, np.roll(np.arange(PEOPLE), 1).astype(np.uint32))
    given_then = {
        "detained_until": np.full(PEOPLE, 0, np.uint16),
        "detained_since": np.zeros(PEOPLE, np.uint16),
    }
    given_then["detained_until"][0], given_then["detained_since"][0] = 60_000, 1
    m = Detention(hazard=0.0, spread=1.0, pace=2, stays="fixed", duration=10.0)
    lived, _ = town(m, 9, given=given_then, ties=chain)
    assert [int(np.count_nonzero(d["detained_until"])) for d in lived] == [2, 2, 3, 3, 4, 4, 5, 5, 6]
    none = StoredTies(start, chain.neighbour, np.zeros(PEOPLE, np.float32))
    lived, _ = town(m, 9, given=given_then, ties=none)
    assert np.count_nonzero(lived[-1]["detained_until"]) == 1


def test_ties_are_looked_at_only_if_they_matter() -> None:
    assert [s.name for s in Detention().steps()] == ["detention.inherit", "detention.miss", "detention.hold"]
    assert Detention(spread=0.1).steps()[-1].ties and Detention(spread=0.1).steps()[-1].every == 30


@given(st.integers(0, 60_000), st.integers(1, 400), st.integers(0, 400))
def test_a_stay_is_over_on_its_day_or_at_the_cap(day: int, stay: int, cap: int) -> None:
    since, until = day + 1, day + 1 + stay
    last = min(stay, cap) if cap else stay
    assert over(until, since, cap, day + last) and not over(until, since, cap, day + last - 1)
    assert over(until, 0, cap, day + stay) and not over(until, 0, cap, day + stay - 1)


def test_the_law_of_stays_has_the_stated_mean() -> None:
    for mean in (1.0, 1.5, 40.0):
        first, longer = stays("exponential", mean)
        assert first + sum(1 - longer.astype(float) / 2**64) == pytest.approx(mean, rel=1e-9)
    assert stays("fixed", 9.0) == (9, pytest.approx([]))
    assert rest("fixed", 4.0, 0.5).tolist() == rng.thresholds([0.125, 0.25, 0.375, 0.5]).tolist()
    assert rest("exponential", 2.0, 0.5)[:2].tolist() == pytest.approx([2**62, 2**62 + 2**61])


def test_the_shares_of_the_defaults() -> None:
    assert Detention().share() == pytest.approx(0.1 / 1.1, rel=2e-4)
    assert Detention(hazard=0.0).share() == 0.0


@pytest.mark.parametrize(
    "wrong", [{"hazard": -1.0}, {"duration": 0.0}, {"stays": "long"}, {"per_reason": 2.0}, {"camp": 1}]
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Detention(**wrong)
