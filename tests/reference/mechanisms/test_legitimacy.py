"""Legitimacy against Mesa's example, turn by turn with the same draws, and against plain twins."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feeder import live as live_on_ties
from feeder import random_ties
from glasstown.core.vocabulary import ACTIVE
from glasstown.mechanisms.legitimacy import CELL, JAILED_UNTIL, Legitimacy
from mesa_town import MesaTown, seen
from witness import live

SEED = 3


def beside_mesa(m: Legitimacy, people: int, days: int, mesa: Legitimacy | None = None) -> tuple[int, int]:
    """First day on which the two differ (``days`` if none does), and the most active people of a day."""
    ours, _ = live([m], people, {}, days, CELL, ACTIVE, JAILED_UNTIL, seed=SEED)
    theirs = MesaTown(mesa or m, people, SEED)
    ranks = [theirs.words("nature", row, 0, 0)[0] & 0xFFFF_FFFF for row in range(people)]
    cops = sorted(ranks)[: round(people * m.police / (m.density + m.police))]
    start = [theirs.words("cell", cell, 0, 0)[0] for cell in range(theirs.height * theirs.width)]
    cells = sorted(range(len(start)), key=start.__getitem__)[:people]
    theirs.adopt([cell + 1 for cell in cells], [int(rank in cops) for rank in ranks])
    for day in range(days):
        theirs.tick(day)
        if seen(ours, day) != (theirs.active(), theirs.jailed(), theirs.cells()):
            return day, 0
    return days, max(int(now["active"].sum()) for now in ours)


@pytest.mark.parametrize("rounding", ["nearest", "floor"])
def test_turn_by_turn_it_is_the_example_of_mesa(rounding: Any) -> None:
    """The same draws, the same places, states and jails of everybody on every day, through an outburst."""
    days, most = beside_mesa(Legitimacy(rounding=rounding), 1_184, 60)
    assert (days, most > 50) == (60, True)


@pytest.mark.parametrize("wrong", [{"rounding": "nearest"}, {"threshold": 0.12}, {"jail": 20}, {"vision": 6}])
def test_another_rule_parts_from_mesa_soon(wrong: dict[str, Any]) -> None:
    """Planted faults: ours lives by a slightly different rule."""
    m = Legitimacy(level=0.7)
    days, _ = beside_mesa(m.model_copy(update=wrong), 296, 30, mesa=m)
    assert days < 30


KINDS: list[dict[str, Any]] = [
    {"level": 0.6},
    {"level": 0.6, "movement": "before", "shape": "square", "vision": 3},
    {"level": 0.6, "place": "ties"},
    {"place": "ties", "order": "together", "traits": "given", "presence": 1, "threshold": 0.3, "growth": 0.1,
     "growth_effect": 5.0, "merit_effect": 0.1, "closed_effect": 0.1, "detention_effect": 0.1, "looking": 2},
]  # fmt: skip


def digests() -> list[str]:
    """Small towns of every kind after eight days."""
    people, chance = 150, np.random.default_rng(8)
    names = ("hardship", "risk_aversion", "legitimacy")
    columns = {name: chance.integers(0, 256, people).astype(np.uint8) for name in names}
    columns["active"] = (chance.random(people) < 0.2).astype(np.uint8)
    ties = random_ties(people, 4, 2, False)
    return [live_on_ties([Legitimacy(**k)], people, 8, given=columns, ties=ties)[1].digest() for k in KINDS]


def test_compiled_code_does_what_its_python_says() -> None:
    here = Path(__file__).parent
    found = [str(here), str(here.parents[1])]
    code = f"import sys; sys.path[:0] = {found!r}; import test_legitimacy as t"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"{code}; print(*t.digests())"],
        capture_output=True, text=True, check=True, env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert done.stdout.split() == digests()
    assert len(set(digests())) == len(KINDS), "planted fault: another kind is told apart"
