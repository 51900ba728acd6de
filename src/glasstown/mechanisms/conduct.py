"""Conduct: what people do in a day that somebody may file, and how often they believe that they are seen.

A person faces red lights and crosses with a chance that falls with the perceived risk of being noticed;
each own crossing, noticed or not, moves that belief (Anwar & Loughran 2011, as a delta rule). People
also care for parents, raise children and play video games. An ordinary officer fines a few crossings,
in every town, watched or not. Whoever is detained does none of this.

Left out: severity (no meaningful effect on offending: Loughran et al. 2015), the company at the kerb
and the day of the week (Wu et al. 2012, Yan et al. 2016), motor traffic, what is seen of others' fines,
and that beginners learn faster (Anwar & Loughran 2011). A notice of any kind counts as one.
"""

from functools import lru_cache
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from glasstown.core.columns import SHARE
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import fill, threshold, thresholds, when
from glasstown.core.typing import U32, U64, F64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Unit
from glasstown.core.vocabulary import (
    ACTS,
    AGE,
    DETAINED_UNTIL,
    DIARY,
    DILIGENCE,
    ENTRIES,
    FAMILY,
    NOTICES,
    PERCEIVED_RISK,
    PROSOCIALITY,
    Act,
    Event,
    Family,
)

ADULT = 18
"""Age of majority, years: who is counted as raising a child or caring for a parent."""

_JAYWALK, _GAMES, _NO_ACT = np.uint8(Act.JAYWALK), np.uint8(Act.GAMES), np.uint8(0)
_CARE, _RAISE, _PARENT, _CHILD = (
    np.uint8(Act.CARE),
    np.uint8(Act.RAISE),
    int(Family.PARENT),
    int(Family.CHILD),
)
_OFFENDED, _FINED, _NO_EVENT = np.uint64(Event.OFFENDED), np.uint64(Event.FINED), np.uint64(0)
_ONE = np.uint8(1)
_LOW_BITS = np.uint64(11)
_HALF = np.uint64(32)
_STEPS = float(2**53)


