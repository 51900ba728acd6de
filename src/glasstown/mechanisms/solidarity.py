"""Solidarity: who helps whom by standing, and what helping or refusing does to one's own.

Indirect reciprocity (Ohtsuki & Iwasa 2006): a person meets another in need, helps if the other is in good
standing, and is judged by what he or she did and to whom. Four norms differ in what they make of dealing
with somebody in bad standing: image scoring (helping is good), simple standing (either is), stern judging
(refusing is), shunning (neither is). Intended help may fail (e1), a judgement may be wrong (e2), and the
other's standing may be unknown. Judgements are public, the same for all, or private: then everybody judges
alone, and standing is the share of a large town to whom the person is good (Fujimoto & Ohtsuki 2022).

Where association costs points, people may keep away from those of low score. Left out: dropping a tie for
good, what help is worth to those who get it, and strategies that spread because they pay.
"""

from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core.columns import POINT, SHARE, Column
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Order, Phase, Step, View
from glasstown.core.rng import draw, fill, when
from glasstown.core.typing import U32, U64, F32s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Source, Unit
from glasstown.core.vocabulary import SCORE

STANDING = Column(
    "standing", np.uint16, "1/65535", "share of those who judge to whom the person is good", SHARE, True
)
HELPING = Column("helping", np.uint8, "1", "today: 0 met nobody in need, 1 refused, 2 helped, 3 kept away",
                 visible=True, fleeting=True)  # fmt: skip
JUDGED = Column("judged", np.uint16, "1/65535", "standing that today's act earned, if any", fleeting=True)
HABIT = Column("habit", np.uint8, "1", "0 helps by standing, 1 always, 2 never (given by the population)")

NONE, REFUSED, HELPED, AVOIDED = 0, 1, 2, 3
BY_STANDING, ALWAYS, NEVER = 0, 1, 2

NOBODY, KEPT_AWAY = -1, -2
"""Instead of the row of a person met: nobody was, or one from whom one keeps away."""

NORMS = {"image_scoring": 1, "simple_standing": 3, "stern_judging": 2, "shunning": 0}
"""What is good towards people in bad standing: helping (bit 0), refusing (bit 1)."""

Norm = Literal["image_scoring", "simple_standing", "stern_judging", "shunning"]

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

NO_TIES = np.zeros(1, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.float32)
"""The ties of those who may meet anybody."""

Odds = tuple[int, int, int, int, int, float]
"""Chances in 1/2**32 of an occasion, of failing, of knowing, of keeping away; the score below which; e2."""

_REST, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)
_ONE = 4294967296.0


