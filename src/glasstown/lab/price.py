"""The price of safety: what each offence prevented costs in people wronged, and who pays.

For every draw of what is assumed, two towns of the same people and the same chance: without and with the
system. The difference in offences is what the system prevents (or brings about); beside it stand the people
wrongly recorded, sanctioned and detained, by group and by income fifth.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from glasstown.lab.frontier import Spread, spread
from glasstown.lab.readings import Floats, Readings
from glasstown.measures.cells import LEVELS

OFFENCES: Final = "offended"

COSTS: Final = ("ever_misrecorded", "lost_points_wrongly", "misdetained", "spotless_harmed", "ever_closed")
"""What is counted against an offence prevented: a person or an event for each."""

BURDEN: Final = "ever_misrecorded"
"""Of what is told how unevenly two groups bear it."""

PARTS: Final = ("all", "group", "fifth")
"""By which parts of the town the bill is told."""


@dataclass(frozen=True, slots=True)
class Share:
    """Who: one level of a breakdown. All numbers are for 1,000 people of it in a year, with minus without."""

    by: str
    level: int
    prevented: Spread
    costs: dict[str, Spread]


@dataclass(frozen=True, slots=True)
class Price:
    """``prevents`` of ``draws`` draws see fewer offences with the system; ``prevented`` is the share of them.

    ``each`` is what one offence prevented costs, over the draws in which any is; ``shares`` tells by
    whom it is paid. ``burden``: people of group B who get a false entry because of the system for each of
    group A, per head; ``heavier``: draws in which B bears more, of ``compared``.
    """

    draws: int
    prevents: int
    each: dict[str, Spread]
    shares: tuple[Share, ...]
    prevented: Spread
    burden: Spread
    heavier: int
    compared: int


def expressions() -> tuple[str, ...]:
    """Everything that must be read in both arms."""
    return tuple(
        _named(what, by, level)
        for what in (OFFENCES, *COSTS)
        for by in PARTS
        for level in range(len(LEVELS[by]) if by != "all" else 1)
    )


def price(read: Readings, without: str, with_: str) -> Price:
    """The bill of ``with_`` seen from ``without``, both arms of the readings."""
    fewer = read.mean(without, OFFENCES) - read.mean(with_, OFFENCES)
    known = ~np.isnan(fewer)
    pays = known & (fewer > 0)
    each = {}
    for what in COSTS:
        more = _more(read, without, with_, what)
        each[what] = spread(np.where(pays, more / np.where(pays, fewer, 1.0), np.nan))
    shares = []
    for by in PARTS:
        for level in range(len(LEVELS[by]) if by != "all" else 1):
            prevented = -_more(read, without, with_, OFFENCES, by, level)
            costs = {what: spread(1000 * _more(read, without, with_, what, by, level)) for what in COSTS}
            shares.append(Share(by, level, spread(1000 * prevented), costs))
    before = read.mean(without, OFFENCES)
    prevented = np.where(known & (before > 0), fewer / np.where(before > 0, before, 1.0), np.nan)
    a, b = (_more(read, without, with_, BURDEN, "group", level) for level in (0, 1))
    both = ~np.isnan(a) & ~np.isnan(b) & (a > 0)
    burden = np.where(both, b / np.where(both, a, 1.0), np.nan)
    return Price(
        int(known.sum()), int(pays.sum()), each, tuple(shares), spread(prevented), spread(burden),
        int((burden[both] > 1).sum()), int(both.sum()),
    )  # fmt: skip


def _named(what: str, by: str, level: int) -> str:
    return what if by == "all" else f"{what}[{by}={LEVELS[by][level]}]"


def _more(read: Readings, without: str, with_: str, what: str, by: str = "all", level: int = 0) -> Floats:
    name = _named(what, by, level)
    return read.mean(with_, name) - read.mean(without, name)
