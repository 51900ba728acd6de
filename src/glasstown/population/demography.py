"""Ages, sexes, births and survival: the published tables, and the age of one relative given another's.

Everything here is whole numbers, so that a town is the same on every machine. What no table gives is
assumed: husbands are 2 years older than their wives (standard deviation about 3, from 4 younger to 12
older); children leave home between 18 and 24; the ages of mothers at birth are those of 2015-2020 for
every generation.
"""

from bisect import bisect_right
from functools import cache

import numpy as np

from glasstown.core.typing import F64s, I64s, U32s, U64s
from glasstown.population import figures

AGES = 105
"""Ages run from 0 to AGES - 1; the last stands for everybody older."""

BANDS = (0, 15, 25, 35, 45, 55, 65, 75)
"""First age of each of the eight bands that strata use."""

GAPS = np.arange(-4, 13)
"""Years by which a husband is older than his wife."""

GAP_WEIGHTS = np.array(
    [135, 249, 411, 607, 801, 946, 1000, 946, 801, 607, 411, 249, 135, 66, 29, 11, 4], np.int64
)
"""Assumed: a normal law of mean 2 and standard deviation 3, in whole numbers."""

PARENT_AGE = 60
"""From this age a parent counts as dependent (bit PARENT of Family)."""

CHILD_AGE = 15
"""Below this age a child counts as dependent (bit CHILD of Family)."""


@cache
def people() -> I64s:
    """People by age and sex (column 0 men), shape (AGES, 2), per ten million."""
    return np.stack([figures.whole("ages", "men"), figures.whole("ages", "women")], axis=1)


def births() -> I64s:
    """Births by age of the mother, shape (AGES,), per million."""
    return figures.whole("ages", "births")


def at_home(grown: bool) -> I64s:
    """How likely a child of each age is to live with the parents, shape (AGES,), percent (assumed)."""
    age = np.arange(AGES)
    if grown:
        return np.asarray(np.clip((age - 17) * 20, 0, 100) * np.clip((75 - age) * 100 // 45, 0, 100) // 100)
    return np.asarray(np.clip((25 - age) * 100 // 7, 0, 100))


@cache
def children(grown: bool) -> I64s:
    """Weights of a child's age (column) given the mother's (row), shape (AGES, AGES)."""
    weights = np.zeros((AGES, AGES), np.int64)
    born, home = births(), at_home(grown)
    for mother in range(AGES):
        child = np.arange(mother)
        weights[mother, :mother] = born[mother - child] * home[:mother]
    return weights


@cache
def grandchildren() -> I64s:
    """Weights of a grandchild's age below 18 (column) given the grandmother's (row), shape (AGES, AGES)."""
    weights = np.zeros((AGES, AGES), np.int64)
    apart = np.convolve(births(), births())[:AGES] // 10_000
    for grandmother in range(AGES):
        child = np.arange(min(grandmother, 18))
        weights[grandmother, : len(child)] = apart[grandmother - child]
    return weights


def cumulative(weights: I64s) -> U32s:
    """Thresholds of a choice by weight, along the last axis, uint32: take the first that exceeds a draw.

    A row whose weights are all 0 takes the first entry always. Weights must sum to less than 2**31.
    """
    running = np.cumsum(weights, axis=-1).astype(np.uint64)
    whole = np.maximum(running[..., -1:], 1)
    scaled = (running << np.uint64(32)) // whole
    return np.asarray(np.minimum(scaled, 2**32 - 1), np.uint32)


def men() -> U64s:
    """The chance that somebody of each age is a man, shape (AGES,), uint64 thresholds of 32 bits."""
    table = people()
    return np.asarray((table[:, 0] << 32) // np.maximum(table.sum(axis=1), 1), np.uint64)


def survivors() -> F64s:
    """Survivors of one birth at each exact age, men in column 0, shape (AGES, 2), from 5-year ages."""
    life = figures.table("life")
    known = life["age"].tolist()
    result = np.zeros((AGES, 2))
    for sex, name in enumerate(("men_l", "women_l")):
        left = life[name].tolist()
        for age in range(AGES):
            j = min(bisect_right(known, age), len(known) - 1) - 1
            part = min((age - known[j]) / (known[j + 1] - known[j]), 1.0)
            result[age, sex] = left[j] + (left[j + 1] - left[j]) * part
    return result


def with_old_parent() -> F64s:
    """The chance that somebody of each age has a living parent of PARENT_AGE or more, shape (AGES,).

    From ages of mothers at birth and the life table; the father is as old as the mother plus 2; the two
    deaths are taken as independent.
    """
    left, born = survivors(), births() / births().sum()
    chance = np.zeros(AGES)
    for age in range(AGES):
        alive = [0.0, 0.0]
        for sex, older in ((0, 2), (1, 0)):
            for mother in np.flatnonzero(born):
                then, now = mother + older, mother + older + age
                if PARENT_AGE <= now < AGES:
                    alive[sex] += born[mother] * left[now, sex] / left[then, sex]
        chance[age] = 1.0 - (1.0 - alive[0]) * (1.0 - alive[1])
    return chance
