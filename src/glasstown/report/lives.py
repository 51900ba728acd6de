"""Which lives to tell: chosen from the panel by a rule, never by hand, the same for the same run.

Three are sought: one to whom the opening scene happens (crosses on red, is named by a camera, loses points,
a first right closes, while the twin crosses unseen), one who ends better off with the system, one of whom the
system took no note. Each comes with how many of the panel share it, so that no one life passes for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.core.vocabulary import Event, Right
from glasstown.lab.compare import Pair

__all__ = ["DOORS", "NOTED", "Chain", "Chosen", "Life", "Panel", "panel"]

NOTED: Final = (
    Event.NAMED | Event.MISTAKEN | Event.ALERTED | Event.MISALERTED | Event.RECORDED | Event.MISRECORDED
    | Event.LOST_POINTS | Event.LOST_POINTS_WRONGLY | Event.CLOSED | Event.REFUSED_TRAVEL
    | Event.REFUSED_CREDIT | Event.REFUSED_WORK | Event.REPORTED | Event.MISREPORTED | Event.LISTED
    | Event.MISLISTED | Event.FLAGGED | Event.MISFLAGGED | Event.CHECKED | Event.DETAINED | Event.MISDETAINED
    | Event.ARRESTED | Event.ATTRIBUTED
)  # fmt: skip
"""Ways in which the system takes note of a person."""

REFUSED: Final = Event.REFUSED_TRAVEL | Event.REFUSED_CREDIT | Event.REFUSED_WORK

DOORS: Final = tuple(right for right in Right if right is not Right.RANK)
"""Rights whose closing one notices; the front of dating sites is closed to most people by design."""

_DOORS = int(sum(DOORS))
_OWN = _DOORS & ~int(Right.SCHOOL)
ADULT: Final = 18
WORKING: Final = range(ADULT, 65)
"""Ages of those who are told rather than others, where one is as fit for it."""

SOON: Final = 2
"""Days within which points may follow an act, and a closed right the points."""

Days = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Life:
    """One person in both worlds; arrays by day, empty where a world does not have the column."""

    person: int
    about: Mapping[str, int]
    without: Mapping[str, Days]
    with_: Mapping[str, Days]

    def happened(self, world: str, events: Event) -> NDArray[np.bool_]:
        """On which days any of ``events`` happened. Shape (days,)."""
        diary = (self.with_ if world == "with" else self.without)["diary"]
        return np.asarray((diary & np.uint64(int(events))) != 0)

    def shut(self, world: str) -> NDArray[np.uint16]:
        """Bits of the rights among DOORS that are closed, by day; all 0 where nothing can close."""
        days = self.with_ if world == "with" else self.without
        if "rights" not in days:
            return np.zeros(len(days["diary"]), np.uint16)
        return np.asarray(~days["rights"] & np.uint16(_DOORS), np.uint16)


@dataclass(frozen=True, slots=True)
class Chain:
    """The opening scene in one life: the days of crossing and closing; ``mistaken`` if another crossed."""

    crossed: int
    closed: int
    mistaken: bool
    unseen: bool
    """The twin crossed the same day and nobody noted it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A life, and how many of the panel have what it was chosen for."""

    life: Life
    alike: int
    chain: Chain | None = None


class Panel:
    """The people followed day by day, the same in both worlds."""

    def __init__(self, pair: Pair) -> None:
        self.days = pair.with_.days
        self._worlds = {
            "with": _by_person(pair.with_.lives, self.days),
            "without": _by_person(pair.without.lives, self.days),
        }
        self.people = len(self._worlds["with"].get("diary", ()))

    def life(self, row: int) -> Life:
        """One person."""
        worlds = {
            name: {key: values[row] for key, values in table.items()} for name, table in self._worlds.items()
        }
        about = {key: int(values[0]) for key, values in worlds["with"].items() if key in ABOUT}
        return Life(about["person"], about, worlds["without"], worlds["with"])

    @cached_property
    def lives(self) -> list[Life]:
        """Everybody followed."""
        return [self.life(row) for row in range(self.people)]

    def harmed(self) -> Chosen | None:
        """One to whom the opening scene happened, for an own act or for another's; None if nobody."""
        found = [(life, chain) for life in self.lives if (chain := _chain(life))]
        if not found:
            return None
        life, chain = max(found, key=lambda each: (_telling(*each), -each[0].person))
        return Chosen(life, len(found), chain)

    def gaining(self) -> Chosen | None:
        """One to whom no door is closed and who gains most on the twin; else who scores highest."""
        free = [life for life in self.lives if not life.shut("with")[-1]]
        richer = [life for life in free if _gain(life) > 0]
        if richer:
            return Chosen(max(richer, key=lambda life: (_gain(life), -life.person)), len(richer))
        risen = [
            life
            for life in free
            if "score" in life.with_ and life.with_["score"][-1] > life.with_["score"][0]
        ]
        if not risen:
            return None
        return Chosen(max(risen, key=lambda life: (int(life.with_["score"][-1]), -life.person)), len(risen))

    def untouched(self) -> Chosen | None:
        """The first of working age of whom the system took no note at all; else an older adult, a child."""
        found = [life for life in self.lives if _untouched(life)]
        if not found:
            return None
        return Chosen(
            min(found, key=lambda life: (not _working(life), _age(life) < ADULT, life.person)), len(found)
        )