class Conduct(Mechanism):
    """Daily acts at base rates, and the belief that holds some of them back."""

    neutral: ClassVar[dict[str, object]] = {
        "reds": 0.0, "games": 0.0, "care": 0.0, "upbringing": 0.0, "prior": 0.0, "gain": 0.0,
    }  # fmt: skip

    reds: Annotated[float, Field(ge=0, le=20), Unit("1/day"), Assumed(
        "two walks or rides a day, each past one signal that is red about half of the time", 0.2, 4.0
    )] = 1.0  # fmt: skip
    """Red lights that a person who goes out faces in a day, on average."""

    out_from: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "the age at which school begins and a child crosses streets without being held by the hand", 5, 10
    )] = 6  # fmt: skip
    """Age from which a person crosses streets alone."""

    anonymous: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "yan-2016", "abstract (J05): 18.54 % of all passages on foot, so about twice that where half of the "
        "passages meet red; the upper end is 56 % of two-wheelers facing red in Beijing (J06)", 0.185, 0.56
    )] = 0.35  # fmt: skip
    """Chance of crossing at a red light that is faced, for a person sure never to be noticed."""

    identified: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "drivers, known by their plates, ran 0.14 % of all passages (J05), about 0.3 % of red lights faced; "
        "that being known is the cause is an assumption", 0.001, 0.01
    )] = 0.003  # fmt: skip
    """The same chance for a person sure to be noticed, if deterrence were complete."""

    deterrence: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "retting-2003", "review of red-light cameras (J10): violations fall by 40 to 50 %; 0 where the "
        "evidence is called inconclusive (J11), 0.9 from the police of Jinan (J08)", 0.0, 0.9
    )] = 0.4  # fmt: skip
    """How much of the way from ``anonymous`` to ``identified`` certainty of being noticed takes a person."""

    spread: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "no study gives the spread between people; 0 makes all alike, 1 lets the most diligent never cross",
        0.0, 1.0
    )] = 0.5  # fmt: skip
    """How far diligence moves the chance of crossing: the factor runs from 1 + spread down to 1 - spread."""

    detection: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "Shanghai's officers sanctioned about 0.18 offences on foot or bicycle a resident-year (J12, not "
        "confirmed); over some 130 days with a crossing that is about one in a thousand", 1e-5, 0.02
    )] = 0.001  # fmt: skip
    """Chance that an ordinary officer fines a person on a day on which that person crossed on red."""

    gain: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "anwar-2011", "perceived risk 6.3 % higher after an arrest than without, among young people "
        "convicted of serious offences (J01, from memory, not reached again)", 0.01, 0.15
    )] = 0.063  # fmt: skip
    """Weight of one own offence, noticed or not, in the perceived risk."""

    prior: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "the true chance of an ordinary town; no figure on what people believe is at hand", 0.0, 0.3
    )] = 0.001  # fmt: skip
    """Perceived risk at the start, and what it drifts back to without own offences."""

    memory: Annotated[float, Field(ge=0), Unit("day"), Assumed(
        "0 keeps beliefs until the next offence, as in the learning model alone; months are plausible",
        0.0, 1000.0
    )] = 0.0  # fmt: skip
    """Mean time in which a belief drifts back to ``prior`` without own offences; 0 is never."""

    games: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Assumed(
        "no figure at hand for whole evenings; one in five is a plain guess", 0.05, 0.5
    )] = 0.2  # fmt: skip
    """Chance of an evening of video games, for people aged ``games_from`` to ``games_to``."""

    games_from: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed("school age", 6, 14)] = 10
    """Youngest age at which evenings of games are counted."""

    games_to: Annotated[
        int, Field(ge=0, le=255), Unit("year"), Assumed("play thins out with age", 25, 60)
    ] = 39
    """Oldest age at which evenings of games are counted."""

    care: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Assumed(
        "about two days a week for a grown child of a parent aged 60 or more", 0.05, 0.7
    )] = 0.3  # fmt: skip
    """Chance that an adult with an old parent cares for that parent today."""

    upbringing: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Assumed(
        "most days for an adult who lives with a child under 15", 0.5, 1.0
    )] = 0.8  # fmt: skip
    """Chance that an adult with a child at home looks after that child today."""

    warmth: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "no study gives the spread between people; with it no chance passes 1 at the defaults", 0.0, 0.5
    )] = 0.25  # fmt: skip
    """How far prosociality moves care and upbringing: a factor from 1 - warmth to 1 + warmth."""

    def steps(self) -> tuple[Step, ...]:
        """Act, be fined by an ordinary officer, learn."""
        person = (AGE, FAMILY, DILIGENCE, PROSOCIALITY, PERCEIVED_RISK, DETAINED_UNTIL)
        return (
            Step("conduct.begin", Phase.BEGIN, self._begin, writes=(PERCEIVED_RISK,)),
            Step("conduct.act", Phase.ACT, self._act, reads=person, adds=(ACTS,)),
            Step("conduct.fine", Phase.OBSERVE, self._fine, reads=(ACTS,), adds=(NOTICES, ENTRIES, DIARY)),
            Step("conduct.learn", Phase.RESPOND, self._learn, reads=(ACTS, NOTICES), writes=(PERCEIVED_RISK,),
                 adds=(DIARY,)),
        )  # fmt: skip

    def _begin(self, view: View, now: Now) -> None:
        view[PERCEIVED_RISK][:] = np.uint16(round(self.prior * SHARE))

    def _act(self, view: View, now: Now) -> None:
        fall = self.deterrence * (self.anonymous - self.identified) / SHARE
        whole = int(self.reds)
        until, acts = view[DETAINED_UNTIL], view[ACTS]
        away = (until != 0).nonzero()[0]
        others = acts[away]
        act(
            view.ids, view[AGE], view[FAMILY], view[DILIGENCE], view[PROSOCIALITY], view[PERCEIVED_RISK],
            acts, now.key, now.day, now.purpose("act"), self.out_from,
            self.anonymous, fall, 1.0 + self.spread, 2.0 * self.spread / 255.0, whole, self.reds - whole,
            self.games_from, self.games_to, threshold(self.games),
            by_warmth(self.care, self.warmth), by_warmth(self.upbringing, self.warmth),
        )  # fmt: skip
        acts[away] = others

    def _fine(self, view: View, now: Now) -> None:
        if self.detection > 0:
            fine(view.ids, view[ACTS], view[NOTICES], view[ENTRIES], view[DIARY], now.key, now.day,
                 now.purpose("fine"), threshold(self.detection))  # fmt: skip

    def _learn(self, view: View, now: Now) -> None:
        drift = 1.0 / max(self.memory, 1.0) if self.memory > 0 else 0.0
        learn(view.ids, view[ACTS], view[NOTICES], view[PERCEIVED_RISK], view[DIARY], now.key, now.day,
              now.purpose("learn"), round(self.prior * SHARE), weight(self.gain), weight(drift))  # fmt: skip


