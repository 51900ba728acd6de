"""Livelihood: lending by score (Liu et al.), loans that fail, work lost and found, loans outstanding."""

from functools import partial
from math import sqrt
from typing import Any, Literal

import numpy as np

from glasstown.core.vocabulary import ENTRIES, Act
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms import _lending as lending
from glasstown.mechanisms.livelihood import CREDIT, LOAN, MONTH, OUT_OF_WORK, Livelihood

POINT, LOWEST, HIGHEST = 64, 300.0, 850.0
GAIN, LOSS = 75.0, 150.0
Policy = Literal["max_profit", "demographic_parity", "equal_opportunity"]
STEADY: dict[str, Any] = {"separation": 0.0, "promotion": 0.0}


def _adults(people: int, **given: Whole) -> dict[str, Whole]:
    usual: dict[str, Whole] = {
        "age": np.full(people, 40, np.uint8),
        "activity": np.full(people, 2, np.uint8),
        "income": np.full(people, 3_000, np.uint16),
    }
    return usual | given


def lent(policy: Policy, trial: Trial, wrong: bool) -> Mean:
    """Mean change of score of the group with the lower scores in one round of loans.

    As the authors bound it: the expected score of those who have the same score stays in 300 to 850.
    """
    people, loss = trial.people(200_000), 110.0 if wrong else LOSS
    m = Livelihood(policy=policy, credit_loss=loss, loans=12.5, term=1, lift=0.0, settled=False, **STEADY)
    given = _adults(people, group=np.ones(people, np.uint8))
    days = trial.live([m], people, MONTH + 1, CREDIT, LOAN, ENTRIES, given=given, since=0).days
    before = days[0][CREDIT.name].astype(np.int64)
    borrowed = days[0][LOAN.name] > 0
    repaid = (days[MONTH][ENTRIES.name] & int(Act.REPAY)) != 0
    total = error = 0.0
    for score in np.unique(before[borrowed]):
        at = borrowed & (before == score)
        count, good = int(at.sum()), float(repaid[at].mean())
        own = score / POINT
        moved = min(max(own + good * GAIN - (1 - good) * loss, LOWEST), HIGHEST) - own
        total += count * moved
        error += count * good * (1 - good) * (GAIN + loss) ** 2
    change = np.where(borrowed, GAIN, 0.0)  # of who happens to have which score, generously
    return Mean(total / people, sqrt(error / people + float(change.var())) / sqrt(people))


def failed(trial: Trial, wrong: bool) -> Count:
    """Loans that fail of those that come due, in a town of Chinese income fifths."""
    people = trial.people(30_000)
    rows = np.arange(people)
    fifths = (np.array(lending.FIFTHS) // 10)[rows % 5].astype(np.uint16)
    given = _adults(people, income=fifths, activity=np.where(rows // 5 % 10 < 7, 2, 0).astype(np.uint8))
    m = Livelihood(loans=3.0, term=2, lift=0.0, promotion=0.0, policy="credit_gate",
                   default_share=0.022 if wrong else 0.0184)  # fmt: skip
    days = trial.live([m], people, 30 * MONTH + 1, ENTRIES, given=given, since=0).days
    due = ended = 0
    for day in range(0, 30 * MONTH + 1, MONTH):
        entries = days[day][ENTRIES.name]
        due += int(np.count_nonzero(entries & int(Act.REPAY | Act.DEFAULT)))
        ended += int(np.count_nonzero(entries & int(Act.DEFAULT)))
    return Count(ended, due)


def jobless(trial: Trial, wrong: bool) -> Count:
    """Out of work after a year in which all began with work."""
    people = trial.people(60_000)
    m = Livelihood(loans=0.0, settled=False, separation=0.125 if wrong else 0.105)
    state = trial.live([m], people, 11 * MONTH + 1, given=_adults(people)).state
    return Count(int(np.count_nonzero(state[OUT_OF_WORK.name])), people)


def owing(trial: Trial, wrong: bool) -> Count:
    """Who owes a loan after two and a half years of asking and repaying."""
    people = trial.people(60_000)
    m = Livelihood(policy="credit_gate", term=11 if wrong else 12, **STEADY)
    state = trial.live([m], people, 30 * MONTH + 1, given=_adults(people)).state
    return Count(int(np.count_nonzero(state[LOAN.name])), people)


LOST, FOUND, ASKED = 0.105 * MONTH / 365, 2.0 * MONTH / 365, 0.3 * MONTH / 365


def _chain(lost: float, found: float, months: int) -> float:
    return lost / (lost + found) * (1 - (1 - lost - found) ** months)


RESULTS = (
    Result("livelihood.max_profit", "Mean change of the lower scores: maximum profit", 8.40, "liu-2018",
           "Federal Reserve tables, u-/u+ = -4", partial(lent, "max_profit"), "a default costs 110 points",
           9.94, slack=0.005),
    Result("livelihood.demographic_parity", "Mean change of the lower scores: demographic parity", -17.14,
           "liu-2018", "Federal Reserve tables, u-/u+ = -4", partial(lent, "demographic_parity"),
           "a default costs 110 points", -7.0, slack=0.005),
    Result("livelihood.equal_opportunity", "Mean change of the lower scores: equal opportunity", 6.01,
           "liu-2018", "Federal Reserve tables, u-/u+ = -4", partial(lent, "equal_opportunity"),
           "a default costs 110 points", 9.0, slack=0.005),
    Result("livelihood.failed", "Share of loans that fail", 0.0184, "xinhua-finance-2021",
           "non-performing loans, end of 2020 (J14)", failed, "2.2 % fail", 0.022, slack=0.0002),
    Result("livelihood.jobless", "Share without work after a year", _chain(LOST, FOUND, 12), "feller-1968",
           "chain of two states: p/(p + q)(1 - (1 - p - q)^t)", jobless, "a fifth more lose their work",
           _chain(0.125 * MONTH / 365, FOUND, 12)),
    Result("livelihood.owing", "Share who owe: loans of 12 months, asked for at .3 a year",
           12 / (11 + 1 / ASKED), "little-1961", "stock = inflow x stay", owing, "loans of 11 months",
           11 / (10 + 1 / ASKED)),
)  # fmt: skip