ABOUT: Final = ("person", "age", "sex", "group", "stratum", "district")


def panel(pair: Pair) -> Panel:
    """The panel of a pair."""
    return Panel(pair)


def _by_person(lives: Mapping[str, Days], days: int) -> dict[str, Days]:
    return {name: values.reshape(-1, days) for name, values in lives.items()} if days else {}


def _first(mask: NDArray[np.bool_], start: int) -> int | None:
    found = np.flatnonzero(mask[start:])
    return int(found[0]) + start if len(found) else None


def _chain(life: Life) -> Chain | None:
    """The crossing, own or somebody else's, from which points and then the first door go within SOON days.

    Adults only, and no school: that door closes to a child for somebody else's score.
    """
    shut = np.flatnonzero(life.shut("with") & np.uint16(_OWN))
    if not len(shut) or shut[0] == 0 or _age(life) < ADULT:
        return None
    closings = shut[:1]
    for wrong, cause, loss in (
        (False, Event.NAMED, Event.LOST_POINTS), (True, Event.MISTAKEN, Event.LOST_POINTS_WRONGLY),
    ):  # fmt: skip
        named, lost = life.happened("with", cause), life.happened("with", loss)
        for closed in closings:
            first = max(int(closed) - SOON, 0)
            days = [
                day for day in range(first, int(closed) + 1) if named[day] and lost[day : closed + 1].any()
            ]
            if days:
                crossed = days[-1]
                twin = life.happened("without", Event.OFFENDED)[crossed]
                fined = life.happened("without", Event.FINED)[crossed]
                return Chain(crossed, int(closed), wrong, bool(twin and not fined))
    return None


def _age(life: Life) -> int:
    return life.about.get("age", ADULT)


def _working(life: Life) -> bool:
    return _age(life) in WORKING


def _telling(life: Life, chain: Chain) -> tuple[int, bool, int]:
    """How well a life tells the scene: the twin unseen, a door shut on it later, little else going on.

    Among those that tell it as well: of working age, then early.
    """
    refused = life.happened("with", REFUSED)[chain.closed :].any()
    opened = life.happened("with", Event.OPENED)[chain.closed :].any()
    others = int(life.happened("with", Event.HEARD | Event.DEFAULTED).sum())
    fit = 8 * int(chain.unseen) + 4 * int(refused) + 2 * int(opened) - others
    return fit, _working(life), -chain.crossed


def _untouched(life: Life) -> bool:
    noted = life.happened("with", NOTED).any() or life.shut("with").any()
    return not noted and _gain(life) == 0


def _gain(life: Life) -> int:
    if "earnings" not in life.with_ or "earnings" not in life.without:
        return 0
    return int(life.with_["earnings"][-1]) - int(life.without["earnings"][-1])
