"""Norms: everyone polices everyone. Who keeps a norm that few believe in, and who makes others keep it.

``emperor``: Centola, Willer and Macy (2005). A person believes in the norm or not, with a conviction S. Who
is pressed by more of the others than S shows the opposite of what he or she believes; who is pressed by more
than S and the cost of enforcing k presses others too, against his or her own belief: false enforcement. Who
shows what he or she believes presses others if S times the share of them who show something else is above k.
In a fully connected town few believers move few; among local ties a small cluster moves everybody.

``norms_game`` and ``metanorms_game``: Axelrod (1986), in ``_punishing``. People who dare break the norm,
others who see it punish, at a cost, and those who see somebody look away may punish that too.

Left out: conviction that changes, several norms at once, and leaving a tie instead of giving in to it. A norm
presses on speech where ``opinion`` asks what a person shows in public (``complying``). Who is not there
(below ``from_age``, detained, a row without a person) shows nothing, presses nobody and is not seen.
"""

from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from glasstown.core.columns import Column
from glasstown.core.mechanism import Mechanism, Now, Order, Phase, Step, View
from glasstown.core.rng import table
from glasstown.core.typing import I16s, U8s
from glasstown.core.units import Assumed, Source, Unit
from glasstown.core.vocabulary import AGE, ALIVE, COMPLYING, DETAINED_UNTIL, DIARY, PRIVATE_DISSENT
from glasstown.mechanisms._pressing import AWAY, FULL, believe, decide, decide_in_turn
from glasstown.mechanisms._punishing import NOT_GIVEN, Payoffs, next_generation, play

BELIEF = Column(
    "belief",
    np.int16,
    "1/32767",
    "conviction that the norm is right, below 0 that it is wrong, 0 if not given",
)
ENFORCING = Column(
    "enforcing", np.uint8, "1", "presses others: 0 no, 1 to keep the norm, 2 to break it; 3 is not there",
    visible=True,
)  # fmt: skip
DARING = Column(
    "daring", np.uint8, "1/7", "chance of being seen below which a person breaks the norm, 255 not given",
    NOT_GIVEN,
)  # fmt: skip
VENGEFULNESS = Column(
    "vengefulness", np.uint8, "1/7", "chance to punish whom one sees, 255 if not given", NOT_GIVEN
)
WORTH = Column("worth", np.int32, "1", "what the games of this generation have brought so far")

NO_TIES = np.zeros(1, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.float32)
"""The ties of those who see the whole town."""

NO_DISSENT = np.zeros(0, np.uint16)


