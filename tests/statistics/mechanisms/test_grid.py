"""The grid against the law of the urn, the published figures, and closed forms of stops and finds.

Every law compares a mean or a count with its exact value, or with 4,000 urns of a plain numpy loop, and
fails beyond 5 standard errors: one false alarm for 1.7 million seeds (the seeds are fixed, so a law that
passes keeps passing). The law of the Beta distribution is a chi-square test at 1e-6.
"""

from functools import lru_cache
from math import comb, lgamma, pi, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import betaln
from scipy.stats import chi2

from glasstown.core import rng
from glasstown.core.vocabulary import AGE, DISTRICT, GROUP, Act
from glasstown.mechanisms._patrols import MISPLACED, PLACED, forgotten
from glasstown.mechanisms.grid import CHECKS, MISSEIZED, PATROLS, SEIZED, URNS, Grid
from street import tallied, walk

RATES = (3.685, 2.816)


def urns(m: Grid, days: int, seed: int, kept: dict[str, int] | None = None) -> np.ndarray:
    """Finds remembered by zone after each day, in 1/1000, shape (days, zones): the mechanism, no town."""
    step, found, last = m.steps()[0], [], {} if kept is None else kept
    kept = {}
    key = rng.run_key(seed)
    for day in range(days):
        today: dict[str, np.ndarray] = {}

        def count(tallies, values, today=today) -> None:
            for tally, value in zip(tallies.each, values, strict=True):
                today.setdefault(tally.name, np.zeros(1, np.int64))[0] += value

        def yesterday(tallies, kept=kept) -> np.ndarray:
            return np.array([kept.get(tally.name, 0) for tally in tallies.each])

        now = SimpleNamespace(day=day, key=key, purpose=lambda d: rng.purpose("grid", d),
                              yesterday_each=yesterday, once=lambda name, find: find())  # fmt: skip
        step.run(SimpleNamespace(lo=0, count_each=count), now)
        kept = {name: int(value[0]) for name, value in today.items()}
        found.append([kept[urn.name] for urn in URNS[: m.zones]])
    last |= kept
    return np.array(found)


# ---- the textbook urn ------------------------------------------------------------------------------


def visits_law(m: Grid, draws: int, runs: int, a: float, b: float) -> float:
    """p-value of the number of visits to zone 0 in so many days against Beta-binomial(draws, a, b)."""
    start, per_visit = 1000 * m.prior, 1000 * m.rate
    seen = [round((urns(m, draws, seed)[-1, 0] - start) / per_visit) for seed in range(runs)]
    k = np.arange(draws + 1)
    log_choose = np.array([lgamma(draws + 1) - lgamma(i + 1) - lgamma(draws - i + 1) for i in k])
    chance = np.exp(log_choose + betaln(k + a, draws - k + b) - betaln(a, b))
    square = float(np.sum((np.bincount(seen, minlength=draws + 1) - runs * chance) ** 2 / (runs * chance)))
    return float(chi2.sf(square, draws))


@pytest.mark.parametrize(("prior", "other", "rate"), [(3.0, 2.0, 1.0), (7.37, 3.685, 3.685), (1.0, 1.0, 1.0)])
def test_at_equal_rates_shares_are_beta(prior, other, rate) -> None:
    """Visits in n days are Beta-binomial(n, nA/lambda, nB/lambda): the share in the limit is Beta."""
    m = Grid(even=True, decay=0.0, rate=rate, rate_elsewhere=rate, prior=prior, prior_elsewhere=other)
    assert visits_law(m, 12, 2000, prior / rate, other / rate) > 1e-6


def test_the_law_notices_wrong_urns() -> None:
    m = Grid(even=True, decay=0.0, rate=1.0, rate_elsewhere=1.0, prior=3.0, prior_elsewhere=2.0)
    assert visits_law(m, 12, 2000, 2.0, 3.0) < 1e-6
    assert visits_law(m.model_copy(update={"correct": True}), 12, 2000, 3.0, 2.0) < 1e-6


# ---- the published figures -------------------------------------------------------------------------


