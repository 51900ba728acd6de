"""What a scenario may not be, tested before it is parsed and before any value is looked at.

``tomllib`` is correct but not built for hostile text: a dotted key of 40,000 parts stalls it for a minute,
and deep nesting ends in ``RecursionError``. So one linear pass over the raw text bounds both first. The pass
may assume valid TOML: at the first fault ``tomllib`` stops, so what follows it costs nothing.
"""

import datetime
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from math import isfinite
from typing import Any

from glasstown.errors import Problem, ScenarioError
from glasstown.scenario.positions import (
    BASIC,
    LITERAL,
    LONG_BASIC,
    LONG_LITERAL,
    Lines,
    Path,
    Spot,
    positions,
)
from glasstown.scenario.spelling import folded

MOST_BYTES = 1 << 20
MOST_PARTS = 16
MOST_LEVELS = 64
MOST_LINES = 5_000
MOST_SIGNS = 20_000
LONGEST_WORD = 64
LONGEST_TEXT = 4_000
LARGEST_NUMBER = 2**63 - 1

_TOKEN = re.compile(
    r"(?P<blank>(?:[ \t]++|#[^\n]*+)++)|(?P<line>\n(?:[ \t\n]++|#[^\n]*+)*+)"
    rf"|(?P<text>{LONG_BASIC}|{LONG_LITERAL}|{BASIC}|{LITERAL})"
    r"|(?P<word>[^\s=,.\[\]{}#\"']++)|(?P<mark>[=,.\[\]{}])"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_OURS = {
    "Cannot overwrite a value": "this key stands here a second time",
    "Cannot declare": "a table of this name is given already",
    "Cannot mutate immutable": "this table was closed where it was given, and cannot be added to",
    "Duplicate inline table key": "this key stands here a second time",
    "Invalid value": "expected a value: a number, true or false, a text in quotes, a list or a table",
}
"""What ``tomllib`` says, and we instead, where its words are about its own workings."""

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class _Refused(Exception):
    """A limit is passed at an offset of the text."""

    def __init__(self, offset: int, text: str, near: str = "") -> None:
        super().__init__(text)
        self.offset = offset
        self.text = text
        self.near = near


def parse(text: str, place: str) -> dict[str, Any]:
    """The tables of ``text``, tested against every limit.

    ``place`` is what an error calls the text. Raises ``ScenarioError`` with one problem.
    """
    check_text(text, place)
    try:
        tables = tomllib.loads(text)
    except RecursionError:
        raise _error(place, Spot(0, 0), "nested too deeply to be read") from None
    except ValueError as error:  # tomllib.TOMLDecodeError is one
        raise _syntax(str(error), text, place) from None
    check_values(tables, place, text)
    return tables


def check_text(text: str, place: str) -> None:
    """Refuses, in time linear in its length, a text that could hurt the parser or mislead a reader."""
    text = text.replace("\r\n", "\n")
    try:
        _check_characters(text)
        _check_shape(text)
    except _Refused as refused:
        raise _error(place, Lines(text).spot(refused.offset), refused.text, "", refused.near) from None


def _check_characters(text: str) -> None:
    if len(text.encode()) > MOST_BYTES:
        raise _Refused(0, f"larger than a scenario may be ({MOST_BYTES:,} bytes)")
    if found := _CONTROL.search(text):
        raise _Refused(found.start(), f"control character {code_point(found[0])}")
    if (lonely := text.find("\r")) >= 0:
        raise _Refused(lonely, "a carriage return without a line feed")


def _check_shape(text: str) -> None:
    """Bounds what costs more than the text is long: parts of keys, levels of brackets, lines, signs."""
    if text.count("\n") > MOST_LINES:
        raise _Refused(0, f"more than {MOST_LINES:,} lines")
    level = parts = signs = offset = 0
    while (found := _TOKEN.match(text, offset)) is not None:
        kind, sign = found.lastgroup, found[0]
        signs += kind != "blank"
        if signs > MOST_SIGNS:
            raise _Refused(offset, f"more than {MOST_SIGNS:,} words and signs")
        if kind == "word":
            _check_word(sign, offset)
        elif sign == ".":
            parts += 1
            if parts >= MOST_PARTS:
                raise _Refused(offset, f"a key of more than {MOST_PARTS} parts")
        elif kind == "mark" or kind == "line":
            parts = 0
            level += (sign in "[{") - (sign in "]}")
            if level > MOST_LEVELS:
                raise _Refused(offset, f"nested more than {MOST_LEVELS} levels deep")
        offset = found.end()


def _check_word(word: str, offset: int) -> None:
    if len(word) > LONGEST_WORD:
        raise _Refused(offset, f"a number or bare key of more than {LONGEST_WORD} characters")
    if not word.isascii():
        raise _Refused(offset, f"{foreign(word)}: letters outside a text must be plain ASCII", _ascii(word))


def check_values(tables: dict[str, Any], place: str, text: str | None = None) -> None:
    """Refuses numbers, texts and keys that no parameter can hold. ``text`` is what they were read from."""
    for path, value in walk(tables):
        wrong = _wrong_key(path[-1]) or _wrong_value(path, value)
        if wrong:
            spots = positions(text)[path] if text is not None else None
            spot = Spot(0, 0) if spots is None else spots.key if _wrong_key(path[-1]) else spots.value
            raise _error(place, spot, wrong, dotted(path), _ascii(str(path[-1])))


def walk(tables: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every path and value below a table, without recursion."""
    waiting: list[tuple[Path, Any]] = [((), tables)]
    while waiting:
        path, value = waiting.pop()
        if path:
            yield path, value
        if isinstance(value, dict):
            waiting.extend(((*path, key), each) for key, each in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend(((*path, index), value[index]) for index in reversed(range(len(value))))


def _wrong_key(key: str | int) -> str:
    if isinstance(key, int) or (key.isascii() and key.isprintable() and 0 < len(key) <= LONGEST_WORD):
        return ""
    if not key:
        return "an empty key"
    if len(key) > LONGEST_WORD:
        return f"a key of more than {LONGEST_WORD} characters"
    return f"{foreign(key)}: keys must be plain ASCII"


def _wrong_value(path: Path, value: object) -> str:
    if len(path) > MOST_LEVELS:
        return f"nested more than {MOST_LEVELS} levels deep"
    if isinstance(value, float) and not isfinite(value):
        return "expected a finite number"
    if isinstance(value, int) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        return f"a whole number beyond {LARGEST_NUMBER:,}"
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"a text of more than {LONGEST_TEXT:,} characters"
    if isinstance(value, str) and (found := _CONTROL.search(value)):
        return f"a text with the control character {code_point(found[0])}"
    if isinstance(value, datetime.date | datetime.time):
        return "a date or time; days are whole numbers here"
    return ""


def code_point(character: str) -> str:
    """``U+0455 CYRILLIC SMALL LETTER DZE``: a character that should not be printed itself."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def _ascii(word: str) -> str:
    """What a word with look-alike letters may have been meant to be; "" if it has none."""
    plain = folded(word)
    good = plain.isascii() and plain.isprintable() and len(word) <= LONGEST_WORD
    return plain if good and plain != word else ""


def foreign(word: str) -> str:
    """The first character of ``word`` that is not printable ASCII, named."""
    return next(code_point(each) for each in word if not (each.isascii() and each.isprintable()))


def dotted(path: Path) -> str:
    """``score.weight``, ``change[0].day``: a path as it is shown; parts that are not bare keys in quotes."""
    shown = ""
    for part in path[: MOST_PARTS + 1]:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            bare = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", part)
            shown += ("." if shown else "") + (part if bare else ascii(part[:LONGEST_WORD]))
    return shown + (".…" if len(path) > MOST_PARTS + 1 else "")


def _syntax(words: str, text: str, place: str) -> ScenarioError:
    """An error of ``tomllib`` in our form."""
    found = _PLACE.search(words)
    spot = Spot(0, 0)
    if found and found[1]:
        spot = Spot(int(found[1]), int(found[2]))
    elif found:
        spot = Lines(text.replace("\r\n", "\n")).spot(len(text.replace("\r\n", "\n")))
    told = words[: found.start()] if found else words
    ours = next((ours for theirs, ours in _OURS.items() if told.startswith(theirs)), ascii(told)[1:-1][:200])
    return _error(place, spot, f"not TOML: {ours}")


def _error(place: str, spot: Spot, text: str, key: str = "", near: str = "") -> ScenarioError:
    return ScenarioError.listing([Problem(place, spot.line, spot.column, key, text, near)])
