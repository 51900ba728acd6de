"""Livelihood: earnings, work, loans, and what closed rights do to them.

Workers lose and find work, are promoted, borrow and repay. A lender grants loans by one of five policies: two
of an ordinary town (``history``: nobody who failed of late; ``credit_gate``: the right to credit
alone), and the three of Liu et al. 2018, who lend by a credit score of 300 to 850: a repaid loan raises it by
75, a default lowers it by 150. With the tables of the Federal Reserve, and a default that costs what four
repaid loans bring, one round moves the mean of the group with the lower scores by +8.40 (maximum profit),
-17.14 (demographic parity) and +6.01 (equal opportunity). Closed rights refuse credit, jobs and promotion.
Whoever is detained loses work, earns nothing, borrows nothing and fails to repay what falls due.

Left out: interest, sums, prices, wealth, hours, who hires, retirement, and a scoring lender who learns from
the town: thresholds stay as they were computed from the tables, for one round, as in the paper.
"""

from functools import cached_property
from itertools import accumulate
from operator import mul
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core import rng
from glasstown.core.columns import POINT, Column
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, fill, threshold, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ACTIVITY,
    AGE,
    DETAINED_UNTIL,
    DIARY,
    EARNINGS,
    ENTRIES,
    GROUP,
    INCOME,
    RIGHTS,
    Act,
    Activity,
    Event,
    Right,
)
from glasstown.mechanisms._lending import (
    CELLS,
    HIGH,
    LOW,
    Whole,
    defaults,
    fifth_edges,
    first_scores,
    ordinary_cell,
    scored_cell,
    scoring_lender,
)

USUAL = Column("usual_earnings", np.uint16, "10 yuan/year", "earnings per head when in work, 0 if never set")
OUT_OF_WORK = Column("out_of_work", np.uint8, "month", "months without work so far, 0 for anybody else")
LOAN = Column("loan", np.uint8, "month", "months until the loan is due, 0 without a loan")
FAILED = Column("failed", np.uint8, "month", "months until the lender forgets the last default, 0 if none")
CREDIT = Column("credit_score", np.uint16, "1/64 point", "the lender's score of 300 to 850, 0 if never set")

MONTH = 30
"""Days between two steps of this mechanism."""

_FULL = 1 << 16
_WORK = int(Activity.WORK)
_OPEN_CREDIT, _OPEN_JOBS, _OPEN_RISE = int(Right.CREDIT), int(Right.JOBS), int(Right.PROMOTION)
_REPAY, _DEFAULT = int(Act.REPAY), int(Act.DEFAULT)
_REPAID, _DEFAULTED = int(Event.REPAID), int(Event.DEFAULTED)
_BORROWED, _REFUSED_CREDIT = int(Event.BORROWED), int(Event.REFUSED_CREDIT)
_HIRED, _DISMISSED, _PROMOTED = int(Event.HIRED), int(Event.DISMISSED), int(Event.PROMOTED)
_REFUSED_WORK = int(Event.REFUSED_WORK)
_NONE_U8, _NONE_U16 = np.zeros(0, np.uint8), np.zeros(0, np.uint16)
_SEALED_U8, _SEALED_U16 = _NONE_U8.view(), _NONE_U16.view()
_SEALED_U8.flags.writeable = _SEALED_U16.flags.writeable = False


