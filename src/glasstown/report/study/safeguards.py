"""The frontier of safeguards: what each package averts, what it gives up, and which no other beats."""

from dataclasses import dataclass
from math import isfinite
from typing import Final

from glasstown.lab.frontier import OTHERS, Package, Spread
from glasstown.report.figures import scatter
from glasstown.report.figures.plate import Attachment, Grid, Plate, attached, drawn
from glasstown.report.names import measure_name
from glasstown.report.sections.methods import INSTITUTIONS
from glasstown.report.study.reading import StudyReading, known
from glasstown.report.words import mark

__all__ = ["Frontier", "chapter"]

NAMED: Final = 8
"""So many packages are named in the figure."""

OFTEN: Final = 0.5
"""From this share of draws on a package is said to stand on the frontier."""

PARTS: Final = (
    (("alone", "all"), mark("Each safeguard alone, and all together")),
    (("pairs",), mark("Two together")),
)


@dataclass(frozen=True, slots=True)
class Frontier:
    """The chapter: words, the figure with the names of its numbers, a table of each kind of package."""

    lead: tuple[str, ...]
    notes: tuple[str, ...]
    plate: Plate
    names: tuple[str, ...]
    tables: tuple[tuple[str, Grid, bool], ...]
    csv: Attachment


def chapter(reading: StudyReading) -> Frontier | None:
    """None where no packages were tried, or no draw has them all."""
    say = reading.say
    told = [
        each for each in reading.study.packages if each.draws and known(each.averted) and known(each.lost)
    ]
    if not told:
        return None
    best = _best(told)
    plate, even = _plate(reading, told, best)
    notes = [
        say("Harm averted: people who did nothing worse than cross on red and are no longer wronged. Benefit "
            "given up: offences that the system without safeguards prevents and this one does not. Below "
            "nothing, a package adds harm or prevents more."),
        say("A package that changes next to nothing is beaten by none either: that none beats it does not "
            "recommend it."),
    ]  # fmt: skip
    if not even:
        notes.append(say(
            "Both axes count for 1,000 people in a year, but they are not drawn to one scale: their ranges "
            "are too different. Compare numbers, not lengths."
        ))  # fmt: skip
    return Frontier(
        _lead(reading, told), tuple(notes), plate,
        tuple(f"{_name(reading, each)}" for each in best), _tables(reading, told), _file(reading),
    )  # fmt: skip


def _best(told: list[Package]) -> list[Package]:
    """Packages to name: those that are most often on the frontier, then by what they avert."""
    often = sorted(told, key=lambda each: (-each.efficient, -each.averted.median, each.name))[:NAMED]
    there = [each for each in often if each.efficient >= OFTEN * each.draws] or often[:3]
    return sorted(there, key=lambda each: -each.averted.median)


def _name(reading: StudyReading, package: Package) -> str:
    """What a package is called: its safeguards, or that it is all of them."""
    say = reading.say
    names = [say(INSTITUTIONS[each]) if each in INSTITUTIONS else each for each in package.safeguards]
    if _kind(package) == "all":
        return say("All {n} safeguards", n=reading.numbers.whole(len(names)))
    return " + ".join(names) or package.name


def _kind(package: Package) -> str:
    return {1: "alone", 2: "pairs"}.get(len(package.safeguards), "all")


