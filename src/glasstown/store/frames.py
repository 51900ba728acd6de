"""Tables as what other libraries call a frame; each library is imported only when it is asked for."""

import importlib
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from glasstown.errors import StoreError
from glasstown.store.tables import Labels, Table

__all__ = ["Frame", "as_frame", "axis", "library"]

Frame: TypeAlias = Literal["numpy", "polars", "pandas", "arrow", "xarray"]

PACKAGES: Final = {"polars": "polars", "pandas": "pandas", "arrow": "pyarrow", "xarray": "xarray"}
MOST_CELLS: Final = 1 << 28
"""Cells of an xarray cube."""


def as_frame(table: Table, frame: Frame = "polars", dims: Sequence[str] = ()) -> Any:
    """``table`` as a frame of another library.

    ``numpy``: dict of arrays, text as objects. ``polars``: ``DataFrame``, text as ``Enum``. ``pandas``:
    ``DataFrame``, text as ``Categorical``; units and meanings in ``attrs``. ``arrow``: ``Table``, text as
    dictionary; units and meanings in the fields' metadata. ``xarray``: ``Dataset``; without ``dims`` one
    dimension ``row``, with ``dims`` (names of columns that together tell the rows apart) a cube over
    their values, with zero (floats: NaN) where the table has no row. Raises ``StoreError`` if the library
    is not installed, naming what installs it, or if ``dims`` do not tell the rows apart.
    """
    if frame == "numpy":
        return table.arrays()
    found = library(frame)
    makers = {"polars": _polars, "pandas": _pandas, "arrow": _arrow}
    return _xarray(found, table, dims) if frame == "xarray" else makers[frame](found, table)


def library(frame: str) -> Any:
    """The module that makes a kind of frame. Raises StoreError, naming what installs it."""
    if frame not in PACKAGES:
        raise StoreError(f"{frame!r} is no frame; choose from numpy, {', '.join(PACKAGES)}")
    try:
        return importlib.import_module(PACKAGES[frame])
    except ImportError:
        raise StoreError(
            f"{PACKAGES[frame]} is not installed here", "Install it with: pip install 'glasstown[frames]'"
        ) from None


def _polars(polars: Any, table: Table) -> Any:
    def series(name: str, column: NDArray[Any] | Labels) -> Any:
        if not isinstance(column, Labels):
            return polars.Series(name, column)
        kind = polars.Enum(list(column.names))
        names = polars.Series(name, list(column.names), dtype=kind)
        return names.gather(polars.Series(column.codes.astype(np.uint32)))

    return polars.DataFrame([series(name, column) for name, column in table.columns.items()])


def _pandas(pandas: Any, table: Table) -> Any:
    columns = {
        name: pandas.Categorical.from_codes(column.codes.astype(np.int32), categories=list(column.names))
        if isinstance(column, Labels)
        else column
        for name, column in table.columns.items()
    }
    made = pandas.DataFrame(columns, copy=False)
    made.attrs = {"facts": table.facts, "notes": {name: vars(note) for name, note in table.notes.items()}}
    return made


def _arrow(arrow: Any, table: Table) -> Any:
    arrays, fields = [], []
    for name, column in table.columns.items():
        if isinstance(column, Labels):
            texts = arrow.array(list(column.names), arrow.string())
            array = arrow.DictionaryArray.from_arrays(arrow.array(column.codes.astype(np.int32)), texts)
        else:
            array = arrow.array(column)
        note = vars(table.notes[name]) if name in table.notes else {}
        arrays.append(array)
        fields.append(arrow.field(name, array.type, nullable=False, metadata=note))
    return arrow.Table.from_arrays(arrays, schema=arrow.schema(fields))


def _xarray(xarray: Any, table: Table, dims: Sequence[str]) -> Any:
    about = {name: {"units": note.unit, "long_name": note.meaning} for name, note in table.notes.items()}
    if not dims:
        columns = {name: ("row", table[name], about.get(name, {})) for name in table}
        return xarray.Dataset(columns, attrs=table.facts)
    axes = {dim: axis(table, dim) for dim in dims}
    shape = tuple(len(values) for values, _ in axes.values())
    cells = 1
    for length in shape:
        cells *= length
    if cells > MOST_CELLS:
        raise StoreError(f"a cube over {', '.join(dims)} has {cells} cells; ask for fewer rows or dims")
    place = (
        np.ravel_multi_index(tuple(codes for _, codes in axes.values()), shape) if cells else np.empty(0, int)
    )
    if cells and np.bincount(place, minlength=cells).max() > 1:
        raise StoreError(f"{', '.join(dims)} do not tell the rows apart")
    made = {}
    for name in (name for name in table if name not in axes):
        column = table[name]
        cube = np.full(cells, np.nan if column.dtype.kind == "f" else 0, column.dtype)
        cube[place] = column
        made[name] = (tuple(dims), cube.reshape(shape), about.get(name, {}))
    coords = {dim: (dim, values, about.get(dim, {})) for dim, (values, _) in axes.items()}
    return xarray.Dataset(made, coords=coords, attrs=table.facts)


def axis(table: Table, dim: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """The values along a dimension, and the place of each row on it. Names keep their order.

    Raises StoreError where there is no such column.
    """
    if dim not in table.columns:
        raise StoreError(f"no column {dim!r}; there are {', '.join(table.columns)}")
    column = table.columns[dim]
    codes = column.codes if isinstance(column, Labels) else column
    values, places = np.unique(codes, return_inverse=True)
    if isinstance(column, Labels):
        return np.array(column.names, dtype=str)[values], places
    return values, places
