"""What a step sees: the columns it declared for one chunk of people, and which day it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glasstown.core import rng
from glasstown.core.columns import Column, Tally
from glasstown.core.mechanism import Step
from glasstown.core.ties import Ties, Window
from glasstown.core.typing import I64s, U32s
from glasstown.errors import ScheduleError

D = TypeVar("D", bound=np.generic)
T = TypeVar("T")

SMALL = 65_536
"""People in a chunk whose ties are kept from day to day; those of more are worked out each time."""


@dataclass(slots=True)
class Today:
    """One day as a mechanism sees it."""

    day: int
    key: np.uint64
    mechanism: str
    tallies: Mapping[str, int]
    _purposes: dict[str, np.uint32] = field(default_factory=dict)
    _found: dict[str, Any] = field(default_factory=dict)

    def dawn(self, day: int, tallies: Mapping[str, int]) -> None:
        """A new day: what the town counted yesterday; what was found ``once`` is forgotten."""
        self.day, self.tallies = day, tallies
        self._found.clear()

    def purpose(self, decision: str) -> np.uint32:
        """The purpose word of one of this mechanism's decisions."""
        if decision not in self._purposes:
            self._purposes[decision] = rng.purpose(self.mechanism, decision)
        return self._purposes[decision]

    def yesterday(self, tally: Tally) -> int:
        """What the town counted the day before, 0 on the first day."""
        return self.tallies.get(tally.name, 0)

    def once(self, what: str, find: Callable[[], T]) -> T:
        """``find()``, kept under a name until the day is over; two threads may both find it, and the same."""
        if what not in self._found:
            self._found[what] = find()
        kept: T = self._found[what]
        return kept


@dataclass(frozen=True, slots=True)
class Binding:
    """What one worker lends to one step: whole columns, one-chunk columns, others' columns, counters."""

    step: Step
    whole: Mapping[str, NDArray[Any]]
    scratch: Mapping[str, NDArray[Any]]
    others: Mapping[str, NDArray[Any]]
    counters: Mapping[str, I64s]
    worker: int


class ChunkView:
    """The declared columns of rows lo to hi."""

    __slots__ = (
        "_binding",
        "_mine",
        "_order",
        "_ties",
        "_window",
        "hi",
        "ids",
        "lo",
        "people",
        "town",
        "worker",
    )

    def __init__(self, binding: Binding, ids: U32s, lo: int, hi: int, town: int, ties: Ties,
                 order: Callable[[], U32s] | None = None) -> None:  # fmt: skip
        self._binding = binding
        self._ties = ties
        self._window: Window | None = None
        self._order = order
        self.ids = ids
        self.lo = lo
        self.hi = hi
        self.people = hi - lo
        self.town = town
        self.worker = binding.worker
        self._mine = {n: a[lo:hi] for n, a in binding.whole.items()}
        self._mine |= {n: a[: hi - lo] for n, a in binding.scratch.items()}

    def __getitem__(self, column: Column[D]) -> NDArray[D]:
        """This chunk's slice of a declared column; ScheduleError for any other."""
        try:
            return self._mine[column.name]
        except KeyError:
            raise ScheduleError(
                f"{self._binding.step.name} uses {column.name} without declaring it"
            ) from None

    def all(self, column: Column[D]) -> NDArray[D]:
        """Everybody's values, as at the end of the phase before; ScheduleError if not in ``looks``."""
        others = self._binding.others.get(column.name)
        if others is None:
            raise ScheduleError(
                f"{self._binding.step.name} looks at others' {column.name} without declaring it"
            )
        return others

    def ties(self) -> Window:
        """This chunk's ties; ScheduleError if the step did not declare that it uses them."""
        if not self._binding.step.ties:
            raise ScheduleError(f"{self._binding.step.name} follows ties without declaring it")
        window = self._window or self._ties.window(self.lo, self.hi)
        if self.people <= SMALL:
            self._window = window
        return window

    @property
    def most_ties(self) -> int:
        """Ties of the person of the town who has the most; ScheduleError as ``ties``."""
        if not self._binding.step.ties:
            raise ScheduleError(f"{self._binding.step.name} follows ties without declaring it")
        return self._ties.most

    def count(self, tally: Tally) -> I64s:
        """This worker's counter of a declared tally, shape (1,)."""
        counter = self._binding.counters.get(tally.name)
        if counter is None:
            raise ScheduleError(f"{self._binding.step.name} counts {tally.name} without declaring it")
        return counter

    @property
    def order(self) -> U32s:
        """Rows of the town in today's keyed random order."""
        if self._order is None:
            raise ScheduleError(f"{self._binding.step.name} asks for an order without being sequential")
        return self._order()


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """The same values, read-only."""
    same = array.view()
    same.flags.writeable = False
    return same
