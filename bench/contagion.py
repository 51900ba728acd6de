"""An epidemic on our engine: the model of the peers (susceptible, infected, recovered), by our contract.

No institution of the catalogue: it only lets the same task be done here and there.
"""

from functools import lru_cache

import numpy as np

from glasstown.core.columns import Column
from glasstown.core.kernels import BLOCK, kernel
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import fill, threshold, thresholds, when
from glasstown.core.typing import U32, U64, I64s, U8s, U32s, U64s

INFECTION = Column("infection", np.uint8, "1", "0 susceptible, 1 infected, 2 recovered", visible=True)

MOST = 256
"""Infected ties that are told apart."""


class Contagion(Mechanism):
    """Each infected tie infects with chance ``beta`` a day; an infection ends with chance ``recovery``."""

    beta: float = 0.02
    recovery: float = 0.1
    start: float = 0.01

    def steps(self) -> tuple[Step, ...]:
        """Begin with some infected; then spread and end."""
        return (
            Step("contagion.begin", Phase.BEGIN, self._begin, writes=(INFECTION,)),
            Step("contagion.spread", Phase.ACT, self._spread, looks=(INFECTION,), writes=(INFECTION,),
                 ties=True),
        )  # fmt: skip

    def _begin(self, view: View, now: Now) -> None:
        begin(view.ids, view[INFECTION], now.key, now.day, now.purpose("begin"), threshold(self.start))

    def _spread(self, view: View, now: Now) -> None:
        start, neighbour, _ = view.ties()
        spread(view.ids, start, neighbour, view.all(INFECTION), view[INFECTION], now.key, now.day,
               now.purpose("spread"), infected(self.beta), threshold(self.recovery))  # fmt: skip


@lru_cache(maxsize=16)
def infected(beta: float) -> U64s:
    """Thresholds of infection by the number of infected ties, shape (MOST,)."""
    return thresholds([1.0 - (1.0 - beta) ** n for n in range(MOST)])


@kernel
def begin(ids: U32s, infection: U8s, key: U64, day: int, purpose: U32, t: U64) -> None:
    """Infect some."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for lo in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - lo)
        fill(key, ids[lo : lo + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            infection[lo + k] = np.uint8(one[k] < t)


@kernel
def spread(
    ids: U32s, start: U32s | I64s, neighbour: U32s, others: U8s, infection: U8s, key: U64, day: int,
    purpose: U32, t_infect: U64s, t_recover: U64,
) -> None:  # fmt: skip
    """Everybody draws; who is susceptible counts infected ties, who is infected may recover."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for lo in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - lo)
        fill(key, ids[lo : lo + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = lo + k
            ties = np.int64(start[i + 1]) - np.int64(start[i])
            if infection[i] == 0 and one[k] < t_infect[min(ties, MOST - 1)]:  # else however many are infected
                near = 0
                for e in range(np.int64(start[i]), np.int64(start[i + 1])):
                    near += others[neighbour[e]] == 1
                infection[i] = np.uint8(one[k] < t_infect[min(near, MOST - 1)])
            elif infection[i] == 1 and two[k] < t_recover:
                infection[i] = np.uint8(2)
