"""With interactions off, exempting one person changes exactly one history (promise B3)."""

import numpy as np
import pytest

from glasstown.core.mechanism import Mechanism
from glasstown.core.ties import NoTies
from glasstown.core.vocabulary import PRIVATE_DISSENT
from glasstown.engine.run import Simulation
from glasstown.lab import catalog
from glasstown.lab.town import people_of
from glasstown.mechanisms import CATALOG

PEOPLE, DAYS = 10_000, 8


@pytest.fixture(scope="module")
def town():
    return people_of([catalog.load("article", [f"town.people={PEOPLE}"])])


def institutions(company: float) -> list[Mechanism]:
    """The article without what joins people.

    Friends' points, look-alikes, children barred by a parent, couples, births, households of the detained,
    forecasts trained on all, patrols sent where others were found.
    """
    found = dict(catalog.load("article", [f"score.company={company}"]).mechanisms)
    for name in ("courtship", "lifecourse", "detention", "prediction", "grid"):
        del found[name]
    found["cameras"] = CATALOG["cameras"](miss=0.0)
    found["privileges"] = CATALOG["privileges"](school=0)
    return list(found.values())


def lived(town, person: int | None, company: float = 0.0, ties=None) -> dict[str, np.ndarray]:
    given = dict(town.columns)
    if person is not None:  # exempt: this person thinks nothing that anyone could mind, and breaks no rule
        for name, value in ((PRIVATE_DISSENT.name, 0), ("diligence", 255), ("age", 3)):
            given[name] = given[name].copy()
            given[name][person] = value
    simulation = Simulation(
        institutions(company), town.people, given, ties or NoTies(town.people), seed=1, threads=1
    )
    with simulation:
        for _ in range(DAYS):
            simulation.advance()
    return {n: a.copy() for n, a in simulation.state.kept().items()}


def touched(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> set[int]:
    return {int(row) for n in one for row in np.flatnonzero(one[n] != other[n])}


def test_exempting_one_person_changes_exactly_one_history(town):
    grown = np.flatnonzero(town.columns["age"] > 20)
    chosen = grown[:: len(grown) // 100][:100]
    everyone = lived(town, None)
    changed = [touched(everyone, lived(town, int(person))) for person in chosen]
    assert changed == [{int(person)} for person in chosen]


def test_a_town_where_friends_count_is_caught(town):
    """Planted fault: with a friend's points in one's own, the exemption must reach others."""
    everyone = lived(town, None, 0.5, town.ties)
    people = np.flatnonzero(town.columns["age"] > 20)[:10]
    changed = [touched(everyone, lived(town, int(person), 0.5, town.ties)) for person in people]
    assert max(len(rows) for rows in changed) > 1
