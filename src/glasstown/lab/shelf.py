"""Results by content: a file for each run of a sweep, named by everything that decides it, written once.

A task is a scenario with every value, its replicate, people and days included, of one model epoch and
release; its name is the SHA-256 of that. Below the folder of a sweep::

    tasks/3f/3fa9….parquet     totals of the run: everybody, by group, by income fifth; of the town
    tasks/3f/3fa9….json        sealed, and written last: the task is done, and this is the hash of its table
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.errors import StoreError
from glasstown.lab.archive import notes
from glasstown.lab.outcome import Columns, Outcome
from glasstown.measures.whole import TOWN
from glasstown.release import EPOCH, RELEASE
from glasstown.scenario.model import Scenario
from glasstown.store import duck
from glasstown.store.atomic import make_folder, sweep
from glasstown.store.foreign import sha256_of
from glasstown.store.sealed import digest, read_sealed, write_sealed
from glasstown.store.tables import Labels, Table
from glasstown.store.write import write_table

TASKS: Final = "tasks"
FORMAT: Final = 2
WHAT: Final = "task of a sweep"

COLUMNS: Final = '"measure", "by", "level", "value", "people", "days"'

BREAKDOWNS: Final = ("all", "group", "fifth", TOWN)
"""By what the totals are told, in this order."""


def name_of(scenario: Scenario, tables: Mapping[str, str]) -> str:
    """The name of a task: SHA-256, 64 hexadecimal digits, of all that decides its result.

    ``tables`` are the hashes of a user's own tables (``lab.town.tables_of``).
    """
    return digest(
        {
            "scenario": scenario.digest,
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


class Shelf:
    """The finished tasks in the folder of a sweep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / TASKS

    def _path(self, name: str, suffix: str) -> Path:
        return self.folder / name[:2] / f"{name}.{suffix}"

    def tidy(self) -> None:
        """Make the folder, and remove what interrupted writers left. Hold the lock of the sweep."""
        make_folder(self.folder)
        for each in sorted(self.folder.iterdir()):
            if each.is_dir():
                sweep(each)

    def has(self, name: str) -> bool:
        """Whether a task is done, and its table is as it was written."""
        return self._intact(name) is not None

    def _intact(self, name: str) -> dict[str, Any] | None:
        paper, table = self._path(name, "json"), self._path(name, "parquet")
        if not paper.is_file():
            return None
        try:
            found = read_sealed(paper, WHAT, FORMAT)
            whole = found.get("name") == name and sha256_of(table)[0] == found.get("sha256")
        except StoreError:
            return None
        return found if whole else None

    def put(self, name: str, outcome: Outcome) -> None:
        """Write what a task came to; its paper last. Raises DiskFull, StoreError."""
        columns = reduced(outcome.totals)
        known = notes(outcome.scenario)
        stored = {n: Labels.of(a) if n in ("measure", "by") else a for n, a in columns.items()}
        path = self._path(name, "parquet")
        make_folder(path.parent)
        write_table(path, Table(stored, {n: known[n] for n in stored}))
        run = outcome.scenario.run
        body = {
            "name": name,
            "sha256": sha256_of(path)[0],
            "rows": len(columns["value"]),
            "state": outcome.digest,
            "seed": run.seed,
            "replicate": run.replicate,
            "people": outcome.people,
            "days": outcome.days,
            "release": RELEASE,
            "epoch": EPOCH,
            "scenario": outcome.scenario.digest,
        }
        write_sealed(self._path(name, "json"), WHAT, FORMAT, body)

    def every(self, names: Iterable[str]) -> dict[str, dict[str, NDArray[Any]]]:
        """The tables of finished tasks. Raises StoreError, Damaged."""
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        found = {}
        try:
            plain = duck.reachable(handle, self.folder)
            with duck.connected([], plain) as connection:
                for name in names:
                    file = duck.text(f"{plain}/{name[:2]}/{name}.parquet")
                    with duck.reading(self._path(name, "parquet")):
                        query = f"SELECT {COLUMNS} FROM read_parquet({file})"
                        rows = connection.execute(query).fetchnumpy()
                        found[name] = {key: np.asarray(column) for key, column in rows.items()}
        finally:
            os.close(handle)
        return found
