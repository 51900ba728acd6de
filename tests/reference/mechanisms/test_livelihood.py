"""Livelihood against a slow plain twin and against its own Python source."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from feeder import Setter, live
from glasstown.core import rng
from glasstown.core.columns import POINT
from glasstown.core.vocabulary import DIARY, EARNINGS, ENTRIES, RIGHTS, Act, Event, Right
from glasstown.mechanisms import _lending as lending
from glasstown.mechanisms import livelihood
from glasstown.mechanisms.livelihood import CREDIT, FAILED, LOAN, MONTH, OUT_OF_WORK, USUAL, Livelihood

PEOPLE, MONTHS = 400, 40
COLUMNS = (EARNINGS, USUAL, OUT_OF_WORK, LOAN, FAILED, ENTRIES, DIARY)


def town() -> tuple[dict[str, NDArray[Any]], list[NDArray[np.uint16]]]:
    chance = np.random.default_rng(12)
    given = {
        "age": chance.integers(10, 90, PEOPLE).astype(np.uint8),
        "activity": chance.integers(0, 4, PEOPLE).astype(np.uint8),
        "group": chance.integers(0, 2, PEOPLE).astype(np.uint8),
        "income": chance.integers(200, 9_000, PEOPLE).astype(np.uint16),
        "credit_score": chance.integers(300 * POINT, 850 * POINT, PEOPLE).astype(np.uint16),
        "detained_until": chance.choice([0, 999], PEOPLE, p=[0.9, 0.1]).astype(np.uint16),
    }
    rights = [chance.integers(0, 128, PEOPLE).astype(np.uint16) for _ in range(MONTHS)]
    return given, [rights[day // MONTH] for day in range(MONTHS * MONTH)]


def words(day: int, decision: str) -> list[tuple[Fraction, Fraction]]:
    one, two = np.empty(PEOPLE, np.uint64), np.empty(PEOPLE, np.uint64)
    ids = np.arange(PEOPLE, dtype=np.uint32)
    rng.table(rng.run_key(1), ids, day, 0, rng.purpose("livelihood", decision), one, two)
    return [(Fraction(int(u), 2**64), Fraction(int(v), 2**64)) for u, v in zip(one, two, strict=True)]


def monthly(rate: float) -> float:
    return min(1.0, rate * 30 / 365)


def raised(pay: int, share: float) -> int:
    return min(pay + (pay * round(share * 65_536) + 32_768) // 65_536, 65_535)


class Twin:
    """The same people in plain Python, one by one; not settled at the start."""

    def __init__(self, town: Livelihood, given: dict[str, NDArray[Any]]) -> None:
        self.town, self.given = town, given
        self.usual = [int(x) for x in given["income"]]
        self.earnings = list(self.usual)
        self.out, self.loan, self.failed = [0] * PEOPLE, [0] * PEOPLE, [0] * PEOPLE
        self.credit = [int(x) for x in given["credit_score"]]
        self.away = (given["detained_until"] != 0).tolist()
        self.acts, self.diary = [0] * PEOPLE, [0] * PEOPLE
        if town.scored:
            self.lent = lending.grants(town.policy, town.default_cost)
        t = town
        self.failing = lending.defaults(t.default_share, t.fifth_odds, t.jobless_odds, t.jobless, t.benefit)

    def repays(self, i: int) -> float:
        if self.town.scored:
            return lending.borrowers().repaid[self.given["group"][i]][self.seen(i)] / 10_000
        fifth = sum(self.earnings[i] >= edge for edge in lending.fifth_edges())
        return 1.0 - self.failing[fifth + 5 * (self.out[i] > 0)]

    def seen(self, i: int) -> int:
        """The published score nearest to the person's, looked up by eighths of a point."""
        at = 8 * (self.credit[i] // 8)
        distances = [abs(at - s) for s in lending.borrowers().scores]
        return distances.index(min(distances))

    def repay(self, day: int) -> None:
        luck = words(day, "repay")
        for i in range(PEOPLE):
            self.failed[i] = max(self.failed[i] - 1, 0)
            if not self.loan[i]:
                continue
            self.loan[i] -= 1
            if self.loan[i]:
                continue
            good = luck[i][0] < Fraction(self.repays(i)) and not self.away[i]
            self.acts[i] |= Act.REPAY if good else Act.DEFAULT
            self.diary[i] |= Event.REPAID if good else Event.DEFAULTED
            if not good:
                self.failed[i] = self.town.lookback
            move = self.town.credit_gain if good else -self.town.credit_loss
            self.credit[i] = min(max(self.credit[i] + round(move * POINT), 300 * POINT), 850 * POINT)

    def earn(self, day: int, rights: NDArray[Any]) -> None:
        t, luck = self.town, words(day, "work")
        for i in range(PEOPLE):
            u, v = luck[i]
            if self.away[i]:
                if self.given["activity"][i] == 2:
                    self.diary[i] |= 0 if self.out[i] else Event.DISMISSED
                    self.out[i] = min(self.out[i] + 1, 255)
                self.earnings[i] = 0
                continue
            if self.given["activity"][i] == 2:
                if not self.out[i]:
                    if u < Fraction(monthly(t.separation)):
                        self.out[i] = 1
                        self.diary[i] |= Event.DISMISSED
                    elif v < Fraction(monthly(t.promotion)):
                        if rights[i] & Right.PROMOTION:
                            self.usual[i] = raised(self.usual[i], t.rise)
                            self.diary[i] |= Event.PROMOTED
                        else:
                            self.diary[i] |= Event.REFUSED_WORK
                else:
                    offered = u < Fraction(monthly(t.hiring))
                    anyway = u < Fraction(monthly(t.hiring) * (1.0 - t.job_gate))
                    if offered and (anyway or rights[i] & Right.JOBS):
                        self.out[i] = 0
                        self.diary[i] |= Event.HIRED
                    else:
                        self.out[i] = min(self.out[i] + 1, 255)
                        self.diary[i] |= Event.REFUSED_WORK if offered else 0
            kept = (self.usual[i] * round(t.benefit * 65_536) + 32_768) // 65_536
            self.earnings[i] = kept if self.out[i] else self.usual[i]

    def borrow(self, day: int, rights: NDArray[Any]) -> None:
        t, luck = self.town, words(day, "loan")
        for i in range(PEOPLE):
            asks = luck[i][0] < Fraction(monthly(t.loans))
            if not asks or self.loan[i] or self.given["age"][i] < t.from_age or self.away[i]:
                continue
            granted = bool(rights[i] & Right.CREDIT)
            if t.policy == "history":
                granted &= not self.failed[i]
            elif t.scored:
                granted &= luck[i][1] < self.lent[self.given["group"][i]][self.seen(i)]
            self.diary[i] |= Event.BORROWED if granted else Event.REFUSED_CREDIT
            if granted:
                self.loan[i] = t.term
                self.usual[i] = raised(self.usual[i], t.lift)


TOWNS: tuple[dict[str, Any], ...] = (
    {},
    {"loans": 6.0, "term": 2, "default_share": 0.3, "lookback": 4, "separation": 3.0, "promotion": 2.0,
     "job_gate": 0.8, "rise": 0.3, "lift": 0.05},
    {"policy": "credit_gate", "loans": 12.5, "term": 1, "fifth_odds": 0.5, "jobless_odds": 20.0,
     "separation": 6.0},
    {"policy": "max_profit", "loans": 8.0, "term": 1},
    {"policy": "demographic_parity", "loans": 8.0, "term": 3, "credit_gain": 40.0},
    {"policy": "equal_opportunity", "loans": 12.5, "term": 1, "default_cost": 10.0},
)  # fmt: skip


def differing(parameters: dict[str, Any], twin: Twin) -> list[tuple[int, str]]:
    """Months and columns in which the town is not the twin."""
    given, rights = town()
    mechanism = Livelihood(settled=False, **parameters)
    columns = (*COLUMNS, CREDIT) if mechanism.scored else COLUMNS
    days = (MONTHS - 1) * MONTH + 1
    seen, _ = live([mechanism, Setter.of(RIGHTS, rights)], PEOPLE, days, *columns, given=given, chunk=150)
    wrong = []
    for month in range(MONTHS):
        day = month * MONTH
        twin.acts, twin.diary = [0] * PEOPLE, [0] * PEOPLE
        if mechanism.loans:
            twin.repay(day)
        twin.earn(day, rights[day])
        if mechanism.loans:
            twin.borrow(day, rights[day])
        wanted = {
            "earnings": twin.earnings, "usual_earnings": twin.usual, "out_of_work": twin.out,
            "loan": twin.loan, "failed": twin.failed, "entries": twin.acts,
            "diary": twin.diary,
        } | ({"credit_score": twin.credit} if mechanism.scored else {})  # fmt: skip
        wrong += [(month, name) for name, each in wanted.items() if seen[day][name].tolist() != each]
    return wrong


@pytest.mark.parametrize("parameters", TOWNS)
def test_it_is_the_plain_twin(parameters: dict[str, Any]) -> None:
    assert differing(parameters, Twin(Livelihood(**parameters), town()[0])) == []


def test_the_twin_catches_a_detained_person_who_is_paid() -> None:
    twin = Twin(Livelihood(), town()[0])
    twin.away = [False] * PEOPLE
    assert (1, "earnings") in differing({}, twin)


def test_the_twin_catches_a_lender_who_forgets_a_month_early() -> None:
    early = TOWNS[1] | {"lookback": 3}
    assert differing(TOWNS[1], Twin(Livelihood(**early), town()[0])) != []


def test_kernels_are_their_python_source() -> None:
    given, rights = town()
    repaid, granted, edges, nearest = Livelihood(policy="equal_opportunity").lender
    key, why = rng.run_key(3), rng.purpose("livelihood", "x")
    ids = np.arange(PEOPLE, dtype=np.uint32)

    def fresh(kind: Any, top: int) -> NDArray[Any]:
        return np.random.default_rng(top).integers(0, top, PEOPLE).astype(kind)

    u8, u16, u32 = np.uint8, np.uint16, np.uint32
    runs = (
        (livelihood.repay, lambda: [
            ids, given["income"], fresh(u8, 3), fresh(u16, 2), given["group"], fresh(u8, 4), fresh(u8, 5),
            given["credit_score"].copy(), fresh(u16, 2), fresh(u32, 2), key, 30, why, repaid, edges,
            nearest, 24, 4_800, 9_600]),
        (livelihood.earn, lambda: [
            ids, given["activity"], rights[0], fresh(u16, 2), fresh(u16, 9_000), fresh(u8, 3), fresh(u16, 9),
            fresh(u32, 2), key, 30, why, rng.threshold(0.3), rng.threshold(0.6), rng.threshold(0.3),
            rng.threshold(0.4), 6_554, 26_214]),
        (livelihood.borrow, lambda: [
            ids, given["age"], rights[0], fresh(u16, 2), fresh(u8, 2), given["income"], fresh(u8, 3),
            given["group"], given["credit_score"], fresh(u8, 3), fresh(u16, 9_000), fresh(u32, 2), key, 30,
            why, rng.threshold(0.8), granted, edges, nearest, 18, 12, True, 655]),
    )  # fmt: skip
    for kernel, make in runs:
        one, two = make(), make()
        kernel(*one)
        with pytest.MonkeyPatch.context() as patch:  # plain Python would hand on an int
            patch.setattr(livelihood, "when", lambda day, lane: np.uint64(day << 8 | lane))
            kernel.py_func(*two)
        for a, b in zip(one, two, strict=True):
            assert np.array_equal(a, b)
