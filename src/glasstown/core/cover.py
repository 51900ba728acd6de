"""Who a safeguard covers: a keyed share of the town, the same people every day, in any town with them."""

from typing import Any

import numpy as np

from glasstown.core.columns import Column
from glasstown.core.kernels import BLOCK, kernel
from glasstown.core.mechanism import Now, View
from glasstown.core.rng import CERTAIN, fill, threshold, when
from glasstown.core.typing import U32, U64, U16s, U32s


@kernel
def cover(ids: U32s, column: U16s, key: U64, purpose: U32, strength: U64, bits: int) -> None:
    """Set ``bits`` in ``column``, shape (people,), of those whose permanent draw is below ``strength``."""
    if strength == CERTAIN:
        for i in range(len(ids)):
            column[i] |= np.uint16(bits)
        return
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(0, 0), purpose, one[:n], two[:n])
        for k in range(n):
            column[first + k] |= np.uint16(bits if one[k] < strength else 0)


def protect(view: View, now: Now, column: Column[Any], strength: float, bits: int) -> None:
    """Cover a share ``strength`` of people, keyed by the safeguard that asks: at 0 nobody, at 1 undrawn."""
    if strength > 0 and bits > 0:
        cover(view.ids, view[column], now.key, now.purpose("cover"), threshold(strength), bits)
