"""The authority against the published loop with draws of its own, and where the outcome is known.

Means of 30 towns are compared with those of 30 plain loops; each law fails beyond 5 standard errors: one
false alarm for 1.7 million seeds (the seeds are fixed, so a law that passes keeps passing).
"""

from functools import lru_cache
from math import sqrt

import numpy as np
import pytest

from citizens import Citizens, govern, optimum
from glasstown.core.columns import SHARE
from glasstown.mechanisms.authority import Authority

PEOPLE, ROUNDS, RUNS = 200, 400, 30
CHANCE = np.random.default_rng(8)
DELTA, BETA = np.minimum(CHANCE.exponential(0.25, PEOPLE), 1.0), CHANCE.exponential(1.5, PEOPLE)
VALUES = ("tolerance", "severity", "surveillance")
KEPT = tuple(f"authority_{name}_kept" for name in VALUES)


@lru_cache(maxsize=4)
def published(by_excess: bool) -> np.ndarray:
    """Values after the last of 400 rounds of the published loop, shape (runs, 3)."""
    found = []
    for seed in range(RUNS):
        chance = np.random.default_rng(100 + seed)
        policy, before = np.array([0.25, 0.6, 0.2]), np.inf
        for r in range(ROUNDS):
            kept = policy.copy()
            if r > 0:
                which = chance.integers(3)
                top = np.inf if which == 1 else 1.0
                low = max(0.0, policy[which] - 0.05)
                policy[which] = chance.uniform(low, min(top, policy[which] + 0.05))
            tau, psi, nu = policy
            acts = optimum(DELTA, BETA, tau, psi, nu, by_excess)
            punished = (acts > tau) & (chance.random(PEOPLE) < nu + (1 - nu) * acts)
            cost = acts.sum() + psi * (((acts - tau) if by_excess else 1.0) * punished).sum()
            policy = kept if cost > before else policy
            before = cost
        found.append(policy.copy())
    return np.array(found)


@lru_cache(maxsize=8)
def adapted(by_excess: bool, severity: float = 0.6, adamancy: float = 1.0) -> np.ndarray:
    """The same of the mechanism in a town, one round every three days."""
    kind = "proportional" if by_excess else "uniform"
    m = Authority(policy="adapting", period=3, punishment=kind, severity=severity, adamancy=adamancy)
    citizens = Citizens.of(DELTA, BETA, by_excess)
    runs = [govern(m, citizens, 3 * ROUNDS + 1, seed=seed)[-1] for seed in range(RUNS)]
    return np.array([[run[name] - 1 for name in KEPT] for run in runs]) / SHARE


def apart(one: np.ndarray, two: np.ndarray) -> float:
    """Standard errors between the means, the most of the three values."""
    error = np.sqrt(one.var(axis=0) / len(one) + two.var(axis=0) / len(two))
    return float(np.max(np.abs(one.mean(axis=0) - two.mean(axis=0)) / error))


@pytest.mark.parametrize("by_excess", [False, True])
def test_values_end_where_the_published_loop_ends(by_excess) -> None:
    assert apart(adapted(by_excess), published(by_excess)) < 5


@pytest.mark.parametrize("fault", [{"severity": 1.2}, {"adamancy": 0.0}])
def test_the_comparison_notices_a_wrong_authority(fault) -> None:
    assert apart(adapted(False, **fault), published(False)) > 5


def climb(m: Authority, citizens: Citizens, rounds: int) -> tuple[np.ndarray, np.ndarray]:
    """Costs that rounds are compared with (1: full dissent of one person), and what is voiced a person."""
    days = govern(m, citizens, 3 * rounds + 1)
    cost = np.array([day["authority_cost"] - 1 for day in days[3::3]]) / SHARE
    voiced = np.array([day["authority_dissent"] for day in days[2::3]]) / SHARE / len(citizens._delta)
    return cost, voiced


def test_where_dissent_costs_nothing_nobody_is_punished_in_the_end() -> None:
    """The least cost is 0 and is reached: whoever punishes can only save by punishing less."""
    m = Authority(policy="adapting", period=3, adamancy=0.0, yardstick="kept", window=0.2)
    cost, voiced = climb(m, Citizens.of(DELTA, np.full(PEOPLE, 50.0)), 600)
    assert cost[0] > 10 and cost[-1] == 0 and np.all(np.diff(cost) <= 0)
    assert voiced[-1] == pytest.approx(DELTA.mean(), abs=0.01), "the bold say it all, and are let"


def test_a_boundless_severity_silences_the_timid_without_punishing() -> None:
    """Total self-censorship exists for any population: at tolerance 0 and this severity nobody speaks."""
    tau, nu = 0.0, 1.0
    assert optimum(DELTA, BETA, tau, float(BETA.max()) + 1, nu, False).sum() == 0
    timid = Citizens.of(DELTA, np.full(PEOPLE, 0.2))
    m = Authority(policy="adapting", period=3, adamancy=1.0, tolerance=0.25, severity=0.6, surveillance=0.5)
    cost, voiced = climb(m, timid, 1000)
    assert voiced[-1] < 0.01 < 0.1 < voiced[0]
    assert cost[-1] < 0.05 * cost[0]


def test_a_move_is_even_over_its_window() -> None:
    """Mean and variance of 4,000 moves, beyond 5 standard errors of those of an even law."""
    m, n = Authority(window=0.05), 4000
    luck = np.random.default_rng(2).integers(0, 2**53, n)
    moves = np.array([m.moved((SHARE // 2, 0, 0), 0, int(u))[0] for u in luck]) / SHARE - 0.5
    assert abs(moves.mean()) < 5 * 0.05 / sqrt(3 * n) + 1e-5
    assert abs(moves.var() - 0.05**2 / 3) < 5 * 0.05**2 * sqrt(4 / 45 / n) + 1e-5
