"""People of the published model, for tests: they know the authority's values, and answer with the optimum."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr

from glasstown.core import rng
from glasstown.core.columns import SHARE
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import NoTies
from glasstown.core.vocabulary import ENTRIES, SEVERITY, SURVEILLANCE, TOLERANCE, VOICED, Act
from glasstown.engine.run import Simulation

F64s = NDArray[np.float64]


def optimum(delta: F64s, beta: F64s, tau: float, psi: float, nu: float, proportional: bool) -> F64s:
    """What is best said, equations 5 to 8 of Daymude, Axelrod & Forrest 2025."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if proportional:
            best = (tau + (beta - nu * psi) / ((1 - nu) * psi)) / 2
            return np.where(delta <= tau, delta, np.minimum(delta, np.maximum(best, tau)))
        defies = (beta > (1 - nu) * psi) & (delta > (beta * tau + nu * psi) / (beta - (1 - nu) * psi))
        return np.where((delta <= tau) | defies, delta, np.minimum(tau, delta))


def observed(people: int, day: int, seed: int = 1) -> F64s:
    """A number in [0, 1) for each person and day: observed if below nu + (1 - nu) a."""
    one, two = np.empty(people, np.uint64), np.empty(people, np.uint64)
    why = rng.purpose("citizens", "seen")
    rng.table(rng.run_key(seed), np.arange(people, dtype=np.uint32), day, 0, why, one, two)
    return (one >> np.uint64(11)).astype(np.float64) / 2**53


class Citizens(Mechanism):
    """Voices the optimum under yesterday's values, and is heard above the tolerance with the chance given."""

    proportional: bool = False
    _delta: F64s = PrivateAttr(default_factory=lambda: np.zeros(0))
    _beta: F64s = PrivateAttr(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(cls, delta: F64s, beta: F64s, proportional: bool = False) -> "Citizens":
        citizens = cls(proportional=proportional)
        citizens._delta, citizens._beta = delta, beta
        return citizens

    def steps(self) -> tuple[Step, ...]:
        ruled = (TOLERANCE, SEVERITY, SURVEILLANCE)
        return (
            Step("citizens.speak", Phase.ACT, self._speak, reads=(VOICED,), adds=(ENTRIES,), recalls=ruled),
            Step("citizens.weigh", Phase.RESPOND, self._weigh, writes=(VOICED,), recalls=ruled),
        )

    @staticmethod
    def _ruled(now: Any) -> tuple[float, float, float]:
        tau, psi, nu = (max(now.yesterday(t) - 1, 0) / SHARE for t in (TOLERANCE, SEVERITY, SURVEILLANCE))
        return tau, psi, nu

    def _weigh(self, view: Any, now: Any) -> None:
        mine = slice(view.lo, view.lo + view.people)
        best = optimum(self._delta[mine], self._beta[mine], *self._ruled(now), self.proportional)
        view[VOICED][:] = np.floor(best * SHARE + 0.5)

    def _speak(self, view: Any, now: Any) -> None:
        tau, _, nu = self._ruled(now)
        voiced = view[VOICED].astype(np.int64)
        luck = observed(view.town, now.day)[view.lo : view.lo + view.people]
        heard = (voiced > round(tau * SHARE)) & (luck < nu + (1 - nu) * voiced / SHARE)
        view[ENTRIES][:] |= np.where(heard, np.uint16(Act.CRITICISE), np.uint16(0))


def govern(
    m: Mechanism, citizens: Citizens, days: int, chunk: int | None = None, seed: int = 1
) -> list[dict[str, int]]:
    """What the town counted on each of some days of an authority over ``citizens``."""
    people, found = len(citizens._delta), []
    town = Simulation([m, citizens], people, {}, NoTies(people), seed=seed, threads=1, chunk=chunk)
    names = [t.name for s in m.steps() for t in s.counts]
    with town:
        for _ in range(days):
            town.advance()
            found.append({name: town.state.tallies[name] for name in names})
    return found
