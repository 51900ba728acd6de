"""What each safeguard averts: the same town with and without it, against the exact size of the effect.

Laws about shares fail beyond 5 standard errors: each raises a false alarm for one seed in 1.7 million (the
seeds are fixed, so a law that passes keeps passing). Paired laws are exact: twins share every draw.
"""

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest

from crowd import Crowd
from feeder import Feeder, random_ties
from feeder import live as live_with_ties
from glasstown.core import rng
from glasstown.core.columns import POINT, SHARE
from glasstown.core.mechanism import Mechanism
from glasstown.core.vocabulary import (
    DIARY,
    HOUSEHOLD_PLACE,
    HOUSEHOLD_SIZE,
    LISTED_UNTIL,
    MISRECORDED_SINCE,
    PRIVATE_DISSENT,
    RIGHTS,
    SCORE,
    SHOWN_SCORE,
    WRONG_POINTS,
    Act,
    Event,
    Right,
)
from glasstown.mechanisms.anonymity import Anonymity
from glasstown.mechanisms.appeal import Appeal
from glasstown.mechanisms.audit import Audit
from glasstown.mechanisms.cameras import Cameras, fpir
from glasstown.mechanisms.children import Children
from glasstown.mechanisms.expiry import Expiry
from glasstown.mechanisms.lists import Lists
from glasstown.mechanisms.no_contagion import NoContagion
from glasstown.mechanisms.opinion import Opinion
from glasstown.mechanisms.private_score import PrivateScore
from glasstown.mechanisms.privileges import Privileges
from glasstown.mechanisms.proportionality import Proportionality
from glasstown.mechanisms.realname import Realname
from glasstown.mechanisms.registry import Registry
from glasstown.mechanisms.review import Review
from glasstown.mechanisms.score import MERIT, Score
from glasstown.mechanisms.separation import Separation
from glasstown.mechanisms.warrant import Warrant
from witness import live

LIMIT = 5.0
PEOPLE = 200_000


def test_the_stated_false_alarm_rate() -> None:
    assert erfc(LIMIT / sqrt(2)) < 6e-7


def errs(hits: int, tries: int, p: float) -> float:
    """How many standard errors ``hits`` of ``tries`` lie from the share ``p``."""
    return abs(hits - tries * p) / sqrt(tries * p * (1 - p))


def count(day: dict[str, Any], event: Event) -> int:
    return int(np.count_nonzero(day["diary"] & np.uint64(event)))


# ---- warrant, review: cameras ------------------------------------------------------------------------

CROWD = Crowd.of(acts=[np.full(PEOPLE, int(Act.JAYWALK), np.uint8)])
CLOSE = {"per_person": 10.0, "share_linked": 1.0, "view": 1e6}
FMR = 2e-6


def named(*safeguards: Mechanism, miss: float) -> tuple[int, int]:
    """People named rightly and wrongly when everybody crosses before a camera once."""
    m = Cameras(**CLOSE, miss=miss, false_match=FMR)
    assert m.coverage() == pytest.approx(1.0)
    (day,), _ = live([m, CROWD, *safeguards], PEOPLE, {}, 1, DIARY)
    return count(day, Event.NAMED), count(day, Event.MISTAKEN)


def wrongly(s: float, miss: float) -> float:
    """Share named wrongly: those in the gallery, for searches without a mate and for searches that miss."""
    return (1 - s) * fpir(FMR, round(PEOPLE * (1 - s))) * (s + (1 - s) * miss)


@pytest.mark.parametrize("s", [0.0, 0.3, 0.5, 0.9])
def test_a_warrant_shrinks_the_gallery(s: float) -> None:
    miss = 0.4
    right, wrong = named(Warrant(strength=s), miss=miss)
    assert errs(right, PEOPLE, (1 - s) * (1 - miss)) < LIMIT
    assert errs(wrong, PEOPLE, wrongly(s, miss)) < LIMIT
    if 0 < s < 0.9:
        stays = wrongly(s, miss) * fpir(FMR, PEOPLE) / fpir(FMR, round(PEOPLE * (1 - s)))
        assert errs(wrong, PEOPLE, stays) > LIMIT, "planted fault: the gallery stays as it is"


