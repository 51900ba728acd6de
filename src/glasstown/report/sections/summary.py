"""The whole in one paragraph, whose words follow the figures, and what it is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from glasstown.measures.paired import FEWEST
from glasstown.report.figures import panes
from glasstown.report.figures.plate import Half, Plate
from glasstown.report.findings import Finding
from glasstown.report.ledger import Origins
from glasstown.report.names import measure_name
from glasstown.report.price import counts_of
from glasstown.report.reading import Reading, told
from glasstown.report.themes import FIRST, THEMES
from glasstown.report.words import flat, mark

__all__ = ["Balance", "balance", "cautions", "facts", "paragraph", "town"]

SPEECH: Final = {
    "less": mark(
        "With the system the same people say less of what they think is wrong: {with_} against {without}."
    ),
    "more": mark(
        "With the system the same people say more of what they think is wrong: {with_} against {without}."
    ),
    "same": mark("People say the same in both worlds ({with_})."),
    "unsure": mark(
        "Whether people say less of what they think is wrong cannot be told from this run ({with_} against "
        "{without})."
    ),
    "unknown": mark(
        "People say {with_} of what could be said against, with the system, and {without} without it."
    ),
}

CLOSED: Final = {
    "more": mark(
        "For {with_} of them at least one right is closed at the end ({without} without the system)."
    ),
    "less": mark("Fewer of them have a right closed at the end: {with_} against {without}."),
    "same": mark("Rights are closed to {with_} of them in either world."),
    "unsure": mark(
        "For {with_} of them at least one right is closed at the end, for {without} without the system, "
        "which may be chance."
    ),
    "unknown": mark(
        "For {with_} of them at least one right is closed at the end, for {without} without the system."
    ),
}

WRONG: Final = {
    "more": mark("{with_} got an entry for something that they did not do ({without} without the system)."),
    "less": mark("Fewer got an entry for something that they did not do: {with_} against {without}."),
    "same": mark("{with_} got a false entry in either world."),
    "unsure": mark(
        "{with_} got an entry for something that they did not do, {without} without the system, which may "
        "be chance."
    ),
    "unknown": mark("{with_} got an entry for something that they did not do, {without} without the system."),
}

OFFENCES: Final = {
    "less": mark(
        "In return there are {size} fewer offences per 1,000 people a year ({interval}): {with_} against "
        "{without}."
    ),
    "more": mark("Offences do not fall: there are {size} more per 1,000 people a year ({interval})."),
    "same": mark("Offences are as many in both worlds."),
    "unsure": mark(
        "Whether offences fall cannot be told from this run: the difference per 1,000 people a year is "
        "{range}."
    ),
    "unknown": mark(
        "There were {with_} offences per 1,000 people a year with the system and {without} without it."
    ),
}


REPORTED: Final = flat(
    mark(
        "Neighbours report more of what nobody did: {with_} times per 1,000 people a year, against {without}."
    ),
    mark(
        "Neighbours report less of what nobody did: {with_} times per 1,000 people a year, against {without}."
    ),
    mark("False reports by neighbours are about as many in both worlds."),
)

HELPED: Final = flat(
    mark("People help each other more: on {with_} days per 1,000 people a year, against {without}."),
    mark("People help each other less: on {with_} days per 1,000 people a year, against {without}."),
    mark("People help each other about as much in both worlds."),
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One measure in both worlds."""

    name: str
    unit: str
    with_: str
    without: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What got worse, what got better, what moved without being either, and what this run cannot tell.

    Only what is told first; ``more`` says how many other differences stand in the table of all.
    """

    worse: tuple[Weighed, ...]
    better: tuple[Weighed, ...]
    moved: tuple[Weighed, ...]
    unsure: tuple[str, ...]
    same: tuple[str, ...]
    by_chance: str
    more: str


def paragraph(reading: Reading) -> list[str]:
    """Sentences that claim no more than the intervals allow."""
    say, numbers, findings = reading.say, reading.numbers, reading.findings
    pair = reading.pair
    found = [say(
        "A town of {people} invented people lived {days} days twice, with the same draws of chance: once as "
        "“{without}”, "
        "once as “{with_}”.",
        people=numbers.whole(reading.people), days=numbers.whole(reading.days),
        without=say.title(pair.without.scenario.title), with_=say.title(pair.with_.scenario.title),
    )]  # fmt: skip
    for measure, sentences in (("voiced", SPEECH), ("any_closed", CLOSED), ("ever_misrecorded", WRONG)):
        it = findings.get(measure)
        if it and (it.difference.with_ or it.difference.without):
            found.append(told(it, sentences))
    found += [*_held(reading), *_near(reading, "misreported", REPORTED)]
    offended = findings.get("offended")
    if offended:
        found.append(told(offended, OFFENCES))
    found += [*_near(reading, "helped", HELPED), *_also_better(reading)]
    clusters = max((each.difference.clusters for each in findings.overall()), default=0)
    if clusters < FEWEST:
        found.append(say(
            "The town has {n} districts, too few for intervals: none of these differences can be told from "
            "chance.",
            n=numbers.whole(clusters),
        ))  # fmt: skip
    return found


def _held(reading: Reading) -> list[str]:
    """How many were detained without an offence."""
    wrong = reading.findings.get("misdetained")
    if wrong is None or not wrong.difference.with_ or not reading.only("misdetained"):
        return []
    return [reading.say(
        "In a year {with_} of 1,000 people are detained who had done nothing.", with_=wrong.with_,
    )]  # fmt: skip


def _near(reading: Reading, measure: str, sentences: Mapping[str, str]) -> list[str]:
    """What becomes of neighbours, for better or worse; nothing where the worlds are alike."""
    it = reading.findings.get(measure)
    return [told(it, sentences)] if it and it.verdict not in ("same", "unknown") else []


SAID: Final = ("offended", "helped", "turned_away")
"""What has a sentence of its own where it got better."""


def _also_better(reading: Reading) -> list[str]:
    better = [each for each in reading.findings.overall() if each.better and each.measure.name not in SAID]
    if (
        any(each.better and each.measure.name == "helped" for each in reading.findings.overall())
        and not better
    ):
        return []
    if not better:
        if any(
            each.verdict == "less" for each in reading.findings.overall() if each.measure.name == "offended"
        ):
            return [reading.say("Nothing else that is measured got better.")]
        return [reading.say("Nothing that is measured got better with the system.")]
    return [reading.say("What else got better: {names}.", names=_listed([each.name for each in better]))]


def _listed(names: list[str]) -> str:
    return ", ".join(name[:1].lower() + name[1:] for name in names)


def balance(reading: Reading) -> Balance:
    """The differences over everybody that are told first, by what they mean for people."""
    everything = {
        each.measure.name: each
        for each in reading.findings.overall() if not each.measure.name.startswith("closed_")
    }  # fmt: skip
    told_first = [name for _, names in THEMES for name in names if name in FIRST and name in everything]
    overall = [everything[name] for name in told_first]
    sure = {
        each.measure.name for each in overall
        if each.verdict == "unsure" and each.difference.with_ and reading.only(each.measure.name)
    }  # fmt: skip
    worse = [each for each in overall if each.worse or (each.measure.name in sure and each.measure.harm > 0)]
    better = [each for each in overall if each.better]
    moved = [
        each for each in overall
        if not each.measure.harm and reading.in_both(each.measure)
        and (each.verdict in ("more", "less") or each.measure.name in sure)
    ]  # fmt: skip
    unsure = [
        each for each in overall if each.verdict in ("unsure", "unknown") and each.measure.name not in sure
    ]
    same = [each for each in overall if each.verdict == "same" and each.difference.with_]
    tested = [each for each in everything.values() if each.verdict in ("more", "less", "unsure")]
    rest = len([each for each in tested if each.verdict != "unsure"]) - len(worse) - len(better) - len(moved)
    more = reading.say.many(
        rest, "One more difference stands in the table of all that changed.",
        "{n} more differences stand in the table of all that changed.", n=reading.numbers.whole(rest),
    ) if rest > 0 else ""  # fmt: skip
    expected = round(len(tested) * 0.05, 1)
    by_chance = reading.say(
        "{n} differences are compared; even if nothing at all had changed, about {k} of their 95% intervals "
        "would "
        "exclude zero by chance.", n=reading.numbers.whole(len(tested)), k=reading.numbers.plain(expected, 1),
    ) if tested else ""  # fmt: skip
    return Balance(
        tuple(map(_line, worse)), tuple(map(_line, better)), tuple(map(_line, moved)),
        tuple(measure_name(each.measure.name, reading.say) for each in unsure),
        tuple(measure_name(each.measure.name, reading.say) for each in same), by_chance, more,
    )  # fmt: skip


def _line(finding: Finding) -> Weighed:
    unit = "" if finding.as_.share else finding.say(finding.as_.unit)
    return Weighed(finding.name, unit, finding.with_, finding.without)


def facts(reading: Reading) -> tuple[tuple[str, str], ...]:
    """What was run, as pairs of a word and a value."""
    say, numbers, pair = reading.say, reading.numbers, reading.pair
    run = pair.with_.scenario.run
    return (
        (say("People"), numbers.whole(reading.people)),
        (say("Days"), numbers.whole(reading.days)),
        (say("Seed"), str(run.seed) if not run.replicate else f"{run.seed}.{run.replicate}"),
        (say("Districts"), numbers.whole(max((d.clusters for d in pair.differences), default=0))),
    )


def cautions(reading: Reading, origins: Origins) -> list[str]:
    """What this is not."""
    say, whole = reading.say, reading.numbers.whole
    return [
        say(
            "Nobody here is real: people, homes and ties are drawn from published totals. This describes no "
            "country, "
            "predicts nothing and scores nobody."
        ),
        say(
            "The intervals say how far chance could move a figure in a town like this one. They say nothing "
            "about whether "
            "what is assumed is true."
        ),
        say(
            "Of {n} numbers that the two scenarios rest on, {assumed} are assumed (nobody has measured "
            "them), {estimated} are "
            "published but used outside their own setting, {source} are published as used, {chosen} are set "
            "by the scenarios.",
            n=whole(origins.total), assumed=whole(origins.assumed), estimated=whole(origins.estimated),
            source=whole(origins.source), chosen=whole(origins.chosen),
        ),
    ]  # fmt: skip


TOWN: Final = (
    ("self_censoring", mark("people who say less than they think")),
    ("any_closed", mark("people with at least one right closed")),
    ("recorded", mark("people with a true adverse record")),
    ("partnered", mark("people who have a partner")),
)
"""What the picture of the town may show, best first."""


def town(reading: Reading) -> Plate | None:
    """The town behind the glass and before it, district by district; None if nothing suits."""
    say = reading.say
    found = [
        (it, words) for name, words in TOWN if (it := reading.findings.get(name)) and it.difference.with_
    ]
    apart = [each for each in found if each[0].verdict != "same"]
    for it, words in (apart or found)[:1]:
        measure = it.measure.name
        people, other = counts_of(reading.pair, measure)
        shares = [
            [float(n / d) if d else 0.0 for n, d in zip(counts, people, strict=True)] for counts in other
        ]
        title = say("Marked windows: {what}.", what=say(words))
        halves = (
            Half("without", say("Without it"), it.without, ""),
            Half("with", say("With the system"), it.with_, ""),
        )  # fmt: skip
        alternative = say(
            "The same districts twice. A marked window stands for {what}: {without} of people without the "
            "system, {with_} with it.",
            what=say(words), without=it.without, with_=it.with_,
        )  # fmt: skip
        return Plate(title, alternative, wide=panes.town(shares[0], shares[1]), halves=halves)
    return None
