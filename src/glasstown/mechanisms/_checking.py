"""The checks of a grid: who is stopped, what is found on them or is not, and what is entered of it."""

import numpy as np

from glasstown.core.columns import FOREVER
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import draw, fill, when
from glasstown.core.typing import U64, I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import Act, Event, Shield

_OFFENCES, _TUNNEL = int(Act.JAYWALK | Act.CRITICISE | Act.TUNNEL), int(Act.TUNNEL)
_CHECKED, _FOUND = np.uint64(Event.CHECKED), np.uint64(Event.FOUND)
_STRUCK = np.uint64(Event.DISMISSED_MATCH)
_UNSOUGHT, _MINOR = np.uint16(Shield.SEPARATE | Shield.UNNAMED), np.uint16(Shield.MINOR)
_IF_TRUE, _IF_FALSE = np.uint16(Shield.DISMISS_TRUE), np.uint16(Shield.DISMISS_FALSE)
_LANE, _REST = np.uint64(48), np.uint64(16)
_LANES, _LONG = 8, int(FOREVER)


@kernel
def offending(zoning: U8s, home: U8s, acts: U8s, counts: I64s) -> None:
    """Add to ``counts``, by zone, the people who offended in the open today, found or not."""
    for i in range(len(acts)):
        counts[zoning[home[i]]] += int((np.int64(acts[i]) & _OFFENCES) != 0)


@kernel
def enter(seized: U8s, misseized: U8s, entries: U16s, false_entries: U16s) -> None:
    """Enter what yesterday's checks found, and forget it."""
    for i in range(len(seized)):
        entries[i] |= np.uint16(seized[i])
        false_entries[i] |= np.uint16(misseized[i])
        seized[i] = misseized[i] = np.uint8(0)


@rule
def candidates(
    first: int, acts: U8s, suspicion: U8s, most: np.uint16, reports: np.uint8, lanes: U16s, mark: U8s
) -> None:  # fmt: skip
    """Mark who may be stopped by the 16 bits of a lane, is under suspicion or may be reported; vectorised.

    Lane and mark k are those of position ``first + k``, which may lie outside of the chunk at its edges.
    """
    low, high = max(-first, 0), min(len(lanes), len(acts) - first)
    here, named, did = mark[low:high], suspicion[first + low : first + high], acts[first + low : first + high]
    for k in range(len(lanes)):
        mark[k] = np.uint8(lanes[k] <= most)
    for k in range(len(here)):
        here[k] |= named[k] | (did[k] & reports)


@rule
def found(
    i: int | np.int64, there: np.uint8, seized: U8s, misseized: U8s, pressure: U8s, notices: U8s, diary: U64s
) -> None:  # fmt: skip
    """What follows a find on the person in row ``i``: tomorrow's entry, true or false, and trouble today."""
    if there != 0:
        seized[i] = there
    else:
        misseized[i] = np.uint8(_TUNNEL)
    diary[i] |= _FOUND
    notices[i] += np.uint8(1)
    pressure[i] += np.uint8(1)


@kernel
def check(
    lo: int, zoning: U8s, home: U8s, group: U8s, acts: U8s, evading: U8s, suspicion: U8s, shields: U16s,
    detained: U16s, alive: U8s, age: U8s, checks: U16s, seized: U8s, misseized: U8s, pressure: U8s,
    notices: U8s, diary: U64s, added: I64s, key: U64, day: int, why: U32s, t_stop: U64s, t_most: U64,
    t_suspect: U64, t_find: U64, t_error: U64, t_count: U64s, t_told: U64, from_age: int,
) -> None:  # fmt: skip
    """Stop people by zone and group, find on them what is there or is not, and count it for the zone.

    A shield may spare a minor, whom files or reports name, or whoever's find a reviewer strikes. Draws are
    keyed by rows. Eight neighbours share one draw, 16 bits each; who is below the highest threshold with them
    draws the other 48 bits alone, so that the chance is exact.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    eights, words = np.empty(BLOCK, np.uint32), np.empty(2 * BLOCK, np.uint64)
    lanes, mark = words.view(np.uint16), np.empty(_LANES * BLOCK, np.uint8)
    any_of_eight, most = mark.view(np.uint64), np.uint16(t_most >> _LANE)
    reports = np.uint8(_OFFENCES if t_told > 0 else 0)
    last = (lo + len(home) + _LANES - 1) // _LANES
    for first in range(lo // _LANES, last, BLOCK):
        n = min(BLOCK, last - first)
        for k in range(n):
            eights[k] = np.uint32(first + k)
        fill(key, eights[:n], when(day, 0), why[0], one[:n], two[:n])
        for k in range(n):
            words[2 * k], words[2 * k + 1] = one[k], two[k]
        start = _LANES * first - lo
        candidates(start, acts, suspicion, most, reports, lanes[: _LANES * n], mark)
        for g in range(n):
            if any_of_eight[g] == 0:
                continue
            for k in range(_LANES * g, _LANES * g + _LANES):
                i = start + k
                if mark[k] == 0 or i < 0 or i >= len(home):
                    continue
                z, did = zoning[home[i]], np.int64(acts[i]) & _OFFENCES
                limit, shield = t_stop[min(group[i], 1), z], shields[i]
                listed = suspicion[i] != 0 and (shield & _UNSOUGHT) == 0
                short = lanes[k] > limit >> _LANE and not listed and (did & reports) == 0
                if short or alive[i] == 0 or detained[i] != 0:
                    continue
                if did and draw(key, lo + i, 0, when(day, 0), why[3])[0] < t_told:
                    added[z] += 1
                u, v = draw(key, lo + i, 0, when(day, 0), why[1])
                word = (np.uint64(lanes[k]) << _LANE) | (u >> _REST)
                named = listed and t_stop[0, z] > 0 and v < t_suspect
                spared = age[i] < from_age or (shield & _MINOR) != 0
                if spared or (word >= limit and not named):
                    continue
                checks[i] = np.uint16(checks[i] + (checks[i] < _LONG))
                diary[i] |= _CHECKED
                there = did | (_TUNNEL if evading[i] else 0)
                u, v = draw(key, lo + i, 0, when(day, 0), why[2])
                if u < (t_find if there else t_error):
                    if shield & (_IF_TRUE if there else _IF_FALSE):
                        diary[i] |= _STRUCK
                        continue
                    found(i, np.uint8(there), seized, misseized, pressure, notices, diary)
                    added[z] += np.int64(v < t_count[z])
