"""Writing scenarios: a first one to start from, and single values set in a file whose comments stay."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

import tomlkit
from pydantic import BaseModel
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Table

from glasstown.errors import Problem, ScenarioError
from glasstown.scenario.describe import Parameter, parameters
from glasstown.scenario.files import SUFFIX
from glasstown.scenario.limits import dotted, parse
from glasstown.scenario.model import Scenario, plain
from glasstown.scenario.overrides import Override
from glasstown.scenario.overrides import parse as parse_override

_WIDTH = 96


def new(name: str, start: Scenario, extends: str) -> str:
    """The text of a scenario called ``name`` that builds on ``start`` and changes nothing yet.

    ``extends`` is how the new file refers to ``start``: its name if it is shipped, or else its path relative
    to the new file. Every value that may be changed stands in a comment below what it means, what may stand
    there and where it comes from; take away its ``#`` to set it.
    """
    tables: dict[str, BaseModel] = {"town": start.town, "run": start.run, **start.mechanisms}
    lines = [
        f"# A scenario for Glasstown. Run it with: glasstown run {name}{SUFFIX}",
        "# To set a value, take away the # before it. Whatever is not set is as in what this extends.",
        "",
        f"name = {written(name)}",
        f"title = {written(start.title + ', changed')}",
        'question = ""',
        f"extends = {written(extends)}",
        "#    Mechanisms to leave out; delete their tables below too.",
        "# without = []",
    ]
    for table, values in tables.items():
        lines += ["", f"[{table}]", *_values(table, values)]
    lines += ["", *_change(start)]
    text = "\n".join(lines) + "\n"
    parse(text, f"{name}{SUFFIX}")
    return text


def written(value: object) -> str:
    """A plain value as TOML, in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{written_key(key)} = {written(each)}" for key, each in value.items()) + "}"
    return str(tomlkit.item(value).as_string())


def written_key(key: str) -> str:
    """A key as TOML, in quotes if it needs them."""
    return str(tomlkit.key(key).as_string())


def _values(table: str, values: BaseModel) -> Iterator[str]:
    """The values of a table, each in a comment below its notes; empty optional ones left out."""
    plainly = plain(values)
    for each in parameters(type(values), table):
        inside = each.key.removeprefix(f"{table}.")
        value: object = plainly
        for part in inside.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            yield from (f"#    {row}" for note in notes(each) for row in wrap(note, _WIDTH))
            yield f"# {inside} = {written(value)}"


def notes(known: Parameter) -> list[str]:
    """A parameter in up to three notes: what it is, what may stand there, where its default comes from."""
    unit = f" ({known.unit})" if known.unit not in ("", "1") else ""
    return [each for each in (known.text, f"{known.expected}{unit}", known.origin) if each]


def _change(start: Scenario) -> Iterator[str]:
    """An example of a dated change, in comments."""
    yield "#    From a day on, other values; without = [...] in it ends mechanisms."
    yield from ("# [[change]]", "# day = 180")
    for name, mechanism in start.mechanisms.items():
        for key, value in plain(mechanism).items():
            yield from (f"# [change.{name}]", f"# {key} = {written(value)}")
            return


def amended(text: str, overrides: Sequence[str | Override], place: str = "scenario.toml") -> str:
    """``text`` with values set; its comments, order and layout stay. For "save as scenario".

    The result is TOML, but whether it is a valid scenario is seen on loading it. Raises ``ScenarioError`` for
    a text that is not TOML, and for a key that leads through something which is not a table.
    """
    parse(text, place)
    document = tomlkit.parse(text)
    for each in overrides:
        override = parse_override(each) if isinstance(each, str) else each
        into: object = document
        *above, last = override.path
        for part in above:
            into = _below(into, part)
        if isinstance(into, TOMLDocument | Table) and isinstance(last, str):
            into[last] = override.value
        else:
            problem = Problem(override.place, 0, 0, dotted(override.path), "there is no such table")
            raise ScenarioError.listing([problem])
    done = tomlkit.dumps(document)
    parse(done, place)
    return done


def _below(into: object, part: str | int) -> object:
    """The table ``part`` of ``into``, made if it is missing; None if there can be none."""
    if isinstance(into, AoT) and isinstance(part, int):
        return into[part] if part < len(into) else None
    if isinstance(into, TOMLDocument | Table) and isinstance(part, str):
        if part not in into:
            into.add(part, tomlkit.table())
        return into[part]
    return None
