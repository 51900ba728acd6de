"""Every loop of the model's table closes: cut where the table says, it moves what it should.

Twins of one small town for a year: the same people and draws, so that what differs between two arms was made
by the cut. Margins are about half of the least shift among three seeds; they say that an arrow is there, not
how large it is in any town.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from glasstown.core.columns import POINT
from glasstown.core.mechanism import Now, Phase, Step, View
from glasstown.core.vocabulary import DIARY, Activity, Event
from glasstown.engine.run import Simulation
from glasstown.lab import catalog
from glasstown.lab.town import people_of
from glasstown.mechanisms.grid import URNS
from glasstown.scenario.model import Scenario

PEOPLE, DAYS, SEED = 6_000, 360, 1
TABLE = Path(__file__).parents[2] / "docs" / "model.md"


class Counts:
    """An observer: how often each event happened to anybody."""

    def __init__(self) -> None:
        self.step = Step("measures.counts", Phase.MEASURE, self._count, reads=(DIARY,))
        self.events = dict.fromkeys(Event, 0)

    def prepare(self, people: int, workers: int) -> None:
        """Nothing."""

    def _count(self, view: View, now: Now) -> None:
        for event in Event:
            self.events[event] += int(np.count_nonzero(view[DIARY] & np.uint64(event)))

    def collect(self, day: int) -> None:
        """Nothing."""

    def arrays(self) -> dict[str, NDArray[np.uint8]]:
        """Nothing is stored."""
        return {}


@dataclass(frozen=True)
class Lived:
    """How a town ended: a column for each name, what happened, and the finds that the grid remembers."""

    state: dict[str, NDArray[np.generic]]
    events: dict[Event, int]
    urns: list[int]

    def mean(self, name: str, where: NDArray[np.bool_] | None = None) -> float:
        column = self.state[name]
        return float((column if where is None else column[where]).astype(float).mean())

    @property
    def low(self) -> NDArray[np.bool_]:
        """Those whose score is below the border of the lowest band."""
        found: NDArray[np.bool_] = self.state["score"] < 550 * POINT
        return found


Measure = Callable[[Lived], float]


def column(name: str) -> Measure:
    return lambda lived: lived.mean(name)


def event(*names: Event) -> Measure:
    return lambda lived: float(sum(lived.events[name] for name in names))


def of_low(name: str) -> Measure:
    return lambda lived: lived.mean(name, lived.low)


def closed(lived: Lived) -> float:
    """Share of people with a right closed, their rank on dating sites aside."""
    return float((lived.state["rights"] & 63 != 63).mean())


def first_income(lived: Lived) -> float:
    """Mean income at which people under 25 have begun to work."""
    young = (lived.state["age"] < 25) & (lived.state["activity"] == Activity.WORK)
    return lived.mean("income", young)


def harder(lived: Lived) -> float:
    """Share of all finds remembered that are of the zone policed harder."""
    return lived.urns[0] / sum(lived.urns)


@dataclass(frozen=True)
class Cut:
    """One way to cut a loop: ``settings`` must move ``measure`` by more than ``margin`` of it, up or down."""

    loop: str
    settings: tuple[str, ...]
    measure: Measure
    margin: float
    scenario: str = "article"
    shared: tuple[str, ...] = field(default=())


SLUMP = ("legitimacy.growth=0.0",)
OWING = ("privileges.credit=0", "livelihood.loans=3.0", "livelihood.term=3", "livelihood.separation=1.0")
LIVES = ("lifecourse.pace=12", "lifecourse.school_loss=0.3", "privileges.school=650")
GRUDGES = ("denunciation.regime=volunteer", "denunciation.grudge=0.0005")
GENEROUS = ("score.memory=0", "score.points_care=5.0", "score.points_raise=5.0", "score.points_criticise=0")
RELEASED = Event.DETAINED, Event.MISDETAINED

CUTS = [
    Cut("Chill", ("opinion.gain=0", "opinion.naming=0"), column("voiced"), 0.03),
    Cut("Chill", ("climate.listening=0",), column("voiced"), 0.02),
    Cut("Chill", ("opinion.isolation=0",), column("voiced"), 0.12),
    Cut("Chill", ("opinion.norm=false",), column("voiced"), 0.006),
    Cut("Chill", ("opinion.norm=false",), column("believed_dissent"), 0.0015),
    Cut("Company", ("score.company=0",), column("ties_lost"), -0.4),
    Cut("Company", ("score.company=0",), of_low("trust"), 0.02),
    Cut("Company", ("solidarity.dropping=0",), of_low("trust"), 0.02),
    Cut("Company", ("solidarity.dropping=0",), event(Event.HELPED), 0.005),
    Cut("Company", ("solidarity.avoidance=0",), event(Event.TURNED_AWAY), -0.005),
    Cut("Door", ("privileges.credit=0",), event(Event.BORROWED), 0.04),
    Cut("Door", ("privileges.jobs=0",), of_low("earnings"), 0.005),
    Cut("Door", ("privileges.jobs=0",), event(Event.DEFAULTED), -0.005, shared=OWING),
    Cut("Door", ("privileges.listed='none'",), closed, -0.01),
    Cut("Door", ("score.points_default=0",), closed, -0.05, shared=OWING),
    Cut("File", ("registry.error=0",), column("wrong_points"), -0.3),
    Cut("File", ("prediction.recall=0", "prediction.specificity=1"), event(Event.FOUND), -0.5),
    Cut("File", ("grid.flagged=0",), event(Event.FOUND), -0.5),
    Cut("File", ("grid.flagged=0",), event(Event.RECORDED), -0.05),
    Cut("Patrol", ("grid.correct=true",), harder, -0.3),
    Cut("Patrol", ("grid.seen=0",), harder, -0.3),
    Cut("Mirror", ("solidarity.good_from=0",), event(Event.HELPED), -0.1),
    Cut("Mirror", ("courtship.preference=0",), event(Event.PAIRED), 0.4),
    Cut("Mirror", ("score.publicity='own'",), event(Event.HELPED), -0.08),
    Cut("Report", ("denunciation.reward=0",), column("feared"), -0.1),
    Cut("Report", ("denunciation.fear=0",), column("trust"), 0.0003),
    Cut("Report", ("denunciation.grudge=0",), event(Event.MISREPORTED), -0.5, shared=GRUDGES),
    Cut("Report", ("denunciation.grudge=0",), column("trust"), 0.0005, shared=GRUDGES),
    Cut("Report", ("solidarity.learning=0",), column("trust"), -0.1),
    Cut("Bargain", ("legitimacy.growth_effect=0",), column("legitimacy"), 0.15, shared=SLUMP),
    Cut("Bargain", ("legitimacy.growth_effect=0",), event(Event.STOOD_UP), -0.15, shared=SLUMP),
    Cut("Bargain", ("legitimacy.merit_effect=0",), column("legitimacy"), -0.004, shared=GENEROUS),
    Cut("Bargain", ("legitimacy.merit_effect=0",), column("legitimacy"), 0.008),
    Cut("Bargain", ("legitimacy.closed_effect=0",), column("legitimacy"), 0.015),
    Cut("Bargain", ("legitimacy.detention_effect=0",), column("legitimacy"), 0.01),
    Cut("Bargain", ("legitimacy.hands_over=false",), event(*RELEASED), -0.02),
    Cut("Wall", ("legitimacy.news_effect=0",), column("legitimacy"), 0.001, "open"),
    Cut("Wall", ("firewall.demand=0",), column("legitimacy"), 0.001, "open"),
    Cut("Wall", ("firewall.reachable=0",), column("informed"), -0.5, "open"),
    Cut("Cradle", ("privileges.school=0",), first_income, 0.05, shared=LIVES),
    Cut("Cradle", ("lifecourse.school_loss=0",), first_income, 0.05, shared=LIVES),
    Cut("Way round", ("gaming.second_phone=0",), event(Event.ATTRIBUTED), 0.008),
    Cut("Way round", ("gaming.tunnel=0",), event(Event.FOUND), -0.02),
]


def loaded(name: str, settings: tuple[str, ...], seed: int) -> Scenario:
    size = (f"town.people={PEOPLE}", f"run.days={DAYS}", f"run.seed={seed}")
    return catalog.load(name, [*size, *settings])


@cache
def lived(name: str, settings: tuple[str, ...], seed: int) -> Lived:
    scenario, town, counts = loaded(name, settings, seed), people(seed), Counts()
    with Simulation(list(scenario.mechanisms.values()), PEOPLE, town.columns, town.ties, seed=seed, threads=1,
                    observers=(counts,)) as simulation:  # fmt: skip
        for _ in range(DAYS):
            simulation.advance()
        state = {n: array.copy() for n, array in simulation.state.whole.items()}
        return Lived(state, counts.events, [simulation.state.tallies.get(urn.name, 0) for urn in URNS])


@cache
def people(seed: int):
    return people_of([loaded("article", (), seed)])


def shift(cut: Cut, seed: int = SEED) -> float:
    """By which share of itself the measure moves if the loop is cut."""
    before = cut.measure(lived(cut.scenario, cut.shared, seed))
    return cut.measure(lived(cut.scenario, cut.shared + cut.settings, seed)) / before - 1


def closes(cut: Cut, seed: int = SEED) -> bool:
    return shift(cut, seed) * np.sign(cut.margin) > abs(cut.margin)


def title(cut: Cut) -> str:
    return f"{cut.loop}: {', '.join(cut.settings)}"


@pytest.mark.parametrize("cut", CUTS, ids=title)
def test_a_loop_that_is_cut_moves_what_it_should(cut: Cut) -> None:
    assert closes(cut), shift(cut)


@pytest.mark.parametrize("loop", sorted({cut.loop for cut in CUTS}))
def test_a_loop_that_is_cut_in_both_arms_moves_nothing(loop: str) -> None:
    """Planted fault: the loop is open from the start."""
    cut = next(cut for cut in CUTS if cut.loop == loop)
    assert not closes(replace(cut, shared=cut.shared + cut.settings))


@pytest.mark.parametrize(
    ("settings", "open_", "measure"),
    [(("denunciation.fear=0",), "solidarity.learning=0", column("trust")),
     (("prediction.recall=0", "prediction.specificity=1"), "grid.flagged=0", event(Event.FOUND))],
)  # fmt: skip
def test_a_loop_cut_at_one_arrow_does_not_close_by_another(
    settings: tuple[str, ...], open_: str, measure: Measure
) -> None:
    """Reports take no trust from who learns nothing, and flags bring no finds where they draw no check."""
    assert shift(Cut("", settings, measure, 0.0)) != 0.0
    assert shift(Cut("", settings, measure, 0.0, shared=(open_,))) == 0.0


def test_every_loop_of_the_table_is_cut_as_it_says() -> None:
    rows = re.findall(r"^\| \*\*(.+?)\*\* \|.*\|(.*)\|$", TABLE.read_text(), re.MULTILINE)
    said = {name: set(re.findall(r"`(\w+\.\w+=[^`]+)`", cuts)) for name, cuts in rows}
    tried = {cut.loop: set[str]() for cut in CUTS}
    for cut in CUTS:
        tried[cut.loop] |= set(cut.settings)
    assert tried == said
