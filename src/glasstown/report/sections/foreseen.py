"""Blacklists, and flags on people of whom something is foreseen: how often they are right."""

from glasstown.report.figures import panes
from glasstown.report.figures.plate import Grid, Half, Plate, attached
from glasstown.report.names import BREAKDOWNS
from glasstown.report.price import by_district, people_by_district, share_of
from glasstown.report.reading import Reading, Section
from glasstown.report.sections.rows import by_part, some

__all__ = ["flags", "lists", "of_hundred"]


def lists(reading: Reading) -> Section | None:
    """None where nobody is listed."""
    say, numbers, findings = reading.say, reading.numbers, reading.findings
    on = findings.get("on_blacklist")
    if on is None or not on.difference.with_:
        return None
    listed, mislisted = findings.get("listed"), findings.get("mislisted")
    lead = [say("At the end {share} of people are on a blacklist ({without} without the system).",
                share=on.with_, without=on.without)]  # fmt: skip
    if listed:
        lead.append(say(
            "A year puts {n} of 1,000 people on it who had done what they are listed for, and {wrong} "
            "who had "
            "not.", n=listed.with_, wrong=mislisted.with_ if mislisted else numbers.whole(0),
        ))  # fmt: skip
    title = say("On a blacklist at the end, by who people are")
    plates = [each for each in (by_part(reading, "lists", title, "on_blacklist"),) if each]
    note = say("Who is listed is refused by others too, for as long as the listing lasts.")
    notes = (note,) if getattr(reading.pair.with_.scenario.mechanisms.get("privileges"), "listed", "") else ()
    return Section("lists", say("Blacklists"), tuple(lead), notes, tuple(plates))


def flags(reading: Reading) -> Section | None:
    """None where nobody is flagged."""
    say, findings = reading.say, reading.findings
    if not some(reading, "flagged", "misflagged"):
        return None
    right, wrong = (by_district(reading.pair, name, "with") for name in ("flagged", "misflagged"))
    share = share_of(right, wrong, people_by_district(reading.pair))
    lead = []
    if share:
        lead.append(say(
            "Of all flags, {share} fall on people who would have done what was foreseen; all others fall on "
            "people who would not.", share=reading.range_of(share),
        ))  # fmt: skip
    under = findings.get("under_flag")
    if under:
        lead.append(say("At the end {share} of people are flagged as a risk.", share=under.with_))
    note = say(
        "What is foreseen is rare, so even a forecast that seldom errs flags more people wrongly than "
        "rightly. "
        "The model knows who would have done it; the institution never learns."
    )
    plates = []
    if share:
        title = say("Flags on people who would have done what was foreseen, of 100")
        plates.append(
            of_hundred(reading, "flags", title, say("Flagged rightly"), share, ("flagged", "misflagged"))
        )
    title = say("Flagged as a risk at the end, by who people are")
    who = by_part(reading, "flagged", title, "under_flag")
    plates += [who] if who else []
    return Section("flags", say("Flagged in advance"), tuple(lead), (note,), tuple(plates))


def of_hundred(
    reading: Reading, key: str, title: str, words: str, share: tuple[float, float, float],
    measures: tuple[str, str],
) -> Plate:  # fmt: skip
    """One set of a hundred panes with the system; behind it what was counted, by part of the town."""
    say, whole = reading.say, reading.numbers.whole
    count = round(100 * share[0])
    half = Half(
        "with",
        words,
        say("{count} of {base}", count=whole(count), base=whole(100)),
        panes.panes(share[0], 100),
    )
    found = [
        (one, other)
        for by in ("all", "group", "fifth", "age")
        for one in reading.findings.parts(measures[0], by)
        for other in (reading.findings.get(measures[1], by, one.difference.level),)
        if other
    ]
    head = (say("Per 1,000 people a year"), *(each.name for each in (found[0] if found else ())))
    rows = tuple(
        (say(BREAKDOWNS["all"]) if one.difference.by == "all" else reading.part(one), one.with_, other.with_)
        for one, other in found
    )
    table = attached(key, ("by", "level", *measures), [
        (one.difference.by, one.difference.level, one.difference.with_, other.difference.with_)
        for one, other in found
    ])  # fmt: skip
    alternative = say("{count} of 100 panes are marked.", count=whole(count))
    return Plate(title, alternative, halves=(half,), grid=Grid(head, rows) if rows else None, csv=table)
