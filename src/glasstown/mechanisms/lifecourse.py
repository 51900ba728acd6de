"""Life courses: birthdays, school, work and retirement, homes of one's own, children, death, at real rates.

Each birthday decides whether and when the year to come brings death, by age and sex; deaths are spread evenly
over a year of age. Alone, with births that replace deaths, every row of the town is a renewal process: the
ages of the living are those of the life table's stationary population, whatever they were at first. People
are rows of a fixed number. A death leaves a row without a person; a birth takes the free row nearest to the
mother's, with an id of its own made from the mother's and the number of the birth, so that twin worlds give
the same child the same draws. What others keep of the row begins anew (``NEWBORN``).

A child is born into the mother's household, group, income and income fifth; a school closed to it for the
sake of its household costs part of the income at which it starts.

Left out: migration, twin births, intervals between births, divorce, fertility and mortality by group, income,
town or country, change of rates over time. Ties and the district belong to the row, so whoever is born into
it knows the neighbours of that place.
"""

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core.columns import Column, Tally
from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Order, Phase, Step, View
from glasstown.core.rng import draw, threshold, when
from glasstown.core.typing import U32, U64, F64s, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ACTIVITY,
    AGE,
    ALIVE,
    BOLDNESS,
    DIARY,
    DILIGENCE,
    EARNINGS,
    FAMILY,
    GROUP,
    HOUSEHOLD,
    HOUSEHOLD_PLACE,
    HOUSEHOLD_SIZE,
    ID,
    INCOME,
    NEWBORN,
    PARENT,
    PARTNER,
    PRIVATE_DISSENT,
    PROSOCIALITY,
    RENEWALS,
    RIGHTS,
    RISK_AVERSION,
    SEX,
    STRATUM,
    Activity,
    Event,
    Family,
    Right,
)
from glasstown.mechanisms import _ages, _cradle
from glasstown.mechanisms._ages import LAST
from glasstown.mechanisms._cradle import (
    BORN,
    DEAD,
    DYING,
    EXPECTING,
    LEAVING,
    LEFT,
    LIVING,
    UNBORN,
    VACANT,
)

TURN = Column("turn_of_life", np.uint16, "day+1", "the next birthday or death, modulo 65536")
FATE = Column(
    "fate", np.uint8, "1", "which: 0 birthday, 1 death, 2 first day; 3 died, 4 a row without person"
)
BENT = Column("bent", np.uint16, "1/65536", "place in a cohort: first at school, then at work, then neither")
BARRED = Column("barred", np.uint8, "year", "birthdays at school with the better school closed")
CHILDREN = Column("children", np.uint8, "1", "children born in the run")
WAITS = Column("waits", np.uint8, "1", "1 for a free row for a child, 2 for somebody to leave home with")

BIRTHS = Tally("births", "1", "people born")
DEATHS = Tally("deaths", "1", "people who died")
WAITING = Tally("waiting", "1", "births that wait for a free row")

YEAR = 365
"""Days of a year."""

Whole = int | np.int64

_SCHOOL, _WORK, _REST = int(Activity.SCHOOL), int(Activity.WORK), int(Activity.RETIRED)
_BETTER, _OLD_PARENT = int(Right.SCHOOL), int(Family.PARENT)
_BORN, _DIED = np.uint64(Event.BORN), np.uint64(Event.DIED)
_HIGH, _FLOAT, _LOW = np.uint64(32), np.uint64(11), np.uint64(0xFFFF_FFFF)
_UNIT = 1.0 / 9007199254740992.0
_DAYS, _FIRST_YEAR = 0xFFFF, 6
_TEMPER: tuple[Column[Any], ...] = (PRIVATE_DISSENT, BOLDNESS, PROSOCIALITY, DILIGENCE, RISK_AVERSION)
_GONE: tuple[Column[Any], ...] = (PARENT, WAITS, CHILDREN, PRIVATE_DISSENT)
_FRESH: tuple[Column[Any], ...] = (AGE, ACTIVITY, FAMILY, BARRED, WAITS, CHILDREN)
_HERS: tuple[Column[Any], ...] = (GROUP, STRATUM, INCOME, HOUSEHOLD)


