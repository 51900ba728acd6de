"""Denunciation: reports about people by those who know them, from duty, reward, fear or grudge.

Everybody tied to a person may report that person on any day. What a report needs differs by motive: duty
needs an offence, a grudge needs none, and whoever reports for a reward or from fear invents some of it.
Bergemann (2017) tells two regimes apart: in one, the authorities wait and are used by people who
dislike each other ("volunteer"); in the other they coerce or pay ("coerced"), here a recruited
share of informers. With chance a that a tie reports an offence and g that it reports what did not happen,
the share of false reports is g(1-p)/(a p + g(1-p)), p being the share who offend.

Where scores are on show, two things may be added: whoever is seen to have a low one is reported more
readily, and a grudge grows with the lead of the other's score over one's own. Both are assumed.

Nobody pushes a report: one draw of a person decides whether any tie that is an informer could have reported
today, another whether any other tie could, and for the few of whom that is true the draws of those ties are
repeated, in the order of the ties.

Left out: what a report says; anonymous letters by strangers; what a reporter gains or risks (false
accusation is punishable, facts F10); informers who choose whom to meet; reports about acts behind doors.
"""

from collections.abc import Callable
from functools import cached_property
from math import comb, expm1, log1p
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core.columns import OCTET, POINT, SHARE, Column, Tallies, Tally
from glasstown.core.kernels import kernel
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, when
from glasstown.core.sums import added
from glasstown.core.typing import U32, U64, F32s, F64s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ACTS,
    DIARY,
    DISTRICT,
    ENTRIES,
    FALSE_ENTRIES,
    FEARED,
    HOUSEHOLD_PLACE,
    SCORE,
    SHOWN_SCORE,
    SUSPICION,
    Act,
    Event,
)
from glasstown.mechanisms._hearing import CLOSE, DISTANT, EVEN, STEP, STEPS, heard, unit
from glasstown.mechanisms._reachable import Pair, could, informed_on, ladders, recruited

REPORTING = Column(
    "reporting", np.uint8, "1/255", "readiness to report anybody, of the most", OCTET, visible=True
)
REPORTED = Column("reported", np.uint8, "1", "people who reported this person today", fleeting=True)
REASONS = Column("reasons", np.uint8, "1", "their motives: 1 duty, 2 grudge, 4 reward, 8 fear", fleeting=True)
REPORTED_SINCE = Column("reported_since", np.uint16, "day+1", "last reported, 0 never", visible=True)
INFORMER_TIES = Column(
    "informer_ties", np.uint8, "1", "ties who inform, at most 254; 255: not counted", 255, derived=True
)

MONTH = 30
"""Days between two looks at what became of one's ties, and how far back they go."""

REPORTS = (
    Tally("reports_home", "1", "reports by people of the same household"),
    Tally("reports_near", "1", "reports by people of the same district, of another household"),
    Tally("reports_far", "1", "reports by people of other districts"),
)
_REPORTS = Tallies(REPORTS)

_CLOSENESS = {"even": EVEN, "close": CLOSE, "distant": DISTANT}
_OFFENCES = {"criticise": Act.CRITICISE, "jaywalk": Act.JAYWALK, "both": Act.CRITICISE | Act.JAYWALK}
_MOTIVES = 4
_TOLD, _LIED = np.uint64(Event.REPORTED), np.uint64(Event.MISREPORTED)

NOT_ON_SHOW = np.zeros(0, np.uint16)
"""Scores where nobody looks at them."""

NOT_ON_SHOW.flags.writeable = False


