"""Cameras against closed forms: who is named, or mistaken for somebody, or stopped, and how long it takes.

Every law compares a share with its exact value and fails beyond 5 standard errors: each raises a false
alarm for one seed in 1.7 million (the seeds are fixed, so a law that passes keeps passing).
"""

import math
from math import erfc, sqrt

import numpy as np
import pytest

from crowd import Crowd, some
from glasstown.core.vocabulary import DIARY, FALSE_ENTRIES, NAMED_AFTER, SEARCHES, Act, Event
from glasstown.mechanisms._waiting import SECOND, erlang_c
from glasstown.mechanisms.cameras import IDENTIFIED_SOON, Cameras, fpir, precision
from witness import live

LIMIT = 5.0
PEOPLE = 200_000
EVERYWHERE = {"per_person": 10.0, "share_linked": 1.0, "view": 1e6, "latency": 0.0}


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def town(m: Cameras, share: float = 0.5, groups: float = 0.2, days: int = 1, people: int = PEOPLE):
    """Who crossed, who is in group B, the columns of each day, and the town."""
    acts, group = some(people, share, Act.JAYWALK, 21), some(people, groups, 1, 22).astype(np.uint8)
    lived, after = live(
        [m, Crowd.of(acts=[acts])], people, {"group": group}, days, DIARY, NAMED_AFTER, FALSE_ENTRIES
    )
    return acts != 0, group == 1, lived, after


@pytest.mark.parametrize("miss", [0.02, 0.2, 0.6])
def test_the_share_named_is_that_captured_and_not_missed(miss: float) -> None:
    m = Cameras(miss=miss, placement=10.0)
    crossed, _, lived, after = town(m)
    named = np.count_nonzero(lived[0]["diary"] & int(Event.NAMED))
    assert errs(named, crossed.sum(), m.coverage() * (1 - miss)) < LIMIT
    assert errs(after.state.tallies[SEARCHES.name], crossed.sum(), m.coverage()) < LIMIT
    if miss > 0.1:
        assert errs(named, crossed.sum(), m.coverage()) > LIMIT, "planted fault: nobody is missed"


@pytest.mark.parametrize(("gallery", "share"), [(100_000, 0.0952), (1_000_000, 0.6321)])
def test_a_search_without_a_mate_names_somebody(gallery: int, share: float) -> None:
    m = Cameras(**EVERYWHERE, miss=1.0, false_match=1e-6, gallery=gallery, group_ratio=1.0)
    crossed, _, lived, _ = town(m, days=3)
    mistaken = sum(np.count_nonzero(d["diary"] & int(Event.MISTAKEN)) for d in lived)
    assert fpir(1e-6, gallery) == pytest.approx(share, abs=5e-5)
    assert errs(mistaken, 3 * crossed.sum(), fpir(1e-6, gallery)) < LIMIT
    assert errs(mistaken, 3 * crossed.sum(), min(0.999, 1e-6 * gallery)) > LIMIT, "planted fault: N times FMR"


def test_mistakes_by_group() -> None:
    """Whose face it was and who was named are of one group, so both rates can be read off the named."""
    m = Cameras(**EVERYWHERE, miss=0.5, false_match=1e-6, gallery=100_000, group_ratio=10.0)
    crossed, b, lived, _ = town(m, days=4)
    share = float(b.mean())
    rates = {False: 0.1, True: 0.1 * (1 - share) + 0.1 * 10 * share}
    for kind, rate in rates.items():
        mine = b == kind
        mistaken = sum(np.count_nonzero(d["diary"][mine] & int(Event.MISTAKEN)) for d in lived)
        faces = 4 * np.count_nonzero(crossed & mine)
        assert errs(mistaken, faces, 0.5 * -math.expm1(-rate)) < LIMIT
        assert errs(mistaken, faces, -math.expm1(-rate)) > LIMIT, "planted fault: the found are mistaken too"
    both = sum(np.count_nonzero(d["diary"][b] & int(Event.MISTAKEN)) for d in lived)
    assert errs(both, 4 * np.count_nonzero(crossed & b), 0.5 * 0.0952) > LIMIT, (
        "planted fault: one rate for all"
    )


