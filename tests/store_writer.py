"""Writes small run folders, to be killed or starved by tests; says what is wrong with what it left.

As a program: ``loop ROOT`` writes runs until it is killed; ``points ROOT`` forks one writer for each
rename and each fsync and kills it just before, and others that the kernel kills in the middle of a
write; ``full ROOT tmpfs|limit`` lets it run out of room at many points. ``--without-rename`` plants the
fault that each must catch: files written under their final name.
"""

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from glasstown.errors import DiskFull, GlasstownError
from glasstown.store import arrays, atomic, layout, write
from glasstown.store.atomic import PART
from glasstown.store.claim import claim
from glasstown.store.manifest import Manifest, finish
from glasstown.store.query import Parquet
from glasstown.store.tables import ContentHash, Labels, Note, Table
from glasstown.store.verify import verify


def series(number: int, rows: int = 6_000) -> Table:
    """A table that depends on ``number`` alone; hard to compress."""
    noise = np.arange(rows, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15 + 2 * number) >> np.uint64(11)
    columns: dict[str, Any] = {
        "day": np.arange(rows, dtype=np.int32) // 50,
        "measure": Labels((np.arange(rows) % 3).astype(np.uint8), ("voiced", "flagged; =1+1", "l'élan")),
        "value": noise.astype(np.int64),
        "people": np.full(rows, number, np.int64),
    }
    return Table(columns, {"value": Note("people", "how many")}, {"number": number})


def state(number: int) -> dict[str, np.ndarray]:
    """Columns of a state that depends on ``number`` alone."""
    ids = np.arange(5_000, dtype=np.uint32)
    return {"id": ids, "score": (ids * (number + 3)).astype(np.uint16), "flag": ids % 3 == 0}


def write_run(folder: Path, number: int, rows: int = 6_000) -> None:
    """Write the whole of a run into ``folder``: claim, two checkpoints, tables, texts, manifest."""
    identity = layout.identity({"number": number})
    with claim(folder, identity, {"number": number}) as found:
        if found.finished:
            return
        for day in (10, 20):
            arrays.save_arrays(found.checkpoint, f"day-{day}", state(number + day), {"day": day})
        write.write_table(folder / layout.SERIES, series(number, rows))
        atomic.write_text(folder / layout.SUMMARY, json.dumps(list(range(rows))))
        manifest = Manifest("run", "small", identity, "0", 1, 1, 0, 9, 9, facts={"number": number})
        finish(folder, manifest, [layout.SERIES, layout.SUMMARY])


def faults(folder: Path) -> list[str]:
    """What is half-done or wrong under a final name in ``folder``; nothing, if the promise holds."""
    found = []
    if (folder / layout.MANIFEST).exists():
        found += [] if verify(folder).intact else verify(folder).sentences()
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if any(part.startswith(PART) for part in parts) or path.is_dir():
            continue
        try:
            _whole(path)
        except (GlasstownError, ValueError) as error:
            found.append(f"{path.name}: {error}")
    return found


def _whole(path: Path) -> None:
    if path.suffix == ".parquet":
        with Parquet(path) as file:
            hashed = ContentHash()
            hashed.update(file.read().columns)
            if hashed.hexdigest() != file.content:
                raise ValueError("other content than its writer noted")
    elif path.suffix == ".npy":
        arrays.load_arrays(path.parent.parent, path.parent.name.split("-", 1)[1])
    elif path.suffix == ".json":
        json.loads(path.read_text(encoding="utf-8"))
    else:
        raise ValueError("no file of ours")


@contextmanager
def _in_place(path: Path, needed: int = 0) -> Iterator[Path]:
    """The planted fault: no temporary file, no rename."""
    with atomic.room(path, needed):
        path.touch()
        yield path


def plant() -> None:
    """From here on, files are written under their final name."""
    atomic.replacing = _in_place  # type: ignore[assignment]
    write.replacing = _in_place  # type: ignore[assignment]


def _die_before(target: int) -> None:
    """Kill this process just before its ``target``-th rename or fsync."""
    count = [0]

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            count[0] += 1
            if count[0] == target:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    for name in ("fsync", "rename", "replace"):
        setattr(os, name, watched(getattr(os, name)))