def test_full_warrants_name_nobody() -> None:
    assert named(Warrant(), miss=0.4) == (0, 0)


def test_a_few_warrants_less_make_more_mistakes_where_few_are_missed() -> None:
    """Faces without a mate are searched too: below a miss rate of a third, a small s does harm."""
    without, few = named(miss=0.05)[1], named(Warrant(strength=0.3), miss=0.05)[1]
    assert errs(few, PEOPLE, wrongly(0.3, 0.05)) < LIMIT and few > 2 * without


def test_a_review_strikes_its_share() -> None:
    right, wrong = named(miss=0.4)
    now = named(Review(recall=0.7, slip=0.05), miss=0.4)
    assert errs(now[0], right, 0.95) < LIMIT and errs(now[1], wrong, 0.3) < LIMIT
    assert errs(now[1], wrong, 0.35) > LIMIT, "planted fault: as if true ones were struck as often"
    half = named(Review(strength=0.5, recall=0.7, slip=0.05), miss=0.4)
    assert errs(half[1], wrong, 1 - 0.5 * 0.7) < LIMIT and now[0] <= half[0] <= right


# ---- anonymity: real names -----------------------------------------------------------------------------


@pytest.mark.parametrize("s", [0.4, 1.0])
def test_anonymity_takes_the_name_from_words(s: float) -> None:
    said = {PRIVATE_DISSENT.name: np.full(PEOPLE, SHARE, np.uint16)}
    loud, m = Opinion(boldness=5.0, surveillance=0.0, severity=0.1), Realname()
    days = [live([m, loud, *some], PEOPLE, said, 1, DIARY)[0][0] for some in ((), (Anonymity(strength=s),))]
    hits = [count(day, Event.ATTRIBUTED) for day in days]
    assert errs(hits[0], PEOPLE, m.share) < LIMIT
    assert hits[1] == 0 if s == 1 else errs(hits[1], PEOPLE, (1 - s) * m.share) < LIMIT
    assert errs(hits[1], PEOPLE, (1 - s / 2) * m.share) > LIMIT, "planted fault: half of them are not covered"


# ---- separation, audit, appeal, expiry: the registry ---------------------------------------------------

QUIET = {"intake_care": 0.0, "intake_raise": 0.0, "intake_games": 0.0}


@pytest.mark.parametrize("s", [0.0, 0.6, 1.0])
def test_separate_files_have_the_errors_of_one(s: float) -> None:
    k, e, retention = 6, 0.05, 25
    m = Registry(registries=k, error=e, retention=retention, settled=False, **QUIET)
    lived, _ = live([m, Separation(strength=s)], PEOPLE, {}, retention + 5, MISRECORDED_SINCE)
    hits = int(np.count_nonzero(lived[-1]["misrecorded_since"]))
    crossed = 1 - (1 - e) ** k
    assert errs(hits, PEOPLE, s * e + (1 - s) * crossed) < LIMIT
    if s:
        assert errs(hits, PEOPLE, crossed) > LIMIT, "planted fault: crossed all the same"


STAY, HAZARD = 60, 0.002
FLAGS = {"error": 1 - (1 - HAZARD) ** STAY, "retention": STAY, "renews": False, **QUIET}


def stock(hazard: float, stay: float) -> float:
    """Share flagged in the steady state when a flag stays ``stay`` days on average."""
    return hazard * stay / (1 + hazard * stay)


def flagged(*safeguards: Mechanism, care: float = 0.0, days: int = 250) -> int:
    lived, _ = live([Registry(**FLAGS, care=care), *safeguards], PEOPLE, {}, days, MISRECORDED_SINCE)
    return int(np.count_nonzero(lived[-1]["misrecorded_since"]))


