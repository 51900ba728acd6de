"""Intervals that say 95 % cover 95 %: shares, and differences with one, two or four replicates a draw."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from glasstown.lab.statistics import Means, means, sidak, wanted, wilson

LEAST, MOST = 0.935, 0.965
"""What a nominal 95 % interval must cover on average; 300 trials of 64 or more draws err by .003 at most."""

TRIALS = 300
PEOPLE = 20_000

Twins = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]
"""First arm and second arm, both (draws, replicates), the true difference (draws,) and the level, if any."""


def normal(rng: np.random.Generator, draws: int) -> Twins:
    """Twins correlated by .8; the variance of draws differs as one over a chi-square of 6."""
    spread = np.sqrt(6 / rng.chisquare(6, draws))[:, None]
    shared, own = rng.normal(size=(draws, 4)), rng.normal(size=(draws, 4))
    truth = 3 * rng.normal(size=draws)
    first = spread * shared
    return first, truth[:, None] + spread * (0.8 * shared + 0.6 * own), truth, None


def counts(rng: np.random.Generator, draws: int) -> Twins:
    """People of a town to whom a thing happens: from 10 to 2,000 of 20,000, by draw; most are the same."""
    share = np.exp(rng.uniform(np.log(0.0005), np.log(0.1), draws))
    less, more = share * rng.uniform(0.2, 0.9, draws), share * rng.uniform(0.1, 1.0, draws)
    first = rng.binomial(PEOPLE, share[:, None], (draws, 4))
    kept = rng.binomial(first, (less / share)[:, None])
    other = kept + rng.poisson(PEOPLE * more[:, None], (draws, 4))
    return first, other, PEOPLE * (less + more - share), share


def half_idle(rng: np.random.Generator, draws: int) -> Twins:
    """As ``counts``, but in every other draw nothing ever happens in either arm."""
    first, other, truth, share = counts(rng, draws)
    busy = np.arange(draws) % 2
    return first * busy[:, None], other * busy[:, None], truth * busy, share


def flips(rng: np.random.Generator, draws: int) -> Twins:
    """Twins who differ in more the larger their difference is: over four powers of ten, each way."""
    truth = np.exp(rng.normal(0, 2, draws)) * rng.choice([-1, 1], draws)
    spread = 0.3 * np.abs(truth) ** 0.7 * np.exp(rng.normal(0, 0.3, draws))
    shared = 5 * rng.normal(size=(draws, 4))
    return shared, shared + truth[:, None] + spread[:, None] * rng.normal(size=(draws, 4)), truth, None


def patterns(draws: int, two: int, four: int) -> np.ndarray:
    """Replicates by draw: so many draws have two or more, so many of them four."""
    found = np.ones(draws, int)
    found[:two], found[:four] = 2, 4
    return found


def honest(first: np.ndarray, other: np.ndarray, level: np.ndarray | None) -> Means:
    return means(other - first, level)


def by_difference(first: np.ndarray, other: np.ndarray, _: np.ndarray | None) -> Means:
    """As claims are judged: the variance may follow the size of the difference."""
    return means(other - first, np.abs(np.nanmean(other - first, axis=1)))


def over_n(first: np.ndarray, other: np.ndarray, level: np.ndarray | None) -> Means:
    """Planted fault: the variance is the sum of squares over n, not over n - 1."""
    each = other - first
    count = (~np.isnan(each)).sum(axis=1, keepdims=True)
    middle = np.nanmean(each, axis=1, keepdims=True)
    return means(np.where(count > 1, middle + (each - middle) * np.sqrt((count - 1) / count), each), level)


def no_root(first: np.ndarray, other: np.ndarray, level: np.ndarray | None) -> Means:
    """Planted fault: the error of a mean is that of one replicate."""
    found = honest(first, other, level)
    root = np.sqrt(found.replicates)
    half = (found.high - found.low) / 2 * root
    return Means(
        found.mean, found.replicates, found.variance, found.error * root, found.freedom,
        found.mean - half, found.mean + half, found.prior, found.known,
    )  # fmt: skip


def unpaired(first: np.ndarray, other: np.ndarray, level: np.ndarray | None) -> Means:
    """Planted fault: each replicate is set off against another one of its draw, as if they were no twins."""
    count = (~np.isnan(first)).sum(axis=1)
    turned = first.copy()
    for row, k in enumerate(count):
        turned[row, :k] = np.roll(first[row, :k], 1)
    return honest(turned, other, level)


CASES = [(64, 64, 0), (64, 16, 8), (256, 64, 0), (256, 64, 16)]


def covered(
    make: Callable[..., Twins],
    case: tuple[int, int, int],
    judge: Callable[..., Means] = honest,
    among: np.ndarray | slice = slice(None),
) -> float:
    """The share of true differences inside their intervals, over trials and draws (or those ``among``)."""
    rng = np.random.default_rng(20)
    replicates = patterns(*case)
    absent = np.arange(4)[None] >= replicates[:, None]
    inside = 0.0
    for _ in range(TRIALS):
        first, other, truth, level = make(rng, case[0])
        first, other = (np.where(absent, np.nan, arm.astype(float)) for arm in (first, other))
        if level is not None:
            level = (np.nanmean(first, axis=1) + np.nanmean(other, axis=1)) / 2
        found = judge(first, other, level)
        inside += float(((found.low <= truth) & (truth <= found.high))[among].mean()) / TRIALS
    return inside


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("make", [normal, counts], ids=lambda each: each.__name__)
def test_an_interval_covers_what_it_says(make, case):
    assert LEAST <= covered(make, case) <= MOST


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("make", [normal, counts, flips], ids=lambda each: each.__name__)
def test_an_interval_that_follows_the_difference_covers_what_it_says(make, case):
    assert LEAST <= covered(make, case, by_difference) <= MOST


def test_what_varies_with_the_difference_is_told_more_sharply_by_it():
    rng = np.random.default_rng(4)
    halves = []
    for judge in (honest, by_difference):
        widths = []
        for _ in range(30):
            first, other, truth, _level = flips(rng, 256)
            other[32:, 1:] = np.nan
            found = judge(first, other, None)
            widths.append(np.median(((found.high - found.low) / 2 / np.abs(truth))[32:]))
        halves.append(np.median(widths))
    assert halves[1] < halves[0] / 3


@pytest.mark.parametrize("make", [normal, counts], ids=lambda each: each.__name__)
@pytest.mark.parametrize("fault", [over_n, no_root, unpaired], ids=lambda each: each.__name__)
def test_the_law_catches(make, fault):
    assert not LEAST <= covered(make, (64, 64, 0), fault) <= MOST


def test_draws_in_which_nothing_happens_make_no_other_surer():
    assert LEAST <= covered(half_idle, (64, 32, 0), among=np.arange(64) % 2 == 1) <= 0.975


def test_without_its_level_what_is_counted_is_covered_too_seldom():
    assert covered(counts, (256, 64, 0), lambda first, other, _: means(other - first)) < LEAST


def mean_coverage(interval: Callable[[int, int], tuple[float, float]], of: int) -> float:
    """Over all true shares, evenly: exact, by the binomial distribution."""
    truth = (np.arange(400) + 0.5) / 400
    found = 0.0
    for count in range(of + 1):
        low, high = interval(count, of)
        found += float((stats.binom.pmf(count, of, truth) * ((low <= truth) & (truth <= high))).mean())
    return found


def wald(count: int, of: int) -> tuple[float, float]:
    """Planted fault: the textbook's first interval."""
    half = 1.96 * np.sqrt(count * (of - count) / of**3)
    return count / of - half, count / of + half


