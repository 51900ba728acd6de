"""The order of a day is one: as declared, as `glasstown plan` prints it, as its page has it, as lived."""

import json
import re
import typing
from pathlib import Path

import pytest
from click.testing import CliRunner

from glasstown.cli.app import glasstown
from glasstown.core.mechanism import Phase, Step
from glasstown.engine.run import Simulation
from glasstown.engine.worker import Worker
from glasstown.lab import catalog
from glasstown.lab.town import people_of
from glasstown.mechanisms import CATALOG
from glasstown.scenario.files import shipped

MODEL = (Path(__file__).parents[2] / "docs" / "model.md").read_text()
BOTH = re.compile(r"\*\*Together or in turn\*\*.*?(?=\n- )", re.DOTALL)


def on_the_page() -> list[tuple[str, str]]:
    """Phase and step of each row of the page's day."""
    found, phase = [], ""
    for line in MODEL.partition("<!-- day -->")[2].partition("<!-- /day -->")[0].splitlines():
        if line.startswith("### "):
            phase = line[4:]
        elif row := re.match(r"\| \[?([a-z_]+\.[a-z_]+)", line):
            found.append((phase, row[1]))
    return found


def planned(name: str) -> list[tuple[str, str]]:
    done = CliRunner().invoke(glasstown, ["plan", name, "--json"])
    assert done.exit_code == 0, done.output
    return [(row["phase"], row["step"]) for row in json.loads(done.output)["steps"]]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_plan_of_a_scenario_is_in_the_order_of_the_page(name):
    page = {row: at for at, row in enumerate(on_the_page())}
    days = [row for row in planned(name) if row[0] != "BEGIN"]
    known = [page[row] for row in days if row in page]
    assert known == sorted(known)
    assert len(known) >= 0.9 * len(days), set(days) - page.keys()


def test_phases_come_in_the_order_that_the_page_tells():
    phases = list(dict.fromkeys(phase for phase, _ in on_the_page()))
    assert phases == [phase.name for phase in Phase if phase is not Phase.BEGIN and phase.name in phases]
    assert len(phases) >= 8


def test_the_day_is_lived_phase_by_phase_as_planned(monkeypatch):
    """Steps are called in the order of the plan's phases, each mechanism's own in the order of the plan."""
    made = catalog.load("article", ["town.people=300"])
    town = people_of([made])
    called: list[Step] = []
    run = Worker.run

    def noting(self, sweep, chunks, keep):
        called.extend(sweep.steps)
        run(self, sweep, chunks, keep)

    monkeypatch.setattr(Worker, "run", noting)
    with Simulation(
        list(made.mechanisms.values()), town.people, town.columns, town.ties, seed=1, threads=1
    ) as simulation:
        simulation.advance()
        plan = simulation.plan.steps
    assert [step.phase for step in called] == [step.phase for step in plan]
    for name in made.mechanisms:
        lived = [step.name for step in called if step.mechanism == name]
        assert lived == [step.name for step in plan if step.mechanism == name]


def test_institutions_with_both_orders_are_those_that_the_page_names():
    both = {
        name
        for name, kind in CATALOG.items()
        if "order" in kind.model_fields
        and set(typing.get_args(kind.model_fields["order"].annotation)) == {"together", "in_turn"}
    }
    (said,) = BOTH.findall(MODEL)
    assert both == set(re.findall(r"`([a-z_]+)`", said)) & CATALOG.keys()
    alone = {name for name in both if CATALOG[name].model_fields["order"].default == "in_turn"}
    assert alone == {"legitimacy"}
