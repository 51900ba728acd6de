"""The ledger of evidence: every parameter of the arms, what it rests on, and how much hangs on it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any, Final

from glasstown.lab.ledger import rests
from glasstown.lab.sensitivity import ranking
from glasstown.lab.turning import unit_words
from glasstown.report.figures import intervals
from glasstown.report.figures.plate import Attachment, Grid, Plate, attached, drawn
from glasstown.report.ledger import KINDS, Origins, bare_origin, counted
from glasstown.report.sections.methods import INSTITUTIONS
from glasstown.report.study.hinges import about, name_of
from glasstown.report.study.reading import StudyReading
from glasstown.report.words import Spoken, mark

__all__ = ["Evidence", "Line", "evidence"]

FIRST: Final = 12
"""So many parameters are named as those to measure next."""

VALUES: Final = 3
"""So many values of a parameter are listed where arms differ."""

SET: Final = {
    "source": mark("set by the scenario; published: {value}"),
    "estimated": mark("set by the scenario; published elsewhere: {value}"),
    "assumed": mark("set by the scenario; assumed otherwise: {value}"),
}
"""Of a parameter that no arm leaves at the value whose origin is known; by the kind of that origin."""

PARTLY: Final = {
    "source": mark("published: {value}; other values are set by the scenario"),
    "estimated": mark("published elsewhere: {value}; other values are set by the scenario"),
    "assumed": mark("assumed: {value}; other values are set by the scenario"),
}
"""Of one that some arms leave there."""

Entries = tuple[Mapping[str, Any], ...]
"""A parameter in each scenario that has it."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How much of the verdicts goes with one parameter (``lab.sensitivity.ranking``).

    ``mean`` index over claims, where it stands out; ``largest`` index; the ``claims`` that range over it,
    and in how many of them it ``stands_out``.
    """

    mean: float
    largest: float
    claims: int
    stands_out: int


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter in words; ``kind`` is the class of its mark, ``origin`` that of the value it names."""

    key: str
    name: str
    meaning: Spoken
    value: str
    unit: Spoken
    kind: str
    kind_words: str
    origin: str
    range: str
    influence: str
    claims: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The chapter: words, the figure of what to measure next, its lines, and all parameters by table."""

    lead: tuple[str, ...]
    origins: Origins
    plate: Plate | None
    first: tuple[Line, ...]
    tables: tuple[tuple[str, tuple[Line, ...]], ...]
    csv: Attachment


def evidence(reading: StudyReading) -> Evidence:
    """Every parameter; those on which most hangs first."""
    weights = _weights(reading)
    lines = {key: _line(reading, key, some, weights.get(key)) for key, some in reading.books.items()}
    first = [key for key, it in weights.items() if it.stands_out and key in lines][:FIRST]
    tables: dict[str, list[Line]] = {}
    for key in sorted(lines, key=lambda k: -weights[k].mean if k in weights else 0.0):
        tables.setdefault(_institution(key), []).append(lines[key])
    order = [table for table in INSTITUTIONS if table in tables]
    order += sorted(table for table in tables if table not in INSTITUTIONS)
    on = rests(reading.scenarios)
    origins = counted(on)
    csv = _file(reading, weights, on)
    return Evidence(
        _lead(reading, origins, weights), origins, _plate(reading, first, weights, csv),
        tuple(lines[key] for key in first),
        tuple((_table(reading, table), tuple(tables[table])) for table in order), csv,
    )  # fmt: skip


def _institution(key: str) -> str:
    """Whose a key is; that of a change ("score@365") is its institution's."""
    return key.partition(".")[0].partition("@")[0]


def _table(reading: StudyReading, name: str) -> str:
    return reading.say(INSTITUTIONS[name]) if name in INSTITUTIONS else name


def _weights(reading: StudyReading) -> dict[str, Weight]:
    """By parameter, the weightiest first; those that no verdict ranges over are not there."""
    largest: dict[str, float] = {}
    asked: dict[str, int] = {}
    for verdict in reading.study.verdicts:
        for each in verdict.influences:
            largest[each.parameter] = max(largest.get(each.parameter, 0.0), each.index)
            asked[each.parameter] = asked.get(each.parameter, 0) + 1
    return {
        each.parameter: Weight(each.index, largest[each.parameter], asked[each.parameter], len(each.claims))
        for each in ranking(reading.study.verdicts)
    }


