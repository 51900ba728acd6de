"""What a user asks for: a run, a comparison, a resumption. In memory, or in a folder that outlives a kill."""

import os
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event as Signal
from typing import Any

from glasstown.errors import StoreError
from glasstown.lab import archive, catalog, keeping
from glasstown.lab.compare import Pair, pair, refuse_strangers
from glasstown.lab.memory import afford
from glasstown.lab.outcome import Outcome
from glasstown.lab.progress import Progress, silent
from glasstown.lab.simulate import Town, simulate
from glasstown.lab.town import folder_of, how_many, judge, people_of
from glasstown.scenario.model import Scenario
from glasstown.scenario.validate import Catalog
from glasstown.store.claim import claim, started
from glasstown.store.layout import arm_folder
from glasstown.store.manifest import read_manifest


@dataclass(frozen=True)
class Options:
    """How to work; none of it changes a result."""

    threads: int | None = None
    chunk: int | None = None
    progress: Progress = silent
    stop: Signal | None = None
    keep_people: bool = False
    """Keep everybody's last state (``people.parquet``)."""
    keep_people_on: Collection[int] = ()
    """Keep everybody's state at the end of these days, counted from 0 (``people-00030.parquet``)."""
    note: Callable[[str], None] = warnings.warn
    """Told what has no effect though it was written down."""
    beside: Path | None = None
    """Where the relative paths of a user's own tables start; by default where the scenario's file is."""
    catalog: Catalog = field(default_factory=lambda: catalog.CATALOG)
    """Which institution each table of a scenario stands for: those that are shipped, and your own."""


def overrides(
    people: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    replicate: int | None = None,
    settings: Sequence[str] = (),
) -> tuple[str, ...]:
    """The short options as the KEY=VALUE that they stand for, before those given outright."""
    short = {"town.people": people, "run.days": days, "run.seed": seed, "run.replicate": replicate}
    return (*(f"{key}={value}" for key, value in short.items() if value is not None), *settings)


def run(
    scenario: Scenario | str | Path = "article",
    *,
    people: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    settings: Sequence[str] = (),
    out: Path | None = None,
    options: Options | None = None,
) -> Outcome:
    """Live one scenario to its end.

    ``settings`` are ``"KEY=VALUE"``. With ``out`` the results go to a folder below it, the run leaves
    checkpoints there, and if it is there already, finished or not, it is read or resumed. Raises
    ScenarioError, PopulationError, ScheduleError, NotEnoughMemory, StoreError, DiskFull, Interrupted.
    """
    asked = overrides(people, days, seed, settings=settings)
    how = options or Options()
    if isinstance(scenario, Scenario) and asked:
        raise TypeError(f"{asked[0]}: a scenario that is read already is lived as it is; load it with that")
    chosen = scenario if isinstance(scenario, Scenario) else catalog.load(scenario, asked, how.catalog)
    _look_over((chosen,), how)
    if out is None:
        town = people_of((chosen,), how.threads, how.progress, how.beside)
        return _held(chosen, town, how)
    folder = archive.folder_for(out, chosen, beside=how.beside)
    return in_folder(folder, chosen, None, how)


def compare(
    without: Scenario | str | Path = "open",
    with_: Scenario | str | Path = "article",
    *,
    people: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    settings: Sequence[str] = (),
    out: Path | None = None,
    options: Options | None = None,
) -> Pair:
    """Live two scenarios with the same people and the same draws, and say what differs.

    As ``run``; with ``out`` the folder holds one run folder for each arm.
    """
    asked = overrides(people, days, seed, settings=settings)
    how = options or Options()
    if isinstance(without, Scenario) and isinstance(with_, Scenario):
        if asked:
            raise TypeError(f"{asked[0]}: scenarios that are read already are lived as they are")
        arms = (without, with_)
    else:
        arms = catalog.twins(_reference(without), _reference(with_), asked, how.catalog)
    refuse_strangers(*arms)
    _look_over(arms, how)
    if out is None:
        town = people_of(arms, how.threads, how.progress, how.beside)
        return pair(*(_held(arm, town, how) for arm in arms))
    return compare_in_folder(archive.folder_for(out, *arms, beside=how.beside), arms, how)


def compare_in_folder(folder: Path, arms: tuple[Scenario, Scenario], how: Options) -> Pair:
    """Live both arms in ``folder``; whatever is finished there is read, whatever was begun goes on."""
    names = archive.arm_names(arms)
    facts = _facts("comparison", " - ".join(names), arms[0], folder, how)
    facts |= {"arms": names, "scenarios": [arm.packed() for arm in arms]}
    with claim(folder, archive.identity(*arms, beside=how.beside), facts) as found:
        how = _as_begun(how, found.facts)
        town: Town | None = None
        outcomes = []
        for name, arm in zip(names, arms, strict=True):
            inside = arm_folder(folder, name)
            if town is None and not archive.finished(inside):
                town = people_of(arms, how.threads, how.progress, how.beside)
            outcomes.append(in_folder(inside, arm, town, how))
        both = pair(*outcomes)
        if not found.finished:
            archive.save_pair(folder, names, both, how.beside)
        return both


