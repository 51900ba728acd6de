"""Sweeps: every draw of what is assumed, lived in every arm, with the same people and the same chances.

    found = gt.sweep(["open", "article"], draws=64, replicates=2, people=20_000, days=180, out="sweeps/x")
    found.frame("pandas")

Results are kept by content (``lab.shelf``): nothing is computed twice, and what was killed goes on. The table
is the same, byte for byte, whatever the number of workers and the order in which they finish.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
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
from glasstown.lab.holding import Kept, kept
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

__all__ = ["DAYS", "PEOPLE", "Ask", "Plan", "Swept", "carry_out", "plan", "read", "resume", "sweep"]

PLAN: Final = "sweep.json"
WHAT: Final = "sweep"
FORMAT: Final = 2

PEOPLE, DAYS = 20_000, 365
"""The size of a run if nothing else is said."""

WARM_PEOPLE, WARM_DAYS = 400, 8
"""The small run of each arm that leaves compiled kernels for all workers."""


@dataclass(frozen=True)
class Ask:
    """Runs that are wanted: some ``draws``, each with some ``replicates``, in some ``arms`` (or all)."""

    draws: tuple[int, ...]
    replicates: tuple[int, ...]
    arms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a sweep shall do: its arms as they are before any draw, the design, which runs are wanted.

    ``keep`` is what each arm keeps of its own; arms may live for different lengths of time, in one town.
    """

    arms: Mapping[str, Scenario]
    design: Design
    asks: tuple[Ask, ...]
    vary: tuple[str, ...] | None
    hold: Mapping[str, str]
    keep: Kept
    beside: Path

    @property
    def replicates(self) -> int:
        """How many different replicates are wanted, of any draw."""
        return len({each for ask in self.asks for each in ask.replicates})

    def asking(self, *asks: Ask) -> "Plan":
        """The same with other runs wanted, such as a further replicate of some. Raises ScenarioError."""
        draws, most = {each for ask in asks for each in ask.draws}, len(self.design.draws)
        unknown = [name for ask in asks for name in ask.arms if name not in self.arms]
        if unknown or not draws <= set(range(most)):
            text = f"an arm {unknown[0]!r}" if unknown else f"a draw beyond the {most} of the design"
            raise ScenarioError(f"{text} is asked for, which is not in the plan")
        return replace(self, asks=asks)

    def points(self) -> list[tuple[int, int, str]]:
        """Draw, replicate and arm of each row of results, in the order of the table."""
        order = {arm: number for number, arm in enumerate(self.arms)}
        wanted = {
            (draw, replicate, order[arm])
            for ask in self.asks
            for arm in ask.arms or self.arms
            for draw in ask.draws
            for replicate in ask.replicates
        }
        names = tuple(self.arms)
        return [(draw, replicate, names[arm]) for draw, replicate, arm in sorted(wanted)]

    def scenario(self, draw: int, replicate: int, arm: str) -> Scenario:
        """What is lived at a point."""
        return placed(self.arms[arm], self.design.values(draw, arm), replicate)

    def tasks(self) -> dict[str, list[tuple[int, int, str]]]:
        """The name of each distinct run, and the points that it stands for."""
        tables = tables_of(next(iter(self.arms.values())), self.beside)
        found: dict[str, list[tuple[int, int, str]]] = {}
        for point in self.points():
            found.setdefault(name_of(self.scenario(*point), tables), []).append(point)
        return found

    def body(self) -> dict[str, object]:
        """What ``resume`` needs, in plain types, and what is held."""
        return {
            "arms": [{"name": name, "scenario": each.packed()} for name, each in self.arms.items()],
            "draws": len(self.design.draws),
            "asks": [asdict(each) for each in self.asks],
            "design_seed": self.design.seed,
            "vary": None if self.vary is None else list(self.vary),
            "hold": dict(self.hold),
            "keep": asdict(self.keep),
            "held": dict(self.design.held),
            "held_by_arm": {name: dict(each) for name, each in self.design.held_by_arm.items()},
            "refused": dict(self.design.refused),
            "beside": str(self.beside),
        }


def everything(draws: int, replicates: int) -> tuple[Ask, ...]:
    """Every replicate of every draw in every arm. Raises ScenarioError if that is nothing."""
    if replicates < 1:
        raise ScenarioError(f"a sweep needs at least one replicate, got {replicates}")
    return (Ask(tuple(range(draws)), tuple(range(replicates))),)


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
    asks = everything(draws, replicates)
    mine = [named(arm) for arm in arms]
    short = {"town.people": people, "run.days": days, "run.seed": seed}
    shared = [given(k, v, f"--{k.partition('.')[2]}", str(v)) for k, v in short.items() if v is not None]
    values: tuple[Override, ...] = parse_all([each for each in fix if "=" in each])
    found = loaded(mine, shared, values)
    hold = {each: "held as asked" for each in fix if "=" not in each}
    hold |= {".".join(map(str, each.path)): "fixed as asked" for each in values}
    keep = kept(found, {arm.name: own_keys(arm) for arm in mine}, next(iter(found.values())))
    made = design(found, draws, vary, hold, design_seed, keep)
    wanted = None if vary is None else tuple(vary)
    return Plan(found, made, asks, wanted, hold, keep, folder_of(next(iter(found.values()))).absolute())


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
        keep = Kept(begun["keep"]["arms"], {k: tuple(each) for k, each in begun["keep"]["ends"].items()})
        again = design(arms, begun["draws"], vary, begun["hold"], begun["design_seed"], keep)
        asks = [Ask(**{name: tuple(each) for name, each in ask.items()}) for ask in begun["asks"]]
        wanted = None if vary is None else tuple(vary)
        made = Plan(arms, again, tuple(asks), wanted, begun["hold"], keep, Path(begun["beside"]))
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
    """Have the missing tasks done, those of one town by one worker if there are enough; long ones first."""
    groups: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for name in missing:
        draw, replicate, arm = tasks[name][0]
        values = made.design.values(draw, arm)
        task = {"name": name, "arm": arm, "replicate": replicate, "values": values}
        groups.setdefault((draw, replicate), []).append(task)
    for group in groups.values():
        group.sort(key=lambda task: -_length(made.arms[task["arm"]]))
    count = min(affordable(made, workers), len(missing))
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


def _length(arm: Scenario) -> int:
    """About how long an arm takes, in days of one institution."""
    return arm.run.days * len(arm.mechanisms)


def _warm(made: Plan) -> None:
    """Compile what the arms need, once, before workers begin: they load it from the disk."""
    small = [_small(each) for each in made.arms.values() if not spec_of(each).table]
    mark = cache_folder() / f"warm-{digest([each.digest for each in small])[:16]}"
    if mark.exists():
        return
    for each in small:
        simulate(each, people_of((each,), 1, beside=made.beside), threads=1, keep="totals")
    with suppress(OSError):
        mark.touch()


def _small(arm: Scenario) -> Scenario:
    """The same institutions in a few people for a few days, whatever the size of the sweep."""
    small = placed(arm, {"town.people": min(spec_of(arm).people, WARM_PEOPLE)})
    return replace(small, run=small.run.model_copy(update={"days": min(arm.run.days, WARM_DAYS)}))
