"""Opinion against closed forms: who is heard, and what people come to believe.

Every law compares a mean with its exact value and fails beyond 5 standard errors: each raises a false alarm
for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest

from glasstown.core.columns import OCTET, SHARE
from glasstown.core.vocabulary import DIARY, Event
from glasstown.mechanisms.opinion import BELIEF, Opinion
from witness import live

LIMIT = 5.0
PEOPLE = 100_000


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def thinking(share: float, n: int = PEOPLE) -> dict[str, np.ndarray]:
    """People of 30 who all think the same."""
    return {
        "age": np.full(n, 30, np.uint8),
        "private_dissent": np.full(n, round(share * SHARE), np.uint16),
        "boldness": np.full(n, OCTET // 2, np.uint8),
    }


def share_errs(hits: np.ndarray, p: float) -> float:
    """How many standard errors the share of ``hits`` lies from ``p``."""
    return abs(float(hits.mean()) - p) / sqrt(p * (1 - p) / len(hits))


def mean_errs(values: np.ndarray, mean: float) -> float:
    """How many standard errors the mean of independent ``values`` lies from ``mean``."""
    return abs(float(values.mean()) - mean) / (float(values.std()) / sqrt(len(values)))


@pytest.mark.parametrize("occasions", [1.0, 0.3])
@pytest.mark.parametrize(("nu", "a"), [(0.2, 0.8), (0.0, 0.5), (0.7, 0.3)])
def test_who_says_too_much_is_heard_with_chance_nu_and_what_is_left_of_it(
    nu: float, a: float, occasions: float
) -> None:
    m = Opinion(surveillance=nu, tolerance=0.25, severity=0.0, occasions=occasions)
    lived, _ = live([m], PEOPLE, thinking(a), 1, DIARY)
    criticised, heard = (lived[0]["diary"] & int(bit) != 0 for bit in (Event.CRITICISED, Event.HEARD))
    assert criticised.all() if occasions == 1.0 else share_errs(criticised, occasions) < LIMIT
    assert share_errs(heard, occasions * (nu + (1 - nu) * a)) < LIMIT
    assert share_errs(heard, occasions * max(nu, 0.01)) > LIMIT, "planted fault: heard with chance nu alone"


def beliefs(m: Opinion, said: float, days: int) -> np.ndarray:
    lived, _ = live([m], 20_000, thinking(said, 20_000), days, BELIEF)
    return lived[-1]["believed_surveillance"] / SHARE


@pytest.mark.parametrize("said", [0.05, 0.25, 0.9])
@pytest.mark.parametrize(("nu", "prior"), [(0.3, 0.6), (0.02, 0.02), (0.5, 0.0), (0.0, 0.4), (1.0, 0.2)])
def test_beliefs_converge_in_mean_to_the_truth(said: float, nu: float, prior: float) -> None:
    """E nu_t = nu + (nu_0 - nu)(1 - gain)^t, whatever is said and wherever the truth lies."""
    gain, days = 0.05, 60
    m = Opinion(surveillance=nu, prior=prior, gain=gain, tolerance=1.0)
    exact = nu + (round(prior * SHARE) / SHARE - nu) * (1 - gain) ** days
    assert mean_errs(beliefs(m, said, days), exact) < LIMIT


def test_beliefs_arrive() -> None:
    """After a thousand occasions the start is forgotten: the mean is the true value itself."""
    m = Opinion(surveillance=0.4, prior=0.9, gain=0.02, tolerance=1.0)
    assert mean_errs(beliefs(m, 0.2, 1_000), 0.4) < LIMIT


def test_beliefs_spread_as_a_delta_rule_does() -> None:
    """Var nu_i = gain / (2 - gain) nu (1 - nu) in the long run."""
    nu, gain = 0.3, 0.1
    found = beliefs(Opinion(surveillance=nu, prior=nu, gain=gain, tolerance=1.0), 0.5, 120)
    assert mean_errs((found - nu) ** 2, gain / (2 - gain) * nu * (1 - nu)) < LIMIT


class Simple(Opinion):
    """Planted fault: people take being heard for being watched."""

    @classmethod
    def table(cls) -> str:
        return "opinion"

    def _speak(self, view: Any, now: Any) -> None:
        before = view[BELIEF].astype(np.float64)
        super()._speak(view, now)
        heard = view[DIARY] & int(Event.HEARD) != 0
        view[BELIEF][:] = np.rint(before + self.gain * (heard * SHARE - before))


def test_a_belief_that_takes_being_heard_for_being_watched_is_caught() -> None:
    settings: dict[str, Any] = {
        "surveillance": 0.2,
        "prior": 0.2,
        "tolerance": 0.1,
        "severity": 0.0,
        "gain": 0.05,
    }
    assert mean_errs(beliefs(Opinion(**settings), 0.5, 60), 0.2) < LIMIT
    assert mean_errs(beliefs(Simple(**settings), 0.5, 60), 0.2) > LIMIT


def test_occasions_are_what_is_learned_from() -> None:
    """Half the occasions, half the speed: (1 - occasions gain)^t in mean."""
    m = Opinion(surveillance=0.3, prior=0.7, gain=0.02, tolerance=1.0, occasions=0.5)
    exact = 0.3 + (round(0.7 * SHARE) / SHARE - 0.3) * (1 - 0.5 * 0.02) ** 100
    assert mean_errs(beliefs(m, 0.2, 100), exact) < LIMIT


def test_days_and_people_are_independent() -> None:
    m = Opinion(surveillance=0.1, tolerance=0.0, severity=0.0)
    lived, _ = live([m], PEOPLE, thinking(0.4), 2, DIARY)
    first, second = (day["diary"] & int(Event.HEARD) != 0 for day in lived)
    for one, other in (
        (first, second),
        (first[:-1], first[1:]),
        (first[: PEOPLE // 2], first[PEOPLE // 2 :]),
    ):
        assert abs(float(np.corrcoef(one, other)[0, 1])) * sqrt(len(one)) < LIMIT
