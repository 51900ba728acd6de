"""Judging: the plain rule where nothing is left to chance, undecided where chance could turn it."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.stats import norm

from glasstown.lab.claim import Claim, Condition, Horizon, Words
from glasstown.lab.claim_check import checked
from glasstown.lab.claim_measure import expression
from glasstown.lab.design import Design
from glasstown.lab.factors import Factor
from glasstown.lab.judge import Measured, Values, judge, rests_on, weighed, word
from glasstown.lab.statistics import wanted
from glasstown.lab.verdict import packed, unpacked
from glasstown.lab.weighed import Weighed, paired, together, weigh
from glasstown.store.sealed import canonical

NOTHING = Design((), {}, (), 0)


def condition(direction="more", matters=0.1, relative=False, than=None, measure="voiced") -> Condition:
    return Condition(
        measure=expression(measure), direction=direction, matters=matters, relative=relative,
        because=Words(en=""), between=("a", "b"), arm="" if than is None else "b", than=than,
    )  # fmt: skip


def claim(*conditions: Condition, shows: tuple[str, ...] = (), needs: str = "") -> Claim:
    return Claim(
        id="silence", sentence=Words(en="."), said_by="article", source="", arms=(), between=("a", "b"),
        differs=("x",), conditions=conditions, shows=tuple(expression(each) for each in shows),
        horizon=Horizon(), cannot_tell=Words(en=""), needs=needs,
    )  # fmt: skip


def values(*each: Measured, shows: tuple[Measured, ...] = (), failed=()) -> Values:
    draws = len((*each, *shows)[0].other)
    lost = np.zeros(draws, bool)
    lost[list(failed)] = True
    return Values(each, shows, lost, 20_000, 365)


def twice(numbers) -> np.ndarray:
    return np.repeat(np.array(numbers, float)[:, None], 2, axis=1)


GRID = (-0.5, 0.0, 0.1, 0.2, 0.3, 1.0, 1.1, 2.0)


@pytest.mark.parametrize("direction", ["more", "less", "same"])
@pytest.mark.parametrize(("matters", "relative"), [(0.1, False), (0.1, True), (0.0, False), (0.0, True)])
def test_without_chance_it_is_the_plain_rule(direction, matters, relative):
    one, other = np.array(list(product(GRID, GRID))).T
    rule = condition(direction, matters, relative)
    found = weigh(rule, paired(Measured(twice(one), twice(other))))
    plain = [1 if rule.holds(*each) else -1 for each in zip(one.tolist(), other.tolist(), strict=True)]
    assert found.states.tolist() == plain
    strict = found.margins != 0
    assert (np.sign(found.margins) == found.states)[strict].all()


def chance(direction: str, relative: bool, seed: int, draws: int = 4000):
    """Draws that lie exactly on the border, with twins of four replicates."""
    rng = np.random.default_rng(seed)
    first = rng.uniform(0.5, 2.0, draws)
    least = 0.1 * first if relative else np.full(draws, 0.1)
    shared = rng.normal(size=(draws, 4)) * 0.05
    one = first[:, None] + shared
    way = -1 if direction == "less" else 1
    return one, one + way * least[:, None] + 0.02 * rng.normal(size=(draws, 4))


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("direction", ["more", "less", "same"])
def test_on_the_border_one_draw_in_twenty_is_decided(direction, relative):
    one, other = chance(direction, relative, 1)
    found = weigh(condition(direction, relative=relative), paired(Measured(one, other)))
    decided = [float((found.states == side).mean()) for side in (1, -1)]
    assert decided == pytest.approx([0.025, 0.025], abs=0.0075)
    by_means_alone = float((found.margins != 0).mean())
    assert by_means_alone > 0.99  # the planted fault: a rule that leaves chance out decides everything


def test_one_arm_is_held_against_a_number():
    found = weigh(condition("less", 0.0, than=1.0), paired(Measured(None, twice([0.5, 1.0, 2.0])), 1.0))
    assert found.states.tolist() == [1, -1, -1] and found.margins.tolist() == [0.5, 0.0, -1.0]
    with pytest.raises(ValueError):
        paired(Measured(None, twice([0.5])))


def test_a_claim_is_so_if_all_is_so_and_not_if_one_is_not():
    sides = (1, 0, -1)
    each = np.array(list(product(sides, sides)), np.int8).T
    margins = each.astype(float)
    nine = [np.full(9, k + 1.0) for k in (0, 1)]
    found = together([Weighed(each[k], margins[k], nine[k], nine[k], nine[k]) for k in (0, 1)])
    assert found.states.tolist() == [1, 0, -1, 0, 0, -1, -1, -1, -1]
    assert found.margins.tolist() == margins.min(axis=0).tolist()
    assert found.errors[1] == 2.0 and found.errors[3] == 1.0


@pytest.mark.parametrize(
    ("holds", "fails", "said"),
    [
        (1.0, 0.0, "holds"), (0.9, 0.1, "holds"), (0.899, 0.101, "mostly"), (0.67, 0.33, "mostly"),
        (0.66, 0.34, "depends"), (0.34, 0.66, "depends"), (0.33, 0.67, "seldom"), (0.11, 0.89, "seldom"),
        (0.1, 0.9, "never"), (0.0, 1.0, "never"), (0.49, 0.0, "undecided"), (0.1, 0.45, "depends"),
        (0.0, 0.0, "undecided"), (0.05, 0.7, "seldom"), (0.7, 0.05, "mostly"),
    ],
)  # fmt: skip
def test_the_word(holds, fails, said):
    assert word(holds, fails, 1 - holds - fails) == said
    mirror = {"holds": "never", "mostly": "seldom"}
    mirror |= {there: here for here, there in mirror.items()}
    assert word(fails, holds, 1 - holds - fails) == mirror.get(said, said)


def test_a_verdict_counts_what_it_saw():
    one = twice([1.0] * 10)
    other = twice([1.2] * 6 + [1.0, 1.0, np.nan, 3.0])
    other[5, 1] = np.nan
    seen = Measured(one, other)
    found = judge(
        claim(condition(), shows=("informed",)), values(seen, shows=(seen,), failed=[9]), NOTHING, {}
    )
    assert (found.draws, found.failed, found.undefined, found.replicates) == (9, 1, 1, (0, 2))
    assert [each.count for each in (found.holds, found.fails, found.undecided)] == [6, 2, 1]
    assert found.states == (1, 1, 1, 1, 1, 1, -1, -1, 0, None)
    assert found.margins[7:] == (pytest.approx(-1.0), None, None)
    assert found.word == "depends" and not found.firm
    effect, shown = found.conditions[0], found.shows[0]
    assert (effect.holds, effect.fails, effect.undecided, effect.draws) == (6, 2, 1, 8)
    assert (effect.one, effect.other, effect.median) == (1.0, 1.2, pytest.approx(0.2))
    assert effect.toward is not None and effect.toward.count == 6 and effect.error == 0.0
    assert shown == replace(
        effect, measure="informed", direction=None, matters=None, toward=None, holds=0, fails=0, undecided=0
    )


def test_the_interval_of_a_share_is_that_of_eighteen():
    found = judge(claim(condition()), values(Measured(twice([1.0] * 64), twice([2.0] * 64))), NOTHING, {})
    z = norm.isf((1 - 0.95 ** (1 / 18)) / 2)
    assert found.word == "holds" and found.holds.low == pytest.approx(64 / (64 + z**2))
    assert not found.firm  # 64 draws of 64 do not yet show that nine in ten hold, for eighteen claims at once
    more = values(Measured(twice([1.0] * 128), twice([2.0] * 128)))
    assert judge(claim(condition()), more, NOTHING, {}).firm


def test_one_replicate_each_decides_nothing():
    one = np.ones((8, 1))
    found = judge(claim(condition()), values(Measured(one, one * 5)), NOTHING, {})
    assert found.word == "undecided" and found.conditions[0].error is None
    assert found.conditions[0].median == 4.0


def test_a_claim_without_its_measure_is_not_decided():
    shows = values(shows=(Measured(twice([1.0, 2.0]), twice([2.0, 2.0])),))
    found = judge(claim(shows=("voiced",), needs="something"), shows, NOTHING, {})
    assert found.word == "unmeasured" and found.draws == 2 and found.undecided.count == 2
    assert found.shows[0].median == 0.5 and found.replicates == (2, 2)


def test_no_draw_at_all():
    nothing = values(Measured(np.zeros((0, 2)), np.zeros((0, 2))))
    found = judge(claim(condition()), nothing, NOTHING, {})
    assert found.word == "undecided" and found.draws == 0 and found.conditions[0].median is None


def test_same_values_same_bytes():
    one, other = chance("more", True, 2, 40)
    seen = values(Measured(one, other))
    first, again = (packed(judge(claim(condition(relative=True)), seen, NOTHING, {})) for _ in range(2))
    assert canonical(first) == canonical(again)
    assert packed(unpacked(first)) == first


def test_more_replicates_where_they_are_needed():
    one, other = chance("more", False, 3, 200)
    other += np.random.default_rng(4).normal(size=(200, 1)) * 0.05
    found = weighed(claim(condition()), values(Measured(one, other)))
    asked = wanted(found.margins, found.errors, found.prior, found.known, 200)
    assert found.errors == pytest.approx(np.full(200, 0.2), rel=0.5)
    assert 4 < asked.max() < 200


def test_arms_that_differ_by_rounding_alone_are_the_same():
    one = np.full((8, 2), 0.3)
    other = np.full((8, 2), 0.1 + 0.2)
    other[1] = [0.3, 0.1 + 0.2]
    assert (other != one).any() and (paired(Measured(one, other)).difference.variance == 0).all()


def test_what_a_claim_rests_on():
    shipped = checked("silence")
    factors = (Factor("cameras.latency", 1, 2), Factor("lists.error", 0, 1))
    found = rests_on(shipped.scenarios, Design(factors, {}, (), 0))
    assert min(found.published, found.estimated, found.assumed, found.chosen) > 0
    assert found.drawn == 1
    watched = {"watched": shipped.scenarios["watched"]}
    alone = rests_on(watched, NOTHING)
    assert found.assumed >= alone.assumed and found.published >= alone.published
