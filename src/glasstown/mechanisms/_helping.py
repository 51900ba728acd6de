"""Helping: whom a person meets, whether help is given, what it earns, and what others make of it."""

import numpy as np

from glasstown.core.columns import OCTET, SHARE
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import draw, fill, when
from glasstown.core.ties import chosen
from glasstown.core.typing import U32, U64, F32s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import Event

NONE, REFUSED, HELPED, AVOIDED = 0, 1, 2, 3
BY_STANDING, ALWAYS, NEVER = 0, 1, 2

NOBODY, KEPT_AWAY = -1, -2
"""Instead of the row of a person met: nobody was, or one from whom one keeps away."""

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

Odds = tuple[int, int, int, int, int, float, int]
"""Chances in 1/2**32 of an occasion, of failing, of knowing, of keeping away; the score below which; e2; and
the score from which a person is taken for good, 0 if people do not go by scores."""

Shunned = tuple[U16s, U16s, U16s]
"""Score, listed_until and detained_until of the town; empty arrays where nobody keeps away."""

_HELPED, _TURNED = np.uint64(Event.HELPED), np.uint64(Event.TURNED_AWAY)

_REST, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)
ONE = 4294967296.0


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
def reputed(other: int, standing: U16s, scores: U16s, two: U64, odds: Odds) -> tuple[int, bool]:
    """What is taken for the standing of somebody, whether it is known; by score if any."""
    if odds[6] > 0 and len(scores) > 0 and scores[other] > 0:
        return (SHARE if scores[other] >= odds[6] else 0), True
    return int(standing[other]), bool((two & _LOW) < np.uint64(odds[2]))


@rule
def sanctioned(score: Whole, listed: Whole, detained: Whole, low: Whole) -> bool:
    """Whether association with a person costs: a low score (0 is none), a listing, a detention."""
    return bool((0 < score < low) | (listed != 0) | (detained != 0))


@rule
def met(
    row: int, one: U64, four: U64, first: Whole, last: Whole, neighbour: U32s, weight: F32s | U8s,
    shunned: Shunned, town: int, key: U64, why: U32, odds: Odds, by_ties: bool, t_drop: U64,
) -> int:  # fmt: skip
    """The row of whom the person in ``row`` meets, anybody or a tie; NOBODY, or KEPT_AWAY."""
    luck = float(one >> _REST) / ONE
    if by_ties:
        other = chosen(first, last, neighbour, weight, luck)
    elif town > 1:
        other = int(luck * (town - 1))
        other += int(other >= row)
    else:
        other = NOBODY
    if other >= 0 and len(shunned[0]) > 0:
        score, listed, detained = shunned
        costs = sanctioned(
            np.int64(score[other]), np.int64(listed[other]), np.int64(detained[other]), odds[4]
        )
        now_and_then = (four >> _REST) < np.uint64(odds[3])
        if costs and (now_and_then or draw(key, row, other, when(0, 0), why)[0] < t_drop):
            return KEPT_AWAY
    return other


