"""The score: friends' scores, and what time and noise do without any event."""

from functools import cache
from math import exp, sqrt

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import spsolve

from glasstown.core.columns import POINT
from glasstown.core.vocabulary import FILED, NOTICES, SCORE, Act
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Planted, Trial, Whole, random_graph
from glasstown.mechanisms.score import MERIT, MONTH, Score

MEMORY, NOISE, MONTHS = 300.0, 4.0, 60
PHI = exp(-MONTH / MEMORY)
VARIANCE = NOISE**2 * (1 - PHI ** (2 * MONTHS)) / (1 - PHI**2)
WEIGHT = 0.3


@cache
def _faded(trial: Trial, wrong: bool) -> Whole:
    """Distance from the start, in points, of scores that nobody gave a reason to move."""
    m = Score(company=0.0, memory=280.0 if wrong else MEMORY, noise=NOISE, start=650.5 if wrong else 650.0)
    people = trial.people(40_000)
    given = {MERIT.name: np.full(people, 650 * POINT, np.uint16)}
    state = trial.live([m], people, (MONTHS - 1) * MONTH + 1, given=given).state
    return state[MERIT.name].astype(np.float64) / POINT - 650.0


def mean(trial: Trial, wrong: bool) -> Mean:
    """Where it drifts to."""
    away = _faded(trial, wrong)
    return Mean(float(away.mean()), float(away.std()) / sqrt(len(away)))


def variance(trial: Trial, wrong: bool) -> Mean:
    """How far it spreads."""
    square = _faded(trial, wrong) ** 2
    return Mean(float(square.mean()), float(square.std()) / sqrt(len(square)))


def influence(trial: Trial, wrong: bool) -> Mean:
    """The greatest distance of a score from the fixed point of Friedkin and Johnsen, in points."""
    people = 2_000
    ties = random_graph(trial, people, 6.0, "friends")
    merit = (350 * POINT + trial.uniform(people, "merit") * 600 * POINT).astype(np.uint16)
    m = Score(company=WEIGHT + 0.01 * wrong, mixing=1, memory=0.0)
    state = trial.live([m], people, 20, given={MERIT.name: merit}, ties=ties).state
    start, neighbour, _ = ties.window(0, people)
    w = sparse.csr_matrix((np.ones(len(neighbour)), neighbour.astype(int), start.astype(int)),
                          shape=(people, people))  # fmt: skip
    count = np.asarray(w.sum(axis=1)).ravel()
    w = sparse.diags(1 / np.maximum(count, 1)) @ w + sparse.diags((count == 0).astype(float))
    fixed = spsolve(sparse.identity(people, format="csc") - WEIGHT * w.tocsc(), (1 - WEIGHT) * merit)
    return Mean(float(np.abs(state[SCORE.name] - fixed).max()) / POINT)


def alone(trial: Trial, wrong: bool) -> Count:
    """Of those whose friends alone lost points, who moves when friends' scores weigh nothing."""
    people = trial.people(10_000)
    hit = np.arange(people) % 2 == 0
    filed = np.where(hit, int(Act.JAYWALK), 0).astype(FILED.dtype)
    m = Score(company=0.05 if wrong else 0.0, memory=0.0, mixing=1)
    ties = random_graph(trial, people, 8.0, "company")
    state = trial.live([m, Planted.of({FILED: filed})], people, 5, ties=ties).state
    moved = state[SCORE.name][~hit] != round(m.start * POINT)
    return Count(int(np.count_nonzero(moved)), int(np.count_nonzero(~hit)))


def aware(trial: Trial, wrong: bool) -> Count:
    """Who is told of those who lost points."""
    people = trial.people(100_000)
    filed = np.full(people, int(Act.JAYWALK), FILED.dtype)
    m = Score(company=0.0, memory=0.0, awareness=0.12 if wrong else 0.11)
    told = trial.live([m, Planted.of({FILED: filed})], people, 1, NOTICES).last["notices"]
    return Count(int(np.count_nonzero(told)), people)


RESULTS = (
    Result("score.influence", "Greatest distance from the fixed point of influence, points", (0.0, 0.05),
           "friedkin-1990", "S = (I - aW)^-1 (1 - a) s, a = .3, solved directly", influence, "a = .31", 3.0),
    Result("score.alone", "Who moves for friends' points that weigh nothing", 0.0, "friedkin-1990",
           "a = 0", alone, "a = .05", 0.95),
    Result("score.mean", "Without events: mean distance from the start, points", 0.0, "box-1970",
           "first-order autoregression: mean 0", mean, "fades to half a point more", 0.5, slack=0.001),
    Result("score.variance", "Without events: variance after 60 months, points squared", VARIANCE,
           "box-1970", "s^2 (1 - phi^2t)/(1 - phi^2)", variance, "memory 280 in place of 300 days",
           NOISE**2 / (1 - exp(-2 * MONTH / 280)), slack=0.25 / POINT**2 / (1 - PHI**2)),
    Result("score.aware", "Who is told of lost points, in a pilot", 0.11, "trivium-2018",
           "11 % know that they are in one (A19)", aware, "12 %", 0.12),
)  # fmt: skip
