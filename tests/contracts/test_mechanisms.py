"""The contract, over the whole catalogue without exemption; each law with a planted fault that it catches."""

import inspect
import re
from typing import Annotated, Any, ClassVar

import numpy as np
import pytest
from pydantic import Field

from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import INCOME, SCORE, VOICED
from glasstown.engine.run import Simulation
from glasstown.engine.schedule import schedule
from glasstown.lab import catalog
from glasstown.lab.ledger import bibliography
from glasstown.lab.simulate import observe
from glasstown.lab.town import people_of
from glasstown.mechanisms import CATALOG

PEOPLE, DAYS = 2_500, 40
EVERY = pytest.mark.parametrize("name", list(CATALOG))


@pytest.fixture(scope="module")
def article():
    return catalog.load("article", [f"town.people={PEOPLE}", f"run.days={DAYS}"])


@pytest.fixture(scope="module")
def town(article):
    return people_of([article, catalog.load("open")])


def everything(article) -> dict[str, Mechanism]:
    """The article's institutions and every other one of the catalogue, as it is by default."""
    return {name: article.mechanisms.get(name, kind()) for name, kind in CATALOG.items()}


def lived(town, mechanisms, days=DAYS, **how) -> Simulation:
    how = {"seed": 1, "threads": 2, "chunk": 700} | how
    simulation = Simulation(list(mechanisms), town.people, town.columns, town.ties, **how)
    with simulation:
        for _ in range(days):
            simulation.advance()
    return simulation


# ---- what a parameter carries --------------------------------------------------------------------


def complaints(kind: type[Mechanism]) -> list[str]:
    """Everything that a mechanism's parameters fail to carry."""
    found = []
    for name, field in kind.model_fields.items():
        units = [m for m in field.metadata if isinstance(m, Unit)]
        origins = [m for m in field.metadata if isinstance(m, Source | Estimated | Assumed)]
        if len(units) != 1:
            found.append(f"{name}: {len(units)} units")
        if len(origins) != 1:
            found.append(f"{name}: {len(origins)} origins")
            continue
        (origin,) = origins
        if not field.description:
            found.append(f"{name}: no description")
        if isinstance(origin, Source | Estimated) and origin.key not in bibliography():
            found.append(f"{name}: source {origin.key} is not in the bibliography")
        number = isinstance(field.default, int | float) and not isinstance(field.default, bool)
        if (
            isinstance(origin, Assumed | Estimated)
            and number
            and not origin.low <= field.default <= origin.high
        ):
            found.append(f"{name}: default {field.default} outside {origin.low} to {origin.high}")
    return found


@EVERY
def test_every_parameter_has_a_unit_an_origin_and_a_description(name):
    assert complaints(CATALOG[name]) == []


def test_a_parameter_without_origin_is_caught():
    class Bad(Mechanism):
        rate: Annotated[float, Field(ge=0), Unit("1")] = 0.5
        """Some rate."""
        cited: Annotated[float, Unit("1"), Source("nobody-1900", "p. 1")] = 0.5
        """Cited from nowhere."""
        wide: Annotated[float, Unit("1"), Assumed("because", 0.0, 0.1)] = 0.5

    assert len(complaints(Bad)) == 4


@EVERY
def test_names_say_what_they_are(name):
    kind = CATALOG[name]
    assert kind.table() == name == kind.__module__.rpartition(".")[2]
    assert inspect.getdoc(inspect.getmodule(kind))
    for step in kind().steps():
        assert re.fullmatch(name + r"\.[a-z_]+", step.name)


@EVERY
def test_it_is_frozen_and_refuses_unknown_keys(name):
    mechanism = CATALOG[name]()
    with pytest.raises(Exception, match="frozen"):
        setattr(mechanism, next(iter(type(mechanism).model_fields)), 0)
    with pytest.raises(Exception, match="no_such_key"):
        CATALOG[name](no_such_key=1)


# ---- neutral is absent ---------------------------------------------------------------------------


def differing(town, others: dict[str, Mechanism], neutral: Mechanism) -> list[str]:
    """Columns of the others that are not bit for bit the same with the neutral mechanism as without it."""
    without = lived(town, others.values())
    with_ = lived(town, [*others.values(), neutral])
    mine = {c.name for s in neutral.steps() for c in s.writes}
    kept = without.state.kept()
    return [n for n, a in kept.items() if n not in mine and not np.array_equal(a, with_.state.whole[n])]


