"""The dated changes of a scenario: what replaces what, and when."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from glasstown.core.mechanism import Mechanism
from glasstown.scenario.describe import shown
from glasstown.scenario.inherit import Draft
from glasstown.scenario.model import RESERVED, Change, plain
from glasstown.scenario.positions import Path
from glasstown.scenario.spelling import nearest

M = TypeVar("M", bound=BaseModel)

MOST_CHANGES = 1_000


class Judge(Protocol):
    """What turns a table into a model, or notes in the draft why it cannot."""

    draft: Draft
    catalog: Mapping[str, type[Mechanism]]

    def model(self, model: type[M], path: Path, values: Any) -> M | None:
        """``values`` as ``model``; None, and a problem at ``path``, if they are not valid."""
        ...

    def trace(self, made: BaseModel, path: Path, suffix: str) -> None:
        """Notes the origins of the values of ``made``."""
        ...


class Entry(BaseModel):
    """What every ``[[change]]`` may say beside tables of mechanisms."""

    model_config = ConfigDict(extra="ignore", strict=True, use_attribute_docstrings=True)

    day: Annotated[int, Field(ge=1, le=36_525)]
    """The first day of the change."""

    without: tuple[str, ...] = ()
    """Mechanisms that end."""


class Calendar:
    """Goes through the changes day by day, keeping book of what runs and with what it last ran.

    A table replaces only the values it gives. A mechanism that does not run begins: with the values it had
    when it ended, or else with the defaults.
    """

    def __init__(self, judge: Judge, begun: Mapping[str, Mechanism | None]) -> None:
        self.judge = judge
        self.draft = judge.draft
        self.running = {name: plain(each) if each else {} for name, each in begun.items()}
        self.ended: dict[str, dict[str, Any]] = {}

    def changes(self) -> tuple[Change, ...]:
        """All changes in order of day, and of the catalogue within a day; problems are noted in the draft."""
        listed = self.draft.tables.get("change", [])
        if not isinstance(listed, list) or len(listed) > MOST_CHANGES:
            text = f"expected at most {MOST_CHANGES:,} tables, each headed [[change]]"
            self.draft.complain(("change",), text)
            return ()
        entries: list[tuple[int, int, Entry]] = []
        for index, tables in enumerate(listed):
            entry = self.judge.model(Entry, ("change", index), tables)
            if entry is not None:
                entries.append((entry.day, index, entry))
        done: dict[tuple[int, str], Change] = {}
        for _, index, entry in sorted(entries, key=lambda each: each[:2]):
            path = ("change", index)
            for change in self._entry(entry, path, listed[index]):
                if (change.day, change.name) in done:
                    text = f"{change.name} changes twice on day {change.day}"
                    self.draft.complain((*path, change.name), text, at_key=True)
                done[change.day, change.name] = change
        order = list(self.judge.catalog)
        return tuple(sorted(done.values(), key=lambda each: (each.day, order.index(each.name))))

    def _entry(self, entry: Entry, path: Path, tables: Mapping[str, Any]) -> Iterator[Change]:
        given = {key: value for key, value in tables.items() if key not in Entry.model_fields}
        if not given and not entry.without:
            self.draft.complain(path, "changes nothing; expected a table of a mechanism, or without = [...]")
        for index, name in enumerate(entry.without):
            if name in self.running:
                self.ended[name] = self.running.pop(name)
                yield Change(entry.day, name, None)
            else:
                text = f"{shown(name)} does not run on day {entry.day}, so it cannot end"
                self.draft.complain((*path, "without", index), text, nearest(name, self.running))
        for name, values in given.items():
            made = self._made((*path, name), name, values)
            if made is not None:
                self.judge.trace(made, (*path, name), f"@{entry.day}")
                self.running[name] = plain(made)
                yield Change(entry.day, name, made)

    def _made(self, path: Path, name: str, values: Any) -> Mechanism | None:
        """The mechanism that begins, or takes the place of the one that runs."""
        if name not in self.judge.catalog:
            text = "only mechanisms can change" if name in RESERVED else "unknown mechanism"
            near = "" if name in RESERVED else nearest(name, [*self.judge.catalog, *Entry.model_fields])
            self.draft.complain(path, text, near, at_key=True)
            return None
        if name in self.running and values == {}:
            self.draft.complain(path, f"changes nothing: {name} runs already")
        before = self.running.get(name, self.ended.get(name, {}))
        return self.judge.model(
            self.judge.catalog[name], path, before | values if isinstance(values, dict) else values
        )
