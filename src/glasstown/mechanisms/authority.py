"""Authority: what it tolerates, watches and punishes, held fixed or adapting; and how the economy grows.

By default every institution keeps its own parameters and nothing is decreed. With "decreed" the three
values here hold for the whole town. With "adapting" they are where an authority starts that changes them by
random hill climbing, the rule of Daymude, Axelrod & Forrest 2025: each round one of the three, drawn at
random, moves to a value drawn from the window around it; if the round then cost more than the round before
(even one whose move was taken back, see ``yardstick``), the move is taken back. A round costs ``adamancy``
times all that was voiced, plus all punishments. This is the published account of how an authority *might*
adapt, with its blindness: it knows only what was said and what was punished, never what people think. It is
not a search for a best policy, and none is offered here.

The values travel as tallies of the town, to be read the next day by whoever speaks, punishes or grants
legitimacy. ``path`` gives the growth of the economy in the same way: constant, or with a slump. Left out:
factions, elections, other places to learn from, any goal besides the two costs, the price of watching
(``watching`` is an extension, 0 as published).
"""

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from glasstown.core.columns import SHARE, Tally
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, when
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ENTRIES,
    GROWTH,
    SEVERITY,
    SURVEILLANCE,
    TOLERANCE,
    VOICED,
    Act,
)

DISSENT = Tally("authority_dissent", "1/65535", "what everybody voices, added up, on the last day of a round")
EXCESS = Tally("authority_excess", "1/65535", "of it, what those heard said above the tolerance, added up")
HEARD = Tally(
    "authority_heard", "person", "people heard saying more than is tolerated, on the last day of a round"
)
KEPT = tuple(
    Tally(f"authority_{name}_kept", "1/65535, plus 1", f"{name} before the move of this round")
    for name in ("tolerance", "severity", "surveillance")
)
COST = Tally(
    "authority_cost", "1/65535, plus 1", "what the round before this one cost the authority, 0 none yet"
)

RULED = (TOLERANCE, SEVERITY, SURVEILLANCE)

_DROP, _STEPS = np.uint64(11), 2**53

Policy = tuple[int, int, int]
"""Tolerance, severity and surveillance in 1/SHARE."""


