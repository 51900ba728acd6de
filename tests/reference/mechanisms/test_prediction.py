"""Prediction against a plain twin: one person after the other, shares instead of integers."""

from typing import Any

import numpy as np
import pytest

from feeder import Feeder
from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import (
    DIARY,
    FLAGGED,
    PRESSURE,
    SHIELDS,
    SUSPICION,
    Act,
    Event,
    Shield,
)
from glasstown.mechanisms import prediction
from glasstown.mechanisms.prediction import RIGHT_FLAGS, RISK, UNIT, WRONG_FLAGS, Prediction
from witness import live

PEOPLE, DAYS = 400, 25
KEY = rng.run_key(1)
CHANCE = np.random.default_rng(2)
GIVEN = {
    "recorded_since": np.where(CHANCE.random(PEOPLE) < 0.2, 5, 0).astype(np.uint16),
    "misrecorded_since": np.where(CHANCE.random(PEOPLE) < 0.1, 5, 0).astype(np.uint16),
    "bound": (CHANCE.random(PEOPLE) < 0.05).astype(np.uint8),
    "alive": (CHANCE.random(PEOPLE) < 0.95).astype(np.uint8),
}
RECORD = (GIVEN["recorded_since"] != 0) | (GIVEN["misrecorded_since"] != 0)
NAMED = CHANCE.random((DAYS, PEOPLE)) < 0.02
SPARED = np.where(CHANCE.random((DAYS, PEOPLE)) < 0.5, int(Shield.DISMISS_FALSE), 0) | np.where(
    CHANCE.random((DAYS, PEOPLE)) < 0.3, int(Shield.DISMISS_TRUE), 0
)
FILINGS = [
    {d: dict.fromkeys(np.flatnonzero(CHANCE.random(PEOPLE) < 0.02).tolist(), int(bits)) for d in range(DAYS)}
    for bits in (Act.CRITICISE | Act.CARE, Act.JAYWALK)
]
SETTINGS: tuple[dict[str, Any], ...] = (
    {"base_rate": 0.1, "recall": 0.6, "specificity": 0.8, "found": 0.2, "period": 1},
    {"base_rate": 0.0, "recall": 1.0, "specificity": 0.9, "found": 0.1, "feedback": 0.3, "attention": 0.5,
     "prior": 0.9, "period": 4},
    {"base_rate": 0.1, "specificity": 0.7, "period": 3, "outcome": "files", "heeds": 6, "enough": True},
    {"base_rate": 0.1, "specificity": 0.7, "period": 2, "heeds": 3},
)  # fmt: skip


class Morning(Mechanism):
    """Gives reasons to look at people, and safeguards, as drawn above."""

    def steps(self) -> tuple[Step, ...]:
        return (Step("morning.come", Phase.ACT, self._come, adds=(SUSPICION, SHIELDS)),)

    def _come(self, view: Any, now: Any) -> None:
        rows = slice(view.lo, view.lo + view.people)
        view[SUSPICION][:] += NAMED[now.day, rows].astype(np.uint8)
        view[SHIELDS][:] |= SPARED[now.day, rows].astype(np.uint16)


def luck(decision: str, person: int, day: int) -> float:
    one = rng.draw(KEY, person, 0, rng.when(day, 0), rng.purpose("prediction", decision))[0]
    return int(one) / 2**64


Row = tuple[float, int, int, int, int, int, int]


