"""Opinion: how much of what people think they say, when saying too much may be heard and punished.

A person thinks ``delta`` (private dissent) and says ``a`` of it, whatever is best between the wish to say
it and the expected punishment, as in Daymude, Axelrod & Forrest 2025: an act above the tolerance ``tau``
is observed with chance ``nu + (1 - nu) a`` and then costs ``psi`` (uniform) or ``psi (a - tau)``
(proportional). Private dissent never changes here. The paper's people know ``nu``; these hold a belief
about it, moved on each occasion by whether they were watched (delta rule; ``gain`` 0 is the paper). Who is
observed finds out how: by being watched, or because it was loud enough to be heard anyway.

In a town, an ``authority`` may decide tolerance, severity and surveillance day by day, being named for what
was said online teaches as being watched does (``naming``), being observed costs more where few seem to think
alike (``isolation``, after Kuran 1989), and who is detained says nothing. All of that is off alone.

Left out: noisy estimates of tolerance and severity, and any material form of punishment: what being heard
costs in points, rights or liberty is done by other institutions.
"""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core.columns import OCTET, SHARE, Column, Tally
from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, fill, threshold, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ACTS,
    AGE,
    ATTRIBUTED,
    BELIEVED_DISSENT,
    BOLDNESS,
    COMPLYING,
    DETAINED_UNTIL,
    DIARY,
    ENTRIES,
    PRIVATE_DISSENT,
    SEVERITY,
    SURVEILLANCE,
    TOLERANCE,
    VOICED,
    Act,
    Event,
)

F32 = np.float32
U16 = np.uint16

BELIEF = Column("believed_surveillance", np.uint16, "1/65535", "believed chance that what is said is watched")

_CRITICISE = np.uint16(Act.CRITICISE)
_CRITICISED, _HEARD = np.uint64(Event.CRITICISED), np.uint64(Event.HEARD)
_FULL, _PART, _HALF, _NIL = np.float32(SHARE), np.float32(1 / SHARE), np.float32(0.5), np.uint16(0)
_LOW_BITS, _HIGH_BITS = np.uint64(11), np.uint64(32)
_STEPS = float(2**53)