@pytest.mark.parametrize(("care", "s"), [(0.0, 1.0), (0.5, 1.0), (0.5, 0.4)])
def test_audits_mend_and_prevent(care: float, s: float) -> None:
    m = Audit(strength=s, interval=20.0, found=0.8)
    a = m.rate()
    assert a == pytest.approx(0.04)
    stay = (1 - (1 - a) ** STAY) / a
    exact = s * stock(HAZARD * (1 - care), stay) + (1 - s) * stock(HAZARD, STAY)
    hits = flagged(m, care=care)
    assert errs(hits, PEOPLE, exact) < LIMIT
    fault = stock(HAZARD, stay) if care else stock(HAZARD, 1 / a)
    caught = errs(hits, PEOPLE, s * fault + (1 - s) * stock(HAZARD, STAY)) > LIMIT
    assert caught, "planted fault: officers err as before; nothing but audits ends a record"


def test_the_algebra_of_wrong_flags() -> None:
    """f = .002, stay 60: .1071; half of appeals won at once .0575; expiry at 12 .0234; both .0128."""
    at_once = Appeal(appealing=1.0, rate=1.0, delay=0, success=0.5, wait=20_000)
    cases: list[tuple[float, float, list[Mechanism]]] = [
        (0.1071, STAY, []),
        (0.0575, 0.5 * STAY + 0.5, [at_once]),
        (0.0234, 12, [Expiry(limit=12)]),
        (0.0128, 0.5 * 12 + 0.5, [at_once, Expiry(limit=12)]),
    ]
    found = []
    for share, stay, safeguards in cases:
        assert stock(HAZARD, stay) == pytest.approx(share, abs=6e-5)
        found.append(flagged(*safeguards, days=150))
        assert errs(found[-1], PEOPLE, stock(HAZARD, stay)) < LIMIT, share
    assert errs(found[0], PEOPLE, HAZARD * STAY) > LIMIT, "planted fault: flagged people flagged again"


# ---- no contagion, private score, children, proportionality: score and lists ---------------------------


@pytest.mark.parametrize("s", [0.0, 0.5, 1.0])
def test_without_contagion_the_row_of_a_person_has_no_friends(s: float) -> None:
    """Friedkin and Johnsen with a weight of 0 for whoever is covered: S = (I - A W)^-1 (I - A) m."""
    people, alpha = 400, 0.5
    merit = np.random.default_rng(3).integers(400 * POINT, 900 * POINT, people).astype(np.uint16)
    ties, some = random_ties(people, 6.0, 4, weighted=True), NoContagion(strength=s)
    book = Score(company=alpha, mixing=1, memory=0.0)
    lived, _ = live_with_ties(
        [Feeder.of({}), book, some], people, 60, SCORE, given={"merit": merit}, ties=ties
    )
    start, neighbour, weight = ties.window(0, people)
    matrix = np.zeros((people, people))
    for i in range(people):
        for e in range(int(start[i]), int(start[i + 1])):
            matrix[i, neighbour[e]] += weight[e]
    alone = matrix.sum(axis=1) == 0
    matrix[~alone] /= matrix[~alone].sum(axis=1, keepdims=True)
    matrix[alone, alone] = 1.0
    one, two = np.empty(people, np.uint64), np.empty(people, np.uint64)
    ids = np.arange(people, dtype=np.uint32)
    rng.table(rng.run_key(1), ids, 0, 0, rng.purpose("no_contagion", "cover"), one, two)
    free = np.where(one < rng.threshold(s), 0.0, alpha)
    exact = np.linalg.solve(np.eye(people) - free[:, None] * matrix, (1 - free) * merit)
    assert np.max(np.abs(lived[-1]["score"] - exact)) < 2.0, "in 1/64 of a point, of rounding"
    if s == 1:
        assert np.array_equal(lived[-1]["score"], merit)
    if s == 0.5:
        wrong = np.linalg.solve(np.eye(people) - alpha * matrix, (1 - alpha) * merit.astype(float))
        assert np.max(np.abs(lived[-1]["score"] - wrong)) > 500, "planted fault: friends count for all"


