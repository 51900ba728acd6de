"""The income curve and its ranks."""

import numpy as np
import pytest

from glasstown.population import figures, income


def test_the_curve_has_the_published_fifths_and_median() -> None:
    cells = income.incomes().astype(float) * income.YUAN
    published = figures.table("fifths")["yuan"]
    assert np.abs(cells.reshape(5, -1).mean(axis=1) - published).max() < 1.5
    middle = (cells[4_999] + cells[5_000]) / 2
    assert middle == pytest.approx(figures.total("income_median"), abs=10)


def test_the_curve_rises_and_fits_its_column() -> None:
    cells = income.incomes()
    assert cells.dtype == np.uint16
    assert (np.diff(cells.astype(int)) >= 0).all()


def test_the_gini_follows_from_the_fifths_and_is_below_the_published_one() -> None:
    """0.394 is the least that the fifths allow; what a fifth hides within itself is not published."""
    cells = income.incomes().astype(float)
    gini = 2 * (cells * (np.arange(len(cells)) + 0.5)).sum() / (len(cells) * cells.sum()) - 1
    assert 0.394 < gini < figures.total("gini")
    assert gini == pytest.approx(0.4254, abs=0.0005)


def test_town_and_country_share_out_the_fifths() -> None:
    edges, urban = income.residence_edges(), figures.total("urban")
    parts = np.diff(edges, axis=1) / 1e9
    assert parts.sum(axis=1) == pytest.approx([1, 1])
    assert urban * parts[0] + (1 - urban) * parts[1] == pytest.approx(np.full(5, 0.2), abs=2e-6)
    means = parts @ figures.table("fifths")["yuan"]
    wanted = figures.total("income_urban") / figures.total("income_rural")
    assert means[0] / means[1] == pytest.approx(wanted, rel=1e-4)


def test_an_income_falls_in_its_fifth() -> None:
    cells = income.incomes()
    fifths = income.fifths_of(cells)
    assert (fifths == np.arange(len(cells)) // income.PER_FIFTH).mean() > 0.999
    assert income.fifths_of(np.array([0, 65_535], np.uint16)).tolist() == [0, 4]


def test_another_society_has_other_incomes_in_the_same_order() -> None:
    published = income.incomes()
    assert income.scaled(1.0, 1.0) is published
    poorer, apart = income.scaled(0.5, 1.0), income.scaled(1.0, 1.25)
    assert np.abs(poorer - published / 2).max() <= 0.5
    assert apart.mean() == pytest.approx(published.mean(), rel=1e-2), "the richest are cut"
    assert (np.diff(apart.astype(int)) >= 0).all()
    spread = [float(x[-1000:].mean() / x[:1000].mean()) for x in (published, apart)]
    assert spread[1] == pytest.approx(spread[0] ** 1.25, rel=0.02)
    assert np.ptp(income.scaled(1.0, 0.0)) == 0
