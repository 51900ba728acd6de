"""How births find their mothers, rows and names, and how households form and dissolve, once a month."""

from typing import Any

import numpy as np

from glasstown.core.columns import Column
from glasstown.core.kernels import kernel, rule
from glasstown.core.mechanism import View
from glasstown.core.rng import draw, table, when
from glasstown.core.typing import U32, U64, F64s, I64s, U8s, U32s, U64s
from glasstown.core.vocabulary import Family

LIVING, DYING, UNBORN, DEAD, VACANT = 0, 1, 2, 3, 4
"""What comes next in the row: a birthday, a death, the first day of a life; or it has no person."""

EXPECTING, LEAVING = 1, 2
"""Bits of what a person waits for: a free row for a child, somebody to leave home with."""

BORN, LEFT = 1, 2
"""Values of NEWBORN."""

ADULT, DEPENDENT, OLD = 18, 15, 60
"""Ages at which people may live without an adult, need no upbringing, count as old parents."""

GENERATION = 16
"""Years by which a parent at home is older, at the least."""

_CHILD, _PARENT = int(Family.CHILD), int(Family.PARENT)
_UNIT = 1.0 / 9007199254740992.0
_UPPER = np.uint64(0x8000_0000)


def words(key: np.uint64, ids: U32s, moment: int, lane: int, purpose: np.uint32) -> tuple[U64s, U64s]:
    """Both draws of a few people, uint64, shape (ids,)."""
    one, two = np.empty(len(ids), np.uint64), np.empty(len(ids), np.uint64)
    table(key, np.ascontiguousarray(ids), moment, lane, purpose, one, two)
    return one, two


def fertile(alive: U8s, sex: U8s, age: U8s, rate: F64s) -> I64s:
    """Rows of the women of an age at which children are born."""
    ages = np.flatnonzero(rate)
    low, high = (int(ages[0]), int(ages[-1])) if len(ages) else (255, 0)
    return np.flatnonzero((sex == 1) & (age >= low) & (age <= high) & (alive != 0))


def turns(u: U64s, rate: F64s, waits: U8s) -> F64s:
    """The order in which women bear: a draw in [0, 1) over the rate, and first of all those who wait (-1)."""
    return np.where(waits & EXPECTING, -1.0, (u >> np.uint64(11)).astype(np.float64) * _UNIT / rate)


def first(turn: F64s, wanted: int, limit: float) -> I64s:
    """Indices of the ``wanted`` smallest values below ``limit``, in their order."""
    below = np.flatnonzero(turn < limit)
    if len(below) > 4 * wanted + 64:
        cut = np.partition(turn[below], wanted)[wanted]
        below = below[turn[below] <= cut]
    return np.asarray(below[np.argsort(turn[below], kind="stable")][:wanted])


@rule
def free(after: I64s, k: int) -> int:
    """The first free place from k on; len(after) - 1 if there is none. Paths are halved on the way."""
    while after[k] != k:
        after[k] = after[after[k]]
        k = int(after[k])
    return k


@kernel
def rows_for(mothers: I64s, vacant: I64s) -> I64s:
    """For each mother in turn the nearest vacant row after her own, around the end; shape (mothers,)."""
    after = np.arange(len(vacant) + 1)
    taken = np.empty(len(mothers), np.int64)
    for k in range(len(mothers)):
        place = free(after, int(np.searchsorted(vacant, mothers[k])))
        if place == len(vacant):
            place = free(after, 0)
        taken[k] = vacant[place]
        after[place] = place + 1
    return taken


@kernel
def borne(ids: U32s, names: U32s) -> U8s:
    """Which of ``names`` (sorted, of the upper half) somebody bears, shape (names,)."""
    marked, found = np.zeros(65536, np.uint8), np.zeros(len(names), np.uint8)
    for name in names:
        marked[name & 0xFFFF] = 1
    for each in ids:
        if each >= _UPPER and marked[each & 0xFFFF]:
            k = int(np.searchsorted(names, each))
            if k < len(names) and names[k] == each:
                found[k] = 1
    return found


def names_for(ids: U32s, mothers: U32s, numbers: U8s, key: np.uint64, purpose: np.uint32) -> U32s:
    """New ids, of the upper half of all, drawn by the mother's id and which birth of hers it is.

    Whoever's id is borne in the town draws again.
    """
    result = np.zeros(len(mothers), np.uint32)
    tries = np.zeros(len(mothers), np.uint8)
    missing = np.ones(len(mothers), np.bool_)
    while missing.any():
        for number, lane in sorted(set(zip(numbers[missing].tolist(), tries[missing].tolist(), strict=True))):
            some = np.flatnonzero(missing & (numbers == number) & (tries == lane))
            u, _ = words(key, mothers[some], number, lane, purpose)
            result[some] = (u & (_UPPER - np.uint64(1)) | _UPPER).astype(np.uint32)
        order = np.argsort(result, kind="stable")
        again = borne(ids, result[order]) != 0
        again[1:] |= result[order][1:] == result[order][:-1]
        missing[:] = False
        missing[order[again]] = True
        tries[missing] += np.uint8(1)
    return result


def inherit(view: View, rows: I64s, from_: I64s, columns: tuple[Column[Any], ...]) -> None:
    """Copy ``columns`` of the rows ``from_`` into ``rows``."""
    for column in columns:
        values = view[column]
        values[rows] = values[from_]


