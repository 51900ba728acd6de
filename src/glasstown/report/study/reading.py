"""A study being read in one language: what every section of its report starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any, Final

from pydantic import BaseModel

from glasstown.lab.claim import Words as Both
from glasstown.lab.claim_check import Checked
from glasstown.lab.factors import Factor
from glasstown.lab.frontier import Spread
from glasstown.lab.holding import factors_of
from glasstown.lab.ledger import ledger
from glasstown.lab.study import Study
from glasstown.lab.verdict import WORDS, Share, Verdict, Word
from glasstown.report.figures.plate import Attachment, Plate
from glasstown.report.numbers import Numbers, digits_for, digits_within
from glasstown.report.words import Words, mark, words
from glasstown.scenario.describe import Parameter, parameters
from glasstown.scenario.model import Scenario

__all__ = ["SAID_BY", "Chapter", "StudyReading", "known", "read"]

SAID_BY: Final[Mapping[str, str]] = {
    "article": mark("Said by the article"),
    "official": mark("Said by officials, as the article quotes them"),
    "defender": mark("Said by defenders of such systems"),
    "other": mark("Said by others"),
}
"""Who says a claim, in the order in which the groups stand."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the report: ``lead`` says it in words, the plates show it, ``files`` hold all of it."""

    key: str
    title: str
    lead: tuple[str, ...]
    notes: tuple[str, ...] = ()
    plates: tuple[Plate, ...] = ()
    files: tuple[tuple[str, Attachment], ...] = ()


@dataclass(frozen=True)
class StudyReading:
    """A study and a language."""

    study: Study
    say: Words
    numbers: Numbers

    def text(self, both: Both) -> str:
        """A text of a claim's file in this language; in English where there is no other."""
        return self.say.either(both.en, both.fr).text

    def tongue(self, both: Both) -> str:
        """The language in which ``text`` is."""
        return self.say.either(both.en, both.fr).tongue

    def quoted(self, both: Both) -> str:
        """A sentence in quotation marks."""
        return self.say("“{sentence}”", sentence=self.text(both))

    def word(self, word: Word) -> str:
        """The word of a verdict."""
        return self.text(WORDS[word])

    @cached_property
    def pairs(self) -> tuple[tuple[Checked, Verdict], ...]:
        """Claims with their verdicts, in the order of the study."""
        return tuple(zip(self.study.claims, self.study.verdicts, strict=True))

    @cached_property
    def groups(self) -> tuple[tuple[str, tuple[tuple[Checked, Verdict], ...]], ...]:
        """Claims with their verdicts by who says them."""
        found = (
            (words_, tuple(pair for pair in self.pairs if pair[0].claim.said_by == who))
            for who, words_ in SAID_BY.items()
        )
        return tuple((self.say(words_), some) for words_, some in found if some)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Those of all arms, the same one once."""
        arms = (each for checked, _ in self.pairs for each in checked.scenarios.values())
        return tuple({each.digest: each for each in arms}.values())

    @cached_property
    def books(self) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
        """Every parameter of the arms by key, with its entry in each scenario that has it."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for scenario in self.scenarios:
            for key, entry in ledger(scenario).items():
                found.setdefault(key, []).append(entry)
        return {key: tuple(some) for key, some in found.items()}

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """What every parameter of the arms means, by key."""
        found: dict[str, Parameter] = {}
        for scenario in self.scenarios:
            models: dict[str, BaseModel] = {"town": scenario.town, "run": scenario.run, **scenario.mechanisms}
            for table, model in models.items():
                for each in parameters(type(model), table):
                    found.setdefault(each.key, each)
        return found

    @cached_property
    def factors(self) -> Mapping[str, Factor]:
        """What was drawn, by key."""
        return {each.key: each for each in self.study.design.factors}

    @cached_property
    def open(self) -> Mapping[str, Factor]:
        """What could be drawn, by key."""
        return factors_of(self.scenarios)

    def kind(self, key: str) -> str:
        """What a parameter rests on: "source", "estimated", "assumed" or "none"."""
        return str(self.books[key][0]["kind"]) if key in self.books else "none"

    def share(self, share: Share) -> str:
        """A share of draws with its interval: "71% (62% to 79%)"."""
        value, low, high = (self.numbers.percent(each, 0) for each in (share.value, share.low, share.high))
        return self.say("{value} ({low} to {high})", value=value, low=low, high=high)

    def spread(self, spread: Spread, factor: float = 1.0) -> str:
        """A median with its spread, in as many digits as the spread allows; a dash where there is none."""
        if not known(spread):
            return "–"
        digits = spread_digits(spread, factor)
        value, low, high = (
            self.numbers.plain(round(factor * each, digits), max(digits, 0))
            for each in (spread.median, spread.low, spread.high)
        )
        if spread.low == spread.high:
            return value
        return self.say("{value} ({low} to {high})", value=value, low=low, high=high)


def spread_digits(spread: Spread, factor: float = 1.0) -> int:
    """Decimals that the spread of a number allows; below 0 where not even all whole digits do.

    One more where the median has but one figure, as it may lie near one end of its spread.
    """
    half, size = factor * (spread.high - spread.low) / 2, abs(factor * spread.median)
    if not half:
        return digits_for(size)
    digits = digits_within(half)
    return digits + 1 if 0 < size < 10.0 ** (1 - digits) else digits


def known(spread: Spread) -> bool:
    """Whether there is a number at all."""
    return isfinite(spread.median)


def read(study: Study, language: str) -> StudyReading:
    """Start to read ``study``. Raises InputError for an unknown language."""
    return StudyReading(study, words(language), Numbers(language))
