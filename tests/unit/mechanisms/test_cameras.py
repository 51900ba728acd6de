"""Cameras: coverage, errors of a search, the law of waiting, and who is told what."""

import math
from itertools import pairwise

import numpy as np
import pytest
from pydantic import ValidationError

from crowd import Crowd, some
from glasstown.core.columns import FOREVER
from glasstown.core.vocabulary import (
    DIARY,
    ENTRIES,
    FALSE_ENTRIES,
    NAMED_AFTER,
    NOTICES,
    SEARCHES,
    SHIELDS,
    Act,
    Event,
    Shield,
)
from glasstown.lab.verification.trial import Planted
from glasstown.mechanisms._waiting import SECOND, erlang_c, exponential, seconds, waits
from glasstown.mechanisms.cameras import IDENTIFIED_SOON, Cameras, fpir, precision
from witness import live

ALL = (ENTRIES, FALSE_ENTRIES, NOTICES, DIARY, NAMED_AFTER)
PEOPLE = 3_000
EVERYWHERE = {"per_person": 10.0, "share_linked": 1.0, "view": 1e6}
SURE = EVERYWHERE | {"miss": 0.0}
BLIND = EVERYWHERE | {"miss": 1.0, "group_ratio": 1.0}


def day(m: Cameras, share: float = 0.4, groups: float = 0.0, days: int = 1, people: int = PEOPLE):
    """Acts, the columns of the last day, and the town."""
    acts = some(people, share, Act.JAYWALK, 1)
    given = {"group": (some(people, groups, 1, 2)).astype(np.uint8)}
    lived, town = live([m, Crowd.of(acts=[acts])], people, given, days, *ALL)
    return acts != 0, lived[-1], town


# ---- the published numbers -----------------------------------------------------------------------


def test_false_names_grow_with_the_gallery() -> None:
    assert fpir(1e-6, 100_000) == pytest.approx(0.0952, abs=5e-5)
    assert fpir(1e-6, 1_000_000) == pytest.approx(0.6321, abs=5e-5)
    assert [round(fpir(0.001, n), 3) for n in (200, 2_000)] == [0.181, 0.865]  # Daugman's own table
    assert fpir(0.001, 10_000) == pytest.approx(0.99995, abs=5e-6)
    assert fpir(1.7e-8, 10_000) == pytest.approx(1 / 6_000, rel=0.03)  # tests of 2023 (C27)
    assert fpir(1.7e-8, 1_000) == pytest.approx(1 / 60_000, rel=0.03)
    assert (fpir(0.0, 10**9), fpir(1.0, 1), fpir(1.0, 0)) == (0.0, 1.0, 0.0)


def test_a_rare_sort_of_people_makes_alerts_wrong() -> None:
    assert precision(100 / 1_000_000, 0.99, 0.01) == pytest.approx(0.0098, abs=5e-5)


def test_the_final_in_cardiff() -> None:
    """170,000 visitors, 2,470 alerts, 173 right (C22): the false alarm rate that this needs is 1.35 %."""
    alarm = 2_297 / (170_000 - 173)
    assert alarm == pytest.approx(0.0135, abs=5e-5)
    assert 1 - precision(173 / 170_000, 1.0, alarm) == pytest.approx(2_297 / 2_470, abs=1e-12)


def test_coverage_is_that_of_discs_thrown_at_random() -> None:
    m = Cameras(per_person=0.125, share_linked=0.11, density=10_000.0, view=300.0)
    assert m.coverage() == pytest.approx(1 - math.exp(-0.125 * 0.11 * 10_000 * 300e-6))
    assert m.coverage() == pytest.approx(0.0404, abs=1e-4)
    assert Cameras(placement=20.0).coverage() == pytest.approx(1 - (1 - m.coverage()) ** 20)
    assert Cameras(per_person=0.0).coverage() == 0.0
    assert Cameras(**EVERYWHERE).coverage() == 1.0


# ---- who is told what ----------------------------------------------------------------------------


