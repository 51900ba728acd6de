"""Lists: blacklists and redlists with joint sanctions, terms, repair and removal, instead of a score.

A person is put on the list with the published hazard or, in a town with files, with a chance on each day on
which an adverse entry reaches the file, true or false. With terms left open, everybody leaves with the same
daily chance q: two states, so that p/(p + q) of people are listed and a stay lasts 1/q on average. With fixed
terms a stay is a term of two to five years or until repair, whichever is first; the share of people listed
then is m/(m + 1/p) with the mean stay m in closed form. Nothing is added up: one entry is enough, a second
changes nothing, and no good deed outweighs it. Whether a listing is wrong is kept beside the list.

Safeguards cover people one by one: no minor is put on a list, a listing that a reviewer strikes does not
begin, and a term may be capped.

Left out: firms, several lists with terms of their own, what a listed person must pay to be removed,
publication in cinemas and on telephones, children who lose a school through a listed parent (B23).
"""

from functools import cached_property, lru_cache
from math import expm1, log1p
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from glasstown.core.columns import FOREVER, Column, Tally
from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, fill, threshold, when
from glasstown.core.typing import U32, U64, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ADVERSE,
    AGE,
    DIARY,
    FILED,
    LISTED_UNTIL,
    MISFILED,
    RESTORED,
    RIGHTS,
    SHIELDS,
    TERM_CAP,
    Act,
    Event,
    Shield,
)
from glasstown.mechanisms._barring import bar, refuse

MISLISTED = Column("mislisted", np.uint8, "1", "1 if the listing rests on something not done by the person")
REFUSED = Column("refused", np.uint16, "1", "tickets refused because of a listing, all told")
REDLISTED_UNTIL = Column(
    "redlisted_until", np.uint16, "day+1", "the day on which the place on the redlist ends, 0 none",
    visible=True,
)  # fmt: skip

LISTINGS = Tally("listings", "1", "people put on the blacklist")
WRONG_LISTINGS = Tally("wrong_listings", "1", "of them, for what they did not do")
REMOVALS = Tally("removals", "1", "people taken off the blacklist")

YEAR = 365
"""Days of a year."""

Whole = int | np.int64

_ADVERSE, _CREDIT = int(ADVERSE), int(Act.CARE | Act.RAISE | Act.REPAY)
_FOREVER = int(FOREVER)
_LISTED, _MISLISTED = np.uint64(Event.LISTED), np.uint64(Event.MISLISTED)
_DELISTED, _DISMISSED = np.uint64(Event.DELISTED), np.uint64(Event.DISMISSED_MATCH)
_MINOR, _DISMISS_FALSE = int(Shield.MINOR), int(Shield.DISMISS_FALSE)
_DISMISS_TRUE = int(Shield.DISMISS_TRUE)
_HIGH = np.uint64(32)


