"""Compiling before anything is lived: small runs by which the workers of a sweep share out its kernels.

Each worker that needs a kernel loads it from the disk, or compiles it if nobody has yet. Were all of them to
begin with the same run, all would compile the same. So each institution is lived by itself first, whoever is
free takes the next one, and only then the arms as they are, for what an institution alone does not need.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from glasstown.core.kernels import cache_folder
from glasstown.core.mechanism import Mechanism
from glasstown.lab.arms import placed
from glasstown.lab.plan import Plan
from glasstown.lab.progress import KERNELS, Progress, silent
from glasstown.lab.simulate import simulate
from glasstown.lab.town import people_of, spec_of
from glasstown.scenario.model import Scenario, Table
from glasstown.store.sealed import digest

PEOPLE, DAYS = 400, 8
"""The size of a small run, however large those of the sweep are."""

WARM: Final = "warm"
"""The field of a task that makes it one of these: the only institution, "" for all of the arm."""

Task = Mapping[str, Any]


@dataclass
class Warming:
    """What is to be lived first: none if it was, with this release on this machine."""

    tasks: tuple[Task, ...]
    mark: Path
    progress: Progress = silent
    done: set[str] = field(default_factory=set)

    def before(self, ended: Callable[[str, str], None]) -> Callable[[str, str], None]:
        """Who hears of ends: of these here, of all others ``ended``. A small run that fails says nothing."""
        names = {task["name"] for task in self.tasks}

        def heard(name: str, reason: str) -> None:
            if name not in names:
                ended(name, reason)
                return
            self.done.add(name)
            self.progress(KERNELS, len(self.done), len(names))
            if self.done == names:
                with suppress(OSError):
                    self.mark.touch()

        return heard


def warming(made: Plan, progress: Progress = silent) -> Warming:
    """The small runs of a plan: of institutions with most to do first, then of arms."""
    arms = {name: _small(each) for name, each in made.arms.items() if not spec_of(each).table}
    compiled = [each.digest for each in arms.values()] + [each.sha256 for each in made.own.values()]
    mark = cache_folder() / f"warm-{digest(compiled)[:16]}"
    if mark.exists():
        return Warming((), mark)
    known: dict[str, tuple[str, Mechanism]] = {}
    for arm, each in arms.items():
        for table, mechanism in each.mechanisms.items():
            known.setdefault(table, (arm, mechanism))
    first = sorted(known.items(), key=lambda each: -len(each[1][1].steps()))
    alone = [{"name": f"{WARM} alone {table}", "arm": arm, WARM: table} for table, (arm, _) in first]
    whole = [{"name": f"{WARM} whole {arm}", "arm": arm, WARM: ""} for arm in arms]
    return Warming((*alone, *whole), mark, progress)


def warm(arm: Scenario, only: str, beside: Path) -> None:
    """Live an arm, or the ``only`` one of its institutions, for a few days. Raises as ``simulate``."""
    small = _small(arm)
    if only:
        small = replace(small, mechanisms=Table({only: small.mechanisms[only]}), changes=())
    simulate(small, people_of((small,), 1, beside=beside), threads=1, keep="totals")


def _small(arm: Scenario) -> Scenario:
    """The same institutions in a few people for a few days, whatever the size of the sweep."""
    small = placed(arm, {"town.people": min(spec_of(arm).people, PEOPLE)})
    return replace(small, run=small.run.model_copy(update={"days": min(arm.run.days, DAYS)}))
