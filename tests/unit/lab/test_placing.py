"""Many arms under one draw: told at once, they are what each of them alone would be."""

from dataclasses import replace

import pytest

from glasstown.engine.schedule import schedule
from glasstown.errors import ScheduleError
from glasstown.lab import catalog
from glasstown.lab.arms import placed
from glasstown.lab.claim_plan import ClaimsPlan, claims_plan
from glasstown.lab.factors import Factor
from glasstown.lab.placing import Placing
from glasstown.lab.plan import Plan, hashes, plan
from glasstown.lab.shelf import name_of
from glasstown.lab.simulate import institutions
from glasstown.scenario.model import Scenario

DRAWS = 3

LATER = """
name = "later"
[town]
people = 300
[conduct]
[cameras]
miss = 0.2
[registry]
[[change]]
day = 9
without = ["registry"]
[change.cameras]
miss = 0.3
[[change]]
day = 20
[change.solidarity]
"""


@pytest.fixture(scope="module")
def whole() -> ClaimsPlan:
    return claims_plan(draws=DRAWS, people=300, days=5)


def one_by_one(made: Plan) -> dict[str, list[tuple[int, int, str]]]:
    """The tasks of a plan, by the scenario of each point."""
    tables, found = hashes(made.arms, made.beside, made.own), {}
    for point in made.points():
        found.setdefault(name_of(made.scenario(*point), tables), []).append(point)
    return found


def test_runs_have_the_names_of_their_scenarios(whole):
    assert whole.plan.design.middles, "some arms have middles of their own"
    assert whole.plan.tasks() == one_by_one(whole.plan)


def test_names_are_those_of_scenarios_that_change():
    arm = catalog.read(LATER, "later.toml")
    made = plan([arm, catalog.read(LATER.replace("later", "other").replace("0.2", "0.25"), "other.toml")],
                draws=8, people=300, days=30)  # fmt: skip
    assert made.tasks() == one_by_one(made) and len(made.tasks()) == 32


def test_a_middle_that_is_forgotten_is_caught(whole):
    """Planted fault."""
    blind = replace(whole.plan, design=replace(whole.plan.design, middles={}))
    assert blind.tasks() == one_by_one(blind) != one_by_one(whole.plan)
    assert blind.tasks() != whole.plan.tasks()


def test_names_that_were_told_are_told_again_for_other_runs(whole):
    first = whole.plan.tasks()
    more = whole.plan.asking(*whole.plan.asks, replace(whole.plan.asks[0], replicates=(1,)))
    again = more.tasks()
    assert again == one_by_one(more) and first.items() <= again.items()
    fresh = replace(more, design=replace(more.design, middles={}))
    assert fresh.tasks() == one_by_one(fresh), "names are not carried to another design"


SWITCH = Factor("lists.closes", 0, 1, "flag")
CLOSES = {"lists.closes": True}
"""A switch with which lists and privileges both write the rights."""


@pytest.fixture
def lists() -> Plan:
    text = 'name = "{}"\n[town]\npeople = 300\n[conduct]\n[score]\n{}'
    tables = {"both": "[lists]\n[privileges]", "lists": "[lists]", "privileges": "[privileges]"}
    arms = [catalog.read(text.format(name, more), f"{name}.toml") for name, more in tables.items()]
    return plan(arms, draws=1, people=300, days=5)


def refusal(made: Scenario) -> str:
    """Why the schedule refuses the institutions of a scenario."""
    try:
        schedule(list(institutions(made, 0).values()))
    except ScheduleError as error:
        return error.message
    return ""


def test_institutions_are_refused_as_the_schedule_refuses_them(lists):
    placing = Placing(lists.arms, [*lists.design.factors, SWITCH], {}, {})
    assert "lists.closes" in lists.design.held and "written by both" in lists.design.held["lists.closes"]
    for values in ({}, CLOSES):
        why = [refusal(placed(arm, values)) for arm in lists.arms.values()]
        assert placing.under(values, {}).why() == next(filter(None, why), "")
    assert "written by both" in placing.under(CLOSES, {}).why()


def test_a_pair_that_is_wrongly_taken_to_fit_is_caught(lists):
    """Planted fault: every two institutions are said to have stood side by side."""
    placing = Placing(lists.arms, [SWITCH], {}, {})
    placing._beside = dict.fromkeys(range(64), (1 << 64) - 1)
    assert placing.under(CLOSES, {}).why() != refusal(placed(lists.arms["both"], CLOSES))
