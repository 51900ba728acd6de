"""Readable twins of the population's kernels: the same draws, with lists and whole numbers of Python."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from glasstown.core.rng import draw, purpose, when
from glasstown.population import demography, households, kinds
from glasstown.population.circles import NOBODY, Circle
from glasstown.population.draws import Draws
from glasstown.population.shuffle import half_bits, shuffle_keys

WORD = 2**64


def mixed(z: int) -> int:
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WORD
    return z ^ (z >> 31)


def shuffled(i: int, n: int, keys: list[int]) -> int:
    bits = half_bits(n)
    while True:
        left, right = i >> bits, i % 2**bits
        for key in keys:
            left, right = right, left ^ mixed((right + key) % WORD) % 2**bits
        i = left << bits | right
        if i < n:
            return i


def choice(weights: list[int], u: int) -> int:
    """The first entry whose running share exceeds u / 2**32."""
    whole, running = max(sum(weights), 1), 0
    for entry, weight in enumerate(weights):
        running += weight
        if min((running << 32) // whole, 2**32 - 1) > u:
            return entry
    return len(weights) - 1


@cache
def templates(size: int) -> list[tuple[int, str, int]]:
    """(weight, letters, age of the anchor) of the fitted households of a size, in their fixed order."""
    found = []
    for name, (letters, _) in kinds.PRIOR.items():
        if len(letters) == size:
            weights = demography.figures.whole("templates", name).tolist()
            found += [(weight, letters, age) for age, weight in enumerate(weights) if weight]
    return found


def template(rank: int, count: int, offset: int, rows: list[tuple[int, str, int]]) -> tuple[str, int]:
    at, whole, running = ((rank << 32) + offset) // count, sum(weight for weight, _, _ in rows), 0
    for weight, letters, age in rows:
        running += weight
        if (running << 32) // whole > at:
            return letters, age
    return rows[-1][1:]


def members(letters: str, anchor: int, first: int, key: np.uint64) -> list[tuple[int, int]]:
    """(age, sex) of each member of one household whose first row is ``first``."""
    gap, born = demography.GAP_WEIGHTS.tolist(), demography.births().tolist()
    share = [men * 2**32 // max(men + women, 1) for men, women in demography.people().tolist()]
    given = {"c": demography.children(False), "g": demography.children(True), "k": demography.grandchildren()}
    offspring, so_far, mother, people = sum(each in "cgk" for each in letters), 0, None, []
    second = max(anchor - kinds.SECOND, kinds.YOUNGEST)
    for j, role in enumerate(letters):
        one, two = (
            int(x) for x in draw(key, first + j, 0, when(0, 0), purpose("population", "households.members"))
        )
        u, v = one >> 32, two % 2**32
        husband_of = {"M": anchor, "m": second}
        if role in "WX":
            age = anchor
        elif role == "w":
            age = second
        elif role in husband_of:
            age = max(husband_of[role] - 4 + choice(gap, u), kinds.YOUNGEST)
        elif role in "cgk":
            row = anchor if letters[0] == "W" else max(anchor - 2, 0)
            age = choice(given[role][row].tolist(), ((so_far << 32) + u) // offspring)
            so_far += 1
        else:
            age = mother if mother is not None else anchor + choice(born, u)
            if role == "H":
                age = max(min(age, demography.AGES - 1) - 4 + choice(gap, v), kinds.YOUNGEST)
        age = min(age, demography.AGES - 1)
        mother = age if role == "F" else mother
        sex = int(two >> 32 >= share[age]) if role in "cgk" else int(role in "WFw")
        people.append((age, sex))
    return people


def town(people: int, key: np.uint64) -> Iterator[list[tuple[int, int]]]:
    """The households of a town, each a list of (age, sex), in the order in which they live."""
    counts = households.sizes_for(people).tolist()
    keys = [int(k) for k in shuffle_keys(key, purpose("population", "households.order"))]
    first = 0
    for h in range(sum(counts)):
        rank, size = shuffled(h, sum(counts), keys), 1
        while rank >= counts[size - 1]:
            rank -= counts[size - 1]
            size += 1
        start = int(draw(key, size - 1, 0, when(0, 0), purpose("population", "households.offset"))[0]) >> 32
        letters, anchor = template(rank, counts[size - 1], start, templates(size))
        found = members(letters, anchor, first, key)
        first += len(found)
        yield found


def circle_ties(circle: Circle, people: int, draws: Draws) -> set[tuple[int, int]]:
    """The pairs who know each other in one circle."""
    cells = circle.cells(0, people).tolist()
    row = sorted((cell, i) for i, cell in enumerate(cells) if cell != int(NOBODY))
    order, name = [i for _, i in row], purpose("population", "ties.known", circle.name)
    pairs = set()
    for seat, i in enumerate(order):
        for d in range(1, circle.reach + 1):
            lane, at = divmod(d - 1, 8)
            words = draw(draws.key, i, 0, when(0, lane), name)
            lot = int(words[at // 4]) >> 16 * (at % 4) & 0xFFFF
            if seat + d < len(order) and lot < circle.limit:
                pairs.add((min(i, order[seat + d]), max(i, order[seat + d])))
    return pairs


def household_ties(place: list[int], size: list[int]) -> set[tuple[int, int]]:
    """All pairs within households."""
    return {(i, j) for i in range(len(place)) for j in range(i + 1, i - place[i] + size[i])}
