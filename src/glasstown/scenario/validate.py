"""A draft made into values: every table through its model, every problem collected."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from glasstown.core.mechanism import Mechanism
from glasstown.errors import Problem, ScenarioError
from glasstown.scenario.changes import Calendar
from glasstown.scenario.describe import parameters, shown
from glasstown.scenario.explain import explain, misplaced
from glasstown.scenario.files import NAME
from glasstown.scenario.inherit import HEADING, Draft
from glasstown.scenario.model import RESERVED, Change, RunSpec, Table
from glasstown.scenario.positions import Path
from glasstown.scenario.spelling import nearest

M = TypeVar("M", bound=BaseModel)
Catalog = Mapping[str, type[Mechanism]]


class Heading(BaseModel):
    """What a file says about itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    name: Annotated[str, Field(pattern=rf"^{NAME.pattern}$")] = "scenario"
    """What its runs are called: a-z, digits and hyphens; if left out, the name of the file."""

    title: Annotated[str, Field(max_length=200)] = ""
    """One line for people."""

    question: Annotated[str, Field(max_length=2_000)] = ""
    """The question that it answers."""

    sources: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    """Keys of the bibliography."""

    assumed: Annotated[str, Field(max_length=2_000)] = ""
    """Which of its numbers no source gives."""


class Validator:
    """Turns the tables of a draft into models, noting in the draft what is wrong with them."""

    def __init__(self, draft: Draft, catalog: Catalog, town_model: type[BaseModel]) -> None:
        self.draft = draft
        self.catalog = catalog
        self.town_model = town_model
        self.origins: dict[str, str] = {}
        models: dict[str, type[BaseModel]] = {"": Heading, "run": RunSpec, "town": town_model, **catalog}
        self.known = [each.key for name, model in models.items() for each in parameters(model, name)]

    def heading(self, default: str) -> Heading:
        """The file's words about itself; ``default`` is its name if it gives none."""
        keys = (*HEADING, "sources")
        said = {key: value for key, value in self.draft.tables.items() if key in keys}
        return self.model(Heading, (), {"name": default} | said) or Heading()

    def strangers(self) -> None:
        """Notes every top-level key that is nothing we know."""
        for key, value in self.draft.tables.items():
            if key not in RESERVED and key not in self.catalog and not self.draft.full:
                text = "unknown mechanism" if isinstance(value, dict) else "unknown key"
                near = nearest(key, [*self.catalog, *RESERVED]) or misplaced(key, self.known)
                self.draft.complain((key,), text, near, at_key=True)

    def table(self, model: type[M], name: str) -> M | None:
        """One table of the draft, and the origins of its values; None if something is wrong with it."""
        made = self.model(model, (name,), self.draft.tables.get(name, {}))
        if made is not None:
            self.trace(made, (name,), "")
        return made

    def mechanisms(self) -> dict[str, Mechanism | None]:
        """The institutions that the draft gives, in the order of the catalogue; None where not valid."""
        given = [name for name in self.catalog if name in self.draft.tables]
        return {name: self.table(self.catalog[name], name) for name in given}

    def model(self, model: type[M], path: Path, values: Any) -> M | None:
        """``values`` as ``model``; None, and what is wrong noted in the draft, if they are not valid.

        They go through JSON, whose strict reading takes a list for a tuple but no boolean for a number;
        sorted, so that a table within is the same whatever the order of its keys.
        """
        if not isinstance(values, dict):
            self.draft.complain(path, f"expected a table, got {shown(values)}")
            return None
        try:
            return model.model_validate_json(json.dumps(values, sort_keys=True), strict=True)
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False):
                if self.draft.full:
                    break
                text, near = explain(model, error, self.known)
                at_key = error["type"] == "extra_forbidden"
                self.draft.complain((*path, *error["loc"]), text, near, at_key)
        return None

    def trace(self, made: BaseModel, path: Path, suffix: str) -> None:
        """Notes where each value of a table came from, under its dotted key and ``suffix``."""
        for each in parameters(type(made), str(path[-1])):
            whole = (*path, *each.key.split(".")[1:])
            ends = range(len(whole), len(path), -1)
            given = next((whole[:end] for end in ends if whole[:end] in self.draft.keys), None)
            before = self.origins.get(each.key, "default") if suffix else "default"
            self.origins[each.key + suffix] = self.draft.keys[given].origin if given else before


def validated(draft: Draft, catalog: Catalog, town_model: type[BaseModel], name: str) -> dict[str, Any]:
    """The fields of a ``Scenario`` that a draft fills. Raises ``ScenarioError`` with all problems."""
    for reserved in sorted(set(catalog) & set(RESERVED)):
        raise ValueError(f"a mechanism cannot be called {reserved}: the key has a meaning of its own")
    validator = Validator(draft, catalog, town_model)
    validator.strangers()
    heading = validator.heading(name)
    town = validator.table(town_model, "town")
    run = validator.table(RunSpec, "run")
    mechanisms = validator.mechanisms()
    changes = Calendar(validator, mechanisms).changes()
    if draft.problems or town is None or run is None:
        raise ScenarioError.listing(in_order(draft))
    return {
        **dict(heading),
        "title": heading.title or heading.name,
        "town": town,
        "run": run,
        "mechanisms": Table({key: each for key, each in mechanisms.items() if each}),
        "changes": changes,
        "origins": Table({key: validator.origins[key] for key in _keys(town, run, mechanisms, changes)}),
    }


def _keys(
    town: BaseModel, run: RunSpec, mechanisms: Mapping[str, Mechanism | None], changes: Sequence[Change]
) -> Iterator[str]:
    """The keys of all values in an order that does not hang on that of the text."""
    models: dict[str, BaseModel | None] = {"town": town, "run": run, **mechanisms}
    for name, model in models.items():
        if model:
            yield from (each.key for each in parameters(type(model), name))
    for change in changes:
        if change.mechanism:
            yield from (
                f"{each.key}@{change.day}" for each in parameters(type(change.mechanism), change.name)
            )


def in_order(draft: Draft) -> list[Problem]:
    """The problems of a draft, each once: those of the last file first, line by line, then of options."""
    files = [file.shown for file in reversed(draft.files)]
    order = {place: number for number, place in enumerate(files)}
    return sorted(
        dict.fromkeys(draft.problems),
        key=lambda each: (order.get(each.place, len(files)), each.line, each.column),
    )