class Lifecourse(Mechanism):
    """How people are born, grow up, work, have children, grow old and die."""

    neutral: ClassVar[dict[str, object]] = {"pace": 0.0}

    pace: Annotated[float, Field(ge=0, le=50), Unit("1"), Assumed(
        "lives at their own speed: no doubt of it; more is a device to see generations, 0 stops time", 1, 1
    )] = 1.0  # fmt: skip
    """Years of life in a year of the run."""

    births: Annotated[Literal["replacement", "open"], Unit("1"), Assumed(
        "the town keeps its size: as many are born in a month as rows are free", 0, 1
    )] = "replacement"  # fmt: skip
    """Whether births fill every free row, or come at the rate of ``fertility`` (and wait for a row)."""

    fertility: Annotated[float, Field(ge=0, le=12), Unit("1"), Source(
        "un-wpp-2024", "table tfr1dt, China 2020: 1.236 (I13); official figure for 2020: 1.3"
    )] = 1.236  # fmt: skip
    """Children of a woman in her life, if births are open; their ages of mothers hold in both cases."""

    boys: Annotated[float, Field(ge=0, le=1000), Unit("1"), Estimated(
        "nbs-census-2020", "111.3 men per 100 women at birth (I06); not met in a second reading", 105, 118
    )] = 111.3  # fmt: skip
    """Boys born for each 100 girls."""

    likeness: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "no figure on these scales; 0 makes children strangers, 1 copies of their mothers", 0, 1
    )] = 0.25  # fmt: skip
    """Chance that a child has the mother's dispositions rather than those of anybody in the town."""

    with_parents: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "no rate by couple was found; about keeps the published mean of 2.6 people in a household", 0, 1
    )] = 0.4  # fmt: skip
    """Chance that a couple who leave home settle with his household rather than found one."""

    school_loss: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "no estimate for the schools that are barred (costly private ones, B23); 0 takes nothing", 0, 0.3
    )] = 0.1  # fmt: skip
    """Share of the income to start from that is lost if the better school was closed in every year."""

    def steps(self) -> tuple[Step, ...]:
        """Enter the town in the middle of life; then turns of life day by day, births and homes by month."""
        if not self.length:
            return ()
        own = (TURN, FATE, ALIVE, AGE, STRATUM, ACTIVITY, INCOME, FAMILY, BENT, BARRED, WAITS)
        row = (ID, SEX, GROUP, HOUSEHOLD_SIZE, HOUSEHOLD, PARENT, NEWBORN, CHILDREN)
        return (
            Step("lifecourse.enter", Phase.BEGIN, self._enter,
                 reads=(ALIVE, AGE, SEX, ACTIVITY, HOUSEHOLD_PLACE), writes=(TURN, FATE, BENT, HOUSEHOLD)),
            Step("lifecourse.live", Phase.AGE, self._live, reads=(SEX, PARENT, RIGHTS), writes=own,
                 adds=(DIARY,), counts=(DEATHS,)),
            Step("lifecourse.bear", Phase.AGE, self._bear, reads=(EARNINGS,), looks=(PARTNER,),
                 writes=(*own, *row, *_TEMPER), counts=(BIRTHS, WAITING, RENEWALS), every=self.month,
                 order=Order.SEQUENTIAL),
        )  # fmt: skip

    @property
    def length(self) -> int:
        """Days from one birthday to the next."""
        return round(YEAR / self.pace) if self.pace else 0

    @property
    def month(self) -> int:
        """Days from one look at births and homes to the next."""
        return max(1, round(self.length / 12))

    @cached_property
    def _tables(self) -> tuple[U64s, U64s, U64s, U64s, U8s, U8s]:
        return (_ages.deaths(), _ages.weekdays(), _ages.leaving(), _ages.parents(), _ages.bands(),
                _ages.rest())  # fmt: skip

    @cached_property
    def _rate(self) -> F64s:
        return _ages.fertility(self.fertility if self.births == "open" else 1.0) * self.month / self.length

    def _enter(self, view: View, now: Now) -> None:
        enter(view.ids, view.lo, view[ALIVE], view[AGE], view[SEX], view[ACTIVITY], view[HOUSEHOLD_PLACE],
              view[TURN], view[FATE], view[BENT], view[HOUSEHOLD], now.key, now.day, now.purpose("enter"),
              _ages.stretched(_ages.dying()), self._tables[1], self.length)  # fmt: skip

    def _live(self, view: View, now: Now) -> None:
        rows = due(view[TURN], np.uint16((now.day + 1) & _DAYS))
        age, activity = view[AGE], view[ACTIVITY]
        grow(rows, view.ids, view[SEX], view[PARENT], view[RIGHTS], view[FATE], age, view[STRATUM], activity,
             view[INCOME], view[FAMILY], view[BENT], view[BARRED], view[WAITS], now.key, now.day,
             now.purpose("parent"), self._tables, round(self.school_loss * 65536))  # fmt: skip
        turn(rows, view.ids, view[SEX], age, view[ALIVE], activity, view[FAMILY], view[TURN], view[FATE],
             view[DIARY], view.count(DEATHS), now.key, now.day, now.purpose("year"), self._tables[0],
             self.length)  # fmt: skip

    def _bear(self, view: View, now: Now) -> None:
        self._close(view)
        vacant = np.flatnonzero(view[ALIVE] == 0)
        mothers = self._mothers(view, now, len(vacant))
        self._arrive(view, now, _cradle.rows_for(mothers, vacant), mothers)
        alive, age, household, waits = view[ALIVE], view[AGE], view[HOUSEHOLD], view[WAITS]
        members, oldest, _, _ = _cradle.census(alive, age, household)
        rows = _cradle.ready(alive, age, household, oldest, waits)
        women, men = _cradle.couples(rows, view[SEX], view[NEWBORN], household, view.all(PARTNER))
        _cradle.move_in(women, men, view[ID], age, household, waits, members, oldest, now.key, now.day,
                        now.purpose("home"), threshold(self.with_parents))  # fmt: skip
        _cradle.settle(alive, age, view[SEX], view[PARENT], household, view[NEWBORN], view[FAMILY],
                       view[HOUSEHOLD_SIZE])  # fmt: skip
        view.count(BIRTHS)[0] += len(mothers)
        view.count(WAITING)[0] += int(np.count_nonzero(waits & EXPECTING))
        view.count(RENEWALS)[0] += int(np.count_nonzero(view[NEWBORN]))

    def _close(self, view: View) -> None:
        """Close the books of those who died since the last month."""
        fate, newborn, parent = view[FATE], view[NEWBORN], view[PARENT]
        newborn[:] = 0
        dead = np.flatnonzero(fate == DEAD)
        fate[dead], newborn[dead] = VACANT, LEFT
        for column in _GONE:
            view[column][dead] = 0
        children = np.flatnonzero(parent)
        parent[children[newborn[parent[children] - 1] == LEFT]] = 0

    def _mothers(self, view: View, now: Now, vacant: int) -> I64s:
        """Rows of those who bear a child now, whoever waits or drew lowest first; others may have to wait."""
        is_open, waits = self.births == "open", view[WAITS]
        if not vacant and not is_open:
            return np.zeros(0, np.int64)
        rows = _cradle.fertile(view[ALIVE], view[SEX], view[AGE], self._rate)
        u, _ = _cradle.words(now.key, view[ID][rows], now.day, 0, now.purpose("mother"))
        turn_ = _cradle.turns(u, self._rate[view[AGE][rows]], waits[rows])
        chosen = rows[_cradle.first(turn_, len(rows) if is_open else vacant, 1.0 if is_open else np.inf)]
        waits[chosen[vacant:]] |= np.uint8(EXPECTING)
        waits[chosen[:vacant]] &= np.uint8(255 - EXPECTING)
        return np.asarray(chosen[:vacant])

    def _arrive(self, view: View, now: Now, rows: I64s, mothers: I64s) -> None:
        """Write the children into their rows: with their mothers, in her household, group, income fifth."""
        ids = view[ID]
        names = _cradle.names_for(ids, ids[mothers], view[CHILDREN][mothers], now.key, now.purpose("name"))
        u, v = _cradle.words(now.key, names, 0, 0, now.purpose("child"))
        ids[rows], view[SEX][rows] = names, u >= threshold(self.boys / (self.boys + 100))
        view[ALIVE][rows], view[NEWBORN][rows], view[FATE][rows] = 1, BORN, UNBORN
        view[TURN][rows], view[BENT][rows] = (now.day + 2) & _DAYS, v >> np.uint64(48)
        for column in _FRESH:
            view[column][rows] = 0
        children = view[CHILDREN]
        children[mothers] = np.minimum(children[mothers], 254) + np.uint8(1)
        _cradle.inherit(view, rows, mothers, _HERS)
        stratum, earned = view[STRATUM], view[EARNINGS][mothers]
        stratum[rows] = stratum[rows] // 40 * 40 + stratum[rows] % 5
        view[INCOME][rows] = np.where(earned > 0, earned, view[INCOME][rows])
        view[PARENT][rows] = mothers + 1
        u, v = _cradle.words(now.key, names, 0, 0, now.purpose("temper"))
        other = (((v >> _HIGH) * np.uint64(view.town)) >> _HIGH).astype(np.int64)
        like = np.where((u < threshold(self.likeness)) | (view[ALIVE][other] == 0), mothers, other)
        _cradle.inherit(view, rows, like, _TEMPER)


