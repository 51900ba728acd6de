"""What a step sees: the columns it declared for one chunk of people, and which day it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glasstown.core import rng
from glasstown.core.columns import Column, Tallies, Tally
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
    """One day as a mechanism sees it; ``counts`` are the town's of yesterday, by the places of tallies."""

    day: int
    key: np.uint64
    mechanism: str
    places: Mapping[str, int]
    counts: I64s
    _purposes: dict[str, np.uint32] = field(default_factory=dict)
    _found: dict[str, Any] = field(default_factory=dict)
    _together: dict[Tallies, I64s] = field(default_factory=dict)

    def dawn(self, day: int) -> None:
        """A new day: what was found ``once`` is forgotten."""
        self.day = day
        if self._found:
            self._found.clear()

    def purpose(self, decision: str) -> np.uint32:
        """The purpose word of one of this mechanism's decisions."""
        word = self._purposes.get(decision)
        if word is None:
            word = self._purposes[decision] = rng.purpose(self.mechanism, decision)
        return word

    def yesterday(self, tally: Tally) -> int:
        """What the town counted the day before, 0 on the first day."""
        place = self.places.get(tally.name)
        return 0 if place is None else int(self.counts[place])

    def yesterday_each(self, tallies: Tallies) -> I64s:
        """As ``yesterday``, shape (tallies,); ScheduleError for a tally that no step names."""
        where = self._together.get(tallies)
        if where is None:
            where = self._together[tallies] = together(tallies, self.places, f"{self.mechanism} recalls")
        return self.counts[where]

    def once(self, what: str, find: Callable[[], T]) -> T:
        """``find()``, kept under a name until the day is over; two threads may both find it, and the same."""
        if what not in self._found:
            self._found[what] = find()
        kept: T = self._found[what]
        return kept


@dataclass(frozen=True, slots=True)
class Binding:
    """What one worker lends to one step: whole columns, one-chunk columns, others' columns, counters.

    ``counts`` are the worker's of all tallies, ``places`` where those that the step declared stand in it.
    """

    step: Step
    whole: Mapping[str, NDArray[Any]]
    scratch: Mapping[str, NDArray[Any]]
    others: Mapping[str, NDArray[Any]]
    counts: I64s
    places: Mapping[str, int]
    worker: int
    together: dict[Tallies, I64s] = field(default_factory=dict)


class ChunkView:
    """The declared columns of rows lo to hi."""

    __slots__ = (
        "_binding",
        "_counters",
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
        self._counters = {n: binding.counts[i : i + 1] for n, i in binding.places.items()}

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
        counter = self._counters.get(tally.name)
        if counter is None:
            raise ScheduleError(f"{self._binding.step.name} counts {tally.name} without declaring it")
        return counter

    def count_each(self, tallies: Tallies, values: I64s) -> None:
        """Add to this worker's counters of declared tallies, ``values`` of shape (tallies,)."""
        mine = self._binding
        where = mine.together.get(tallies)
        if where is None:
            where = mine.together[tallies] = together(tallies, mine.places, f"{mine.step.name} counts")
        mine.counts[where] += values

    @property
    def order(self) -> U32s:
        """Rows of the town in today's keyed random order."""
        if self._order is None:
            raise ScheduleError(f"{self._binding.step.name} asks for an order without being sequential")
        return self._order()


def together(tallies: Tallies, places: Mapping[str, int], who: str) -> I64s:
    """The places of ``tallies``, shape (tallies,); ScheduleError, of ``who`` does what, for one without."""
    for tally in tallies.each:
        if tally.name not in places:
            raise ScheduleError(f"{who} {tally.name} without declaring it")
    return np.array([places[tally.name] for tally in tallies.each], np.int64)


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """The same values, read-only."""
    same = array.view()
    same.flags.writeable = False
    return same
