"""The people of a scenario: synthesised, or a user's own; kept to the columns that somebody will use."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from glasstown.core import rng
from glasstown.engine.run import default_threads
from glasstown.lab.given import offered, plans
from glasstown.lab.progress import TOWN, Progress, silent
from glasstown.population import external
from glasstown.population.external import counted, files_of, make
from glasstown.population.given import NOTHING
from glasstown.population.spec import TownSpec
from glasstown.population.town import Town
from glasstown.scenario.model import Scenario
from glasstown.store.foreign import sha256_of

ALWAYS = frozenset({"age", "sex", "group", "stratum", "district"})
"""Kept even if no mechanism reads them: what measures and lives are told by."""


def people_of(
    scenarios: Iterable[Scenario],
    threads: int | None = None,
    progress: Progress = silent,
    beside: Path | None = None,
) -> Town:
    """The town that ``scenarios`` share, with the columns that they use: the same people for the same [town]
    table, seed and replicate.

    A table of a user's own is looked for from ``beside``, by default where the scenario's file is. Raises
    PopulationError for a table that cannot make a town.
    """
    arms = tuple(scenarios)
    whole = whole_town(arms[0], threads, progress, beside, arms[1:])
    return lean(whole, {name for arm in arms for name in used(arm)})


def whole_town(
    scenario: Scenario,
    threads: int | None = None,
    progress: Progress = silent,
    beside: Path | None = None,
    twins: Iterable[Scenario] = (),
) -> Town:
    """The town of a scenario with all its columns, those included that a table gives to ``twins`` alone.

    Raises as ``people_of``.
    """
    key = rng.run_key(scenario.run.seed, scenario.run.replicate, "population")
    return make(
        spec_of(scenario),
        key,
        folder_of(scenario) if beside is None else beside,
        lambda what, share: progress(TOWN, share, 1.0),
        threads or default_threads(),
        offered((scenario, *twins)) if spec_of(scenario).table else NOTHING,
    )


def columns_given(scenario: Scenario, beside: Path | None = None) -> tuple[str, ...]:
    """Names of the columns of a user's table, as they stand there. Raises PopulationError."""
    return external.columns_given(spec_of(scenario), folder_of(scenario) if beside is None else beside)


def judge(scenarios: Iterable[Scenario], beside: Path | None = None) -> None:
    """Raise PopulationError for a user's table with a column that cannot be given to ``scenarios``."""
    arms = tuple(scenarios)
    spec = spec_of(arms[0])
    if spec.table:
        folder = folder_of(arms[0]) if beside is None else beside
        external.columns_given(spec, folder, offered(arms))


def spec_of(scenario: Scenario) -> TownSpec:
    """The [town] table as the population reads it."""
    assert isinstance(scenario.town, TownSpec)
    return scenario.town


def folder_of(scenario: Scenario) -> Path:
    """Where the relative paths of a scenario's own tables start."""
    return scenario.folder_of("town.table")


def how_many(scenario: Scenario, beside: Path | None = None) -> int:
    """People in the town: of the specification, or of the user's table. Raises PopulationError."""
    return counted(spec_of(scenario), folder_of(scenario) if beside is None else beside).people


def tables_of(scenario: Scenario, beside: Path | None = None) -> dict[str, str]:
    """SHA-256 of the user's tables by the key that names them; empty for a synthetic town."""
    found = files_of(spec_of(scenario), folder_of(scenario) if beside is None else beside)
    if found is None:
        return {}
    named = {"town.table": found.people, "town.ties_table": found.ties}
    return {key: sha256_of(path)[0] for key, path in named.items() if path is not None}


def used(scenario: Scenario) -> set[str]:
    """Names of the columns that any step of a scenario names, on any day."""
    return {name for plan in plans(scenario) for name in plan.columns}


def lean(town: Town, names: set[str]) -> Town:
    """The same town with the columns called ``names`` only; ids that are the rows themselves are left out."""
    kept = {n: a for n, a in town.columns.items() if n in names | ALWAYS}
    ids = town.columns.get("id")
    if ids is not None and not np.array_equal(ids, np.arange(town.people, dtype=np.uint32)):
        kept["id"] = ids
    return replace(town, columns=kept)
