"""Ties: the fast builder against a set of pairs, and clustering against networkit."""

import networkit
import numpy as np
import pytest

from glasstown.core.rng import run_key
from glasstown.core.ties import StoredTies
from glasstown.population import Town, TownSpec, contacts, synthesize
from glasstown.population.draws import Draws
from glasstown.population.places import Places
from glasstown.population.ties import circles, settle
from population_plain import circle_ties, household_ties

SPECS = [
    TownSpec(people=1),
    TownSpec(people=13),
    TownSpec(people=700),
    TownSpec(people=1_500, block_residents=100, districts=7, work_far=1.0, friend_far=0.0),
    TownSpec(people=600, school_ties=20.0, school_reach=16, work_ties=3.0, work_reach=2, neighbour_ties=9.0),
    TownSpec(people=500, friend_ties=16.0, neighbour_ties=0.0, work_ties=0.0),
]


def pairs_of(town: Town) -> list[tuple[int, int]]:
    start, neighbour, _ = town.ties.window(0, town.people)
    owner = np.repeat(np.arange(town.people), np.diff(start.astype(np.int64)))
    return list(zip(owner.tolist(), neighbour.tolist(), strict=True))


def plain_pairs(town: Town, key: np.uint64) -> set[tuple[int, int]]:
    columns, spec = dict(town.columns), town.spec
    assert spec is not None
    blocks = np.searchsorted(town.block_start, town.district_start)
    where = Places(town.block_start, blocks, town.urban)
    draws = Draws(key)
    found = household_ties(columns["household_place"].tolist(), columns["household_size"].tolist())
    for circle in circles(spec, columns, where, draws):
        found |= circle_ties(circle, town.people, draws)
    return found


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.people}")
def test_the_builder_finds_the_pairs_of_the_plain_twin(spec: TownSpec) -> None:
    key = run_key(spec.people, 0, "population")
    town = synthesize(spec, key)
    plain = plain_pairs(town, key)
    both = sorted(plain | {(j, i) for i, j in plain})
    assert pairs_of(town) == both


def test_the_comparison_sees_one_missing_tie() -> None:
    """The planted fault."""
    key = run_key(1, 0, "population")
    town = synthesize(TownSpec(people=300), key)
    pairs = pairs_of(town)
    plain = plain_pairs(town, key)
    assert sorted({(min(p), max(p)) for p in pairs[1:] if p != pairs[0][::-1]}) != sorted(plain)


def graph_of(town: Town) -> networkit.Graph:
    graph = networkit.Graph(town.people)
    for i, j in pairs_of(town):
        if i < j:
            graph.addEdge(i, j)
    return graph


def test_clustering_is_that_of_networkit() -> None:
    town = synthesize(TownSpec(people=8_000), run_key(1, 0, "population"))
    graph = graph_of(town)  # must outlive what is computed on it
    scores = networkit.centrality.LocalClusteringCoefficient(graph).run().scores()
    start, _, _ = town.ties.window(0, town.people)
    some = np.diff(start.astype(np.int64)) >= 2
    mine, single = contacts.clustering(town)
    assert single == 0
    assert mine == pytest.approx(float(np.array(scores)[some].mean()), abs=1e-12)


def test_nearly_everybody_is_connected() -> None:
    town = synthesize(TownSpec(people=8_000), run_key(1, 0, "population"))
    graph = graph_of(town)
    parts = networkit.components.ConnectedComponents(graph).run()
    assert max(parts.getComponentSizes().values()) > 0.99 * town.people


def test_a_window_is_a_slice_of_the_whole() -> None:
    town = synthesize(TownSpec(people=5_000), run_key(1, 0, "population"))
    whole, everyone, _ = town.ties.window(0, 5_000)
    start, neighbour, _ = town.ties.window(1_000, 1_200)
    assert np.array_equal(start, whole[1_000:1_201] - whole[1_000])
    assert np.array_equal(neighbour, everyone[whole[1_000] : whole[1_200]])


def test_settling_sorts_and_drops_doubles() -> None:
    start = np.array([0, 4, 4, 7], np.uint32)
    degree = np.array([4, 0, 3], np.uint8)
    neighbour = np.array([9, 3, 9, 3, 5, 4, 6], np.uint32)
    settle(0, 3, start, degree, neighbour)
    assert degree.tolist() == [2, 0, 3]
    assert neighbour[:2].tolist() == [3, 9] and neighbour[4:].tolist() == [4, 5, 6]


def test_stored_ties_cannot_be_changed() -> None:
    town = synthesize(TownSpec(people=100), run_key(1, 0, "population"))
    assert isinstance(town.ties, StoredTies)
    with pytest.raises(ValueError, match="read-only"):
        town.ties.neighbour[0] = 1


def test_wide_starts_give_the_same_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    """What towns beyond 4 thousand million entries use, on a small one."""
    spec, key = TownSpec(people=2_000), run_key(1, 0, "population")
    narrow = synthesize(spec, key)
    monkeypatch.setattr("glasstown.population.ties.NARROW", 0)
    wide = synthesize(spec, key)
    assert pairs_of(narrow) == pairs_of(wide)
