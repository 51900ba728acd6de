"""Towns drawn many times over: every marginal is met, without bias, and the laws can fail.

Fixed seeds, so nothing here is random from run to run. False alarms: each row of ``check`` strays beyond
Z = 6 standard errors (rounded up) with a chance below 2e-9; 12 towns of about 85 rows, 2e-6 in all. Each
bias test allows 5 standard errors of the mean of its towns: 6e-7 a comparison, 6e-5 in all.
"""

from itertools import pairwise

import numpy as np
import pytest

from glasstown.core.rng import run_key
from glasstown.population import TownSpec, demography, figures, households, members, synthesize
from glasstown.population.check import check
from glasstown.population.spans import Team

EDGES = [*range(0, 90, 5), demography.AGES]
TOWNS, PEOPLE = 60, 20_000
BIAS = 5.0


@pytest.mark.parametrize("seed", range(12))
def test_every_marginal_is_met(seed: int) -> None:
    report = check(synthesize(TownSpec(people=50_000), run_key(seed, 0, "population")))
    assert report.ok, "\n".join(map(str, report.failed))


@pytest.fixture(scope="module")
def towns() -> list[dict[str, np.ndarray]]:
    found = []
    with Team(2) as team:
        for seed in range(TOWNS):
            key = run_key(seed, 1, "population")
            found.append(members.populate(households.lay_out(PEOPLE, key, team), key, team))
    return found


