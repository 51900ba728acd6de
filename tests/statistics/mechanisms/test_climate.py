"""Climate against published results. Laws with chance in them: fixed seeds, false alarm 1e-6 a comparison."""

from math import exp, factorial, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from feeder import live
from glasstown.core.columns import SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import PRIVATE_DISSENT
from glasstown.mechanisms.climate import (
    BELIEVED_DISSENT,
    EXPECTED,
    EXPRESSING,
    HIGHEST,
    Climate,
    quantiles,
)

Z = 4.9
"""Standard errors beyond which a law fails: two-sided false alarm of 1e-6."""

ALONE: dict[str, Any] = {"listening": 0.0}


# ---- Granovetter and Kuran: exact, no chance --------------------------------------------------------


def turnout(thresholds: list[float], order: str = "together", late: int = 0) -> float:
    """Share of a crowd that ends up speaking; ``late`` (planted fault) is added to thresholds above 0."""
    at = np.array([min(round(x * SHARE) + late, HIGHEST) for x in thresholds], np.uint16)
    dissent = np.arange(len(at)).astype(np.uint16)
    seen, _ = live([Climate(order=order, **ALONE)], len(at), len(at) + 2, EXPRESSING, PRIVATE_DISSENT,
                   given={"joins_at": at, "private_dissent": dissent})  # fmt: skip
    assert np.array_equal(seen[-1]["private_dissent"], dissent), "private opinion stays"
    return float(seen[-1]["expressing"].mean())


LADDER = [k / 100 for k in range(100)]
GAP = [0.0, 0.02, *LADDER[2:]]
KURAN = [0.0, 0.2, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0]
SPARK = [0.0, 0.1, *KURAN[2:]]


@pytest.mark.parametrize("order", ["together", "in_turn"])
def test_one_person_s_threshold_decides(order: str) -> None:
    assert [turnout(crowd, order) for crowd in (LADDER, GAP, KURAN, SPARK)] == [1.0, 0.01, 0.1, 0.9]


def test_a_crowd_that_waits_for_one_more_is_caught() -> None:
    """Planted fault: more than the threshold is needed."""
    assert [turnout(crowd, late=1) for crowd in (LADDER, SPARK)] == [0.0, 0.0]


# ---- normal thresholds -------------------------------------------------------------------------------


def settled(mean: float, spread: float) -> float:
    """The lowest x = F(x) of an infinite population, from nobody."""
    bell, x = NormalDist(mean, spread), 0.0
    for _ in range(200_000):
        after = bell.cdf(x)
        if after - x < 1e-14:
            break
        x = after
    return x


def fold() -> tuple[float, float]:
    """Spread and share at which the lower equilibrium of mean .25 vanishes: F(x) = x and F'(x) = 1."""
    low, high = 0.1, 0.15
    for _ in range(60):
        middle = (low + high) / 2
        bell = NormalDist(0.25, middle)
        peak = 0.25 - middle * sqrt(max(-2 * np.log(middle * sqrt(2 * np.pi)), 0.0))  # F' = 1, rising
        low, high = (middle, high) if bell.cdf(peak) < peak else (low, middle)
    return low, peak


def test_the_fold_is_where_it_is_published() -> None:
    spread, share = fold()
    assert spread == pytest.approx(0.122221, abs=5e-7)
    assert share == pytest.approx(0.0620, abs=5e-5)


def ends(spread: float, days: int) -> float:
    """What 65,536 people with exactly normal thresholds around .25 end up with."""
    given = {"joins_at": quantiles(0.25, spread)}
    seen = live([Climate(**ALONE)], 1 << 16, days, given=given)[1].state.whole["expressing"]
    return float(seen.mean())


def test_below_the_fold_few_speak_and_above_it_all() -> None:
    """The town stands for an infinite one within 1/65,536 in each share, multiplied by 1 / (1 - F')."""
    for spread in (0.08, 0.11, 0.12):
        assert ends(spread, 150) == pytest.approx(settled(0.25, spread), abs=3e-4)
    assert ends(0.1222, 500) == pytest.approx(settled(0.25, 0.1222), abs=2e-3)
    assert 0.05 < ends(0.1222, 500) < 0.062 < 0.99 < ends(0.12225, 900)


