"""Helping: whom a person meets, whether help is given, what it earns, and what others make of it."""

import numpy as np

from glasstown.core.columns import OCTET, SHARE
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import draw, fill, when
from glasstown.core.ties import chosen
from glasstown.core.typing import U32, U64, F32s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import Event
from glasstown.mechanisms._shunning import (
    AVOIDED,
    HELPED,
    MINDS,
    ONE,
    REFUSED,
    Pairs,
    Shunned,
    Whole,
    dropped,
    drops,
    pairs,
    sanctioned,
)

BY_STANDING, ALWAYS, NEVER = 0, 1, 2

NOBODY = -1
"""Instead of the row of a person met: nobody was."""

Odds = tuple[int, int, int, int, int, float, int]
"""Chances in 1/2**32 of an occasion, of failing, of knowing, of keeping away; the score below which; e2; and
the score from which a person is taken for good, 0 if people do not go by scores."""

_REST, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)
_HELPED, _TURNED = np.uint64(Event.HELPED), np.uint64(Event.TURNED_AWAY)


@rule
def helps(
    habit: Whole, seen: Whole, known: bool, two: U64, three: U64, odds: Odds, stranger: Whole
) -> bool:  # fmt: skip
    """Whether help is meant and succeeds; ``seen`` is the other's standing, in 1/65535. No branches.

    Whoever knows it takes the other for good with chance ``seen``: for certain if all agree. Who does not
    helps with chance ``stranger`` in 1/255, by the same draw.
    """
    luck = three >> _REST
    good = (luck * np.uint64(SHARE)) >> _REST < np.uint64(seen)
    kind = (luck * np.uint64(OCTET)) >> _REST < np.uint64(stranger)
    willing = (known & good) | ((not known) & kind)
    means_to = (habit == ALWAYS) | ((habit == BY_STANDING) & willing)
    return bool(means_to & ((two >> _REST) >= np.uint64(odds[1])))


@rule
def judged(helped: bool, seen: Whole, luck: U64, wrong: float, norm: int, public: bool) -> int:
    """The standing that an act earns towards somebody of standing ``seen``, in 1/65535. No branches.

    Those to whom the other is good call help good and refusal bad; to the rest the norm applies; each errs
    with chance ``wrong``. In public one such judgement is drawn for all; in private the share of all is kept,
    rounded by the draw.
    """
    right = 1.0 - wrong
    after_help = right if norm & 1 else wrong
    after_refusal = right if norm & 2 else wrong
    good = float(seen) / SHARE
    towards_good = right if helped else wrong
    towards_bad = after_help if helped else after_refusal
    share = good * towards_good + (1.0 - good) * towards_bad
    part = float(luck & _LOW) / ONE
    shared = SHARE if part < share else 0
    return shared if public else int(share * SHARE + part)


@rule
def reputed(standing: Whole, points: Whole, two: U64, odds: Odds) -> tuple[Whole, bool]:
    """What is taken for the standing of somebody, whether it is known; by score if any."""
    if odds[6] > 0 and points > 0:
        return (SHARE if points >= odds[6] else 0), True
    return standing, bool((two & _LOW) < np.uint64(odds[2]))


@rule
def away(
    row: Whole, other: Whole, points: Whole, barred: Whole, stake: Whole, four: U64, key: U64, why: U32,
    odds: Odds, t_drop: U64,
) -> bool:  # fmt: skip
    """Whether the person in ``row`` keeps away from ``other``: now and then, or from this tie always."""
    now_and_then = (four >> _REST) < np.uint64(odds[3])
    if now_and_then and sanctioned(points, barred, odds[4] if stake & MINDS else 0):
        return True
    return drops(row, other, points, barred, stake, key, why, odds[4], t_drop)


