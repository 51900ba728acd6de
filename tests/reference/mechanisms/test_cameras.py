"""Cameras against slow plain twins: the town pushed person by person, the queue event by event."""

import heapq
import random
from collections import deque
from math import erfc, sqrt

import numpy as np
import pytest

from crowd import Crowd, some
from glasstown.core import rng
from glasstown.core.columns import FOREVER
from glasstown.core.vocabulary import (
    DIARY,
    ENTRIES,
    FALSE_ENTRIES,
    NAMED_AFTER,
    NOTICES,
    SEARCHES,
    Act,
    Event,
)
from glasstown.mechanisms import cameras
from glasstown.mechanisms._waiting import SECOND, erlang_c, exponential, waits
from glasstown.mechanisms.cameras import IDENTIFIED_SOON, Cameras
from plain_circle import plain_neighbours
from witness import live

PEOPLE, DAYS = 1_300, 4
KEY = rng.run_key(1)
COLUMNS = (ENTRIES, FALSE_ENTRIES, NOTICES, DIARY, NAMED_AFTER)
CLOSE = {"per_person": 1.0, "share_linked": 0.5, "view": 300.0}
SETTINGS: tuple[tuple[float, dict[str, object]], ...] = (
    (0.0, {}),
    (0.3, CLOSE | {"mode": "fixed_fpir", "fpir": 0.3}),
    (0.1, CLOSE | {"miss": 0.9, "false_match": 1e-6, "gallery": 10**6, "latency": 7.0}),
    (0.5, CLOSE | {"miss": 1.0, "mode": "fixed_fpir", "fpir": 1.0, "service": 30.0, "peak": 9_000.0}),
    (
        0.0,
        CLOSE
        | {"miss": 0.1, "servers": 200.0, "service": 40.0, "peak": 10_000.0, "latency": 0.0, "soon": 30},
    ),
    (0.2, CLOSE | {"sought": 0.1, "false_match": 1e-3, "group_ratio": 3.0, "passes": 2.0}),
)


def words(day: int, decision: str) -> tuple[list[int], list[int]]:
    one, two = np.empty(PEOPLE, np.uint64), np.empty(PEOPLE, np.uint64)
    why = rng.purpose("cameras", decision)
    rng.table(KEY, np.arange(PEOPLE, dtype=np.uint32), day, 0, why, one, two)
    return [int(x) for x in one], [int(x) for x in two]


def rates(m: Cameras, group: np.ndarray, gallery: int) -> list[float]:
    """False positive rates of a face of group A and B, comparison by comparison where there are few."""
    share = float(np.mean(group))
    alone = m.fpir if m.mode == "fixed_fpir" else 1 - (1 - m.false_match) ** gallery
    more = 1 + share * (m.group_ratio - 1) if m.group_ratio != 1 else 1.0
    return [alone, 1 - (1 - alone) ** more]


