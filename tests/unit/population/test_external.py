"""A town from a user's own Parquet: what is given is kept, what is wrong is named."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from glasstown.core.rng import run_key
from glasstown.errors import PopulationError
from glasstown.population import Town, TownSpec, synthesize
from glasstown.population.check import check
from glasstown.population.external import counted, load, make

KEY = run_key(1, 0, "population")
Write = Callable[[str, str], Path]

PEOPLE = """
SELECT (5000 - 3 * i)::INT AS id, (i // 3)::INT AS household, (i * 7 % 90)::UTINYINT AS age,
       (i % 2)::TINYINT AS sex, (i % 11) / 10.0 AS trust, 100.0 * i AS income, 'x' AS _note
FROM range(1000) t(i)
"""
EDGES = (
    "SELECT (5000 - 3 * i)::INT AS source, (5000 - 3 * ((i + 1) % 1000))::INT AS target FROM range(1000) t(i)"
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to(name: str, sql: str) -> Path:
        path = tmp_path / name
        duckdb.connect().execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
        return path

    return to


def columns_equal(one: Town, two: Town) -> bool:
    same = all(np.array_equal(one.columns[name], two.columns[name]) for name in one.columns)
    return same and all(
        np.array_equal(a, b)
        for a, b in zip(one.ties.window(0, one.people), two.ties.window(0, two.people), strict=True)
    )


def test_what_is_given_is_kept(write: Write) -> None:
    town = load(write("p.parquet", PEOPLE), write("e.parquet", EDGES), key=KEY)
    assert (town.people, town.households) == (1000, 334)
    i = (5000 - town.columns["id"].astype(int)) // 3
    assert sorted(i) == list(range(1000))
    assert np.array_equal(town.columns["age"], i * 7 % 90)
    assert np.array_equal(town.columns["sex"], i % 2)
    assert np.array_equal(town.columns["trust"], np.rint(i % 11 / 10 * 255))
    assert np.array_equal(town.columns["income"], 10 * i)
    assert (np.diff(i // 3) >= 0).all()
    first = np.arange(1000) - town.columns["household_place"]
    assert np.array_equal(i[first] // 3, i // 3)
    assert {column.dtype for name, column in town.columns.items() if name in ("age", "trust")} == {
        np.dtype("u1")
    }


def test_ties_are_those_of_the_list_both_ways(write: Write) -> None:
    town = load(write("p.parquet", PEOPLE), write("e.parquet", EDGES), key=KEY)
    start, neighbour, weight = town.ties.window(0, 1000)
    assert np.array_equal(np.diff(start), np.full(1000, 2)) and len(weight) == 0
    i = (5000 - town.columns["id"].astype(int)) // 3
    for row in (0, 1, 500, 999):
        mine = set(i[neighbour[start[row] : start[row + 1]]])
        assert mine == {(i[row] + 1) % 1000, (i[row] - 1) % 1000}


def test_directed_ties_stand_with_their_source_and_keep_their_weight(write: Write) -> None:
    edges = write("e.parquet", f"SELECT source, target, source / 4.0 AS weight FROM ({EDGES})")
    town = load(write("p.parquet", PEOPLE), edges, key=KEY, symmetric=False)
    start, neighbour, weight = town.ties.window(0, 1000)
    ids = town.columns["id"].astype(int)
    assert np.array_equal(np.diff(start), np.ones(1000))
    assert weight.dtype == np.float32
    assert np.array_equal(weight, (ids / 4).astype(np.float32))
    i = (5000 - ids) // 3
    assert np.array_equal(i[neighbour], (i + 1) % 1000)


def test_a_symmetric_tie_may_be_listed_both_ways(write: Write) -> None:
    once = f"SELECT source, target, 2.0 AS weight FROM ({EDGES})"
    both = f"{once} UNION ALL SELECT target, source, 2.0 FROM ({EDGES})"
    one = load(write("p.parquet", PEOPLE), write("e.parquet", EDGES), key=KEY)
    two = load(write("p.parquet", PEOPLE), write("f.parquet", both), key=KEY)
    assert np.array_equal(one.ties.window(0, 1000)[1], two.ties.window(0, 1000)[1])
    assert (two.ties.window(0, 1000)[2] == 2).all()


def test_the_order_of_the_file_does_not_matter(write: Write) -> None:
    turned = f"SELECT * FROM ({PEOPLE}) ORDER BY (id * 7919) % 1000"
    assert columns_equal(load(write("p.parquet", PEOPLE), key=KEY), load(write("q.parquet", turned), key=KEY))


def test_what_is_not_given_is_synthesised_by_id(write: Write) -> None:
    """Somebody's dispositions hang on the id alone: a town of half the people has the same ones."""
    half = f"SELECT * FROM ({PEOPLE}) WHERE id % 2 = 0"
    one, two = (load(write(f"{k}.parquet", sql), key=KEY) for k, sql in enumerate((PEOPLE, half)))
    kept = np.isin(one.columns["id"], two.columns["id"])
    for name in ("boldness", "private_dissent", "hardship"):
        assert np.array_equal(one.columns[name][kept], two.columns[name])
    assert one.ties.count > 5_000
    assert len(np.unique(one.columns["boldness"])) > 200


def test_a_table_of_nothing_but_rows_becomes_people_of_the_published_ages(write: Write) -> None:
    town = load(write("p.parquet", "SELECT i::UINTEGER AS id FROM range(20000) t(i)"), key=KEY)
    age = town.columns["age"]
    assert abs((age < 15).mean() - 0.1795) < 5 * np.sqrt(0.1795 * 0.8205 / 20_000)
    assert abs((town.columns["sex"] == 0).mean() - 0.5124) < 5 * 0.5 / np.sqrt(20_000)
    assert (town.columns["household_size"] == 1).all() and town.households == 20_000


def test_given_districts_are_kept(write: Write) -> None:
    sql = "SELECT (i // 2)::INT AS household, (i // 2 % 5)::INT AS district FROM range(5000) t(i)"
    town = load(write("p.parquet", sql), key=KEY, spec=TownSpec(block_residents=100))
    assert np.array_equal(town.columns["district"], np.repeat(np.arange(5), 1000))
    assert town.district_start.tolist() == [0, 1000, 2000, 3000, 4000, 5000]
    assert set(town.district_start) <= set(town.block_start) and len(town.block_start) == 51


def test_an_empty_table_is_an_empty_town(write: Write) -> None:
    assert load(write("p.parquet", "SELECT 1 AS age LIMIT 0"), key=KEY).people == 0


def test_a_specification_can_name_the_files(write: Write, tmp_path: Path) -> None:
    write("p.parquet", PEOPLE), write("e.parquet", EDGES)
    spec = TownSpec(table="p.parquet", ties_table="e.parquet", directed=True)
    assert counted(spec, tmp_path).people == 1000
    town = make(spec, KEY, tmp_path)
    assert (town.people, town.ties.count, check(town).rows) == (1000, 1000, ())
    assert make(TownSpec(people=50), KEY).people == 50
    with pytest.raises(PopulationError, match=r"external\.make"):
        synthesize(spec, KEY)
    with pytest.raises(PopulationError, match="without table"):
        make(TownSpec(ties_table="e.parquet"), KEY, tmp_path)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 130 AS age", r"row 1, column 'age': 130; wanted: a whole number from 0 to 104"),
        ("SELECT i - 3 AS age FROM range(4) t(i)", r"row 1, column 'age': -3"),
        ("SELECT 1 AS agee", r"column 'agee' is not known; nearest: age"),
        ("SELECT 1 AS zzzzzz", r"column 'zzzzzz' is not known; known: id, household"),
        ("SELECT 'x' AS age", r"column 'age' holds VARCHAR; wanted: a whole number"),
        ("SELECT 1.5 AS age", r"column 'age' holds DECIMAL"),
        ("SELECT true AS sex", r"column 'sex' holds BOOLEAN"),
        ("SELECT CASE WHEN i = 2 THEN NULL ELSE 3 END AS age FROM range(5) t(i)",
         r"row 3, column 'age': is empty"),
        ("SELECT 3 AS id FROM range(4)", r"row 2, column 'id': 3 is also the id of row 1"),
        ("SELECT (i % 2)::INT AS district, 7 AS household FROM range(4) t(i)",
         r"row 2, column 'district': household 7 has people in another district too"),
        ("SELECT 'nan'::DOUBLE AS trust", r"row 1, column 'trust': nan; wanted: a number from 0 to 1"),
        ("SELECT 1 AS household FROM range(400)", r"1 has 400 people; at most 255 can share one"),
    ],
)  # fmt: skip
def test_a_bad_table_of_people_is_refused(write: Write, sql: str, message: str) -> None:
    path = write("bad.parquet", sql)
    with pytest.raises(PopulationError, match=message) as caught:
        load(path, key=KEY)
    assert str(path) in str(caught.value) and caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 5000 AS source, 2 AS target", r"row 1, column 'target': 2 is the id of nobody"),
        ("SELECT 5000 AS source, 5000 AS target", r"row 1, column 'target': 5000 is tied to itself"),
        ("SELECT 5000 AS source", r"column 'target' is missing; there are: source"),
        ("SELECT 5000 AS sorce, 4997 AS target", r"column 'sorce' is not known; nearest: source"),
        ("SELECT 5000 AS source, 4997 AS target FROM range(2)",
         r"row 2, column 'source': repeats the tie of row 1"),
        ("SELECT 5000 - 3 * i AS source, 4997 + 3 * i AS target, i AS weight FROM range(2) t(i)",
         r"row 2, column 'weight': a symmetric tie is listed both ways with different weights"),
        ("SELECT 5000 AS source, 4997 AS target, -1.0 AS weight", r"row 1, column 'weight': -1.0; wanted"),
        ("SELECT 5000 AS source, 4997 AS target, 'inf'::DOUBLE AS weight", r"row 1, column 'weight': inf"),
    ],
)  # fmt: skip
def test_a_bad_list_of_ties_is_refused(write: Write, sql: str, message: str) -> None:
    with pytest.raises(PopulationError, match=message):
        load(write("p.parquet", PEOPLE), write("bad.parquet", sql), key=KEY)


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"PAR1junkjunkjunkPAR1", b"age\n3\n", bytes(range(256)) * 9]
)
def test_what_is_not_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "junk.parquet"
    path.write_bytes(content)
    with pytest.raises(PopulationError, match="cannot be read as Parquet"):
        load(path, key=KEY)


