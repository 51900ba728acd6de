"""Courtship: who finds whom where dating sites rank by score, and how a mild preference sorts a whole town.

Once a month single people meet, a man and a woman at random. Nobody asks for a partner above: all that the
higher of two may mind is that the other's rank is more than ``tolerance`` below. As in Schelling's model of
segregation (1971) that is enough to sort a town: if nobody minds, partners' ranks have nothing to do with
each other; if all accept whoever is at most a third of the ladder below, their correlation is 28/37. Of
meetings 1 - p (1 - m)^2 succeed, for a share p who mind and a tolerance m; both are known in closed form.

Those at the front of dating sites meet more people, at the expense of all others. Only a score that others
see counts: who hides it is refused by nobody. Couples part at a rate of their own. Left out: love, looks,
wealth, families who choose, couples of one sex (no register of the article's country holds them), and how
people come to look at all.
"""

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from glasstown.core.columns import Column
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Order, Phase, Step, View
from glasstown.core.rng import draw, fill, table, threshold, when
from glasstown.core.shuffle import shuffled
from glasstown.core.typing import U32, U64, F64s, I64s, U8s, U16s, U32s
from glasstown.core.units import Assumed, Source, Unit
from glasstown.core.vocabulary import (
    AGE,
    ALIVE,
    DETAINED_UNTIL,
    DIARY,
    HOUSEHOLD,
    HOUSEHOLD_PLACE,
    PARTNER,
    RIGHTS,
    SEX,
    SHIELDS,
    SHOWN_SCORE,
    Event,
    Right,
    Shield,
)

ON_SHOW = Column(
    "on_show", np.uint8, "1", "last month: 1 at the front of dating sites, 2 the score is hidden"
)
CHANGED = Column(
    "changed", np.uint8, "1", "last month: 1 found a partner, 2 lost one, 4 has just come to town"
)

MONTH, YEAR = 30, 365
"""Days between two evenings on which people meet; days of a year."""

PAIRED, PARTED, NEW = 1, 2, 4
"""The bits of ``changed``."""

FRONT, HIDDEN = 1, 2
"""The bits of ``on_show``."""

GENERATION = 15
"""Years between two generations of a household at the least: couples at the start are of one (assumed)."""

_PAIRED, _PARTED = np.uint64(Event.PAIRED), np.uint64(Event.PARTED)

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""


