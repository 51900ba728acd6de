"""Real names: what they tie, what defeats them, and that a name alone does nothing."""

from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import PrivateAttr, ValidationError

from feeder import live
from glasstown.core.columns import SHARE
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import (
    AGE,
    ATTRIBUTED,
    DIARY,
    ENTRIES,
    EVADING,
    INCOME,
    PRIVATE_DISSENT,
    SHIELDS,
    VOICED,
    Act,
    Evasion,
    Event,
    Shield,
)
from glasstown.mechanisms.gaming import Gaming
from glasstown.mechanisms.opinion import BELIEF, Opinion
from glasstown.mechanisms.realname import Realname, open_to

SURE = {"attribution": 1.0, "verified": 1.0, "online": 1.0}
SAID, NAMED = int(Event.CRITICISED), int(Event.ATTRIBUTED)
PEOPLE = 200


class Talk(Mechanism):
    """Everybody says too much on every day, under the same shields."""

    neutral: ClassVar[dict[str, object]] = {}
    _shields: int = PrivateAttr(default=0)
    _said: int = PrivateAttr(default=SAID)

    @classmethod
    def of(cls, shields: int = 0, said: int = SAID) -> "Talk":
        talk = cls()
        talk._shields, talk._said = shields, said
        return talk

    def steps(self) -> tuple[Step, ...]:
        return (Step("talk.talk", Phase.ACT, self._talk, adds=(DIARY, SHIELDS)),)

    def _talk(self, view: Any, now: Any) -> None:
        view[DIARY][:] |= np.uint64(self._said)
        view[SHIELDS][:] |= np.uint16(self._shields)


def day(m: Realname, talk: Mechanism, evading: int = 0) -> dict[str, np.ndarray]:
    ways = {EVADING.name: np.full(PEOPLE, evading, np.uint8)}
    return live([m, talk], PEOPLE, 1, ATTRIBUTED, DIARY, ENTRIES, given=ways)[0][0]


def test_what_is_said_online_gets_a_name() -> None:
    today = day(Realname(**SURE), Talk.of())
    assert set(today["attributed"]) == {1} and set(today["diary"]) == {SAID | NAMED}
    assert set(today["entries"]) == {int(Act.CRITICISE)}


def test_who_says_nothing_is_not_named() -> None:
    today = day(Realname(**SURE), Talk.of(said=int(Event.OFFENDED | Event.HEARD)))
    assert not today["attributed"].any() and not today["entries"].any()


def test_names_may_be_kept_without_being_passed_on() -> None:
    today = day(Realname(**SURE, passed_on=0.0), Talk.of())
    assert today["attributed"].all() and not today["entries"].any()


def test_a_second_phone_and_anonymity_defeat_it() -> None:
    m = Realname(**SURE)
    assert not day(m, Talk.of(), int(Evasion.SECOND_PHONE))["attributed"].any()
    assert not day(m, Talk.of(int(Shield.ANONYMOUS)))["attributed"].any()
    assert day(m, Talk.of(), int(Evasion.TUNNEL))["attributed"].all(), "a tunnel hides what is read"
    assert day(m, Talk.of(int(Shield.UNNAMED | Shield.PRIVATE)))["attributed"].all()


def test_who_can_pay_for_a_second_phone_loses_the_name() -> None:
    """Half of the people can; all want one. From the second day on only the others are named."""
    rich = np.arange(PEOPLE) % 2
    given_ = {AGE.name: np.full(PEOPLE, 40, np.uint8), INCOME.name: (1_000 + 8_000 * rich).astype(np.uint16)}
    town = [Realname(**SURE), Talk.of(), Gaming(second_phone=1.0, tunnel=0.0)]
    lived, _ = live(town, PEOPLE, 2, ATTRIBUTED, given=given_)
    assert lived[0]["attributed"].all() and np.array_equal(lived[1]["attributed"], 1 - rich)


@given(st.integers(0, 2**16 - 1), st.integers(0, 255))
def test_what_protects(shields: int, evading: int) -> None:
    open_ = not shields & Shield.ANONYMOUS and not evading & Evasion.SECOND_PHONE
    assert open_to(np.uint16(shields), np.uint8(evading)) == open_


@pytest.mark.parametrize("off", ["attribution", "verified", "online"])
def test_no_attribution_is_absence(off: str) -> None:
    """Bit for bit, in a town in which everybody talks, and with people who evade."""
    given_ = {PRIVATE_DISSENT.name: np.linspace(0, SHARE, PEOPLE).astype(np.uint16)}
    others = [Opinion(gain=0.1), Gaming()]
    columns = (VOICED, BELIEF, DIARY, ENTRIES, EVADING)
    without, _ = live(others, PEOPLE, 20, *columns, given=given_)
    with_, _ = live([*others, Realname(**(SURE | {off: 0.0}))], PEOPLE, 20, *columns, given=given_)
    assert all(np.array_equal(a[c], b[c]) for a, b in zip(without, with_, strict=True) for c in a)
    named, _ = live([*others, Realname(**SURE)], PEOPLE, 20, *columns, given=given_)
    assert not np.array_equal(without[-1]["entries"], named[-1]["entries"]), "planted fault: names"


def test_as_in_korea_a_name_from_which_nothing_follows_changes_nothing_lasting() -> None:
    """Every word has a name, none is passed on: all say exactly what they said, day after day."""
    given_ = {PRIVATE_DISSENT.name: np.linspace(0, SHARE, PEOPLE).astype(np.uint16)}
    free, _ = live([Opinion(gain=0.1)], PEOPLE, 60, VOICED, BELIEF, ENTRIES, given=given_)
    law = Realname(**SURE, passed_on=0.0)
    korea, _ = live([Opinion(gain=0.1), law], PEOPLE, 60, VOICED, BELIEF, ENTRIES, ATTRIBUTED, given=given_)
    assert sum(int(d["attributed"].sum()) for d in korea) > 1_000
    assert all(np.array_equal(a[c], b[c]) for a, b in zip(free, korea, strict=True) for c in a)


@pytest.mark.parametrize("wrong", [{"attribution": 1.1}, {"online": -0.1}, {"name": 1}])
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Realname(**wrong)
