"""A study in one file, to pass on: manifest, question, tables, verdicts, report; opening it runs nothing.

A bundle is a ZIP of plain files without dates. ``manifest.json`` is sealed and holds the SHA-256 of every
other member. What is read from somebody else's bundle is checked against it, in memory: nothing is unpacked
but where the caller says.
"""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from glasstown.errors import Damaged, StoreError
from glasstown.lab.asked import STUDY
from glasstown.lab.study_files import ANSWER, TABLES
from glasstown.lab.verdict import VERDICTS
from glasstown.release import EPOCH, RELEASE
from glasstown.store.atomic import make_folder, replacing, write_bytes
from glasstown.store.layout import report_name
from glasstown.store.manifest import versions
from glasstown.store.sealed import seal, unseal

MANIFEST: Final = "manifest.json"
WHAT: Final = "bundle"
FORMAT: Final = 1

REPORTS: Final = (report_name("en"), report_name("fr"))
MEMBERS: Final = (STUDY, *TABLES, VERDICTS, ANSWER, *REPORTS)
"""What a bundle holds beside its manifest; reports may be missing."""


LARGEST: Final = 1 << 30
"""A member above this many bytes is refused before it is read."""

DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Opened:
    """A bundle that is whole: its manifest, and the bytes of its members by name."""

    manifest: Mapping[str, Any]
    members: Mapping[str, bytes]

    def unpack(self, folder: Path) -> None:
        """Write the members into ``folder``. Raises StoreError, DiskFull."""
        make_folder(folder)
        for name, content in self.members.items():
            write_bytes(folder / name, content)


def export(folder: Path, path: Path) -> Path:
    """Put the study in ``folder`` into the bundle ``path``. Raises StoreError, DiskFull."""
    content = {name: (folder / name).read_bytes() for name in MEMBERS if (folder / name).is_file()}
    missing = [name for name in MEMBERS if name not in content and name not in REPORTS]
    if missing:
        raise StoreError(f"{folder}: {', '.join(missing)} missing: this is no answered study")
    files = {name: {"sha256": _hash(each), "bytes": len(each)} for name, each in content.items()}
    body = {"files": files, "release": RELEASE, "epoch": EPOCH, "versions": versions()}
    make_folder(path.absolute().parent)
    with (
        replacing(path) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        for name, each in {MANIFEST: seal(WHAT, FORMAT, body), **content}.items():
            member = zipfile.ZipInfo(name, DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, each)
    return path


def opened(path: Path) -> Opened:
    """A bundle read whole and checked. Raises StoreError if it is none, Damaged if it is not as written."""
    with _archive(path) as archive:
        listed = archive.namelist()
        known = {MANIFEST, *MEMBERS}
        strange = sorted(set(listed) - known)
        if MANIFEST not in listed or strange or len(listed) != len(set(listed)):
            why = f"holds {strange[0]!r}" if strange else "its list of members is not one of ours"
            raise StoreError(f"{path}: is no bundle of a study: {why}"[:300])
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        large = [name for name, size in sizes.items() if size > LARGEST]
        if large:
            raise StoreError(f"{path}: {large[0]} is larger than {LARGEST} bytes")
        manifest = unseal(_read(archive, MANIFEST, path), f"{path}:{MANIFEST}", WHAT, FORMAT)
        files: Mapping[str, Mapping[str, Any]] = manifest["files"]
        if set(files) != set(listed) - {MANIFEST}:
            raise Damaged(f"{path}: its members are not those of its manifest")
        members = {name: _read(archive, name, path) for name in files}
    for name, content in members.items():
        if _hash(content) != files[name]["sha256"]:
            raise Damaged(f"{path}: {name} is not what was written")
    return Opened(manifest, members)


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise StoreError(f"{path}: no such file") from None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise StoreError(f"{path}: is no bundle: {error}") from None


def _read(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """A member's bytes, never more than it says that it has."""
    import zlib

    try:
        with archive.open(name) as member:
            content = member.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Damaged(f"{path}: {name} cannot be read: {error}") from None
    if len(content) > LARGEST:
        raise StoreError(f"{path}: {name} is larger than {LARGEST} bytes")
    return content


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
