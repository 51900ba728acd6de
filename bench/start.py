"""The first run, which compiles, and the second, which must not: in processes of their own.

``python -m bench.start PEOPLE DAYS`` is such a process.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.clock import Cost
from bench.tables import Goal, Part

COMPILE, FIRST_DAY = 40.0, 3.0
"""Goals, seconds: everything compiled; from nothing to the end of the first day, in a second process."""

MONTH = 31
ROOT = Path(__file__).parents[1]


def lived(people: int, days: int) -> dict[str, float]:
    """Live everything in this process; how much was compiled for it."""
    from bench.town import everything
    from glasstown.core.compiling import compilations
    from glasstown.lab.simulate import simulate
    from glasstown.lab.town import people_of

    scenario = everything(people, days)
    with compilations() as compiled:
        simulate(scenario, people_of([scenario]))
    return {"compiled": compiled.done}


def measured(arguments: list[str], cache: str) -> tuple[Cost, dict[str, float]]:
    """What a process of its own took from its start to its end, with a kernel cache of its own."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "XDG_CACHE_HOME": cache},
    )  # fmt: skip
    wall = time.perf_counter() - start
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = now.ru_utime + now.ru_stime - spent.ru_utime - spent.ru_stime
    return Cost(wall, cpu), json.loads(done.stdout or "{}")


def part(people: int) -> Part:
    """Cold, then warm; every ratio is over the time of ``import numba``, which nobody can avoid."""

    def live(days: int) -> list[str]:
        return ["-m", "bench.start", str(people), str(days)]

    with tempfile.TemporaryDirectory() as cache:
        cold, first = measured(live(MONTH), cache)
        warm, second = measured(live(MONTH), cache)
        days = [measured(live(1), cache) for _ in range(3)]
        bare = min((measured(["-c", "import numba"], cache)[0] for _ in range(3)), key=lambda c: c.cpu)
    day = Cost(min(c.wall for c, _ in days), min(c.cpu for c, _ in days))
    compiling = Cost(cold.wall - warm.wall, cold.cpu - warm.cpu)
    rows = [
        (what, f"{c.wall:.1f}", f"{c.cpu:.1f}", f"{c.cpu / bare.cpu:.1f}", compiled)
        for what, c, compiled in (
            ("import numba", bare, ""),
            (f"first process, {MONTH} days", cold, f"{first['compiled']:.0f}"),
            (f"second process, {MONTH} days", warm, f"{second['compiled']:.0f}"),
            ("of the first, compiling", compiling, ""),
            ("a later process, to the end of its first day", day, f"{days[0][1]['compiled']:.0f}"),
        )
    ]  # fmt: skip
    goals = (
        Goal("seconds of compiling, cold", compiling.cpu, COMPILE, False,
             "of the processor; first process less second"),
        Goal("seconds to the end of the first day", day.wall, FIRST_DAY, False,
             f"from the start of Python; {people:,} people"),
        Goal("compiled by a second process", second["compiled"], 0, False, "functions"),
    )  # fmt: skip
    headers = ("what", "s", "CPU s", "times import numba", "functions compiled")
    return Part("The first run and the second", headers, rows, goals)


if __name__ == "__main__":
    print(json.dumps(lived(int(sys.argv[1]), int(sys.argv[2]))))