def in_folder(folder: Path, scenario: Scenario, town: Town | None, how: Options) -> Outcome:
    """Live ``scenario`` in its run folder: read if finished, resumed if begun, else from the first day."""
    facts = _facts("run", scenario.name, scenario, folder, how)
    facts |= {"scenario": scenario.packed()}
    with claim(folder, archive.identity(scenario, beside=how.beside), facts) as found:
        how = _as_begun(how, found.facts)
        if found.finished:
            keeping.refuse_unkept(folder, read_manifest(folder), how.keep_people, how.keep_people_on)
            return archive.load(folder, how.catalog)
        lived = town if town is not None else people_of((scenario,), how.threads, how.progress, how.beside)
        keeper = archive.FolderKeeper(found.checkpoint)
        shelf = keeping.Filed(folder, frozenset(how.keep_people_on), archive.notes(scenario))
        outcome = simulate(scenario, lived, keeper=keeper, shelf=shelf, **_how(how))
        archive.save(folder, outcome, how.keep_people, how.beside)
        return replace(outcome, people_on=shelf)


def resume(folder: Path, options: Options | None = None) -> Outcome | Pair:
    """Go on with what was begun in ``folder``. Raises StoreError if there is nothing to go on with."""
    how = options or Options()
    if archive.finished(folder):
        manifest = read_manifest(folder)
        for inside in [arm_folder(folder, arm) for arm in manifest.arms] or [folder]:
            keeping.refuse_unkept(inside, read_manifest(inside), how.keep_people, how.keep_people_on)
        return archive.load_any(folder, how.catalog)
    begun = started(folder).facts
    how = _as_begun(replace(how, beside=folder / str(begun.get("beside", ""))), begun)
    if begun.get("kind") == "comparison":
        with _reading(folder):
            arms = [catalog.unpack(packed, folder.name, how.catalog) for packed in begun["scenarios"]]
        keeping.refuse_days(how.keep_people_on, *arms)
        return compare_in_folder(folder, (arms[0], arms[1]), how)
    with _reading(folder):
        scenario = catalog.unpack(begun["scenario"], folder.name, how.catalog)
    keeping.refuse_days(how.keep_people_on, scenario)
    return in_folder(folder, scenario, None, how)


def _facts(kind: str, name: str, scenario: Scenario, folder: Path, how: Options) -> dict[str, Any]:
    """What a list of runs says of one that is not finished, and from where its tables are found again."""
    run, people = scenario.run, how_many(scenario, how.beside)
    beside = how.beside if how.beside is not None else folder_of(scenario)
    relative = os.path.relpath(beside, folder)
    return {
        "kind": kind,
        "name": name,
        "seed": run.seed,
        "people": people,
        "days": run.days,
        "beside": relative,
        "keep_people": how.keep_people,
        "keep_people_on": sorted(how.keep_people_on),
    }


def _as_begun(how: Options, facts: Mapping[str, Any]) -> Options:
    """The options with the people to keep that were asked for when the work was begun."""
    days = facts.get("keep_people_on")
    before = {day for day in days if isinstance(day, int)} if isinstance(days, list) else set()
    return replace(
        how,
        keep_people=how.keep_people or facts.get("keep_people") is True,
        keep_people_on=tuple(sorted({*how.keep_people_on, *before})),
    )


def _look_over(arms: tuple[Scenario, ...], how: Options) -> None:
    """What must be right before anything is written, and what has no effect. Raises as ``run``."""
    keeping.refuse_days(how.keep_people_on, *arms)
    judge(arms, how.beside)
    for arm in arms:
        afford(arm, how.threads, how.beside)
        for change in arm.changes:
            if change.day >= arm.run.days:
                how.note(
                    f"{arm.name}: the change of {change.name} on day {change.day} has no effect: "
                    f"the last day is {arm.run.days - 1}"
                )


def _held(scenario: Scenario, town: Town, how: Options) -> Outcome:
    """A scenario lived in memory."""
    shelf = keeping.Held(how.keep_people_on)
    return replace(simulate(scenario, town, shelf=shelf, **_how(how)), people_on=shelf)


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise StoreError(f"{folder}: what was begun here cannot be read ({error})") from error


def _reference(scenario: Scenario | str | Path) -> str | Path:
    if isinstance(scenario, Scenario):
        raise TypeError("give two scenarios, or two names of scenarios")
    return scenario


def _how(options: Options) -> dict[str, Any]:
    return {
        "threads": options.threads,
        "chunk": options.chunk,
        "progress": options.progress,
        "stop": options.stop,
    }
