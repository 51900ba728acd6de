"""Who loses what: rights closed, by right and by part of the town."""

from typing import Final

from glasstown.core.vocabulary import Right
from glasstown.report.figures import ranges
from glasstown.report.figures.plate import Grid, Plate, attached, drawn
from glasstown.report.findings import Finding, digits_of
from glasstown.report.names import BREAKDOWNS, RIGHTS
from glasstown.report.reading import Reading, Section, told
from glasstown.report.words import mark

ANY: Final = {
    "more": mark(
        "At the end {with_} of people have at least one right closed, against {without} without the system "
        "(difference {range} points)."
    ),
    "less": mark(
        "At the end {with_} of people have at least one right closed, fewer than the {without} without the "
        "system "
        "(difference {range} points)."
    ),
    "same": mark("Rights are closed to the same share of people in both worlds: {with_}."),
    "unsure": mark(
        "At the end {with_} of people have at least one right closed, {without} without the system: no "
        "difference "
        "that this run can show ({range} points)."
    ),
    "unknown": mark(
        "At the end {with_} of people have at least one right closed, {without} without the system; the "
        "town has "
        "too few districts for an interval."
    ),
}

ONLY: Final = {
    "more": mark(
        "At the end {with_} of people have at least one right closed (interval {interval} points). Without "
        "the system "
        "there is nothing that closes one."
    ),
    "same": mark("No right was closed to anybody."),
    "unsure": mark(
        "At the end {with_} of people have at least one right closed (interval {range} points). Without the "
        "system "
        "there is nothing that closes one."
    ),
    "unknown": mark(
        "At the end {with_} of people have at least one right closed. Without the system there is nothing "
        "that closes one."
    ),
}


def section(reading: Reading) -> Section | None:
    """None where no right can close."""
    say, findings = reading.say, reading.findings
    closed = findings.get("any_closed")
    rights = [(right, findings.get(f"closed_{str(right.name).lower()}")) for right in Right]
    some = [
        (right, each) for right, each in rights if each and (each.difference.with_ or each.difference.without)
    ]
    if closed is None or not some:
        return None
    only = not reading.measured_without("any_closed")
    lead = [told(closed, ONLY if only and closed.verdict != "less" else ANY), *_most(reading, some)]
    notes = [say("A right counts as closed while it is closed, whether or not anybody wanted to use it.")]
    if any(right is Right.RANK and each.difference.with_ for right, each in some):
        notes.append(
            say("The front of dating sites is a privilege: it opens to few rather than closing to some.")
        )
    plates = (_by_right(reading, some), _by_part(reading, closed))
    return Section("rights", say("Who loses what"), tuple(lead), tuple(notes), plates)


def _most(reading: Reading, rights: list[tuple[Right, Finding]]) -> list[str]:
    """Which right closes to most people; dating ranks aside, which open to few by design."""
    usual = [(right, each) for right, each in rights if right is not Right.RANK and each.difference.with_ > 0]
    if not usual:
        return []
    right, most = max(usual, key=lambda pair: pair[1].difference.with_)
    return [reading.say(
        "The right closed to most people is “{right}”: {share}.", right=reading.say(RIGHTS[right]),
        share=most.with_,
    )]  # fmt: skip


def _row(label: str, finding: Finding, only: bool, digits: int) -> ranges.Row:
    it = finding.difference
    low = None if it.low is None else max(it.without + it.low, 0.0)
    high = None if it.high is None else it.without + it.high
    texts = "" if only else finding.value(it.without, digits), finding.value(it.with_, digits)
    return ranges.Row(label, it.without, it.with_, low, high, *texts)


def _by_right(reading: Reading, rights: list[tuple[Right, Finding]]) -> Plate:
    say = reading.say
    rows = [(say(RIGHTS[right]), each) for right, each in rights]
    return _plate(reading, "rights", say("By right, at the end"), rows, [])


def _by_part(reading: Reading, closed: Finding) -> Plate:
    say, findings = reading.say, reading.findings
    rows: list[tuple[str, Finding]] = []
    breaks: list[tuple[int, str]] = []
    for by in ("group", "fifth", "age"):
        breaks.append((len(rows), say(BREAKDOWNS[by])))
        rows += [(reading.part(each), each) for each in findings.parts("any_closed", by)]
    return _plate(reading, "who", say("At least one right closed, by who people are"), rows, breaks)


def _plate(
    reading: Reading, key: str, title: str, rows: list[tuple[str, Finding]], breaks: list[tuple[int, str]]
) -> Plate:
    say, numbers = reading.say, reading.numbers
    only = not reading.measured_without("any_closed")
    marks: list[ranges.Heading | ranges.Row] = []
    digits = digits_of([each for _, each in rows])
    for k, (label, each) in enumerate(rows):
        marks += [ranges.Heading(words) for at, words in breaks if at == k]
        marks.append(_row(label, each, only, digits))
    wide, narrow = drawn(
        lambda width: ranges.ranges(width, marks, lambda value: numbers.percent(value, 0), reading.worlds())
    )
    head = (
        say("Right") if key == "rights" else say("Who"),
        say("Without it"),
        say("With the system"),
        say("Interval of the difference"),
    )
    grid = Grid(head, tuple((label, each.without, each.with_, each.interval) for label, each in rows))
    table = attached(
        key, ("measure", "by", "level", "without", "with", "difference", "low", "high", "people"),
        [(d.measure, d.by, d.level, d.without, d.with_, d.difference, d.low, d.high, d.people)
         for d in (each.difference for _, each in rows)],
    )  # fmt: skip
    alternative = say(
        "Range plot: without the system against with it, in per cent of people. The numbers are in the table."
    )
    return Plate(title, alternative, wide, narrow, grid=grid, csv=table)