@pytest.mark.parametrize("name", ["none.parquet", ".", "*.parquet"])
def test_what_is_not_a_file_is_refused(write: Write, tmp_path: Path, name: str) -> None:
    write("p.parquet", PEOPLE)
    with pytest.raises(PopulationError, match="there is no such file"):
        load(tmp_path / name, key=KEY)


def test_every_cut_of_a_file_is_refused(write: Write, tmp_path: Path) -> None:
    whole = write("p.parquet", PEOPLE).read_bytes()
    for keep in range(0, len(whole) - 1, max(1, len(whole) // 40)):
        cut = tmp_path / "cut.parquet"
        cut.write_bytes(whole[:keep])
        with pytest.raises(PopulationError):
            load(cut, key=KEY)


def test_a_large_household_has_all_its_ties(write: Write) -> None:
    """Ties beyond 255 of one person: two hostels of 250, and colleagues, neighbours and friends besides."""
    sql = "SELECT (CASE WHEN i < 500 THEN i // 250 ELSE i END)::INT AS household FROM range(1000) t(i)"
    town = load(write("p.parquet", sql), key=KEY)
    start, neighbour, _ = town.ties.window(0, town.people)
    degree = np.diff(start.astype(np.int64))
    assert (degree[:500] >= 249).all() and degree.max() > 255
    ties = np.repeat(np.arange(1000), degree) * 1000 + neighbour
    assert len(np.unique(ties)) == len(ties)
    assert np.array_equal(np.sort(ties % 1000 * 1000 + ties // 1000), np.sort(ties)), "each tie both ways"