class Norms(Mechanism):
    """A norm that few believe in: who keeps it, who makes others keep it, and who punishes looking away."""

    neutral: ClassVar[dict[str, object]] = {"rule": "none"}

    rule: Annotated[Literal["none", "emperor", "norms_game", "metanorms_game"], Unit("1"), Source(
        "centola-2005", "compliance and enforcement; the two games: axelrod-1986"
    )] = "emperor"  # fmt: skip
    """Nothing, pressure among believers and others, or a game with punishment, of those too who look away."""

    reach: Annotated[Literal["town", "ties"], Unit("1"), Source(
        "centola-2005", "fully connected, or neighbours only"
    )] = "ties"  # fmt: skip
    """Whom people see and press: everybody, or their ties by weight."""

    order: Annotated[Literal["together", "in_turn"], Unit("1"), Assumed(
        "both are told of in the literature; what spreads is the same, in turn it is faster", 0, 1
    )] = "together"  # fmt: skip
    """Whether all decide on what they saw before, or one after the other (games have no order)."""

    period: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "a round alone; in a town a week to a month: habits are slower than days", 1, 30
    )] = 1  # fmt: skip
    """Days between two rounds."""

    believers: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "few, as the model asks; a town's figure would need a survey that nobody may hold", 0.0, 0.3
    )] = 0.05  # fmt: skip
    """Share of those who believe in the norm, with conviction 1, of those to whom no belief is given."""

    conviction: Annotated[float, Field(gt=0, le=1), Unit("1"), Source(
        "centola-2005", "convictions of those who do not believe: above 0 to .38, evenly"
    )] = 0.38  # fmt: skip
    """Highest conviction of those who do not believe; it is spread evenly."""

    cost: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "as later programs of the model have it; the article's own value was not read again", 0.0, 0.3
    )] = 0.125  # fmt: skip
    """Cost of pressing others (k), as a share of others."""

    beliefs: Annotated[Literal["drawn", "dissent"], Unit("1"), Assumed(
        "by lot alone; in a town the norm is not to criticise: dissent tells who believes in it", 0, 1
    )] = "drawn"  # fmt: skip
    """Beliefs by lot, or by private dissent: below ``believers`` people believe, above it the less."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "0 asks nobody's age, as published; small children neither keep a norm nor make others keep it", 0, 18
    )] = 0  # fmt: skip
    """Age from which a person takes part (emperor)."""

    temptation: Annotated[int, Field(ge=0, le=100), Unit("1"), Source("axelrod-1986", "T = 3")] = 3
    """What breaking the norm brings (games)."""

    hurt: Annotated[int, Field(ge=-100, le=0), Unit("1"), Source("axelrod-1986", "H = -1")] = -1
    """What it does to each other person in reach (games)."""

    punished: Annotated[int, Field(ge=-100, le=0), Unit("1"), Source("axelrod-1986", "P = P' = -9")] = -9
    """What being punished does, for breaking the norm or for looking away (games)."""

    punishing: Annotated[int, Field(ge=-100, le=0), Unit("1"), Source("axelrod-1986", "E = E' = -2")] = -2
    """What punishing costs (games)."""

    chances: Annotated[int, Field(ge=1, le=100), Unit("1"), Source("axelrod-1986", "four opportunities")] = 4
    """Rounds of a generation (games)."""

    mutation: Annotated[float, Field(ge=0, le=1), Unit("1"), Source("axelrod-1986", "1 % a bit")] = 0.01
    """Chance that one of three bits of a trait is another in the next generation (games)."""

    def steps(self) -> tuple[Step, ...]:
        """Show what one believes; then look around and decide. Or play, and learn from what it brought."""
        if self.rule == "none":
            return ()
        near = self.reach == "ties"
        shown = (COMPLYING, ENFORCING)
        if self.rule != "emperor":
            traits = (DARING, VENGEFULNESS)
            return (
                Step("norms.begin", Phase.BEGIN, self._endow, writes=traits),
                Step("norms.learn", Phase.ACT, self._learn, writes=(*traits, WORTH),
                     every=self.period * self.chances, order=Order.SEQUENTIAL),
                Step("norms.play", Phase.ACT, self._play, reads=traits, writes=(WORTH, *shown),
                     adds=(DIARY,), ties=near, every=self.period, order=Order.SEQUENTIAL),
            )  # fmt: skip
        minds = (BELIEF, PRIVATE_DISSENT) if self.beliefs == "dissent" else (BELIEF,)
        there = (AGE, ALIVE, DETAINED_UNTIL)
        begin = Step("norms.begin", Phase.BEGIN, self._begin, reads=(*minds, AGE, ALIVE), writes=shown)
        turn = self.order == "in_turn"
        decide = Step("norms.decide", Phase.ACT, self._decide_in_turn if turn else self._decide,
                      reads=(*minds, *there), looks=() if turn else shown, writes=shown, adds=(DIARY,),
                      ties=near, every=self.period,
                      order=Order.SEQUENTIAL if turn else Order.ANY)  # fmt: skip
        return (begin, decide)

    @property
    def price(self) -> int:
        """The cost of pressing others in the unit of convictions."""
        return round(self.cost * FULL)

    @cached_property
    def _payoffs(self) -> Payoffs:
        return self.temptation, self.hurt, self.punished, self.punishing

    def _beliefs(self, view: View, now: Now) -> I16s:
        found = np.empty(view.people, np.int16)
        dissent = view[PRIVATE_DISSENT] if self.beliefs == "dissent" else NO_DISSENT
        believe(view.ids, view[BELIEF], dissent, found, now.key, now.purpose("belief"), self.believers,
                self.conviction)  # fmt: skip
        return found

    def _absent(self, view: View) -> NDArray[np.bool_]:
        """Who is too young, or a row without a person."""
        found: NDArray[np.bool_] = (view[AGE] < self.from_age) | (view[ALIVE] == 0)
        return found

    def _away(self, view: View) -> U8s:
        """1 for whoever is not there today."""
        found: U8s = (self._absent(view) | (view[DETAINED_UNTIL] != 0)).view(np.uint8)
        return found

    def _begin(self, view: View, now: Now) -> None:
        complying, away = view[COMPLYING], self._absent(view)
        complying[:] = ((complying != 0) | (self._beliefs(view, now) > 0)) & ~away
        view[ENFORCING][away] = AWAY

    def _decide(self, view: View, now: Now) -> None:
        near = self.reach == "ties"
        ties = view.ties() if near else NO_TIES
        decide(self._beliefs(view, now), self._away(view), *ties, view.all(COMPLYING), view.all(ENFORCING),
               view[COMPLYING], view[ENFORCING], view[DIARY], self.price, near)  # fmt: skip

    def _decide_in_turn(self, view: View, now: Now) -> None:
        near = self.reach == "ties"
        ties = view.ties() if near else NO_TIES
        decide_in_turn(view.order, self._beliefs(view, now), self._away(view), *ties, view[COMPLYING],
                       view[ENFORCING], view[DIARY], self.price, near)  # fmt: skip

    def _endow(self, view: View, now: Now) -> None:
        words = np.empty(view.people, np.uint64), np.empty(view.people, np.uint64)
        table(now.key, view.ids, now.day, 0, now.purpose("traits"), *words)
        for column, word in zip((DARING, VENGEFULNESS), words, strict=True):
            given = view[column]
            given[:] = np.where(given == NOT_GIVEN, (word >> np.uint64(61)).astype(np.uint8), given)

    def _learn(self, view: View, now: Now) -> None:
        if now.day > 0:
            next_generation(view.ids, view[DARING], view[VENGEFULNESS], view[WORTH], now.key, now.day,
                            now.purpose("learn"), self.mutation)  # fmt: skip

    def _play(self, view: View, now: Now) -> None:
        why = np.array([now.purpose(decision) for decision in ("dare", "punish", "look_away")], np.uint32)
        near = self.reach == "ties"
        start, neighbour, _ = view.ties() if near else NO_TIES
        play(view.ids, start, neighbour, view[DARING], view[VENGEFULNESS], view[WORTH], view[COMPLYING],
             view[ENFORCING], view[DIARY], now.key, now.day, why, self._payoffs,
             self.rule == "metanorms_game", near)  # fmt: skip
