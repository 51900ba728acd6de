"""The keyed circle once more, in whole numbers of any size: a list of all rows, read off."""

import numpy as np

from glasstown.core.rng import draw, when


def plain_order(key: np.uint64, why: np.uint32, town: int) -> list[int]:
    """Rows in the order of their places: four rounds on two halves of the row."""
    keys = [[int(word) for word in draw(key, turn, 0, when(0, 0), why)] for turn in range(4)]
    bits = max(2, (town - 1).bit_length())
    a, b = bits // 2, bits - bits // 2

    def word(half: int, turn: int, size: int) -> int:
        x = half * (keys[turn][0] % 2**32 | 1) + keys[turn][1] % 2**32
        return (x ^ (x >> 15)) % 2**32 * 0x9E3779B1 % 2**32 >> (32 - size)

    def place(row: int) -> int:
        left, right = divmod(row, 2**b)
        right ^= word(left, 3, b)
        left ^= word(right, 2, a)
        right ^= word(left, 1, b)
        left ^= word(right, 0, a)
        return left * 2**b + right

    places = {place(row): row for row in range(2**bits)}
    assert sorted(places) == list(range(2**bits))
    return [places[p] for p in range(2**bits) if places[p] < town]


def plain_neighbours(key: np.uint64, why: np.uint32, group: np.ndarray) -> dict[int, int]:
    """Who stands next ahead, group by group."""
    order, found = plain_order(key, why, len(group)), {}
    for kind in set(group.tolist()):
        ring = [row for row in order if group[row] == kind]
        found |= dict(zip(ring, ring[1:] + ring[:1], strict=True))
    return found
