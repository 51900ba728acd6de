"""Sweeps: the same bytes whoever worked, whoever was killed, however often it was stopped; nothing twice."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import numpy as np
import pytest

import glasstown as gt
from command_line import environment, glasstown
from glasstown.errors import Interrupted, RunFailed
from glasstown.lab import catalog, crew
from glasstown.lab import sweep as lab
from glasstown.lab.claim_measure import expression
from glasstown.lab.claim_read import tallies
from glasstown.lab.crew import Crew
from glasstown.lab.crewman import Worker
from glasstown.lab.shelf import Shelf, name_of
from glasstown.lab.simulate import simulate
from glasstown.lab.town import people_of

TEXT = 'name = "{name}"\n[town]\npeople = 300\n[run]\ndays = 4\n[conduct]\n[cameras]\n'
HOW = {"draws": 3, "replicates": 2, "people": None, "days": None, "vary": ["cameras.*", "town.trust"]}
RUNS = 12

pytestmark = pytest.mark.xdist_group("sweep")


def arms():
    plain = catalog.read(TEXT.format(name="plain"), "plain.toml")
    filed = catalog.read(TEXT.format(name="filed") + "[registry]\n", "filed.toml")
    return [gt.Arm("plain", plain), gt.Arm("filed", filed)]


def lived(out: Path, **more):
    return gt.sweep(arms(), **HOW, out=out, **more)


def tables(out: Path) -> dict[str, str]:
    names = ("results.parquet", "design.parquet")
    return {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names}


def tasks(out: Path) -> dict[str, tuple[int, int]]:
    found = (out / "tasks").rglob("*.*")
    return {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in found}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The sweep that all others are held against: one worker, never disturbed."""
    return lived(tmp_path_factory.mktemp("sweep") / "whole", workers=1)


class Watched(Crew):
    """A crew that can be seen from outside."""

    latest: "Watched"

    def __init__(self, *arguments) -> None:
        super().__init__(*arguments)
        Watched.latest = self


def test_each_row_is_what_a_run_of_its_own_gives(whole):
    made = lab.plan(arms(), **HOW)
    scenario = made.scenario(2, 1, "filed")
    outcome = simulate(scenario, people_of((scenario,)))  # kept whole, where the sweep keeps totals alone
    frame = whole.frame("pandas")
    mine = frame[(frame.draw == 2) & (frame.replicate == 1) & (frame.arm == "filed")]
    pairs = [("all", 0), ("group", 1), ("fifth", 4)]
    t = outcome.totals
    for measure in set(t["measure"].tolist()):
        for by, level in pairs if (t["by"][t["measure"] == measure] == "all").any() else [("town", 0)]:
            rows = (t["measure"] == measure) & (t["by"] == by) & (t["level"] == level)
            (row,) = mine[(mine.measure == measure) & (mine.by == by) & (mine.level == level)].itertuples()
            assert (row.value, row.people) == (t["value"][rows].sum(), t["people"][rows].sum())


def wrong_cells(grid, frame) -> list[str]:
    """Measures of a grid whose cells are not the reported numbers of a frame's rows, nothing more or less."""
    axes = [grid[name].values.tolist() for name in ("draw", "replicate", "arm")]
    wrong = []
    for name, cube in grid.items():
        levels = cube.sizes.get("group", 1)
        expected = np.full((*map(len, axes), levels), np.nan)
        if name in ("recorded", "misrecorded"):
            expected[:, :, axes[2].index("plain")] = 0  # nobody keeps files there: nothing is on file
        rows = frame[(frame.measure == name) & (frame.by.isin(["town", "group" if levels > 1 else "all"]))]
        for row in rows.itertuples():
            at = [axis.index(x) for axis, x in zip(axes, (row.draw, row.replicate, row.arm), strict=True)]
            expected[*at, row.level] = row.reported
        if not np.array_equal(cube.values.reshape(expected.shape), expected, equal_nan=True):
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("by", ["all", "group"])
def test_a_grid_holds_every_number_at_its_place(whole, by):
    grid, frame = whole.grid(by), whole.frame("pandas")
    level = {"group": 2} if by == "group" else {}
    assert dict(grid.sizes) == {"draw": 3, "replicate": 2, "arm": 2} | level
    assert set(grid) == set(frame.measure) and wrong_cells(grid, frame) == []
    moved = grid.isel(draw=[1, 0, 2]).assign_coords(draw=[0, 1, 2])
    assert "named" in wrong_cells(moved, frame), "planted fault: two draws changed places"
    assert not grid.failed.any() and grid.filings.dims == ("draw", "replicate", "arm")
    assert (grid.searches > 0).all() and (grid.recorded.sel(arm="filed") > 0).any()


