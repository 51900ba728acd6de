"""Who has which score, and what it opens."""

from glasstown.report.figures import ranges, scores
from glasstown.report.figures.plate import Grid, Plate, attached, drawn
from glasstown.report.findings import Finding, digits_of
from glasstown.report.names import BREAKDOWNS, RIGHTS
from glasstown.report.reading import Reading, Section

__all__ = ["section"]


def section(reading: Reading) -> Section | None:
    """None where nobody is scored."""
    say, findings = reading.say, reading.findings
    mean = findings.get("score")
    if mean is None:
        return None
    plates = [plate for plate in (_spread(reading), _means(reading)) if plate]
    lead = [_mean(reading, mean), *_widest(reading)]
    notes = [
        say(
            "The score exists only in the world with the system. Intervals are those of the mean over "
            "districts: how "
            "far it might differ in another town drawn in the same way."
        )
    ]
    return Section(
        "score", say("The score, by age, income and group"), tuple(lead), tuple(notes), tuple(plates)
    )


def _mean(reading: Reading, mean: Finding) -> str:
    it = mean.difference
    if it.low is None or it.high is None or reading.measured_without("score"):
        return reading.say("At the end the mean score is {mean}.", mean=mean.with_)
    low, high = mean.value(it.with_ - it.difference + it.low), mean.value(it.with_ - it.difference + it.high)
    return reading.say(
        "At the end the mean score is {mean} ({low} to {high}), on a scale from {floor} to {ceiling}.",
        mean=mean.with_, low=low, high=high,
        floor=reading.numbers.whole(scores.LOWEST), ceiling=reading.numbers.whole(scores.HIGHEST),
    )  # fmt: skip


def _widest(reading: Reading) -> list[str]:
    """Between which parts of one breakdown scores differ most, if their intervals do not meet."""
    widest: tuple[float, Finding, Finding] | None = None
    for by in ("group", "fifth", "age"):
        parts = [each for each in reading.findings.parts("score", by) if each.difference.with_ > 0]
        if len(parts) > 1:
            low = min(parts, key=lambda each: each.difference.with_)
            high = max(parts, key=lambda each: each.difference.with_)
            gap = high.difference.with_ - low.difference.with_
            if _apart(low, high) and (widest is None or gap > widest[0]):
                widest = (gap, low, high)
    if widest is None:
        return [reading.say("No two parts of the town differ by more than their intervals.")]
    _, low, high = widest
    return [reading.say(
        "The widest gap is between “{low}” ({a}) and “{high}” ({b}).",
        low=reading.part(low), a=low.with_, high=reading.part(high), b=high.with_,
    )]  # fmt: skip


def _apart(low: Finding, high: Finding) -> bool:
    one, other = low.difference, high.difference
    if one.high is None or other.low is None:
        return False
    return one.without + one.high < other.without + other.low


def _spread(reading: Reading) -> Plate | None:
    say, numbers = reading.say, reading.numbers
    summary = reading.pair.with_.summary
    histogram = summary.get("score_histogram", {}).get("all")
    if not histogram:
        return None
    counts, step = [int(n) for n in histogram[0]], int(summary["score_step"])
    doors = _doors(reading)
    wide, narrow = drawn(
        lambda width: scores.histogram(
            width, counts, step, doors, numbers.whole, lambda s: numbers.percent(s, 0)
        )
    )
    total = sum(counts) or 1
    bins = [(scores.LOWEST + k * step, scores.LOWEST + (k + 1) * step, n) for k, n in enumerate(counts)]
    rows = tuple(
        (say("{low} to {high}", low=numbers.whole(low), high=numbers.whole(high)),
         numbers.whole(n), numbers.percent(n / total, 1))
        for low, high, n in bins if n
    )  # fmt: skip
    grid = Grid((say("Score"), say("People"), say("Share")), rows)
    alternative = say("Histogram of scores with the thresholds of rights. The numbers are in the table.")
    table = attached("scores", ("from", "to", "people"), bins)
    return Plate(
        say("People by score at the end, and the doors"), alternative, wide, narrow, grid=grid, csv=table
    )


def _doors(reading: Reading) -> list[scores.Door]:
    found: dict[float, list[str]] = {}
    for right, score in reading.thresholds.items():
        found.setdefault(score, []).append(reading.say(RIGHTS[right]))
    doors = []
    for score, names in found.items():
        if len(names) > 2:
            words = reading.say(
                "{first} and {n} more", first=names[0], n=reading.numbers.whole(len(names) - 1)
            )
        else:
            words = ", ".join(names)
        doors.append(scores.Door(score, words))
    return doors


def _means(reading: Reading) -> Plate | None:
    say, numbers, findings = reading.say, reading.numbers, reading.findings
    marks: list[ranges.Heading | ranges.Row] = []
    parts: list[Finding] = []
    for by in ("group", "fifth", "age"):
        some = [each for each in findings.parts("score", by) if each.difference.with_ > 0]
        if some:
            marks.append(ranges.Heading(say(BREAKDOWNS[by])))
            marks += [_row(reading, each, digits_of(some)) for each in some]
            parts += some
    if not parts:
        return None
    seen = [v for row in marks if isinstance(row, ranges.Row) for v in (row.low, row.with_, row.high) if v]
    start = 10.0 * (min(seen) // 10)
    wide, narrow = drawn(
        lambda width: ranges.ranges(width, marks, numbers.whole, reading.worlds(), start, max(seen))
    )
    head = (say("Who"), say("Mean score"), say("Interval"), say("People"))
    grid = Grid(head, tuple(
        (reading.part(each), each.with_, each.interval.replace("+", ""),
         numbers.whole(each.difference.people))
        for each in parts
    ))  # fmt: skip
    table = attached(
        "score", ("by", "level", "mean", "low", "high", "people"),
        [(d.by, d.level, d.with_, None if d.low is None else d.without + d.low,
          None if d.high is None else d.without + d.high, d.people)
         for d in (each.difference for each in parts)],
    )  # fmt: skip
    alternative = say(
        "Mean score of each part of the town with its interval. The axis does not start at zero. The "
        "numbers are in the table."
    )
    return Plate(
        say("Mean score, by who people are (the axis does not start at zero)"),
        alternative,
        wide,
        narrow,
        grid=grid,
        csv=table,
    )


def _row(reading: Reading, finding: Finding, digits: int) -> ranges.Row:
    it = finding.difference
    low = None if it.low is None else it.without + it.low
    high = None if it.high is None else it.without + it.high
    return ranges.Row(reading.part(finding), None, it.with_, low, high, "", finding.value(it.with_, digits))
