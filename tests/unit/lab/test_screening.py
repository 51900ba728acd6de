"""Morris and Sobol: closed forms, SALib on the same runs, and what is planted wrong."""

import numpy as np
import pytest
from scipy import stats

from glasstown.lab import morris, sobol

NAMES = ("a", "b", "c", "d", "e", "f")
LINEAR = np.array([5.0, -3.0, 1.0, 0.0, 0.0, 2.0])


def curved(x: np.ndarray) -> np.ndarray:
    """Linear, bent in the third and with two that act together."""
    return x @ LINEAR + 2 * x[..., 2] ** 2 + 4 * x[..., 3] * x[..., 4]


@pytest.mark.parametrize("levels", [2, 4, 8])
def test_a_walk_moves_one_thing_at_a_time_on_its_grid(levels):
    made = morris.walk(NAMES, 40, levels)
    assert made.points.shape == (40, 7, 6)
    grid = made.points * (levels - 1)
    assert np.allclose(grid, np.round(grid)) and made.points.min() >= 0 and made.points.max() <= 1
    moves = np.diff(made.points, axis=1)
    assert np.allclose(np.abs(moves).sum(axis=2), made.delta)
    assert (np.argmax(np.abs(moves), axis=2) == made.moved).all()
    assert (np.sort(made.moved, axis=1) == np.arange(6)).all()
    assert (morris.walk(NAMES, 10, levels).points == made.points[:10]).all()
    assert 0.4 < (moves.sum(axis=2) > 0).mean() < 0.6


def test_a_linear_result_is_screened_exactly():
    made = morris.walk(NAMES, 5)
    found = {each.name: each for each in morris.screened(made, made.points @ LINEAR)}
    for name, slope in zip(NAMES, LINEAR, strict=True):
        told = found[name]
        assert (told.mean, told.star, told.sigma) == pytest.approx((slope, abs(slope), 0), abs=1e-12)
        assert told.low == pytest.approx(told.high, abs=1e-12) and told.effects == 5
    assert list(found)[:2] == ["a", "b"]


def as_salib(made: morris.Walk, results: np.ndarray, groups: list[str] | None = None):
    from SALib.analyze import morris as theirs

    problem = {"num_vars": 6, "names": list(NAMES), "bounds": [[0.0, 1.0]] * 6}
    if groups:
        problem["groups"] = groups
    return theirs.analyze(
        problem, made.points.reshape(-1, 6), results.ravel(), num_levels=4, seed=1, num_resamples=1000
    )


def test_screening_is_that_of_salib():
    made = morris.walk(NAMES, 30)
    results = curved(made.points)
    other = as_salib(made, results)
    found = {each.name: each for each in morris.screened(made, results)}
    for k, name in enumerate(other["names"]):
        told = (found[name].mean, found[name].star, found[name].sigma)
        assert told == pytest.approx((other["mu"][k], other["mu_star"][k], other["sigma"][k]), abs=1e-12)
        half = (found[name].high - found[name].low) / 2
        assert half == pytest.approx(other["mu_star_conf"][k], rel=0.25, abs=1e-9)


def test_groups_are_screened_as_by_salib():
    groups = ["one", "one", "two", "three", "three", "four"]
    made = morris.walk(NAMES, 30, groups=groups)
    assert made.points.shape == (30, 5, 6)
    results = curved(made.points)
    other = as_salib(made, results, groups)
    found = {each.name: each for each in morris.screened(made, results)}
    for k, name in enumerate(other["names"]):
        assert found[name].star == pytest.approx(other["mu_star"][k], abs=1e-12)
    assert found["one"].mean is None and found["one"].sigma is None and found["four"].mean is not None


def test_the_law_catches_results_of_another_walk():
    made = morris.walk(NAMES, 30)
    wrong = np.roll(made.points @ LINEAR, 1, axis=1)
    found = {each.name: each for each in morris.screened(made, wrong)}
    assert found["d"].star > 0.5 and found["d"].sigma is not None and found["d"].sigma > 0.5


def test_a_run_that_failed_costs_two_effects():
    made = morris.walk(NAMES, 6)
    results = made.points @ LINEAR
    results[2, 3] = np.nan
    found = morris.screened(made, results)
    assert sum(each.effects for each in found) == 6 * 6 - 2
    assert {each.name: each.star for each in found}["a"] == pytest.approx(5)
    nothing = morris.screened(made, np.full_like(results, np.nan))
    assert {(each.star, each.effects) for each in nothing} == {(0.0, 0)}


