"""Legitimacy: whoever feels aggrieved and sees little risk stands up; what is achieved and seen moves it.

Epstein (2002), model I. Grievance is hardship times what is missing in legitimacy, G = H(1 - L). A person
judges the chance of being arrested by the police C and the active people A in view, himself or herself
included: P = 1 - exp(-k floor(C/A)), and is active if G - R P > T, R being the aversion to risk. Each
police officer arrests one of the active people in view, who stays in jail for up to J days. Everybody walks
to an empty cell in view. Turn follows turn in random order. Without the floor, which is not in the text of
the paper but in what it shows, outbursts do not happen: a little more crowd then always lowers the risk a
little, and the bold are picked off one by one.

In a town, people see their ties and an ordinary presence of police, and legitimacy moves: with growth
beyond what is expected, with merit that is felt (the own score, if known, rises, no right is closed), and
against people seen in detention and what news from outside tells.

Left out: a second group, corruption that falls gradually, police who are hurt or change sides, leaders, and
any means of calling people together.
"""

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from glasstown.core.columns import OCTET, SHARE, Column
from glasstown.core.mechanism import Mechanism, Now, Order, Phase, Step, View
from glasstown.core.rng import table
from glasstown.core.typing import F64s, U8s, U32s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ACTIVE,
    AGE,
    DETAINED_UNTIL,
    DIARY,
    GROWTH,
    HARDSHIP,
    INFORMED,
    LEGITIMACY,
    PRESSURE,
    RIGHTS,
    RISK_AVERSION,
    SCORE,
    STAKE,
    SURVEILLANCE,
)  # fmt: skip
from glasstown.mechanisms import _bargain, _unrest

CELL = Column("cell", np.uint32, "1", "row * width + column on the torus, plus 1; 0 is drawn")
POLICE = Column("police", np.uint8, "1", "1 for police, if the population says who", visible=True)
JAILED_UNTIL = Column("jailed_until", np.uint16, "day+1", "decides again from this day, 0 never jailed",
                      visible=True)  # fmt: skip
SCORE_SEEN = Column("score_seen", np.uint16, "1/64 point", "the own score when it was last looked at")

YEAR = 365
"""Days of a year."""

_NONE, _NOBODY = np.zeros(0, np.uint16), np.zeros(0, np.uint8)
_NONE.flags.writeable = _NOBODY.flags.writeable = False  # as the columns in whose place they stand

_WALKS = {"none": _unrest.STAYS, "before": _unrest.WALKS_FIRST, "after": _unrest.WALKS_LAST}


