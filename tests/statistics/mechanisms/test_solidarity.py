"""Solidarity against closed forms. Fixed seeds; each comparison alone: one false alarm in a million seeds."""

from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import pytest

from feeder import live
from glasstown.core.columns import SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import STANDING
from glasstown.mechanisms._shunning import HELPED
from glasstown.mechanisms.solidarity import HELPING, NORMS, Solidarity

Z = 4.9
"""Standard errors beyond which a law fails: two-sided false alarm of 1e-6."""

PEOPLE, DAYS, SETTLED = 60_000, 240, 100
PUBLISHED = {
    "image_scoring": (0.33784, 0.3311),
    "simple_standing": (0.96154, 0.9423),
    "stern_judging": (0.96154, 0.9423),
    "shunning": (0.33784, 0.3311),
}


def views(norm: str, helped: bool, e2: float) -> tuple[float, float]:
    """Chances to be judged good after an act towards good and towards bad people."""
    approves = bool(NORMS[norm] & (1 if helped else 2))
    return (1 - e2 if helped else e2), (1 - e2 if approves else e2)


def line(norm: str, e1: float, e2: float, q: float = 1.0, trusting: bool = True) -> tuple[float, float]:
    """g' = a + b g, public: the share in good standing after a round in which g had it before."""
    after = []
    for good in (True, False):
        p = (1 - e1) * (q * good + (1 - q) * trusting)
        place = 0 if good else 1
        after.append(p * views(norm, True, e2)[place] + (1 - p) * views(norm, False, e2)[place])
    return after[1], after[0] - after[1]


def steady(norm: str, e1: float, e2: float, q: float = 1.0, trusting: bool = True) -> tuple[float, float]:
    """Share in good standing, and of acts that help, in the long run."""
    a, b = line(norm, e1, e2, q, trusting)
    g = a / (1 - b)
    return g, (1 - e1) * (q * g + (1 - q) * trusting)


@pytest.mark.parametrize("norm", list(NORMS))
def test_the_closed_form_gives_the_published_numbers(norm: str) -> None:
    assert np.allclose(steady(norm, 0.02, 0.02), PUBLISHED[norm], atol=5e-5)


def history(m: Solidarity, days: int = DAYS, **given: Any) -> tuple[np.ndarray, np.ndarray]:
    """Share in good standing and share of acts that help, each day after the town has settled."""
    seen, _ = live([m], PEOPLE, days, STANDING, HELPING, given=given)
    good = np.array([day["standing"].mean() / SHARE for day in seen])
    return good, np.array([(day["helping"] == HELPED).mean() for day in seen])


def errs(good: np.ndarray, a: float, b: float, exact: float) -> tuple[float, float]:
    """Standard errors of the mean share from ``exact``, and of the daily changes from g' = a + b g.

    The share is autoregressive: the mean of T days errs by step / ((1 - b) sqrt(T)).
    """
    late = good[SETTLED:]
    step = sqrt(exact * (1 - exact) / PEOPLE)
    changes = late[1:] - a - b * late[:-1]
    level = abs(late.mean() - exact) / (step / (1 - b) / sqrt(len(late)))
    return float(level), float(abs(changes.mean()) / (step / sqrt(len(changes))))


@pytest.mark.parametrize("norm", list(NORMS))
@pytest.mark.parametrize(
    "how",
    [{}, {"e1": 0.1}, {"e2": 0.1}, {"e1": 0.05, "e2": 0.03, "q": 0.6},
     {"e1": 0.05, "e2": 0.03, "q": 0.6, "trusting": False}],
)  # fmt: skip
def test_public_standing_settles_where_it_must(norm: str, how: dict[str, Any]) -> None:
    """Start in the steady state, as the slow norms need hundreds of days: it must stay there."""
    full = {"e1": 0.02, "e2": 0.02, "q": 1.0, "trusting": True} | how
    m = Solidarity(norm=norm, execution_error=full["e1"], assessment_error=full["e2"], known=full["q"],
                   trusting=full["trusting"])  # fmt: skip
    (a, b), (g, help_) = line(norm, **full), steady(norm, **full)
    start = np.where((np.arange(PEOPLE) * 7919) % PEOPLE < g * PEOPLE, SHARE, 0).astype(np.uint16)
    good, helped = history(m, standing=start)
    assert max(errs(good, a, b, g)) < Z
    before, now = good[SETTLED - 1 : -1], helped[SETTLED:]
    promised = (1 - full["e1"]) * (full["q"] * before + (1 - full["q"]) * full["trusting"])
    assert abs((now - promised).mean()) < Z * sqrt(help_ * (1 - help_) / PEOPLE / len(now))
    if not how:
        assert abs(g - PUBLISHED[norm][0]) < 5e-5


def test_from_all_good_it_gets_there_and_in_turn_too() -> None:
    for norm in ("simple_standing", "stern_judging"):
        g, help_ = PUBLISHED[norm]
        a, b = line(norm, 0.02, 0.02)
        good, helped = history(Solidarity(norm=norm, order="in_turn"), days=150)
        assert errs(good, a, b, g)[0] < Z
        error = sqrt(help_ * (1 - help_) / PEOPLE / 50) + 0.98 * sqrt(g * (1 - g) / PEOPLE / 50)
        assert abs(helped[SETTLED:].mean() - help_) < Z * error


