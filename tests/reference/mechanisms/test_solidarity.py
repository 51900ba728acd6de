"""Solidarity against plain twins: person by person, and everybody's own opinion of everybody."""

from typing import Any

import numpy as np
import pytest

from feeder import live, random_ties
from glasstown.core import rng
from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import STANDING
from glasstown.mechanisms.solidarity import HELPING, NORMS, Solidarity

PEOPLE, DAYS, SEED = 250, 8, 3
FULL = 2**32


def words(day: int, lane: int, purpose: np.uint32) -> list[tuple[int, int, int, int]]:
    """The four 32-bit halves of everybody's draws: first high, first low, second high, second low."""
    one, two = np.empty(PEOPLE, np.uint64), np.empty(PEOPLE, np.uint64)
    rng.table(rng.run_key(SEED), np.arange(PEOPLE, dtype=np.uint32), day, lane, purpose, one, two)
    return [(a >> 32, a % FULL, b >> 32, b % FULL) for a, b in zip(one.tolist(), two.tolist(), strict=True)]


def partner(i: int, luck: float, mine: list[tuple[int, float]] | None) -> int | None:
    if mine is None:
        j = int(luck * (PEOPLE - 1))
        return j + (j >= i)
    left = sum(w for _, w in mine) * luck
    for j, w in mine:
        if left < w:
            return j
        left -= w
    return mine[-1][0] if mine else None


def lived(m: Solidarity, around: Any, fault: str = "") -> list[tuple[list[int], list[int]]]:
    """What everybody did and earned each day, by a loop over people."""
    standing, days = [SHARE] * PEOPLE, []
    help_, norm = rng.purpose("solidarity", "help"), NORMS[m.norm]
    for day in range(DAYS):
        order = list(range(PEOPLE))
        if m.order == "in_turn":
            luck = words(day, 0, rng.purpose("solidarity.help", "order"))
            order.sort(key=lambda i, luck=luck: luck[i][:2])
        first, second, did = words(day, 0, help_), words(day, 1, help_), [0] * PEOPLE
        before = standing if m.order == "in_turn" else list(standing)
        for i in order:
            (meet, occasion, fail, know), (opinion, judge, _, _) = first[i], second[i]
            j = partner(i, meet / FULL, None if around is None else around[i])
            if j is None or occasion >= m.meetings * FULL:
                continue
            p = before[j]
            good = opinion * SHARE // FULL < p
            wants = good if know < m.known * FULL else m.trusting
            helped = wants and fail >= round(m.execution_error * FULL)
            right, e = 1.0 - m.assessment_error, m.assessment_error
            bad = norm & (1 if helped != (fault == "act") else 2)
            share = p / SHARE * (right if helped else e) + (1.0 - p / SHARE) * (right if bad else e)
            part = judge / FULL
            standing[i] = (
                (SHARE if part < share else 0) if m.assessment == "public" else int(share * SHARE + part)
            )
            did[i] = 2 if helped else 1
        days.append((did, list(standing)))
    return days


@pytest.mark.parametrize("norm", list(NORMS))
@pytest.mark.parametrize("assessment", ["public", "private"])
@pytest.mark.parametrize("order", ["together", "in_turn"])
@pytest.mark.parametrize("graph", ["town", "ties", "weights"])
def test_everybody_does_and_earns_what_a_plain_loop_says(
    norm: str, assessment: str, order: str, graph: str
) -> None:
    ties = random_ties(PEOPLE, 3, 4, graph == "weights")
    around = None
    if graph != "town":
        start, neighbour, weight = ties.window(0, PEOPLE)
        heavy = weight.astype(float) if len(weight) else np.ones(len(neighbour))
        around = [
            [(int(neighbour[e]), float(heavy[e])) for e in range(start[i], start[i + 1])]
            for i in range(PEOPLE)
        ]
    m = Solidarity(norm=norm, assessment=assessment, order=order, reach="town" if graph == "town" else "ties",
                   execution_error=0.125, assessment_error=0.0625, known=0.75, meetings=0.875)  # fmt: skip
    seen, _ = live([m], PEOPLE, DAYS, HELPING, STANDING, ties=ties, seed=SEED)
    found = [(day["helping"].tolist(), day["standing"].tolist()) for day in seen]
    assert found == lived(m, around)
    if norm in ("image_scoring", "stern_judging"):
        assert found != lived(m, around, fault="act"), "planted fault: helping and refusing confused"


def opinions(norm: str, e1: float, e2: float, people: int = 200, rounds: int = 800) -> tuple[float, float]:
    """Mean standing and share of help where everybody has an own opinion of everybody, kept in a matrix."""
    chance = np.random.default_rng(17)
    good = np.ones((people, people), bool)  # good[k, j]: to k, j is good
    rows, standing, helped = np.arange(people), [], []
    bits = NORMS[norm]
    for t in range(rounds):
        other = (rows + chance.integers(1, people, people)) % people
        helps = good[rows, other] & (chance.random(people) >= e1)
        of_other = good[:, other]  # what each observer thinks of each donor's partner
        bad = np.where(helps, bool(bits & 1), bool(bits & 2))[None, :]
        verdict = np.where(of_other, helps[None, :], bad)
        good = verdict ^ (chance.random((people, people)) < e2)
        if t >= rounds // 4:
            standing.append(good.mean())
            helped.append(helps.mean())
    return float(np.mean(standing)), float(np.mean(helped))


def shares(norm: str, e1: float, e2: float) -> tuple[float, float]:
    m = Solidarity(norm=norm, assessment="private", execution_error=e1, assessment_error=e2)
    seen, _ = live([m], 20_000, 160, HELPING, STANDING)
    late = seen[60:]
    return (
        float(np.mean([d["standing"].mean() for d in late])) / SHARE,
        float(np.mean([(d["helping"] == 2).mean() for d in late])),
    )


@pytest.mark.parametrize("norm", ["simple_standing", "stern_judging", "shunning"])
def test_private_judgement_is_that_of_a_town_of_own_opinions(norm: str) -> None:
    """200 people with 40,000 opinions; the mechanism keeps one share each, exact in a large town."""
    found, matrix = shares(norm, 0.02, 0.05), opinions(norm, 0.02, 0.05)
    assert np.allclose(found, matrix, atol=0.012), (found, matrix)
    other = "stern_judging" if norm != "stern_judging" else "simple_standing"
    assert not np.allclose(found, opinions(other, 0.02, 0.05, rounds=200), atol=0.012), "another norm"
