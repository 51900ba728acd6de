"""The price of safety: what goes with an offence prevented, over the draws, and who bears it."""

from math import isfinite
from typing import Final

from glasstown.lab.frontier import Spread
from glasstown.lab.price import BURDEN, COSTS, OFFENCES, Price, Share
from glasstown.report.figures import intervals, prices
from glasstown.report.figures.plate import Attachment, Grid, Plate, attached, drawn
from glasstown.report.names import BREAKDOWNS, level_name, measure_name
from glasstown.report.study.reading import Chapter, StudyReading, known
from glasstown.report.words import mark

__all__ = ["chapter"]

EACH: Final = {
    "ever_misrecorded": mark("people wrongly recorded"),
    "lost_points_wrongly": mark("days of points lost wrongly"),
    "misdetained": mark("people detained without an offence"),
    "spotless_harmed": mark("people wronged who did nothing worse than cross on red"),
    "ever_closed": mark("people for whom a right closed"),
}
"""What goes with offences prevented, inside a sentence."""


def chapter(reading: StudyReading) -> Chapter | None:
    """None where the study has no price, or no draw of it."""
    price, say = reading.study.price, reading.say
    if price is None or not price.draws:
        return None
    lead = [_prevented(reading, price), *_told(reading, price), *_borne(reading, price)]
    notes = (
        say("The offences of this model are crossings on red: nothing here is about violence or theft."),
        say("Each figure is the median over draws, with the range of nine draws of ten. Negative means fewer "
            "with the system than without it."),
    )  # fmt: skip
    plates = [plate for plate in (_each(reading, price), *_bills(reading, price)) if plate]
    return Chapter(
        "price", say("The price of safety"), tuple(lead), notes, tuple(plates),
        ((say("Price by part of the town as CSV"), _file(price)),),
    )  # fmt: skip


def _prevented(reading: StudyReading, price: Price) -> str:
    say, whole = reading.say, reading.numbers.whole
    everybody = next((each for each in price.shares if each.by == "all"), None)
    counts = {"prevents": whole(price.prevents), "draws": whole(price.draws)}
    if everybody is None or not known(everybody.prevented) or not known(price.prevented):
        return say(
            "In {prevents} of {draws} draws there are fewer crossings on red with the system.", **counts
        )
    percent = reading.numbers.percent
    return say(
        "In {prevents} of {draws} draws there are fewer crossings on red, the offences of this model, with "
        "the system than without it. It prevents {share} of them ({low} to {high} in nine draws of ten): for "
        "1,000 people in a year {fewer}.",
        fewer=reading.spread(everybody.prevented), share=percent(price.prevented.median, 0),
        low=percent(price.prevented.low, 0), high=percent(price.prevented.high, 0), **counts,
    )  # fmt: skip


def _borne(reading: StudyReading, price: Price) -> list[str]:
    """How many get a false entry because of the system, and by which group it is borne."""
    say, whole = reading.say, reading.numbers.whole
    everybody = next((each for each in price.shares if each.by == "all"), None)
    if everybody is None or not known(everybody.costs[BURDEN]) or not known(price.burden):
        return []
    return [say(
        "Of 1,000 people {people} get a false entry within the year. For each in group A there are {ratio} "
        "per head in group B; B bears more in {k} of {n} draws.",
        people=reading.spread(everybody.costs[BURDEN]), ratio=reading.spread(price.burden),
        k=whole(price.heavier), n=whole(price.compared),
    )]  # fmt: skip


def _told(reading: StudyReading, price: Price) -> list[str]:
    """What one offence prevented goes with; that there is no price where none is prevented."""
    say = reading.say
    some = [(what, spread) for what, spread in price.each.items() if known(spread)]
    if not some:
        return [say("No draw prevents any, so there is no price to give.")]
    base = _count_by(price)
    return [
        say.many(
            round(base),
            "For each offence prevented: {value} {what}.",
            "For each {base} offences prevented: {value} {what}.",
            base=reading.numbers.whole(base), value=reading.spread(spread, base), what=say(EACH[what]),
        )
        for what, spread in some if what in ("ever_misrecorded", "misdetained") and what in EACH
    ]  # fmt: skip


