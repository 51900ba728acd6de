"""Results by content: a file for each run of a sweep, named by everything that decides it, written once.

A task is a scenario with every value, its replicate, people and days included, of one model epoch and
release; its name is the SHA-256 of that. Below the folder of a sweep::

    tasks/3f/3fa9….json    sealed: what was run; totals of everybody, by group, by income fifth, of the town

A row of totals is a line of words: measure, by, level, value, people, days. One small file is one wait for
the disk, and no database is opened to write or read it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from glasstown.errors import Damaged, StoreError
from glasstown.lab.outcome import Columns, Outcome
from glasstown.measures.cells import BROAD
from glasstown.measures.whole import TOWN
from glasstown.release import EPOCH, RELEASE
from glasstown.scenario.model import Scenario
from glasstown.store.atomic import make_folder, sweep, write_bytes
from glasstown.store.foreign import sha256_of
from glasstown.store.sealed import digest, read_sealed, seal, unseal

TASKS: Final = "tasks"
FORMAT: Final = 2
WHAT: Final = "task of a sweep"

TYPES: Final[Mapping[str, type]] = {
    "measure": str, "by": str, "level": np.int16, "value": np.int64, "people": np.int64, "days": np.int32,
}  # fmt: skip
"""The columns of a task's totals."""

BREAKDOWNS: Final = (*BROAD, TOWN)
"""By what the totals are told, in this order."""


def name_of(scenario: Scenario, tables: Mapping[str, str]) -> str:
    """The name of a task: SHA-256, 64 hexadecimal digits, of all that decides its result.

    ``tables`` are the hashes of a user's own tables (``lab.town.tables_of``).
    """
    return named_by(scenario.digest, tables)


def named_by(scenario: str, tables: Mapping[str, str]) -> str:
    """The name of a task by the digest of its scenario; otherwise as ``name_of``."""
    return digest(
        {
            "scenario": scenario,
            "tables": dict(tables),
            "epoch": EPOCH,
            "release": RELEASE,
            "format": FORMAT,
        }
    )


def reduced(totals: Columns) -> Columns:
    """Totals by district added up to the town: measure, by, level, value, people, days. Exact integers."""
    measure, by, level = totals["measure"].astype(str), totals["by"].astype(str), totals["level"]
    rank = {name: number for number, name in enumerate(dict.fromkeys(measure.tolist()))}
    rows = np.flatnonzero(np.isin(by, BREAKDOWNS))
    measure, by, level = measure[rows], by[rows], level[rows]
    changes = (measure[1:] != measure[:-1]) | (by[1:] != by[:-1]) | (level[1:] != level[:-1])
    first = np.flatnonzero(np.concatenate([[True], changes])[: len(rows)])  # districts stand together
    told = zip(measure[first].tolist(), by[first].tolist(), level[first].tolist(), strict=True)
    keys: dict[tuple[int, int, int], int] = {}
    place = [keys.setdefault((rank[m], BREAKDOWNS.index(b), k), len(keys)) for m, b, k in told]
    value, people, days = np.zeros((3, len(keys)), np.int64)
    for into, name in ((value, "value"), (people, "people")):
        whole = np.add.reduceat(totals[name][rows].astype(np.int64), first) if len(first) else 0
        np.add.at(into, place, whole)
    days[place] = totals["days"][rows][first]
    listed = sorted(keys)
    at = np.array([keys[key] for key in listed], np.int64)
    names = list(rank)
    return {
        "measure": np.array([names[key[0]] for key in listed], dtype=str),
        "by": np.array([BREAKDOWNS[key[1]] for key in listed], dtype=str),
        "level": np.array([key[2] for key in listed], np.int16),
        "value": value[at],
        "people": people[at],
        "days": days[at].astype(np.int32),
    }


Mark = tuple[int, int, int, int]
"""Inode, size, and times of change of a file."""


class Shelf:
    """The finished tasks in the folder of a sweep.

    A file that was read once is known to be whole for as long as the file system says that it is the same.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / TASKS
        self._whole: dict[str, Mark] = {}

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.json"

    def tidy(self) -> None:
        """Make the folder, and remove what interrupted writers left. Hold the lock of the sweep."""
        make_folder(self.folder)
        for each in sorted(self.folder.iterdir()):
            if each.is_dir():
                sweep(each)

    def has(self, name: str) -> bool:
        """Whether a task is done, and its file is as it was written."""
        mark = self._mark(name)
        if mark is None or self._whole.get(name) == mark:
            return mark is not None
        try:
            self.read(name)
        except StoreError:
            return False
        return True

    def _mark(self, name: str) -> Mark | None:
        """What changes with the file of a task; None if there is none."""
        try:
            found = self._path(name).stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns

    def read(self, name: str) -> Columns:
        """The totals of a finished task, as ``reduced`` made them. Raises StoreError, Damaged."""
        path, mark = self._path(name), self._mark(name)
        found = read_sealed(path, WHAT, FORMAT)
        rows = found.get("totals")
        if found.get("name") != name or not isinstance(rows, list):
            raise Damaged(f"{path}: is damaged: it is not the task that its name says")
        words = [str(row).split(" ") for row in rows]
        try:
            columns = list(zip(*words, strict=True)) or [()] * len(TYPES)
            typed = zip(TYPES.items(), columns, strict=True)
            told: Columns = {column: np.array(each, dtype) for (column, dtype), each in typed}
        except ValueError as error:
            raise Damaged(f"{path}: is damaged: {error}") from None
        if mark is not None:
            self._whole[name] = mark
        return told

    def hash(self, name: str) -> str:
        """SHA-256 of the file of a finished task, which holds its totals and the digest of its last state.

        "" if there is none. Raises StoreError.
        """
        path = self._path(name)
        return sha256_of(path)[0] if path.is_file() else ""

    def put(self, name: str, outcome: Outcome) -> None:
        """Write what a task came to. Raises DiskFull, StoreError."""
        self._write(name, paper(name, outcome))

    def keep(self, name: str, content: bytes) -> None:
        """Write a task's ``paper`` that came from elsewhere. Raises DiskFull, StoreError, Damaged."""
        unseal(content, f"the result of {name}", WHAT, FORMAT)
        self._write(name, content)

    def _write(self, name: str, content: bytes) -> None:
        path = self._path(name)
        make_folder(path.parent)
        write_bytes(path, content)

    def every(self, names: Iterable[str]) -> dict[str, Columns]:
        """The totals of finished tasks. Raises StoreError, Damaged."""
        return {name: self.read(name) for name in names}


def paper(name: str, outcome: Outcome) -> bytes:
    """The file of a task: what it came to, sealed."""
    columns = [column.tolist() for column in reduced(outcome.totals).values()]
    run = outcome.scenario.run
    body = {
        "name": name,
        "totals": [" ".join(map(str, row)) for row in zip(*columns, strict=True)],
        "state": outcome.digest,
        "seed": run.seed,
        "replicate": run.replicate,
        "people": outcome.people,
        "days": outcome.days,
        "release": RELEASE,
        "epoch": EPOCH,
        "scenario": outcome.scenario.digest,
    }
    return seal(WHAT, FORMAT, body)