def test_a_private_score_is_seen_by_nobody() -> None:
    merit = {"merit": np.full(PEOPLE, 500 * POINT, np.uint16)}
    for s in (0.0, 0.4, 1.0):
        lived, _ = live_with_ties(
            [Feeder.of({}), Score(company=0.0, memory=0.0), PrivateScore(strength=s)], PEOPLE, 1, SHOWN_SCORE,
            given=merit,
        )  # fmt: skip
        low = int(np.count_nonzero((lived[0]["shown_score"] > 0) & (lived[0]["shown_score"] < 550 * POINT)))
        assert low == {0.0: PEOPLE, 1.0: 0}.get(s, low)
        if s == 0.4:
            assert errs(low, PEOPLE, 0.6) < LIMIT and errs(low, PEOPLE, 0.4) > LIMIT


HOMES = {
    "age": np.tile(np.array([40, 8], np.uint8), 1_000),
    HOUSEHOLD_PLACE.name: np.tile(np.array([0, 1], np.uint8), 1_000),
    HOUSEHOLD_SIZE.name: np.full(2_000, 2, np.uint8),
}
"""A thousand parents, each with a child."""


def homes(*safeguards: Mechanism, losing: int) -> list[dict[str, Any]]:
    """Days of homes in which those in rows 0 or 1 of each default on the first day, by ``losing``."""
    filed = {0: dict.fromkeys(range(losing, 2_000, 2), int(Act.DEFAULT))}
    town = [Feeder.of(filed), Score(start=600.0, memory=0.0), Privileges(), *safeguards]
    return live_with_ties(town, 2_000, 61, RIGHTS, SCORE, DIARY, given=HOMES)[0]


def closed_days(days: list[dict[str, Any]], right: Right, rows: slice) -> int:
    return sum(int(np.count_nonzero((day["rights"][rows] & int(right)) == 0)) for day in days)


def test_what_parents_lose_reaches_no_child() -> None:
    child, parent = slice(1, None, 2), slice(0, None, 2)
    for losing, right, exact in ((0, Right.SCHOOL, 31 * 1_000), (1, Right.TRAVEL, 61 * 1_000)):
        free, safe, half = (
            homes(*some, losing=losing) for some in ((), (Children(),), (Children(strength=0.5),))
        )
        assert closed_days(free, right, child) == exact and closed_days(safe, right, child) == 0
        assert 0.4 * exact < closed_days(half, right, child) < 0.6 * exact
        assert closed_days(free, right, parent) == closed_days(safe, right, parent), "adults lose as before"


@pytest.mark.parametrize("cap", [0, 40, 150])
def test_a_cap_on_terms_shortens_the_list(cap: int) -> None:
    m = Lists(hazard=1.0, duration=0.25, settled=False, from_age=0)
    p, q = m.entry, m.exit
    stay = (1 - (1 - q) ** cap) / q if cap else 1 / q
    some = [Proportionality(term=cap)] if cap else []
    lived, _ = live([m, *some], 100_000, {}, 700, LISTED_UNTIL)
    hits = int(np.count_nonzero(lived[-1]["listed_until"]))
    assert errs(hits, 100_000, stay / (stay + 1 / p)) < LIMIT
    if cap == 40:
        later = (1 - (1 - q) ** 46) / q
        assert errs(hits, 100_000, later / (later + 1 / p)) > LIMIT, "planted fault: six days more"


def test_a_cap_on_points_averts_all_beyond_it() -> None:
    """A default on a loan that somebody else failed to repay: 150 points, of which 20 may be taken."""
    filed = Feeder.of({}, {0: dict.fromkeys(range(1_000), int(Act.DEFAULT))})
    for cap, exact in ((0.0, 150), (20.0, 20), (149.0, 149), (400.0, 150)):
        town = [filed, Score(company=0.0, memory=0.0), Proportionality(points=cap)]
        lived, _ = live_with_ties(town, 1_000, 2, WRONG_POINTS)
        assert set(lived[1]["wrong_points"]) == {exact * POINT}


# ---- all of them: any two commute, and both are no worse than either -----------------------------------

