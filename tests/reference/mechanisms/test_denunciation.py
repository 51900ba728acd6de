"""Denunciation against a slow plain twin, and against its own Python source."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from crowd import Crowd, some
from feeder import live, random_ties
from glasstown.core import rng
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import ENTRIES, FALSE_ENTRIES, Act
from glasstown.mechanisms import _hearing, _reachable, denunciation
from glasstown.mechanisms.denunciation import REASONS, REPORTED, REPORTED_SINCE, REPORTS, Denunciation

KEY = rng.run_key(1)
MOTIVES = ("duty", "grudge", "reward", "fear")


def word(subject: int, other: int, day: int, lane: int, decision: str) -> tuple[float, float]:
    """Both draws as shares, as the published generator gives them."""
    moment = np.uint64(day << 8 | lane)
    u, v = rng.draw(KEY, subject, other, moment, rng.purpose("denunciation", decision))
    return int(u) / 2**64, int(v) / 2**64


def plain(
    m: Denunciation, acts: NDArray[Any], given: dict[str, NDArray[Any]], ties: StoredTies, day: int
) -> tuple[list[Any], list[int]]:
    """One day, person by person: entries, false entries, reports, motives; reports by distance."""
    start, neighbour, weight = ties.window(0, len(acts))
    told, distances = [], [0, 0, 0]
    shown, own = ((given[c] / 64).tolist() for c in ("shown_score", "score"))
    place, district = given["household_place"].tolist(), given["district"].tolist()
    share = m.informers if m.regime == "coerced" else 0.0
    for i, act in enumerate(acts):
        did = bool(act & (Act.CRITICISE | Act.JAYWALK))
        edges = list(range(int(start[i]), int(start[i + 1])))
        kinds = [word(int(neighbour[e]), 0, 0, 0, "informer")[0] < share for e in edges]
        most = [m.chance(did, kind, m.low_score > 0, 600.0 * (m.envy > 0)) for kind in (False, True)]
        left, none, motives, count = [kinds.count(False), kinds.count(True)], [True, True], 0, 0
        drawn = word(i, 0, day, 0, "any")
        some_could = [drawn[k] < 1 - (1 - most[k]) ** left[k] for k in (0, 1)]
        weights = [float(w) for w in weight[edges]] if len(weight) else [1.0] * len(edges)
        for e, informer, w in zip(edges, kinds, weights, strict=True):
            if not some_could[informer]:
                continue
            j = int(neighbour[e])
            u, v = word(j, i, day, 0, "tell")
            rest = 1 - (1 - most[informer]) ** left[informer] if none[informer] else 1.0
            left[informer] -= 1
            if u >= most[informer] / rest:
                continue
            none[informer] = False
            near = {"even": 1.0, "close": w / max(weights), "distant": min(weights) / w}[m.closeness]
            low = 0 < shown[i] < m.low_below
            lead = min(10.0 * int((shown[i] - own[j]) / 10), 600.0) if 0 < own[j] < shown[i] else 0.0
            if not m.low_score and not m.envy:
                low, lead = False, 0.0
            chance = given["reporting"][j] / 255 * near * m.chance(did, informer, low, lead)
            chance /= most[informer]
            if v < chance:
                each = np.cumsum(m.strengths(did, informer, low, lead))
                luck = v / chance * each[-1]
                motives |= 1 << min(int(np.searchsorted(each, luck, side="right")), 3)
                count += 1
                together = i - place[i] == j - place[j]
                distances[0 if together else 1 if district[i] == district[j] else 2] += 1
        entered = count >= m.needed
        true = int(act) & int(Act.CRITICISE | Act.JAYWALK) if did and entered else 0
        told.append((true, int(Act.CRITICISE) if entered and not did else 0, count, motives))
    return told, distances


def crowd(people: int, seed: int = 5) -> dict[str, NDArray[Any]]:
    """Readiness, scores on show (a third hidden, some lower than any border) and homes of three."""
    chance = np.random.default_rng(seed)
    score = chance.integers(300, 1000, people) * 64 + chance.integers(0, 64, people)
    return {
        "reporting": chance.integers(0, 256, people).astype(np.uint8),
        "score": np.where(chance.random(people) < 0.1, 0, score).astype(np.uint16),
        "shown_score": np.where(chance.random(people) < 0.3, 0, score).astype(np.uint16),
        "household_place": (np.arange(people) % 3).astype(np.uint8),
        "district": (np.arange(people) // 50).astype(np.uint8),
    }


TOWNS = [
    {"duty": 0.3, "grudge": 0.01},
    {"duty": 0.2, "grudge": 0.1, "needed": 2, "closeness": "close"},
    {"duty": 0.05, "grudge": 0.02, "reward": 0.5, "fear": 0.3, "regime": "coerced", "informers": 0.2},
    {"duty": 0.0, "grudge": 0.3, "reward": 0.2, "fear": 0.9, "regime": "coerced", "informers": 0.5,
     "invention": 0.7, "closeness": "distant"},
    {"duty": 0.2, "grudge": 0.02, "low_score": 1.5, "low_below": 600.0},
    {"duty": 0.05, "grudge": 0.1, "envy": 0.01, "gathering": 2},
    {"duty": 0.4, "grudge": 0.1, "reward": 0.2, "fear": 0.4, "regime": "coerced", "informers": 0.3,
     "low_score": 3.0, "envy": 0.05, "closeness": "close"},
]  # fmt: skip


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("parameters", TOWNS)
def test_it_is_the_plain_twin(parameters: dict[str, Any], weighted: bool) -> None:
    people, number = 150, 6
    ties = random_ties(people, 5.0, 2, weighted)
    acts = [some(people, 0.3, int(b), d).astype(np.uint8) for d, b in enumerate([32, 16, 48, 1, 33, 16])]
    given, m = crowd(people), Denunciation(**parameters)
    seen, town = live([m, Crowd.of(acts=acts)], people, number, ENTRIES, FALSE_ENTRIES, REPORTED, REASONS,
                      ties=ties, given=given)  # fmt: skip
    reports, apart = 0, np.zeros(3, int)
    for day in range(number):
        found = [seen[day][c].tolist() for c in ("entries", "false_entries", "reported", "reasons")]
        told, distances = plain(m, acts[day], given, ties, day)
        if day % m.gathering:
            told = [each if acts[day][i] & 48 else (0, 0, 0, 0) for i, each in enumerate(told)]
        else:
            apart += distances
        assert list(zip(*found, strict=True)) == told, day
        reports += sum(found[2])
    assert reports > 20
    if m.gathering == 1:
        assert apart[1:].all() and [town.state.counted[t.name] for t in REPORTS] == apart.tolist()


def test_the_twin_catches_another_chance() -> None:
    people = 150
    ties, acts = random_ties(people, 5.0, 2, True), some(people, 0.3, 32, 1).astype(np.uint8)
    given = crowd(people)
    true = {"duty": 0.3, "grudge": 0.05, "low_score": 1.0, "envy": 0.01}
    seen, _ = live([Denunciation(**true), Crowd.of(acts=[acts])], people, 1, REPORTED, ties=ties, given=given)
    for fault in ({}, {"grudge": 0.1}, {"low_below": 800.0}, {"low_score": 0.5}, {"envy": 0.02}):
        twin, _ = plain(Denunciation(**true | fault), acts, given, ties, 0)
        assert ([t[2] for t in twin] == seen[0]["reported"].tolist()) == (not fault), fault


def both(kernel: Any, make: Any) -> None:
    """Run a kernel compiled and as plain Python on equal arrays; everything must come out equal."""
    one, two = make(), make()
    kernel(*one)
    with pytest.MonkeyPatch.context() as patch:
        for module in (denunciation, _reachable):
            patch.setattr(module, "when", lambda day, lane: np.uint64(day << 8 | lane))
        kernel.py_func(*two)
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("weighted", [True, False])
def test_kernels_are_their_python_source(weighted: bool) -> None:
    people, m = 200, Denunciation(**TOWNS[2])
    start, neighbour, weight = random_ties(people, 4.0, 3, weighted).window(0, people)
    acts = some(people, 0.4, 48, 3).astype(np.uint8)
    ready, given = np.full(people, 200, np.uint8), crowd(people)
    size = int(np.diff(start).max())
    part = np.repeat([0.2, 1.0, 0.3, 1.0], 2 * (_hearing.STEPS + 1)).reshape(2, 2, 2, -1)
    shown, own, place, district = (given[c] for c in ("shown_score", "score", "household_place", "district"))
    why = np.array([rng.purpose("denunciation", d) for d in ("any", "tell", "informer")], np.uint32)
    limits, any_of = _reachable.ladders(((0.05, 0.2), (0.3, 0.7)), size)
    informing = _reachable.recruited(KEY, people, why[2], 0.2)

    def empty(kind: Any) -> NDArray[Any]:
        return np.zeros(people, kind)

    def uncounted() -> NDArray[Any]:
        return np.full(people, 255, np.uint8)

    some_rows = np.flatnonzero(np.diff(start) > 0)
    kinds = (1 + np.arange(len(some_rows)) % 3).astype(np.uint8)
    for due in (True, False):
        both(_reachable.could, lambda due=due: [
            0, start, neighbour, informing, acts, uncounted(), np.zeros(people + 1, np.int64),
            np.zeros(people + 1, np.uint8), KEY, 3, why[0], limits, 48, due,
        ])  # fmt: skip
    both(denunciation.arrive, lambda: [
        0, some_rows, kinds, start, neighbour, weight, informing, uncounted(), acts, ready, shown, own, place,
        district, empty(np.uint16), empty(np.uint16), empty(np.uint8), empty(np.uint64), empty(np.uint8),
        empty(np.uint8), empty(np.uint16), np.zeros(3, np.int64), KEY, 3, why[1], any_of, part, m._motives,
        48, 32, 1, _hearing.CLOSE, 600 * 64,
    ])  # fmt: skip
    since = some(people, 0.3, 20, 1)
    both(denunciation.learn, lambda: [
        0, start, neighbour, since, np.full(people, 9_000, np.uint16), KEY, 30, why[0], 0.3,
    ])  # fmt: skip


def test_the_day_of_a_report_is_kept() -> None:
    ties = random_ties(100, 5.0, 1, True)
    seen, _ = live([Denunciation(duty=0.0, grudge=0.05)], 100, 9, REPORTED, REPORTED_SINCE, ties=ties)
    last = np.zeros(100, np.uint16)
    for day, today in enumerate(seen):
        last[today["reported"] > 0] = day + 1
        assert np.array_equal(today["reported_since"], last)


FROZEN = [(19, 5666), (19, 6965), (23, 9204)]


def test_without_scores_everything_is_as_it_was() -> None:
    """Reports and motives of three days: as they are where no report can hang on a score."""
    people = 150
    ties, acts = random_ties(people, 5.0, 2, True), some(people, 0.3, 32, 1).astype(np.uint8)
    seen, _ = live([Denunciation(**TOWNS[2]), Crowd.of(acts=[acts])], people, 3, REASONS, REPORTED,
                   ties=ties, given=crowd(people))  # fmt: skip
    found = [
        (int(day["reported"].sum()), int(day["reasons"].astype(int) @ np.arange(people))) for day in seen
    ]
    assert found == FROZEN
