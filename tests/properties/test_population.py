"""Laws that hold for every town, whatever its specification."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from glasstown.core.rng import run_key
from glasstown.population import Town, TownSpec, synthesize
from glasstown.population.external import load
from glasstown.population.places import within
from glasstown.population.spans import Team

share = st.floats(0, 1)
specs = st.builds(
    TownSpec,
    people=st.integers(0, 2_500),
    districts=st.integers(0, 64),
    block_residents=st.integers(20, 3_000),
    urban=share,
    group_share=share,
    group_clustering=share,
    school_ties=st.floats(0, 20),
    school_reach=st.integers(10, 16),
    work_ties=st.floats(0, 20),
    work_reach=st.integers(10, 16),
    work_far=share,
    neighbour_ties=st.floats(0, 10),
    friend_ties=st.floats(0, 10),
    friend_far=share,
    trust=share,
    trust_spread=share,
)
seeds = st.integers(0, 2**63 - 1)


def ties_of(town: Town) -> tuple[np.ndarray, np.ndarray]:
    start, neighbour, _ = town.ties.window(0, town.people)
    return np.repeat(np.arange(town.people), np.diff(start.astype(np.int64))), neighbour.astype(np.int64)


def broken(town: Town) -> list[str]:
    """The laws that a town breaks."""
    found, c, n = [], town.columns, town.people
    owner, other = ties_of(town)
    key = owner * max(n, 1) + other
    if not (np.diff(key) > 0).all():
        found.append("windows are sorted and without doubles")
    if (owner == other).any():
        found.append("nobody is tied to oneself")
    if not np.array_equal(np.sort(other * max(n, 1) + owner), key):
        found.append("every tie holds both ways")
    head = np.arange(n) - c["household_place"]
    size = np.bincount(head, minlength=n) if n else np.zeros(0)
    if not np.array_equal(size[head], c["household_size"]):
        found.append("households are whole and contiguous")
    mates = c["household_size"].astype(np.int64)
    if int((head[owner] == head[other]).sum()) != int((mates - 1).sum()):
        found.append("everybody is tied to the whole household")
    for name, edges in (("blocks", town.block_start), ("districts", town.district_start)):
        covered = edges[0] == 0 and edges[-1] == n and (np.diff(edges) >= 0).all()
        found += [] if covered else [f"{name} cover the town"]
    if n and not np.array_equal(
        c["district"], np.searchsorted(town.district_start, np.arange(n), side="right") - 1
    ):
        found.append("districts are contiguous")
    if int((c["household_place"] == 0).sum()) != town.households:
        found.append("households are counted")
    return found


@settings(max_examples=60, deadline=None)
@given(specs, seeds)
def test_every_town_keeps_the_laws(spec: TownSpec, seed: int) -> None:
    town = synthesize(spec, run_key(seed, 0, "population"), threads=1)
    assert broken(town) == []
    assert town.people == spec.people


def test_the_laws_catch_a_planted_fault() -> None:
    from dataclasses import replace

    from glasstown.core.ties import StoredTies

    town = synthesize(TownSpec(people=400), run_key(1, 0, "population"))
    start, neighbour, _ = town.ties.window(0, 400)
    turned = replace(town, ties=StoredTies(start.copy(), np.roll(neighbour, 1)))
    assert {"every tie holds both ways", "windows are sorted and without doubles"} <= set(broken(turned))
    place = town.columns["household_place"].copy()
    place[5] += 1
    assert broken(replace(town, columns={**town.columns, "household_place": place}))


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 1_500), st.integers(0, 2**32 - 1))
def test_the_order_of_a_user_s_table_does_not_matter(seed: int, people: int, turn: int) -> None:
    key = run_key(seed, 0, "population")
    sql = f"SELECT (i * 7919 % 1000003)::INT AS id, (i // 4)::INT AS household FROM range({people}) t(i)"
    with TemporaryDirectory() as folder:
        towns = []
        for name, order in (("a", "id"), ("b", f"(id * 31 + {turn}) % 1009, id")):
            path = Path(folder) / f"{name}.parquet"
            duckdb.connect().execute(
                f"COPY (SELECT * FROM ({sql}) ORDER BY {order}) TO '{path}' (FORMAT parquet)"
            )
            towns.append(load(path, key=key, threads=1))
    one, two = towns
    assert broken(one) == []
    assert all(np.array_equal(one.columns[name], two.columns[name]) for name in one.columns)
    assert np.array_equal(ties_of(one)[1], ties_of(two)[1])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=8), st.integers(20, 300), seeds)
def test_blocks_stay_within_given_districts(sizes: list[int], residents: int, seed: int) -> None:
    from glasstown.population.households import lay_out

    with Team(1) as team:
        homes = lay_out(sum(sizes), run_key(seed, 0, "population"), team)
    cut = homes.start[np.searchsorted(homes.start, np.cumsum([0, *sizes]))]
    district = np.repeat(np.arange(len(sizes)), np.diff(cut.astype(np.int64)))
    where = within(TownSpec(people=sum(sizes), block_residents=residents), homes, district)
    assert (np.diff(where.block_start) >= 0).all()
    assert where.block_start[0] == 0 and where.block_start[-1] == sum(sizes)
    seen = np.searchsorted(where.district_start, np.arange(sum(sizes)), side="right") - 1
    assert np.array_equal(district[: sum(sizes)], np.minimum(seen, district.max() if len(district) else 0))