class Courtship(Mechanism):
    """Finding a partner where scores are shown: mild preferences, the front of the site, partings."""

    neutral: ClassVar[dict[str, object]] = {"meeting": 0.0, "parting": 0.0, "settled": False}

    preference: Annotated[float, Field(ge=0, le=1), Unit("1"), Source(
        "schelling-1971", "all have the same preference; only how mild it is decides"
    )] = 1.0  # fmt: skip
    """Chance that the higher-ranked of two who meet minds a rank too far below (p)."""

    tolerance: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "mild, as in schelling-1971: content with two in three or so of all that there are; nothing measured",
        0.1, 0.7,
    )] = 0.33  # fmt: skip
    """How far below one's own rank a partner may be, as a share of all who look for one (m)."""

    meeting: Annotated[float, Field(ge=0, le=1), Unit("1/month"), Assumed(
        "one date in ten months with somebody new; only the pace depends on it", 0.01, 1.0
    )] = 0.1  # fmt: skip
    """Mean chance that a single person goes to meet somebody in a month."""

    front: Annotated[float, Field(ge=1, le=100), Unit("1"), Assumed(
        "no site has published what its front is worth (A22 says only that scores are shown)", 1.0, 10.0
    )] = 3.0  # fmt: skip
    """How many times as often people at the front of dating sites meet somebody, as the rest."""

    parting: Annotated[float, Field(ge=0, le=1), Unit("1/year"), Assumed(
        "about three divorces a year in 1,000 people, over their couples; from memory", 0.0, 0.03
    )] = 0.008  # fmt: skip
    """Chance that a couple parts in a year."""

    years: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "any age alone; in a town most couples are within ten years of each other", 5, 255
    )] = 255  # fmt: skip
    """Most years between partners."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "adults; the law asks for 20 and 22 years to marry", 0, 22
    )] = 18  # fmt: skip
    """Age from which people look for a partner."""

    settled: Annotated[bool, Unit("1"), Assumed(
        "alone all start single; true in a town whose households have couples", 0, 1
    )] = False  # fmt: skip
    """Whether those who live in a household as a couple are one at the start."""

    def steps(self) -> tuple[Step, ...]:
        """Show who is where on the site; meet and part; tell it."""
        if not (self.meeting or self.parting or self.settled):
            return ()
        looks = (AGE, ALIVE, DETAINED_UNTIL, HOUSEHOLD, HOUSEHOLD_PLACE, SEX, SHOWN_SCORE)
        steps = (
            Step("courtship.show", Phase.AGE, self._show, reads=(RIGHTS, SHIELDS), writes=(ON_SHOW,),
                 every=MONTH),
            Step("courtship.pair", Phase.AGE, self._pair, reads=(ON_SHOW,), looks=looks,
                 writes=(PARTNER, CHANGED), every=MONTH, order=Order.SEQUENTIAL),
            Step("courtship.tell", Phase.AGE, self._tell, reads=(CHANGED,), adds=(DIARY,), every=MONTH),
        )  # fmt: skip
        begin = Step("courtship.begin", Phase.BEGIN, self._begin, writes=(CHANGED,))
        return (begin, *steps) if self.settled else steps

    def _begin(self, view: View, now: Now) -> None:
        view[CHANGED][:] = NEW

    def _show(self, view: View, now: Now) -> None:
        shown = view[ON_SHOW]
        shown[:] = (view[RIGHTS] & np.uint16(Right.RANK)) != 0
        shown |= ((view[SHIELDS] & np.uint16(Shield.PRIVATE)) != 0).view(np.uint8) << 1

    def _tell(self, view: View, now: Now) -> None:
        changed, diary = view[CHANGED], view[DIARY]
        for bit, event in ((PAIRED, _PAIRED), (PARTED, _PARTED)):
            diary[(changed & bit) != 0] |= event

    def _pair(self, view: View, now: Now) -> None:
        age, sex, score, place = (view.all(c) for c in (AGE, SEX, SHOWN_SCORE, HOUSEHOLD_PLACE))
        partner, changed, shown = view[PARTNER], view[CHANGED], view[ON_SHOW]
        if self.settled and (changed & NEW).any():
            settle(changed, place, age, sex, partner, self.from_age)
        changed[:] = 0
        part(view.ids, partner, changed, now.key, now.day, now.purpose("part"),
             threshold(self.parting * MONTH / YEAR))  # fmt: skip
        free = (partner == 0) & (changed == 0) & (view.all(ALIVE) != 0) & (view.all(DETAINED_UNTIL) == 0)
        looking = np.flatnonzero(free & (age >= self.from_age))
        sides = [looking[sex[looking] == kind] for kind in (0, 1)]
        men, women = (self._out(rows, shown, view.ids, now) for rows in sides)
        his, hers = (ranks(score[rows], score[out]) for rows, out in zip(sides, (men, women), strict=True))
        meet(men, women, his, hers, age, score, shown, view.all(HOUSEHOLD), place, view.ids, partner, changed,
             now.key, now.day, now.purpose("mind"), threshold(self.preference), self.tolerance,
             self.years)  # fmt: skip

    def _out(self, rows: I64s, shown: U8s, ids: U32s, now: Now) -> I64s:
        """Who of ``rows`` goes out this month, in the order in which they are met."""
        words = np.empty(len(rows), np.uint64), np.empty(len(rows), np.uint64)
        table(now.key, ids[rows], now.day, 0, now.purpose("meet"), *words)
        first = (shown[rows] & FRONT) != 0
        at_front = int(first.sum())
        each = self.meeting * len(rows) / max(at_front * self.front + len(rows) - at_front, 1.0)
        chances = threshold(min(each * self.front, 1.0)), threshold(min(each, 1.0))
        goes = words[0] < np.where(first, *chances)
        out: I64s = rows[goes][shuffled(words[1][goes])]
        return out


def succeeding(preference: float, tolerance: float) -> float:
    """Share of meetings that succeed where ranks are even: 1 - p (1 - m)^2."""
    return 1.0 - preference * (1.0 - tolerance) ** 2


def correlation(preference: float, tolerance: float) -> float:
    """Correlation of partners' ranks after one round of meetings, where ranks are even on [0, 1].

    The density of pairs (x, y) is 1 within m of each other and 1 - p beyond, over ``succeeding``. With
    u = |x - y|, the part beyond has E[u^2] = 2 (1/12 - m^3/3 + m^4/4), and its x is at distance from the
    middle with the second moment 2 * integral of (x - 1/2)^2 (x - m) from m to 1.
    """
    p, m = preference, tolerance
    whole = succeeding(p, m)
    apart = (1 / 6 - p * 2 * (1 / 12 - m**3 / 3 + m**4 / 4)) / whole
    a, b = 1.0 - m, m - 0.5
    beyond = 2 * (a**4 / 4 + 2 * b * a**3 / 3 + b * b * a * a / 2)
    spread = (1 / 12 - p * beyond) / whole
    return 1.0 - apart / (2 * spread)


def ranks(scores: U16s, some: U16s) -> F64s:
    """Of each of ``some``: the share of ``scores`` below it, and half of those equal to it, shape as some."""
    ordered = np.sort(scores)
    below, upto = (np.searchsorted(ordered, some, side) for side in ("left", "right"))
    found: NDArray[np.float64] = (below + upto) / max(2 * len(scores), 1)
    return found


@kernel
def settle(changed: U8s, place: U8s, age: U8s, sex: U8s, partner: U32s, from_age: int) -> None:
    """Neighbours in a household, a man and a woman of one generation, are a couple if new and single.

    The first two are tried first; others must belong to their generation or to that of their parents.
    """
    for i in range(len(partner) - 1):
        j, back = i + 1, int(np.int64(place[i]))
        anchor = i - back if back <= i else 0
        one, other, first = np.int64(age[i]), np.int64(age[j]), np.int64(age[anchor])
        single = (changed[i] & changed[j] & NEW) != 0 and partner[i] == 0 and partner[j] == 0
        adults = min(one, other) >= from_age and sex[i] != sex[j]
        near = abs(one - other) < GENERATION and min(one, other) + GENERATION > first
        if single and adults and near and np.int64(place[j]) == back + 1:
            partner[i], partner[j] = j + 1, i + 1


@kernel
def part(ids: U32s, partner: U32s, changed: U8s, key: U64, day: int, purpose: U32, t_part: U64) -> None:
    """Couples part, each by a draw of the first of them; whose partner is nobody's any more is single."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for i in range(first, first + n):
            j = np.int64(partner[i]) - 1
            if j < 0:
                continue
            if j >= len(partner) or partner[j] != i + 1:
                partner[i], changed[i] = 0, PARTED
            elif i < j and one[i - first] < t_part:
                partner[i] = partner[j] = 0
                changed[i] = changed[j] = PARTED