class Denunciation(Mechanism):
    """Who reports whom, why, and how often it is false."""

    neutral: ClassVar[dict[str, object]] = {
        "duty": 0.0, "grudge": 0.0, "reward": 0.0, "fear": 0.0, "prior": 0.0,
    }  # fmt: skip

    regime: Annotated[Literal["volunteer", "coerced"], Unit("1"), Source(
        "bergemann-2017", "two models: local negative networks, or coercion and rewards"
    )] = "volunteer"  # fmt: skip
    """Whether the authorities only listen, or recruit informers whom they pay and press."""

    duty: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Estimated(
        "china-military-2018", "F09: 0.23 reports per 1,000 a year; 63 % of them, over 15 ties and 2 % who "
        "offend a day", 2.9e-7, 2.9e-5
    )] = 1.3e-6  # fmt: skip
    """Chance that a tie reports an offence of the day because it is one."""

    grudge: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Estimated(
        "china-military-2018", "F09: 0.23 reports per 1,000 a year; 37 % of them personal (F08, from "
        "memory), over 15 ties", 3.4e-9, 3.4e-7
    )] = 1.55e-8  # fmt: skip
    """Chance that a tie reports a person out of dislike, whatever that person did."""

    informers: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "garton-ash-1997", "F01 to F03: 173,000 to 189,000 unofficial on 16.4 to 16.7 million", 0.004, 0.02
    )] = 0.011  # fmt: skip
    """Share of people recruited as informers under coercion, always the same ones."""

    reward: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Assumed(
        "with fear about one report a year by an informer of 15 ties; no file was ever counted by motive",
        0.0, 0.3
    )] = 0.001  # fmt: skip
    """Chance that an informer reports an offence of a tie for what it pays."""

    fear: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Assumed(
        "as much as reward: which of the two moves informers is not known", 0.0, 0.3
    )] = 0.001  # fmt: skip
    """Chance that an informer reports an offence of a tie for fear of being found silent."""

    invention: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "one in ten: the share of invented reports is unknown (F09 gives none)", 0.0, 1.0
    )] = 0.1  # fmt: skip
    """How many times as likely reward and fear produce a report where nothing happened."""

    low_score: Annotated[float, Field(ge=0, le=100), Unit("1"), Assumed(
        "0 knows no scores; that a low one draws reports follows the article; no report was counted by it",
        0.0, 2.0
    )] = 0.0  # fmt: skip
    """How much more readily, from any motive, a person is reported whose score on show is low: 1 is twice."""

    low_below: Annotated[float, Field(ge=0, le=1000), Unit("point"), Assumed(
        "upper border of the lowest band (A02)", 350, 700
    )] = 550.0  # fmt: skip
    """Score below which a score on show is low."""

    envy: Annotated[float, Field(ge=0, le=1), Unit("1/point"), Assumed(
        "0 knows no scores; .01 doubles a grudge with a lead of 100 points; nobody has measured it", 0.0, 0.05
    )] = 0.0  # fmt: skip
    """How much a grudge grows with each point by which the score on show leads one's own, in steps of ten."""

    closeness: Annotated[Literal["even", "close", "distant"], Unit("1"), Source(
        "bergemann-2017", "dislike is local; that people under pressure spare their own is assumed"
    )] = "even"  # fmt: skip
    """Which ties report: all alike, in proportion to their weight, or to its inverse."""

    offences: Annotated[Literal["criticise", "jaywalk", "both"], Unit("1"), Source(
        "lefort", "denounce the neighbour so that his score falls; the hotline of F09 is about a graver kind"
    )] = "both"  # fmt: skip
    """Which acts in the open can be reported. Falsely reported is the graver of them."""

    needed: Annotated[int, Field(ge=1, le=255), Unit("person"), Assumed(
        "one is enough where no safeguard asks for more", 1, 5
    )] = 1  # fmt: skip
    """People who must report the same person on one day before it is entered."""

    gathering: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "how reports without an occasion are spread over days depends on it, not how many there are", 1, 30
    )] = 1  # fmt: skip
    """Days between two looks for reports of what did not happen; chances are those of as many days."""

    prior: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "people start from the share of informers that there may be (F01-F03)", 0.0, 0.2
    )] = 0.011  # fmt: skip
    """Believed share of ties who are reported in a month, at the start."""

    gain: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "a tenth a month: about a year of memory", 0.0, 1.0
    )] = 0.1  # fmt: skip
    """Weight of the last month in that belief."""

    def steps(self) -> tuple[Step, ...]:
        """Believe, be reported, learn who was."""
        looks = (REPORTING, HOUSEHOLD_PLACE, DISTRICT, *((SHOWN_SCORE, SCORE) if self._by_score else ()))
        return (
            Step("denunciation.begin", Phase.BEGIN, self._begin, writes=(FEARED,)),
            Step("denunciation.arrive", Phase.OBSERVE, self._arrive, reads=(ACTS,), looks=looks,
                 writes=(REPORTED, REASONS, REPORTED_SINCE, INFORMER_TIES),
                 adds=(ENTRIES, FALSE_ENTRIES, SUSPICION, DIARY), counts=REPORTS, ties=True),
            Step("denunciation.fear", Phase.RESPOND, self._fear, looks=(REPORTED_SINCE,), writes=(FEARED,),
                 ties=True, every=MONTH),
        )  # fmt: skip

    def strengths(
        self, offence: bool, informer: bool, low: bool = False, lead: float = 0.0
    ) -> tuple[float, float, float, float]:
        """Chance a day that a tie reports from duty, grudge, reward, fear, each motive by itself.

        Where nothing happened, it is the chance of all days from one look to the next. ``low``: the score on
        show is low; ``lead``: points by which it is above that of the tie.
        """
        pressed = (1.0 if offence else self.invention) if informer and self.regime == "coerced" else 0.0
        readier, grudge = 1.0 + self.low_score * low, self.grudge * (1.0 + self.envy * lead)
        motives = self.duty if offence else 0.0, grudge, self.reward * pressed, self.fear * pressed
        each = [min(1.0, m * readier) for m in motives]
        if not offence and self.gathering > 1:
            each = [1.0 - (1.0 - m) ** self.gathering for m in each]
        return each[0], each[1], each[2], each[3]

    def chance(self, offence: bool, informer: bool = False, low: bool = False, lead: float = 0.0) -> float:
        """Chance a day that a tie reports from whatever motive: a with an offence, g without one."""
        if 1.0 in (each := self.strengths(offence, informer, low, lead)):
            return 1.0
        return -expm1(added(log1p(-m) for m in each))

    @property
    def _by_score(self) -> bool:
        """Whether a score on show makes a difference to who is reported."""
        return self.low_score > 0 or self.envy > 0

    @property
    def recruited(self) -> float:
        """The share of informers that there is under this regime."""
        return self.informers if self.regime == "coerced" else 0.0

    def _begin(self, view: View, now: Now) -> None:
        feared = view[FEARED]
        feared[:] = np.where(feared == 0, np.uint16(round(self.prior * SHARE)), feared)

    @cached_property
    def _most(self) -> tuple[Pair, Pair]:
        """The chance of the tie that is likeliest to report, by offence (no, yes) and informer (no, yes)."""
        low, lead = self.low_score > 0, STEP * STEPS * (self.envy > 0)
        no, yes = ([self.chance(did, one, low, lead) for one in (False, True)] for did in (False, True))
        there = 1.0 if self.recruited > 0 else 0.0
        return (no[0], there * no[1]), (yes[0], there * yes[1])

    def _table(self, of: Callable[[bool, bool, bool, float], Any]) -> F64s:
        """Something for each case, shape (2, 2, 2, STEPS + 1, ...): offence, informer, low score, lead."""
        steps = STEPS + 1 if self.envy > 0 else 1  # without envy every lead counts like none
        leads, same = [float(STEP * k) for k in range(steps)], STEPS + 2 - steps
        no_yes = (False, True)
        return np.array(
            [[[[of(o, i, b, x) for x in leads] * same for b in no_yes] for i in no_yes] for o in no_yes]
        )

    @cached_property
    def _acts(self) -> tuple[int, int]:
        """The acts that are reported, and those that are invented: the graver one, if it is among them."""
        offences = _OFFENCES[self.offences]
        return int(offences), int(offences & Act.CRITICISE or offences)

    @cached_property
    def _part(self) -> F64s:
        """The chance of each tie as a part of that of the likeliest of its kind, by case."""
        return self._table(lambda o, i, *who: self.chance(o, i, *who) / (self._most[o][i] or 1.0))

    @cached_property
    def _motives(self) -> F64s:
        """Cumulative shares of the motive that is told, by case and motive."""
        return self._table(lambda *case: _cumulative(self.strengths(*case)))

    def _arrive(self, view: View, now: Now) -> None:
        most = self._most
        if max(map(max, most)) <= 0.0:
            return
        start, neighbour, weight = view.ties()
        limits, any_of = ladders(most, 1 << view.most_ties.bit_length())
        offences, invented = self._acts
        why = [now.purpose(d) for d in ("any", "tell", "informer")]
        informing = recruited(now.key, view.town, why[2], self.recruited)
        some, kinds = np.empty(view.people + 1, np.int64), np.empty(view.people + 1, np.uint8)
        due = max(most[0]) > 0 and now.day % self.gathering == 0
        known = view[INFORMER_TIES]
        count = could(view.lo, start, neighbour, informing, view[ACTS], known, some, kinds, now.key, now.day,
                      why[0], limits, offences, due)  # fmt: skip
        shown, own = (view.all(SHOWN_SCORE), view.all(SCORE)) if self._by_score else (NOT_ON_SHOW,) * 2
        told = np.zeros(len(REPORTS), np.int64)
        arrive(
            view.lo, some[:count], kinds, start, neighbour, weight, informing, known, view[ACTS],
            view.all(REPORTING), shown, own, view.all(HOUSEHOLD_PLACE), view.all(DISTRICT), view[ENTRIES],
            view[FALSE_ENTRIES], view[SUSPICION], view[DIARY], view[REPORTED], view[REASONS],
            view[REPORTED_SINCE], told, now.key, now.day, why[1], any_of, self._part, self._motives,
            offences, invented, self.needed, _CLOSENESS[self.closeness],
            round(self.low_below * POINT),
        )  # fmt: skip
        view.count_each(_REPORTS, told)

    def _fear(self, view: View, now: Now) -> None:
        start, neighbour, _ = view.ties()
        learn(view.lo, start, neighbour, view.all(REPORTED_SINCE), view[FEARED], now.key, now.day,
              now.purpose("fear"), self.gain)  # fmt: skip


