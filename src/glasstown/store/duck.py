"""DuckDB with its hands tied: in memory, one thread, no extension, no file but those named.

One thread and insertion order make what it writes a function of what it is given. Only files named when
the connection is made can be touched, whatever a query or a hostile file asks for; the settings are
locked afterwards.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from glasstown.errors import Damaged, StoreError
from glasstown.store.atomic import NO_ROOM, disk_full

__all__ = ["connect", "connected", "name", "reachable", "reading", "text", "writing"]

MEMORY: Final = "2GiB"
"""What DuckDB itself may take, hostile files included; far above what a table of ours needs."""


def connect(files: Sequence[Path], folder: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection that can read and write ``files``, and what is in ``folder``, and nothing else."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "preserve_insertion_order": True,
            "memory_limit": MEMORY,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_persistent_secrets": False,
            "python_enable_replacements": False,
            "errors_as_json": False,
        },
    )
    allowed = ", ".join(text(str(path)) for path in files)
    connection.execute(f"SET allowed_paths = [{allowed}]")
    if folder is not None:
        connection.execute(f"SET allowed_directories = [{text(f'{folder}/')}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def connected(files: Sequence[Path], folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """``connect`` for the length of a block."""
    connection = connect(files, folder)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def writing(path: Path, needed: int) -> Iterator[None]:
    """Turn DuckDB's errors while ``path`` is written into ``DiskFull`` or ``StoreError``."""
    try:
        yield
    except duckdb.Error as error:
        said = _first_line(error)
        full = [os.strerror(number) for number in NO_ROOM if os.strerror(number) in said]
        if full:
            raise disk_full(path, needed, full[0]) from None
        raise StoreError(f"{path}: cannot be written: {said}") from None


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn DuckDB's errors while ``path`` is read into ``Damaged``, naming it."""
    try:
        yield
    except (duckdb.Error, RuntimeError, MemoryError, UnicodeDecodeError) as error:
        raise Damaged(f"{path}: cannot be read as a table: {_first_line(error)}") from None


def _first_line(error: BaseException) -> str:
    """What a DuckDB error says, without what it suggests and without its class."""
    line = (str(error) or type(error).__name__).splitlines()[0]
    line = re.sub(r"^[A-Z]\w*( \w+){0,3} Error: ", "", line)
    return re.sub(r"['\"]?/proc/self/fd/\d+['\"]?", "it", line)[:300]


def reachable(handle: int, path: Path) -> Path:
    """A name for the open file ``handle`` that is free of what DuckDB takes for patterns or settings.

    ``path`` itself where the system has no such names. The handle must stay open while the name is used.
    """
    plain = Path(f"/proc/self/fd/{handle}")
    return plain if plain.exists() else path


def text(value: str) -> str:
    """``value`` as a string of SQL. Raises ``StoreError`` for what no file of ours can hold."""
    if "\0" in value:
        raise StoreError(f"{value!r}: text with a NUL")
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """``value`` as a name of a column in SQL."""
    return '"' + value.replace('"', '""') + '"'
