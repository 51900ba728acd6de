"""Numbers of the whole town that are no sums over people: each worked out once, from the last evening.

A number is told in millionths, rounded from exact integers or from one division of them, so that it is the
same for any threads and chunks. What cannot be said of a town (nobody there, nothing varies) is left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.core.vocabulary import EARNINGS, INCOME
from glasstown.measures import cells, contest, descent, returns
from glasstown.measures.evening import Evening
from glasstown.mechanisms._scorers import WRONGLY_HIT_BY

MILLION: Final = 1_000_000

TOWN: Final = "town"
"""The breakdown under which numbers and tallies of the whole town stand in a table of totals."""


@dataclass(frozen=True, slots=True)
class Family:
    """Numbers worked out together, and the columns that somebody must own for them to mean anything."""

    names: tuple[str, ...]
    needs: frozenset[str]
    of: Callable[[Evening], Mapping[str, float]]


def numbers(evening: Evening) -> dict[str, int]:
    """Every number that means something on that evening, in millionths."""
    found: dict[str, float] = {}
    for family in FAMILIES:
        if family.needs <= evening.owned.keys():
            found |= family.of(evening)
    return {name: round(value * MILLION) for name, value in found.items()}


def joined(
    totals: Mapping[str, NDArray[Any]], found: Mapping[str, int], counted: Mapping[str, int], days: int
) -> dict[str, NDArray[Any]]:
    """A table of totals with a row below for each number of the town and each tally, by TOWN.

    A number is its millionths over a million people and one day, so that value over people is the number; a
    tally its total over one person and all ``days``.
    """
    rows = len(found) + len(counted)
    more = {
        "measure": np.array([*found, *counted], dtype=str),
        "by": np.full(rows, TOWN),
        "level": np.zeros(rows, np.int16),
        "district": np.zeros(rows, np.int16),
        "value": np.array([*found.values(), *counted.values()], np.int64),
        "people": np.repeat(np.array([MILLION, 1], np.int64), (len(found), len(counted))),
        "days": np.repeat(np.array([1, days], np.int32), (len(found), len(counted))),
    }
    return {name: np.concatenate([column, more[name]]) for name, column in totals.items()}


def _incomes(evening: Evening) -> dict[str, float]:
    """How unequal incomes are, and the share of people who are not in the fifth in which they began."""
    now, before = evening.owned[EARNINGS.name], evening.given.get(INCOME.name)
    counts = cells.histogram(now)
    found = {"earnings_gini": cells.gini(counts, np.arange(len(counts)))}
    if before is not None and len(now):
        fifth, was = cells.quantile(now, 5), cells.quantile(before, 5)
        moved = sum(int((fifth[now[rows]] != was[before[rows]]).sum()) for rows in cells.spans(len(now)))
        found["moved_fifth"] = moved / len(now)
    return found


def _several(evening: Evening) -> dict[str, float]:
    """The share of people about whom two scorers or more hold something adverse and false."""
    hit = evening.owned[WRONGLY_HIT_BY.name]
    several = np.array([bits.bit_count() > 1 for bits in range(256)])
    wronged = sum(int(several[hit[rows]].sum()) for rows in cells.spans(len(hit)))
    return {"wronged_by_several": wronged / len(hit)} if len(hit) else {}


FAMILIES: Final = (
    Family(("earnings_gini", "moved_fifth"), frozenset({EARNINGS.name}), _incomes),
    Family(("wronged_by_several",), frozenset({WRONGLY_HIT_BY.name}), _several),
    Family(contest.NAMES, contest.NEEDS, contest.contest),
    Family(descent.NAMES, descent.NEEDS, descent.descent),
    Family(returns.NAMES, returns.NEEDS, returns.returns),
)

NEEDS: Final[Mapping[str, frozenset[str]]] = {name: each.needs for each in FAMILIES for name in each.names}
"""By the names under which ``definitions`` tells what they are: the columns that somebody must own."""