def test_a_grid_tells_units_and_what_was_drawn(whole):
    grid, drawn = whole.grid(), whole.drawn("pandas")
    assert grid.fined.attrs == {"units": "1/year", "long_name": "times caught by an ordinary officer"}
    assert grid.filings.attrs == {"units": "1", "long_name": "true adverse entries that reached a file"}
    assert all(cube.attrs["units"] and cube.attrs["long_name"] for cube in grid.values())
    for key, rows in drawn.groupby("parameter", observed=True):
        assert grid[key].dims == ("draw",) and grid[key].values.tolist() == rows.value.tolist()
        assert grid[key].attrs["units"] and grid[key].attrs["long_name"]
    miss = drawn[drawn.parameter == "cameras.miss"]
    assert grid["cameras.miss"].attrs["valid_range"] == [miss.low.iloc[0], miss.high.iloc[0]]
    with pytest.raises(gt.GlasstownError, match="no breakdown 'age'; there are all, group, fifth"):
        whole.grid("age")


def test_a_claim_reads_a_sweep_as_it_reads_a_run(whole):
    made = lab.plan(arms(), **HOW)
    texts = ("fined[fifth=2] - fined[fifth=1]", "searches / filings", "earnings_gini", "voiced")
    asked = [expression(text, tallies()) for text in texts]
    found = whole.values(term for each in asked for term in each.terms)
    assert list(found) == [(d, r, arm) for d in range(3) for r in range(2) for arm in ("plain", "filed")]
    for draw, replicate, arm in found:
        scenario = made.scenario(draw, replicate, arm)
        totals = simulate(scenario, people_of((scenario,))).totals
        mine = [each.of(each.values(totals)) for each in asked]
        assert np.array_equal([each.of(found[draw, replicate, arm]) for each in asked], mine, equal_nan=True)


def test_no_row_is_lost_or_doubled(whole):
    frame = whole.frame("pandas")
    assert whole.runs == RUNS and whole.failures == []
    assert not frame.duplicated(["draw", "replicate", "arm", "measure", "by", "level"]).any()
    sizes = frame.groupby(["draw", "replicate", "arm"], observed=True).size()
    assert len(sizes) == RUNS and sizes.groupby("arm", observed=True).nunique().max() == 1
    assert len(whole.drawn("pandas")) == 3 * whole.drawn("pandas").parameter.nunique()


def test_what_never_happened_in_a_run_is_a_zero(whole):
    frame = whole.frame("pandas")
    fined = frame[(frame.measure == "fined") & (frame.by == "all")]
    assert len(fined) == RUNS and (fined.value == 0).any() and (fined.value > 0).any()
    assert (fined.days == 4).all() and np.allclose(fined.reported, fined.value / 300 * 365 / 4)


def test_arms_of_a_draw_and_replicate_have_the_same_people(whole):
    frame = whole.frame("pandas")
    groups = frame[(frame.measure == "fined") & (frame.by == "fifth")]
    wide = groups.pivot_table(
        index=["draw", "replicate", "level"], columns="arm", values="people", observed=True
    )
    assert (wide.plain == wide.filed).all()
    assert wide.plain.groupby("level").nunique().max() > 1


def test_two_workers_one_of_which_is_killed_leave_the_same_bytes(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "Crew", Watched)
    killed: list[int] = []

    def tell(stage, done, total):
        if done == 2 and not killed:
            killed.append(Watched.latest.pids[0])
            os.kill(killed[0], signal.SIGKILL)

    found = lived(tmp_path / "x", workers=2, progress=tell)
    assert killed and found.failures == []
    assert tables(tmp_path / "x") == tables(whole.folder)


def test_a_run_that_kills_its_worker_is_a_row_with_its_reason_and_costs_no_other(
    whole, tmp_path, monkeypatch
):
    made = lab.plan(arms(), **HOW)
    scenario = made.scenario(1, 0, "filed")
    deadly = name_of(scenario, {})
    told, tell = [], Crew._tell

    def treacherous(self, hand, line):
        tell(self, hand, line)
        if deadly in line:
            told.append(hand.process.pid)
            os.kill(hand.process.pid, signal.SIGKILL)

    monkeypatch.setattr(Crew, "_tell", treacherous)
    found = lived(tmp_path / "x", workers=1)
    assert len(set(told)) == crew.TRIES
    assert found.failures == [(1, 0, "filed", "its worker ended with signal 9, 2 times")]
    assert found.runs == RUNS
    for by in ("all", "fifth"):
        grid = found.grid(by)
        lost = grid.failed.sel(draw=1, replicate=0, arm="filed")
        assert lost and grid.failed.sum() == 1
        assert np.isnan(grid.fined.where(grid.failed, drop=True)).all() and "failed" not in set(grid)
        assert not np.isnan(grid.fined.where(~grid.failed, 0)).any()
    rest, good = (each.frame("pandas") for each in (found, whole))
    gone = (good.draw == 1) & (good.replicate == 0) & (good.arm == "filed")
    gone |= ~good.measure.isin(rest.measure)  # what happened there alone has no zeros elsewhere
    columns = ["draw", "replicate", "level", "value", "people"]
    kept = rest[rest.measure != "failed"]
    assert np.array_equal(kept[columns].to_numpy(), good[~gone][columns].to_numpy())
    monkeypatch.undo()
    lived(tmp_path / "x", workers=1)  # a failure is tried again
    assert tables(tmp_path / "x") == tables(whole.folder)


PROGRAM = """
import sys
sys.path.insert(0, {tests!r})
from test_sweep import lived
from pathlib import Path
lived(Path({out!r}), workers=2, progress=lambda stage, done, total: print(done, flush=True))
"""