@pytest.mark.parametrize("of", [64, 96, 128, 256])
def test_an_interval_of_a_share_covers_what_it_says(of):
    assert LEAST <= mean_coverage(wilson, of) <= MOST
    assert of > 96 or not LEAST <= mean_coverage(wald, of) <= MOST


@pytest.mark.parametrize(("count", "of"), [(0, 64), (1, 64), (32, 64), (64, 64), (200, 256), (3, 4)])
@pytest.mark.parametrize("level", [0.95, sidak(18)])
def test_an_interval_of_a_share_is_that_of_scipy(count, of, level):
    other = stats.binomtest(count, of).proportion_ci(level, method="wilson")
    assert wilson(count, of, level) == pytest.approx((other.low, other.high), abs=1e-12)


def test_eighteen_claims_hold_together():
    assert sidak(18) ** 18 == pytest.approx(0.95) and sidak(1) == 0.95
    assert wilson(0, 0) == (0.0, 1.0)


def test_one_replicate_each_gives_no_error():
    found = means(np.array([[1.0], [2.0]]))
    assert np.isnan(found.error).all() and np.isinf(found.high).all() and (found.freedom == 0).all()


def test_a_draw_without_any_replicate_has_no_mean():
    found = means(np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, np.nan]]))
    assert found.replicates.tolist() == [2, 0, 1]
    assert np.isnan(found.mean[1]) and found.low[1] == -np.inf and found.high[1] == np.inf
    assert found.error[0] == pytest.approx(0.5) and found.error[2] == pytest.approx(np.sqrt(0.5))


