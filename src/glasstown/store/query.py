"""Parquet back to tables: chosen columns, chosen rows, integers as they were written.

Files of other hands are read with the same care: only that file can be touched, only plain columns are
taken, and a file that would not fit into memory is refused before it is unfolded.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeAlias

import numpy as np

from glasstown.errors import Damaged, NotEnoughMemory, StoreError
from glasstown.store import duck
from glasstown.store.atomic import size
from glasstown.store.foreign import open_regular
from glasstown.store.sealed import field_of, parse
from glasstown.store.tables import KINDS, MOST_NAMES, Labels, Note, Table

__all__ = ["Parquet", "Where", "read_table"]

Value: TypeAlias = int | float | str | bool
Where: TypeAlias = Mapping[str, Value | range | Collection[Value]]
"""Which rows: by column, one value, a ``range`` (from start up to, not including, stop) or several values."""

DTYPES: Final = {duck_name: np.dtype(numpy_name) for numpy_name, duck_name in KINDS.items()}


def read_table(path: Path, columns: Iterable[str] | None = None, where: Where | None = None) -> Table:
    """The rows and columns asked for (all if not said) of a Parquet file. Raises as ``Parquet``."""
    with Parquet(path) as file:
        return file.read(columns, where)


class Parquet:
    """A Parquet file open for questions; close it, or use it as a context manager.

    ``rows`` is their number, ``columns`` name -> DuckDB's type, ``notes`` and ``facts`` as written, and
    ``content`` the hash of the content as its writer noted it (empty in files of other origin).
    Raises ``StoreError`` if the file is missing or no regular file, ``Damaged`` if it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open = ExitStack()
        try:
            file = self._open.enter_context(open_regular(path))
            if os.pread(file.fileno(), 4, 0) != b"PAR1":
                raise Damaged(f"{path}: is damaged, or no Parquet file")
            plain = duck.reachable(file.fileno(), path)
            self._connection = self._open.enter_context(duck.connected([plain]))
            self._quoted = duck.text(str(plain))
            self._source = f"read_parquet({self._quoted}, hive_partitioning = false)"
            with duck.reading(path):
                self._learn()
        except BaseException:
            self._open.close()
            raise

    def __enter__(self) -> "Parquet":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._open.close()

    def _learn(self) -> None:
        ask = self._connection.execute
        self.columns: dict[str, str] = {
            row[0]: row[1] for row in ask(f"DESCRIBE SELECT * FROM {self._source}").fetchall()
        }
        self.rows: int = ask(f"SELECT num_rows FROM parquet_file_metadata({self._quoted})").fetchall()[0][0]
        pairs = dict(ask(f"SELECT key, value FROM parquet_kv_metadata({self._quoted})").fetchall())
        known = parse(pairs[b"glasstown"], str(self._path)) if b"glasstown" in pairs else {}
        if not isinstance(known, dict) or not isinstance(known.get("columns", {}), dict):
            raise Damaged(f"{self._path}: its metadata is not Glasstown's")
        said: dict[str, Any] = known.get("columns", {})
        about = {name: each for name, each in said.items() if name in self.columns and isinstance(each, dict)}
        notes = {
            n: Note(str(each.get("unit", "")), str(each.get("meaning", ""))) for n, each in about.items()
        }
        self.notes = {name: note for name, note in notes.items() if note != Note()}
        self.facts: dict[str, Any] = field_of({"facts": {}, **known}, "facts", dict, str(self._path))
        self.content = field_of({"content": "", **known}, "content", str, str(self._path))
        self._names = {
            name: self._said_names(name, each["names"]) for name, each in about.items() if "names" in each
        }

    def _said_names(self, column: str, names: object) -> tuple[str, ...]:
        if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
            raise Damaged(f"{self._path}: the names of column {column} are no list of texts")
        return tuple(names)

    def read(self, columns: Iterable[str] | None = None, where: Where | None = None) -> Table:
        """The rows for which ``where`` holds, in the file's order. Float columns without a value hold NaN.

        Raises ``StoreError`` for a column that is not there, is not plain numbers or text, or cannot have
        the value asked for, ``Damaged`` if the file cannot be read, ``NotEnoughMemory``.
        """
        chosen = list(self.columns) if columns is None else list(columns)
        for name in (*chosen, *(where or {})):
            self._known(name)
        conditions, values = self._conditions(where or {})
        if not conditions:
            self._fits(chosen)
        with duck.reading(self._path):
            names = {name: self._labels(name) for name in chosen if self.columns[name] == "VARCHAR"}
            selected = ", ".join(self._selected(name, names) for name in chosen)
            query = f"SELECT {selected} FROM {self._source}{conditions}"
            found = self._connection.execute(query, values).fetchnumpy()
        filled = {name: self._filled(name, found[name]) for name in chosen}
        return Table(
            {name: Labels(filled[name], names[name]) if name in names else filled[name] for name in chosen},
            {name: note for name, note in self.notes.items() if name in chosen},
            self.facts,
        )

    @property
    def readable(self) -> list[str]:
        """The columns of plain numbers or text; others are never read."""
        return [name for name, kind in self.columns.items() if kind in DTYPES or kind == "VARCHAR"]

    def _known(self, name: str) -> None:
        if name not in self.columns:
            raise StoreError(f"{self._path}: no column {name!r}; there are {', '.join(self.columns)}")
        if name not in self.readable:
            raise StoreError(
                f"{self._path}: column {name} holds {self.columns[name]}, not plain numbers or text"
            )

    def _conditions(self, where: Where) -> tuple[str, list[Value]]:
        clauses: list[str] = []
        values: list[Value] = []
        for name, wanted in where.items():
            column = duck.name(name)
            if isinstance(wanted, range):
                if wanted.step != 1:
                    raise StoreError(f"column {name}: a range of rows goes by single steps")
                clauses.append(f"({column} >= ? AND {column} < ?)")
                asked: list[Value] = [wanted.start, wanted.stop]
            elif isinstance(wanted, (bool, int, float, str, np.generic)):
                clauses.append(f"{column} = ?")
                asked = [wanted]
            else:
                asked = list(wanted)
                clauses.append(f"{column} IN ({', '.join('?' * len(asked))})" if asked else "false")
            values += [self._askable(name, each) for each in asked]
        return (" WHERE " + " AND ".join(clauses) if clauses else ""), values

    def _askable(self, name: str, value: object) -> Value:
        plain = value.item() if isinstance(value, np.generic) else value
        is_text = self.columns[name] == "VARCHAR"
        if isinstance(plain, str) != is_text or not isinstance(plain, (bool, int, float, str)):
            raise StoreError(f"column {name} holds {'text' if is_text else 'numbers'}, never {plain!r}")
        return plain

    def _fits(self, chosen: list[str]) -> None:
        wide = sum(DTYPES.get(self.columns[name], np.dtype("u4")).itemsize for name in chosen)
        needed = 2 * self.rows * wide  # as DuckDB hands it over, and as it is given out
        free = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        if needed > free:
            raise NotEnoughMemory(
                f"{self._path}: {self.rows} rows take {size(needed)} of memory; here are {size(free)}",
                "Ask for fewer columns or rows.",
                needed,
                free,
            )

    def _labels(self, name: str) -> tuple[str, ...]:
        if name in self._names:
            return self._names[name]
        column = duck.name(name)
        query = f"SELECT DISTINCT {column} FROM {self._source} ORDER BY {column} LIMIT {MOST_NAMES + 1}"
        found = [row[0] for row in self._connection.execute(query).fetchall()]
        if None in found:
            raise Damaged(f"{self._path}: column {name} lacks values")
        if len(found) > MOST_NAMES:
            raise StoreError(f"{self._path}: column {name} holds more than {MOST_NAMES} different texts")
        return tuple(found)

    def _selected(self, name: str, names: Mapping[str, tuple[str, ...]]) -> str:
        column = duck.name(name)
        if name not in names:
            return column
        texts = ", ".join(duck.text(each) for each in names[name]) or "''"
        return f"enum_code({column}::ENUM({texts})) AS {column}"

    def _filled(self, name: str, array: Any) -> Any:
        if not isinstance(array, np.ma.MaskedArray):
            return array
        if array.dtype.kind == "f":
            return array.filled(np.nan)
        if array.mask.any():
            raise Damaged(f"{self._path}: column {name} lacks values")
        return array.data
