"""The laws that every institution keeps, built in or a user's own: ``check_mechanism(Mine)``.

Each law lives small towns and returns what is wrong, in sentences; nothing wrong is an empty list. The
tests of Glasstown hold its whole catalogue to these very functions.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from glasstown.core.mechanism import Mechanism
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.engine.run import Simulation
from glasstown.errors import CheckFailed, GlasstownError
from glasstown.lab import catalog
from glasstown.lab.catalog import CATALOG
from glasstown.lab.ledger import bibliography
from glasstown.lab.town import lean, whole_town
from glasstown.population.town import Town

PEOPLE, DAYS = 2_500, 40

MOVED_BY_OTHERS = frozenset({"perceived_risk"})
"""Columns that notices of any institution move, as they should."""


@dataclass(frozen=True)
class Setting:
    """The town in which laws are tried, the institutions around, and sources beyond the bibliography."""

    town: Town
    around: Mapping[str, Mechanism]
    """Every institution of the catalogue: as the article has it, else as it is by default."""
    days: int = DAYS
    sources: frozenset[str] = frozenset()

    def others(self, kind: type[Mechanism]) -> dict[str, Mechanism]:
        """The institutions around, without this one."""
        return {name: made for name, made in self.around.items() if name != kind.table()}

    def itself(self, kind: type[Mechanism]) -> Mechanism:
        """The institution as it is around, or by default."""
        found = self.around.get(kind.table())
        return found if type(found) is kind else kind()

    def lived(self, mechanisms: Iterable[Mechanism], days: int | None = None, **how: Any) -> Simulation:
        """The town after some days; ``how`` goes to the simulation."""
        asked = {"seed": 1, "threads": 2, "chunk": 700} | how
        town = self.town
        simulation = Simulation(list(mechanisms), town.people, town.columns, town.ties, **asked)
        with simulation:
            for _ in range(self.days if days is None else days):
                simulation.advance()
        return simulation


def _partly(kind: type[Mechanism]) -> Mechanism:
    """An institution by default; a safeguard at half strength, so that what it limits is seen to act."""
    return kind.model_validate({"strength": 0.5} if "strength" in kind.model_fields else {})


def setting(people: int = PEOPLE, days: int = DAYS, sources: Iterable[str] = ()) -> Setting:
    """A synthetic town with every column, and the catalogue around.

    ``sources`` are keys that a user's own parameters may cite beside those of the bibliography.
    """
    article = catalog.load("article", [f"town.people={people}", f"run.days={days}"])
    around = {name: article.mechanisms.get(name, _partly(kind)) for name, kind in CATALOG.items()}
    whole = whole_town(article)
    return Setting(lean(whole, set(whole.columns) - {"id"}), around, days, frozenset(sources))


# ---- what it carries --------------------------------------------------------------------------------


def parameters(kind: type[Mechanism], where: Setting) -> list[str]:
    """Every parameter has one unit, one origin, a description, a source that is known, a default in range."""
    found = []
    known = where.sources | bibliography().keys()
    for name, field in kind.model_fields.items():
        units = [m for m in field.metadata if isinstance(m, Unit)]
        origins = [m for m in field.metadata if isinstance(m, Source | Estimated | Assumed)]
        if len(units) != 1:
            found.append(f"{name}: {len(units)} units")
        if len(origins) != 1:
            found.append(f"{name}: {len(origins)} origins")
            continue
        (origin,) = origins
        if not field.description:
            found.append(f"{name}: no description")
        if isinstance(origin, Source | Estimated) and origin.key not in known:
            found.append(f"{name}: source {origin.key} is not in the bibliography")
        default = field.default
        if isinstance(origin, Source) or isinstance(default, bool) or not isinstance(default, int | float):
            continue
        if not origin.low <= default <= origin.high:
            found.append(f"{name}: default {default} outside {origin.low} to {origin.high}")
    return found


def names(kind: type[Mechanism], where: Setting) -> list[str]:
    """File, class, table and steps are called the same, and the file says what it is."""
    name, module = kind.table(), kind.__module__.rpartition(".")[2]
    found = []
    if module not in (name, "__main__"):
        found.append(f"{kind.__name__} is the table {name}, but its file is {module}.py")
    if not inspect.getdoc(sys.modules.get(kind.__module__)) and not inspect.getdoc(kind):
        found.append("neither its file nor its class says what it is")
    steps = where.itself(kind).steps()
    return found + [
        f"step {step.name}: expected {name}.verb"
        for step in steps
        if not re.fullmatch(re.escape(name) + r"\.[a-z_]+", step.name)
    ]


def frozen(kind: type[Mechanism], where: Setting) -> list[str]:
    """It cannot be changed once made, and refuses a key that it does not know."""
    found = []
    try:
        kind.model_validate({"no_such_key": 1})
        found.append("it takes a key that it does not know")
    except ValidationError:
        pass
    if not kind.model_config.get("frozen"):
        found.append("it can be changed once made")
    return found


# ---- what it does -----------------------------------------------------------------------------------


def differing(where: Setting, others: Iterable[Mechanism], added: Mechanism) -> list[str]:
    """Columns of the others that are not bit for bit the same with ``added`` as without it."""
    around = list(others)
    without, with_ = where.lived(around), where.lived([*around, added])
    mine = {c.name for s in added.steps() for c in s.writes}
    kept = without.state.kept()
    return [n for n, a in kept.items() if n not in mine and not np.array_equal(a, with_.state.whole[n])]


def neutral(kind: type[Mechanism], where: Setting) -> list[str]:
    """With its ``neutral`` values the town is bit for bit what it is without it."""
    moved = differing(where, where.others(kind).values(), kind.model_validate(kind.neutral))
    return [f"neutral values {kind.neutral} still move {', '.join(moved)}"] if moved else []


def draws(kind: type[Mechanism], where: Setting) -> list[str]:
    """Its coming leaves the draws of others alone: on the first day nobody else's column differs."""
    other = where.others(kind)["opinion" if kind.table() == "conduct" else "conduct"]
    alone = where.lived([other], days=1)
    both = where.lived([other, where.itself(kind)], days=1)
    moved = [n for n, a in alone.state.kept().items() if not np.array_equal(a, both.state.whole[n])]
    return [f"its coming moves {n} of others" for n in moved if n not in MOVED_BY_OTHERS]


