"""Children: whom no sanction may reach loses no points, is not listed and keeps the better school."""

from math import exp

import numpy as np

from glasstown.core.vocabulary import (
    DIARY,
    FILED,
    HOUSEHOLD_PLACE,
    HOUSEHOLD_SIZE,
    LISTED_UNTIL,
    RIGHTS,
    Act,
    Event,
    Right,
)
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Planted, Trial
from glasstown.mechanisms.children import Children
from glasstown.mechanisms.lists import Lists
from glasstown.mechanisms.privileges import Privileges
from glasstown.mechanisms.score import Score

COVERED, LESS = 0.7, 0.05
P, Q = 1 - exp(-2 / 365), 1 / (0.2 * 365)


def _safe(wrong: bool) -> Children:
    return Children(strength=COVERED - LESS * wrong)


def points(trial: Trial, wrong: bool) -> Count:
    """Minors who lose points for what is filed about them."""
    people = trial.people(100_000)
    filed = np.full(people, int(Act.JAYWALK), FILED.dtype)
    town = [Score(company=0.0), _safe(wrong), Planted.of({FILED: filed})]
    diary = trial.live(town, people, 1, DIARY, given={"age": np.full(people, 12, np.uint8)}).last[DIARY.name]
    return Count(int(np.count_nonzero(diary & np.uint64(Event.LOST_POINTS))), people)


def listed(trial: Trial, wrong: bool) -> Count:
    """Minors listed where a list knows no age."""
    people = trial.people(200_000)
    m = Lists(hazard=2.0, duration=0.2, from_age=0)
    state = trial.live([m, _safe(wrong)], people, 40, given={"age": np.full(people, 12, np.uint8)}).state
    return Count(int(np.count_nonzero(state[LISTED_UNTIL.name])), people)


def school(trial: Trial, wrong: bool) -> Count:
    """Children whose better school is closed because a parent defaulted."""
    homes = trial.people(50_000)
    first = np.arange(2 * homes) % 2 == 0
    filed = np.where(first, int(Act.DEFAULT), 0).astype(FILED.dtype)
    given = {"age": np.where(first, 40, 8).astype(np.uint8),
             HOUSEHOLD_PLACE.name: (~first).astype(np.uint8),
             HOUSEHOLD_SIZE.name: np.full(2 * homes, 2, np.uint8)}  # fmt: skip
    town = [Score(company=0.0, memory=0.0), Privileges(), _safe(wrong), Planted.of({FILED: filed})]
    rights = trial.live(town, 2 * homes, 61, RIGHTS, given=given).last[RIGHTS.name]
    return Count(int(np.count_nonzero((rights[~first] & np.uint16(Right.SCHOOL)) == 0)), homes)


RESULTS = (
    Result("children.points", "Minors who lose points for an act on file, seven in ten covered", 1 - COVERED,
           "", "1 - s", points, "65 % covered", 1 - COVERED + LESS),
    Result("children.listed", "Minors listed: twice a year, 73 days, seven in ten covered",
           (1 - COVERED) * P / (P + Q), "feller-1968", "(1 - s) p/(p + q)", listed, "65 % covered",
           (1 - COVERED + LESS) * P / (P + Q)),
    Result("children.school", "Children barred from the better school for a parent, seven in ten covered",
           1 - COVERED, "", "1 - s", school, "65 % covered", 1 - COVERED + LESS),
)  # fmt: skip
