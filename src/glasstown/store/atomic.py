"""Files that are whole or absent: temporary file in the same folder, fsync, rename, fsync of the folder.

A kill at any instant leaves at most files named ``.part-…``, which ``sweep`` removes; a full disk ends in
``DiskFull`` with the earlier files as they were. Renaming within one folder is atomic on POSIX systems.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from glasstown.errors import DiskFull, StoreError

__all__ = [
    "PART",
    "disk_full",
    "fsync_file",
    "fsync_folder",
    "make_folder",
    "part_of",
    "remove",
    "replacing",
    "room",
    "size",
    "sweep",
    "write_bytes",
    "write_text",
]

PART: Final = ".part-"
"""What the names of unfinished files and folders begin with."""

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def part_of(path: Path) -> Path:
    """A name beside ``path`` that nobody else uses, for what is not finished."""
    return path.with_name(f"{PART}{path.name[:100]}-{os.urandom(6).hex()}")


@contextmanager
def room(path: Path, needed: int = 0) -> Iterator[None]:
    """Turn what the operating system says while ``path`` is written into ``DiskFull`` or ``StoreError``.

    ``needed`` is the size in bytes of what is being written; 0 if unknown.
    """
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise disk_full(path, needed, error.strerror or "") from error
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error


def disk_full(path: Path, needed: int, why: str) -> DiskFull:
    """The error for a disk, a quota or a file size limit that leaves no room for ``needed`` bytes."""
    try:
        free = f", {size(shutil.disk_usage(path.parent).free)} free on that disk"
    except OSError:
        free = ""
    wanted = f"{size(needed)} needed" if needed else "size not known beforehand"
    return DiskFull(
        f"{path}: no room: {wanted}{free} ({why})",
        "Make room or choose another folder, then start again: finished results are untouched.",
        path,
        needed,
    )


def size(count: int) -> str:
    """``count`` bytes for a reader: the exact number, and a rounded one when it is large."""
    if count < 10_000:
        return f"{count} bytes"
    short, unit = float(count), "bytes"
    for larger in ("kB", "MB", "GB", "TB", "PB"):
        if short < 1000:
            break
        short, unit = short / 1000, larger
    return f"{count} bytes ({short:.1f} {unit})"


def fsync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_file(path: Path) -> None:
    """Make the content of ``path`` durable, whoever wrote it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path, needed: int = 0) -> Iterator[Path]:
    """Yield a new empty file beside ``path``; leaving the block puts it, durable, in the place of ``path``.

    Any exception removes the new file and leaves ``path`` as it was. Raises ``DiskFull`` when ``needed``
    bytes (0: unknown) find no room, ``StoreError`` when the folder cannot be written.
    """
    part = part_of(path)
    with room(path, needed):
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666))
            yield part
            fsync_file(part)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        fsync_folder(path.parent)


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Write ``content`` as ``path``, whole or not at all. Raises ``DiskFull``, ``StoreError``."""
    with replacing(path, len(content)) as part, part.open("wb", buffering=0) as file:
        rest = memoryview(content).cast("B")
        while len(rest):
            rest = rest[file.write(rest) :]


def write_text(path: Path, content: str) -> None:
    """Write ``content`` in UTF-8, line ends as they are, whole or not at all. Raises as ``write_bytes``."""
    write_bytes(path, content.encode("utf-8"))


def make_folder(folder: Path) -> None:
    """Make ``folder`` and those above it, durably. Raises ``StoreError`` where that is not possible."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with room(folder):
        folder.mkdir(exist_ok=True)
        fsync_folder(folder.parent)


def sweep(folder: Path) -> list[str]:
    """Remove what an interrupted writer left in ``folder``; the names removed. Hold the folder's lock."""
    names = sorted(entry.name for entry in os.scandir(folder) if entry.name.startswith(PART))
    for name in names:
        remove(folder / name)
    return names


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there; links are not followed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
