"""What runs of one town have in common up to a day is lived once: the others go on from there.

Two arms under one draw that differ only in what changes or turns later, or in how long they live, are the
same town until then, state and books alike. Who gives out the tasks of a town tells of each by which days it
has been the same as another (``in_common``); a worker keeps what it has lived by those days (``Beginnings``).
Going on from there is going on from a checkpoint, and leaves the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from numpy.typing import NDArray

from glasstown.lab.plan import Plan, Point

ROOM: Final = 1 << 28
"""Bytes of beginnings that a worker keeps at most; the oldest go first."""

BEGINNINGS: Final = "beginnings"
"""The field of a task that says by which days it is the same as another: by day, the name of what it is."""

State = tuple[Mapping[str, NDArray[Any]], Mapping[str, Any]]
"""Arrays and facts of an unfinished run (``engine.Simulation``)."""


def may_part(made: Plan) -> bool:
    """Whether arms have days on which they part, so that up to then they may have something in common."""
    under = made.under(0)
    return len({day for arm in made.arms for day in under.partings(arm)}) > 1


def in_common(made: Plan, group: Sequence[Point]) -> list[dict[int, str]]:
    """Of each run of a town: the days by which another of them has lived the same, and a name of it."""
    under = {draw: made.under(draw) for draw, *_ in group}
    days = sorted({day for draw, _, arm in group for day in under[draw].partings(arm)})
    found: list[dict[int, str]] = []
    for draw, replicate, arm in group:
        town, most = made.town(draw, replicate), made.arms[arm].run.days
        found.append({day: under[draw].beginning(arm, town, day) for day in days if day <= most})
    times = Counter(name for each in found for name in each.values())
    return [{day: name for day, name in each.items() if times[name] > 1} for each in found]


@dataclass(frozen=True)
class Beginning:
    """What one run may go on from, and what it keeps for others; ``names`` by day."""

    names: Mapping[int, str]
    kept: "Beginnings"

    def last(self, owned: frozenset[str]) -> State | None:
        """The latest state that is there, of a run in which the same columns are ``owned``."""
        for day in sorted(self.names, reverse=True):
            found = self.kept.states.get(self.names[day])
            if found is not None and found[0] == owned:
                return found[1]
        return None

    def put(self, day: int, owned: frozenset[str], state: Callable[[], State]) -> None:
        """Keep a copy of the state before ``day``, if another run may want it."""
        if day in self.names and self.names[day] not in self.kept.states:
            arrays, facts = state()
            self.kept.add(self.names[day], owned, ({n: a.copy() for n, a in arrays.items()}, facts))


class Beginnings:
    """What a worker keeps of the runs of a town for others of it: by name, what was owned, and the state."""

    def __init__(self) -> None:
        self.states: dict[str, tuple[frozenset[str], State]] = {}
        self._bytes: dict[str, int] = {}

    def of(self, names: Mapping[str, str]) -> Beginning | None:
        """The beginning of a task, as its field says; None if it has nothing in common with others."""
        return Beginning({int(day): name for day, name in names.items()}, self) if names else None

    def add(self, name: str, owned: frozenset[str], state: State) -> None:
        """Keep a state, as far as there is room."""
        self.states[name] = owned, state
        self._bytes[name] = sum(array.nbytes for array in state[0].values())
        while sum(self._bytes.values()) > ROOM:
            oldest = next(iter(self.states))
            del self.states[oldest], self._bytes[oldest]

    def clear(self) -> None:
        """Forget all."""
        self.states.clear()
        self._bytes.clear()