def test_drawn_thresholds_are_normal() -> None:
    n = 200_000
    for mean, spread in ((0.25, 0.12), (0.1, 0.2), (-0.1, 0.3)):
        seen = live([Climate(mean=mean, spread=spread, **ALONE)], n, 1)[1].state.whole["expressing"]
        exact = NormalDist(mean, spread).cdf(0.5 / SHARE)
        error = sqrt(exact * (1 - exact) / n)
        assert abs(seen.mean() - exact) < Z * error + 1 / 65536
        assert abs(seen.mean() - NormalDist(mean, spread * 1.1).cdf(0.0)) > Z * error, "another spread"


# ---- Watts: the cascade window of sparse random graphs ---------------------------------------------


def vulnerable(z: float, phi: float = 0.18) -> float:
    """Mean number of further vulnerable people reached from one, less z: a giant cluster if positive."""
    return sum(k * (k - 1) * exp(-z) * z**k / factorial(k) for k in range(2, int(1 / phi) + 1)) - z


def test_the_window_is_where_it_is_published() -> None:
    assert vulnerable(1.0205) < 0 < vulnerable(1.0215)
    assert vulnerable(5.7655) < 0 < vulnerable(5.7645)


def cascades(z: float, phi: float = 0.18, people: int = 20_000) -> list[float]:
    """Share reached from three people on each of four random graphs of mean degree z, threshold phi."""
    found = []
    for trial in range(4):
        chance = np.random.default_rng(100 + trial)
        pairs = chance.integers(0, people, (2, int(z * people / 2)))
        one, two = np.concatenate([pairs, pairs[::-1]], axis=1)
        start = np.concatenate([[0], np.cumsum(np.bincount(one, minlength=people))]).astype(np.uint32)
        ties = StoredTies(start, two[np.argsort(one, kind="stable")].astype(np.uint32))
        first = np.zeros(people, np.uint8)
        first[chance.choice(people, 3, replace=False)] = 1
        who = {"joins_at": np.full(people, round(phi * SHARE), np.uint16), "expressing": first}
        m = Climate(reach="ties", lasting=True, **ALONE)
        found.append(float(live([m], people, 120, given=who, ties=ties)[1].state.whole["expressing"].mean()))
    return found


def test_in_the_window_a_few_move_the_town_and_outside_nobody() -> None:
    assert all(share > 0.6 for share in cascades(3.0))
    assert max(cascades(0.8) + cascades(8.0)) < 0.01


def test_the_window_is_that_of_the_threshold() -> None:
    """Planted fault: who needs 26 % is moved by one of at most three, and there is no window at all."""
    assert vulnerable(4.5) > 0 > vulnerable(4.5, 0.26)
    assert all(share > 0.6 for share in cascades(4.5))
    assert max(cascades(4.5, 0.26)) < 0.01


# ---- learned expression ----------------------------------------------------------------------------


def drift_errs(d1: float, d2: float, cost: float, told: tuple[float, float] | None = None) -> float:
    """How many standard errors one day's mean change of worth is from learning * (d s - (1-d) s' - Q - c).

    ``told`` replaces the shares of own meetings in the law: a planted fault.
    """
    n, pull = 100_000, 0.2
    chance = np.random.default_rng(4)
    dissent = np.where(chance.random(n) < 0.3, SHARE, 0).astype(np.uint16)
    worth = chance.integers(-8000, 8000, n).astype(np.int16)
    m = Climate(rule="learned", own_critical=d1, own_content=d2, cost=cost, slope=3.0, learning=pull, **ALONE)
    seen, _ = live(
        [m], n, 2, EXPRESSING, EXPECTED, given={"private_dissent": dissent, "expected_worth": worth}
    )
    critical = dissent > 0
    said = [float((seen[0]["expressing"][who] > 0).mean()) for who in (critical, ~critical)]
    worst = 0.0
    for who, d, own, other in zip((critical, ~critical), told or (d1, d2), said, said[::-1], strict=True):
        q = seen[0]["expected_worth"][who] / 16384
        change = seen[1]["expected_worth"][who] / 16384 - q
        exact = pull * (d * own - (1 - d) * other - cost - q)
        worst = max(
            worst, abs(float((change - exact).mean())) / (float((change - exact).std()) / sqrt(len(q)))
        )
    return worst


@pytest.mark.parametrize(("d1", "d2", "cost"), [(0.6, 0.8, 0.1), (0.3, 0.5, 0.0), (0.9, 0.2, 0.7)])
def test_worths_move_as_the_equation_says(d1: float, d2: float, cost: float) -> None:
    """dQ_i/dt = d_i s(Q_i) - (1 - d_i) s(Q_j) - Q_i - c, in the mean over people."""
    assert drift_errs(d1, d2, cost) < Z
    assert drift_errs(d1, d2, cost, told=(d1 + 0.03, d2)) > Z


