"""Sweeps: every draw of what is assumed, lived in every arm, with the same people and the same chances.

    found = gt.sweep(["open", "article"], draws=64, replicates=2, people=20_000, days=180, out="sweeps/x")
    found.frame("pandas")

Results are kept by content (``lab.shelf``): nothing is computed twice, and what was killed goes on. The table
is the same, byte for byte, whatever the number of workers and the order in which they finish.
"""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Event as Signal
from typing import Any, Final

from glasstown.engine.memory import refuse_if_too_large
from glasstown.engine.run import default_threads
from glasstown.errors import Interrupted, ScenarioError, StoreError
from glasstown.lab.arms import Side
from glasstown.lab.beginnings import BEGINNINGS, ROOM, in_common, may_part
from glasstown.lab.catalog import CATALOG
from glasstown.lab.cluster import Cluster
from glasstown.lab.crew import Crew
from glasstown.lab.memory import available, expected
from glasstown.lab.plan import DAYS, PEOPLE, Ask, Plan, Point, plan, planned
from glasstown.lab.progress import SWEEP, Progress, silent
from glasstown.lab.shelf import Shelf
from glasstown.lab.swept import Swept, read, write
from glasstown.lab.warming import warming
from glasstown.scenario.model import Scenario
from glasstown.scenario.validate import Catalog
from glasstown.store.atomic import make_folder
from glasstown.store.claim import locked, shared
from glasstown.store.sealed import canonical, read_sealed, write_sealed

__all__ = [
    "DAYS",
    "PEOPLE",
    "Ask",
    "Plan",
    "Swept",
    "begun",
    "carry_out",
    "live_part",
    "plan",
    "read",
    "resume",
    "sweep",
]

PLAN: Final = "sweep.json"
WHAT: Final = "sweep"
FORMAT: Final = 3

Tasks = Mapping[str, Sequence[Point]]
"""Names of runs, and the points that each stands for."""

Look = Callable[[str, Sequence[Point]], bool]
"""Whether a run is there and whole: by its name, and the points that it stands for."""

MOST_DRAWS: Final = 1 << 20


def sweep(
    arms: Sequence[Side | Scenario | str | Path],
    draws: int = 256,
    replicates: int = 2,
    people: int | None = PEOPLE,
    days: int | None = DAYS,
    vary: Sequence[str] | None = None,
    workers: int | None = None,
    out: str | Path = "sweeps/sweep",
    *,
    fix: Sequence[str] = (),
    seed: int | None = None,
    design_seed: int = 0,
    catalog: Catalog = CATALOG,
    cluster: str | None = None,
    progress: Progress = silent,
    stop: Signal | None = None,
) -> Swept:
    """Live every arm under every draw and replicate; what is in ``out`` already is not lived again.

    ``arms`` are ``Arm`` objects, scenarios, or their names. ``vary`` are patterns of dotted keys that are
    drawn, by default all that state a range; ``fix`` is "KEY=VALUE" for every arm, or a pattern of keys that
    stay as they are. ``seed`` is that of the towns (by default the scenario's), ``design_seed`` that of the
    draws. ``catalog`` adds institutions of your own, from modules that workers can import. ``cluster`` is the
    address of a running Dask cluster that does the work. A run that cannot end is a row with its reason.
    Raises ScenarioError, NotEnoughMemory, StoreError, DiskFull, RunFailed, Interrupted.
    """
    made = plan(arms, draws, replicates, people, days, vary, fix, seed, design_seed, catalog)
    return carry_out(made, Path(out), workers, progress, stop, cluster)


def resume(
    out: Path,
    workers: int | None = None,
    progress: Progress = silent,
    stop: Signal | None = None,
    catalog: Catalog = CATALOG,
    cluster: str | None = None,
) -> Swept:
    """Go on with the sweep that was last begun in a folder. Raises StoreError if there is none."""
    return carry_out(begun(out, catalog), out, workers, progress, stop, cluster)


def begun(out: Path, catalog: Catalog = CATALOG) -> Plan:
    """The plan of the sweep that was last begun in a folder. Raises StoreError if there is none."""
    return planned(read_sealed(out / PLAN, WHAT, FORMAT), catalog)


