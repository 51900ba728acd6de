"""Where patrols go: an urn of remembered finds for each zone, drawn from, added to and forgotten."""

from functools import lru_cache
from math import exp, sqrt

import numpy as np

from glasstown.core.columns import Tally
from glasstown.core.kernels import BLOCK, kernel
from glasstown.core.rng import draw, fill, table, threshold, thresholds, when
from glasstown.core.typing import U32, U64, F64s, I64s, U64s

BALL = 1000
"""Urns are kept in 1/1000 of a find, so that a mean of 3.685 finds can be added as it is."""

PLACED = Tally("patrols_placed", "1/1000", "patrols sent on days on which it is known where offences were")
MISPLACED = Tally(
    "patrols_misplaced",
    "1/1000",
    "of those, how many would have to go elsewhere to be shared out as offences are",
)

_DROP, _UNIT = np.uint64(11), 2.0**-53
_LANES, _LANE, _REST = 8, np.uint64(48), np.uint64(16)


@lru_cache(maxsize=16)
def poisson(mean: float) -> U64s:
    """Thresholds t with P(number <= k) = P(draw < t[k]) of a Poisson number, ``mean`` at most 500."""
    chance = total = exp(-mean)
    found, k = [total], 0
    while k < mean + 12 * sqrt(mean) + 30:
        k += 1
        chance *= mean / k
        total += chance
        found.append(total)
    return thresholds([min(p, 1.0) for p in found])


def number(mean: float, luck: U64) -> int:
    """A Poisson number with this ``mean``, by one draw."""
    return int(np.searchsorted(poisson(mean), luck, side="right"))


@kernel
def forgotten(key: U64, day: int, zone: int, purpose: U32, balls: int, t_forget: U64) -> int:
    """How many of so many finds are forgotten today, each with the same chance and bits of its own.

    Eight finds share one draw, 16 bits each. One whose bits equal the first 16 of the threshold draws the
    other 48 alone, so that the chance is exact.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    rows, words = np.empty(BLOCK, np.uint32), np.empty(2 * BLOCK, np.uint64)
    lanes, gone, eights = words.view(np.uint16), 0, (balls + _LANES - 1) // _LANES
    most, moment = np.uint16(t_forget >> _LANE), when(day, zone)
    for first in range(0, eights, BLOCK):
        n = min(BLOCK, eights - first)
        for k in range(n):
            rows[k] = np.uint32(first + k)
        fill(key, rows[:n], moment, purpose, one[:n], two[:n])
        for k in range(n):
            words[2 * k], words[2 * k + 1] = one[k], two[k]
        here, close = lanes[: min(_LANES * n, balls - _LANES * first)], 0
        for j in range(len(here)):
            gone += int(here[j] < most)
            close += int(here[j] == most)
        if close:
            for ball in np.flatnonzero(here == most):
                rest = draw(key, int(_LANES * first + ball), 1, moment, purpose)[0] >> _REST
                gone += int((np.uint64(most) << _LANE) | rest < t_forget)
    return gone


@kernel
def nightly(key: U64, day: int, purpose: U32, urns: I64s, t_forget: U64) -> None:
    """Let every zone forget: at least one find is left in each of ``urns``, in 1/BALL."""
    for zone in range(len(urns)):
        balls = int(urns[zone] // BALL)
        urns[zone] = max(urns[zone] - BALL * forgotten(key, day, zone, purpose, balls, t_forget), BALL)


@lru_cache(maxsize=8)
def remembered(key: U64, day: int, purpose: U32, urns: tuple[int, ...], decay: float) -> tuple[int, ...]:
    """What is left of ``urns`` (1/BALL finds by zone) after a night: at least one find in each."""
    if decay <= 0.0:
        return urns
    left = np.array(urns, np.int64)
    nightly(key, day, purpose, left, threshold(decay))
    return tuple(left.tolist())


def chances(urns: tuple[int, ...], weights: tuple[float, ...]) -> tuple[float, ...]:
    """Chance of each zone that a patrol is sent there: its finds times its weight, of all."""
    each = [urn * weight for urn, weight in zip(urns, weights, strict=True)]
    total = sum(each) or 1.0
    return tuple(e / total for e in each)


def misplaced(chance: tuple[float, ...], offences: tuple[int, ...], patrols: int) -> tuple[int, int]:
    """MISPLACED and PLACED of a day: the distance of total variation of both shares, times patrols.

    Half the sum of absolute differences between where patrols are sent (``chance``) and where ``offences``
    are, found or not. Nothing is known of a day without either.
    """
    every = sum(offences)
    if not every or not any(chance):
        return 0, 0
    far = sum(abs(c - n / every) for c, n in zip(chance, offences, strict=True)) / 2
    return round(far * patrols * BALL), patrols * BALL


def counted(chance: tuple[float, ...]) -> tuple[float, ...]:
    """Chance to count a find of each zone so that a zone counts as much however often it is visited.

    In proportion to 1 / chance, and 1 where patrols go least; with two zones the chance of the other one
    over the larger of both, as published. A zone that nobody visits has no finds.
    """
    least = min((c for c in chance if c > 0.0), default=1.0)
    return tuple(least / c if c > 0.0 else 0.0 for c in chance)


@lru_cache(maxsize=8)
def destinations(
    key: U64, day: int, purpose: U32, chance: tuple[float, ...], patrols: int
) -> tuple[I64s, tuple[int, ...]]:
    """The zone of each patrol of today, and how many patrols each zone gets; none if there is no chance."""
    if not any(chance):
        return np.empty(0, np.int64), (0,) * len(chance)
    one, two = np.empty(patrols, np.uint64), np.empty(patrols, np.uint64)
    table(key, np.arange(patrols, dtype=np.uint32), day, 0, purpose, one, two)
    edges: F64s = np.cumsum(chance)
    luck = (one >> _DROP).astype(np.float64) * (_UNIT * float(edges[-1]))
    zones = np.minimum(np.searchsorted(edges, luck, side="right"), len(chance) - 1)
    zones.flags.writeable = False
    return zones, tuple(np.bincount(zones, minlength=len(chance)).tolist())


def visits(
    key: U64, day: int, why: tuple[U32, U32, U32], zones: I64s, rates: tuple[float, ...],
    count: tuple[float, ...], seen: float, told: float, even: bool,
) -> list[int]:  # fmt: skip
    """What a day adds to the urns when offences come at ``rates``: 1/BALL finds by zone.

    A patrol finds all that happens in its zone, and a share ``seen`` of it is kept, if the visit is counted
    (chance ``count`` of the zone); a share ``told`` is reported everywhere, patrol or none. Numbers are
    Poisson, or the mean itself if ``even``. ``why``: the purposes to find, to count and to report.
    """
    added = [0] * len(rates)
    for patrol, zone in enumerate(zones.tolist()):
        if draw(key, patrol, 0, when(day, 0), why[1])[0] < threshold(count[zone]):
            added[zone] += _finds(seen * rates[zone], even, draw(key, patrol, 0, when(day, 0), why[0])[0])
    if told > 0.0:
        for zone, rate in enumerate(rates):
            added[zone] += _finds(told * rate, even, draw(key, zone, 0, when(day, 0), why[2])[0])
    return added


def _finds(mean: float, even: bool, luck: U64) -> int:
    return round(mean * BALL) if even else number(mean, luck) * BALL
