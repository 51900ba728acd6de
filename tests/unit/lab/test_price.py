"""The price of safety: with minus without, for each offence prevented, and by whom it is paid."""

import numpy as np
import pytest

from glasstown.lab.price import COSTS, expressions, price
from glasstown.lab.readings import Readings, mean


def readings(without: dict[str, float], with_: dict[str, float], draws: int = 4) -> Readings:
    table = {}
    for arm, given in (("open", without), ("article", with_)):
        for what in expressions():
            table[arm, what] = np.full((draws, 1), given.get(what, given.get(what.partition("[")[0], 0.0)))
    return Readings(draws, 1, table, {arm: np.ones((draws, 1), bool) for arm in ("open", "article")})


def test_every_cost_is_read_of_everybody_and_by_part():
    told = expressions()
    assert len(told) == len(set(told)) == 6 * (1 + 2 + 5)
    assert "misdetained[group=B]" in told
    assert "offended[fifth=1]" in told


def test_what_an_offence_prevented_costs():
    found = price(readings({"offended": 2.0}, {"offended": 1.5, "misdetained": 0.1}), "open", "article")
    assert (found.draws, found.prevents) == (4, 4)
    assert found.each["misdetained"].median == pytest.approx(0.2)
    assert found.each["ever_closed"].median == 0


def test_who_pays_is_told_for_a_thousand_of_them():
    read = readings({"offended": 2.0}, {"offended": 2.0, "misdetained": 0.1, "misdetained[group=B]": 0.3})
    shares = {(each.by, each.level): each for each in price(read, "open", "article").shares}
    assert shares["group", 0].costs["misdetained"].median == pytest.approx(100)
    assert shares["group", 1].costs["misdetained"].median == pytest.approx(300)
    assert len(shares) == 8


def test_what_share_is_prevented_and_which_group_bears_more():
    given = {"offended": 1.5, "ever_misrecorded[group=A]": 0.1, "ever_misrecorded[group=B]": 0.3}
    found = price(readings({"offended": 2.0}, given), "open", "article")
    assert found.prevented.median == pytest.approx(0.25)
    assert found.burden.median == pytest.approx(3) and (found.heavier, found.compared) == (4, 4)
    none = price(readings({}, {"ever_misrecorded[group=B]": 0.3}), "open", "article")
    assert np.isnan(none.prevented.median) and np.isnan(none.burden.median) and none.compared == 0


def test_where_nothing_is_prevented_there_is_no_price():
    found = price(readings({"offended": 1.0}, {"offended": 1.0, "misdetained": 0.1}), "open", "article")
    assert found.prevents == 0
    assert np.isnan(found.each["misdetained"].median)
    assert set(found.each) == set(COSTS)


def test_a_run_that_is_missing_is_left_out_of_its_mean():
    assert mean(np.array([[1.0, np.nan], [2.0, 4.0]])).tolist() == [1.0, 3.0]
    assert np.isnan(mean(np.array([[np.nan, np.nan]]))).all()
