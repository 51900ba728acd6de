"""What life courses are drawn from, by age: deaths, births, weekdays, leaving home, parents grown old.

Every table has 256 rows, one for each value that a column of ages can hold; the last of ``LAST`` years stands
for everybody older. Deaths per person-year are published for groups of ages (United Nations, World Population
Prospects 2024); between the middles of the groups their logarithm runs in a straight line, which gives the
published expectation of life to a hundredth of a year. Logarithms are taken here, on the host, once.
"""

from functools import cache

import numpy as np

from glasstown.core.rng import threshold
from glasstown.core.typing import F64s, U8s, U64s
from glasstown.population import demography, figures, traits

LAST = demography.AGES - 1
"""The last age that is counted."""

ROWS = 256
MEN, WOMEN = 0, 1


def stretched(table: F64s | U64s) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """A table by age 0 to LAST -> by any uint8: the last row stands for all older."""
    return np.ascontiguousarray(table[np.minimum(np.arange(ROWS), LAST)])


@cache
def hazards() -> F64s:
    """Deaths per person-year at single ages, men in column 0, shape (LAST + 1, 2), float64."""
    life = figures.table("life")
    first, result = life["age"], np.empty((LAST + 1, 2))
    middles = (first[2:-1] + first[3:]) / 2
    for sex, name in ((MEN, "men_m"), (WOMEN, "women_m")):
        known = life[name]
        each = np.exp(np.interp(np.arange(LAST + 1) + 0.5, middles, np.log(known[2:-1])))
        each[0], each[1:5], each[5:7], each[100:] = known[0], known[1], known[2], known[-1]
        result[:, sex] = each
    return result


@cache
def dying() -> F64s:
    """Chance to die before the next birthday, by age and sex, shape (LAST + 1, 2)."""
    return np.asarray(-np.expm1(-hazards()))


def surviving() -> F64s:
    """Share of people born who reach each exact age 0 to LAST + 1, by sex, shape (LAST + 2, 2)."""
    return np.concatenate([np.ones((1, 2)), np.cumprod(1 - dying(), axis=0)])


def lived() -> F64s:
    """Years that a birth gives at each age, by sex, shape (LAST + 1, 2): deaths are spread over the year.

    The last row holds all years from the age of LAST on. The sum is the expectation of life.
    """
    left = surviving()
    years = (left[:-1] + left[1:]) / 2
    last = dying()[-1]
    years[-1] = left[-2] * (1 / last - 0.5)
    return np.asarray(years)


def expectation() -> F64s:
    """Expectation of life at birth of men and women, years, shape (2,)."""
    return np.asarray(lived().sum(axis=0))


def fertility(children: float) -> F64s:
    """Births a year of a woman by age, shape (ROWS,), with ``children`` as the sum over her life."""
    born = demography.births()
    result = np.zeros(ROWS)
    result[: len(born)] = children * born / born.sum()
    return result


def deaths() -> U64s:
    """Thresholds of ``dying``, shape (ROWS, 2)."""
    return np.asarray(stretched(_thresholds(dying())), np.uint64)


def weekdays() -> U64s:
    """Shares of a cohort by age in 32 bits: at school below column 0, at work below column 1, (ROWS, 2)."""
    return np.asarray(stretched(np.stack(traits.weekday_limits(), axis=1)), np.uint64)


def leaving() -> U64s:
    """Thresholds of the wish to leave the parents' home, at the birthday that makes somebody so old, (ROWS,).

    The shares at home are those of the population: all at 18, nobody at 25.
    """
    home = demography.at_home(False).astype(np.float64)
    wish = np.zeros(ROWS)
    stays = home[:-1] > 0
    wish[1 : len(home)][stays] = 1 - home[1:][stays] / home[:-1][stays]
    return _thresholds(wish)


def parents() -> U64s:
    """Thresholds at each birthday: an old parent comes into being (0), is lost (1), shape (ROWS, 2).

    Of all changes that keep the share of people with an old parent right at every age, the fewest.
    """
    share = stretched(demography.with_old_parent())
    change = np.zeros((ROWS, 2))
    for age in range(1, ROWS):
        before, after = float(share[age - 1]), float(share[age])
        if after > before:
            change[age, 0] = (after - before) / (1 - before)
        elif before > 0:
            change[age, 1] = (before - after) / before
    return _thresholds(change)


def bands() -> U8s:
    """What an age adds to a stratum, shape (ROWS,)."""
    return np.asarray(traits.bands(np.arange(ROWS, dtype=np.uint8)) * np.uint8(5))


def rest() -> U8s:
    """The age from which men and women who do not work have retired, shape (2,)."""
    return np.array(traits.RETIREMENT, np.uint8)


def _thresholds(chances: F64s) -> U64s:
    each = [threshold(float(min(max(chance, 0.0), 1.0))) for chance in chances.ravel()]
    return np.array(each, np.uint64).reshape(chances.shape)