def _count_by(price: Price) -> float:
    """Offences prevented to count by: the power of ten at which most rows are one or more."""
    some = sorted(each.median for each in price.each.values() if known(each) and each.median > 0)
    middle = some[len(some) // 2] if some else 1.0
    return next((base for base in (1.0, 10.0, 100.0, 1000.0) if middle * base >= 1), 10_000.0)


def _each(reading: StudyReading, price: Price) -> Plate | None:
    """The harms that go with offences prevented, on one logarithmic scale with them."""
    say, numbers, base = reading.say, reading.numbers, _count_by(price)
    label = say.many(
        round(base), "{base} offence prevented", "{base} offences prevented", base=numbers.whole(base)
    )
    shown = sorted(
        ((what, spread) for what, spread in price.each.items() if known(spread) and spread.median > 0),
        key=lambda each: -each[1].median,
    )
    rows = [
        prices.Cost(measure_name(what, say), base * it.median, base * it.low, base * it.high,
                    reading.spread(it, base))
        for what, it in shown
    ]  # fmt: skip
    head = (say("Harm"), label)
    grid = Grid(
        head, tuple((measure_name(what, say), reading.spread(it, base)) for what, it in price.each.items())
    )
    csv = attached(
        "price-each", ("measure", "median_per_offence_prevented", "low_5", "high_95"),
        [(what, *_ends(it)) for what, it in price.each.items()],
    )  # fmt: skip
    if not rows:
        return None
    wide, narrow = drawn(
        lambda width: prices.costs(width, rows, base, label, lambda value: numbers.shown(round(value, 6)))
    )
    title = say.many(
        round(base), "What goes with one offence prevented", "What goes with {base} offences prevented",
        base=numbers.whole(base),
    )  # fmt: skip
    alternative = say(
        "Dot plot on a logarithmic scale, each dot with its interval. The numbers are in the table."
    )
    return Plate(title, alternative, wide, narrow, grid=grid, csv=csv)


def _bills(reading: StudyReading, price: Price) -> list[Plate]:
    """Who gains and who pays: one figure for what is prevented, one for each harm that there is."""
    say = reading.say
    found = [_bill(reading, say("Offences prevented, for 1,000 people a year"), "prevented",
                   [(each, each.prevented) for each in price.shares])]  # fmt: skip
    for what in COSTS:
        some = [(each, each.costs[what]) for each in price.shares if what in each.costs]
        if any(known(spread) and (spread.low or spread.high) for _, spread in some):
            title = say("{name}, more for 1,000 people a year", name=measure_name(what, say))
            found.append(_bill(reading, title, what, some))
    return [plate for plate in found if plate]


def _bill(reading: StudyReading, title: str, name: str, some: list[tuple[Share, Spread]]) -> Plate | None:
    say, numbers = reading.say, reading.numbers
    there = [(share, it) for share, it in some if known(it)]
    if not there:
        return None
    rows = [
        intervals.Interval(
            _who(reading, share), it.median, it.low, it.high, reading.spread(it), share.by == "all"
        )
        for share, it in there
    ]  # fmt: skip
    wide, narrow = drawn(
        lambda width: intervals.intervals(width, rows, lambda value: numbers.shown(round(value, 6)))
    )
    grid = Grid((say("Who"), say("Median and nine draws of ten")),
                tuple((_who(reading, share), reading.spread(it)) for share, it in some))  # fmt: skip
    csv = attached(
        f"price-{name}", ("by", "level", "median", "low_5", "high_95"),
        [(share.by, share.level, *_ends(it)) for share, it in some],
    )  # fmt: skip
    alternative = say(
        "Dot plot by part of the town, each dot with its interval. The numbers are in the table."
    )
    return Plate(title, alternative, wide, narrow, grid=grid, csv=csv)


def _who(reading: StudyReading, share: Share) -> str:
    if share.by == "all":
        return reading.say(BREAKDOWNS["all"])
    return level_name(share.by, share.level, reading.say, reading.numbers)


def _ends(spread: Spread) -> tuple[float | None, ...]:
    """The numbers of a spread for a file: empty where there is none."""
    return tuple(each if isfinite(each) else None for each in (spread.median, spread.low, spread.high))


def _file(price: Price) -> Attachment:
    rows = [
        (each.by, each.level, what, *_ends(spread))
        for each in price.shares
        for what, spread in ((OFFENCES, each.prevented), *each.costs.items())
    ]
    return attached("price", ("by", "level", "measure", "median", "low_5", "high_95"), rows)
