"""Climate: silence spreads, and breaks. Whether a person speaks up hangs on how many others do.

Two published rules. ``threshold``: a person joins when the share of others who have joined reaches his or
her own threshold (Granovetter 1978; Kuran 1989), seen in the whole town, among ties (Watts 2002) or as
believed; a little more spread of thresholds, and everybody joins. ``learned``: a person remembers what
speaking up was worth, +1 for each who agrees aloud, -1 for each who contradicts, less a cost, and speaks
the more readily the more it was (Gaisbauer, Olbrich & Banisch 2020). Private opinion never changes here.
Under either rule people also learn, from what their ties voice, what others seem to think.

What others seem to think is there to be read: ``opinion`` weighs it if its ``isolation`` says so.

Left out: thresholds that shift with fear.
"""

from functools import cached_property
from statistics import NormalDist
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from glasstown.core.columns import SHARE, Column, Tally
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Order, Phase, Step, View
from glasstown.core.rng import draw, fill, threshold, when
from glasstown.core.typing import U32, U64, F32s, I32s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import BELIEVED_DISSENT, PRIVATE_DISSENT, VOICED
from glasstown.mechanisms._voicing import CRITICAL, UNIT, believe, meet_ties, meet_town, readiness, speak

NOT_GIVEN = SHARE
"""A threshold that the population did not give: it is drawn, always the same for a person."""

HIGHEST = SHARE - 1
"""The highest threshold, in 1/65535: reached only if everybody in sight has joined."""

NO_TIES = np.zeros(1, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.float32)
"""The ties of those who look at the whole town."""

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

NOBODY = -1
"""The mean over ties of a person who has none."""

_TOP = np.uint64(48)


JOINS_AT = Column(
    "joins_at", np.uint16, "1/65535", "share of others speaking up at which the person joins, if given",
    initial=NOT_GIVEN,
)  # fmt: skip
EXPRESSING = Column(
    "expressing", np.uint8, "1", "speaks up today: 0 no, 1 joined or critical, 2 content", visible=True
)
EXPECTED = Column("expected_worth", np.int16, "1/16384", "what the person expects of saying what is thought")

SIZES = (Tally("critical", "1", "critical people"), Tally("content", "1", "content people"))
VOICES = (
    Tally("critical_voices", "1", "critical people who spoke up"),
    Tally("content_voices", "1", "content people who spoke up"),
)