@pytest.mark.parametrize("wrong", [{"levels": 3}, {"levels": 0}, {"groups": ("a",)}])
def test_a_walk_that_cannot_be(wrong):
    with pytest.raises(ValueError):
        morris.walk(NAMES, 4, **wrong)


ISHIGAMI = {"first": (0.3139, 0.4424, 0.0), "total": (0.5576, 0.4424, 0.2437)}
"""Saltelli et al. 2008, Global Sensitivity Analysis, for a = 7 and b = 0.1."""


def ishigami(shares: np.ndarray) -> np.ndarray:
    one, two, three = np.moveaxis(np.pi * (2 * shares - 1), -1, 0)
    return np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


def run(made: sobol.Crossed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return ishigami(made.a), ishigami(made.b), ishigami(made.mixed)


def test_indices_of_ishigami_are_those_of_the_closed_form():
    found = {each.parameter: each for each in sobol.indices("xyz", *run(sobol.crossed(3, 4096)))}
    for k, name in enumerate("xyz"):
        told = found[name]
        assert told.first == pytest.approx(ISHIGAMI["first"][k], abs=0.01)
        assert told.total == pytest.approx(ISHIGAMI["total"][k], abs=0.01)
        assert told.first_low <= ISHIGAMI["first"][k] <= told.first_high
        assert told.total_low <= ISHIGAMI["total"][k] <= told.total_high
    assert list(found) == ["x", "y", "z"]


def test_the_law_catches_pages_that_are_mixed_up():
    a, b, mixed = run(sobol.crossed(3, 4096))
    (x, *_) = sorted(sobol.indices("xyz", a, b, mixed[::-1]), key=lambda each: each.parameter)
    assert abs(x.first - ISHIGAMI["first"][0]) > 0.1


def test_indices_are_those_of_scipy_and_salib():
    from SALib.analyze import sobol as theirs

    made = sobol.crossed(3, 256)
    a, b, mixed = run(made)
    found = sorted(sobol.indices("xyz", a, b, mixed), key=lambda each: each.parameter)
    scipy = stats.sobol_indices(func={"f_A": a[None], "f_B": b[None], "f_AB": mixed[:, None, :]}, n=256)
    assert [each.first for each in found] == pytest.approx(scipy.first_order.ravel().tolist(), abs=1e-12)
    assert [each.total for each in found] == pytest.approx(scipy.total_order.ravel().tolist(), abs=1e-12)
    problem = {"num_vars": 3, "names": list("xyz"), "bounds": [[0.0, 1.0]] * 3}
    laid = np.column_stack([a, *mixed, b]).ravel()
    salib = theirs.analyze(problem, laid, calc_second_order=False, num_resamples=1000, seed=1)
    assert [each.total for each in found] == pytest.approx(salib["ST"].tolist(), rel=0.02, abs=1e-3)
    assert [each.first for each in found] == pytest.approx(salib["S1"].tolist(), abs=0.02)
    width = [(each.total_high - each.total_low) / 2 for each in found]
    assert width == pytest.approx(salib["ST_conf"].tolist(), rel=0.25)


def test_what_cannot_be_told_is_not():
    made = sobol.crossed(3, 64)
    a, b, mixed = run(made)
    flat = sobol.indices("xyz", np.ones(64), np.ones(64), np.ones((3, 64)))
    assert {(each.first, each.total) for each in flat} == {(0.0, 0.0)}
    a[5] = np.nan
    assert np.isfinite([each.total for each in sobol.indices("xyz", a, b, mixed)]).all()
    assert sobol.indices("xyz", np.full(64, np.nan), b, mixed) == ()
    for points in (0, 1, 100):
        with pytest.raises(ValueError):
            sobol.crossed(3, points)


def test_the_same_again():
    made = sobol.crossed(3, 64, seed=3)
    assert (made.mixed == sobol.crossed(3, 64, seed=3).mixed).all()
    assert sobol.indices("xyz", *run(made)) == sobol.indices("xyz", *run(made))
    walk = morris.walk(NAMES, 8)
    assert morris.screened(walk, curved(walk.points)) == morris.screened(walk, curved(walk.points))
