"""What may be shown: no escape that a terminal would obey, no home folder, lines that fit."""

import shlex
import shutil
import textwrap
from pathlib import Path

from glasstown.store.text import plain

WIDTH = 80
"""Columns of a terminal that does not say how many it has."""


def safe(text: str) -> str:
    """``text`` with the home folder as ``~``, and every invisible character but line ends spelt out."""
    return "\n".join(plain(line) for line in without_home(text).split("\n"))


def without_home(text: str) -> str:
    """``text`` with the path of the home folder written ``~``."""
    home = str(Path.home())
    return text if home in ("/", "") else text.replace(home + "/", "~/").replace(home, "~")


def shown(path: Path) -> str:
    """A path as the reader would type it from here."""
    path, here, home = path.absolute(), Path.cwd(), Path.home()
    through_home = path.is_relative_to(home) and not here.is_relative_to(home)
    return safe(str(path.relative_to(here) if path.is_relative_to(here) and not through_home else path))


def quoted(path: Path) -> str:
    """A path for a command line that can be copied."""
    text = shown(path)
    return f"~/{shlex.quote(text[2:])}" if text.startswith("~/") else shlex.quote(text)


def width() -> int:
    """Columns to write in: those of the terminal, at least 60 and at most 100."""
    return min(max(shutil.get_terminal_size((WIDTH, 24)).columns, 60), 100)


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """A paragraph in lines that fit, all but the ``first`` behind ``indent``."""
    begins = indent if first is None else first
    return textwrap.fill(
        text, width(), initial_indent=begins, subsequent_indent=indent, break_on_hyphens=False,
        break_long_words=False,
    )  # fmt: skip


def paragraphs(text: str, indent: str = "") -> str:
    """Paragraphs, parted by empty lines, each in lines that fit; one that is set in stays as it is."""
    told = [
        textwrap.indent(each, indent) if each.startswith(" ") else wrapped(" ".join(each.split()), indent)
        for each in text.split("\n\n")
    ]
    return "\n\n".join(told)


def listed(label: str, names: list[str], indent: str = "      ") -> str:
    """``label`` and names behind it, in lines that fit; nothing for no names."""
    return wrapped(", ".join(names), indent + " " * 9, f"{indent}{label:<9}") if names else ""


def duration(seconds: float) -> str:
    """How long, for somebody who waits: "8 s", "2 min 10 s", "3 h 5 min"."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(count: float) -> str:
    """Bytes, rounded: "1.2 GB"."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} TB"
