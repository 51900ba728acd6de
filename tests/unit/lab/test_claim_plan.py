"""The plan of all claims: under any draw a claim's arms differ in what is claimed, and in nothing else."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from glasstown.errors import ScenarioError
from glasstown.lab.answering import plan_of
from glasstown.lab.arms import value_of
from glasstown.lab.asked import ask
from glasstown.lab.claim_check import differences
from glasstown.lab.claim_plan import ClaimsPlan, claims_plan
from glasstown.lab.claim_read import shipped
from glasstown.lab.holding import OWN, WITHOUT
from glasstown.lab.sweep import Plan, read, resume

DRAWS = 4


@pytest.fixture(scope="module")
def whole() -> ClaimsPlan:
    return claims_plan(draws=DRAWS, people=300, days=5)


def broken(made: ClaimsPlan, plan: Plan) -> list[str]:
    """Where a draw makes two arms of a claim differ in more than before, or in less without a coincidence."""
    found = []
    for claim_id, each in made.claims.items():
        names = {name: made.arms[claim_id, name] for name in each.scenarios}
        before = {name: plan.arms[key].resolved() for name, key in names.items()}
        for draw in range(len(plan.design.draws)):
            lived = {name: plan.scenario(draw, 0, key) for name, key in names.items()}
            after = {name: scenario.resolved() for name, scenario in lived.items()}
            for one in names:
                for other in names:
                    was = set(differences(before[one], before[other]))
                    now = set(differences(after[one], after[other]))
                    assert was <= set(each.claim.differs)
                    lost = {k for k in was - now if not coincides(plan, draw, k, before[one], before[other])}
                    found += [f"{claim_id} {draw} {one} {other} {key}" for key in (now - was) | lost]
    return found


def coincides(plan: Plan, draw: int, key: str, *arms: Mapping[str, object]) -> bool:
    """Whether the draw happens to be what one of the arms keeps."""
    table, _, name = key.partition(".")
    held = [arm[table][name] for arm in arms]  # type: ignore[index]
    return plan.design.draws[draw].get(key) in held


def without_reason(plan: Plan, arm: str, key: str) -> Plan:
    """The plan with one key that an arm keeps drawn there after all."""
    mine = {name: dict(each) for name, each in plan.design.held_by_arm.items()}
    del mine[arm][key]
    return replace(plan, design=replace(plan.design, held_by_arm=mine))


def test_a_draw_leaves_the_arms_of_every_claim_different_in_what_is_claimed_alone(whole):
    assert set(whole.claims) == set(shipped()) and len(whole.plan.design.factors) > 300
    assert broken(whole, whole.plan) == []


def matters(plan: Plan, arm: str, others: set[str], key: str) -> bool:
    """Whether another arm takes the draw of a key that this one keeps, or keeps the same value."""
    there = {name: value_of(plan.arms[name], key) for name in others - {arm}}
    drawn = {name for name in there if key not in plan.design.held_by_arm.get(name, {})}
    mine = value_of(plan.arms[arm], key)
    return any(value is not None and (name in drawn or value == mine) for name, value in there.items())


def test_an_arm_that_does_not_keep_what_it_should_is_caught(whole):
    """Planted faults: each of the keys that some arm keeps for the sake of another, drawn there after all."""
    faults = 0
    for claim_id, claim in whole.claims.items():
        mine = {whole.arms[claim_id, name] for name in claim.scenarios}
        for arm in sorted(mine):
            for key in whole.plan.design.held_by_arm.get(arm, {}):
                if matters(whole.plan, arm, mine, key):
                    one = replace(whole, claims={claim_id: claim})
                    caught = broken(one, without_reason(whole.plan, arm, key))
                    assert caught and all(each.endswith(f" {key}") for each in caught), (claim_id, arm, key)
                    faults += 1
    assert faults > 40


def test_an_arm_that_keeps_what_it_should_not_is_caught(whole):
    mine = {name: dict(each) for name, each in whole.plan.design.held_by_arm.items()}
    mine.setdefault(whole.arms["growth", "growth"], {})["score.company"] = "a planted fault"
    spoiled = replace(whole.plan, design=replace(whole.plan.design, held_by_arm=mine))
    assert any(
        each.startswith("growth 1") and each.endswith("score.company") for each in broken(whole, spoiled)
    )


def test_what_is_claimed_is_drawn_where_it_is_and_kept_where_it_is_not(whole):
    held = whole.plan.design.held_by_arm
    open_, article = (held[whole.arms["safety", name]] for name in ("open", "article"))
    assert open_["opinion.surveillance"] == WITHOUT and "opinion.surveillance" not in article
    unpaid, paid = (whole.arms["neighbours", name] for name in ("public, reports unpaid", "public"))
    assert held[unpaid] == {"denunciation.reward": OWN}
    assert "denunciation.reward" not in held.get(paid, {})
    for draw in range(DRAWS):
        lived = whole.plan.scenario(draw, 0, whole.arms["safety", "article"])
        assert value_of(lived, "opinion.surveillance") > 0.02 and value_of(lived, "opinion.tolerance") < 0.5


def test_an_arm_that_claims_share_is_lived_once(whole):
    article = [whole.arms[claim_id, "article"] for claim_id in ("merit", "safeguards")]
    assert article == [whole.arms["lists", "both"]] * 2
    assert len(whole.plan.arms) < len(whole.arms) - 10
    some = claims_plan(["merit", "wall"], draws=1, people=300, days=5)
    assert some.arms.items() <= whole.arms.items()
    assert [each[:2] for each in some.plan.points()] == [(0, 0)] * len(set(some.arms.values()))


def test_a_claim_keeps_its_own_length_unless_told_otherwise(whole):
    made = claims_plan(["outcasts", "wall"], draws=1, fix=["town.*", "registry.error=0.07"])
    days = {made.plan.arms[made.arms[each]].run.days for each in (("outcasts", "article"), ("wall", "wall"))}
    assert days == {365, made.claims["outcasts"].claim.horizon.days} != {365}
    assert {value_of(each, "registry.error") for each in made.plan.arms.values()} == {0.07}
    assert not any(each.key.startswith("town.") for each in made.plan.design.factors)
    assert {each.run.days for each in whole.plan.arms.values()} == {5}
    with pytest.raises(ScenarioError, match="at least one claim"):
        claims_plan([])


def test_more_draws_begin_with_the_same_and_a_plan_outlives_its_parent(whole, tmp_path, monkeypatch):
    made = claims_plan(["silence", "wall"], draws=2, people=300, days=5)
    more = claims_plan(["silence", "wall"], draws=5, people=300, days=5)
    assert more.plan.design.draws[:2] == made.plan.design.draws
    from glasstown.lab import sweep

    sweep.write_sealed(tmp_path / sweep.PLAN, sweep.WHAT, sweep.FORMAT, made.plan.body())
    found: list[Plan] = []
    monkeypatch.setattr(sweep, "carry_out", lambda plan, *_: found.append(plan))
    resume(tmp_path)
    assert found[0].design == made.plan.design and found[0].tasks() == made.plan.tasks()
    written = json.loads((tmp_path / sweep.PLAN).read_text())
    assert written["held_by_arm"][made.arms["wall", "no wall"]]["firewall.reachable"] == OWN


@pytest.mark.timeout(900)  # it may have to compile everything
def test_the_python_of_the_page_runs(tmp_path):
    page = (Path(__file__).parents[3] / "docs/sweeps.md").read_text(encoding="utf-8")
    (code,) = (
        each for each in re.findall(r"^```python\n(.*?)^```", page, re.M | re.S) if "claims_plan" in each
    )
    code = code.replace("people=1_000, days=30", "people=100, days=2")
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, check=False, text=True,
                          capture_output=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = read(tmp_path / "sweeps/claims")
    assert found.runs == 4 * 5 + 2 * 2 and not found.failures


def test_no_stage_lives_what_the_next_one_throws_away():
    """A stage's runs are runs of the last, too, safeguards two by two beside them."""
    asked = ask(draws=32, people=300)
    some, all_ = (plan_of(asked, stage).plan for stage in asked.stages()[1:])
    assert len(some.design.draws) == 16 and some.arms.keys() < all_.arms.keys()
    assert some.tasks().keys() < all_.tasks().keys()
    other = plan_of(replace(asked, design_seed=1), asked.stages()[1]).plan
    assert not other.tasks().keys() & all_.tasks().keys(), "planted fault: the stages draw apart"
