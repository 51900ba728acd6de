"""The lives that are told are found by a rule."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from glasstown.core.vocabulary import Event
from glasstown.lab.compare import Pair
from glasstown.report.lives import panel
from glasstown.report.moments import moments, span_of
from glasstown.report.numbers import Numbers
from glasstown.report.words import words
from invented_pair import Recipe, invented, usual

SAY, NUMBERS = words("en"), Numbers("en")


def without_events(pair: Pair, events: Event) -> Pair:
    """The same pair in which some events never happened with the system."""
    lives = dict(pair.with_.lives)
    lives["diary"] = lives["diary"] & np.uint32(~int(events) & 0xFFFF_FFFF)
    return replace(pair, with_=replace(pair.with_, lives=lives))


def test_the_opening_scene_is_found() -> None:
    chosen = panel(usual()).harmed()
    assert chosen is not None and chosen.chain is not None
    assert (chosen.life.person, chosen.chain.crossed, chosen.chain.closed) == (100, 27, 27)
    assert chosen.chain.unseen and not chosen.chain.mistaken
    assert chosen.alike == 1


def test_without_a_camera_there_is_no_such_scene() -> None:
    assert panel(without_events(usual(), Event.NAMED)).harmed() is None
    assert panel(without_events(usual(), Event.LOST_POINTS)).harmed() is None


def test_one_gains_and_one_is_left_alone() -> None:
    followed = panel(usual())
    gaining, untouched = followed.gaining(), followed.untouched()
    assert gaining is not None and (gaining.life.person, gaining.alike) == (200, 1)
    assert untouched is not None and (untouched.life.person, untouched.alike) == (300, 1)


def aged(pair: Pair, *years: int) -> Pair:
    """The same pair in which the first of those followed have these ages."""
    days = pair.with_.days
    lives = dict(pair.with_.lives)
    lives["age"] = lives["age"].copy()
    for row, age in enumerate(years):
        lives["age"][row * days : (row + 1) * days] = age
    return replace(pair, with_=replace(pair.with_, lives=lives))


def doubled(pair: Pair) -> Pair:
    """The same pair in which a second person, 99, lives day by day as person 100 does."""

    def more(lives: Mapping[str, Any]) -> dict[str, Any]:
        found = {name: np.concatenate([values[: pair.with_.days], values]) for name, values in lives.items()}
        found["person"][: pair.with_.days] = 99
        return found

    return replace(
        pair, with_=replace(pair.with_, lives=more(pair.with_.lives)),
        without=replace(pair.without, lives=more(pair.without.lives)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ages", "told"), [((34, 34), 99), ((89, 34), 100), ((17, 34), 100), ((64, 65), 99), ((65, 64), 100),
                       ((70, 89), 99)],
)  # fmt: skip
def test_who_is_of_working_age_is_told_where_the_scene_is_the_same(ages: tuple[int, int], told: int) -> None:
    chosen = panel(aged(doubled(usual()), *ages)).harmed()
    assert chosen is not None and chosen.life.person == told


def test_nobody_of_working_age_left_alone_is_no_reason_to_tell_nobody() -> None:
    for ages, told in (((34, 34, 80), 300), ((34, 34, 10), 300)):
        untouched = panel(aged(usual(), *ages)).untouched()
        assert untouched is not None and untouched.life.person == told


def test_nobody_followed() -> None:
    followed = panel(invented(Recipe(panel=0)))
    assert followed.harmed() is None and followed.gaining() is None and followed.untouched() is None


def test_the_scene_is_told_and_the_rest_counted() -> None:
    chosen = panel(usual()).harmed()
    assert chosen is not None
    told, left = moments(chosen.life, chosen.chain, SAY, NUMBERS)
    days = [moment.day for moment in told]
    assert days == sorted(days) and left == 0 and {27, 40, 90} <= set(days)
    scene = next(moment for moment in told if moment.day == 27)
    assert [notice.words for notice in scene.notices] == [
        "Crossed on red. Named after 11 s.",
        "−5 points. Your score is 596.",
        "Closed to you: promotion, leaving the country.",
    ]
    assert scene.plain == "Crosses on red. Nobody notes it."
    fewer, hidden = moments(chosen.life, chosen.chain, SAY, NUMBERS, most=1)
    assert [moment.day for moment in fewer] == [27] and hidden == len(told) - 1


def test_lives_drift_apart_while_doors_are_shut() -> None:
    chosen = panel(usual()).harmed()
    assert chosen is not None
    told, _ = moments(chosen.life, chosen.chain, SAY, NUMBERS)
    by_day = {moment.day: moment.apart for moment in told}
    assert 0 < by_day[27] < by_day[40] <= 1 and by_day[90] < by_day[40]


def test_times_as_one_says_them() -> None:
    assert [span_of(s, SAY, NUMBERS) for s in (11, 1211, 7500)] == ["11 s", "20 min 11 s", "2 h 5 min"]
