"""Gaming: effort that is made for the score alone, and ways round that cost money.

Effort is strategic, as in Hardt et al. 2016 and Milli et al. 2019: who stands below a threshold moves up to
it if that costs no more than it is worth, so exactly within a reach of it, and costs may differ between
income fifths and groups. Alone, people have a feature of their own, normal around +1 for those who deserve
to be accepted and around -1 for the others, and an institution that accepts from a threshold; knowing of
the effort it may ask for more (``robust``), which restores its accuracy at the expense of the deserving.
In a town with a score the same rule is applied to points: who is told the own score, and is a few points
below a border, does a visible good deed on some days until the border is passed. Whoever is detained does
neither.

A way round is a second telephone under another name, or a tunnel around the wall. Who can pay for it and
is inclined to has it, and fear of being noticed inclines more people.

Left out: effort that improves what it pretends to, teaching each other tricks, buying points, borrowed faces.
"""

from functools import cached_property, lru_cache
from math import erf, exp, floor, pi, sqrt
from statistics import NormalDist
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core.columns import POINT, SHARE, Column, Tally
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import CERTAIN, draw, fill, threshold, when
from glasstown.core.typing import U32, U64, I32s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ACTS,
    AGE,
    ALIVE,
    DETAINED_UNTIL,
    DIARY,
    EARNINGS,
    ENTRIES,
    EVADING,
    INCOME,
    PERCEIVED_RISK,
    SCORE,
    STAKE,
    STRATUM,
    Act,
    Evasion,
    Event,
    Stake,
)

FEATURE = Column("feature", np.uint16, "1/4096, plus 32768", "what can be measured, before effort; 0 to draw")
WORTHY = Column("worthy", np.uint8, "1", "1 if the person deserves to be accepted")
SHOWN = Column("shown", np.uint16, "1/4096, plus 32768", "what is shown, after effort")
ACCEPTED = Column("accepted", np.uint8, "1", "1 if what is shown reaches the threshold")
DEEDS = Column("deeds", np.uint16, "1", "good deeds done for the score's sake, all told")

BURDEN = Tally("burden", "1/(4096*256)", "least effort that all who deserve it need, times its cost")

MONTH = 30
"""Days between two times at which people think about ways round."""

FINE, ZERO, COSTS = 4096, 32768, 256
"""A feature is kept in 1/FINE above ZERO, a cost factor in 1/COSTS."""

NORMALS, STRATA, POINTS = 1 << 16, 80, 1024
"""Entries of the tables of normal values, of strata and of whole points."""

Whole = int | np.int64

_BANDS = 40
_CARE, _KNOWN = np.uint16(Act.CARE), np.uint8(Stake.KNOWN)
_TUNNEL, _EVADED = np.uint8(Act.TUNNEL), np.uint64(Event.EVADED)
_PHONE, _WAY = np.uint8(Evasion.SECOND_PHONE), np.uint8(Evasion.TUNNEL)
_HIGH, _TOP, _DROP, _STEPS = np.uint64(48), np.uint64(63), np.uint64(11), float(2**53)


