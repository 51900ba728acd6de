"""Private score: what is not on show is seen by nobody, and nobody chooses by it."""

from functools import partial

import numpy as np

from glasstown.core.vocabulary import PARTNER, SHOWN_SCORE
from glasstown.lab.verification.courtship import GRID, correlated
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms.courtship import Courtship
from glasstown.mechanisms.private_score import PrivateScore
from glasstown.mechanisms.score import Score

COVERED, TOLERANCE = 0.6, 0.33


def shown(trial: Trial, wrong: bool) -> Count:
    """People whose score others can see."""
    people = trial.people(100_000)
    town = [Score(memory=0.0), PrivateScore(strength=COVERED - 0.05 * wrong)]
    state = trial.live(town, people, 2, SHOWN_SCORE).last
    return Count(int(np.count_nonzero(state[SHOWN_SCORE.name])), people)


def sorting(strength: float, trial: Trial, wrong: bool) -> Mean:
    """Correlation of partners' places by merit where all mind a partner a third of the ladder below."""
    people = trial.people(40_000)
    merit = (22_400 + 38_000 * trial.uniform(people, "merit") ** 3).astype(np.uint16)
    sex = (np.arange(people) % 2).astype(np.uint8)
    m = Courtship(preference=1.0, tolerance=TOLERANCE, meeting=1.0, parting=0.0, front=1.0)
    town = [m, Score(company=0.0, memory=0.0), PrivateScore(strength=0.0 if wrong else strength)]
    given: dict[str, Whole] = {"age": np.full(people, 30, np.uint8), "sex": sex, "merit": merit}
    partner = trial.live(town, people, 1, given=given).state[PARTNER.name]
    place = np.zeros(people)
    for each in (0, 1):
        own = np.flatnonzero(sex == each)
        place[own[np.argsort(merit[own], kind="stable")]] = (np.arange(len(own)) + 0.5) / len(own)
    men = np.flatnonzero((partner > 0) & (sex == 0))
    return correlated(place[men], place[partner[men] - 1])


def correlation(strength: float) -> float:
    """Summed over pairs: too far apart, they are a couple only if the lower of the two is covered."""
    x = (np.arange(GRID) + 0.5) / GRID
    weight = np.where(np.abs(x[:, None] - x) <= TOLERANCE, 1.0, strength)
    weight /= weight.sum()
    mean = float((weight.sum(axis=1) * x).sum())
    spread = float((weight.sum(axis=1) * (x - mean) ** 2).sum())
    return float(((x - mean) @ weight @ (x - mean)) / spread)


RESULTS = (
    Result("private_score.shown", "Scores on show, six in ten people covered", 1 - COVERED, "", "1 - s",
           shown, "55 % covered", 1.05 - COVERED),
    Result("private_score.none", "Correlation of partners' places where no score is on show", 0.0,
           "schelling-1971", "what is not seen is not minded", partial(sorting, 1.0), "all on show",
           correlation(0.0)),
)  # fmt: skip
