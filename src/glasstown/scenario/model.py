"""What a scenario is once read: frozen, validated, complete, with the origin of every value."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from glasstown.core.mechanism import Mechanism
from glasstown.core.units import Unit
from glasstown.scenario.files import SourceFile

V = TypeVar("V")

RESERVED = ("name", "title", "question", "sources", "assumed", "extends", "without", "town", "run", "change")
"""Top-level keys that no mechanism may be called."""


class Table(Mapping[str, V]):
    """A mapping that cannot be changed, and can be pickled and hashed by content."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, V]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"Table({self._items!r})"


class RunSpec(BaseModel):
    """How long, and with which draws: the ``[run]`` table."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    days: Annotated[int, Field(ge=1, le=36_525), Unit("day")] = 365
    """How many days the town lives."""

    seed: Annotated[int, Field(ge=0, le=2**63 - 1), Unit("1")] = 1
    """Which draws: two scenarios run with the same seed are twins."""

    replicate: Annotated[int, Field(ge=0, le=2**31 - 1), Unit("1")] = 0
    """Which of many runs under one seed: each has draws of its own."""

    language: Annotated[Literal["en", "fr"], Unit("1")] = "en"
    """The language of the report."""


@dataclass(frozen=True, slots=True)
class Change:
    """From ``day`` on, ``mechanism`` takes the place of the one called ``name``; None ends it."""

    day: int
    name: str
    mechanism: Mechanism | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A town, how long it lives, its institutions in the order of the catalogue, and what changes when.

    ``origins`` tells for each value where it came from: ``"default"``, ``"open.toml:12"`` or ``"--set"``, by
    its dotted key, with ``@day`` after those of a change (``score.weight@180``). ``files`` are those read,
    root first. ``skipped`` are the overrides that met no mechanism to override (see ``load``).
    """

    name: str
    title: str
    question: str
    sources: tuple[str, ...]
    assumed: str
    town: BaseModel
    run: RunSpec
    mechanisms: Table[Mechanism]
    changes: tuple[Change, ...]
    origins: Table[str]
    files: tuple[SourceFile, ...]
    skipped: tuple[str, ...] = ()

    def folder_of(self, key: str) -> Path:
        """Where a relative path under ``key`` starts: beside the file that gave it, or the working folder."""
        name = self.origins.get(key, "").rpartition(":")[0]
        return next((file.folder for file in self.files if file.name == name), Path())

    def resolved(self) -> dict[str, Any]:
        """Every value spelt out, in plain types: read again by ``loads``, it gives the same town."""
        tables: dict[str, Any] = {
            "name": self.name,
            "title": self.title,
            "question": self.question,
            "sources": list(self.sources),
            "assumed": self.assumed,
            "town": plain(self.town),
            "run": plain(self.run),
        }
        tables |= {name: plain(each) for name, each in self.mechanisms.items()}
        changes: dict[int, dict[str, Any]] = {}
        for change in self.changes:
            of_day = changes.setdefault(change.day, {"day": change.day})
            if change.mechanism is None:
                of_day.setdefault("without", []).append(change.name)
            else:
                of_day[change.name] = plain(change.mechanism)
        return tables | ({"change": list(changes.values())} if changes else {})

    def toml(self) -> str:
        """``resolved`` as a TOML text."""
        import tomlkit

        return tomlkit.dumps(self.resolved())

    def packed(self) -> dict[str, Any]:
        """Everything but folders, in plain types: ``load.unpacked`` gives it back, origins and files too."""
        files = [{"name": each.name, "sha256": each.sha256, "text": each.text} for each in self.files]
        return {"toml": self.toml(), "origins": dict(self.origins), "files": files}

    @property
    def digest(self) -> str:
        """SHA-256 of what decides the result: town, run, mechanisms, changes; not of names and notes."""
        tables = self.resolved()
        for key in ("name", "title", "question", "sources", "assumed"):
            del tables[key]
        del tables["run"]["language"]
        return hashlib.sha256(one_line(tables).encode()).hexdigest()


def one_line(value: object) -> str:
    """As the JSON that is digested: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def plain(model: BaseModel) -> dict[str, Any]:
    """A model's values in the types that TOML and JSON have; absent (None) ones left out."""
    return model.model_dump(mode="json", exclude_none=True)