@rule
def part(
    others: I64s, some: I64s, first: int, shunned: Shunned, points: U16s, barred: U8s, four: U64s, key: U64,
    why: U32, odds: Odds, t_drop: U64, kept: U8s, one_way: Pairs, back: Pairs,
) -> None:  # fmt: skip
    """Who keeps away from whom: ``kept`` of those met, and nobody met by whom the other has dropped.

    First who might, without a branch, then their draws in one go; ``one_way`` and ``back`` are room for them.
    """
    score, listed, detained, stake = shunned
    mine, theirs = 0, 0
    for c in range(len(others)):
        row, other = first + some[c], max(others[c], 0)
        low = odds[4] if stake[row] & MINDS else 0
        costs = (others[c] != NOBODY) & sanctioned(np.int64(points[c]), np.int64(barred[c]), low)
        kept[c] = np.uint8(costs & ((four[c] >> _REST) < np.uint64(odds[3])))
        one_way[0][mine], one_way[1][mine], one_way[2][mine] = row, other, c
        mine += int(costs)
        low = odds[4] if stake[other] & MINDS else 0
        held = np.int64(listed[row] | detained[row])
        costs = (others[c] != NOBODY) & sanctioned(np.int64(score[row]), held, low)
        back[0][theirs], back[1][theirs], back[2][theirs] = other, row, c
        theirs += int(costs)
    if t_drop == 0:
        return
    dropped(one_way[0][:mine], one_way[1][:mine], key, why, t_drop, one_way[3][:mine])
    for a in range(mine):
        kept[one_way[2][a]] |= one_way[3][a]
    dropped(back[0][:theirs], back[1][:theirs], key, why, t_drop, back[3][:theirs])
    for a in range(theirs):
        others[back[2][a]] = NOBODY if back[3][a] != 0 else others[back[2][a]]


@rule
def met(
    row: Whole, one: U64, first: Whole, last: Whole, neighbour: U32s, weight: F32s | U8s, town: int,
    by_ties: bool,
) -> int:  # fmt: skip
    """The row of whom the person in ``row`` meets, anybody or a tie; NOBODY if there is none."""
    luck = float(one >> _REST) / ONE
    if by_ties:
        return chosen(first, last, neighbour, weight, luck)
    other = int(luck * (town - 1))
    return other + int(other >= row) if town > 1 else NOBODY


@rule
def gather(
    others: I64s, some: I64s, lo: int, block: int, one: U64s, start: U32s | I64s, neighbour: U32s,
    weight: F32s | U8s, town: int, by_ties: bool,
) -> None:  # fmt: skip
    """``met`` for some people; where ties weigh the same in two short loops, so that fetches overlap."""
    if not by_ties or len(weight) > 0:
        for c in range(len(others)):
            i = block + some[c]
            first, last = np.int64(0), np.int64(0)
            if by_ties:
                first, last = np.int64(start[i]), np.int64(start[i + 1])
            others[c] = met(lo + i, one[c], first, last, neighbour, weight, town, by_ties)
        return
    for c in range(len(others)):
        i = block + some[c]
        first, last = np.int64(start[i]), np.int64(start[i + 1])
        e = first + np.int64(float(one[c] >> _REST) / ONE * (last - first))
        others[c] = e if last > first else NOBODY
    for c in range(len(others)):
        others[c] = np.int64(neighbour[others[c]]) if others[c] != NOBODY else NOBODY


@rule
def fetch(
    others: I64s, standing: U16s, shunned: Shunned, seen: U16s, points: U16s, barred: U8s
) -> None:  # fmt: skip
    """What there is to know of ``others``: one short loop for each column, so that fetches overlap."""
    for c in range(len(others)):
        seen[c] = standing[max(others[c], 0)]
    if len(shunned[0]) > 0:
        score, listed, detained, _ = shunned
        for c in range(len(others)):
            points[c] = score[max(others[c], 0)]
        for c in range(len(others)):
            barred[c] = np.uint8(listed[max(others[c], 0)] != 0)
        for c in range(len(others)):
            barred[c] |= np.uint8(detained[max(others[c], 0)] != 0)


@rule
def act(
    habits: U8s, kinds: U8s, seen: U16s, points: U16s, kept: U8s, two: U64s, three: U64s, odds: Odds,
    norm: int, public: bool, did: U8s, earned: U16s,
) -> None:  # fmt: skip
    """What each of some people does and earns, ``kept`` away or not: without branches, so that it is fast."""
    for c in range(len(did)):
        mine, known = reputed(np.int64(seen[c]), np.int64(points[c]), two[c], odds)
        helped = helps(np.int64(habits[c]), mine, known, two[c], three[c], odds, np.int64(kinds[c]))
        earned[c] = np.uint16(judged(helped, mine, three[c], odds[5], norm, public))
        deed = HELPED if helped else REFUSED
        did[c] = np.uint8(AVOIDED if kept[c] != 0 else deed)


