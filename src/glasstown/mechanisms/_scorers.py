"""Several scorers side by side: which of them learns of which entry, kept apart or pooled."""

import numpy as np

from glasstown.core.columns import Column
from glasstown.core.kernels import kernel, rule
from glasstown.core.rng import draw, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s
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

_ADVERSE = int(ADVERSE)
_KINDS = len(Act)
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFF)


@rule
def sighted(one: U64, two: U64, scorers: int, sight: int) -> int:
    """Which of ``scorers`` learn of an entry: a bit for each 16 bits of a draw below ``sight``/65,536."""
    found = 0
    for s in range(scorers):
        word = one if s < 4 else two
        if np.int64((word >> np.uint64(16 * (s & 3))) & _LOW) < sight:
            found |= 1 << s
    return found


@rule
def home(u: U64, scorers: int) -> int:
    """The scorer on which a person's rights hang: one of ``scorers``, all as likely."""
    return int(((np.uint64(u) >> _HALF) * np.uint64(scorers)) >> _HALF)


@rule
def learned(
    bits: int, key: U64, who: int, day: int, lane: int, entry: U32, at: int, scorers: int, sight: int,
    pooled: bool,
) -> tuple[int, int]:  # fmt: skip
    """Those of the filed ``bits`` that scorer ``at`` knows, and all scorers that know of an adverse one."""
    known = hit = 0
    for bit in range(_KINDS):
        if (bits >> bit) & 1:
            one, two = draw(key, who, 0, when(day, lane + bit), entry)
            found = sighted(np.uint64(one), np.uint64(two), scorers, sight)
            if pooled and found:
                found = (1 << scorers) - 1
            known |= ((found >> at) & 1) << bit
            if (1 << bit) & _ADVERSE:
                hit |= found
    return known, hit


@kernel
def see(
    ids: U32s, filed: U16s, misfiled: U16s, restored: U8s, seen: U16s, misseen: U16s, hit: U8s, wrongly: U8s,
    key: U64, day: int, entry: U32, choice: U32, scorers: int, sight: int, pooled: bool,
) -> None:  # fmt: skip
    """Let each scorer learn of today's entries or not; ``pooled``, what one knows all know."""
    for i in range(len(ids)):
        if restored[i]:
            wrongly[i] = np.uint8(0)
        if filed[i] | misfiled[i]:
            who = int(ids[i])
            at = home(np.uint64(draw(key, who, 0, when(0, 0), choice)[0]), scorers)
            known, hits = learned(int(filed[i]), key, who, day, 0, entry, at, scorers, sight, pooled)
            seen[i] = np.uint16(known)
            false, wrong = learned(int(misfiled[i]), key, who, day, 16, entry, at, scorers, sight, pooled)
            misseen[i] = np.uint16(false)
            hit[i] |= np.uint8(hits | wrong)
            wrongly[i] |= np.uint8(wrong)
