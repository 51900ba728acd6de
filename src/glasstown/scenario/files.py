"""Finding a scenario by name or path, and reading it without being held up by what it is."""

import errno
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path

from glasstown.errors import Problem, ScenarioError
from glasstown.scenario.limits import MOST_BYTES
from glasstown.scenario.spelling import nearest

SUFFIX = ".toml"
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
"""How a scenario may be called: it names folders of runs."""

_BOM = b"\xef\xbb\xbf"
_FAULTS = {
    errno.ENOENT: "no such file",
    errno.ENOTDIR: "no such file",
    errno.ELOOP: "its symbolic links lead round in a circle",
    errno.ENAMETOOLONG: "the name is too long for a file",
    errno.EACCES: "may not be read by you",
    errno.EPERM: "may not be read by you",
    errno.EAGAIN: "not a plain file",
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a scenario was read from.

    ``name`` names it in anything written out (no folder); ``shown`` is its path as the user knows it, for
    messages; ``sha256`` is that of the bytes on disk, ``text`` what they decode to.
    """

    name: str
    shown: str
    path: Path
    text: str
    sha256: str

    @property
    def folder(self) -> Path:
        """Where relative paths in it start."""
        return self.path.parent


def shelf() -> Path:
    """The folder of the scenarios that come with Glasstown."""
    return Path(str(resources("glasstown.scenario"))) / "shipped"


def shipped() -> tuple[str, ...]:
    """Their names, ``open`` and ``article`` first."""
    first = {"open": 0, "article": 1}
    names = (path.stem for path in shelf().glob(f"*{SUFFIX}"))
    return tuple(sorted(names, key=lambda name: (first.get(name, 2), name)))


def find(reference: str | Path) -> tuple[Path, str]:
    """Where a shipped scenario, or a path, leads; and how to show it.

    A name without a folder and without ``.toml`` is a shipped scenario; anything else is a path from the
    working folder. Raises ``ScenarioError`` for a name that is not shipped; whether a path exists is seen on
    reading.
    """
    named = str(reference)
    if isinstance(reference, Path) or os.sep in named or named.endswith(SUFFIX):
        return Path(named), printable(named)
    if named in shipped():
        return shelf() / (named + SUFFIX), named + SUFFIX
    raise missing(named, printable(named), "no scenario of this name comes with Glasstown")


def missing(named: str, shown: str, text: str) -> ScenarioError:
    """An error for something that is not there, with what is."""
    near = nearest(Path(named).stem, shipped())
    beside = Path(named + SUFFIX)
    hint = f"Shipped: {', '.join(shipped()) or 'none'}."
    if not named.endswith(SUFFIX) and len(named) < 200 and "\0" not in named and beside.is_file():
        hint = f"There is a file {printable(str(beside))} here. {hint}"
    return ScenarioError.listing([Problem(shown, 0, 0, "", text, near)], hint)


def read(path: Path, shown: str) -> SourceFile:
    """The text of a plain file of at most ``MOST_BYTES``, in UTF-8, with or without a byte order mark.

    Never waits: pipes, devices and folders are refused unread. Raises ``ScenarioError``.
    """
    content = _content(path, shown)
    try:
        text = content.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        kind = "UTF-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else f"byte 0x{content[error.start]:02x}"
        raise _refusal(shown, f"not a text in UTF-8 ({kind} at offset {error.start})") from None
    return SourceFile(
        name=printable(path.name),
        shown=shown,
        path=path,
        text=text,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _content(path: Path, shown: str) -> bytes:
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind):
            raise _refusal(shown, f"{_kind(kind)}, not a scenario file")
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # replaced since
                raise _refusal(shown, "not a plain file")
            content = _at_most(descriptor, MOST_BYTES + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        fault = _FAULTS.get(error.errno or 0, os.strerror(error.errno or 0).lower())
        if error.errno == errno.ENOENT:
            raise missing(str(path), shown, fault) from None
        raise _refusal(shown, fault) from None
    except ValueError:  # a NUL in the path
        raise _refusal(shown, "not a path") from None
    if len(content) > MOST_BYTES:
        raise _refusal(shown, f"larger than a scenario may be ({MOST_BYTES:,} bytes)")
    return content


def _refusal(shown: str, text: str) -> ScenarioError:
    return ScenarioError.listing([Problem(shown, 0, 0, "", text)])


def _at_most(descriptor: int, most: int) -> bytes:
    content = b""
    while len(content) < most and (piece := os.read(descriptor, most - len(content))):
        content += piece
    return content


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def printable(text: str) -> str:
    """``text`` with every character that a terminal might obey, or not show, escaped."""
    shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
    return shown if len(shown) <= 200 else shown[:199] + "…"
