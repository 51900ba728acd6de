"""The authority against a plain loop of the published model: rounds instead of days, reals for costs."""

import numpy as np
import pytest

from citizens import Citizens, govern, observed, optimum
from glasstown.core import rng
from glasstown.core.columns import SHARE
from glasstown.mechanisms.authority import Authority

PEOPLE, ROUNDS, PERIOD = 60, 150, 3
CHANCE = np.random.default_rng(8)
DELTA, BETA = np.minimum(CHANCE.exponential(0.3, PEOPLE), 1.0), CHANCE.exponential(1.0, PEOPLE)
SETTINGS: tuple[dict[str, object], ...] = (
    {},
    {"punishment": "proportional", "severity": 1.0, "adamancy": 0.5},
    {"yardstick": "kept", "window": 0.2, "watching": 0.1, "tolerance": 0.9},
    {"adamancy": 0.0, "surveillance": 0.9, "window": 0.1},
)


def luck(round_: int) -> tuple[int, int]:
    one, two = rng.draw(rng.run_key(1), 0, 0, rng.when(PERIOD * round_, 0), rng.purpose("authority", "move"))
    return int(one) % 3, int(two) >> 11


def nearest(value: float) -> int:
    return int(np.floor(value + 0.5))


def loop(m: Authority) -> list[tuple[int, int, int]]:
    """The values in force in each round, in 1/65535: as published, on the grid of values that are told."""
    by_excess = m.punishment == "proportional"
    policy = [nearest(v * SHARE) for v in (m.tolerance, m.severity, m.surveillance)]
    kept, before, found = list(policy), None, []
    for r in range(ROUNDS):
        if r > 0:
            which, draw = luck(r)
            reach = nearest(m.window * SHARE)
            low = max(0, policy[which] - reach)
            high = policy[which] + reach if which == 1 else min(SHARE, policy[which] + reach)
            kept = list(policy)
            policy[which] = low + draw * (high - low + 1) // 2**53
        found.append((policy[0], policy[1], policy[2]))
        tau, psi, nu = (v / SHARE for v in policy)
        acts = np.floor(optimum(DELTA, BETA, tau, psi, nu, by_excess) * SHARE + 0.5)
        day = PERIOD * r + PERIOD - 1
        punished = (acts > policy[0]) & (observed(PEOPLE, day) < nu + (1 - nu) * acts / SHARE)
        excess = int(np.sum((acts - policy[0])[punished]))
        hurt = policy[1] * excess // SHARE if by_excess else policy[1] * int(punished.sum())
        cost = nearest(m.adamancy * int(acts.sum())) + hurt + nearest(m.watching * policy[2] * PEOPLE)
        if before is not None and cost > before:
            policy = list(kept)
            cost = before if m.yardstick == "kept" else cost
        before = cost
    return found


def town(m: Authority, chunk: int = PEOPLE) -> list[tuple[int, int, int]]:
    citizens = Citizens.of(DELTA, BETA, m.punishment == "proportional")
    days = govern(m, citizens, PERIOD * ROUNDS, chunk=chunk)
    names = ("tolerance", "severity", "surveillance")
    return [tuple(days[d][n] - 1 for n in names) for d in range(0, len(days), PERIOD)]  # type: ignore[misc]


@pytest.mark.parametrize("chunk", [PEOPLE, 17])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_the_authority_is_the_published_loop(parameters: dict[str, object], chunk: int) -> None:
    m = Authority(policy="adapting", period=PERIOD, **parameters)
    seen, expected = town(m, chunk), loop(m)
    assert seen == expected
    assert len(set(expected)) > ROUNDS / 3


@pytest.mark.parametrize(
    "fault",
    [{"adamancy": 0.3}, {"yardstick": "kept"}, {"window": 0.04}, {"watching": 0.01}, {"severity": 0.7}],
)
def test_the_loop_notices_a_wrong_rule(fault: dict[str, object]) -> None:
    m = Authority(policy="adapting", period=PERIOD)
    assert town(m) != loop(m.model_copy(update=fault))
