"""Designs: every range filled, every value allowed, the same for all arms; what an arm is, is not drawn."""

import math
import tomllib
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from scipy.stats import qmc

from glasstown.errors import ScenarioError
from glasstown.lab import catalog
from glasstown.lab.arms import Arm, loaded, named, own_keys, placed, value_of
from glasstown.lab.design import Design, _points, design
from glasstown.lab.factors import Factor
from glasstown.lab.holding import NOWHERE, OFF, OWN, SEVERAL, SHARED, SWITCH, WITHOUT
from glasstown.lab.plan import Ask, Plan, plan, town_of

PAIR = """
name = "{name}"
[town]
people = 300
[run]
days = 4
[conduct]
[cameras]
{more}
"""


def scenario(name: str, more: str = ""):
    return catalog.read(PAIR.format(name=name, more=more), f"{name}.toml")


@pytest.fixture(scope="module")
def arms():
    return {"plain": scenario("plain"), "filed": scenario("filed", "miss = 0.3\n[registry]")}


@pytest.fixture(scope="module")
def made(arms) -> Design:
    return design(arms, 64)


def filled(shares: np.ndarray) -> bool:
    """The law: of 64 draws, every eighth of every range holds exactly eight."""
    bins = np.minimum((shares * 8).astype(int), 7)
    return all(np.array_equal(np.bincount(column, minlength=8), [8] * 8) for column in bins.T)


def test_every_part_of_every_range_is_filled(made):
    assert len(made.factors) > 60 and not made.refused
    assert made.shares.shape == (64, len(made.factors))
    assert filled(made.shares)


def test_draws_that_leave_a_gap_are_caught(made):
    """Planted faults: one range drawn from its lower half; two draws alike."""
    squeezed = made.shares.copy()
    squeezed[:, 0] /= 2
    assert not filled(squeezed)
    doubled = made.shares.copy()
    doubled[0] = doubled[1]
    assert not filled(doubled)


def together(points: np.ndarray) -> float:
    """The largest rank correlation of two columns."""
    ranks = points.argsort(axis=0).argsort(axis=0)
    found = np.abs(np.corrcoef(ranks, rowvar=False))
    return float(found[np.triu_indices(len(found), 1)].max())


def test_no_two_of_three_hundred_parameters_move_together():
    """Of 45,000 pairs of 64 independent draws one correlates by .7 in one design of 100,000."""
    points = np.array([*islice(_points(300, 64, 0), 64)])
    assert filled(points)
    assert together(points) < 0.7
    as_it_comes = qmc.Sobol(300, scramble=True, seed=0).random(64)
    assert filled(as_it_comes) and together(as_it_comes) > 0.8  # the planted fault


def halved(made: Design) -> bool:
    """The law: half of the draws of a number lie from the scenario's value down, half from there up."""
    for k, each in enumerate(made.factors):
        if each.kind == "number" and each.middle is not None:
            column = made.numbers()[:, k]
            if not (column <= each.middle).sum() >= 32 <= (column >= each.middle).sum():
                return False
    return True


def test_the_value_of_the_scenario_is_in_the_middle(made):
    middles = {each.key: each.middle for each in made.factors}
    assert middles["cameras.miss"] == 0.3  # of the arm that takes the draw
    assert middles["cameras.view"] == 300.0
    assert halved(made)
    evenly = replace(made, draws=tuple(
        {e.key: e.around(None).value(float(share)) for e, share in zip(made.factors, row, strict=True)}
        for row in made.shares
    ))  # fmt: skip
    assert not halved(evenly)  # the planted fault


def test_half_of_the_draws_are_the_end_where_the_scenario_stands_at_one():
    end = Factor("a.b", 0.0, 1.0, middle=1.0)
    assert [end.value(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)] == [0.0, 0.5, 1.0, 1.0, 1.0]
    wide = Factor("a.b", 0.0, 10.0, middle=0.01)
    assert wide.value(0.25) == 0.005
    assert wide.value(0.75) == pytest.approx(math.sqrt(0.01 * 10))  # that half spans three powers of ten
    whole = Factor("a.b", 1, 30, "whole", middle=1.0)
    assert {whole.value(share) for share in (0.0, 0.2, 0.5)} == {1}
    assert whole.value(1.0) == 30


