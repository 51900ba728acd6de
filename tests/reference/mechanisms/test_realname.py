"""Real names against a plain twin: one word after the other."""

from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import PrivateAttr

from feeder import live
from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import (
    ATTRIBUTED,
    DIARY,
    ENTRIES,
    EVADING,
    SHIELDS,
    Act,
    Evasion,
    Event,
    Shield,
)
from glasstown.mechanisms import realname
from glasstown.mechanisms.realname import Realname

PEOPLE, DAYS = 500, 12
KEY = rng.run_key(1)
CHANCE = np.random.default_rng(4)
SAID = CHANCE.choice(np.array([0, 1, 64, 64, 64 | 128], np.uint64), (DAYS, PEOPLE))
COVER = CHANCE.choice(np.array([0, 0, 1, 2, 16], np.uint16), (DAYS, PEOPLE))
WAYS = CHANCE.integers(0, 4, PEOPLE).astype(np.uint8)
SETTINGS = ({}, {"attribution": 0.5, "verified": 0.8, "online": 0.9, "passed_on": 0.4})


class Talk(Mechanism):
    """People say, and are covered, as it was written down."""

    neutral: ClassVar[dict[str, object]] = {}
    _none: int = PrivateAttr(default=0)

    def steps(self) -> tuple[Step, ...]:
        return (Step("talk.talk", Phase.ACT, self._talk, adds=(DIARY, SHIELDS)),)

    def _talk(self, view: Any, now: Any) -> None:
        rows = slice(view.lo, view.lo + view.people)
        view[DIARY][:] |= SAID[now.day, rows]
        view[SHIELDS][:] |= COVER[now.day, rows]


def word(decision: str, person: int, day: int) -> tuple[Fraction, Fraction]:
    one, two = rng.draw(KEY, person, 0, rng.when(day, 0), rng.purpose("realname", decision))
    return Fraction(int(one), 2**64), Fraction(int(two), 2**64)


def plain(m: Realname, day: int, person: int) -> tuple[int, int, int]:
    said = int(SAID[day, person])
    nothing = 0, said, 0
    if not said & Event.CRITICISED or COVER[day, person] & Shield.ANONYMOUS:
        return nothing
    if WAYS[person] & Evasion.SECOND_PHONE or word("verified", person, 0)[0] >= m.verified:
        return nothing
    named, passed = word("tie", person, day)
    if named >= m.online * m.attribution:
        return nothing
    return 1, said | Event.ATTRIBUTED, int(Act.CRITICISE) if passed < m.passed_on else 0


def town(m: Realname, chunk: int = PEOPLE) -> list[list[tuple[int, ...]]]:
    columns = (ATTRIBUTED, DIARY, ENTRIES)
    days, _ = live([m, Talk()], PEOPLE, DAYS, *columns, given={EVADING.name: WAYS}, chunk=chunk)
    return [list(zip(*(d[c.name].tolist() for c in columns), strict=True)) for d in days]


@pytest.mark.parametrize("chunk", [PEOPLE, 43])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_names_are_the_plain_ones(parameters: dict[str, float], chunk: int) -> None:
    m = Realname(**parameters)
    assert town(m, chunk) == [[plain(m, d, p) for p in range(PEOPLE)] for d in range(DAYS)]


@pytest.mark.parametrize(
    "fault", [{"attribution": 0.6}, {"verified": 0.9}, {"online": 1.0}, {"passed_on": 1.0}]
)
def test_the_twin_notices_a_wrong_rule(fault: dict[str, float]) -> None:
    m = Realname(**SETTINGS[1])
    wrong = m.model_copy(update=fault)
    assert town(m) != [[plain(wrong, d, p) for p in range(PEOPLE)] for d in range(DAYS)]


def test_the_kernel_is_its_python_source() -> None:
    ids, t = np.arange(PEOPLE, dtype=np.uint32), rng.thresholds([0.5, 0.6, 0.7])
    results = []
    for function in (realname.tie, realname.tie.py_func):
        named, entries, diary = np.zeros(PEOPLE, np.uint8), np.zeros(PEOPLE, np.uint16), SAID[0].copy()
        function(ids, COVER[0], WAYS, named, diary, entries, KEY, 3, np.uint32(1), np.uint32(2), *t)
        results.append([named, entries, diary])
    assert all(np.array_equal(a, b) and a.any() for a, b in zip(*results, strict=True))
