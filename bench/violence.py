"""Civil violence against Mesa's own example: the same rule, turn by turn, on the same torus."""

import json
import subprocess
import sys

from bench.clock import best
from bench.peers import ROOT, SCRIPTS
from bench.tables import Goal, Part
from glasstown.core.ties import NoTies
from glasstown.engine.run import Simulation
from glasstown.mechanisms.legitimacy import Legitimacy

FASTER = 500.0
"""Goal: times the person-steps of Mesa, per processor second."""

SIDES = (40, 160)
"""The torus of the paper, and one of sixteen times its people."""

BUSY = 4_000_000
"""Person-steps in one measurement of ours, as many as make some tenths of a second."""


def ours(side: int, repeats: int) -> float:
    """Million person-steps a processor second of the whole engine, one thread, Mesa's rounding."""
    people = round(side * side * 0.74)
    ticks = max(20, BUSY // people)
    with Simulation(
        [Legitimacy(rounding="nearest")], people, {}, NoTies(people), seed=1, threads=1
    ) as simulation:
        simulation.advance()
        cost = best(lambda: [simulation.advance() for _ in range(ticks)], repeats)
    return people * ticks / cost.cpu / 1e6


def theirs(side: int, ticks: int, repeats: int) -> tuple[str, float]:
    """Version of Mesa, which the tests bring, and its million person-steps a processor second."""
    script = [sys.executable, SCRIPTS / "mesa_violence.py", str(side), str(ticks), str(repeats)]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return found["version"], float(found["rate"])


def part(repeats: int) -> Part:
    """Both on both sizes; the goal is for the paper's own."""
    rows, goals = [], []
    for side in SIDES:
        version, peer = theirs(side, max(2, 64_000 // side**2), 3)
        mine = ours(side, repeats)
        how = f"{side} x {side} cells, 70 % people, 4 % police, vision 7, turns only, by CPU seconds"
        goals.append(Goal(f"civil violence, times Mesa {version}", mine / peer, FASTER, True, how))
        rows += [(f"{side} x {side}", name, f"{rate:.3f}", f"{1e3 / rate:,.0f}")
                 for name, rate in (("glasstown", mine), (f"Mesa {version}", peer))]  # fmt: skip
    notes = (
        "The tests show that both do the same, turn by turn with the same draws. Mesa's time is that of "
        "its agents alone; ours is that of a whole day of the engine.",
    )
    return Part("Civil violence against Mesa", ("torus", "by", "M person-steps/CPU s", "ns each"), rows,
                tuple(goals), notes)  # fmt: skip
