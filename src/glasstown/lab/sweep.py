"""Sweeps: every draw of what is assumed, lived in every arm, with the same people and the same chances.

    found = gt.sweep(["open", "article"], draws=64, replicates=2, people=20_000, days=180, out="sweeps/x")
    found.frame("pandas")

Results are kept by content (``lab.shelf``): nothing is computed twice, and what was killed goes on. The table
is the same, byte for byte, whatever the number of workers and the order in which they finish.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event as Signal
from typing import Any, Final

from glasstown.core.kernels import cache_folder
from glasstown.engine.memory import refuse_if_too_large
from glasstown.engine.run import default_threads
from glasstown.errors import Interrupted, ScenarioError, StoreError
from glasstown.lab.arms import Side, loaded, named, own_keys, placed
from glasstown.lab.catalog import unpack
from glasstown.lab.crew import Crew
from glasstown.lab.design import Design, design
from glasstown.lab.memory import available, expected
from glasstown.lab.progress import SWEEP, Progress, silent
from glasstown.lab.shelf import Shelf, name_of
from glasstown.lab.simulate import simulate
from glasstown.lab.swept import Swept, read, write
from glasstown.lab.town import folder_of, people_of, spec_of, tables_of
from glasstown.scenario.model import Scenario
from glasstown.scenario.overrides import Override, given, parse_all
from glasstown.store.atomic import make_folder
from glasstown.store.claim import locked
from glasstown.store.sealed import digest, read_sealed, write_sealed

__all__ = ["DAYS", "PEOPLE", "Plan", "Swept", "carry_out", "plan", "read", "resume", "sweep"]

PLAN: Final = "sweep.json"
WHAT: Final = "sweep"
FORMAT: Final = 1

PEOPLE, DAYS = 20_000, 365
"""The size of a run if nothing else is said."""

WARM_PEOPLE, WARM_DAYS = 400, 8
"""The small run of each arm that leaves compiled kernels for all workers."""


@dataclass(frozen=True)
class Plan:
    """What a sweep shall do: its arms as they are before any draw, the design, and replicates."""

    arms: Mapping[str, Scenario]
    design: Design
    replicates: int
    vary: tuple[str, ...] | None
    hold: Mapping[str, str]
    beside: Path

    def points(self) -> list[tuple[int, int, str]]:
        """Draw, replicate and arm of each row of results, in the order of the table."""
        draws = range(len(self.design.draws))
        return [(d, r, arm) for d in draws for r in range(self.replicates) for arm in self.arms]

    def tasks(self) -> dict[str, list[tuple[int, int, str]]]:
        """The name of each distinct run, and the points that it stands for."""
        tables = tables_of(next(iter(self.arms.values())), self.beside)
        found: dict[str, list[tuple[int, int, str]]] = {}
        for draw, replicate, arm in self.points():
            scenario = placed(self.arms[arm], self.design.draws[draw], replicate)
            found.setdefault(name_of(scenario, tables), []).append((draw, replicate, arm))
        return found

    def body(self) -> dict[str, object]:
        """What ``resume`` needs, in plain types."""
        return {
            "arms": [{"name": name, "scenario": each.packed()} for name, each in self.arms.items()],
            "draws": len(self.design.draws),
            "replicates": self.replicates,
            "design_seed": self.design.seed,
            "vary": None if self.vary is None else list(self.vary),
            "hold": dict(self.hold),
            "held": dict(self.design.held),
            "refused": dict(self.design.refused),
            "beside": str(self.beside),
        }


def plan(
    arms: Sequence[Side | Scenario | str | Path],
    draws: int = 256,
    replicates: int = 2,
    people: int | None = PEOPLE,
    days: int | None = DAYS,
    vary: Sequence[str] | None = None,
    fix: Sequence[str] = (),
    seed: int | None = None,
    design_seed: int = 0,
) -> Plan:
    """What ``sweep`` would do. Raises ScenarioError."""
    if replicates < 1:
        raise ScenarioError(f"a sweep needs at least one replicate, got {replicates}")
    mine = [named(arm) for arm in arms]
    short = {"town.people": people, "run.days": days, "run.seed": seed}
    shared = [given(k, v, f"--{k.partition('.')[2]}", str(v)) for k, v in short.items() if v is not None]
    values: tuple[Override, ...] = parse_all([each for each in fix if "=" in each])
    found = loaded(mine, shared, values)
    hold = {each: "held as asked" for each in fix if "=" not in each}
    hold |= {".".join(map(str, each.path)): "fixed as asked" for each in values}
    hold |= {key: "set by an arm" for arm in mine for key in sorted(own_keys(arm))}
    made = design(found, draws, vary, hold, design_seed)
    wanted = None if vary is None else tuple(vary)
    return Plan(found, made, replicates, wanted, hold, folder_of(next(iter(found.values()))).absolute())


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
    progress: Progress = silent,
    stop: Signal | None = None,
) -> Swept:
    """Live every arm under every draw and replicate; what is in ``out`` already is not lived again.

    ``arms`` are ``Arm`` objects, scenarios, or their names. ``vary`` are patterns of dotted keys that are
    drawn, by default all that state a range; ``fix`` is "KEY=VALUE" for every arm, or a pattern of keys that
    stay as they are. ``seed`` is that of the towns (by default the scenario's), ``design_seed`` that of the
    draws. A run that cannot end is a row with its reason. Raises ScenarioError, NotEnoughMemory, StoreError,
    DiskFull, RunFailed, Interrupted.
    """
    made = plan(arms, draws, replicates, people, days, vary, fix, seed, design_seed)
    return carry_out(made, Path(out), workers, progress, stop)


def resume(
    out: Path, workers: int | None = None, progress: Progress = silent, stop: Signal | None = None
) -> Swept:
    """Go on with the sweep that was last begun in a folder. Raises StoreError if there is none."""
    begun = read_sealed(out / PLAN, WHAT, FORMAT)
    try:
        arms = {each["name"]: unpack(each["scenario"], each["name"]) for each in begun["arms"]}
        vary = begun["vary"]
        again = design(arms, begun["draws"], vary, begun["hold"], begun["design_seed"])
        wanted = None if vary is None else tuple(vary)
        made = Plan(arms, again, begun["replicates"], wanted, begun["hold"], Path(begun["beside"]))
    except (KeyError, TypeError) as error:
        raise StoreError(f"{out / PLAN}: what was begun here cannot be read ({error})") from error
    return carry_out(made, out, workers, progress, stop)


def carry_out(
    made: Plan, out: Path, workers: int | None = None, progress: Progress = silent, stop: Signal | None = None
) -> Swept:
    """Do what a plan says, and write its tables into ``out``; as ``sweep``."""
    make_folder(out)
    with locked(out):
        shelf = Shelf(out)
        shelf.tidy()
        write_sealed(out / PLAN, WHAT, FORMAT, made.body())
        tasks = made.tasks()
        missing = [name for name in tasks if not shelf.has(name)]
        failures: dict[str, str] = {}
        done = len(tasks) - len(missing)
        progress(SWEEP, done, len(tasks))

        def ended(name: str, reason: str) -> None:
            nonlocal done
            done += 1
            if reason:
                failures[name] = reason
            progress(SWEEP, done, len(tasks))

        if missing:
            _lived(made, out, tasks, missing, workers, ended, stop)
        lost = [name for name in missing if name not in failures and not shelf.has(name)]
        failures |= dict.fromkeys(lost, "its result is not there, though its worker said so")
        return write(out, made.arms, made.design, tasks, shelf, failures)


def _lived(
    made: Plan,
    out: Path,
    tasks: Mapping[str, Sequence[tuple[int, int, str]]],
    missing: Sequence[str],
    workers: int | None,
    ended: Callable[[str, str], None],
    stop: Signal | None,
) -> None:
    """Have the missing tasks done, those of one town by one worker."""
    groups: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for name in missing:
        draw, replicate, arm = tasks[name][0]
        values = dict(made.design.draws[draw])
        task = {"name": name, "arm": arm, "replicate": replicate, "values": values}
        groups.setdefault((draw, replicate), []).append(task)
    count = min(affordable(made, workers), len(groups))
    _warm(made)
    welcome = {
        "folder": str(out.absolute()),
        "beside": str(made.beside),
        "arms": {name: each.packed() for name, each in made.arms.items()},
    }
    try:
        Crew(count, welcome).work(list(groups.values()), ended, stop)
    except (Interrupted, KeyboardInterrupt):
        raise Interrupted(
            "Stopped; every run that ended is kept.",
            f"Go on with: glasstown sweep --out {shlex.quote(str(out))}",
            out,
        ) from None


def affordable(made: Plan, workers: int | None = None) -> int:
    """Workers that fit into this machine: as many as asked for (by default its cores), at least one.

    Raises NotEnoughMemory if not even one fits.
    """
    wanted = default_threads() if workers is None else max(1, workers)
    first = next(iter(made.arms.values()))
    most = max(expected(each, 1, made.beside).total for each in made.arms.values())
    refuse_if_too_large(most, available(), f"one run of {first.name}")
    return max(1, min(wanted, int(available() // max(most, 1))))


def _warm(made: Plan) -> None:
    """Compile what the arms need, once, before workers begin: they load it from the disk."""
    mark = cache_folder() / f"warm-{digest([each.digest for each in made.arms.values()])[:16]}"
    if mark.exists():
        return
    for each in made.arms.values():
        spec = spec_of(each)
        if not spec.table:
            small = placed(each, {"town.people": min(spec.people, WARM_PEOPLE)})
            short = {"days": min(each.run.days, WARM_DAYS)}
            tiny = replace(small, run=small.run.model_copy(update=short))
            simulate(tiny, people_of((tiny,), 1, beside=made.beside), threads=1)
    with suppress(OSError):
        mark.touch()
