"""A whole synthetic town: its columns, its places, its bytes."""

import hashlib

import numpy as np
import pytest

from glasstown.core import vocabulary
from glasstown.core.rng import run_key
from glasstown.errors import InputError
from glasstown.population import Town, TownSpec, forecast, synthesize

KEY = run_key(1, 0, "population")
PEOPLE = (
    "id", "age", "sex", "group", "activity", "district", "household_place", "household_size", "family",
    "stratum", "private_dissent", "boldness", "prosociality", "diligence", "trust", "legitimacy", "hardship",
    "risk_aversion", "income",
)  # fmt: skip


def digest(town: Town) -> str:
    found = hashlib.sha256()
    for name, column in town.columns.items():
        found.update(name.encode() + column.tobytes())
    start, neighbour, weight = town.ties.window(0, town.people)
    for array in (start, neighbour, weight, town.block_start, town.district_start):
        found.update(array.tobytes())
    return found.hexdigest()


@pytest.fixture(scope="module")
def town() -> Town:
    return synthesize(TownSpec(people=30_000), KEY)


def test_the_columns_are_those_of_the_vocabulary(town: Town) -> None:
    known = {column.name: np.dtype(column.dtype) for column in vocabulary.columns()}
    assert sorted(PEOPLE) == list(town.columns)
    for name, column in town.columns.items():
        assert column.dtype == known[name]
        assert column.shape == (town.people,)
        assert not column.flags.writeable


def test_values_are_in_range(town: Town) -> None:
    c = town.columns
    assert (
        c["sex"].max() == 1 and c["group"].max() == 1 and c["activity"].max() == 3 and c["family"].max() <= 3
    )
    assert c["stratum"].max() < 80
    band = c["stratum"] % 40 // 5
    lowest = np.array([0, 15, 25, 35, 45, 55, 65, 75])
    assert np.array_equal(band, np.searchsorted(lowest, c["age"], side="right") - 1)
    assert np.array_equal(c["stratum"] // 40, c["group"])
    assert np.array_equal(c["id"], np.arange(town.people))


def test_what_a_household_shares(town: Town) -> None:
    head = np.arange(town.people) - town.columns["household_place"]
    for name in ("income", "group", "district"):
        assert np.array_equal(town.columns[name], town.columns[name][head])


def test_districts_and_blocks_are_contiguous_and_keep_households_whole(town: Town) -> None:
    assert (np.diff(town.columns["district"].astype(int)) >= 0).all()
    assert len(town.district_start) - 1 == 16
    for edges in (town.block_start, town.district_start):
        assert edges.dtype == np.int64
        assert edges[0] == 0 and edges[-1] == town.people
        assert (np.diff(edges) > 0).all()
        assert (town.columns["household_place"][edges[:-1]] == 0).all()
    assert set(town.district_start) <= set(town.block_start)


def test_activity_follows_age(town: Town) -> None:
    age, activity = town.columns["age"], town.columns["activity"]
    assert (activity[age < 3] == 0).all()
    assert (age[activity == 2] >= 16).all()
    assert (age[activity == 3] >= 55).all()
    assert (age[activity == 1] < 25).all()


@pytest.mark.parametrize("people", [0, 1, 2, 3, 30])
def test_tiny_towns_can_be_made(people: int) -> None:
    town = synthesize(TownSpec(people=people), KEY)
    assert town.people == people == len(town.columns["age"])
    start, neighbour, _ = town.ties.window(0, people)
    assert len(start) == people + 1 and len(neighbour) == town.ties.count


@pytest.mark.parametrize("threads", [2, 4, 7])
def test_threads_change_nothing(threads: int) -> None:
    spec = TownSpec(people=140_000)
    assert digest(synthesize(spec, KEY, threads=threads)) == digest(synthesize(spec, KEY, threads=1))


def test_the_digest_sees_a_single_bit(town: Town) -> None:
    """The planted fault: one tie and one age changed."""
    before = digest(town)
    age = town.columns["age"].copy()
    age[17] ^= 1
    changed = dict(town.columns) | {"age": age}
    assert digest(Town(**{**fields(town), "columns": changed})) != before


def fields(town: Town) -> dict[str, object]:
    return {name: getattr(town, name) for name in Town.__dataclass_fields__}


def test_seed_and_replicate_make_other_towns(town: Town) -> None:
    spec = TownSpec(people=2_000)
    found = {digest(synthesize(spec, run_key(s, r, "population"))) for s in (1, 2) for r in (0, 1)}
    assert len(found) == 4


def test_the_tie_parameters_leave_people_alone() -> None:
    one = synthesize(TownSpec(people=3_000), KEY)
    two = synthesize(TownSpec(people=3_000, friend_ties=6.0, work_far=0.0, trust=0.2), KEY)
    for name in PEOPLE:
        assert np.array_equal(one.columns[name], two.columns[name]) == (name != "trust")


def test_without_any_circle_only_households_are_tied() -> None:
    spec = TownSpec(people=2_000, school_ties=0.0, work_ties=0.0, neighbour_ties=0.0, friend_ties=0.0)
    town = synthesize(spec, KEY)
    start, _, weight = town.ties.window(0, town.people)
    assert np.array_equal(np.diff(start), town.columns["household_size"] - 1)
    assert len(weight) == 0


def test_group_b_can_live_apart() -> None:
    spread, apart = (synthesize(TownSpec(people=60_000, group_clustering=c), KEY) for c in (0.0, 1.0))
    shares = [
        [
            town.columns["group"][lo:hi].mean()
            for lo, hi in zip(town.block_start[:-1], town.block_start[1:], strict=True)
        ]
        for town in (spread, apart)
    ]
    assert max(shares[0]) < 0.3
    assert sum(share == 1.0 for share in shares[1]) == round(0.0889 * 60)
    assert sorted(shares[1])[54] < 0.05


def test_progress_tells_what_is_made() -> None:
    told: list[tuple[str, float]] = []
    synthesize(TownSpec(people=500), KEY, lambda what, share: told.append((what, share)))
    assert next(what for what, _ in told) == "households" and told[-1] == ("done", 1.0)
    assert all(0 <= share <= 1 for _, share in told)


def test_a_team_needs_a_thread() -> None:
    with pytest.raises(InputError, match="threads"):
        synthesize(TownSpec(people=10), KEY, threads=0)


@pytest.mark.parametrize("people", [0, 1, 1_000, 50_000])
def test_the_forecast_is_close_to_what_is_kept(people: int) -> None:
    spec = TownSpec(people=people)
    needs, town = forecast(spec), synthesize(spec, KEY)
    assert needs.peak >= needs.kept
    if people >= 1_000:
        held = sum(column.nbytes for column in town.columns.values())
        assert needs.columns == held
        assert needs.ties == pytest.approx(town.ties.nbytes, rel=0.06)


def test_a_forecast_allocates_nothing() -> None:
    needs = forecast(TownSpec(people=1_400_000_000))
    assert 70 < needs.kept / 1.4e9 < 90
