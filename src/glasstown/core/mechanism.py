"""The contract between a mechanism and the engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, ClassVar, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from glasstown.core.columns import Column, Tallies, Tally
from glasstown.core.ties import Window
from glasstown.core.typing import I64s, U32s

D = TypeVar("D", bound=np.generic)
T = TypeVar("T")


class Phase(IntEnum):
    """A day, in order. BEGIN runs once, on the day a mechanism starts; MEASURE belongs to observers."""

    BEGIN = 0
    ACT = 1
    OBSERVE = 2
    RECORD = 3
    JUDGE = 4
    INTERVENE = 5
    SANCTION = 6
    RESPOND = 7
    AGE = 8
    MEASURE = 9


class Order(Enum):
    """ANY: people in chunks, in no order. SEQUENTIAL: everybody at once, in a keyed random order."""

    ANY = "any"
    SEQUENTIAL = "sequential"


class Now(Protocol):
    """Which day it is, and the keys to draw with."""

    day: int
    key: np.uint64

    def purpose(self, decision: str) -> np.uint32:
        """The purpose word of a decision of the mechanism that asks."""
        ...

    def yesterday(self, tally: Tally) -> int:
        """What the town counted the day before (0 on the first day)."""
        ...

    def yesterday_each(self, tallies: Tallies) -> I64s:
        """As ``yesterday``, of several tallies, shape (tallies,)."""
        ...

    def once(self, what: str, find: Callable[[], T]) -> T:
        """``find()``, kept under a name until the day is over: what is the same for every chunk of a step."""
        ...


class View(Protocol):
    """The columns that a step declared, and no others, for a chunk of people."""

    lo: int
    people: int
    town: int
    ids: U32s

    def __getitem__(self, column: Column[D]) -> NDArray[D]:
        """This chunk's slice, shape (people,); read-only unless the step writes or adds to it."""
        ...

    def all(self, column: Column[D]) -> NDArray[D]:
        """The whole town's values as they stood at the end of the phase before, shape (town,), read-only."""
        ...

    def ties(self) -> Window:
        """The ties of this chunk: see ``core.ties.Ties.window``."""
        ...

    @property
    def most_ties(self) -> int:
        """Ties of the person of the town who has the most."""
        ...

    def count(self, tally: Tally) -> I64s:
        """A counter to add to, shape (1,), int64."""
        ...

    def count_each(self, tallies: Tallies, values: I64s) -> None:
        """Add to the counters of several tallies, ``values`` of shape (tallies,)."""
        ...

    @property
    def order(self) -> U32s:
        """Rows of the town in keyed random order, shape (town,), for sequential steps."""
        ...


Run = Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a mechanism does in one phase: what it reads of each person, looks at in others, changes.

    What a user gave of a column stands over what a BEGIN step writes there, unless the step reads it, too:
    then it sees to that itself.
    """

    name: str
    phase: Phase
    run: Run
    reads: tuple[Column[Any], ...] = ()
    looks: tuple[Column[Any], ...] = ()
    writes: tuple[Column[Any], ...] = ()
    adds: tuple[Column[Any], ...] = ()
    counts: tuple[Tally, ...] = ()
    recalls: tuple[Tally, ...] = ()
    ties: bool = False
    every: int = 1
    order: Order = Order.ANY
    looked: frozenset[str] = field(init=False, repr=False, compare=False)
    changed: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Name what it looks at and what it changes: the engine asks anew for each kind of day."""
        object.__setattr__(self, "looked", frozenset(c.name for c in self.looks))
        object.__setattr__(self, "changed", frozenset(c.name for c in self.writes + self.adds))

    @property
    def mechanism(self) -> str:
        """The name of the mechanism: what stands before the dot."""
        return self.name.partition(".")[0]


class Mechanism(BaseModel):
    """One institution. Its fields are its parameters, each with a unit and an origin."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, strict=True)

    neutral: ClassVar[dict[str, object]] = {}
    """Parameter values with which the town is bit for bit what it is without this mechanism."""

    def __eq__(self, other: object) -> bool:
        """Whether it is the same institution with the same parameters, whatever either has worked out."""
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in type(self).model_fields)

    @classmethod
    def table(cls) -> str:
        """The mechanism's one name, of file, table, page and test: its class name in lower_case."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    def steps(self) -> tuple[Step, ...]:
        """What it does in a day."""
        raise NotImplementedError

    def turns(self) -> tuple[int, ...]:
        """Days on which it begins to do what it did not do before; most never do."""
        return ()

    def until(self, day: int) -> Self:
        """One that does the same before ``day`` and never turns on that day or later; most are that."""
        return self
