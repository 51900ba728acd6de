"""The bench runs, on towns of a few people, and knows every step. What it measures decides nothing here."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bench import floor, memory, peers, speech, start, steps, tables, town
from bench.__main__ import PARTS, Bench, Sizes
from bench.contagion import INFECTION, Contagion

from glasstown.core.mechanism import Phase
from glasstown.core.ties import StoredTies
from glasstown.engine.run import Simulation
from glasstown.engine.schedule import Schedule, schedule
from glasstown.lab.simulate import institutions, stand_ins
from glasstown.mechanisms import CATALOG
from witness import Witness

ROOT = Path(__file__).parents[3]
COSTS = floor.Costs(0.05, 0.01, 2.0, 20.0, 3000.0)


@pytest.fixture(scope="module")
def plan() -> Schedule:
    scenario = town.everything(100)
    return schedule(list(institutions(scenario, 0).values()), stand_ins(scenario))


def daily(plan: Schedule) -> set[str]:
    return {step.name for step in plan.steps if step.phase is not Phase.BEGIN}


def test_every_institution_is_in_the_bench(plan: Schedule) -> None:
    assert {step.mechanism for step in plan.steps} - {"measures"} == CATALOG.keys()


def test_every_step_has_an_entry_and_every_entry_a_step(plan: Schedule) -> None:
    asked = "bench/steps.py says of every step how many draws it makes and why it takes its time"
    assert daily(plan) - steps.ENTRIES.keys() == set(), asked
    assert steps.ENTRIES.keys() - daily(plan) == set()
    assert [name for name, entry in steps.ENTRIES.items() if len(entry.why) < 10] == []


def test_a_step_without_an_entry_is_caught(plan: Schedule, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: one entry forgotten. The bench goes on, and says so."""
    monkeypatch.delitem(steps.ENTRIES, "score.settle")
    assert daily(plan) - steps.ENTRIES.keys() == {"score.settle"}
    assert steps.floors(plan, COSTS, 12.0, 65_536)["score.settle"].bytes > 0


def test_floors_count_bytes_and_draws(plan: Schedule) -> None:
    found = steps.floors(plan, COSTS, 12.0, 65_536)
    size = {name: np.dtype(column.dtype).itemsize for name, column in plan.columns.items()}
    fine = found["conduct.fine"]
    added = 2 * (size["notices"] + size["entries"] + size["diary"])
    drawn = steps.ENTRIES["conduct.fine"].draws
    assert (fine.bytes, fine.draws) == (4 + size["acts"] + added, drawn)
    mix = found["score.mix"]  # company, read and written; where ties begin; twelve ties and their scores
    assert mix.bytes == pytest.approx((2 * size["company"] + 4 + 12 * (4 + size["score"])) / 7)
    dearer = steps.floors(plan, replace(COSTS, many=3.0), 12.0, 65_536)
    assert dearer["conduct.fine"].ns - fine.ns == pytest.approx(drawn)
    assert dearer["score.mix"].ns == mix.ns


def test_the_machine_is_measured() -> None:
    costs = floor.measure(1)
    assert all(getattr(costs, name) > 0 for name in floor.Costs.__slots__)
    assert len(floor.part(costs).rows) == 5


def test_a_small_town_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town, "MONTH", 2)
    nine, lived = (town.live(make(500), 2, 1) for make in (town.first, town.everything))
    part = town.part(nine, lived, COSTS)
    assert {"score.settle", "conduct.act", "measures.diary", "all"} <= {row[0] for row in part.rows}
    assert "| score.settle |" in tables.markdown(part)


@pytest.mark.parametrize("by_excess", [False, True])
def test_the_plain_formula_is_the_kernel(by_excess: bool) -> None:
    people = speech.some(5_000)
    voiced = np.zeros(5_000, np.uint16)
    speech.ours(people, voiced, by_excess)
    plain = speech.theirs(people, by_excess, np.float64)()
    off = np.abs(voiced / 65535 - plain) > 2 / 65535
    assert off.mean() <= (0.0 if by_excess else 0.001)  # who is at a jump may fall on the other side
    assert len(np.unique(voiced)) > 1000


def test_an_epidemic_goes_through_a_ring() -> None:
    people = 4_000
    near = (
        np.stack([(np.arange(people) + d) % people for d in (-2, -1, 1, 2)], axis=1)
        .astype(np.uint32)
        .reshape(-1)
    )
    ties = StoredTies(np.arange(0, 4 * people + 1, 4, dtype=np.uint32), near)
    watch = Witness(INFECTION)
    disease = Contagion(beta=0.2, recovery=0.1, start=0.02)
    with Simulation([disease], people, {}, ties, seed=1, threads=1, observers=(watch,)) as simulation:
        for _ in range(60):
            simulation.advance()
    days = np.array([day["infection"] for day in watch.days])
    assert (np.diff(days.astype(int), axis=0) >= 0).all()
    fresh = (days[:-1] == 0) & (days[1:] == 1)
    seen = sum((np.roll(days[:-1] == 1, d, axis=1)) for d in (-2, -1, 1, 2))
    assert fresh[seen == 0].sum() == 0
    for ill in (1, 2, 3):  # within five standard deviations of 1 - (1 - beta)**ill
        at_risk = (days[:-1] == 0) & (seen == ill)
        p = 1 - 0.8**ill
        assert abs(fresh[at_risk].mean() - p) < 5 * (p * (1 - p) / at_risk.sum()) ** 0.5
    assert (days[-1] == 2).mean() > 0.3


def test_memory_is_measured_in_a_process_of_its_own() -> None:
    part = memory.part([500], 1)
    assert part.rows[0][0] == "500"
    assert len(part.goals) == 2


def test_starting_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    cost, found = start.measured(["-c", "print('{\"compiled\": 3}')"], str(tmp_path))
    assert cost.cpu > 0
    assert found == {"compiled": 3}
    assert "compiled" in start.lived(200, 1)


def test_peers_are_pinned_and_run_alone() -> None:
    lock = peers.LOCK.read_text()
    for name in ("starsim", "covasim"):
        assert re.search(rf"^{name}==\S+", lock, re.MULTILINE)
        script = peers.SCRIPTS / f"{name}_sir.py"
        compile(script.read_text(), str(script), "exec")
        assert "glasstown" not in script.read_text()


def test_without_peers_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(peers, "LOCK", tmp_path / "none.txt")
    monkeypatch.setattr(peers, "PLACE", tmp_path / "venv")
    assert "Not measured" in peers.part(100, 1, 1, 1.0).notes[0]


def test_the_parts_are_those_that_are_told() -> None:
    with pytest.raises(KeyError):
        list(Bench(Sizes(1, 1, 1, (1,))).parts(["nothing"]))
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert ", ".join(PARTS) in done.stderr


def test_a_goal_says_whether_it_is_reached() -> None:
    faster = tables.Goal("times", 4.9, 5.0, True, "so")
    smaller = tables.Goal("bytes", 4.9, 5.0, False, "so")
    assert (faster.met, smaller.met) == (False, True)
    part = tables.Part("Title", ("a", "b"), [("x", "1")], (faster, smaller), ("A note.",))
    assert "4.9  at least 5  NO" in tables.text(part)
    assert "| bytes | 4.9 | at most 5 | yes | so |" in tables.markdown(part)
