"""A sweep on as many workers as there are cores, against the same runs one after the other in one process."""

import tempfile
import time
from pathlib import Path

from bench.tables import Goal, Part
from glasstown.engine.run import default_threads
from glasstown.lab import sweep
from glasstown.lab.simulate import simulate
from glasstown.lab.town import lean, used, whole_town

EFFICIENCY = 0.9
"""Goal: the runs' own time over the sweep's time and workers."""


def singly(plan: sweep.Plan) -> float:
    """Seconds of all runs, one thread, one after the other; the arms of a draw share their people."""
    start = time.perf_counter()
    for draw in range(len(plan.design.draws)):
        for replicate in range(plan.replicates):
            arms = [plan.scenario(draw, replicate, name) for name in plan.arms]
            people = whole_town(arms[0], 1)
            for arm in arms:
                simulate(arm, lean(people, used(arm)), threads=1)
    return time.perf_counter() - start


def part(people: int, days: int, draws: int) -> Part:
    """Open and article; kernels are compiled and loaded before either is timed."""
    workers = default_threads()
    plan = sweep.plan(["open", "article"], draws, 1, people, days)
    singly(sweep.plan(["open", "article"], 1, 1, 1_000, days))
    alone = singly(plan)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        found = sweep.carry_out(plan, Path(folder) / "x", workers)
        wall = time.perf_counter() - start
        start = time.perf_counter()
        sweep.carry_out(plan, Path(folder) / "x", workers)
        again = time.perf_counter() - start
    rows = (
        ("runs one after the other, one process", f"{alone:.1f}", ""),
        (f"the same as a sweep, {workers} workers", f"{wall:.1f}", f"{alone / (wall * workers):.2f}"),
        ("the sweep once more: all is there", f"{again:.1f}", ""),
    )
    goals = (
        Goal("efficiency of a sweep", alone / (wall * workers), EFFICIENCY, True,
             f"runs / (wall x {workers} workers); {found.runs} runs, {people:,} people, {days} days"),
    )  # fmt: skip
    notes = ("The start of the workers is part of the sweep: in short sweeps it is most of what is lost.",)
    return Part("Sweeps", ("what", "s", "efficiency"), rows, goals, notes)
