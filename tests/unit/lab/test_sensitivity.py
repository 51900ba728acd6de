"""What a verdict depends on: nothing is invented from few draws, ties, or a parameter that never varies."""

from dataclasses import replace

import numpy as np
import pytest

from glasstown.lab import sensitivity
from glasstown.lab.design import Design
from glasstown.lab.factors import Factor
from glasstown.lab.hinge import hinges
from glasstown.lab.resample import resampled, shares, shuffles, times
from glasstown.lab.sensitivity import Priority, explained, influences, ranking
from glasstown.lab.turning import hinge_words, turns_on
from glasstown.lab.verdict import Hinge, Influence, Rests, Verdict, share_of

RNG = np.random.default_rng(5)
FACTORS = [Factor(f"a.x{k}", 0.0, 1.0) for k in range(12)]


def uniform(draws: int, factors: int = 12) -> np.ndarray:
    return np.random.default_rng(draws).random((draws, factors))


@pytest.mark.parametrize("draws", [0, 1, 4, 8, 16, 23])
def test_few_draws_tell_nothing(draws):
    columns = uniform(draws)
    assert influences(columns, columns[:, 0], FACTORS) == ()
    assert hinges(columns, np.where(columns[:, 0] > 0.5, 1, -1).astype(np.int8), FACTORS, {}) == ()


def test_draws_without_a_margin_or_a_decision_count_for_nothing():
    columns = uniform(200)
    margins, states = columns[:, 0].copy(), np.where(columns[:, 0] > 0.5, 1, -1).astype(np.int8)
    margins[20:], states[20:] = np.nan, 0
    assert influences(columns, margins, FACTORS) == () == hinges(columns, states, FACTORS, {})


def test_what_never_varies_has_no_influence():
    columns = uniform(128)
    columns[:, 3] = 0.25
    found = influences(columns, columns[:, 0], FACTORS)
    still = next(each for each in found if each.parameter == "a.x3")
    assert still == Influence("a.x3", 0.0, 0.0, 0.0, 0.0, found[0].noise, False)
    flat = influences(columns, np.ones(128), FACTORS)
    assert {each.index for each in flat} == {0.0} and not any(each.stands_out for each in flat)
    assert hinges(columns, np.ones(128, np.int8), FACTORS, {}) == ()


def test_ties_change_nothing_but_what_they_hide():
    columns = uniform(256)
    columns[:, 0] = np.floor(columns[:, 0] * 3)
    whole = [Factor("a.x0", 0, 2, "whole"), *FACTORS[1:]]
    margins = np.round(columns[:, 0] + columns[:, 1], 1)
    found = influences(columns, margins, whole)
    again = influences(columns[::-1].copy(), margins[::-1].copy(), whole)
    assert [(each.parameter, each.index, each.trend) for each in found] == [
        (each.parameter, each.index, each.trend) for each in again
    ]
    assert [each.parameter for each in found if each.stands_out] == ["a.x0", "a.x1"]


def test_only_the_order_of_margins_matters():
    columns = uniform(128)
    margins = columns[:, 0] - 0.5
    assert influences(columns, margins, FACTORS) == influences(columns, np.exp(20 * margins), FACTORS)


def test_choices_and_switches_are_told_by_name():
    columns = uniform(256)
    columns[:, 0], columns[:, 1] = np.floor(columns[:, 0] * 3), np.floor(columns[:, 1] * 2)
    named = [Factor("a.x0", 0, 2, "choice", choices=("secret", "own", "public")),
             Factor("a.x1", 0, 1, "flag"), *FACTORS[2:]]  # fmt: skip
    shown = np.where((columns[:, 0] > 0) & (columns[:, 2] > 0.1), 1, -1).astype(np.int8)
    (first, *_) = hinges(columns, shown, named, {})
    assert (first.parameter, set(first.names), first.at) == ("a.x0", {"own", "public"}, None)
    assert first.above.value > 0.8 and first.below.value == 0.0
    switched = np.where(columns[:, 1] < 1, 1, -1).astype(np.int8)
    (only,) = hinges(columns, switched, named, {})
    assert only.names == ("false",) and only.above.value == 1.0 == only.right
    assert hinge_words(only).en == (
        "It turns on a.x1: switched off it holds in 100 % of the decided draws, switched on in 0 %."
    )
    many = [Factor("a.x0", 0, 7, "choice", choices=tuple("stuvwxyz")), *FACTORS[1:]]
    columns[:, 0] = np.arange(256) % 8
    (first, *_) = hinges(columns, np.where(columns[:, 0] == 2, 1, -1).astype(np.int8), many, {})
    assert first.names == ("u",)


def test_a_whole_number_is_told_as_one():
    columns = uniform(256)
    columns[:, 0] = np.floor(columns[:, 0] * 30)
    whole = [Factor("a.x0", 0, 29, "whole"), *FACTORS[1:]]
    (only,) = hinges(columns, np.where(columns[:, 0] > 12, -1, 1).astype(np.int8), whole, {"a.x0": "day"})
    assert only.at == 12 and only.low <= 12 <= only.high and only.ends == (0, 29)
    assert hinge_words(only).en == (
        "It turns on a.x0: above 12 days it holds in 0 % of the decided draws, below in 100 %."
    )


