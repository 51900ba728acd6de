"""Parquet back to tables: the rows asked for, as they were written; foreign files with care."""

import os
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from glasstown.errors import Damaged, NotEnoughMemory, StoreError
from glasstown.store.duck import connected
from glasstown.store.query import Parquet, Where, read_table
from glasstown.store.tables import Labels
from glasstown.store.write import write_table
from store_writer import series


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A series of 6,000 rows: 120 days, three measures in turn."""
    write_table(tmp_path / "series.parquet", series(1))
    return tmp_path / "series.parquet"


ASKED: list[tuple[Where, Any]] = [
    ({"day": 7}, lambda t: t["day"] == 7),
    ({"day": np.int32(7)}, lambda t: t["day"] == 7),
    ({"day": range(3, 5), "measure": "voiced"}, lambda t: np.isin(t["day"], [3, 4])
     & (t["measure"] == "voiced")),
    ({"measure": ["voiced", "l'élan"]}, lambda t: t["measure"] != "flagged; =1+1"),
    ({"day": []}, lambda t: t["day"] < 0),
    ({"measure": "' OR 1=1 --"}, lambda t: t["day"] < 0),
]  # fmt: skip


@pytest.mark.parametrize(("where", "law"), ASKED, ids=[str(where) for where, _ in ASKED])
def test_rows_asked_for(path: Path, where: Where, law: Any) -> None:
    table, found = series(1), read_table(path, where=where)
    kept = law(table)
    assert all(np.array_equal(found[name], table[name][kept]) for name in table)
    assert all(found[name].dtype == table[name].dtype for name in table)


def test_columns_asked_for(path: Path) -> None:
    found = read_table(path, ["value", "day"])
    assert list(found) == ["value", "day"] and found.notes["value"].unit == "people"


@pytest.mark.parametrize(
    ("columns", "where", "why"),
    [
        (["x"], {}, "no column 'x'; there are day, measure"),
        (None, {"x": 1}, "no column 'x'"),
        (None, {"day": "7"}, "holds numbers, never '7'"),
        (None, {"measure": 7}, "holds text, never 7"),
        (None, {"day": range(0, 9, 2)}, "single steps"),
        (None, {"day": [None]}, "never None"),
    ],
)
def test_wrong_questions_say_what_is_wrong(path: Path, columns: Any, where: Any, why: str) -> None:
    with pytest.raises(StoreError, match=why):
        read_table(path, columns, where)


def test_floats_without_a_value_come_back_as_nan(tmp_path: Path) -> None:
    given = np.array([0.1, np.nan, -0.0, 1e300])
    write_table(tmp_path / "a.parquet", {"f": given})
    found = read_table(tmp_path / "a.parquet")["f"]
    assert found.tobytes() == given.tobytes()


def made(path: Path, query: str, options: str = "") -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet{options})")
    return path


def test_files_of_other_origin(tmp_path: Path) -> None:
    query = """SELECT i::INTEGER AS id, chr((97 + i % 3)::INTEGER) AS kind, NULL::INTEGER AS n,
               DATE '2019-01-01' AS d, [i] AS many FROM range(9) t(i)"""
    path = made(tmp_path / "a.parquet", query)
    found = read_table(path, ["id", "kind"])
    assert isinstance(found.columns["kind"], Labels) and found.columns["kind"].names == ("a", "b", "c")
    assert found["kind"].tolist() == list("abc" * 3) and found.facts == {}
    for name, why in {"d": "DATE", "many": "BIGINT\\[\\]"}.items():
        with pytest.raises(StoreError, match=f"column {name} holds {why}"):
            read_table(path, [name])
    with pytest.raises(Damaged, match="column n lacks values"):
        read_table(path, ["n"])
    texts = made(tmp_path / "b.parquet", "SELECT i::VARCHAR AS text FROM range(70000) t(i)")
    with pytest.raises(StoreError, match="more than 65536 different texts"):
        read_table(texts)


@pytest.mark.parametrize(
    "metadata",
    [
        "not json",
        "[]",
        '{"columns": []}',
        '{"facts": 7}',
        '{"columns": {"k": {"names": 7}}}',
        '{"columns": {"k": {"names": ["x"]}}}',
        '{"columns": {"k": {"names": ["a", "a"]}}}',
        "[" * 50_000,
    ],
)
def test_false_metadata_is_damage(tmp_path: Path, metadata: str) -> None:
    path = made(tmp_path / "a.parquet", "SELECT 'a' AS k", f", KV_METADATA {{glasstown: '{metadata}'}}")
    with pytest.raises(StoreError, match=str(path)):
        read_table(path)


def test_no_file_or_no_parquet(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "text").write_text("PAR1 is not enough")
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to("/etc/passwd")
    for name in ("pipe", "text", "empty", "link", "absent", "."):
        with pytest.raises(StoreError, match=str(tmp_path)):
            Parquet(tmp_path / name)


def test_a_table_larger_than_memory_is_refused_before_it_is_unfolded(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sysconf", lambda name: 4096 if "SIZE" in str(name) else 3)
    with pytest.raises(NotEnoughMemory, match="6000 rows take"):
        read_table(path)


def test_a_connection_touches_nothing_but_its_files(tmp_path: Path, path: Path) -> None:
    other = made(tmp_path / "other.parquet", "SELECT 1 AS a")
    tries = [
        f"SELECT * FROM read_parquet('{other}')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        f"COPY (SELECT 1) TO '{tmp_path}/new.csv'",
        f"ATTACH '{tmp_path}/new.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        f"EXPORT DATABASE '{tmp_path}/dump'",
        "SELECT * FROM tries",  # a variable of this test
    ]
    with connected([path]) as connection:
        for attempt in tries:
            with pytest.raises(duckdb.Error):
                connection.execute(attempt)
        assert connection.execute(f"SELECT count(*) FROM '{path}'").fetchall() == [(6_000,)]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other.parquet", "series.parquet"]
