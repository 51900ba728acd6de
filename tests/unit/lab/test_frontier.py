"""The frontier of safeguards: what is averted and given up, and which package no other outdoes."""

import numpy as np
import pytest

from glasstown.lab.frontier import BENEFIT, HARM, efficient, frontier
from glasstown.lab.readings import Readings


def readings(**arms: tuple[float, float]) -> Readings:
    """Arms with (harmed, offences), the same in each of three draws."""
    table = {}
    for arm, (harm, offences) in arms.items():
        table[arm, HARM] = np.full((3, 1), harm)
        table[arm, BENEFIT] = np.full((3, 1), offences)
    return Readings(3, 1, table, {arm: np.ones((3, 1), bool) for arm in arms})


def packages(*names: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {name: (name, (name,)) for name in names}


def test_a_package_averts_and_gives_up_for_a_thousand_people():
    read = readings(article=(0.2, 1.0), appeal=(0.05, 1.1))
    (found,) = frontier(read, "article", packages("appeal"))
    assert found.averted.median == pytest.approx(150)
    assert found.averted_share.median == pytest.approx(0.75)
    assert found.lost.median == pytest.approx(100)
    assert (found.draws, found.efficient) == (3, 3)


def test_who_averts_less_at_more_loss_is_ruled_out():
    read = readings(article=(0.2, 1.0), good=(0.05, 1.0), poor=(0.1, 1.1), dear=(0.0, 1.5))
    found = {
        each.name: each.efficient for each in frontier(read, "article", packages("good", "poor", "dear"))
    }
    assert found == {"good": 3, "poor": 0, "dear": 3}


def test_twins_do_not_rule_each_other_out():
    assert efficient(np.array([[1.0], [1.0]]), np.array([[2.0], [2.0]])).all()


def test_by_hand():
    averted = np.array([[3.0, 1.0], [2.0, 2.0], [3.0, 0.0]])
    lost = np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 1.0]])
    assert efficient(averted, lost).tolist() == [[True, True], [False, True], [False, False]]


def test_a_draw_without_some_package_tells_nothing():
    read = readings(article=(0.2, 1.0), good=(0.05, 1.0), poor=(0.1, 1.1))
    read.table["poor", HARM][1] = np.nan
    assert {each.draws for each in frontier(read, "article", packages("good", "poor"))} == {2}


def test_where_nothing_is_harmed_there_is_no_share_to_avert():
    read = readings(article=(0.0, 1.0), appeal=(0.0, 1.0))
    (found,) = frontier(read, "article", packages("appeal"))
    assert np.isnan(found.averted_share.median)
    assert found.averted.median == 0
