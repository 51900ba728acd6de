"""Reading files that somebody else may have prepared: regular files inside the folder, nothing else."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path, PurePosixPath

from glasstown.errors import StoreError

__all__ = ["inside", "open_regular", "sha256_of"]

BLOCK = 1 << 20


@contextmanager
def open_regular(path: Path) -> Iterator[FileIO]:
    """Open a regular file for reading, unbuffered; never a link, a pipe, a device or a folder.

    Raises ``StoreError`` naming ``path``, also for errors while reading inside the block.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise StoreError(f"{path}: is not a regular file")
            yield file
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a NUL in the name
        raise StoreError(f"{str(path)!r}: is not a file name: {error}") from None


def sha256_of(path: Path) -> tuple[str, int]:
    """SHA-256 in hexadecimal and size in bytes of a regular file. Raises ``StoreError``."""
    hasher, total = hashlib.sha256(), 0
    with open_regular(path) as file:
        while block := file.read(BLOCK):
            hasher.update(block)
            total += len(block)
    return hasher.hexdigest(), total


def inside(folder: Path, name: str) -> Path:
    """The path of ``name`` (parts joined by ``/``) in ``folder``.

    Raises ``StoreError`` if it would lead out of the folder: absolute, with ``..``, or through a link.
    """
    parts = PurePosixPath(name).parts
    plain = "/".join(parts) == name and not any(part in ("..", "/") for part in parts)
    if not parts or not plain or "\\" in name or "\0" in name:
        raise StoreError(f"{folder}: {name!r} is not a file name inside the folder")
    path = folder
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise StoreError(f"{path}: is a link, which a run folder never holds")
    return path
