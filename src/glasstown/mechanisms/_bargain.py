"""Legitimacy in a town: standing up all at once on what ties did, and what moves the legitimacy granted."""

from functools import lru_cache

import numpy as np

from glasstown.core.columns import POINT, SHARE
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import draw, fill, threshold, when
from glasstown.core.typing import U32, U64, F64s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import LOSABLE, Event, Stake
from glasstown.mechanisms._unrest import among, stands_up

NEAR = 63
"""Police, and active people, around a person that are told apart."""

_STOOD_UP, _ARRESTED = np.uint64(Event.STOOD_UP), np.uint64(Event.ARRESTED)
_LOSABLE, _KNOWN = int(LOSABLE), np.uint8(Stake.KNOWN)
_FOREVER = 0xFFFF
_TOP = np.uint64(11)
_UNIT = 2.0**-53


@lru_cache(maxsize=4)
def takings(most: int) -> U64s:
    """Chance of arrest as it is, by police C and active people A in view, as thresholds: [C, A].

    Each officer takes one of the A, all as likely: 1 - (1 - 1/A)^C. Shape (most + 1, most + 2).
    """
    found = np.zeros((most + 1, most + 2), np.uint64)
    for c in range(1, most + 1):
        for a in range(1, most + 2):
            found[c, a] = threshold(1.0 - (1.0 - 1.0 / a) ** c)
    return found


@kernel
def stand(
    concerned: I64s, ids: U32s, age: U8s, detained: U16s, grievance: F64s, averse: F64s,
    start: U32s | I64s, neighbour: U32s, others: U8s, roles: U8s, lo: int, active: U8s, until: U16s,
    diary: U64s, pressure: U8s, key: U64, day: int, taking: U32, presence: int, risk: F64s, take: U64s,
    threshold: float, jail: int, from_age: int, hands_over: bool,
) -> None:  # fmt: skip
    """Whoever was active may be arrested for it; all others of ``concerned`` decide anew.

    ``grievance`` and ``averse`` are theirs, in the same order, shape (concerned,).
    """
    for k in range(len(concerned)):
        i = concerned[k]
        if until[i] > day + 1 or detained[i] > day + 1 or age[i] < from_age or roles[lo + i] != 0:
            active[i] = 0
            continue
        police, crowd = presence, 1
        for e in range(np.int64(start[i]), np.int64(start[i + 1])):
            police += roles[neighbour[e]] != 0
            crowd += others[neighbour[e]] != 0
        police, crowd = min(police, NEAR), min(crowd, NEAR + 1)
        if active[i] != 0 and police > 0:
            u, v = draw(key, int(ids[i]), 0, when(day, 0), taking)
            if u < take[police, crowd]:
                active[i] = 0
                diary[i] |= _ARRESTED
                if hands_over:
                    pressure[i] += 1
                else:
                    until[i] = np.uint16(min(int(day + 1 + among(v, jail + 1)), _FOREVER))
                continue
        before = active[i]
        active[i] = np.uint8(stands_up(grievance[k], averse[k], risk[police, crowd], threshold))
        if active[i] > before:
            diary[i] |= _STOOD_UP


@kernel
def look(start: U32s | I64s, neighbour: U32s, detained: U16s, jailed: U16s, day: int, held: U8s) -> None:
    """Who sees a tie in detention or in jail."""
    for i in range(len(held)):
        for e in range(np.int64(start[i]), np.int64(start[i + 1])):
            j = neighbour[e]
            if detained[j] > day + 1 or jailed[j] > day + 1:
                held[i] = 1
                break


@rule
def moved(now: float, up: float, down: float, chance: float) -> np.uint8:
    """Up by a share of what is missing, down by a share of what is there; the mean of rounding is exact."""
    wanted = now + min(up, 1.0) * (255.0 - now) - min(down, 1.0) * now
    return np.uint8(min(max(wanted + chance, 0.0), 255.0))


@kernel
def weigh(
    ids: U32s, granted: U8s, rights: U16s, score: U16s, stake: U8s, seen: U16s, held: U8s, informed: U16s,
    key: U64, day: int, purpose: U32, up: float, down: float, merit: float, rise: float, closed: float,
    detention: float, news: float,
) -> None:  # fmt: skip
    """Legitimacy granted after a look at growth, the own score if known, rights, detentions and news."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            gain = up
            loss = down + (closed if rights[i] & _LOSABLE != _LOSABLE else 0.0)
            if merit > 0.0 and stake[i] & _KNOWN:
                step = (float(score[i]) - float(seen[i])) / (POINT * rise) if seen[i] != 0 else 0.0
                gain += merit * min(max(step, 0.0), 1.0)
                loss += merit * min(max(-step, 0.0), 1.0)
                seen[i] = score[i]
            if detention > 0.0:
                loss += detention * held[i]
            if news > 0.0:
                loss += news * float(informed[i]) / SHARE
            granted[i] = moved(float(granted[i]), gain, loss, float(one[k] >> _TOP) * _UNIT)