def live_part(
    made: Plan,
    out: Path,
    part: tuple[int, int],
    workers: int | None = None,
    progress: Progress = silent,
    stop: Signal | None = None,
) -> tuple[int, int]:
    """Live the K-th of N parts of a plan, ``part`` = (K, N): how many runs it has, and how many failed.

    Parts are cut from the order of the table, so that the runs of a town stay together. Several may live in
    one folder at once; ``carry_out`` or ``resume`` gathers what they leave. Raises as ``carry_out``.
    """
    number, count = part
    if not 1 <= number <= count:
        raise ScenarioError(f"there is no part {number} of {count}")
    make_folder(out)
    with shared(out):
        _agree(made, out)
        tasks = made.tasks()
        mine = {name: each for at, (name, each) in enumerate(tasks.items())
                if at * count // len(tasks) == number - 1}  # fmt: skip
        return len(mine), len(_filled(made, out, mine, workers, progress, stop, None))


def _agree(made: Plan, out: Path) -> None:
    """Write the plan down, unless it is there. Raises StoreError if another one is."""
    try:
        there = read_sealed(out / PLAN, WHAT, FORMAT)
    except StoreError:
        write_sealed(out / PLAN, WHAT, FORMAT, made.body())
        return
    if any(there.get(key) != value for key, value in json.loads(canonical(made.body())).items()):
        raise StoreError(
            f"{out}: another sweep was begun here", "Give the parts of each a folder of its own."
        )


def carry_out(
    made: Plan,
    out: Path,
    workers: int | None = None,
    progress: Progress = silent,
    stop: Signal | None = None,
    cluster: str | None = None,
) -> Swept:
    """Do what a plan says, and write its tables into ``out``; as ``sweep``."""
    make_folder(out)
    with locked(out):
        write_sealed(out / PLAN, WHAT, FORMAT, made.body())
        tasks, failures = live(made, out, workers, progress, stop, cluster)
        return write(out, made.arms, made.design, tasks, Shelf(out), failures)


def live(
    made: Plan,
    out: Path,
    workers: int | None = None,
    progress: Progress = silent,
    stop: Signal | None = None,
    cluster: str | None = None,
    look: Look | None = None,
) -> tuple[Tasks, dict[str, str]]:
    """Have every run of a plan done that is not in ``out`` yet; hold its lock.

    ``look`` tells whether a run is there. The answer: the points that each run stands for by its name, and
    the reason of each that could not end. Raises as ``carry_out``.
    """
    Shelf(out).tidy()
    tasks = made.tasks()
    return tasks, _filled(made, out, tasks, workers, progress, stop, cluster, look)


def _filled(
    made: Plan,
    out: Path,
    tasks: Tasks,
    workers: int | None,
    progress: Progress,
    stop: Signal | None,
    cluster: str | None,
    look: Look | None = None,
) -> dict[str, str]:
    """Have those of the tasks lived that are not there, and tell which failed and why.

    A run is looked at when it ends, while others are still lived.
    """
    shelf = Shelf(out)
    there = look or (lambda name, points: shelf.has(name))
    missing = [name for name in tasks if not there(name, tasks[name])]
    failures: dict[str, str] = {}
    done = len(tasks) - len(missing)
    progress(SWEEP, done, len(tasks))

    def ended(name: str, reason: str) -> None:
        nonlocal done
        done += 1
        if reason:
            failures[name] = reason
        else:
            there(name, tasks[name])
        progress(SWEEP, done, len(tasks))

    if missing:
        _lived(made, out, tasks, missing, workers, ended, stop, cluster, progress)
    lost = [name for name in missing if name not in failures and not there(name, tasks[name])]
    return failures | dict.fromkeys(lost, "its result is not there, though its worker said so")


def _lived(
    made: Plan,
    out: Path,
    tasks: Tasks,
    missing: Sequence[str],
    workers: int | None,
    ended: Callable[[str, str], None],
    stop: Signal | None,
    cluster: str | None,
    progress: Progress,
) -> None:
    """Have the missing tasks done, those of one town by one worker if there are enough; long ones first."""
    towns: dict[int, list[str]] = {}
    for name in missing:
        draw, replicate, _ = tasks[name][0]
        towns.setdefault(made.town(draw, replicate), []).append(name)
    share = may_part(made)
    groups = [_group(made, tasks, names, share) for names in towns.values()]
    crew: Crew | Cluster
    before: list[list[Any]]
    if cluster is None:
        first = warming(made, progress)
        crew = Crew(min(affordable(made, workers), len(missing)), welcome(made, out))
        ended, before = first.before(ended), [[task] for task in first.tasks]
    else:
        crew, before = Cluster(cluster, welcome(made, out), Shelf(out)), []
    try:
        crew.work([*before, *groups], ended, stop)
    except (Interrupted, KeyboardInterrupt):
        raise Interrupted(
            "Stopped; every run that ended is kept.",
            f"Go on with: glasstown sweep --out {shlex.quote(str(out))}",
            out,
        ) from None


def welcome(made: Plan, out: Path) -> dict[str, Any]:
    """What every worker is told first: all that its tasks have in common, in plain types."""
    return {
        "folder": str(out.absolute()),
        "beside": str(made.beside),
        "arms": {name: each.packed() for name, each in made.arms.items()},
        "own": {table: asdict(each) for table, each in made.own.items()},
    }


def _group(made: Plan, tasks: Tasks, names: Sequence[str], share: bool) -> list[dict[str, Any]]:
    """The tasks of one town: long ones first, so that others find there what they ``share``."""
    points = [tasks[name][0] for name in names]
    common = in_common(made, points) if share else [{} for _ in points]
    found: list[dict[str, Any]] = []
    for name, (draw, replicate, arm), begins in zip(names, points, common, strict=True):
        town, values = made.town(draw, replicate), made.design.values(draw, arm)
        task = {"name": name, "arm": arm, "replicate": town, "values": values}
        found.append(task | ({BEGINNINGS: begins} if begins else {}))
    return sorted(found, key=lambda task: -_length(made.arms[task["arm"]]))


def affordable(made: Plan, workers: int | None = None) -> int:
    """Workers that fit into this machine: as many as asked for (by default its cores), at least one.

    Raises NotEnoughMemory if not even one fits.
    """
    wanted = default_threads() if workers is None else max(1, workers)
    first = next(iter(made.arms.values()))
    most = max(expected(each, 1, made.beside).total for each in made.arms.values())
    most += ROOM if may_part(made) else 0
    refuse_if_too_large(most, available(), f"one run of {first.name}")
    return max(1, min(wanted, int(available() // max(most, 1))))


def _length(arm: Scenario) -> int:
    """About how long an arm takes, in days of one institution."""
    return arm.run.days * len(arm.mechanisms)
