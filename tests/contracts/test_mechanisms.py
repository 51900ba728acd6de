"""The contract, over the whole catalogue without exemption; each law with a planted fault that it catches."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar

import numpy as np
import pytest
from pydantic import ConfigDict, Field

from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.units import Assumed, Source, Unit
from glasstown.core.vocabulary import INCOME, NOTICES, SCORE, VOICED
from glasstown.engine.schedule import schedule
from glasstown.lab import catalog, contracts
from glasstown.lab.simulate import observe
from glasstown.lab.town import people_of
from glasstown.mechanisms import CATALOG

EVERY = pytest.mark.parametrize("name", list(CATALOG))

SMALL = (0, 1, 2)


@pytest.fixture(scope="module")
def where():
    return contracts.setting()


# ---- every law, for every institution ------------------------------------------------------------


@EVERY
@pytest.mark.parametrize("law", list(contracts.LAWS))
def test_the_whole_catalogue_keeps_every_law(where, law, name):
    assert contracts.LAWS[law](CATALOG[name], where) == []


# ---- each law catches what it is there for --------------------------------------------------------


def test_a_parameter_without_origin_is_caught(where):
    class Bad(Mechanism):
        rate: Annotated[float, Field(ge=0), Unit("1")] = 0.5
        """Some rate."""
        cited: Annotated[float, Unit("1"), Source("nobody-1900", "p. 1")] = 0.5
        """Cited from nowhere."""
        wide: Annotated[float, Unit("1"), Assumed("because", 0.0, 0.1)] = 0.5

    assert len(contracts.parameters(Bad, where)) == 4
    assert contracts.frozen(Bad, where) == []


class Loose(Mechanism):
    """Planted faults: it can be changed, takes any key, and its step is called after somebody else."""

    model_config = ConfigDict(frozen=False, extra="ignore")

    def steps(self) -> tuple[Step, ...]:
        return (Step("other.look", Phase.AGE, lambda view, now: None, reads=(INCOME,)),)


def test_names_and_openness_are_caught(where):
    assert len(contracts.frozen(Loose, where)) == 2
    assert len(contracts.names(Loose, where)) == 2


def test_a_mechanism_that_is_not_neutral_is_caught(where):
    cameras = CATALOG["cameras"]
    assert contracts.differing(where, where.others(cameras).values(), cameras(share_linked=1.0)) != []


class Moving(Mechanism):
    """Planted fault: its coming moves what somebody else owns."""

    def steps(self) -> tuple[Step, ...]:
        return (Step("moving.tell", Phase.ACT, self._tell, adds=(NOTICES,)),)

    def _tell(self, view: Any, now: Any) -> None:
        view[NOTICES][:] += np.uint8(1)


def test_whose_coming_moves_others_is_caught(where, monkeypatch):
    assert contracts.draws(Moving, where) == []
    monkeypatch.setattr(contracts, "MOVED_BY_OTHERS", frozenset())
    assert contracts.draws(Moving, where) == ["its coming moves perceived_risk of others"]


class Thief(Mechanism):
    """Planted fault: it changes the people whom it was only lent."""

    def steps(self) -> tuple[Step, ...]:
        return (Step("thief.take", Phase.AGE, self._take, reads=(INCOME,)),)

    def _take(self, view: Any, now: Any) -> None:
        view[INCOME][:] = 0


def test_changing_what_is_lent_is_refused(where):
    with pytest.raises(ValueError, match="read-only"):
        contracts.people(Thief, where)


# ---- what is declared happens --------------------------------------------------------------------


def test_declared_writes_happen(where):
    """In the whole catalogue together, every column that is owned moves for somebody."""
    mechanisms = dict(where.around) | {
        "expiry": CATALOG["expiry"](limit=20),
        "lists": CATALOG["lists"](hazard=2.0, duration=0.2, mistaken=0.5, red_hazard=1.0),
        "grid": CATALOG["grid"](data="town", each=10.0, error=0.1),
        "appeal": CATALOG["appeal"](rate=0.5, delay=5),
        "denunciation": CATALOG["denunciation"](duty=0.01),
        "legitimacy": CATALOG["legitimacy"](
            traits="given", threshold=0.3, growth=0.2, growth_effect=10.0, merit_effect=0.1
        ),
        "gaming": CATALOG["gaming"](aim="score", window=60.0),
        "prediction": CATALOG["prediction"](base_rate=0.05, period=7),
        "lifecourse": CATALOG["lifecourse"](pace=40.0, births="open", fertility=0.6),
    }
    plan = schedule(list(mechanisms.values()))
    first = where.lived(mechanisms.values(), days=1).state.kept()
    last = where.lived(mechanisms.values(), days=64).state.kept()
    still = [n for n in last if np.array_equal(first[n], last[n])]
    assert still == [], [plan.owner(n) for n in still]


@pytest.mark.parametrize("people", SMALL)
def test_the_whole_article_in_a_tiny_town(people):
    scenario = catalog.load("article", [f"town.people={people}", "run.days=35"])
    town = people_of([scenario])
    if people:
        observe(scenario, town)
    contracts.Setting(town, {}).lived(scenario.mechanisms.values(), days=35)


# ---- nobody leans on chunks ----------------------------------------------------------------------


class Leaky(Mechanism):
    """Planted fault: keeps a value between chunks."""

    neutral: ClassVar[dict[str, object]] = {}

    def steps(self) -> tuple[Step, ...]:
        return (Step("leaky.leak", Phase.AGE, self._leak, reads=(INCOME,), writes=(SCORE,)),)

    def _leak(self, view: Any, now: Any) -> None:
        view[SCORE][:] = view[INCOME].mean()


def test_a_mechanism_that_leans_on_chunks_is_caught(where):
    assert contracts.chunks(Leaky, replace(where, around={}, days=1)) != []


def test_voices_are_visible_and_private_dissent_is_not():
    assert VOICED.visible
    from glasstown.core.vocabulary import PRIVATE_DISSENT

    assert not PRIVATE_DISSENT.visible
