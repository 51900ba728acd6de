"""A user's own Parquet file, read to arrays: by DuckDB with its hands tied, every cell judged.

Errors name the file, the column and the first bad row (counted from 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from glasstown.core.typing import F64s, I64s
from glasstown.errors import PopulationError
from glasstown.population.spec import MOST_PEOPLE
from glasstown.scenario.spelling import nearest

WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
NUMBER = WHOLE | {"FLOAT", "DOUBLE", "DECIMAL"}

FEW = 20
"""Names of columns that an error lists."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a file may have: whole numbers or not, and the lowest and highest value allowed."""

    low: float
    high: float
    whole: bool = True
    meaning: str = ""
    scale: int = 0
    """If not 0, the column may also hold shares of a whole that has so many parts."""

    @property
    def wanted(self) -> str:
        """What a cell must be, in words."""
        low, high = (f"{limit:.10g}" for limit in (self.low, self.high))
        return f"{'a whole number' if self.whole else 'a number'} from {low} to {high}"

    def of(self, kind: str) -> "Field":
        """What a cell of a column of this type must be: a share, where one may stand."""
        if not self.scale or kind in WHOLE or kind not in NUMBER:
            return self
        return Field(-1 if self.low < 0 else 0, 1, whole=False, meaning=self.meaning)


class Table:
    """One Parquet file, open for reading; columns whose name begins with _ are not looked at.

    ``fields`` None lets every column pass, for whoever only counts rows. ``barred`` says of some names why
    they cannot be given. Raises PopulationError for a file that is missing, is not Parquet, or has a column
    not in ``fields``.
    """

    def __init__(
        self, path: Path, fields: Mapping[str, Field] | None, barred: Mapping[str, str] | None = None
    ) -> None:
        self.path, self.fields = path, fields or {}
        if not path.is_file():
            raise PopulationError(f"{path}: there is no such file")
        self._connection = tied(path)
        described = self._run("DESCRIBE SELECT * FROM read_parquet(?)").fetchall()
        self.types: dict[str, str] = {
            name: str(kind) for name, kind, *_ in described if not name.startswith("_")
        }
        if fields is not None:
            self._refuse_strangers(barred or {})
        self.rows = int(self._run("SELECT count(*) FROM read_parquet(?)").fetchall()[0][0])
        if self.rows > MOST_PEOPLE:
            raise PopulationError(f"{path}: {self.rows:,} rows; at most {MOST_PEOPLE:,} can be read")

    def __contains__(self, name: str) -> bool:
        return name in self.types

    def _refuse_strangers(self, barred: Mapping[str, str]) -> None:
        for name in self.types:
            if name in self.fields:
                continue
            hint = "A column whose name begins with _ is left alone."
            if name in barred:
                raise PopulationError(f"{self.path}: column {name!r} cannot be given: {barred[name]}", hint)
            close = nearest(name, [each for each in self.fields if each not in self.types])
            first, more = list(self.fields)[:FEW], len(self.fields) - FEW
            known = f"known: {', '.join(first)}" + (f" and {more} more" if more > 0 else "")
            raise PopulationError(
                f"{self.path}: column {name!r} is not known; {f'nearest: {close}' if close else known}", hint
            )

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql, [str(self.path)])
        except (duckdb.Error, RuntimeError, MemoryError, UnicodeDecodeError) as error:
            first = (str(error) or type(error).__name__).splitlines()[0][:300]
            raise PopulationError(f"{self.path}: cannot be read as Parquet: {first}") from None

    def require(self, *names: str) -> None:
        """Raise PopulationError if a column is missing, naming what is there instead."""
        for name in names:
            if name not in self:
                close = nearest(name, self.types)
                there = f"nearest: {close}" if close else f"there are: {', '.join(self.types) or 'none'}"
                raise PopulationError(f"{self.path}: column {name!r} is missing; {there}")

    def column(self, name: str) -> NDArray[Any]:
        """The values of a column, shape (rows,): int64 or float64, within the limits of its field.

        Raises PopulationError for a wrong type, an empty cell, or a value out of range.
        """
        kind = self.types[name]
        plain = kind.partition("(")[0]
        field = self.fields[name].of(plain)
        if plain not in (WHOLE if field.whole else NUMBER):
            raise PopulationError(f"{self.path}: column {name!r} holds {kind}; wanted: {field.wanted}")
        quoted = '"' + name.replace('"', '""') + '"'
        cell = quoted if field.whole else f"CAST({quoted} AS DOUBLE)"
        found: Any = self._run(f"SELECT {cell} AS c FROM read_parquet(?)").fetchnumpy()["c"]
        self._refuse(name, np.ma.getmaskarray(found), found, "is empty")
        values: NDArray[Any] = np.asarray(np.ma.getdata(found))
        outside = ~((values >= field.low) & (values <= field.high))
        self._refuse(name, outside, values, f"wanted: {field.wanted}")
        return values.astype(np.int64 if field.whole else np.float64)

    def _refuse(self, name: str, bad: NDArray[np.bool_], values: NDArray[Any], why: str) -> None:
        if bad.any():
            row = int(np.argmax(bad))
            self.refuse(name, row, f"{values[row]}; {why}" if why != "is empty" else why)

    def refuse(self, name: str, row: int, why: str) -> None:
        """Raise PopulationError about one cell; ``row`` counts from 0 here and from 1 in the message."""
        raise PopulationError(f"{self.path}: row {row + 1}, column {name!r}: {why}")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def tied(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory, one thread, no extension, that can open ``path`` and nothing else."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "preserve_insertion_order": True,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_persistent_secrets": False,
            "python_enable_replacements": False,
        },
    )
    allowed = str(path).replace("'", "''")
    connection.execute(f"SET allowed_paths = ['{allowed}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def first_double(values: I64s | F64s) -> tuple[int, int] | None:
    """(row, earlier row) of the first value that occurred before; None if all differ."""
    order = np.argsort(values, kind="stable")
    same = np.flatnonzero(values[order][1:] == values[order][:-1])
    if len(same) == 0:
        return None
    at = same[np.argmin(order[same + 1])]
    return int(order[at + 1]), int(order[at])
