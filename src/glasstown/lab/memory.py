"""Whether a scenario fits into this machine, asked before anything is allocated."""

from pathlib import Path

from glasstown.engine.memory import Forecast, available, forecast, refuse_if_too_large
from glasstown.engine.run import default_threads
from glasstown.engine.schedule import schedule
from glasstown.lab.simulate import PANEL, institutions, stand_ins
from glasstown.lab.town import how_many, spec_of
from glasstown.measures.diary import Diary
from glasstown.population.memory import forecast as of_town
from glasstown.scenario.model import Scenario

__all__ = ["Forecast", "afford", "available", "expected"]

LIFE_BYTES = 24
"""Bytes of one person's day in the panel, at most."""


def expected(scenario: Scenario, threads: int | None = None, beside: Path | None = None) -> Forecast:
    """Bytes that living ``scenario`` takes, by what they are for. Raises ScheduleError, PopulationError."""
    people = how_many(scenario, beside)
    days = [0, *(change.day for change in scenario.changes)]
    plans = [schedule(list(institutions(scenario, d).values()), stand_ins(scenario)) for d in days]
    workers = threads or default_threads()
    town = of_town(spec_of(scenario).model_copy(update={"people": people}), workers)
    observers = Diary.nbytes(people) + min(people, PANEL) * scenario.run.days * LIFE_BYTES
    return max(
        (forecast(plan, people, town.ties, observers, workers, town.peak) for plan in plans),
        key=lambda each: each.total,
    )


def afford(scenario: Scenario, threads: int | None = None, beside: Path | None = None) -> Forecast:
    """The forecast. Raises NotEnoughMemory if it is more than is free, before anything is allocated."""
    needed = expected(scenario, threads, beside)
    what = f"{scenario.name} with {how_many(scenario, beside):,} people"
    refuse_if_too_large(needed.total, available(), what)
    return needed
