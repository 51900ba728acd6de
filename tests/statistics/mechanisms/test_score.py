"""Score against closed forms. Fixed seeds; each law alone raises a false alarm once in a million seeds."""

from math import exp, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from feeder import Feeder, live
from glasstown.core.columns import POINT
from glasstown.core.ties import NoTies
from glasstown.core.vocabulary import NOTICES, Act
from glasstown.engine.run import Simulation
from glasstown.mechanisms.score import MONTH, Score

Z = 4.9
"""Standard errors beyond which a law fails: two-sided false alarm of 1e-6."""

START = 600 * POINT
Units = NDArray[np.int64]


# ---- without events, an autoregressive process of the first order ----------------------------------


def autoregressive(memory: float, noise: float, months: int, people: int = 40_000) -> tuple[Units, Units]:
    """Distance from the start, 1/64 point, after ``months`` months and one month later."""
    book = Score(company=0.0, memory=memory, noise=noise)
    with Simulation([book], people, {}, NoTies(people), seed=5, threads=1) as town:
        for _ in range((months - 1) * MONTH + 1):
            town.advance()
        before = town.state.whole["merit"].astype(np.int64) - START
        for _ in range(MONTH):
            town.advance()
        return before, town.state.whole["merit"].astype(np.int64) - START


def alarms(before: Units, after: Units, memory: float, noise: float, months: int) -> list[str]:
    """Which moments are not those of x' = phi x +- noise: mean 0, variance, covariance of two months."""
    phi, step, n = exp(-MONTH / memory), noise * POINT, len(before)
    variance = step**2 * (1 - phi ** (2 * months)) / (1 - phi**2)
    excess = -2 * (1 - phi**2) / (1 + phi**2)  # kurtosis of a sum of fading coins, less that of a normal
    rounding = 0.25 / (1 - phi**2)  # at most, of the fixed point
    found = []
    if abs(before.mean()) > Z * sqrt(variance / n):
        found.append("mean")
    if abs((before**2).mean() - variance) > Z * variance * sqrt((2 + excess) / n) + rounding:
        found.append("variance")
    shock = after - phi * before
    if abs((shock * before).mean()) > Z * step * sqrt(variance / n):
        found.append("memory")
    if abs((shock**2).mean() - step**2) > Z * step / sqrt(n) + 0.25:
        found.append("noise")
    return found


SCORERS = [(300.0, 4.0, 60), (90.0, 9.0, 25), (2_000.0, 1.0, 40)]


@pytest.mark.parametrize(("memory", "noise", "months"), SCORERS)
def test_without_events_it_is_an_autoregressive_process(memory: float, noise: float, months: int) -> None:
    assert alarms(*autoregressive(memory, noise, months), memory, noise, months) == []


def test_the_law_catches_another_memory_and_another_noise() -> None:
    before, after = autoregressive(300.0, 4.0, 60)
    assert "variance" in alarms(before, after, 330.0, 4.0, 60)
    assert "memory" in alarms(before, after, 400.0, 4.0, 60)
    assert "noise" in alarms(before, after, 300.0, 4.1, 60)
    assert "mean" in alarms(before + 30, after + 30, 300.0, 4.0, 60)


# ---- fading loses nothing to rounding --------------------------------------------------------------


def biased(distances: NDArray[np.float64], start: int, phi: float, months: int) -> bool:
    """Whether the mean distance after some months of fading is not start * phi ** months."""
    error = distances.std() / sqrt(len(distances)) + 1e-9
    return bool(abs(distances.mean() - start * phi**months) > Z * error)


@pytest.mark.parametrize("start", [5, -37, 700])
def test_fading_is_right_on_average_down_to_the_last_unit(start: int) -> None:
    people, months, memory = 60_000, 14, 300.0
    merit = np.full(people, START + start, np.uint16)
    book = Score(company=0.0, memory=memory)
    town = live([book], people, (months - 1) * MONTH + 1, given={"merit": merit})[1]
    left = town.state.whole["merit"].astype(float) - START
    assert not biased(left, start, exp(-MONTH / memory), months)


def test_the_law_catches_rounding_down() -> None:
    keep = round(exp(-MONTH / 300.0) * 2**32)
    left = np.full(60_000, 700)
    for _ in range(14):
        left = left * keep >> 32
    assert biased(left.astype(float), 700, exp(-MONTH / 300.0), 14)


# ---- awareness -------------------------------------------------------------------------------------


def off(told: int, people: int, share: float) -> bool:
    return abs(told - people * share) > Z * sqrt(people * share * (1 - share))


def test_the_share_who_are_told_is_awareness() -> None:
    people = 100_000
    feeder = Feeder.of({0: dict.fromkeys(range(people), int(Act.JAYWALK))})
    seen, _ = live([feeder, Score(awareness=0.11)], people, 1, NOTICES)
    told = int(seen[0]["notices"].sum())
    assert not off(told, people, 0.11)
    assert off(told, people, 0.12)
