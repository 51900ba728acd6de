"""What runs of a town have in common is lived once, and every one of them ends in the same bytes."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glasstown.lab import beginnings, catalog, crewman, sweep
from glasstown.lab.beginnings import BEGINNINGS, Beginnings, in_common, may_part
from glasstown.lab.crewman import Worker
from glasstown.lab.placing import Placed
from glasstown.lab.plan import Plan, plan
from glasstown.lab.shelf import Shelf
from glasstown.mechanisms.authority import Authority
from glasstown.scenario.model import Scenario

ARM = """
name = "{name}"
[town]
people = 200
[conduct]
[cameras]
miss = {miss}
[registry]
[score]
[privileges]
[opinion]
[legitimacy]
[authority]
slump_from = 500
{more}
"""
CONSTANT, SLUMP = "path = 'constant'", "path = 'shock'"
CHANGE = f"{CONSTANT}\n[[change]]\nday = 401\nwithout = ['score', 'privileges']"
LONG, SHORT, CHANGED, TURNED, OTHER = "long", "short", "changed", "turned", "other"


@pytest.fixture(scope="module")
def made() -> Plan:
    """Rows of two weeks in the long arms, of one week in the others; no day is a whole number of them."""
    arms = {
        LONG: (900, 0.1, CONSTANT), SHORT: (401, 0.1, CONSTANT), CHANGED: (620, 0.1, CHANGE),
        TURNED: (900, 0.1, SLUMP), OTHER: (900, 0.9, CONSTANT),
    }  # fmt: skip
    read = [
        catalog.read(ARM.format(name=name, miss=miss, more=more), f"{name}.toml")
        for name, (_, miss, more) in arms.items()
    ]
    held = ["cameras.miss", "authority.slump_from", "authority.path"]
    made = plan(read, draws=2, replicates=1, people=200, days=900, fix=held)
    return replace(made, arms={name: _for(each, arms[name][0]) for name, each in made.arms.items()})


def _for(arm: Scenario, days: int) -> Scenario:
    return replace(arm, run=arm.run.model_copy(update={"days": days}))


def lived(
    made: Plan, folder: Path, monkeypatch, alone: bool = False
) -> tuple[dict[str, bytes], dict[str, int]]:
    """What the shelf holds of each run, and by draw and arm how many days were lived for it."""
    days: dict[str, int] = {}
    simulate = crewman.simulate

    def counting(scenario, town, **how):
        told: list[int] = []
        found = simulate(scenario, town, progress=lambda _, day, of: told.append(day), **how)
        days[f"{scenario.run.replicate} {scenario.name}"] = told[-1] - told[0]
        return found

    monkeypatch.setattr(crewman, "simulate", counting)
    worker, tasks = Worker(folder, made.arms, made.beside), made.tasks()
    for draw in range(2):
        names = [name for name, points in tasks.items() if points[0][0] == draw]
        for task in json.loads(json.dumps(sweep._group(made, tasks, names, share=True))):
            if alone:
                task.pop(BEGINNINGS, None)
            assert worker.live(task) == {"done": task["name"]}
    shelf = Shelf(folder)
    return {name: shelf._path(name).read_bytes() for name in tasks}, days


@pytest.fixture(scope="module")
def apart(made, tmp_path_factory) -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        found, days = lived(made, tmp_path_factory.mktemp("apart"), patch, alone=True)
    assert set(days.values()) == {900, 401, 620}
    return found


def test_the_same_bytes_and_fewer_days(made, apart, tmp_path, monkeypatch):
    found, days = lived(made, tmp_path, monkeypatch)
    assert found == apart
    for draw in ("0", "1"):
        assert {arm: days[f"{draw} {arm}"] for arm in made.arms} == {
            LONG: 900, SHORT: 0, CHANGED: 620 - 401, TURNED: 900 - 500, OTHER: 900,
        }  # fmt: skip


@pytest.mark.parametrize("forgotten", ["cameras", "change", "authority"])
def test_a_name_that_forgets_something_would_be_seen(made, apart, tmp_path, monkeypatch, forgotten):
    """Planted fault: arms count as the same that differ in an institution, a change, or a turn."""

    def beginning(self: Placed, arm: str, replicate: int, day: int) -> str:
        tables = {name: text for name, text in self._tables(arm).items() if name != forgotten}
        return f"{replicate} {day} {sorted(tables.items())}"

    monkeypatch.setattr(Placed, "beginning", beginning)
    if forgotten == "change":  # later than on the day of the change, and not on another one
        monkeypatch.setattr(Placed, "partings", lambda self, arm: frozenset({500, 620}))
    assert lived(made, tmp_path, monkeypatch)[0] != apart


def test_a_turn_that_is_told_too_late_would_be_seen(made, apart, tmp_path, monkeypatch):
    """Planted fault: an institution counts as the one that never turns also after it has turned."""
    never = Authority(path="constant", slump_from=500)
    monkeypatch.setattr(Authority, "until", lambda self, _: never)
    assert lived(made, tmp_path, monkeypatch)[0] != apart


def test_only_what_another_run_has_in_common_is_named(made):
    tasks = made.tasks()
    points = [tasks[name][0] for name in tasks if tasks[name][0][0] == 0]
    named = dict(zip((arm for *_, arm in points), in_common(made, points), strict=True))
    assert named[OTHER] == {} and named[SHORT] == named[CHANGED]
    assert list(named[SHORT]) == [401] and list(named[LONG]) == list(named[TURNED]) == [401, 500]
    assert named[LONG].items() == named[TURNED].items() > named[SHORT].items()
    assert in_common(made, points[:1]) == [{}], "alone it has nothing in common with anybody"


def test_arms_that_end_together_and_never_change_never_part(made):
    assert may_part(made)
    assert not may_part(replace(made, arms={name: made.arms[name] for name in (LONG, OTHER)}))


def test_the_oldest_go_when_there_is_no_room(monkeypatch):
    monkeypatch.setattr(beginnings, "ROOM", 100)
    kept = Beginnings()
    for name, size in (("a", 60), ("b", 50), ("c", 50), ("d", 101)):
        kept.of({"7": name}).put(7, frozenset(), lambda size=size: ({"x": np.zeros(size, np.uint8)}, {}))
        assert sum(array.nbytes for _, (state, _) in kept.states.values() for array in state.values()) <= 100
    assert list(kept.states) == []
    kept.of({"7": "e"}).put(8, frozenset(), lambda: pytest.fail("nobody wants the state of that day"))
