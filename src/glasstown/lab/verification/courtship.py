"""Courtship: nobody sorts without a preference, a mild one sorts strongly."""

from functools import partial
from math import sqrt

import numpy as np

from glasstown.core.vocabulary import PARTNER
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms.courtship import Courtship

GRID = 1_500


def _paired(trial: Trial, preference: float, tolerance: float) -> tuple[Whole, Whole, int]:
    """Places of men and of their partners on the ladder after one round in which everybody goes out."""
    people = trial.people(40_000)
    score = (22_400 + 38_000 * trial.uniform(people, "score") ** 3).astype(np.uint16)
    sex = (np.arange(people) % 2).astype(np.uint8)
    m = Courtship(preference=preference, tolerance=tolerance, meeting=1.0, parting=0.0, front=1.0)
    given: dict[str, Whole] = {"age": np.full(people, 30, np.uint8), "sex": sex, "shown_score": score}
    partner = trial.live([m], people, 1, given=given).state[PARTNER.name]
    place = np.zeros(people)
    for each in (0, 1):
        own = np.flatnonzero(sex == each)
        place[own[np.argsort(score[own], kind="stable")]] = (np.arange(len(own)) + 0.5) / len(own)
    men = np.flatnonzero((partner > 0) & (sex == 0))
    return place[men], place[partner[men] - 1], people // 2


def succeeding(trial: Trial, wrong: bool) -> Count:
    """Meetings that succeed where half of people mind a partner a fifth of the ladder below."""
    his, _, men = _paired(trial, 0.4 if wrong else 0.5, 0.2)
    return Count(len(his), men)


def sorted_(preference: float, tolerance: float, trial: Trial, wrong: bool) -> Mean:
    """Correlation of partners' places; the wrong town minds less, or a little where it should not."""
    asked = abs(preference - 0.3) if wrong else preference
    his, hers, _ = _paired(trial, asked, tolerance)
    return correlated(his, hers)


def correlated(one: Whole, two: Whole) -> Mean:
    """A correlation with its standard error by the influence of each pair, however they are distributed."""
    a, b = ((each - each.mean()) / each.std() for each in (one, two))
    found = float(np.mean(a * b))
    return Mean(found, float(np.std(a * b - found * (a * a + b * b) / 2)) / sqrt(len(a)))


def correlation(preference: float, tolerance: float) -> float:
    """The same by summing over a grid of pairs, those too far apart being 1 - preference as frequent."""
    x = (np.arange(GRID) + 0.5) / GRID
    weight = np.where(np.abs(x[:, None] - x) <= tolerance, 1.0, 1.0 - preference)
    weight /= weight.sum()
    mean = float((weight.sum(axis=1) * x).sum())
    spread = float((weight.sum(axis=1) * (x - mean) ** 2).sum())
    return float(((x - mean) @ weight @ (x - mean)) / spread)


RESULTS = (
    Result("courtship.succeeding", "Meetings that succeed: half mind, tolerance a fifth of the ladder",
           1 - 0.5 * 0.8**2, "schelling-1971", "1 - p (1 - m)^2", succeeding, "four in ten mind",
           1 - 0.4 * 0.8**2),
    Result("courtship.none", "Correlation of partners' places without a preference", 0.0, "schelling-1971",
           "no preference, no sorting", partial(sorted_, 0.0, 0.33), "three in ten mind",
           correlation(0.3, 0.33)),
    Result("courtship.mild", "Correlation if a third of the ladder may lie between",
           correlation(1.0, 0.33), "schelling-1971", "a mild preference sorts strongly: summed over pairs",
           partial(sorted_, 1.0, 0.33), "seven in ten mind", correlation(0.7, 0.33), slack=0.002),
)  # fmt: skip
