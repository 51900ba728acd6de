"""A town: the people, where they live and whom they know; and how a synthetic one is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.ties import NoTies, Ties
from glasstown.core.typing import I64s, U8s, U16s
from glasstown.errors import PopulationError
from glasstown.population import households, income, members, places, ties, traits
from glasstown.population.draws import Draws
from glasstown.population.memory import Needs, forecast
from glasstown.population.spans import Team
from glasstown.population.spec import TownSpec

__all__ = ["Needs", "Progress", "Town", "forecast", "synthesize"]

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Town:
    """People in the order of households, blocks and districts, which are contiguous.

    ``columns`` holds the columns of ``vocabulary.PEOPLE`` by name, shape (people,), read-only;
    ``block_start`` and ``district_start`` hold first rows and, at the end, ``people`` (int64);
    the first ``urban`` rows are town, the rest is country.
    """

    people: int
    households: int
    columns: Mapping[str, NDArray[Any]]
    ties: Ties
    block_start: I64s
    district_start: I64s
    urban: int
    spec: TownSpec | None = None

    @property
    def nbytes(self) -> int:
        """Bytes held by columns, ties and places."""
        held = sum(column.nbytes for column in self.columns.values())
        return held + self.ties.nbytes + self.block_start.nbytes + self.district_start.nbytes


def synthesize(spec: TownSpec, key: np.uint64, progress: Progress | None = None, threads: int = 2) -> Town:
    """Make the town of a specification from ``key`` = run_key(seed, replicate, "population").

    The same bytes for the same specification and key, for any number of threads. ``progress`` is called
    with what is being made and how much of it is done (0 to 1). Raises InputError if threads < 1,
    PopulationError for a specification that names files (see ``external.make``).
    """
    if spec.table or spec.ties_table:
        raise PopulationError(
            "a town of your own table is read, not synthesised: see population.external.make"
        )
    tell, draws = progress or (lambda what, share: None), Draws(key)
    with Team(threads) as team:
        tell("households", 0.0)
        homes = households.lay_out(spec.people, key, team)
        columns: dict[str, NDArray[Any]] = dict(members.populate(homes, key, team))
        where = places.divide(spec, homes)
        columns["district"] = places.districts_of(where)
        columns["activity"] = traits.activities(columns["age"], columns["sex"], draws, team)
        traits.add_parents(columns["age"], columns["family"], draws, team)
        tell("incomes", 0.0)
        of_homes: dict[str, U8s | U16s] = {"group": places.household_groups(spec, homes, where, draws, team)}
        of_homes["income"], of_homes["fifth"] = income.household_incomes(
            homes, where, key, income.scaled(spec.income, spec.inequality)
        )
        for name, values in of_homes.items():
            columns[name] = traits.spread_out(values, homes.size, homes.start, spec.people, team)
        columns["stratum"] = traits.strata(columns["group"], columns["age"], columns.pop("fifth"))
        count = homes.count
        del homes, of_homes
        known = ties.build(spec, columns, where, draws, team, lambda share: tell("ties", share))
        tell("dispositions", 0.0)
        columns.update(traits.dispositions(spec, spec.people, draws, team))
    columns["id"] = np.arange(spec.people, dtype=np.uint32)
    tell("done", 1.0)
    return sealed(spec.people, count, columns, known, where, spec)


def sealed(
    people: int,
    count: int,
    columns: dict[str, NDArray[Any]],
    known: Ties,
    where: places.Places,
    spec: TownSpec | None,
) -> Town:
    """A town with its arrays made read-only and its columns in the order of their names."""
    for column in columns.values():
        column.flags.writeable = False
    ordered = {name: columns[name] for name in sorted(columns)}
    known = known if people else NoTies(0)
    return Town(people, count, ordered, known, where.block_start, where.district_start, where.urban, spec)
