"""The generated parts of a scenario's page: what is in it and how it differs, and what came out of it.

The first is held to the code by a test. The second, a table of measures beside the twin without the system,
is lived on demand and stamped with what it was made from.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from glasstown.lab import catalog
from glasstown.lab.compare import Pair
from glasstown.lab.ledger import bibliography, institutions, ledger, weight
from glasstown.lab.marked import table, value
from glasstown.lab.outcome import Outcome
from glasstown.lab.runs import compare
from glasstown.measures.definitions import MEASURES
from glasstown.measures.paired import Difference
from glasstown.measures.series import COLUMN, TRUE_ALONE
from glasstown.release import EPOCH, RELEASE
from glasstown.scenario.describe import Parameter, parameters
from glasstown.scenario.model import Scenario

BASE = "open"
"""The ordinary town: what every other scenario is told beside."""

WEIGHTS = ("published", "estimated", "assumed", "chosen")

PEOPLE, DAYS, SEED = 20_000, 365, 1
"""Of the runs behind the results."""

TOLD = (
    "voiced", "self_censoring", "perceived_risk", "offended", "true_entries", "false_entries", "misreported",
    "helped", "trust", "ties_lost", "legitimacy", "informed", "score", "any_closed", "on_blacklist",
    "spotless_harmed", "checked", "misdetained", "earnings",
)  # fmt: skip
"""The measures of the results, those that neither town has left out."""

BECAUSE = "because (in brackets: what the default rests on)"

_COMMENT = re.compile(r'(?:[^"#]|"[^"]*")*#\s*(.*)')
_SHARE, _FLOW = "1", "1/year"

Entries = dict[str, dict[str, Any]]


def question(name: str) -> str:
    """The head of the page: a shipped scenario's title, what it asks, and what it says of itself."""
    scenario = catalog.load(name)
    return f"# {scenario.title} (`{name}`)\n\n**{scenario.question}**\n\n{scenario.assumed.strip()}"


def contents(name: str) -> str:
    """The institutions of a shipped scenario, each value that differs, what numbers rest on, its sources."""
    scenario, base = catalog.load(name), catalog.load(BASE)
    mine, theirs = ledger(scenario), ledger(base)
    lines = ["## What is in it", "", _heading(scenario, base, mine), ""]
    heads = ("institution", "here", "what it is, and why it is so here", "numbers")
    lines += table(heads, (_institution(each, scenario, base, mine, theirs) for each in _tables(scenario)))
    gone = [f"`{each}`" for each in base.mechanisms if each not in scenario.mechanisms]
    lines += ["", f"Left out of `{BASE}`: {', '.join(gone)}."] if gone else []
    changed = list(_changed(scenario, mine, theirs))
    if changed:
        first = "default" if name == BASE else f"in `{BASE}`, or default"
        lines += ["", f"## What differs from {'the defaults' if name == BASE else f'`{BASE}`'}", ""]
        lines += table(("parameter", first, "here", "vary", BECAUSE), changed)
    lines += ["", "## Sources", "", *(f"- {_cited(key)}" for key in scenario.sources)]
    return "\n".join([*lines, "", f"Its parameters cite: {_citing(scenario)}."])


def _tables(scenario: Scenario) -> tuple[str, ...]:
    return ("town", *scenario.mechanisms)


def _heading(scenario: Scenario, base: Scenario, mine: Entries) -> str:
    counted = _weighed(mine, _tables(scenario))
    total = sum(counted.values())
    rest = " + ".join(f"`{file.name}`" for file in scenario.files)
    more = [each for each in scenario.mechanisms if each not in base.mechanisms]
    beside = f", {len(more)} more than in `{BASE}`" if scenario.name != BASE else ""
    return (
        f"{len(scenario.mechanisms)} institutions{beside}. Read from {rest}. Of its {total} numbers "
        f"{counted['published']} are published, {counted['estimated']} estimated from a source, "
        f"{counted['assumed']} assumed with a reason and a range, and {counted['chosen']} chosen for a "
        "scenario in place of the default; the table has them in this order."
    )


def _weighed(entries: Entries, tables: tuple[str, ...]) -> Counter[str]:
    """How many numbers of some tables rest on what."""
    counted: Counter[str] = Counter()
    for each in tables:
        for key, default in _known(each).items():
            counted[weight(entries[key], default)] += 1
    del counted[""]
    return counted


def _known(table_name: str) -> dict[str, object]:
    """Dotted key -> default of a table of the catalogue."""
    return {each.key: each.default for each in parameters(_model(table_name), table_name)}


def _model(table_name: str) -> type[BaseModel]:
    return catalog.TownSpec if table_name == "town" else catalog.CATALOG[table_name]


def _institution(
    name: str, scenario: Scenario, base: Scenario, mine: Entries, theirs: Entries
) -> tuple[object, ...]:
    counted = _weighed(mine, (name,))
    known = _known(name)
    if name != "town" and name not in base.mechanisms:
        here = "added"
    elif scenario.name == BASE:
        here = "set" if any(mine[key]["value"] != default for key, default in known.items()) else "defaults"
    else:
        here = "changed" if any(mine[key]["value"] != theirs[key]["value"] for key in known) else "same"
    link = "`town`" if name == "town" else f"[{name}](../mechanisms/{name}.md)"
    what = "who lives there" if name == "town" else institutions()[name]["is"]
    why = _reason(name, scenario, own=here == "changed")
    about = f"{what} ({why})" if why else what
    return link, here, about, " + ".join(str(counted[each]) for each in WEIGHTS)


