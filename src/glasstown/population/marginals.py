"""What a town is checked against: each marginal with the wanted and the obtained value and a tolerance.

A tolerance is Z standard errors of what is drawn, plus what rounding to whole people or the fit of
households may cost. A standard error is that of independent draws times the root of a design effect:
above 1 for what a household shares, below 1 for what exact counts of households already fix. Rows
that only resemble a publication (contacts, clustering, Gini) carry its own range instead.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.typing import I64s
from glasstown.core.vocabulary import Activity
from glasstown.population import demography, figures, households, income
from glasstown.population.memory import mean_ties
from glasstown.population.spec import TownSpec
from glasstown.population.town import Town
from glasstown.population.traits import DISPOSITIONS, bounds

Z = 6.0
"""Standard errors that a marginal may stray: for all rows together about one false alarm in ten million."""

FIT = 1e-4
"""Share by which the fitted households may miss a published share."""

AGES_EFFECT, CENSUS_EFFECT, WOMEN_EFFECT, MEN_EFFECT, DAYS_EFFECT = 0.9, 0.3, 1.2, 0.45, 0.8
"""Design effects on 5-year ages, the ages of the census, women of an age, men, and weekdays.

Measured over 200 towns of 20,000 (0.25 to 0.71, 0.13 to 0.18, 0.22 to 1.01, 0.29, 0.32 to 0.58), rounded up.
"""

HOUSEHOLD = 3.5
"""Design effect on what a household shares: mean square over mean of household sizes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One marginal: ``ok`` if the obtained value is within ``tolerance`` of the wanted one."""

    marginal: str
    wanted: float
    obtained: float
    tolerance: float
    source: str

    @property
    def ok(self) -> bool:
        """Whether the town meets this marginal."""
        return abs(self.obtained - self.wanted) <= self.tolerance


def share_row(name: str, wanted: float, count: int, of: int, effect: float, extra: float, source: str) -> Row:
    """A share of ``of`` things against the share wanted."""
    error = Z * sqrt(max(wanted * (1 - wanted), 1 / max(of, 1)) * effect / max(of, 1))
    return Row(name, wanted, count / max(of, 1), error + extra + 1 / max(of, 1), source)


def age_rows(town: Town) -> list[Row]:
    """Shares of people in 18 age groups, in the groups of the census, and of women among them."""
    table, age, n = demography.people(), town.columns["age"], town.people
    women = np.bincount(age[town.columns["sex"] == 1], minlength=256)[: demography.AGES]
    all_ = np.bincount(age, minlength=256)[: demography.AGES]
    rows = []
    for lo, hi in pairwise([*range(0, 90, 5), demography.AGES]):
        name = f"{lo} to {hi - 1}" if hi < demography.AGES else f"{lo} and over"
        wanted = float(table[lo:hi].sum() / table.sum())
        source = "un-wpp-2019, nbs-census-2020"
        rows.append(share_row(f"aged {name}", wanted, int(all_[lo:hi].sum()), n, AGES_EFFECT, FIT, source))
        female = float(table[lo:hi, 1].sum() / table[lo:hi].sum())
        count, of = int(women[lo:hi].sum()), int(all_[lo:hi].sum())
        rows.append(share_row(f"women, aged {name}", female, count, of, WOMEN_EFFECT, 20 * FIT, source))
    census = sum(figures.total(f"people_{ages}") for ages in ("0_14", "15_59", "60_over"))
    for ages, lo, hi in (("0_14", 0, 15), ("15_59", 15, 60), ("60_over", 60, None), ("65_over", 65, None)):
        wanted = figures.total(f"people_{ages}") / census
        counted = int(all_[lo:hi].sum())
        name = f"aged {ages.replace('_over', ' and over').replace('_', ' to ')}, census"
        rows.append(share_row(name, wanted, counted, n, CENSUS_EFFECT, FIT, "nbs-census-2020"))
    men = figures.total("men_per_100_women") / (100 + figures.total("men_per_100_women"))
    rows.append(share_row("men", men, n - int(women.sum()), n, MEN_EFFECT, FIT, "nbs-census-2020"))
    return rows


def household_rows(town: Town) -> list[Row]:
    """Shares of households by size, and their mean size: exact up to whole households."""
    heads = town.columns["household_size"][town.columns["household_place"] == 0]
    counts = np.bincount(heads, minlength=12)
    percent, n = figures.table("households")["percent"], max(town.households, 1)
    rows = []
    for size in range(1, 8):
        counted = int(counts[size] if size < 7 else counts[7:].sum())
        name = f"households of {size}" if size < 7 else "households of 7 and more"
        wanted = float(percent[size - 1] / percent.sum())
        rows.append(Row(name, wanted, counted / n, FIT + 8 / n, "nbs-census-2020-yearbook"))
    mean = figures.total("household_mean")
    rows.append(Row("people in a household", mean, town.people / n, 0.002 + 2 / n, "nbs-census-2020"))
    return rows


def income_rows(town: Town, spec: TownSpec) -> list[Row]:
    """Fifths of households: their means and shares; with the published urban share median, Gini and ratio.

    Households take even ranks, so the only errors are one rank in each of town and country, and the
    10 yuan to which incomes are rounded.
    """
    first = town.columns["household_place"] == 0
    yuan = town.columns["income"][first].astype(np.float64) * income.YUAN
    fifth = town.columns["stratum"][first] % 5
    cells = income.incomes().astype(np.float64).reshape(5, -1) * income.YUAN
    edges, source, rows = income.residence_edges(), "nbs-income-2020", []
    urban = int(first[: town.urban].sum())
    parts = np.diff(edges, axis=1) / edges[:, -1:]
    wanted = (parts[0] * urban + parts[1] * (len(yuan) - urban)) / max(len(yuan), 1)
    for f, published in enumerate(figures.table("fifths")["yuan"].tolist()):
        mine = yuan[fifth == f]
        error = 10 + 4 * float(np.ptp(cells[f])) / max(len(mine), 1)
        share = Row(
            f"households in fifth {f + 1}", wanted[f], len(mine) / max(len(yuan), 1), 3 / len(yuan), source
        )
        rows.append(share)
        if len(mine):
            rows.append(Row(f"income per head, fifth {f + 1}", published, float(mine.mean()), error, source))
    if spec.urban != figures.total("urban"):
        return rows
    few = 4 * float(np.ptp(cells[:, 1:-1])) / len(yuan) if len(yuan) < 100 else 0.0
    middle = income.incomes()[[4_800, 5_200]].astype(np.float64) * income.YUAN
    noise = Z * sqrt(HOUSEHOLD * 0.25 * abs(parts[0, :3].sum() - parts[1, :3].sum()) ** 2 / len(yuan))
    error = 20 + few + (noise + 4 / len(yuan)) * float(np.ptp(middle)) / 0.04
    rows.append(Row("median income", figures.total("income_median"), float(np.median(yuan)), error, source))
    error = 0.086 + Z * 0.4 / sqrt(len(yuan))
    rows.append(Row("gini", figures.total("gini"), gini(yuan), error, f"{source}; world-bank-gini: 0.38"))
    if 0 < town.urban < town.people:
        rows.append(residence_row(town))
    return rows


def residence_row(town: Town) -> Row:
    """Mean income of urban people over that of rural people: members of a household count each."""
    people = town.columns["income"].astype(np.float64)
    city, land = people[: town.urban], people[town.urban :]
    wanted = figures.total("income_urban") / figures.total("income_rural")
    noise = sqrt(HOUSEHOLD * sum(float(part.var() / len(part) / part.mean() ** 2) for part in (city, land)))
    obtained = float(city.mean() / land.mean())
    return Row("urban over rural income", wanted, obtained, wanted * (Z * noise + 0.01), "nbs-income-2020")


def gini(values: NDArray[Any]) -> float:
    """The Gini coefficient of some incomes; 0 if there are none."""
    ordered = np.sort(values.astype(np.float64))
    n = len(ordered)
    if n == 0 or ordered.sum() == 0:
        return 0.0
    return float(2 * (ordered * np.arange(1, n + 1)).sum() / (n * ordered.sum()) - (n + 1) / n)


def place_rows(town: Town, spec: TownSpec) -> list[Row]:
    """Blocks, town and country, group B, and what fills the weekdays."""
    blocks, n = len(town.block_start) - 1, town.people
    stray = float(np.abs(np.diff(town.block_start) - n / blocks).max())
    wanted, source = float(min(spec.block_residents, n)), "pei-2021"
    rows = [
        Row("people in a block", wanted, n / blocks, wanted / (2 * blocks) + 0.01, source),
        Row("largest stray of a block", 0.0, stray, 11.0, source),
        Row("urban people", spec.urban, town.urban / n, 10 / n, "nbs-census-2020"),
    ]
    members, source = int((town.columns["group"] == 1).sum()), "nbs-census-2020"
    by_block = 0.5 / blocks if spec.group_clustering else 0.0
    rows.append(share_row("group B", spec.group_share, members, n, HOUSEHOLD, by_block, source))
    people, ages = demography.people().sum(axis=1), figures.table("ages")
    for name, activity in (("school", Activity.SCHOOL), ("work", Activity.WORK)):
        share = float((people * ages[name]).sum() / people.sum() / 100)
        count = int((town.columns["activity"] == activity).sum())
        rows.append(share_row(f"people at {name}", share, count, n, DAYS_EFFECT, FIT, "mistry-2021"))
    return rows


def trait_rows(town: Town, spec: TownSpec) -> list[Row]:
    """Means of the eight dispositions."""
    rows = []
    for name, (field, unit) in DISPOSITIONS.items():
        low, high = bounds(getattr(spec, field), getattr(spec, f"{field}_spread"), unit)
        wanted, spread = (low + high) / 2 / unit, (high - low) / unit / sqrt(12)
        obtained = float(town.columns[name].mean(dtype=np.float64)) / unit
        error = Z * spread / sqrt(town.people) + 0.5 / unit
        rows.append(Row(f"mean {name.replace('_', ' ')}", wanted, obtained, error, "the specification"))
    return rows


def expected_ties(town: Town, spec: TownSpec) -> float:
    """Ties of the average person that the specification asks for, with the pupils and workers there are."""
    activity, n = town.columns["activity"], town.people
    pupils, workers = (int((activity == each).sum()) / n for each in (Activity.SCHOOL, Activity.WORK))
    return mean_ties(spec, pupils, workers)


def sizes_are_whole(town: Town) -> I64s:
    """Households of each size minus those that the town should have, shape (10,), int64."""
    heads = town.columns["household_size"][town.columns["household_place"] == 0]
    return np.bincount(heads, minlength=11)[1:11] - households.sizes_for(town.people)
