"""The way in for whoever wants results: a finished run folder, opened."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from glasstown.errors import Damaged, StoreError
from glasstown.store.foreign import inside
from glasstown.store.frames import Frame, as_frame
from glasstown.store.layout import LIVES, PEOPLE, SERIES, arm_folder, people_on
from glasstown.store.manifest import Manifest, read_manifest
from glasstown.store.query import Parquet, Where
from glasstown.store.tables import Table
from glasstown.store.trial import tried
from glasstown.store.verify import verify

__all__ = ["RunFiles", "open_run"]

CUBE: Final = ("measure", "by", "level", "day")
"""What tells the rows of a series apart."""


class RunFiles:
    """A finished run or comparison on disk. Files are opened when asked for; ``close`` lets go of them."""

    def __init__(self, folder: Path, wary: bool = False) -> None:
        self.folder = folder
        self._wary = wary
        self._open: dict[str, Parquet] = {}

    def __enter__(self) -> "RunFiles":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        while self._open:
            self._open.popitem()[1].close()

    @cached_property
    def manifest(self) -> Manifest:
        """What the folder says of itself. Raises ``StoreError``, ``Damaged``."""
        return read_manifest(self.folder)

    def arm(self, name: str) -> "RunFiles":
        """One arm of a comparison. Raises ``StoreError`` if there is none of that name."""
        if name not in self.manifest.arms:
            raise StoreError(
                f"{self.folder}: no arm {name!r}; there are: {', '.join(self.manifest.arms) or 'none'}"
            )
        return open_run(arm_folder(self.folder, name), self._wary)

    def file(self, name: str) -> Parquet:
        """A Parquet file of the folder, open for questions. Raises ``StoreError`` if it holds none such."""
        if name not in self.manifest.files:
            arms = self.manifest.arms
            hint = f"It is a comparison: open one of its arms, .arm({arms[0]!r})." if arms else ""
            raise StoreError(f"{self.folder}: this run holds no {name}", hint)
        if name not in self._open:
            self._open[name] = Parquet(inside(self.folder, name))
        return self._open[name]

    def table(self, name: str, columns: Iterable[str] | None = None, where: Where | None = None) -> Table:
        """Rows and columns (all if not said) of the Parquet file ``name``. Raises as ``Parquet.read``."""
        return self.file(name).read(columns, where)

    def series(self, frame: Frame = "polars", where: Where | None = None) -> Any:
        """The measures by day and part of the town, as a frame (``frames.as_frame``).

        Columns: ``day``, ``measure``, ``by``, ``level``, ``value`` (integer sum), ``people`` (in that
        part), and what else the run kept; ``xarray`` gives a cube over measure, by, level and day.
        """
        return as_frame(self.table(SERIES, where=where), frame, CUBE)

    def lives(self, frame: Frame = "polars", where: Where | None = None) -> Any:
        """The panel of lives: one row for each person and day, as a frame."""
        return as_frame(self.table(LIVES, where=where), frame)

    def people(
        self, frame: Frame = "polars", columns: Iterable[str] | None = None, day: int | None = None
    ) -> Any:
        """Everybody at the end of the run, or of a ``day``, as a frame; only if the run kept them."""
        return as_frame(self.table(PEOPLE if day is None else people_on(day), columns), frame)

    def life(self, person: int, frame: Frame = "polars") -> Any:
        """The days of one person of the panel, as a frame. Raises ``StoreError`` for anybody else."""
        table = self.table(LIVES, where={"person": int(person)})
        if not len(table):
            raise StoreError(f"{self.folder}: person {person} is not in the panel of lives")
        return as_frame(table, frame)


def open_run(path: Path | str, wary: bool = False) -> RunFiles:
    """Open the finished run or comparison in the folder ``path``.

    ``wary`` is for folders of unknown origin: every file is hashed, and every Parquet file read once in a
    process of its own (``trial.tried``), before anything is read here. Raises ``StoreError`` if there is
    no run, if it is not finished, or if it is of a newer format; ``Damaged`` if its manifest is, and when
    wary if any file is.
    """
    files = RunFiles(Path(path), wary)
    names = files.manifest.files
    if wary:
        found = verify(files.folder)
        if not found.intact:
            raise Damaged(f"{files.folder}: {'; '.join(found.sentences())}")
        for name in (name for name in names if name.endswith(".parquet")):
            tried(inside(files.folder, name))
    return files
