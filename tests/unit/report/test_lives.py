"""The lives that are told are found by a rule."""

from dataclasses import replace

import numpy as np

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
