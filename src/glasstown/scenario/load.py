"""A scenario by name or path, made into one frozen object."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ValidationError

from glasstown.errors import Problem, ScenarioError
from glasstown.scenario.files import NAME, SourceFile, find, read
from glasstown.scenario.inherit import Absent, gather
from glasstown.scenario.model import Scenario, Table
from glasstown.scenario.overrides import Override, parse_all
from glasstown.scenario.spelling import folded
from glasstown.scenario.validate import Catalog, validated


def load(
    reference: str | Path,
    catalog: Catalog,
    town_model: type[BaseModel],
    *,
    overrides: Sequence[str | Override] = (),
    absent: Absent = "refuse",
) -> Scenario:
    """Reads the scenario called ``reference``: one that is shipped, or the path of a TOML file.

    ``catalog`` maps the names of tables to the mechanisms they stand for, and sets their order;
    ``town_model`` describes the ``[town]`` table. ``overrides`` are laid over the files in order, each
    ``"KEY=VALUE"`` or an ``Override``. One that names a mechanism which the scenario does not have is
    refused, or, with ``absent="skip"``, set aside in ``Scenario.skipped``: for two scenarios that share their
    options.

    Raises ``ScenarioError`` with every problem found, each with its file, line and column. Nothing that a
    scenario says is ever run, and nothing but the files that it extends is read.
    """
    path, shown = find(reference)
    return _made(read(path, shown), catalog, town_model, overrides, absent)


def loads(
    text: str,
    catalog: Catalog,
    town_model: type[BaseModel],
    *,
    place: str = "scenario.toml",
    overrides: Sequence[str | Override] = (),
    absent: Absent = "refuse",
) -> Scenario:
    """Reads a scenario from a text, such as ``Scenario.toml()`` wrote; ``place`` is what errors call it.

    A relative ``extends`` in it starts from the folder of ``place``. Raises ``ScenarioError``.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    file = SourceFile(Path(place).name, place, Path(place), text.removeprefix("\ufeff"), digest)
    return _made(file, catalog, town_model, overrides, absent)


class _File(BaseModel):
    name: str
    sha256: str
    text: str


class _Packed(BaseModel):
    toml: str
    origins: dict[str, str]
    files: tuple[_File, ...]


def unpacked(packed: object, catalog: Catalog, town_model: type[BaseModel], *, place: str) -> Scenario:
    """The scenario that ``Scenario.packed`` wrote down, with the origins and files that it had.

    ``place`` is what errors call it. Raises ``ScenarioError`` for anything that ``packed`` did not write.
    """
    try:
        written = _Packed.model_validate(packed)
    except ValidationError:
        raise ScenarioError.listing([Problem(place, 0, 0, "", "not a scenario as a run keeps it")]) from None
    scenario = loads(written.toml, catalog, town_model, place=place)
    files = (
        SourceFile(each.name, each.name, Path(each.name), each.text, each.sha256) for each in written.files
    )
    return replace(scenario, origins=Table(written.origins), files=tuple(files))


def _made(
    file: SourceFile,
    catalog: Catalog,
    town_model: type[BaseModel],
    overrides: Sequence[str | Override],
    absent: Absent,
) -> Scenario:
    draft = gather(file, parse_all(overrides), catalog, absent)
    if not (draft.tables or draft.problems or overrides):
        hint = 'Give it one table for each institution, or extends = "open".'
        raise ScenarioError(f"{file.shown}: says nothing", hint)
    fields = validated(draft, catalog, town_model, slug(file.name))
    return Scenario(**fields, files=tuple(draft.files), skipped=tuple(draft.skipped))


def slug(name: str) -> str:
    """A valid name for a scenario, from the name of its file."""
    plain = re.sub(r"[^a-z0-9]+", "-", folded(name.removesuffix(".toml")).lower())[:64].strip("-")
    return plain if NAME.fullmatch(plain) else "scenario"
