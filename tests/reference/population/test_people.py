"""The people that kernels make are those that a plain reading of the model makes."""

import numpy as np
import pytest

from glasstown.core.rng import run_key
from glasstown.population import TownSpec, synthesize
from population_plain import town as plain_town


def made(people: int, seed: int) -> tuple[list[int], list[int], list[int]]:
    town = synthesize(TownSpec(people=people), run_key(seed, 0, "population"))
    names = ("age", "sex", "household_size")
    return tuple(town.columns[name].tolist() for name in names)  # type: ignore[return-value]


def plainly(people: int, seed: int) -> tuple[list[int], list[int], list[int]]:
    homes = list(plain_town(people, run_key(seed, 0, "population")))
    everybody = [person for home in homes for person in home]
    sizes = [len(home) for home in homes for _ in home]
    return [age for age, _ in everybody], [sex for _, sex in everybody], sizes


@pytest.mark.parametrize(("people", "seed"), [(1, 1), (2, 1), (5, 2), (40, 3), (700, 4), (1_100, 5)])
def test_kernels_make_the_people_of_the_plain_twin(people: int, seed: int) -> None:
    assert made(people, seed) == plainly(people, seed)


def test_the_comparison_sees_another_seed() -> None:
    """The planted fault: the twin run on the wrong key."""
    assert made(200, 1)[0] != plainly(200, 2)[0]


def test_dispositions_are_lanes_of_one_draw() -> None:
    from glasstown.core.rng import draw, purpose, when

    key = run_key(1, 0, "population")
    town = synthesize(TownSpec(people=50), key)
    for i in range(50):
        one, two = (int(x) for x in draw(key, i, 0, when(0, 0), purpose("population", "dispositions")))
        assert town.columns["private_dissent"][i] == one % 65_536
        assert town.columns["boldness"][i] == ((one >> 16) % 65_536) >> 8
        assert town.columns["prosociality"][i] == ((one >> 32) % 65_536) >> 8
        low, high = round(0.2 * 255), 255
        assert town.columns["trust"][i] == low + ((two % 65_536) * (high - low + 1) >> 16)
        assert np.all(town.columns["hardship"] <= 255)
