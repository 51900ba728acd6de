"""The published figures that towns are made of: small tables in ``tables/``, each with its source on top.

``ages.csv``, ``templates.csv``, ``quantiles.csv`` and ``residence.csv`` are computed from the others by
``python -m glasstown.population.calibrate``; a test recomputes them.
"""

import csv
from functools import cache
from importlib.resources import files

import numpy as np

from glasstown.core.typing import F64s, I64s


def lines(name: str) -> list[str]:
    """The lines of a table, without the comments that name its source."""
    text = (files("glasstown.population") / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def table(name: str) -> dict[str, F64s]:
    """The columns of a numeric table, by name, float64."""
    rows = list(csv.reader(lines(name)))
    body = np.array([[float(cell) for cell in row] for row in rows[1:]])
    body.flags.writeable = False
    return {head: body[:, j] for j, head in enumerate(rows[0])}


@cache
def total(name: str) -> float:
    """One number of ``census.csv``: a total to which the towns are held."""
    found = {row["name"]: float(row["value"]) for row in csv.DictReader(lines("census"))}
    return found[name]


def whole(name: str, column: str) -> I64s:
    """A column of whole numbers, int64. Raises ValueError if one is not whole."""
    values = table(name)[column]
    result = values.astype(np.int64)
    if not np.array_equal(result, values):
        raise ValueError(f"{name}.csv: column {column} must hold whole numbers")
    return result


@cache
def contacts(setting: str) -> F64s:
    """Contacts per head by age group (0-4, ... 85 and over): of a person of row i with people of column j.

    ``setting`` is "household", "school", "work" or "community"; shape (18, 18), contacts a day,
    from Mistry et al. 2021.
    """
    columns = table(f"contacts_{setting}")
    matrix = np.stack([columns[f"with_{5 * j}"] for j in range(18)], axis=1)
    return matrix * total(f"contacts_{setting}")
