"""``describe``: anything that has a name, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from glasstown.cli.options import JSON
from glasstown.cli.text import listed, paragraphs, safe, wrapped
from glasstown.errors import InputError

if TYPE_CHECKING:
    from glasstown.lab.verification.result import Result
    from glasstown.scenario.describe import Parameter
    from glasstown.scenario.model import Scenario


@click.command()
@click.argument("name", required=False)
@JSON
def describe(name: str | None, as_json: bool) -> None:
    """Tell what something is; without NAME, list everything.

    NAME is a mechanism, one of its parameters, a scenario (shipped, or a file),
    a column, a measure or a source.

    \b
    Examples:
      glasstown describe
      glasstown describe score
      glasstown describe score.company
      glasstown describe article
      glasstown describe mine.toml
      glasstown describe misrecorded
    """
    if name is None:
        document, text = _everything()
    else:
        found = [told for tell in _TELLERS if (told := tell(name)) is not None]
        if not found:
            raise _unknown(name)
        document = {"kind": "description", "name": name, "found": [each[0] for each in found]}
        text = "\n\n".join(each[1] for each in found)
    if as_json:
        from glasstown.cli.facts import written

        click.echo(written(document))
    else:
        click.echo(safe(text))


Told = tuple[dict[str, Any], str]


def _unknown(name: str) -> InputError:
    from glasstown.cli import catalogue
    from glasstown.scenario.spelling import nearest

    near = nearest(name, catalogue.names())
    return InputError(
        f"Nothing is called {name!r}" + (f"; nearest: {near}" if near else "."),
        "All names: glasstown describe",
    )


def _everything() -> Told:
    from glasstown.cli import catalogue
    from glasstown.lab import catalog
    from glasstown.lab.ledger import bibliography
    from glasstown.measures.definitions import MEASURES
    from glasstown.scenario.files import shipped

    scenarios = {name: catalog.load(name).title for name in shipped()}
    mechanisms = {name: catalogue.story(name).partition("\n")[0] for name in catalog.CATALOG}
    columns, measures, sources = sorted(catalogue.columns()), list(MEASURES), sorted(bibliography())
    lines = ["Scenarios"]
    lines += [wrapped(text, " " * 18, f"  {name:<16}") for name, text in scenarios.items()]
    lines += ["", "Mechanisms"]
    lines += [wrapped(text, " " * 18, f"  {name:<16}") for name, text in mechanisms.items()]
    for heading, names in (("Measures", measures), ("Columns", columns), ("Sources", sources)):
        lines += ["", heading, wrapped(", ".join(names), "  ")]
    lines += ["", "More of any of them: glasstown describe NAME; who uses it: glasstown used-by NAME"]
    document = {
        "kind": "catalogue", "scenarios": scenarios, "mechanisms": mechanisms, "measures": measures,
        "columns": columns, "sources": sources,
    }  # fmt: skip
    return document, "\n".join(lines)


def _mechanism(name: str) -> Told | None:
    from glasstown.cli import catalogue

    if name not in catalogue.models():
        return None
    known, steps = catalogue.parameters_of(name), catalogue.steps_of(name)
    kind = "mechanism" if name in catalogue.standing() else "table"
    standing = _standing(name) if kind == "mechanism" else ({}, "")
    lines = [f"{name} ({kind})", "", paragraphs(catalogue.story(name), "  ")]
    lines += ["", standing[1]] if standing[1] else []
    lines += ["", "Parameters"]
    for each in known:
        lines += _parameter_lines(each)
    if steps:
        lines += ["", "Steps"]
    for step in steps:
        every = "" if step.every == 1 else f", every {step.every} days"
        lines.append(f"  {step.name} ({step.phase.name.lower()}{every})")
        for how in catalogue.TOUCHES:
            if touched := sorted(each.name for each in getattr(step, how)):
                lines.append(listed(how, touched, "    "))
    document = {
        "kind": kind, "name": name, "text": catalogue.story(name), **standing[0],
        "parameters": [_parameter_facts(p) for p in known],
        "steps": [
            {"name": s.name, "phase": s.phase.name, "every": s.every,
             **{how: sorted(c.name for c in getattr(s, how)) for how in catalogue.TOUCHES}}
            for s in steps
        ],
    }  # fmt: skip
    return document, "\n".join(lines)


def _standing(name: str) -> Told:
    """What an institution is alone, which published figures hold it to that, and when it has no effect."""
    from glasstown.cli import catalogue
    from glasstown.lab.ledger import bibliography
    from glasstown.scenario.edit import written

    alone, neutral = catalogue.standing()[name]["alone"], catalogue.neutral(name)
    results, cited = catalogue.results_of(name), catalogue.cited_by(name)
    page = f"docs/mechanisms/{name}.md"
    lines = ["Alone it is", wrapped(alone, "  "), "", f"Held to that by glasstown verify --only {name}"]
    for each in results:
        source = f"{each.source}, " if each.source else ""
        lines.append(wrapped(f"{each.claim}: {_expected(each)} ({source}{each.where})", "      ", "  "))
    if not results:
        lines[-1] = "No figure is published of it; its laws are exact, and tested."
    values = ", ".join(f"{key} = {written(value)}" for key, value in neutral.items())
    lines += ["", f"Without effect: with {values}" if len(values) < 60 else wrapped(
        f"with {values}", "      ", "Without effect: "
    )]  # fmt: skip
    if cited:
        lines += ["", "Sources"]
        lines += [wrapped(f"{key}: {bibliography()[key]['title']}", "      ", "  ") for key in cited]
    lines += ["", f"Equations, what it shows, and what is weak: {page}"]
    document = {
        "alone": alone, "neutral": neutral, "sources": cited, "page": page,
        "results": [{"key": each.key, "claim": each.claim, "expected": each.expected} for each in results],
    }  # fmt: skip
    return document, "\n".join(lines)


def _expected(each: Result) -> str:
    if isinstance(each.expected, tuple):
        return f"{each.expected[0]:g} to {each.expected[1]:g}"
    return f"{each.expected:g}"


def _parameter_lines(each: Parameter) -> list[str]:
    from glasstown.scenario.edit import written

    unit = f" {each.unit}" if each.unit not in ("", "1") else ""
    value = "to be given" if each.required else written(each.default)
    lines = [f"  {each.name} = {value}{unit}", wrapped(each.text, "      ")]
    bounds = f"{each.expected[0].upper()}{each.expected[1:]}."
    sweep = f" Vary from {each.sweep[0]:g} to {each.sweep[1]:g}." if each.sweep else ""
    origin = f" {each.origin[0].upper()}{each.origin[1:]}." if each.origin else ""
    return [*lines, wrapped(f"{bounds}{origin}{sweep}", "      ")]


def _parameter_facts(each: Parameter) -> dict[str, Any]:
    return {
        "key": each.key, "text": each.text, "expected": each.expected, "default": each.default,
        "unit": each.unit, "kind": each.kind, "origin": each.origin, "source": each.source,
        "range": each.sweep,
    }  # fmt: skip


def _parameter(name: str) -> Told | None:
    from glasstown.cli import catalogue

    table, _, rest = name.partition(".")
    if not rest or table not in catalogue.models():
        return None
    for each in catalogue.parameters_of(table):
        if each.key == name:
            lines = [f"{name} (parameter)", "", *_parameter_lines(each)]
            return {"kind": "parameter", **_parameter_facts(each)}, "\n".join(lines)
    return None


def _scenario(name: str) -> Told | None:
    from glasstown.lab import catalog
    from glasstown.scenario.files import SUFFIX, shipped

    if name not in shipped() and not name.endswith(SUFFIX):
        return None
    scenario = catalog.load(name)
    lines = [f"{scenario.name} (scenario): {scenario.title}"]
    lines += [wrapped(text, "  ") for text in (scenario.question, " ".join(scenario.assumed.split())) if text]
    if scenario.sources:
        lines.append(f"  Sources it names: {', '.join(scenario.sources)}.")
    if name in shipped():
        lines.append(f"  What differs, what it shows, what it cannot tell: docs/scenarios/{name}.md.")
    for table, values in _values(scenario).items():
        lines += ["", f"[{table}]", *(f"  {line}" for line in values)]
    for change in scenario.changes:
        lines += [
            "",
            f"From day {change.day}: {change.name} {'ends' if change.mechanism is None else 'changes'}.",
        ]
    document = {"kind": "scenario", **scenario.resolved(), "origins": dict(scenario.origins)}
    return document, "\n".join(lines)


def _values(scenario: Scenario) -> dict[str, list[str]]:
    """The values of each table, with unit and, where it is not the default, who set it."""
    from glasstown.lab.ledger import ledger
    from glasstown.scenario.edit import written

    found: dict[str, list[str]] = {}
    for key, entry in ledger(scenario).items():
        table, _, name = key.partition(".")
        unit = f" {entry['unit']}" if entry["unit"] not in ("", "1") else ""
        by = "" if entry["set_by"] == "default" else f"  <- {entry['set_by']}"
        value = "none" if entry["value"] is None else written(entry["value"])
        found.setdefault(table, []).append(f"{f'{name} = {value}{unit}':<46}{by}".rstrip())
    return found


def _column(name: str) -> Told | None:
    from glasstown.cli import catalogue
    from glasstown.core.columns import Inflow

    column = catalogue.columns().get(name)
    if column is None:
        return None
    kind = "inflow" if isinstance(column, Inflow) else "column"
    marks = [word for word in ("visible", "fleeting") if getattr(column, word)]
    how = f"{column.dtype.__name__}, unit {column.unit}{''.join(', ' + mark for mark in marks)}"
    lines = [f"{name} ({kind}): {column.meaning}", f"  {how}"]
    grouped: dict[str, list[str]] = {}
    for use in catalogue.uses(name):
        grouped.setdefault(use.how, []).append(use.who)
    lines += [listed(which, who, "  ") for which, who in grouped.items()]
    document = {
        "kind": kind, "name": name, "meaning": column.meaning, "unit": column.unit,
        "dtype": column.dtype.__name__, "visible": column.visible, "fleeting": column.fleeting,
        "uses": grouped,
    }  # fmt: skip
    return document, "\n".join(lines)


def _measure(name: str) -> Told | None:
    from glasstown.measures.definitions import MEASURES

    measure = MEASURES.get(name)
    if measure is None:
        return None
    kinds = {
        "flow": "counted every day; told per person and year",
        "stock": "looked at every week; told as a mean or share",
        "ever": "counted once for each person, over the whole run",
        "spell": "counted once for each person, by how long it lasts",
        "town": "worked out once for the whole town, at the end; no levels",
    }
    harm = {1: " More of it is a harm.", -1: " Less of it is a harm.", 0: ""}[measure.harm]
    text = f"{name} (measure): {measure.meaning}\n  {kinds[measure.kind]}; unit {measure.unit}.{harm}"
    document = {
        "kind": "measure", "name": name, "meaning": measure.meaning, "unit": measure.unit,
        "harm": measure.harm, "how": measure.kind,
    }  # fmt: skip
    return document, text


def _source(name: str) -> Told | None:
    from glasstown.cli import catalogue
    from glasstown.lab.ledger import bibliography

    entry = bibliography().get(name)
    if entry is None:
        return None
    authors = ", ".join(entry.get("authors", []))
    lines = [f"{name} (source): {entry.get('title', '')}"]
    lines += [
        wrapped(str(text), "  ") for text in (authors, entry.get("published"), entry.get("year")) if text
    ]
    lines += [f"  {entry[key]}" for key in ("address", "licence") if entry.get(key)]
    cited = [use.who for use in catalogue.uses(name) if use.how == "cited by"]
    lines += ["  Cited by:", *(wrapped(who, "      ", "    ") for who in cited)] if cited else []
    return {"kind": "source", "key": name, **entry, "cited_by": cited}, "\n".join(lines)


_TELLERS: tuple[Callable[[str], Told | None], ...] = (
    _scenario, _mechanism, _parameter, _column, _measure, _source,
)  # fmt: skip
