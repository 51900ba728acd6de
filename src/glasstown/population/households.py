"""Households: how many of each size, and in which order they stand."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from glasstown.core.kernels import kernel, rule
from glasstown.core.rng import purpose
from glasstown.core.typing import I64s, U8s, U32s, U64s
from glasstown.population import figures, kinds
from glasstown.population.kinds import SIZES
from glasstown.population.shuffle import half_bits, shuffle_keys, shuffled
from glasstown.population.spans import Team


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The fitted households, sorted by size, kind and age of the anchor.

    Rows of size s are first[s-1] to first[s]; ``edge`` holds their running weight within the size in
    32-bit fixed point (uint64, the last one 2**32).
    """

    first: I64s
    edge: U64s
    kind: U8s
    anchor: U8s
    shares: tuple[int, ...]
    """Households by size 1 to SIZES, per thousand million."""


@cache
def catalogue() -> Catalogue:
    """The fitted households of ``templates.csv``."""
    sizes, names = kinds.sizes(), list(kinds.PRIOR)
    first, edges, kind, anchor, shares = [0], [], [], [], []
    for size in range(1, SIZES + 1):
        rows = [
            (weight, k, age)
            for k, name in enumerate(names)
            if sizes[k] == size
            for age, weight in enumerate(figures.whole("templates", name).tolist())
            if weight > 0
        ]
        running = np.cumsum([weight for weight, _, _ in rows]).astype(object)
        shares.append(int(running[-1]))
        edges += [(int(each) << 32) // shares[-1] for each in running]
        kind += [k for _, k, _ in rows]
        anchor += [age for _, _, age in rows]
        first.append(len(edges))
    return Catalogue(
        np.array(first),
        np.array(edges, np.uint64),
        np.array(kind, np.uint8),
        np.array(anchor, np.uint8),
        tuple(shares),
    )


def sizes_for(people: int) -> I64s:
    """Households of each size 1 to SIZES for a town of exactly ``people``, shape (SIZES,), int64.

    Largest remainders of the published shares; the few people that rounding leaves over are settled by
    making a household of the most frequent sizes one person larger or smaller.
    """
    shares = catalogue().shares
    per, whole = sum((s + 1) * share for s, share in enumerate(shares)), sum(shares)
    households = max(1, round(people * whole / per)) if people else 0
    exact = [households * share for share in shares]
    counts = [each // whole for each in exact]
    rest = sorted(range(SIZES), key=lambda s: (-(exact[s] % whole), s))
    for s in rest[: households - sum(counts)]:
        counts[s] += 1
    left = people - sum((s + 1) * n for s, n in enumerate(counts))
    step = 1 if left > 0 else -1
    places = range(SIZES - 1) if step > 0 else range(1, SIZES)
    while left:
        s = max(places, key=lambda place: counts[place])
        if counts[s] == 0:
            counts[0] += left
            break
        counts[s] -= 1
        counts[s + step] += 1
        left -= step
    return np.array(counts, np.int64)


@rule
def rank_in_size(h: int, edges: I64s, half: int, keys: U64s) -> tuple[int, int]:
    """(size - 1, rank among the households of that size) of household ``h`` in the keyed order."""
    rank = shuffled(h, edges[-1], half, keys)
    size = 0
    while rank >= edges[size + 1]:
        size += 1
    return size, rank - edges[size]


@kernel
def size_households(lo: int, hi: int, edges: I64s, half: int, keys: U64s, size: U8s) -> None:
    """Sizes of households lo to hi."""
    for h in range(lo, hi):
        size[h] = rank_in_size(h, edges, half, keys)[0] + 1


@dataclass(frozen=True, slots=True)
class Households:
    """Households in the order in which they live: ``start[h]`` is the first row of household h."""

    start: U32s
    size: U8s

    @property
    def count(self) -> int:
        """Households in all."""
        return len(self.size)


def order_of(people: int, key: np.uint64) -> tuple[I64s, int, U64s]:
    """(first rank of each size, half bits, round keys) of the random order of households."""
    edges = np.concatenate([[0], np.cumsum(sizes_for(people))])
    return edges, half_bits(int(edges[-1])), shuffle_keys(key, purpose("population", "households.order"))


def lay_out(people: int, key: np.uint64, team: Team) -> Households:
    """Sizes of all households, in a keyed random order, and where each begins."""
    edges, half, keys = order_of(people, key)
    size = np.empty(int(edges[-1]), np.uint8)
    team.each(len(size), lambda lo, hi: size_households(lo, hi, edges, half, keys, size))
    start = np.zeros(len(size) + 1, np.uint32)
    np.cumsum(size, out=start[1:], dtype=np.uint32)
    return Households(start, size)
