"""Daymude's closed form on many people: our kernel against a plain NumPy evaluation of the same formula."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.tables import Goal, Part
from glasstown.core.columns import SHARE
from glasstown.core.typing import U8s, U16s
from glasstown.mechanisms.opinion import weigh

FASTER = 5.0
"""Goal: times the throughput of NumPy, per processor second."""

TAU, PSI, BETA, SPREAD = 0.25, 0.6, 1.0, 0.5

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Town:
    """What people think, dare and believe, in columns: shape (people,)."""

    age: U8s
    dissent: U16s
    boldness: U16s
    belief: U16s
    believed: U16s


def some(people: int) -> Town:
    """A town in which every combination is met."""
    row = np.arange(people, dtype=np.uint64)
    dissent, boldness, belief = (
        (row * np.uint64(odd) >> np.uint64(7)).astype(np.uint16) for odd in (2654435761, 40503, 2246822519)
    )
    return Town(np.full(people, 30, np.uint8), dissent, boldness, belief, np.zeros(people, np.uint16))


def plain_uniform(delta: Floats, beta: Floats, nu: Floats, tau: float, psi: float) -> Floats:
    """What is best said, punishment the same for all: say all if it is tolerated or worth defying for."""
    denominator = beta - (1 - nu) * psi
    worth = (denominator > 0) & (delta > (beta * tau + nu * psi) / denominator)
    return np.where((delta <= tau) | worth, delta, tau)


def plain_proportional(delta: Floats, beta: Floats, nu: Floats, tau: float, psi: float) -> Floats:
    """What is best said, punishment by the excess: as much over the tolerance as pays; all where
    nothing is ever paid for (then ``best`` is no number)."""
    best = (tau + (beta - nu * psi) / ((1 - nu) * psi)) / 2
    return np.minimum(delta, np.maximum(tau, best))


def ours(town: Town, voiced: U16s, by_excess: bool) -> None:
    """The kernel of ``opinion.weigh``."""
    weigh(
        town.age, town.dissent, town.boldness, town.belief, town.believed, voiced, 0,
        np.float32(round(TAU * SHARE)), np.float32(PSI), np.float32(0), np.float32(BETA * (1 - SPREAD)),
        np.float32(2 * BETA * SPREAD / SHARE), by_excess,
    )  # fmt: skip


def theirs(town: Town, by_excess: bool, kind: type[np.floating]) -> Callable[[], Floats]:
    """The same people as shares and factors of a float type, as NumPy has them, and the formula on them."""
    delta, nu = (np.asarray(c / SHARE, kind) for c in (town.dissent, town.belief))
    beta = np.asarray(BETA * (1 - SPREAD) + 2 * BETA * SPREAD * town.boldness / SHARE, kind)
    plain = plain_proportional if by_excess else plain_uniform
    return lambda: plain(delta, beta, nu, kind(TAU), kind(PSI))


def _quickest(work: Callable[[], object], repeats: int) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        work()
        found = []
        for _ in range(repeats):
            start = time.process_time()
            for _ in range(10):
                work()
            found.append((time.process_time() - start) / 10)
    return min(found)


def part(people: int, repeats: int) -> Part:
    """Throughput for both punishments against float64, as the authors have it; float32 stands beside it."""
    town, voiced = some(people), np.zeros(people, np.uint16)
    rows, goals = [], []
    for name, by_excess in (("uniform", False), ("proportional", True)):
        mine = _quickest(lambda by=by_excess: ours(town, voiced, by), repeats)
        plain = {k.__name__: _quickest(theirs(town, by_excess, k), repeats) for k in (np.float64, np.float32)}
        how = f"{people:,} people, per CPU second, in float64 as the authors have it"
        goals.append(Goal(f"{name} punishment, times NumPy", plain["float64"] / mine, FASTER, True, how))
        rows += [(name, kind, f"{people / s / 1e6:.0f}", f"{s / mine:.1f}")
                 for kind, s in {"glasstown": mine, **plain}.items()]  # fmt: skip
    return Part("The closed form of what is best said", ("punishment", "by", "M people/CPU s", "times ours"),
                rows, tuple(goals))  # fmt: skip
