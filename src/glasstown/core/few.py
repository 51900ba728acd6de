"""The few of a block who are marked: where a loop without branches ends and one person at a time begins."""

import numpy as np

from glasstown.core.kernels import rule
from glasstown.core.typing import I64s, U8s


@rule
def noted(mark: U8s, n: int, some: I64s) -> int:
    """Write the positions below ``n`` that are marked (not 0) into ``some``, in order, and count them.

    ``mark`` has a multiple of eight places, those from ``n`` on are cleared; ``some`` has one more. Eight are
    looked at in one go.
    """
    mark[n:] = np.uint8(0)
    words, count = mark.view(np.uint64), 0
    for word in range((n + 7) // 8):
        if words[word] != 0:
            for k in range(8 * word, 8 * word + 8):
                some[count] = k  # kept only if the count moves on
                count += int(mark[k] != 0)
    return count