@rule
def home(row: Whole, household: U32s, place: U8s) -> int:
    """The household of a row, by its name or else by where it starts."""
    return int(household[row]) if household[row] != 0 else int(np.int64(row) - np.int64(place[row]) + 1)


@rule
def too_low(low: Whole, high: Whole, gap: float, score: U16s, shown: U8s, tolerance: float) -> bool:
    """Whether one who looks down by ``gap`` sees somebody too far below; a hidden score is not seen."""
    seen = score[low] != 0 and score[high] != 0 and (shown[low] & HIDDEN) == 0
    return bool(seen and gap > tolerance)


@kernel
def meet(
    men: I64s, women: I64s, his: F64s, hers: F64s, age: U8s, score: U16s, shown: U8s, household: U32s,
    place: U8s, ids: U32s, partner: U32s, changed: U8s, key: U64, day: int, purpose: U32, t_mind: U64,
    tolerance: float, years: int,
) -> None:  # fmt: skip
    """The k-th man meets the k-th woman; they are a couple unless kin, too far in years, or one minds.

    ``his`` and ``hers`` are their ranks among all of their sex who look for somebody.
    """
    for k in range(min(len(men), len(women))):
        him, her = men[k], women[k]
        if home(him, household, place) == home(her, household, place):
            continue
        if abs(np.int64(age[him]) - np.int64(age[her])) > years:
            continue
        gap = his[k] - hers[k]
        high, low = (him, her) if gap > 0 else (her, him)
        minds = draw(key, ids[high], ids[low], when(day, 0), purpose)[0] < t_mind
        if minds and too_low(low, high, abs(gap), score, shown, tolerance):
            continue
        partner[him], partner[her] = her + 1, him + 1
        changed[him] = changed[her] = PAIRED
