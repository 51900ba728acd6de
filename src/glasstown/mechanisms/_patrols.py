"""Where patrols go: an urn of remembered finds for each zone, drawn from, added to and forgotten."""

from functools import lru_cache
from math import exp, sqrt

import numpy as np

from glasstown.core.columns import Tally
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import below, draw, fill, threshold, thresholds, when
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


def remembered(key: U64, day: int, purpose: U32, urns: I64s, decay: float) -> I64s:
    """What is left of ``urns`` (1/BALL finds by zone) after a night: at least one find in each."""
    left = urns.copy()
    if decay > 0.0:
        nightly(key, day, purpose, left, threshold(decay))
    return left


@rule
def chances(urns: I64s, weights: F64s, people: I64s, chance: F64s) -> bool:
    """The ``chance`` of each zone that a patrol is sent there: its finds times its weight, of all; if any.

    Nobody goes where nobody lives, once ``people`` are counted.
    """
    total, every = 0.0, people.sum()
    for z in range(len(urns)):
        chance[z] = urns[z] * weights[z] if every == 0 or people[z] > 0 else 0.0
        total += chance[z]
    for z in range(len(urns)):
        chance[z] /= total if total > 0.0 else 1.0
    return bool(total > 0.0)


@rule
def misplaced(chance: F64s, offences: I64s) -> float:
    """The distance of total variation between where patrols are sent and where offences are, found or not.

    Half the sum of absolute differences of shares. Below 0 on a day without offences: nothing is known.
    """
    every, far = 0, 0.0
    for z in range(len(offences)):
        every += offences[z]
    if every == 0:
        return -1.0
    for z in range(len(offences)):
        far += abs(chance[z] - offences[z] / every)
    return far / 2.0


@rule
def counted(chance: F64s, count: F64s) -> None:
    """Chance to ``count`` a find of each zone so that a zone counts as much however often it is visited.

    In proportion to 1 / chance, and 1 where patrols go least; with two zones the chance of the other one
    over the larger of both, as published. A zone that nobody visits has no finds.
    """
    least = 2.0
    for c in chance:
        if 0.0 < c < least:
            least = c
    for z in range(len(chance)):
        count[z] = least / chance[z] if chance[z] > 0.0 else 0.0


@rule
def destinations(key: U64, day: int, purpose: U32, chance: F64s, zones: I64s, sent: I64s) -> None:
    """The zone of each patrol into ``zones``, shape (patrols,); in ``sent`` how many each zone gets."""
    edges, last = np.cumsum(chance), len(chance) - 1
    one, two, rows = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint32)
    for first in range(0, len(zones), BLOCK):
        n = min(BLOCK, len(zones) - first)
        for k in range(n):
            rows[k] = np.uint32(first + k)
        fill(key, rows[:n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            luck = np.float64(one[k] >> _DROP) * (_UNIT * edges[last])
            zone = min(np.searchsorted(edges, luck, side="right"), last)
            zones[first + k] = zone
            sent[zone] += 1


@rule
def stops(sent: I64s, people: I64s, patrols: int, capacity: float, ratio: float, t_stop: U64s) -> None:
    """Thresholds of being stopped at random into ``t_stop``, shape (2, zones): by group, B ``ratio`` times A.

    ``capacity``: checks a day for each person of the town; a zone has the part of its patrols.
    """
    every = people.sum()
    for z in range(len(people)):
        each = capacity * sent[z] / patrols * every / people[z] if people[z] > 0 else 0.0
        t_stop[0, z], t_stop[1, z] = below(min(1.0, each)), below(min(1.0, each * ratio))


@kernel
def shared_out(
    key: U64, day: int, purpose: U32, urns: I64s, weights: F64s, people: I64s, offences: I64s, correct: bool,
    seen: float, capacity: float, ratio: float, zones: I64s, sent: I64s, count: F64s, t_count: U64s,
    t_stop: U64s,
) -> float:  # fmt: skip
    """Share patrols out between zones, as the functions above say; the distance of ``misplaced``.

    From ``zones`` on, shape (patrols,), all is written: how many are ``sent`` to each zone, the chance to
    ``count`` a find, the threshold to record one. Where no zone has a chance nobody is sent anywhere, and
    nothing is known.
    """
    chance = np.empty(len(urns), np.float64)
    some = chances(urns, weights, people, chance)
    sent[:], count[:] = 0, 1.0
    if correct:
        counted(chance, count)
    for z in range(len(count)):
        t_count[z] = below(seen * count[z])
    if some:
        destinations(key, day, purpose, chance, zones, sent)
    stops(sent, people, len(zones), capacity, ratio, t_stop)
    return float(misplaced(chance, offences)) if some else -1.0


def visits(
    key: U64, day: int, why: tuple[U32, U32, U32], zones: I64s, rates: tuple[float, ...],
    count: F64s, seen: float, told: float, even: bool,
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