class Lists(Mechanism):
    """Who is put on a list, for how long, who leaves it early, and what others refuse because of it."""

    neutral: ClassVar[dict[str, object]] = {"hazard": 0.0, "per_entry": 0.0, "red_hazard": 0.0,
                                            "red_per_entry": 0.0}  # fmt: skip

    hazard: Annotated[float, Field(ge=0, le=100), Unit("1/year"), Estimated(
        "spc-2025", "2.457 M listings in 2024 (B07), 1.12 bn adults; firms and repeats included", 0.001, 0.005
    )] = 0.0022  # fmt: skip
    """Listings a year of an adult who is not listed, whatever is on file."""

    mistaken: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "no statistic (B20); 0 counts every listing as right that does not rest on a false entry", 0.0, 0.1
    )] = 0.0  # fmt: skip
    """Share of the listings of ``hazard`` that are of the wrong person."""

    per_entry: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0 leaves the published hazard alone; in a town with files set this, and hazard to 0", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """Chance to be listed on a day on which an adverse entry reaches the file, for true and false each."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "the published number of adults (B07); no minor is a debtor before a court", 0, 18
    )] = 18  # fmt: skip
    """Age from which a person can be listed."""

    terms: Annotated[Literal["open", "fixed"], Unit("1"), Source(
        "spc-2017", "article 2: two to five years, none stated for those able to pay who refuse (B18)"
    )] = "open"  # fmt: skip
    """Whether everybody may leave on any day (mean stay ``duration``), or a term is set on the first."""

    duration: Annotated[float, Field(ge=0.003, le=100), Unit("year"), Assumed(
        "two years by statute, 3 to 5 if aggravated, none for some (B18); stock over flow is weak (B10)", 1, 8
    )] = 3.0  # fmt: skip
    """Mean stay if terms are open, repair included."""

    shortest: Annotated[float, Field(ge=0.002, le=80), Unit("year"), Estimated(
        "spc-2017", "article 2: two years (B18)", 1, 3
    )] = 2.0  # fmt: skip
    """Shortest fixed term; terms are spread evenly over the days from this to ``longest``."""

    longest: Annotated[float, Field(ge=0.002, le=80), Unit("year"), Estimated(
        "spc-2017", "article 2: one to three years more if aggravated (B18)", 2, 8
    )] = 5.0  # fmt: skip
    """Longest fixed term."""

    repair: Annotated[float, Field(ge=0, le=100), Unit("1/year"), Assumed(
        "3.51 M (B11, unconfirmed) complied in some 29 M years of listing; 27 to 80 % in five", 0.06, 0.32
    )] = 0.12  # fmt: skip
    """Rate at which the listed comply and are removed before a fixed term ends."""

    settled: Annotated[bool, Unit("1"), Assumed(
        "lists are older than any run; without it they fill up over years", 0, 1
    )] = True  # fmt: skip
    """Whether the list of ``hazard`` is in its steady state from the first day."""

    period: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "courts list and clear by the day; once a month changes only the day", 1, 30
    )] = 1  # fmt: skip
    """Days between two looks at who is listed and who leaves; chances are those of as many days.

    With ``per_entry`` every day: entries lead to a list on their day only.
    """

    trips: Annotated[float, Field(ge=0, le=365), Unit("1/year"), Estimated(
        "shine-2019", "8.1 M air tickets in 2018, 0.72 a listed debtor (B14); 1.4 to 1.8 in 2019", 0.5, 2.0
    )] = 0.7  # fmt: skip
    """Tickets that a listed person asks for in a year, in vain."""

    joint: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "travel is barred by the courts themselves (B12); how often others join in is not published", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Chance, drawn once for a person and a right, that whoever grants it joins in the sanction."""

    closes: Annotated[bool, Unit("1"), Assumed(
        "rights have one owner: false where a score's table of rights decides, true for lists instead", 0, 1
    )] = False  # fmt: skip
    """Whether lists close and open rights themselves; impossible beside ``privileges``."""

    red_hazard: Annotated[float, Field(ge=0, le=100), Unit("1/year"), Assumed(
        "0: no number of people on redlists was found", 0.0, 0.01
    )] = 0.0  # fmt: skip
    """Places on the redlist a year, for adults on neither list, whatever is on file."""

    red_per_entry: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "0: no rule for people was found that says which good deed is enough", 0.0, 0.1
    )] = 0.0  # fmt: skip
    """Chance to be redlisted on a day on which a favourable entry reaches the file."""

    red_term: Annotated[float, Field(ge=0.003, le=80), Unit("year"), Assumed(
        "as long as the shortest term of a blacklist (B18)", 1, 5
    )] = 2.0  # fmt: skip
    """Time on the redlist, cut short by a listing."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.shortest > self.longest:
            raise ValueError("shortest must not exceed longest")
        return self

    def steps(self) -> tuple[Step, ...]:
        """Start with lists that are not new; list and remove, reward, and refuse."""
        barred = (REFUSED, RIGHTS) if self.closes else (REFUSED,)
        red = (REDLISTED_UNTIL,) if self._red else ()
        seen = (AGE, FILED, MISFILED, RESTORED, SHIELDS, TERM_CAP)
        steps = [
            Step("lists.inherit", Phase.BEGIN, self._inherit, reads=(AGE,), writes=(LISTED_UNTIL, MISLISTED)),
            Step("lists.enlist", Phase.JUDGE, self._enlist, reads=seen, writes=(LISTED_UNTIL, MISLISTED),
                 adds=(DIARY,), counts=(LISTINGS, WRONG_LISTINGS, REMOVALS),
                 every=self._every),
            Step("lists.bar", Phase.SANCTION, self._bar, reads=(LISTED_UNTIL, *red), writes=barred),
        ]  # fmt: skip
        if self._red:
            steps.append(Step("lists.praise", Phase.JUDGE, self._praise, reads=(AGE, FILED, LISTED_UNTIL),
                              writes=red))  # fmt: skip
        return tuple(steps)

    @property
    def _red(self) -> bool:
        return self.red_hazard > 0 or self.red_per_entry > 0

    @property
    def entry(self) -> float:
        """Chance a day that an adult who is not listed is listed by ``hazard``: p."""
        return -expm1(-self.hazard / YEAR)

    @property
    def exit(self) -> float:
        """Chance a day that a listed person is removed before any term is over: q if terms are open."""
        return min(1.0, 1 / (YEAR * self.duration)) if self.terms == "open" else -expm1(-self.repair / YEAR)

    @property
    def _every(self) -> int:
        """Days between two looks: every day where entries lead to a list, which they do on their day only."""
        return 1 if self.per_entry > 0 else self.period

    @cached_property
    def _moves(self) -> tuple[float, float]:
        """Chances to be listed, and to be off a list, a period later: coming and going in between counted."""
        p, q = self.entry, self.exit
        if self._every == 1 or p + q >= 1:
            return p, q
        moved = -expm1(self._every * log1p(-p - q))
        return (p / (p + q) * moved, q / (p + q) * moved) if p + q > 0 else (p, q)

    @property
    def span(self) -> tuple[int, int]:
        """Days of the shortest fixed term, and how many terms there are; (0, 0) if terms are open."""
        first, last = round(self.shortest * YEAR), round(self.longest * YEAR)
        return (first, last - first + 1) if self.terms == "fixed" else (0, 0)

    def stay(self) -> float:
        """Mean days on the list: 1/q, or the mean of (1 - (1 - r)**T)/r over the terms T."""
        return float(left(self.exit, *self.span).sum())

    def share(self) -> float:
        """Share of adults listed in the steady state of ``hazard`` alone: p/(p + q), m/(m + 1/p)."""
        return self.entry * self.stay() / (1 + self.entry * self.stay())

    @cached_property
    def _start(self) -> U64s:
        weight = left(self.exit, *self.span)
        chances = self.share() * np.cumsum(weight) / weight.sum()
        return np.array([threshold(min(float(c), 1.0)) for c in chances], np.uint64)

    def _inherit(self, view: View, now: Now) -> None:
        if self.settled and self.hazard > 0:
            inherit(view.ids, view[AGE], view[LISTED_UNTIL], view[MISLISTED], now.key, now.day,
                    now.purpose("inherit"), self._start, threshold(self.mistaken), self.from_age,
                    self.terms == "open")  # fmt: skip

    def _enlist(self, view: View, now: Now) -> None:
        comes, goes = (threshold(chance) for chance in self._moves)
        enlist(view.ids, view[AGE], view[FILED], view[MISFILED], view[RESTORED], view[SHIELDS],
               view[TERM_CAP], view[LISTED_UNTIL], view[MISLISTED], view[DIARY], view.count(LISTINGS),
               view.count(WRONG_LISTINGS), view.count(REMOVALS), now.key, now.day, now.purpose("pass"),
               now.purpose("found"), comes, goes,
               threshold(self.per_entry),
               threshold(self.mistaken), self.from_age, *self.span)  # fmt: skip

    def _praise(self, view: View, now: Now) -> None:
        praise(view.ids, view[AGE], view[FILED], view[LISTED_UNTIL], view[REDLISTED_UNTIL], now.key, now.day,
               now.purpose("praise"), threshold(-expm1(-self.red_hazard / YEAR)),
               threshold(self.red_per_entry), self.from_age, round(self.red_term * YEAR))  # fmt: skip

    def _bar(self, view: View, now: Now) -> None:
        listed, refused = view[LISTED_UNTIL], view[REFUSED]
        refuse(view.ids, listed, refused, now.key, now.day, now.purpose("trip"), threshold(self.trips / YEAR))
        if self.closes:
            red = view[REDLISTED_UNTIL] if self._red else np.zeros(0, np.uint16)
            bar(view.ids, listed, red, view[RIGHTS], now.key, now.purpose("joint"), threshold(self.joint))


