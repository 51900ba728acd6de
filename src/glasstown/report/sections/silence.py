"""What is said against what is thought."""

from typing import Final

from glasstown.report.figures import lines
from glasstown.report.figures.plate import Grid, Plate, attached, drawn
from glasstown.report.findings import course_of
from glasstown.report.reading import Reading, Section, told
from glasstown.report.words import mark

VOICED: Final = {
    "less": mark(
        "With the system people say {size} points less of what is critical than the same people without it "
        "({with_} against {without}; interval of the difference {interval})."
    ),
    "more": mark(
        "With the system people say {size} points more of what is critical than the same people without it "
        "({with_} against {without}; interval of the difference {interval})."
    ),
    "same": mark("People say exactly the same in both worlds: {with_} of what could be said is critical."),
    "unsure": mark(
        "People say about the same in both worlds ({with_} with the system, {without} without it): the "
        "interval "
        "of the difference, {range} points, holds zero."
    ),
    "unknown": mark(
        "In this run people said {with_} with the system and {without} without it; the town has too few "
        "districts "
        "to tell how much of that is chance."
    ),
}

HIDDEN: Final = {
    "more": mark(
        "{with_} of people say less than they think, against {without} without the system ({range} points)."
    ),
    "less": mark(
        "Fewer people than without it say less than they think: {with_} against {without} ({range} points)."
    ),
    "same": mark("The same people say less than they think in both worlds: {with_}."),
    "unsure": mark(
        "{with_} of people say less than they think, {without} without the system: no difference that this "
        "run "
        "can show ({range} points)."
    ),
    "unknown": mark("{with_} of people say less than they think, {without} without the system."),
}

THOUGHT: Final = {
    "same": mark("What people think is the same in both worlds: no institution here changes minds."),
    "more": mark("What people think is itself more critical with the system ({with_} against {without})."),
    "less": mark("What people think is itself less critical with the system ({with_} against {without})."),
    "unsure": mark("What people think hardly differs ({with_} with the system, {without} without it)."),
    "unknown": mark("What people think: {with_} with the system, {without} without it."),
}


def section(reading: Reading) -> Section | None:
    """None where nobody's speech is measured."""
    findings, say = reading.findings, reading.say
    voiced = findings.get("voiced")
    if voiced is None:
        return None
    lead = [told(voiced, VOICED)]
    hidden, thought = findings.get("self_censoring"), findings.get("private_dissent")
    lead += [told(hidden, HIDDEN)] if hidden else []
    lead += [told(thought, THOUGHT)] if thought else []
    plates = [_speech(reading)]
    if hidden:
        plates.append(_silent(reading))
    note = say(
        "100% would be a town that thinks of nothing but criticism. The bracket at the right is the 95% "
        "interval of "
        "the last difference, seen from the line without the system."
    )
    return Section(
        "silence", say("What is said against what is thought"), tuple(lead), (note,), tuple(plates)
    )


def _speech(reading: Reading) -> Plate:
    say, numbers = reading.say, reading.numbers
    drawn_lines = []
    thought = course_of(reading.pair, "private_dissent")
    for world in ("with", "without"):
        if world in thought:
            days, values = thought[world]
            label = say("thought {value}", value=numbers.percent(values[-1], 1))
            drawn_lines.append(lines.Line(days.tolist(), values.tolist(), "ln thin", label))
            break
    drawn_lines += worlds(reading, "voiced")
    return over_time(reading, "voiced", say("Critical share of what is thought and said"), drawn_lines)


def _silent(reading: Reading) -> Plate:
    title = reading.say("People who say less than they think")
    return over_time(reading, "self_censoring", title, worlds(reading, "self_censoring"))


def worlds(reading: Reading, measure: str) -> list[lines.Line]:
    """The course of a measure in each world that has it."""
    say, numbers = reading.say, reading.numbers
    found = course_of(reading.pair, measure)
    labels = {"without": mark("without {value}"), "with": mark("with {value}")}
    kinds = {"without": "ln co", "with": "ln cw"}
    return [
        lines.Line(days.tolist(), values.tolist(), kinds[world],
                   say(labels[world], value=numbers.percent(values[-1], 1)))
        for world, (days, values) in found.items()
    ]  # fmt: skip


def over_time(reading: Reading, measure: str, title: str, drawn_lines: list[lines.Line]) -> Plate:
    """Lines over the days, with the interval of the last difference."""
    say, numbers = reading.say, reading.numbers
    it = reading.findings.get(measure)
    bracket = None
    if it and it.difference.low is not None and it.difference.high is not None:
        base = it.difference.without
        bracket = lines.Bracket(base + it.difference.low, base + it.difference.high, "ci cw")
    ticks = lines.Ticks(lambda value: numbers.percent(value, 0 if value * 100 == round(value * 100) else 1),
                        reading.day_ticks())  # fmt: skip
    wide, narrow = drawn(lambda width: lines.course(width, drawn_lines, ticks, bracket))
    names = {"ln cw": say("With the system"), "ln co": say("Without it"), "ln thin": say("Thought")}
    keys = {"ln cw": "with", "ln co": "without", "ln thin": "thought"}
    days = [int(day) for day in drawn_lines[-1].days]
    values = list(zip(*(line.values for line in drawn_lines), strict=False))
    some = sorted({*range(0, len(values), max(1, len(values) // 12)), len(values) - 1})
    rows = [(numbers.whole(days[k]), *(numbers.percent(each, 1) for each in values[k])) for k in some]
    head = (say("Day"), *(names[line.kind] for line in drawn_lines))
    table = attached(
        measure,
        ("day", *(keys[line.kind] for line in drawn_lines)),
        [(day, *(round(each, 6) for each in here)) for day, here in zip(days, values, strict=False)],
    )
    alternative = say(
        "Line chart over {days} days. The numbers are in the table.", days=numbers.whole(reading.days)
    )
    return Plate(title, alternative, wide, narrow, grid=Grid(head, tuple(rows)), csv=table)