class Legitimacy(Mechanism):
    """Who grants how much legitimacy, who stands up, who is taken for it."""

    neutral: ClassVar[dict[str, object]] = {
        "threshold": 1.0, "growth_effect": 0.0, "merit_effect": 0.0, "closed_effect": 0.0,
        "detention_effect": 0.0, "news_effect": 0.0,
    }  # fmt: skip

    place: Annotated[Literal["torus", "ties"], Unit("1"), Source(
        "epstein-2002", "model I: a torus; ties put the same rule on any graph"
    )] = "torus"  # fmt: skip
    """Where people see each other: on a torus on which they walk, or along their ties."""

    order: Annotated[Literal["in_turn", "together"], Unit("1"), Source(
        "epstein-2002", "one after the other, in random order"
    )] = "in_turn"  # fmt: skip
    """Whether one acts after the other, or all at once on what they saw the evening before (ties only)."""

    every: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "one tick a day alone; in a town once a week is enough for those who need several ties", 1, 30
    )] = 1  # fmt: skip
    """Days from tick to tick."""

    traits: Annotated[Literal["drawn", "given"], Unit("1"), Source(
        "epstein-2002", "hardship and aversion to risk uniform on 0 to 1, legitimacy the same for all"
    )] = "drawn"  # fmt: skip
    """Whether hardship and risk aversion are drawn and legitimacy is ``level``, or all are the people's."""

    level: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "epstein-2002", "model I, the run with punctuated outbursts", 0.4, 0.95
    )] = 0.82  # fmt: skip
    """Legitimacy that everybody grants if traits are drawn (L)."""

    density: Annotated[float, Field(gt=0, le=1), Unit("1"), Source("epstein-2002", "model I: 70 %")] = 0.7
    """Share of the cells of the torus with people who are not police; on ties, the weight of such people."""

    police: Annotated[float, Field(ge=0, le=1), Unit("1"), Source("epstein-2002", "model I: 4 %")] = 0.04
    """Share of the cells with police, drawn among the town's people, always the same ones (in turn only)."""

    vision: Annotated[int, Field(ge=0, le=20), Unit("cell"), Source("epstein-2002", "model I: 7")] = 7
    """How many cells away people and police see, at most half of a small torus."""

    shape: Annotated[Literal["diamond", "square"], Unit("1"), Source(
        "epstein-2002", "vision counts steps north, south, east and west"
    )] = "diamond"  # fmt: skip
    """Cells in view: up to ``vision`` steps, or a square around."""

    constant: Annotated[float, Field(ge=0, le=1000), Unit("1"), Source(
        "epstein-2002", "2.3: one officer, one active person, chance .9"
    )] = 2.3  # fmt: skip
    """How fast the judged risk of arrest rises with police per active person (k)."""

    threshold: Annotated[float, Field(ge=0, le=1), Unit("1"), Source("epstein-2002", "model I: .1")] = 0.1
    """By how much grievance must exceed the risk (T); at 1 nobody ever stands up."""

    rounding: Annotated[Literal["floor", "nearest", "none"], Unit("1"), Assumed(
        "what the paper shows needs whole numbers; its text has none, the example of Mesa the nearest", 0, 1
    )] = "floor"  # fmt: skip
    """How police per active person are rounded."""

    movement: Annotated[Literal["none", "before", "after"], Unit("1"), Assumed(
        "the example of Mesa; read literally, the paper has people walk first: a fifth more outbursts", 0, 1
    )] = "after"  # fmt: skip
    """Whether people walk, and if so before or after they act."""

    jail: Annotated[int, Field(ge=0, le=20_000), Unit("day"), Source(
        "epstein-2002", "model I: up to 30, evenly"
    )] = 30  # fmt: skip
    """Longest time in jail, in days."""

    presence: Annotated[int, Field(ge=0, le=100), Unit("person"), Assumed(
        "none on a torus, where police are people; in a town, what a patrol brings", 0, 20
    )] = 0  # fmt: skip
    """Police within everybody's view besides those among ties (together only)."""

    watch: Annotated[int, Field(ge=0, le=100), Unit("person"), Assumed(
        "nothing measured; surveillance brings more police to a place, by as many as this at most", 0, 20
    )] = 0  # fmt: skip
    """Police more within view if an authority's surveillance were complete (together only)."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "people without age alone; in a town, those who can be detained", 0, 18
    )] = 0  # fmt: skip
    """Age from which people stand up (together only)."""

    hands_over: Annotated[bool, Unit("1"), Assumed(
        "alone, jail is all there is; in a town with detention, arrests lead there", 0, 1
    )] = False  # fmt: skip
    """Whether those arrested are a reason to detain, instead of jail (together only)."""

    growth: Annotated[float, Field(ge=-0.5, le=0.5), Unit("1/year"), Assumed(
        "official growth was 2.2 to 8.4 % in 2019 to 2023 (H13), 10.6 % in 2010", -0.05, 0.11
    )] = 0.05  # fmt: skip
    """Growth, if no authority says how much there is."""

    expected: Annotated[float, Field(ge=-0.5, le=0.5), Unit("1/year"), Assumed(
        "what people have become used to: the official target of those years", 0.0, 0.08
    )] = 0.05  # fmt: skip
    """Growth that moves nothing."""

    growth_effect: Annotated[float, Field(ge=0, le=100), Unit("1"), Assumed(
        "the sign is known (H09); trust rose 9 points in a year 6 points better than the last (H10): 8", 0, 20
    )] = 0.0  # fmt: skip
    """Share of what is missing that a year gains for each unit of growth beyond (short of it: lost)."""

    merit_effect: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "nothing measured: whoever rises finds the order just, whoever falls does not", 0, 0.1
    )] = 0.0  # fmt: skip
    """Share gained at a look at a score that rose ``rise`` points, or lost if it fell as much."""

    rise: Annotated[float, Field(ge=1, le=600), Unit("point"), Assumed(
        "as much as a few good deeds; beyond it nothing more is felt", 5, 100
    )] = 20.0  # fmt: skip
    """Points of one's score that count in full."""

    closed_effect: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "nothing measured: a door shut is felt every month", 0, 0.1
    )] = 0.0  # fmt: skip
    """Share lost at each look at which a right is closed."""

    detention_effect: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "12 % less support of the scoring system once its use against dissent is told (H05)", 0, 0.45
    )] = 0.0  # fmt: skip
    """Share lost at each look at which a tie is detained or in jail."""

    news_effect: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "students who came to read it trusted government and growth less (Chen and Yang 2019): the sign; "
        "the size is ours: .01 a look takes a sixth of it in their eighteen months", 0, 0.05
    )] = 0.0  # fmt: skip
    """Share lost at each look by who knows all news from outside; less in proportion to what is known."""

    looking: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "a month; only the pace of what is seen in detention depends on it", 7, 90
    )] = 30  # fmt: skip
    """Days between two looks at how things are."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.order == "together" and self.place == "torus":
            raise ValueError("on a torus people act in turn: two cannot walk to one cell")
        if self._moving and self.traits == "drawn":
            raise ValueError("legitimacy can only move if it is the people's own: use traits given")
        if self.density + self.police > 1:
            raise ValueError("density and police together must not exceed 1")
        return self

    @property
    def _moving(self) -> bool:
        effects = (self.growth_effect, self.merit_effect, self.closed_effect, self.detention_effect)
        return any(effect > 0 for effect in (*effects, self.news_effect))

    def steps(self) -> tuple[Step, ...]:
        """Stand up, or not; then think it over."""
        steps = [self._standing()] if self.threshold < 1 else []
        if self._moving:
            near, own = self.detention_effect > 0, self.merit_effect > 0
            news = (INFORMED,) if self.news_effect else ()
            steps.append(Step("legitimacy.weigh", Phase.RESPOND, self._weigh,
                              reads=(RIGHTS, *((SCORE, STAKE) if own else ()), *news),
                              looks=(DETAINED_UNTIL, JAILED_UNTIL) if near else (),
                              writes=(LEGITIMACY, SCORE_SEEN) if own else (LEGITIMACY,),
                              recalls=(GROWTH,), ties=near, every=self.looking))  # fmt: skip
        return tuple(steps)

    def _standing(self) -> Step:
        own = (HARDSHIP, LEGITIMACY, RISK_AVERSION) if self.traits == "given" else ()
        if self.order == "together":
            return Step("legitimacy.stand", Phase.ACT, self._together, reads=(AGE, DETAINED_UNTIL, *own),
                        looks=(ACTIVE, POLICE), writes=(ACTIVE, JAILED_UNTIL), adds=(DIARY, PRESSURE),
                        recalls=(SURVEILLANCE,), ties=True, every=self.every)  # fmt: skip
        torus = self.place == "torus"
        return Step("legitimacy.stand", Phase.ACT, self._in_turn, reads=(POLICE, *own), adds=(DIARY,),
                    writes=(ACTIVE, JAILED_UNTIL) + ((CELL,) if torus else ()), ties=not torus,
                    every=self.every, order=Order.SEQUENTIAL)  # fmt: skip

    def _natures(self, view: View, now: Now) -> tuple[F64s, F64s, U32s]:
        """Everybody's grievance and aversion to risk, float64, and rank, uint32: shape (people,)."""
        people = view.people
        grievance, averse, rank = np.empty(people), np.empty(people), np.empty(people, np.uint32)
        _unrest.natures(view.ids, now.key, now.purpose("nature"), 1 - self.level, grievance, averse, rank)
        if self.traits == "given":
            grievance = view[HARDSHIP] / OCTET * (1 - view[LEGITIMACY] / OCTET)
            averse = view[RISK_AVERSION] / OCTET
        return grievance, averse, rank

    def _roles(self, view: View, rank: U32s) -> U8s:
        """1 for police: as given, or those of the lowest rank, shape (people,)."""
        many = round(view.people * self.police / (self.density + self.police))
        if many == 0 or view[POLICE].any():
            return view[POLICE]
        lowest: U8s = (rank <= np.partition(rank, many - 1)[many - 1]).view(np.uint8)
        return lowest

    def _in_turn(self, view: View, now: Now) -> None:
        if view.people == 0:
            return
        grievance, averse, rank = self._natures(view, now)
        who = (view.ids, self._roles(view, rank), grievance, averse)
        when_and_why = (now.key, now.day, now.purpose("order"))
        state = (view[ACTIVE], view[JAILED_UNTIL], view[DIARY])
        if self.place == "ties":
            start, neighbour, _ = view.ties()
            risk = _unrest.risks(self.constant, self.rounding, _unrest.MOST)
            _unrest.tick_on_ties(*who, start, neighbour, *state, *when_and_why, now.purpose("take"), risk,
                                 self.threshold, self.jail)  # fmt: skip
            return
        height, width = _unrest.side(view.people, self.density + self.police)
        if not view[CELL].all():
            view[CELL][:] = self._placed(height * width, view.people, now)
        vision = min(self.vision, (min(height, width) - 1) // 2)
        cells = _unrest.offsets(vision, self.shape)
        _unrest.tick(
            *who, view[CELL], *state, _unrest.widths(vision, self.shape), cells, height, width,
            *when_and_why, now.purpose("walk"), now.purpose("take"),
            _unrest.risks(self.constant, self.rounding, len(cells)), self.threshold, self.jail,
            _WALKS[self.movement] if len(cells) else _unrest.STAYS,
        )  # fmt: skip

    def _placed(self, cells: int, people: int, now: Now) -> U32s:
        """A cell for everybody, plus 1: the cells in the order of their draws, one after the other."""
        one, two = np.empty(cells, np.uint64), np.empty(cells, np.uint64)
        table(now.key, np.arange(cells, dtype=np.uint32), 0, 0, now.purpose("cell"), one, two)
        return np.argsort(one, kind="stable")[:people].astype(np.uint32) + np.uint32(1)

    def _together(self, view: View, now: Now) -> None:
        if self.traits == "given":  # most people are far from standing up: whole numbers tell that sooner
            bound = np.uint16(max(int(self.threshold * OCTET**2) - 1, 0))
            near = view[HARDSHIP].astype(np.uint16) * (np.uint8(OCTET) - view[LEGITIMACY]) > bound
            concerned = np.flatnonzero(near | view[ACTIVE].view(np.bool_))
            grievance = view[HARDSHIP][concerned] / OCTET * (1 - view[LEGITIMACY][concerned] / OCTET)
            averse = view[RISK_AVERSION][concerned] / OCTET
        else:
            grievance, averse, _ = self._natures(view, now)
            concerned = np.flatnonzero((grievance > self.threshold) | (view[ACTIVE] != 0))
            grievance, averse = grievance[concerned], averse[concerned]
        if len(concerned) == 0:
            return
        start, neighbour, _ = view.ties()
        told = now.yesterday(SURVEILLANCE)
        police = self.presence + round(self.watch * max(told - 1, 0) / SHARE)
        _bargain.stand(
            concerned, view.ids, view[AGE], view[DETAINED_UNTIL], grievance, averse, start, neighbour,
            view.all(ACTIVE), view.all(POLICE), view.lo, view[ACTIVE], view[JAILED_UNTIL], view[DIARY],
            view[PRESSURE], now.key, now.day, now.purpose("take"), police,
            _unrest.risks(self.constant, self.rounding, _bargain.NEAR), _bargain.takings(_bargain.NEAR),
            self.threshold, self.jail, self.from_age, self.hands_over,
        )  # fmt: skip

    def _weigh(self, view: View, now: Now) -> None:
        told = now.yesterday(GROWTH)
        growth = (told - 1) / SHARE - 0.5 if told else self.growth
        beyond = self.growth_effect * (growth - self.expected) * self.looking / YEAR
        held = np.zeros(view.people if self.detention_effect else 0, np.uint8)
        if self.detention_effect:
            start, neighbour, _ = view.ties()
            _bargain.look(start, neighbour, view.all(DETAINED_UNTIL), view.all(JAILED_UNTIL), now.day, held)
        score, stake, seen = _NONE, _NOBODY, np.zeros(0, np.uint16)
        if self.merit_effect:
            score, stake, seen = view[SCORE], view[STAKE], view[SCORE_SEEN]
        _bargain.weigh(
            view.ids, view[LEGITIMACY], view[RIGHTS], score, stake, seen, held,
            view[INFORMED] if self.news_effect else _NONE, now.key, now.day, now.purpose("weigh"),
            max(beyond, 0.0), max(-beyond, 0.0), self.merit_effect, self.rise, self.closed_effect,
            self.detention_effect, self.news_effect,
        )  # fmt: skip


def share_without_police(level: float, limit: float) -> float:
    """Share of people who are active where there is no police, hardship uniform: 1 - T/(1 - L)."""
    return max(0.0, 1 - limit / (1 - level)) if level < 1 else 0.0
