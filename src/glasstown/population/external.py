"""A town of a user's own: attributes of people, and if wanted their ties, from Parquet files.

What the table does not give is synthesised, person by person, from the same published figures; without
a column ``household`` everybody lives alone. Rows are sorted by district, household and id, so that the
order of the file does not matter; ids are permanent and come from the file (or are its row numbers).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import SHARE
from glasstown.core.typing import U8s
from glasstown.core.vocabulary import Family
from glasstown.errors import PopulationError
from glasstown.population import demography, income, places, ties, traits
from glasstown.population.demography import AGES, CHILD_AGE, PARENT_AGE
from glasstown.population.draws import Draws
from glasstown.population.edges import load_ties
from glasstown.population.given import NOTHING, Offer
from glasstown.population.households import Households
from glasstown.population.parquet import Field, Table, first_double
from glasstown.population.spans import Team
from glasstown.population.spec import MOST_DISTRICTS, TownSpec
from glasstown.population.town import Progress, Town, sealed, synthesize

FIELDS = {
    "id": Field(0, 2**32 - 1, meaning="permanent name of the person, different for each"),
    "household": Field(0, 2**63 - 1, meaning="number of the household"),
    "district": Field(0, MOST_DISTRICTS - 1, meaning="number of the district, from 0"),
    "age": Field(0, AGES - 1, meaning="completed years"),
    "sex": Field(0, 1, meaning="0 man, 1 woman"),
    "group": Field(0, 1, meaning="abstract group: 0 is A, 1 is B"),
    "activity": Field(0, 3, meaning="0 none, 1 school, 2 work, 3 retired"),
    "family": Field(0, 3, meaning="1 a child at home, 2 an old parent, 3 both"),
    "income": Field(0, 655_350, whole=False, meaning="yuan a year per head"),
    **{name: Field(0, 1, whole=False, meaning="share") for name in traits.DISPOSITIONS},
}
"""Columns that a table of people may have, every one optional, beside those of the institutions."""

ADULT = 18


def load(
    people: str | Path,
    ties_list: str | Path | None = None,
    *,
    key: np.uint64,
    spec: TownSpec | None = None,
    symmetric: bool = True,
    progress: Progress | None = None,
    threads: int = 2,
    offer: Offer = NOTHING,
) -> Town:
    """A town from a user's own Parquet files.

    ``people`` has one row per person and any of the columns of ``FIELDS`` and of ``offer``; ``ties_list``
    has columns source, target and perhaps weight (see ``edges.load_ties``), without it ties are
    synthesised. ``spec`` says how the rest is made; ``key`` = run_key(seed, replicate, "population").
    Raises PopulationError.
    """
    tell = progress or (lambda what, share: None)
    tell("reading people", 0.0)
    with Table(Path(people), fields_of(offer), offer.barred) as table, Team(threads) as team:
        spec = (spec or TownSpec()).model_copy(update={"people": table.rows})
        given, homes = sorted_rows(table, offer)
        draws = Draws(key, given["id"])
        where, columns = placed(spec, homes, given)
        complete(spec, columns, given, homes, where, draws, team)
        tell("ties", 0.0)
        if ties_list is None:
            known = ties.build(spec, columns, where, draws, team, lambda share: tell("ties", share))
        else:
            known = load_ties(Path(ties_list), given["id"], symmetric)
    columns["id"] = given["id"]
    columns.update({name: given[name] for name in offer.columns if name in given})
    tell("done", 1.0)
    return sealed(spec.people, homes.count, columns, known, where, None)


def fields_of(offer: Offer) -> dict[str, Field]:
    """Every column that a table of people may have."""
    return FIELDS | {name: each.field for name, each in offer.columns.items()}


def sorted_rows(table: Table, offer: Offer = NOTHING) -> tuple[dict[str, NDArray[Any]], Households]:
    """The columns given, in rows of the town, and its households. Raises PopulationError."""
    given = {
        name: offer.columns[name].settled(table.column(name)) if name in offer.columns else table.column(name)
        for name in table.types
    }
    rows = np.arange(table.rows)
    given.setdefault("id", rows)
    double = first_double(given["id"])
    if double:
        table.refuse("id", double[0], f"{given['id'][double[0]]} is also the id of row {double[1] + 1}")
    home = given.pop("household", given["id"])
    district = given.get("district", np.zeros(table.rows, np.int64))
    order = np.lexsort((given["id"], home, district))
    new = np.flatnonzero(np.diff(home[order], prepend=-1) | np.diff(district[order], prepend=0))
    torn = first_double(home[order][new])
    if torn:
        row = int(order[new[torn[0]]])
        table.refuse("district", row, f"household {home[row]} has people in another district too")
    size = np.diff(np.append(new, table.rows))
    if len(size) and int(size.max()) > 255:
        row = int(order[new[np.argmax(size)]])
        table.refuse("household", row, f"{home[row]} has {int(size.max())} people; at most 255 can share one")
    start = np.append(new, table.rows).astype(np.uint32)
    ordered = {name: values[order] for name, values in given.items()}
    ordered["id"] = ordered["id"].astype(np.uint32)
    return ordered, Households(start, size.astype(np.uint8))


def placed(
    spec: TownSpec, homes: Households, given: dict[str, NDArray[Any]]
) -> tuple[places.Places, dict[str, NDArray[Any]]]:
    """Blocks and districts, and the columns district, household_place and household_size."""
    where, first = places.divide(spec, homes), homes.start[:-1]
    if "district" in given:
        where = places.within(spec, homes, given["district"])
    columns: dict[str, NDArray[Any]] = {
        "district": given["district"].astype(np.uint8) if "district" in given else places.districts_of(where),
        "household_size": np.repeat(homes.size, homes.size),
        "household_place": (np.arange(spec.people) - np.repeat(first, homes.size)).astype(np.uint8),
    }
    return where, columns


def complete(
    spec: TownSpec,
    columns: dict[str, NDArray[Any]],
    given: dict[str, NDArray[Any]],
    homes: Households,
    where: places.Places,
    draws: Draws,
    team: Team,
) -> None:
    """Every other column: as given, or synthesised."""

    def keep(name: str, otherwise: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        columns[name] = given[name].astype(np.uint8) if name in given else otherwise()
        return columns[name]

    people = spec.people
    age, sex = ages_and_sexes(given, people, draws)
    columns["age"], columns["sex"] = age, sex
    keep("activity", lambda: traits.activities(age, sex, draws, team))
    keep("family", lambda: families(columns, homes, draws, team))
    group = keep(
        "group",
        lambda: traits.spread_out(
            places.household_groups(spec, homes, where, draws, team), homes.size, homes.start, people, team
        ),
    )
    earned, fifth = income.household_incomes(
        homes, where, draws.key, income.scaled(spec.income, spec.inequality)
    )
    if "income" in given:
        columns["income"] = np.rint(given["income"] / income.YUAN).astype(np.uint16)
        fifths = income.fifths_of(columns["income"])
    else:
        columns["income"] = traits.spread_out(earned, homes.size, homes.start, people, team)
        fifths = traits.spread_out(fifth, homes.size, homes.start, people, team).astype(np.uint8)
    columns["stratum"] = traits.strata(group, age, fifths)
    columns.update(traits.dispositions(spec, people, draws, team))
    for name, (_, unit) in traits.DISPOSITIONS.items():
        if name in given:
            columns[name] = np.rint(given[name] * unit).astype(np.uint16 if unit == SHARE else np.uint8)


def ages_and_sexes(given: dict[str, NDArray[Any]], people: int, draws: Draws) -> tuple[U8s, U8s]:
    """Columns age and sex: as given, else drawn from the published table, the one by the other."""
    one, two = draws.of(0, people, "age.alone")
    high, other = (one >> np.uint64(32)).astype(np.uint32), two >> np.uint64(32)
    table = demography.people()
    if "age" in given:
        age = given["age"].astype(np.uint8)
    elif "sex" in given:
        edges = demography.cumulative(table.T)
        drawn = [np.searchsorted(edges[sex], high, side="right") for sex in (0, 1)]
        age = np.where(given["sex"] == 0, drawn[0], drawn[1]).astype(np.uint8)
    else:
        age = np.searchsorted(demography.cumulative(table.sum(axis=1)), high, side="right").astype(np.uint8)
    age = np.minimum(age, AGES - 1).astype(np.uint8)
    sex = (
        given["sex"].astype(np.uint8) if "sex" in given else (other >= demography.men()[age]).astype(np.uint8)
    )
    return age, sex


def families(columns: dict[str, NDArray[Any]], homes: Households, draws: Draws, team: Team) -> U8s:
    """Column family: adults who live with a child, people who live with somebody old 18 years older."""
    age = columns["age"].astype(np.int64)
    first = homes.start[:-1]
    if homes.count == 0:
        return np.zeros(0, np.uint8)
    youngest = np.repeat(np.minimum.reduceat(age, first), homes.size)
    eldest = np.repeat(np.maximum.reduceat(age, first), homes.size)
    child = (youngest < CHILD_AGE) & (age >= ADULT)
    parent = (eldest >= PARENT_AGE) & (eldest - age >= ADULT)
    family = (child * int(Family.CHILD) + parent * int(Family.PARENT)).astype(np.uint8)
    traits.add_parents(columns["age"], family, draws, team)
    return family


@dataclass(frozen=True, slots=True)
class Files:
    """The files that a specification names, found from ``folder``."""

    people: Path
    ties: Path | None


def files_of(spec: TownSpec, folder: Path) -> Files | None:
    """The files of a specification that names a table; None for a synthetic town."""
    if not spec.table:
        if spec.ties_table:
            raise PopulationError("ties_table is given without table: ties need people with ids")
        return None
    return Files(folder / spec.table, folder / spec.ties_table if spec.ties_table else None)


def counted(spec: TownSpec, folder: Path = Path()) -> TownSpec:
    """The specification with the number of people of the table that it names. Raises PopulationError."""
    found = files_of(spec, folder)
    if found is None:
        return spec
    with Table(found.people, None) as table:
        return spec.model_copy(update={"people": table.rows})


def columns_given(spec: TownSpec, folder: Path = Path(), offer: Offer | None = None) -> tuple[str, ...]:
    """Names of the columns of the table of a specification; none for a synthetic town.

    With an ``offer`` every name is judged. Raises PopulationError.
    """
    found = files_of(spec, folder)
    if found is None:
        return ()
    fields, barred = (None, None) if offer is None else (fields_of(offer), offer.barred)
    with Table(found.people, fields, barred) as table:
        return tuple(table.types)


def make(
    spec: TownSpec,
    key: np.uint64,
    folder: Path = Path(),
    progress: Progress | None = None,
    threads: int = 2,
    offer: Offer = NOTHING,
) -> Town:
    """The town of a specification: synthetic, or from the files that it names (paths from ``folder``)."""
    found = files_of(spec, folder)
    if found is None:
        return synthesize(spec, key, progress, threads)
    return load(
        found.people,
        found.ties,
        key=key,
        spec=spec,
        symmetric=not spec.directed,
        progress=progress,
        threads=threads,
        offer=offer,
    )
