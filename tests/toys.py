"""Small mechanisms that exist only to test the engine: each uses one channel of the contract."""

from typing import Any, ClassVar

import numpy as np

from glasstown.core.columns import Column, Inflow, Tally
from glasstown.core.kernels import BLOCK, kernel
from glasstown.core.mechanism import Mechanism, Order, Phase, Step
from glasstown.core.rng import fill, threshold, when

LEVEL = Column("level", np.uint16, "1", "something that others see", initial=3, visible=True)
SEEN = Column("seen", np.uint32, "1", "what was seen of others")
GIFTS = Inflow("gifts", np.uint16, "1", "what others put in today")
TODAY = Inflow("today", np.uint8, "1", "raised today", fleeting=True)
TURN = Column("turn", np.uint32, "1", "place in today's order", visible=True)
RAISES = Tally("raises", "1", "people who raised their level")


@kernel
def raise_level(ids, level, today, raises, key, day, why, chance):
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), why, one[:n], two[:n])
        for k in range(n):
            if one[k] < chance:
                level[first + k] += 1
                today[first + k] += 1
                raises[0] += 1


class Riser(Mechanism):
    """Raises one's level with some chance each day."""

    neutral: ClassVar[dict[str, object]] = {"chance": 0.0}
    chance: float = 0.3

    def steps(self) -> tuple[Step, ...]:
        """One step."""
        return (Step("riser.rise", Phase.ACT, self._rise, writes=(LEVEL,), adds=(TODAY,), counts=(RAISES,)),)

    def _rise(self, view: Any, now: Any) -> None:
        raise_level(view.ids, view[LEVEL], view[TODAY], view.count(RAISES), now.key, now.day,
                    now.purpose("rise"), threshold(self.chance))  # fmt: skip


class Watcher(Mechanism):
    """Sums the levels of the next people in the town, wherever their chunk is."""

    same_phase: bool = False

    def steps(self) -> tuple[Step, ...]:
        """In a later phase, or in the riser's own: then it sees the day before."""
        phase = Phase.ACT if self.same_phase else Phase.OBSERVE
        return (Step("watcher.look", phase, self._look, looks=(LEVEL,), writes=(SEEN,)),)

    def _look(self, view: Any, now: Any) -> None:
        everyone = view.all(LEVEL)
        rows = np.arange(view.lo, view.lo + view.people)
        view[SEEN][:] += everyone[(rows + 1) % view.town] + 2 * everyone[(rows + view.town // 2) % view.town]


class Giver(Mechanism):
    """Puts in what was raised today, and what the town raised yesterday."""

    def steps(self) -> tuple[Step, ...]:
        """Reads a fleeting inflow, recalls a tally."""
        return (
            Step("giver.give", Phase.RECORD, self._give, reads=(TODAY,), adds=(GIFTS,), recalls=(RAISES,)),
        )

    def _give(self, view: Any, now: Any) -> None:
        view[GIFTS][:] += view[TODAY] + np.uint16(now.yesterday(RAISES) % 7)


class Taker(Mechanism):
    """Owns the inflow: empties it every third day into its own column."""

    def steps(self) -> tuple[Step, ...]:
        """A periodic step."""
        return (Step("taker.take", Phase.JUDGE, self._take, writes=(GIFTS, SUM), every=3),)

    def _take(self, view: Any, now: Any) -> None:
        view[SUM][:] += view[GIFTS]
        view[GIFTS][:] = 0


SUM = Column("sum", np.uint32, "1", "all gifts taken")


class Queue(Mechanism):
    """Numbers people in the keyed order of the day."""

    def steps(self) -> tuple[Step, ...]:
        """A sequential step."""
        return (Step("queue.up", Phase.RESPOND, self._up, writes=(TURN,), order=Order.SEQUENTIAL),)

    def _up(self, view: Any, now: Any) -> None:
        view[TURN][view.order] = np.arange(view.town, dtype=np.uint32)


ALL = (Riser(), Watcher(), Giver(), Taker(), Queue())