@lru_cache(maxsize=16)
def by_warmth(rate: float, warmth: float) -> U64s:
    """Thresholds of a daily act for each prosociality 0 to 255, shape (256,); no chance passes 1."""
    table = thresholds([min(1.0, rate * (1.0 + warmth * (2.0 * p / 255.0 - 1.0))) for p in range(256)])
    table.flags.writeable = False
    return table


def weight(share: float) -> int:
    """A weight in [0, 1] as a whole number of 1/2**32."""
    return round(share * 2**32)


@rule
def crossing(risk: int, diligence: int, anonymous: float, fall: float, most: float, slope: float) -> float:
    """Chance that one person crosses at one red light.

    ``fall`` is lost per 1/65535 of perceived ``risk``; the factor is ``most - slope * diligence``.
    """
    p = (anonymous - fall * risk) * (most - slope * diligence)
    return min(max(p, 0.0), 1.0)


@rule
def happens(u: U64, p: float) -> bool:
    """Whether a draw falls below a chance computed on the spot: exact in steps of 2**-53, sure at 0 and 1."""
    return bool(np.int64(u >> _LOW_BITS) < np.int64(p * _STEPS))


@rule
def swapped(u: U64) -> U64:
    """The same draw with its halves exchanged: as uniform, and independent of it to within 2**-32."""
    return (u << _HALF) | (u >> _HALF)


@rule
def cross(
    u: U64s, age: U8s, risk: U16s, diligence: U8s, acts: U8s, chance: F64s, stay: F64s, out_from: int,
    anonymous: float, fall: float, most: float, slope: float, whole: int, part: float,
) -> None:  # fmt: skip
    """Who crosses at least once: ``whole`` red lights are faced and, with chance ``part``, one more.

    Arrays of one length (``chance`` and ``stay`` may be longer: room to work in), loops that vectorise.
    """
    for k in range(len(u)):
        chance[k] = crossing(risk[k], diligence[k], anonymous, fall, most, slope)
        stay[k] = 1.0 - part * chance[k]
    for _ in range(whole):
        for k in range(len(u)):
            stay[k] *= 1.0 - chance[k]
    for k in range(len(u)):
        crossed = happens(u[k], 1.0 - stay[k]) & (age[k] >= out_from)
        acts[k] |= _JAYWALK if crossed else _NO_ACT


@rule
def play(u: U64s, age: U8s, acts: U8s, games_from: int, games_to: int, t: U64) -> None:
    """Who spends the evening on video games."""
    for k in range(len(u)):
        played = (swapped(u[k]) < t) & (age[k] >= games_from) & (age[k] <= games_to)
        acts[k] |= _GAMES if played else _NO_ACT


@rule
def tend(
    u: U64s, age: U8s, family: U8s, kind: U8s, acts: U8s, t_care: U64s, t_raise: U64s, does: U8s
) -> None:  # fmt: skip
    """Which adults care for a parent, and which look after a child, by ``kind``, their prosociality.

    A loop for each table, and one for bytes alone: vectorised. ``does`` is room to work in.
    """
    for k in range(len(u)):
        does[k] = np.uint8(u[k] < t_care[kind[k]]) * _CARE
    for k in range(len(u)):
        does[k] |= np.uint8(swapped(u[k]) < t_raise[kind[k]]) * _RAISE
    for k in range(len(u)):
        may = (_CARE if (family[k] & _PARENT) != 0 else _NO_ACT) | (
            _RAISE if (family[k] & _CHILD) != 0 else _NO_ACT
        )
        acts[k] |= does[k] & (may if age[k] >= ADULT else _NO_ACT)