@rule
def weekday(bent: Whole, age: int, sex: int, limits: U64s, rest: U8s) -> int:
    """What fills the weekdays of somebody at this place of the cohort."""
    place = (np.uint64(bent) << np.uint64(16)) | np.uint64(0x8000)
    if place < limits[age, 0]:
        return _SCHOOL
    if place < limits[age, 1]:
        return _WORK
    return _REST if age >= rest[sex] else 0


@rule
def place_of(v: U64, activity: int, age: int, limits: U64s) -> Whole:
    """A place of the cohort, drawn with 32 bits of ``v``, that fits what the person does at this age."""
    low, high = np.uint64(0), limits[age, 0]
    if activity != _SCHOOL:
        low, high = limits[age, 1], np.uint64(1) << _HIGH
        if activity == _WORK:
            low, high = limits[age, 0], limits[age, 1]
    if high <= low:
        low, high = np.uint64(0), np.uint64(1) << _HIGH
    return np.int64((low + (((v & _LOW) * (high - low)) >> _HIGH)) >> np.uint64(16))


@kernel
def enter(
    ids: U32s, lo: int, alive: U8s, age: U8s, sex: U8s, activity: U8s, place: U8s, turn: U16s, fate: U8s,
    bent: U16s, household: U32s, key: U64, day: int, purpose: U32, dying: F64s, limits: U64s, length: int,
) -> None:  # fmt: skip
    """Give everybody a birthday, and those who will not live to see the next one a day of death."""
    for i in range(len(ids)):
        if household[i] == 0:
            household[i] = np.uint32(max(lo + i - int(place[i]), 0) + 1)
        u, v = draw(key, int(ids[i]), 0, when(day, 0), purpose)
        w, x = draw(key, int(ids[i]), 0, when(day, 1), purpose)
        left = np.int64(((u >> _HIGH) * np.uint64(length)) >> _HIGH) + 1
        chance = dying[age[i], sex[i]]
        chance = chance * left / (length - chance * (length - left))
        fate[i] = np.uint8(LIVING)
        if float(v >> _FLOAT) * _UNIT < chance:
            fate[i] = np.uint8(DYING)
            left = np.int64(((w >> _HIGH) * np.uint64(left)) >> _HIGH) + 1
        turn[i] = np.uint16((day + left) & _DAYS)
        bent[i] = np.uint16(place_of(x, int(activity[i]), int(age[i]), limits))
        if alive[i] == 0:
            fate[i] = np.uint8(VACANT)