@kernel
def census(alive: U8s, age: U8s, household: U32s) -> tuple[U8s, U8s, U8s, U8s]:
    """Of each household by its name: members, oldest, whether an adult, whether a child; shape (people,)."""
    n = len(alive)
    members, oldest = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
    adult, young = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
    for i in range(n):
        if alive[i] != 0:
            h = household[i] - 1
            members[h] += members[h] < 255
            oldest[h] = max(oldest[h], age[i])
            adult[h] |= age[i] >= ADULT
            young[h] |= age[i] < DEPENDENT
    return members, oldest, adult, young


def ready(alive: U8s, age: U8s, household: U32s, oldest: U8s, waits: U8s) -> I64s:
    """Who waits to leave home and still lives with somebody of a parent's age; the others wait no more."""
    rows = np.flatnonzero((waits & LEAVING) * alive)
    at_home = oldest[household[rows] - 1] >= age[rows].astype(np.int64) + GENERATION
    waits[rows[~at_home]] &= np.uint8(255 - LEAVING)
    return rows[at_home]


def couples(rows: I64s, sex: U8s, newborn: U8s, household: U32s, partner: U32s) -> tuple[I64s, I64s]:
    """Pairs (women, men) who move in together: partners who live apart, or, where nobody has a partner, those
    of ``rows`` in their order.
    """
    if partner.any():
        women = np.flatnonzero((partner != 0) & (sex == 1) & (newborn == 0))
        men = partner[women].astype(np.int64) - 1
        apart = (partner[men] == women + 1) & (sex[men] == 0) & (newborn[men] == 0)
        apart &= household[women] != household[men]
        return women[apart], men[apart]
    women, men = rows[sex[rows] == 1], rows[sex[rows] == 0]
    many = min(len(women), len(men))
    return women[:many], men[:many]


@kernel
def move_in(
    women: I64s, men: I64s, ids: U32s, age: U8s, household: U32s, waits: U8s, members: U8s, oldest: U8s,
    key: U64, day: int, purpose: U32, t_stay: U64,
) -> None:  # fmt: skip
    """Each couple moves in with his household; if he lives with his elders, they may found one instead, under
    a name that nobody uses.
    """
    n = len(ids)
    for k in range(len(women)):
        w, m = women[k], men[k]
        if household[w] == household[m]:
            continue
        u, _ = draw(key, int(ids[m]), int(ids[w]), when(day, 0), purpose)
        if u >= t_stay and oldest[household[m] - 1] >= age[m] + GENERATION:
            h = m
            while members[h] != 0:
                h = (h + 1) % n
            members[household[m] - 1] -= np.uint8(1)
            members[h] = np.uint8(1)
            household[m] = np.uint32(h + 1)
        members[household[w] - 1] -= np.uint8(1)
        household[w] = household[m]
        members[household[m] - 1] += np.uint8(1)
        waits[w] &= np.uint8(255 - LEAVING)
        waits[m] &= np.uint8(255 - LEAVING)


def take_in(alive: U8s, age: U8s, household: U32s, members: U8s, adult: U8s, young: U8s) -> None:
    """Minors without any adult join the household of the adult before them, or of the first one."""
    lost = np.flatnonzero((age < ADULT) & (alive != 0))
    lost = lost[adult[household[lost] - 1] == 0]
    grown = np.flatnonzero((age >= ADULT) & (alive != 0)) if len(lost) else lost
    if not len(grown):
        return
    members[household[lost] - 1], young[household[lost] - 1] = 0, 0
    homes = household[grown[np.maximum(np.searchsorted(grown, lost) - 1, 0)]]
    household[lost] = homes
    np.add.at(members, homes - 1, np.uint8(1))
    young[homes[age[lost] < DEPENDENT] - 1] = 1


@kernel
def tell(
    alive: U8s, age: U8s, sex: U8s, parent: U32s, household: U32s, members: U8s, young: U8s, mother: U8s,
    family: U8s, size: U8s,
) -> None:  # fmt: skip
    """Sizes of households; who has a child to raise, or none any longer; whose parent has grown old.

    ``mother`` is the age of who bore a child in a household now: men there of about her age are its fathers.
    """
    for i in range(len(alive)):
        if alive[i] == 0:
            size[i] = np.uint8(0)
            continue
        h = household[i] - 1
        size[i] = members[h]
        hers = mother[h]
        if hers != 0 and sex[i] == 0 and age[i] >= ADULT and hers <= age[i] + 7 and age[i] <= hers + 13:
            family[i] |= np.uint8(_CHILD)
        if young[h] == 0:
            family[i] &= np.uint8(255 - _CHILD)
        if parent[i] != 0:
            old = age[parent[i] - 1] >= OLD
            family[i] = np.uint8((family[i] & (255 - _PARENT)) | (_PARENT if old else 0))


def settle(
    alive: U8s, age: U8s, sex: U8s, parent: U32s, household: U32s, newborn: U8s, family: U8s, size: U8s
) -> None:
    """Children go with their mothers, nobody's are taken in; then everybody's household is told."""
    minors = np.flatnonzero((parent != 0) & (age < ADULT) & (alive != 0))
    household[minors] = household[parent[minors] - 1]
    members, _, adult, young = census(alive, age, household)
    take_in(alive, age, household, members, adult, young)
    mother = np.zeros(len(alive), np.uint8)
    born = np.flatnonzero(newborn == BORN)
    theirs = parent[born] - 1
    mother[household[born] - 1] = age[theirs]
    family[theirs] |= np.uint8(_CHILD)
    tell(alive, age, sex, parent, household, members, young, mother, family, size)
