"""Outputs beside field evidence: inside or outside a published range, and nothing was tuned."""

from dataclasses import dataclass
from typing import Final

from glasstown.lab.verification.bands import DAYS, PEOPLE, SEEDS, Placed
from glasstown.report.figures.plate import Attachment, Plate, attached, drawn
from glasstown.report.figures.targets import Target, targets
from glasstown.report.numbers import digits_for
from glasstown.report.study.reading import StudyReading
from glasstown.report.words import mark

__all__ = ["Bands", "Row", "chapter"]

NAMES: Final = frozenset({
    mark("Think more than they say"), mark("Avoid subjects because they are watched"),
    mark("Read less about what is watched"), mark("Criticise less under a real-name law"),
    mark("Right alerts of live recognition"), mark("Listings a year"), mark("Ends of listings a year"),
    mark("Tickets refused for each year on the list"), mark("Reports to the authorities"),
    mark("Trust where informers are: the whole system"), mark("Trust where informers are: by them alone"),
    mark("Legitimacy granted, beside approval"), mark("Right flags of predictions"),
    mark("Detained of those flagged"),
})  # fmt: skip
"""What the bands that come along are called."""

UNITS: Final = frozenset({
    mark("share"), mark("share of people"), mark("relative change"), mark("share of alerts"),
    mark("1/person/year"), mark("1/listed year"), mark("standard deviations"), mark("share of flags"),
    mark("1/flag"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One band in the table. ``where`` and ``note`` are in English, as the bands tell them."""

    name: str
    published: str
    obtained: str
    verdict: str
    where: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Bands:
    """The chapter."""

    lead: tuple[str, ...]
    plates: tuple[Plate, ...]
    rows: tuple[Row, ...]
    csv: Attachment


def chapter(reading: StudyReading) -> Bands | None:
    """None where no output was put beside evidence."""
    placed, say, whole = reading.study.bands, reading.say, reading.numbers.whole
    if not placed:
        return None
    count = {kind: sum(each.verdict == kind for each in placed) for kind in ("inside", "outside", "absent")}
    lead = [
        say("Of {n} outputs that field evidence speaks about, {inside} lie inside the published range and "
            "{outside} outside it; {absent} could not be had.",
            n=whole(len(placed)), **{kind: whole(count[kind]) for kind in count}),
        say("Nothing was tuned to fall inside, and inside is no prediction: the evidence comes from other "
            "places and times. Towns of {people} people for {days} days, {seeds} seeds.",
            people=whole(PEOPLE), days=whole(DAYS), seeds=whole(SEEDS)),
    ]  # fmt: skip
    return Bands(tuple(lead), _plates(reading), tuple(_row(reading, each) for each in placed), _file(placed))


def _plates(reading: StudyReading) -> tuple[Plate, ...]:
    """The outputs beside their ranges, half of them in each figure."""
    say = reading.say
    rows = [_target(reading, each) for each in reading.study.bands if each.values]
    middle = -(-len(rows) // 2)
    alternative = say(
        "For each output: the published range shaded, what the model gives as a dot, its seeds as strokes. "
        "The table says the same."
    )
    titles = (say("Published range and what the model gives"), say("The same for other outputs"))
    return tuple(
        Plate(title, alternative, *drawn(lambda width, some=some: targets(width, some)))  # type: ignore[misc]
        for title, some in zip(titles, (rows[:middle], rows[middle:]), strict=True)
        if some
    )


def _digits(each: Placed) -> int:
    return digits_for(0.0, max((each.band.high - each.band.low) / 20, 1e-5))


def _number(reading: StudyReading, each: Placed, value: float) -> str:
    """In the digits of the band, or in two figures where that would be nothing."""
    if each.band.unit.startswith("share"):
        return reading.numbers.percent(value)
    digits = _digits(each)
    if abs(value) < 0.5 * 10**-digits or digits == 4:
        return reading.numbers.shown(float(f"{value:.2g}"))
    return reading.numbers.plain(value, digits)


def _target(reading: StudyReading, each: Placed) -> Target:
    band = each.band
    ends = [(value, _number(reading, each, value)) for value in (band.low, band.high)]
    return Target(
        reading.say("{name} ({unit})", name=reading.say.title(band.name), unit=reading.say.title(band.unit)),
        each.value, each.value, each.value, (band.low, band.high), tuple(ends),
        _number(reading, each, each.value), None, each.values,
    )  # fmt: skip


def _row(reading: StudyReading, each: Placed) -> Row:
    say, band = reading.say, each.band
    ends = {"low": _number(reading, each, band.low), "high": _number(reading, each, band.high)}
    verdicts = {"inside": say("inside"), "outside": say("outside"), "absent": say("not to be had")}
    note = f"{band.note} {each.absent}." if each.absent else band.note
    return Row(
        say.title(band.name), say("{low} to {high}", **ends),
        _number(reading, each, each.value) if each.values else "–", verdicts[each.verdict], band.where,
        note, band.source,
    )  # fmt: skip


def _file(placed: tuple[Placed, ...]) -> Attachment:
    head = ("band", "scenario", "against", "unit", "low", "high", "obtained", "least", "greatest", "verdict",
            "source", "where", "note", "absent")  # fmt: skip
    rows = [
        (b.name, b.scenario, b.against, b.unit, b.low, b.high,
         *((each.value, min(each.values), max(each.values)) if each.values else (None, None, None)),
         each.verdict, b.source, b.where, b.note, each.absent)
        for each in placed for b in (each.band,)
    ]  # fmt: skip
    return attached("bands", head, rows)
