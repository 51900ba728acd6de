"""Solidarity: who helps whom by standing, and what helping or refusing does to one's own.

Indirect reciprocity (Ohtsuki & Iwasa 2006): a person meets another in need, helps if the other is in good
standing, and is judged by what he or she did and to whom. Four norms differ in what they make of dealing
with somebody in bad standing: image scoring (helping is good), simple standing (either is), stern judging
(refusing is), shunning (neither is). Intended help may fail (e1), a judgement may be wrong (e2), and the
other's standing may be unknown. Judgements are public, the same for all, or private: then everybody judges
alone, and standing is the share of a large town to whom the person is good (Fujimoto & Ohtsuki 2022).

Where association costs, people may keep away from those listed or detained, and, if the company that they
keep moves their own score and they know it, from those of low score: now and then (``avoidance``), or from
one tie as long as the sanction lasts (``dropping``, drawn once for each tie). Over a dropped tie no help goes
either way. A public score may take the place of standing (``good_from``). Trust follows what people see their
ties do and who keeps away from them, and may decide whether strangers are helped. Left out: new ties in
place of those dropped, what help is worth to those who get it, and strategies that spread because they pay.
"""

from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core.columns import OCTET, POINT, Column
from glasstown.core.mechanism import Mechanism, Now, Order, Phase, Step, View
from glasstown.core.rng import threshold
from glasstown.core.typing import U64, F32s, I64s, U8s, U32s
from glasstown.core.units import Assumed, Source, Unit
from glasstown.core.vocabulary import (
    DETAINED_UNTIL,
    DIARY,
    FEARED,
    LISTED_UNTIL,
    SHOWN_SCORE,
    STAKE,
    STANDING,
    TIES_LOST,
    TRUST,
)
from glasstown.mechanisms._helping import Odds, help_, help_in_turn, judge
from glasstown.mechanisms._shunning import ONE, Shunned, drop, trust

HELPING = Column("helping", np.uint8, "1", "today: 0 met nobody in need, 1 refused, 2 helped, 3 kept away",
                 visible=True, fleeting=True)  # fmt: skip
JUDGED = Column("judged", np.uint16, "1/65535", "standing that today's act earned, if any", fleeting=True)
HABIT = Column("habit", np.uint8, "1", "0 helps by standing, 1 always, 2 never (given by the population)")

HELPFUL = Column("helpful", np.uint8, "1", "the last who were in need got: 0 none met, 1 nothing, 2 help",
                 visible=True)  # fmt: skip

NORMS = {"image_scoring": 1, "simple_standing": 3, "stern_judging": 2, "shunning": 0}
"""What is good towards people in bad standing: helping (bit 0), refusing (bit 1)."""

Norm = Literal["image_scoring", "simple_standing", "stern_judging", "shunning"]

NO_ACTS = np.zeros(0, np.uint8)
"""Nobody remembers what was done last."""

NOTHING, NOBODY_MINDS = np.zeros(0, np.uint16), np.zeros(0, np.uint8)
NOTHING.flags.writeable = NOBODY_MINDS.flags.writeable = False

NO_TIES = np.zeros(1, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.float32)
"""The ties of those who may meet anybody."""

SIGNS = (SHOWN_SCORE, LISTED_UNTIL, DETAINED_UNTIL)
"""What a person's sanctions are known by."""

