"""Solidarity: the share in good standing, and of acts that help, under four norms."""

from functools import partial
from math import sqrt

import numpy as np

from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import STANDING
from glasstown.lab.verification.result import Mean, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms._shunning import HELPED
from glasstown.mechanisms.solidarity import HELPING, NORMS, Norm, Solidarity

PEOPLE, SETTLED, DAYS = 40_000, 20, 120
GOOD = {"image_scoring": 0.33784, "simple_standing": 0.96154, "stern_judging": 0.96154, "shunning": 0.33784}
HELP = {"image_scoring": 0.3311, "simple_standing": 0.9423, "stern_judging": 0.9423, "shunning": 0.3311}
E1 = E2 = 0.02


def line(norm: Norm, e2: float = E2) -> tuple[float, float]:
    """In g' = a + b g, the constants: g had good standing before a round in public, g' have it after."""
    helps = 1 - E1
    good = helps * (1 - e2) + (1 - helps) * e2
    bad = 1 - e2 if NORMS[norm] & 2 else e2
    return bad, good - bad


def steady(norm: Norm, e2: float = E2) -> float:
    """The share in good standing in the long run."""
    a, b = line(norm, e2)
    return a / (1 - b)


def _lived(norm: Norm, trial: Trial, wrong: bool) -> tuple[list[float], list[float]]:
    """Share in good standing and share of acts that help, each day, from the steady state."""
    people = trial.people(PEOPLE)
    rows = np.arange(people, dtype=np.int64) * 7919 % people
    start = np.where(rows < GOOD[norm] * people, SHARE, 0).astype(np.uint16)
    m = Solidarity(norm=norm, execution_error=E1, assessment_error=0.03 if wrong else E2)
    found = trial.live([m], people, DAYS, STANDING, HELPING, given={STANDING.name: start}, since=SETTLED)
    good = [float(day[STANDING.name].mean()) / SHARE for day in found.days.values()]
    return good, [float((day[HELPING.name] == HELPED).mean()) for day in found.days.values()]


def _error(norm: Norm, value: float, days: int, people: int) -> float:
    """The error of the mean of an autoregressive share: that of a step, over 1 - what is carried on."""
    return sqrt(value * (1 - value) / people / days) / (1 - line(norm)[1])


def good(norm: Norm, trial: Trial, wrong: bool) -> Mean:
    """Mean share in good standing."""
    days, value = _lived(norm, trial, wrong)[0], steady(norm)
    return Mean(float(np.mean(days)), _error(norm, value, len(days), trial.people(PEOPLE)))


def helps(norm: Norm, trial: Trial, wrong: bool) -> Mean:
    """Mean share of acts that help: it inherits the errors of standing and adds its own."""
    days, value, people = _lived(norm, trial, wrong)[1], HELP[norm], trial.people(PEOPLE)
    own = sqrt(value * (1 - value) / people / len(days))
    return Mean(float(np.mean(days)), own + _error(norm, steady(norm), len(days), people))


def private(trial: Trial, wrong: bool) -> Mean:
    """Share in good standing under stern judging in private."""
    m = Solidarity(norm="stern_judging", assessment="public" if wrong else "private")
    days = trial.live([m], trial.people(30_000), 140, STANDING, since=100).days.values()
    return Mean(float(np.mean([day[STANDING.name].mean() / SHARE for day in days])))


def _pair(norm: Norm) -> tuple[Result, Result]:
    name, source = norm.replace("_", " "), "ohtsuki-2006"
    fault, other = "assessment errs in 3 % of cases", steady(norm, 0.03)
    return (
        Result(f"solidarity.{norm}", f"Share in good standing, {name}", GOOD[norm], source,
               "public, both errors .02", partial(good, norm), fault, other, slack=5e-6),
        Result(f"solidarity.{norm}_help", f"Share of acts that help, {name}", HELP[norm], source,
               "public, both errors .02", partial(helps, norm), fault, 0.98 * other, slack=5e-5),
    )  # fmt: skip


NAMES: tuple[Norm, ...] = ("image_scoring", "simple_standing", "stern_judging", "shunning")

RESULTS = (
    *(result for norm in NAMES for result in _pair(norm)),
    Result("solidarity.private", "Stern judging in private: each is good to half the town", 0.5,
           "fujimoto-2022", "private assessment", private, "one public judgement for all", 0.96154,
           slack=0.002),
)  # fmt: skip