class Gaming(Mechanism):
    """Who moves across a threshold for its own sake, and who pays for a way round."""

    neutral: ClassVar[dict[str, object]] = {"reach": 0.0, "window": 0.0, "second_phone": 0.0, "tunnel": 0.0}

    aim: Annotated[Literal["feature", "score"], Unit("1"), Source(
        "hardt-2016", "any classifier; points of a score are this model's use of it"
    )] = "feature"  # fmt: skip
    """Whether effort moves a feature of its own (the published model) or the points of the town's score."""

    publisher: Annotated[Literal["naive", "robust"], Unit("1"), Source(
        "milli-2019", "an institution that knows of effort asks for more, at a social burden"
    )] = "naive"  # fmt: skip
    """Whether the institution takes what is shown for real, or raises the threshold by ``reach``."""

    cutoff: Annotated[float, Field(ge=-4, le=4), Unit("1"), Assumed(
        "0 is the best threshold between +1 and -1 without effort", -2.0, 2.0
    )] = 0.0  # fmt: skip
    """Feature from which people are accepted, before ``publisher`` adds anything."""

    reach: Annotated[float, Field(ge=0, le=4), Unit("1"), Assumed(
        "one standard deviation; only the ratio to the spread of features matters", 0.0, 2.0
    )] = 1.0  # fmt: skip
    """How far a feature can be moved at what being accepted is worth, at a cost factor of 1."""

    poor_cost: Annotated[float, Field(ge=0.125, le=16), Unit("1"), Assumed(
        "1 makes all alike, as in Hardt et al.; no study gives the cost of good deeds by income", 1.0, 4.0
    )] = 1.0  # fmt: skip
    """Cost factor of the poorest income fifth; the richest has 1, those between lie between."""

    group_cost: Annotated[float, Field(ge=0.125, le=16), Unit("1"), Assumed(
        "1 makes all alike; unequal costs of groups are the case that Milli et al. study", 1.0, 4.0
    )] = 1.0  # fmt: skip
    """Cost factor of group B, on top of that of income."""

    window: Annotated[float, Field(ge=0, le=300), Unit("point"), Assumed(
        "twenty days' duties at one point each; nothing measured", 0, 100
    )] = 20.0  # fmt: skip
    """Points below a border within which people make an effort, at a cost factor of 1."""

    border: Annotated[int, Field(ge=1, le=1000), Unit("point"), Source(
        "wodefinance-2015", "upper end of the band poor (A02)"
    )] = 550  # fmt: skip
    """The lowest border of the score that is worth an effort."""

    spacing: Annotated[int, Field(ge=0, le=1000), Unit("point"), Assumed(
        "bands end at 550, 600, 650 and 700 (A02); 0 leaves one border", 0, 100
    )] = 50  # fmt: skip
    """Points from one border to the next, up to 700 points."""

    pace: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "about one visible deed a fortnight; nothing measured", 0.05, 1.0
    )] = 0.5  # fmt: skip
    """Chance of a good deed on each occasion, for a person within the window."""

    period: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "a week between occasions; in the published model, where all moves at once, it does not matter", 1, 30
    )] = 7  # fmt: skip
    """Days between two occasions to make an effort."""

    second_phone: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "no survey found; of the order of those who use tunnels", 0.0, 0.3
    )] = 0.05  # fmt: skip
    """Share who have a second telephone, of those who can pay for it, without fear."""

    tunnel: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "dui-hua-2019", "20 to 30 of 829 million users (E07), 3 to 30 % by others (E05, E06); of all users, "
        "not only of those who can pay", 0.01, 0.3
    )] = 0.05  # fmt: skip
    """Share who have a tunnel around the wall, of those who can pay for it, without fear."""

    phone_price: Annotated[float, Field(ge=0, le=100_000), Unit("yuan/year"), Assumed(
        "a cheap telephone every few years and a number; no price series at hand", 100, 2000
    )] = 500.0  # fmt: skip
    """What a second telephone costs."""

    tunnel_price: Annotated[float, Field(ge=0, le=100_000), Unit("yuan/year"), Assumed(
        "a few dozen yuan a month; no price series at hand", 0, 1000
    )] = 300.0  # fmt: skip
    """What a tunnel costs."""

    budget: Annotated[float, Field(gt=0, le=1), Unit("1"), Assumed(
        "one part in fifty of income per head; at 1 nearly everybody can pay", 0.005, 0.1
    )] = 0.02  # fmt: skip
    """Most that is spent on one way round, as a share of income per head."""

    fear: Annotated[float, Field(ge=0, le=20), Unit("1"), Assumed(
        "sure to be noticed, twice as many look for a way round; the sign itself is assumed", 0.0, 5.0
    )] = 1.0  # fmt: skip
    """How many times as many more take a way round at a perceived risk of 1 as at 0."""

    elderly: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "few old people use such tools; 1 makes all ages alike", 0.0, 1.0
    )] = 0.2  # fmt: skip
    """Factor of both shares for people aged 60 or more."""

    use: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Assumed(
        "what is paid for is carried every day", 0.1, 1.0
    )] = 1.0  # fmt: skip
    """Chance that a person who has a way round uses it today."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "the age from which a telephone is a person's own", 10, 18
    )] = 14  # fmt: skip
    """Age from which people work for a score, or look for ways round."""

    def steps(self) -> tuple[Step, ...]:
        """Make an effort; use what ways round there are, and think about them."""
        steps = []
        if self.aim == "feature":
            steps = [
                Step("gaming.begin", Phase.BEGIN, self._begin, writes=(FEATURE, WORTHY)),
                Step("gaming.strive", Phase.ACT, self._strive, reads=(FEATURE, WORTHY, STRATUM),
                     writes=(SHOWN, ACCEPTED), counts=(BURDEN,), every=self.period),
            ]  # fmt: skip
        elif self.window:
            steps = [Step("gaming.labour", Phase.ACT, self._labour,
                          reads=(SCORE, STAKE, STRATUM, AGE, DETAINED_UNTIL), writes=(DEEDS,),
                          adds=(ENTRIES,), every=self.period)]  # fmt: skip
        if self.second_phone or self.tunnel:
            # What earnings and risk are is settled at the end of a day, and nobody looks at EVADING here.
            steps += [
                Step("gaming.use", Phase.ACT, self._use, reads=(EVADING, DETAINED_UNTIL, ALIVE),
                     adds=(ACTS, DIARY)),
                Step("gaming.evade", Phase.SANCTION, self._evade,
                     reads=(AGE, EARNINGS, INCOME, PERCEIVED_RISK), writes=(EVADING,), every=MONTH),
            ]  # fmt: skip
        return tuple(steps)

    @property
    def asked(self) -> float:
        """The threshold that the institution sets."""
        return self.cutoff + (self.reach if self.publisher == "robust" else 0.0)

    @cached_property
    def costs(self) -> I32s:
        """Cost factor of each stratum in 1/256, shape (80,)."""
        found = np.empty(STRATA, np.int32)
        for stratum in range(STRATA):
            dear = 1.0 + (self.poor_cost - 1.0) * (4 - stratum % 5) / 4
            found[stratum] = round(dear * (self.group_cost if stratum >= _BANDS else 1.0) * COSTS)
        return found

    def within(self, reach: float, unit: int) -> I32s:
        """How far each stratum can move at what it is worth, in 1/unit, shape (80,)."""
        return (round(reach * unit) * COSTS // self.costs).astype(np.int32)

    @cached_property
    def borders(self) -> I32s:
        """The next border above each whole point in 1/64, 0 if there is none, shape (1024,)."""
        all_ = range(self.border, max(self.border, 700) + 1, self.spacing) if self.spacing else (self.border,)
        return np.array([min((b for b in all_ if b > p), default=0) * POINT for p in range(POINTS)], np.int32)

    def _begin(self, view: View, now: Now) -> None:
        begin(view.ids, view[FEATURE], view[WORTHY], now.key, now.day, now.purpose("feature"), normals())

    def _strive(self, view: View, now: Now) -> None:
        strive(view[FEATURE], view[WORTHY], view[STRATUM], view[SHOWN], view[ACCEPTED], view.count(BURDEN),
               ZERO + round(self.asked * FINE), self.within(self.reach, FINE), self.costs)  # fmt: skip

    def _labour(self, view: View, now: Now) -> None:
        labour(view.ids, view[SCORE], view[STAKE], view[STRATUM], view[AGE], view[DETAINED_UNTIL],
               view[DEEDS], view[ENTRIES], now.key, now.day, now.purpose("deed"), self.borders,
               self.within(self.window, POINT), threshold(self.pace), self.from_age)  # fmt: skip

    def _use(self, view: View, now: Now) -> None:
        use(view.ids, view[EVADING], view[DETAINED_UNTIL], view[ALIVE], view[ACTS], view[DIARY], now.key,
            now.day, now.purpose("use"), threshold(self.use))  # fmt: skip

    def _evade(self, view: View, now: Now) -> None:
        evade(
            view.ids, view[AGE], view[EARNINGS], view[INCOME], view[PERCEIVED_RISK], view[EVADING], now.key,
            now.purpose("inclined"), self.second_phone, self.tunnel, self.fear / SHARE, self.elderly,
            self.phone_price / self.budget / 10.0, self.tunnel_price / self.budget / 10.0, self.from_age,
        )  # fmt: skip


@lru_cache(maxsize=1)
def normals() -> I32s:
    """Normal values in 1/FINE, from the middle of each of NORMALS equal shares, rounded down."""
    normal = NormalDist()
    table = [floor(normal.inv_cdf((k + 0.5) / NORMALS) * FINE) for k in range(NORMALS)]
    found = np.array(table, np.int32)
    found.flags.writeable = False
    return found


def phi(x: float) -> float:
    """The normal distribution function."""
    return (1.0 + erf(x / sqrt(2.0))) / 2.0


def accuracy(asked: float, reach: float) -> float:
    """Share judged rightly if all who are within ``reach`` below the threshold move up to it."""
    return (phi(1.0 - asked + reach) + phi(asked - reach + 1.0)) / 2.0


def burden(asked: float) -> float:
    """Mean of the least effort that the deserving need: E max(asked - x, 0) for x normal around 1."""
    gap = asked - 1.0
    return gap * phi(gap) + exp(-gap * gap / 2.0) / sqrt(2.0 * pi)


@rule
def worth(need: Whole, reach: Whole) -> bool:
    """Whether a distance to a threshold is worth the effort: the one rule of both uses."""
    return bool((need > 0) & (need <= reach))


@kernel
def begin(ids: U32s, feature: U16s, worthy: U8s, key: U64, day: int, purpose: U32, table: I32s) -> None:
    """Draw who deserves it, at evens, and a feature around +1 or -1, for those who have none."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            if feature[first + k] == 0:
                good = np.int64(two[k] >> _TOP)
                worthy[first + k] = np.uint8(good)
                feature[first + k] = np.uint16(ZERO + (2 * good - 1) * FINE + table[one[k] >> _HIGH])


