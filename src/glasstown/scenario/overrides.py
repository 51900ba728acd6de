"""``--set KEY=VALUE``: a value given outside any file."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from glasstown.errors import Problem, ScenarioError
from glasstown.scenario.files import printable
from glasstown.scenario.limits import MOST_PARTS, check_text, check_values
from glasstown.scenario.positions import Path

_PART = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Override:
    """A value for a dotted key, and the option that gave it, as errors and origins name it."""

    path: Path
    value: Any
    option: str = "--set"
    written: str = ""

    @property
    def place(self) -> str:
        """What an error calls it: the option as the user wrote it."""
        return f"{self.option} {self.written}".rstrip()


def given(key: str, value: object, option: str = "--set", written: str = "") -> Override:
    """An override from Python: ``given("run.days", 30, option="--days")``. Raises ``ScenarioError``.

    ``value`` is bool, int, float, str, or a list or dict of them; NumPy scalars are taken as what they hold.
    """
    parts = key.split(".")
    place = f"{option} {written}".rstrip()
    if not all(_PART.fullmatch(part) for part in parts):
        raise _error(place, "", f"expected a key like score.company, got {printable(key)[:64]!r}")
    if len(parts) > MOST_PARTS:
        raise _error(place, "", f"a key of more than {MOST_PARTS} parts")
    path = tuple(int(part) if number and part.isdecimal() else part for number, part in enumerate(parts))
    value = _plain(value, place, key)
    tables: Any = value
    for part in reversed(parts):
        tables = {part: tables}
    check_values(tables, place)
    return Override(path, value, option, written)


def parse(text: str, option: str = "--set") -> Override:
    """An override from ``KEY=VALUE``; VALUE as in TOML, or else a text. Raises ``ScenarioError``."""
    key, equals, value = text.partition("=")
    written = printable(text)[:80]
    place = f"{option} {written}"
    if not equals:
        raise _error(place, "", "expected KEY=VALUE, like score.company=0.1")
    return given(key.strip(), _value(value.strip(), place), option, written)


def parse_all(overrides: Sequence[str | Override]) -> tuple[Override, ...]:
    """All of them; the errors of all are raised as one."""
    done: list[Override] = []
    problems: list[Problem] = []
    for each in overrides:
        try:
            done.append(parse(each) if isinstance(each, str) else each)
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError.listing(problems)
    return tuple(done)


def _value(text: str, place: str) -> Any:
    line = f"value = {text}"
    try:
        if "\n" in text or "\r" in text:
            return text
        check_text(line, place)
        return tomllib.loads(line)["value"]
    except (ScenarioError, ValueError, RecursionError):
        return text


def _plain(value: Any, place: str, key: str) -> Any:
    """``value`` in plain types, however NumPy or a tuple wraps it."""
    if isinstance(value, list | tuple):
        return [_plain(each, place, key) for each in value]
    if isinstance(value, dict):
        return {str(name): _plain(each, place, key) for name, each in value.items()}
    if isinstance(value, bool | int | float | str) and type(value).__module__ == "builtins":
        return value
    if hasattr(value, "tolist"):
        return _plain(value.tolist(), place, key)
    raise _error(place, key, f"expected a plain value, got {type(value).__name__}")


def _error(place: str, key: str, text: str) -> ScenarioError:
    return ScenarioError.listing([Problem(place, 0, 0, key, text)])