@pytest.mark.parametrize("fault", [{"norm": "shunning"}, {"e1": 0.03}, {"e2": 0.023}, {"q": 0.97}])
def test_another_norm_and_other_errors_are_caught(fault: dict[str, Any]) -> None:
    """Planted faults: the law of simple standing asked of a town that lives otherwise."""
    norm = str(fault.get("norm", "simple_standing"))
    m = Solidarity(norm=norm, execution_error=fault.get("e1", 0.02), assessment_error=fault.get("e2", 0.02),
                   known=fault.get("q", 1.0))  # fmt: skip
    good, helped = history(m)
    law = line("simple_standing", 0.02, 0.02)
    far = max(errs(good, *law, PUBLISHED["simple_standing"][0]))
    promised = 0.98 * good[SETTLED - 1 : -1]
    late = helped[SETTLED:]
    far = max(far, abs(float((late - promised).mean())) / sqrt(0.9423 * 0.0577 / PEOPLE / len(late)))
    assert far > Z


# ---- private judgement -----------------------------------------------------------------------------


def private_errs(norm: str, e1: float, e2: float, law: str | None = None) -> float:
    """Standard errors of the mean change of standing from what one round makes of the shares before it."""
    m = Solidarity(norm=norm, assessment="private", execution_error=e1, assessment_error=e2)
    seen, _ = live([m], PEOPLE, 60, STANDING)
    total = variance = 0.0
    for before, after in pairwise(seen[20:]):
        p, new = before["standing"] / SHARE, after["standing"] / SHARE
        helped, refused = (
            p * good + (1 - p) * bad for good, bad in (views(law or norm, h, e2) for h in (True, False))
        )
        total += float(new.mean() - (p * (1 - e1) * helped + (1 - p * (1 - e1)) * refused).mean())
        variance += float(new.var()) / PEOPLE + 1e-13
    return abs(total) / sqrt(variance)


@pytest.mark.parametrize("norm", list(NORMS))
@pytest.mark.parametrize(("e1", "e2"), [(0.02, 0.02), (0.0, 0.1), (0.2, 0.05)])
def test_private_standing_moves_as_a_large_town_s_does(norm: str, e1: float, e2: float) -> None:
    assert private_errs(norm, e1, e2) < Z
    others = {"image_scoring": "shunning", "shunning": "image_scoring", "simple_standing": "image_scoring"}
    if norm in others and e2 == 0.1:
        assert private_errs(norm, e1, e2, law=others[norm]) > Z, "planted fault: the law of another norm"


def test_in_private_stern_judging_knows_nobody_and_image_scoring_does_not_mind() -> None:
    """Under stern judging each comes to be good to half the town; image scoring is as in public."""
    stern, _ = history(Solidarity(norm="stern_judging", assessment="private"))
    assert abs(stern[SETTLED:].mean() - 0.5) < 1e-3
    start = np.where(np.arange(PEOPLE) % 3 == 0, 64_000, 1_500).astype(np.uint16)
    scoring, _ = history(Solidarity(norm="image_scoring", assessment="private"), standing=start)
    a, b = line("image_scoring", 0.02, 0.02)
    assert errs(scoring, a, b, PUBLISHED["image_scoring"][0])[0] < Z


# ---- who refuses for ever, and graphs ---------------------------------------------------------------


@pytest.mark.parametrize("norm", ["simple_standing", "stern_judging"])
def test_those_who_never_help_lose_standing(norm: str) -> None:
    """A few who never help, among people who discriminate: judged good with chance g e2 + (1 - g)(1 - e2)."""
    n = 100_000
    habit = np.where(np.arange(n) % 50 == 0, 2, 0).astype(np.uint8)
    seen, _ = live([Solidarity(norm=norm)], n, 60, STANDING, given={"habit": habit})
    before, after = seen[-2]["standing"] / SHARE, seen[-1]["standing"] / SHARE
    g = before.mean()
    for who, exact in (
        (habit == 2, g * 0.02 + (1 - g) * 0.98),
        (habit == 0, sum(line(norm, 0.02, 0.02) * np.array([1.0, g]))),
    ):
        assert abs(after[who].mean() - exact) < Z * sqrt(exact * (1 - exact) / who.sum())
    assert after[habit == 2].mean() < 0.15 < 0.85 < after[habit == 0].mean()


def test_on_a_graph_where_each_knows_a_few_the_errors_are_the_same() -> None:
    """Simple standing asks only for the partner's standing, whoever it is: the share is that of a town."""
    around = (np.arange(PEOPLE)[:, None] + np.array([1, 7, 500])) % PEOPLE
    ties = StoredTies(np.arange(PEOPLE + 1, dtype=np.uint32) * 3, around.ravel().astype(np.uint32))
    seen, _ = live([Solidarity(reach="ties")], PEOPLE, 160, STANDING, ties=ties)
    good = np.array([day["standing"].mean() / SHARE for day in seen])
    level = abs(good[SETTLED:].mean() - PUBLISHED["simple_standing"][0])
    step = sqrt(0.96154 * 0.03846 / PEOPLE)
    assert level < Z * 2 * step / sqrt(len(good[SETTLED:])), (
        "ties make neighbours alike: twice the error allowed"
    )
