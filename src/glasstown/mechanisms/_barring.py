"""What a listing refuses and closes."""

import numpy as np

from glasstown.core.columns import FOREVER
from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import draw, when
from glasstown.core.typing import U32, U64, U16s, U32s
from glasstown.core.vocabulary import Right

_ALL, _RANK = int(sum(Right)), int(Right.RANK)
_TRAVEL = int(Right.TRAVEL)
_JOINT = int(Right.CREDIT | Right.JOBS | Right.PROMOTION | Right.EXIT | Right.RANK)
_FOREVER = int(FOREVER)


@kernel
def refuse(ids: U32s, until: U16s, refused: U16s, key: U64, day: int, purpose: U32, t_trip: U64) -> None:
    """Let the listed ask for tickets, in vain."""
    mark, some = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        held = until[first : first + n]
        for k in range(n):
            mark[k] = np.uint8(held[k] != 0)
        for k in some[: noted(mark, n, some)]:
            i = first + k
            if draw(key, int(ids[i]), 0, when(day, 0), purpose)[0] < t_trip:
                refused[i] = np.uint16(refused[i] + (refused[i] < _FOREVER))


@rule
def closed(key: U64, who: int, purpose: U32, t_joint: U64) -> int:
    """The rights that this person's listing closes: travel, and those whose givers join in."""
    bits = _TRAVEL
    for bit in range(16):
        if (_JOINT >> bit) & 1 and draw(key, who, bit, when(0, 0), purpose)[0] < t_joint:
            bits |= 1 << bit
    return bits


@kernel
def bar(ids: U32s, until: U16s, red: U16s, rights: U16s, key: U64, purpose: U32, t_joint: U64) -> None:
    """Close what a listing closes, open all else; a rank is for the redlist where there is one."""
    for i in range(len(ids)):
        open_ = _ALL
        if len(red) != 0 and red[i] == 0:
            open_ &= ~_RANK
        if until[i] != 0:
            open_ &= ~closed(key, int(ids[i]), purpose, t_joint)
        rights[i] = np.uint16(open_)