def test_each_arm_has_its_own_value_in_the_middle():
    told = {"one": scenario("one", "view = 100.0"), "two": scenario("two", "view = 100.0")}
    told["three"] = scenario("three", "view = 900.0")
    pair = {name: each for name, each in told.items() if name != "three"}
    alone = design({"three": told["three"]}, 8)
    from glasstown.lab.holding import kept, together

    both = together([kept(pair, {}, told["one"]), kept({"three": told["three"]}, {}, told["three"])])
    made = design(told, 8, keep=both)
    for draw in range(8):
        assert made.values(draw, "one")["cameras.view"] == made.values(draw, "two")["cameras.view"]
    views = [made.values(draw, "three")["cameras.view"] for draw in range(8)]
    assert sum(each <= 900.0 for each in views) >= 4 <= sum(each >= 900.0 for each in views)
    key = [each.key for each in made.factors].index("cameras.view")
    assert made.of("three").factors[key].middle == 900.0
    assert [each["cameras.view"] for each in made.of("three").draws] == views
    assert alone.factors[0].key == made.factors[0].key


def test_what_is_off_stays_off():
    told = {"plain": scenario("plain", "[score]"), "other": scenario("other", "[score]")}
    made = design(told, 4)
    assert made.held["score.noise"] == OFF
    assert "score.noise" not in made.draws[0]


def test_switches_and_whole_numbers_take_all_their_values(made):
    for k, each in enumerate(made.factors):
        if each.kind == "flag":
            assert set(made.numbers()[:, k]) == {0, 1}
        if each.kind == "whole" and each.high - each.low < 8:
            assert {each.low, each.high} <= set(made.numbers()[:, k])


def test_what_is_drawn_is_what_states_a_range(arms, made):
    keys = {each.key for each in made.factors}
    assert {"cameras.false_match", "town.friend_ties", "registry.renews", "conduct.out_from"} <= keys
    assert "town.people" not in keys and "cameras.mode" not in keys and "run.days" not in keys
    assert set(made.held.values()) == {OFF} and made.held_by_arm == {"plain": {"cameras.miss": WITHOUT}}


def test_wide_ranges_are_drawn_by_their_logarithm(made):
    known = {each.key: each for each in made.factors}
    wide = known["cameras.false_match"]
    evenly = wide.around(None)
    assert wide.log and evenly.value(0.5) == pytest.approx(math.sqrt(wide.low * wide.high))
    assert not known["town.friend_ties"].log
    assert not any(each.log for each in made.factors if each.low <= 0)


def test_both_ends_of_a_factor_can_be_drawn_and_nothing_beyond():
    whole = Factor("a.b", 1, 3, "whole")
    assert [whole.value(u) for u in (0, 0.32, 0.34, 0.67, 0.999999, 1)] == [1, 1, 2, 3, 3, 3]
    flag = Factor("a.b", 0, 1, "flag")
    assert [flag.value(u) for u in (0, 0.49, 0.5, 1)] == [False, False, True, True]
    choice = Factor("a.b", 0, 1, "choice", choices=("x", "y"))
    assert [choice.value(u) for u in (0, 0.49, 0.5, 1)] == ["x", "x", "y", "y"]
    assert [choice.number(each) for each in ("x", "y")] == [0, 1]
    log = Factor("a.b", 1, 1000, "whole", True)
    assert [log.value(u) for u in (0, 1 / 3, 1)] == [1, 10, 1000]


def test_a_draw_is_the_same_in_all_arms_and_changes_nothing_else(arms, made):
    values = made.draws[5]
    one, other = (placed(each, made.values(5, name), 3) for name, each in arms.items())
    for key in values:
        assert value_of(other, key) == values[key]
        if key.partition(".")[0] != "registry" and key != "cameras.miss":
            assert value_of(one, key) == values[key]
    assert placed(arms["plain"], values, 3, held=made.held_by_arm["plain"]) == one
    assert one.town == other.town and one.run == other.run and one.run.replicate == 3
    assert "registry" not in one.mechanisms
    assert value_of(one, "cameras.miss") == 0.2 < value_of(other, "cameras.miss")


