"""What decides a claim: each condition in a sentence, in a row of the figure and in the table."""

from collections.abc import Iterator
from math import floor, log10
from typing import Final

from glasstown.lab.claim import Claim
from glasstown.lab.claim_measure import Expression
from glasstown.lab.verdict import Effect, Verdict
from glasstown.report.figures.plate import Attachment, Grid, Plate, attached, drawn
from glasstown.report.figures.targets import Target, targets
from glasstown.report.numbers import MINUS, MOST_DIGITS, digits_for
from glasstown.report.study.reading import StudyReading
from glasstown.report.study.terms import Written, title, written
from glasstown.report.words import mark

__all__ = ["deciding", "failing", "reasons", "sentences"]

COMPARED: Final = {
    "more": mark(
        "{name}: {other} in “{second}”, {one} in “{first}” (medians over draws). Draw by draw the difference "
        "is {median} in the median ({low} to {high} in nine draws of ten); it counts from {matters} up."
    ),
    "less": mark(
        "{name}: {other} in “{second}”, {one} in “{first}” (medians over draws). Draw by draw the difference "
        "is {median} in the median ({low} to {high} in nine draws of ten); it counts from {matters} down."
    ),
    "same": mark(
        "{name}: {other} in “{second}”, {one} in “{first}” (medians over draws). Draw by draw the difference "
        "is {median} in the median ({low} to {high} in nine draws of ten); the condition is met while it is "
        "smaller than {matters}."
    ),
}
"""By the direction that a condition asks for. The median of differences is no difference of medians."""

AGAINST: Final = {
    "more": mark("{name}: {other} in “{second}” (median; {low} to {high} in nine draws of ten). The "
                 "condition is met above {border}."),
    "less": mark("{name}: {other} in “{second}” (median; {low} to {high} in nine draws of ten). The "
                 "condition is met below {border}."),
    "same": mark("{name}: {other} in “{second}” (median; {low} to {high} in nine draws of ten). The "
                 "condition is met near {border}."),
}  # fmt: skip
"""The same for one arm that is held against a number."""

MOST, FEW = 0.8, 0.5
"""A claim fails mostly on one condition if that fails in so many of its failing draws, all others in few."""

UNKNOWN: Final = mark("{name}: nothing could be read of it in any draw.")


def sentences(reading: StudyReading, claim: Claim, verdict: Verdict) -> tuple[str, ...]:
    """Each condition in words: the figures that decide it, in how many draws it is met, why this border."""
    found = []
    for condition, effect in zip(claim.conditions, verdict.conditions, strict=False):
        told = [_sentence(reading, condition.measure, effect)]
        if effect.draws:
            told.append(_met(reading, effect, verdict.draws))
        found.append(" ".join(told))
    return tuple(found)


def reasons(reading: StudyReading, claim: Claim) -> tuple[tuple[str, str], ...]:
    """Why each border lies where it lies, as the claim's file tells it, each once; and in which language."""
    told = [each.because for each in claim.conditions if each.because.en]
    return tuple(dict.fromkeys((reading.text(each), reading.tongue(each)) for each in told))


def failing(reading: StudyReading, claim: Claim, verdict: Verdict) -> str:
    """The one condition of several on which a claim fails, if it mostly does; else nothing."""
    both = sorted(
        zip(claim.conditions, verdict.conditions, strict=False), key=lambda pair: pair[1].fails, reverse=True
    )
    if len(both) < 2 or not verdict.fails.count:
        return ""
    (condition, worst), (_, next_) = both[:2]
    if worst.fails < MOST * verdict.fails.count or next_.fails > FEW * verdict.fails.count:
        return ""
    say = reading.say
    name = say(
        "{name}: “{second}”",
        name=title(condition.measure, say, reading.numbers), second=say.title(worst.arms[1]),
    )  # fmt: skip
    k = reading.numbers.whole(len(both))
    return say("It fails mostly on one of its {k} conditions ({name}).", k=k, name=name)


def _met(reading: StudyReading, effect: Effect, draws: int) -> str:
    """In how many draws a condition alone is met, and in how many it is not."""
    whole = reading.numbers.whole
    told = reading.say(
        "This is met in {holds} of {n} draws, not met in {fails}.",
        holds=whole(effect.holds), n=whole(draws), fails=whole(effect.fails),
    )  # fmt: skip
    if effect.draws < draws:
        told += " " + reading.say("Medians are over {n} draws.", n=whole(effect.draws))
    return told