@lru_cache(maxsize=8)
def plain(correct: bool, told: float, seen: float = 1.0, decay: float = 0.01) -> tuple[float, float]:
    """Mean and standard deviation of the share of zone 0 after 1,000 days, in 4,000 urns of a plain loop."""
    chance, runs = np.random.default_rng(6), 4000
    state = np.tile([609, 379], (runs, 1))
    for _ in range(1000):
        share = state[:, 0] / state.sum(axis=1)
        first = chance.random(runs) < share
        own = np.where(first, share, 1 - share)
        kept = chance.random(runs) < (np.minimum(share, 1 - share) / own if correct else 1.0)
        for zone, rate in enumerate(RATES):
            here = (first if zone == 0 else ~first) & kept
            state[:, zone] += chance.poisson(told * rate, runs) + here * chance.poisson(seen * rate, runs)
        state = np.maximum(state - chance.binomial(state, decay), 1)
    share = state[:, 0] / state.sum(axis=1)
    return float(share.mean()), float(share.std())


def astray(m: Grid, runs: int = 40) -> float:
    """Mean share of patrols misplaced on the last of 1,000 days: how far their shares are from the rates."""
    found = []
    for seed in range(runs):
        kept: dict[str, int] = {}
        urns(m, 1000, seed, kept)
        found.append(kept[MISPLACED.name] / kept[PLACED.name])
    return float(np.mean(found))


def runaway(m: Grid, runs: int = 40) -> float:
    """Mean share of zone 0 after 1,000 days."""
    shares = [urns(m, 1000, seed) for seed in range(runs)]
    return float(np.mean([s[999, 0] / s[999].sum() for s in shares]))


FIGURES: tuple[tuple[dict[str, object], dict[str, object], float, float], ...] = (
    ({}, {"correct": False, "told": 0.0}, 0.93, 0.02),
    ({"correct": True}, {"correct": True, "told": 0.0}, 0.569, 0.02),
    ({"seen": 0.0, "told": 1.0}, {"correct": False, "told": 1.0, "seen": 0.0}, 3.685 / 6.501, 0.01),
    ({"seen": 0.9, "told": 0.1}, {"correct": False, "told": 0.1, "seen": 0.9}, 0.76, 0.03),
)


@pytest.mark.parametrize(("parameters", "loop"), [FIGURES[0][:2], FIGURES[2][:2]])
def test_patrols_misplaced_are_the_distance_of_shares(parameters, loop) -> None:
    """Half the sum of both differences is the one of zone 0; .36 for finds alone, hardly any for reports."""
    mean, spread = plain(**loop)
    true = RATES[0] / sum(RATES)
    law = mean - true if not loop["told"] else spread * sqrt(2 / pi)
    error = 5 * spread * sqrt(1 / 40 + 1 / 4000)
    found = astray(Grid(**parameters))
    assert abs(found - law) < error
    assert abs(found - abs(mean - 0.5)) > error, "planted fault: the distance from equal shares"


@pytest.mark.parametrize(("parameters", "loop", "figure", "near"), FIGURES)
def test_patrols_run_away_unless_corrected(parameters, loop, figure, near) -> None:
    mean, spread = plain(**loop)
    assert abs(mean - figure) < near
    assert abs(runaway(Grid(**parameters)) - mean) < 5 * spread * sqrt(1 / 40 + 1 / 4000)


@pytest.mark.parametrize("fault", [{"rate": 2.816}, {"correct": True}, {"decay": 0.0}, {"told": 0.3}])
def test_the_figures_notice_a_wrong_urn(fault) -> None:
    mean, spread = plain(correct=False, told=0.0)
    assert abs(runaway(Grid(**fault), 20) - mean) > 5 * spread * sqrt(1 / 20 + 1 / 4000)


# ---- in a town -------------------------------------------------------------------------------------

