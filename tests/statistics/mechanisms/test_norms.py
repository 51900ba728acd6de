"""Norms against published results and closed forms.

Exact where nothing is drawn. Laws with chance in them: fixed seeds, false alarm 1e-6 a comparison.
"""

from math import sqrt
from typing import Any

import numpy as np
import pytest

from feeder import live
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import COMPLYING
from glasstown.mechanisms._pressing import FULL
from glasstown.mechanisms.norms import DARING, ENFORCING, VENGEFULNESS, WORTH, Norms

Z = 4.9
"""Standard errors beyond which a law fails: two-sided false alarm of 1e-6."""


def ring(people: int, reach: int) -> StoredTies:
    """Everybody is tied to so many on either side."""
    steps = np.concatenate([np.arange(-reach, 0), np.arange(1, reach + 1)])
    around = (np.arange(people)[:, None] + steps) % people
    return StoredTies(np.arange(people + 1, dtype=np.uint32) * (2 * reach), around.ravel().astype(np.uint32))


def days_of(beliefs: np.ndarray, days: int, ties: StoredTies | None = None, **how: Any) -> Any:
    """Shares that keep the norm and numbers that press others to, of those who do not believe; each day."""
    m, who = Norms(**how), beliefs < 0
    seen, _ = live([m], len(beliefs), days, COMPLYING, ENFORCING, given={"belief": beliefs}, ties=ties)
    return [(d["complying"][who].mean(), int((d["enforcing"][who] == 1).sum())) for d in seen]


# ---- fully connected: no cascade --------------------------------------------------------------------


def even(people: int, believers: int, most: float) -> np.ndarray:
    """So many believers first; the others' convictions are exactly even from 0 to ``most``."""
    rest = np.arange(1, people - believers + 1) / (people - believers) * most * FULL
    return np.concatenate([np.full(believers, FULL), -np.maximum(np.rint(rest), 1)]).astype(np.int16)


@pytest.mark.parametrize("order", ["together", "in_turn"])
@pytest.mark.parametrize("believers", [20, 100, 180])
def test_a_fully_connected_town_does_not_cascade(believers: int, order: Any) -> None:
    """Few believers, b below k: they press, who is convinced less than b gives in, nobody else presses.

    From about .1 on those who do not believe see enough people give in to press for the opposite.
    """
    n = 2_000
    beliefs = even(n, believers, 0.38)
    pressed = believers / (n - 1)
    exact = (np.abs(beliefs[believers:]) < pressed * FULL).mean()
    assert exact == pytest.approx(pressed / 0.38, abs=1e-3)
    for share, false in days_of(beliefs, 30, reach="town", order=order)[2:]:
        assert (share, false) == (exact, 0)


def test_another_range_of_convictions_is_caught() -> None:
    """Planted fault: convictions up to .36."""
    share, false = days_of(even(2_000, 100, 0.36), 10, reach="town")[-1]
    assert false == 0
    assert abs(share - 100 / 1_999 / 0.38) > 5e-3


# ---- local ties: a cascade with a known front --------------------------------------------------------


def front(reach: int, conviction: float, cost: float) -> int:
    """Places a round that false enforcement moves on: how many see enough of those behind the front.

    The d-th in front sees reach - d + 1 of 2 reach who press, and presses others if that is above S + k.
    """
    return sum((reach - d + 1) / (2 * reach) > conviction + cost for d in range(1, reach + 1))