def test_perfect_cameras_name_everybody_who_crossed_and_nobody_else() -> None:
    crossed, seen, town = day(Cameras(**SURE))
    assert np.array_equal(seen["entries"], np.where(crossed, Act.JAYWALK, 0))
    assert np.array_equal(seen["diary"], np.where(crossed, Event.NAMED, 0))
    assert np.array_equal(seen["notices"], crossed.astype(np.uint8))
    assert np.array_equal(seen["named_after"] > 0, crossed)
    assert not seen["false_entries"].any()
    assert town.state.tallies[SEARCHES.name] == crossed.sum()


def test_blind_cameras_that_always_name_somebody_name_as_many() -> None:
    crossed, seen, _ = day(Cameras(**BLIND, mode="fixed_fpir", fpir=1.0), groups=0.2)
    assert not seen["entries"].any()
    assert np.count_nonzero(seen["false_entries"]) == crossed.sum()
    assert np.array_equal(seen["false_entries"] != 0, seen["diary"] == Event.MISTAKEN)
    assert np.array_equal(seen["notices"], (seen["diary"] != 0).astype(np.uint8))
    assert np.count_nonzero((seen["false_entries"] != 0) & ~crossed) > 0.5 * crossed.sum()


def test_the_look_alike_is_always_the_same() -> None:
    acts = [np.where(np.arange(200) == row, Act.JAYWALK, 0).astype(np.uint16) for row in (7, 7, 90, 7)]
    m = Cameras(**BLIND, mode="fixed_fpir", fpir=1.0)
    lived, _ = live([m, Crowd.of(acts=acts)], 200, {}, 4, FALSE_ENTRIES)
    who = [np.flatnonzero(d["false_entries"]).tolist() for d in lived]
    assert who[0] == who[1] == who[3] != who[2]
    assert len(who[0]) == len(who[2]) == 1 and who[0] != [7] and who[2] != [90]


def test_a_person_alone_is_taken_for_nobody() -> None:
    m = Cameras(**BLIND, mode="fixed_fpir", fpir=1.0)
    _, seen, town = day(m, share=1.1, people=1)
    assert not seen["false_entries"].any() and not seen["entries"].any()
    assert town.state.tallies[SEARCHES.name] == 1
    assert day(Cameras(**SURE), share=1.1, people=1)[1]["entries"].all()


def test_a_name_of_ones_own_and_one_by_mistake_on_one_day() -> None:
    m = Cameras(**EVERYWHERE, miss=0.5, mode="fixed_fpir", fpir=1.0, group_ratio=1.0, latency=0.0)
    _, seen, _ = day(m, share=1.1)
    both = seen["diary"] == Event.NAMED | Event.MISTAKEN
    assert both.any() and set(seen["notices"][both]) == {2}
    assert seen["named_after"][both].mean() < seen["named_after"][seen["diary"] == Event.NAMED].mean()


@pytest.mark.parametrize("parameters", [{}, {"mode": "fixed_fpir"}, {"sought": 0.3}])
def test_without_cameras_nothing_happens(parameters: dict[str, float]) -> None:
    m = Cameras(**(parameters | Cameras.neutral))
    _, seen, town = day(m, groups=0.5)
    assert not any(seen[c.name].any() for c in ALL)
    assert town.state.tallies[SEARCHES.name] == 0


def test_nobody_is_sought_by_default() -> None:
    assert not day(Cameras(**SURE), share=-1.0)[1]["diary"].any()


def test_the_same_people_are_sought_every_day() -> None:
    m = Cameras(per_person=0.0, sought=0.05, miss=0.0, false_match=0.0)
    lived, _ = live([m], PEOPLE, {}, 3, DIARY)
    days = [d["diary"] for d in lived]
    assert set(np.unique(days[0])) == {0, int(Event.ALERTED)}
    assert np.array_equal(days[0], days[1]) and np.array_equal(days[0], days[2])
    more, _ = live([Cameras(sought=0.1, miss=0.0, false_match=0.0)], PEOPLE, {}, 1, DIARY)
    assert not np.any((days[0] != 0) & (more[0]["diary"] == 0)), "a longer list keeps the shorter one"


