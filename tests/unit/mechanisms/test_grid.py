"""The grid: where patrols go, who is stopped, what is found, and when it is entered."""

import numpy as np
import pytest
from pydantic import ValidationError

from glasstown.core.rng import run_key, thresholds
from glasstown.core.vocabulary import (
    AGE,
    ALIVE,
    DETAINED_UNTIL,
    DIARY,
    DISTRICT,
    ENTRIES,
    EVADING,
    FALSE_ENTRIES,
    GROUP,
    NOTICES,
    PRESSURE,
    Act,
    Evasion,
    Event,
    Shield,
)
from glasstown.mechanisms._patrols import BALL, remembered, shared_out
from glasstown.mechanisms.grid import CHECKS, MISSEIZED, PATROLS, RESIDENTS, SEIZED, URNS, Grid
from street import tallied, walk

PEOPLE = 40
NOBODY = np.zeros(PEOPLE, np.uint8)
EVERYBODY = np.ones(PEOPLE, np.uint8)
HALVES = {DISTRICT.name: (np.arange(PEOPLE) // 20).astype(np.uint8), AGE.name: np.full(PEOPLE, 40, np.uint8)}
EVERYONE_STOPPED = {"data": "town", "each": 1000.0, "recall": 1.0, "error": 0.0}
KEEN = EVERYONE_STOPPED | {"patrols": 1000}
ALL = (CHECKS, SEIZED, MISSEIZED, ENTRIES, FALSE_ENTRIES, PRESSURE, NOTICES, DIARY)


def town(m: Grid, days: int, acts=NOBODY, named=NOBODY, people=None, chunk=None):
    return walk(m, acts, named, days, *ALL, given=HALVES | (people or {}), chunk=chunk)[0]


def test_alone_it_touches_nobody_and_counts_one_patrol() -> None:
    _, simulation = walk(Grid(), NOBODY, NOBODY, 3)
    assert sum(tallied(simulation, PATROLS)) == 1
    assert simulation.state.kept() == {}
    assert min(tallied(simulation, URNS[:2])) > 300 * BALL


def test_nobody_is_stopped_before_people_are_counted_and_everybody_after() -> None:
    lived = town(Grid(**KEEN), 3)
    assert [set(d["checks"]) for d in lived] == [{0}, {1}, {2}]
    assert all(not (d["diary"] & np.uint64(Event.FOUND)).any() for d in lived)
    assert set(lived[2]["diary"]) == {Event.CHECKED}


@pytest.mark.parametrize("act", [Act.JAYWALK, Act.CRITICISE, Act.TUNNEL])
def test_an_offence_of_today_is_found_and_entered_tomorrow(act) -> None:
    lived = town(Grid(**KEEN), 3, acts=EVERYBODY * int(act))
    assert set(lived[1]["seized"]) == {act} and not lived[1]["entries"].any()
    assert set(lived[2]["entries"]) == {act} and not lived[2]["false_entries"].any()
    assert set(lived[1]["pressure"]) == set(lived[1]["notices"]) == {1}
    assert set(lived[1]["diary"]) == {Event.CHECKED | Event.FOUND}


def test_lawful_acts_are_not_found() -> None:
    lived = town(Grid(**KEEN), 2, acts=EVERYBODY * int(Act.GAMES | Act.CARE | Act.DEFAULT))
    assert not lived[1]["seized"].any() and not lived[1]["pressure"].any()


@pytest.mark.parametrize("way", list(Evasion))
def test_a_second_phone_or_a_tunnel_is_found_on_the_phone(way) -> None:
    lived = town(Grid(**KEEN), 3, people={EVADING.name: EVERYBODY * int(way)})
    assert set(lived[2]["entries"]) == {Act.TUNNEL}


def test_an_error_finds_what_is_not_there() -> None:
    lived = town(Grid(**KEEN | {"error": 1.0}), 3)
    assert set(lived[1]["misseized"]) == {Act.TUNNEL} and not lived[1]["seized"].any()
    assert set(lived[2]["false_entries"]) == {Act.TUNNEL} and not lived[2]["entries"].any()
    assert not town(Grid(**KEEN | {"error": 1.0}), 2, acts=EVERYBODY * 16)[1]["misseized"].any()


@pytest.mark.parametrize(
    "people", [{AGE.name: np.full(PEOPLE, 15, np.uint8)}, {ALIVE.name: NOBODY},
               {DETAINED_UNTIL.name: np.full(PEOPLE, 900, np.uint16)}]
)  # fmt: skip
def test_children_the_dead_and_the_detained_are_not_stopped(people) -> None:
    assert not town(Grid(**KEEN), 3, named=EVERYBODY, people=people)[2]["checks"].any()


def covered(m: Grid, shield: Shield, acts=NOBODY, named=NOBODY, chunk=None):
    """The third day, in halves: those who are not covered, and those who are; and the town."""
    shields = np.where(np.arange(PEOPLE) < 20, 0, int(shield))
    lived, town = walk(m, acts, named, 3, *ALL, given=HALVES, chunk=chunk, shields=shields)
    return *({n: v[half] for n, v in lived[2].items()} for half in (slice(20), slice(20, 40))), town


@pytest.mark.parametrize("chunk", [7, 40])
def test_no_shielded_minor_is_stopped(chunk) -> None:
    others, minors, _ = covered(Grid(**KEEN), Shield.MINOR, EVERYBODY * 16, EVERYBODY, chunk)
    assert set(others["checks"]) == {2} and others["seized"].all()
    assert not any(minors[c.name].any() for c in ALL)


@pytest.mark.parametrize("shield", [Shield.SEPARATE, Shield.UNNAMED])
def test_who_is_shielded_from_it_is_not_stopped_for_a_flag_or_a_report_but_may_be_stopped(shield) -> None:
    few = Grid(data="town", each=1e-9, patrols=1000)
    for m, by, checks in ((few, shield, 0), (few, Shield.ALONE, 2), (Grid(**KEEN), shield, 2)):
        others, named, _ = covered(m, by, named=EVERYBODY)
        assert set(others["checks"]) == {2} and set(named["checks"]) == {checks}


@pytest.mark.parametrize(("shield", "true"), [(Shield.DISMISS_TRUE, True), (Shield.DISMISS_FALSE, False)])
def test_what_a_reviewer_strikes_is_not_entered_nor_told_nor_counted(shield, true) -> None:
    how = {"error": 1.0, "decay": 0.0, "prior": 100.0, "prior_elsewhere": 100.0}
    acts = EVERYBODY * int(Act.JAYWALK) if true else NOBODY
    others, spared, town_then = covered(Grid(**KEEN | how), shield, acts)
    for name in (
        "seized" if true else "misseized",
        "entries" if true else "false_entries",
        "pressure",
        "notices",
    ):
        assert others[name].all() and not spared[name].any(), name
    assert set(spared["diary"]) == {Event.CHECKED | Event.DISMISSED_MATCH} and set(spared["checks"]) == {2}
    assert tallied(town_then, URNS[:2]) == [140 * BALL, 100 * BALL]
    other = Shield.DISMISS_FALSE if true else Shield.DISMISS_TRUE
    assert all(half["pressure"].all() for half in covered(Grid(**KEEN | how), other, acts)[:2])


def test_people_under_suspicion_are_stopped_first_where_patrols_are() -> None:
    few = {"data": "town", "each": 1e-9, "elsewhere": 0.0, "patrols": 3}
    lived = town(Grid(**few), 2, named=EVERYBODY)
    assert lived[1]["checks"].tolist() == [1] * 20 + [0] * 20
    assert not town(Grid(**few | {"flagged": 0.0}), 2, named=EVERYBODY)[1]["checks"].any()
    assert not town(Grid(**few | {"each": 0.0}), 2, named=EVERYBODY)[1]["checks"].any()


def test_patrols_of_a_zone_policed_harder_go_there() -> None:
    m = Grid(**KEEN | {"elsewhere": 0.0})
    lived, simulation = walk(m, NOBODY, NOBODY, 2, *ALL, given=HALVES)
    assert lived[1]["checks"].tolist() == [1] * 20 + [0] * 20
    assert tallied(simulation, PATROLS) == [1000, 0] + [0] * 62
    assert tallied(simulation, RESIDENTS[:2]) == [20, 20]


def test_nobody_goes_where_nobody_lives() -> None:
    m = Grid(**KEEN | {"zones": 5})
    _, simulation = walk(m, NOBODY, NOBODY, 3, given=HALVES)
    sent = tallied(simulation, PATROLS[:5])
    assert sum(sent[:2]) == 1000 and min(sent[:2]) > 200 and sent[2:] == [0, 0, 0]
    nowhere = {DISTRICT.name: EVERYBODY}
    assert not town(Grid(**KEEN | {"elsewhere": 0.0, "correct": True}), 3, people=nowhere)[2]["checks"].any()


def test_zones_by_group_and_a_group_stopped_more() -> None:
    group = (np.arange(PEOPLE) % 2).astype(np.uint8)
    lived = town(Grid(**KEEN | {"zone_by": "group", "elsewhere": 0.0}), 2, people={GROUP.name: group})
    assert np.array_equal(lived[1]["checks"], 1 - group)
    lived = town(Grid(**KEEN | {"group_ratio": 0.0}), 2, people={GROUP.name: group})
    assert np.array_equal(lived[1]["checks"], 1 - group)


def test_finds_and_reports_go_into_the_urns() -> None:
    acts = np.where(np.arange(PEOPLE) < 20, int(Act.JAYWALK), 0)
    how = KEEN | {"decay": 0.0, "prior": 100.0, "prior_elsewhere": 100.0}
    for extra, urns in (({}, [120, 100]), ({"told": 1.0}, [160, 100]), ({"seen": 0.0}, [100, 100])):
        _, simulation = walk(Grid(**how | extra), acts, NOBODY, 2, given=HALVES)
        assert tallied(simulation, URNS[:2]) == [urn * BALL for urn in urns], extra


def test_no_capacity_and_no_reports_leave_the_town_alone() -> None:
    lived = town(Grid(data="town", each=0.0, error=1.0), 3, acts=EVERYBODY * 16, named=EVERYBODY)
    assert not any(d[c.name].any() for d in lived for c in ALL)


@pytest.mark.parametrize("chunk", [7, 13, 40])
def test_chunks_change_nothing(chunk) -> None:
    m = Grid(data="town", each=30.0, patrols=50, told=0.3, correct=True)
    acts = np.where(np.arange(PEOPLE) % 3 == 0, int(Act.JAYWALK), 0)
    assert walk(m, acts, NOBODY, 9, given=HALVES, chunk=chunk)[1].digest() == (
        walk(m, acts, NOBODY, 9, given=HALVES)[1].digest()
    )


def test_the_capacity_is_that_of_posts() -> None:
    assert Grid(spacing=500.0, staff=10.0, density=4000.0, each=2.0).capacity == pytest.approx(0.02)


def shared(urns, weights, offences=(), correct=True, patrols=100):
    """What ``shared_out`` makes of it: how far it is off, the zones, how many are sent, chances to count."""
    n, limits = len(urns), np.zeros((3, len(urns)), np.uint64)
    sent, count, zones = np.empty(n, np.int64), np.empty(n), np.zeros(patrols, np.int64)
    whole = [np.array(each, np.int64) for each in (urns, [], offences)]
    far = shared_out(run_key(1), 3, np.uint32(1), whole[0], np.array(weights), *whole[1:], correct, 1.0, 1.0,
                     1.0, zones, sent, count, limits[0], limits[1:])  # fmt: skip
    assert limits[0].tolist() == thresholds(count).tolist()
    return far, zones, sent.tolist(), count.tolist()


def test_chances_weights_and_counting() -> None:
    assert shared((3000, 1000), (1.0, 1.0))[3] == pytest.approx([1 / 3, 1.0])
    assert shared((3000, 1000), (1.0, 0.0))[2:] == ([100, 0], [1.0, 0.0])
    assert shared((3000, 1000), (1.0, 1.0), correct=False)[3] == [1.0, 1.0]
    far, _, sent, count = shared((3000, 1000), (0.0, 0.0), (5, 5))
    assert (far, sent, count) == (-1.0, [0, 0], [0.0, 0.0])
    assert shared((3000, 1000), (1.0, 1.0), (1, 1))[0] == 0.25
    assert shared((3000, 1000), (1.0, 1.0), (0, 0))[0] == -1.0


def test_nights_keep_one_find_and_days_send_every_patrol() -> None:
    key, why, urns = run_key(1), np.uint32(1), np.array([5000, 2500])
    assert remembered(key, 3, why, urns, 1.0).tolist() == [BALL, BALL]
    assert remembered(key, 3, why, urns, 0.0).tolist() == urns.tolist() == [5000, 2500]
    _, zones, sent, _ = shared((500, 0, 500), (1.0, 1.0, 1.0), patrols=1500)
    assert np.bincount(zones).tolist() == sent
    assert sum(sent) == 1500 and sent[1] == 0 and min(sent[0], sent[2]) > 500


@pytest.mark.parametrize(
    "wrong", [{"zones": 1}, {"zones": 65}, {"zone_by": "group", "zones": 3}, {"decay": 2.0}, {"data": "live"},
              {"spacing": 0.0}, {"patrols": 0}]
)  # fmt: skip
def test_what_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(ValidationError):
        Grid(**wrong)