def children(parent: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def gone(pid: int) -> bool:
    path = Path(f"/proc/{pid}/stat")
    return not path.exists() or path.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_a_killed_parent_leaves_no_worker_and_what_it_began_goes_on(whole, tmp_path):
    out = tmp_path / "x"
    places = os.pathsep.join(str(each) for each in (Path(__file__).parent, Path(__file__).parents[1]))
    program = PROGRAM.format(tests=str(Path(__file__).parent), out=str(out))
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True,
                          env=environment(PYTHONPATH=places)) as parent:  # fmt: skip
        assert parent.stdout is not None
        while int(parent.stdout.readline()) < 3:
            pass
        workers = children(parent.pid)
        parent.kill()
    assert workers
    until = time.monotonic() + 20
    while not all(gone(pid) for pid in workers):
        assert time.monotonic() < until
        time.sleep(0.02)
    before = tasks(out)
    done = [name for name in before if name.endswith(".json")]
    assert 3 <= len(done) < RUNS and not (out / "results.parquet").exists()
    again = lab.resume(out, workers=1)
    after = tasks(out)
    papers = {name.partition(".")[0] for name in done}
    kept = {name: each for name, each in before.items() if name.partition(".")[0] in papers}
    assert kept.items() <= after.items()  # none of them was lived again
    assert again.failures == [] and tables(out) == tables(whole.folder)


def test_nothing_is_computed_twice_and_what_is_damaged_is(whole, monkeypatch):
    before = tasks(whole.folder)

    def never(*arguments):
        raise AssertionError("a worker was asked for")

    with monkeypatch.context() as patch:
        patch.setattr(Crew, "work", never)
        lived(whole.folder)
        assert tasks(whole.folder) == before
    expected = tables(whole.folder)
    victim = next((whole.folder / "tasks").rglob("*.json"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(bytes(content))
    assert not Shelf(whole.folder).has(victim.stem)
    lived(whole.folder, workers=1)
    after = tasks(whole.folder)
    changed = {name.partition(".")[0] for name in before if before[name] != after[name]}
    assert changed == {victim.stem} and tables(whole.folder) == expected


def test_stopped_and_resumed_it_ends_in_the_same_bytes(whole, tmp_path):
    stop = Event()
    with pytest.raises(Interrupted, match=r"glasstown sweep --out") as caught:
        lived(tmp_path / "x", workers=1, stop=stop, progress=lambda s, done, t: done == 2 and stop.set())
    assert caught.value.resume == tmp_path / "x"
    made = glasstown("sweep", "--out", "x", "--json", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["runs"] == RUNS
    assert tables(tmp_path / "x") == tables(whole.folder)


def test_a_worker_says_why_a_run_failed_and_does_not_live_another(tmp_path):
    made = lab.plan(arms(), **HOW)
    worker = Worker(tmp_path, made.arms, tmp_path)
    task = {"name": "0" * 64, "arm": "plain", "replicate": 0, "values": {"cameras.miss": 7.0}}
    assert worker.live(task)["failed"].startswith("ScenarioError: cameras:")
    other = worker.live(task | {"values": {"cameras.miss": 0.3}})["failed"]
    assert "do not mean the same run" in other
    assert not list((tmp_path / "tasks").rglob("*.*"))


HELD = """
import gc, sys
from pathlib import Path
from glasstown.engine.run import Simulation
from glasstown.lab import crewman, sweep
from glasstown.lab.catalog import read
def held():
    return sum(isinstance(each, Simulation) for each in gc.get_objects())
gc.disable()
made = sweep.plan([read(sys.stdin.read(), "plain.toml")], draws=2)
worker = crewman.Worker(Path("."), made.arms, made.beside)
for number, (draw, replicate, arm) in enumerate(made.points()):
    town, values = made.town(draw, replicate), made.design.values(draw, arm)
    name = list(made.tasks())[number]
    found = worker.outcome({"name": name, "arm": arm, "replicate": town, "values": values})
    assert not isinstance(found, str), found
    before = held()
    crewman.forget(first=number == 0)
    print(before, held())
"""


def test_a_worker_keeps_nothing_of_a_run_that_is_over(tmp_path):
    """Before it forgets, the run is still there: that it is gone after is worth something."""
    plain = 'name = "plain"\n[town]\npeople = 200\n[run]\ndays = 9\n[conduct]\n[cameras]\n'
    done = subprocess.run(
        [sys.executable, "-c", HELD], input=plain, capture_output=True, text=True, cwd=tmp_path
    )
    lines = done.stdout.splitlines()
    assert len(lines) > 1 and set(lines) == {"1 0"}, done.stderr


def test_workers_that_cannot_start_are_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(crew.sys, "executable", "/bin/false")
    with pytest.raises(RunFailed, match="no worker could be started"):
        lived(tmp_path / "x", workers=1)


def test_an_arm_without_the_institution_is_lived_with_the_people_of_each_draw():
    made = lab.plan(arms(), 4, 1, people=None, days=None, vary=["registry.*"])
    assert len(made.points()) == len(made.tasks()) == 8
