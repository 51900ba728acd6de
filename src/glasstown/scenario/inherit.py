"""A chain of files that extend one another, and overrides, laid one over the other into one draft.

A table is merged key by key, a value or list replaced whole; ``without`` first takes away inherited
mechanisms; ``sources`` add up; title, question and notes are those of the last file only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any, Literal, NamedTuple, TypeGuard

from glasstown.errors import Problem, ScenarioError
from glasstown.scenario.files import SUFFIX, SourceFile, find, printable, read, shipped
from glasstown.scenario.limits import dotted, parse, walk
from glasstown.scenario.model import RESERVED
from glasstown.scenario.overrides import Override
from glasstown.scenario.positions import Path, positions
from glasstown.scenario.spelling import nearest

MOST_FILES = 8
MOST_KEYS = 6_000
MOST_PROBLEMS = 100
HEADING = ("name", "title", "question", "assumed")

Absent = Literal["refuse", "skip"]


class Place(NamedTuple):
    """Where a value was given: as an error shows it, and as its origin is written."""

    shown: str
    origin: str
    line: int = 0
    column: int = 0


class Layer(NamedTuple):
    """One file, or one override, as tables and the places of their keys and values."""

    tables: dict[str, Any]
    keys: Mapping[Path, Place]
    values: Mapping[Path, Place]


@dataclass(slots=True)
class Draft:
    """What the layers together say, not yet validated, and what is already known to be wrong."""

    tables: dict[str, Any] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    files: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def complain(self, path: Path, text: str, near: str = "", at_key: bool = False) -> None:
        """Notes a problem with what stands at ``path``, or with its key."""
        if self.full:
            return
        places = self.keys if at_key else self.values
        known = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in places), ())
        place = places[known] if known else Place(self.files[-1].shown if self.files else "", "")
        self.problems.append(Problem(place.shown, place.line, place.column, dotted(path), text, near))

    @property
    def full(self) -> bool:
        """Whether so many problems are noted that looking for more would only cost time."""
        return len(self.problems) >= MOST_PROBLEMS

    def forget(self, path: Path, value: Any) -> None:
        """Drops the places of ``value``, which stood at ``path``, and of everything below."""
        for below, _ in walk({"": value}):
            self.keys.pop((*path, *below[1:]), None)
            self.values.pop((*path, *below[1:]), None)


def gather(
    first: SourceFile, overrides: Sequence[Override], catalog: Mapping[str, Any], absent: Absent
) -> Draft:
    """One draft of ``first``, all that it extends, and ``overrides`` in their order.

    With ``absent="skip"`` an override of a mechanism that the files do not have is set aside, not refused.
    Raises ``ScenarioError`` for a file that cannot be read or parsed, and for a chain that does not end.
    """
    draft = Draft()
    for file, layer in reversed(list(_chain(first))):
        draft.files.append(file)
        for key in HEADING:
            draft.forget((key,), draft.tables.pop(key, None))
        _take_away(draft, layer, catalog)
        _lay(draft, layer)
    for override in overrides:
        _override(draft, override, catalog, absent)
    return draft


def _chain(first: SourceFile) -> Iterator[tuple[SourceFile, Layer]]:
    """A file and those it extends, itself first."""
    file, seen, names, keys = first, [_identity(first)], {first.name: 1}, 0
    for count in range(1, MOST_FILES + 2):
        tables = parse(file.text, file.shown)
        layer = _layer(file, tables)
        keys += len(layer.keys)
        if keys > MOST_KEYS:
            text = f"more than {MOST_KEYS:,} keys, those of the files that lead here counted"
            raise ScenarioError.listing([Problem(file.shown, 0, 0, "", text)])
        yield file, layer
        if "extends" not in tables:
            return
        parent = _parent(file, layer, tables["extends"])
        if _identity(parent) in seen:
            circle = " -> ".join([*(path.name for path in seen), _identity(parent).name])
            raise _wrong(layer, f"leads round in a circle: {circle}")
        if count == MOST_FILES:
            raise _wrong(layer, f"a chain of more than {MOST_FILES} files")
        seen.append(_identity(parent))
        names[parent.name] = names.get(parent.name, 0) + 1
        again = names[parent.name]
        file = replace(parent, name=f"{parent.name}#{again}") if again > 1 else parent


def _identity(file: SourceFile) -> FilePath:
    return file.path.resolve()


def _parent(file: SourceFile, layer: Layer, reference: object) -> SourceFile:
    """The file that ``extends`` names: a shipped scenario, or a path relative to the file."""
    if not isinstance(reference, str):
        raise _wrong(layer, "expected the name of a shipped scenario or the path of a file")
    if "/" not in reference and not reference.endswith(SUFFIX):
        if reference not in shipped():
            text = f"no scenario {printable(reference)!r} comes with Glasstown ({', '.join(shipped())})"
            raise _wrong(layer, text, nearest(reference, shipped()))
        path, shown = find(reference)
    else:
        if FilePath(reference).is_absolute() or not reference.endswith(SUFFIX):
            raise _wrong(layer, f"expected a path relative to this file, ending in {SUFFIX}")
        path = file.folder / reference
        shown = printable(str(FilePath(file.shown).parent / reference))
    try:
        return read(path, shown)
    except ScenarioError as error:
        told = error.problems[0]
        raise _wrong(layer, f"{told.place}: {told.text}", told.nearest, error.hint) from None


def _wrong(layer: Layer, text: str, near: str = "", hint: str = "") -> ScenarioError:
    """An error about the ``extends`` of a file."""
    shown, _, line, column = layer.values[("extends",)]
    return ScenarioError.listing([Problem(shown, line, column, "extends", text, near)], hint)


def _layer(file: SourceFile, tables: dict[str, Any]) -> Layer:
    keys: dict[Path, Place] = {}
    values: dict[Path, Place] = {}
    for path, (key, value) in positions(file.text).items():
        keys[path] = Place(file.shown, f"{file.name}:{key.line}", *key)
        values[path] = Place(file.shown, f"{file.name}:{key.line}", *value)
    return Layer(tables, keys, values)


def _take_away(draft: Draft, layer: Layer, catalog: Mapping[str, Any]) -> None:
    """Applies a layer's ``without`` to what is inherited."""
    names = layer.tables.get("without", [])
    listed = names if isinstance(names, list) else [names]
    for index, name in enumerate(listed):
        if draft.full:
            break
        where = ("without", index) if isinstance(names, list) else ("without",)
        text, near = "", ""
        if not isinstance(names, list) or not isinstance(name, str):
            text = "expected a list of names of mechanisms"
        elif name not in draft.tables or name in RESERVED:
            near = nearest(name, [each for each in catalog if each in draft.tables]) or nearest(name, catalog)
            text = "is not inherited" if name in catalog else "unknown mechanism"
            text = f"{printable(name)}: {text}, so it cannot be left out"
        elif name in layer.tables:
            text = f"{name}: both left out and given in the same file"
        if text:
            place = layer.values.get(where, layer.values[("without",)])
            draft.problems.append(Problem(place.shown, place.line, place.column, "without", text, near))
        else:
            draft.forget((name,), draft.tables.pop(name))


