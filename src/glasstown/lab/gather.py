"""From the shelf of a sweep to readings: what each expression comes to in each run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.errors import StoreError
from glasstown.lab.claim_measure import Expression, Term
from glasstown.lab.plan import Point
from glasstown.lab.readings import Key, Readings, empty
from glasstown.lab.shelf import Shelf
from glasstown.measures.definitions import MEASURES
from glasstown.measures.series import reported


class Reader:
    """What expressions come to in the runs on a shelf; the file of a run is read once in a process."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._known: dict[str, dict[str, float]] = {}

    def has(self, name: str, told: Iterable[Expression]) -> bool:
        """Whether a run is on the shelf, whole; it has then been read."""
        try:
            self.read(name, told)
        except StoreError:
            return False
        return self.shelf.has(name)

    def read(self, name: str, told: Iterable[Expression]) -> Mapping[str, float]:
        """The values of expressions, as they are written, in a run. Raises StoreError, Damaged."""
        known = self._known.setdefault(name, {})
        missing = {str(each): each for each in told if str(each) not in known}
        if missing:
            numbers = _numbers(self.shelf.read(name))
            for text, each in missing.items():
                known[text] = each.of({term: _value(term, numbers) for term in each.terms})
        return known


def gather(
    reader: Reader, tasks: Mapping[str, Sequence[Point]], wanted: Mapping[str, Iterable[Expression]]
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
    texts = {arm: tuple(map(str, each)) for arm, each in told.items()}
    for name in tasks:
        mine = [point for point in tasks[name] if point[2] in told]
        if mine and reader.shelf.has(name):
            values = reader.read(name, expressions_of(mine, told))
            for draw, replicate, arm in mine:
                lived[arm][draw, replicate] = True
                for text in texts[arm]:
                    table[arm, text][draw, replicate] = values[text]
    return Readings(draws, replicates, table, lived)


def expressions_of(
    points: Iterable[Point], wanted: Mapping[str, Iterable[Expression]]
) -> dict[Expression, None]:
    """What is wanted of a run that stands for several points, each once."""
    return dict.fromkeys(each for _, _, arm in points for each in wanted.get(arm, ()))


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
