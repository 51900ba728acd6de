"""Prediction: what a base rate makes of a good forecast, and where retraining on its own outcome ends."""

from functools import partial
from math import sqrt

from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms.prediction import RIGHTLY, RISK, UNIT, WRONGLY, Prediction

BASE, RECALL, SPECIFICITY = 1e-4, 0.9, 0.99


def precision(base: float, recall: float, specificity: float) -> float:
    """Bayes: right flags of all."""
    return base * recall / (base * recall + (1 - base) * (1 - specificity))


def rare(trial: Trial, wrong: bool) -> Count:
    """One in ten thousand is about to do it."""
    m = Prediction(period=1, base_rate=3e-4 if wrong else BASE, recall=RECALL, specificity=SPECIFICITY)
    found = trial.live([m], trial.people(300_000), 31).counted
    return Count(found[RIGHTLY.name], found[RIGHTLY.name] + found[WRONGLY.name])


def frequent(trial: Trial, wrong: bool) -> Count:
    """Two in a hundred are."""
    m = Prediction(period=1, base_rate=0.02, recall=0.5, specificity=0.88 if wrong else 0.9)
    found = trial.live([m], trial.people(100_000), 4).counted
    return Count(found[RIGHTLY.name], found[RIGHTLY.name] + found[WRONGLY.name])


def said(prior: float, rounds: int, feedback: float, trial: Trial, wrong: bool) -> Mean:
    """The risk said after some rounds of training on what was found where one looked."""
    people = trial.people(300_000)
    m = Prediction(period=1, prior=prior, found=0.02, feedback=feedback - 0.1 * wrong)
    risk = float(trial.live([m], people, rounds + 1, RISK).last[RISK.name][0]) / UNIT
    stable = 0.02 / (1 - feedback)
    return Mean(risk, sqrt(stable * (1 - stable) / people / (1 - feedback**2)))


RESULTS = (
    Result("prediction.rare", "Right flags of all: one in 10,000, recall .9, specificity .99",
           precision(BASE, RECALL, SPECIFICITY), "", "Bayes (G24): .0089", rare, "three in 10,000",
           precision(3e-4, RECALL, SPECIFICITY)),
    Result("prediction.frequent", "Right flags of all: two in 100, recall .5, specificity .9",
           precision(0.02, 0.5, 0.9), "", "Bayes", frequent, "specificity .88", precision(0.02, 0.5, 0.88)),
    Result("prediction.stable", "Risk said after 25 rounds of training on its own outcome", 0.04,
           "perdomo-2020", "mu0/(1 - e), mu0 = .02, e = .5", partial(said, 0.3, 25, 0.5), "e = .4",
           0.02 / 0.6, slack=1e-5),
    Result("prediction.factor", "The same after three rounds from a prior of .3", 0.04 + 0.5**3 * 0.26,
           "perdomo-2020", "a round leaves e of the distance", partial(said, 0.3, 3, 0.5), "e = .4",
           0.02 / 0.6 + 0.4**3 * (0.3 - 0.02 / 0.6), slack=1e-5),
)  # fmt: skip