@EVERY
def test_neutral_is_absent(article, town, name):
    others = everything(article)
    del others[name]
    assert differing(town, others, CATALOG[name](**CATALOG[name].neutral)) == []


def test_a_mechanism_that_is_not_neutral_is_caught(article, town):
    others = everything(article)
    del others["cameras"]
    assert differing(town, others, CATALOG["cameras"](share_linked=1.0)) != []


@EVERY
def test_toggling_one_leaves_the_draws_of_the_others_alone(article, town, name):
    """A town in which nothing is connected to ``name``: the rest must not move when it comes."""
    conduct_alone = {"conduct": everything(article)["conduct"]}
    if name == "conduct":
        conduct_alone = {"opinion": everything(article)["opinion"]}
    alone = lived(town, conduct_alone.values(), days=1)
    both = lived(town, [*conduct_alone.values(), everything(article)[name]], days=1)
    for column, values in alone.state.kept().items():
        if column not in {"perceived_risk"}:  # notices of others move it, as they should
            assert np.array_equal(values, both.state.whole[column]), column


# ---- what is declared happens, and nothing else --------------------------------------------------


@EVERY
def test_only_declared_columns_change(article, town, name):
    """The engine lends read-only arrays for the rest; here the population's own columns are compared too."""
    before = {n: a.copy() for n, a in town.columns.items()}
    lived(town, [everything(article)[name]], days=31)
    assert all(np.array_equal(a, town.columns[n]) for n, a in before.items())


def test_declared_writes_happen(article, town):
    """In the whole catalogue together, every column that is owned moves for somebody."""
    mechanisms = everything(article) | {
        "expiry": CATALOG["expiry"](limit=20),
        "lists": CATALOG["lists"](hazard=2.0, duration=0.2, mistaken=0.5, red_hazard=1.0),
        "grid": CATALOG["grid"](data="town", each=10.0, error=0.1),
        "appeal": CATALOG["appeal"](rate=0.5, delay=5),
        "denunciation": CATALOG["denunciation"](duty=0.01),
        "gaming": CATALOG["gaming"](aim="score", window=60.0),
        "prediction": CATALOG["prediction"](base_rate=0.05, period=7),
    }
    plan = schedule(list(mechanisms.values()))
    first = lived(town, mechanisms.values(), days=1).state.kept()
    last = lived(town, mechanisms.values(), days=64).state.kept()
    still = [n for n in last if np.array_equal(first[n], last[n])]
    assert still == [], [plan.owner(n) for n in still]


@EVERY
@pytest.mark.parametrize("people", [0, 1])
def test_towns_of_nobody_and_of_one(name, people):
    scenario = catalog.load("open", [f"town.people={people}"])
    town = people_of([scenario, catalog.load("article", [f"town.people={people}"])])
    lived(town, [CATALOG[name]()], days=3)


@pytest.mark.parametrize("people", [0, 1, 2])
def test_the_whole_article_in_a_tiny_town(people):
    scenario = catalog.load("article", [f"town.people={people}", "run.days=35"])
    town = people_of([scenario])
    if people:
        observe(scenario, town)
    lived(town, scenario.mechanisms.values(), days=35)


# ---- nobody leans on chunks ----------------------------------------------------------------------


@pytest.mark.parametrize("how", [{"threads": 1, "chunk": 65_536}, {"threads": 4, "chunk": 311}])
def test_threads_and_chunks_change_nothing(article, town, how):
    reference = lived(town, everything(article).values(), threads=2, chunk=1024)
    assert lived(town, everything(article).values(), **how).digest() == reference.digest()


class Leaky(Mechanism):
    """Planted fault: keeps a value between chunks."""

    neutral: ClassVar[dict[str, object]] = {}

    def steps(self) -> tuple[Step, ...]:
        return (Step("leaky.leak", Phase.AGE, self._leak, reads=(INCOME,), writes=(SCORE,)),)

    def _leak(self, view: Any, now: Any) -> None:
        view[SCORE][:] = view[INCOME].mean()


def test_a_mechanism_that_leans_on_chunks_is_caught(town):
    digests = {lived(town, [Leaky()], days=1, chunk=chunk).digest() for chunk in (500, 2500)}
    assert len(digests) == 2


def test_voices_are_visible_and_private_dissent_is_not():
    assert VOICED.visible
    from glasstown.core.vocabulary import PRIVATE_DISSENT

    assert not PRIVATE_DISSENT.visible
