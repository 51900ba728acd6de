"""Ways round, who can pay for them, and what people know of the world outside."""

from typing import Final

from glasstown.report.figures.plate import Plate
from glasstown.report.reading import Reading, Section, told
from glasstown.report.sections.rows import alike, by_part, some
from glasstown.report.words import flat, mark

INFORMED: Final = flat(
    mark("Of the news from outside people know more: {with_}, against {without}."),
    mark("Of the news from outside people know less: {with_}, against {without}."),
    mark(
        "Of the news from outside people know about as much: {with_} with the system, {without} without it."
    ),
)


def section(reading: Reading) -> Section | None:
    """None where nobody goes round anything and outside news is the same in both worlds."""
    say, findings = reading.say, reading.findings
    evading = findings.get("evading")
    goes_round = evading is not None and evading.difference.with_ > 0
    news = bool(some(reading, "informed")) and not alike(reading, "informed", "read_outside")
    if not goes_round and not news:
        return None
    lead: list[str] = []
    if evading and goes_round:
        lead += [
            say("{share} of people have a second phone or a tunnel.", share=evading.with_),
            *_who_pays(reading),
        ]  # fmt: skip
    tied = findings.get("attributed")
    if tied and tied.difference.with_:
        lead.append(say(
            "What is said online is tied to a name on {n} days per 1,000 people a year.", n=tied.with_,
        ))  # fmt: skip
    informed = findings.get("informed")
    if informed and news:
        lead.append(told(informed, INFORMED))
    found: list[Plate | None] = []
    if goes_round:
        title = say("A second phone or a tunnel, by who people are")
        found.append(by_part(reading, "evading", title, "evading"))
    if news:
        title = say("Outside news that people know, by who people are")
        found.append(by_part(reading, "informed", title, "informed"))
    return Section(
        "around", say("Ways round, and news from outside") if goes_round else say("News from outside"),
        tuple(lead), (), tuple(each for each in found if each),
    )  # fmt: skip


def _who_pays(reading: Reading) -> list[str]:
    """The poorest beside the richest, where their intervals do not meet."""
    fifths = reading.findings.parts("evading", "fifth")
    if len(fifths) < 2:
        return []
    poor, rich = fifths[0], fifths[-1]
    one, other = poor.difference, rich.difference
    if one.high is None or other.low is None or one.without + one.high >= other.without + other.low:
        return []
    return [reading.say(
        "It is a matter of money: {rich} of the richest fifth have one, {poor} of the poorest.",
        rich=rich.with_, poor=poor.with_,
    )]  # fmt: skip
