"""What a sweep keeps of a run: its totals, the same whether or not anything else was kept."""

import numpy as np
import pytest

from glasstown.errors import Damaged
from glasstown.lab.catalog import load
from glasstown.lab.shelf import Shelf, reduced
from glasstown.lab.simulate import simulate
from glasstown.lab.town import people_of
from glasstown.scenario.overrides import parse


@pytest.fixture(scope="module")
def both():
    scenario = load("article", [parse("town.people=1500"), parse("run.days=40")])
    town = people_of([scenario], 1)
    return [simulate(scenario, town, threads=1, keep=keep) for keep in ("everything", "totals")]


def test_totals_alone_are_the_same_bytes(both):
    whole, lean = both
    assert whole.digest == lean.digest
    for name, column in whole.totals.items():
        assert column.dtype == lean.totals[name].dtype
        assert column.tobytes() == lean.totals[name].tobytes(), name
    assert lean.summary == {name: whole.summary[name] for name in ("counted", "town")}
    assert (lean.course, lean.lives, lean.final) == ({}, {}, {})
    assert len(whole.course) and len(whole.lives) and len(whole.final)


def test_totals_of_the_town_are_sums_over_districts(both):
    totals = both[0].totals
    found = reduced(totals)
    for k in range(0, len(found["value"]), 7):
        rows = np.ones(len(totals["value"]), np.bool_)
        for name in ("measure", "by", "level"):
            rows &= totals[name] == found[name][k]
        for name in ("value", "people"):
            assert found[name][k] == totals[name][rows].sum()
        assert (totals["days"][rows] == found["days"][k]).all()
    turned = np.random.default_rng(1).permutation(len(totals["value"]))
    mixed = reduced({name: column[turned] for name, column in totals.items()})

    def told(table):
        return sorted(zip(*(column.tolist() for column in table.values()), strict=True))

    assert told(mixed) == told(found)


def test_a_task_is_read_back_as_it_was_put(both, tmp_path):
    shelf, name = Shelf(tmp_path), "ab" * 32
    shelf.tidy()
    assert not shelf.has(name)
    shelf.put(name, both[1])
    expected, found = reduced(both[0].totals), shelf.read(name)
    assert list(found) == list(expected)
    for column, values in expected.items():
        assert found[column].dtype == values.dtype
        assert (found[column] == values).all()
    (path,) = (tmp_path / "tasks").rglob("*.json")
    path.write_text(path.read_text().replace("recorded all 0 ", "recorded all 1 "))  # the planted fault
    assert not shelf.has(name)
    with pytest.raises(Damaged):
        shelf.read(name)


def test_the_file_of_another_task_is_not_taken_for_this_one(both, tmp_path):
    shelf, name, other = Shelf(tmp_path), "ab" * 32, "ab" + "cd" * 31
    shelf.tidy()
    shelf.put(name, both[1])
    (path,) = (tmp_path / "tasks").rglob("*.json")
    path.rename(path.with_name(f"{other}.json"))
    assert not shelf.has(name)
    assert not shelf.has(other)
