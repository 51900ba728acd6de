"""What a claim is decided by: a measure of the catalogue, or two of them added, set off or divided."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from glasstown.measures.cells import BROAD, LEVELS
from glasstown.measures.definitions import MEASURES
from glasstown.measures.series import COLUMN, TRUE_ALONE, reported
from glasstown.measures.whole import NEEDS, TOWN
from glasstown.scenario.spelling import nearest

Sign = Literal["", "+", "-", "/"]

_TERM = r"([A-Za-z0-9_]+)(?:\[([a-z]+)=([^\]]+)\])?"
_WHOLE = re.compile(rf"\s*{_TERM}\s*(?:([-+/])\s*{_TERM}\s*)?")
BREAKDOWNS = tuple(by for by in BROAD if by != "all")


@dataclass(frozen=True, slots=True)
class Term:
    """One measure, or one tally, of everybody or of one level of a breakdown."""

    name: str
    by: str = "all"
    level: int = 0

    def __str__(self) -> str:
        return self.name if self.by == "all" else f"{self.name}[{self.by}={LEVELS[self.by][self.level]}]"

    @property
    def counted(self) -> bool:
        """Whether it is a tally of the town rather than a measure of its people."""
        return self.name not in MEASURES

    @property
    def whole(self) -> bool:
        """Whether it is a number of the whole town, which has no levels."""
        return not self.counted and MEASURES[self.name].kind == "town"

    @property
    def place(self) -> str:
        """The breakdown of a table of totals under which it stands."""
        return TOWN if self.counted or self.whole else self.by

    @property
    def absent(self) -> float:
        """What it is where a table has no row of it: 0 for what never happened, else not a number."""
        return float(np.nan) if self.whole else 0.0

    def of(self, totals: Mapping[str, NDArray[Any]]) -> float:
        """Its value in a run's totals: per person and year, a mean or a share; a tally's total."""
        here = (totals["measure"] == self.name) & (totals["by"] == self.place)
        here &= totals["level"] == self.level
        if not here.any():
            return self.absent
        value, people = float(totals["value"][here].sum()), float(totals["people"][here].sum())
        return value if self.counted else reported(self.name, value, people, float(totals["days"][here][0]))


@dataclass(frozen=True, slots=True)
class Expression:
    """``voiced``, ``voiced[group=B]``, ``flagged / misflagged``, ``evading[fifth=5] - evading[fifth=1]``."""

    first: Term
    sign: Sign = ""
    second: Term | None = None

    def __str__(self) -> str:
        return f"{self.first} {self.sign} {self.second}" if self.second else str(self.first)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The one or two that it is made of."""
        return (self.first, self.second) if self.second else (self.first,)

    @property
    def unit(self) -> str:
        """What it is in: the measure's unit, "1" for a ratio."""
        return "1" if self.sign == "/" else MEASURES[self.first.name].unit

    def values(self, totals: Mapping[str, NDArray[Any]]) -> dict[Term, float]:
        """Its terms' values in a run's totals; ``lab.swept`` gives those of all runs of a sweep."""
        return {term: term.of(totals) for term in self.terms}

    def of(self, values: Mapping[Term, float]) -> float:
        """Its value, of its terms'; not a number where it would be divided by nothing."""
        one = values[self.first]
        if self.second is None:
            return one
        other = values[self.second]
        if self.sign == "/":
            return one / other if other else float(np.nan)
        return one + other if self.sign == "+" else one - other


class Unknown(ValueError):
    """An expression that cannot be read; ``near`` is the valid name nearest to the one that is not."""

    def __init__(self, text: str, near: str = "") -> None:
        super().__init__(text)
        self.near = near


def expression(text: str, tallies: frozenset[str] = frozenset()) -> Expression:
    """``text`` read. ``tallies`` may be divided by one another. Raises Unknown."""
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise Unknown('expected a measure, or two of them with +, - or / between: "flagged / misflagged"')
    name, by, level, sign, *more = found.groups()
    first = _term(name, by, level, tallies)
    if not sign:
        whole = Expression(first)
    else:
        whole = Expression(first, cast(Sign, sign), _term(more[0], more[1], more[2], tallies))
    counted = {term.counted for term in whole.terms}
    if True in counted and (sign != "/" or len(counted) > 1):
        raise Unknown("a tally can only be divided by another tally: alone it hangs on people and days")
    if sign in ("+", "-") and len({MEASURES[term.name].unit for term in whole.terms}) > 1:
        raise Unknown(f"{whole.first} and {whole.second} have not the same unit")
    return whole


def _term(name: str, by: str | None, level: str | None, tallies: frozenset[str]) -> Term:
    if name not in MEASURES and name not in tallies:
        raise Unknown(f"there is no measure {name}", nearest(name, [*MEASURES, *tallies]))
    if by is None or level is None:
        return Term(name)
    if by not in BREAKDOWNS:
        raise Unknown(f"expected one of {', '.join(BREAKDOWNS)}, got {by}", nearest(by, BREAKDOWNS))
    if level not in LEVELS[by]:
        raise Unknown(f"the levels of {by} are {', '.join(LEVELS[by])}", nearest(level, LEVELS[by]))
    if name not in MEASURES or MEASURES[name].kind == "town":
        raise Unknown(f"{name} is of the whole town: it has no levels")
    return Term(name, by, LEVELS[by].index(level))


def missing(whole: Expression, columns: frozenset[str], tallies: frozenset[str]) -> str:
    """The first name that means nothing in an arm with these columns and tallies owned, "" if all do.

    What is counted in people's diaries is always there: where nothing counts, 0 is the truth.
    """
    for term in whole.terms:
        if term.counted:
            if term.name not in tallies:
                return term.name
        elif term.whole:
            if not NEEDS[term.name] <= columns:
                return term.name
        elif MEASURES[term.name].kind == "stock":
            column = COLUMN.get(term.name, "rights")
            if column not in columns and column not in TRUE_ALONE:
                return term.name
    return ""