def _reason(name: str, scenario: Scenario, own: bool) -> str:
    """What the last file that has the table says beside its heading; ``own``: not in the base's words."""
    heading = re.compile(rf"^\[{re.escape(name)}\][ \t]*#[ \t]*(.*)$", re.MULTILINE)
    files = [file for file in scenario.files if not (own and file.name == f"{BASE}.toml")]
    found = [match[1] for file in files if (match := heading.search(file.text))]
    return found[-1].strip() if found else ""


def _changed(scenario: Scenario, mine: Entries, theirs: Entries) -> Iterator[tuple[object, ...]]:
    """One row for each value that is not as in the base, or not the default where the base has none."""
    for name in _tables(scenario):
        for key, default in _known(name).items():
            entry = mine[key]
            before = default if scenario.name == BASE or key not in theirs else theirs[key]["value"]
            if entry["value"] == before or (isinstance(before, tuple) and entry["value"] == list(before)):
                continue
            ranged = "range" in entry and not isinstance(entry["value"], bool)
            vary = "{:g} to {:g}".format(*entry["range"]) if ranged else ""
            unit = "" if entry["unit"] == "1" else f" {entry['unit']}"
            because = _comment(entry["set_by"], scenario) or f"({entry['origin']})"
            yield f"`{key}`", value(before), f"**{value(entry['value'])}**{unit}", vary, because


def _comment(set_by: str, scenario: Scenario) -> str:
    """What stands behind a value in its file."""
    name, _, line = set_by.rpartition(":")
    for file in scenario.files:
        if file.name == name and line.isdecimal():
            match = _COMMENT.fullmatch(file.text.splitlines()[int(line) - 1])
            return match[1].strip() if match else ""
    return ""


def _cited(key: str) -> str:
    entry = bibliography().get(key, {"title": key})
    parts = [", ".join(entry.get("authors", [])), str(entry.get("year", "")), entry["title"]]
    return f"`{key}`: " + ". ".join(part for part in parts if part) + "."


def _each_parameter(scenario: Scenario) -> Iterator[Parameter]:
    for table_name in _tables(scenario):
        yield from parameters(_model(table_name), table_name)


def _citing(scenario: Scenario) -> str:
    keys = {each.source for each in _each_parameter(scenario) if each.source}
    return ", ".join(f"`{key}`" for key in sorted(keys))


def results(name: str, people: int = PEOPLE, days: int = DAYS, seed: int = SEED) -> str:
    """What a shipped scenario shows beside its twin, lived here and now: seconds to minutes."""
    both = compare(BASE, name, people=people, days=days, seed=seed)
    told = [d for each in TOLD for d in both.differences if (d.measure, d.by) == (each, "all")]
    alone = name == BASE
    heads = ["measure", f"`{BASE}`"] if alone else ["measure", f"`{BASE}`", f"`{name}`", "difference (95 %)"]
    rows = [_result(d, both)[: len(heads)] for d in told]
    stamp = (
        f"Glasstown {RELEASE}, model epoch {EPOCH}, scenario `{both.with_.scenario.digest[:12]}`: {people:,} "
        f"people, {days} days, seed {seed}. Stocks are means of the last four samples, a week apart. The "
        "intervals speak of the draws, not of what was assumed."
    )
    return "\n".join([stamp, "", *table(heads, rows)])


def _result(d: Difference, both: Pair) -> list[str]:
    """One row; a mean of what a town does not have is left empty."""
    has = [_measured(d.measure, arm) for arm in (both.without, both.with_)]
    values = [_said(d, each) if there else "" for each, there in zip((d.without, d.with_), has, strict=True)]
    return [_meaning(d), *values, _between(d) if all(has) else ""]


def _measured(measure: str, outcome: Outcome) -> bool:
    """Whether a town has what is measured; nobody on a list where there is no list is a measurement too."""
    column = COLUMN.get(measure)
    return column is None or column in TRUE_ALONE or measure in outcome.totals["measure"].tolist()


def _meaning(d: Difference) -> str:
    measure = MEASURES[d.measure]
    unit = {_SHARE: ", %", _FLOW: ", a year per 1,000 people"}.get(measure.unit, f", {measure.unit}")
    return f"{measure.meaning}{unit} (`{d.measure}`)"


def _said(d: Difference, number: float) -> str:
    """A number in the unit that its row states."""
    number *= {_SHARE: 100.0, _FLOW: 1000.0}.get(MEASURES[d.measure].unit, 1.0)
    digits = 0 if abs(number) >= 1000 else 1 if abs(number) >= 10 else 2 if abs(number) >= 0.1 else 3
    return f"{number:,.{digits}f}" if number else "0"


def _between(d: Difference) -> str:
    if d.low is None or d.high is None:
        return _said(d, d.difference)
    return f"{_said(d, d.difference)} ({_said(d, d.low)} to {_said(d, d.high)})"
