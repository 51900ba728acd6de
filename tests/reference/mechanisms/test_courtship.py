"""Courtship against a plain twin, person by person: who goes out, who meets whom, who minds, who parts."""

from typing import Any

import numpy as np
import pytest

from feeder import live
from glasstown.core import rng
from glasstown.core.vocabulary import PARTNER
from glasstown.mechanisms.courtship import CHANGED, Courtship

PEOPLE, DAYS, SEED = 400, 95, 4
KEY = rng.run_key(SEED)


def chance(p: float) -> int:
    return int(rng.threshold(p))


def drawn(one: int, other: int, day: int, decision: str) -> tuple[int, int]:
    u, v = rng.draw(KEY, one, other, rng.when(day, 0), rng.purpose("courtship", decision))
    return int(u), int(v)


def people(seed: int) -> dict[str, Any]:
    luck = np.random.default_rng(seed)
    return {
        "age": luck.integers(10, 70, PEOPLE).astype(np.uint8),
        "sex": luck.integers(0, 2, PEOPLE).astype(np.uint8),
        "shown_score": (luck.integers(0, 40, PEOPLE) * 1500).astype(np.uint16),
        "rights": np.where(luck.random(PEOPLE) < 0.3, 127, 63).astype(np.uint16),
        "household": luck.integers(1, 150, PEOPLE).astype(np.uint32),
        "detained_until": np.where(luck.random(PEOPLE) < 0.05, 900, 0).astype(np.uint16),
        "alive": (luck.random(PEOPLE) < 0.95).astype(np.uint8),
        "shields": np.zeros(PEOPLE, np.uint16),
    }


def place(scores: list[int], mine: int) -> float:
    """The share of ``scores`` below one's own, and half of those equal."""
    return (sum(s < mine for s in scores) + 0.5 * sum(s == mine for s in scores)) / len(scores)


def evening(m: Courtship, who: dict[str, Any], partner: list[int], day: int, mind: bool = True) -> list[int]:
    """One month; returns what changed."""
    changed = [0] * PEOPLE
    for i in range(PEOPLE):
        j = partner[i] - 1
        if j >= 0 and partner[j] != i + 1:
            partner[i], changed[i] = 0, 2
        elif i < j and drawn(i, 0, day, "part")[0] < chance(m.parting * 30 / 365):
            partner[i] = partner[j] = 0
            changed[i] = changed[j] = 2
    out, scores = [], []
    for kind in (0, 1):
        single = [
            i
            for i in range(PEOPLE)
            if partner[i] == 0 and changed[i] == 0 and who["alive"][i] and who["sex"][i] == kind
            and who["age"][i] >= 18 and who["detained_until"][i] == 0
        ]  # fmt: skip
        first = {i: bool(who["rights"][i] & 64) for i in single}
        each = m.meeting * len(single) / (sum(first.values()) * (m.front - 1) + len(single))
        going = [
            i
            for i in single
            if drawn(i, 0, day, "meet")[0] < chance(min(1, each * (m.front if first[i] else 1)))
        ]
        out.append(sorted(going, key=lambda i: drawn(i, 0, day, "meet")[1]))
        scores.append([int(who["shown_score"][i]) for i in single])
    for him, her in zip(*out, strict=False):
        if who["household"][him] == who["household"][her]:
            continue
        if abs(int(who["age"][him]) - int(who["age"][her])) > m.years:
            continue
        gap = place(scores[0], who["shown_score"][him]) - place(scores[1], who["shown_score"][her])
        high, low = (him, her) if gap > 0 else (her, him)
        minds = mind and drawn(high, low, day, "mind")[0] < chance(m.preference)
        if minds and abs(gap) > m.tolerance and who["shown_score"][him] and who["shown_score"][her]:
            continue
        partner[him], partner[her] = her + 1, him + 1
        changed[him] = changed[her] = 1
    return changed


@pytest.mark.parametrize("how", [{}, {"preference": 0.5, "tolerance": 0.1, "front": 1.0}, {"years": 10}])
def test_couples_are_those_of_a_plain_loop(how: dict[str, Any]) -> None:
    m = Courtship(**({"meeting": 0.5, "parting": 0.9, "tolerance": 0.2} | how))
    who = people(7)
    seen, _ = live([m], PEOPLE, DAYS, PARTNER, CHANGED, given=who, seed=SEED)
    partner, other = [0] * PEOPLE, [0] * PEOPLE
    for day in range(DAYS):
        if day % 30 == 0:
            changed = evening(m, who, partner, day)
            evening(m, who, other, day, mind=False)
        assert seen[day]["partner"].tolist() == partner
        assert seen[day]["changed"].tolist() == changed
    assert partner != other, "planted fault: nobody minds"
    assert sum(p > 0 for p in partner) > 60
