"""Households: sizes add up to the town exactly, kinds and ages make sense."""

import numpy as np
import pytest

from glasstown.core.rng import run_key
from glasstown.population import demography, figures, households, kinds, members
from glasstown.population.spans import Team

KEY = run_key(3, 0, "population")


def made(people: int, key: np.uint64 = KEY) -> tuple[households.Households, dict[str, np.ndarray]]:
    with Team(1) as team:
        homes = households.lay_out(people, key, team)
        return homes, members.populate(homes, key, team)


@pytest.mark.parametrize("people", [*range(60), 99, 1_000, 9_999, 100_003, 1_410_000_000])
def test_sizes_add_up_to_the_town_exactly(people: int) -> None:
    counts = households.sizes_for(people)
    assert (counts >= 0).all()
    assert int((counts * np.arange(1, 11)).sum()) == people


def test_sizes_of_a_large_town_are_the_published_shares() -> None:
    counts = households.sizes_for(10**8)
    percent = figures.table("households")["percent"]
    shares = np.append(counts[:6], counts[6:].sum()) / counts.sum()
    assert np.abs(shares - percent / percent.sum()).max() < 1e-6
    assert 10**8 / counts.sum() == pytest.approx(figures.total("household_mean"), abs=1e-6)


def test_members_stand_in_a_row() -> None:
    homes, columns = made(5_000)
    size = np.repeat(homes.size, homes.size)
    assert np.array_equal(columns["household_size"], size)
    assert np.array_equal(
        columns["household_place"], np.arange(5_000) - np.repeat(homes.start[:-1], homes.size)
    )


def test_counts_in_the_town_are_those_laid_down() -> None:
    homes, _ = made(50_000)
    assert np.array_equal(np.bincount(homes.size, minlength=11)[1:], households.sizes_for(50_000))


def test_children_are_younger_than_a_parent_by_the_age_of_mothers() -> None:
    homes, columns = made(50_000)
    eldest = np.maximum.reduceat(columns["age"].astype(int), homes.start[:-1])
    youngest = np.minimum.reduceat(columns["age"].astype(int), homes.start[:-1])
    with_child = youngest < demography.CHILD_AGE
    assert (eldest[with_child] - youngest[with_child] >= 12).all()
    assert not (with_child & (homes.size == 1)).any()


def test_three_generations_live_together_and_old_people_alone() -> None:
    homes, columns = made(50_000)
    age, first = columns["age"].astype(int), homes.start[:-1]
    spread = np.maximum.reduceat(age, first) - np.minimum.reduceat(age, first)
    assert 0.03 < (spread > 40).mean() < 0.25
    alone = columns["household_size"] == 1
    assert (alone & (age >= 65)).sum() > 0.02 * alone.sum()
    assert (age[alone] >= kinds.YOUNGEST).all()


def test_couples_are_a_man_and_a_woman_of_like_age() -> None:
    homes, columns = made(50_000)
    two = homes.start[:-1][homes.size == 2]
    gap = columns["age"][two].astype(int) - columns["age"][two + 1]
    couples = (columns["sex"][two] == 1) & (columns["sex"][two + 1] == 0) & (np.abs(gap) <= 12)
    assert couples.mean() > 0.5


def test_family_bits_follow_from_the_household() -> None:
    homes, columns = made(20_000)
    youngest = np.repeat(np.minimum.reduceat(columns["age"], homes.start[:-1]), homes.size)
    eldest = np.repeat(np.maximum.reduceat(columns["age"], homes.start[:-1]), homes.size)
    child, parent = (columns["family"] & 1) != 0, (columns["family"] & 2) != 0
    assert (youngest[child] < demography.CHILD_AGE).all()
    assert (columns["age"][child] >= kinds.YOUNGEST).all()
    assert (eldest[parent] >= demography.PARENT_AGE).all()
    assert 0.2 < child.mean() < 0.45


def test_every_template_has_the_members_of_its_kind() -> None:
    rows = households.catalogue()
    sizes = kinds.sizes()
    for size in range(1, 11):
        mine = slice(int(rows.first[size - 1]), int(rows.first[size]))
        assert (sizes[rows.kind[mine]] == size).all()
        assert int(rows.edge[mine][-1]) == 2**32
        assert (np.diff(rows.edge[mine].astype(object)) >= 0).all()


def test_another_key_makes_other_people() -> None:
    assert not np.array_equal(made(1_000)[1]["age"], made(1_000, run_key(4, 0, "population"))[1]["age"])
