"""The people of a scenario: synthesised from its [town] table, kept to the columns that somebody will use."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from glasstown.core import rng
from glasstown.engine.run import default_threads
from glasstown.engine.schedule import schedule
from glasstown.lab.progress import TOWN, Progress, silent
from glasstown.lab.simulate import institutions, stand_ins
from glasstown.population.spec import TownSpec
from glasstown.population.town import Town, synthesize
from glasstown.scenario.model import Scenario

ALWAYS = frozenset({"age", "sex", "group", "stratum", "district"})
"""Kept even if no mechanism reads them: what measures and lives are told by."""


def people_of(scenarios: Iterable[Scenario], threads: int | None = None, progress: Progress = silent) -> Town:
    """The town that ``scenarios`` share, with the columns that they use: the same people for the same [town]
    table, seed and replicate.

    Raises PopulationError for a table that cannot make one.
    """
    arms = tuple(scenarios)
    return lean(whole_town(arms[0], threads, progress), {name for arm in arms for name in used(arm)})


def whole_town(scenario: Scenario, threads: int | None = None, progress: Progress = silent) -> Town:
    """The town of a scenario with all its columns. Raises as ``people_of``."""
    assert isinstance(scenario.town, TownSpec)
    key = rng.run_key(scenario.run.seed, scenario.run.replicate, "population")
    return synthesize(
        scenario.town, key, lambda what, share: progress(TOWN, share, 1.0), threads or default_threads()
    )


def used(scenario: Scenario) -> set[str]:
    """Names of the columns that any step of a scenario names, on any day."""
    days = {0, *(change.day for change in scenario.changes)}
    plans = [schedule(list(institutions(scenario, day).values()), stand_ins(scenario)) for day in days]
    return {name for plan in plans for name in plan.columns}


def lean(town: Town, names: set[str]) -> Town:
    """The same town with the columns called ``names`` only; ids that are the rows themselves are left out."""
    kept = {n: a for n, a in town.columns.items() if n in names | ALWAYS}
    ids = town.columns.get("id")
    if ids is not None and not np.array_equal(ids, np.arange(town.people, dtype=np.uint32)):
        kept["id"] = ids
    return replace(town, columns=kept)
