"""The price of an offence prevented."""

from typing import Final

from glasstown.report.figures import prices as figure
from glasstown.report.figures import ranges
from glasstown.report.figures.plate import Grid, Plate, attached, drawn
from glasstown.report.names import measure_name
from glasstown.report.numbers import digits_for
from glasstown.report.price import HARMS, Price, prices
from glasstown.report.reading import Reading, Section, told
from glasstown.report.words import mark

PREVENTED: Final = {
    "less": mark(
        "With the system there are {size} fewer offences per 1,000 people a year ({interval}): {with_} "
        "against {without}."
    ),
    "more": mark(
        "With the system there are {size} more offences per 1,000 people a year ({interval}): {with_} "
        "against {without}. "
        "None are prevented, so there is no price to give."
    ),
    "same": mark(
        "There are as many offences in both worlds, {with_} per 1,000 people a year: none are prevented."
    ),
    "unsure": mark(
        "Whether the system prevents offences cannot be told from this run: {with_} per 1,000 people a year "
        "against "
        "{without}, and the interval of the difference, {range}, holds zero. So there is no price to give."
    ),
    "unknown": mark(
        "In this run there were {with_} offences per 1,000 people a year with the system and {without} "
        "without it; the "
        "town has too few districts to tell how much of that is chance, so no price is given."
    ),
}


def section(reading: Reading) -> Section | None:
    """None where no offences are measured."""
    say, findings = reading.say, reading.findings
    offended = findings.get("offended")
    if offended is None:
        return None
    lead = [told(offended, PREVENTED)]
    found = prices(reading.pair)
    notes = [say("The offences of this model are crossings on red: nothing here is about violence or theft.")]
    if found:
        base = _count_by(found)
        lead.append(_first(reading, found, base))
        notes.append(say(
            "Each row is a ratio of two differences between the same people; its interval (Fieller) takes "
            "in the chance "
            "in both. A row is left out where nothing changed."
        ))  # fmt: skip
        plate = _priced(reading, found, base)
    else:
        plate = _unpriced(reading)
    return Section("price", say("The price of an offence prevented"), tuple(lead), tuple(notes), (plate,))


def _count_by(found: list[Price]) -> float:
    """Offences prevented to count by: the power of ten at which every row is one or more."""
    smallest = min((each.value for each in found if each.value > 0), default=1.0)
    return next((base for base in (1.0, 10.0, 100.0, 1000.0) if smallest * base >= 1), 10_000.0)


def _text(reading: Reading, price: Price, base: float) -> str:
    """The price and its interval: 12.3 (11.8 to 12.9)."""
    digits = digits_for(base * price.value, base * (price.high - price.low) / 2)
    value, low, high = (reading.numbers.plain(base * v, digits) for v in (price.value, price.low, price.high))
    return reading.say("{value} ({low} to {high})", value=value, low=low, high=high)


def _first(reading: Reading, found: list[Price], base: float) -> str:
    """What goes with the offences prevented, said for one harm: people wrongly recorded if it can."""
    sure = [each for each in found if each.low > 0 or each.high < 0]
    chosen = next(
        (each for each in sure if each.measure == "ever_misrecorded"), sure[0] if sure else found[0]
    )
    values = {"base": reading.numbers.whole(base), "value": _text(reading, chosen, base)}
    if chosen.measure == "ever_misrecorded":
        return reading.say.many(
            round(base),
            "For each offence prevented, {value} people got an entry for something that they did not do.",
            "For each {base} offences prevented, {value} people got an entry for something that they did "
            "not do.",
            **values,
        )
    return reading.say.many(
        round(base),
        "For each offence prevented there are {value} of these: “{name}”.",
        "For each {base} offences prevented there are {value} of these: “{name}”.",
        name=measure_name(chosen.measure, reading.say),
        **values,
    )


def _priced(reading: Reading, found: list[Price], base: float) -> Plate:
    say, numbers = reading.say, reading.numbers
    shown = sorted((each for each in found if each.value > 0), key=lambda each: -each.value)
    rows = [
        figure.Cost(
            measure_name(p.measure, say), base * p.value, base * p.low, base * p.high, _text(reading, p, base)
        )
        for p in shown
    ]
    label = say.many(
        round(base), "{base} offence prevented", "{base} offences prevented", base=numbers.whole(base)
    )
    wide, narrow = drawn(
        lambda width: figure.costs(width, rows, base, label, lambda value: numbers.shown(round(value, 6)))
    )
    head = (say("Harm"), label)
    grid = Grid(head, tuple((measure_name(p.measure, say), _text(reading, p, base)) for p in found))
    table = attached(
        "price", ("measure", "per_offence_prevented", "low", "high"),
        [(p.measure, p.value, p.low, p.high) for p in found],
    )  # fmt: skip
    title = say.many(
        round(base), "What goes with one offence prevented", "What goes with {base} offences prevented",
        base=numbers.whole(base),
    )  # fmt: skip
    alternative = say(
        "Dot plot on a logarithmic scale, each dot with its interval. The numbers are in the table."
    )
    return Plate(title, alternative, wide, narrow, grid=grid, csv=table)


def _unpriced(reading: Reading) -> Plate:
    """Both sides, each on its own, where no ratio makes sense."""
    say, numbers = reading.say, reading.numbers
    named = (
        "offended",
        *(
            h
            for h in HARMS
            if h in ("lost_points_wrongly", "closed", "refused_travel", "refused_credit", "refused_work")
        ),
    )
    found = [each for each in (reading.findings.get(name) for name in named) if each]
    rows: list[ranges.Heading | ranges.Row] = []
    for each in found:
        it = each.difference
        bounds = [None if b is None else 1000 * max(it.without + b, 0.0) for b in (it.low, it.high)]
        rows.append(ranges.Row(
            each.name, 1000 * it.without, 1000 * it.with_, bounds[0], bounds[1], each.without, each.with_
        ))  # fmt: skip
    wide, narrow = drawn(
        lambda width: ranges.ranges(
            width, rows, lambda value: numbers.shown(round(value, 6)), reading.worlds()
        )
    )
    head = (
        say("Per 1,000 people a year"),
        say("Without it"),
        say("With the system"),
        say("Interval of the difference"),
    )
    grid = Grid(head, tuple((each.name, each.without, each.with_, each.interval) for each in found))
    table = attached(
        "price", ("measure", "without", "with", "difference", "low", "high"),
        [(d.measure, d.without, d.with_, d.difference, d.low, d.high)
         for d in (each.difference for each in found)],
    )  # fmt: skip
    alternative = say("Range plot: without the system against with it. The numbers are in the table.")
    return Plate(say("Per 1,000 people a year"), alternative, wide, narrow, grid=grid, csv=table)