def _lead(reading: StudyReading, told: list[Package]) -> tuple[str, ...]:
    say, percent = reading.say, reading.numbers.percent
    found = []
    alone = [each for each in told if _kind(each) == "alone"]
    found.append(say.many(
        told[0].draws, "Told over the one draw in which every package was lived.",
        "Told over the {n} draws in which every package was lived.",
        n=reading.numbers.whole(told[0].draws),
    ))  # fmt: skip
    if alone:
        first = max(alone, key=lambda each: each.averted.median)
        found.append(say(
            "Alone, this safeguard averts most harm: {name}. For 1,000 people in a year it spares {averted} "
            "from being wronged, and {lost} offences are no longer prevented.",
            name=_name(reading, first), averted=reading.spread(first.averted),
            lost=reading.spread(first.lost),
        ))  # fmt: skip
    whole = next((each for each in told if _kind(each) == "all"), None)
    if whole and known(whole.averted_share):
        found.append(say(
            "All together avert {share} of the harm ({low} to {high} in nine draws of ten); {lost} offences "
            "are then no longer prevented, for 1,000 people in a year.",
            share=percent(whole.averted_share.median, 0), low=percent(whole.averted_share.low, 0),
            high=percent(whole.averted_share.high, 0), lost=reading.spread(whole.lost),
        ))  # fmt: skip
        left = [(what, it) for what, it in whole.others.items() if known(it)]
        if left:
            what, it = min(left, key=lambda each: each[1].median)
            found.append(say(
                "Of the other harms they avert least of this one: {name}, {share} ({low} to {high}).",
                name=_lowered(measure_name(what, say)), share=percent(it.median, 0), low=percent(it.low, 0),
                high=percent(it.high, 0),
            ))  # fmt: skip
    return tuple(found)


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def _plate(reading: StudyReading, told: list[Package], best: list[Package]) -> tuple[Plate, bool]:
    """The figure, and whether both axes have one scale."""
    say, numbers = reading.say, reading.numbers
    order = {each.name: str(k) for k, each in enumerate(best, 1)}
    marks = [scatter.Mark(_three(each.lost), _three(each.averted), order.get(each.name, "")) for each in told]
    axes = scatter.Axes(
        say("benefit given up"), say("harm averted"), lambda value: numbers.shown(round(value, 6))
    )
    wide, narrow = drawn(lambda width: scatter.scatter(width, marks, axes))
    alternative = say(
        "Each dot is a package of safeguards: harm averted upwards, benefit given up to the right, both for "
        "1,000 people a year. Those that no other beats are numbered, with the range of nine draws of ten. "
        "The tables say the same."
    )
    title = say("Harm averted against benefit given up, for 1,000 people a year")
    return Plate(title, alternative, wide, narrow), scatter.alike(marks)


def _three(spread: Spread) -> tuple[float, float, float]:
    return spread.median, spread.low, spread.high


def _tables(reading: StudyReading, told: list[Package]) -> tuple[tuple[str, Grid, bool], ...]:
    """A table for each kind of package, by what it averts; whether it stands open."""
    say, numbers = reading.say, reading.numbers
    head = (
        say("Package"), say("Harm averted"), say("Share of it"), say("Benefit given up"),
        say("On the frontier"),
    )  # fmt: skip
    found = []
    for kinds, words in PARTS:
        some = sorted((p for p in told if _kind(p) in kinds), key=lambda p: (-p.averted.median, p.name))
        rows = tuple(
            (_name(reading, p), reading.spread(p.averted),
             numbers.percent(p.averted_share.median, 0) if known(p.averted_share) else "–",
             reading.spread(p.lost), say("{share} of draws", share=numbers.percent(p.efficient / p.draws, 0)))
            for p in some
        )  # fmt: skip
        if rows:
            found.append((say(words), Grid(head, rows), kinds[0] != "pairs"))
    return tuple(found)


def _file(reading: StudyReading) -> Attachment:
    head = ["package", "safeguards", "draws", "efficient"]
    spreads = ["averted", "averted_share", "lost", *(f"averted_{what}" for what in OTHERS)]
    head += [f"{name}_{end}" for name in spreads for end in ("median", "5", "95")]
    rows = []
    for p in reading.study.packages:
        there: list[Spread | None] = [p.averted, p.averted_share, p.lost, *(p.others.get(w) for w in OTHERS)]
        cells = [
            value if it and isfinite(value) else None
            for it in there for value in (_three(it) if it else (0.0, 0.0, 0.0))
        ]  # fmt: skip
        rows.append((p.name, " ".join(p.safeguards), p.draws, p.efficient, *cells))
    return attached("safeguards", head, rows)
