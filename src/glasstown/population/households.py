"""Households and who lives in them: exact counts of sizes and kinds, in a keyed random order."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from glasstown.core.kernels import kernel, rule
from glasstown.core.rng import draw, purpose, table
from glasstown.core.typing import U32, U64, I64s, U8s, U32s, U64s
from glasstown.population import demography, figures, kinds
from glasstown.population.demography import AGES, CHILD_AGE, GAPS, PARENT_AGE
from glasstown.population.kinds import SIZES
from glasstown.population.shuffle import half_bits, shuffle_keys, shuffled
from glasstown.population.spans import Team

FIRST_GAP = int(GAPS[0])
YOUNGEST = kinds.YOUNGEST
SECOND = kinds.SECOND
WOMAN, MAN, HUSBAND, CHILD = kinds.WOMAN, kinds.MAN, kinds.HUSBAND, kinds.CHILD
GRANDCHILD, MOTHER, FATHER = kinds.GRANDCHILD, kinds.MOTHER, kinds.FATHER
WIFE_2, HUSBAND_2 = kinds.WIFE_2, kinds.HUSBAND_2


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


@dataclass(frozen=True, slots=True)
class Tables:
    """Thresholds from which ages and sexes are drawn, see ``demography``."""

    child: U32s
    """Age of a child (0), a grown child (1), a grandchild (2) given the anchor's age, shape (3, AGES, AGES)."""
    mother: U32s
    gap: U32s
    man: U64s


@cache
def tables() -> Tables:
    """The thresholds of the published tables."""
    given = [demography.children(False), demography.children(True), demography.grandchildren()]
    child = np.stack([demography.cumulative(weights) for weights in given])
    mother, gap = demography.cumulative(demography.births()), demography.cumulative(demography.GAP_WEIGHTS)
    return Tables(child, mother, gap, demography.men())


@rule
def pick(edges: U32s, u: U64) -> int:
    """The first entry of ``edges`` above the draw ``u`` (32 bits); the last if there is none."""
    low, high = 0, len(edges) - 1
    while low < high:
        middle = (low + high) // 2
        if np.uint64(edges[middle]) > u:
            high = middle
        else:
            low = middle + 1
    return low


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


@rule
def template(size: int, rank: int, edges: I64s, offset: U64s, first: I64s, edge: U64s) -> int:
    """The catalogue row of a household: systematic sampling of the fitted weights within a size."""
    count = np.uint64(edges[size + 1] - edges[size])
    at = ((np.uint64(rank) << np.uint64(32)) + offset[size]) // count
    low, high = first[size], first[size + 1] - 1
    while low < high:
        middle = (low + high) // 2
        if edge[middle] > at:
            high = middle
        else:
            low = middle + 1
    return low


@rule
def relative(
    role: int, anchor: int, woman: bool, slice_: int, slices: int, mother_age: int, u: U64, v: U64,
    child: U32s, mother: U32s, gap: U32s,
) -> int:  # fmt: skip
    """The age of one member: u and v are 32-bit draws; children share out the range of u among themselves."""
    second = max(anchor - SECOND, YOUNGEST)
    age = anchor
    if role == WIFE_2:
        age = second
    elif role == HUSBAND:
        age = max(anchor + FIRST_GAP + pick(gap, u), YOUNGEST)
    elif role == HUSBAND_2:
        age = max(second + FIRST_GAP + pick(gap, u), YOUNGEST)
    elif role >= CHILD and role <= GRANDCHILD:
        part = ((np.uint64(slice_) << np.uint64(32)) + u) // np.uint64(slices)
        age = pick(child[role - CHILD, anchor if woman else max(anchor - 2, 0)], part)
    elif role == MOTHER or role == FATHER:
        age = mother_age if mother_age > 0 else anchor + pick(mother, u)
        if role == FATHER:
            age = max(min(age, AGES - 1) + FIRST_GAP + pick(gap, v), YOUNGEST)
    return min(age, AGES - 1)


@rule
def sex_of(role: int, age: int, v: U64, man: U64s) -> int:
    """0 for a man, 1 for a woman: given by the role, drawn for children."""
    if role >= CHILD and role <= GRANDCHILD:
        return 0 if v < man[age] else 1
    return 0 if role == MAN or role == HUSBAND or role == FATHER or role == HUSBAND_2 else 1


