"""One writer for a folder, and never over a finished run of other content.

The lock is ``flock`` on the folder itself: it leaves no file behind and goes with the process that held
it, however that ends. Readers need no lock, for every file appears whole.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from glasstown.errors import StoreError
from glasstown.store.atomic import PART, make_folder, remove, sweep
from glasstown.store.layout import CHECKPOINT, MANIFEST, START
from glasstown.store.manifest import read_manifest
from glasstown.store.sealed import field_of, read_sealed, write_sealed

__all__ = ["Claim", "claim", "locked", "shared", "started"]

FORMAT: Final = 1
"""The newest format of ``start.json`` that this release reads, and the one it writes."""


@dataclass(frozen=True)
class Claim:
    """A folder that this process alone may write in, as it was found.

    ``finished``: a finished run of the same identity is there already. ``begun``: an unfinished one of
    the same identity, perhaps with checkpoints. ``facts``: what its writer noted at the start.
    """

    folder: Path
    identity: str
    finished: bool = False
    begun: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def checkpoint(self) -> Path:
        """The folder for checkpoints (``arrays.save_arrays``)."""
        return self.folder / CHECKPOINT


@contextmanager
def locked(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of an existing ``folder``; try for ``wait`` seconds.

    Raises ``StoreError`` if somebody else holds it, or if the folder is not there.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be locked: {error.strerror or error}") from error
    try:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise StoreError(
                        f"{folder}: another Glasstown is writing here",
                        "Wait until it ends, or choose another folder.",
                    ) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(handle)


@contextmanager
def shared(folder: Path) -> Iterator[None]:
    """Write in an existing ``folder`` beside others that do so, but not while somebody has it ``locked``.

    Where the file system knows no locks there is none: what is written must be harmless if written twice.
    Raises ``StoreError``.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be opened: {error.strerror or error}") from error
    try:
        with suppress(OSError):
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreError(
                    f"{folder}: another Glasstown gathers here",
                    "Wait until it ends, or choose another folder.",
                ) from None
        yield
    finally:
        os.close(handle)


@contextmanager
def claim(folder: Path, identity: str, facts: Mapping[str, object], wait: float = 0.0) -> Iterator[Claim]:
    """Make ``folder`` if need be, lock it, clear leftovers, and say what was found in it.

    ``identity`` is ``layout.identity`` of the run; ``facts`` (JSON) are kept in ``start.json`` until the
    run is finished, so that it can be resumed from the folder alone. Raises ``StoreError``, and leaves
    all as it was, if another process holds the folder, or if it has a finished or begun run of another
    identity, or files that are not Glasstown's.
    """
    make_folder(folder)
    with locked(folder, wait):
        found = _look(folder, identity, facts)
        sweep(folder)
        if found.finished:
            remove(folder / START)
            remove(folder / CHECKPOINT)
        elif not found.begun:
            write_sealed(folder / START, "start", FORMAT, {"identity": identity, "facts": facts})
        if found.checkpoint.is_dir():
            sweep(found.checkpoint)
        yield found


def started(folder: Path) -> Claim:
    """What was begun in ``folder`` and is not finished. Raises ``StoreError`` if nothing was, ``Damaged``."""
    if not (folder / START).is_file():
        raise StoreError(f"{folder}: no unfinished run is here")
    source = str(folder / START)
    start = read_sealed(folder / START, "start", FORMAT)
    return Claim(
        folder,
        field_of(start, "identity", str, source),
        begun=True,
        facts=field_of(start, "facts", dict, source),
    )


def _look(folder: Path, identity: str, facts: Mapping[str, object]) -> Claim:
    elsewhere = "Choose another folder with --out, or move this one away."
    if (folder / MANIFEST).exists():
        if read_manifest(folder).identity != identity:
            raise StoreError(f"{folder}: holds finished results of another content", elsewhere)
        return Claim(folder, identity, finished=True)
    if (folder / START).exists():
        begun = started(folder)
        if begun.identity != identity:
            raise StoreError(f"{folder}: holds an unfinished run of another content", elsewhere)
        return begun
    others = sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith(PART))
    if others:
        raise StoreError(f"{folder}: holds other files ({others[0]}) and no run", elsewhere)
    return Claim(folder, identity, facts=dict(facts))
