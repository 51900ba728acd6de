"""The whole in one paragraph, whose words follow the figures, and what it is not."""

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
from glasstown.report.words import mark

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


@dataclass(frozen=True, slots=True)
class Weighed:
    """One measure in both worlds."""

    name: str
    unit: str
    with_: str
    without: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What got worse, what got better, what moved without being either, and what this run cannot tell."""

    worse: tuple[Weighed, ...]
    better: tuple[Weighed, ...]
    moved: tuple[Weighed, ...]
    unsure: tuple[str, ...]
    by_chance: str


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
    for measure, sentences in (
        ("voiced", SPEECH), ("any_closed", CLOSED), ("ever_misrecorded", WRONG), ("offended", OFFENCES),
    ):  # fmt: skip
        it = findings.get(measure)
        if it:
            found.append(told(it, sentences))
    found += _also_better(reading)
    clusters = max((each.difference.clusters for each in findings.overall()), default=0)
    if clusters < FEWEST:
        found.append(say(
            "The town has {n} districts, too few for intervals: none of these differences can be told from "
            "chance.",
            n=numbers.whole(clusters),
        ))  # fmt: skip
    return found


def _also_better(reading: Reading) -> list[str]:
    better = [each for each in reading.findings.overall() if each.better and each.measure.name != "offended"]
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
    """Every difference over everybody, by what it means for people (single rights have a figure)."""
    overall = [each for each in reading.findings.overall() if not each.measure.name.startswith("closed_")]
    worse = [each for each in overall if each.worse]
    better = [each for each in overall if each.better]
    moved = [
        each for each in overall
        if each.verdict in ("more", "less") and not each.measure.harm and reading.in_both(each.measure)
    ]  # fmt: skip
    unsure = [each for each in overall if each.verdict in ("unsure", "unknown")]
    tested = [each for each in overall if each.verdict in ("more", "less", "unsure")]
    expected = round(len(tested) * 0.05, 1)
    by_chance = reading.say(
        "{n} differences are compared; even if nothing at all had changed, about {k} of their 95% intervals "
        "would "
        "exclude zero by chance.", n=reading.numbers.whole(len(tested)), k=reading.numbers.plain(expected, 1),
    ) if tested else ""  # fmt: skip
    return Balance(
        tuple(map(_line, worse)), tuple(map(_line, better)), tuple(map(_line, moved)),
        tuple(measure_name(each.measure.name, reading.say) for each in unsure), by_chance,
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
            "published but used outside their own setting, {source} are published as used.",
            n=whole(origins.total), assumed=whole(origins.assumed), estimated=whole(origins.estimated),
            source=whole(origins.source),
        ),
    ]  # fmt: skip


TOWN: Final = (
    ("self_censoring", mark("people who say less than they think")),
    ("any_closed", mark("people with at least one right closed")),
    ("recorded", mark("people with a true adverse record")),
)
"""What the picture of the town may show, best first."""


def town(reading: Reading) -> Plate | None:
    """The town behind the glass and before it, district by district; None if nothing suits."""
    say = reading.say
    for measure, words in TOWN:
        it = reading.findings.get(measure)
        if it is None or not it.difference.with_:
            continue
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