def test_more_draws_begin_with_the_same(arms, made):
    assert design(arms, 100).draws[:64] == made.draws
    assert design(arms, 4, seed=1).draws != made.draws[:4]
    turned = design(dict(reversed(arms.items())), 4)  # here the other arm is the town without
    assert turned.held_by_arm == {"filed": {"cameras.miss": WITHOUT}}
    for one, other in zip(turned.draws, made.draws, strict=False):
        assert {k: v for k, v in one.items() if k != "cameras.miss"}.items() <= other.items()


def test_patterns_choose_and_hold(arms):
    some = design(arms, 4, vary=["cameras.v*", "registry.error"])
    assert [each.key for each in some.factors] == ["cameras.view", "registry.error"]
    held = design(arms, 4, vary=["cameras.*"], hold={"cameras.v*": "held as asked"})
    assert "cameras.view" not in {each.key for each in held.factors}
    assert held.held["cameras.view"] == "held as asked"
    with pytest.raises(ScenarioError, match=r"camera\.view.*nearest: cameras\.view"):
        design(arms, 4, vary=["camera.view"])
    with pytest.raises(ScenarioError, match="at least one draw"):
        design(arms, 0)


def test_what_an_arm_sets_or_is_fixed_is_not_drawn(arms):
    mine = [Arm("a", arms["plain"], ("cameras.view=100.0",)), Arm("b", arms["filed"])]
    made = plan(mine, 2, 1, people=None, days=None, fix=("registry.error=0.07", "town.*"))
    keys = {each.key for each in made.design.factors}
    assert not keys & {"registry.error", "town.trust"}
    assert made.design.held_by_arm["a"]["cameras.view"] == "set by the arm"
    assert value_of(made.scenario(1, 0, "a"), "cameras.view") == 100
    assert value_of(made.scenario(1, 0, "b"), "cameras.view") == made.design.draws[1]["cameras.view"]
    assert value_of(made.arms["b"], "registry.error") == 0.07
    assert made.design.held["registry.error"] == "fixed as asked"
    assert own_keys(mine[0]) == {"cameras.view"}


def test_a_fixed_value_or_setting_that_no_arm_takes_is_refused(arms):
    with pytest.raises(ScenarioError):
        plan([arms["plain"]], 1, people=None, days=None, fix=("score.company=0",))
    with pytest.raises(ScenarioError):
        plan([Arm("a", arms["plain"], ("score.company=0",))], 1, people=None, days=None)
    with pytest.raises(ScenarioError, match="names of their own"):
        loaded([named(arms["plain"])] * 2, (), ())
    with pytest.raises(ScenarioError, match="no twins"):
        plan([arms["plain"], Arm("b", arms["filed"], ("run.days=5",))], 1, people=None, days=None)


def test_contradictions_are_passed_over_by_all_arms():
    arm = {"lists": catalog.read("[lists]\n[registry]", "lists.toml")}
    made = design(arm, 32, vary=["lists.shortest", "lists.longest"])
    assert sum(made.refused.values()) > 0
    assert all(values["lists.shortest"] <= values["lists.longest"] for values in made.draws)
    with pytest.raises(ScenarioError, match=r"contradict.*shortest"):
        design({"lists": catalog.read("[lists]\nshortest = 9.0\nlongest = 9.0", "lists.toml")}, 4,
               vary=["lists.longest"])  # fmt: skip


def test_a_switch_that_cannot_be_is_held_and_the_reason_told():
    arm = {"both": catalog.read("[lists]\n[privileges]\n[score]\n[registry]", "both.toml")}
    held = design(arm, 2, vary=["lists.*"]).held
    assert "written by both" in held["lists.closes"]


def test_a_dated_change_keeps_what_it_changes():
    text = PAIR.format(name="later", more="[[change]]\nday = 2\n[change.cameras]\nmiss = 0.5\n")
    later = catalog.read(text, "later.toml")
    made = placed(later, {"cameras.miss": 0.11, "cameras.view": 70.0})
    (change,) = made.changes
    assert made.mechanisms["cameras"].miss == 0.11 and change.mechanism.miss == 0.5
    assert change.mechanism.view == 70.0
    assert replace(later, changes=()).changes == () and tomllib.loads(made.toml())


