"""Legitimacy: what the published model shows, Mesa's example in distribution, and how legitimacy moves.

Shares and means fail beyond 5 standard errors: a false alarm for one seed in 1.7 million each. Against Mesa
four statistics of a run are compared by Kolmogorov and Smirnov, each at 1e-6: 4e-6 together. The seeds are
fixed, so a law that passes keeps passing.
"""

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from feeder import live
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import ACTIVE, LEGITIMACY
from glasstown.mechanisms.legitimacy import JAILED_UNTIL, Legitimacy, share_without_police
from mesa_town import MesaTown

LIMIT = 5.0
PAPER = 1_184
"""40 x 40 cells, 70 % people, 4 % police."""


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def lived(m: Legitimacy, people: int, days: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """How many are active, and in jail, at the end of each day."""
    seen, _ = live([m], people, days, ACTIVE, JAILED_UNTIL, seed=seed)
    active = [int(d["active"].sum()) for d in seen]
    return np.array(active), np.array([int((d["jailed_until"] > k + 1).sum()) for k, d in enumerate(seen)])


# ---- Epstein --------------------------------------------------------------------------------------


def test_from_a_legitimacy_of_point_nine_nobody_ever_stands_up() -> None:
    for level in (0.9, 0.95, 1.0):
        assert lived(Legitimacy(level=level), PAPER, 200, 1)[0].max() == 0
    assert lived(Legitimacy(level=0.85), PAPER, 200, 1)[0].max() > 0, "planted fault: a little less"


def test_without_police_the_share_active_is_exact() -> None:
    people, exact = 100_000, share_without_police(0.82, 0.1)
    assert exact == pytest.approx(0.4444, abs=5e-5)
    (active,) = lived(Legitimacy(police=0.0), people, 1, 1)[0]
    off = abs(active - people * exact) / sqrt(people * exact * (1 - exact))
    assert off < LIMIT
    wrong = share_without_police(0.82, 0.102)
    far = abs(active - people * wrong) / sqrt(people * wrong * (1 - wrong))
    assert far > LIMIT, "planted fault: T = .102"


def bursts(active: np.ndarray) -> int:
    """How often more than 50 are active after a day on which no more were."""
    many = active > 50
    return int(np.count_nonzero(many[1:] & ~many[:-1]))


def paper(seeds: int, **parameters: Any) -> tuple[list[int], list[float]]:
    """Bursts in 2,000 ticks, and the mean share of people who are neither active nor in jail."""
    runs = [lived(Legitimacy(**parameters), PAPER, 2_000, seed) for seed in range(seeds)]
    return [bursts(a) for a, _ in runs], [float(1 - (a + j).mean() / 1_120) for a, j in runs]


def test_outbursts_come_and_go_in_two_thousand_ticks() -> None:
    """45 to 90 bursts and .65 to .80 quiet; a run has 74 with a spread of 7, and .71 with .02 (24 seeds)."""
    count, quiet = paper(8)
    assert all(45 <= n <= 90 for n in count) and all(0.65 <= share <= 0.80 for share in quiet)


def test_walking_first_adds_a_fifth() -> None:
    count, quiet = paper(8, movement="before")
    assert 80 < np.mean(count) < 100 and all(0.65 <= share <= 0.80 for share in quiet)


def test_without_the_floor_there_is_no_burst() -> None:
    """Planted fault for the law of bursts: the text of the paper taken literally."""
    count, _ = paper(3, rounding="none")
    assert count == [0, 0, 0]


# ---- Mesa -----------------------------------------------------------------------------------------

SMALL, TICKS = 296, 80
RULE = Legitimacy(rounding="nearest", level=0.75)


def summary(active: np.ndarray, jailed: np.ndarray) -> tuple[float, ...]:
    return float(active.mean()), float(jailed.mean()), float(active.max()), float((active == 0).mean())


def mesas(m: Legitimacy, seed: int) -> tuple[float, ...]:
    town, active, jailed = MesaTown(m, SMALL, seed), [], []
    for _ in range(TICKS):
        town.shuffled()
        active.append(sum(town.active()))
        jailed.append(sum(town.jailed()))
    return summary(np.array(active), np.array(jailed))


def alike(m: Legitimacy, theirs: np.ndarray) -> list[float]:
    """The p-values of mean active, mean in jail, most active and share of calm days."""
    ours = np.array([summary(*lived(m, SMALL, TICKS, seed)) for seed in range(120)])
    return [float(stats.ks_2samp(ours[:, k], theirs[:, k]).pvalue) for k in range(4)]


@pytest.mark.slow
def test_runs_of_mesa_by_its_own_numbers_are_distributed_as_ours() -> None:
    """20 x 20 cells, 20 runs of the unchanged example against 120 of ours."""
    theirs = np.array([mesas(RULE, seed) for seed in range(20)])
    assert min(alike(RULE, theirs)) > 1e-6
    for wrong in ({"rounding": "floor"}, {"vision": 6}):
        assert min(alike(RULE.model_copy(update=wrong), theirs)) < 1e-6, f"planted fault: {wrong}"


# ---- in a town ------------------------------------------------------------------------------------

PEOPLE = 100_000


def test_legitimacy_nears_what_growth_and_closed_rights_let_it_have() -> None:
    """L(n) = L* + (1 - a - b)^n (L(0) - L*), L* = a/(a + b), however coarse a byte is."""
    up, down = 20.0 * 0.1 * 30 / 365, 0.05
    m = Legitimacy(traits="given", threshold=1.0, growth=0.15, growth_effect=20.0, closed_effect=down,
                   looking=1)  # fmt: skip
    up /= 30
    columns = {"legitimacy": np.full(PEOPLE, 200, np.uint8), "rights": np.full(PEOPLE, 1, np.uint16)}
    seen, _ = live([m], PEOPLE, 40, LEGITIMACY, given=columns)
    for n in (1, 10, 40):
        found = seen[n - 1]["legitimacy"].astype(float)
        goal = 255 * up / (up + down)
        exact = goal + (1 - up - down) ** n * (200 - goal)
        error = max(found.std(), 0.3) / sqrt(PEOPLE)
        assert abs(found.mean() - exact) < LIMIT * error
        assert abs(np.floor(found).mean() - exact - 0.5) > LIMIT * error, "planted fault: half a unit lost"


def test_together_an_active_person_is_taken_as_police_choose() -> None:
    """Three officers, each takes one of the two who are active here: 1 - (1/2)^3, without anybody else."""
    pairs = StoredTies(
        np.arange(PEOPLE + 1, dtype=np.uint32), np.arange(PEOPLE, dtype=np.uint32) ^ np.uint32(1)
    )
    columns = {"hardship": np.full(PEOPLE, 255, np.uint8), "active": np.full(PEOPLE, 1, np.uint8)}
    m = Legitimacy(place="ties", order="together", traits="given", presence=3)
    seen, _ = live([m], PEOPLE, 1, ACTIVE, given=columns, ties=pairs)
    share = 1 - seen[0]["active"].mean()
    assert abs(share - 0.875) < LIMIT * sqrt(0.875 * 0.125 / PEOPLE)
    assert abs(share - 0.75) > LIMIT * sqrt(0.75 * 0.25 / PEOPLE), "planted fault: two officers"
