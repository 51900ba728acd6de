"""What twins let one say: each difference with its direction, or none if the interval holds 0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.compare import Pair
from glasstown.measures.definitions import MEASURES, Measure
from glasstown.measures.paired import Difference
from glasstown.measures.series import reported
from glasstown.report.names import Shown, measure_name, shown
from glasstown.report.numbers import Numbers, digits_for
from glasstown.report.words import Words

__all__ = ["Finding", "Findings", "Verdict", "course_of", "digits_of"]

Verdict = Literal["more", "less", "same", "unsure", "unknown"]
"""``same``: alike in every district; ``unsure``: the interval holds 0; ``unknown``: there is no interval."""


@dataclass(frozen=True)
class Finding:
    """One difference, ready to be said."""

    difference: Difference
    measure: Measure
    name: str
    as_: Shown
    numbers: Numbers
    say: Words

    @property
    def verdict(self) -> Verdict:
        """Which way it goes, as far as the interval tells."""
        it = self.difference
        if it.low is None or it.high is None:
            return "unknown"
        if it.low == it.high == 0.0:
            return "same"
        if it.low <= 0.0 <= it.high:
            return "unsure"
        return "more" if it.low > 0.0 else "less"

    @property
    def worse(self) -> bool:
        """Whether more people are harmed with the system, beyond what chance explains."""
        return (self.measure.harm > 0 and self.verdict == "more") or (
            self.measure.harm < 0 and self.verdict == "less"
        )

    @property
    def better(self) -> bool:
        """Whether fewer people are harmed with the system, beyond what chance explains."""
        return (self.measure.harm > 0 and self.verdict == "less") or (
            self.measure.harm < 0 and self.verdict == "more"
        )

    @property
    def digits(self) -> int:
        """Decimals that the interval allows; without one, by the size of the values."""
        it = self.difference
        if it.low is not None and it.high is not None and it.high > it.low:
            return digits_for(0.0, self.as_.factor * (it.high - it.low) / 2)
        return digits_for(self.as_.factor * max(abs(it.without), abs(it.with_)))

    def value(self, raw: float, digits: int | None = None) -> str:
        """A value, with a per cent sign if a share; ``digits`` instead of what its interval allows."""
        chosen = self.digits if digits is None else digits
        if self.as_.share:
            return self.numbers.percent(raw, chosen)
        return self.numbers.plain(self.as_.factor * raw, chosen if raw else 0)

    def bare(self, raw: float) -> str:
        """A value without its unit; what is exactly nothing without decimals."""
        return self.numbers.plain(self.as_.factor * raw, self.digits if raw else 0)

    def change(self, raw: float) -> str:
        """A signed value without its unit."""
        return self.numbers.signed(self.as_.factor * raw, self.digits)

    @property
    def without(self) -> str:
        """The value without the system."""
        return self.value(self.difference.without)

    @property
    def with_(self) -> str:
        """The value with it."""
        return self.value(self.difference.with_)

    @property
    def interval(self) -> str:
        """The interval of the difference: "+1.2 to +3.4"; empty if there is none."""
        it = self.difference
        if it.low is None or it.high is None:
            return ""
        return self.say("{low} to {high}", low=self.change(it.low), high=self.change(it.high))

    def size_interval(self) -> str:
        """The interval of the size of a difference, its sign left to the words around it."""
        it = self.difference
        if it.low is None or it.high is None:
            return ""
        low, high = sorted((abs(it.low), abs(it.high)))
        return self.say("{low} to {high}", low=self.bare(low), high=self.bare(high))


def digits_of(findings: Sequence[Finding]) -> int:
    """Decimals for values that stand in one column: those of the middle one."""
    return sorted(each.digits for each in findings)[len(findings) // 2] if findings else 0


class Findings:
    """All differences of a pair by measure, breakdown and level, in one language."""

    def __init__(self, pair: Pair, say: Words, numbers: Numbers) -> None:
        self.pair = pair
        self.say = say
        self.numbers = numbers
        self._by_key = {(d.measure, d.by, d.level): self._finding(d) for d in pair.differences}

    def _finding(self, difference: Difference) -> Finding:
        measure = MEASURES[difference.measure]
        name = measure_name(measure.name, self.say)
        return Finding(difference, measure, name, shown(measure), self.numbers, self.say)

    def get(self, measure: str, by: str = "all", level: int = 0) -> Finding | None:
        """One finding; None if neither world measures it."""
        return self._by_key.get((measure, by, level))

    def has(self, *measures: str) -> bool:
        """Whether all of these are measured."""
        return all((name, "all", 0) in self._by_key for name in measures)

    def overall(self) -> list[Finding]:
        """Every measure over everybody, in the order of MEASURES."""
        return [each for (_, by, _), each in self._by_key.items() if by == "all"]

    def parts(self, measure: str, by: str) -> list[Finding]:
        """The levels of one breakdown that hold somebody."""
        return [
            each for (name, how, _), each in self._by_key.items()
            if name == measure and how == by and each.difference.people > 0
        ]  # fmt: skip

    def every(self) -> Iterable[Finding]:
        """All of them."""
        return self._by_key.values()


def course_of(pair: Pair, measure: str) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Days and reported values of a measure over everybody, for each world that has it."""
    found = {}
    for world, outcome in (("without", pair.without), ("with", pair.with_)):
        course = outcome.course
        here = (
            (course["measure"] == measure) & (course["by"] == "all") if len(course) else np.zeros(0, np.bool_)
        )
        if here.any():
            rows = np.column_stack([course[name][here] for name in ("day", "value", "people", "days")])
            values = [reported(measure, float(v), float(p), float(d)) for _, v, p, d in rows]
            found[world] = (rows[:, 0].astype(np.int64), np.array(values))
    return found
