"""The page of a study: one file that asks nothing of anybody."""

from pathlib import Path
from typing import Any

from glasstown.errors import InputError
from glasstown.lab.study import Study
from glasstown.report.figures.spine import rowpanes, spine
from glasstown.report.frame import framed
from glasstown.report.reading import read as read_pair
from glasstown.report.sections import life
from glasstown.report.study import bands, claims, evidence, methods, price, safeguards, summary
from glasstown.report.study.reading import StudyReading, read
from glasstown.report.words import LANGUAGES
from glasstown.store.atomic import write_text
from glasstown.store.layout import report_name

__all__ = ["render", "write"]


def render(study: Study, language: str = "en") -> str:
    """The report on a study in one language, as one HTML page. Raises InputError for an unknown language."""
    return _page(study, language, beside=False)


def write(study: Study, folder: Path) -> list[Path]:
    """The report in each language, linked to the other, in ``folder``. Raises DiskFull, StoreError."""
    written = []
    for language in LANGUAGES:
        path = folder / report_name(language)
        write_text(path, _page(study, language, beside=True))
        written.append(path)
    return written


def _page(study: Study, language: str, beside: bool) -> str:
    if not study.claims:
        raise InputError("This study has no claims: there is nothing to report", "Begin one with claims.")
    content = _content(read(study, language))
    return framed("study.html", content, ["page.css", "study.css"], language, beside)


def _content(reading: StudyReading) -> dict[str, Any]:
    """All that the template shows."""
    twins = reading.study.twins
    return {
        "say": reading.say,
        "language": reading.say.language,
        "title": summary.title(reading),
        "warnings": summary.warnings(reading),
        "paragraph": summary.paragraph(reading),
        "facts": summary.facts(reading),
        "unpublished": summary.unpublished(reading),
        "cautions": summary.cautions(reading),
        "glances": claims.glances(reading),
        "groups": claims.groups(reading),
        "files": claims.files(reading),
        "price": price.chapter(reading),
        "safeguards": safeguards.chapter(reading),
        "life": life.story(read_pair(twins, reading.say.language)) if twins else None,
        "beside": _beside(reading),
        "evidence": evidence.evidence(reading),
        "bands": bands.chapter(reading),
        "methods": methods.methods(reading),
        "spine": spine,
        "rowpanes": lambda kinds: rowpanes(kinds.source, kinds.estimated, kinds.assumed, kinds.chosen),
    }


def _beside(reading: StudyReading) -> str:
    """What the lives that are told are not: any of the draws."""
    twins, whole = reading.study.twins, reading.numbers.whole
    if twins is None:
        return ""
    return reading.say(
        "These people live in one pair of towns at the values that are shipped, for {days} days. They are "
        "none of the {draws} draws: they illustrate and do not represent.",
        days=whole(twins.with_.days), draws=whole(reading.study.facts.draws),
    )  # fmt: skip
