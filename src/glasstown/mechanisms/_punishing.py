"""Axelrod's norms game: daring and vengefulness, punishing, punishing those who look away, and learning."""

from math import isqrt

import numpy as np

from glasstown.core.kernels import kernel, rule
from glasstown.core.rng import draw, table, threshold, when
from glasstown.core.typing import U32, U64, I32s, I64s, U8s, U32s, U64s
from glasstown.core.vocabulary import Event

NOT_GIVEN = 255
"""A trait that the population did not give."""

MOST = 7
"""Traits are 0 to 7 sevenths: three bits."""

Payoffs = tuple[int, int, int, int]
"""Temptation, hurt, being punished, punishing."""

Whole = int | np.int64

_ENFORCED = np.uint64(Event.ENFORCED)
_UNIT, _DROP = 2.0**-53, np.uint64(11)
_HALF = np.uint64(32)


@rule
def share(word: U64) -> float:
    """A draw as a number in [0, 1), exactly."""
    return float(word >> _DROP) * _UNIT


@rule
def tied(one: Whole, other: Whole, start: U32s | I64s, neighbour: U32s, by_ties: bool) -> bool:
    """Whether ``one`` sees ``other``."""
    if not by_ties:
        return bool(one != other)
    found = False
    for e in range(np.int64(start[one]), np.int64(start[one + 1])):
        found |= bool(neighbour[e] == other)
    return found


@rule
def other(i: Whole, a: Whole, start: U32s | I64s, neighbour: U32s, by_ties: bool) -> int:
    """The row of the a-th whom ``i`` sees."""
    if by_ties:
        return int(neighbour[np.int64(start[i]) + a])
    return int(a + (a >= i))


@rule
def look_away(
    i: Whole, j: Whole, at: Whole, others: Whole, seen: float, ids: U32s, start: U32s | I64s, neighbour: U32s,
    vengefulness: U8s, worth: I32s, enforcing: U8s, diary: U64s, key: U64, day: int, why: U32,
    payoffs: Payoffs, by_ties: bool,
) -> None:  # fmt: skip
    """Those who see both ``i``, who broke the norm, and ``j``, who let it pass, may punish ``j``."""
    for b in range(others):
        k = other(i, b, start, neighbour, by_ties)
        if k == j or not tied(j, k, start, neighbour, by_ties):
            continue
        sees, wants = draw(key, ids[i], int(at * others + b), when(day, 0), why)
        if share(sees) < seen and share(wants) * MOST < vengefulness[k]:
            worth[j] += payoffs[2]
            worth[k] += payoffs[3]
            enforcing[k] = 1
            diary[k] |= _ENFORCED


@kernel
def play(
    ids: U32s, start: U32s | I64s, neighbour: U32s, daring: U8s, vengefulness: U8s, worth: I32s,
    complying: U8s, enforcing: U8s, diary: U64s, key: U64, day: int, why: U32s, payoffs: Payoffs, meta: bool,
    by_ties: bool,
) -> None:  # fmt: skip
    """One opportunity for everybody: it will be seen with a chance drawn anew, known to who is tempted.

    ``why`` holds the purposes of tempting, of seeing and punishing, of punishing those who look away. What
    one does adds to what others do, so that the order in which people are tempted decides nothing.
    """
    enforcing[:] = 0
    for i in range(len(ids)):
        seen = share(draw(key, ids[i], 0, when(day, 0), why[0])[0])
        breaks = seen * MOST < daring[i]
        complying[i] = not breaks
        if not breaks:
            continue
        worth[i] += payoffs[0]
        others = np.int64(start[i + 1]) - np.int64(start[i]) if by_ties else np.int64(len(ids) - 1)
        for a in range(others):
            j = other(i, a, start, neighbour, by_ties)
            worth[j] += payoffs[1]
            sees, wants = draw(key, ids[i], a, when(day, 0), why[1])
            if share(sees) >= seen:
                continue
            if share(wants) * MOST < vengefulness[j]:
                worth[i] += payoffs[2]
                worth[j] += payoffs[3]
                enforcing[j] = 1
                diary[j] |= _ENFORCED
            elif meta:
                look_away(i, j, a, others, seen, ids, start, neighbour, vengefulness, worth, enforcing, diary,
                          key, day, why[2], payoffs, by_ties)  # fmt: skip


def offspring(worth: I32s) -> I64s:
    """Two for who did at least one deviation better than the mean, none for as much worse, else one.

    Exact, in whole numbers. If all did the same there is no deviation, and each has one.
    """
    n, scores = len(worth), worth.astype(np.int64)
    total = int(scores.sum())
    variance = n * int(np.dot(scores, scores)) - total * total
    if variance <= 0:
        return np.ones(n, np.int64)
    limit = isqrt(variance - 1) + 1
    above = n * scores - total
    return 1 + (above >= limit).astype(np.int64) - (above <= -limit).astype(np.int64)


def next_generation(
    ids: U32s, daring: U8s, vengefulness: U8s, worth: I32s, key: np.uint64, day: int, why: np.uint32,
    mutation: float,
) -> None:  # fmt: skip
    """Traits of the next generation, in place: copies by what they brought, made as many as people, mutated.

    Too many copies: some are dropped by lot. Too few: some have one more, by lot. Who has a copy keeps its
    place; the other places are filled by lot. All arrays have shape (people,).
    """
    people = len(ids)
    if people == 0:
        return
    words = [np.empty(people, np.uint64) for _ in range(10)]
    for lane in range(5):
        table(key, ids, day, lane, why, words[2 * lane], words[2 * lane + 1])
    copies = offspring(worth)
    first, second = np.flatnonzero(copies >= 1), np.flatnonzero(copies >= 2)
    parents = np.concatenate([first, second])
    luck = np.concatenate([words[0][first], words[1][second]])
    surplus = max(len(parents) - people, 0)
    kept = np.sort(np.argsort(luck, kind="stable")[surplus:])
    stays = kept[kept < len(first)]
    moves = kept[kept >= len(first)]
    free = np.setdiff1d(np.arange(people), parents[stays])
    missing = len(free) - len(moves)
    pick = (words[8][free[:missing]] >> _HALF) * np.uint64(len(parents)) >> _HALF
    sources = np.concatenate([parents[moves], parents[pick.astype(np.int64)]])
    spread = sources[np.argsort(words[9][free], kind="stable")]
    for trait in (daring, vengefulness):
        trait[free] = trait[spread]
    chance = threshold(mutation)
    for bit in range(3):
        daring ^= ((words[2 + bit] < chance) << bit).astype(np.uint8)
        vengefulness ^= ((words[5 + bit] < chance) << bit).astype(np.uint8)
    worth[:] = 0
