"""How the ties of a town compare with published contacts: degree, clustering, mixing by age, symmetry."""

from math import sqrt

import numpy as np

from glasstown.core.kernels import kernel
from glasstown.core.typing import F64s, I64s, U32s
from glasstown.population import figures
from glasstown.population.marginals import Row, Z, expected_ties
from glasstown.population.spec import TownSpec
from glasstown.population.town import Town

FEWEST = 5_000
"""Smaller towns are not compared with published contacts."""

SAMPLE = 20_000
"""People whose triangles and mirrored ties are counted, evenly over the town."""

FIELDS = (
    "school_ties", "school_reach", "work_ties", "work_reach", "work_far",
    "neighbour_ties", "friend_ties", "friend_far",
)  # fmt: skip
"""Parameters which must be as published for a comparison with published contacts."""


@kernel
def known(start: U32s | I64s, neighbour: U32s, i: int, j: int) -> bool:
    """Whether ``j`` is in the (sorted) window of ``i``."""
    low, high = np.int64(start[i]), np.int64(start[i + 1])
    while low < high:
        middle = (low + high) // 2
        if neighbour[middle] < j:
            low = middle + 1
        else:
            high = middle
    return bool(low < np.int64(start[i + 1]) and neighbour[low] == j)


@kernel
def triangles(rows: I64s, start: U32s | I64s, neighbour: U32s, closed: I64s, mirrored: I64s) -> None:
    """For each of ``rows``: pairs of people tied to it who know each other, and ties that are mirrored."""
    for r in range(len(rows)):
        a, b = np.int64(start[rows[r]]), np.int64(start[rows[r] + 1])
        for e in range(a, b):
            one = int(neighbour[e])
            if known(start, neighbour, one, int(rows[r])):
                mirrored[r] += 1
            for f in range(e + 1, b):
                if known(start, neighbour, one, int(neighbour[f])):
                    closed[r] += 1


def clustering(town: Town) -> tuple[float, int]:
    """(mean local clustering of those with two ties or more, ties without a mirror), from a sample.

    The windows must be sorted by row, as those of synthetic towns are.
    """
    start, neighbour, _ = town.ties.window(0, town.people)
    rows = np.unique(np.linspace(0, town.people - 1, min(town.people, SAMPLE)).astype(np.int64))
    closed, mirrored = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    triangles(rows, start, neighbour, closed, mirrored)
    degree = start[rows + 1].astype(np.int64) - start[rows].astype(np.int64)
    some = degree >= 2
    pairs = degree[some] * (degree[some] - 1) / 2
    mean = float((closed[some] / pairs).mean()) if some.any() else 0.0
    return mean, int((degree - mirrored).sum())


def by_age(town: Town) -> F64s:
    """Ties of a person of age group i (row) with people of age group j, shape (18, 18)."""
    start, neighbour, _ = town.ties.window(0, town.people)
    group = np.minimum(town.columns["age"] // 5, 17)
    counts = np.zeros(18 * 18, np.int64)
    for lo in range(0, town.people, 1 << 18):
        hi = min(lo + (1 << 18), town.people)
        first = start[lo : hi + 1].astype(np.int64)
        degree = first[1:] - first[:-1]
        mine = np.repeat(group[lo:hi].astype(np.int64), degree)
        theirs = group[neighbour[int(start[lo]) : int(start[hi])]]
        counts += np.bincount(mine * 18 + theirs, minlength=18 * 18)
    return counts.reshape(18, 18) / np.maximum(np.bincount(group, minlength=18), 1)[:, None]


def tie_rows(town: Town, spec: TownSpec) -> list[Row]:
    """Mean degree, symmetry, clustering and, with published parameters, contacts by age."""
    if town.people < 2:
        return []
    mean, wanted = town.ties.count / town.people, expected_ties(town, spec)
    noise = Z * sqrt(wanted + 1) / sqrt(town.people)
    rows = [
        Row("ties of a person", wanted, mean, 0.015 * wanted + noise + 200 / town.people, "the specification")
    ]
    local, single = clustering(town)
    rows.append(Row("ties without a mirror", 0.0, float(single), 0.0, "a law of this town"))
    defaults = TownSpec()
    if town.people < FEWEST or any(getattr(spec, name) != getattr(defaults, name) for name in FIELDS):
        return rows
    few = Z / sqrt(town.people)
    rows.append(Row("clustering", figures.total("clustering"), local, 0.04 + few, "ugander-2011, 0.1 to 0.3"))
    published = sum(
        (figures.contacts(each) for each in ("household", "school", "work", "community")), np.zeros(1)
    )
    mine = by_age(town)
    rows.append(
        Row("ties of a person, contacts", figures.total("contacts_mean"), mean, 1.0 + noise, "mistry-2021")
    )
    alike = float(np.corrcoef(mine.sum(axis=1), published.sum(axis=1))[0, 1])
    rows.append(Row("degree by age, correlation", 1.0, alike, 0.05 + 10 * few, "mistry-2021"))
    alike = float(np.corrcoef(mine.ravel(), published.ravel())[0, 1])
    rows.append(Row("contacts by age, correlation", 1.0, alike, 0.12 + 20 * few, "mistry-2021"))
    return rows
