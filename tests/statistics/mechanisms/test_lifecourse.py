"""Life courses against the published life table and fertility, and against renewal theory.

Every law compares a share or a mean with its exact value and fails beyond 5 standard errors, or a table by
chi-squared at the same chance: each raises a false alarm for one seed in 1.7 million (the seeds are fixed, so
a law that passes keeps passing). Lives run fast here: a year of life is a month or less.
"""

from collections.abc import Mapping
from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from glasstown.core.ties import NoTies
from glasstown.core.vocabulary import AGE, ALIVE, FAMILY, NEWBORN, PARENT, SEX
from glasstown.engine.run import Simulation
from glasstown.mechanisms import _ages
from glasstown.mechanisms.lifecourse import BIRTHS, DEATHS, Lifecourse
from glasstown.population import demography, figures

LIMIT = 5.0
ALARM = erfc(LIMIT / sqrt(2))
PUBLISHED = (74.83, 80.40)
"""Expectation of life, United Nations 2024, China 2015-2020, men and women (fact I16)."""


def test_the_stated_false_alarm_rate() -> None:
    assert ALARM < 6e-7


def town(m: Lifecourse, given: Mapping[str, np.ndarray], seed: int = 1) -> Simulation:
    people = len(given[AGE.name])
    return Simulation([m], people, given, NoTies(people), seed=seed, threads=1)


def column(simulation: Simulation, which: Any) -> np.ndarray:
    return simulation.state.whole[which.name]


# ---- the life table --------------------------------------------------------------------------------


def test_the_expectation_of_life_is_the_published_one() -> None:
    ours = _ages.expectation()
    assert np.abs(ours - PUBLISHED).max() < 0.1
    assert np.abs(ours - PUBLISHED).max() < 0.01, "much nearer than asked"
    straight = demography.survivors()
    assert (straight.sum(axis=0) - 0.5 - PUBLISHED)[1] > 0.1, "planted fault: survivors in straight lines"


def test_survivors_are_those_of_the_published_table() -> None:
    """At exact ages of 5-year groups, as the table has them: within 3 in 1,000 of all births."""
    life = figures.table("life")
    ages = life["age"].astype(int)
    for sex, name in enumerate(("men_l", "women_l")):
        assert np.abs(_ages.surviving()[ages, sex] - life[name]).max() < 0.006
    assert np.abs(_ages.surviving()[ages, 0] - life["women_l"]).max() > 0.1, "planted fault: the other sex"


def entering(m: Lifecourse, sex: int) -> tuple[float, np.ndarray]:
    """Day-ends that a person of age 0 with any birthday sees, on average; and the share alive a year on."""
    q, length, left = _ages.dying()[:, sex], m.length, np.arange(1, m.length + 1)
    dies = q[0] * left / (length - q[0] * (length - left))
    later = (_ages.lived()[1:, sex].sum()) / _ages.surviving()[1, sex] + 1 / (2 * length)
    first = (left - 1) * (1 - dies / 2) + (1 - dies) * later * length
    reach = _ages.surviving()[1:-1, sex] / _ages.surviving()[1, sex]
    lost = np.outer(q[1:], (length - left) / length)
    return float(first.mean()) / length, ((1 - dies) * (1 - lost)).mean(axis=1) * reach


@pytest.mark.parametrize("sex", [0, 1])
def test_lives_last_as_long_as_the_table_says(sex: int) -> None:
    """Nobody is born; people of age 0 live to the end. Mean life, and survivors at each birthday."""
    people, m = 60_000, Lifecourse(births="open", fertility=0.0, pace=45.0)
    zeros = np.zeros(people, np.uint8)
    days, alive, reached = 0, [people], np.zeros(106)
    with town(m, {AGE.name: zeros, SEX.name: zeros + np.uint8(sex)}) as simulation:
        while alive[-1] > 0 and simulation.day < 125 * m.length:
            simulation.advance()
            living = column(simulation, ALIVE) > 0
            alive.append(int(living.sum()))
            days += alive[-1]
            if simulation.day % m.length == 0:
                year = simulation.day // m.length
                if year < 100:
                    assert (column(simulation, AGE)[living] == year).all()
                    reached[year] = alive[-1]
        assert simulation.state.counted["deaths"] == people - alive[-1]
    mean, reach = entering(m, sex)
    spread = 16.0 / sqrt(people)
    assert abs(days / people / m.length - mean) < LIMIT * spread
    assert abs(days / people / m.length - entering(m, 1 - sex)[0]) > LIMIT * spread, (
        "planted fault: other sex"
    )
    for year in range(1, 100):
        p = reach[year - 1]
        assert abs(reached[year] - people * p) < LIMIT * sqrt(people * p * (1 - p)) + 1, year
    p = reach[79] * 1.05
    assert abs(reached[80] - people * p) > LIMIT * sqrt(people * p * (1 - p)), (
        "planted fault: 5 % more reach 80"
    )


