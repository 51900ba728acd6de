"""All that has a name: scenarios, mechanisms, parameters, columns, measures, sources; and who uses it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

    from glasstown.core.columns import Column, Tally
    from glasstown.core.mechanism import Step
    from glasstown.lab.verification.result import Result
    from glasstown.scenario.describe import Parameter

TOUCHES = ("reads", "looks", "writes", "adds", "counts", "recalls")


@dataclass(frozen=True)
class Use:
    """One step that touches a column or tally, or one parameter that cites a source."""

    how: str
    who: str


def models() -> dict[str, type[BaseModel]]:
    """Every table of a scenario by its name: town, run, the mechanisms."""
    from glasstown.lab.catalog import CATALOG, TownSpec
    from glasstown.scenario.model import RunSpec

    return {"town": TownSpec, "run": RunSpec, **CATALOG}


def parameters_of(table: str) -> tuple[Parameter, ...]:
    """The parameters of a table."""
    from glasstown.scenario.describe import parameters

    return parameters(models()[table], table)


def story(table: str) -> str:
    """What a mechanism is: the text at the top of its file."""
    model = models()[table]
    return (sys.modules[model.__module__].__doc__ or model.__doc__ or "").strip()


def standing() -> dict[str, dict[str, str]]:
    """Of each institution the part it belongs to, what it is, and what it is alone."""
    from glasstown.lab.ledger import institutions

    return institutions()


def neutral(table: str) -> dict[str, object]:
    """The values with which an institution has no effect."""
    from glasstown.lab.catalog import CATALOG

    return dict(CATALOG[table].neutral)


def results_of(table: str) -> tuple[Result, ...]:
    """The published results that an institution is held to, none if nothing is published of it."""
    from glasstown.lab.verification import NAMES, results

    return results([table]) if table in NAMES else ()


def cited_by(table: str) -> list[str]:
    """Keys of the sources that the parameters of a table and its published results rest on."""
    keys = {each.source for each in parameters_of(table)} | {each.source for each in results_of(table)}
    return sorted(keys - {""})


@cache
def steps() -> dict[str, Step]:
    """Every step by its name: of mechanisms with defaults and as shipped, then of what measures."""
    from glasstown.lab.catalog import CATALOG, load
    from glasstown.lab.simulate import stand_ins
    from glasstown.scenario.files import shipped

    scenarios = [load(name) for name in shipped()]
    found: dict[str, Step] = {}
    for table, model in CATALOG.items():
        for made in (model(), *(s.mechanisms[table] for s in scenarios if table in s.mechanisms)):
            found |= {step.name: step for step in made.steps()}
    for scenario in scenarios:
        for step in stand_ins(scenario):  # they read what their scenario has: keep the one that reads most
            before = found.get(step.name)
            if before is None or len(step.reads) > len(before.reads):
                found[step.name] = step
    return found


def steps_of(table: str) -> list[Step]:
    """The steps of one mechanism, in the order of the day."""
    return sorted((s for s in steps().values() if s.mechanism == table), key=lambda s: s.phase)


@cache
def columns() -> dict[str, Column[Any]]:
    """Every column by its name: those of the vocabulary, then those that one mechanism keeps for itself."""
    from glasstown.core import vocabulary

    found = {c.name: c for c in vocabulary.columns()}
    for step in steps().values():
        for column in (*step.reads, *step.looks, *step.writes, *step.adds):
            found.setdefault(column.name, column)
    return found


def tallies() -> dict[str, Tally]:
    """Every tally by its name."""
    return {t.name: t for step in steps().values() for t in (*step.counts, *step.recalls)}


def uses(name: str) -> Iterator[Use]:
    """Who touches the column or tally called ``name``; which parameters and scenarios cite that source."""
    for how in TOUCHES:
        for step in steps().values():
            if any(each.name == name for each in getattr(step, how)):
                yield Use(how, step.name)
    for table in models():
        for each in parameters_of(table):
            if each.source == name:
                yield Use("cited by", f"{each.key} ({each.where})")
    from glasstown.lab.catalog import load
    from glasstown.scenario.files import shipped

    for scenario in shipped():
        if name in load(scenario).sources:
            yield Use("named by", f"scenario {scenario}")


def names() -> list[str]:
    """Everything that ``describe`` can tell of."""
    from glasstown.lab.ledger import bibliography
    from glasstown.measures.definitions import MEASURES
    from glasstown.scenario.files import shipped

    keys = [each.key for table in models() for each in parameters_of(table)]
    found = [*shipped(), *models(), *columns(), *tallies(), *MEASURES, *bibliography(), *keys]
    return list(dict.fromkeys(found))