SMALL, DAYS = 1_500, 45
HALVES: dict[str, Mechanism] = {
    "warrant": Warrant(strength=0.7),
    "review": Review(strength=0.7),
    "anonymity": Anonymity(strength=0.7),
    "separation": Separation(strength=0.7),
    "no_contagion": NoContagion(strength=0.7),
    "private_score": PrivateScore(strength=0.7),
    "children": Children(strength=0.7),
    "proportionality": Proportionality(strength=0.7, term=10, points=20.0),
    "audit": Audit(strength=0.7, interval=10.0),
    "expiry": Expiry(strength=0.7, limit=15),
    "appeal": Appeal(appealing=0.7, rate=0.2, delay=3, success=0.6),
}
AIMS = {
    "warrant": "mistaken", "review": "mistaken", "anonymity": "named", "separation": "misrecorded",
    "no_contagion": "influenced", "private_score": "seen", "children": "minors", "proportionality": "listed",
    "audit": "misrecorded", "expiry": "misrecorded", "appeal": "misrecorded",
}  # fmt: skip
"""The harm that each is against."""


def harms(*safeguards: Mechanism) -> tuple[dict[str, int], str]:
    """Person-days of each harm in a small town in which everything happens often, and its digest."""
    chance = np.random.default_rng(9)
    given = {
        "age": chance.integers(0, 90, SMALL).astype(np.uint8),
        "merit": chance.integers(450 * POINT, 750 * POINT, SMALL).astype(np.uint16),
        "private_dissent": np.full(SMALL, SHARE, np.uint16),
    }
    crossing = [
        np.where(chance.random(SMALL) < 0.5, int(Act.JAYWALK), 0).astype(np.uint8) for _ in range(DAYS)
    ]
    town: list[Mechanism] = [
        Crowd.of(acts=crossing), Opinion(boldness=5.0, surveillance=0.0, severity=0.1), Realname(),
        Cameras(**CLOSE, miss=0.6, false_match=1e-5),
        Registry(registries=4, error=0.1, retention=40, settled=False),
        Score(company=0.3, mixing=1, floor=1.0, points_criticise=-1.0),
        Lists(hazard=0.0, per_entry=0.1, duration=0.2), Privileges(listed="joint"),
    ]  # fmt: skip
    days, end = live_with_ties(
        [*town, *safeguards], SMALL, DAYS, DIARY, MISRECORDED_SINCE, LISTED_UNTIL, SCORE, SHOWN_SCORE, MERIT,
        given=given, ties=random_ties(SMALL, 6.0, 5, weighted=False),
    )  # fmt: skip
    lost = np.uint64(Event.LOST_POINTS | Event.LOST_POINTS_WRONGLY)
    minor = given["age"] < 18
    each = {
        "mistaken": [count(d, Event.MISTAKEN) for d in days],
        "named": [count(d, Event.ATTRIBUTED) for d in days],
        "misrecorded": [np.count_nonzero(d["misrecorded_since"]) for d in days],
        "influenced": [np.count_nonzero(d["score"] != d["merit"]) for d in days],
        "seen": [np.count_nonzero(d["shown_score"]) for d in days],
        "minors": [np.count_nonzero((d["diary"] & lost != 0) & minor) for d in days],
        "listed": [np.count_nonzero(d["listed_until"]) for d in days],
    }
    return {name: int(sum(values)) for name, values in each.items()}, end.digest()


def test_any_two_commute_and_are_bounded_by_each_alone() -> None:
    """With every pair the harm that each is against is no greater than with either alone (to 1 %)."""
    none, _ = harms()
    alone = {name: harms(some)[0] for name, some in HALVES.items()}
    for name, aim in AIMS.items():
        assert alone[name][aim] < 0.9 * none[aim], (name, aim)
    for i, one in enumerate(HALVES):
        for other in list(HALVES)[i + 1 :]:
            both, digest = harms(HALVES[one], HALVES[other])
            assert digest == harms(HALVES[other], HALVES[one])[1], (one, other)
            for aim in {AIMS[one], AIMS[other]}:
                assert both[aim] <= 1.01 * min(alone[one][aim], alone[other][aim]), (one, other, aim)
    assert harms(HALVES["audit"], Expiry(limit=0))[0] == alone["audit"], "one that is off adds nothing"
