"""Ages, births and survival from the published tables."""

import numpy as np
import pytest

from glasstown.population import demography, figures
from glasstown.population.demography import AGES


def test_people_sum_to_ten_million_and_to_the_census() -> None:
    table = demography.people()
    assert abs(int(table.sum()) - 10_000_000) < 100
    young = figures.total("people_0_14") / sum(
        figures.total(f"people_{each}") for each in ("0_14", "15_59", "60_over")
    )
    assert table[:15].sum() / table.sum() == pytest.approx(young, abs=1e-5)
    ratio = figures.total("men_per_100_women")
    assert 100 * table[:, 0].sum() / table[:, 1].sum() == pytest.approx(ratio, abs=0.01)


def test_births_are_those_of_mothers_of_15_to_49() -> None:
    born = demography.births()
    assert born[:15].sum() == born[50:].sum() == 0
    assert born.sum() == pytest.approx(1_000_000, abs=50)
    published = figures.table("fertility")["percent"]
    assert np.allclose(born[15:50].reshape(7, 5).sum(axis=1) / 10_000, published, atol=0.01)


def test_thresholds_choose_by_weight() -> None:
    edges = demography.cumulative(np.array([[1, 0, 3], [0, 0, 0]]))
    assert edges[0].tolist() == [2**30, 2**30, 2**32 - 1]
    assert edges[1].tolist() == [0, 0, 0]


def test_children_given_a_mother_are_of_possible_age() -> None:
    for weights in (demography.children(False), demography.children(True)):
        mother, child = np.nonzero(weights)
        assert ((mother - child >= 15) & (mother - child <= 49)).all()
    mother, child = np.nonzero(demography.grandchildren())
    assert ((mother - child >= 30) & (child < 18)).all()


def test_survival_falls_from_one() -> None:
    left = demography.survivors()
    assert left[0].tolist() == [1.0, 1.0]
    assert (np.diff(left, axis=0) <= 0).all()
    assert left[80, 1] > left[80, 0]


def test_life_expectancy_of_the_carried_table() -> None:
    """The published 74.8 and 80.4 years, from the survivors at single ages (trapezoids)."""
    left = demography.survivors()
    years = left.sum(axis=0) - 0.5
    assert years[0] == pytest.approx(74.8, abs=0.6)
    assert years[1] == pytest.approx(80.4, abs=0.6)


def test_an_old_parent_is_a_matter_of_middle_age() -> None:
    chance = demography.with_old_parent()
    assert len(chance) == AGES
    assert ((chance >= 0) & (chance <= 1)).all()
    assert chance[10] < 0.05 and chance[45] > 0.9 and chance[85] < 0.1