def test_a_held_rate_does_not_know_the_gallery() -> None:
    for gallery in (1_000, 1_400_000_000):
        m = Cameras(**EVERYWHERE, miss=1.0, mode="fixed_fpir", fpir=0.003, gallery=gallery, group_ratio=1.0)
        crossed, _, lived, _ = town(m)
        assert errs(np.count_nonzero(lived[0]["diary"] & int(Event.MISTAKEN)), crossed.sum(), 0.003) < LIMIT


def test_mistakes_fall_on_people_whether_they_crossed_or_not() -> None:
    m = Cameras(**EVERYWHERE, miss=1.0, mode="fixed_fpir", fpir=0.5, group_ratio=1.0)
    crossed, _, lived, _ = town(m, share=0.3)
    mistaken = (lived[0]["diary"] & int(Event.MISTAKEN)) != 0
    assert errs(np.count_nonzero(mistaken & ~crossed), mistaken.sum(), float(1 - crossed.mean())) < LIMIT


def test_being_named_and_being_mistaken_are_independent() -> None:
    m = Cameras(**EVERYWHERE, miss=0.5, mode="fixed_fpir", fpir=0.5, group_ratio=1.0)
    _, _, lived, _ = town(m, share=1.1)
    named, mistaken = ((lived[0]["diary"] & int(e)) != 0 for e in (Event.NAMED, Event.MISTAKEN))
    assert abs(np.corrcoef(named, mistaken)[0, 1]) * sqrt(PEOPLE) < LIMIT


def test_over_many_days_a_few_bear_all_mistakes() -> None:
    """Those who stand behind nobody who crosses are never taken for anybody: 1 - share of the town."""
    m = Cameras(**EVERYWHERE, miss=1.0, mode="fixed_fpir", fpir=0.5, group_ratio=1.0)
    crossed, _, lived, _ = town(m, share=0.1, groups=0.0, days=12, people=20_000)
    ever = np.any([d["false_entries"] != 0 for d in lived], axis=0)
    assert ever.sum() <= crossed.sum()
    assert errs(ever.sum(), crossed.sum(), 1 - 0.5**12) < LIMIT
    fresh = 20_000 * -math.expm1(-12 * 0.5 * crossed.sum() / 20_000)
    assert ever.sum() < 0.25 * fresh, "planted fault: somebody new every day"


def test_a_million_people_and_a_hundred_sought() -> None:
    """99 % found, 1 % false alarms: of the alerts .98 % are right."""
    m = Cameras(per_person=0.0, sought=1e-4, miss=0.01, mode="fixed_fpir", fpir=0.01, group_ratio=1.0)
    lived, _ = live([m], 1_000_000, {}, 1, DIARY)
    right, wrong = (np.count_nonzero(lived[0]["diary"] & int(e)) for e in (Event.ALERTED, Event.MISALERTED))
    assert precision(1e-4, 0.99, 0.01) == pytest.approx(0.0098, abs=5e-5)
    assert errs(right, 1_000_000, 1e-4 * 0.99) < LIMIT
    assert errs(wrong, 1_000_000, (1 - 1e-4) * 0.01) < LIMIT
    assert errs(right, right + wrong, 0.0098) < LIMIT
    assert errs(right, right + wrong, 0.99) > LIMIT, "planted fault: accuracy taken for precision"


def test_the_final_in_cardiff() -> None:
    """170,000 people pass once; the alarms are set so that 173 right and 2,297 wrong ones are expected."""
    people, alarm = 170_000, 2_297 / (170_000 - 173)
    m = Cameras(
        per_person=0.0, sought=173 / 170_000, miss=0.0, mode="fixed_fpir", fpir=alarm, group_ratio=1.0
    )
    lived, _ = live([m], people, {}, 4, DIARY)
    wrong = sum(np.count_nonzero(d["diary"] & int(Event.MISALERTED)) for d in lived)
    alerts = sum(np.count_nonzero(d["diary"]) for d in lived)
    assert errs(wrong, 4 * people, 2_297 / 170_000) < LIMIT
    assert wrong / alerts == pytest.approx(2_297 / 2_470, abs=0.02)


