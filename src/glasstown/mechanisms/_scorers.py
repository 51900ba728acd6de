"""Several scorers side by side: which of them learns of which entry, kept apart or pooled."""

import numpy as np

from glasstown.core.columns import Column
from glasstown.core.few import noted
from glasstown.core.kernels import kernel, rule
from glasstown.core.rng import fill, when
from glasstown.core.typing import U32, U64, I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import ADVERSE, Act

SEEN = Column("seen", np.uint16, "1", "true entries known to the person's scorer today", fleeting=True)
MISSEEN = Column("misseen", np.uint16, "1", "false entries known to that scorer today", fleeting=True)
HIT_BY = Column("hit_by", np.uint8, "1", "scorers that ever learned of something adverse, one bit each")
WRONGLY_HIT_BY = Column(
    "wrongly_hit_by", np.uint8, "1", "scorers that hold something adverse and false, one bit each"
)

MOST = 8
"""Scorers at most: one bit each of a byte, and 16 bits each of a draw."""

FULL_SIGHT = 1 << 16

MANY = 8192
"""People looked at in one go: enough that the draws about a kind of entry fill vectors."""

_ADVERSE = int(ADVERSE)
_KINDS = len(Act)
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFF)


@rule
def sighted(one: U64, two: U64, scorers: int, sight: int) -> int:
    """Which of ``scorers`` learn of an entry: a bit for each 16 bits of a draw below ``sight``/65,536."""
    found = 0
    for s in range(scorers):
        word = one if s < 4 else two
        found |= int(np.int64((word >> np.uint64(16 * (s & 3))) & _LOW) < sight) << s
    return found


@rule
def home(u: U64, scorers: int) -> int:
    """The scorer on which a person's rights hang: one of ``scorers``, all as likely."""
    return int(((np.uint64(u) >> _HALF) * np.uint64(scorers)) >> _HALF)


@rule
def listed(bits: U16s, bit: int, ids: U32s, some: I64s, who: U32s) -> int:
    """Who has the entry ``bit`` among ``bits``: places into ``some``, ids into ``who``, and how many."""
    count = 0
    for c in range(len(bits)):
        some[count] = c
        count += int((int(bits[c]) >> bit) & 1)
    for a in range(count):
        who[a] = ids[some[a]]
    return count


@rule
def learned(
    bits: U16s, ids: U32s, at: U8s, key: U64, day: int, lane: int, entry: U32, scorers: int, sight: int,
    pooled: bool, known: U16s, hit: U8s, some: I64s, who: U32s, one: U64s, two: U64s,
) -> None:  # fmt: skip
    """Those of the filed ``bits`` that scorer ``at`` knows, and all scorers that know of an adverse one.

    Kind by kind, so that all draws about one kind are made in one go; the last four are room for them.
    """
    known[:], hit[:], every = np.uint16(0), np.uint8(0), np.uint16(0)
    for c in range(len(bits)):
        every |= bits[c]
    for bit in range(_KINDS):
        if (int(every) >> bit) & 1 == 0:
            continue
        count = listed(bits, bit, ids, some, who)
        fill(key, who[:count], when(day, lane + bit), entry, one[:count], two[:count])
        adverse = 0xFF if (1 << bit) & _ADVERSE else 0
        for a in range(count):
            found = sighted(one[a], two[a], scorers, sight)
            found = (1 << scorers) - 1 if pooled and found != 0 else found
            c = some[a]
            known[c] |= np.uint16(((found >> np.int64(at[c])) & 1) << bit)
            hit[c] |= np.uint8(found & adverse)


@kernel
def see(
    ids: U32s, filed: U16s, misfiled: U16s, restored: U8s, seen: U16s, misseen: U16s, hit: U8s, wrongly: U8s,
    key: U64, day: int, entry: U32, choice: U32, scorers: int, sight: int, pooled: bool,
) -> None:  # fmt: skip
    """Let each scorer learn of today's entries or not; ``pooled``, what one knows all know."""
    one, two, some = np.empty(MANY, np.uint64), np.empty(MANY, np.uint64), np.empty(MANY + 1, np.int64)
    rows, people, who = np.empty(MANY + 1, np.int64), np.empty(MANY, np.uint32), np.empty(MANY, np.uint32)
    right, false, at = np.empty(MANY, np.uint16), np.empty(MANY, np.uint16), np.empty(MANY, np.uint8)
    known, hits, mark = np.empty(MANY, np.uint16), np.empty(MANY, np.uint8), np.empty(MANY, np.uint8)
    for first in range(0, len(ids), MANY):
        last = min(first + MANY, len(ids))
        said, lied = filed[first:last], misfiled[first:last]
        back, held = restored[first:last], wrongly[first:last]
        for k in range(last - first):
            held[k] = np.uint8(0) if back[k] != 0 else held[k]
        for k in range(last - first):
            mark[k] = np.uint8((said[k] | lied[k]) != 0)
        n = noted(mark, last - first, rows)
        for c in range(n):
            rows[c] += first
            people[c], right[c], false[c] = ids[rows[c]], filed[rows[c]], misfiled[rows[c]]
        fill(key, people[:n], when(0, 0), choice, one[:n], two[:n])
        for c in range(n):
            at[c] = home(one[c], scorers)
        learned(right[:n], people[:n], at, key, day, 0, entry, scorers, sight, pooled, known[:n], hits[:n],
                some, who, one, two)  # fmt: skip
        for c in range(n):
            seen[rows[c]] = known[c]
            hit[rows[c]] |= hits[c]
        learned(false[:n], people[:n], at, key, day, 16, entry, scorers, sight, pooled, known[:n], hits[:n],
                some, who, one, two)  # fmt: skip
        for c in range(n):
            misseen[rows[c]] = known[c]
            hit[rows[c]] |= hits[c]
            wrongly[rows[c]] |= hits[c]
