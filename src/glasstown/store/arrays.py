"""Checkpoints: named arrays and facts, whole or absent, every byte accounted for.

A checkpoint is a folder ``000007-day-120`` of raw ``.npy`` files and one sealed ``arrays.json`` with
dtype, shape and SHA-256 of each. It is filled under a ``.part-…`` name and renamed when all of it is
durable; only then are older ones removed. Nothing is ever unpickled.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.errors import Damaged, StoreError
from glasstown.store.atomic import fsync_file, fsync_folder, make_folder, part_of, remove, room
from glasstown.store.foreign import open_regular
from glasstown.store.sealed import field_of, read_sealed, seal

__all__ = ["Checkpoint", "checkpoints", "load_arrays", "save_arrays"]

FORMAT: Final = 1
INDEX: Final = "arrays.json"
BLOCK: Final = 4 << 20
THREADS: Final = 2
DTYPE: Final = r"\|[biu]1|<[iu][248]|<f[248]"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """What was saved: arrays by name, and facts (JSON)."""

    path: Path
    name: str
    arrays: dict[str, NDArray[Any]]
    facts: dict[str, Any]


@dataclass(frozen=True)
class _Entry:
    file: str
    dtype: str
    shape: tuple[int, ...]
    sha256: str


def checkpoints(folder: Path) -> list[Path]:
    """The finished checkpoints in ``folder``, oldest first; none if the folder is not there."""
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if re.fullmatch(r"\d{6,}-.*", path.name) and path.is_dir()
    )


def save_arrays(
    folder: Path, name: str, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, object], keep: int = 1
) -> Path:
    """Save ``arrays`` and ``facts`` as the newest checkpoint of ``folder``; the path it got.

    ``name`` is small letters, digits and hyphens. Arrays are numbers or booleans of any shape; they are
    written from where they are, without a copy if contiguous. The ``keep`` newest checkpoints stay; the
    others go after this one is durable. Raises ``DiskFull``, ``StoreError``; older ones then stay intact.
    """
    if not re.fullmatch("[a-z0-9-]{1,60}", name):
        raise StoreError(f"{name!r} cannot name a checkpoint: small letters, digits and hyphens")
    for array_name, array in arrays.items():
        if not re.fullmatch(DTYPE, _dtype(array)):
            raise StoreError(f"array {array_name}: {array.dtype} cannot be saved")
    make_folder(folder)
    older = checkpoints(folder)
    number = int(older[-1].name.split("-")[0]) + 1 if older else 1
    path = folder / f"{number:06d}-{name}"
    part = part_of(path)
    with room(path, sum(array.nbytes for array in arrays.values())):
        try:
            part.mkdir()
            entries = _write_all(part, arrays)
            index = {
                "name": name,
                "facts": facts,
                "arrays": [[n, vars(entry)] for n, entry in entries.items()],
            }
            (part / INDEX).write_bytes(seal("checkpoint", FORMAT, index))
            fsync_file(part / INDEX)
            fsync_folder(part)
            part.rename(path)
        except BaseException:
            remove(part)
            raise
        fsync_folder(folder)
        for old in older[: max(0, len(older) + 1 - keep)]:
            gone = part_of(old)  # no half-removed checkpoint under its own name
            old.rename(gone)
            remove(gone)
    return path


def load_arrays(
    folder: Path, name: str | None = None, into: Mapping[str, NDArray[Any]] | None = None
) -> Checkpoint:
    """The newest checkpoint of ``folder`` (the newest called ``name``), every byte verified.

    Arrays named in ``into`` are read into those (C-contiguous, same dtype and shape) instead of new ones.
    Raises ``StoreError`` if there is none or ``into`` does not fit, ``Damaged`` naming the file.
    """
    found = [path for path in checkpoints(folder) if name is None or path.name.split("-", 1)[1] == name]
    if not found:
        raise StoreError(f"{folder}: no checkpoint{f' called {name}' if name else ''} is here")
    path = found[-1]
    index = read_sealed(path / INDEX, "checkpoint", FORMAT)
    entries = _entries(index, str(path / INDEX))
    targets = {each: _target(path, each, entry, (into or {}).get(each)) for each, entry in entries.items()}
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = [pool.submit(_read, path, each, targets[each], entry) for each, entry in entries.items()]
        for job in jobs:
            job.result()
    facts = field_of(index, "facts", dict, str(path / INDEX))
    return Checkpoint(path, field_of(index, "name", str, str(path / INDEX)), targets, facts)


def _write_all(part: Path, arrays: Mapping[str, NDArray[Any]]) -> dict[str, _Entry]:
    files = {n: f"{i:04d}-{re.sub('[^A-Za-z0-9_]+', '-', n)[:60]}.npy" for i, n in enumerate(arrays)}
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = {n: pool.submit(_write, part / files[n], array) for n, array in arrays.items()}
        return {n: _Entry(files[n], _dtype(a), a.shape, jobs[n].result()) for n, a in arrays.items()}


def _dtype(array: NDArray[Any]) -> str:
    return array.dtype.newbyteorder("<").str


def _header(dtype: str, shape: tuple[int, ...]) -> bytes:
    """The header of ``.npy`` version 1.0, padded to 64 bytes, as numpy writes it for C order."""
    text = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape!r}, }}"
    padded = text + " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded.encode("ascii")


def _write(path: Path, array: NDArray[Any]) -> str:
    """Write one array; SHA-256 of the file. Copies at most BLOCK bytes at a time."""
    hasher = hashlib.sha256()
    with path.open("wb", buffering=0) as file:
        header = _header(_dtype(array), array.shape)
        for block in (memoryview(header), *_blocks(array)):
            hasher.update(block)
            rest = block
            while len(rest):
                rest = rest[file.write(rest) :]
        os.fsync(file.fileno())
    return hasher.hexdigest()


def _blocks(array: NDArray[Any]) -> Iterable[memoryview]:
    """The bytes of ``array`` in C order, little-endian, piece by piece; a view where that is possible."""
    if array.nbytes == 0:
        return
    if array.flags.c_contiguous and array.dtype.newbyteorder("<") == array.dtype:
        flat = array.reshape(-1).view(np.uint8).data
        for first in range(0, len(flat), BLOCK):
            yield flat[first : first + BLOCK]
        return
    array = np.atleast_1d(array)
    rows = max(1, BLOCK * len(array) // array.nbytes)
    for first in range(0, len(array), rows):
        piece = np.ascontiguousarray(array[first : first + rows], dtype=array.dtype.newbyteorder("<"))
        yield piece.reshape(-1).view(np.uint8).data


def _entries(index: dict[str, Any], source: str) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for pair in field_of(index, "arrays", list, source):
        if not (
            isinstance(pair, list)
            and len(pair) == 2
            and isinstance(pair[0], str)
            and isinstance(pair[1], dict)
        ):
            raise Damaged(f"{source}: is damaged: an entry is no pair of name and facts")
        texts = {key: field_of(pair[1], key, str, source) for key in ("file", "dtype", "sha256")}
        shape = tuple(field_of(pair[1], "shape", list, source))
        right = all(isinstance(n, int) and n >= 0 for n in shape) and re.fullmatch(DTYPE, texts["dtype"])
        if not right or not re.fullmatch(r"\d{4,}-[A-Za-z0-9_-]*\.npy", texts["file"]):
            raise Damaged(f"{source}: is damaged: {pair[0]} has an impossible dtype, shape or file")
        entries[pair[0]] = _Entry(texts["file"], texts["dtype"], shape, texts["sha256"])
    return entries


def _target(path: Path, name: str, entry: _Entry, given: NDArray[Any] | None) -> NDArray[Any]:
    """Where array ``name`` goes; its file's size is checked first, so that no false shape takes memory."""
    dtype = np.dtype(entry.dtype)
    count = 1
    for length in entry.shape:
        count *= length
    wanted = len(_header(entry.dtype, entry.shape)) + count * dtype.itemsize
    with open_regular(path / entry.file) as file:
        size = os.fstat(file.fileno()).st_size
    if size != wanted:
        raise Damaged(f"{path / entry.file}: is damaged: {size} bytes instead of {wanted}")
    if given is None:
        return np.empty(entry.shape, dtype)
    if given.dtype != dtype or given.shape != entry.shape or not given.flags.c_contiguous:
        raise StoreError(
            f"array {name}: saved as {dtype} {entry.shape}, to be read into {given.dtype} {given.shape}"
        )
    return given


def _read(path: Path, name: str, target: NDArray[Any], entry: _Entry) -> None:
    with open_regular(path / entry.file) as file:
        header = _exactly(file, memoryview(bytearray(len(_header(entry.dtype, entry.shape)))))
        hasher = hashlib.sha256(header)
        for block in _blocks(target):
            hasher.update(_exactly(file, block))
    if hasher.hexdigest() != entry.sha256:
        raise Damaged(f"{path / entry.file}: is damaged: array {name} is not what was saved")


def _exactly(file: FileIO, block: memoryview) -> memoryview:
    rest = block
    while len(rest):
        count = file.readinto(rest)
        if not count:
            raise Damaged(f"{file.name}: is damaged: it ends too early")
        rest = rest[count:]
    return block
