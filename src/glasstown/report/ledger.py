"""The books of a pair: every parameter with its origin, how many rest on what, and the sources cited."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from glasstown.lab.ledger import cited, ledger, rests
from glasstown.lab.turning import unit_words
from glasstown.report.reading import Reading
from glasstown.report.words import Spoken, mark

__all__ = [
    "KINDS",
    "Entry",
    "Origins",
    "SourceLine",
    "bare_origin",
    "cited_lines",
    "counted",
    "entries",
    "origins",
    "sources",
]

KINDS: Final = {
    "source": mark("published"),
    "estimated": mark("published elsewhere"),
    "assumed": mark("assumed"),
    "none": mark("a choice"),
}


_FACT: Final = r"[A-Z]\d{2}\b"
_SOME: Final = rf"\b{_FACT}(?:(?:, | to |-| and ){_FACT})*"
_FACTS: Final = tuple((re.compile(pattern), words) for pattern, words in (
    (rf" ?\({_SOME}\)", ""),
    (rf"\({_SOME}, ", "("),
    (rf", {_SOME}(?=[):,;])", ""),
    (rf" of {_SOME}", ""),
    (_SOME, "a source"),
))  # fmt: skip
"""Numbers of facts in an origin, and what stands in their place: nothing, but where a sentence needs them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter in words; ``without`` is its value in the other world, "" where it is the same.

    ``said`` is its ``unit`` in words.
    """

    key: str
    value: str
    without: str
    unit: str
    said: Spoken
    kind: str
    kind_words: str
    origin: str
    sweep: str


@dataclass(frozen=True, slots=True)
class Origins:
    """How many parameters rest on what; choices (names, modes of a study) are not counted.

    ``chosen``: numbers that a scenario sets to another value than the one that has an origin.
    """

    source: int
    estimated: int
    assumed: int
    chosen: int = 0

    @property
    def total(self) -> int:
        """All that rest on something."""
        return self.source + self.estimated + self.assumed + self.chosen


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A document: its key, what it is, and where it is; ``link`` only if a browser may follow it."""

    key: str
    words: str
    note: str
    address: str
    link: str


def _both(reading: Reading) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    return ledger(reading.pair.without.scenario), ledger(reading.pair.with_.scenario)


def entries(reading: Reading) -> dict[str, list[Entry]]:
    """Parameters of both worlds by institution, those with the system first."""
    without, with_ = _both(reading)
    found: dict[str, list[Entry]] = {}
    for key in [*with_, *(key for key in without if key not in with_)]:
        found.setdefault(key.partition(".")[0], []).append(
            _entry(reading, key, without.get(key), with_.get(key))
        )
    return found


def _entry(
    reading: Reading, key: str, without: Mapping[str, Any] | None, with_: Mapping[str, Any] | None
) -> Entry:
    shown = reading.numbers.shown
    it = with_ or without or {}
    value = shown(it.get("value"))
    other = ""
    if with_ is None:
        other = reading.say("only without the system")
    elif without is not None and without.get("value") != with_.get("value"):
        other = shown(without.get("value")) or reading.say("none")
    sweep = it.get("range")
    words = reading.say("{low} to {high}", low=shown(sweep[0]), high=shown(sweep[1])) if sweep else ""
    kind, unit = str(it.get("kind", "none")), str(it.get("unit", ""))
    both = unit_words(unit)
    return Entry(
        key.partition(".")[2] or key, value, other, unit, reading.say.either(both.en, both.fr), kind,
        reading.say(KINDS.get(kind, KINDS["none"])), bare_origin(str(it.get("origin", ""))), words,
    )  # fmt: skip


def bare_origin(text: str) -> str:
    """An origin without the word for its kind, which stands beside it, and without numbers of facts.

    Facts ("A22") are numbered in the research behind the model; no reader has that list.
    """
    for kind in ("assumed: ", "source ", "estimated "):
        text = text.removeprefix(kind)
    for fact, words in _FACTS:
        text = fact.sub(words, text)
    return text


def origins(reading: Reading) -> Origins:
    """Count the numbers of both worlds by what they rest on, each key once."""
    return counted(rests((reading.pair.without.scenario, reading.pair.with_.scenario)))


def counted(on: Mapping[str, str]) -> Origins:
    """Count numbers by what they rest on (``lab.ledger.rests``)."""
    count = Counter(on.values())
    return Origins(count["published"], count["estimated"], count["assumed"], count["chosen"])


def sources(reading: Reading) -> list[SourceLine]:
    """Every document that either scenario cites, by key."""
    return cited_lines(cited(reading.pair.without.scenario) | cited(reading.pair.with_.scenario))


def cited_lines(found: Mapping[str, Mapping[str, Any]]) -> list[SourceLine]:
    """Entries of the bibliography as a reader wants them, by key."""
    lines = []
    for key in sorted(found):
        it = found[key]
        address = str(it.get("address") or it.get("url") or "")
        who = it.get("authors") or it.get("author") or ""
        names = ", ".join(map(str, who)) if isinstance(who, list | tuple) else str(who)
        parts = [names, str(it.get("title", key)), str(it.get("published") or it.get("year", ""))]
        link = address if address.startswith(("https://", "http://")) else ""
        words = ". ".join(part.rstrip(".") for part in parts if part) + "."
        lines.append(SourceLine(key, words, str(it.get("note", "")), address, link))
    return lines
