"""Range plots of any measures: rows of both worlds, whole or by part of the town, with the numbers behind."""

from collections.abc import Callable, Sequence
from typing import Final

from glasstown.report.figures import ranges
from glasstown.report.figures.plate import Attachment, Grid, Plate, attached, drawn
from glasstown.report.findings import Finding, digits_of
from glasstown.report.names import BREAKDOWNS
from glasstown.report.reading import Reading

__all__ = ["Labelled", "alike", "by_part", "figures", "plate", "some"]

Labelled = tuple[str, Finding]

PARTS: Final = ("group", "fifth")


def some(reading: Reading, *measures: str) -> list[Finding]:
    """Those of ``measures`` that are found, over everybody, and are anything in either world."""
    found = [reading.findings.get(name) for name in measures]
    return [each for each in found if each and (each.difference.with_ or each.difference.without)]


def alike(reading: Reading, *measures: str) -> bool:
    """Whether none of ``measures`` differs anywhere between the worlds."""
    return all(each.verdict == "same" for each in some(reading, *measures))


def by_part(
    reading: Reading, key: str, title: str, measure: str, parts: Sequence[str] = PARTS
) -> Plate | None:
    """One measure by part of the town; None if it is nothing anywhere."""
    rows: list[Labelled] = []
    breaks: list[tuple[int, str]] = []
    for by in parts:
        found = reading.findings.parts(measure, by)
        if found:
            breaks.append((len(rows), reading.say(BREAKDOWNS[by])))
            rows += [(reading.part(each), each) for each in found]
    if not any(each.difference.with_ or each.difference.without for _, each in rows):
        return None
    return plate(reading, key, title, rows, breaks)


def plate(
    reading: Reading, key: str, title: str, rows: Sequence[Labelled], breaks: Sequence[tuple[int, str]] = ()
) -> Plate:
    """Rows of one unit on one axis from nothing; ``breaks`` are headings before the row of that number."""
    say = reading.say
    only = reading.only(rows[0][1].measure.name)
    digits = digits_of([each for _, each in rows])
    marks: list[ranges.Heading | ranges.Row] = []
    for k, (label, each) in enumerate(rows):
        marks += [ranges.Heading(words) for at, words in breaks if at == k]
        marks.append(_row(label, each, only, digits))
    axis = _axis(reading, rows[0][1])
    wide, narrow = drawn(lambda width: ranges.ranges(width, marks, axis, reading.worlds()))
    who = say("Who") if breaks else say("What")
    alternative = (
        say("Range plot of what there is with the system. The numbers are in the table.")
        if only
        else say("Range plot: without the system against with it. The numbers are in the table.")
    )
    return Plate(
        title, alternative, wide, narrow, grid=_grid(reading, who, rows, only), csv=figures(key, rows)
    )


def _row(label: str, finding: Finding, only: bool, digits: int) -> ranges.Row:
    it, factor = finding.difference, finding.as_.factor
    low, high = (
        None if bound is None else factor * max(it.without + bound, 0.0) for bound in (it.low, it.high)
    )
    return ranges.Row(
        label, None if only else factor * it.without, factor * it.with_, low, high,
        "" if only else finding.value(it.without, digits), finding.value(it.with_, digits),
    )  # fmt: skip


def _axis(reading: Reading, finding: Finding) -> Callable[[float], str]:
    """How the axis is written: per cent with as many decimals as a tick has, or plain numbers."""
    numbers = reading.numbers
    if not finding.as_.share:
        return lambda value: numbers.shown(round(value, 6))
    return lambda value: numbers.percent(value / 100, len(f"{value:.4f}".rstrip("0").partition(".")[2]))


def _grid(reading: Reading, who: str, rows: Sequence[Labelled], only: bool) -> Grid:
    say = reading.say
    if only:
        three = (who, say("With the system"), say("Interval"))
        return Grid(three, tuple((label, each.with_, _level(each)) for label, each in rows))
    head = (who, say("Without it"), say("With the system"), say("Interval of the difference"))
    return Grid(head, tuple((label, each.without, each.with_, each.interval) for label, each in rows))


def _level(finding: Finding) -> str:
    """The interval of the value with the system."""
    it = finding.difference
    if it.low is None or it.high is None:
        return ""
    low, high = (finding.bare(max(it.without + bound, 0.0)) for bound in (it.low, it.high))
    return finding.say("{low} to {high}", low=low, high=high)


def figures(key: str, rows: Sequence[Labelled]) -> Attachment:
    """The rows as CSV, raw."""
    head = ("measure", "by", "level", "without", "with", "difference", "low", "high", "people")
    return attached(
        key, head,
        [(d.measure, d.by, d.level, d.without, d.with_, d.difference, d.low, d.high, d.people)
         for d in (each.difference for _, each in rows)],
    )  # fmt: skip
