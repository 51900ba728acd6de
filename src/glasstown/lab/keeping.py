"""Everybody's state at the end of chosen days: where it is put, and what may be asked."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from glasstown.errors import InputError, StoreError
from glasstown.scenario.model import Scenario
from glasstown.store import layout
from glasstown.store.manifest import Manifest
from glasstown.store.query import read_table
from glasstown.store.tables import Note, Table
from glasstown.store.write import write_table

Columns = Mapping[str, NDArray[Any]]

ELSEWHERE = "Choose another folder with --out, or move this one away."


class Shelf(Protocol):
    """Where the states of chosen days are put."""

    @property
    def days(self) -> frozenset[int]:
        """The days that are wanted."""
        ...

    def put(self, day: int, columns: Columns) -> None:
        """Keep everybody's state at the end of a day."""
        ...

    def __contains__(self, day: object) -> bool: ...


class Held(dict[int, Columns]):
    """States held in memory, by day."""

    def __init__(self, days: Collection[int] = ()) -> None:
        super().__init__()
        self._days = frozenset(days)

    @property
    def days(self) -> frozenset[int]:
        """The days that are wanted."""
        return self._days

    def put(self, day: int, columns: Columns) -> None:
        """Keep a copy."""
        self[day] = {name: array.copy() for name, array in columns.items()}


@dataclass(frozen=True)
class Filed(Mapping[int, Columns]):
    """States in Parquet files of a run folder, by day; each is read when it is asked for."""

    folder: Path
    days: frozenset[int] = frozenset()
    """The days that are wanted."""
    notes: Mapping[str, Note] | None = None

    def put(self, day: int, columns: Columns) -> None:
        """Write one file, whole or not at all. Raises DiskFull."""
        rows = len(next(iter(columns.values())))
        person = {"person": np.arange(rows, dtype=np.uint32), "day": np.full(rows, day, np.int32)}
        stored = {n: np.ascontiguousarray(a) for n, a in (person | dict(columns)).items()}
        known = {n: note for n, note in (self.notes or {}).items() if n in stored}
        write_table(self.folder / layout.people_on(day), Table(dict(stored), known, {"day": day}))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, int) and (self.folder / layout.people_on(day)).is_file()

    def __getitem__(self, day: int) -> Columns:
        if day not in self:
            raise KeyError(day)
        return read_table(self.folder / layout.people_on(day)).arrays()

    def __iter__(self) -> Iterator[int]:
        names = (path.stem.removeprefix("people-") for path in self.folder.glob("people-*.parquet"))
        return iter(sorted(int(name) for name in names if name.isdecimal()))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def refuse_days(days: Collection[int], *scenarios: Scenario) -> None:
    """Raise InputError for a day on which people shall be kept and that is not lived."""
    for scenario in scenarios:
        strange = sorted(day for day in days if not 0 <= day < scenario.run.days)
        if strange:
            raise InputError(
                f"people cannot be kept on day {strange[0]}: {scenario.name} lives "
                f"{scenario.run.days:,} days, from 0 to {scenario.run.days - 1:,}"
            )


def refuse_unkept(folder: Path, manifest: Manifest, last: bool, days: Collection[int]) -> None:
    """Raise StoreError if a finished run did not keep the people who are asked for now."""
    missing = [f"day {day}" for day in sorted(days) if layout.people_on(day) not in manifest.files]
    missing += ["the last day"] * (last and layout.PEOPLE not in manifest.files)
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise StoreError(
            f"{folder}: is finished, and people were not kept there on {missing[0]}{more}; "
            "finished results do not change",
            ELSEWHERE,
        )


def refuse_lived(name: str, shelf: Shelf, start: int) -> None:
    """Raise StoreError for a day that an unfinished run has lived already without keeping its people."""
    missed = sorted(day for day in shelf.days if day < start and day not in shelf)
    if missed:
        raise StoreError(
            f"{name}: day {missed[0]} was lived before people were to be kept on it; "
            f"the run goes on from day {start}",
            ELSEWHERE,
        )
