"""The price of an offence prevented: Fieller's bounds, and when there is none."""

import numpy as np
import pytest
from scipy import stats

from glasstown.measures.paired import FEWEST
from glasstown.report.price import by_district, people_by_district, prices, ratio
from invented_pair import Recipe, invented, usual

Array = np.ndarray

CHANCE = np.random.default_rng(5)
PEOPLE = CHANCE.integers(800, 1600, 24).astype(float)
BELOW = PEOPLE * (5 + 0.5 * CHANCE.standard_normal(24))
ABOVE = 0.2 * BELOW + PEOPLE * 0.1 * CHANCE.standard_normal(24)


def on_the_edge(bounds: tuple[float, float, float], above: Array, below: Array, people: Array) -> bool:
    """Fieller's law: at either bound r, the sum of above - r * below is just t standard errors from 0."""
    n = len(people)
    t = stats.t.ppf(0.975, n - 1)
    for bound in bounds[1:]:
        rest = above - bound * below
        spread = rest - people * rest.sum() / people.sum()
        error = np.sqrt(n / (n - 1) * np.sum(spread**2))
        if abs(abs(rest.sum()) - t * error) > 1e-6 * t * error:
            return False
    return True


def test_bounds_obey_the_law() -> None:
    bounds = ratio(ABOVE, BELOW, PEOPLE)
    assert bounds is not None and bounds[1] < bounds[0] < bounds[2]
    assert bounds[0] == pytest.approx(ABOVE.sum() / BELOW.sum())
    assert on_the_edge(bounds, ABOVE, BELOW, PEOPLE)


def test_a_symmetric_interval_would_break_it() -> None:
    bounds = ratio(ABOVE, BELOW, PEOPLE)
    assert bounds is not None
    half = (bounds[2] - bounds[1]) / 2
    assert not on_the_edge((bounds[0], bounds[0] - half, bounds[0] + half), ABOVE, BELOW, PEOPLE)


def test_a_constant_ratio_is_certain() -> None:
    bounds = ratio(3 * BELOW, BELOW, PEOPLE)
    assert bounds == pytest.approx((3, 3, 3))


@pytest.mark.parametrize(
    "below",
    [-BELOW, BELOW - BELOW.sum() * PEOPLE / PEOPLE.sum(), np.zeros(24)],
    ids=["more offences", "none, give or take", "nothing at all"],
)
def test_no_purchase_no_price(below: Array) -> None:
    assert ratio(ABOVE, below, PEOPLE) is None


def test_too_few_districts() -> None:
    few = slice(0, FEWEST - 1)
    assert ratio(ABOVE[few], BELOW[few], PEOPLE[few]) is None
    assert ratio(ABOVE[: FEWEST + 1], BELOW[: FEWEST + 1], PEOPLE[: FEWEST + 1]) is not None


def test_it_agrees_with_the_difference_on_whether_anything_was_prevented() -> None:
    for fewer in (6.0, 1.0, 0.2, 0.05, 0.0, -3.0):
        pair = invented(Recipe(rates={"offended": (118.0, 118.0 - fewer)}))
        high = pair.difference("offended").high
        assert high is not None
        assert bool(prices(pair)) == (high < 0), fewer


def test_counts_are_those_of_the_tables() -> None:
    pair = usual()
    difference = pair.difference("ever_misrecorded")
    people = people_by_district(pair)
    assert people.sum() == pair.with_.people
    assert by_district(pair, "ever_misrecorded").sum() / people.sum() == pytest.approx(difference.difference)


def test_prices_are_counts_over_counts() -> None:
    pair = usual()
    avoided = -by_district(pair, "offended").sum()
    for price in prices(pair):
        assert price.value == pytest.approx(by_district(pair, price.measure).sum() / avoided)
        assert price.low <= price.value <= price.high