@kernel
def help_(
    ids: U32s, lo: int, habit: U8s, strangers: U8s, standing: U16s, shunned: Shunned, start: U32s | I64s,
    neighbour: U32s, weight: F32s | U8s, helping: U8s, earned: U16s, helpful: U8s, diary: U64s, key: U64,
    day: int, why: U32s, odds: Odds, norm: int, public: bool, by_ties: bool, t_drop: U64,
) -> None:  # fmt: skip
    """Whoever of a chunk (rows from ``lo``) meets somebody acts on ``standing`` as it was, and earns one."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    three, four = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    some, who, others = np.empty(BLOCK + 1, np.int64), np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.int64)
    seen, points, barred = np.empty(BLOCK, np.uint16), np.zeros(BLOCK, np.uint16), np.zeros(BLOCK, np.uint8)
    habits, kinds, kept = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint8), np.zeros(BLOCK, np.uint8)
    did, worth = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint16)
    each, one_way, back = len(strangers) > 1, pairs(0), pairs(0)
    for block in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - block)
        fill(key, ids[block : block + n], when(day, 0), why[0], one[:n], two[:n])
        count = 0
        for k in range(n):
            some[count] = k
            count += int((one[k] & _LOW) < np.uint64(odds[0]))
        for c in range(count):
            k = some[c]
            who[c], one[c], two[c] = ids[block + k], one[k], two[k]
            habits[c] = habit[block + k]
            kinds[c] = strangers[block + k] if each else strangers[0]
        fill(key, who[:count], when(day, 1), why[0], three[:count], four[:count])
        gather(others[:count], some, lo, block, one, start, neighbour, weight, len(standing), by_ties)
        fetch(others[:count], standing, shunned, seen, points, barred)
        if len(shunned[0]) > 0:
            part(others[:count], some, lo + block, shunned, points, barred, four, key, why[1], odds, t_drop,
                 kept, one_way, back)  # fmt: skip
        act(habits[:count], kinds[:count], seen, points, kept, two, three, odds, norm, public, did[:count],
            worth)  # fmt: skip
        for c in range(count):
            if others[c] == NOBODY:
                continue
            i = block + some[c]
            helping[i], earned[i] = did[c], worth[c]
            diary[i] |= _HELPED if did[c] == HELPED else _TURNED
            if len(helpful) > 0:
                helpful[i] = HELPED if did[c] == HELPED else REFUSED


@kernel
def help_in_turn(
    order: U32s, ids: U32s, habit: U8s, strangers: U8s, shunned: Shunned, start: U32s | I64s,
    neighbour: U32s, weight: F32s | U8s, helping: U8s, standing: U16s, helpful: U8s, diary: U64s, key: U64,
    day: int, why: U32s, odds: Odds, norm: int, public: bool, by_ties: bool, t_drop: U64,
) -> None:  # fmt: skip
    """As ``help_``, one person after the other in ``order``: each act counts at once."""
    for row in order:
        i = np.int64(row)
        one, two = draw(key, ids[i], 0, when(day, 0), why[0])
        if (one & _LOW) >= np.uint64(odds[0]):
            continue
        three, four = draw(key, ids[i], 0, when(day, 1), why[0])
        first = np.int64(start[i]) if by_ties else np.int64(0)
        last = np.int64(start[i + 1]) if by_ties else np.int64(0)
        other = met(i, one, first, last, neighbour, weight, len(standing), by_ties)
        if other == NOBODY:
            continue
        points = barred = mine = held = minds = theirs = np.int64(0)
        if len(shunned[0]) > 0:
            points, mine = np.int64(shunned[0][other]), np.int64(shunned[0][i])
            barred = np.int64(shunned[1][other] | shunned[2][other])
            held = np.int64(shunned[1][i] | shunned[2][i])
            minds, theirs = np.int64(shunned[3][i]), np.int64(shunned[3][other])
        if drops(other, i, mine, held, theirs, key, why[1], odds[4], t_drop):
            continue
        if away(i, other, points, barred, minds, four, key, why[1], odds, t_drop):
            helping[i] = AVOIDED
        else:
            seen, known = reputed(np.int64(standing[other]), points, two, odds)
            kind = np.int64(strangers[i] if len(strangers) > 1 else strangers[0])
            helped = helps(np.int64(habit[i]), seen, known, two, three, odds, kind)
            standing[i] = judged(helped, seen, three, odds[5], norm, public)
            helping[i] = HELPED if helped else REFUSED
        diary[i] |= _HELPED if helping[i] == HELPED else _TURNED
        if len(helpful) > 0:
            helpful[i] = HELPED if helping[i] == HELPED else REFUSED


@kernel
def judge(helping: U8s, earned: U16s, standing: U16s) -> None:
    """Let what today's act earned be the standing of those who acted."""
    for i in range(len(standing)):
        before, after = standing[i], earned[i]
        standing[i] = after if (helping[i] == REFUSED) | (helping[i] == HELPED) else before
