"""Prediction: rounds, what is learned from them, whom a flag falls on, and what cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.vocabulary import (
    DIARY,
    FLAGGED,
    MISRECORDED_SINCE,
    PRESSURE,
    RECORDED_SINCE,
    SHIELDS,
    SUSPICION,
    Event,
    Shield,
)
from glasstown.mechanisms.prediction import (
    BOUND,
    FINDS,
    FINDS_FILED,
    KNOWN,
    LOOKED,
    LOOKED_FILED,
    MISSED,
    NAMED_SINCE,
    RIGHT_FLAGS,
    RIGHTLY,
    RISK,
    UNIT,
    WRONG_FLAGS,
    WRONGLY,
    Prediction,
    outcome,
    scaled,
    trained,
)
from witness import live

PEOPLE = 4_000
ALL = (RISK, FLAGGED, RIGHT_FLAGS, WRONG_FLAGS)
HALF = np.where(np.arange(PEOPLE) < PEOPLE // 2, 9, 0).astype(np.uint16)


def town(m: Prediction, days: int, **given: np.ndarray):
    return live([m], PEOPLE, given, days, *ALL)


def shares(values: np.ndarray) -> set[float]:
    return set((values / UNIT).tolist())


def test_the_first_risk_stands_until_the_first_training() -> None:
    days, now = town(Prediction(prior=0.3, period=5), 7)
    (first,) = shares(days[0]["risk"])
    assert first == pytest.approx(0.3, abs=1e-9)
    assert not days[0]["flagged"].any()
    assert len(shares(days[1]["risk"])) == 1 and days[1]["flagged"].any()
    for name in ("risk", "flagged", "wrong_flags"):
        assert all(np.array_equal(days[1][name], days[d][name]) for d in (2, 3, 4, 5)), name
        assert not np.array_equal(days[5][name], days[6][name]), name
    assert now.state.counted[LOOKED.name] == 2 * PEOPLE


def test_the_risk_is_the_mean_of_yesterdays_finds_to_the_last_bit() -> None:
    m = Prediction(period=1)
    for days in (1, 4):
        _, town_then = town(m, days, misrecorded_since=HALF)
        count = town_then.state.tallies
        lived, _ = town(m, days + 1, misrecorded_since=HALF)
        risk = lived[-1]["risk"]
        assert set(risk[HALF != 0]) == {scaled(count[FINDS_FILED.name] / count[LOOKED_FILED.name])}
        assert set(risk[HALF == 0]) == {scaled(count[FINDS.name] / count[LOOKED.name])}


@pytest.mark.parametrize("column", [RECORDED_SINCE.name, MISRECORDED_SINCE.name])
def test_a_record_counts_whether_it_is_true_or_false(column: str) -> None:
    m = Prediction(period=1, attention=0.4, found=0.1, prior=0.1)
    reference, _ = town(m, 8, recorded_since=HALF)
    lived, _ = town(m, 8, **{column: HALF})
    assert all(np.array_equal(reference[-1][c.name], lived[-1][c.name]) for c in ALL)
    assert lived[-1]["risk"][0] > 1.5 * lived[-1]["risk"][-1]
    assert lived[-1]["wrong_flags"][HALF != 0].sum() > 1.3 * lived[-1]["wrong_flags"][HALF == 0].sum()


def test_flags_are_counted_right_and_wrong_apart() -> None:
    bound = np.zeros(PEOPLE, np.uint8)
    bound[:100] = 1
    lived, now = town(Prediction(base_rate=0.0, period=1), 11, bound=bound)
    right, wrong = lived[-1]["right_flags"], lived[-1]["wrong_flags"]
    assert not right[100:].any() and not wrong[:100].any() and wrong[100:].any()
    counted = now.state.counted
    assert right.sum() == counted[RIGHTLY.name] and wrong.sum() == counted[WRONGLY.name]
    assert counted[RIGHTLY.name] + counted[MISSED.name] == 10 * 100
    flags = sum(int(day["flagged"].sum()) for day in lived)
    assert flags == counted[RIGHTLY.name] + counted[WRONGLY.name]


def test_a_perfect_forecast_is_never_wrong() -> None:
    lived, now = town(Prediction(base_rate=0.05, recall=1.0, specificity=1.0, period=1), 5)
    assert not lived[-1]["wrong_flags"].any() and now.state.counted[MISSED.name] == 0
    assert lived[-1]["right_flags"].any()


def test_given_risks_are_kept_until_training() -> None:
    given_risk = np.full(PEOPLE, scaled(0.9))
    lived, now = town(Prediction(found=0.0, feedback=0.5, attention=0.0), 1, risk=given_risk)
    assert np.array_equal(lived[0]["risk"], given_risk)
    assert now.state.counted[FINDS.name] / PEOPLE == pytest.approx(0.45, abs=0.04)


def test_what_is_trained_has_the_least_squared_error() -> None:
    """A search over all risks finds no better one than the mean."""
    for finds, looked in ((3, 40), (0, 7), (7, 7)):
        grid = np.linspace(0, 1, 10_001)
        error = finds * (1 - grid) ** 2 + (looked - finds) * grid**2
        assert grid[error.argmin()] == pytest.approx(trained((looked, 0), (finds, 0))[0], abs=1e-4)


def test_an_empty_cell_is_said_to_be_like_all() -> None:
    assert trained((10, 0), (4, 0)) == (0.4, 0.4)
    assert trained((0, 10), (0, 4)) == (0.4, 0.4)
    assert trained((10, 5), (4, 1)) == (0.4, 0.2)


@given(st.integers(0, 2**64 - 1), st.booleans(), st.integers(0, 1))
def test_one_draw_says_what_is_true_and_what_is_said(u: int, bound: bool, filed: int) -> None:
    t = rng.thresholds([0.09, 0.1, 0.2, 0.3])
    what, share = outcome(np.uint64(u), bound, filed, t, rng.threshold(0.9)), u / 2**64
    if bound:
        assert what == (1 if share < 0.9 else 3)
    else:
        assert what == (1 if share < 0.09 else 3 if share < 0.1 else 2 if share < 0.2 + 0.1 * filed else 0)


def test_the_worked_examples() -> None:
    assert Prediction().precision() == pytest.approx(0.0089, abs=5e-5)
    assert Prediction(recall=0.99).precision() == pytest.approx(0.0098, abs=5e-5)
    assert Prediction(base_rate=0.0, specificity=1.0).precision() == 0.0
    assert Prediction().stable() == pytest.approx(0.04)
    assert Prediction().stable(filed=True) == pytest.approx(0.02 / 0.3)


def test_false_alarms_rise_with_the_risk_said_and_stay_chances() -> None:
    assert Prediction().alarms(0.1, 0.2) == pytest.approx((0.01, 0.02))
    clean, filed = Prediction().alarms(0.1, 0.2, 0.25)
    assert filed == pytest.approx(2 * clean) and 0.75 * clean + 0.25 * filed == pytest.approx(0.01)
    assert Prediction().alarms(0.0, 0.2) == pytest.approx((0.01, 0.01))
    assert Prediction(specificity=0.5).alarms(0.1, 0.9) == (0.5, 1.0)


@pytest.mark.parametrize(
    "wrong",
    [{"feedback": 1.0}, {"base_rate": 2.0}, {"period": 0}, {"found": 0.5}, {"oracle": 1}],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Prediction(**wrong)


def test_bound_is_only_read() -> None:
    assert all(BOUND not in step.writes for step in Prediction().steps())


def test_what_a_town_adds_is_declared_only_where_it_is_used() -> None:
    def names(m: Prediction) -> list[str]:
        return [step.name.partition(".")[2] for step in m.steps()]

    assert names(Prediction()) == ["begin", "flag", "point", "look"]
    assert names(Prediction(heeds=9)) == ["begin", "note", "flag", "point", "look"]
    assert names(Prediction(outcome="files")) == ["begin", "enter", "flag", "point", "gather"]
    assert PRESSURE not in Prediction().steps()[1].adds
    assert PRESSURE in Prediction(enough=True).steps()[1].adds


def test_a_flag_is_a_reason_to_look_for_as_long_as_it_stands_and_to_detain_once() -> None:
    m = Prediction(base_rate=0.5, period=3, enough=True)
    lived, _ = live([m], PEOPLE, {}, 6, FLAGGED, SUSPICION, PRESSURE, DIARY, RIGHT_FLAGS)
    for day, now in enumerate(lived):
        fresh = now["flagged"] if day in (1, 4) else np.zeros(PEOPLE, np.uint8)
        assert np.array_equal(now["suspicion"], now["flagged"]) and np.array_equal(now["pressure"], fresh)
        assert np.array_equal(now["diary"] != 0, fresh != 0)
    bits = int(Event.FLAGGED), int(Event.MISFLAGGED)
    assert set(lived[1]["diary"].tolist()) == {0, *bits}
    assert np.count_nonzero(lived[1]["diary"] == bits[0]) == lived[1]["right_flags"].sum()


class Reports(Mechanism):
    """Names everybody each morning; the files of every second person are kept apart from some day on."""

    since: int = 0

    def steps(self) -> tuple[Step, ...]:
        return (Step("reports.name", Phase.ACT, self._name, adds=(SUSPICION, SHIELDS)),)

    def _name(self, view: View, now: Now) -> None:
        view[SUSPICION][:] += np.uint8(now.day != 2)
        if now.day >= self.since:
            view[SHIELDS][1::2] |= np.uint16(Shield.SEPARATE)


def test_a_report_does_not_count_where_files_are_kept_apart() -> None:
    m = Prediction(period=1, heeds=3)
    lived, _ = live([m, Reports()], PEOPLE, {}, 6, NAMED_SINCE, KNOWN)
    assert [set(day["named_since"][::2]) for day in lived] == [{1}, {2}, {2}, {4}, {5}, {6}]
    assert not any(day["named_since"][1::2].any() or day["known_then"][1::2].any() for day in lived)
    assert lived[-1]["known_then"][::2].all()
    lived, _ = live([m, Reports(since=2)], PEOPLE, {}, 6, NAMED_SINCE, KNOWN)
    assert set(lived[-1]["named_since"][1::2]) == {2}, "what stood when the separation began stands"
    assert [int(day["known_then"][1::2].max()) for day in lived] == [0, 1, 1, 1, 0, 0], (
        "until its time is over"
    )


def test_nobody_waits_to_be_born_under_a_flag() -> None:
    lived, town_then = town(Prediction(base_rate=0.5, period=1), 3, alive=(HALF != 0).astype(np.uint8))
    assert lived[-1]["flagged"][HALF != 0].any() and not lived[-1]["flagged"][HALF == 0].any()
    assert town_then.state.counted[LOOKED.name] == 3 * PEOPLE // 2