def people(kind: type[Mechanism], where: Setting) -> list[str]:
    """It changes nothing of the town that it was lent."""
    before = {n: a.copy() for n, a in where.town.columns.items()}
    where.lived([where.itself(kind)], days=31)
    return [
        f"it changes {n} of the town"
        for n, a in before.items()
        if not np.array_equal(a, where.town.columns[n])
    ]


def small(kind: type[Mechanism], where: Setting) -> list[str]:
    """It lives in towns of nobody and of one."""
    for few in (0, 1):
        setting(few).lived([kind()], days=3)
    return []


def chunks(kind: type[Mechanism], where: Setting) -> list[str]:
    """Neither threads nor the size of chunks change a result."""
    others = list(where.others(kind).values())
    every = [*others, where.itself(kind)]
    first = where.lived(every, threads=2, chunk=1024).digest()
    asked: tuple[dict[str, Any], ...] = ({"threads": 1, "chunk": 65_536}, {"threads": 4, "chunk": 311})
    return [
        f"with {how['threads']} threads and chunks of {how['chunk']} the result is another"
        for how in asked
        if where.lived(every, **how).digest() != first
    ]


Law = Callable[[type[Mechanism], Setting], list[str]]

LAWS: dict[str, Law] = {
    law.__name__: law for law in (parameters, names, frozen, neutral, draws, people, small, chunks)
}
"""Every law by its name."""


def check_mechanism(
    kind: type[Mechanism],
    *,
    people: int = PEOPLE,
    days: int = DAYS,
    sources: Iterable[str] = (),
) -> None:
    """Hold an institution to every law. Raises CheckFailed with all that is wrong.

    ``people`` and ``days`` say how large the towns are in which it is tried; ``sources`` are keys that its
    parameters may cite beside those of Glasstown's bibliography. Takes seconds once kernels are compiled.
    """
    where = setting(people, days, sources)
    found = []
    for name, law in LAWS.items():
        try:
            found += [f"{name}: {text}" for text in law(kind, where)]
        except (
            GlasstownError,
            ValidationError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            found.append(f"{name}: {type(error).__name__}: {error}")
    if found:
        table = kind.table()
        raise CheckFailed("\n".join(f"{table}: {text}" for text in found))
