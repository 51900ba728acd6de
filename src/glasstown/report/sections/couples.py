"""Couples: who finds a partner."""

from typing import Final

from glasstown.report.reading import Reading, Section, told
from glasstown.report.sections.rows import alike, by_part, some
from glasstown.report.words import flat, mark

PAIRED: Final = flat(
    mark("More people find a partner with the system: {with_} per 1,000 a year, against {without}."),
    mark("Fewer people find a partner with the system: {with_} per 1,000 a year, against {without}."),
    mark(
        "About as many people find a partner: {with_} per 1,000 a year with the system, {without} "
        "without it; no "
        "difference that this run can show."
    ),
)


def section(reading: Reading) -> Section | None:
    """None where nobody seeks a partner, or the worlds are alike in it."""
    say = reading.say
    paired = reading.findings.get("paired")
    if paired is None or alike(reading, "paired", "partnered"):
        return None
    lead = [told(paired, PAIRED)]
    partnered = reading.findings.get("partnered")
    if partnered and some(reading, "partnered"):
        lead.append(say("At the end {with_} of people have one, {without} without it.",
                        with_=partnered.with_, without=partnered.without))  # fmt: skip
    who = by_part(reading, "couples", say("Found a partner, per 1,000 people a year"), "paired")
    return Section("couples", say("Couples"), tuple(lead), (), (who,) if who else ())