@kernel
def strive(
    feature: U16s, worthy: U8s, stratum: U8s, shown: U16s, accepted: U8s, sum_: I64s, asked: int,
    reach: I32s, costs: I32s,
) -> None:  # fmt: skip
    """Move everybody for whom it is worth it up to the threshold, and add up what the deserving need."""
    total = np.int64(0)
    for i in range(len(feature)):
        s = stratum[i] % STRATA
        need = asked - np.int64(feature[i])
        moves = worth(need, np.int64(reach[s]))
        shown[i] = np.uint16(asked if moves else feature[i])
        accepted[i] = np.uint8(moves | (need <= 0))
        if worthy[i] != 0 and need > 0:
            total += need * np.int64(costs[s])
    sum_[0] += total


@kernel
def labour(
    ids: U32s, score: U16s, stake: U8s, stratum: U8s, age: U8s, held: U16s, deeds: U16s, entries: U16s,
    key: U64, day: int, purpose: U32, borders: I32s, reach: I32s, t_pace: U64, from_age: int,
) -> None:  # fmt: skip
    """A visible good deed of those just below a border who know it, each as likely; they alone draw."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    some, who = np.empty(BLOCK + 1, np.int64), np.empty(BLOCK + 1, np.uint32)
    for first in range(0, len(ids), BLOCK):
        count = 0
        for i in range(first, min(first + BLOCK, len(ids))):
            points = np.int64(score[i])
            need = np.int64(borders[points >> 6]) - points
            some[count], who[count] = i, ids[i]
            near = worth(need, np.int64(reach[stratum[i] % STRATA])) & ((stake[i] & _KNOWN) != 0)
            count += int(near & (points > 0) & (age[i] >= from_age) & (held[i] == 0))
        fill(key, who[:count], when(day, 0), purpose, one[:count], two[:count])
        for k in range(count):
            if one[k] < t_pace:
                i = some[k]
                entries[i] |= _CARE
                deeds[i] += np.uint16(deeds[i] < SHARE)


@kernel
def use(
    ids: U32s, evading: U8s, held: U16s, alive: U8s, acts: U8s, diary: U64s, key: U64, day: int,
    purpose: U32, t_use: U64,
) -> None:  # fmt: skip
    """Let those who have a way round, and are there and free, act by it."""
    for i in range(len(ids)):
        if evading[i] == 0 or held[i] != 0 or alive[i] == 0:
            continue
        if t_use == CERTAIN or draw(key, int(ids[i]), 0, when(day, 0), purpose)[0] < t_use:
            acts[i] |= _TUNNEL
            diary[i] |= _EVADED


@rule
def inclined(u: U64, share: float, fear: float, risk: Whole, factor: float) -> bool:
    """Whether a person of so much inclination (a permanent draw) takes a way round, able to pay."""
    p = min(share * factor * (1.0 + fear * float(risk)), 1.0)
    return bool(np.int64(u >> _DROP) < np.int64(p * _STEPS))


@kernel
def evade(
    ids: U32s, age: U8s, earnings: U16s, income: U16s, risk: U16s, evading: U8s, key: U64, purpose: U32,
    phone: float, tunnel: float, fear: float, elderly: float, phone_from: float, tunnel_from: float,
    from_age: int,
) -> None:  # fmt: skip
    """Take or drop ways round. Money is what is earned, or the income at the start where nobody earns."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(0, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            money = float(earnings[i] if earnings[i] != 0 else income[i])
            factor = (elderly if age[i] >= 60 else 1.0) if age[i] >= from_age else 0.0
            hides = inclined(one[k], phone, fear, np.int64(risk[i]), factor) & (money >= phone_from)
            digs = inclined(two[k], tunnel, fear, np.int64(risk[i]), factor) & (money >= tunnel_from)
            evading[i] = (_PHONE if hides else np.uint8(0)) | (_WAY if digs else np.uint8(0))
