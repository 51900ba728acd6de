"""Privileges: a table of rights and thresholds. Below its threshold a right closes, above it opens again.

Each right of ``Right`` has one threshold on the score on show; 0 means that it never closes. With a
``margin`` a right opens again only that many points above the threshold. A right that is closed refuses the
ticket that its owner asks for; what closed credit, jobs and promotion do, ``livelihood`` says. The better
school closes to a child when an adult of the household is below the threshold (facts B23: the courts bar
children from costly private schools only, and only if the listed person pays). Everybody without a score (0)
keeps every right. Rights are a monotone function of the thresholds: a lower one never closes more.

A blacklist (``lists``) closes rights of its own beside the score: those of ``listed``, and the better school
with all of them. A minor covered by the safeguard ``children`` keeps every right, whatever adults did.

Left out: what a closed border or a place on a dating site does to a life, tickets
that nobody asks for because they would be refused.
"""

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core.columns import POINT, Column
from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import fill, threshold, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Unit
from glasstown.core.vocabulary import (
    AGE,
    DIARY,
    HOUSEHOLD_PLACE,
    LISTED_UNTIL,
    LOSABLE,
    PARENT,
    RIGHTS,
    SCORE,
    SHIELDS,
    Event,
    Right,
    Shield,
)

UNPLACED = Column("unplaced", np.uint8, "1", "1 if the better school is closed to this child")

MONTH = 30
"""Days between two looks of the schools at the scores of a household."""

_ALL, _NONE = np.uint16(sum(Right)), np.uint16(0)
_SCHOOL, _TRAVEL = np.uint16(Right.SCHOOL), np.uint16(Right.TRAVEL)
_MINOR = _ALL & ~(_SCHOOL | _TRAVEL)
_TOLD = np.uint16(LOSABLE)
_SHIELDED = np.uint16(Shield.MINOR)
_NOBODY = np.zeros(0, np.uint16)
_BARRED = {"none": 0, "travel": int(_TRAVEL), "joint": int(_ALL & ~_SCHOOL)}
_CLOSED, _OPENED = int(Event.CLOSED), int(Event.OPENED)
_REFUSED = np.uint64(Event.REFUSED_TRAVEL)
_POINT_BITS = POINT.bit_length() - 1
_POINT_SHIFT, _REOPEN = np.uint16(_POINT_BITS), np.uint32(16)
_SCALE = 65536 >> _POINT_BITS