def made(**changes: object) -> Verdict:
    none = share_of(0, 0)
    plain = Verdict("merit", "depends", False, 40, 0, 0, (1, 1), 100, 10, none, none, none, (), (), Rests())
    return replace(plain, **changes)


def test_sentences_are_plain_in_both_languages():
    number = Hinge("registry.error", "1", 0.0134, 0.01, 0.02, (0.0, 0.1), (), share_of(91, 100),
                   share_of(22, 100), 0.85)  # fmt: skip
    assert turns_on(made(hinges=(number,))).en == (
        "It turns on registry.error: above 0.0134 it holds in 91 % of the decided draws, below in 22 %."
    )
    assert turns_on(made(hinges=(number,))).fr == (
        "Elle bascule avec registry.error\u00a0: au-dessus de 0,0134 elle tient dans 91\u00a0% des tirages "
        "tranchés, en dessous dans 22\u00a0%."
    )
    leaning = replace(number, below=share_of(62, 100))
    assert "does not turn the verdict" in hinge_words(leaning).en
    assert "ne fait pourtant pas basculer" in hinge_words(leaning).fr
    three = replace(number, at=None, names=("a", "b", "c"))
    assert (
        ": with a, b or c it holds" in hinge_words(three).en
        and "avec a, b ou c elle" in hinge_words(three).fr
    )


@pytest.mark.parametrize(
    ("holds", "fails", "said"),
    [
        (10, 5, "Too few draws are decided to tell what it turns on."),
        (40, 0, "Nothing turns it: it holds in every decided draw."),
        (0, 40, "Nothing turns it: it holds in no decided draw."),
        (20, 20, "Nothing among what was drawn stands out."),
    ],
)
def test_what_turns_nothing_says_so(holds, fails, said):
    words = turns_on(made(holds=share_of(holds, 40), fails=share_of(fails, 40)))
    assert words.en == said and words.fr and words.fr != said


def test_a_ranking_counts_what_stands_out_alone():
    strong, weak = Influence("a", 0.6, 0.5, 0.7, 1, 0.1, True), Influence("b", 0.09, 0, 0.2, 1, 0.1, False)
    other = Influence("b", 0.3, 0.2, 0.4, -1, 0.1, True)
    verdicts = [made(claim="one", influences=(strong, weak)), made(claim="two", influences=(other,)), made()]
    assert ranking(verdicts) == (Priority("a", 0.3, ("one",)), Priority("b", 0.15, ("two",)))
    assert ranking([made()]) == ()


def test_a_verdict_is_explained_by_what_its_arms_take_alone():
    from glasstown.lab.claim_check import checked

    shipped = checked("silence")
    factors = (Factor("lists.error", 0, 1), Factor("opinion.severity", 0, 1), Factor("score.awareness", 0, 1))
    columns = uniform(64, 3)
    values = [{f.key: float(v) for f, v in zip(factors, row, strict=True)} for row in columns]
    drawn = Design(factors, {}, tuple(values), 0)
    margins = columns[:, 1] - 0.4
    states = tuple(np.sign(margins).astype(int).tolist())
    bare = made(states=states, margins=tuple(margins.tolist()))
    found = explained(bare, drawn, shipped.scenarios, held={"score.awareness"})
    assert [each.parameter for each in found.influences] == ["opinion.severity"]
    assert [each.parameter for each in found.hinges] == ["opinion.severity"]
    assert explained(bare, drawn, shipped.scenarios) == explained(bare, drawn, shipped.scenarios)
    assert explained(made(), drawn, shipped.scenarios) == made()


def test_resampling_is_fair_and_the_same_again():
    order = shuffles("test", 4000, 6)
    assert (np.sort(order, axis=1) == np.arange(6)).all()
    first = np.bincount(order[:, 0], minlength=6) / 4000
    assert np.abs(first - 1 / 6).max() < 4.9 * np.sqrt(5 / 36 / 4000)
    assert (shuffles("test", 10, 6) == order[:10]).all() and (shuffles("other", 10, 6) != order[:10]).any()
    counts = times("test", 4000, 6)
    assert (counts.sum(axis=1) == 6).all() and abs(counts.var() - 5 / 6) < 0.05
    assert ((resampled("test", 50, 7) >= 0) & (resampled("test", 50, 7) < 7)).all()
    assert shares("test", 100, 10).min() >= 0 and shares("test", 100, 10).max() < 1


def test_the_order_of_draws_changes_no_index_and_a_thread_no_bit():
    columns = uniform(100)
    margins = columns[:, 0] + columns[:, 1] ** 2
    found = influences(columns, margins, FACTORS)
    assert found == influences(columns, margins, FACTORS)
    turned = influences(np.asfortranarray(columns), margins, FACTORS[:])
    assert found == turned and sensitivity.FEWEST <= 100
