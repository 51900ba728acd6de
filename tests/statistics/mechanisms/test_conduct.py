"""Conduct against closed forms: base rates, learning, independence.

Every law compares a mean with its exact value and fails beyond 5 standard errors: each raises a false alarm
for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest

from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import ACTS, DIARY, NOTICES, PERCEIVED_RISK, Act, Event
from glasstown.mechanisms import conduct
from witness import live

LIMIT = 5.0
PEOPLE = 256 * 768


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def adults(n: int = PEOPLE) -> dict[str, np.ndarray]:
    """People of 30 with a child and an old parent, every diligence and prosociality equally often."""
    levels = (np.arange(n) % 256).astype(np.uint8)
    return {
        "age": np.full(n, 30, np.uint8),
        "family": np.full(n, 3, np.uint8),
        "diligence": levels,
        "prosociality": ((np.arange(n) // 256) % 256).astype(np.uint8),
    }


def share_errs(hits: np.ndarray, p: float) -> float:
    """How many standard errors the share of ``hits`` lies from ``p`` (at most p (1 - p) / n of variance)."""
    return abs(float(hits.mean()) - p) / sqrt(p * (1 - p) / len(hits))


def mean_errs(values: np.ndarray, mean: float) -> float:
    """How many standard errors the mean of independent ``values`` lies from ``mean``."""
    return abs(float(values.mean()) - mean) / (float(values.std()) / sqrt(len(values)))


def doing(act: Act, m: conduct.Conduct, day: int = 0) -> np.ndarray:
    lived, _ = live([m], PEOPLE, adults(), day + 1, ACTS)
    return lived[day]["acts"] & act != 0


def risks(m: conduct.Conduct, days: int, n: int = 40_000) -> np.ndarray:
    """Perceived risks in 1/65535 after some days."""
    lived, _ = live([m], n, adults(n), days, PERCEIVED_RISK)
    return lived[-1]["perceived_risk"].astype(np.float64)


@pytest.mark.parametrize(
    ("anonymous", "reds", "share"),
    [
        (0.35, 1.0, 0.35),
        (0.35, 0.53, 0.1854),  # Changsha: 18.54 % of passages, 53 % of which meet red (J05)
        (0.56, 1.0, 0.56),  # Beijing: 56 % of two-wheelers facing red (J06)
    ],
)
def test_base_rates_of_crossing(anonymous: float, reds: float, share: float) -> None:
    """Alone and undeterred, the town crosses as often as was observed, however people differ."""
    m = conduct.Conduct(anonymous=anonymous, reds=reds, deterrence=0.0)
    assert share_errs(doing(Act.JAYWALK, m), share) < LIMIT


def test_alone_with_defaults_the_base_rate_is_met_within_one_in_a_thousand() -> None:
    """The little that an ordinary officer deters: 0.4 * 0.347 * 0.001 of 0.35."""
    m = conduct.Conduct()
    exact = m.anonymous - m.deterrence * m.prior * (m.anonymous - m.identified)
    assert exact == pytest.approx(0.35, rel=1e-3)
    assert share_errs(doing(Act.JAYWALK, m), exact) < LIMIT


def test_two_and_a_half_red_lights() -> None:
    m = conduct.Conduct(reds=2.5, deterrence=0.0, spread=1.0)
    p = 0.35 * (1 + 1.0 * (1 - 2 * np.arange(256) / 255))
    exact = float(np.mean(1 - 0.5 * (1 - p) ** 2 - 0.5 * (1 - p) ** 3))
    crossed = doing(Act.JAYWALK, m)
    assert share_errs(crossed, exact) < LIMIT
    assert share_errs(crossed, 2.5 * 0.35) > LIMIT, "planted fault: chances added up"


@pytest.mark.parametrize(
    ("act", "share"),
    [(Act.GAMES, 0.2), (Act.CARE, 0.3), (Act.RAISE, 0.8)],
)
def test_other_acts_happen_at_their_rates_whatever_people_are_like(act: Act, share: float) -> None:
    assert share_errs(doing(act, conduct.Conduct()), share) < LIMIT


@pytest.mark.parametrize("quarter", [0, 3])
def test_prosociality_moves_care(quarter: int) -> None:
    cared = doing(Act.CARE, conduct.Conduct(warmth=0.5))
    kind = adults()["prosociality"]
    some = (kind >= 64 * quarter) & (kind < 64 * (quarter + 1))
    exact = 0.3 * (1 + 0.5 * (2 * float(kind[some].mean()) / 255 - 1))
    assert share_errs(cared[some], exact) < LIMIT
    assert share_errs(cared[some], 0.3) > LIMIT, "planted fault: prosociality forgotten"


def phi_errs(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two yes-or-no answers in standard errors of independence."""
    return abs(float(np.corrcoef(one, other)[0, 1])) * sqrt(len(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [(a, b) for i, a in enumerate((Act.JAYWALK, Act.GAMES, Act.CARE, Act.RAISE))
     for b in (Act.JAYWALK, Act.GAMES, Act.CARE, Act.RAISE)[:i]],
)  # fmt: skip
def test_what_people_do_in_one_day_is_independent(one: Act, other: Act) -> None:
    """Both halves of one draw decide about two things, and do not know of each other."""
    m = conduct.Conduct(spread=0.0, warmth=0.0)
    assert phi_errs(doing(one, m), doing(other, m)) < LIMIT


def test_independence_catches_one_draw_used_twice() -> None:
    """Planted fault: the draw itself in place of its halves exchanged."""
    u = np.random.default_rng(1).integers(0, 2**64, PEOPLE, dtype=np.uint64)
    crossed, played = u < 0.35 * 2.0**64, u < 0.2 * 2.0**64
    assert phi_errs(crossed, played) > LIMIT


def test_days_are_independent() -> None:
    m = conduct.Conduct(spread=0.0)
    lived, _ = live([m], PEOPLE, adults(), 2, ACTS)
    first, second = (day["acts"] & Act.JAYWALK != 0 for day in lived)
    assert phi_errs(first, second) < LIMIT


def test_officers_see_the_stated_share() -> None:
    lived, _ = live([conduct.Conduct(detection=0.02)], PEOPLE, adults(), 1, ACTS, DIARY)
    crossed = lived[0]["acts"] & Act.JAYWALK != 0
    assert share_errs(lived[0]["diary"][crossed] & int(Event.FINED) != 0, 0.02) < LIMIT


ALWAYS: dict[str, Any] = {"anonymous": 1.0, "deterrence": 0.0, "spread": 0.0}


class Nearest(conduct.Conduct):
    """Planted fault: beliefs rounded to the nearest unit."""

    @classmethod
    def table(cls) -> str:
        return "conduct"

    def _learn(self, view: Any, now: Any) -> None:
        r = view[PERCEIVED_RISK].astype(np.float64)
        crossed, told = view[ACTS] & Act.JAYWALK != 0, view[NOTICES] > 0
        view[PERCEIVED_RISK][:] = np.rint(np.where(crossed | told, r + self.gain * (told * SHARE - r), r))


@pytest.mark.parametrize(
    ("detection", "prior", "days"), [(0.3, 0.0, 150), (0.02, 0.5, 150), (0.001, 0.001, 60)]
)
def test_perceived_risk_converges_to_the_true_detection(detection: float, prior: float, days: int) -> None:
    """E r = d + (r0 - d)(1 - gain)^t, to a hundredth of a unit of 1/65535 even where d is 65 units."""
    settings = ALWAYS | {"detection": detection, "prior": prior, "gain": 0.063}
    start = round(prior * SHARE)
    exact = detection * SHARE + (start - detection * SHARE) * (1 - 0.063) ** days
    assert mean_errs(risks(conduct.Conduct(**settings), days), exact) < LIMIT


def test_rounding_to_the_nearest_is_caught() -> None:
    """A small belief would never fall, and with every notice the mean would climb away from the truth."""
    settings = ALWAYS | {"detection": 0.0005, "prior": 0.0005, "gain": 0.01}
    exact = 0.0005 * SHARE + (33 - 0.0005 * SHARE) * (1 - 0.01) ** 60
    assert mean_errs(risks(conduct.Conduct(**settings), 60), exact) < LIMIT
    assert mean_errs(risks(Nearest(**settings), 60), exact) > LIMIT


def test_spread_of_learned_beliefs_is_that_of_the_delta_rule() -> None:
    """Var r = gain / (2 - gain) d (1 - d) in the long run."""
    d, gain = 0.3, 0.1
    found = risks(conduct.Conduct(**ALWAYS, detection=d, prior=d, gain=gain), 120) / SHARE
    exact = gain / (2 - gain) * d * (1 - d)
    assert mean_errs((found - d) ** 2, exact) < LIMIT


def test_memory_and_learning_balance() -> None:
    """f gain (d - r) + (1 - f) (prior - r) / memory = 0, where f is how often one offends."""
    f, d, gain, memory, prior = 0.35, 0.4, 0.05, 25.0, 0.05
    m = conduct.Conduct(deterrence=0.0, spread=0.0, detection=d, gain=gain, memory=memory, prior=prior)
    exact = (f * gain * d + (1 - f) / memory * prior) / (f * gain + (1 - f) / memory)
    found = risks(m, 400)
    assert mean_errs(found, exact * SHARE) < LIMIT
    assert mean_errs(found, d * SHARE) > LIMIT, "planted fault: memory forgotten"


def test_under_deterrence_those_who_offend_still_judge_rightly() -> None:
    """Who thinks the risk high offends less and so unlearns less: E p(r) (d - r) = 0, and E r is above d."""
    d = 0.3
    m = conduct.Conduct(deterrence=1.0, spread=0.0, detection=d, gain=0.1, prior=0.3)
    r = risks(m, 400) / SHARE
    chance = m.anonymous - (m.anonymous - m.identified) * r
    assert mean_errs(chance * (d - r), 0.0) < LIMIT
    assert float(r.mean()) > d and mean_errs(r, d) > LIMIT


def test_more_detection_means_fewer_crossings_up_to_the_effect_of_cameras() -> None:
    """With certain notice and the default deterrence, crossings end 40 % lower (J10)."""
    m = conduct.Conduct(detection=1.0, gain=0.5, spread=0.0)
    crossed = doing(Act.JAYWALK, m, day=60)
    assert share_errs(crossed, 0.35 - 0.4 * 0.347) < LIMIT