NOBODY_SHUNNED = (NOTHING, NOTHING, NOTHING, NOBODY_MINDS)


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
    """Chance to keep away from somebody in need who is sanctioned: listed, detained, or of low score."""

    avoid_below: Annotated[float, Field(ge=0, le=1000), Unit("point"), Assumed(
        "upper border of the lowest band (A02)", 350, 700
    )] = 550.0  # fmt: skip
    """Score below which people are avoided by those whose own score company moves; not without a score."""

    dropping: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 unless association costs points; no study of listed people counts the friends they lost", 0.0, 0.5
    )] = 0.0  # fmt: skip
    """Chance, drawn once for a person and a tie, to keep away from it as long as it is sanctioned."""

    good_from: Annotated[float, Field(ge=0, le=1000), Unit("point"), Assumed(
        "0: people go by what they know of each other; with a public score, a border of a band (A02)", 0, 700
    )] = 0.0  # fmt: skip
    """Score from which a person is taken to be good, whatever else is known; 0 = nobody goes by scores."""

    learning: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 leaves trust alone, as in the model; a tenth a look is half a year's memory, monthly", 0.0, 0.5
    )] = 0.0  # fmt: skip
    """Weight of what one's ties last did, of who keeps away, and of fear of reports, in trust."""

    observing: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "a month; with the weight of each look only the pace depends on it", 7, 90
    )] = 30  # fmt: skip
    """Days between two looks at what one's ties did, and at who keeps away."""

    by_trust: Annotated[bool, Unit("1"), Assumed(
        "whether strangers are helped may hang on trust in people; the published model knows none", 0, 1
    )] = False  # fmt: skip
    """Whether people of unknown standing are helped with the chance that is the helper's trust."""

    def steps(self) -> tuple[Step, ...]:
        """Help or not, then let it count; in turn, both at once; now and then look around."""
        if self.meetings == 0.0:
            return ()
        near = self.reach == "ties"
        shunned = (*SIGNS, STAKE) if self._shuns else ()
        kept = (HELPFUL,) if self.learning else ()
        own = (HABIT, TRUST) if self.by_trust else (HABIT,)
        help_: tuple[Step, ...]
        if self.order == "in_turn":
            help_ = (Step("solidarity.help", Phase.ACT, self._in_turn, reads=own, looks=shunned,
                          writes=(HELPING, STANDING, *kept), adds=(DIARY,), ties=near,
                          order=Order.SEQUENTIAL),)  # fmt: skip
        else:
            help_ = (
                Step("solidarity.help", Phase.ACT, self._help, reads=own, looks=(STANDING, *shunned),
                     writes=(HELPING, JUDGED, *kept), adds=(DIARY,), ties=near),
                Step("solidarity.judge", Phase.RESPOND, self._judge, reads=(HELPING, JUDGED),
                     writes=(STANDING,)),
            )  # fmt: skip
        return (*help_, *self._looking())

    def _looking(self) -> tuple[Step, ...]:
        found: tuple[Step, ...] = ()
        if self.dropping:
            found += (Step("solidarity.drop", Phase.RESPOND, self._drop, reads=SIGNS, looks=(STAKE,),
                           writes=(TIES_LOST,), ties=True, every=self.observing),)  # fmt: skip
        if self.learning:
            signs, minds = (SIGNS, (STAKE,)) if self.dropping else ((), ())
            found += (Step("solidarity.trust", Phase.ACT, self._trust, reads=(FEARED, *signs),
                           looks=(HELPFUL, *minds), writes=(TRUST,), ties=True,
                           every=self.observing),)  # fmt: skip
        return found

    @property
    def _shuns(self) -> bool:
        return self.avoidance > 0 or self.dropping > 0 or self.good_from > 0

    @cached_property
    def _odds(self) -> Odds:
        chances = (self.meetings, self.execution_error, self.known, self.avoidance)
        occasion, fails, knows, avoids = (round(p * ONE) for p in chances)
        low, good = round(self.avoid_below * POINT), round(self.good_from * POINT)
        return occasion, fails, knows, avoids, low, self.assessment_error, good

    def _ties(self, view: View) -> tuple[U32s | I64s, U32s, F32s | U8s]:
        return view.ties() if self.reach == "ties" else NO_TIES

    def _shunned(self, view: View) -> Shunned:
        if not self._shuns:
            return NOBODY_SHUNNED
        return view.all(SHOWN_SCORE), view.all(LISTED_UNTIL), view.all(DETAINED_UNTIL), view.all(STAKE)

    def _signs(self, view: View) -> Shunned:
        """As ``_shunned``, but a chunk's own sanctions; who minds them is still everybody."""
        if not self.dropping:
            return NOBODY_SHUNNED
        return view[SHOWN_SCORE], view[LISTED_UNTIL], view[DETAINED_UNTIL], view.all(STAKE)

    def _strangers(self, view: View) -> U8s:
        """The chance, in 1/255, that each helps people of unknown standing; or one for all, shape (1,)."""
        if self.by_trust:
            return view[TRUST]
        return np.array([OCTET if self.trusting else 0], np.uint8)

    @cached_property
    def _norm(self) -> tuple[int, bool, bool, U64]:
        """The norm, whether it is public, whether ties are met, and the threshold of dropping one."""
        public, near = self.assessment == "public", self.reach == "ties"
        return NORMS[self.norm], public, near, threshold(self.dropping)

    def _why(self, now: Now) -> U32s:
        return np.array([now.purpose("help"), now.purpose("drop")], np.uint32)

    def _help(self, view: View, now: Now) -> None:
        norm, public, near, t_drop = self._norm
        earned = (view[JUDGED], view[HELPFUL] if self.learning else NO_ACTS)
        help_(
            view.ids, view.lo, view[HABIT], self._strangers(view), view.all(STANDING), self._shunned(view),
            *self._ties(view), view[HELPING], *earned, view[DIARY], now.key, now.day, self._why(now),
            self._odds, norm, public, near, t_drop,
        )  # fmt: skip

    def _drop(self, view: View, now: Now) -> None:
        start, neighbour, _ = view.ties()
        drop(view.lo, start, neighbour, self._signs(view), view[TIES_LOST], now.key, now.purpose("drop"),
             threshold(self.dropping), self._odds[4])  # fmt: skip

    def _trust(self, view: View, now: Now) -> None:
        start, neighbour, _ = view.ties()
        why = np.array([now.purpose("trust"), now.purpose("drop")], np.uint32)
        trust(view.ids, view.lo, start, neighbour, view.all(HELPFUL), view[FEARED], self._signs(view),
              view[TRUST], now.key, now.day, why, round(self.learning * ONE), threshold(self.dropping),
              self._odds[4])  # fmt: skip

    def _judge(self, view: View, now: Now) -> None:
        judge(view[HELPING], view[JUDGED], view[STANDING])

    def _in_turn(self, view: View, now: Now) -> None:
        norm, public, near, t_drop = self._norm
        help_in_turn(
            view.order, view.ids, view[HABIT], self._strangers(view), self._shunned(view), *self._ties(view),
            view[HELPING], view[STANDING], view[HELPFUL] if self.learning else NO_ACTS, view[DIARY], now.key,
            now.day, self._why(now), self._odds, norm, public, near, t_drop,
        )  # fmt: skip
