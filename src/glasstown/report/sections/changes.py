"""Everything that changed: all differences in one table, and all of them by part of the town as data."""

from dataclasses import dataclass

from glasstown.measures.definitions import MEASURES
from glasstown.report.figures.plate import Attachment, attached
from glasstown.report.findings import Finding
from glasstown.report.reading import Reading
from glasstown.report.themes import THEMES

__all__ = ["Changes", "Line", "changes"]


@dataclass(frozen=True, slots=True)
class Line:
    """One measure over everybody."""

    name: str
    unit: str
    without: str
    with_: str
    change: str
    interval: str
    correlation: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The table by theme, the data behind it, and what the correlation of the twins is about."""

    themes: tuple[tuple[str, tuple[Line, ...]], ...]
    csv: Attachment
    note: str


def changes(reading: Reading) -> Changes:
    """Every measure, by theme."""
    say = reading.say
    overall = {each.measure.name: each for each in reading.findings.overall()}
    grouped = ((say(words), [overall[name] for name in names if name in overall]) for words, names in THEMES)
    themes = tuple((words, tuple(_line(reading, each) for each in some)) for words, some in grouped if some)
    head = ("measure", "meaning", "unit", "by", "level", "part", "without", "with", "difference", "low",
            "high", "correlation", "districts", "people")  # fmt: skip
    rows = [
        (d.measure, MEASURES[d.measure].meaning, MEASURES[d.measure].unit, d.by, d.level, reading.part(each),
         d.without, d.with_, d.difference, d.low, d.high, d.correlation, d.clusters, d.people)
        for each in reading.findings.every() for d in (each.difference,)
    ]  # fmt: skip
    note = say(
        "Twin correlation: how alike the two worlds are, district by district, because people and draws are "
        "shared. The "
        "nearer to 1, the more the comparison gains over two towns with draws of their own."
    )
    return Changes(themes, attached("differences", head, rows), note)


def _line(reading: Reading, finding: Finding) -> Line:
    it, say = finding.difference, reading.say
    only = reading.only(finding.measure.name)
    verdicts = {
        "more": say("more"), "less": say("less"), "same": say("the same"), "unsure": say("cannot be told"),
        "unknown": say("no interval"),
    }  # fmt: skip
    both = reading.in_both(finding.measure)
    if not both:
        verdicts = dict.fromkeys(verdicts, say("only there"))
    return Line(
        finding.name, say(finding.as_.unit), finding.bare(it.without) if both else "–",
        finding.bare(it.with_),
        finding.change(it.difference) if both else "–", finding.interval if both else "–",
        "" if it.correlation is None else reading.numbers.plain(it.correlation, 2),
        verdicts["more" if only and finding.verdict == "unsure" else finding.verdict],
    )  # fmt: skip
