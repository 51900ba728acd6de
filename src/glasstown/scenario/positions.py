"""Where each key and value of a TOML text stands.

Neither ``tomllib`` nor ``tomlkit`` tells. The scanner takes only text that ``tomllib`` has accepted, so it
may assume valid TOML, and nesting that ``limits`` has bounded, so it may recurse.
"""

import re
import tomllib
from bisect import bisect_right
from itertools import count
from typing import NamedTuple

Path = tuple[str | int, ...]
"""The way to a value: keys of tables and indices of arrays."""

BASIC = r'"(?!"")(?:[^"\\\n]++|\\.)*+"'
LITERAL = r"'(?!'')[^'\n]*+'"
LONG_BASIC = r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"{3,5}'
LONG_LITERAL = r"'''(?:[^']++|'(?!''))*+'{3,5}"
BLANK = r"(?:[ \t\n]++|#[^\n]*+)*+"

_STRING = re.compile(f"{LONG_BASIC}|{LONG_LITERAL}|{BASIC}|{LITERAL}")
_PART = re.compile(rf"[ \t]*+(?:([A-Za-z0-9_-]++)|({BASIC})|({LITERAL}))[ \t]*+")
_SCALAR = re.compile(r"[^,\]}\n#]++")
_BLANK = re.compile(BLANK)
_SPACE = re.compile(r"[ \t]*+")


class Spot(NamedTuple):
    """A place in a text, both numbers from 1, counted in characters as an editor does."""

    line: int
    column: int


class Spots(NamedTuple):
    """Where a key stands, and where its value does. An array's elements are their own keys."""

    key: Spot
    value: Spot


class Lines:
    """Offsets of a text turned into lines and columns. ``text`` has plain line feeds."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def spot(self, offset: int) -> Spot:
        """The place of the character at ``offset``."""
        line = bisect_right(self._starts, offset)
        return Spot(line, offset - self._starts[line - 1] + 1)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.lines = Lines(self.text)
        self.offset = 0
        self.found: dict[Path, Spots] = {}
        self.last: dict[Path, int] = {}  # of each array of tables, the index of its last table

    def document(self) -> dict[Path, Spots]:
        table: Path = ()
        while not self._ended():
            table = self._header() if self.text[self.offset] == "[" else self._pair(table)
        return self.found

    def _ended(self) -> bool:
        self._skip(_BLANK)
        return self.offset == len(self.text)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.offset)
        self.offset = found.end() if found else self.offset

    def _put(self, path: Path, key: int, value: int, again: bool = False) -> None:
        if again or path not in self.found:
            self.found[path] = Spots(self.lines.spot(key), self.lines.spot(value))

    def _header(self) -> Path:
        """A ``[table]`` or ``[[table]]`` line; gives the path of the table that it opens."""
        start, brackets = self.offset, 2 if self.text.startswith("[[", self.offset) else 1
        self.offset += brackets
        *above, name = self._key()
        table: Path = ()
        for part in above:
            table += (part,)
            self._put(table, start, start)
            table += (self.last[table],) if table in self.last else ()
        table += (name,)
        if brackets == 2:
            self._put(table, start, start)
            self.last[table] = self.last.get(table, -1) + 1
            table += (self.last[table],)
        self._put(table, start, start, again=True)
        self.offset += brackets
        return table

    def _pair(self, table: Path) -> Path:
        """One ``key = value``; gives ``table`` back."""
        start, path = self.offset, table
        parts = self._key()
        self.offset += 1
        self._skip(_SPACE)
        for part in parts:
            path += (part,)
            self._put(path, start, self.offset)
        self._value(path)
        return table

    def _key(self) -> list[str]:
        parts: list[str] = []
        while found := _PART.match(self.text, self.offset):
            self.offset = found.end()
            bare, basic, literal = found.groups()
            parts.append(bare or (literal[1:-1] if literal else next(iter(tomllib.loads(f"{basic}=0")))))
            if not self.text.startswith(".", self.offset):
                break
            self.offset += 1
        return parts

    def _value(self, path: Path) -> None:
        opening = self.text[self.offset]
        if opening in "[{":
            self._inside(path, array=opening == "[")
        else:
            found = (_STRING if opening in "\"'" else _SCALAR).match(self.text, self.offset)
            if found is None:
                raise ValueError(f"not a value that tomllib would take, at offset {self.offset}")
            self.offset = found.end()

    def _inside(self, path: Path, array: bool) -> None:
        """What stands between two brackets, the closing one included."""
        self.offset += 1
        for index in count():
            self._skip(_BLANK)
            if self.text[self.offset] in "]}":
                break
            if array:
                self._put((*path, index), self.offset, self.offset)
                self._value((*path, index))
            else:
                self._pair(path)
            self._skip(_BLANK)
            self.offset += self.text[self.offset] == ","
        self.offset += 1


def positions(text: str) -> dict[Path, Spots]:
    """The place of every key and value of ``text``, in the order of the text.

    ``text`` must be what ``tomllib.loads`` accepts; line ends may be LF or CRLF. A table that is only implied
    (``a`` in ``[a.b]``) stands where it is first implied, any other at its own header.
    """
    return _Scanner(text).document()