class PlainTown:
    """Each crossing is captured, searched and pushed to whoever is named; nobody asks what befell whom."""

    def __init__(self, m: Cameras, acts: np.ndarray, group: np.ndarray) -> None:
        self.m, self.acts, self.group = m, acts, group
        self.next = plain_neighbours(KEY, rng.purpose("cameras", "circle"), group)
        self.before = self.soon = 0

    def day(self, day: int) -> dict[str, list[int]]:
        m, found = self.m, {c.name: [0] * PEOPLE for c in COLUMNS}
        servers = max(1, round(m.servers * PEOPLE / 100_000))
        wait, service = waits(self.before, servers, m.service, m.peak), exponential(m.service)
        one, two = words(day, "search")
        false = [m.miss * p for p in rates(m, self.group, m.gallery or PEOPLE)]
        searched = self.soon = 0
        for person in np.flatnonzero(self.acts).tolist():
            if one[person] >= int(rng.threshold(m.coverage())):
                continue
            searched += 1
            ticks = int(wait[one[person] % 1024]) + int(service[one[person] // 1024 % 1024])
            after = min(FOREVER, max(1, -(-(ticks + round(m.latency * 64)) // 64)))
            other = self.next[person]
            if two[other] >= int(rng.threshold(m.miss)):
                self._name(found, person, "entries", Event.NAMED, after)
                self.soon += after <= m.soon
            elif other != person and two[other] < false[self.group[person]] * 2**64:
                self._name(found, other, "false_entries", Event.MISTAKEN, after)
        self.before = searched
        self._seek(day, found["diary"])
        return found

    def _name(self, found: dict[str, list[int]], person: int, where: str, event: Event, after: int) -> None:
        found[where][person] |= Act.JAYWALK
        found["notices"][person] += 1
        found["diary"][person] |= event
        earlier = found["named_after"][person]
        found["named_after"][person] = min(after, earlier) if earlier else after

    def _seek(self, day: int, diary: list[int]) -> None:
        m, (listed, _), (one, _) = self.m, words(0, "sought"), words(day, "alert")
        size = round(m.sought * (m.gallery or PEOPLE))
        wrong = [1 - (1 - p) ** m.passes for p in rates(m, self.group, size)]
        right = 1 - m.miss**m.passes
        for person in range(PEOPLE):
            if listed[person] < m.sought * 2**64:
                diary[person] |= Event.ALERTED if one[person] < right * 2**64 else 0
            elif m.sought > 0 and one[person] < wrong[self.group[person]] * 2**64:
                diary[person] |= Event.MISALERTED


@pytest.mark.parametrize("chunk", [PEOPLE, 129])
@pytest.mark.parametrize(("groups", "parameters"), SETTINGS)
def test_the_town_is_the_plain_one(groups: float, parameters: dict[str, object], chunk: int) -> None:
    """Thresholds of the twin are plain floats: they may part from the exact ones at the 53rd digit only."""
    m = Cameras(**parameters)
    acts, group = some(PEOPLE, 0.6, Act.JAYWALK, 8), some(PEOPLE, groups, 1, 9).astype(np.uint8)
    lived, town = live([m, Crowd.of(acts=[acts])], PEOPLE, {"group": group}, DAYS, *COLUMNS, chunk=chunk)
    twin = PlainTown(m, acts, group)
    for day, seen in enumerate(lived):
        for name, values in twin.day(day).items():
            assert seen[name].tolist() == values, f"day {day}, {name}"
    assert town.state.tallies[SEARCHES.name] == twin.before
    assert town.state.tallies[IDENTIFIED_SOON.name] == twin.soon
    assert (twin.soon > 0) == (m.latency < m.soon and twin.before > 0)


def test_the_twin_notices_a_name_that_comes_late() -> None:
    """The planted fault: whoever is named at all counts as named soon."""
    m = Cameras(**SETTINGS[4][1])
    acts, group = some(PEOPLE, 0.6, Act.JAYWALK, 8), np.zeros(PEOPLE, np.uint8)
    _, town = live([m, Crowd.of(acts=[acts])], PEOPLE, {"group": group}, 1, *COLUMNS)
    late = PlainTown(m.model_copy(update={"soon": 3_600}), acts, group)
    late.day(0)
    assert 0 < town.state.tallies[IDENTIFIED_SOON.name] < late.soon


def test_the_twin_notices_a_look_alike_on_the_wrong_side() -> None:
    """The planted fault: the person behind instead of the person ahead."""
    m = Cameras(**SETTINGS[1][1])
    acts, group = some(PEOPLE, 0.6, Act.JAYWALK, 8), np.zeros(PEOPLE, np.uint8)
    lived, _ = live([m, Crowd.of(acts=[acts])], PEOPLE, {"group": group}, 1, *COLUMNS)
    twin = PlainTown(m, acts, group)
    twin.next = {other: person for person, other in twin.next.items()}
    assert lived[0]["false_entries"].tolist() != twin.day(0)["false_entries"]


def test_kernels_are_their_python_source() -> None:
    n, lo, hi = 400, 100, 300
    acts, group = some(n, 0.7, Act.JAYWALK, 3), some(n, 0.3, 1, 4).astype(np.uint8)
    tables = waits(900, 2, 20.0, 9_000.0), exponential(20.0)
    t = rng.thresholds([0.6, 0.5, 0.2, 0.4])
    shields = np.random.default_rng(5).integers(0, 256, n).astype(np.uint16)
    results = []
    for function in (cameras.watch, getattr(cameras.watch, "py_func", cameras.watch)):
        mine = [np.zeros(hi - lo, c.dtype) for c in COLUMNS]
        count, timely = np.zeros(1, np.int64), np.zeros(1, np.int64)
        false = np.concatenate([t[2:], t[:2]])
        function(lo, acts, group, shields, *mine, count, timely, KEY, 3, np.uint32(5), np.uint32(6),
                 t[0], t[1], false, True, *tables, 64, 20)  # fmt: skip
        results.append([*mine, count, timely])
    assert all(np.array_equal(a, b) for a, b in zip(*results, strict=True))
    assert all(a.any() for a in results[0])
    told = []
    for function in (cameras.seek, getattr(cameras.seek, "py_func", cameras.seek)):
        diary = np.zeros(n, np.uint64)
        function(np.arange(n, dtype=np.uint32), group, shields, diary, KEY, 3, np.uint32(5), np.uint32(6), *t)
        told.append(diary)
    assert np.array_equal(*told) and len(set(told[0].tolist())) == 4


# ---- the queue, event by event -------------------------------------------------------------------

LIMIT = 5.0
"""Standard errors; a false alarm for one seed in 1.7 million."""


def queue(arrivals: float, servers: int, service: float, searches: int, seed: int) -> np.ndarray:
    """Waits of ``searches`` in order of arrival, first come, first served: one event after the other."""
    chance = random.Random(seed)
    events = [(chance.expovariate(arrivals), "comes")]
    line: deque[float] = deque()
    free, come, waited = servers, 0, []
    while len(waited) < searches:
        now, what = heapq.heappop(events)
        if what == "comes":
            line.append(now)
            come += 1
            heapq.heappush(events, (now + chance.expovariate(arrivals), "comes"))
        else:
            free += 1
        while free and line:
            free -= 1
            waited.append(now - line.popleft())
            heapq.heappush(events, (now + chance.expovariate(1 / service), "goes"))
    return np.array(waited)


def batches(values: np.ndarray) -> tuple[float, float]:
    """Mean of a correlated series, without its beginning, and its standard error from 50 long batches."""
    means = values[len(values) // 51 :][: len(values) // 51 * 50].reshape(50, -1).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1)) / sqrt(50)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (3, 2.4), (10, 8.5)])
def test_the_law_of_waiting_is_that_of_the_events(servers: int, load: float) -> None:
    service = 4.0
    waited = queue(load / service, servers, service, 102_000, seed=servers)
    share, error = batches((waited > 0).astype(float))
    assert abs(share - erlang_c(servers, load)) < LIMIT * error
    assert servers == 1 or abs(share - load / servers) > LIMIT * error, "planted fault: busy is not waiting"
    table = waits(round(load / service * 10**6), servers, service, 10.0**6) / SECOND
    caught = []
    for t in (0.5, 2.0, 8.0, 20.0):
        share, error = batches((waited > t).astype(float))
        assert abs(share - float((table > t).mean())) < LIMIT * error + 1 / 1024, "and what the table rounds"
        caught.append(abs(share - float((1.5 * table > t).mean())) > LIMIT * error + 1 / 1024)
    assert any(caught), "planted fault: those who wait, wait half as long again"


def test_an_overloaded_line_is_a_straight_one() -> None:
    """Load 1.5 on 4 servers through a peak: waits of the fluid, beside the noise of the events."""
    servers, service, peak = 4, 2.0, 40_000.0
    searches = round(1.5 * servers / service * peak)
    waited = queue(searches / peak, servers, service, searches, seed=7)
    table = waits(searches, servers, service, peak) / SECOND
    assert np.quantile(waited, [0.25, 0.5, 0.75]) == pytest.approx(
        np.quantile(table, [0.25, 0.5, 0.75]), rel=0.02
    )
    assert waited.max() == pytest.approx(table.max(), rel=0.02)


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7