PEOPLE = 4000
GIVEN = {
    AGE.name: np.full(PEOPLE, 40, np.uint8),
    DISTRICT.name: (np.arange(PEOPLE) % 2).astype(np.uint8),
    GROUP.name: (np.arange(PEOPLE) // 2 % 2).astype(np.uint8),
}
NOBODY = np.zeros(PEOPLE, np.uint8)
SPARSE = {"data": "town", "patrols": 1000, "prior": 500.0, "prior_elsewhere": 500.0, "decay": 0.0,
          "seen": 0.0, "each": 3.0, "group_ratio": 3.0}  # fmt: skip


def stops(m: Grid, assumed: Grid) -> float:
    """Standard errors between stops of A and of B in 40 days and what ``assumed`` says."""
    lived, _ = walk(m, NOBODY, NOBODY, 41, CHECKS, given=GIVEN)
    far = 0.0
    for group, ratio in ((0, 1.0), (1, assumed.group_ratio)):
        p = assumed.capacity * ratio
        n = 40 * PEOPLE / 2
        count = int(lived[-1]["checks"][GIVEN[GROUP.name] == group].sum(dtype=np.int64))
        far = max(far, abs(count - n * p) / sqrt(n * p * (1 - p)))
    return far


def test_stops_are_those_of_the_capacity() -> None:
    """Patrols vary between the two zones, their sum does not: A at the capacity, B three times as often."""
    assert stops(Grid(**SPARSE), Grid(**SPARSE)) < 5


@pytest.mark.parametrize("fault", [{"group_ratio": 2.5}, {"staff": 14.0}])
def test_the_law_of_stops_notices_a_wrong_rate(fault) -> None:
    assert stops(Grid(**SPARSE), Grid(**SPARSE | fault)) > 5


def false_finds(m: Grid) -> tuple[int, int]:
    """Finds of 30 days, and those of nothing: 5 % of people offend every day."""
    acts = np.where(np.arange(PEOPLE) // 4 % 20 == 0, int(Act.JAYWALK), 0)
    lived, _ = walk(m, acts, NOBODY, 31, SEIZED, MISSEIZED, given=GIVEN)
    right, wrong = (sum(int(np.count_nonzero(d[c.name])) for d in lived) for c in (SEIZED, MISSEIZED))
    return right + wrong, wrong


@pytest.mark.parametrize(("recall", "law"), [(0.8, True), (0.4, False)])
def test_the_false_share_of_finds(recall, law) -> None:
    """e(1-p) / (r p + e(1-p)) of finds are of nothing; it notices another recall."""
    finds, wrong = false_finds(Grid(**SPARSE | {"error": 0.03, "recall": recall, "group_ratio": 1.0}))
    share = 0.03 * 0.95 / (0.8 * 0.05 + 0.03 * 0.95)
    assert (abs(wrong - finds * share) / sqrt(finds * share * (1 - share)) < 5) is law


def where(correct: bool, seed: int = 1) -> float:
    """Share of patrols that zone 0 gets in the last 200 of 800 days; 20 % offend there, 10 % in the other."""
    chance = np.arange(PEOPLE) // 2 % 10
    acts = np.where(chance < np.where(np.arange(PEOPLE) % 2 == 0, 2, 1), int(Act.JAYWALK), 0)[:400]
    m = Grid(data="town", patrols=20, prior=50.0, prior_elsewhere=50.0, decay=0.02, each=2.0, error=0.0,
             correct=correct)  # fmt: skip
    given = {name: values[:400] for name, values in GIVEN.items()}
    shares, simulation = [], None
    _, simulation = walk(m, acts, NOBODY[:400], 600, given=given, seed=seed)
    with simulation:
        for _ in range(200):
            simulation.advance()
            shares.append(tallied(simulation, PATROLS[:2])[0] / 20)
    return float(np.mean(shares))


def test_in_the_town_patrols_run_away_and_correction_finds_the_rates() -> None:
    """Twice as many offenders: 2/3 if corrected, nearly all patrols if not. Means of 200 days vary by .02."""
    assert abs(where(correct=True) - 2 / 3) < 0.1
    assert where(correct=False) > 0.9


def test_the_choice_of_patrols_is_binomial() -> None:
    m = Grid(patrols=20, seen=0.0, decay=0.0, prior=300.0, prior_elsewhere=100.0)
    counts = []
    _, simulation = walk(m, [0], [0], 1)
    with simulation:
        for _ in range(3000):
            simulation.advance()
            counts.append(tallied(simulation, PATROLS[:1])[0])
    chance = np.array([comb(20, k) * 0.75**k * 0.25 ** (20 - k) for k in range(21)])
    expected = 3000 * np.array([chance[:11].sum(), *chance[11:]])
    seen = np.bincount(np.maximum(counts, 10) - 10, minlength=11)
    assert float(chi2.sf(np.sum((seen - expected) ** 2 / expected), 10)) > 1e-6


def test_finds_are_forgotten_with_the_exact_chance() -> None:
    """A chance of one and a half in 65,536, of which sixteen bits alone would make one or two."""
    balls, least = 20_000_000, 2.0**-16
    t_forget = rng.threshold(1.5 * least)
    gone = sum(int(forgotten(rng.run_key(1), day, 0, np.uint32(7), balls // 4, t_forget)) for day in range(4))
    spread = sqrt(balls * 1.5 * least)
    assert abs(gone - balls * 1.5 * least) < 5 * spread
    for fault in (least, 2 * least):
        assert abs(gone - balls * fault) > 5 * spread, "planted fault: the last bits ignored"
