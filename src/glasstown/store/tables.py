"""Tables in memory: numpy columns of one length, with what each column means.

Integers stay integers. Text of few kinds is a ``Labels`` column (codes and names), which costs a byte or
two a row and has one order everywhere.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from glasstown.errors import StoreError

__all__ = ["Columns", "ContentHash", "Labels", "Note", "Table", "checked"]

KINDS: Final = {
    "bool": "BOOLEAN",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "uint8": "UTINYINT",
    "uint16": "USMALLINT",
    "uint32": "UINTEGER",
    "uint64": "UBIGINT",
    "float32": "FLOAT",
    "float64": "DOUBLE",
}
"""The dtypes that a column can have, and what DuckDB calls them."""

MOST_NAMES: Final = 65_536
"""Names in one ``Labels`` column."""


@dataclass(frozen=True, eq=False)
class Labels:
    """Text of few kinds: ``names[codes[i]]`` is the text of row i. ``codes`` any unsigned integers."""

    codes: NDArray[Any]
    names: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str] | NDArray[Any]) -> "Labels":
        """From one text a row; names in order of first appearance."""
        order: dict[str, int] = {}
        codes = np.fromiter(
            (order.setdefault(str(text), len(order)) for text in texts), np.uint32, len(texts)
        )
        return cls(codes, tuple(order))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: slice) -> "Labels":
        return Labels(self.codes[rows], self.names)

    def texts(self) -> NDArray[np.object_]:
        """One ``str`` a row (shared objects: 8 bytes a row)."""
        names = np.array((*self.names, ""), dtype=object)  # "": numpy takes an empty list for floats
        chosen: NDArray[np.object_] = names[self.codes]
        return chosen


Columns: TypeAlias = Mapping[str, NDArray[Any] | Labels]


@dataclass(frozen=True)
class Note:
    """What a column holds: its unit, as ``1``, ``people``, ``day``, and its meaning in a sentence."""

    unit: str = ""
    meaning: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of one length, their notes, and facts about the whole table (JSON)."""

    columns: dict[str, NDArray[Any] | Labels]
    notes: dict[str, Note] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The column ``name``; text as one ``str`` a row. Raises ``StoreError`` if there is none."""
        if name not in self.columns:
            raise StoreError(f"no column {name!r}; there are {', '.join(self.columns)}")
        column = self.columns[name]
        return column.texts() if isinstance(column, Labels) else column

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All columns as plain numpy arrays, text as objects."""
        return {name: self[name] for name in self.columns}


def checked(columns: Columns) -> int:
    """The number of rows. Raises ``StoreError`` for columns that cannot be stored as one table."""
    if not columns:
        raise StoreError("a table needs at least one column")
    rows = {len(column) for column in columns.values()}
    if len(rows) > 1:
        raise StoreError(
            f"columns of different lengths: {', '.join(f'{n} {len(c)}' for n, c in columns.items())}"
        )
    for name, column in columns.items():
        _check(name, column)
    return rows.pop()


def _check(name: str, column: NDArray[Any] | Labels) -> None:
    codes = column.codes if isinstance(column, Labels) else column
    if not name or any(not char.isprintable() for char in name):
        raise StoreError(f"{name!r} cannot name a column")
    if codes.ndim != 1 or codes.dtype.name not in KINDS:
        raise StoreError(f"column {name}: {codes.ndim} dimensions of {codes.dtype} cannot be stored")
    if isinstance(column, Labels):
        if codes.dtype.kind != "u":
            raise StoreError(f"column {name}: codes must be unsigned integers, not {codes.dtype}")
        if len(set(column.names)) < len(column.names) or len(column.names) > MOST_NAMES:
            raise StoreError(f"column {name}: names must differ, and be {MOST_NAMES} at most")
        if any("\0" in text for text in column.names):
            raise StoreError(f"column {name}: a name holds a NUL")
        if len(codes) and int(codes.max()) >= len(column.names):
            raise StoreError(f"column {name}: a code beyond its {len(column.names)} names")


class ContentHash:
    """SHA-256 of what a table says, whatever file holds it: columns in order, little-endian, by row.

    The same for any division into parts, any compression, any release of the library that writes.
    """

    def __init__(self) -> None:
        self._columns: dict[str, Any] = {}

    def update(self, columns: Columns) -> None:
        """Take in the next rows."""
        for name, column in columns.items():
            if isinstance(column, Labels):
                numbers, about = column.codes.astype("<u4", copy=False), "\0".join(("text", *column.names))
            else:
                numbers, about = column.astype(column.dtype.newbyteorder("<"), copy=False), column.dtype.name
            hasher = self._columns.get(name)
            if hasher is None:
                hasher = self._columns[name] = hashlib.sha256(f"{name}\0{about}\0".encode())
            hasher.update(np.ascontiguousarray(numbers).view(np.uint8).data)

    def hexdigest(self) -> str:
        """The hash of all rows so far, 64 hexadecimal digits."""
        return hashlib.sha256(b"".join(hasher.digest() for hasher in self._columns.values())).hexdigest()
