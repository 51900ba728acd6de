"""Whether a scenario fits into this machine, asked before anything is allocated."""

from glasstown.engine.memory import Forecast, available, forecast, refuse_if_too_large
from glasstown.engine.run import default_threads
from glasstown.engine.schedule import schedule
from glasstown.lab.simulate import PANEL, institutions, stand_ins
from glasstown.measures.diary import Diary
from glasstown.population.memory import forecast as of_town
from glasstown.population.spec import TownSpec
from glasstown.scenario.model import Scenario

__all__ = ["Forecast", "afford", "available", "expected"]

LIFE_BYTES = 24
"""Bytes of one person's day in the panel, at most."""


def expected(scenario: Scenario, threads: int | None = None) -> Forecast:
    """Bytes that living ``scenario`` takes, by what they are for. Raises ScheduleError."""
    people = int(getattr(scenario.town, "people", 0))
    days = [0, *(change.day for change in scenario.changes)]
    plans = [schedule(list(institutions(scenario, d).values()), stand_ins(scenario)) for d in days]
    assert isinstance(scenario.town, TownSpec)
    workers = threads or default_threads()
    town = of_town(scenario.town, workers)
    observers = Diary.nbytes(people) + min(people, PANEL) * scenario.run.days * LIFE_BYTES
    return max(
        (forecast(plan, people, town.ties, observers, workers, town.peak) for plan in plans),
        key=lambda each: each.total,
    )


def afford(scenario: Scenario, threads: int | None = None) -> Forecast:
    """The forecast. Raises NotEnoughMemory if it is more than is free, before anything is allocated."""
    needed = expected(scenario, threads)
    people = int(getattr(scenario.town, "people", 0))
    refuse_if_too_large(needed.total, available(), f"{scenario.name} with {people:,} people")
    return needed