class Authority(Mechanism):
    """The values that hold for the whole town: decreed, adapting, or none; and the growth of the economy."""

    neutral: ClassVar[dict[str, object]] = {"policy": "none", "path": "none"}

    policy: Annotated[Literal["none", "decreed", "adapting"], Unit("1"), Source(
        "daymude-2025", "fixed in figures 1 to 3, adapting from figure 4 on"
    )] = "none"  # fmt: skip
    """Whether institutions keep their own parameters, obey the values below, or values that adapt."""

    tolerance: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "daymude-2025", "figures 1 and 2; drawn from 0 to 1 where authorities adapt", 0.0, 1.0
    )] = 0.25  # fmt: skip
    """Dissent up to which nothing that is said is punished (tau), at the start."""

    severity: Annotated[float, Field(ge=0, le=1000), Unit("1"), Estimated(
        "daymude-2025", "figure 1A; drawn from 0 to 1 where authorities adapt", 0.0, 3.0
    )] = 0.6  # fmt: skip
    """Cost of being observed above the tolerance (psi), at the start."""

    surveillance: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "daymude-2025", "figures 1 and 2; drawn from 0 to 1 where authorities adapt", 0.0, 1.0
    )] = 0.2  # fmt: skip
    """Chance that what is said is watched whatever it is (nu), at the start."""

    punishment: Annotated[Literal["uniform", "proportional"], Unit("1"), Source(
        "daymude-2025", "figure 1 (uniform) and figure 2 (proportional); must be that of opinion"
    )] = "uniform"  # fmt: skip
    """Whether a punishment costs the authority the severity, or severity times the excess."""

    adamancy: Annotated[float, Field(ge=0, le=1e6), Unit("1"), Estimated(
        "daymude-2025", "alpha: 1 in the published sweeps", 0.0, 10.0
    )] = 1.0  # fmt: skip
    """What one person's full dissent, voiced, costs the authority; a punishment costs its severity."""

    watching: Annotated[float, Field(ge=0, le=1e6), Unit("1"), Assumed(
        "0 as published; watching is not free, but nobody gives its price on this scale", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """What full surveillance of one person costs the authority in a round."""

    window: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "daymude-2025", "epsilon: 0.05 in the published sweeps", 0.01, 0.2
    )] = 0.05  # fmt: skip
    """How far a value moves at most in a round."""

    yardstick: Annotated[Literal["last", "kept"], Unit("1"), Source(
        "daymude-2025", "published code: the last round's cost even if its move was taken back"
    )] = "last"  # fmt: skip
    """Whether a round must not cost more than the one before it, or than the policy that it set out from."""

    period: Annotated[int, Field(ge=3, le=3650), Unit("day"), Assumed(
        "a round has no length in the paper; policies are reviewed by the month to the year", 3, 365
    )] = 30  # fmt: skip
    """Days of a round, more than ``opinion.period`` + 1: people need time to weigh what to say."""

    path: Annotated[Literal["none", "constant", "shock"], Unit("1"), Assumed(
        "none leaves growth to whoever reads it; a slump puts the bargain to the test", 0, 1
    )] = "none"  # fmt: skip
    """Whether a growth of the economy is announced, and whether it has a slump."""

    growth: Annotated[float, Field(ge=-0.5, le=0.5), Unit("1/year"), Assumed(
        "about 6 % a year before 2020 by official accounts; other accounts are lower", 0.0, 0.1
    )] = 0.06  # fmt: skip
    """Growth of the economy."""

    slump: Annotated[float, Field(ge=-0.5, le=0.5), Unit("1/year"), Assumed(
        "a deep recession; official accounts show no year below zero since 1976", -0.1, 0.02
    )] = -0.05  # fmt: skip
    """Growth during the slump."""

    slump_from: Annotated[int, Field(ge=0, le=65_535), Unit("day"), Assumed(
        "after a year, so that there is a before", 0, 3650
    )] = 365  # fmt: skip
    """Day on which the slump begins."""

    slump_days: Annotated[int, Field(ge=0, le=65_535), Unit("day"), Assumed(
        "two years, an ordinary recession", 90, 3650
    )] = 730  # fmt: skip
    """Days that it lasts."""

    def steps(self) -> tuple[Step, ...]:
        """Announce the values of tomorrow; count what the last day of a round costs."""
        counts = (*RULED, GROWTH)
        if self.policy != "adapting":
            return (Step("authority.rule", Phase.JUDGE, self._announce, counts=counts),)
        return (
            Step("authority.rule", Phase.JUDGE, self._rule, reads=(VOICED, ENTRIES),
                 counts=(*counts, *KEPT, COST, DISSENT, EXCESS, HEARD),
                 recalls=(*RULED, *KEPT, COST, DISSENT, EXCESS, HEARD)),
        )  # fmt: skip

    def turns(self) -> tuple[int, ...]:
        """The day of the slump, if there is one."""
        return (self.slump_from,) if self.path == "shock" else ()

    def until(self, day: int) -> Self:
        """Before its slump the path is a constant one."""
        return self.model_copy(update={"path": "constant"}) if day <= min(self.turns(), default=-1) else self

    @property
    def start(self) -> Policy:
        """The values at the start."""
        found = (self.tolerance, self.severity, self.surveillance)
        a, b, c = (round_half(value * SHARE) for value in found)
        return a, b, c

    def pace(self, day: int) -> float:
        """Growth a year on a day."""
        slump = self.path == "shock" and self.slump_from <= day < self.slump_from + self.slump_days
        return self.slump if slump else self.growth

    def cost(self, policy: Policy, dissent: int, excess: int, heard: int, town: int) -> int:
        """What a round cost, in 1/SHARE: adamancy times dissent, plus punishments, plus watching.

        ``dissent`` and ``excess`` in 1/SHARE, added up over people; ``heard`` and ``town`` in people.
        """
        _, severity, surveillance = policy
        hurt = severity * heard if self.punishment == "uniform" else severity * excess // SHARE
        return round_half(self.adamancy * dissent) + hurt + round_half(self.watching * surveillance * town)

    def moved(self, policy: Policy, which: int, luck: int) -> Policy:
        """The policy with value ``which`` drawn evenly from its window; ``luck`` below 2**53.

        The window is cut at 0 and, but for severity, at 1.
        """
        reach = round_half(self.window * SHARE)
        low = max(0, policy[which] - reach)
        high = policy[which] + reach if which == 1 else min(SHARE, policy[which] + reach)
        new = low + luck * (high - low + 1) // _STEPS
        a, b, c = (new if k == which else value for k, value in enumerate(policy))
        return a, b, c

    def _announce(self, view: View, now: Now) -> None:
        if view.lo > 0:
            return
        if self.policy != "none":
            _write(view, RULED, self.start)
        self._grow(view, now)

    def _grow(self, view: View, now: Now) -> None:
        if self.path != "none":
            view.count(GROWTH)[0] += round_half((self.pace(now.day) + 0.5) * SHARE) + 1

    def _rule(self, view: View, now: Now) -> None:
        last = now.day % self.period == self.period - 1
        if view.lo > 0 and not last:
            return
        policy = _read(now, RULED) or self.start
        if last:
            self._observe(view, policy[0])
        if view.lo > 0:
            return
        kept, cost = _read(now, KEPT) or policy, now.yesterday(COST)
        if now.day % self.period == 0 and now.yesterday(TOLERANCE):
            policy, kept, cost = self._decide(policy, kept, cost, view.town, now)
        _write(view, RULED, policy)
        _write(view, KEPT, kept)
        view.count(COST)[0] += cost
        self._grow(view, now)

    def _observe(self, view: View, tolerance: int) -> None:
        voiced = view[VOICED]
        heard = voiced[(view[ENTRIES] & np.uint16(Act.CRITICISE)) != 0].astype(np.int64)
        view.count(DISSENT)[0] += int(voiced.sum(dtype=np.int64))
        view.count(EXCESS)[0] += int(np.maximum(heard - tolerance, 0).sum())
        view.count(HEARD)[0] += len(heard)

    def _decide(
        self, policy: Policy, kept: Policy, before: int, town: int, now: Now
    ) -> tuple[Policy, Policy, int]:
        """Take the last move back if the round cost more than the one before, then make the next move."""
        dissent, excess, heard = (now.yesterday(tally) for tally in (DISSENT, EXCESS, HEARD))
        cost = self.cost(policy, dissent, excess, heard, town)
        worse = before > 0 and cost + 1 > before
        if worse:
            policy = kept
            cost = before - 1 if self.yardstick == "kept" else cost
        one, two = draw(now.key, 0, 0, when(now.day, 0), now.purpose("move"))
        return self.moved(policy, int(one) % 3, int(np.uint64(two) >> _DROP)), policy, cost + 1


def round_half(value: float) -> int:
    """The nearest whole number; of two, the upper one."""
    return int(np.floor(value + 0.5))


def _read(now: Now, tallies: tuple[Tally, ...]) -> Policy | None:
    a, b, c = (now.yesterday(tally) - 1 for tally in tallies)
    return None if a < 0 else (a, b, c)


def _write(view: View, tallies: tuple[Tally, ...], policy: Policy) -> None:
    for tally, value in zip(tallies, policy, strict=True):
        view.count(tally)[0] += value + 1