@kernel
def due(turn: U16s, today: np.uint16) -> I64s:
    """Rows of those whose turn is ``today``, in order."""
    mark, some = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    rows, count = np.empty(len(turn), np.int64), 0
    for first in range(0, len(turn), BLOCK):
        n = min(BLOCK, len(turn) - first)
        mine = turn[first : first + n]
        for k in range(n):
            mark[k] = np.uint8(mine[k] == today)
        for k in some[: noted(mark, n, some)]:
            rows[count] = first + k
            count += 1
    return rows[:count]


@kernel
def grow(
    rows: I64s, ids: U32s, sex: U8s, parent: U32s, rights: U16s, fate: U8s, age: U8s, stratum: U8s,
    activity: U8s, income: U16s, family: U8s, bent: U16s, barred: U8s, waits: U8s,
    key: U64, day: int, purpose: U32, tables: tuple[U64s, U64s, U64s, U64s, U8s, U8s], loss: int,
) -> None:  # fmt: skip
    """Birthdays: a year older, the weekdays of that age, an old parent or none, the wish to leave home."""
    _, limits, leaving, parents, bands, rest = tables
    for i in rows:
        if fate[i] != LIVING:
            continue
        age[i] = np.uint8(min(int(age[i]) + 1, LAST))
        a = int(age[i])
        stratum[i] = np.uint8(stratum[i] // 40 * 40 + bands[a] + stratum[i] % 5)
        before, now = int(activity[i]), weekday(int(bent[i]), a, int(sex[i]), limits, rest)
        activity[i] = np.uint8(now)
        if before == _SCHOOL:
            barred[i] += np.uint8((rights[i] & _BETTER == 0) & (barred[i] < 255))
            if now != _SCHOOL:
                years = max(a - _FIRST_YEAR, int(barred[i]), 1)
                lost = np.int64(income[i]) * loss * np.int64(barred[i]) // (years * 65536)
                income[i] = np.uint16(np.int64(income[i]) - lost)
                barred[i] = np.uint8(0)
        u, v = draw(key, int(ids[i]), 0, when(day, 0), purpose)
        if parent[i] == 0:
            if family[i] & _OLD_PARENT == 0:
                family[i] |= np.uint8(_OLD_PARENT if u < parents[a, 0] else 0)
            elif u < parents[a, 1]:
                family[i] &= np.uint8(255 - _OLD_PARENT)
        if v < leaving[a]:
            waits[i] |= np.uint8(LEAVING)


@kernel
def turn(
    rows: I64s, ids: U32s, sex: U8s, age: U8s, alive: U8s, activity: U8s, family: U8s, turn_: U16s, fate: U8s,
    diary: U64s, dead: I64s, key: U64, day: int, purpose: U32, dying: U64s, length: int,
) -> None:  # fmt: skip
    """Die on the day that was set; for all others whose turn it is, draw what ends the year that begins."""
    for i in rows:
        if fate[i] == DYING:
            diary[i] |= _DIED
            dead[0] += 1
            fate[i], alive[i] = np.uint8(DEAD), np.uint8(0)
            age[i], activity[i], family[i] = np.uint8(0), np.uint8(0), np.uint8(0)
        elif fate[i] == LIVING or fate[i] == UNBORN:
            if fate[i] == UNBORN:
                diary[i] |= _BORN
            u, v = draw(key, int(ids[i]), 0, when(day, 0), purpose)
            left, fate[i] = np.int64(length), np.uint8(LIVING)
            if u < dying[age[i], sex[i]]:
                left = np.int64(((v >> _HIGH) * np.uint64(length)) >> _HIGH) + 1
                fate[i] = np.uint8(DYING)
            turn_[i] = np.uint16((day + 1 + left) & _DAYS)
