"""The scanner of positions sees exactly the keys that tomllib sees, however a text is written."""

import re
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasstown.scenario import positions as scanner
from glasstown.scenario.limits import walk
from glasstown.scenario.positions import positions

BARE = st.text("abcXYZ019-_", min_size=1, max_size=3)
BLANK = st.sampled_from(["", " ", "\t", "  "])
SEPARATOR = st.sampled_from(["", " ", "\n", "\n\n  ", " # a [comment] = {\n", '#\n\t# "\n'])
NAMES = st.one_of(BARE, st.sampled_from(["", "a b", "a.b", '"', "'", "#", "=", "é", "]", "\n"]))


def quoted(text: str, draw: Any) -> str:
    styles = ['"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"']
    if "'" not in text and "\n" not in text:
        styles.append(f"'{text}'")
    return draw(st.sampled_from(styles))


def key_text(key: str, draw: Any) -> str:
    bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if bare and draw(st.booleans()) else quoted(key, draw)


PLAIN = ("1", "0x1F", "1_000", "-1.5e-7", "true", "inf", "1979-05-27 07:32:00Z", "07:32:00")
TEXTS = ('"#]}"', "'\\'", '""', "''", '"""a"b""c\\"""" """', "'''x''y'''", '"""""two"""', "'''\n]\n'''")
SCALARS = st.sampled_from([*PLAIN, *TEXTS, '"""\\\n  x"""', '"\\\\"', "''''x'''''"])


@st.composite
def value_text(draw: Any, level: int = 2) -> str:
    kind = draw(st.sampled_from("sssat" if level else "s"))
    if kind == "s":
        return draw(SCALARS)
    if kind == "a":
        inside = draw(st.lists(value_text(level - 1), max_size=3))
        around = [draw(SEPARATOR) + each + draw(SEPARATOR) for each in inside]
        comma = "," if inside and draw(st.booleans()) else ""
        return "[" + ",".join(around) + comma + draw(SEPARATOR) + "]"
    pairs = [draw(pair_text(level - 1)) for _ in range(draw(st.integers(0, 3)))]
    return "{" + ", ".join(pairs) + draw(BLANK) + "}"


@st.composite
def path_text(draw: Any) -> str:
    parts = draw(st.lists(NAMES, min_size=1, max_size=3))
    return (draw(BLANK) + "." + draw(BLANK)).join(key_text(each, draw) for each in parts)


@st.composite
def pair_text(draw: Any, level: int = 2) -> str:
    return draw(path_text()) + draw(BLANK) + "=" + draw(BLANK) + draw(value_text(level))


@st.composite
def documents(draw: Any) -> str:
    """Texts that tomllib accepts: random lines, those that it refuses dropped again."""
    text = ""
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["pair", "pair", "table", "tables"]))
        if kind == "pair":
            line = draw(pair_text())
        else:
            line = f"[{draw(path_text())}]" if kind == "table" else f"[[{draw(path_text())}]]"
        longer = text + draw(BLANK) + line + draw(BLANK) + draw(st.sampled_from(["\n", "# c\n", "\n\n"]))
        try:
            tomllib.loads(longer)
        except ValueError:
            continue
        text = longer
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def paths(text: str) -> set[scanner.Path]:
    return {path for path, _ in walk(tomllib.loads(text))}


@given(documents())
def test_paths_are_those_of_tomllib(text: str) -> None:
    assert set(positions(text)) == paths(text)


@given(documents())
def test_every_value_stands_where_it_is_said_to(text: str) -> None:
    lines = text.replace("\r\n", "\n").split("\n")
    found = positions(text)
    for path, value in walk(tomllib.loads(text)):
        line, column = found[path].value
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        if isinstance(value, str):
            assert rest[0] in "\"'"
        elif isinstance(value, bool | int | float):
            scalar = re.match(r"[-+\w.]+", rest)
            assert scalar and tomllib.loads(f"v = {scalar[0]}")["v"] == value


@pytest.mark.parametrize(
    ("part", "wrong", "text"),
    [
        ("_STRING", r'"[^"]*"', 'a = "x\\"y"\nb = 1\n'),
        ("_BLANK", r"[ \t\n]*", "a = [1, # ]\n2]\n"),
        ("_PART", r"[ \t]*(?:([A-Za-z]+)|(\"[^\"]*\")|('[^']*'))[ \t]*", "a-b = 1\n"),
    ],
)
def test_a_scanner_with_a_fault_is_caught(
    part: str, wrong: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, part, re.compile(wrong))
    with pytest.raises((AssertionError, IndexError, ValueError)):
        assert set(positions(text)) == paths(text)
