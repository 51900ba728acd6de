"""What a finished folder says of itself: ``manifest.json``, written last and sealed.

It holds all that is needed to run again and get the same bytes: every parameter with value, unit and
origin, seed, replicate, people, days, release and model epoch, the versions of what computed it, the
SHA-256 of every file, the sources used, and the digest of the final state. It holds no date, user name,
host name or folder.
"""

import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from glasstown.errors import StoreError
from glasstown.store.atomic import remove, room
from glasstown.store.foreign import inside, sha256_of
from glasstown.store.layout import CHECKPOINT, MANIFEST, START
from glasstown.store.sealed import field_of, read_sealed, write_sealed

__all__ = ["FORMAT", "File", "Manifest", "finish", "read_manifest", "versions"]

FORMAT: Final = 1
"""The newest manifest format that this release reads, and the one it writes."""

UPGRADES: Final[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""Format n -> what turns a document of format n into one of n + 1, so that old folders stay readable."""


@dataclass(frozen=True)
class File:
    """A file of the folder: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """A finished run or comparison. Mappings hold what JSON holds."""

    kind: str
    """``run`` or ``comparison``."""
    name: str
    """The name of the scenario, or of the comparison."""
    identity: str
    """SHA-256 of everything that decides the results (``layout.identity``)."""
    release: str
    """The release of Glasstown that computed it."""
    epoch: int
    """The model epoch: results change between releases only with a new one."""
    seed: int
    replicate: int
    people: int
    days: int
    scenario: Mapping[str, Any] = field(default_factory=dict)
    """Every parameter, by dotted name: value, unit, origin."""
    sources: Mapping[str, Any] = field(default_factory=dict)
    """Key -> bibliographic entry, of those sources that this run rests on."""
    state: str = ""
    """SHA-256 of the final state; empty for a comparison."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """What computed it (``versions()``)."""
    arms: tuple[str, ...] = ()
    """The sub-folders of a comparison, in order."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Anything else that is worth keeping."""
    files: Mapping[str, File] = field(default_factory=dict)
    """Every file of the folder but the manifest itself; filled in by ``finish``."""
    status: str = "finished"

    def document(self) -> dict[str, object]:
        """The manifest as JSON holds it."""
        plain: dict[str, object] = {each.name: getattr(self, each.name) for each in fields(self)}
        plain["files"] = {name: vars(file) for name, file in self.files.items()}
        return plain


def versions() -> dict[str, str]:
    """The versions of what computes: Python, packages, kind of processor; nothing that names a machine."""
    found = {"python": platform.python_version(), "implementation": sys.implementation.name}
    found |= {"machine": platform.machine(), "system": platform.system()}
    for package in ("numpy", "numba", "llvmlite", "duckdb"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "absent"
    return found


def finish(folder: Path, manifest: Manifest, names: Iterable[str]) -> Manifest:
    """Write ``manifest`` with the hashes of the files ``names``, then clear what a resumption would need.

    The rename of ``manifest.json`` is the instant from which the folder is finished. The manifests of the
    arms are added to ``names``. Returns the manifest as written. Raises ``StoreError`` if a file is
    missing, ``DiskFull``.
    """
    listed = {*names, *(f"{arm}/{MANIFEST}" for arm in manifest.arms)}
    files = {name: File(*sha256_of(inside(folder, name))) for name in sorted(listed)}
    whole = replace(manifest, files=files)
    write_sealed(folder / MANIFEST, "manifest", FORMAT, whole.document())
    with room(folder):
        remove(folder / START)
        remove(folder / CHECKPOINT)
    return whole


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a finished folder.

    Raises ``StoreError`` if there is none, or if it is of a newer format (named), ``Damaged`` if it is not
    what was sealed. An older format is brought up to date in memory; the folder stays as it is.
    """
    path = folder / MANIFEST
    if not path.exists():
        if (folder / START).exists():
            raise StoreError(f"{folder}: this run is not finished", f"Go on with: glasstown resume {folder}")
        raise StoreError(f"{folder}: no Glasstown results are here ({MANIFEST} is missing)")
    document = read_sealed(path, "manifest", FORMAT)
    for version in range(document["format"], FORMAT):
        if version not in UPGRADES:
            raise StoreError(f"{path}: format {version} can no longer be read by this release")
        document = UPGRADES[version](document)
    return _model(document, str(path))


def _model(document: dict[str, Any], source: str) -> Manifest:
    kinds: dict[str, type] = {
        each.name: dict if each.default_factory is dict else str for each in fields(Manifest)
    }
    kinds |= dict.fromkeys(("epoch", "seed", "replicate", "people", "days"), int) | {"arms": list}
    values: dict[str, Any] = {n: field_of(document, n, kind, source) for n, kind in kinds.items()}
    if values["kind"] not in ("run", "comparison") or values["status"] != "finished":
        raise StoreError(f"{source}: is neither a finished run nor a finished comparison")
    if not all(isinstance(arm, str) for arm in values["arms"]):
        raise StoreError(f"{source}: 'arms' must be names")
    files = {name: field_of(values["files"], name, dict, source) for name in values["files"]}
    values["arms"] = tuple(values["arms"])
    values["files"] = {
        name: File(field_of(file, "sha256", str, source), field_of(file, "bytes", int, source))
        for name, file in files.items()
    }
    return Manifest(**values)
