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
from glasstown.report.numbers import Numbers
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
