"""The checks of a grid: who is stopped, what is found on them or is not, and what is entered of it."""

import numpy as np

from glasstown.core.columns import FOREVER
from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import fill, when
from glasstown.core.typing import U32, U64, I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import Act, Event, Shield

_OFFENCES, _TUNNEL = int(Act.JAYWALK | Act.CRITICISE | Act.TUNNEL), int(Act.TUNNEL)
_CHECKED, _FOUND = np.uint64(Event.CHECKED), np.uint64(Event.FOUND)
_STRUCK = np.uint64(Event.DISMISSED_MATCH)
_UNSOUGHT, _MINOR = np.uint16(Shield.SEPARATE | Shield.UNNAMED), np.uint16(Shield.MINOR)
_IF_TRUE, _IF_FALSE = np.uint16(Shield.DISMISS_TRUE), np.uint16(Shield.DISMISS_FALSE)
_LANE, _REST = np.uint64(48), np.uint64(16)
_LANES, _LONG = 8, int(FOREVER)

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

Home = tuple[U8s, U8s, U8s]
"""The zone of each district, then the district and the group of each person of a chunk."""


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
    i: Whole, there: np.uint8, seized: U8s, misseized: U8s, pressure: U8s, notices: U8s, diary: U64s
) -> None:  # fmt: skip
    """What follows a find on the person in row ``i``: tomorrow's entry, true or false, and trouble today."""
    if there != 0:
        seized[i] = there
    else:
        misseized[i] = np.uint8(_TUNNEL)
    diary[i] |= _FOUND
    notices[i] += np.uint8(1)
    pressure[i] += np.uint8(1)


@rule
def zone(i: Whole, home: Home) -> Whole:
    """The zone of the person in row ``i``."""
    return np.int64(home[0][home[1][i]])


@rule
def limit(i: Whole, home: Home, t_stop: U64s) -> np.uint64:
    """Below which the person in row ``i`` is stopped at random."""
    return np.uint64(t_stop[min(home[2][i], 1), zone(i, home)])


@rule
def redrawn(few: I64s, lo: int, key: U64, day: int, why: U32, rows: U32s, one: U64s, two: U64s) -> None:
    """Both words of the day, for one reason, of the people in rows ``few`` of a chunk from ``lo``."""
    count = len(few)
    for c in range(count):
        rows[c] = np.uint32(lo + few[c])
    fill(key, rows[:count], when(day, 0), why, one[:count], two[:count])


@rule
def named(i: Whole, suspicion: U8s, shields: U16s) -> bool:
    """Whether files or reports give a reason to stop the person in row ``i``."""
    return bool((suspicion[i] != 0) & ((shields[i] & _UNSOUGHT) == 0))


@rule
def free(some: I64s, start: int, alive: U8s, detained: U16s) -> int:
    """Keep of the positions ``some`` from row ``start`` on who live and are not detained; count them."""
    count = 0
    for k in some:
        some[count] = k
        count += int((alive[start + k] != 0) & (detained[start + k] == 0))
    return count


@rule
def who_offended(some: I64s, start: int, acts: U8s, few: I64s) -> int:
    """Write the rows of those of ``some`` who offended in the open today into ``few``, and count them."""
    count = 0
    for k in some:
        few[count] = start + k
        count += int((acts[start + k] & _OFFENCES) != 0)
    return count


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
    one, two, words = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64), np.empty(BLOCK // 4, np.uint64)
    eights, rows = np.empty(BLOCK // _LANES, np.uint32), np.empty(BLOCK, np.uint32)
    lanes, mark = words.view(np.uint16), np.empty(BLOCK, np.uint8)
    some, few, place = np.empty(BLOCK + 1, np.int64), np.empty(BLOCK + 1, np.int64), (zoning, home, group)
    most, reports = np.uint16(t_most >> _LANE), np.uint8(_OFFENCES if t_told > 0 else 0)
    last = (lo + len(home) + _LANES - 1) // _LANES
    for first in range(lo // _LANES, last, BLOCK // _LANES):
        n, start = min(BLOCK // _LANES, last - first), _LANES * first - lo
        for k in range(n):
            eights[k] = np.uint32(first + k)
        fill(key, eights[:n], when(day, 0), why[0], one[:n], two[:n])
        words[0 : 2 * n : 2], words[1 : 2 * n : 2] = one[:n], two[:n]
        candidates(start, acts, suspicion, most, reports, lanes[: _LANES * n], mark)
        mark[: max(-start, 0)] = np.uint8(0)
        count = free(some[: noted(mark, min(_LANES * n, len(home) - start), some)], start, alive, detained)
        if reports != 0:
            offended = who_offended(some[:count], start, acts, few)
            redrawn(few[:offended], lo, key, day, why[3], rows, one, two)
            for c in range(offended):
                added[zone(few[c], place)] += int(one[c] < t_told)
        passing = 0
        for k in some[:count]:
            i = start + k
            spared, few[passing] = (age[i] < from_age) | ((shields[i] & _MINOR) != 0), i
            may = (lanes[k] <= limit(i, place, t_stop) >> _LANE) | named(i, suspicion, shields)
            passing += int(may & (not spared))
        redrawn(few[:passing], lo, key, day, why[1], rows, one, two)
        stopped = 0
        for c in range(passing):
            i = few[c]
            word = (np.uint64(lanes[i - start]) << _LANE) | (one[c] >> _REST)
            sought = named(i, suspicion, shields) & (t_stop[0, zone(i, place)] > 0) & (two[c] < t_suspect)
            few[stopped] = i
            stopped += int((word < limit(i, place, t_stop)) | sought)
        redrawn(few[:stopped], lo, key, day, why[2], rows, one, two)
        for c in range(stopped):
            i = few[c]
            checks[i] = np.uint16(checks[i] + (checks[i] < _LONG))
            diary[i] |= _CHECKED
            there = (np.int64(acts[i]) & _OFFENCES) | (_TUNNEL if evading[i] else 0)
            if one[c] < (t_find if there else t_error):
                if shields[i] & (_IF_TRUE if there else _IF_FALSE):
                    diary[i] |= _STRUCK
                    continue
                found(i, np.uint8(there), seized, misseized, pressure, notices, diary)
                added[zone(i, place)] += np.int64(two[c] < t_count[zone(i, place)])
