"""The authority: what is granted to it, and who stands up against it."""

from typing import Final

from glasstown.report.reading import Reading, Section, told
from glasstown.report.sections.rows import alike, plate, some
from glasstown.report.sections.silence import over_time, worlds
from glasstown.report.words import flat, mark

GRANTED: Final = flat(
    mark(
        "People grant the authority more legitimacy with the system: {with_} of what they could, against "
        "{without}."
    ),
    mark(
        "People grant the authority less legitimacy with the system: {with_} of what they could, against "
        "{without}."
    ),
    mark(
        "The legitimacy that people grant the authority is about the same in both worlds: {with_} with the "
        "system, {without} without it."
    ),
)

STOOD: Final = flat(
    mark("More stand up against it: {with_} per 1,000 people a year, against {without}."),
    mark("Fewer stand up against it: {with_} per 1,000 people a year, against {without}."),
    mark(
        "About as many stand up against it: {with_} per 1,000 people a year with the system, {without} "
        "without; "
        "no difference that this run can show."
    ),
)


def section(reading: Reading) -> Section | None:
    """None where nothing is granted to anybody, or the worlds are alike in it."""
    say, findings = reading.say, reading.findings
    if not some(reading, "legitimacy") or alike(reading, "legitimacy", "stood_up", "arrested"):
        return None
    legitimacy, stood = findings.get("legitimacy"), findings.get("stood_up")
    lead = [told(legitimacy, GRANTED)] if legitimacy else []
    if stood and legitimacy:
        lead.append(told(stood, STOOD))
    note = say(
        "What people grant rises with growth and perceived merit, and falls with what they see done to "
        "others. "
        "Few stand up where much is granted or arrest is likely: quiet is no proof of consent."
    )
    title = say("Legitimacy granted to the authority")
    plates = [over_time(reading, "legitimacy", title, worlds(reading, "legitimacy"))]
    flows = [(each.name, each) for each in some(reading, "stood_up", "arrested")]
    if flows:
        plates.append(plate(reading, "standing-up", say("Standing up, per 1,000 people a year"), flows))
    return Section(
        "authority", say("What is granted, and who stands up"), tuple(lead), (note,), tuple(plates)
    )
