"""Life courses: how long people of a town that is lived live, and how old the living are in the end."""

from functools import cache, partial
from math import sqrt

import numpy as np

from glasstown.core.vocabulary import AGE, ALIVE
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms import _ages
from glasstown.mechanisms.lifecourse import Lifecourse
from glasstown.population import figures

PUBLISHED = (74.83, 80.40)
YOUNG, OLD = 20, 80
BOYS = 111.3


def life(sex: int, trial: Trial, wrong: bool) -> Mean:
    """Expectation of life at birth, in years; the wrong one is that of the other sex."""
    return Mean(float(_ages.expectation()[1 - sex if wrong else sex]))


@cache
def survivors(sex: int) -> float:
    """Of those who reach the age YOUNG, the share who reach OLD: the published column l of the life table."""
    table = figures.table("life")
    left = dict(zip(table["age"].astype(int), table["women_l" if sex else "men_l"], strict=True))
    return float(left[OLD] / left[YOUNG])


def reaching(sex: int, trial: Trial, wrong: bool) -> Count:
    """Lives of people of one sex from a day of their 20th year on: who of those who turn 20 turns 80."""
    people, m = trial.people(20_000), Lifecourse(births="open", fertility=0.0, pace=45.0)
    given = {"age": np.full(people, YOUNG - 1, np.uint8), "sex": np.full(people, abs(sex - wrong), np.uint8)}
    days = trial.live([m], people, (OLD - YOUNG + 1) * m.length, AGE, given=given, since=0).days
    ages = [days[day][AGE.name] for day in sorted(days)]
    young = np.max(ages[: m.length], axis=0) >= YOUNG
    old = np.max(ages[-m.length :], axis=0) >= OLD
    return Count(int(np.count_nonzero(old)), int(np.count_nonzero(young)))


def _lived() -> Whole:
    """Years lived at each age by men and by women of a birth, shape (105, 2)."""
    return np.asarray(_ages.lived() * np.array([BOYS, 100.0]) / (100.0 + BOYS))


def mean_age() -> float:
    """Mean age in whole years of the stationary population."""
    table = _lived()
    return float((table.sum(axis=1) * np.arange(len(table))).sum() / table.sum())


def ages(trial: Trial, wrong: bool) -> Mean:
    """Mean age of the living after 80 years of births that replace deaths, or do not."""
    people, below = trial.people(10_000), np.cumsum(_lived().ravel())
    kind = np.searchsorted(below / below[-1], trial.uniform(people, "age"), side="right")
    given = {"age": (kind // 2).astype(np.uint8), "sex": (kind % 2).astype(np.uint8)}
    m = Lifecourse(pace=24.0, boys=BOYS, births="open" if wrong else "replacement")
    last = trial.live([m], people, 80 * m.length, AGE, ALIVE, given=given).last
    age = last[AGE.name][last[ALIVE.name] != 0].astype(np.float64)
    return Mean(float(age.mean()), float(age.std()) / sqrt(len(age)))


def _life(sex: int, name: str) -> Result:
    return Result(f"lifecourse.{name}", f"Expectation of life at birth, {name}, years: the table drawn from",
                  PUBLISHED[sex], "un-wpp-2024", "China 2015-2020 (I16)", partial(life, sex), "the other sex",
                  PUBLISHED[1 - sex], slack=0.1)  # fmt: skip


def _reaching(sex: int, name: str) -> Result:
    return Result(f"lifecourse.{name}_80", f"Lives of {name}: who of those who turn 20 turns 80",
                  survivors(sex), "un-wpp-2024", "China 2015-2020, l(80)/l(20)", partial(reaching, sex),
                  "the other sex", survivors(1 - sex), slack=0.006)  # fmt: skip


RESULTS = (
    _life(0, "men"),
    _life(1, "women"),
    _reaching(0, "men"),
    _reaching(1, "women"),
    Result("lifecourse.ages", "Mean age of the living after 80 years in which births replace deaths",
           mean_age(), "feller-1968", "renewal: ages of the living are in proportion to years lived",
           ages, "1.236 children a woman", 50.0, slack=0.1),
)  # fmt: skip
