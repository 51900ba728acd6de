"""What making a town will take, said before the first allocation."""

from dataclasses import dataclass

import numpy as np

from glasstown.population import demography, figures
from glasstown.population.households import sizes_for
from glasstown.population.kinds import SIZES
from glasstown.population.spans import SPAN
from glasstown.population.spec import TownSpec
from glasstown.population.ties import NARROW

COLUMNS = 24
"""Bytes of all columns of one person (see ``Town``)."""

BEFORE = 11
"""Bytes of the columns that exist while ties are built."""

CIRCLE = 10
"""Bytes a person of one seated circle in which everybody sits: seat, roster, acquaintances."""

SCRATCH = 96
"""Bytes a person of the span that one thread works on."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Bytes: ``columns`` and ``ties`` are kept, ``peak`` is the most while the town is made.

    Interpreter, libraries and compiled code are not counted.
    """

    columns: int
    ties: int
    peak: int

    @property
    def kept(self) -> int:
        """Bytes of the finished town."""
        return self.columns + self.ties


def mean_ties(spec: TownSpec, pupils: float | None = None, workers: float | None = None) -> float:
    """Ties of the average person that a specification asks for, before doubles are dropped.

    ``pupils`` and ``workers`` are shares of people; by default the published ones.
    """
    counts = sizes_for(spec.people)
    size = np.arange(1, SIZES + 1)
    at_home = float((counts * size * (size - 1)).sum() / max(spec.people, 1))
    people = demography.people().sum(axis=1)
    ages = figures.table("ages")
    shares = [float((people * ages[name]).sum() / people.sum() / 100) for name in ("school", "work")]
    school = spec.school_ties * (shares[0] if pupils is None else pupils)
    work = spec.work_ties * (shares[1] if workers is None else workers)
    return at_home + school + work + spec.neighbour_ties + spec.friend_ties


def forecast(spec: TownSpec, threads: int = 2) -> Needs:
    """Bytes that ``synthesize`` will take for a specification; nothing is allocated."""
    entries = spec.people * mean_ties(spec)
    wide = 4 if entries < NARROW else 8
    ties = int(entries * 4) + spec.people + spec.people // 8
    building = int(entries * 4) + spec.people * (wide + BEFORE + 1 + CIRCLE)
    kept = ties + spec.people * COLUMNS
    scratch = min(spec.people, SPAN * threads) * SCRATCH
    return Needs(spec.people * COLUMNS, ties, max(building, kept) + scratch)
