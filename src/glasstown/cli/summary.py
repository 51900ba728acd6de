"""The result in the terminal: what changed, in which direction, and how sure that is; good and bad alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click

from glasstown.cli.text import quoted, safe, shown, wrapped
from glasstown.report.numbers import Numbers, digits_for
from glasstown.report.words import Words, mark, words

if TYPE_CHECKING:
    from glasstown.lab.compare import Pair
    from glasstown.lab.outcome import Outcome
    from glasstown.measures.paired import Difference
    from glasstown.report.findings import Finding, Findings
    from glasstown.scenario.model import Scenario

LABEL, VALUE, INTERVAL = 33, 9, 20
"""Columns of a line: 33 + 3 * 9 + 20 = 80."""

LINES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (mark("Said against thought"), (
        ("private_dissent", mark("critical, of what is thought")),
        ("voiced", mark("critical, of what is said")),
        ("self_censoring", mark("say less than they think")),
    )),
    (mark("Offences"), (
        ("offended", mark("rules broken*")),
        ("perceived_risk", mark("believed chance of being seen")),
    )),
    (mark("Wrong records"), (
        ("ever_misrecorded", mark("people ever wrongly recorded")),
        ("spotless_harmed", mark("wronged for nothing they did")),
    )),
    (mark("Points and rights"), (
        ("lost_points", mark("points lost for own acts*")),
        ("any_closed", mark("people with a right closed")),
    )),
)  # fmt: skip
"""Headings, and the measures under each with what they are called here: LABEL - 2 letters at most."""

LAST: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (mark("Lists, flags, checks, detention"), (
        ("on_blacklist", mark("people on a blacklist")),
        ("flagged", mark("flags that are right*")),
        ("misflagged", mark("flags that are wrong*")),
        ("checked", mark("stopped and checked*")),
        ("detained", mark("detained for an offence*")),
        ("misdetained", mark("detained without an offence*")),
    )),
    (mark("Neighbours"), (
        ("reported", mark("reports of what was done*")),
        ("misreported", mark("reports of what was not done*")),
        ("helped", mark("days of helping somebody*")),
        ("trust", mark("trust, of what it could be")),
        ("ties_lost", mark("ties that keep away, a person")),
    )),
    (mark("Ways round, and news"), (
        ("evading", mark("have a second phone or tunnel")),
        ("informed", mark("outside news that people know")),
    )),
    (mark("The authority"), (
        ("legitimacy", mark("legitimacy, of what it could be")),
        ("stood_up", mark("stood up against it*")),
    )),
    (mark("Income and couples"), (
        ("earnings", mark("mean per head, yuan a year")),
        ("paired", mark("found a partner*")),
    )),
)  # fmt: skip
"""What follows the parts of the town."""

WEIGHED = (
    "offended", "helped", "trust", "standing", "self_censoring", "ever_misrecorded", "spotless_harmed",
    "misreported", "misflagged", "misdetained", "ties_lost", "any_closed", "refused_travel", "refused_credit",
    "refused_work", "earnings",
)  # fmt: skip
"""The measures that are called better, worse, or neither."""

PRICES = {
    "ever_misrecorded": mark("{value} people wrongly recorded ({low} to {high})"),
    "spotless_harmed": mark("{value} wronged for nothing they did ({low} to {high})"),
    "ever_closed": mark("{value} for whom a right closed ({low} to {high})"),
}
"""What is set against offences prevented, and how it is said."""

PARTED = "any_closed"
"""The measure that is told by group, income and age."""


def of_pair(both: Pair, folder: Path, language: str = "en") -> str:
    """The summary of twins in a language: about 65 lines of 80 columns at most; what is missing has none."""
    from glasstown.cli.work import report_files

    say, numbers, found = _ready(both, language)
    one, other = (safe(arm.scenario.name) for arm in (both.without, both.with_))
    if one == other:
        one, other = say("without"), say("with")
    lines = [_bold(say(
        "{one} and {other}: the same {people} people for {days} days, seed {seed}", one=one, other=other,
        **_size(both.with_, numbers),
    )), "", _header(say, one, other)]  # fmt: skip
    for heading, rows in LINES:
        lines += _section(found, say, heading, rows)
        lines += list(_parts(found, say)) if heading == LINES[-1][0] else []
    for heading, rows in LAST:
        lines += _section(found, say, heading, rows)
    lines += ["", *_sentences(both, found, say, numbers, other)]
    there = [path for path in report_files(folder, language) if path.is_file()]
    if there:
        lines.append(say("Report: {path}", path=shown(there[0])))
    lines.append(say("Data: {path}", path=shown(folder)))
    return "\n".join(lines)


def of_run(outcome: Outcome, folder: Path, language: str = "en") -> str:
    """The summary of one world: what it is, without a word on what a system changes."""
    from glasstown.lab.compare import Pair
    from glasstown.measures.paired import differences

    alone = Pair(outcome, outcome, tuple(differences(outcome.totals, outcome.totals)))
    say, numbers, found = _ready(alone, language)
    name = safe(outcome.scenario.name)
    lines = [
        _bold(
            say("{name}: {people} people for {days} days, seed {seed}", name=name, **_size(outcome, numbers))
        )
    ]
    for heading, rows in (*LINES, *LAST):
        there = [(found.get(measure), label) for measure, label in rows]
        told = [
            f"  {say(label):<{LABEL}}{each.without:>{VALUE}}"
            for each, label in there
            if each is not None and each.difference.without
        ]
        lines += [_bold(say(heading)), *told] if told else []
    other = "article" if outcome.scenario.name == "open" else reference(outcome.scenario)
    lines += [
        "",
        say("* Per 1,000 people a year."),
        wrapped(say("One world alone does not say what a system changes; for that:")),
        f"glasstown compare open {other}",
        say("Final state: {digest}", digest=outcome.digest),
        say("Data: {path}", path=shown(folder)),
    ]
    return "\n".join(lines)


def reference(scenario: Scenario) -> str:
    """What to type for a scenario: its name if it is shipped, else its file as far as that is known."""
    from glasstown.scenario.files import SUFFIX, shipped

    file = Path(scenario.files[-1].shown) if scenario.files else Path(scenario.name + SUFFIX)
    own = file.parent != Path() or file.stem not in shipped()
    return quoted(file) if own else file.stem


def _ready(both: Pair, language: str) -> tuple[Words, Numbers, Findings]:
    from glasstown.report.findings import Findings

    say, numbers = words(language), Numbers(language)
    return say, numbers, Findings(both, say, numbers)


def _size(outcome: Outcome, numbers: Numbers) -> dict[str, str]:
    run = outcome.scenario.run
    return {
        "people": numbers.whole(outcome.people),
        "days": numbers.whole(outcome.days),
        "seed": str(run.seed),
    }


def _bold(text: str) -> str:
    return click.style(text, bold=True)


def _small(name: str) -> str:
    """A name within a sentence."""
    return name[0].lower() + name[1:]


def _header(say: Words, one: str, other: str) -> str:
    first, second = (f"{name[: VALUE - 1]:>{VALUE}}" for name in (one, other))
    change, interval = say("change"), say("95% interval")
    names = click.style(first, fg="yellow") + click.style(second, fg="bright_blue")
    return f"{'':<{LABEL}}{names}{change:>{VALUE}}{interval:>{INTERVAL}}"


def _section(found: Findings, say: Words, heading: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    told = [
        _line(each, say(label)) for measure, label in rows
        if (each := found.get(measure)) and (each.difference.with_ or each.difference.without)
    ]  # fmt: skip
    return [_bold(say(heading)), *told] if told else []


def _line(each: Finding, label: str) -> str:
    change = each.change(each.difference.difference)
    interval = each.say("the same") if each.verdict == "same" else each.interval
    one, other = (_fitting(each, raw) for raw in (each.difference.without, each.difference.with_))
    values = f"{one:>{VALUE}}{other:>{VALUE}}{change:>{VALUE}}"
    return f"  {label:<{LABEL - 2}}{values}{interval:>{INTERVAL}}".rstrip()


def _fitting(each: Finding, raw: float) -> str:
    """A value with as many decimals as its interval allows and its column holds."""
    texts = (each.value(raw, digits) for digits in range(each.digits, 0, -1))
    return next((text for text in texts if len(text) < VALUE), each.value(raw, 0))


def _parts(found: Findings, say: Words) -> Iterator[str]:
    """PARTED by group and by the outer income fifths, if it is anything."""
    from glasstown.report.names import level_name

    chosen: list[Finding] = []
    whole = found.get(PARTED)
    for by in ("group", "fifth") if whole and whole.difference.with_ else ():
        levels = found.parts(PARTED, by)
        chosen += [levels[0], levels[-1]] if len(levels) > 1 else []
    for each in chosen:
        name = level_name(each.difference.by, each.difference.level, say, found.numbers)
        yield _line(each, f"  {_small(name)}")


def _sentences(both: Pair, found: Findings, say: Words, numbers: Numbers, other: str) -> Iterator[str]:
    """What the lines come to: who loses points, the price, better and worse, and how sure all that is."""
    from glasstown.report.themes import only_with

    yield wrapped(" ".join(filter(None, (say("* Per 1,000 people a year."), _losers(found, say, numbers)))))
    if text := " ".join(_shares(both, found, say)):
        yield wrapped(text)
    if text := _price(both, say, numbers):
        yield wrapped(text)
    only = only_with(both)
    weighed = [
        each for name in WEIGHED
        if (each := found.get(name)) and (each.difference.with_ or each.difference.without)
    ]  # fmt: skip
    for sentence, some in (
        (mark("Better with {other}: {names}."), [each for each in weighed if each.better]),
        (
            mark("Worse with {other}: {names}."),
            [each for each in weighed if each.worse or (only(each.measure.name) and each.measure.harm > 0)],
        ),
        (
            mark("Not told apart from chance: {names}."),
            [each for each in weighed if each.verdict == "unsure" and not only(each.measure.name)],
        ),
    ):
        listed = ", ".join(_small(each.name) for each in some)
        if listed or "{other}" in sentence:
            yield wrapped(say(sentence, other=other, names=listed or say("nothing that is counted here")))
    yield wrapped(_sure(both, say, numbers))
    yield wrapped(_not(both, say, numbers))


def _losers(found: Findings, say: Words, numbers: Numbers) -> str:
    """Among whom points are lost most often; empty without points."""
    from glasstown.report.names import level_name

    most = []
    for by in ("age", "fifth", "group"):
        levels = found.parts("lost_points", by)
        if len(levels) > 1:
            top = max(levels, key=lambda each: each.difference.with_)
            name = level_name(by, top.difference.level, say, numbers)
            if top.difference.with_:
                most.append(f"{_small(name)} ({top.with_})")
    return say("Points go most often among: {who}.", who=", ".join(most)) if most else ""


SHARES = (
    ("flagged", "misflagged", mark("Right flags: {share}.")),
    ("misdetained", "detained", mark("Detained without an offence: {share} of all detained.")),
    ("misreported", "reported", mark("False reports: {share}.")),
)
"""Of the first and the second together, how many are the first."""


def _shares(both: Pair, found: Findings, say: Words) -> Iterator[str]:
    """How often flags, detentions and reports are right or wrong, and who can pay for a way round."""
    from glasstown.report.price import by_district, people_by_district, share_of
    from glasstown.report.reading import Reading

    reading, people = Reading(both, say, found.numbers, found), people_by_district(both)
    for one, other, words_ in SHARES:
        if found.get(one):
            share = share_of(by_district(both, one, "with"), by_district(both, other, "with"), people)
            if share:
                yield say(words_, share=reading.range_of(share))
    fifths = found.parts("evading", "fifth")
    if len(fifths) > 1 and fifths[-1].difference.with_ != fifths[0].difference.with_:
        yield say("A way round has {poor} of the poorest fifth, {rich} of the richest.",
                  poor=fifths[0].with_, rich=fifths[-1].with_)  # fmt: skip


def _price(both: Pair, say: Words, numbers: Numbers) -> str:
    """What a thousand offences prevented cost, in the words of the report."""
    from glasstown.report.price import prices

    paid = [each for each in prices(both) if each.measure in PRICES]
    if not paid:
        return say("No offence was prevented that can be told from chance, so none has a price.")
    parts = []
    for each in paid:
        digits = digits_for(0.0, 500 * (each.high - each.low)) if each.high > each.low else 1
        value, low, high = (numbers.plain(1000 * x, digits) for x in (each.value, each.low, each.high))
        parts.append(say(PRICES[each.measure], value=value, low=low, high=high))
    return say("For each 1,000 offences prevented: {parts}.", parts=", ".join(parts))


def _sure(both: Pair, say: Words, numbers: Numbers) -> str:
    """Where the intervals come from, and how alike the twins are."""
    shown_measures = {measure for _, rows in (*LINES, *LAST) for measure, _ in rows}
    alike = [
        d.correlation for d in both.differences if _whole(d, shown_measures) and d.correlation is not None
    ]
    districts = max((d.clusters for d in both.differences), default=0)
    if not any(d.low is not None for d in both.differences):
        return say(
            "Too few districts ({districts}) for intervals: take more people.", districts=str(districts)
        )
    text = say(
        "Intervals are over {districts} districts, for this seed and these assumptions.",
        districts=str(districts),
    )
    if not alike:
        return text
    middle = numbers.plain(median(alike), 2)
    twins = say("Over districts the twins correlate by {middle} (median of the lines above).", middle=middle)
    return f"{text} {twins}"


def _whole(each: Difference, measures: set[str]) -> bool:
    return each.by == "all" and each.measure in measures


def _not(both: Pair, say: Words, numbers: Numbers) -> str:
    """What the summary is not, and how much of it rests on assumptions."""
    from glasstown.lab.ledger import rests

    on = [*rests((both.without.scenario, both.with_.scenario)).values()]
    return say(
        "Not a forecast, no real town: {assumed} of {all} numbers are assumed, and one run varies none.",
        assumed=numbers.whole(on.count("assumed")), all=numbers.whole(len(on)),
    )  # fmt: skip