class Privileges(Mechanism):
    """What a score opens and closes, for whom."""

    neutral: ClassVar[dict[str, object]] = {
        "travel": 0, "credit": 0, "jobs": 0, "promotion": 0, "school": 0, "exit": 0, "rank": 0,
        "listed": "none",
    }  # fmt: skip

    travel: Annotated[int, Field(ge=0, le=1000), Unit("point"), Assumed(
        "upper end of the band poor (A02); bars on trains and planes are documented for lists (B12)", 350, 700
    )] = 550  # fmt: skip
    """Score below which fast trains and planes are closed, to children too."""

    credit: Annotated[int, Field(ge=0, le=1000), Unit("point"), Assumed(
        "upper end of the band poor (A02); lenders name no threshold", 350, 700
    )] = 550  # fmt: skip
    """Score below which loans are closed."""

    jobs: Annotated[int, Field(ge=0, le=1000), Unit("point"), Assumed(
        "upper end of the band poor (A02); posts at the head of companies are documented (B15)", 350, 700
    )] = 550  # fmt: skip
    """Score below which jobs that ask for a standing are closed."""

    promotion: Annotated[int, Field(ge=0, le=1000), Unit("point"), Assumed(
        "lower end of the band good (A02): a reward asks for more than a right", 350, 700
    )] = 600  # fmt: skip
    """Score below which there is no promotion."""

    school: Annotated[int, Field(ge=0, le=1000), Unit("point"), Assumed(
        "upper end of the band poor (A02); the bar on costly schools is documented for lists (B23)", 350, 700
    )] = 550  # fmt: skip
    """Score of an adult below which the better school is closed to the children of the household."""

    exit: Annotated[int, Field(ge=0, le=1000), Unit("point"), Assumed(
        "lower end of the band good (A02); no scale documents it", 350, 700
    )] = 600  # fmt: skip
    """Score below which a person may not leave the country."""

    rank: Annotated[int, Field(ge=0, le=1000), Unit("point"), Assumed(
        "lower end of the band outstanding (A02): the front of a dating site is for few (A22)", 600, 900
    )] = 700  # fmt: skip
    """Score from which a person is shown at the front of dating sites."""

    margin: Annotated[int, Field(ge=0, le=300), Unit("point"), Assumed(
        "no second threshold is documented; 0 lets a right open where it closed", 0, 50
    )] = 0  # fmt: skip
    """Points above a threshold that it takes to open a right again."""

    trips: Annotated[float, Field(ge=0, le=365), Unit("1/year"), Estimated(
        "shine-2019", "8.1 M air tickets in 2018, 0.72 a listed debtor (B14); 1.4 to 1.8 in 2019", 0.5, 2.0
    )] = 0.7  # fmt: skip
    """Tickets that a person to whom travel is closed asks for in a year, in vain."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Estimated(
        "rongcheng-2016", "article 3: residents of 18 and more (A13)", 0, 18
    )] = 18  # fmt: skip
    """Age from which every right hangs on a person's own score; below it only travel does."""

    listed: Annotated[Literal["none", "travel", "joint"], Unit("1"), Assumed(
        "the courts bar travel themselves (B12); joint adds what others agreed to refuse; none without lists",
        0, 1,
    )] = "none"  # fmt: skip
    """What a blacklist closes beside the score: nothing, travel, or every right and the children's school."""

    def steps(self) -> tuple[Step, ...]:
        """Look at the household for the children's sake, then decide for everybody."""
        seen: tuple[Column[Any], ...] = (AGE, HOUSEHOLD_PLACE, SCORE)
        if self.listed == "joint":
            seen = (*seen, LISTED_UNTIL)
        read: tuple[Column[Any], ...] = (AGE, SCORE, UNPLACED, SHIELDS, *self._listed)
        look = Step("privileges.school", Phase.ACT, self._school, reads=(PARENT,), looks=seen,
                    writes=(UNPLACED,), every=MONTH)  # fmt: skip
        decide = Step("privileges.decide", Phase.SANCTION, self._decide, reads=read, writes=(RIGHTS,),
                      adds=(DIARY,))  # fmt: skip
        return (look, decide) if self.school or self.listed == "joint" else (decide,)

    @property
    def _listed(self) -> tuple[Column[np.uint16], ...]:
        return (LISTED_UNTIL,) if self.listed != "none" else ()

    @cached_property
    def openings(self) -> U32s:
        """By whole points of score, shape (1024,): rights that stay open; 16 bits up, those that reopen."""
        stay, reopen = np.zeros(_SCALE, np.uint32), np.zeros(_SCALE, np.uint32)
        points = np.arange(_SCALE)
        for right in Right:
            limit = 0 if right is Right.SCHOOL else int(self.model_dump()[str(right.name).lower()])
            unscored = (points == 0) | (limit == 0)
            stay[unscored | (points >= limit)] |= np.uint32(right)
            reopen[unscored | (points >= limit + self.margin)] |= np.uint32(right)
        return stay | reopen << np.uint32(16)

    @cached_property
    def _asks(self) -> np.uint64:
        return threshold(self.trips / 365)

    def _school(self, view: View, now: Now) -> None:
        listed = view.all(LISTED_UNTIL) if self.listed == "joint" else _NOBODY
        school(view.lo, view.all(HOUSEHOLD_PLACE), view.all(AGE), view.all(SCORE), listed, view[UNPLACED],
               self.school * POINT, self.from_age)  # fmt: skip
        self._with_parents(view)

    def _with_parents(self, view: View) -> None:
        """Children born in the run are where their parent is, not in the household of their row."""
        born = np.flatnonzero(view[PARENT])
        if len(born):
            theirs, score = view[PARENT][born] - 1, view.all(SCORE)
            low = (score[theirs] > 0) & (score[theirs] < self.school * POINT)
            if self.listed == "joint":
                low |= view.all(LISTED_UNTIL)[theirs] != 0
            minor = view.all(AGE)[view.lo + born] < self.from_age
            view[UNPLACED][born] = low & minor

    def _decide(self, view: View, now: Now) -> None:
        listed = view[LISTED_UNTIL] if self._listed else _NOBODY
        decide(view.ids, view[AGE], view[SCORE], view[UNPLACED], view[SHIELDS], listed, view[RIGHTS],
               view[DIARY], now.key, now.day, now.purpose("trip"), self._asks, self.from_age, self.openings,
               _BARRED[self.listed])  # fmt: skip