def test_what_never_varies_is_sure():
    found = means(np.zeros((5, 3)))
    assert (found.low == 0).all() and (found.high == 0).all()


def test_what_rounding_makes_of_equal_numbers_is_no_variance():
    """One such draw would leave all others with a fraction of a degree of freedom."""
    rng = np.random.default_rng(3)
    each = rng.normal(size=(64, 3)) * np.geomspace(1, 10, 64)[:, None]
    plain = means(each)
    each[5] = 0.7 * np.array([1.0, 1 + 1e-16, 1 - 2e-16])
    same = means(each)
    assert same.prior[0] > plain.prior[0] / 3
    each[5] = 0.7 * np.array([1.0, 1 + 1e-9, 1 - 2e-9])
    assert means(each).prior[0] < 1, "the planted fault: a variance that is nearly, but not, nothing"


def test_many_replicates_tell_the_variance_of_their_own_draw():
    rng = np.random.default_rng(1)
    spread = np.geomspace(0.1, 10, 12)
    found = means(spread[:, None] * rng.normal(size=(12, 400)))
    assert np.sqrt(found.variance) == pytest.approx(spread, rel=0.15)


KNOWN = np.full(6, np.inf)
DISTANCES, ERRORS = np.array([1.0, 0.25, 0.1, 0.0, np.nan, 0.0]), np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0])


def test_replicates_wanted_by_draw():
    assert wanted(DISTANCES, ERRORS, KNOWN, KNOWN, 64).tolist() == [4, 62, 1, 1, 1, 1]
    assert wanted(DISTANCES, ERRORS, KNOWN, KNOWN, 400).tolist() == [4, 62, 385, 1, 1, 1]


def test_more_replicates_are_wanted_where_the_variance_is_hardly_known():
    """With half a degree of freedom one replicate says nothing at a distance of four errors; three do."""
    prior, known, far, one = (np.full(1, each) for each in (0.5, 1e9, 4.0, 1.0))
    assert wanted(far, one, prior, known, 8).tolist() == [3]
    assert wanted(far, one, prior, known, 2).tolist() == [1], "not even that would do"
    assert wanted(far, one, np.zeros(1), known, 8).tolist() == [1], "nothing is known of the draw"


def test_as_many_replicates_as_are_wanted_decide():
    """Of draws at a distance from their border most are decided with what is wanted, fewer with less."""
    rng = np.random.default_rng(2)
    truth = rng.choice([-1.0, 1.0], 2000) * rng.uniform(0.9, 1.1, 2000)
    each = truth[:, None] + 0.5 * rng.normal(size=(2000, 8))
    first = means(np.where(np.arange(8) < np.where(np.arange(2000) < 40, 2, 1)[:, None], each, np.nan))
    asked = int(wanted(np.full(1, 1.0), np.full(1, 0.5), first.prior[:1], first.known[:1], 8)[0])
    decided = []
    for times in (asked, asked - 1):
        found = means(np.where(np.arange(8) < times, each, np.nan))
        decided.append(float(((found.low > 0) | (found.high < 0)).mean()))
    assert asked > 1 and decided[0] > 0.5 and decided[0] > decided[1]
