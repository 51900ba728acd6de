"""Help, trust, and the ties that are kept or dropped: where the system may do good as well as harm."""

from typing import Final

from glasstown.report.reading import Reading, Section, told
from glasstown.report.sections.rows import alike, plate, some
from glasstown.report.words import flat, mark

HELPED: Final = flat(
    mark(
        "People help each other more with the system: on {with_} days per 1,000 people a year, against "
        "{without}."
    ),
    mark(
        "People help each other less with the system: on {with_} days per 1,000 people a year, against "
        "{without}."
    ),
    mark(
        "People help each other about as much in both worlds: on {with_} days per 1,000 people a year "
        "with the "
        "system, {without} without it; this run shows no difference."
    ),
)

TRUST: Final = flat(
    mark("Trust in other people is higher: {with_} of what it could be, against {without}."),
    mark("Trust in other people is lower: {with_} of what it could be, against {without}."),
    mark("Trust in other people is about the same: {with_} of what it could be, against {without}."),
)


def section(reading: Reading) -> Section | None:
    """None where nobody is seen to help, or the worlds are alike in all of it."""
    say, findings = reading.say, reading.findings
    measures = ("helped", "turned_away", "trust", "standing", "ties_lost")
    if not some(reading, "helped", "trust", "ties_lost") or alike(reading, *measures):
        return None
    helped, trust, lost = (findings.get(name) for name in ("helped", "trust", "ties_lost"))
    lead = [told(helped, HELPED)] if helped else []
    lead += [told(trust, TRUST)] if trust else []
    if lost and lost.difference.with_:
        per_thousand = reading.numbers.plain(1000 * lost.difference.with_, 0 if lost.digits < 4 else 1)
        lead.append(say(
            "But people keep away from some: {ties} ties per 1,000 people at the end, for as long as the "
            "other is "
            "sanctioned.", ties=per_thousand,
        ) if (helped and helped.verdict == "more") else say(
            "People keep away from some: {ties} ties per 1,000 people at the end, for as long as the "
            "other is "
            "sanctioned.", ties=per_thousand,
        ))  # fmt: skip
    notes = [say(
        "People help whom they hold to be in good standing. A standing that all can see leaves fewer in "
        "doubt, "
        "which may raise help and trust; keeping away from those who are sanctioned lowers them. Both count "
        "here."
    )]  # fmt: skip
    plates = []
    flows = [(each.name, each) for each in some(reading, "helped", "turned_away")]
    if flows:
        plates.append(plate(reading, "help", say("Help given and refused, per 1,000 people a year"), flows))
    shares = [(each.name, each) for each in some(reading, "trust", "standing")]
    if shares:
        plates.append(plate(reading, "trust", say("Trust and standing, of what they could be"), shares))
    return Section("help", say("Help, trust, and ties"), tuple(lead), tuple(notes), tuple(plates))