def test_without_a_share_of_own_meetings_all_mix() -> None:
    assert drift_errs(0.0, 0.0, 0.1, told=(0.3004, 0.6996)) < Z, "30 % critical, as drawn"


def speaking(d1: float, d2: float, cost: float) -> tuple[float, float]:
    """Shares of both sides that speak in the end, if all spoke at the start."""
    n = 2_000
    who = {
        "private_dissent": np.array([SHARE, 0] * (n // 2), np.uint16),
        "expected_worth": np.full(n, 8000, np.int16),
    }
    m = Climate(
        rule="learned", own_critical=d1, own_content=d2, cost=cost, slope=1000.0, learning=0.002, **ALONE
    )
    voices = live([m], n, 3_000, given=who)[1].state.whole["expressing"]
    return float((voices[::2] > 0).mean()), float((voices[1::2] > 0).mean())


@pytest.mark.parametrize(
    ("d1", "d2", "cost", "both"),
    [(0.62, 0.62, 0.1, True), (0.8, 0.62, 0.1, True), (0.62, 0.62, 0.0, True), (0.62, 0.62, 0.4, False),
     (0.8, 0.5, 0.1, False), (0.5, 0.8, 0.1, False), (0.52, 0.52, 0.1, False), (0.75, 0.75, 0.4, True)],
)  # fmt: skip
def test_both_can_speak_only_among_enough_of_their_own(d1: float, d2: float, cost: float, both: bool) -> None:
    """Steep slope: both sides speak if and only if d1 and d2 exceed (1 + c) / 2, off by 3 deviations of Q."""
    assert both == (min(d1, d2) > (1 + cost) / 2)
    assert (min(speaking(d1, d2, cost)) > 0.9) == both


def neighbourhoods(own: int, other: int, n: int = 1_000) -> StoredTies:
    """Two sides of n people each (even and odd rows) with exactly so many ties to their own and the other."""
    rows = np.arange(2 * n)[:, None]
    mine = (rows + 2 * np.arange(1, own + 1)[None]) % (2 * n)
    theirs = (rows + 2 * np.arange(other)[None] + 1) % (2 * n)
    every = np.concatenate([mine, theirs], axis=1)
    return StoredTies(np.arange(2 * n + 1, dtype=np.uint32) * (own + other), every.ravel().astype(np.uint32))


@pytest.mark.parametrize(("own", "both"), [(7, True), (5, False)])
def test_on_a_graph_it_is_the_share_of_ties(own: int, both: bool) -> None:
    who = {
        "private_dissent": np.array([SHARE, 0] * 1_000, np.uint16),
        "expected_worth": np.full(2_000, 8000, np.int16),
    }
    m = Climate(rule="learned", reach="ties", cost=0.1, slope=1000.0, learning=0.005, **ALONE)
    voices = live([m], 2_000, 1_200, given=who, ties=neighbourhoods(own, 10 - own))[1].state.whole[
        "expressing"
    ]
    assert (min((voices[::2] > 0).mean(), (voices[1::2] > 0).mean()) > 0.9) == both


# ---- what others seem to think ---------------------------------------------------------------------


def belief_errs(listening: float, days: int, claimed: float) -> float:
    n = 20_000
    voiced = np.where(np.arange(n) % 2, 40_000, 10_000).astype(np.uint16)
    start = np.arange(n + 1, dtype=np.uint32) * 2
    around = (np.arange(n)[:, None] + np.array([1, 2])) % n
    ties = StoredTies(start, around.ravel().astype(np.uint32))
    m = Climate(rule="none", listening=listening, hearing=1)
    seen, _ = live([m], n, days, BELIEVED_DISSENT, given={"voiced": voiced}, ties=ties)
    belief = seen[-1]["believed_dissent"].astype(float)
    exact = 25_000 * (1 - (1 - claimed) ** days)
    return abs(belief.mean() - exact) / (belief.std() / sqrt(n) + 1e-9)


@pytest.mark.parametrize(("listening", "days"), [(0.001, 30), (0.1, 10), (0.3, 4)])
def test_beliefs_move_by_their_share_of_the_way_each_time(listening: float, days: int) -> None:
    assert belief_errs(listening, days, listening) < Z
    assert belief_errs(listening, days, listening * 1.02) > Z, "planted fault: another pace"