def test_passing_more_often_is_more_alarms() -> None:
    m = Cameras(
        per_person=0.0, sought=1e-6, miss=0.5, mode="fixed_fpir", fpir=0.01, group_ratio=1.0, passes=7.0
    )
    lived, _ = live([m], PEOPLE, {}, 1, DIARY)
    wrong = np.count_nonzero(lived[0]["diary"] & int(Event.MISALERTED))
    assert errs(wrong, PEOPLE, 1 - 0.99**7) < LIMIT
    assert errs(wrong, PEOPLE, 0.01) > LIMIT, "planted fault: one pass"


def sojourn(t: float, servers: int, load: float, service: float) -> float:
    """P(wait + service > t) of M/M/c: the service alone, or after an exponential wait of rate theta."""
    chance, mu, theta = erlang_c(servers, load), 1 / service, (servers - load) / service
    after = (theta * math.exp(-mu * t) - mu * math.exp(-theta * t)) / (theta - mu)
    return (1 - chance) * math.exp(-mu * t) + chance * after


@pytest.mark.parametrize("load", [0.3, 1.7, 2.7])
def test_the_share_named_within_three_seconds_is_a_capacity(load: float) -> None:
    """Two draws from tables of 1,024 quantiles and whole seconds: 2/1024 beside the standard error."""
    peak, servers = 86_400.0, 3
    searches = np.count_nonzero(some(PEOPLE, 0.5, Act.JAYWALK, 21))
    service = load * peak / searches
    m = Cameras(**EVERYWHERE, miss=0.0, service=service, peak=peak, servers=servers * 1e5 / PEOPLE)
    crossed, _, lived, end = town(m, days=2)
    after = lived[1]["named_after"][crossed]
    share, exact = float((after <= 3).mean()), 1 - sojourn(3.0, servers, load, service)
    error = sqrt(exact * (1 - exact) / len(after))
    assert abs(share - exact) < LIMIT * error + 2 / 1024
    assert end.state.tallies[IDENTIFIED_SOON.name] == np.count_nonzero(after <= 3), "nobody is missed"
    assert abs(share + math.expm1(-3.0 / service)) > LIMIT * error or load < 1, "planted fault: nobody waits"
    assert abs(float((lived[0]["named_after"][crossed] <= 3).mean()) + math.expm1(-3.0 / service)) < 5 / 1024


@pytest.mark.parametrize(("latency", "miss"), [(0.0, 0.2), (1.0, 0.1), (3.1, 0.2)])
def test_identified_soon_is_seen_searched_and_found_in_what_the_check_leaves(latency, miss) -> None:
    """(1 - m) P(wait + service <= 3 s - latency) of all searches, three servers at load 1.7."""
    peak, servers, load = 86_400.0, 3, 1.7
    service = load * peak / np.count_nonzero(some(PEOPLE, 0.5, Act.JAYWALK, 21))
    m = Cameras(**EVERYWHERE | {"latency": latency}, miss=miss, service=service, peak=peak,
                servers=servers * 1e5 / PEOPLE)  # fmt: skip
    *_, end = town(m, days=2)
    soon, all_ = (end.state.tallies[t.name] for t in (IDENTIFIED_SOON, SEARCHES))
    exact = (1 - miss) * (1 - sojourn(3.0 - latency, servers, load, service)) if latency < 3.0 else 0.0
    error = LIMIT * sqrt(exact * (1 - exact) / all_) + 2 / 1024
    assert abs(soon / all_ - exact) < error
    assert abs(soon / all_ - exact / (1 - miss)) > error or not exact, "planted fault: the missed count too"
    late = (1 - miss) * (1 - sojourn(3.0, servers, load, service))
    assert abs(soon / all_ - late) > error or not latency, "planted fault: the check takes no time"


def test_the_tables_are_shared_by_the_named_and_the_mistaken() -> None:
    """A wrong name comes as fast as a right one."""
    m = Cameras(**EVERYWHERE, miss=0.5, mode="fixed_fpir", fpir=1.0, group_ratio=1.0, service=5.0)
    _, _, lived, _ = town(m)
    diary, after = lived[0]["diary"], lived[0]["named_after"]
    right, wrong = after[diary == Event.NAMED], after[diary == Event.MISTAKEN]
    spread = sqrt(right.var() / len(right) + wrong.var() / len(wrong))
    assert abs(right.mean() - wrong.mean()) / spread < LIMIT
    assert right.mean() == pytest.approx(5.5, rel=0.02), "rounded up: half a second more"
    assert SECOND == 64