class Climate(Mechanism):
    """Speaking up because others do: by thresholds or by what it was worth; and what others seem to think."""

    neutral: ClassVar[dict[str, object]] = {"rule": "none", "listening": 0.0, "prior": 0.0}

    rule: Annotated[Literal["none", "threshold", "learned"], Unit("1"), Source(
        "granovetter-1978", "thresholds; learned: gaisbauer-2020"
    )] = "threshold"  # fmt: skip
    """How people come to speak up: not at all, when enough others do, or by what it was worth."""

    reach: Annotated[Literal["town", "ties", "belief"], Unit("1"), Source(
        "granovetter-1978", "all see all; ties: watts-2002"
    )] = "town"  # fmt: skip
    """Whom people see or meet: the whole town, their ties, or (thresholds only) what others seem to think."""

    order: Annotated[Literal["together", "in_turn"], Unit("1"), Source(
        "granovetter-1978", "round after round; in turn: watts-2002, asynchronous"
    )] = "together"  # fmt: skip
    """Whether all decide at once on what they saw, or one after the other (thresholds only)."""

    lasting: Annotated[bool, Unit("1"), Source(
        "kuran-1989", "people may fall silent again; in watts-2002 they never do"
    )] = False  # fmt: skip
    """Whether who has joined once stays, whatever others do."""

    mean: Annotated[float, Field(ge=-1, le=2), Unit("1"), Estimated(
        "granovetter-1978", "his example: normal thresholds around 25 of 100; an illustration", 0.05, 0.5
    )] = 0.25  # fmt: skip
    """Mean of the thresholds of those to whom the population gives none, as a share of all others."""

    spread: Annotated[float, Field(ge=0, le=2), Unit("1"), Estimated(
        "granovetter-1978", "his example, just below the spread at which everybody joins", 0.0, 0.3
    )] = 0.12  # fmt: skip
    """Standard deviation of these thresholds, normal."""

    cost: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "the effort and exposure of speaking, in the worth of one reply; nothing measured", 0.0, 1.0
    )] = 0.1  # fmt: skip
    """What it costs to speak up, in the worth of a reply (c)."""

    slope: Annotated[float, Field(ge=0, le=1000), Unit("1"), Assumed(
        "steep enough that one reply more or less settles it; nothing measured", 1, 100
    )] = 10.0  # fmt: skip
    """How sharply the chance of speaking rises with its expected worth (beta, logistic)."""

    learning: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "the equation is the limit of small steps; only the pace depends on it", 0.001, 0.3
    )] = 0.05  # fmt: skip
    """Weight of one reply in the expected worth."""

    own_critical: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 is mixing at random: as many as there are; in a town it can be any share", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """Share of meetings of critical people with their own side (d1), 0 = their share of the town."""

    own_content: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 is mixing at random: as many as there are; in a town it can be any share", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """Share of meetings of content people with their own side (d2), 0 = their share of the town."""

    listening: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "a month or two to learn what people around say, at a look a week; nothing measured", 0.0, 1.0
    )] = 0.1  # fmt: skip
    """Weight of what one's ties voice now in what others seem to think; 0 = nobody listens, all keep it."""

    prior: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 is a town that begins in silence; what is voiced in it, if it has been there a while", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """Dissent that others seem to have at the start."""

    hearing: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "a week: people meet most of their ties in one; only the pace depends on it", 1, 30
    )] = 7  # fmt: skip
    """Days between two times at which people take in what their ties voice."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.rule == "learned" and (self.reach == "belief" or self.order == "in_turn"):
            raise ValueError("learned expression meets people of the town or ties, all at once")
        if self.reach == "belief" and self.order == "in_turn":
            raise ValueError("beliefs are the same in any order: use order together")
        return self

    def steps(self) -> tuple[Step, ...]:
        """Listen and speak; then join or learn."""
        steps: list[Step] = []
        if self.rule == "threshold":
            steps.append(self._joining())
        if self.rule == "learned":
            steps.append(Step("climate.speak", Phase.ACT, self._speak, reads=(PRIVATE_DISSENT, EXPECTED),
                              writes=(EXPRESSING,), counts=SIZES + VOICES))  # fmt: skip
            if self.reach == "town":
                learn = Step("climate.learn", Phase.RESPOND, self._meet_town, reads=(PRIVATE_DISSENT,),
                             writes=(EXPECTED,), recalls=SIZES + VOICES)  # fmt: skip
            else:
                learn = Step("climate.learn", Phase.RESPOND, self._meet_ties, reads=(PRIVATE_DISSENT,),
                             looks=(EXPRESSING,), writes=(EXPECTED,), ties=True)  # fmt: skip
            steps.append(learn)
        if self.prior:
            steps.insert(0, Step("climate.begin", Phase.BEGIN, self._begin, writes=(BELIEVED_DISSENT,)))
        if self.listening:
            steps.append(Step("climate.listen", Phase.ACT, self._listen, looks=(VOICED,),
                              writes=(BELIEVED_DISSENT,), ties=True, every=self.hearing))  # fmt: skip
        return tuple(steps)

    def _begin(self, view: View, now: Now) -> None:
        view[BELIEVED_DISSENT][:] = np.uint16(round(self.prior * SHARE))

    def _joining(self) -> Step:
        near = self.reach == "ties"
        if self.order == "in_turn":
            return Step("climate.join", Phase.RESPOND, self._join_in_turn, reads=(JOINS_AT,),
                        writes=(EXPRESSING,), ties=near, order=Order.SEQUENTIAL)  # fmt: skip
        if self.reach == "belief":
            return Step("climate.join", Phase.RESPOND, self._join, reads=(JOINS_AT, BELIEVED_DISSENT),
                        writes=(EXPRESSING,))  # fmt: skip
        return Step("climate.join", Phase.RESPOND, self._join, reads=(JOINS_AT,), looks=(EXPRESSING,),
                    writes=(EXPRESSING,), ties=near)  # fmt: skip

    @cached_property
    def _drawn(self) -> U16s:
        return quantiles(self.mean, self.spread)

    @cached_property
    def _ready(self) -> U64s:
        return readiness(self.slope)

    def _join(self, view: View, now: Now) -> None:
        if self.reach == "belief":
            shares = view[BELIEVED_DISSENT].astype(np.int32)
        elif self.reach == "town":
            voices = view.all(EXPRESSING)
            shares = np.array([part(int(np.count_nonzero(voices)), len(voices))], np.int32)
        else:
            shares = np.empty(view.people, np.int32)
            means(*view.ties(), view.all(EXPRESSING), 1, shares)
            np.maximum(shares, 0, out=shares)
        join(view.ids, view[JOINS_AT], shares, int(self.reach != "town"), view[EXPRESSING], now.key,
             now.purpose("threshold"), self._drawn, self.lasting)  # fmt: skip

    def _join_in_turn(self, view: View, now: Now) -> None:
        near = self.reach == "ties"
        ties = view.ties() if near else NO_TIES
        join_in_turn(view.order, view.ids, view[JOINS_AT], *ties, view[EXPRESSING], now.key,
                     now.purpose("threshold"), self._drawn, self.lasting, near)  # fmt: skip

    def _speak(self, view: View, now: Now) -> None:
        counts = np.zeros(5, np.int64)
        speak(view.ids, view[PRIVATE_DISSENT], view[EXPECTED], view[EXPRESSING], now.key, now.day,
              now.purpose("speak"), self._ready, counts)  # fmt: skip
        for tally, count in zip(SIZES + VOICES, counts[CRITICAL:], strict=True):
            view.count(tally)[0] += count

    def _meet_town(self, view: View, now: Now) -> None:
        sizes = [now.yesterday(tally) for tally in SIZES]
        if sum(sizes) == 0:
            return
        voices = [now.yesterday(tally) / max(n, 1) for tally, n in zip(VOICES, sizes, strict=True)]
        given = (self.own_critical, self.own_content)
        own = [wanted or n / sum(sizes) for wanted, n in zip(given, sizes, strict=True)]
        praised, answered = np.zeros(3, np.uint64), np.zeros(3, np.uint64)
        for mine, (d, said, contrary) in enumerate(zip(own, voices, voices[::-1], strict=True), CRITICAL):
            praised[mine] = threshold(d * said)
            answered[mine] = threshold(min(d * said + (1.0 - d) * contrary, 1.0))
        meet_town(view.ids, view[PRIVATE_DISSENT], view[EXPECTED], now.key, now.day, now.purpose("meet"),
                  praised, answered, *self._paces)  # fmt: skip

    def _meet_ties(self, view: View, now: Now) -> None:
        meet_ties(view.ids, view[PRIVATE_DISSENT], view[EXPECTED], *view.ties(), view.all(EXPRESSING),
                  now.key, now.day, now.purpose("meet"), *self._paces)  # fmt: skip

    @property
    def _paces(self) -> tuple[int, int]:
        return round(self.cost * UNIT), round(self.learning * 2**32)

    def _listen(self, view: View, now: Now) -> None:
        heard = np.empty(view.people, np.int32)
        means(*view.ties(), view.all(VOICED), 0, heard)
        believe(view.ids, heard, view[BELIEVED_DISSENT], now.key, now.day, now.purpose("listen"),
                round(self.listening * 2**32))  # fmt: skip


