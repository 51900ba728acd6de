"""A pair being read in one language: what every section of the report starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from glasstown.core.vocabulary import Right
from glasstown.lab.compare import Pair
from glasstown.measures.definitions import Measure
from glasstown.report.figures.plate import Plate
from glasstown.report.findings import Finding, Findings
from glasstown.report.names import level_name
from glasstown.report.numbers import Numbers, digits_for
from glasstown.report.themes import only_with
from glasstown.report.words import Words, words

__all__ = ["Reading", "Section", "read", "told"]


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer: ``lead`` decides it in words, the plates show it."""

    key: str
    title: str
    lead: tuple[str, ...]
    notes: tuple[str, ...]
    plates: tuple[Plate, ...]


@dataclass(frozen=True)
class Reading:
    """A pair, a language, and everything that was found."""

    pair: Pair
    say: Words
    numbers: Numbers
    findings: Findings

    @property
    def days(self) -> int:
        """How long the town lived."""
        return self.pair.with_.days

    @property
    def people(self) -> int:
        """How many lived there."""
        return self.pair.with_.people

    def measured_without(self, measure: str) -> bool:
        """Whether the world without the system has the measure at all."""
        totals = self.pair.without.totals
        return bool((totals["measure"] == measure).any())

    def only(self, measure: str) -> bool:
        """Whether a measure is nothing without the system, for who makes it is missing there."""
        return only_with(self.pair)(measure)

    def has(self, *institutions: str) -> bool:
        """Whether these institutions are all in the scenario with the system."""
        return all(name in self.pair.with_.scenario.mechanisms for name in institutions)

    def in_both(self, measure: Measure) -> bool:
        """Whether a measure means something in both worlds: no score is not a score of 0."""
        return measure.name != "score" or self.measured_without("score")

    @cached_property
    def thresholds(self) -> Mapping[Right, float]:
        """The score at which each right opens, with the system; empty without such a table."""
        table = self.pair.with_.scenario.mechanisms.get("privileges")
        if table is None or "score" not in self.pair.with_.scenario.mechanisms:
            return {}
        found = {right: getattr(table, str(right.name).lower(), 0) for right in Right}
        return {right: float(value) for right, value in found.items() if value}

    def range_of(self, share: tuple[float, float, float]) -> str:
        """A share with its bounds, "5.6% (4.1% to 7.2%)"; alone where it has none."""
        value, low, high = share
        if low >= high:
            return self.numbers.percent(value)
        digits = digits_for(100 * value, 50 * (high - low))
        shown = [self.numbers.percent(each, digits) for each in (value, low, high)]
        return self.say("{value} ({low} to {high})", value=shown[0], low=shown[1], high=shown[2])

    def part(self, finding: Finding) -> str:
        """The part of the town that a finding is about."""
        return level_name(finding.difference.by, finding.difference.level, self.say, self.numbers)

    def worlds(self) -> tuple[str, str]:
        """Short names of the two worlds, without first."""
        return self.say("without"), self.say("with")

    def day_ticks(self) -> tuple[tuple[float, str], ...]:
        """Days to write under an axis, in steps that suit the length of the run."""
        step = next((s for s in (1, 2, 5, 10, 30, 60, 90, 180, 365, 730, 1825) if self.days / s <= 7), 3650)
        return tuple(
            (float(day), self.say("day {day}", day=self.numbers.whole(day)))
            for day in range(0, self.days + 1, step)
        )


def read(pair: Pair, language: str) -> Reading:
    """Start to read ``pair``. Raises InputError for an unknown language."""
    say, numbers = words(language), Numbers(language)
    return Reading(pair, say, numbers, Findings(pair, say, numbers))


def told(finding: Finding, sentences: Mapping[str, str]) -> str:
    """The one of ``sentences`` that the figures bear: by verdict, with the values filled in.

    Values: {without}, {with_}, {size} and {interval} (sizes without sign), {change} and {range} (signed).
    """
    it = finding.difference
    return finding.say(
        sentences[finding.verdict],
        without=finding.without,
        with_=finding.with_,
        size=finding.bare(abs(it.difference)),
        change=finding.change(it.difference),
        interval=finding.size_interval(),
        range=finding.interval,
    )
