"""Prediction against Bayes' law and the fixed point of repeated risk minimisation.

Every law compares a share with its exact value and fails beyond 5 standard errors: each raises a false
alarm for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest

from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import FILED, SHIELDS, Act, Shield
from glasstown.mechanisms.prediction import (
    FINDS,
    FINDS_FILED,
    FINDS_MADE,
    LOOKED,
    LOOKED_FILED,
    MISSED,
    RIGHTLY,
    RISK,
    STRUCK,
    UNIT,
    WRONG_FLAGS,
    WRONGLY,
    Prediction,
)
from witness import live

LIMIT = 5.0
PEOPLE = 300_000
ON_FILE = np.where(np.arange(PEOPLE) < PEOPLE // 3, 1, 0).astype(np.uint16)


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def counts(m: Prediction, days: int, **given: np.ndarray) -> dict[str, int]:
    _, town = live([m], PEOPLE, given, days)
    return town.state.counted


def test_precision_is_what_the_base_rate_makes_of_it() -> None:
    """One in ten thousand, 90 %, 1 %: of a hundred flags not one is right. 60 rounds of 300,000 people."""
    m, rounds = Prediction(period=1), 60
    exact = 1e-4 * 0.9 / (1e-4 * 0.9 + (1 - 1e-4) * 1e-2)
    assert exact == pytest.approx(0.0089, abs=5e-5) and m.precision() == pytest.approx(exact)
    found = counts(m, rounds + 1)
    right, wrong, missed = found[RIGHTLY.name], found[WRONGLY.name], found[MISSED.name]
    assert errs(right, right + wrong, exact) < LIMIT
    assert errs(right, right + missed, 0.9) < LIMIT, "recall"
    assert errs(wrong, rounds * PEOPLE - right - missed, 0.01) < LIMIT, "specificity"
    assert errs(right + missed, rounds * PEOPLE, 1e-4) < LIMIT, "base rate"
    assert errs(right, right + wrong, 0.9) > LIMIT, "planted fault: recall taken for precision"
    assert errs(right, right + wrong, 1e-4) > LIMIT, "planted fault: flags at random"


@pytest.mark.parametrize(("rate", "recall", "specificity"), [(0.02, 0.5, 0.9), (0.3, 0.8, 0.6)])
def test_precision_at_other_rates(rate: float, recall: float, specificity: float) -> None:
    m = Prediction(base_rate=rate, recall=recall, specificity=specificity, period=1)
    found = counts(m, 3)
    flags = found[RIGHTLY.name] + found[WRONGLY.name]
    assert errs(found[RIGHTLY.name], flags, m.precision()) < LIMIT
    assert errs(found[RIGHTLY.name], flags, recall) > LIMIT, "planted fault: recall taken for precision"


def risks(m: Prediction, days: int, **given: np.ndarray) -> list[np.ndarray]:
    lived, _ = live([m], PEOPLE, given, days, RISK)
    return [day["risk"] / UNIT for day in lived]


def strays(risk: float, exact: float, pull: float, people: int) -> float:
    """Standard errors from the exact risk, with the noise that earlier rounds handed on."""
    return abs(risk - exact) / sqrt(exact * (1 - exact) / people / (1 - pull**2))


def test_retraining_converges_to_mu_over_one_minus_epsilon_by_epsilon_a_round() -> None:
    """From far above and from nothing, to the same point; a round leaves epsilon of the distance."""
    stable = 0.04
    assert Prediction().stable() == pytest.approx(stable)
    for prior in (0.5, 0.001):
        said = [float(day[0]) for day in risks(Prediction(period=1, prior=prior), 25)]
        for rounds in (1, 2, 3, 5, 24):
            exact = stable + 0.5**rounds * (prior - stable)
            assert strays(said[rounds], exact, 0.5, PEOPLE) < LIMIT, rounds
        assert strays(said[3], stable + 0.4**3 * (prior - stable), 0.5, PEOPLE) > LIMIT, "planted: factor .4"
        assert strays(said[24], 0.02, 0.5, PEOPLE) > LIMIT, "planted fault: it finds the true rate"


@pytest.mark.parametrize("epsilon", [0.0, 0.3, 0.8])
def test_the_stable_point_at_other_feedbacks(epsilon: float) -> None:
    m = Prediction(period=1, found=0.05, prior=0.05, feedback=epsilon, attention=0.0)
    said = float(risks(m, 60)[-1][0])
    assert strays(said, 0.05 / (1 - epsilon), epsilon, PEOPLE) < LIMIT
    if epsilon > 0:
        assert strays(said, 0.05, epsilon, PEOPLE) > LIMIT, "planted fault: it finds the true rate"
        assert strays(said, 0.05 * (1 + epsilon), epsilon, PEOPLE) > LIMIT, "planted fault: one round only"


def test_at_the_stable_point_a_share_epsilon_of_the_finds_was_made_by_the_forecast() -> None:
    found = counts(Prediction(period=1, prior=0.04), 40)
    assert found[FINDS.name] / found[LOOKED.name] == pytest.approx(0.04, rel=0.01)
    made = found[FINDS_MADE.name]
    assert errs(made, found[FINDS.name], 0.5) < LIMIT
    assert errs(found[FINDS.name] - made, found[LOOKED.name], 0.02) < LIMIT, "conduct never changed"
    assert errs(made, found[FINDS.name], 0.4) > LIMIT, "planted fault: fewer"


def test_a_false_record_alone_makes_a_risk() -> None:
    """Same conduct, a third with a false record: theirs converges to mu/(1 - epsilon - attention)."""
    m = Prediction(period=1, prior=0.04)
    said = risks(m, 60, misrecorded_since=ON_FILE)[-1]
    assert strays(float(said[-1]), 0.04, 0.5, PEOPLE * 2 // 3) < LIMIT
    assert strays(float(said[0]), 0.02 / 0.3, 0.7, PEOPLE // 3) < LIMIT
    assert strays(float(said[0]), 0.04, 0.5, PEOPLE // 3) > LIMIT, "planted fault: blind to the file"


def test_and_false_flags_with_it() -> None:
    """In proportion to the risks said, here fixed from round to round up to noise: 5/3."""
    m = Prediction(base_rate=0.0, period=1, prior=0.04)
    lived, town = live([m], PEOPLE, {"misrecorded_since": ON_FILE}, 60, RISK, WRONG_FLAGS)
    flags = lived[-1]["wrong_flags"].astype(np.int64)
    ratios = [float(day["risk"][0]) / float(day["risk"][-1]) for day in lived[1:]]
    filed = PEOPLE // 3
    clean = [0.01 / (2 / 3 + ratio / 3) for ratio in ratios]  # a third is on file: .01 over everybody
    on_file = [chance * ratio for chance, ratio in zip(clean, ratios, strict=True)]
    assert errs(int(flags[:filed].sum()), 59 * filed, float(np.mean(on_file))) < LIMIT
    assert errs(int(flags[filed:].sum()), 59 * (PEOPLE - filed), float(np.mean(clean))) < LIMIT
    assert ratios[-1] == pytest.approx(5 / 3, rel=0.05)
    assert errs(int(flags[:filed].sum()), 59 * filed, 0.01) > LIMIT, "planted fault: blind to the file"
    looked = town.state.counted
    assert looked[LOOKED_FILED.name] * 2 == looked[LOOKED.name] and looked[FINDS_FILED.name] > 0


class Town(Mechanism):
    """Reviews flags of a tenth of people, rightly of half of these, and files something of 3 % a day."""

    def steps(self) -> tuple[Step, ...]:
        return (
            Step("town.review", Phase.ACT, self._review, adds=(SHIELDS,)),
            Step("town.file", Phase.RECORD, self._file, writes=(FILED,)),
        )

    def _review(self, view: Any, now: Any) -> None:
        chance = np.random.default_rng((1, now.day, view.lo)).random(view.people)
        view[SHIELDS][chance < 0.1] |= int(Shield.DISMISS_TRUE)
        view[SHIELDS][chance < 0.8] |= int(Shield.DISMISS_FALSE)

    def _file(self, view: Any, now: Any) -> None:
        chance = np.random.default_rng((2, now.day, view.lo)).random(view.people)
        view[FILED][chance < 0.03] = int(Act.DEFAULT)
        view[FILED][chance > 0.5] = int(Act.CARE)


def test_review_makes_flags_right_as_bayes_says() -> None:
    """Four of five false flags struck, and one true one in ten: p r .9/(p r .9 + (1 - p)(1 - s) .2)."""
    m = Prediction(base_rate=0.02, recall=0.5, specificity=0.9, period=1)
    found = live([m, Town()], PEOPLE, {}, 3)[1].state.counted
    right, wrong, struck = found[RIGHTLY.name], found[WRONGLY.name], found[STRUCK.name]
    true, false = 0.02 * 0.5 * 0.9, 0.98 * 0.1 * 0.2
    assert errs(right, right + wrong, true / (true + false)) < LIMIT
    assert errs(right, right + found[MISSED.name], 0.45) < LIMIT, "a true flag that is struck is missed"
    assert errs(struck, 2 * PEOPLE, 0.02 * 0.5 * 0.1 + 0.98 * 0.1 * 0.8) < LIMIT
    assert errs(right, right + wrong, m.precision()) > LIMIT, "planted fault: nobody reviews"


def test_trained_on_files_the_risk_is_the_share_of_whom_something_adverse_is_filed() -> None:
    """In a round of five days: 1 - .97**5, whatever was said before. Good deeds do not count."""
    m = Prediction(outcome="files", period=5, feedback=0.9, prior=0.5, found=0.0, attention=0.0)
    lived, _ = live([m, Town()], PEOPLE, {}, 12, RISK)
    said = float(lived[-1]["risk"][0]) / UNIT
    exact = 1 - 0.97**5
    assert strays(said, exact, 0.0, PEOPLE) < LIMIT
    assert strays(said, 0.03, 0.0, PEOPLE) > LIMIT, "planted fault: one day of a round"
    assert strays(said, 1 - 0.97**5 * 0.5**5, 0.0, PEOPLE) > LIMIT, "planted fault: good deeds too"
