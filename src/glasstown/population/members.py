"""Who lives in each household: kinds with exact counts, ages drawn around an anchor, sexes, dependants."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from glasstown.core.kernels import kernel, rule
from glasstown.core.rng import draw, purpose, table
from glasstown.core.typing import U32, U64, I64s, U8s, U32s, U64s
from glasstown.population import demography, kinds
from glasstown.population.demography import AGES, CHILD_AGE, GAPS, PARENT_AGE
from glasstown.population.households import Households, catalogue, order_of, rank_in_size
from glasstown.population.kinds import SIZES
from glasstown.population.spans import Team

FIRST_GAP = int(GAPS[0])
YOUNGEST = kinds.YOUNGEST
SECOND = kinds.SECOND
WOMAN, MAN, HUSBAND, CHILD = kinds.WOMAN, kinds.MAN, kinds.HUSBAND, kinds.CHILD
GRANDCHILD, MOTHER, FATHER = kinds.GRANDCHILD, kinds.MOTHER, kinds.FATHER
WIFE_2, HUSBAND_2 = kinds.WIFE_2, kinds.HUSBAND_2


@dataclass(frozen=True, slots=True)
class Tables:
    """Thresholds from which ages and sexes are drawn, see ``demography``."""

    child: U32s
    """Age of a child (0), grown child (1), grandchild (2) given the anchor's age, shape (3, AGES, AGES)."""
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
    return int(low)


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
    elif role in (MOTHER, FATHER):
        age = mother_age if mother_age > 0 else anchor + pick(mother, u)
        if role == FATHER:
            age = max(min(age, AGES - 1) + FIRST_GAP + pick(gap, v), YOUNGEST)
    return min(age, AGES - 1)


@rule
def sex_of(role: int, age: int, v: U64, man: U64s) -> int:
    """0 for a man, 1 for a woman: given by the role, drawn for children."""
    if role >= CHILD and role <= GRANDCHILD:
        return 0 if v < man[age] else 1
    return 0 if role in (MAN, HUSBAND, FATHER, HUSBAND_2) else 1


@rule
def depend(base: int, n: int, roles: U8s, age: U8s, family: U8s) -> None:
    """Bits of Family within one household: 1 a child at home for the anchor's couple, 2 an old parent."""
    young, old, old_anchor = False, False, False
    for j in range(n):
        role, a = roles[j], age[base + j]
        young = young or (role >= CHILD and role <= GRANDCHILD and a < CHILD_AGE)
        old = old or (role in (MOTHER, FATHER) and a >= PARENT_AGE)
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
        met, mother_age, base = 0, 0, int(start[h])
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


def populate(homes: Households, key: np.uint64, team: Team) -> dict[str, U8s]:
    """Columns age, sex, family, household_place and household_size of everybody (uint8, shape (people,))."""
    people, rows, drawn = int(homes.start[-1]), catalogue(), tables()
    edges, half, keys = order_of(people, key)
    offset, unused = np.empty(SIZES, np.uint64), np.empty(SIZES, np.uint64)
    table(
        key,
        np.arange(SIZES, dtype=np.uint32),
        0,
        0,
        purpose("population", "households.offset"),
        offset,
        unused,
    )
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