class Livelihood(Mechanism):
    """Work, earnings and loans in a town, month by month."""

    neutral: ClassVar[dict[str, object]] = {"loans": 0.0, "separation": 0.0, "promotion": 0.0}

    separation: Annotated[float, Field(ge=0, le=12.5), Unit("1/year"), Assumed(
        "with this rate of hiring it leaves 5 % of workers without work", 0.0, 0.5
    )] = 0.105  # fmt: skip
    """Rate at which a person in work loses it."""

    hiring: Annotated[float, Field(ge=0, le=12.5), Unit("1/year"), Assumed(
        "half a year without work on average; no source at hand", 0.5, 6.0
    )] = 2.0  # fmt: skip
    """Rate at which a person out of work finds some."""

    benefit: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "savings, family and insurance together; no source at hand", 0.0, 0.8
    )] = 0.4  # fmt: skip
    """Share of usual earnings that a person keeps without work."""

    job_gate: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "share of employers who ask for the score; documented for heads of companies only (B15)", 0.0, 1.0
    )] = 0.5  # fmt: skip
    """Share of jobs that a person to whom jobs are closed cannot get."""

    promotion: Annotated[float, Field(ge=0, le=12.5), Unit("1/year"), Assumed(
        "once in twenty years of work; no source at hand", 0.0, 0.2
    )] = 0.05  # fmt: skip
    """Rate at which a person in work comes up for promotion."""

    rise: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed("a usual step of pay", 0.0, 0.3)] = 0.1
    """Share by which a promotion raises earnings."""

    loans: Annotated[float, Field(ge=0, le=12.5), Unit("1/year"), Assumed(
        "with a term of a year, 23 of 100 adults owe one; 26 % of people had a credit history (A09)", 0.0, 2.0
    )] = 0.3  # fmt: skip
    """Rate at which an adult without a loan asks for one."""

    term: Annotated[int, Field(ge=1, le=240), Unit("month"), Assumed(
        "a year: the real mixture runs from days to decades", 1, 60
    )] = 12  # fmt: skip
    """Months after which a loan is due, in one sum."""

    lift: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "what a loan buys (a tool, a course) pays a little; 0 for loans that are consumed", 0.0, 0.05
    )] = 0.01  # fmt: skip
    """Share by which a loan raises earnings."""

    policy: Annotated[
        Literal["history", "credit_gate", "max_profit", "demographic_parity", "equal_opportunity"],
        Unit("1"),
        Assumed("an ordinary lender looks at repayment; the last three are those of Liu et al.", 0, 1),
    ] = "history"
    """Who gets a loan, among those to whom credit is open."""

    lookback: Annotated[int, Field(ge=0, le=240), Unit("month"), Assumed(
        "two years, the shortest listing of a defaulter (B18)", 0, 120
    )] = 24  # fmt: skip
    """Months for which a lender who looks at history remembers a default."""

    default_share: Annotated[float, Field(ge=0, le=0.9), Unit("1"), Estimated(
        "xinhua-finance-2021", "1.84 % of loan value not performing, end of 2020 (J14)", 0.005, 0.05
    )] = 0.0184  # fmt: skip
    """Share of loans not repaid, with the policies that do not use a credit score."""

    fifth_odds: Annotated[float, Field(gt=0, le=1), Unit("1"), Assumed(
        "the poor fail to repay more often; no source at hand says how much more", 0.4, 1.0
    )] = 0.7  # fmt: skip
    """Factor on the odds of a default from one fifth of incomes to the next higher."""

    jobless_odds: Annotated[float, Field(ge=1, le=100), Unit("1"), Assumed(
        "who has lost work repays less; no source at hand says how much less", 1.0, 10.0
    )] = 3.0  # fmt: skip
    """Factor on the odds of a default without work."""

    default_cost: Annotated[float, Field(gt=0, le=1000), Unit("1"), Source(
        "liu-2018", "utilities +1 and -4 in notebook FICO-figures (A30, A31); -10 is their other case"
    )] = 4.0  # fmt: skip
    """What a default costs a lender who looks at a credit score, in units of what a repaid loan brings."""

    credit_gain: Annotated[float, Field(ge=0, le=550), Unit("point"), Source(
        "liu-2018", "score_change_repay in notebook FICO-figures (A30)"
    )] = 75.0  # fmt: skip
    """Points of the lender's own score for a loan repaid."""

    credit_loss: Annotated[float, Field(ge=0, le=550), Unit("point"), Source(
        "liu-2018", "score_change_default in notebook FICO-figures (A30)"
    )] = 150.0  # fmt: skip
    """Points of the lender's own score lost with a default."""

    settled: Annotated[bool, Unit("1"), Assumed(
        "a town that has been running: some without work, some loans half paid", 0, 1
    )] = True  # fmt: skip
    """Whether the town begins with the jobless and the loans that it will have on average."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed("legal majority", 16, 18)] = 18
    """Age from which people borrow."""

    def steps(self) -> tuple[Step, ...]:
        """Begin, repay in the morning, earn and borrow in the evening, once a month."""
        score = (CREDIT,) if self.scored else ()
        group = (GROUP,) if self.scored else ()
        begin = Step("livelihood.begin", Phase.BEGIN, self._begin, reads=(INCOME, ACTIVITY, AGE, *group),
                     writes=(USUAL, OUT_OF_WORK, LOAN, EARNINGS, *score))  # fmt: skip
        repay = Step("livelihood.repay", Phase.ACT, self._repay,
                     reads=(EARNINGS, OUT_OF_WORK, DETAINED_UNTIL, *group),
                     writes=(LOAN, FAILED, *score), adds=(ENTRIES, DIARY), every=MONTH)  # fmt: skip
        earn = Step("livelihood.earn", Phase.RESPOND, self._earn, reads=(ACTIVITY, RIGHTS, DETAINED_UNTIL),
                    writes=(USUAL, OUT_OF_WORK, EARNINGS), adds=(DIARY,), every=MONTH)  # fmt: skip
        borrow = Step("livelihood.borrow", Phase.RESPOND, self._borrow,
                      reads=(AGE, RIGHTS, FAILED, EARNINGS, OUT_OF_WORK, DETAINED_UNTIL, *score, *group),
                      writes=(LOAN, USUAL), adds=(DIARY,), every=MONTH)  # fmt: skip
        return (begin, repay, earn, borrow) if self.loans else (begin, earn)

    @cached_property
    def scored(self) -> bool:
        """Whether the lender goes by a credit score of its own."""
        return self.policy not in ("history", "credit_gate")

    @cached_property
    def jobless(self) -> float:
        """Share of workers who are out of work in the long run."""
        lost, found = _monthly(self.separation), _monthly(self.hiring)
        return lost / (lost + found) if lost else 0.0

    @cached_property
    def lender(self) -> tuple[U64s, U64s, U16s, U8s]:
        """Thresholds of repayment and of a loan by cell, both (512,); ends of fifths; cell by score."""
        edges = np.array(fifth_edges(), np.uint16)
        if self.scored:
            repaid, granted, nearest = scoring_lender(self.policy, self.default_cost)
            return repaid, granted, edges, nearest
        odds = self.fifth_odds, self.jobless_odds
        repaid, granted = np.zeros(2 * CELLS, np.uint64), np.full(2 * CELLS, rng.CERTAIN)
        failing = defaults(self.default_share, *odds, self.jobless, self.benefit)
        repaid[:10] = [threshold(1.0 - p) for p in failing]
        return repaid, granted, edges, _NONE_U8

    def _begin(self, view: View, now: Now) -> None:
        usual, out = view[USUAL], view[OUT_OF_WORK]
        usual[:] = np.where(usual == 0, view[INCOME], usual)
        one, two = np.empty(view.people, np.uint64), np.empty(view.people, np.uint64)
        if self.settled:
            rng.table(now.key, view.ids, now.day, 0, now.purpose("jobless"), one, two)
            stay = 1.0 - _monthly(self.hiring)
            longer = rng.thresholds(list(accumulate([stay] * 254, mul))[::-1])
            months = 255 - np.searchsorted(longer, two, side="right")
            jobless = (view[ACTIVITY] == _WORK) & (one < threshold(self.jobless))
            out[:] = np.where(jobless, months, 0)
            rng.table(now.key, view.ids, now.day, 0, now.purpose("debt"), one, two)
            asks = _monthly(self.loans)
            borrowed = self.term / (self.term - 1 + 1 / asks) if asks else 0.0
            indebted = (view[AGE] >= self.from_age) & (one < threshold(borrowed))
            view[LOAN][:] = np.where(indebted, two % np.uint64(self.term) + np.uint64(1), 0)
        view[EARNINGS][:] = np.where(out > 0, (usual.astype(np.int64) * self._kept + _FULL // 2) >> 16, usual)
        self._rate(view, now)

    def _rate(self, view: View, now: Now) -> None:
        """Give a first score to whoever has none: all at the start, or when a lender begins to score."""
        if self.scored and not (credit := view[CREDIT]).all():
            one, two = np.empty(view.people, np.uint64), np.empty(view.people, np.uint64)
            rng.table(now.key, view.ids, now.day, 0, now.purpose("credit"), one, two)
            credit[:] = np.where(credit == 0, first_scores(view[GROUP], one), credit)

    @cached_property
    def _kept(self) -> int:
        return round(self.benefit * _FULL)

    def _repay(self, view: View, now: Now) -> None:
        repaid, _, edges, nearest = self.lender
        self._rate(view, now)
        group, credit = (view[GROUP], view[CREDIT]) if self.scored else (_SEALED_U8, _NONE_U16)
        repay(view.ids, view[EARNINGS], view[OUT_OF_WORK], view[DETAINED_UNTIL], group, view[LOAN],
              view[FAILED], credit, view[ENTRIES], view[DIARY], now.key, now.day, now.purpose("repay"),
              repaid, edges, nearest, self.lookback, round(self.credit_gain * POINT),
              round(self.credit_loss * POINT))  # fmt: skip

    def _earn(self, view: View, now: Now) -> None:
        hired = _monthly(self.hiring)
        earn(view.ids, view[ACTIVITY], view[RIGHTS], view[DETAINED_UNTIL], view[USUAL], view[OUT_OF_WORK],
             view[EARNINGS], view[DIARY], now.key, now.day, now.purpose("work"),
             threshold(_monthly(self.separation)), threshold(hired), threshold(hired * (1.0 - self.job_gate)),
             threshold(_monthly(self.promotion)), round(self.rise * _FULL), self._kept)  # fmt: skip

    def _borrow(self, view: View, now: Now) -> None:
        _, granted, edges, nearest = self.lender
        group, credit = (view[GROUP], view[CREDIT]) if self.scored else (_SEALED_U8, _SEALED_U16)
        borrow(view.ids, view[AGE], view[RIGHTS], view[DETAINED_UNTIL], view[FAILED], view[EARNINGS],
               view[OUT_OF_WORK], group, credit, view[LOAN], view[USUAL], view[DIARY], now.key, now.day,
               now.purpose("loan"), threshold(_monthly(self.loans)), granted, edges, nearest, self.from_age,
               self.term, self.policy == "history", round(self.lift * _FULL))  # fmt: skip


def _monthly(rate: float) -> float:
    """The chance in a month of what happens at a yearly rate."""
    return min(1.0, rate * MONTH / 365)


@rule
def within(value: Whole, low: int, high: int) -> Whole:
    """The value, or the bound that it passed."""
    return low if value < low else high if value > high else value


@rule
def raised(pay: Whole, share: int) -> Whole:
    """Earnings raised by a share in 1/65,536, as far as the column holds."""
    return within(pay + ((pay * share + _FULL // 2) >> 16), 0, 65535)


@kernel
def repay(
    ids: U32s, earnings: U16s, out: U8s, until: U16s, group: U8s, loan: U8s, failed: U8s, credit: U16s,
    entries: U16s, diary: U64s, key: U64, day: int, purpose: U32,
    repaid: U64s, edges: U16s, nearest: U8s, lookback: int, gain: int, loss: int,
) -> None:  # fmt: skip
    """Loans come due; who repays is drawn by cell. Entries tell, and the lender's score moves."""
    scored = len(credit) > 0
    for i in range(len(ids)):
        if failed[i] > 0:
            failed[i] -= np.uint8(1)
        if loan[i] == 0:
            continue
        loan[i] -= np.uint8(1)
        if loan[i] > 0:
            continue
        if scored:
            cell = scored_cell(np.int64(group[i]), np.int64(credit[i]), nearest)
        else:
            cell = ordinary_cell(np.int64(earnings[i]), out[i], edges)
        luck, _ = draw(key, ids[i], 0, when(day, 0), purpose)
        good = luck < repaid[cell] and until[i] == 0
        entries[i] |= np.uint16(_REPAY if good else _DEFAULT)
        diary[i] |= np.uint64(_REPAID if good else _DEFAULTED)
        if not good:
            failed[i] = lookback
        if scored:
            credit[i] = within(np.int64(credit[i]) + (gain if good else -loss), LOW * POINT, HIGH * POINT)