def _lead(reading: StudyReading, origins: Origins, weights: Mapping[str, Weight]) -> tuple[str, ...]:
    say, whole = reading.say, reading.numbers.whole
    found = [say.many(
        origins.source,
        "Of {n} numbers in the arms, {published} is published as used, {estimated} published for another "
        "place or use, {assumed} assumed, {chosen} set by the scenarios.",
        "Of {n} numbers in the arms, {published} are published as used, {estimated} published for another "
        "place or use, {assumed} assumed, {chosen} set by the scenarios.",
        n=whole(origins.total), published=whole(origins.source), estimated=whole(origins.estimated),
        assumed=whole(origins.assumed), chosen=whole(origins.chosen),
    )]  # fmt: skip
    if not weights:
        found.append(say("What hangs on each of them was not told by this study."))
        return tuple(found)
    out = sum(each.stands_out > 0 for each in weights.values())
    found.append(say.many(
        out,
        "{n} of {drawn} that were drawn stands out in some claim. It comes first: where it is measured, a "
        "verdict may move.",
        "{n} of {drawn} that were drawn stand out in some claim. They come first: where one of them is "
        "measured, a verdict may move.",
        n=whole(out), drawn=whole(len(weights)),
    ))  # fmt: skip
    return tuple(found)


def _plate(
    reading: StudyReading, first: list[str], weights: Mapping[str, Weight], csv: Attachment
) -> Plate | None:
    if not first:
        return None
    say, numbers = reading.say, reading.numbers
    rows = [
        intervals.Interval(
            name_of(reading, key), weights[key].mean, min(weights[key].mean, 0.0), weights[key].mean,
            _claims(reading, weights[key]),
        )
        for key in first
    ]  # fmt: skip
    wide, narrow = drawn(
        lambda width: intervals.intervals(width, rows, lambda value: numbers.shown(round(100 * value, 6)))
    )
    head = (say("Parameter"), say("Share of the margin, mean"), say("Largest"), say("Stands out in"))
    grid = Grid(head, tuple(
        (name_of(reading, key), numbers.percent(weights[key].mean), numbers.percent(weights[key].largest),
         _claims(reading, weights[key]))
        for key in first
    ))  # fmt: skip
    alternative = say(
        "For each parameter: how much of what the claims' margins do over the draws goes with it alone, as a "
        "mean over claims. The numbers are in the table."
    )
    title = say("Where should the world measure next? Share of the claims' margins, %")
    return Plate(title, alternative, wide, narrow, grid=grid, csv=csv)


def _claims(reading: StudyReading, weight: Weight) -> str:
    return reading.say(
        "{n} of {of} claims",
        n=reading.numbers.whole(weight.stands_out),
        of=reading.numbers.whole(weight.claims),
    )


def _line(reading: StudyReading, key: str, some: Entries, weight: Weight | None) -> Line:
    kind, words = _kind(reading, key, some)
    return Line(
        key=key.partition(".")[2] or key, name=name_of(reading, key), meaning=about(reading, key),
        value=_values(reading, some), unit=_unit(reading, some), kind=kind, kind_words=words,
        origin=bare_origin(str(some[0]["origin"])), range=_range(reading, key, some),
        influence=reading.numbers.percent(weight.mean) if weight and weight.mean else "",
        claims=_claims(reading, weight) if weight else "",
    )  # fmt: skip


def _default(reading: StudyReading, key: str, some: Entries) -> Any:
    """The value that the origin speaks of, that of the first entry if the key is not known."""
    known = reading.parameters.get(_plain(key))
    value = known.default if known else some[0]["value"]
    return list(value) if isinstance(value, tuple) else value


def _plain(key: str) -> str:
    """A key without the day of a change."""
    return key.partition("@")[0]


