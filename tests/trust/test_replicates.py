"""Replicates share nothing, twins share everything that their difference does not reach.

What a difference can reach is worked out from the declarations of the steps: who reads, looks at or recalls
what somebody touched has written or counted is touched.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from glasstown.core.mechanism import Phase
from glasstown.engine.run import Simulation
from glasstown.engine.schedule import Schedule, schedule
from glasstown.lab import catalog
from glasstown.lab.town import people_of
from glasstown.scenario.model import Scenario

PEOPLE, DAYS = 2_000, 3
ARTICLE = (f"town.people={PEOPLE}",)
LEDGER = Path(__file__).parent / "draws_of.py"
CHANGES = ["score.points_games=-9.0", "privileges.from_age=16", "cameras.placement=0.01"]

Columns = Mapping[str, np.ndarray]


def scenario(*settings: str) -> Scenario:
    return catalog.load("article", [*ARTICLE, *settings])


@pytest.fixture(scope="module")
def article():
    made = scenario()
    return made, people_of([made])


def lived(made: Scenario, town, days: int = DAYS) -> Columns:
    how = {"seed": made.run.seed, "replicate": made.run.replicate, "threads": 2}
    simulation = Simulation(list(made.mechanisms.values()), town.people, town.columns, town.ties, **how)
    with simulation:
        for _ in range(days):
            simulation.advance()
    return {name: array.copy() for name, array in simulation.state.kept().items()}


def reached(plan: Schedule, mechanism: str, days: int) -> set[str]:
    """Columns and tallies that a difference in one mechanism can have reached after some days."""
    touched: set[str] = set()
    for day in range(days):
        counted: set[str] = set()
        for step in plan.steps:
            if day % step.every and step.phase is not Phase.BEGIN:
                continue
            taken = {each.name for each in (*step.reads, *step.looks, *step.writes, *step.recalls)}
            if step.mechanism == mechanism or taken & touched:
                touched |= {each.name for each in (*step.writes, *step.adds)}
                counted |= {each.name for each in step.counts}
        touched |= counted
    return touched


def unlike(one: Columns, other: Columns) -> set[str]:
    return {name for name in one if not np.array_equal(one[name], other[name])}


def test_twins_with_the_same_scenario_are_bit_equal(article):
    made, town = article
    again = people_of([scenario()])
    assert all(np.array_equal(town.columns[name], again.columns[name]) for name in town.columns)
    assert not unlike(lived(made, town), lived(scenario(), again))


@pytest.mark.parametrize("change", CHANGES)
def test_a_twin_that_differs_in_one_value_differs_only_in_what_that_can_reach(article, change):
    made, town = article
    other = scenario(change)
    theirs = people_of([other])
    assert all(np.array_equal(town.columns[name], theirs.columns[name]) for name in town.columns)
    ours, others = town.ties.window(0, PEOPLE), theirs.ties.window(0, PEOPLE)
    assert all(np.array_equal(a, b) for a, b in zip(ours, others, strict=True))
    plan = schedule(list(made.mechanisms.values()))
    within = reached(plan, change.partition(".")[0], 1)
    differing = unlike(lived(made, town, 1), lived(other, theirs, 1))
    assert differing <= within
    assert len(set(lived(made, town, 1)) - within) > 10, "too little is out of reach to tell"


def test_the_difference_shows_in_time(article):
    made, town = article
    assert any(unlike(lived(made, town, 31), lived(scenario(change), town, 31)) for change in CHANGES)


def test_replicates_differ_in_people_and_in_what_becomes_of_them(article):
    made, town = article
    other = scenario("run.replicate=1")
    theirs = people_of([other])
    drawn = {n for n, a in town.columns.items() if len(np.unique(a)) > 2}
    same = {n for n in drawn if np.mean(town.columns[n] == theirs.columns[n]) > 0.9}
    assert same <= {"district", "id"}, same
    start, near, _ = town.ties.window(0, PEOPLE)
    begun, nearer, _ = theirs.ties.window(0, PEOPLE)
    one, two = (
        set(zip(np.repeat(np.arange(PEOPLE), np.diff(s)), n, strict=True))
        for s, n in ((start, near), (begun, nearer))
    )
    assert len(one & two) < 0.5 * len(one)
    differing = unlike(lived(made, town), lived(other, town))
    assert len(differing) > 15, "the same people, and yet other draws"


def test_a_replicate_taken_for_a_twin_is_caught(article):
    """Planted fault: other draws must show beyond the reach of any one institution."""
    made, town = article
    plan = schedule(list(made.mechanisms.values()))
    differing = unlike(lived(made, town, 1), lived(scenario("run.replicate=1"), town, 1))
    assert all(differing - reached(plan, change.partition(".")[0], 1) for change in CHANGES)


def draws(*arguments: str) -> dict[str, int]:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, str(LEDGER), str(PEOPLE), *arguments],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {name: int(count) for name, count in (pair.split("=") for pair in done.stdout.split())}


def test_no_draw_of_two_replicates_is_shared_and_those_of_twins_are():
    found = draws("run.replicate=1", CHANGES[0])
    assert min(found["first"], found["replicate"], found["twin"]) > 20_000
    assert found["shared_with_replicate"] == 0
    assert found["of_untouched"] > 5_000
    assert found["of_untouched_not_shared"] == 0


def test_a_replicate_under_the_same_key_is_caught():
    """Planted fault: a second replicate that is none."""
    found = draws("run.replicate=0", CHANGES[0])
    assert found["shared_with_replicate"] > 0.95 * found["first"]  # tables kept in memory are drawn once
