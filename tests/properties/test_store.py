"""What goes into the store comes out of it, for anything it takes; and damage never passes unnoticed."""

import csv
import io
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

import store_writer
from glasstown.errors import Damaged, StoreError
from glasstown.store import arrays, verify
from glasstown.store.arrays import load_arrays, save_arrays
from glasstown.store.query import read_table
from glasstown.store.sealed import canonical, parse, seal, unseal
from glasstown.store.tables import KINDS, ContentHash, Labels, Table
from glasstown.store.text import cell, plain
from glasstown.store.write import write_table

ONCE = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows = draw(st.integers(0, 40))
    names = draw(st.lists(TEXT.filter(lambda t: bool(t) and t.isprintable()), min_size=1, max_size=4,
                          unique_by=str.casefold))  # fmt: skip
    columns: dict[str, Any] = {}
    for name in names:
        if draw(st.booleans()):
            columns[name] = draw(nps.arrays(draw(st.sampled_from(sorted(KINDS))), rows))
        else:
            kinds = draw(st.lists(TEXT, min_size=1, max_size=5, unique=True))
            codes = st.integers(0, len(kinds) - 1)
            columns[name] = Labels(draw(nps.arrays(np.uint16, rows, elements=codes)), tuple(kinds))
    return Table(columns, {}, draw(st.dictionaries(TEXT, JSON, max_size=3)))


@settings(max_examples=40, **ONCE)
@given(table=tables())
def test_a_table_comes_back_as_it_was(tmp_path: Path, table: Table) -> None:
    written = write_table(tmp_path / "a.parquet", table)
    found = read_table(tmp_path / "a.parquet")
    assert list(found) == list(table) and found.facts == table.facts
    hashed = ContentHash()
    hashed.update(found.columns)
    for name in table:
        assert np.array_equal(found[name], table[name], equal_nan=table[name].dtype.kind == "f")
        assert found[name].dtype == table[name].dtype
    if not any(np.isnan(table[name]).any() for name in table if table[name].dtype.kind == "f"):
        assert hashed.hexdigest() == written.content


@settings(max_examples=60, **ONCE)
@given(array=nps.arrays(nps.boolean_dtypes() | nps.integer_dtypes() | nps.floating_dtypes(sizes=(16, 32, 64)),
                        nps.array_shapes(min_dims=0, max_dims=3, min_side=0)))  # fmt: skip
def test_an_array_comes_back_as_it_was(tmp_path: Path, array: Any) -> None:
    save_arrays(tmp_path, "x", {"a": array, "b": array.T}, {})
    found = load_arrays(tmp_path).arrays
    assert found["a"].shape == array.shape and found["a"].dtype == array.dtype.newbyteorder("<")
    assert np.array_equal(found["a"], array, equal_nan=array.dtype.kind == "f")
    assert found["b"].tobytes() == array.T.astype(array.dtype.newbyteorder("<")).tobytes()


@given(value=st.dictionaries(TEXT, JSON, max_size=4))
def test_json_has_one_spelling_and_comes_back(value: dict[str, Any]) -> None:
    assert parse(canonical(value), "here") == value and canonical(
        parse(canonical(value), "here")
    ) == canonical(value)
    body = {key: inner for key, inner in value.items() if key not in ("what", "format", "seal")}
    found = unseal(seal("manifest", 1, body), "here", "manifest", 1)
    assert found == {**body, "what": "glasstown manifest", "format": 1}


@given(text=st.text(max_size=30))
def test_text_is_visible_and_its_csv_cell_is_one_cell(text: str) -> None:
    made = cell(text)
    assert "\x1b" not in made and all(char.isprintable() or char.isspace() for char in made)
    assert made[:1] not in ("=", "+", "-", "@") and plain(plain(text)) == plain(text)
    line = io.StringIO()
    csv.writer(line).writerow([made, 1])
    assert next(csv.reader(io.StringIO(line.getvalue()))) == [made, "1"]


def damage(content: bytes, draw: np.random.Generator) -> bytes:
    """A bit flipped, an end cut off, a piece lost, or something added."""
    place, kind = int(draw.integers(len(content))), draw.integers(4)
    if kind == 0:
        return content[:place] + bytes([content[place] ^ 1 << int(draw.integers(8))]) + content[place + 1 :]
    if kind == 1:
        return content[:place]
    if kind == 2:
        return content[:place] + content[place + 1 + int(draw.integers(50)) :]
    return content[:place] + b"\0" + content[place:]


def unnoticed(root: Path, cases: int) -> int:
    """How many of ``cases`` random damages to a finished run and to a checkpoint go unnoticed."""
    store_writer.write_run(root / "run", 1, rows=500)
    save_arrays(root / "checkpoint", "day-1", store_writer.state(1), {"day": 1})
    files = sorted(path for path in root.rglob("*") if path.is_file())
    draw, passed = np.random.default_rng(20190704), 0
    for case in range(cases):
        path = files[case % len(files)]
        content = path.read_bytes()
        path.write_bytes(damage(content, draw))
        passed += not _told(root, path)
        path.write_bytes(content)
    assert verify.verify(root / "run").intact and load_arrays(root / "checkpoint").facts == {"day": 1}
    shutil.rmtree(root)
    return passed


def _told(root: Path, path: Path) -> bool:
    """Whether reading back says that ``path`` is not what was written."""
    try:
        if "checkpoint" in path.parts:
            load_arrays(root / "checkpoint")
            return False
        return path.name in verify.verify(root / "run").damaged
    except StoreError as error:
        return path.name in error.message


def test_two_hundred_damages_are_all_noticed_and_named(tmp_path: Path) -> None:
    assert unnoticed(tmp_path / "store", 210) == 0  # so fewer than 1.5 % go unnoticed (95 %)


@pytest.mark.parametrize("fault", ["files by size only", "arrays unhashed"])
def test_the_planted_faults_are_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    read = arrays._read

    def trusting(*given: Any) -> None:
        with suppress(Damaged):
            read(*given)

    if fault == "files by size only":
        monkeypatch.setattr(verify, "sha256_of", lambda path: (ANY, ANY))
    else:
        monkeypatch.setattr(arrays, "_read", trusting)
    assert unnoticed(tmp_path / "store", 70) > 0