def _kind(reading: StudyReading, key: str, some: Entries) -> tuple[str, str]:
    """What the values of a parameter rest on: the class of the mark and the words.

    An origin is that of the default alone: where arms have other values, the words say so.
    """
    say, kind, default = reading.say, str(some[0]["kind"]), _default(reading, key, some)
    changed = [each["value"] != default for each in some]
    if kind not in SET or not any(changed):
        return kind, say(KINDS.get(kind, KINDS["none"]))
    value = _shown(reading, default) or say("none")
    if all(changed):
        return "chosen", say(SET[kind], value=value)
    return "chosen" if kind == "source" else kind, say(PARTLY[kind], value=value)


def _range(reading: StudyReading, key: str, some: Entries) -> str:
    """The choices, or the range that is drawn from; "" where what is stated is no such range."""
    say, shown, known = reading.say, reading.numbers.shown, reading.parameters.get(_plain(key))
    if "range" not in some[0]:
        return ""
    if known and known.choices:
        return ", ".join(known.choices)
    if isinstance(some[0]["value"], bool):
        return say("yes, no")
    found = _ends(reading, key, some)
    return say("{low} to {high}", low=shown(found[0]), high=shown(found[1])) if found else ""


def _ends(reading: StudyReading, key: str, some: Entries) -> tuple[float, float] | None:
    """The ends of the range from which a number is or can be drawn, as they are stated; None without one."""
    factor = reading.factors.get(key) or reading.open.get(key)
    if factor is None or factor.kind not in ("number", "whole"):
        return None
    low, high = (
        float(stated) if isclose(end, stated, rel_tol=1e-9, abs_tol=1e-12) else end
        for end, stated in zip((factor.low, factor.high), some[0]["range"], strict=True)
    )
    return low, high


def _unit(reading: StudyReading, some: Entries) -> Spoken:
    """The unit of the values, as it is said after the largest."""
    sizes = [abs(each["value"]) for each in some if isinstance(each["value"], int | float)]
    both = unit_words(str(some[0]["unit"]), max(sizes, default=2.0))
    return reading.say.either(both.en, both.fr)


def _shown(reading: StudyReading, value: Any) -> str:
    """A value as a reader says it."""
    if isinstance(value, bool):
        return reading.say("yes") if value else reading.say("no")
    return reading.numbers.shown(value)


def _values(reading: StudyReading, some: Entries) -> str:
    """The value, or those of the arms, the commonest first."""
    distinct = _distinct([_shown(reading, each["value"]) for each in some])
    listed = " | ".join(text or reading.say("none") for text in distinct[:VALUES])
    if not any(distinct):
        return ""
    if len(distinct) <= VALUES:
        return listed
    return reading.say(
        "{values} and {n} more", values=listed, n=reading.numbers.whole(len(distinct) - VALUES)
    )


def _distinct(texts: list[str]) -> list[str]:
    """Each text once, the commonest first."""
    return sorted(set(texts), key=lambda text: (-texts.count(text), texts.index(text)))


def _file(reading: StudyReading, weights: Mapping[str, Weight], on: Mapping[str, str]) -> Attachment:
    """Every parameter as data: numbers as machines read them, the same in every language."""
    head = ("parameter", "values", "unit", "rests_on", "default", "kind_of_default", "origin_of_default",
            "low", "high", "drawn", "mean_index", "largest_index", "claims", "stands_out")  # fmt: skip
    rows = []
    for key, some in reading.books.items():
        it, weight = some[0], weights.get(key)
        low, high = _ends(reading, key, some) or (None, None)
        values = " | ".join(_distinct([_raw(each["value"]) for each in some]))
        rows.append((
            key, values, it["unit"], on.get(_plain(key), ""), _raw(_default(reading, key, some)), it["kind"],
            bare_origin(str(it["origin"])), low, high, str(key in reading.factors).lower(),
            *((weight.mean, weight.largest, weight.claims, weight.stands_out) if weight else (None,) * 4),
        ))  # fmt: skip
    return attached("parameters", head, rows)


def _raw(value: Any) -> str:
    """A value as a scenario's file has it; "" for none."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, default=str)