def test_thresholds_may_be_fixed_or_move_and_groups_differ() -> None:
    group = some(10_000, 0.2, 1, 3).astype(np.uint8)
    share = float(group.mean())
    fixed = Cameras(false_match=1e-6, group_ratio=10.0)
    a, b = fixed._false(100_000, group)
    assert a == pytest.approx(fpir(1e-6, 100_000))
    assert b == pytest.approx(
        1 - (1 - 1e-6) ** (100_000 * (1 - share)) * (1 - 1e-5) ** (100_000 * share), rel=1e-4
    )
    assert Cameras(mode="fixed_fpir", fpir=0.003, group_ratio=1.0)._false(1, group) == (
        pytest.approx(0.003), pytest.approx(0.003),
    )  # fmt: skip
    moved = Cameras(mode="fixed_fpir", fpir=0.003)
    assert moved._false(100, group) == moved._false(10**9, group)
    assert Cameras(mode="fixed_fpir", fpir=1.0)._false(5, group) == (1.0, 1.0)
    assert Cameras(false_match=1.0)._false(0, group)[0] == 0.0


def test_the_gallery_is_counted_on_a_sample_of_large_towns() -> None:
    group = some(300_000, 0.2, 1, 4).astype(np.uint8)
    exact = -math.expm1(-0.1 * (1 + 9 * float(group.mean())))
    rate = Cameras(mode="fixed_fpir", fpir=1 - math.exp(-0.1))._false(0, group)[1]
    assert rate == pytest.approx(exact, rel=0.05)


# ---- the law of waiting --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("servers", "load", "chance"),
    [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (2, 1.5, 9 / 14), (5, 0.0, 0.0)],
)
def test_the_chance_to_wait(servers: int, load: float, chance: float) -> None:
    """By hand: 1/3 for two servers with one busy on average, 4/9 for three with two."""
    assert erlang_c(servers, load) == pytest.approx(chance)


def test_the_chance_to_wait_equals_the_textbook_sum() -> None:
    for servers in (1, 4, 17, 60):
        for rho in (0.1, 0.7, 0.99):
            load = rho * servers
            top = load**servers / math.factorial(servers) / (1 - rho)
            rest = sum(load**k / math.factorial(k) for k in range(servers))
            assert erlang_c(servers, load) == pytest.approx(top / (rest + top))
    assert 0 < erlang_c(20_000, 19_900.0) < 1


def test_quantiles_of_an_exponential_time() -> None:
    table = exponential(2.0) / SECOND
    assert table.mean() == pytest.approx(2.0, rel=0.002)
    assert np.median(table) == pytest.approx(2.0 * math.log(2), abs=1 / SECOND)
    assert not exponential(0.0).any()


def test_waits_are_those_of_the_queue_below_capacity() -> None:
    searches, servers, service, peak = 21_600, 2, 2.0, 28_800.0
    table = waits(searches, servers, service, peak) / SECOND
    load = searches * service / peak
    chance = erlang_c(servers, load)
    assert (table > 0).mean() == pytest.approx(chance, abs=2 / 1024)
    assert table.mean() == pytest.approx(chance * service / (servers - load), rel=0.01)
    for t in (1.0, 5.0, 20.0):
        assert (table > t).mean() == pytest.approx(
            chance * math.exp(-(servers - load) / service * t), abs=2 / 1024
        )


def test_waits_when_nobody_was_searched_for() -> None:
    assert not waits(0, 1, 0.5, 28_800.0).any()
    assert not waits(5, 1, 0.0, 28_800.0).any()


