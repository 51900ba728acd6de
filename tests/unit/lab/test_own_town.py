"""A town of a user's own: people and weighted ties from Parquet, named in a scenario, lived and resumed."""

from pathlib import Path
from threading import Event as Signal

import numpy as np
import pytest

from glasstown.errors import Interrupted, PopulationError
from glasstown.lab import catalog
from glasstown.lab.runs import Options, compare, resume, run
from glasstown.lab.simulate import simulate
from glasstown.lab.town import people_of, tables_of
from glasstown.store.query import read_table
from glasstown.store.write import write_table

PEOPLE = 900
RNG = np.random.default_rng(5)
IDS = (RNG.permutation(PEOPLE) * 7 + 100).astype(np.uint32)

SCENARIO = """
extends = "{base}"
title = "A town of my own"
[town]
table = "people.parquet"
ties_table = "ties.parquet"
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    write_table(
        tmp_path / "people.parquet",
        {
            "id": IDS,
            "household": np.arange(PEOPLE, dtype=np.int64) // 3,
            "age": RNG.integers(0, 90, PEOPLE).astype(np.uint8),
            "private_dissent": RNG.random(PEOPLE),
            "district": (np.arange(PEOPLE) // 90).astype(np.uint8),
        },
    )
    write_table(
        tmp_path / "ties.parquet",
        {"source": IDS, "target": np.roll(IDS, 1), "weight": RNG.random(PEOPLE).astype(np.float32) + 0.1},
    )
    for base in ("open", "article"):
        (tmp_path / f"my-{base}.toml").write_text(SCENARIO.format(base=base))
    return tmp_path


def test_attributes_ties_and_weights_are_the_users(folder):
    town = people_of([catalog.load(folder / "my-article.toml")])
    assert town.people == PEOPLE
    assert set(town.columns["id"].tolist()) == set(IDS.tolist())
    _, neighbour, weight = town.ties.window(0, PEOPLE)
    assert len(neighbour) == len(weight) == 2 * PEOPLE


def test_it_is_lived_compared_stopped_and_resumed(folder, tmp_path):
    names = folder / "my-open.toml", folder / "my-article.toml"
    reference = compare(*names, days=31, seed=2)
    assert reference.without.people == PEOPLE
    signal = Signal()

    def tell(stage, done, total):
        if stage == "my-article" and done == 9:
            signal.set()

    with pytest.raises(Interrupted):
        compare(*names, days=31, seed=2, out=tmp_path / "runs", options=Options(progress=tell, stop=signal))
    (run,) = (tmp_path / "runs").iterdir()
    assert resume(run).differences == reference.differences


def test_the_order_of_the_users_rows_changes_nothing(folder):
    scenario = catalog.load(folder / "my-article.toml", ["run.days=20"])
    digest = simulate(scenario, people_of([scenario])).digest
    people = folder / "people.parquet"
    from glasstown.store.query import read_table

    table = read_table(people).arrays()
    order = RNG.permutation(PEOPLE)
    people.unlink()
    write_table(people, {n: c[order] for n, c in table.items()})
    assert simulate(scenario, people_of([scenario])).digest == digest


def test_another_table_is_another_run(folder):
    scenario = catalog.load(folder / "my-article.toml")
    before = tables_of(scenario)
    (folder / "ties.parquet").unlink()
    write_table(folder / "ties.parquet", {"source": IDS, "target": np.roll(IDS, 2)})
    after = tables_of(scenario)
    assert before["town.table"] == after["town.table"]
    assert before["town.ties_table"] != after["town.ties_table"]


def test_a_missing_table_is_named(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SCENARIO.format(base="open"))
    with pytest.raises(PopulationError, match=r"people\.parquet"):
        people_of([catalog.load(path)])


def test_people_kept_are_told_apart_by_their_own_ids(folder, tmp_path):
    scenario = catalog.load(folder / "my-article.toml", ["run.days=2"])
    kept = run(scenario, out=tmp_path / "kept", options=Options(keep_people=True)).final
    town = people_of([scenario])
    assert np.array_equal(kept["person"], town.columns["id"])
    assert np.array_equal(kept["district"], town.columns["district"])
    (file,) = (tmp_path / "kept").rglob("people.parquet")
    assert np.array_equal(read_table(file).arrays()["person"], town.columns["id"])