def _die_behind(size: int) -> None:
    """Let the kernel kill this process in the middle of the write that takes a file beyond ``size`` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def _forked(action: Callable[[], None]) -> int:
    """Run ``action`` in a fork of this process; its exit status, negative for a signal."""
    child = os.fork()
    if not child:
        try:
            action()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the fork must end here
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def points(root: Path) -> list[str]:
    """Kill a writer before every rename and fsync, and within writes; what was wrong afterwards."""
    _forked(lambda: write_run(root / "whole", 1))
    wrong: list[str] = []
    before = 0
    while _killed(root, _die_before, before + 1, wrong):
        before += 1
    within = sum(_killed(root, _die_behind, size, wrong) for size in range(0, 60_000, 3_000))
    print(f"{before} renames and fsyncs, {within} writes")
    return wrong if before >= 25 and within >= 15 else [*wrong, "too few points"]


def _killed(root: Path, how: Callable[[int], None], where: int, wrong: list[str]) -> bool:
    """Whether a writer was killed there; adds to ``wrong`` what it left that it should not have."""
    folder = root / "run"

    def doomed() -> None:
        how(where)
        write_run(folder, 1)

    status = _forked(doomed)
    wrong += [f"{how.__name__} {where}: {fault}" for fault in faults(folder)]
    if _forked(lambda: write_run(folder, 1)) or _contents(folder) != _contents(root / "whole"):
        wrong.append(f"{how.__name__} {where}: going on does not end in the same bytes")
    shutil.rmtree(folder)
    return status < 0


def full(root: Path, kind: str) -> list[str]:
    """Let a writer run out of room at many points; what was wrong afterwards, or once there is room again."""
    wrong: list[str] = []
    write_run(root / "earlier", 1)
    earlier = _contents(root / "earlier")
    write_run(root / "whole", 2)
    whole = _contents(root / "whole")
    shutil.rmtree(root / "whole")
    refused = 0
    for room in range(0, 60_000, 3_000) if kind == "limit" else range(0, 150_000, 7_500):
        with _room(root, kind, room):
            try:
                write_run(root / "later", 2)
            except DiskFull as error:
                refused += 1
                if not error.path or error.path.parent.name not in ("later", layout.CHECKPOINT, root.name):
                    wrong.append(f"{room}: a message without its file: {error}")
                if kind == "tmpfs" and error.needed and str(error.needed) not in str(error):
                    wrong.append(f"{room}: a message without the bytes needed: {error}")
            except Exception as error:  # noqa: BLE001  # anything but DiskFull is wrong
                wrong.append(f"{room}: {error!r}")
            left = [path.name for path in root.rglob(f"{PART}*")]
            wrong += [f"{room}: {name} was left" for name in left]
        wrong += [f"{room}: {fault}" for fault in faults(root / "later")] if (root / "later").exists() else []
        if (
            _forked(lambda: write_run(root / "later", 2))
            or _contents(root / "later") != whole
            or _contents(root / "earlier") != earlier
        ):
            wrong.append(f"{room}: other bytes once there was room")
        shutil.rmtree(root / "later")
    print(f"{refused} refusals")
    return wrong if refused >= 15 else [*wrong, f"only {refused} refusals"]


@contextmanager
def _room(root: Path, kind: str, room: int) -> Iterator[None]:
    """Leave ``room`` bytes: on the disk of ``root`` by a ballast, or for a single file by a limit."""
    if kind == "limit":
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        return
    ballast = root / "ballast"
    ballast.write_bytes(bytes(max(0, shutil.disk_usage(root).free - room)))
    try:
        yield
    finally:
        ballast.unlink()


def loop(root: Path) -> None:
    """Write runs until somebody kills this process; a line for each that is finished."""
    for number in range(1_000_000):
        write_run(root / f"run-{number:06d}", number, rows=60_000)
        print(number, flush=True)


if __name__ == "__main__":
    if "--without-rename" in sys.argv:
        plant()
        sys.argv.remove("--without-rename")
    place = Path(sys.argv[2])
    if sys.argv[1] == "loop":
        loop(place)
    found = points(place) if sys.argv[1] == "points" else full(place, sys.argv[3])
    print("\n".join(found))
    sys.exit(1 if found else 0)