def mean(values: list[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def known(m: Prediction, day: int) -> np.ndarray:
    """Who has a record, or was named by others on one of the last days."""
    late = [d for d in range(day + 1) if day - d < m.heeds]
    return RECORD | NAMED[late].any(axis=0)


def verdict(m: Prediction, person: int, day: int, alarm: float) -> tuple[bool, bool, bool]:
    """Whether a person was about to do it, is flagged, and had a flag struck."""
    u = luck("flag", person, day)
    if GIVEN["bound"][person]:
        bound, flagged = True, u < m.recall
    else:
        bound = u < m.base_rate
        wrongly = m.base_rate + (1 - m.base_rate) * min(1, alarm)
        flagged = u < m.base_rate * m.recall if bound else u < wrongly
    if not GIVEN["alive"][person]:
        return False, False, False
    struck = flagged and bool(SPARED[day, person] & (Shield.DISMISS_TRUE if bound else Shield.DISMISS_FALSE))
    return bound, flagged and not struck, struck


def plain(m: Prediction, days: int = DAYS) -> list[list[Row]]:
    """Risk, flagged, times flagged rightly and wrongly, diary, suspicion and pressure, day by day."""
    rows: list[list[Any]] = [[m.prior, 0, 0, 0] for _ in range(PEOPLE)]
    alive, then = GIVEN["alive"] != 0, np.zeros(PEOPLE, bool)
    finds: list[bool] | None = None
    entered = np.zeros(PEOPLE, bool)
    told = []
    for day in range(days):
        diary, fresh = np.zeros(PEOPLE, np.uint64), np.zeros(PEOPLE, int)
        for filings in FILINGS:
            entered[list(filings[day])] = True
        if finds is not None:
            said = [
                mean([f for f, k, here in zip(finds, then, alive, strict=True) if here and k == kind])
                for kind in (False, True)
            ]
            if not (then & alive).any():
                said[1] = said[0]
            then_now = known(m, day)
            share = float((then & alive).sum()) / float(alive.sum())
            middle = (1 - share) * said[0] + share * said[1]
            for person, row in enumerate(rows):
                filed = bool(then_now[person])
                row[0] = said[filed]
                alarm = min(1.0, (1 - m.specificity) * said[filed] / middle)
                bound, flagged, struck = verdict(m, person, day, alarm)
                row[1] = int(flagged)
                row[2] += flagged and bound
                row[3] += flagged and not bound
                events = (Event.FLAGGED if bound else Event.MISFLAGGED) if flagged else 0
                diary[person] = events | (Event.DISMISSED_MATCH if struck else 0)
                fresh[person] = int(flagged and m.enough)
            then = then_now
        finds = None
        if day % m.period == 0 and m.outcome == "files":
            finds, entered = entered.tolist(), np.zeros(PEOPLE, bool)
        elif day % m.period == 0:
            then = known(m, day)
            pull = [m.feedback + m.attention * has for has in then]
            chance = [m.found + e * row[0] for e, row in zip(pull, rows, strict=True)]
            finds = [luck("look", person, day) < c for person, c in enumerate(chance)]
        told.append([
            (*row, int(diary[p]), int(NAMED[day, p]) + row[1], int(fresh[p])) for p, row in enumerate(rows)
        ])  # fmt: skip
    return told


def seen(m: Prediction, chunk: int = PEOPLE) -> list[list[Row]]:
    columns = (RISK, FLAGGED, RIGHT_FLAGS, WRONG_FLAGS, DIARY, SUSPICION, PRESSURE)
    lived, _ = live([m, Morning(), Feeder.of(*FILINGS)], PEOPLE, GIVEN, DAYS, *columns, chunk=chunk)
    names = [c.name for c in columns[1:]]
    return [
        list(zip((d["risk"] / UNIT).tolist(), *(d[n].tolist() for n in names), strict=True)) for d in lived
    ]


@pytest.mark.parametrize("chunk", [PEOPLE, 37])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_predictions_are_the_plain_ones(parameters: dict[str, float], chunk: int) -> None:
    m = Prediction(**parameters)
    for day, (ours, theirs) in enumerate(zip(seen(m, chunk), plain(m), strict=True)):
        assert [row[1:] for row in ours] == [row[1:] for row in theirs], day
        assert [row[0] for row in ours] == pytest.approx([row[0] for row in theirs], abs=2 / UNIT), day


@pytest.mark.parametrize("fault", [{"feedback": 0.35}, {"attention": 0.4}, {"recall": 0.9}, {"period": 5}])
def test_the_twin_notices_a_wrong_rule(fault: dict[str, float]) -> None:
    m = Prediction(**SETTINGS[1])
    ours, theirs = seen(m), plain(m.model_copy(update=fault))
    assert [[row[1:] for row in day] for day in ours] != [[row[1:] for row in day] for day in theirs]


@pytest.mark.parametrize("fault", [{"heeds": 2}, {"outcome": "looks"}, {"enough": False}, {"period": 4}])
def test_the_twin_notices_a_wrong_rule_of_a_town(fault: dict[str, object]) -> None:
    m = Prediction(**SETTINGS[2])
    ours, theirs = seen(m), plain(m.model_copy(update=fault))
    assert [[row[1:] for row in day] for day in ours] != [[row[1:] for row in day] for day in theirs]


def test_the_kernels_are_their_python_source() -> None:
    n = 2_100
    chance = np.random.default_rng(4)
    ids = np.arange(n, dtype=np.uint32)
    known, bound = ((chance.random(n) < share).astype(np.uint8) for share in (0.3, 0.1))
    alive, shields = np.ones(n, np.uint8), chance.integers(0, 256, n).astype(np.uint16)
    risk = chance.integers(0, UNIT, n).astype(np.uint32)
    t, pull = rng.thresholds([0.05, 0.1, 0.2, 0.4]), np.array([UNIT // 2, UNIT // 4 * 3], np.uint64)
    results = []
    for compiled in (True, False):
        mine = [risk.copy(), np.zeros(n, np.uint8), *(np.zeros(n, np.uint16) for _ in "ab"),
                np.zeros(n, np.uint64)]  # fmt: skip
        counts = [np.zeros(1, np.int64) for _ in range(9)]
        look, flag = (f if compiled else getattr(f, "py_func", f) for f in (prediction.look, prediction.flag))
        why, said = np.uint32(7), (np.uint32(11), np.uint32(12))
        look(ids, known, alive, risk, *counts[:5], KEY, 3, why, rng.threshold(0.1), pull)
        flag(ids, known, alive, bound, shields, *mine, *counts[5:], KEY, 3, why, *said, t, rng.threshold(0.7))
        results.append([*mine, *counts])
    assert all(np.array_equal(a, b) for a, b in zip(*results, strict=True))
    assert all(a.any() for a in results[0])