def test_the_shipped_main_job_can_be_drawn():
    made = plan(["open", "article"], 4, 1)
    assert len(made.design.factors) > 250
    assert "lifecourse.pace" not in {each.key for each in made.design.factors}, "a device, not an assumption"
    assert made.design.held["opinion.norm"] == SWITCH
    assert made.design.held_by_arm["open"]["opinion.surveillance"] == WITHOUT
    assert "article" not in made.design.held_by_arm
    limited = {each.key: (each.low, each.high) for each in made.design.factors}
    assert limited["opinion.surveillance"] == (0.02, 1) and limited["opinion.tolerance"] == (0, 0.5)


def test_in_doubt_all_arms_keep_what_they_have(arms):
    """A third value; the same value, set by one of two; no arm as the town without."""
    third = {**arms, "worse": scenario("worse", "miss = 0.4")}
    assert design(third, 2).held["cameras.miss"] == f"{WITHOUT}; {SEVERAL}"
    assert own_keys(Arm("a", "x", ("cameras={view=3.0, miss=0.1}", "registry={}", 'without=["score"]'))) == {
        "cameras.view", "cameras.miss", "without",
    }  # fmt: skip
    same = [Arm("a", arms["plain"]), Arm("b", arms["plain"], ("conduct.memory=0.0",))]  # as it is there
    assert plan(same, 1, people=None, days=None).design.held["conduct.memory"] == f"{SHARED}; {OWN}"
    set_ = Arm("b", arms["plain"], ("registry={error=0.03}",))
    made = plan([arms["plain"], set_, Arm("c", arms["filed"])], 1, people=None, days=None)
    assert made.design.held["registry.error"] == f"{OWN}; {NOWHERE}"


def test_nothing_is_what_is_set_to_0_wherever_it_stands(arms):
    """Who sets 0 is the town without, also if it is not the first arm."""
    made = plan([arms["plain"], Arm("b", arms["plain"], ("cameras.miss=0",))], 4, 1, people=None, days=None)
    assert made.design.held_by_arm == {"b": {"cameras.miss": "set by the arm"}}
    assert [value_of(made.scenario(d, 0, "b"), "cameras.miss") for d in range(4)] == [0] * 4
    assert value_of(made.scenario(1, 0, "plain"), "cameras.miss") == made.design.draws[1]["cameras.miss"]


def test_a_plan_may_want_more_replicates_of_some_draws_in_some_arms(arms):
    made = plan(list(arms.values()), 4, 1, people=None, days=None)
    assert len(made.points()) == 8 and made.replicates == 1
    more = made.asking(Ask((0, 1, 2, 3), (0,)), Ask((1, 0), (1, 2), ("filed",)), Ask((0,), (1,), ("filed",)))
    assert [p for p in more.points() if p[1] > 0] == [(d, r, "filed") for d in (0, 1) for r in (1, 2)]
    assert more.points()[:2] == [(0, 0, "plain"), (0, 0, "filed")] and more.replicates == 3
    for strange in (Ask((4,), (0,)), Ask((0,), (0,), ("nobody",))):
        with pytest.raises(ScenarioError, match="not in the plan"):
            made.asking(strange)


def shared(made: Plan) -> bool:
    """The law's fault: some runs of different draws or replicates have the same people and chances."""
    found = {point: made.scenario(*point).run.replicate for point in made.points()}
    return len(set(found.values())) < len({point[:2] for point in found})


def test_no_two_draws_share_people_and_chances_and_all_arms_of_one_do(arms):
    made = plan(list(arms.values()), 4, 3, None, None)
    assert not shared(made)
    for draw, replicate, _ in made.points():
        assert len({made.scenario(draw, replicate, arm).run.replicate for arm in made.arms}) == 1
    larger = plan(list(arms.values()), 8, 4, None, None)
    assert larger.scenario(3, 2, "plain") == made.scenario(3, 2, "plain")


def test_the_law_catches_draws_that_share_their_chances(arms, monkeypatch):
    monkeypatch.setattr("glasstown.lab.plan.town_of", lambda draw, replicate: replicate)
    assert shared(plan(list(arms.values()), 4, 3, None, None))


def test_a_draw_beyond_all_numbers_is_refused():
    with pytest.raises(ScenarioError, match="at most"):
        town_of(1 << 20, 0)
    with pytest.raises(ScenarioError, match="at most"):
        town_of(0, 1 << 11)
    assert town_of((1 << 20) - 1, (1 << 11) - 1) == 2**31 - 1
