"""A bundle lived again and compared: all of it byte for byte, or a sample of its runs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from glasstown.errors import StoreError
from glasstown.lab import asked as questions
from glasstown.lab import study_files as files
from glasstown.lab.answering import How, answer, plan_of
from glasstown.lab.asked import Stage
from glasstown.lab.bundle import Opened
from glasstown.lab.shelf import Shelf
from glasstown.lab.study import Facts, Study
from glasstown.lab.sweep import Ask, live
from glasstown.store.atomic import make_folder
from glasstown.store.claim import locked

AGAIN: Final = "again"
"""The folder, beside what the bundle held, in which it is lived again."""


@dataclass(frozen=True)
class Compared:
    """One thing that was made again: a member of the bundle, or a run; and whether it is the same."""

    name: str
    same: bool


def whole(bundle: Opened, folder: Path, how: How, said: Callable[[Study], None]) -> tuple[Compared, ...]:
    """The study asked again in ``folder``, and each member compared byte for byte.

    ``said`` hears of the answers, and writes the reports beside them. Raises as ``answering.answer``.
    """
    bundle.unpack(folder)
    asked, told = questions.read(folder), files.read_answer(folder)["facts"]
    stages = asked.stages()
    last = stages.index(_stage(asked, told))
    answer(folder / AGAIN, asked, said, how, stages[: last + 1])
    return tuple(
        Compared(name, _again(folder / AGAIN / name) == content) for name, content in bundle.members.items()
    )


def some(bundle: Opened, folder: Path, runs: int, how: How) -> tuple[Compared, ...]:
    """``runs`` of the study's runs, evenly spread over its ledger, lived again.

    Raises ScenarioError, NotEnoughMemory, StoreError, DiskFull, RunFailed, Interrupted.
    """
    bundle.unpack(folder)
    asked, told = questions.read(folder), files.read_answer(folder)["facts"]
    ledger = files.read_runs(folder / files.RUNS)
    if not ledger:
        raise StoreError("the bundle tells of no run")
    places = np.linspace(0, len(ledger) - 1, min(runs, len(ledger))).astype(np.int64)
    chosen = [ledger[place] for place in dict.fromkeys(places.tolist())]
    plan = plan_of(asked, _stage(asked, told)).plan
    asks = [Ask((draw,), (replicate,), (arm,)) for draw, replicate, arm, _, _ in chosen]
    make_folder(folder / AGAIN)
    with locked(folder / AGAIN):
        live(plan.asking(*asks), folder / AGAIN, how.workers, how.progress, how.stop)
    shelf = Shelf(folder / AGAIN)
    return tuple(Compared(name[:16], shelf.hash(name) == sha256) for *_, name, sha256 in chosen)


def _stage(asked: questions.Asked, told: Facts) -> Stage:
    """The stage that a bundle holds the answer of. Raises StoreError."""
    for each in asked.stages():
        if (each.draws, each.people) == (told.draws, told.people):
            return each
    raise StoreError("the bundle holds no answer to its question")


def _again(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
