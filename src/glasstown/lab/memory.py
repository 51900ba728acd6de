"""Whether a scenario fits into this machine, asked before anything is allocated."""

from pathlib import Path

from glasstown.core.vocabulary import PEOPLE
from glasstown.engine.memory import Forecast, available, forecast, refuse_if_too_large
from glasstown.engine.run import default_threads
from glasstown.engine.schedule import schedule
from glasstown.lab.simulate import PANEL, institutions, period_of, stand_ins
from glasstown.lab.town import columns_given, how_many, spec_of
from glasstown.measures.cells import STRATA
from glasstown.measures.diary import BITS, Diary
from glasstown.measures.stocks import NAMES
from glasstown.population.memory import forecast as of_town
from glasstown.scenario.model import Scenario

__all__ = ["Forecast", "afford", "available", "expected"]

LIFE_BYTES = 56
"""Bytes of one person's day in the panel: as kept from day to day, stacked, and as a row of the table."""


def expected(scenario: Scenario, threads: int | None = None, beside: Path | None = None) -> Forecast:
    """Bytes that living ``scenario`` takes, by what they are for. Raises ScheduleError, PopulationError."""
    people = how_many(scenario, beside)
    days = [0, *(change.day for change in scenario.changes)]
    plans = [schedule(list(institutions(scenario, d).values()), stand_ins(scenario)) for d in days]
    workers = threads or default_threads()
    spec = spec_of(scenario).model_copy(update={"people": people})
    town = of_town(spec, workers)
    samples = -(-scenario.run.days // period_of(scenario.run.days)) + workers
    counted = samples * spec.district_count() * (BITS * 4 + len(NAMES) * 8) * STRATA
    observers = Diary.nbytes(people) + min(people, PANEL) * scenario.run.days * LIFE_BYTES + counted
    given = [*(column.name for column in PEOPLE), *columns_given(scenario, beside)]
    return max(
        (forecast(plan, people, town.ties, observers, workers, town.peak, given) for plan in plans),
        key=lambda each: each.total,
    )


def afford(scenario: Scenario, threads: int | None = None, beside: Path | None = None) -> Forecast:
    """The forecast. Raises NotEnoughMemory if it is more than is free, before anything is allocated."""
    needed = expected(scenario, threads, beside)
    what = f"{scenario.name} with {how_many(scenario, beside):,} people"
    refuse_if_too_large(needed.total, available(), what)
    return needed
