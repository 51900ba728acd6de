"""Firewall: who can read, who takes to it, who is told, and what is forgotten."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from feeder import live
from glasstown.core.columns import SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import (
    ACTS,
    AGE,
    ALIVE,
    DETAINED_UNTIL,
    DIARY,
    EVADING,
    INFORMED,
    Act,
    Evasion,
    Event,
)
from glasstown.mechanisms.firewall import BROWSED, SEEKING, Firewall, learned

PEOPLE = 40
SURE: dict[str, Any] = {"reachable": 1.0, "friction": 0.0, "tunnel": 0.0, "demand": 1.0, "appetite": 1.0,
                        "spillover": 0.0, "memory": 0.0, "period": 1, "talks": 1}  # fmt: skip
COLUMNS = (SEEKING, BROWSED, INFORMED, ACTS, DIARY)


def town(days: int, people: dict[str, int] | None = None, **parameters: Any) -> list[dict[str, np.ndarray]]:
    names = {"age": AGE, "evading": EVADING, "seeking": SEEKING, "informed": INFORMED,
             "held": DETAINED_UNTIL, "alive": ALIVE}  # fmt: skip
    given_ = {names[k].name: np.full(PEOPLE, v, names[k].dtype) for k, v in (people or {}).items()}
    return live([Firewall(**(SURE | parameters))], PEOPLE, days, *COLUMNS, given=given_)[0]


def all_(today: dict[str, np.ndarray], name: str) -> int:
    (value,) = set(today[name].tolist())
    return int(value)


def test_who_seeks_and_can_reads_and_knows() -> None:
    one, two = town(2)
    assert (all_(one, "browsed"), all_(one, "diary"), all_(one, "acts")) == (1, int(Event.READ_OUTSIDE), 0)
    assert np.all(np.abs(one["informed"] - 0.3 * SHARE) <= 1)
    assert np.all(np.abs(two["informed"] - 0.51 * SHARE) <= 2)


def test_a_wall_without_tunnels_stops_everybody() -> None:
    (today,) = town(1, reachable=0.0)
    assert not today["browsed"].any() and not today["informed"].any()


def test_a_tunnel_gets_round_it_and_is_an_act() -> None:
    (today,) = town(1, {"evading": int(Evasion.TUNNEL)}, reachable=0.0)
    assert (all_(today, "browsed"), all_(today, "acts")) == (1, int(Act.TUNNEL))
    (today,) = town(1, reachable=0.0, tunnel=1.0)
    assert (all_(today, "browsed"), all_(today, "acts")) == (1, int(Act.TUNNEL))
    (today,) = town(1, {"evading": int(Evasion.SECOND_PHONE)}, reachable=0.0)
    assert not today["browsed"].any()
    (today,) = town(1, tunnel=1.0)
    assert (all_(today, "browsed"), all_(today, "acts")) == (1, 0), "nobody needs it where there is no wall"


@pytest.mark.parametrize("missing", [{"held": 9}, {"alive": 0}])
def test_who_is_detained_or_not_there_reads_nothing(missing: dict[str, int]) -> None:
    (today,) = town(1, {"evading": int(Evasion.TUNNEL)} | missing)
    assert not any(today[name].any() for name in ("browsed", "seeking", "informed", "acts", "diary"))


def test_friction_stops_the_rest() -> None:
    assert not town(1, friction=1.0, tunnel=1.0)[0]["browsed"].any()


def test_children_do_not_read() -> None:
    (today,) = town(1, {"age": 13, "seeking": 1}, from_age=14)
    assert not today["browsed"].any() and not today["seeking"].any()


def test_encouragement_begins_ends_and_leaves_a_taste() -> None:
    asked = {"demand": 0.0, "nudge": 1.0, "encouraged": 1.0, "nudge_from": 2, "nudge_days": 3}
    assert [int(d["browsed"].all()) for d in town(8, **asked, taste=1.0)] == [0, 0, 1, 1, 1, 1, 1, 1]
    assert [int(d["browsed"].any()) for d in town(8, **asked, taste=0.0)] == [0, 0, 1, 1, 1, 0, 0, 0]


def test_what_was_taken_to_lapses_only_without_reading() -> None:
    people = {"seeking": 1}
    assert town(3, people, demand=0.0, lapse=1.0)[2]["seeking"].all()
    assert not town(1, people, demand=0.0, lapse=1.0, reachable=0.0)[0]["seeking"].any()
    assert town(9, people, demand=0.0, lapse=0.0, reachable=0.0)[8]["seeking"].all()


def test_only_one_day_in_a_period() -> None:
    days = [int(d["browsed"].any()) for d in town(15, period=7)]
    assert [d for d, reads in enumerate(days) if reads] == [0, 7, 14]


def test_knowledge_fades() -> None:
    days = town(10, {"informed": SHARE}, demand=0.0, memory=5.0)
    assert days[9]["informed"].mean() == pytest.approx(SHARE * np.exp(-2), rel=0.001)


def pair(weight: list[float] | None, start: list[int], neighbour: list[int]) -> StoredTies:
    heavy = None if weight is None else np.array(weight, np.float32)
    return StoredTies(np.array(start, np.uint32), np.array(neighbour, np.uint32), heavy)


def test_what_is_known_is_told_along_ties() -> None:
    """1 listens to 0, who knows; 2 listens to 1; 3 to nobody."""
    ties = pair(None, [0, 0, 1, 2, 2], [0, 1])
    m = Firewall(**(SURE | {"demand": 0.0, "spillover": 1.0, "hearsay": 1.0}))
    know = {INFORMED.name: np.array([SHARE, 0, 0, 0], np.uint16)}
    days, _ = live([m], 4, 2, INFORMED, given=know, ties=ties)
    assert [(d["informed"] == SHARE).tolist() for d in days] == [[1, 1, 0, 0], [1, 1, 1, 0]]


def test_a_tie_without_weight_tells_nothing() -> None:
    ties = pair([0.0, 2.0, 0.0], [0, 2, 3, 3], [1, 2, 0])
    m = Firewall(**(SURE | {"demand": 0.0, "spillover": 1.0, "hearsay": 1.0}))
    know = {INFORMED.name: np.array([0, SHARE, 0], np.uint16)}
    days, _ = live([m], 3, 3, INFORMED, given=know, ties=ties)
    assert days[2]["informed"].tolist() == [0, SHARE, 0], "0 hears only 2, who knows nothing"


@given(st.integers(0, SHARE), st.floats(0, 1), st.integers(0, 2**64 - 1))
def test_knowledge_stays_a_share_and_never_falls_by_learning(x: int, share: float, luck: int) -> None:
    new = learned(x, share, np.uint64(luck))
    assert x <= new <= SHARE
    assert abs(new - (x + share * (SHARE - x))) <= 1


def test_without_demand_and_nudge_nothing_moves() -> None:
    days = town(20, demand=0.0, tunnel=1.0)
    assert not any(d[c.name].any() for d in days for c in COLUMNS)


@pytest.mark.parametrize("wrong", [{"reachable": 1.5}, {"period": 0}, {"taste": -0.1}, {"wall": True}])
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Firewall(**wrong)
