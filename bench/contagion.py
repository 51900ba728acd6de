"""An epidemic on our engine: the model of the peers (susceptible, infected, recovered), by our contract.

No institution of the catalogue: it only lets the same task be done here and there.
"""

from functools import lru_cache

import numpy as np

from glasstown.core.columns import Column
from glasstown.core.kernels import BLOCK, kernel, rule
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


@rule
def chosen(one: U64s, two: U64s, infection: U8s, t_infect: U64, t_recover: U64, mark: U8s) -> None:
    """Mark who may be infected, and who recovers."""
    for k in range(len(one)):
        mark[k] = ((infection[k] == 0) & (one[k] < t_infect)) | ((infection[k] == 1) & (two[k] < t_recover))


@kernel
def spread(
    ids: U32s, start: U32s | I64s, neighbour: U32s, others: U8s, infection: U8s, key: U64, day: int,
    purpose: U32, t_infect: U64s, t_recover: U64,
) -> None:  # fmt: skip
    """Everybody draws; whom the draw spares however many ties are infected need not look at any."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    mark, some = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for lo in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - lo)
        fill(key, ids[lo : lo + n], when(day, 0), purpose, one[:n], two[:n])
        most = 0
        for k in range(n):
            most = max(most, np.int64(start[lo + k + 1]) - np.int64(start[lo + k]))
        chosen(one[:n], two[:n], infection[lo : lo + n], t_infect[min(most, MOST - 1)], t_recover, mark)
        count = 0
        for k in range(n):
            some[count] = k
            count += mark[k]
        for k in some[:count]:
            i = lo + k
            if infection[i] == 1:
                infection[i] = np.uint8(2)
                continue
            near = 0
            for e in range(np.int64(start[i]), np.int64(start[i + 1])):
                near += others[neighbour[e]] == 1
            infection[i] = np.uint8(one[k] < t_infect[min(near, MOST - 1)])
