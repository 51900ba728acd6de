"""Shunning: who keeps away from whom for good, and what is left to the sanctioned of ties and trust."""

import numpy as np

from glasstown.core.columns import OCTET, SHARE
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import draw, fill, philox, when
from glasstown.core.typing import U32, U64, I64s, U8s, U16s, U32s
from glasstown.core.vocabulary import Stake

NONE, REFUSED, HELPED, AVOIDED = 0, 1, 2, 3
"""What a person in need got from another: nobody was met, nothing, help, or was kept away from."""

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

Shunned = tuple[U16s, U16s, U16s, U8s]
"""Score, listed_until, detained_until and stake of the town; empty arrays where nobody keeps away."""

Pairs = tuple[U32s, U32s, I64s, U8s]
"""Rows that may have dropped a tie, to whom, on whose account, and whether they have."""

MINDS = np.uint8(Stake.COMPANY)
_REST, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)
ONE = 4294967296.0


@rule
def sanctioned(points: Whole, barred: Whole, low: Whole) -> bool:
    """Whether association with a person costs: a low score (0 is none), a listing or a detention."""
    return bool(((points > 0) & (points < low)) | (barred != 0))


@rule
def drops(
    row: Whole, other: Whole, points: Whole, barred: Whole, stake: Whole, key: U64, why: U32, low: Whole,
    t_drop: U64,
) -> bool:  # fmt: skip
    """Whether the person in ``row``, of ``stake``, has dropped the tie to ``other``, of points and barred."""
    if t_drop == 0 or not sanctioned(points, barred, low if stake & MINDS else 0):
        return False
    return bool(draw(key, int(row), int(other), when(0, 0), why)[0] < t_drop)


@rule
def dropped(rows: U32s, others: U32s, key: U64, why: U32, t_drop: U64, said: U8s) -> None:
    """1 for each of ``rows`` that drops its tie to the one of ``others`` if sanctioned: in vectors."""
    k0, k1 = np.uint64(key) & _LOW, np.uint64(key) >> _REST
    moment, last = when(0, 0), np.uint64(why)
    for c in range(len(said)):
        a, b, _, _ = philox(np.uint64(rows[c]), np.uint64(others[c]), moment, last, k0, k1)
        said[c] = np.uint8((a | (b << _REST)) < t_drop)


@rule
def pairs(more: Whole) -> Pairs:
    """Room for the pairs of a block, and ``more``."""
    size = BLOCK + 1 + more
    rows, others = np.empty(size, np.uint32), np.empty(size, np.uint32)
    return rows, others, np.empty(size, np.int64), np.empty(size, np.uint8)


@rule
def room(start: U32s | I64s) -> Pairs:
    """Room for the pairs of a block and of whoever has the most ties."""
    most = np.int64(0)
    for i in range(len(start) - 1):
        most = max(most, np.int64(start[i + 1]) - np.int64(start[i]))
    return pairs(most)


@rule
def line_up(
    i: int, lo: int, start: U32s | I64s, neighbour: U32s, signs: Shunned, low: int, asked: Pairs, count: int
) -> int:  # fmt: skip
    """Add to ``count`` pairs those ties that may have dropped person ``i`` of a chunk; how many there are."""
    score, listed, detained, stake = signs
    points, barred = np.int64(score[i]), np.int64(listed[i] | detained[i])
    if not sanctioned(points, barred, low):
        return count
    for e in range(np.int64(start[i]), np.int64(start[i + 1])):
        j = neighbour[e]
        asked[0][count], asked[1][count], asked[2][count] = j, lo + i, i
        count += int(sanctioned(points, barred, low if stake[j] & MINDS else 0))
    return count


@kernel
def drop(
    lo: int, start: U32s | I64s, neighbour: U32s, signs: Shunned, lost: U8s, key: U64, why: U32, t_drop: U64,
    low: int,
) -> None:  # fmt: skip
    """Count for everybody sanctioned the ties that keep away: those whose draw for this person says so.

    Of ``signs`` the first three are the people's own, the last is everybody's.
    """
    asked, count = room(start), 0
    for i in range(len(lost)):
        lost[i] = 0
        count = line_up(i, lo, start, neighbour, signs, low, asked, count)
        if count > BLOCK or i == len(lost) - 1:
            dropped(asked[0][:count], asked[1][:count], key, why, t_drop, asked[3][:count])
            for a in range(count):
                who = asked[2][a]
                lost[who] = min(int(lost[who]) + int(asked[3][a]), OCTET)
            count = 0


@rule
def known_to_help(
    lo: int, first: int, start: U32s | I64s, neighbour: U32s, helpful: U8s, signs: Shunned, known: I64s,
    helped: I64s, key: U64, why: U32, t_drop: U64, low: int, asked: Pairs,
) -> None:  # fmt: skip
    """For some people of a chunk, from ``first``: of how many ties it is ``known`` whether they ``helped``.

    A tie that keeps away is known to help nobody: what it did is taken back where its draw says so.
    """
    count, shun = 0, len(signs[0]) > 0 and t_drop != 0
    for k in range(len(known)):
        i = first + k
        acted = gave = np.int64(0)
        for e in range(np.int64(start[i]), np.int64(start[i + 1])):
            act = helpful[neighbour[e]]
            acted += np.int64(act != NONE)
            gave += np.int64(act == HELPED)
        known[k], helped[k] = acted, gave
        if shun:
            count = line_up(i, lo, start, neighbour, signs, low, asked, count)
        if count > BLOCK or k == len(known) - 1:
            dropped(asked[0][:count], asked[1][:count], key, why, t_drop, asked[3][:count])
            for a in range(count):
                act, who = helpful[asked[0][a]], asked[2][a] - first
                known[who] += np.int64((asked[3][a] != 0) & (act == NONE))
                helped[who] -= np.int64((asked[3][a] != 0) & (act == HELPED))
            count = 0


@kernel
def trust(
    ids: U32s, lo: int, start: U32s | I64s, neighbour: U32s, helpful: U8s, feared: U16s, signs: Shunned,
    trusts: U8s, key: U64, day: int, why: U32s, pull: int, t_drop: U64, low: int,
) -> None:  # fmt: skip
    """Move trust towards the share of ties who last helped, times the share not feared to be reported by.

    Ties that met nobody in need say nothing; a tie that keeps away from the person helps nobody, as far as he
    or she can see. ``signs`` as in ``drop``. Rounded by a draw, so that the mean is exact.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    known, helped, asked = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64), room(start)
    for first in range(0, len(trusts), BLOCK):
        n = min(BLOCK, len(trusts) - first)
        fill(key, ids[first : first + n], when(day, 0), why[0], one[:n], two[:n])
        known_to_help(lo, first, start, neighbour, helpful, signs, known[:n], helped[:n], key, why[1], t_drop,
                      low, asked)  # fmt: skip
        for k in range(n):
            if known[k] > 0:
                safe = 1.0 - float(feared[first + k]) / SHARE
                target = float(helped[k]) / float(known[k]) * safe * OCTET
                now = float(trusts[first + k])
                moved = now + float(pull) / ONE * (target - now)
                trusts[first + k] = np.uint8(min(int(moved + float(one[k] >> _REST) / ONE), OCTET))