@rule
def depend(base: int, n: int, roles: U8s, age: U8s, family: U8s) -> None:
    """Bits of Family within one household: 1 a child at home for the anchor's couple, 2 an old parent."""
    young, old, old_anchor = False, False, False
    for j in range(n):
        role, a = roles[j], age[base + j]
        young = young or (role >= CHILD and role <= GRANDCHILD and a < CHILD_AGE)
        old = old or ((role == MOTHER or role == FATHER) and a >= PARENT_AGE)
        old_anchor = old_anchor or ((role <= HUSBAND) and a >= PARENT_AGE)
    for j in range(n):
        role = roles[j]
        if role <= HUSBAND:
            family[base + j] = (1 if young else 0) | (2 if old else 0)
        elif role < GRANDCHILD:
            family[base + j] = 2 if old_anchor else 0
        else:
            family[base + j] = 0


@kernel
def inhabit(
    lo: int, hi: int, start: U32s, edges: I64s, half: int, keys: U64s, offset: U64s,
    first: I64s, edge: U64s, kind: U8s, anchors: U8s, roles: U8s,
    child: U32s, mother: U32s, gap: U32s, man: U64s, key: U64, moment: U64, purpose: U32,
    age: U8s, sex: U8s, family: U8s, place: U8s, household_size: U8s,
) -> None:  # fmt: skip
    """The members of households lo to hi: ages, sexes, dependants, places (arrays of people)."""
    low = np.uint64(0xFFFF_FFFF)
    for h in range(lo, hi):
        size, rank = rank_in_size(h, edges, half, keys)
        row = template(size, rank, edges, offset, first, edge)
        members, anchor, n = roles[kind[row]], int(anchors[row]), size + 1
        children = 0
        for j in range(n):
            children += 1 if members[j] >= CHILD and members[j] <= GRANDCHILD else 0
        met, mother_age, base = 0, 0, np.int64(start[h])
        for j in range(n):
            u, v = draw(key, base + j, 0, moment, purpose)
            role = int(members[j])
            a = relative(
                role, anchor, members[0] == WOMAN, met, max(children, 1), mother_age,
                u >> np.uint64(32), v & low, child, mother, gap,
            )  # fmt: skip
            if role == MOTHER:
                mother_age = a
            met += 1 if role >= CHILD and role <= GRANDCHILD else 0
            age[base + j] = a
            sex[base + j] = sex_of(role, a, v >> np.uint64(32), man)
            place[base + j] = j
            household_size[base + j] = n
        depend(base, n, members, age, family)


@dataclass(frozen=True, slots=True)
class Households:
    """Households in the order in which they live: ``start[h]`` is the first row of household h."""

    start: U32s | I64s
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
    wide = people >= 2**32
    start = np.zeros(len(size) + 1, np.int64 if wide else np.uint32)
    np.cumsum(size, out=start[1:], dtype=start.dtype)
    return Households(start, size)


def populate(homes: Households, key: np.uint64, team: Team) -> dict[str, U8s]:
    """Columns age, sex, family, household_place and household_size of everybody (uint8, shape (people,))."""
    people, rows, drawn = int(homes.start[-1]), catalogue(), tables()
    edges, half, keys = order_of(people, key)
    offset, unused = np.empty(SIZES, np.uint64), np.empty(SIZES, np.uint64)
    table(key, np.arange(SIZES, dtype=np.uint32), 0, 0, purpose("population", "households.offset"), offset, unused)
    offset >>= np.uint64(32)
    names = ("age", "sex", "family", "household_place", "household_size")
    columns = {name: np.empty(people, np.uint8) for name in names}
    roles, members, moment = kinds.roles(), purpose("population", "households.members"), np.uint64(0)

    def some(lo: int, hi: int) -> None:
        inhabit(
            lo, hi, homes.start, edges, half, keys, offset,
            rows.first, rows.edge, rows.kind, rows.anchor, roles,
            drawn.child, drawn.mother, drawn.gap, drawn.man, key, moment, members,
            *columns.values(),
        )  # fmt: skip

    team.each(homes.count, some)
    return columns
