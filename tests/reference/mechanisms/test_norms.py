"""Norms against plain twins, person by person: pressure together and in turn, both games, learning."""

from typing import Any

import numpy as np
import pytest

from feeder import live, random_ties
from glasstown.core import rng
from glasstown.core.columns import SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import COMPLYING
from glasstown.mechanisms import _punishing
from glasstown.mechanisms._pressing import FULL
from glasstown.mechanisms.norms import DARING, ENFORCING, VENGEFULNESS, WORTH, Norms

PEOPLE, DAYS, SEED = 200, 8, 3
KEY = rng.run_key(SEED)

Around = list[list[tuple[int, float]]]


def words(decision: str, day: int, people: int = PEOPLE, lane: int = 0, step: str = "norms") -> Any:
    one, two = np.empty(people, np.uint64), np.empty(people, np.uint64)
    rng.table(KEY, np.arange(people, dtype=np.uint32), day, lane, rng.purpose(step, decision), one, two)
    return one.tolist(), two.tolist()


def rows(ties: StoredTies, people: int = PEOPLE) -> Around:
    """Everybody's ties, with weights."""
    start, neighbour, weight = ties.window(0, people)
    heavy = weight if len(weight) else np.ones(len(neighbour))
    return [
        [(int(neighbour[e]), float(heavy[e])) for e in range(start[i], start[i + 1])] for i in range(people)
    ]


def everybody(people: int = PEOPLE) -> Around:
    return [[(j, 1.0) for j in range(people) if j != i] for i in range(people)]


def shown(belief: int, others: list[tuple[int, float]], keeps: list[int], presses: list[int], price: int,
          free: bool = False) -> tuple[int, int]:  # fmt: skip
    """The published equations: B, S, k; C and E of the others are 1 or -1, and 1, -1 or 0."""
    b, s, k = (1 if belief > 0 else -1), abs(belief) / FULL, price / FULL
    n = sum(w for _, w in others)
    if n == 0:
        return int(b > 0), 0
    e = {0: 0, 1: 1, 2: -1}
    pressure = -b / n * sum(w * e[presses[j]] for j, w in others)
    need = sum(w for j, w in others if (1 if keeps[j] else -1) != b) / n
    c = -b if pressure > s else b
    acts = pressure > s + (0 if free else k) if c != b else s * need > k
    return int(c > 0), ((1 if c > 0 else 2) if acts else 0)


def crowd(beliefs: list[int], around: Around, price: int, in_turn: bool, free: bool = False) -> Any:
    keeps, presses, days = [int(b > 0) for b in beliefs], [0] * PEOPLE, []
    for day in range(DAYS):
        order = np.argsort(words("order", day, step="norms.decide")[0], kind="stable").tolist()
        before = (keeps, presses) if in_turn else (list(keeps), list(presses))
        for i in order if in_turn else range(PEOPLE):
            keeps[i], presses[i] = shown(beliefs[i], around[i], *before, price, free)
        days.append((list(keeps), list(presses)))
    return days


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reach", ["town", "ties"])
@pytest.mark.parametrize("order", ["together", "in_turn"])
def test_everybody_gives_in_when_a_plain_loop_says_so(order: Any, reach: Any, weighted: bool) -> None:
    chance = np.random.default_rng(5)
    beliefs = np.where(chance.random(PEOPLE) < 0.25, FULL, -chance.integers(1, 12_000, PEOPLE)).astype(
        np.int16
    )
    ties = random_ties(PEOPLE, 6, 7, weighted)
    m = Norms(order=order, reach=reach, cost=0.11)
    seen, _ = live([m], PEOPLE, DAYS, COMPLYING, ENFORCING, given={"belief": beliefs}, ties=ties, seed=SEED)
    found = [(d["complying"].tolist(), d["enforcing"].tolist()) for d in seen]
    around = rows(ties) if reach == "ties" else everybody()
    assert found == crowd(beliefs.tolist(), around, m.price, order == "in_turn")
    wrong = crowd(beliefs.tolist(), around, m.price, order == "in_turn", free=True)
    assert found != wrong, "planted fault: pressing against one's belief costs nothing"


def test_beliefs_by_lot_and_by_dissent_are_those_of_a_plain_formula() -> None:
    luck = [(u >> 11) / 2**53 for u in words("belief", 0)[0]]
    dissent = np.random.default_rng(1).integers(0, SHARE + 1, PEOPLE).astype(np.uint16)
    for kind, given in (("drawn", luck), ("dissent", [d / SHARE for d in dissent.tolist()])):
        exact = [FULL if u < 0.1 else -round(0.38 * FULL * (u - 0.1) / 0.9) for u in given]
        m = Norms(believers=0.1, beliefs=kind, cost=0.0, reach="town")
        who = {"private_dissent": dissent}
        seen, _ = live([m], PEOPLE, 1, COMPLYING, ENFORCING, given=who, seed=SEED)
        assert seen[0]["complying"].tolist() == [int(b > 0) for b in exact]
        assert seen[0]["enforcing"].tolist() == [1 if b > 0 else 2 for b in exact], (
            "both see others, at no cost"
        )


