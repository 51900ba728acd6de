"""Climate against plain twins, person by person: thresholds together and in turn, meetings, listening."""

from typing import Any

import numpy as np
import pytest

from feeder import live, random_ties
from glasstown.core import rng
from glasstown.core.columns import SHARE
from glasstown.core.ties import StoredTies
from glasstown.mechanisms import _voicing
from glasstown.mechanisms.climate import BELIEVED_DISSENT, EXPECTED, EXPRESSING, Climate

PEOPLE, DAYS, SEED = 300, 9, 5


def words(decision: str, day: int, step: str | None = None) -> tuple[list[int], list[int]]:
    """The two 64-bit draws of everybody."""
    one, two = np.empty(PEOPLE, np.uint64), np.empty(PEOPLE, np.uint64)
    purpose = rng.purpose(step or "climate", decision)
    rng.table(rng.run_key(SEED), np.arange(PEOPLE, dtype=np.uint32), day, 0, purpose, one, two)
    return one.tolist(), two.tolist()


def rows(ties: StoredTies) -> list[list[tuple[int, float]]]:
    """Everybody's ties, with weights."""
    start, neighbour, weight = ties.window(0, PEOPLE)
    heavy = weight if len(weight) else np.ones(len(neighbour))
    return [
        [(int(neighbour[e]), float(heavy[e])) for e in range(start[i], start[i + 1])] for i in range(PEOPLE)
    ]


def share(joined: list[int], i: int, around: list[list[tuple[int, float]]] | None) -> int:
    """The share that person ``i`` sees, in 1/65535."""
    mine = [(j, 1.0) for j in range(PEOPLE)] if around is None else around[i]
    total = sum(w for _, w in mine)
    return int(sum(w * SHARE * joined[j] for j, w in mine) / total + 0.5) if total else 0


def crowd(thresholds: np.ndarray, around: Any, in_turn: bool, strict: bool = False) -> list[list[int]]:
    joined, days = [0] * PEOPLE, []
    for day in range(DAYS):
        order = np.argsort(words("order", day, "climate.join")[0], kind="stable").tolist()
        before = joined if in_turn else list(joined)
        for i in order if in_turn else range(PEOPLE):
            seen = share(before, i, around)
            joined[i] = int(seen > thresholds[i] if strict else seen >= thresholds[i])
        days.append(list(joined))
    return days


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reach", ["town", "ties"])
@pytest.mark.parametrize("order", ["together", "in_turn"])
def test_everybody_joins_when_a_plain_loop_says_so(order: str, reach: str, weighted: bool) -> None:
    chance = np.random.default_rng(6)
    ties = random_ties(PEOPLE, 4, 7, weighted)
    levels = np.array([0.0, 0.04, 0.1, 0.25, 0.5])
    thresholds = np.rint(levels[chance.integers(0, 5, PEOPLE)] * SHARE).astype(np.uint16)
    m = Climate(order=order, reach=reach, listening=0.0)
    seen, _ = live([m], PEOPLE, DAYS, EXPRESSING, given={"joins_at": thresholds}, ties=ties, seed=SEED)
    around = rows(ties) if reach == "ties" else None
    found = [day["expressing"].tolist() for day in seen]
    assert found == crowd(thresholds, around, order == "in_turn")
    wrong = crowd(thresholds, around, order == "in_turn", strict=True)
    assert found != wrong, "planted fault: only more than the threshold moves"


def moved(now: int, target: int, pull: int, u: int) -> int:
    return now + (pull * (target - now) + (u >> 32) >> 32)


def met(mine: list[tuple[int, float]], u: int) -> int | None:
    """The tie met, by weight."""
    if not mine:
        return None
    left = (u >> 32) / 2**32 * sum(w for _, w in mine)
    for j, w in mine:
        if left < w:
            return j
        left -= w
    return mine[-1][0]


@pytest.mark.parametrize("weighted", [False, True])
def test_voices_and_worths_are_those_of_a_plain_loop(weighted: bool) -> None:
    chance = np.random.default_rng(9)
    ties = random_ties(PEOPLE, 3, 1, weighted)
    who = {"private_dissent": chance.integers(0, SHARE + 1, PEOPLE).astype(np.uint16)}
    m = Climate(rule="learned", reach="ties", cost=0.125, learning=0.25, slope=4.0, listening=0.0)
    seen, _ = live([m], PEOPLE, DAYS, EXPRESSING, EXPECTED, given=who, ties=ties, seed=SEED)
    ready, around, worth = _voicing.readiness(4.0).tolist(), rows(ties), [0] * PEOPLE
    side = [1 if d > SHARE // 2 else 2 for d in who["private_dissent"].tolist()]
    for day in range(DAYS):
        luck = words("speak", day)[0]
        voices = [s if u < ready[w + 32768] else 0 for s, u, w in zip(side, luck, worth, strict=True)]
        one, two = words("meet", day)
        for i in range(PEOPLE):
            j = met(around[i], one[i])
            if j is not None:
                reply = 0 if voices[j] == 0 else (16384 if voices[j] == side[i] else -16384)
                worth[i] = moved(worth[i], reply - 2048, 2**30, two[i])
        assert seen[day]["expressing"].tolist() == voices
        assert seen[day]["expected_worth"].tolist() == worth


def test_beliefs_are_those_of_a_plain_loop() -> None:
    chance = np.random.default_rng(2)
    ties = random_ties(PEOPLE, 3, 3, True)
    who = {"voiced": chance.integers(0, SHARE + 1, PEOPLE).astype(np.uint16)}
    m = Climate(rule="none", listening=0.25, hearing=2)
    seen, _ = live([m], PEOPLE, DAYS, BELIEVED_DISSENT, given=who, ties=ties, seed=SEED)
    belief, around = [0] * PEOPLE, rows(ties)
    for day in range(DAYS):
        if day % 2 == 0:
            luck = words("listen", day)[1]
            for i, mine in enumerate(around):
                total = sum(w for _, w in mine)
                if total:
                    heard = int(sum(w * int(who["voiced"][j]) for j, w in mine) / total + 0.5)
                    belief[i] = moved(belief[i], heard, 2**30, luck[i])
        assert seen[day]["believed_dissent"].tolist() == belief
