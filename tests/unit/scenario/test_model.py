"""The scenario itself: frozen, to be pickled, to be written out and read again."""

import json
import pickle
from dataclasses import FrozenInstanceError

import pytest

from glasstown.errors import ScenarioError
from glasstown.scenario.load import loads, unpacked
from glasstown.scenario.model import RunSpec, Scenario, Table
from small_catalog import SMALL, Town

TEXT = """\
name = "all"
title = "Everything"
question = "Why \\"this\\"?"
sources = ["one"]
[town]
people = 7
[run]
days = 30
[score]
weight = 1e-7
[cameras]
ring = "outer"
[[change]]
day = 4
without = ["cameras"]
[[change]]
day = 9
cameras.recall = 0.1
score.memory = 3
"""


def read(text: str) -> Scenario:
    return loads(text, SMALL, Town)


def test_written_out_and_read_again_it_is_the_same() -> None:
    one = read(TEXT)
    other = read(one.toml())
    assert other.resolved() == one.resolved()
    assert (other.digest, other.changes, other.mechanisms) == (one.digest, one.changes, one.mechanisms)


def test_packed_and_unpacked_it_keeps_its_origins_and_files() -> None:
    one = loads(TEXT, SMALL, Town, overrides=["run.seed=9"])
    packed = json.loads(json.dumps(one.packed()))
    other = unpacked(packed, SMALL, Town, place="run.json")
    assert (other.digest, other.origins, other.changes) == (one.digest, one.origins, one.changes)
    assert other.origins["run.seed"] == "--set"
    assert other.files == one.files
    assert other.packed() == one.packed()


@pytest.mark.parametrize("packed", [None, {}, {"toml": "[score]", "origins": {"a": 1}, "files": []}])
def test_what_was_not_packed_is_not_unpacked(packed: object) -> None:
    with pytest.raises(ScenarioError, match=r"run\.json: not a scenario as a run keeps it"):
        unpacked(packed, SMALL, Town, place="run.json")


def test_the_digest_is_of_what_decides_the_result_and_nothing_else() -> None:
    digest = read(TEXT).digest
    assert len(digest) == 64
    assert read(TEXT.replace("Everything", "All")).digest == digest
    assert read(TEXT.replace("days = 30", 'days = 30\nlanguage = "fr"')).digest == digest
    for old, new in (
        ("days = 30", "days = 31"),
        ("people = 7", "people = 8"),
        ("0.1", "0.2"),
        ("1e-7", "2e-7"),
    ):
        assert read(TEXT.replace(old, new)).digest != digest


def test_it_is_frozen_and_survives_pickling() -> None:
    scenario = read(TEXT)
    with pytest.raises(FrozenInstanceError):
        scenario.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        scenario.mechanisms["score"] = scenario.mechanisms["cameras"]  # type: ignore[index]
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_a_table_is_a_mapping_with_a_hash() -> None:
    table = Table({"a": 1, "b": 2})
    assert (dict(table), len(table), repr(table)) == ({"a": 1, "b": 2}, 2, "Table({'a': 1, 'b': 2})")
    assert table == Table({"b": 2, "a": 1})
    assert hash(table) == hash(Table({"b": 2, "a": 1}))


def test_a_run_has_defaults() -> None:
    assert (RunSpec().days, RunSpec().seed, RunSpec().replicate, RunSpec().language) == (365, 1, 0, "en")
