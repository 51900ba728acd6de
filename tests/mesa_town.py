"""Mesa's example of civil violence with people of ours in it: by its own random numbers, or by ours."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from mesa.examples.advanced.epstein_civil_violence.agents import Citizen, CitizenState, Cop
from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence

from glasstown.core import rng
from glasstown.mechanisms._unrest import LANES, offsets, side
from glasstown.mechanisms.legitimacy import Legitimacy


class Floored(Citizen):
    """Mesa's citizen, whose police per active person are rounded down instead of to the nearest."""

    def update_estimated_arrest_probability(self) -> None:
        around = list(self.neighbors)
        cops = sum(isinstance(other, Cop) for other in around)
        active = 1 + sum(getattr(other, "state", None) == CitizenState.ACTIVE for other in around)
        self.arrest_probability = 1 - math.exp(-1 * self.arrest_prob_constant * math.floor(cops / active))


class MesaTown:
    """The example with the people and police that ``m`` has among ``people``, each in a row."""

    def __init__(self, m: Legitimacy, people: int, seed: int) -> None:
        self.m, self.people, self.key = m, people, rng.run_key(seed)
        self.height, self.width = side(people, m.density + m.police)
        self.model = EpsteinCivilViolence(
            self.height, self.width, m.density, m.police, m.vision, m.vision, m.level, m.jail, m.threshold,
            m.constant, m.movement == "after", 10**9, seed=seed,
        )  # fmt: skip
        for agent in list(self.model.agents):
            agent.remove()
        cops = round(people * m.police / (m.density + m.police))
        kind = Citizen if m.rounding == "nearest" else Floored
        self.agents: list[Any] = [
            Cop(self.model, m.vision, m.jail) if row < cops
            else kind(self.model, m.level, m.threshold, m.vision, m.constant)
            for row in range(people)
        ]  # fmt: skip
        cells = list(self.model.grid.all_cells)
        self.model.random.shuffle(cells)
        for agent, cell in zip(self.agents, cells, strict=False):
            agent.move_to(cell)

    def words(self, decision: str, row: int, day: int, lane: int) -> tuple[int, int]:
        """The two 64-bit words that our town draws."""
        purpose = rng.purpose("legitimacy", decision)
        one, two = rng.draw(self.key, row, 0, rng.when(day, lane), purpose)
        return int(one), int(two)

    def adopt(self, cell: Sequence[int], police: Sequence[int]) -> None:
        """Everybody of ours: role, hardship, aversion to risk and place; from now on our draws decide."""
        for agent in self.agents:
            agent.remove()
        m, kind = self.m, Citizen if self.m.rounding == "nearest" else Floored
        self.agents = []
        for row in range(self.people):
            if police[row]:
                agent = Cop(self.model, m.vision, m.jail)
            else:
                agent = kind(self.model, m.level, m.threshold, m.vision, m.constant)
                hardship, averse = self.words("nature", row, 0, 0)
                agent.hardship, agent.risk_aversion = (hardship >> 48) / 65535, (averse >> 48) / 65535
                agent.grievance = agent.hardship * (1 - agent.regime_legitimacy)
            agent.row = row
            agent.move_to(self.model.grid[divmod(cell[row] - 1, self.width)])
            self.agents.append(agent)
        self.model.random = Oracle(self)  # type: ignore[assignment]

    def tick(self, day: int) -> None:
        """One tick: everybody's turn in our order, by our draws."""
        turns = sorted(range(self.people), key=lambda row: self.words("order", row, day, 0)[0])
        for row in turns:
            self.model.random.turn(self.agents[row], day)  # type: ignore[attr-defined]
            self.agents[row].step()

    def shuffled(self) -> None:
        """One tick in Mesa's own order, by its own numbers."""
        self.model.agents.shuffle_do("step")

    def active(self) -> list[int]:
        """1 for everybody active."""
        return [int(getattr(agent, "state", None) == CitizenState.ACTIVE) for agent in self.agents]

    def jailed(self) -> list[int]:
        """1 for everybody in jail."""
        return [int(getattr(agent, "state", None) == CitizenState.ARRESTED) for agent in self.agents]

    def cells(self) -> list[int]:
        """Where everybody is, as in the column ``cell``."""
        return [row * self.width + column + 1 for row, column in (a.cell.coordinate for a in self.agents)]


class Oracle:
    """Answers Mesa's questions to chance as our town would: whom it asks for is whose turn it is."""

    def __init__(self, town: MesaTown) -> None:
        self.town = town
        self.view = offsets(town.m.vision, town.m.shape).tolist()

    def turn(self, agent: Any, day: int) -> None:
        """Whose turn it is."""
        self.agent, self.day = agent, day

    def _there(self, k: int) -> tuple[int, int]:
        row, column = self.agent.cell.coordinate
        down, right = self.view[k]
        return (row + down) % self.town.height, (column + right) % self.town.width

    def choice(self, among: Sequence[Any]) -> Any:
        """One of some empty cells, or of some active people."""
        if isinstance(among[0], Citizen):
            by_place = {other.cell.coordinate: other for other in among}
            inside = [self._there(k) for k in range(len(self.view)) if self._there(k) in by_place]
            word = self.town.words("take", self.agent.row, self.day, 0)[0] & 0xFFFF_FFFF
            return by_place[inside[word * len(inside) >> 32]]
        empty = {cell.coordinate: cell for cell in among}
        for lane in range(LANES):
            one, two = self.town.words("walk", self.agent.row, self.day, lane)
            for word in (one & 0xFFFF_FFFF, one >> 32, two & 0xFFFF_FFFF, two >> 32):
                there = self._there(word * len(self.view) >> 32)
                if there in empty:
                    return empty[there]
        word = self.town.words("walk", self.agent.row, self.day, LANES)[0] & 0xFFFF_FFFF
        inside = [self._there(k) for k in range(len(self.view)) if self._there(k) in empty]
        return empty[inside[word * len(inside) >> 32]]

    def randint(self, low: int, high: int) -> int:
        """A time in jail."""
        word = self.town.words("take", self.agent.row, self.day, 0)[1] & 0xFFFF_FFFF
        return low + (word * (high - low + 1) >> 32)


def seen(arrays: list[dict[str, np.ndarray]], day: int) -> tuple[list[int], list[int], list[int]]:
    """Who is active and jailed, and where everybody is, at the end of a day of our town."""
    now = arrays[day]
    jailed = now["jailed_until"].astype(int) > day + 1
    return now["active"].tolist(), jailed.astype(int).tolist(), now["cell"].tolist()
