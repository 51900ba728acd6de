"""All institutions together: person-days a second, and how far each step is from its floor."""

import time
from dataclasses import dataclass
from unittest.mock import patch

from bench.clock import Cost, timed
from bench.floor import Costs
from bench.steps import ENTRIES, OFTEN, UNTOLD, floors
from bench.tables import Goal, Part
from glasstown.core.mechanism import Phase
from glasstown.engine import worker
from glasstown.engine.run import Simulation
from glasstown.engine.schedule import Schedule
from glasstown.lab import catalog
from glasstown.lab.simulate import institutions, observe
from glasstown.lab.town import people_of
from glasstown.mechanisms import CATALOG
from glasstown.scenario.model import Scenario

MONTH = 30
"""Days measured at a time: every step runs in them."""

PERSON_DAYS = 20.0
"""Goal: million person-days a second on two cores."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What was measured: seconds a person-day, those of each step (processor), and of what."""

    people: int
    threads: int
    chunk: int
    ties: float
    cost: Cost
    steps: dict[str, float]
    plan: Schedule


BUSY = {
    "grid": 'data = "town"\nzones = 16\npatrols = 50\neach = 0.1\nprior = 10.0\nprior_elsewhere = 10.0',
    "authority": 'policy = "adapting"',
    "legitimacy": 'place = "ties"\norder = "together"\ntraits = "given"\nevery = 7\nthreshold = 0.6\n'
    "presence = 4\ngrowth_effect = 5.0\nmerit_effect = 0.02\nclosed_effect = 0.02\ndetention_effect = 0.02\n"
    "news_effect = 0.01",
}
"""What institutions that do nothing to a town as they come are set to, where the article does not say."""


def everything(people: int, days: int = 365) -> Scenario:
    """The article with every other institution of the catalogue, as it comes or busy."""
    return _article(people, days, *CATALOG)


def first(people: int, days: int = 365) -> Scenario:
    """The article with the two safeguards: the institutions that the goal was set for."""
    return _article(people, days, "expiry", "appeal")


def _article(people: int, days: int, *names: str) -> Scenario:
    tables = "\n".join(
        f"[{name}]\n{BUSY.get(name, '')}" for name in names if name not in catalog.load("article").mechanisms
    )
    text = f'extends = "article"\n[town]\npeople = {people}\n[run]\ndays = {days}\n{tables}\n'
    return catalog.read(text, "bench.toml")


def live(chosen: Scenario, threads: int, months: int) -> Lived:
    """Live ``months``, after three days to warm up; of each figure the best month."""
    people = chosen.town.people
    town = people_of([chosen], threads)
    observers = observe(chosen, town)
    costs: list[Cost] = []
    steps: dict[str, float] = {}
    with (
        patch.object(worker, "perf_counter", time.thread_time),
        Simulation(
            list(institutions(chosen, -1).values()), people, town.columns, town.ties, seed=1, threads=threads,
            observers=observers.all(),
        ) as simulation,
    ):  # fmt: skip
        _days(simulation, 3)
        for _ in range(months):
            before = simulation.seconds()
            costs.append(timed(lambda: _days(simulation, MONTH)))
            for name, after in simulation.seconds().items():
                took = (after - before.get(name, 0.0)) / (people * MONTH)
                steps[name] = min(steps.get(name, took), took)
        days = people * MONTH
        cost = Cost(min(c.wall for c in costs) / days, min(c.cpu for c in costs) / days)
        return Lived(people, threads, simulation.chunk, town.ties.count / max(people, 1), cost, steps,
                     simulation.plan)  # fmt: skip


def _days(simulation: Simulation, days: int) -> None:
    for _ in range(days):
        simulation.advance()


def part(nine: Lived, lived: Lived, costs: Costs) -> Part:
    """The first institutions against the goal; of the whole catalogue, every step against its floor."""
    least = floors(lived.plan, costs, lived.ties, min(lived.chunk, lived.people))
    names = [s.name for s in lived.plan.steps if s.phase is not Phase.BEGIN]
    ns = {name: lived.steps[name] * 1e9 for name in names}
    total, bottom = lived.cost.cpu * 1e9, sum(least[n].ns for n in names)
    rows = [
        (name, f"{ns[name]:.2f}", f"{least[name].ns:.2f}", f"{ns[name] / max(least[name].ns, 1e-3):.1f}",
         f"{least[name].bytes:.1f}", f"{least[name].draws:.2f}")
        for name in sorted(names, key=lambda n: -ns[n])
    ]  # fmt: skip
    rows.append(("the loop around them", f"{total - sum(ns.values()):.2f}", "", "", "", ""))
    moved, drawn = (sum(getattr(f, what) for f in least.values()) for what in ("bytes", "draws"))
    rows.append(
        ("all", f"{total:.1f}", f"{bottom:.1f}", f"{total / bottom:.1f}", f"{moved:.0f}", f"{drawn:.1f}")
    )
    slow = [n for n in names if ns[n] > OFTEN * least[n].ns]
    size = f"{lived.people:,} people, {lived.ties:.1f} ties each"
    goals = (
        Goal("million person-days a second, two cores", 2e-6 / nine.cost.cpu, PERSON_DAYS, True,
             f"the article, expiry and appeal: two over the CPU seconds of a person-day; {size}"),
        Goal("the same, as the clock saw it", 1e-6 / nine.cost.wall, PERSON_DAYS, True,
             f"{nine.threads} threads, shared with whatever else ran"),
        Goal("the whole catalogue, two cores", 2e-6 / lived.cost.cpu, PERSON_DAYS, True,
             f"all {len({n.partition('.')[0] for n in names} - {'measures'})} institutions, told below"),
    )  # fmt: skip
    notes = [f"Above {OFTEN:g} times the floor:" if slow else f"No step is above {OFTEN:g} times its floor."]
    notes += [f"- {name}: {ENTRIES.get(name, UNTOLD).why}" for name in slow]
    headers = ("step", "ns a person-day", "floor", "times", "bytes", "draws")
    return Part("All institutions", headers, rows, goals, tuple(notes))