@lru_cache(maxsize=16)
def left(exit_: float, first: int, terms: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """How often a stay is k days from the end of its term, k = 1 to the last term; the sum is the mean stay.

    The terms are ``first`` to ``first + terms - 1`` days, all as likely; each day on the list is followed by
    removal with chance ``exit_``. Without terms (0) there is one value, the mean stay 1/exit_.
    """
    if terms == 0:
        return np.array([1 / exit_])
    last = first + terms - 1
    weight = np.zeros(last)
    above = 0.0
    for k in range(last, 0, -1):
        above = above * (1 - exit_) + (1 / terms if k >= first else 0.0)
        weight[k - 1] = above
    return weight


@kernel
def inherit(
    ids: U32s, age: U8s, until: U16s, mislisted: U8s, key: U64, day: int, purpose: U32, start: U64s,
    t_mistaken: U64, from_age: int, is_open: bool,
) -> None:  # fmt: skip
    """List adults as a list in its steady state would have them on the evening before ``day``."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            if until[i] == 0 and age[i] >= from_age and one[k] < start[-1]:
                rest = np.searchsorted(start, one[k], side="right") + 1
                until[i] = np.uint16(_FOREVER if is_open else min(day + rest, _FOREVER - 1))
                mislisted[i] = np.uint8(two[k] < t_mistaken)


@rule
def ends(until: Whole, day: int) -> bool:
    """Whether a term is over today."""
    return bool((until != 0) & (until != _FOREVER) & (day + 1 >= until))


@rule
def ending(day: int, word: U64, first: int, terms: int) -> int:
    """When a listing of today ends (day + 1): its term is drawn evenly, or none is set."""
    if terms == 0:
        return _FOREVER
    return min(day + 1 + first + int(((word >> _HIGH) * np.uint64(terms)) >> _HIGH), _FOREVER - 1)


@rule
def capped(until: Whole, day: int, cap: Whole) -> int:
    """When a listing ends at the latest, with at most ``cap`` days from today; 0 caps nothing."""
    return int(until if cap == 0 else min(until, day + 1 + cap))


@rule
def struck(shield: Whole, right: bool) -> bool:
    """Whether a reviewer strikes a listing of today that is ``right``, or wrong."""
    return (shield & (_DISMISS_TRUE if right else _DISMISS_FALSE)) != 0


@kernel
def enlist(
    ids: U32s, age: U8s, filed: U16s, misfiled: U16s, restored: U8s, shields: U16s, caps: U16s, until: U16s,
    mislisted: U8s, diary: U64s, listings: I64s, wrongs: I64s, removals: I64s, key: U64, day: int,
    purpose: U32, found: U32, t_entry: U64, t_exit: U64, t_filed: U64, t_mistaken: U64, from_age: int,
    first_term: int, terms: int,
) -> None:  # fmt: skip
    """Remove whose time is over, who complied or was cleared; list others, by hazard or by what was filed."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    mark, some = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    grounds = np.uint16(_ADVERSE if t_filed > 0 else 0)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        held, said, lied = until[first : first + n], filed[first : first + n], misfiled[first : first + n]
        for k in range(n):
            mark[k] = np.uint8((held[k] | ((said[k] | lied[k]) & grounds)) != 0)
        for k in range(n):
            mark[k] |= np.uint8(one[k] < t_entry)
        for k in some[: noted(mark, n, some)]:
            i, shield = first + k, np.int64(shields[first + k])
            if until[i] != 0:
                cleared = ((restored[i] != 0) & (mislisted[i] != 0)) | ((shield & _MINOR) != 0)
                if ends(np.int64(until[i]), day) or one[k] < t_exit or cleared:
                    until[i], mislisted[i] = np.uint16(0), np.uint8(0)
                    removals[0] += 1
                    diary[i] |= _DELISTED
                elif caps[i] != 0:
                    until[i] = np.uint16(capped(np.int64(until[i]), day, np.int64(caps[i])))
                continue
            if age[i] < from_age or (shield & _MINOR) != 0:
                continue
            u, v = draw(key, int(ids[i]), 0, when(day, 0), found)
            right = ((filed[i] & _ADVERSE) != 0) & (u < t_filed)
            wrong = ((misfiled[i] & _ADVERSE) != 0) & (v < t_filed)
            if one[k] < t_entry:
                wrong = draw(key, int(ids[i]), 0, when(day, 1), found)[0] < t_mistaken
                right |= not wrong
            if struck(shield, right) and (right or wrong):
                diary[i] |= _DISMISSED
            elif right or wrong:
                until[i] = np.uint16(capped(ending(day, two[k], first_term, terms), day, np.int64(caps[i])))
                mislisted[i] = np.uint8(not right)
                diary[i] |= _LISTED if right else _MISLISTED
                listings[0] += 1
                wrongs[0] += not right


@kernel
def praise(
    ids: U32s, age: U8s, filed: U16s, until: U16s, red: U16s, key: U64, day: int, purpose: U32, t_entry: U64,
    t_filed: U64, from_age: int, term: int,
) -> None:  # fmt: skip
    """End places on the redlist that are over or struck by a listing, and give others."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            if red[i] != 0:
                if ends(np.int64(red[i]), day) or until[i] != 0:
                    red[i] = np.uint16(0)
                continue
            good = one[k] < t_entry or (two[k] < t_filed and (filed[i] & _CREDIT) != 0)
            if good and until[i] == 0 and age[i] >= from_age:
                red[i] = np.uint16(min(day + 1 + term, _FOREVER - 1))
