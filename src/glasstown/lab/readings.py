"""What a study reads in each of its runs: a number for every arm, expression, draw and replicate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.claim_measure import Expression

Floats = NDArray[np.float64]

Key = tuple[str, str]
"""Arm, and expression as it is written."""


@dataclass(frozen=True, eq=False)
class Readings:
    """``table`` has shape (draws, replicates) for each arm and expression.

    Not a number stands where a run was not asked for, could not end, or where a ratio divides by nothing;
    ``lived`` tells the first from the rest: (draws, replicates) of bool for each arm.
    """

    draws: int
    replicates: int
    table: Mapping[Key, Floats]
    lived: Mapping[str, NDArray[np.bool_]]

    def of(self, arm: str, what: Expression | str) -> Floats:
        """The readings of one expression in one arm, shape (draws, replicates). Raises KeyError."""
        return self.table[arm, str(what)]

    def has(self, arm: str, what: Expression | str) -> bool:
        """Whether anything was read of it."""
        return (arm, str(what)) in self.table

    def mean(self, arm: str, what: Expression | str) -> Floats:
        """The mean over replicates, shape (draws,); not a number where there is none."""
        return mean(self.of(arm, what))


def mean(values: Floats) -> Floats:
    """The mean over the last axis of what is a number; not a number where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def empty(draws: int, replicates: int, arms: Iterable[str], expressions: Iterable[str]) -> dict[Key, Floats]:
    """Nothing read yet."""
    told = tuple(expressions)
    return {(arm, what): np.full((draws, replicates), np.nan) for arm in arms for what in told}
