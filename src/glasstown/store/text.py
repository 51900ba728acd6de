"""Text from files, made harmless for a terminal and for a spreadsheet."""

import re
import unicodedata
from typing import Final

__all__ = ["cell", "plain"]

HIDDEN: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Unicode categories that a terminal may obey or that hide what is there: control, format (among them
the marks that turn the direction of writing), surrogate, private, unassigned, separators of lines."""

FORMULA: Final = re.compile("(^|[,;|\"'])([ \u00a0\u3000]*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212])")
"""What a spreadsheet may take for a formula: at the beginning, or behind a mark that parts cells when the
file is read with another separator than it was written with; full-width forms count."""


def plain(text: str) -> str:
    r"""``text`` with everything that is not visible written out, as ``\x1b``; for names from files."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if unicodedata.category(char) not in HIDDEN:
        return char
    number = ord(char)
    if number < 256:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"


def cell(text: str) -> str:
    """``text`` for a cell of CSV: ``plain``, and a ``'`` before whatever could begin a formula."""
    return FORMULA.sub(r"\1\2'", plain(text))
