"""From the shelf of a sweep to readings: what each expression comes to in each run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.claim_measure import Expression, Term
from glasstown.lab.readings import Key, Readings, empty
from glasstown.lab.shelf import Shelf
from glasstown.measures.definitions import MEASURES
from glasstown.measures.series import reported

Point = tuple[int, int, str]
"""Draw, replicate, arm."""

BATCH: Final = 256
"""Runs whose tables are in memory at once."""


def gather(
    shelf: Shelf, tasks: Mapping[str, Sequence[Point]], wanted: Mapping[str, Iterable[Expression]]
) -> Readings:
    """What ``wanted`` names for each arm, in every run of ``tasks`` that is on the shelf.

    Raises StoreError, Damaged.
    """
    told = {arm: tuple(dict.fromkeys(each)) for arm, each in wanted.items()}
    points = [point for each in tasks.values() for point in each]
    draws = 1 + max((draw for draw, _, _ in points), default=-1)
    replicates = 1 + max((replicate for _, replicate, _ in points), default=-1)
    table: dict[Key, NDArray[np.float64]] = {}
    for arm, expressions in told.items():
        table |= empty(draws, replicates, (arm,), map(str, expressions))
    lived = {arm: np.zeros((draws, replicates), np.bool_) for arm in told}
    done = [name for name in tasks if shelf.has(name)]
    for first in range(0, len(done), BATCH):
        for name, rows in shelf.every(done[first : first + BATCH]).items():
            numbers = _numbers(rows)
            for draw, replicate, arm in tasks[name]:
                if arm in told:
                    lived[arm][draw, replicate] = True
                    for each in told[arm]:
                        values = {term: _value(term, numbers) for term in each.terms}
                        table[arm, str(each)][draw, replicate] = each.of(values)
    return Readings(draws, replicates, table, lived)


def _numbers(rows: Mapping[str, NDArray[Any]]) -> dict[tuple[str, str, int], tuple[int, int, int]]:
    """Value, people and days of a run by measure, breakdown and level."""
    keys = zip(rows["measure"].tolist(), rows["by"].tolist(), rows["level"].tolist(), strict=True)
    numbers = zip(*(rows[name].tolist() for name in ("value", "people", "days")), strict=True)
    return dict(zip(keys, numbers, strict=True))


def _value(term: Term, numbers: Mapping[tuple[str, str, int], tuple[int, int, int]]) -> float:
    found = numbers.get((term.name, term.place, term.level))
    if found is None:
        return term.absent
    value, people, days = found
    return reported(term.name, value, people, days) if term.name in MEASURES else float(value)