@kernel
def act(
    ids: U32s, age: U8s, family: U8s, diligence: U8s, prosociality: U8s, risk: U16s, acts: U8s, key: U64,
    day: int, purpose: U32, out_from: int, anonymous: float, fall: float, most: float, slope: float,
    whole: int, part: float, games_from: int, games_to: int, t_games: U64, t_care: U64s, t_raise: U64s,
) -> None:  # fmt: skip
    """Add today's acts of every person to ``acts``: one keyed draw of two words a person, used twice each."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    chance, room = np.empty(BLOCK, np.float64), np.empty(BLOCK, np.float64)
    does, moment = np.empty(BLOCK, np.uint8), when(day, 0)
    for lo in range(0, len(ids), BLOCK):
        hi = min(lo + BLOCK, len(ids))
        u, v, years, mine = one[: hi - lo], two[: hi - lo], age[lo:hi], acts[lo:hi]
        fill(key, ids[lo:hi], moment, purpose, u, v)
        cross(u, years, risk[lo:hi], diligence[lo:hi], mine, chance, room, out_from, anonymous, fall, most,
              slope, whole, part)  # fmt: skip
        play(u, years, mine, games_from, games_to, t_games)
        tend(v, years, family[lo:hi], prosociality[lo:hi], mine, t_care, t_raise, does)


@kernel
def fine(
    ids: U32s, acts: U8s, notices: U8s, entries: U16s, diary: U64s, key: U64, day: int, purpose: U32, t: U64
) -> None:
    """Let an ordinary officer see each day's crossing with threshold ``t``: notice, true entry, diary.

    Draws only for those who crossed.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    rows, who = np.empty(BLOCK + 1, np.int64), np.empty(BLOCK + 1, np.uint32)
    moment = when(day, 0)
    for lo in range(0, len(ids), BLOCK):
        count = 0
        for i in range(lo, min(lo + BLOCK, len(ids))):
            rows[count], who[count] = i, ids[i]
            count += (acts[i] & _JAYWALK) != 0
        fill(key, who[:count], moment, purpose, one[:count], two[:count])
        for k in range(count):
            if one[k] < t:
                i = rows[k]
                notices[i] += _ONE
                entries[i] |= _JAYWALK
                diary[i] |= _FINED


@rule
def believed(risk: int, offended: int, noticed: int, prior: int, gain: int, drift: int, u: U64) -> int:
    """The perceived risk after a day, in 1/65535; ``offended`` and ``noticed`` 0 or 1, weights in 1/2**32.

    The exact new value is rounded down or up by a draw, so that its mean is exact.
    """
    target = noticed * SHARE + (1 - noticed) * (1 - offended) * prior
    pull = drift + (noticed | offended) * (gain - drift)
    return int(((risk << 32) + pull * (target - risk) + np.int64(u >> _HALF)) >> 32)


@rule
def update(u: U64s, acts: U8s, notices: U8s, risk: U16s, prior: int, gain: int, drift: int) -> None:
    """Move perceived risks by one day."""
    for k in range(len(u)):
        offended = int((acts[k] & _JAYWALK) != 0)
        noticed = int(notices[k] != 0)
        risk[k] = np.uint16(believed(int(risk[k]), offended, noticed, prior, gain, drift, u[k]))


@kernel
def learn(
    ids: U32s, acts: U8s, notices: U8s, risk: U16s, diary: U64s, key: U64, day: int, purpose: U32,
    prior: int, gain: int, drift: int,
) -> None:  # fmt: skip
    """Move every person's perceived risk by what happened today, and note own offences in the diary."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    moment = when(day, 0)
    for lo in range(0, len(ids), BLOCK):
        hi = min(lo + BLOCK, len(ids))
        fill(key, ids[lo:hi], moment, purpose, one[: hi - lo], two[: hi - lo])
        update(one[: hi - lo], acts[lo:hi], notices[lo:hi], risk[lo:hi], prior, gain, drift)
        for k in range(lo, hi):
            diary[k] |= _OFFENDED if (acts[k] & _JAYWALK) != 0 else _NO_EVENT
