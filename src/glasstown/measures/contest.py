"""What the score is a contest of: shares of its variance among adults, which add up to 1.

A score is start + what own true entries gave - points lost wrongly + what friends' scores did, to the last
1/64 point. The share of a part is its covariance with the score over the score's variance (the natural
decomposition of the variance: Shorrocks 1982, Inequality decomposition by factor components, Econometrica
50(1), 193-212); a part that works against the score's differences has a negative one. What own true entries
gave is told apart further, by means of cells: what is common to an income fifth of a group (birth and
wealth); of the rest, what is common to those who think and dare alike (tenths of private dissent and of
boldness); and what is left, conduct. Many small cells overstate what is common to them, by about their
number over that of adults.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glasstown.core.typing import I64s
from glasstown.core.vocabulary import BOLDNESS, PRIVATE_DISSENT, SCORE, STRATUM, WRONG_POINTS
from glasstown.measures import cells
from glasstown.measures.evening import Evening
from glasstown.mechanisms.score import COMPANY, MERIT, NO_NOISE, NOISED, Score

NAMES: Final = (
    "score_by_conduct",
    "score_by_opinion",
    "score_by_birth",
    "score_by_friends",
    "score_by_error",
)
NEEDS: Final = frozenset({SCORE.name, MERIT.name, WRONG_POINTS.name})

_BIRTHS, _TENTHS, _FULL = len(cells.GROUPS) * len(cells.FIFTHS), 10, 1 << 16
_OPINIONS = _TENTHS * _TENTHS
_SUMS = 7
"""People, score, wrong points less noise, company; score times each of the last three."""


def contest(evening: Evening) -> dict[str, float]:
    """The five shares; none where there is no score, or all adults have the same."""
    score = next((each for each in evening.institutions.values() if isinstance(each, Score)), None)
    if score is None:
        return {}
    sums = _moments(evening)
    people, points, squares = (int(sums[..., k].sum()) for k in (0, 1, 4))
    variance = _FULL * (people * squares - points**2)
    if variance == 0:
        return {}
    own, friends, error = _parts(sums, round(score.company * _FULL), score.bounds[1])
    shares = {"friends": people * friends[1].sum() - friends[0].sum() * points,
              "error": people * error[1].sum() - error[0].sum() * points}  # fmt: skip
    all_own = people * own[1].sum() - own[0].sum() * points
    birth, opinion = _shared(own[0], sums[..., 0].sum(axis=2), sums[..., 1].sum(axis=2))
    shares |= {"birth": birth * people - own[0].sum() * points, "opinion": opinion * people}
    shares["conduct"] = all_own - shares["birth"] - shares["opinion"]
    return {name: float(Fraction(shares[name.removeprefix("score_by_")]) / variance) for name in NAMES}


def _parts(sums: I64s, weight: int, start: int) -> tuple[NDArray[np.object_], ...]:
    """Own, friends' and wrong points: sums of each, and of each times the score, in 1/65536 of 1/64.

    ``sums`` has shape (births, opinions, 2, _SUMS), the last but one for those without company and with;
    what comes back (2, births, opinions), Python's integers.
    """
    alone, company = (sums[:, :, k].astype(object) for k in (0, 1))
    both = alone + company
    friends = np.array([weight * (company[..., 3] - start * company[..., 0]),
                        weight * (company[..., 6] - start * company[..., 1])])  # fmt: skip
    mine = _FULL - weight
    error = -np.array([_FULL * alone[..., 2] + mine * company[..., 2],
                       _FULL * alone[..., 5] + mine * company[..., 5]])  # fmt: skip
    whole = np.array([_FULL * (both[..., 1] - start * both[..., 0]),
                      _FULL * (both[..., 4] - start * both[..., 1])])  # fmt: skip
    return whole - friends - error, friends, error


def _shared(own: NDArray[np.object_], people: I64s, points: I64s) -> tuple[Fraction, Fraction]:
    """The sums over adults of score times what is common to births; and times what is then to opinions.

    All of shape (births, opinions).
    """
    means = [_ratio(own[k].sum(), int(people[k].sum())) for k in range(len(own))]
    birth = sum((mean * int(points[k].sum()) for k, mean in enumerate(means)), Fraction(0))
    common = lcm(*(mean.denominator for mean in means))  # in whole numbers of 1/common: fractions are slow
    common_own = common * own.sum(axis=0) - [int(mean * common) for mean in means] @ people.astype(object)
    opinion = Fraction(0)
    for left, of, at in zip(
        common_own, people.sum(axis=0).tolist(), points.sum(axis=0).tolist(), strict=True
    ):
        opinion += _ratio(left, of) * at
    return birth, opinion / common


def _ratio(one: Fraction | int, other: int) -> Fraction:
    return Fraction(one) / other if other else Fraction(0)


def _moments(evening: Evening) -> I64s:
    """Sums over adults by birth, opinion and whether they have company: (births, opinions, 2, _SUMS)."""
    found = np.zeros((_BIRTHS * _OPINIONS * 2, _SUMS), np.int64)
    for where, score, wrong, company in _rows(evening):
        for k, values in enumerate((score, wrong, company, score * score, score * wrong, score * company)):
            sums = np.bincount(where, values.astype(np.float64), len(found))
            found[:, k + 1] += sums.astype(np.int64)  # whole numbers below 2**53: exact
        found[:, 0] += np.bincount(where, minlength=len(found))
    return found.reshape(_BIRTHS, _OPINIONS, 2, _SUMS)


def _rows(evening: Evening) -> Iterator[tuple[I64s, I64s, I64s, I64s]]:
    """Of adults, span by span: their cell, score, points lost wrongly and company.

    Who keeps apart, or whose friends score just as he or she does, has no company here.
    """
    owned, people = evening.owned, len(evening.owned[SCORE.name])
    tenths = [_tenths(evening.column(each)) for each in (PRIVATE_DISSENT, BOLDNESS)]
    stratum, met, noise = evening.column(STRATUM), owned.get(COMPANY.name), owned.get(NOISED.name)
    assert stratum is not None
    for rows in cells.spans(people):
        adult = evening.adults(rows)
        score = owned[SCORE.name][rows][adult].astype(np.int64)
        wrong = owned[WRONG_POINTS.name][rows][adult].astype(np.int64)
        if noise is not None:
            wrong += NO_NOISE - noise[rows][adult].astype(np.int64)
        company = np.zeros_like(score) if met is None else met[rows][adult].astype(np.int64)
        blended = (company != 0) & (score != owned[MERIT.name][rows][adult])
        of = stratum[rows][adult].astype(np.int64)
        where = (of // (cells.STRATA // len(cells.GROUPS))) * len(cells.FIFTHS) + of % len(cells.FIFTHS)
        for column, tenth in tenths:
            where = where * _TENTHS + (0 if column is None else tenth[column[rows][adult]])
        yield where * 2 + blended, score, wrong, company * blended


def _tenths(values: NDArray[np.uint16] | None) -> tuple[NDArray[np.uint16] | None, NDArray[np.uint8]]:
    """A column, and the tenth (0 to 9) of each possible value; equals share one."""
    if values is None:
        return None, np.zeros(1, np.uint8)
    return values, cells.quantile(values, _TENTHS)