@rule
def kept(score: U16s, rights: U16s, openings: U32s, fresh: U16s) -> None:
    """The rights that the score on show leaves or opens again; vectorised."""
    for k in range(len(fresh)):
        opening = openings[score[k] >> _POINT_SHIFT]
        fresh[k] = np.uint16(opening & (np.uint32(rights[k]) | (opening >> _REOPEN)))


@rule
def decided(
    age: U8s, unplaced: U8s, shields: U16s, listed: U16s, from_age: np.uint8, by_list: np.uint16, fresh: U16s
) -> None:  # fmt: skip
    """What age, the household, a list and a safeguard make of them: a child's are travel and school."""
    for k in range(len(fresh)):
        mine = fresh[k] | (_MINOR if age[k] < from_age else _NONE)
        mine = mine & ~_SCHOOL if unplaced[k] != 0 else mine | _SCHOOL
        mine = mine & ~by_list if listed[k] != 0 else mine
        fresh[k] = _ALL if (shields[k] & _SHIELDED) != 0 else mine


@kernel
def decide(
    ids: U32s, age: U8s, score: U16s, unplaced: U8s, shields: U16s, listed: U16s, rights: U16s,
    diary: U64s, key: U64, day: int, purpose: U32, asks: U64, from_age: int, openings: U32s, by_list: int,
) -> None:  # fmt: skip
    """Open and close; then those to whom travel is closed ask for a ticket with chance ``asks``.

    ``listed`` is empty where no list closes rights (``by_list``). What everybody may is worked out without
    a branch; only those for whom something changes, or who ask, are looked at one by one.
    """
    one, two, barred = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64), np.empty(BLOCK + 1, np.uint32)
    rows, nobody = np.empty(BLOCK + 1, np.int64), np.zeros(BLOCK, np.uint16)
    fresh, mark = np.empty(BLOCK, np.uint16), np.empty(BLOCK, np.uint8)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        last = first + n
        old, new = rights[first:last], fresh[:n]
        on_list = listed[first:last] if len(listed) != 0 else nobody[:n]
        kept(score[first:last], old, openings, new)
        decided(age[first:last], unplaced[first:last], shields[first:last], on_list, np.uint8(from_age),
                np.uint16(by_list), new)  # fmt: skip
        for k in range(n):
            mark[k] = np.uint8(new[k] != old[k])
        for k in rows[: noted(mark, n, rows)]:
            changed = (old[k] ^ new[k]) & _TOLD
            told = (_CLOSED if changed & old[k] else 0) | (_OPENED if changed & new[k] else 0)
            diary[first + k] |= np.uint64(told)
            old[k] = new[k]
        count = 0
        for k in range(n):
            rows[count], barred[count] = first + k, ids[first + k]  # kept only if the count moves on
            count += int((new[k] & _TRAVEL) == 0)
        fill(key, barred[:count], when(day, 0), purpose, one[:count], two[:count])
        for k in range(count):
            if one[k] < asks:
                diary[rows[k]] |= _REFUSED


@rule
def shut_out(
    row: int, place: U8s, age: U8s, score: U16s, listed: U16s, limit: int, from_age: int
) -> bool:  # fmt: skip
    """Whether a row's household has an adult below the limit or listed: it ends where the next one starts."""
    first = max(row - int(place[row]), 0)
    other = first
    while other < len(score) and (other == first or place[other] > 0):
        if age[other] >= from_age and (0 < score[other] < limit or (len(listed) != 0 and listed[other] != 0)):
            return True
        other += 1
    return False


@kernel
def school(
    lo: int, place: U8s, age: U8s, score: U16s, listed: U16s, unplaced: U8s, limit: int, from_age: int
) -> None:  # fmt: skip
    """Close the better school to children with an adult below the limit or listed, open it to all others."""
    for i in range(len(unplaced)):
        row = lo + i
        unplaced[i] = np.uint8(0)
        if age[row] < from_age:
            unplaced[i] = shut_out(row, place, age, score, listed, limit, from_age)