def _lay(draft: Draft, layer: Layer) -> None:
    """Merges a layer into the draft."""
    for key, value in layer.tables.items():
        if key in ("extends", "without"):
            continue
        above = draft.tables.get(key)
        if key == "sources" and _texts(value) and _texts(above):
            value = list(dict.fromkeys([*above, *value]))
        _merge(draft, layer, (key,), draft.tables, value)


def _texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _merge(draft: Draft, layer: Layer, path: Path, into: dict[str, Any], value: Any) -> None:
    key = str(path[-1])
    above = into.get(key)
    if isinstance(value, dict) and isinstance(above, dict):
        draft.keys[path], draft.values[path] = layer.keys[path], layer.values[path]
        for name, each in value.items():
            _merge(draft, layer, (*path, name), above, each)
        return
    draft.forget(path, above)
    into[key] = value
    for places, given in ((draft.keys, layer.keys), (draft.values, layer.values)):
        places[path] = given[path]
        for below, _ in walk({"": value}):
            whole = (*path, *below[1:])
            if whole in given:
                places[whole] = given[whole]


def _override(draft: Draft, override: Override, catalog: Mapping[str, Any], absent: Absent) -> None:
    path, name = override.path, str(override.path[0])
    place = Place(override.place, override.option)
    missing = name in catalog and name not in draft.tables and len(path) > 1
    out = name == "without" and isinstance(override.value, list)
    if absent == "skip" and (missing or (out and not set(override.value) <= set(draft.tables))):
        draft.skipped.append(override.place)
    elif missing:
        text = f"{name} is not part of this scenario; to add it: --set '{name}={{}}'"
        draft.problems.append(Problem(place.shown, 0, 0, dotted(path), text))
    elif name == "extends":
        draft.problems.append(Problem(place.shown, 0, 0, name, "can only be given in a file"))
    elif any(isinstance(part, int) for part in path):
        _override_listed(draft, override, place)
    else:
        value: Any = override.value
        for part in reversed(path):
            value = {part: value}
        places = {below: place for below, _ in walk(value)}
        layer = Layer(value, places, places)
        _take_away(draft, layer, catalog)
        _lay(draft, layer)


def _override_listed(draft: Draft, override: Override, place: Place) -> None:
    """An override of something inside a list, as in ``change.0.score.weight=0.2``."""
    into: Any = draft.tables
    *above, last = override.path
    for part in above:
        if isinstance(into, list) and isinstance(part, int) and part < len(into):
            into = into[part]
        elif isinstance(into, dict) and not isinstance(part, int):
            into = into.setdefault(part, {})
        else:
            into = None
    if isinstance(into, dict) and not isinstance(last, int):
        draft.forget(override.path, into.get(last))
        into[last] = override.value
        draft.keys[override.path] = draft.values[override.path] = place
    else:
        draft.problems.append(Problem(place.shown, 0, 0, dotted(override.path), "there is no such entry"))
