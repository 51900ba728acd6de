"""Appeal against a plain twin: one person after the other, dates instead of columns."""

import numpy as np
import pytest

from crowd import Crowd, some
from glasstown.core import rng
from glasstown.core.vocabulary import (
    DIARY,
    ERASURES,
    MISRECORDED_SINCE,
    RECORDED_SINCE,
    Act,
    Erasure,
    Event,
)
from glasstown.mechanisms import appeal
from glasstown.mechanisms.appeal import APPEALED_SINCE, Appeal
from glasstown.mechanisms.registry import Registry
from witness import live

PEOPLE, DAYS = 500, 40
KEY = rng.run_key(1)
SETTINGS: tuple[dict[str, float], ...] = (
    {"appealing": 0.7, "rate": 0.3, "delay": 3, "wait": 4, "success": 0.4},
    {"appealing": 1.0, "rate": 0.1, "delay": 0, "wait": 0, "success": 0.2, "success_true": 0.5},
    {"appealing": 0.5, "rate": 1.0, "delay": 6, "wait": 0, "success": 0.0, "success_true": 0.1},
)


def word(decision: str, person: int, day: int, which: int = 0) -> float:
    drawn = rng.draw(KEY, person, 0, rng.when(day, 0), rng.purpose("appeal", decision))
    return int(drawn[which]) / 2**64


class Person:
    """The day of the last appeal that is not over, or None."""

    def __init__(self, m: Appeal, number: int) -> None:
        self.m, self.number = m, number
        self.appeals = word("trait", number, 0) < m.appealing
        self.lodged: int | None = None

    def evening(self, day: int, true: bool, wrong: bool) -> tuple[int, int]:
        """What the registry is told to erase, and what goes into the diary."""
        m, told, diary = self.m, 0, 0
        true = true and m.success_true > 0
        if not true and not wrong:
            self.lodged = None
            return 0, 0
        if self.lodged is not None and day > self.lodged + m.delay and day >= self.lodged + m.delay + m.wait:
            self.lodged = None
        if self.lodged is None and self.appeals and word("lodge", self.number, day) < m.rate:
            self.lodged, diary = day, int(Event.APPEALED)
        if self.lodged is not None and day == self.lodged + m.delay:
            if wrong and word("decide", self.number, day) < m.success:
                told, diary = told | Erasure.CORRECTED, diary | Event.CORRECTED
            if true and word("decide", self.number, day, 1) < m.success_true:
                told |= Erasure.WITHDRAWN
        return told, diary


def town(m: Appeal, chunk: int) -> list[dict[str, np.ndarray]]:
    crowd = Crowd.of(
        entries=[some(PEOPLE, 0.03, Act.JAYWALK, d) for d in range(DAYS)],
        false_entries=[some(PEOPLE, 0.02, Act.DEFAULT, 100 + d) for d in range(DAYS)],
    )
    columns = (RECORDED_SINCE, MISRECORDED_SINCE, APPEALED_SINCE, ERASURES, DIARY)
    file = Registry(error=0.2, retention=15)
    return live([file, m, crowd], PEOPLE, {}, DAYS, *columns, chunk=chunk)[0]


@pytest.mark.parametrize("chunk", [PEOPLE, 60])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_appeals_are_the_plain_ones(parameters: dict[str, float], chunk: int) -> None:
    m = Appeal(**parameters)
    people = [Person(m, number) for number in range(PEOPLE)]
    ours = int(Event.APPEALED | Event.CORRECTED)
    for day, seen in enumerate(town(m, chunk)):
        true, wrong = seen["recorded_since"] != 0, seen["misrecorded_since"] != 0
        plain = [p.evening(day, bool(t), bool(w)) for p, t, w in zip(people, true, wrong, strict=True)]
        assert seen["erasures"].tolist() == [told for told, _ in plain], day
        assert (seen["diary"] & ours).tolist() == [diary for _, diary in plain], day
        assert seen["appealed_since"].tolist() == [0 if p.lodged is None else p.lodged + 1 for p in people]


def test_the_twin_notices_a_decision_on_the_wrong_day() -> None:
    """The planted fault: decided a day late."""
    m = Appeal(**SETTINGS[0])
    people = [Person(m.model_copy(update={"delay": 4}), number) for number in range(PEOPLE)]
    seen = town(m, PEOPLE)
    told = [
        [
            p.evening(day, bool(t), bool(w))[0]
            for p, t, w in zip(people, d["recorded_since"], d["misrecorded_since"], strict=True)
        ]
        for day, d in enumerate(seen)
    ]
    assert [d["erasures"].tolist() for d in seen] != told


@pytest.mark.parametrize("dense", [True, False])
def test_the_kernel_is_its_python_source(dense: bool) -> None:
    """Few who may appeal draw one by one, many draw together: the same words."""
    chance, n = np.random.default_rng(3), 6_000
    ids = np.arange(n, dtype=np.uint32)
    share = 0.5 if dense else 0.05
    since = [
        np.where(chance.random(n) < share, chance.integers(1, 500, n), 0).astype(np.uint16) for _ in "ab"
    ]
    asked = (since[1] != 0) & (chance.random(n) < 0.5)
    before = np.where(asked, chance.integers(480, 501, n), 0).astype(np.uint16)
    results = []
    for function in (appeal.lodge, getattr(appeal.lodge, "py_func", appeal.lodge)):
        mine = [before.copy(), np.zeros(n, np.uint8), np.zeros(n, np.uint32)]
        why, t = [np.uint32(x) for x in (1, 2, 3)], rng.thresholds([0.3, 0.8, 0.4, 0.2])
        function(ids, *since, *mine, KEY, 500, *why, *t, 5, 9)
        results.append(mine)
    assert all(np.array_equal(a, b) for a, b in zip(*results, strict=True))
    assert all(a.any() for a in results[0])
