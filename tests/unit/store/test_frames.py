"""Frames of other libraries hold the same numbers, types and texts."""

import builtins
import importlib
from typing import Any

import numpy as np
import pytest

from glasstown.errors import StoreError
from glasstown.store import frames
from glasstown.store.frames import as_frame
from glasstown.store.tables import Labels, Note, Table

TABLE = Table(
    {
        "day": np.array([0, 0, 1, 1], np.int32),
        "measure": Labels(np.array([1, 0, 1, 0], np.uint8), ("voiced", "private")),
        "value": np.array([2**62, 1, 2, 3], np.int64),
        "share": np.array([0.5, np.nan, 1.0, 0.0], np.float32),
        "right": np.array([True, False, True, True]),
    },
    {"value": Note("people", "how many")},
    {"seed": 1},
)
EMPTY = Table({"day": np.empty(0, np.int32), "measure": Labels(np.empty(0, np.uint8), ())})


@pytest.mark.parametrize("kind", ["numpy", "polars", "pandas", "arrow", "xarray"])
@pytest.mark.parametrize("table", [TABLE, EMPTY], ids=["table", "empty"])
def test_every_frame_has_the_same_content(kind: Any, table: Table) -> None:
    made = as_frame(table, kind)
    for name in table:
        column = np.asarray(made[name].to_numpy() if kind in ("polars", "arrow") else made[name])
        assert np.array_equal(column, table[name], equal_nan=name == "share"), (kind, name)
        if name != "measure":
            assert column.dtype == table[name].dtype


def test_text_has_a_fixed_order_of_kinds() -> None:
    assert as_frame(TABLE, "polars")["measure"].dtype.categories.to_list() == ["voiced", "private"]
    assert as_frame(TABLE, "pandas")["measure"].cat.categories.tolist() == ["voiced", "private"]
    assert as_frame(TABLE, "arrow").column("measure").chunk(0).dictionary.to_pylist() == ["voiced", "private"]


def test_units_and_meanings_go_along() -> None:
    assert as_frame(TABLE, "arrow").schema.field("value").metadata == {
        b"unit": b"people",
        b"meaning": b"how many",
    }
    assert as_frame(TABLE, "pandas").attrs["notes"]["value"]["unit"] == "people"
    assert as_frame(TABLE, "xarray")["value"].attrs == {"units": "people", "long_name": "how many"}
    assert as_frame(TABLE, "xarray").attrs == {"seed": 1}


def test_a_cube_is_addressed_by_its_dimensions() -> None:
    rows = {name: column[1:] for name, column in TABLE.columns.items()}  # (0, private) has no row
    cube = as_frame(Table(rows, TABLE.notes), "xarray", ("measure", "day"))
    assert cube["value"].dims == ("measure", "day") and cube["value"].dtype == np.int64
    assert cube["value"].sel(measure="voiced").values.tolist() == [1, 3]
    assert cube["value"].sel(measure="private", day=1).item() == 2
    assert cube["value"].sel(measure="private", day=0).item() == 0
    assert np.isnan(cube["share"].sel(measure="private", day=0).item())


def test_dimensions_must_tell_the_rows_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreError, match="day do not tell the rows apart"):
        as_frame(TABLE, "xarray", ("day",))
    with pytest.raises(StoreError, match="no column 'x'"):
        as_frame(TABLE, "xarray", ("x",))
    monkeypatch.setattr(frames, "MOST_CELLS", 3)
    with pytest.raises(StoreError, match="has 4 cells"):
        as_frame(TABLE, "xarray", ("measure", "day"))
    monkeypatch.undo()
    assert as_frame(EMPTY, "xarray", ("day", "measure")).sizes == {"day": 0, "measure": 0}


@pytest.mark.parametrize("kind", ["polars", "pandas", "arrow", "xarray"])
def test_a_missing_library_is_named_with_its_remedy(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(
        StoreError, match=r"not installed here\nInstall it with: pip install 'glasstown\[frames\]'"
    ):
        as_frame(TABLE, kind)


def test_an_unknown_frame_is_refused() -> None:
    unknown: Any = "excel"
    with pytest.raises(StoreError, match="'excel' is no frame; choose from numpy, polars"):
        as_frame(TABLE, unknown)


def test_libraries_are_imported_late(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def watched(name: str, *rest: Any, **named: Any) -> Any:
        assert name.split(".")[0] not in frames.PACKAGES.values(), name
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", watched)
    importlib.reload(frames)
    assert as_frame(TABLE, "numpy")["measure"].tolist() == ["private", "voiced", "private", "voiced"]
