"""Checked and detained: how often something is found, and how many of those held had done something."""

import numpy as np

from glasstown.report.findings import course_of
from glasstown.report.price import by_district, people_by_district, share_of
from glasstown.report.reading import Reading, Section
from glasstown.report.sections.foreseen import of_hundred
from glasstown.report.sections.rows import by_part, some

UNEVEN = 2.0
"""From how many times its share of people on the most checked district is told."""


def checks(reading: Reading) -> Section | None:
    """None where nobody is checked."""
    say, findings = reading.say, reading.findings
    checked = findings.get("checked")
    if checked is None or not checked.difference.with_:
        return None
    lead = [say("People are stopped and checked {n} times per 1,000 a year.", n=checked.with_)]
    stops, finds = (by_district(reading.pair, name, "with") for name in ("checked", "found"))
    people = people_by_district(reading.pair)
    share = share_of(finds, stops, people, within=True)
    if share:
        lead.append(
            say("In {share} of checks something is found, or seems to be.", share=reading.range_of(share))
        )
    most = int(np.argmax(stops))
    lives, falls = float(people[most] / people.sum()), float(stops[most] / stops.sum())
    if falls >= UNEVEN * lives:
        lead.append(say(
            "They fall unevenly: the district that is checked most, with {people} of people, has "
            "{checks} of all "
            "checks.", people=reading.numbers.percent(lives, 0), checks=reading.numbers.percent(falls, 0),
        ))  # fmt: skip
    note = say(
        "Where something was found, more checks follow, and more is found there: finds say where people were "
        "sent, not only where something was."
    )
    who = by_part(reading, "checks", say("Checks per 1,000 people a year, by who people are"), "checked")
    return Section("checks", say("Stopped and checked"), tuple(lead), (note,), (who,) if who else ())


def held(reading: Reading) -> Section | None:
    """None where nobody is detained."""
    say, numbers, findings = reading.say, reading.numbers, reading.findings
    found = some(reading, "detained", "misdetained")
    if not found:
        return None
    right, wrong = (findings.get(name) for name in ("detained", "misdetained"))
    lead = [say(
        "Of 1,000 people a year, {right} are detained who had done something, and {wrong} who had done "
        "nothing.",
        right=right.with_ if right else numbers.whole(0), wrong=wrong.with_ if wrong else numbers.whole(0),
    )]  # fmt: skip
    nothing, something = (by_district(reading.pair, name, "with") for name in ("misdetained", "detained"))
    share = share_of(nothing, something, people_by_district(reading.pair))
    if share:
        lead.append(
            say("Without an offence: {share} of all who are detained.", share=reading.range_of(share))
        )
    lead += _days(reading)
    note = say("Without an offence means: the person had not lately done what people are detained for.")
    plates = []
    if share:
        title = say("People without an offence, of 100 who are detained")
        plates.append(
            of_hundred(
                reading, "detained", title, say("Had done nothing"), share, ("misdetained", "detained")
            )
        )
    title = say("Detained without an offence, per 1,000 people a year")
    who = by_part(reading, "misdetained", title, "misdetained")
    plates += [who] if who else []
    return Section(
        "detention", say("Detained, with and without an offence"), tuple(lead), (note,), tuple(plates)
    )


def _days(reading: Reading) -> list[str]:
    """Days in detention, from how many were held at each sample."""
    course = course_of(reading.pair, "in_detention").get("with")
    if course is None or not course[1].any():
        return []
    days = float(course[1].mean()) * 365 * 1000
    return [reading.say(
        "All of them together spend about {days} days a year in detention for each 1,000 people; {share} of "
        "people are held at the end.",
        days=reading.numbers.plain(days, 0 if days >= 10 else 1), share=_last(reading),
    )]  # fmt: skip


def _last(reading: Reading) -> str:
    it = reading.findings.get("in_detention")
    return it.with_ if it else reading.numbers.percent(0.0)
