"""Tables to Parquet through DuckDB: the same bytes for the same rows, in bounded memory.

One thread, insertion order, fixed row groups, zstd, no date. Rows may come in any number of parts: they
are gathered into parts of a fixed size, so that the file depends on the rows alone. A table larger than
one part waits in a ``.part-…`` folder and is then written in one go.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.errors import StoreError
from glasstown.store import duck
from glasstown.store.atomic import part_of, remove, replacing, room
from glasstown.store.sealed import canonical
from glasstown.store.tables import Columns, ContentHash, Labels, Note, Table, checked

__all__ = ["ROW_GROUP", "TableWriter", "Written", "write_table"]

ROW_GROUP: Final = 122_880
"""Rows in a row group of Parquet: 60 of DuckDB's vectors."""
OPTIONS: Final = f"FORMAT parquet, ROW_GROUP_SIZE {ROW_GROUP}, USE_TMP_FILE false"
PART: Final = 8 * ROW_GROUP
"""Rows held in memory at most before they wait on disk."""


@dataclass(frozen=True)
class Written:
    """A table on disk: where, how many rows and bytes, and the hash of its content (``ContentHash``)."""

    path: Path
    rows: int
    bytes: int
    content: str


def write_table(path: Path, table: Table | Columns) -> Written:
    """Write ``table`` as Parquet, whole or not at all. Raises as ``TableWriter``."""
    whole = table if isinstance(table, Table) else Table(dict(table))
    with TableWriter(path, whole.notes, whole.facts) as writer:
        writer.append(whole.columns)
        return writer.finish()


class TableWriter:
    """Writes one table part by part; the file appears, whole, with ``finish``.

    ``path`` ends in ``.parquet``; ``notes`` by column, and ``facts`` (JSON), go into the file's metadata.
    Use as a context manager: leaving without ``finish`` leaves nothing behind. Memory: one part of
    983,040 rows. Raises ``StoreError`` for columns that cannot be stored or that differ from the first
    part's in name, dtype or names of labels; ``DiskFull``.
    """

    def __init__(
        self, path: Path, notes: Mapping[str, Note] | None = None, facts: Mapping[str, Any] | None = None
    ) -> None:
        self._path = path
        self._notes = dict(notes or {})
        self._facts = dict(facts or {})
        self._hash = ContentHash()
        self._kept: dict[str, NDArray[Any]] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._rows = 0  # all rows taken in
        self._filled = 0  # rows in _kept
        self._waiting: Path | None = None  # the folder of parts on disk
        self._parts = 0

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kept = {}
        if self._waiting is not None:
            remove(self._waiting)
            self._waiting = None

    def append(self, columns: Columns) -> None:
        """Take in the next rows; copies them, so that the arrays may be used again."""
        rows = checked(columns)
        self._agree(columns)
        self._hash.update(columns)
        arrays = {n: c.codes if isinstance(c, Labels) else c for n, c in columns.items()}
        done = 0
        while done < rows:
            take = min(rows - done, PART - self._filled)
            for name, array in arrays.items():
                self._kept[name][self._filled : self._filled + take] = array[done : done + take]
            self._filled += take
            done += take
            if self._filled == PART:
                self._put_aside()
        self._rows += rows

    def finish(self) -> Written:
        """Write the file. Raises ``StoreError`` if nothing was ever appended, ``DiskFull``."""
        if not self._kept:
            raise StoreError(f"{self._path}: a table without columns")
        content = self._hash.hexdigest()
        needed = self._needed()
        if self._parts and self._filled:
            self._put_aside()
        with replacing(self._path, needed) as part, duck.writing(self._path, needed), ExitStack() as stack:
            target = stack.enter_context(_reachable(part, os.O_RDWR))
            folder = stack.enter_context(_reachable(self._waiting, os.O_RDONLY)) if self._waiting else None
            with duck.connected([target], folder) as connection:
                if folder:
                    files = ", ".join(
                        duck.text(f"{folder}/{number}.parquet") for number in range(self._parts)
                    )
                    rows = f"read_parquet([{files}], hive_partitioning = false)"
                else:
                    connection.register("kept", {n: array[: self._filled] for n, array in self._kept.items()})
                    rows = "kept"
                connection.execute(
                    f"COPY (SELECT {self._selection()} FROM {rows}) TO {self._options(target, content)}"
                )
            size = part.stat().st_size
        return Written(self._path, self._rows, size, content)

    def _agree(self, columns: Columns) -> None:
        names = {name: column.names for name, column in columns.items() if isinstance(column, Labels)}
        dtypes = {n: c.codes.dtype if isinstance(c, Labels) else c.dtype for n, c in columns.items()}
        if not self._kept:
            unknown = sorted(set(self._notes) - set(columns))
            if unknown:
                raise StoreError(f"{self._path}: a note about {unknown[0]}, which is no column")
            self._names = names
            # np.empty takes no memory until it is filled, so that a small table stays small
            self._kept = {name: np.empty(PART, dtype.newbyteorder("=")) for name, dtype in dtypes.items()}
        same = list(columns) == list(self._kept) and names == self._names
        if not same or any(self._kept[n].dtype != dtype.newbyteorder("=") for n, dtype in dtypes.items()):
            raise StoreError(f"{self._path}: a part whose columns differ from those of the first part")

    def _needed(self) -> int:
        """Bytes that the file takes at most, nearly: the rows without compression."""
        return 4096 + self._rows * sum(array.itemsize for array in self._kept.values())

    def _put_aside(self) -> None:
        needed = self._needed()
        if self._waiting is None:
            self._waiting = part_of(self._path)
            with room(self._path, needed):
                self._waiting.mkdir()
        with (
            room(self._path, needed),
            duck.writing(self._path, needed),
            _reachable(self._waiting, os.O_RDONLY) as folder,
            duck.connected([], folder) as connection,
        ):
            connection.register("kept", {n: array[: self._filled] for n, array in self._kept.items()})
            file = duck.text(f"{folder}/{self._parts}.parquet")
            connection.execute(f"COPY kept TO {file} ({OPTIONS})")
        self._parts += 1
        self._filled = 0

    def _selection(self) -> str:
        chosen = []
        for name in self._kept:
            column = duck.name(name)
            if name in self._names:
                texts = ", ".join(duck.text(each) for each in self._names[name]) or "''"
                column = f"[{texts}][{column}::BIGINT + 1] AS {column}"
            chosen.append(column)
        return ", ".join(chosen)

    def _options(self, target: Path, content: str) -> str:
        columns = {
            name: {
                "dtype": "text" if name in self._names else array.dtype.name,
                "unit": self._notes.get(name, Note()).unit,
                "meaning": self._notes.get(name, Note()).meaning,
                **({"names": self._names[name]} if name in self._names else {}),
            }
            for name, array in self._kept.items()
        }
        known = {"format": 1, "columns": columns, "facts": self._facts, "content": content}
        metadata = f"{{glasstown: {duck.text(canonical(known).decode())}}}"
        return f"{duck.text(str(target))} ({OPTIONS}, COMPRESSION zstd, KV_METADATA {metadata})"


@contextmanager
def _reachable(path: Path, flags: int) -> Iterator[Path]:
    """A name for ``path`` without the characters that DuckDB would take for patterns or settings."""
    handle = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield duck.reachable(handle, path)
    finally:
        os.close(handle)
