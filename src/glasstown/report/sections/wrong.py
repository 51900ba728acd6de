"""Wrongly recorded people, and those who did nothing and lost something."""

from typing import Final

from glasstown.report.figures import panes
from glasstown.report.figures.plate import Attachment, Grid, Half, Plate, attached
from glasstown.report.findings import Finding
from glasstown.report.names import BREAKDOWNS
from glasstown.report.numbers import digits_for
from glasstown.report.price import by_district, people_by_district, ratio
from glasstown.report.reading import Reading, Section, told
from glasstown.report.words import mark

WRONG: Final = {
    "more": mark(
        "{with_} of people got an entry in their file for something that they did not do, against {without} "
        "without "
        "the system (difference {range} points)."
    ),
    "less": mark(
        "Fewer people got an entry for something that they did not do: {with_} against {without} without "
        "the system "
        "(difference {range} points)."
    ),
    "same": mark("{with_} of people got a false entry in either world."),
    "unsure": mark(
        "{with_} of people got a false entry with the system, {without} without it: no difference that this "
        "run can "
        "show ({range} points)."
    ),
    "unknown": mark("{with_} of people got a false entry with the system, {without} without it."),
}
"""Of everybody."""


def section(reading: Reading) -> Section | None:
    """None where nobody keeps files, or nobody was wronged in either world."""
    say, findings = reading.say, reading.findings
    wrong = findings.get("ever_misrecorded")
    if wrong is None:
        return None
    anything = ("ever_misrecorded", "misrecorded", "spotless_harmed")
    if not any(it and (it.difference.with_ or it.difference.without) for it in map(findings.get, anything)):
        return None
    lead = [told(wrong, WRONG)]
    plates = [_wrong(reading, wrong)]
    on_file = findings.get("misrecorded")
    if on_file and on_file.difference.with_ > wrong.difference.with_:
        lead.append(say(
            "At the end {share} have something false on file, with the errors that files began with.",
            share=on_file.with_,
        ))  # fmt: skip
    spotless, harmed = findings.get("spotless"), findings.get("spotless_harmed")
    if (
        spotless and harmed and spotless.difference.with_ and spotless.difference.without
        and (harmed.difference.with_ or harmed.difference.without)
    ):  # fmt: skip
        lead.append(_sentence(reading, *_shares(spotless, harmed)))
        plates.append(_spotless(reading, *_shares(spotless, harmed)))
    note = say(
        "No institution in the model knows which entries are false; the model does. Nothing worse than to "
        "cross on red, which all adults do: left no loan unpaid, said nothing beyond what is tolerated, went "
        "round no wall, never stood up. Wronged: named, stopped, listed, detained or deprived of points for "
        "what they had not done."
    )
    return Section(
        "wrong", say("Wrongly recorded, and harmed without cause"), tuple(lead), (note,), tuple(plates)
    )


def _shares(spotless: Finding, harmed: Finding) -> tuple[float, float]:
    """Of those who did nothing worse than cross on red, those who were wronged: without and with it."""
    one, other = spotless.difference, harmed.difference
    return (
        other.without / one.without if one.without else 0.0,
        other.with_ / one.with_ if one.with_ else 0.0,
    )


def _sentence(reading: Reading, before: float, share: float) -> str:
    say, percent = reading.say, reading.numbers.percent
    harmed, spotless = (by_district(reading.pair, name, "with") for name in ("spotless_harmed", "spotless"))
    bounds = ratio(harmed, spotless, people_by_district(reading.pair))
    if bounds is None:
        return say(
            "Of those who did nothing worse than cross on red, {share} were wronged with the system, "
            "{before} without it.",
            share=percent(share), before=percent(before),
        )  # fmt: skip
    _, low, high = bounds
    digits = digits_for(100 * share, 50 * (high - low))
    return say(
        "Of those who did nothing worse than cross on red, {share} ({low} to {high}) were wronged with the "
        "system, {before} without it.",
        share=percent(share, digits), low=percent(max(low, 0.0), digits), high=percent(high, digits),
        before=percent(before, digits),
    )  # fmt: skip


def _wrong(reading: Reading, wrong: Finding) -> Plate:
    say = reading.say
    parts = [
        each
        for by in ("all", "group", "fifth", "age")
        for each in reading.findings.parts("ever_misrecorded", by)
    ]
    head = (say("Who"), say("Without it"), say("With the system"), say("Interval of the difference"))
    rows = tuple((_who(reading, each), each.without, each.with_, each.interval) for each in parts)
    table = attached(
        "wrong", ("measure", "by", "level", "without", "with", "difference", "low", "high", "people"),
        [(d.measure, d.by, d.level, d.without, d.with_, d.difference, d.low, d.high, d.people)
         for d in (each.difference for each in parts)],
    )  # fmt: skip
    shares = wrong.difference.without, wrong.difference.with_
    return _panes(reading, mark("People who got a false entry, of {base}"), shares, Grid(head, rows), table)


def _spotless(reading: Reading, before: float, share: float) -> Plate:
    say, findings = reading.say, reading.findings
    parts = []
    for by in ("all", "group", "fifth", "age"):
        for each in findings.parts("spotless", by):
            harmed = findings.get("spotless_harmed", by, each.difference.level)
            if harmed:
                parts.append((each, *_shares(each, harmed)))
    head = (say("Who"), say("Without it"), say("With the system"))
    percent = reading.numbers.percent
    rows = tuple((_who(reading, each), percent(one), percent(other)) for each, one, other in parts)
    table = attached(
        "spotless", ("by", "level", "harmed_of_spotless_without", "harmed_of_spotless_with", "people"),
        [(each.difference.by, each.difference.level, one, other, each.difference.people)
         for each, one, other in parts],
    )  # fmt: skip
    title = mark("People wronged, of {base} who did nothing worse than cross on red")
    return _panes(reading, title, (before, share), Grid(head, rows), table)


def _who(reading: Reading, finding: Finding) -> str:
    return reading.say(BREAKDOWNS["all"]) if finding.difference.by == "all" else reading.part(finding)


def _panes(reading: Reading, title: str, shares: tuple[float, float], grid: Grid, table: Attachment) -> Plate:
    """Two sets of panes, the world without first."""
    say, whole = reading.say, reading.numbers.whole
    base = panes.base_for(*shares)
    counts = [round(share * base) for share in shares]
    worlds = (("without", say("Without it")), ("with", say("With the system")))
    halves = tuple(
        Half(
            kind,
            world,
            say("{count} of {base}", count=whole(count), base=whole(base)),
            panes.panes(share, base),
        )
        for (kind, world), count, share in zip(worlds, counts, shares, strict=True)
    )
    alternative = say(
        "{with_} of {base} panes are marked with the system, {without} without it.",
        with_=whole(counts[1]), without=whole(counts[0]), base=whole(base),
    )  # fmt: skip
    return Plate(say(title, base=whole(base)), alternative, halves=halves, grid=grid, csv=table)
