"""A sweep in parts and on a cluster: the same bytes as on one machine; the commands of the page parse."""

import hashlib
import json
import os
import re
import shlex
import signal
import time
from pathlib import Path

import pytest

import glasstown as gt
from command_line import glasstown
from glasstown.cli.commands.sweep import sweep as command
from glasstown.errors import RunFailed, StoreError
from glasstown.lab import catalog
from glasstown.lab import sweep as lab
from glasstown.store.claim import locked, shared

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/many-machines.md").read_text(encoding="utf-8")
TEXT = 'name = "{name}"\n[town]\npeople = 300\n[run]\ndays = 4\n[conduct]\n[cameras]\n'
HOW = {"draws": 3, "replicates": 2, "people": None, "days": None, "vary": ["cameras.*", "town.trust"]}
RUNS = 12

pytestmark = pytest.mark.xdist_group("sweep")


def arms():
    plain = catalog.read(TEXT.format(name="plain"), "plain.toml")
    return [gt.Arm("plain", plain), gt.Arm("blind", plain, ("cameras.miss=0.9",))]


def tables(out: Path) -> dict[str, str]:
    names = ("results.parquet", "design.parquet")
    return {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names}


def papers(out: Path) -> set[str]:
    return {path.name for path in (out / "tasks").rglob("*.json")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return gt.sweep(arms(), **HOW, out=tmp_path_factory.mktemp("whole") / "x", workers=1)


def test_parts_live_each_run_once_and_are_gathered_to_the_same_bytes(whole, tmp_path):
    plan, out = lab.plan(arms(), **HOW), tmp_path / "x"
    counts, seen = [], set()
    for number in (3, 1, 2, 5, 4):
        counts.append(lab.live_part(plan, out, (number, 5), workers=1))
        now = papers(out)
        assert len(now - seen) == counts[-1][0]
        seen = now
    assert sum(runs for runs, _ in counts) == RUNS and {runs for runs, _ in counts} == {2, 3}
    assert not (out / "results.parquet").exists()
    before = {path: path.stat().st_mtime_ns for path in (out / "tasks").rglob("*.json")}
    made = glasstown("sweep", "--out", "x", "--json", cwd=tmp_path)
    assert made.returncode == 0 and json.loads(made.stdout)["runs"] == RUNS, made.stderr
    assert tables(out) == tables(whole.folder)
    assert before == {path: path.stat().st_mtime_ns for path in (out / "tasks").rglob("*.json")}


def test_a_part_from_the_command_line_and_what_is_refused(tmp_path, whole):
    out = tmp_path / "x"
    lab.live_part(lab.plan(arms(), **HOW), out, (1, 12), workers=1)
    made = glasstown("sweep", "--out", "x", "--part", "2/12", cwd=tmp_path)
    assert made.returncode == 0 and "part 2 of 12: 1 runs, 0 of them failed" in made.stdout, made.stderr
    assert len(papers(out)) == 2
    for wrong in ("0/3", "4/3", "x"):
        assert glasstown("sweep", "--out", "x", "--part", wrong, cwd=tmp_path).returncode == 2
    assert glasstown("sweep", "--out", "x", "--part", "1/3", "--cluster", "a", cwd=tmp_path).returncode == 2
    other = lab.plan(arms(), **{**HOW, "draws": 2})
    with pytest.raises(StoreError, match="another sweep was begun here"):
        lab.live_part(other, out, (1, 2), workers=1)
    with pytest.raises(gt.GlasstownError, match="no part 3 of 2"):
        lab.live_part(other, out, (3, 2))


def test_parts_share_a_folder_but_not_with_who_gathers(tmp_path):
    writing = pytest.raises(StoreError, match="is writing here")
    with shared(tmp_path), shared(tmp_path), writing, locked(tmp_path):
        pass
    with locked(tmp_path), pytest.raises(StoreError, match="gathers here"), shared(tmp_path):
        pass


@pytest.fixture
def dask(tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1",
            local_directory=str(tmp_path / "dask"), silence_logs=50,
        ) as cluster,
    ):  # fmt: skip
        yield cluster


def worker_pids(cluster) -> list[int]:
    return [each.process.process.pid for each in cluster.workers.values()]


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_leaves_the_same_bytes_though_a_worker_is_killed(whole, tmp_path, dask):
    killed: list[int] = []

    def tell(stage, done, total):
        if done == 3 and not killed:
            killed.append(worker_pids(dask)[0])
            os.kill(killed[0], signal.SIGKILL)

    before = dask.scheduler.allowed_failures
    found = gt.sweep(arms(), **HOW, out=tmp_path / "x", cluster=dask.scheduler_address, progress=tell)
    assert killed and found.failures == [] and found.runs == RUNS
    assert tables(tmp_path / "x") == tables(whole.folder)
    assert dask.scheduler.allowed_failures == before


@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(900)  # two workers start anew
def test_a_run_that_kills_its_workers_is_a_row_and_costs_no_other(whole, tmp_path, dask, monkeypatch):
    """Whoever gets this task dies of it: twice, then it is a failure; all else is there."""
    plan = lab.plan(arms(), **HOW)
    deadly = next(name for name, points in plan.tasks().items() if (1, 0, "blind") in points)
    from glasstown.lab import cluster

    begin = cluster.Cluster._begin
    victims = []

    def treacherous(self, client, worker, group):
        if group[0]["name"] == deadly:
            victims.append(worker)
            pid = client.run(os.getpid, workers=[worker])[worker]
            begin(self, client, worker, group)
            os.kill(pid, signal.SIGKILL)
        else:
            begin(self, client, worker, group)

    monkeypatch.setattr(cluster.Cluster, "_begin", treacherous)
    found = gt.sweep(arms(), **HOW, out=tmp_path / "x", cluster=dask.scheduler_address)
    assert len(victims) == 2 and found.runs == RUNS
    ((draw, replicate, arm, reason),) = found.failures
    assert (draw, replicate, arm) == (1, 0, "blind") and reason.endswith("2 times")
    monkeypatch.undo()
    gt.sweep(arms(), **HOW, out=tmp_path / "x", workers=1)
    assert tables(tmp_path / "x") == tables(whole.folder)


def test_a_cluster_that_is_not_there_is_told_of(tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    from glasstown.lab import cluster

    monkeypatch.setattr(cluster, "GREETING", 0.5)
    start = time.monotonic()
    with pytest.raises(RunFailed, match="no Dask cluster answers"):
        gt.sweep(arms(), **HOW, out=tmp_path / "x", cluster="tcp://127.0.0.1:9")
    assert time.monotonic() - start < 60


def commands() -> list[list[str]]:
    """Every call of glasstown on the page, as words."""
    blocks = re.findall(r"^ *```[a-z]*\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    calls = [line.strip().removeprefix("srun ") for line in lines if "glasstown sweep" in line]
    numbers = {"$SLURM_ARRAY_TASK_ID": "3", "$SLURM_ARRAY_TASK_COUNT": "64"}
    for name, value in numbers.items():
        calls = [call.replace(name, value) for call in calls]
    return [shlex.split(call, comments=True)[1:] for call in calls]


def test_the_commands_of_the_page_parse():
    found = commands()
    assert (
        len(found) >= 4
        and any("--part" in each for each in found)
        and any("--cluster" in each for each in found)
    )
    for words in found:
        context = command.make_context("sweep", list(words[1:]))
        assert context.params["out"]
    with pytest.raises(Exception, match="expected a part"):
        command.make_context("sweep", ["--part", "$SLURM"])
    scripts = re.findall(r"^```bash\n(#!.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(scripts) == 1 and "#SBATCH --array=1-64" in scripts[0]