class Opinion(Mechanism):
    """What is voiced of private dissent, who is heard, and what people come to believe of being watched."""

    neutral: ClassVar[dict[str, object]] = {"from_age": 255, "prior": 0.0}

    surveillance: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "daymude-2025", "figures 1 and 2, an illustration and no measurement", 0.0, 1.0
    )] = 0.2  # fmt: skip
    """Chance that what is said is watched whatever it is (nu): the true one, which nobody is told."""

    tolerance: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "daymude-2025", "figures 1 and 2, an illustration and no measurement", 0.0, 0.9
    )] = 0.25  # fmt: skip
    """Dissent up to which nothing that is said is punished (tau)."""

    severity: Annotated[float, Field(ge=0), Unit("1"), Estimated(
        "daymude-2025", "figure 1A; 2 in figure 1B, 1 in figure 2A; an illustration", 0.0, 3.0
    )] = 0.6  # fmt: skip
    """Cost of being observed above the tolerance (psi), on the scale of ``boldness``."""

    punishment: Annotated[Literal["uniform", "proportional"], Unit("1"), Source(
        "daymude-2025", "figure 1 (uniform) and figure 2 (proportional)"
    )] = "uniform"  # fmt: skip
    """Whether the cost is the same for all that is observed, or grows with the excess over the tolerance."""

    boldness: Annotated[float, Field(ge=0), Unit("1"), Estimated(
        "daymude-2025", "figures 1 and 2, an illustration and no measurement", 0.2, 5.0
    )] = 1.0  # fmt: skip
    """Worth of saying what one thinks (beta), for a person of middling boldness."""

    spread: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 gives all one boldness, as in the paper's figures 1 and 2; no study gives the spread", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """How far boldness differs between people: a factor from 1 - spread to 1 + spread."""

    prior: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "equal to the true value at the defaults, as in the paper, where people know it", 0.0, 1.0
    )] = 0.2  # fmt: skip
    """Believed chance of being watched at the start."""

    gain: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 is the paper; offences move beliefs about being caught by some 0.06 each (J01)", 0.0, 0.15
    )] = 0.0  # fmt: skip
    """Weight of one occasion to speak, watched or not, in the belief."""

    occasions: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Assumed(
        "1 makes a day one round of the paper; once a month to daily is plausible", 0.03, 1.0
    )] = 1.0  # fmt: skip
    """Chance that a person has occasion to speak of such things today."""

    naming: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 is the paper; as an occasion on which one was watched would be a natural choice", 0.0, 0.15
    )] = 0.0  # fmt: skip
    """Weight in the belief of having been named for what one said online."""

    isolation: Annotated[float, Field(ge=0, le=10), Unit("1"), Assumed(
        "0 is the paper; what others think counts (Kuran 1989), but by how much was never measured", 0.0, 2.0
    )] = 0.0  # fmt: skip
    """By how much more being observed costs where nobody else seems to dissent than where all do."""

    norm: Annotated[bool, Unit("1"), Assumed(
        "false is the paper; where silence is the norm that others enforce, who keeps it is silent", 0, 1
    )] = False  # fmt: skip
    """Whether those who are seen to keep the norm say no more than is tolerated."""

    period: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "people may think it over daily or less often; only the pace of change depends on it", 1, 30
    )] = 1  # fmt: skip
    """Days between two times at which a person weighs what to say."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "0 is the paper, which knows no ages; nobody is punished for speech below 14 to 18", 0, 18
    )] = 0  # fmt: skip
    """Age from which a person voices dissent at all."""

    def steps(self) -> tuple[Step, ...]:
        """Speak and find out, then weigh; at the start believe and weigh."""
        weighs = (AGE, PRIVATE_DISSENT, BOLDNESS, BELIEF)
        decided = (TOLERANCE, SEVERITY)
        steps = [
            Step("opinion.begin", Phase.BEGIN, self._begin, writes=(BELIEF,)),
            Step("opinion.start", Phase.BEGIN, self._start, reads=weighs, writes=(VOICED,), recalls=decided),
            Step("opinion.speak", Phase.ACT, self._speak, reads=(VOICED, DETAINED_UNTIL), writes=(BELIEF,),
                 adds=(ACTS, ENTRIES, DIARY), recalls=(TOLERANCE, SURVEILLANCE)),
            Step("opinion.weigh", Phase.RESPOND, self._weigh,
                 reads=(*weighs, BELIEVED_DISSENT, *((COMPLYING,) if self.norm else ())), writes=(VOICED,),
                 recalls=decided, every=self.period),
        ]  # fmt: skip
        if self.naming:
            steps.insert(3, Step("opinion.learn", Phase.RESPOND, self._learn, reads=(ATTRIBUTED,),
                                 writes=(BELIEF,)))  # fmt: skip
        return tuple(steps)

    def _begin(self, view: View, now: Now) -> None:
        view[BELIEF][:] = np.uint16(round(self.prior * SHARE))

    def _speak(self, view: View, now: Now) -> None:
        watched = decided(now, SURVEILLANCE, self.surveillance)
        speak(
            view.ids, view[VOICED], view[DETAINED_UNTIL], view[BELIEF], view[ACTS], view[ENTRIES],
            view[DIARY], now.key, now.day, now.purpose("speak"),
            round(decided(now, TOLERANCE, self.tolerance) * SHARE),
            threshold(self.occasions), threshold(self.occasions * watched), self.occasions * watched,
            self.occasions * (1.0 - watched) / SHARE, round(self.gain * 2**32),
        )  # fmt: skip

    def _learn(self, view: View, now: Now) -> None:
        learn(view.ids, view[ATTRIBUTED], view[BELIEF], now.key, now.day, now.purpose("learn"),
              round(self.naming * 2**32))  # fmt: skip

    def _start(self, view: View, now: Now) -> None:
        """As a person would weigh it who has not looked around yet."""
        self._choose(view, now, np.zeros(view.people, np.uint16), 0.0)

    def _weigh(self, view: View, now: Now) -> None:
        tolerance = self._choose(view, now, view[BELIEVED_DISSENT], self.isolation)
        if self.norm:
            keep(view[COMPLYING], view[VOICED], tolerance)

    def _choose(self, view: View, now: Now, others: U16s, isolation: float) -> np.uint16:
        severity = decided(now, SEVERITY, self.severity)
        tolerance = np.uint16(round(decided(now, TOLERANCE, self.tolerance) * SHARE))
        weigh(
            view[AGE], view[PRIVATE_DISSENT], view[BOLDNESS], view[BELIEF], others, view[VOICED],
            self.from_age, np.float32(tolerance), np.float32(severity * (1.0 + isolation)),
            np.float32(severity * isolation / SHARE), np.float32(self.boldness * (1.0 - self.spread)),
            np.float32(2.0 * self.boldness * self.spread / OCTET), self.punishment == "proportional",
        )  # fmt: skip
        return tolerance


def decided(now: Now, tally: Tally, own: float) -> float:
    """What the authority decided yesterday of ``tally`` (in 1/65535, plus 1), or ``own`` if there is none."""
    value = now.yesterday(tally)
    return (value - 1) / SHARE if value else own


@rule
def uniform(delta: F32, beta: F32, belief: F32, tau: F32, psi: F32) -> F32:
    """What is best said if punishment is the same for all: all of it, or what is tolerated.

    ``delta``, ``belief``, ``tau`` and the result in 1/65535. All of it pays if it exceeds
    d_uni = (beta tau + nu psi) / (beta - (1 - nu) psi) with a positive denominator; multiplied out, one
    comparison says both.
    """
    defies = delta * (beta - (_FULL - belief) * _PART * psi) > beta * tau + belief * psi
    return delta if defies | (delta <= tau) else tau


@rule
def proportional(delta: F32, beta: F32, belief: F32, tau: F32, psi: F32) -> F32:
    """What is best said if punishment grows with the excess over the tolerance, in 1/65535.

    d_pro = [tau + (beta - nu psi) / ((1 - nu) psi)] / 2, not below tau, not above delta. If nu = 1 or
    psi = 0, d_pro is infinite or, where any is as good, not a number: then all is said, as in the paper.
    """
    rest = (_FULL - belief) * _PART * psi
    best = _HALF * (tau + _FULL * np.divide(beta - belief * _PART * psi, rest))
    best = tau if best <= tau else best
    return best if best < delta else delta


@kernel
def weigh(
    age: U8s, dissent: U16s, boldness: U8s, belief: U16s, others: U16s, voiced: U16s, from_age: int, tau: F32,
    most: F32, eased: F32, least: F32, slope: F32, by_excess: bool,
) -> None:  # fmt: skip
    """Write what is best said into ``voiced``, to the nearest 1/65535. Arrays of shape (people,).

    A person's beta is ``least + slope * boldness``, what being observed costs ``most - eased * others``, with
    ``others`` what others seem to think. No draws and no branches: vectorised.
    """
    if by_excess:
        for k in range(len(voiced)):
            beta = least + slope * np.float32(boldness[k])
            psi = most - eased * np.float32(others[k])
            best = proportional(np.float32(dissent[k]), beta, np.float32(belief[k]), tau, psi)
            voiced[k] = np.uint16(np.int32(best + _HALF)) if age[k] >= from_age else _NIL
    else:
        for k in range(len(voiced)):
            beta = least + slope * np.float32(boldness[k])
            psi = most - eased * np.float32(others[k])
            best = uniform(np.float32(dissent[k]), beta, np.float32(belief[k]), tau, psi)
            voiced[k] = np.uint16(np.int32(best)) if age[k] >= from_age else _NIL


@kernel
def keep(complying: U8s, voiced: U16s, tau: U16) -> None:
    """Those who keep the norm say no more than is tolerated."""
    for k in range(len(voiced)):
        voiced[k] = min(voiced[k], tau) if complying[k] != 0 else voiced[k]


@rule
def believed(belief: int, watched: int, pull: int, u: U64) -> int:
    """The belief after an occasion, in 1/65535; ``watched`` is 0 or 1, ``pull`` the gain in 1/2**32.

    The exact new value is rounded down or up by a draw, so that its mean is exact.
    """
    return int(((belief << 32) + pull * (watched * SHARE - belief) + np.int64(u >> _HIGH_BITS)) >> 32)


@rule
def heard(u: U64, voiced: int, t_watched: U64, always: float, louder: float) -> bool:
    """Whether what a speaker says is heard: by being watched, or the sooner the louder."""
    return bool((u < t_watched) | (np.int64(u >> _LOW_BITS) < np.int64((always + louder * voiced) * _STEPS)))


@kernel
def speak(
    ids: U32s, voiced: U16s, held: U16s, belief: U16s, acts: U8s, entries: U16s, diary: U64s, key: U64,
    day: int, purpose: U32, tau: int, t_speaks: U64, t_watched: U64, always: float, louder: float, gain: int,
) -> None:  # fmt: skip
    """Let everybody speak who has occasion to, and move beliefs by who was watched.

    Who said too much and was heard did so in the open (``acts``), where others may report it, and it is
    entered (``entries``). Those ``held`` (detained until some day) say nothing. One keyed draw a person. The
    first word falls below ``t_speaks`` if there is an occasion, below ``always + louder * voiced`` (occasions
    * nu and, per 1/65535 said, occasions * (1 - nu)) if the person is also observed, below ``t_watched`` if
    it is by being watched; the second word rounds.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    some, moment, mark = np.empty(BLOCK + 1, np.int64), when(day, 0), np.empty(BLOCK, np.uint8)
    for lo in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - lo)
        fill(key, ids[lo : lo + n], moment, purpose, one[:n], two[:n])
        said, away = voiced[lo : lo + n], held[lo : lo + n]
        for k in range(n):
            mark[k] = np.uint8(one[k] < t_speaks)
        for k in range(n):
            mark[k] &= np.uint8(said[k] != 0) & np.uint8(away[k] == 0)
        for k in some[: noted(mark, n, some)]:
            i = lo + k
            watched = int(one[k] < t_watched)
            belief[i] = np.uint16(believed(int(belief[i]), watched, gain, two[k]))
            if voiced[i] > tau:
                diary[i] |= _CRITICISED
                if heard(one[k], int(voiced[i]), t_watched, always, louder):
                    diary[i] |= _HEARD
                    acts[i] |= np.uint8(_CRITICISE)
                    entries[i] |= _CRITICISE


@kernel
def learn(ids: U32s, named: U8s, belief: U16s, key: U64, day: int, purpose: U32, pull: int) -> None:
    """Move the belief of those who were ``named`` online towards certainty: it is rare, so each draws."""
    for k in range(len(ids)):
        if named[k] != 0:
            luck, _ = draw(key, int(ids[k]), 0, when(day, 0), purpose)
            belief[k] = np.uint16(believed(int(belief[k]), 1, pull, luck))