def _conditions(claim: Claim, verdict: Verdict) -> Iterator[tuple[Expression, Effect]]:
    for condition, effect in zip(claim.conditions, verdict.conditions, strict=False):
        yield condition.measure, effect


def _beside(claim: Claim, verdict: Verdict) -> Iterator[tuple[Expression, Effect]]:
    """What is shown beside and no condition has shown."""
    told = {(e.measure, e.arms) for e in verdict.conditions}
    for of, effect in zip(claim.shows, verdict.shows, strict=False):
        if (effect.measure, effect.arms) not in told:
            yield of, effect


def _sentence(reading: StudyReading, of: Expression, effect: Effect) -> str:
    say = reading.say
    name = _titled(reading, of)
    if effect.median is None or effect.low is None or effect.high is None:
        return say(UNKNOWN, name=name)
    how, digits = _how(reading, of), _digits(reading, of, effect)
    direction = effect.direction or "more"
    other = _value(how, effect.other or 0.0, digits)
    if effect.than is not None:
        low, high = (_value(how, effect.than + each, digits) for each in (effect.low, effect.high))
        return say(
            AGAINST[direction], name=name, other=other, second=say.title(effect.arms[1]), low=low, high=high,
            border=how.value(_border(effect), digits),
        )  # fmt: skip
    median, low, high = (how.change(each, digits) for each in (effect.median, effect.low, effect.high))
    return say(
        COMPARED[direction], name=name, other=other, second=say.title(effect.arms[1]),
        first=say.title(effect.arms[0]),
        one=_value(how, effect.one or 0.0, digits), median=_points(reading, how, median), low=low, high=high,
        matters=_matters(reading, how, effect),
    )  # fmt: skip


def _how(reading: StudyReading, of: Expression) -> Written:
    return written(of, reading.say, reading.numbers)


def _titled(reading: StudyReading, of: Expression) -> str:
    """Name and unit of an expression."""
    how = _how(reading, of)
    name = title(of, reading.say, reading.numbers)
    return reading.say("{name} ({unit})", name=name, unit=how.unit) if how.unit else name


def _digits(reading: StudyReading, of: Expression, effect: Effect) -> int:
    """Decimals for every figure of a condition: two figures of its spread, one of what matters.

    Never fewer than tell a median from nothing, nor more than three figures of the largest.
    """
    how, half = _how(reading, of), ((effect.high or 0.0) - (effect.low or 0.0)) / 2
    least = digits_for(0.0, how.factor * _least(effect)) if _least(effect) else -9
    values = [each for each in (effect.one, effect.other) if each]
    return min(max(how.digits(half), least, *(how.digits(each) for each in values)), MOST_DIGITS)


def _value(how: Written, raw: float, digits: int) -> str:
    """A value with three figures at most: a small difference of large values is told by the difference."""
    return how.value(raw, min(digits, 2 - floor(log10(abs(how.factor * raw)))) if raw else digits)


def _least(effect: Effect) -> float:
    """The smallest difference that matters, in the expression's unit; at the median if it is relative."""
    matters = effect.matters or 0.0
    return matters * abs(effect.one or 0.0) if effect.relative else matters


def _border(effect: Effect) -> float:
    """The value of the one arm from which a condition counts."""
    sign = -1 if effect.direction == "less" else 1
    return (effect.than or 0.0) + (0.0 if effect.direction == "same" else sign * _least(effect))


def _points(reading: StudyReading, how: Written, text: str) -> str:
    """A difference in words: of shares in percentage points."""
    if not how.share:
        return text
    bare = text.lstrip(f"+{MINUS}")
    few = bare.partition(",")[0] in ("0", "1") if reading.say.language == "fr" else bare == "1"
    return reading.say.many(1 if few else 2, "{n} point", "{n} points", n=text)


def _matters(reading: StudyReading, how: Written, effect: Effect) -> str:
    """The smallest difference that matters, in words."""
    say, numbers = reading.say, reading.numbers
    if not effect.matters:
        return say("any difference")
    if effect.relative:
        return say(
            "{share} of the value in the first arm",
            share=numbers.percent(effect.matters, _least_digits(effect.matters)),
        )
    return _points(reading, how, numbers.shown(round(how.factor * effect.matters, 6)))