class Solidarity(Mechanism):
    """Help by standing: four norms, public or private judgement, errors, strangers, and keeping away."""

    neutral: ClassVar[dict[str, object]] = {"meetings": 0.0}

    norm: Annotated[Norm, Unit("1"), Source(
        "ohtsuki-2006", "simple standing and stern judging are among the eight that keep cooperation up"
    )] = "simple_standing"  # fmt: skip
    """What makes a good person: how helping and refusing people in bad standing are judged."""

    assessment: Annotated[Literal["public", "private"], Unit("1"), Source(
        "ohtsuki-2006", "public; private: fujimoto-2022"
    )] = "public"  # fmt: skip
    """Whether one judgement is shared by all, or everybody judges alone."""

    execution_error: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "small, as in the published analysis; not measured in a town", 0.0, 0.2
    )] = 0.02  # fmt: skip
    """Chance that intended help fails (e1)."""

    assessment_error: Annotated[float, Field(ge=0, le=0.5), Unit("1"), Assumed(
        "small, as in the published analysis; not measured in a town", 0.0, 0.2
    )] = 0.02  # fmt: skip
    """Chance that a judgement is the opposite of what the norm says (e2)."""

    known: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "1 is the published model; among strangers in a large town far less", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Chance that the standing of the person met is known (q)."""

    trusting: Annotated[bool, Unit("1"), Assumed(
        "strangers get the benefit of the doubt in most models; the other way is to be tried", 0, 1
    )] = True  # fmt: skip
    """Whether people of unknown standing are helped."""

    meetings: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Assumed(
        "1 makes a day one round of the model; only the pace depends on it", 0.01, 1.0
    )] = 1.0  # fmt: skip
    """Chance that a person meets somebody in need today."""

    reach: Annotated[Literal["town", "ties"], Unit("1"), Source(
        "ohtsuki-2006", "all may meet all, at random"
    )] = "town"  # fmt: skip
    """Whom people meet: anybody, or one of their ties drawn by its weight."""

    order: Annotated[Literal["together", "in_turn"], Unit("1"), Source(
        "ohtsuki-2006", "standing after each round; in turn: fujimoto-2022, one donor at a time"
    )] = "together"  # fmt: skip
    """Whether all act on the standing of this morning, or one after the other."""

    avoidance: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 unless association costs points; nothing measured", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """Chance to keep away from somebody in need whose score is below ``avoid_below``."""

    avoid_below: Annotated[float, Field(ge=0, le=1000), Unit("point"), Assumed(
        "upper border of the lowest band (A02)", 350, 700
    )] = 550.0  # fmt: skip
    """Score below which people are avoided; people without a score are not."""

    def steps(self) -> tuple[Step, ...]:
        """Help or not, then let it count; in turn, both at once."""
        if self.meetings == 0.0:
            return ()
        near = self.reach == "ties"
        scores = (SCORE,) if self.avoidance else ()
        if self.order == "in_turn":
            return (Step("solidarity.help", Phase.ACT, self._in_turn, reads=(HABIT,), looks=scores,
                         writes=(HELPING, STANDING), ties=near, order=Order.SEQUENTIAL),)  # fmt: skip
        return (
            Step("solidarity.help", Phase.ACT, self._help, reads=(HABIT,), looks=(STANDING, *scores),
                 writes=(HELPING, JUDGED), ties=near),
            Step("solidarity.judge", Phase.RESPOND, self._judge, reads=(HELPING, JUDGED), writes=(STANDING,)),
        )  # fmt: skip

    @cached_property
    def _odds(self) -> Odds:
        chances = (self.meetings, self.execution_error, self.known, self.avoidance)
        occasion, fails, knows, avoids = (round(p * _ONE) for p in chances)
        return occasion, fails, knows, avoids, round(self.avoid_below * POINT), self.assessment_error

    def _ties(self, view: View) -> tuple[U32s | I64s, U32s, F32s | U8s]:
        return view.ties() if self.reach == "ties" else NO_TIES

    def _scores(self, view: View) -> U16s:
        return view.all(SCORE) if self.avoidance else np.zeros(0, np.uint16)

    def _help(self, view: View, now: Now) -> None:
        help_(
            view.ids, view.lo, view[HABIT], view.all(STANDING), self._scores(view), *self._ties(view),
            view[HELPING], view[JUDGED], now.key, now.day, now.purpose("help"), self._odds,
            self.trusting, NORMS[self.norm], self.assessment == "public", self.reach == "ties",
        )  # fmt: skip

    def _judge(self, view: View, now: Now) -> None:
        helping = view[HELPING]
        acted = (helping == REFUSED) | (helping == HELPED)
        np.copyto(view[STANDING], view[JUDGED], where=acted)

    def _in_turn(self, view: View, now: Now) -> None:
        help_in_turn(
            view.order, view.ids, view[HABIT], self._scores(view), *self._ties(view),
            view[HELPING], view[STANDING], now.key, now.day, now.purpose("help"), self._odds,
            self.trusting, NORMS[self.norm], self.assessment == "public", self.reach == "ties",
        )  # fmt: skip


@rule
def chosen(first: Whole, last: Whole, neighbour: U32s, weight: F32s | U8s, luck: float) -> int:
    """The row of one of the ties first to last, by weight, ``luck`` in [0, 1); -1 if none has any."""
    if len(weight) == 0:
        return int(neighbour[first + int(luck * (last - first))]) if last > first else -1
    left = 0.0
    for e in range(first, last):
        left += float(weight[e])
    left *= luck
    found = -1
    for e in range(first, last):
        heavy = float(weight[e])
        if heavy > 0.0:
            found = int(neighbour[e])
            if left < heavy:
                break
            left -= heavy
    return found


@rule
def helps(habit: Whole, seen: Whole, two: U64, three: U64, odds: Odds, trusting: bool) -> bool:
    """Whether help is meant and succeeds; ``seen`` is the other's standing, in 1/65535. No branches.

    Whoever knows it takes the other for good with chance ``seen``: for certain if all agree.
    """
    good = ((three >> _REST) * np.uint64(SHARE)) >> _REST < np.uint64(seen)
    known = (two & _LOW) < np.uint64(odds[2])
    willing = (known & good) | ((not known) & trusting)
    means_to = (habit == ALWAYS) | ((habit == BY_STANDING) & willing)
    return bool(means_to & ((two >> _REST) >= np.uint64(odds[1])))


@rule
def judged(helped: bool, seen: Whole, luck: U64, wrong: float, norm: int, public: bool) -> int:
    """The standing that an act earns towards somebody of standing ``seen``, in 1/65535. No branches.

    Those to whom the other is good call help good and refusal bad; to the rest the norm applies; each errs
    with chance ``wrong``. In public one such judgement is drawn for all; in private the share of all is kept,
    rounded by the draw.
    """
    right = 1.0 - wrong
    after_help = right if norm & 1 else wrong
    after_refusal = right if norm & 2 else wrong
    good = float(seen) / SHARE
    towards_good = right if helped else wrong
    towards_bad = after_help if helped else after_refusal
    share = good * towards_good + (1.0 - good) * towards_bad
    part = float(luck & _LOW) / _ONE
    shared = SHARE if part < share else 0
    return shared if public else int(share * SHARE + part)


@rule
def meet(
    row: int, others: I64s, one: U64s, four: U64s, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s,
    scores: U16s, town: int, odds: Odds, by_ties: bool,
) -> None:  # fmt: skip
    """The rows of those whom the people of one block meet, the first in ``row``; NOBODY, or KEPT_AWAY.

    ``start`` is of the same people; without ties it is not looked at.
    """
    if by_ties:
        for k in range(len(others)):
            luck = float(one[k] >> _REST) / _ONE
            others[k] = chosen(np.int64(start[k]), np.int64(start[k + 1]), neighbour, weight, luck)
    else:
        for k in range(len(others)):
            other = np.int64(float(one[k] >> _REST) / _ONE * (town - 1))
            other += np.int64(other >= row + k)
            others[k] = other if town > 1 else NOBODY
    for k in range(len(others)):
        others[k] = others[k] if (one[k] & _LOW) < np.uint64(odds[0]) else NOBODY
    if len(scores) > 0:
        for k in range(len(others)):
            low = others[k] >= 0 and 0 < scores[others[k]] < odds[4]
            others[k] = KEPT_AWAY if low and (four[k] >> _REST) < np.uint64(odds[3]) else others[k]


@kernel
def help_(
    ids: U32s, lo: int, habit: U8s, standing: U16s, scores: U16s, start: U32s | I64s, neighbour: U32s,
    weight: F32s | U8s, helping: U8s, earned: U16s, key: U64, day: int, purpose: U32, odds: Odds,
    trusting: bool, norm: int, public: bool, by_ties: bool,
) -> None:  # fmt: skip
    """Everybody of a chunk (rows from ``lo``) meets, acts on ``standing`` as it was, and earns one."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    three, four = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    others, seen = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        fill(key, ids[first : first + n], when(day, 1), purpose, three[:n], four[:n])
        meet(lo + first, others[:n], one, four, start[first:] if by_ties else start, neighbour, weight,
             scores, len(standing), odds, by_ties)  # fmt: skip
        for k in range(n):
            seen[k] = standing[max(others[k], 0)]
        for k in range(n):
            i = first + k
            helped = helps(np.int64(habit[i]), seen[k], two[k], three[k], odds, trusting)
            earned[i] = judged(helped, seen[k], three[k], odds[5], norm, public)
            act = HELPED if helped else REFUSED
            idle = AVOIDED if others[k] == KEPT_AWAY else NONE
            helping[i] = act if others[k] >= 0 else idle


