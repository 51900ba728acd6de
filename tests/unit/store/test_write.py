"""Tables to Parquet: the file depends on the rows alone, and holds what is needed to understand it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glasstown.errors import DiskFull, StoreError
from glasstown.store import write
from glasstown.store.query import Parquet, read_table
from glasstown.store.tables import Columns, ContentHash, Labels, Note, Table, checked
from glasstown.store.write import ROW_GROUP, TableWriter, write_table
from store_writer import series


def in_parts(path: Path, table: Table, cuts: list[int]) -> bytes:
    with TableWriter(path, table.notes, table.facts) as writer:
        for first, last in zip([0, *cuts], [*cuts, len(table)], strict=True):
            writer.append({name: column[first:last] for name, column in table.columns.items()})
        writer.finish()
    return path.read_bytes()


@pytest.mark.parametrize(
    "cuts", [[1], [0, 0, 20_000], [8_191, 8_192, 30_000, 49_999], list(range(0, 50_000, 777))]
)
def test_the_bytes_depend_on_the_rows_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuts: list[int]
) -> None:
    table = series(1, 50_000)
    assert write_table(tmp_path / "whole.parquet", table).rows == 50_000
    whole = (tmp_path / "whole.parquet").read_bytes()
    assert in_parts(tmp_path / "parts.parquet", table, cuts) == whole
    monkeypatch.setattr(write, "PART", 2_048)  # through parts on disk, as a table of millions of rows
    assert in_parts(tmp_path / "disk.parquet", table, cuts) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "disk.parquet",
        "parts.parquet",
        "whole.parquet",
    ]


def test_units_meanings_names_and_facts_are_in_the_file(tmp_path: Path) -> None:
    table = series(4)
    written = write_table(tmp_path / "a.parquet", table)
    with Parquet(tmp_path / "a.parquet") as file:
        assert file.notes == {"value": Note("people", "how many")} and file.facts == {"number": 4}
        assert file.content == written.content and file.rows == written.rows == 6_000
        assert file.columns == {"day": "INTEGER", "measure": "VARCHAR", "value": "BIGINT", "people": "BIGINT"}


def test_row_groups_have_a_fixed_size(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow.parquet")
    write_table(tmp_path / "a.parquet", {"row": np.arange(2 * ROW_GROUP + 5)})
    metadata = arrow.ParquetFile(tmp_path / "a.parquet").metadata
    assert [metadata.row_group(n).num_rows for n in range(3)] == [ROW_GROUP, ROW_GROUP, 5]


def test_another_reader_finds_the_same_numbers_and_types(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    table = series(2)
    write_table(tmp_path / "a.parquet", table)
    found = polars.read_parquet(tmp_path / "a.parquet")
    assert found["day"].dtype == polars.Int32 and found["value"].dtype == polars.Int64
    assert all(found[name].to_list() == table[name].tolist() for name in table)


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    write_table(
        tmp_path / "a.parquet", {"id": np.empty(0, np.uint32), "kind": Labels(np.empty(0, np.uint8), ())}
    )
    found = read_table(tmp_path / "a.parquet")
    assert len(found) == 0 and found["id"].dtype == np.uint32 and found["kind"].tolist() == []


WRONG: list[tuple[str, Any]] = [
    ("at least one column", {}),
    ("different lengths", {"a": np.arange(2), "b": np.arange(3)}),
    ("2 dimensions", {"a": np.zeros((2, 2))}),
    ("cannot be stored", {"a": np.array(["x"])}),
    ("cannot be stored", {"a": np.array([None])}),
    ("cannot be stored", {"a": np.zeros(2, np.complex128)}),
    ("cannot name a column", {"a\n": np.arange(2)}),
    ("cannot name a column", {"": np.arange(2)}),
    ("unsigned", {"a": Labels(np.array([0]), ("x",))}),
    ("beyond", {"a": Labels(np.array([1], np.uint8), ("x",))}),
    ("differ", {"a": Labels(np.array([1], np.uint8), ("x", "x"))}),
    ("NUL", {"a": Labels(np.array([0], np.uint8), ("x\0",))}),
]


@pytest.mark.parametrize(("why", "columns"), WRONG)
def test_what_is_no_table_is_refused(tmp_path: Path, why: str, columns: Columns) -> None:
    with pytest.raises(StoreError, match=why):
        write_table(tmp_path / "a.parquet", columns)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "second",
    [{"b": np.arange(2)}, {"a": np.arange(2, dtype=np.int32)}, {"a": Labels(np.zeros(2, np.uint8), ("x",))}],
    ids=["name", "dtype", "kind"],
)
def test_parts_must_agree(tmp_path: Path, second: Columns) -> None:
    with TableWriter(tmp_path / "a.parquet") as writer:
        writer.append({"a": np.arange(2)})
        with pytest.raises(StoreError, match="differ from those of the first part"):
            writer.append(second)


def test_notes_must_be_about_columns(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="a note about b"):
        write_table(tmp_path / "a.parquet", Table({"a": np.arange(2)}, {"b": Note()}))
    with pytest.raises(StoreError, match="without columns"), TableWriter(tmp_path / "a.parquet") as writer:
        writer.finish()


def test_leaving_without_finish_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "PART", 2_048)
    with TableWriter(tmp_path / "a.parquet") as writer:
        writer.append({"a": np.arange(10_000)})
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_names_file_and_bytes() -> None:
    full = Path("/dev/full")  # a device on which nothing can be written
    with (
        pytest.raises(DiskFull, match="/dev/full: no room: 999 bytes needed") as caught,
        write.duck.writing(full, 999),
        write.duck.connected([full]) as connection,
    ):
        connection.execute(f"COPY (SELECT 1) TO '{full}' (FORMAT parquet, USE_TMP_FILE false)")
    assert caught.value.needed == 999


def test_the_content_hash_knows_order_names_and_kinds() -> None:
    def hashed(*parts: Columns) -> str:
        made = ContentHash()
        for part in parts:
            made.update(part)
        return made.hexdigest()

    one = {"a": np.arange(6, dtype=np.int32)}
    assert (
        hashed(one)
        == hashed({"a": one["a"][:2]}, {"a": one["a"][2:]})
        == hashed({"a": one["a"].astype(">i4")})
    )
    others = [{"b": one["a"]}, {"a": one["a"][::-1]}, {"a": one["a"].astype(np.uint32)}, {"a": one["a"][:5]}]
    assert len({hashed(one), *map(hashed, others)}) == 5
    wide = {"k": Labels(np.zeros(3, np.uint16), ("x",))}
    assert hashed(wide) == hashed({"k": Labels(np.zeros(3, np.uint8), ("x",))})


def test_labels() -> None:
    labels = Labels.of(["b", "a", "b"])
    assert labels.names == ("b", "a") and labels.codes.tolist() == [0, 1, 0]
    assert labels[1:].texts().tolist() == ["a", "b"] and checked({"k": labels}) == 3
    with pytest.raises(StoreError, match="no column 'x'; there are k"):
        Table({"k": labels})["x"]
