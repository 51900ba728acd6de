"""Legitimacy against Mesa's example, turn by turn with the same draws, and against plain twins."""

from typing import Any

import pytest

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
