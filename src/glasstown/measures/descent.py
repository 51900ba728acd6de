"""What pupils have from home: how their score and schooling go with the score of the adults they live with.

Pupils are minors at school who live with an adult; home is the household in which they live now, and its
standing the mean score there, as it is now. A correlation with what does not vary is 0: nothing goes with it.
"""

import math
from typing import Final

import numpy as np

from glasstown.core.typing import I64s, U8s, U32s
from glasstown.core.vocabulary import ACTIVITY, AGE, HOUSEHOLD, SCORE, Activity
from glasstown.measures import cells
from glasstown.measures.evening import ADULT, Evening
from glasstown.mechanisms.lifecourse import BARRED

NAMES: Final = ("inherited_score", "inherited_schooling", "pupils_barred")
NEEDS: Final = frozenset({SCORE.name, HOUSEHOLD.name, BARRED.name})


def descent(evening: Evening) -> dict[str, float]:
    """Both correlations, and the share of pupils to whom the better school was closed on some birthday."""
    home, heads = _homes(evening)
    pairs = np.zeros((2, 6), np.int64)
    barred = pupils = 0
    for rows in cells.spans(len(home)):
        at = _pupils(evening, rows)
        at = at[heads[evening.owned[HOUSEHOLD.name][at] - 1] > 0]
        where = evening.owned[HOUSEHOLD.name][at] - 1
        standing = home[where].astype(np.int64) // heads[where]
        years = evening.owned[BARRED.name][at].astype(np.int64)
        pairs[0] += _sums(standing, evening.owned[SCORE.name][at].astype(np.int64))
        pairs[1] += _sums(standing, -years)
        pupils += len(at)
        barred += int(np.count_nonzero(years))
    if pupils == 0:
        return {}
    return dict(zip(NAMES, (_correlation(pairs[0]), _correlation(pairs[1]), barred / pupils), strict=True))


def _homes(evening: Evening) -> tuple[U32s, U8s]:
    """The sum of adults' scores and how many adults there are, by household, both shape (people,)."""
    household, score = evening.owned[HOUSEHOLD.name], evening.owned[SCORE.name]
    points, heads = np.zeros(len(household), np.uint32), np.zeros(len(household), np.uint8)
    for rows in cells.spans(len(household)):
        adult = evening.adults(rows)
        where = household[rows][adult] - 1
        np.add.at(points, where, score[rows][adult].astype(np.uint32))
        np.add.at(heads, where, np.uint8(1))
    return points, heads


def _pupils(evening: Evening, rows: slice) -> I64s:
    """Rows of the minors at school."""
    age, activity = evening.column(AGE), evening.column(ACTIVITY)
    assert age is not None and activity is not None
    chosen = (age[rows] < ADULT) & (activity[rows] == int(Activity.SCHOOL))
    found: I64s = np.flatnonzero(chosen & evening.alive(rows)) + rows.start
    return found


def _sums(one: I64s, other: I64s) -> I64s:
    """How many pairs; the sums of both, of both squared, and of their product, shape (6,)."""
    return np.array([len(one), one.sum(), other.sum(), one @ one, other @ other, one @ other], np.int64)


def _correlation(sums: I64s) -> float:
    n, one, other, ones, others, both = (int(each) for each in sums)
    spread = (n * ones - one * one) * (n * others - other * other)
    return (n * both - one * other) / math.sqrt(spread) if spread else 0.0
