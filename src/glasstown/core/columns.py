"""Columns: the named, typed, documented arrays that hold the state of the town."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

D = TypeVar("D", bound=np.generic)

SHARE = 65535
"""A share in [0, 1] is kept in a uint16 as value / SHARE."""

OCTET = 255
"""A coarser share is kept in a uint8 as value / OCTET."""

POINT = 64
"""A score is kept in a uint16 in 1/POINT of a point: 950 points are 60,800."""

FOREVER = 65535
"""The last day number that a time column can hold (179 years)."""


@dataclass(frozen=True, slots=True)
class Column(Generic[D]):
    """One value per person. At most one mechanism owns (and so writes) it; without one it keeps ``initial``.

    ``visible``: others may look at it through ties. ``fleeting``: zeroed at the start of each day, so
    that the engine may keep it for one chunk of people at a time. ``derived``: its owner works it out from
    what does not change, wherever it is ``initial``; nobody can give it, and it is forgotten when its owner
    changes. Times are day + 1, 0 meaning never.
    """

    name: str
    dtype: type[D]
    unit: str
    meaning: str
    initial: int = 0
    visible: bool = False
    fleeting: bool = False
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Inflow(Column[D]):
    """Contributions of several mechanisms, added up (bits: each adds its own), emptied by the one owner.

    Integer, so that the sum depends neither on order nor on threads. A fleeting inflow is emptied by
    the engine and may be read by anyone in a later phase.
    """


@dataclass(frozen=True, slots=True)
class Tally:
    """One integer for the whole town, counted during a day and read the day after."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Several tallies counted and recalled together, such as one of each zone.

    Equal only to itself, so that the engine finds it at once every day: make it once and keep it.
    """

    each: tuple[Tally, ...]