@kernel
def help_in_turn(
    order: U32s, ids: U32s, habit: U8s, scores: U16s, start: U32s | I64s, neighbour: U32s,
    weight: F32s | U8s, helping: U8s, standing: U16s, key: U64, day: int, purpose: U32, odds: Odds,
    trusting: bool, norm: int, public: bool, by_ties: bool,
) -> None:  # fmt: skip
    """As ``help_``, one person after the other in ``order``: each act counts at once."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    three, four = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    others = np.empty(len(ids), np.int64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        fill(key, ids[first : first + n], when(day, 1), purpose, three[:n], four[:n])
        meet(first, others[first : first + n], one, four, start[first:] if by_ties else start, neighbour,
             weight, scores, len(standing), odds, by_ties)  # fmt: skip
    for row in order:
        i = np.int64(row)
        act = AVOIDED if others[i] == KEPT_AWAY else NONE
        if others[i] >= 0:
            _, second = draw(key, ids[i], 0, when(day, 0), purpose)
            third, _ = draw(key, ids[i], 0, when(day, 1), purpose)
            seen = np.int64(standing[others[i]])
            helped = helps(np.int64(habit[i]), seen, second, third, odds, trusting)
            standing[i] = judged(helped, seen, third, odds[5], norm, public)
            act = HELPED if helped else REFUSED
        helping[i] = act
