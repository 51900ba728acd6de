"""What a scenario means does not hang on how it is written; and any text at all is read or refused."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasstown.errors import ScenarioError
from glasstown.scenario.load import loads
from glasstown.scenario.model import Scenario
from glasstown.scenario.validate import Validator
from small_catalog import SMALL, Town

Tables = dict[str, Any]

share = st.floats(0, 1, exclude_max=True)
cameras = st.fixed_dictionaries(
    {},
    optional={
        "recall": share,
        "servers": st.integers(1, 100),
        "mode": st.sampled_from(["fixed", "adaptive"]),
        "ring": st.sampled_from(["inner", "outer"]),
        "waiting": st.booleans(),
        "places": st.fixed_dictionaries({}, optional={"centre": st.floats(0, 9), "edge": st.integers(0, 9)}),
    },
)
score = st.fixed_dictionaries(
    {},
    optional={
        "weight": share,
        "memory": st.integers(1, 65_535),
        "steps_at": st.lists(st.integers(0, 950), max_size=4),
        "acts": st.dictionaries(st.sampled_from(["caring", "repaying", "jaywalking"]), st.integers(-9, 9)),
    },
)
entry = st.fixed_dictionaries({}, optional={"cameras": cameras, "score": score})
scenarios = st.fixed_dictionaries(
    {
        "score": score,
        "changes": st.dictionaries(st.integers(1, 400), entry, max_size=3),
    },
    optional={
        "cameras": cameras,
        "town": st.fixed_dictionaries({}, optional={"people": st.integers(0, 10**6)}),
        "run": st.fixed_dictionaries(
            {}, optional={"days": st.integers(1, 900), "seed": st.integers(0, 2**63 - 1)}
        ),
    },
)


def scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(map(scalar, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {scalar(each)}" for key, each in value.items()) + "}"
    return repr(value)


class Writer:
    """Writes tables as TOML, every free choice made by Hypothesis."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw

    def shuffled(self, items: Any) -> list[Any]:
        return list(self.draw(st.permutations(list(items))))

    def noise(self) -> str:
        return str(self.draw(st.sampled_from(["", "", "\n", "  # a comment = [1]", "\n# [score]\n"])))

    def table(self, head: str, values: Tables) -> str:
        lines = [f"[{head}]{self.noise()}"]
        below = []
        for key, value in self.shuffled(values.items()):
            style = self.draw(st.sampled_from("idh")) if isinstance(value, dict) and value else "i"
            if style == "i":
                lines.append(f"{key} = {scalar(value)}{self.noise()}")
            elif style == "d":
                lines += [f"{key}.{name} = {scalar(each)}" for name, each in self.shuffled(value.items())]
            else:
                below.append(self.table(f"{head}.{key}", value))
        return "\n".join([*lines, *below]) + "\n"

    def change(self, day: int, tables: Tables) -> str:
        below = [self.table(f"change.{name}", values) for name, values in self.shuffled(tables.items())]
        return f"[[change]]\nday = {day}\n" + "".join(below)

    def scenario(self, tables: Tables) -> str:
        heading = self.shuffled(
            ['title = "t"', 'question = "q?"', "sources = []"][: self.draw(st.integers(0, 3))]
        )
        parts = [self.table(key, value) for key, value in tables.items() if key != "changes"]
        changes = [self.change(day, each) for day, each in self.shuffled(tables["changes"].items())]
        if changes:
            parts.append("".join(changes))
        text = "\n".join([*heading, "", *self.shuffled(parts)])
        return text.replace("\n", "\r\n") if self.draw(st.booleans()) else text


def read(text: str) -> Scenario:
    return loads(text, SMALL, Town)


def sensible(tables: Tables) -> Tables:
    """Without changes that change nothing, which are refused."""
    running = {name for name in SMALL if name in tables}
    kept: Tables = {}
    for day, each in sorted(tables["changes"].items()):
        each = {name: values for name, values in each.items() if values or name not in running}
        running |= set(each)
        if each:
            kept[day] = each
    return tables | {"changes": kept}


def same(text: str, other: str) -> bool:
    """Whether two texts mean the same, to the last digit and in the same order."""
    one, two = read(text), read(other)
    return (
        one.digest == two.digest
        and repr(one.mechanisms) == repr(two.mechanisms)
        and repr(one.changes) == repr(two.changes)
        and list(one.origins) == list(two.origins)
    )


@settings(max_examples=200)
@given(scenarios, st.data())
def test_order_comments_line_ends_and_names_change_nothing(tables: Tables, data: st.DataObject) -> None:
    tables = sensible(tables)
    assert same(Writer(data.draw).scenario(tables), Writer(data.draw).scenario(tables))


@given(scenarios, st.data())
def test_written_out_and_read_again_it_means_the_same(tables: Tables, data: st.DataObject) -> None:
    one = read(Writer(data.draw).scenario(sensible(tables)))
    other = read(one.toml())
    assert (other.digest, other.changes, other.mechanisms) == (one.digest, one.changes, one.mechanisms)


@given(scenarios, scenarios, st.data())
def test_a_change_anywhere_changes_the_digest(one: Tables, other: Tables, data: st.DataObject) -> None:
    first, second = (read(Writer(data.draw).scenario(sensible(each))) for each in (one, other))
    assert (first.digest == second.digest) == (decisive(first) == decisive(second))


def decisive(scenario: Scenario) -> Tables:
    """What decides a result: everything but names and notes."""
    notes = {"name", "title", "question", "sources", "assumed"}
    return {key: value for key, value in scenario.resolved().items() if key not in notes}


ACTS = [f"[score]\nacts = {{{acts}}}\n" for acts in ("caring = 1, repaying = 2", "repaying = 2, caring = 1")]
TABLES = ["[score]\n[cameras]\n", "[cameras]\n[score]\n"]


def test_a_loader_that_sees_the_order_of_tables_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert same(*TABLES)
    in_text_order = property(lambda self: {name: SMALL[name] for name in self.draft.tables if name in SMALL})
    monkeypatch.setattr(Validator, "catalog", in_text_order, raising=False)
    monkeypatch.setattr(Validator, "__setattr__", lambda self, name, value: vars(self).update({name: value}))
    assert not same(*TABLES)


def test_a_loader_that_sees_the_order_of_keys_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert same(*ACTS)
    monkeypatch.setattr(json, "dumps", lambda values, **_: json.JSONEncoder().encode(values))
    assert not same(*ACTS)


PIECES = [
    "[score]",
    "[[change]]",
    "[cameras]",
    "[town]",
    "weight",
    "recall",
    "day",
    "people",
    "extends",
    "without",
]
PIECES += [
    "=",
    " = ",
    "\n",
    ".",
    ",",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    '"""',
    "#",
    "1",
    "-1",
    "1e9",
    "nan",
    "true",
]
PIECES += ["\u0435", "\x00", "\x1b[2J", "\\", "\r", "\ufeff", "1979-05-27", "0x", "_", "score", "change"]


def refusal(text: str) -> ScenarioError | None:
    """How a text is refused; None if it is read. Anything else that is raised comes through."""
    try:
        read(text)
    except ScenarioError as error:
        return error
    return None


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    error = refusal(text)
    if error:
        assert error.message
        assert all(each.isprintable() or each == "\n" for each in str(error))
        assert all(re.match(r"scenario\.toml(:\d+:\d+)?: ", str(each)) for each in error.problems)


@given(scenarios, st.data())
def test_a_broken_scenario_is_read_or_refused(tables: Tables, data: st.DataObject) -> None:
    text = Writer(data.draw).scenario(tables)
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 4))
    error = refusal(text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + cut :])
    assert error is None or error.message