@rule
def worked(u: U64, v: U64, out: int, rights: Whole, lost: U64, hired: U64, anyway: U64, rises: U64) -> Whole:
    """What happens to a worker's job this month: an Event, or 0. ``anyway``: hired though jobs are closed."""
    if out == 0:
        if u < lost:
            return _DISMISSED
        if v < rises:
            return _PROMOTED if rights & _OPEN_RISE else _REFUSED_WORK
    elif u < anyway or (u < hired and rights & _OPEN_JOBS):
        return _HIRED
    elif u < hired:
        return _REFUSED_WORK
    return 0


@kernel
def earn(
    ids: U32s, activity: U8s, rights: U16s, until: U16s, usual: U16s, out: U8s, earnings: U16s, diary: U64s,
    key: U64, day: int, purpose: U32, lost: U64, hired: U64, anyway: U64, rises: U64, rise: int, kept: int,
) -> None:  # fmt: skip
    """Lose work, find it, be promoted; earn as usual, or the share ``kept`` (1/65,536) without work."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            pay: Whole = np.int64(usual[i])
            if activity[i] == _WORK:
                event = worked(one[k], two[k], out[i], np.int64(rights[i]), lost, hired, anyway, rises)
                if until[i] != 0:
                    event = _DISMISSED if out[i] == 0 else 0
                diary[i] |= np.uint64(event)
                if event == _PROMOTED:
                    pay = raised(pay, rise)
                    usual[i] = pay
                if event == _HIRED:
                    out[i] = 0
                elif event == _DISMISSED or out[i] > 0:
                    out[i] = within(np.int64(out[i]) + 1, 1, 255)
            earnings[i] = pay if out[i] == 0 else (pay * kept + _FULL // 2) >> 16
            if until[i] != 0:
                earnings[i] = 0


@kernel
def borrow(
    ids: U32s, age: U8s, rights: U16s, until: U16s, failed: U8s, earnings: U16s, out: U8s, group: U8s,
    credit: U16s, loan: U8s, usual: U16s, diary: U64s, key: U64, day: int, purpose: U32,
    asks: U64, granted: U64s, edges: U16s, nearest: U8s, from_age: int, term: int, remembers: bool, lift: int,
) -> None:  # fmt: skip
    """Some adults without a loan ask for one; a closed right refuses, then history, then the cell's share."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            if one[k] >= asks or loan[i] > 0 or age[i] < from_age or until[i] != 0:
                continue
            if len(credit) > 0:
                cell = scored_cell(np.int64(group[i]), np.int64(credit[i]), nearest)
            else:
                cell = ordinary_cell(np.int64(earnings[i]), out[i], edges)
            shut = (rights[i] & _OPEN_CREDIT) == 0 or (remembers and failed[i] > 0)
            if shut or two[k] >= granted[cell]:
                diary[i] |= np.uint64(_REFUSED_CREDIT)
                continue
            diary[i] |= np.uint64(_BORROWED)
            loan[i] = term
            usual[i] = raised(np.int64(usual[i]), lift)
