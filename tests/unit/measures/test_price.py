"""The price of an offence prevented: exact on small tables, an interval that covers, none where none is."""

import numpy as np
import pytest

from glasstown.measures.paired import FEWEST
from glasstown.measures.price import price

PEOPLE = np.full(20, 5000)


def totals(**values: np.ndarray) -> dict[str, np.ndarray]:
    """Totals of the whole town by district, one measure each."""
    n = len(next(iter(values.values())))
    blocks = [
        {
            "measure": np.full(n, name), "by": np.full(n, "all"), "level": np.zeros(n, np.int16),
            "district": np.arange(n, dtype=np.int16), "value": each.astype(np.int64),
            "people": np.full(n, 5000, np.int64), "days": np.full(n, 365, np.int32),
        }
        for name, each in values.items()
    ]  # fmt: skip
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def test_what_is_paid_for_what_is_prevented() -> None:
    wrong = np.arange(20) + 40
    found = price(totals(offended=PEOPLE * 3), totals(offended=PEOPLE * 2, misrecorded=wrong), "misrecorded")
    assert (found.prevented, found.paid) == (100_000, wrong.sum())
    assert found.each == pytest.approx(wrong.sum() / 100_000)
    assert found.low < found.each < found.high


def test_the_order_of_districts_does_not_matter() -> None:
    one, other = (
        totals(offended=PEOPLE * 3 + np.arange(20)),
        totals(offended=PEOPLE, misrecorded=np.arange(20)),
    )
    turned = {name: column[::-1] for name, column in one.items()}
    assert price(turned, other, "misrecorded") == price(one, other, "misrecorded")


def test_nothing_prevented_has_no_price() -> None:
    found = price(totals(offended=PEOPLE), totals(offended=PEOPLE, misrecorded=PEOPLE), "misrecorded")
    assert (found.each, found.low, found.high) == (None, None, None)
    more = price(totals(offended=PEOPLE), totals(offended=PEOPLE + 1, misrecorded=PEOPLE), "misrecorded")
    assert more.each is None


def test_what_may_be_nothing_has_no_interval() -> None:
    noise = np.tile([400, -399], 10)
    found = price(totals(offended=PEOPLE + noise), totals(offended=PEOPLE, misrecorded=PEOPLE), "misrecorded")
    assert found.each is not None and (found.low, found.high) == (None, None)


def test_few_districts_give_no_interval() -> None:
    few = slice(0, FEWEST - 1)
    one, other = totals(offended=PEOPLE[few] * 2), totals(offended=PEOPLE[few], misrecorded=PEOPLE[few])
    assert price(one, other, "misrecorded").low is None


def test_a_measure_that_neither_arm_has_costs_nothing() -> None:
    found = price(totals(offended=PEOPLE * 2), totals(offended=PEOPLE), "misrecorded")
    assert (found.paid, found.each, found.low, found.high) == (0, 0, 0, 0)


def coverage(draws: int, spoil: float = 1.0) -> float:
    """Share of 95 % intervals that hold the true price, 0.25, where both differences vary together."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(draws):
        prevented = rng.normal(4000, 900, 20)
        paid = 0.25 * prevented + rng.normal(0, 150, 20)
        start = np.full(20, 10_000)
        found = price(
            totals(offended=start), totals(offended=start - prevented, misrecorded=paid), "misrecorded"
        )
        middle, half = (found.low + found.high) / 2, (found.high - found.low) / 2 * spoil
        held += abs(middle - 0.25) <= half
    return held / draws


def test_the_interval_covers() -> None:
    """2,000 draws: a true 95 % gives less than 0.935 or more than 0.965 in 2 of 1,000 seeds."""
    assert 0.935 <= coverage(2000) <= 0.965


def test_an_interval_half_as_wide_is_caught() -> None:
    assert coverage(500, spoil=0.5) < 0.935