# ---- games -----------------------------------------------------------------------------------------


def unit(word: int) -> float:
    return (word >> 11) * 2.0**-53


def drawn(i: int, other: int, day: int, decision: str) -> tuple[float, float]:
    u, v = rng.draw(KEY, i, other, rng.when(day, 0), rng.purpose("norms", decision))
    return unit(int(u)), unit(int(v))


def round_of(b: list[int], v: list[int], around: Around, day: int, meta: bool) -> tuple[list[int], list[int]]:
    """What one day brings, and who punished."""
    n = len(b)
    worth, punished = [0] * n, [0] * n
    for i in range(n):
        s, _ = drawn(i, 0, day, "dare")
        others = [j for j, _ in around[i]]
        if not s < b[i] / 7:
            continue
        worth[i] += 3
        for a, j in enumerate(others):
            worth[j] -= 1
            sees, wants = drawn(i, a, day, "punish")
            if not sees < s:
                continue
            if wants < v[j] / 7:
                worth[i] -= 9
                worth[j] -= 2
                punished[j] = 1
            elif meta:
                for at, k in enumerate(others):
                    if k == j or k not in [x for x, _ in around[j]]:
                        continue
                    sees, wants = drawn(i, a * len(others) + at, day, "look_away")
                    if sees < s and wants < v[k] / 7:
                        worth[j] -= 9
                        worth[k] -= 2
                        punished[k] = 1
    return worth, punished


@pytest.mark.parametrize("reach", ["town", "ties"])
@pytest.mark.parametrize("meta", [False, True])
def test_games_bring_what_a_plain_loop_says(meta: bool, reach: Any) -> None:
    n = 24
    chance = np.random.default_rng(2)
    b, v = chance.integers(0, 8, n).astype(np.uint8), chance.integers(0, 8, n).astype(np.uint8)
    pairs = [[j for j in range(n) if j != i and (i + j) % 3] for i in range(n)]
    start = np.cumsum([0, *(len(p) for p in pairs)]).astype(np.uint32)
    ties = StoredTies(start, np.array([j for p in pairs for j in p], np.uint32))
    m = Norms(rule="metanorms_game" if meta else "norms_game", reach=reach, chances=50)
    seen, _ = live([m], n, 3, WORTH, ENFORCING, given={"daring": b, "vengefulness": v}, ties=ties, seed=SEED)
    around, total = rows(ties, n) if reach == "ties" else everybody(n), [0] * n
    for day in range(3):
        brought, punished = round_of(b.tolist(), v.tolist(), around, day, meta)
        total = [x + y for x, y in zip(total, brought, strict=True)]
        assert seen[day]["worth"].tolist() == total
        assert seen[day]["enforcing"].tolist() == punished
    other = round_of(b.tolist(), v.tolist(), around, 2, not meta)[0]
    assert other != round_of(b.tolist(), v.tolist(), around, 2, meta)[0], "planted fault: the other game"


def test_a_generation_is_copied_as_a_plain_loop_says() -> None:
    n, m = 60, Norms(rule="norms_game", reach="town", mutation=0.0, chances=3)
    seen, _ = live([m], n, 4, DARING, VENGEFULNESS, WORTH, seed=SEED)
    worth = seen[2]["worth"].astype(float)
    copies = 1 + (worth >= worth.mean() + worth.std()) * 1 - (worth <= worth.mean() - worth.std()) * 1
    assert copies.tolist() == _punishing.offspring(seen[2]["worth"]).tolist()
    pairs = [seen[d]["daring"] * 8 + seen[d]["vengefulness"] for d in (2, 3)]
    before, after = (np.bincount(p, minlength=64) for p in pairs)
    offered = np.bincount(pairs[0], weights=copies, minlength=64).astype(int)
    surplus = copies.sum() - n
    if surplus >= 0:
        assert (after <= offered).all() and (offered - after).sum() == surplus
    else:
        assert (after >= offered).all() and (after - offered).sum() == -surplus
    assert (after != before).any()
    stays = (copies >= 1) & (pairs[0] == pairs[1])
    assert stays.sum() >= (copies >= 1).sum() - max(surplus, 0), "who has a copy keeps its place"
