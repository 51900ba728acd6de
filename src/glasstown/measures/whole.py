"""Numbers of the whole town that are no sums over people: each worked out once, from the last evening.

A number is told in millionths, rounded from exact integers or from one division of them, so that it is the
same for any threads and chunks. What cannot be said of a town (nobody there, nothing varies) is left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.core.typing import I64s, U16s
from glasstown.core.vocabulary import EARNINGS, INCOME
from glasstown.measures import cells

MILLION: Final = 1_000_000

TOWN: Final = "town"
"""The breakdown under which numbers and tallies of the whole town stand in a table of totals."""


@dataclass(frozen=True, slots=True)
class Evening:
    """A town at the end of ``day``.

    ``owned``: columns that an institution owns, ``given``: those with which people began, both of shape
    (people,). ``shut_since`` (day+1, 0 for nobody) and ``spells`` (completed, by 30 days) are the diary's.
    """

    day: int
    owned: Mapping[str, NDArray[Any]]
    given: Mapping[str, NDArray[Any]]
    shut_since: U16s
    spells: I64s


@dataclass(frozen=True, slots=True)
class Number:
    """How a number is worked out, and the columns that somebody must own for it to mean anything."""

    of: Callable[[Evening], float | None]
    needs: frozenset[str]


def numbers(evening: Evening) -> dict[str, int]:
    """Every number that means something on that evening, in millionths."""
    found = {n: each.of(evening) for n, each in NUMBERS.items() if each.needs <= evening.owned.keys()}
    return {name: round(value * MILLION) for name, value in found.items() if value is not None}


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


def _gini(evening: Evening) -> float:
    counts = cells.histogram(evening.owned[EARNINGS.name])
    return cells.gini(counts, np.arange(len(counts)))


def _moved(evening: Evening) -> float | None:
    """The share of people whose fifth of earnings is not that of their income at the start."""
    now, before = evening.owned[EARNINGS.name], evening.given.get(INCOME.name)
    if before is None or len(now) == 0:
        return None
    fifth, was = _fifths(now), _fifths(before)
    moved = sum(int((fifth[now[rows]] != was[before[rows]]).sum()) for rows in cells.spans(len(now)))
    return moved / len(now)


def _fifths(values: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """The fifth (0 to 4) of each possible value, by the middle of its ranks: equals share a fifth."""
    counts = cells.histogram(values)
    middle = 2 * (np.cumsum(counts) - counts) + counts
    fifths: NDArray[np.int64] = np.minimum(middle * 5 // max(1, 2 * len(values)), 4)
    return fifths.astype(np.uint8)


NUMBERS: Final[Mapping[str, Number]] = {
    "earnings_gini": Number(_gini, frozenset({EARNINGS.name})),
    "moved_fifth": Number(_moved, frozenset({EARNINGS.name})),
}
"""By the names under which ``definitions`` tells what they are."""