def quantiles(mean: float, spread: float) -> U16s:
    """The normal thresholds of 65,536 equally likely people, ascending, in 1/65535, shape (65536,).

    Below 0 is kept as 0 and above the highest as the highest, which moves nobody to join sooner or later.
    """
    if spread == 0.0:
        return np.full(1 << 16, min(max(round(mean * SHARE), 0), HIGHEST), np.uint16)
    bell = NormalDist(mean, spread)
    each = [bell.inv_cdf((j + 0.5) / (1 << 16)) for j in range(1 << 16)]
    found: U16s = np.clip(np.rint(np.array(each) * SHARE), 0, HIGHEST).astype(np.uint16)
    return found


@rule
def part(count: Whole, whole: Whole) -> int:
    """``count`` of ``whole`` in 1/65535, to the nearest; 0 of nobody."""
    return int((2 * count * SHARE + whole) // (2 * whole)) if whole > 0 else 0


@rule
def mean_of(
    first: Whole, last: Whole, neighbour: U32s, weight: F32s | U8s, values: U8s | U16s, top: int
) -> int:
    """The weighted mean of (value >= 1 as 65535 if ``top`` is 1, else value) over ties; NOBODY if none."""
    equal = len(weight) == 0
    above = below = 0.0
    for e in range(first, last):
        heavy = 1.0 if equal else float(weight[e])
        value = values[neighbour[e]]
        above += heavy * (float(SHARE if value > 0 else 0) if top == 1 else float(value))
        below += heavy
    return int(above / below + 0.5) if below > 0.0 else NOBODY


@kernel
def means(
    start: U32s | I64s, neighbour: U32s, weight: F32s | U8s, values: U8s | U16s, top: int, found: I32s
) -> None:
    """``mean_of`` for everybody of a window of ties, shape (people,).

    If all ties weigh the same, values are added up tie after tie, whoever's they are, in whole numbers: the
    mean is a difference of two such sums. A loop for each person, a dozen long, would be guessed wrong.
    """
    if len(weight) > 0:
        for i in range(len(found)):
            found[i] = mean_of(np.int64(start[i]), np.int64(start[i + 1]), neighbour, weight, values, top)
        return
    sums = np.zeros(1, np.int64)
    for lo in range(0, len(found), BLOCK):
        hi = min(lo + BLOCK, len(found))
        base, so_far = np.int64(start[lo]), np.int64(0)
        ties = neighbour[base : np.int64(start[hi])]
        if len(ties) >= len(sums):
            sums = np.zeros(2 * len(ties) + 1, np.int64)
        for e in range(len(ties)):
            value = np.int64(values[ties[e]])
            so_far += value if top == 0 else SHARE * np.int64(value > 0)
            sums[e + 1] = so_far
        for i in range(lo, hi):
            first, last = np.int64(start[i]) - base, np.int64(start[i + 1]) - base
            mean = float(sums[last] - sums[first]) / max(float(last - first), 1.0)
            found[i] = int(mean + 0.5) if last > first else NOBODY


@kernel
def join(
    ids: U32s, given: U16s, shares: I32s, stride: int, expressing: U8s, key: U64, purpose: U32,
    drawn: U16s, lasting: bool,
) -> None:  # fmt: skip
    """Everybody joins, or falls silent, by the share seen; ``stride`` 0: one share for all."""
    one, two = np.zeros(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        if (given[first : first + n] == NOT_GIVEN).any():
            fill(key, ids[first : first + n], when(0, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            needs = given[i] if given[i] != NOT_GIVEN else drawn[one[k] >> _TOP]
            stays = lasting and expressing[i] != 0
            expressing[i] = 1 if shares[i * stride] >= np.int64(needs) or stays else 0


@kernel
def join_in_turn(
    order: U32s, ids: U32s, given: U16s, start: U32s | I64s, neighbour: U32s, weight: F32s | U8s,
    expressing: U8s, key: U64, purpose: U32, drawn: U16s, lasting: bool, by_ties: bool,
) -> None:  # fmt: skip
    """As ``join``, one person after the other in ``order``: each sees what those before have just done."""
    joined = np.int64(0)
    for i in range(len(expressing)):
        joined += expressing[i] != 0
    for row in order:
        needs = np.int64(given[row])
        if needs == NOT_GIVEN:
            luck, _ = draw(key, ids[row], 0, when(0, 0), purpose)
            needs = np.int64(drawn[luck >> _TOP])
        if by_ties:
            first, last = np.int64(start[row]), np.int64(start[row + 1])
            seen = mean_of(first, last, neighbour, weight, expressing, 1)
        else:
            seen = part(joined, len(expressing))
        before = expressing[row] != 0
        after = max(seen, 0) >= needs or (lasting and before)
        joined += np.int64(after) - np.int64(before)
        expressing[row] = 1 if after else 0
