"""Memory: bytes a person with ties, and how near the forecast comes, in processes of their own.

``python -m bench.memory PEOPLE DAYS`` is such a process.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.machine import status
from bench.tables import Goal, Part

A_PERSON, APART = 100.0, 0.10
"""Goals: bytes a person at most at the largest size, and the forecast's distance from the peak."""

WARM = 2_000
"""People of the town that is lived first, so that the compiled code is there before anything is counted."""

THREADS = 2
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Peak:
    """Bytes: of the process before there is a town, at most, and as forecast; ties of a person."""

    people: int
    before: int
    peak: int
    forecast: int
    program: int
    ties: float


def lived(people: int, days: int) -> Peak:
    """Live a town in this process, write it down and say what it took. A process can be used once."""
    from glasstown.lab import archive, catalog
    from glasstown.lab.memory import expected
    from glasstown.lab.simulate import simulate
    from glasstown.lab.town import people_of

    def article(size: int, folder: str) -> float:
        scenario = catalog.load("article", [f"town.people={size}", f"run.days={days}"])
        town = people_of([scenario], THREADS)
        place = Path(folder) / str(size)
        place.mkdir()
        archive.save(place, simulate(scenario, town, threads=THREADS))
        return town.ties.count / max(size, 1)

    with tempfile.TemporaryDirectory() as folder:
        article(min(WARM, people - 1), folder)
        before = status("VmRSS")
        forecast = expected(catalog.load("article", [f"town.people={people}", f"run.days={days}"]), THREADS)
        ties = article(people, folder)
        return Peak(people, before, status("VmHWM"), forecast.total, forecast.program, ties)


def measured(people: int, days: int) -> Peak:
    """``lived`` in a process of its own."""
    command = [sys.executable, "-m", "bench.memory", str(people), str(days)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Peak(**json.loads(done.stdout))


def part(sizes: list[int], days: int) -> Part:
    """A table by size; the goals hold for the largest."""
    measured(WARM, 1)  # so that nothing is compiled in those that count
    peaks = [measured(people, days) for people in sizes]
    rows = [
        (f"{p.people:,}", f"{p.ties:.1f}", f"{p.before / 1e6:.0f}", f"{p.peak / 1e6:.0f}",
         f"{p.forecast / 1e6:.0f}", f"{p.forecast / p.peak - 1:+.1%}",
         f"{(p.peak - p.before) / p.people:.0f}", f"{p.peak / p.people:.0f}")
        for p in peaks
    ]  # fmt: skip
    top = peaks[-1]
    worst = max(abs(p.forecast / p.peak - 1) for p in peaks)
    goals = (
        Goal("bytes a person with ties", (top.peak - top.before) / top.people, A_PERSON, False,
             f"peak less the program alone, article, {top.people:,} people, {top.ties:.1f} ties each"),
        Goal("forecast against peak", worst, APART, False, "largest distance over all sizes"),
    )  # fmt: skip
    headers = (
        "people",
        "ties",
        "before, MB",
        "peak, MB",
        "forecast, MB",
        "off by",
        "bytes a person",
        "all told",
    )
    return Part("Memory", headers, rows, goals)


if __name__ == "__main__":
    found = lived(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps({name: getattr(found, name) for name in Peak.__slots__}))
