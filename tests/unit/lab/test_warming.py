"""Small runs before a sweep: each institution once, then each arm; nobody hears of them but the mark."""

import pytest

from glasstown.core.compiling import compilations
from glasstown.lab import catalog, warming
from glasstown.lab.crewman import Worker
from glasstown.lab.plan import Plan, plan
from glasstown.lab.progress import KERNELS

ARM = 'name = "{}"\n[town]\npeople = 5000\n[conduct]\n[cameras]\n{}'


@pytest.fixture
def made(tmp_path, monkeypatch) -> Plan:
    monkeypatch.setattr(warming, "cache_folder", lambda: tmp_path)
    arms = [catalog.read(ARM.format(name, more), f"{name}.toml") for name, more in
            (("plain", ""), ("filed", "[registry]"))]  # fmt: skip
    return plan(arms, draws=2, people=5000, days=30)


@pytest.fixture
def worker(made, tmp_path) -> Worker:
    return Worker(tmp_path, made.arms, made.beside)


def test_every_institution_is_lived_once_and_then_every_arm(made):
    tasks = [(task["arm"], task[warming.WARM]) for task in warming.warming(made).tasks]
    alone = {only: arm for arm, only in tasks if only}
    assert alone == {"conduct": "plain", "cameras": "plain", "registry": "filed"}
    assert tasks[len(alone) :] == [("plain", ""), ("filed", "")] and len(tasks) == 5
    steps = [len(made.arms[alone[only]].mechanisms[only].steps()) for only in list(alone)]
    assert steps == sorted(steps, reverse=True)


def test_once_all_have_ended_there_are_none(made):
    told, heard = [], []
    first = warming.warming(made, lambda *said: told.append(said))
    ended = first.before(lambda *said: heard.append(said))
    *but_last, last = (task["name"] for task in first.tasks)
    for name in but_last:
        ended(name, "")
    assert warming.warming(made).tasks == first.tasks, "an interruption leaves no mark"
    ended("a run", "its reason")
    ended(last, "a small run that fails says nothing")
    assert heard == [("a run", "its reason")]
    assert told[-1] == (KERNELS, 5, 5)
    assert not warming.warming(made).tasks


def test_a_worker_lives_it_small_and_keeps_nothing(made, worker):
    for task in warming.warming(made).tasks:
        assert worker.live(task) == {"done": task["name"]}
    assert not worker.shelf.folder.exists()


def test_what_fails_in_a_small_run_does_not_stop_a_sweep(made, worker, monkeypatch):
    """Planted fault."""
    monkeypatch.setattr(warming, "simulate", lambda *_, **__: 1 / 0)
    task = warming.warming(made).tasks[0]
    with pytest.raises(ZeroDivisionError):
        warming.warm(made.arms[task["arm"]], task[warming.WARM], made.beside)
    assert worker.live(task) == {"done": task["name"]}


def test_afterwards_a_run_compiles_nothing(made, worker):
    for task in warming.warming(made).tasks:
        worker.live(task)
    (name, points), *_ = made.tasks().items()
    draw, _, arm = points[0]
    with compilations() as found:
        worker.outcome({"name": name, "arm": arm, "replicate": draw, "values": made.design.values(draw, arm)})
    assert found.begun == 0