def test_beyond_capacity_the_line_only_grows() -> None:
    """Twice the work that one server can do in 100 s: the last search waits another 100 s."""
    table = waits(200, 1, 1.0, 100.0) / SECOND
    assert table[-1] == pytest.approx(100.0, abs=0.1) and table.mean() == pytest.approx(50.0, abs=0.1)
    assert np.allclose(np.diff(table), 100.0 / 1024, atol=2 / SECOND)
    assert waits(10**9, 1, 3600.0, 100.0).max() == FOREVER * SECOND


def test_waits_never_fall_when_searches_grow() -> None:
    means = [waits(n, 3, 5.0, 1_000.0).mean() for n in range(0, 590, 10)]
    assert all(a <= b for a, b in pairwise(means))
    assert waits(599, 3, 5.0, 1_000.0).max() <= 1_000 * SECOND


def test_times_are_rounded_up_to_seconds_and_never_zero() -> None:
    nothing, one = np.zeros(1024, np.uint32), np.full(1024, SECOND, np.uint32)
    assert seconds(np.uint64(5), nothing, nothing, 0) == 1
    assert seconds(np.uint64(5), one, one, 0) == 2
    assert seconds(np.uint64(5), one, one, 1) == 3
    assert seconds(np.uint64(5), one, one, 86_400 * SECOND) == FOREVER
    steps = np.arange(1024, dtype=np.uint32) * np.uint32(SECOND)
    word = np.uint64(3 << 10 | 1000 | 1 << 40)
    assert seconds(word, steps, nothing, 0) == 1000
    assert seconds(word, nothing, steps, 0) == 3


def test_an_officer_adds_time_and_yesterday_makes_a_line() -> None:
    quick = day(Cameras(**SURE, latency=0.0), days=2)[1]["named_after"]
    checked = day(Cameras(**SURE, latency=1_200.0), days=2)[1]["named_after"]
    more = checked[quick > 0].astype(int) - quick[quick > 0]
    assert set(more) <= {1_199, 1_200} and (more == 1_200).mean() > 0.95, "no time at all counts as a second"
    slow = Cameras(**SURE, latency=0.0, service=20.0, peak=10_000.0)
    first, second = (day(slow, days=d)[1]["named_after"] for d in (1, 2))
    assert second.mean() > 10 * first.mean(), "on the first day nobody has searched before"


@pytest.mark.parametrize(("latency", "share"), [(0.0, 1.0), (2.0, 1.0), (3.1, 0.0), (10.0, 0.0)])
def test_soon_is_counted_from_being_seen(latency: float, share: float) -> None:
    m = Cameras(**SURE, latency=latency, service=0.05)
    crossed, seen, town = day(m)
    assert town.state.tallies[IDENTIFIED_SOON.name] == pytest.approx(share * crossed.sum(), abs=1)
    assert np.array_equal(seen["entries"] != 0, crossed), "nothing else hangs on it"
    more = m.model_copy(update={"soon": 60})
    assert day(more)[2].state.tallies[IDENTIFIED_SOON.name] == crossed.sum()


@pytest.mark.parametrize("covered", ["dismissed", "nobody's"])
def test_a_match_that_is_struck_and_a_wrong_name_identify_nobody(covered: str) -> None:
    acts = some(PEOPLE, 0.4, Act.JAYWALK, 1)
    struck = np.full(PEOPLE, Shield.DISMISS_TRUE if covered == "dismissed" else 0, np.uint16)
    m = Cameras(
        **SURE if covered == "dismissed" else BLIND | {"mode": "fixed_fpir", "fpir": 1.0}, latency=0.0
    )
    _, town = live([m, Crowd.of(acts=[acts]), Planted.of({SHIELDS: struck})], PEOPLE, {}, 1, *ALL)
    assert town.state.tallies[SEARCHES.name] == np.count_nonzero(acts)
    assert town.state.tallies[IDENTIFIED_SOON.name] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"miss": 1.1},
        {"false_match": -1e-9},
        {"mode": "fixed"},
        {"servers": 0.0},
        {"gallery": -1},
        {"recall": 0.9},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Cameras(**wrong)
