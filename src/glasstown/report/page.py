"""The page of a pair: one file that asks nothing of anybody."""

from pathlib import Path
from typing import Any

from glasstown.errors import InputError
from glasstown.lab.compare import Pair
from glasstown.report.figures.spine import rowpanes, spine
from glasstown.report.frame import framed
from glasstown.report.ledger import origins
from glasstown.report.reading import Reading, Section, read
from glasstown.report.sections import (
    around,
    authority,
    changes,
    couples,
    foreseen,
    held,
    help,
    life,
    methods,
    neighbours,
    price,
    rights,
    score,
    silence,
    summary,
    wrong,
)
from glasstown.report.words import LANGUAGES
from glasstown.store.atomic import write_text
from glasstown.store.layout import report_name

__all__ = ["render", "write"]


def render(pair: Pair, language: str = "en") -> str:
    """The report on a pair in one language, as one HTML page. Raises InputError for an unknown language."""
    return _page(pair, language, beside=False)


def write(pair: Pair, folder: Path) -> list[Path]:
    """The report in each language, linked to the other, in ``folder``. Raises DiskFull, StoreError."""
    written = []
    for language in LANGUAGES:
        path = folder / report_name(language)
        write_text(path, _page(pair, language, beside=True))
        written.append(path)
    return written


def _page(pair: Pair, language: str, beside: bool) -> str:
    if pair.without.people == 0:
        raise InputError(
            "Nobody lives in this town: there is nothing to report", "Give it people (--people)."
        )
    reading = read(pair, language)
    return framed("page.html", _content(reading), ["page.css"], language, beside)


def _content(reading: Reading) -> dict[str, Any]:
    """All that the template shows."""
    built = (
        silence.section(reading), rights.section(reading), score.section(reading), wrong.section(reading),
        foreseen.lists(reading), foreseen.flags(reading), held.checks(reading), held.held(reading),
        neighbours.section(reading), help.section(reading), couples.section(reading), around.section(reading),
        authority.section(reading), price.section(reading),
    )  # fmt: skip
    sections: list[Section] = [section for section in built if section]
    return {
        "say": reading.say,
        "language": reading.say.language,
        "title": reading.say("The same town, twice."),
        "paragraph": summary.paragraph(reading),
        "facts": summary.facts(reading),
        "town": summary.town(reading),
        "balance": summary.balance(reading),
        "cautions": summary.cautions(reading, origins(reading)),
        "sections": sections,
        "life": life.story(reading),
        "changes": changes.changes(reading),
        "methods": methods.methods(reading),
        "spine": spine,
        "rowpanes": lambda kinds: rowpanes(kinds.source, kinds.estimated, kinds.assumed),
    }