def strays(counts: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Distance of the mean over towns from what was wanted, in standard errors, shape of one town."""
    shares = counts / PEOPLE
    error = np.maximum(shares.std(axis=0, ddof=1), 1e-9) / np.sqrt(len(shares))
    return np.abs(shares.mean(axis=0) - wanted) / error


def by_age(towns: list[dict[str, np.ndarray]]) -> np.ndarray:
    ages = [np.bincount(town["age"], minlength=demography.AGES) for town in towns]
    return np.array([[each[lo:hi].sum() for lo, hi in pairwise(EDGES)] for each in ages])


def wanted_ages() -> np.ndarray:
    people = demography.people().sum(axis=1) / demography.people().sum()
    return np.array([people[lo:hi].sum() for lo, hi in pairwise(EDGES)])


def test_ages_are_not_biased(towns: list[dict[str, np.ndarray]]) -> None:
    assert strays(by_age(towns), wanted_ages()).max() < BIAS


def test_a_bias_of_two_percent_of_an_age_group_would_be_seen(towns: list[dict[str, np.ndarray]]) -> None:
    """The planted fault: 2 % of the people of one age group counted in the next."""
    counts = by_age(towns).astype(float)
    moved = 0.02 * counts[:, 6]
    counts[:, 6] -= moved
    counts[:, 7] += moved
    assert strays(counts, wanted_ages()).max() > BIAS


def test_sexes_are_not_biased(towns: list[dict[str, np.ndarray]]) -> None:
    women = np.array([[(town["sex"] == 1).sum()] for town in towns])
    share = demography.people()[:, 1].sum() / demography.people().sum()
    assert strays(women, np.array([share])).max() < BIAS
    assert strays(women * 1.01, np.array([share])).max() > BIAS


def test_the_spread_is_within_the_design_effects(towns: list[dict[str, np.ndarray]]) -> None:
    """Variance over towns against that of independent draws; the effects of ``check`` are upper bounds."""
    from glasstown.population.marginals import AGES_EFFECT, MEN_EFFECT

    p = wanted_ages()
    ratio = by_age(towns).var(axis=0, ddof=1) / (PEOPLE * p * (1 - p))
    slack = 1 + 4 * np.sqrt(2 / TOWNS)
    assert ratio.max() < AGES_EFFECT * slack
    women = np.array([(town["sex"] == 1).sum() for town in towns])
    assert women.var(ddof=1) / (PEOPLE / 4) < MEN_EFFECT * slack


def test_single_ages_follow_the_table() -> None:
    """1 million people: 105 ages, each within 5 binomial standard errors; chance of an alarm below 6e-5."""
    with Team(2) as team:
        key = run_key(1, 2, "population")
        n = 1_000_000
        found = members.populate(households.lay_out(n, key, team), key, team)
    p = demography.people().sum(axis=1) / demography.people().sum()
    counts = np.bincount(found["age"], minlength=demography.AGES)
    z = (counts - n * p) / np.sqrt(n * p * (1 - p) + 25)
    assert np.abs(z).max() < 5
    shifted = np.roll(counts, 1)
    assert np.abs((shifted - n * p) / np.sqrt(n * p * (1 - p) + 25)).max() > 5


def test_old_parents_are_as_frequent_as_survival_says() -> None:
    town = synthesize(TownSpec(people=200_000), run_key(1, 3, "population"))
    chance = demography.with_old_parent()
    for lo, hi in ((25, 35), (35, 45), (45, 55), (55, 65), (65, 75)):
        mine = (town.columns["age"] >= lo) & (town.columns["age"] < hi)
        wanted = chance[town.columns["age"][mine]].mean()
        got = ((town.columns["family"][mine] & 2) != 0).mean()
        assert abs(got - wanted) < 5 * np.sqrt(wanted * (1 - wanted) / mine.sum()) + 0.002
    assert abs(chance[30] - chance[45]) > 0.3  # so a wrong age would be seen


def test_dispositions_are_uniform_and_independent() -> None:
    town = synthesize(TownSpec(people=200_000), run_key(1, 4, "population"))
    names = ("private_dissent", "boldness", "prosociality", "diligence", "hardship", "risk_aversion")
    drawn = np.array([town.columns[name].astype(float) for name in names])
    for values, top in zip(drawn, (65_536, 256, 256, 256, 256, 256), strict=True):
        counts = np.bincount((values * 64 // top).astype(int), minlength=64)
        chi = ((counts - 3_125) ** 2 / 3_125).sum()
        assert chi < 63 + 5 * np.sqrt(126) + 10
    off = np.corrcoef(drawn)[~np.eye(len(names), dtype=bool)]
    assert np.abs(off).max() < 5 / np.sqrt(200_000)


def test_far_workers_and_friends_reach_other_districts() -> None:
    near, far = (
        synthesize(
            TownSpec(people=40_000, work_far=share, friend_far=share, neighbour_ties=0.0),
            run_key(1, 5, "population"),
        )
        for share in (0.0, 1.0)
    )
    shares = []
    for town in (near, far):
        start, neighbour, _ = town.ties.window(0, town.people)
        owner = np.repeat(np.arange(town.people), np.diff(start.astype(np.int64)))
        work = (town.columns["activity"][owner] == 2) & (town.columns["activity"][neighbour] == 2)
        same = town.columns["district"][owner] == town.columns["district"][neighbour]
        other = town.columns["household_place"][owner].astype(int) - owner
        mates = other == town.columns["household_place"][neighbour].astype(int) - neighbour
        shares.append(same[work & ~mates].mean())
    assert shares[0] > 0.99
    assert abs(shares[1] - 1 / 16) < 0.02


def test_published_contacts_are_carried_whole() -> None:
    """Means of the settings, weighted by the ages of the study: 3.92, 2.07, 3.96 and 2.79 (fact I29)."""
    settings = ("household", "school", "work", "community")
    total = sum(figures.contacts(each) for each in settings)
    assert isinstance(total, np.ndarray)
    published = [
        9.5,
        16.8,
        17.9,
        15.1,
        12.9,
        12.8,
        13.0,
        13.3,
        13.4,
        13.2,
        12.1,
        11.9,
        10.3,
        9.3,
        8.0,
        6.9,
        6.8,
        6.8,
    ]
    assert np.abs(total.sum(axis=1) - published).max() < 0.06