def _least_digits(share: float) -> int:
    """As few decimals as say a share exactly as per cent, at most three."""
    return next((digits for digits in range(3) if abs(round(100 * share, digits) - 100 * share) < 1e-9), 3)


def deciding(reading: StudyReading, claim: Claim, verdict: Verdict) -> Plate | None:
    """The figure of a claim's conditions with the table of all that was read; None if nothing was."""
    say = reading.say
    every = [*_conditions(claim, verdict), *_beside(claim, verdict)]
    rows = [
        _row(reading, of, effect)
        for of, effect in _conditions(claim, verdict) if effect.median is not None
    ]  # fmt: skip
    told = [(of, effect) for of, effect in every if effect.median is not None]
    if not told:
        return None
    head = (
        say("Measure"), say("First arm"), say("Second arm"), say("Difference, median"),
        say("In nine draws of ten"), say("Chance alone, in one draw"),
    )  # fmt: skip
    grid = Grid(head, tuple(_cells(reading, of, effect) for of, effect in told))
    wide, narrow = drawn(lambda width: targets(width, rows)) if rows else ("", "")
    alternative = say(
        "For each condition: the median difference as a dot, nine draws of ten as a bar, and the shaded part "
        "in which the condition is met. The sentences and the table say the same."
    )
    return Plate(
        say("What decides it") if rows else "", alternative, wide, narrow, grid=grid,
        csv=_table(verdict),
    )  # fmt: skip


def _row(reading: StudyReading, of: Expression, effect: Effect) -> Target:
    how, digits = _how(reading, of), _digits(reading, of, effect)
    least, base = _least(effect), effect.than or 0.0
    values = [base + (each or 0.0) for each in (effect.median, effect.low, effect.high)]
    region: tuple[float | None, float | None] = {
        "more": (base + least, None), "less": (None, base - least), "same": (base - least, base + least),
    }[effect.direction or "more"]  # fmt: skip

    def text(value: float) -> str:
        return how.value(value, digits) if effect.than is not None else how.change(value, digits)

    no_difference = text(base) if effect.than is not None else reading.say("no difference")
    ticks = [(each, text(each)) for each in region if each is not None and each != base]
    median = text(values[0])
    return Target(
        _titled(reading, of), values[0], values[1], values[2], region, (*ticks, (base, no_difference)),
        median if effect.than is not None else _points(reading, how, median), base,
    )  # fmt: skip


def _cells(reading: StudyReading, of: Expression, effect: Effect) -> tuple[str, ...]:
    how, digits, say = _how(reading, of), _digits(reading, of, effect), reading.say
    name, (first, second) = _titled(reading, of), map(say.title, effect.arms)
    if first:
        name = say("{name}: “{second}” against “{first}”", name=name, first=first, second=second)
    else:
        name = say("{name}: “{second}”", name=name, second=second)

    def value(raw: float | None) -> str:
        return "–" if raw is None else _value(how, raw, digits)

    def change(raw: float | None) -> str:
        return "–" if raw is None else how.change(raw, digits)

    spread = say("{low} to {high}", low=change(effect.low), high=change(effect.high))
    chance = "–"
    if effect.error is not None:
        decimals = max(min(how.digits(effect.error), MOST_DIGITS), 0)
        least = 10.0**-decimals
        chance = reading.numbers.plain(
            max(how.factor * effect.error, least) if effect.error else 0.0, decimals
        )
        if 0 < how.factor * effect.error < least / 2:
            chance = f"< {chance}"
    one = value(effect.one) if first else say("border: {value}", value=value(effect.than))
    return name, one, value(effect.other), change(effect.median), spread, chance


def _table(verdict: Verdict) -> Attachment:
    """Everything that the file of verdicts holds of the conditions and of what is shown beside."""
    head = (
        "measure", "unit", "decides", "arm_without", "arm_with", "than", "median_without", "median_with",
        "median_difference", "low_5", "high_95", "standard_error", "draws", "direction", "matters",
        "relative", "holds", "fails", "undecided",
    )  # fmt: skip
    rows = [
        (e.measure, e.unit, decides, *e.arms, e.than, e.one, e.other, e.median, e.low, e.high, e.error,
         e.draws, e.direction, e.matters, str(e.relative).lower(), e.holds, e.fails, e.undecided)
        for decides, some in (("yes", verdict.conditions), ("no", verdict.shows)) for e in some
    ]  # fmt: skip
    return attached(f"claim-{verdict.claim}", head, rows)
