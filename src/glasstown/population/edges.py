"""A user's own list of ties -> compressed sparse rows."""

from pathlib import Path

import numpy as np

from glasstown.core.ties import StoredTies
from glasstown.core.typing import F64s, I64s, U32s
from glasstown.errors import PopulationError
from glasstown.population.parquet import Field, Table

FIELDS = {
    "source": Field(0, 2**32 - 1, meaning="id of the person who sees"),
    "target": Field(0, 2**32 - 1, meaning="id of the person who is seen"),
    "weight": Field(0, 3e38, whole=False, meaning="how much this tie counts, kept in 32 bits"),
}


def rows_of(table: Table, name: str, ids: U32s, order: I64s) -> I64s:
    """Rows of the town for a column of ids (``order`` sorts ``ids``). PopulationError for an unknown id."""
    wanted = table.column(name)
    if len(ids) == 0:
        if len(wanted):
            table.refuse(name, 0, f"{wanted[0]} is the id of nobody")
        return wanted
    at = np.minimum(np.searchsorted(ids[order], wanted), len(ids) - 1)
    rows = order[at]
    strange = ids[rows] != wanted
    if strange.any():
        row = int(np.argmax(strange))
        table.refuse(name, row, f"{wanted[row]} is the id of nobody")
    return rows


def load_ties(path: Path, ids: U32s, symmetric: bool) -> StoredTies:
    """Ties of people with the ids ``ids`` (uint32, in rows of the town) from a Parquet edge list.

    Columns source and target (ids) and, if wanted, weight (kept as float32; without it all ties weigh the
    same and none is stored). Symmetric: each tie holds both ways and may be listed once or in both
    directions, then with the same weight. Else a tie is in the window of its source only. Raises
    PopulationError for an unknown id, a tie to oneself, or a tie listed twice.
    """
    with Table(path, FIELDS) as table:
        table.require("source", "target")
        order = np.argsort(ids, kind="stable")
        source, target = (rows_of(table, name, ids, order) for name in ("source", "target"))
        own = source == target
        if own.any():
            row = int(np.argmax(own))
            table.refuse("target", row, f"{ids[target[row]]} is tied to itself")
        weight = table.column("weight") if "weight" in table else None
        return compressed(table, source, target, weight, len(ids), symmetric)


def compressed(
    table: Table, source: I64s, target: I64s, weight: F64s | None, people: int, symmetric: bool
) -> StoredTies:
    """Windows of sorted rows from both ends of each tie; checks that none is listed twice."""
    key = (source << 32) | target
    order = np.argsort(key, kind="stable")
    repeated = np.flatnonzero(key[order][1:] == key[order][:-1])
    if len(repeated):
        at = int(repeated[np.argmin(order[repeated + 1])])
        table.refuse("source", int(order[at + 1]), f"repeats the tie of row {int(order[at]) + 1}")
    if symmetric:
        key = np.concatenate([key, (target << 32) | source])
        weight = None if weight is None else np.concatenate([weight, weight])
        order = np.argsort(key, kind="stable")
        twice = np.flatnonzero(key[order][1:] == key[order][:-1])
        if weight is not None:
            unlike = weight[order[twice]] != weight[order[twice + 1]]
            if unlike.any():
                pair = twice[np.argmax(unlike)]
                row = int((order[pair : pair + 2] % len(source)).max())
                table.refuse("weight", row, "a symmetric tie is listed both ways with different weights")
        order = np.delete(order, twice + 1)
    key = key[order]
    if len(key) and people >= 2**32:
        raise PopulationError(f"{table.path}: too many people for ties")
    start = np.searchsorted(key >> 32, np.arange(people + 1))
    narrow = start.astype(np.uint32) if len(key) < 2**32 else start.astype(np.int64)
    neighbour = (key & 0xFFFF_FFFF).astype(np.uint32)
    return StoredTies(narrow, neighbour, None if weight is None else weight[order].astype(np.float32))
