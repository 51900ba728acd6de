"""How the derived tables were computed from the published ones: ``python -m glasstown.population.calibrate``.

Not used when a town is made: it needs floating-point solvers, whose last digits differ between
machines, and a town must not. A test recomputes the tables and compares them.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from glasstown.core.typing import F64s, I64s
from glasstown.population import demography, figures, kinds
from glasstown.population.demography import AGES
from glasstown.population.income_curve import curve, residence

TEN_MILLION = 10_000_000
GROUPS = 18
LOOSENESS = (1e-7, 1e-12, 1e-3)
"""How far the fit may stray: ages and sexes, household sizes, contacts within households."""

AT_SCHOOL = {3: 46, 4: 68, 15: 93, 16: 87, 17: 76, 18: 47, 19: 34, 20: 30, 21: 25, 22: 19, 23: 12, 24: 9}
AT_WORK = {16: 3, 17: 6, 18: 12, 19: 20, 20: 40, 21: 45, 22: 50, 23: 55, 24: 60}
"""Percent at school and at work at single ages: the 5-year shares are published, their split is assumed."""


def smooth(groups: F64s, first: int = 0) -> F64s:
    """Single ages from 5-year groups, smooth, each group's total kept (Tobler's pycnophylactic method)."""
    single = np.repeat(groups / 5, 5)
    for _ in range(300):
        wide = np.pad(single, 1, mode="edge" if first == 0 else "constant")
        single = (wide[:-2] + wide[1:-1] + wide[2:]) / 3
        single *= np.repeat(groups / single.reshape(-1, 5).sum(axis=1), 5)
    return single


def age_shares() -> F64s:
    """Shares of people by age and sex: WPP 2019 within groups, scaled to the census, shape (AGES, 2)."""
    table = figures.table("people")
    groups = np.stack([table["men"], table["women"]], axis=1)
    old = figures.total("people_65_over")
    young, middle = figures.total("people_0_14"), figures.total("people_15_59")
    wanted = np.array([young, middle, figures.total("people_60_over") - old, old])
    wanted /= wanted.sum()
    men = figures.total("men_per_100_women") / (100 + figures.total("men_per_100_women"))
    which = np.repeat([0, 1, 2, 3], [3, 9, 1, 8])
    for _ in range(200):
        groups *= (wanted / np.bincount(which, groups.sum(axis=1)))[which][:, None]
        groups *= np.array([men, 1 - men]) / groups.sum(axis=0)
    hundred = np.outer([16, 8, 4, 2, 1], groups[20]) / 31
    single = np.stack([smooth(groups[:20, sex]) for sex in (0, 1)], axis=1)
    return np.concatenate([single, hundred])


def activity_shares(setting: str, single: dict[int, int]) -> F64s:
    """Percent of each age at school or at work: row sums of the published setting, split within groups."""
    members = figures.contacts(setting).sum(axis=1) / figures.total(f"contacts_{setting}")
    percent = np.repeat(members, [5] * 17 + [AGES - 85]) * 100
    if setting == "school":
        percent[25:] = 0
        percent[:3] = 0
    for age, share in single.items():
        percent[age] = share
    if setting == "work":
        percent[:16] = 0
    return np.round(percent, 2)


def write(name: str, head: list[str], columns: Mapping[str, I64s | F64s]) -> None:
    """A table with its sources on top."""
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    body = [",".join(f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row) for row in rows]
    text = "\n".join([*(f"# {line}" for line in head), ",".join(columns), *body]) + "\n"
    (Path(__file__).parent / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")


def write_ages() -> None:
    """``ages.csv``: people, mothers, pupils and workers at single ages."""
    shares = np.rint(age_shares() * TEN_MILLION).astype(np.int64)
    births = np.zeros(AGES)
    births[15:50] = smooth(figures.table("fertility")["percent"] / 100, first=15)
    head = [
        "People at single ages (per 10 million), births by age of the mother (per million),",
        "percent at school, percent at work.",
        "Source: derived from people.csv (un-wpp-2019) scaled to census.csv (nbs-census-2020),",
        "fertility.csv (un-wpp-2024), contacts_school.csv and contacts_work.csv (mistry-2021);",
        "facts: I04, I05, I06, I14, I29.",
        "Licence: CC BY 3.0 IGO (derived), Apache-2.0.",
    ]
    write(
        "ages",
        head,
        {
            "age": np.arange(AGES),
            "men": shares[:, 0],
            "women": shares[:, 1],
            "births": np.rint(births / births.sum() * 1e6).astype(np.int64),
            "school": activity_shares("school", AT_SCHOOL),
            "work": activity_shares("work", AT_WORK),
        },
    )
    figures.table.cache_clear()
    demography.people.cache_clear()


def size_shares() -> F64s:
    """Shares of households by size 1 to 10: published to 6, then a tail that gives the published mean."""
    shares = np.zeros(kinds.SIZES)
    percent = figures.table("households")["percent"]
    shares[:6] = percent[:6] / percent.sum()
    last = percent[6] / percent.sum()
    mean = (figures.total("household_mean") - (shares * np.arange(1, 11)).sum()) / last
    low, high = 0.01, 5.0
    tail = np.full(4, 0.25)
    for _ in range(100):
        ratio = (low + high) / 2
        tail = ratio ** np.arange(4) / (ratio ** np.arange(4)).sum()
        low, high = (ratio, high) if (tail * np.arange(7, 11)).sum() < mean else (low, ratio)
    shares[6:] = last * tail
    return shares


def apart(age: int, gaps: I64s, weights: F64s, youngest: int = 0) -> F64s:
    """Distribution of ``age`` + a gap, kept between ``youngest`` and the last age, shape (AGES,)."""
    result = np.zeros(AGES)
    np.add.at(result, np.clip(age + gaps, youngest, AGES - 1), weights)
    return result


class Ages:
    """The distribution of the age of each relative, given the anchor's: what the town-maker draws from."""

    def __init__(self) -> None:
        self.gap = demography.GAP_WEIGHTS / demography.GAP_WEIGHTS.sum()
        self.born = demography.births() / demography.births().sum()
        given = {"c": demography.children(False), "g": demography.children(True)}
        given["k"] = demography.grandchildren()
        self.given = {
            role: rows / np.maximum(rows.sum(axis=1, keepdims=True), 1) for role, rows in given.items()
        }
        self.husbands = np.stack([apart(a, demography.GAPS, self.gap, kinds.YOUNGEST) for a in range(AGES)])

    def of(self, role: str, anchor: int, woman: bool) -> F64s:
        """Distribution of the age of a member with this role, shape (AGES,)."""
        second = max(anchor - kinds.SECOND, kinds.YOUNGEST)
        if role in "WX":
            return np.asarray(np.eye(AGES)[anchor])
        if role in "wm":
            return np.asarray(np.eye(AGES)[second] if role == "w" else self.husbands[second])
        if role == "M":
            return np.asarray(self.husbands[anchor])
        if role in "FH":
            mother = apart(anchor, np.arange(AGES), self.born)
            return mother if role == "F" else np.asarray(mother @ self.husbands)
        return np.asarray(self.given[role][anchor if woman else max(anchor - 2, 0)])


