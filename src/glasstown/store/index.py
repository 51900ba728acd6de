"""Which runs are in an output folder. The index only saves time: delete it, and it is built again."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from glasstown.errors import GlasstownError, StoreError
from glasstown.store.atomic import sweep
from glasstown.store.claim import locked, started
from glasstown.store.layout import MANIFEST, START
from glasstown.store.manifest import read_manifest
from glasstown.store.sealed import digest, read_sealed, write_sealed

__all__ = ["INDEX", "Run", "list_runs"]

INDEX: Final = ".glasstown-index.json"
FORMAT: Final = 1


@dataclass(frozen=True)
class Run:
    """A line of the list: where, what, and whether it is finished, unfinished or unreadable."""

    folder: str
    status: str
    kind: str = ""
    name: str = ""
    seed: int = 0
    people: int = 0
    days: int = 0
    release: str = ""
    identity: str = ""
    trouble: str = ""
    """Why it is unreadable; for a reader."""


def list_runs(output: Path) -> list[Run]:
    """The runs and comparisons that are folders of ``output``, by name; none if it is not there.

    What the index holds is used where the manifest's size and times are still the same; a missing or
    damaged index, or one that cannot be written, changes nothing but the time this takes.
    """
    if not output.is_dir():
        return []
    known = _known(output)
    found: dict[str, dict[str, Any]] = {}
    for folder in sorted(
        path for path in output.iterdir() if path.is_dir() and not path.name.startswith(".")
    ):
        stamp = _stamp(folder)
        if not stamp:
            continue
        old = known.get(folder.name)
        same = old is not None and old.get("stamp") == stamp
        found[folder.name] = old if same and old else {"stamp": stamp, "run": asdict(_look(folder))}
    if digest(found) != digest(known):
        _keep(output, found)
    return [Run(**entry["run"]) for entry in found.values()]


def _stamp(folder: Path) -> str:
    """What changes whenever the manifest, or the note of an unfinished run, is written anew."""
    for name in (MANIFEST, START):
        try:
            state = (folder / name).stat()
        except OSError:
            continue
        return f"{name} {state.st_ino} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"
    return ""


def _look(folder: Path) -> Run:
    try:
        if (folder / MANIFEST).exists():
            m = read_manifest(folder)
            return Run(folder.name, m.status, m.kind, m.name, m.seed, m.people, m.days, m.release, m.identity)
        begun = started(folder)
    except GlasstownError as error:
        return Run(folder.name, "unreadable", trouble=error.message.replace(str(folder), folder.name))
    empty = asdict(Run(folder.name, "unfinished", identity=begun.identity))
    about = {
        n: begun.facts[n] for n in ("kind", "name", "seed", "people", "days", "release") if n in begun.facts
    }
    return Run(**empty | {n: value for n, value in about.items() if type(value) is type(empty[n])})


def _known(output: Path) -> dict[str, dict[str, Any]]:
    try:
        runs = read_sealed(output / INDEX, "index", FORMAT)["runs"]
        for entry in runs.values():
            Run(**entry["run"])
        return dict(runs)
    except (StoreError, KeyError, TypeError, AttributeError):
        return {}


def _keep(output: Path, found: dict[str, dict[str, Any]]) -> None:
    try:
        with locked(output):
            sweep(output)
            write_sealed(output / INDEX, "index", FORMAT, {"runs": found})
    except (GlasstownError, OSError):
        return  # it is disposable, and the folder may not be ours to write in
