"""Neighbours: who is reported, rightly and wrongly."""

from typing import Final

from glasstown.report.price import by_district, people_by_district, share_of
from glasstown.report.reading import Reading, Section, told
from glasstown.report.sections.rows import alike, by_part, plate, some
from glasstown.report.words import flat, mark

REPORTED: Final = flat(
    mark(
        "With the system, neighbours report more of what people did: {with_} times per 1,000 people a year, "
        "against {without}."
    ),
    mark(
        "With the system, neighbours report less of what people did: {with_} times per 1,000 people a year, "
        "against {without}."
    ),
    mark(
        "Neighbours report what people did {with_} times per 1,000 people a year, {without} times "
        "without the "
        "system: no difference that this run can show."
    ),
)

MISREPORTED: Final = flat(
    mark("They also report more of what nobody did: {with_}, against {without}."),
    mark("They report less of what nobody did: {with_}, against {without}."),
    mark("What nobody did they report {with_} times, {without} times without it, which may be chance."),
)


def section(reading: Reading) -> Section | None:
    """None where nobody reports anybody, or the worlds are alike in that."""
    say, findings = reading.say, reading.findings
    found = some(reading, "reported", "misreported")
    if not found or alike(reading, "reported", "misreported"):
        return None
    reported, misreported = findings.get("reported"), findings.get("misreported")
    lead = [told(reported, REPORTED)] if reported else []
    lead += [told(misreported, MISREPORTED)] if misreported else []
    lead += _false(reading)
    pressed = findings.get("enforced")
    if pressed and pressed.difference.with_:
        lead.append(say(
            "People press each other to keep quiet too, or to speak: on {with_} days per 1,000 people a year "
            "({without} without it).", with_=pressed.with_, without=pressed.without,
        ))  # fmt: skip
    note = say("A report counts for the person it is about. No institution knows which reports are false.")
    rows = [(each.name, each) for each in found]
    plates = [plate(reading, "reports", say("Reports, per 1,000 people a year"), rows)]
    who = by_part(reading, "reported", say("Reported for what they did, by who people are"), "reported")
    plates += [who] if who else []
    title = say("Neighbours who report")
    return Section("neighbours", title, tuple(lead), (note,), tuple(plates))


def _false(reading: Reading) -> list[str]:
    """How many of all reports are false, with the system."""
    wrong, right = (by_district(reading.pair, name, "with") for name in ("misreported", "reported"))
    share = share_of(wrong, right, people_by_district(reading.pair))
    if share is None:
        return []
    return [reading.say(
        "Of all reports with the system, {share} are false.", share=reading.range_of(share),
    )]  # fmt: skip