@kernel
def help_(
    ids: U32s, lo: int, habit: U8s, strangers: U8s, standing: U16s, shunned: Shunned, start: U32s | I64s,
    neighbour: U32s, weight: F32s | U8s, helping: U8s, earned: U16s, helpful: U8s, diary: U64s, key: U64,
    day: int, why: U32s, odds: Odds, norm: int, public: bool, by_ties: bool, t_drop: U64,
) -> None:  # fmt: skip
    """Whoever of a chunk (rows from ``lo``) meets somebody acts on ``standing`` as it was, and earns one."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    three, four = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    some, who = np.empty(BLOCK + 1, np.int64), np.empty(BLOCK, np.uint32)
    each = len(strangers) > 1
    for block in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - block)
        fill(key, ids[block : block + n], when(day, 0), why[0], one[:n], two[:n])
        count = 0
        for k in range(n):
            some[count] = k
            count += int((one[k] & _LOW) < np.uint64(odds[0]))
        for c in range(count):
            who[c] = ids[block + some[c]]
        fill(key, who[:count], when(day, 1), why[0], three[:count], four[:count])
        for c in range(count):
            k = some[c]
            i = block + k
            first = np.int64(start[i]) if by_ties else np.int64(0)
            last = np.int64(start[i + 1]) if by_ties else np.int64(0)
            other = met(lo + i, one[k], four[c], first, last, neighbour, weight, shunned, len(standing),
                        key, why[1], odds, by_ties, t_drop)  # fmt: skip
            if other == KEPT_AWAY:
                helping[i] = AVOIDED
                diary[i] |= _TURNED
            elif other >= 0:
                seen, known = reputed(other, standing, shunned[0], two[k], odds)
                kind = np.int64(strangers[i] if each else strangers[0])
                helped = helps(np.int64(habit[i]), seen, known, two[k], three[c], odds, kind)
                earned[i] = judged(helped, seen, three[c], odds[5], norm, public)
                helping[i] = HELPED if helped else REFUSED
                diary[i] |= _HELPED if helped else _TURNED
            if len(helpful) > 0 and helping[i] != NONE:
                helpful[i] = HELPED if helping[i] == HELPED else REFUSED


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
        other = met(int(i), one, four, first, last, neighbour, weight, shunned, len(standing), key, why[1],
                    odds, by_ties, t_drop)  # fmt: skip
        if other == KEPT_AWAY:
            helping[i] = AVOIDED
            diary[i] |= _TURNED
        elif other >= 0:
            seen, known = reputed(other, standing, shunned[0], two, odds)
            kind = np.int64(strangers[i] if len(strangers) > 1 else strangers[0])
            helped = helps(np.int64(habit[i]), seen, known, two, three, odds, kind)
            standing[i] = judged(helped, seen, three, odds[5], norm, public)
            helping[i] = HELPED if helped else REFUSED
            diary[i] |= _HELPED if helped else _TURNED
        if len(helpful) > 0 and helping[i] != NONE:
            helpful[i] = HELPED if helping[i] == HELPED else REFUSED


@kernel
def drop(
    lo: int, start: U32s | I64s, neighbour: U32s, score: U16s, listed: U16s, detained: U16s, lost: U8s,
    key: U64, why: U32, t_drop: U64, low: int,
) -> None:  # fmt: skip
    """Count for everybody sanctioned the ties that keep away: those whose draw for this person says so."""
    for i in range(len(lost)):
        lost[i] = 0
        if sanctioned(np.int64(score[i]), np.int64(listed[i]), np.int64(detained[i]), low):
            count = 0
            for e in range(np.int64(start[i]), np.int64(start[i + 1])):
                count += int(draw(key, int(neighbour[e]), lo + i, when(0, 0), why)[0] < t_drop)
            lost[i] = np.uint8(min(count, OCTET))


@kernel
def trust(
    ids: U32s, start: U32s | I64s, neighbour: U32s, helpful: U8s, feared: U16s, trusts: U8s, key: U64,
    day: int, why: U32, pull: int,
) -> None:  # fmt: skip
    """Move trust towards the share of ties who last helped, times the share not feared to be reported by.

    Ties that met nobody in need say nothing. Rounded by a draw, so that the mean is exact.
    """
    for i in range(len(trusts)):
        helped = known = 0
        for e in range(np.int64(start[i]), np.int64(start[i + 1])):
            act = helpful[neighbour[e]]
            known += int(act != NONE)
            helped += int(act == HELPED)
        if known > 0:
            safe = 1.0 - float(feared[i]) / SHARE
            target = float(helped) / float(known) * safe * OCTET
            now = float(trusts[i])
            moved = now + float(pull) / ONE * (target - now)
            luck, _ = draw(key, ids[i], 0, when(day, 0), why)
            trusts[i] = np.uint8(min(int(moved + float(luck >> _REST) / ONE), OCTET))
