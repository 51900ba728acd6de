"""An institution of a user's own, the curfew of docs/extending.md, beside a built-in one of the same kind."""

import importlib.util
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import numpy as np

from bench.floor import Costs
from bench.tables import Goal, Part
from glasstown.core.mechanism import Mechanism
from glasstown.core.ties import NoTies
from glasstown.core.vocabulary import AGE
from glasstown.engine import worker
from glasstown.engine.run import Simulation
from glasstown.mechanisms.lists import Lists

EXAMPLE = Path(__file__).parents[1] / "examples" / "curfew.py"
DAYS = 20
MOST = 2.0
"""Goal: times its one draw a person."""


def curfew() -> type[Mechanism]:
    """The class of the example, from its file."""
    if "curfew" not in sys.modules:
        found = importlib.util.spec_from_file_location("curfew", EXAMPLE)
        assert found is not None and found.loader is not None
        sys.modules["curfew"] = importlib.util.module_from_spec(found)
        found.loader.exec_module(sys.modules["curfew"])
    made: type[Mechanism] = sys.modules["curfew"].Curfew
    return made


def ns(mechanism: Mechanism, step: str, people: int, repeats: int) -> float:
    """Nanoseconds of a person-day that the kernels of one step take on one thread: the best of some."""
    given: Mapping[str, np.ndarray] = {AGE.name: np.full(people, 40, np.uint8)}
    best = np.inf
    with (
        patch.object(worker, "perf_counter", time.thread_time),
        Simulation([mechanism], people, given, NoTies(people), seed=1, threads=1) as town,
    ):
        town.advance()
        for _ in range(repeats):
            before = town.seconds()[step]
            for _ in range(DAYS):
                town.advance()
            best = min(best, (town.seconds()[step] - before) / (people * DAYS))
    return 1e9 * float(best)


def part(people: int, repeats: int, costs: Costs) -> Part:
    """The curfew's step, its one draw, and the listing of ``lists``: one draw a person, and rare hits."""
    mine = ns(curfew()(), "curfew.meet", people, repeats)
    theirs = ns(Lists(settled=False), "lists.enlist", people, repeats)
    draw = costs.many
    how = f"{people:,} people, {DAYS} days, processor time, the best of {repeats}"
    return Part(
        "An institution of one's own", ("step", "ns a person-day", "times one draw"),
        [("keyed draw, many at once", f"{draw:.2f}", "1.0"),
         ("curfew.meet (docs/extending.md)", f"{mine:.2f}", f"{mine / draw:.1f}"),
         ("lists.enlist (built in, one draw)", f"{theirs:.2f}", f"{theirs / draw:.1f}")],
        (Goal("curfew, times its one draw", mine / draw, MOST, False, how),
         Goal("curfew, times a built-in step of its kind", mine / theirs, 1.25, False, how)),
    )  # fmt: skip