def expected(ages: Ages, letters: str, anchor: int) -> tuple[F64s, F64s]:
    """People by age and sex, and contacts by age group, expected in one household of a kind."""
    share = demography.people() / np.maximum(demography.people().sum(axis=1, keepdims=True), 1)
    counts, single = np.zeros((AGES, 2)), []
    for role in letters:
        law = ages.of(role, anchor, letters[0] == "W")
        sex = share if role in "cgk" else np.array([role in "XMHm", role in "WFw"], float)
        counts += law[:, None] * sex
        single.append(np.bincount(np.minimum(np.arange(AGES) // 5, GROUPS - 1), law))
    together = np.sum(single, axis=0)
    met = np.outer(together, together) - np.sum([np.outer(v, v) for v in single], axis=0)
    return counts, met / max(len(letters) - 1, 1)


def contact_targets(people: F64s, mean: float, lone: float) -> F64s:
    """Wanted contacts within a household by age groups: published shape, with our share of lone people."""
    shares = figures.contacts("household") / figures.total("contacts_household")
    rows = shares.sum(axis=1)
    ages = np.bincount(np.minimum(np.arange(AGES) // 5, GROUPS - 1), people)
    wanted = 1 - (1 - rows) * lone / ((1 - rows) * ages).sum()
    target = shares * (wanted / rows * ages)[:, None] * mean
    return np.asarray((target + target.T) / 2)


def fit() -> tuple[I64s, F64s]:
    """Households of each kind and age of the anchor, nearest to the prior, that give the wanted totals.

    Minimises relative entropy with quadratic penalties by Newton's method on the dual.
    Returns (weights per thousand million households, shape (AGES, kinds)), and the errors in ages and sexes.
    """
    ages, letters = Ages(), [each for each, _ in kinds.PRIOR.values()]
    shares, women = size_shares(), demography.people()[:, 1] / demography.people().sum()
    mean = (shares * np.arange(1, 11)).sum()
    pairs = [(a, k) for k, each in enumerate(letters) for a in range(AGES) if kinds.possible(each, a)]
    pairs = [(a, k) for a, k in pairs if expected(ages, letters[k], a)[0].sum() > len(letters[k]) - 1e-6]
    upper = np.triu_indices(GROUPS)
    rows, prior = [], np.zeros(len(pairs))
    size = np.array([len(letters[k]) for _, k in pairs])
    for j, (a, k) in enumerate(pairs):
        counts, met = expected(ages, letters[k], a)
        rows.append(np.concatenate([counts.ravel(), np.eye(kinds.SIZES)[size[j] - 1], met[upper]]))
        prior[j] = list(kinds.PRIOR.values())[k][1] * (women[a] + 1e-6)
    prior *= shares[size - 1] / np.bincount(size - 1, prior)[size - 1]
    people = demography.people() / demography.people().sum()
    met = contact_targets(people.sum(axis=1), mean, shares[0] / mean)
    wanted = np.concatenate([people.ravel() * mean, shares, met[upper]])
    matrix = np.array(rows).T
    loose = np.repeat(LOOSENESS, [2 * AGES, kinds.SIZES, len(upper[0])])
    weights = entropy_fit(matrix, wanted, loose, prior)
    table = np.zeros((AGES, len(letters)), np.int64)
    for (a, k), weight in zip(pairs, weights, strict=True):
        table[a, k] = round(weight * 1e9)
    return table, (matrix @ weights - wanted)[: 2 * AGES] / mean


def entropy_fit(matrix: F64s, wanted: F64s, loose: F64s, prior: F64s) -> F64s:
    """Weights w = prior * exp(matrix' x) with the penalised dual at its minimum (damped Newton)."""

    def dual(x: F64s) -> float:
        return float(
            (prior * np.exp(np.clip(x @ matrix, -200, 60))).sum() - x @ wanted + 0.5 * (loose * x * x).sum()
        )

    x = np.zeros(len(wanted))
    for _ in range(100):
        weights = prior * np.exp(np.clip(x @ matrix, -200, 60))
        slope = matrix @ weights - wanted + loose * x
        step = np.linalg.solve((matrix * weights) @ matrix.T + np.diag(loose), slope)
        if slope @ step < 1e-14:
            return weights
        length, now = 1.0, dual(x)
        while dual(x - length * step) > now - 1e-4 * length * (slope @ step) and length > 1e-8:
            length /= 2
        x = x - length * step
    raise RuntimeError("the fit of households did not converge")


def write_templates() -> float:
    """``templates.csv``; returns the share of people at a wrong age or sex (total variation)."""
    table, errors = fit()
    head = [
        "Households per 1,000 million by kind (column) and age of the anchor (row): see kinds.py.",
        "Source: fitted to ages.csv (un-wpp-2019), households.csv (nbs-census-2020-yearbook),",
        "census.csv (nbs-census-2020) and contacts_household.csv (mistry-2021);",
        "facts: I04, I05, I06, I07, I08, I29.",
        "Licence: CC BY 3.0 IGO (derived), Apache-2.0.",
    ]
    columns: dict[str, I64s] = {
        "age": np.arange(AGES),
        **{name: table[:, k] for k, name in enumerate(kinds.PRIOR)},
    }
    write("templates", head, columns)
    return float(np.abs(errors).sum() / 2)


def write_income() -> None:
    """``quantiles.csv`` and ``residence.csv``: the income curve, and who lives where."""
    at, yuan = curve()
    head = [
        "Income per head (yuan a year) at quantiles of households, joined by straight lines, China 2020.",
        "Source: smooth rising curve with the fifth means and the median of nbs-income-2020, and a",
        "Pareto law in the top fifth; facts: I19.",
        "Licence: facts; derived.",
    ]
    write("quantiles", head, {"millionth": at, "yuan": yuan})
    head = [
        "Households per million of each income fifth among urban and rural households.",
        "Source: fitted so that urban and rural means have the ratio of nbs-income-2020,",
        "with the urban share of nbs-census-2020;",
        "facts: I09, I19, I20.",
        "Licence: facts; derived.",
    ]
    shares = residence()
    write("residence", head, {"fifth": np.arange(1, 6), "urban": shares[0], "rural": shares[1]})


if __name__ == "__main__":
    write_ages()
    write_income()
    sys.stdout.write(f"people at a wrong age or sex: {write_templates():.2e}\n")