@pytest.mark.parametrize(("reach", "conviction", "speed"), [(4, 0.19, 2), (4, 0.05, 3), (8, 0.19, 3)])
def test_a_cluster_moves_a_ring_at_the_speed_of_its_front(reach: int, conviction: float, speed: int) -> None:
    assert front(reach, conviction, 0.125) == speed
    n, first = 600, 3 * reach
    beliefs = np.full(n, -round(conviction * FULL), np.int16)
    beliefs[:first] = FULL
    false = [f for _, f in days_of(beliefs, 300, ring(n, reach))]
    growth = np.diff(false)[5 : (n - first) // (2 * speed) - 10]
    assert (growth == 2 * speed).all()
    assert false[-1] == n - first, "in the end everybody presses everybody, against all but a few beliefs"
    assert front(reach, conviction, 0.0) != speed, "planted fault: pressing costs nothing"


@pytest.mark.parametrize(
    ("reach", "conviction", "speed"), [(2, 0.19, 1), (5, 0.19, 2), (4, 0.05, 3), (6, 0.1, 4)]
)
def test_false_enforcement_moves_on_without_a_single_believer(
    reach: int, conviction: float, speed: int
) -> None:
    assert front(reach, conviction, 0.125) == speed
    n, first = 500, 3 * reach
    start = (np.arange(n) < first).astype(np.uint8)
    who = {"belief": np.full(n, -round(conviction * FULL), np.int16), "enforcing": start, "complying": start}
    seen, _ = live([Norms()], n, 300, ENFORCING, given=who, ties=ring(n, reach))
    false = np.array([int((d["enforcing"] == 1).sum()) for d in seen])
    assert (np.diff(false)[: (n - first) // (2 * speed) - 5] == 2 * speed).all()
    assert false[-1] == n


def test_with_the_same_people_local_ties_cascade_and_a_town_without_distance_does_not() -> None:
    n = 1_200
    beliefs = even(n, 60, 0.38)
    luck = np.random.default_rng(3)
    beliefs[60:] = luck.permutation(np.minimum(beliefs[60:], -1)) // 2
    near, far = days_of(beliefs, 700, ring(n, 4))[-1], days_of(beliefs, 60, reach="town")[-1]
    assert near == (1.0, n - 60)
    assert far[1] == 0 and far[0] < 0.3


def test_believers_spread_evenly_move_nobody() -> None:
    """One believer among eight ties is 1/8 of them: not more than k, whatever the conviction."""
    beliefs = np.full(900, -1, np.int16)
    beliefs[::9] = FULL
    assert days_of(beliefs, 50, ring(900, 4))[-1][1] == 0
    beliefs[4::9] = FULL
    assert days_of(beliefs, 50, ring(900, 4))[-1][1] > 0, "two of eight are"


def test_convictions_by_lot_are_even() -> None:
    """In a town without distance who gives in tells the distribution: b / .38 of those who do not believe."""
    n = 400_000
    seen, _ = live([Norms(reach="town", believers=0.08)], n, 4, COMPLYING)
    share = float(seen[-1]["complying"].mean())
    exact = 0.08 + 0.92 * 0.08 / 0.38
    error = sqrt(exact * (1 - exact) / n) + sqrt(0.08 * 0.92 / n) / 0.38
    assert abs(share - exact) < Z * error
    assert abs(share - (0.08 + 0.92 * 0.08 / 0.43)) > Z * error, "planted fault: another range of convictions"


# ---- Axelrod ---------------------------------------------------------------------------------------


def expected(b: np.ndarray, v: np.ndarray, meta: bool) -> np.ndarray:
    """Mean payoff of one round: being seen S is even, so E[S; S<b] = b^2 / 2 and E[S^2; S<b] = b^3 / 3."""
    worth = 3 * b - (b.sum() - b) - 9 * b**2 / 2 * (v.sum() - v) - 2 * v * ((b**2).sum() - b**2) / 2
    if meta:
        for i in range(len(b)):
            rest = np.arange(len(b)) != i
            idle, angry = (1 - v[rest]), v[rest]
            worth[rest] += b[i] ** 3 / 3 * (
                -9 * idle * (angry.sum() - angry) - 2 * angry * (idle.sum() - idle)
            )  # fmt: skip
    return worth


def payoff_errs(meta: bool, told: bool) -> float:
    """How many standard errors the mean payoff of anybody is from the closed form of the game ``told``."""
    n, rounds = 20, 3_000
    chance = np.random.default_rng(6)
    b, v = chance.integers(0, 8, n).astype(np.uint8), chance.integers(0, 8, n).astype(np.uint8)
    m = Norms(rule="metanorms_game" if meta else "norms_game", reach="town", chances=100)
    m = m.model_copy(update={"chances": rounds + 1})
    seen, _ = live([m], n, rounds, WORTH, given={"daring": b, "vengefulness": v})
    each = np.diff(np.array([np.zeros(n), *(d["worth"] for d in seen)]), axis=0)
    error = each.std(axis=0) / sqrt(rounds)
    return float(np.max(np.abs(each.mean(axis=0) - expected(b / 7, v / 7, told)) / error))


@pytest.mark.parametrize("meta", [False, True])
def test_payoffs_are_those_of_the_game(meta: bool) -> None:
    assert payoff_errs(meta, meta) < 5.5, "20 comparisons: false alarm below 1e-6"
    assert payoff_errs(meta, not meta) > 20, "planted fault: the other game"


def ends(rule: str, generations: int, seeds: range) -> list[tuple[float, float]]:
    """Mean daring and vengefulness of 20 people in the end, one pair a seed."""
    found = []
    for seed in seeds:
        m = Norms(rule=rule, reach="town")
        whole = live([m], 20, 4 * generations, seed=seed)[1].state.whole
        found.append((float(whole["daring"].mean()) / 7, float(whole["vengefulness"].mean()) / 7))
    return found


def test_metanorms_establish_the_norm_and_punishment_alone_does_not_hold_it() -> None:
    """Axelrod's 20 people, 100 generations: all five of his runs; and, as was found later, in the long run.

    Established: daring at most 2/7, vengefulness at least 5/7; collapsed: at least 6/7, at most 1/7.
    """
    meta = ends("metanorms_game", 100, range(10))
    assert sum(b <= 2 / 7 and v >= 5 / 7 for b, v in meta) >= 8
    alone = ends("norms_game", 1_500, range(6))
    assert sum(b >= 5 / 7 and v <= 2 / 7 for b, v in alone) >= 4
    assert sum(b <= 2 / 7 and v >= 5 / 7 for b, v in ends("norms_game", 100, range(10))) <= 2, "planted fault"


def test_mutation_flips_each_bit_as_often_as_it_says() -> None:
    """Nobody dares, so all have one copy, and only mutation moves anything: two of 6 n bits a generation."""
    n, rate = 20_000, 0.05
    who = {"daring": np.zeros(n, np.uint8), "vengefulness": np.full(n, 7, np.uint8)}
    m = Norms(rule="norms_game", reach="ties", mutation=rate, chances=1)
    seen, _ = live([m], n, 2, DARING, VENGEFULNESS, given=who)
    for name, start in (("daring", 0), ("vengefulness", 7)):
        for bit in range(3):
            share = float(((seen[1][name] ^ start) >> bit & 1).mean())
            error = sqrt(rate * (1 - rate) / n)
            assert abs(share - rate) < Z * error
            assert abs(share - 1.3 * rate) > Z * error, "planted fault: another rate"