def _cumulative(strengths: tuple[float, ...]) -> F64s:
    each = np.cumsum(strengths)
    return each / (each[-1] or 1.0)


def false_share(offending: float, a: float, g: float) -> float:
    """Share of reports that are false: g(1-p) / (a p + g(1-p)); 0 if there are none."""
    false = g * (1.0 - offending)
    every = a * offending + false
    return false / every if every > 0 else 0.0


def accused(chance: float, ties: int, needed: int = 1) -> float:
    """Chance that at least ``needed`` of so many ties report, each with ``chance`` by itself."""
    return added(comb(ties, k) * chance**k * (1.0 - chance) ** (ties - k) for k in range(needed, ties + 1))


@kernel
def arrive(
    lo: int, some: I64s, kinds: U8s, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s, informing: U8s,
    informers: U8s, acts: U8s, ready: U8s, shown: U16s, own: U16s, place: U8s, district: U8s, entries: U16s,
    false_entries: U16s, suspicion: U8s, diary: U64s, reported: U8s, reasons: U8s, since: U16s, told: I64s,
    key: U64, day: int, why: U32, any_of: F64s, part: F64s, motive: F64s, offences: int, invented: int,
    needed: int, closeness: int, border: int,
) -> None:  # fmt: skip
    """Look at the ties of ``some``, enter what enough of them tell; ``told`` counts reports by distance."""
    for c in range(len(some)):
        i = some[c]
        did = np.int64(acts[i]) & offences
        truth, first, last = 1 if did else 0, np.int64(start[i]), np.int64(start[i + 1])
        near = informed_on(i, first, last, neighbour, informing, informers)
        count, motives = heard(lo + i, first, last, int(kinds[c]), near, neighbour, weight, informing, ready,
                               shown, own, place, district, told, any_of[truth], part[truth], motive[truth],
                               key, day, why, closeness, border)  # fmt: skip
        if count == 0:
            continue
        reported[i], reasons[i] = np.uint8(min(count, OCTET)), np.uint8(motives)
        since[i] = np.uint16(day + 1)
        diary[i] |= _TOLD if did else _LIED
        if count < needed:
            continue
        suspicion[i] = np.uint8(suspicion[i] + 1)
        if did:
            entries[i] |= np.uint16(did)
        else:
            false_entries[i] |= np.uint16(invented)


@kernel
def learn(
    lo: int, start: U32s | I64s, neighbour: U32s, since: U16s, feared: U16s, key: U64, day: int, why: U32,
    gain: float,
) -> None:  # fmt: skip
    """Move the belief towards the share of ties reported in the last month; rounded right on average."""
    for i in range(len(feared)):
        first, last = np.int64(start[i]), np.int64(start[i + 1])
        if first == last:
            continue
        known = 0
        for e in range(first, last):
            then = np.int64(since[neighbour[e]])
            known += int((then != 0) & (day + 1 - then < MONTH))
        old = float(feared[i])
        new = old + gain * (float(known) / float(last - first) * SHARE - old)
        luck = np.uint64(draw(key, lo + i, 0, when(day, 0), why)[0])
        feared[i] = np.uint16(min(int(new + unit(luck)), SHARE))
