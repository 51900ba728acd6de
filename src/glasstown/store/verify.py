"""Whether a finished folder still is what its manifest says: every file hashed anew."""

from dataclasses import dataclass
from pathlib import Path

from glasstown.errors import Damaged, StoreError
from glasstown.store.atomic import PART
from glasstown.store.foreign import inside, sha256_of
from glasstown.store.layout import MANIFEST
from glasstown.store.manifest import read_manifest

__all__ = ["Verification", "verify"]


@dataclass(frozen=True)
class Verification:
    """What was found; names are relative to the folder.

    ``unlisted`` files are not in the manifest, such as a report made later: no fault.
    """

    folder: Path
    checked: int
    damaged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Every file of the manifest is there with the content it was written with."""
        return not self.damaged and not self.missing

    def sentences(self) -> list[str]:
        """One sentence for each fault, and one that sums up."""
        said = [f"{name} is damaged: its content is not what was written" for name in self.damaged]
        said += [f"{name} is missing" for name in self.missing]
        said.append(f"{self.checked} files checked, {len(self.damaged)} damaged, {len(self.missing)} missing")
        return said


def verify(folder: Path) -> Verification:
    """Hash every file of a finished run or comparison, its arms included.

    Raises ``StoreError`` if the folder holds no results or those of a newer format; damage is reported.
    """
    try:
        manifest = read_manifest(folder)
    except Damaged:
        return Verification(folder, 1, damaged=(MANIFEST,))
    damaged: list[str] = []
    missing: list[str] = []
    checked = 1
    for name, file in sorted(manifest.files.items()):
        checked += 1
        try:
            path = inside(folder, name)
            if not path.exists():
                missing.append(name)
            elif path.stat().st_size != file.bytes or sha256_of(path)[0] != file.sha256:
                damaged.append(name)
        except StoreError:
            damaged.append(name)
    for arm in manifest.arms:
        if f"{arm}/{MANIFEST}" not in manifest.files or f"{arm}/{MANIFEST}" in (*damaged, *missing):
            continue
        inner = verify(inside(folder, arm))
        checked += inner.checked - 1
        damaged += [f"{arm}/{name}" for name in inner.damaged]
        missing += [f"{arm}/{name}" for name in inner.missing]
    return Verification(
        folder, checked, tuple(damaged), tuple(missing), _unlisted(folder, set(manifest.files))
    )


def _unlisted(folder: Path, listed: set[str]) -> tuple[str, ...]:
    here = (path for path in folder.iterdir() if path.is_file() and not path.name.startswith(PART))
    return tuple(sorted(path.name for path in here if path.name not in listed and path.name != MANIFEST))