# ---- renewal ---------------------------------------------------------------------------------------


def stationary(boys: float) -> np.ndarray:
    """Shares of the living by age and sex where births replace deaths, (105, 2): years lived at each age."""
    share = np.array([boys, 100.0]) / (100.0 + boys)
    table = _ages.lived() * share
    return np.asarray(table / table.sum())


def classes(age: np.ndarray, sex: np.ndarray) -> np.ndarray:
    """People by sex and groups of five years up to 90 and more."""
    return np.bincount(sex.astype(int) * 19 + np.minimum(age.astype(int) // 5, 18), minlength=38)


def distance(found: np.ndarray, shares: np.ndarray) -> float:
    expected = found.sum() * shares / shares.sum()
    return float(((found - expected) ** 2 / expected).sum())


def test_ages_stay_those_of_the_stationary_population_for_120_years() -> None:
    people, m = 12_000, Lifecourse(pace=24.0)
    shares = stationary(m.boys)
    every = [(age, sex) for age in range(105) for sex in range(2)]
    drawn = np.random.default_rng(5).choice(len(every), people, p=[shares[a, s] for a, s in every])
    age, sex = (np.array(each, np.uint8)[drawn] for each in zip(*every, strict=True))
    exact = classes(*np.array(every).T) * 0.0
    for (a, s), p in zip(every, shares.ravel(), strict=True):
        exact[s * 19 + min(a // 5, 18)] += p
    with town(m, {AGE.name: age, SEX.name: sex}) as simulation:
        for _ in range(120 * m.length):
            simulation.advance()
        living = column(simulation, ALIVE) > 0
        found = classes(column(simulation, AGE)[living], column(simulation, SEX)[living])
        counted = simulation.state.counted
        assert living.sum() > people * 0.995, "the town keeps its size"
        assert len(np.unique(simulation.state.ids)) == people, "no two bear the same id"
    limit = chi2.isf(ALARM, len(found) - 1)
    assert counted["births"] > 1.4 * people and (column(simulation, PARENT) > 0).mean() > 0.6
    assert distance(found, exact) < limit
    assert distance(found, np.tile(exact[19:], 2)) > limit, "planted fault: men live like women"
    now = demography.people().astype(float)
    today = np.array([now[5 * (k % 19) : 5 * (k % 19) + 5 if k % 19 < 18 else None, k // 19].sum()
                      for k in range(38)])  # fmt: skip
    assert distance(found, today) > limit, "planted fault: the ages of 2020"
    men, women = _ages.expectation()
    years = (men * m.boys + women * 100) / (m.boys + 100)
    rate, error = counted["deaths"] / 120 / people, 1 / sqrt(120 * people * years)
    assert abs(rate - 1 / years) < LIMIT * error, "deaths are one over the expectation of life"


# ---- births ----------------------------------------------------------------------------------------


def mothers_and_children(m: Lifecourse, months: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Births by age of the mother, months lived by women of that age, and boys and girls born."""
    people = 80_000
    age = (15 + np.arange(people) % 35).astype(np.uint8)
    alive = (np.arange(people) % 10 < 7).astype(np.uint8)
    born, exposed, sexes = np.zeros(256), np.zeros(256), np.zeros(2)
    given = {AGE.name: age * alive, SEX.name: np.ones(people, np.uint8), ALIVE.name: alive}
    with town(m, given) as simulation:
        for _ in range(months * m.month):
            bear = simulation.day % m.month == 0
            simulation.advance()
            if bear:
                newborn = column(simulation, NEWBORN) == 1
                theirs = column(simulation, PARENT)[newborn] - 1
                born += np.bincount(column(simulation, AGE)[theirs], minlength=256)
                sexes += np.bincount(column(simulation, SEX)[newborn], minlength=2)
                women = (column(simulation, ALIVE) > 0) & (column(simulation, SEX) == 1)
                exposed += np.bincount(column(simulation, AGE)[women], minlength=256)
        assert simulation.state.counted["births"] == born.sum()
    return born, exposed, sexes


def test_births_come_at_the_published_rates_by_age_of_the_mother() -> None:
    m = Lifecourse(births="open", pace=1.0)
    born, exposed, sexes = mothers_and_children(m, 14)
    rate = m.fertility * demography.births() / 1e6 * m.month / m.length
    expected = exposed[15:50] * rate[15:50] / (demography.births().sum() / 1e6)
    some = expected > 5
    chi = (((born[15:50] - expected) ** 2) / np.maximum(expected, 1e-9))[some].sum()
    assert born[:15].sum() == born[50:].sum() == 0
    assert chi < chi2.isf(ALARM, some.sum())
    total = (born[15:50] / exposed[15:50]).sum() * m.length / m.month
    error = sqrt((expected / exposed[15:50] ** 2).sum()) * m.length / m.month
    assert abs(total - 1.236) < LIMIT * error, "children of a woman in her life"
    assert abs(total - 2.1) > LIMIT * error, "planted fault: enough to replace the parents"
    flat = exposed[15:50] * born.sum() / exposed.sum()
    assert (((born[15:50] - flat) ** 2) / flat).sum() > chi2.isf(ALARM, 35), "planted fault: at any age"
    p, tries = 111.3 / 211.3, sexes.sum()
    assert abs(sexes[0] - tries * p) < LIMIT * sqrt(tries * p * (1 - p))


def test_the_sex_ratio_at_birth() -> None:
    _, _, sexes = mothers_and_children(Lifecourse(births="open", fertility=12.0), 12)
    p, tries = 111.3 / 211.3, sexes.sum()
    assert abs(sexes[0] - tries * p) < LIMIT * sqrt(tries * p * (1 - p))
    assert abs(sexes[0] - tries / 2) > LIMIT * sqrt(tries) / 2, "planted fault: as many girls as boys"


def test_replacing_births_have_mothers_of_the_published_ages() -> None:
    """Many rows wait at once; of the women, those bear who drew lowest for their rate."""
    born, _, _ = mothers_and_children(Lifecourse(), 1)
    assert 0 <= born.sum() - 80_000 * 3 // 10 < 10, "the rows that were free, and those of the first day"
    few = np.zeros(256)
    for seed in range(40):
        people = 9_000
        age = (15 + np.arange(people) % 35).astype(np.uint8)
        alive = (np.arange(people) % 60 > 0).astype(np.uint8)
        given = {AGE.name: age * alive, SEX.name: np.ones(people, np.uint8), ALIVE.name: alive}
        with town(Lifecourse(), given, seed) as simulation:
            simulation.advance()
            newborn = column(simulation, NEWBORN) == 1
            few += np.bincount(age[column(simulation, PARENT)[newborn] - 1], minlength=256)
    shares = demography.births()[15:50].astype(float)
    groups = few[15:50].reshape(7, 5).sum(axis=1), shares.reshape(7, 5).sum(axis=1)
    limit = chi2.isf(ALARM, 6)
    assert distance(*groups) < limit
    assert distance(groups[0], groups[1][::-1]) > limit, "planted fault: late instead of early"


# ---- what people do, and whom they have --------------------------------------------------------------


def test_weekdays_and_old_parents_at_each_age_are_those_of_the_population() -> None:
    """People who enter at 2 without a weekday grow up: at every age the shares are those of the tables."""
    people, m = 30_000, Lifecourse(births="open", fertility=0.0, pace=45.0)
    given = {AGE.name: np.full(people, 2, np.uint8), SEX.name: np.arange(people, dtype=np.uint8) % 2}
    limits, old = _ages.weekdays() / 2.0**32, demography.with_old_parent()
    with town(m, given) as simulation:
        while simulation.day < 60 * m.length:
            simulation.advance()
            if simulation.day % (5 * m.length) or simulation.day < 10 * m.length:
                continue
            living = column(simulation, ALIVE) > 0
            age, count = 2 + simulation.day // m.length, int(living.sum())
            does = np.bincount(simulation.state.whole["activity"][living], minlength=4) / count
            parent = float((column(simulation, FAMILY)[living] & 2 > 0).mean())
            school, work = limits[age, 0], limits[age, 1] - limits[age, 0]
            for found, p in ((does[1], school), (does[2], work), (parent, float(old[age]))):
                assert abs(found - p) < LIMIT * sqrt(max(p * (1 - p), 1e-5) / count), (age, found, p)
            assert (does[3] > 0) == (age >= 55)
            wrong = float(old[age - 5])
            if age == 42:
                assert abs(parent - wrong) > LIMIT * sqrt(wrong * (1 - wrong) / count), (
                    "planted: five years off"
                )
    assert DEATHS.name in simulation.state.counted and BIRTHS.name in simulation.state.counted
