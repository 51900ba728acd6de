"""Safeguards: who is covered, which bit says so, and that each institution limited reads it."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from crowd import Crowd
from feeder import Feeder, random_ties
from feeder import live as live_with_ties
from glasstown.core.columns import POINT
from glasstown.core.mechanism import Mechanism
from glasstown.core.vocabulary import (
    DIARY,
    ENTRIES,
    ERASURES,
    FALSE_ENTRIES,
    FILED,
    LISTED_UNTIL,
    LOSS_CAP,
    MISFILED,
    MISRECORDED_SINCE,
    NOTICES,
    RIGHTS,
    SCORE,
    SHIELDS,
    SHOWN_SCORE,
    TERM_CAP,
    Act,
    Event,
    Right,
    Shield,
)
from glasstown.mechanisms import CATALOG
from glasstown.mechanisms._scorers import HIT_BY, WRONGLY_HIT_BY
from glasstown.mechanisms.audit import Audit
from glasstown.mechanisms.cameras import Cameras
from glasstown.mechanisms.children import Children
from glasstown.mechanisms.lists import Lists
from glasstown.mechanisms.no_contagion import NoContagion
from glasstown.mechanisms.private_score import PrivateScore
from glasstown.mechanisms.privileges import Privileges
from glasstown.mechanisms.proportionality import Proportionality
from glasstown.mechanisms.registry import Registry
from glasstown.mechanisms.review import Review
from glasstown.mechanisms.score import COMPANY, MERIT, Score
from glasstown.mechanisms.separation import Separation
from glasstown.mechanisms.warrant import Warrant
from witness import live

PEOPLE = 4_000
BITS = {
    "warrant": Shield.UNNAMED,
    "anonymity": Shield.ANONYMOUS,
    "separation": Shield.SEPARATE,
    "no_contagion": Shield.ALONE,
    "private_score": Shield.PRIVATE,
    "children": Shield.MINOR,
    "audit": Shield.AUDITED,
}
ALL = [*BITS, "review", "proportionality"]
ADULTS_AND_CHILDREN = {"age": (np.arange(PEOPLE) % 80).astype(np.uint8)}
CLOSE = {"per_person": 10.0, "share_linked": 1.0, "view": 1e6}
EXACT = {"error": 0.0, "missed_link": 0.0, "intake_care": 0.0, "intake_raise": 0.0, "intake_games": 0.0}


def shields(*safeguards: Mechanism, days: int = 3) -> list[NDArray[Any]]:
    lived, _ = live(safeguards, PEOPLE, ADULTS_AND_CHILDREN, days, SHIELDS, chunk=900)
    return [day["shields"] for day in lived]


@pytest.mark.parametrize("name", BITS)
def test_a_strength_is_a_share_of_people_for_good(name: str) -> None:
    eligible = ADULTS_AND_CHILDREN["age"] < 18 if name == "children" else np.ones(PEOPLE, bool)
    covered = [shields(CATALOG[name](strength=s)) for s in (0.0, 0.3, 0.7, 1.0)]
    for days in covered:
        assert all(np.array_equal(day, days[0]) for day in days), "the same people every day"
    none, some, most, everybody = ((days[0] == BITS[name]) for days in covered)
    assert not none.any() and np.array_equal(everybody, eligible)
    assert np.all(some <= most), "more strength covers more people and the same ones"
    assert abs(some[eligible].mean() - 0.3) < 0.07 and abs(most[eligible].mean() - 0.7) < 0.07
    assert set(np.unique(covered[1][0])) == {0, BITS[name]}


def test_safeguards_cover_people_independently_and_add_up() -> None:
    half = [CATALOG[name](strength=0.5) for name in ("warrant", "anonymity", "separation")]
    together = shields(*half)[0]
    assert np.array_equal(together, shields(*reversed(half))[0])
    apart = [shields(one)[0] for one in half]
    assert np.array_equal(together, apart[0] | apart[1] | apart[2])
    assert abs(np.count_nonzero(apart[0] & (apart[1] != 0)) / PEOPLE - 0.25) < 0.04


def test_caps_are_those_of_the_people_covered() -> None:
    lived, _ = live([Proportionality(strength=0.5, points=20.0, term=30)], PEOPLE, {}, 2, LOSS_CAP, TERM_CAP)
    assert set(lived[1]["loss_cap"]) == {0, 20 * POINT} and set(lived[1]["term_cap"]) == {0, 30}
    assert np.array_equal(lived[1]["loss_cap"] != 0, lived[1]["term_cap"] != 0)
    none, _ = live([Proportionality(points=0.0, term=0)], PEOPLE, {}, 1, LOSS_CAP, TERM_CAP)
    assert not none[0]["loss_cap"].any() and not none[0]["term_cap"].any()


def test_a_reviewer_sees_anew_each_day() -> None:
    lived = shields(Review(recall=0.7, slip=0.05), days=2)
    for bit, share in ((Shield.DISMISS_FALSE, 0.7), (Shield.DISMISS_TRUE, 0.05)):
        first, second = ((day & bit) != 0 for day in lived)
        assert abs(first.mean() - share) < 0.04 and not np.array_equal(first, second)
    sharp, blind = shields(Review(recall=1.0, slip=0.0))[0], shields(Review(recall=0.0, slip=1.0))[0]
    assert set(sharp) == {Shield.DISMISS_FALSE} and set(blind) == {Shield.DISMISS_TRUE}


# ---- cameras ---------------------------------------------------------------------------------------

CROWD = Crowd.of(acts=[np.full(PEOPLE, int(Act.JAYWALK), np.uint8)])
NAMING = (DIARY, ENTRIES, FALSE_ENTRIES, NOTICES, SHIELDS)


def seen(m: Cameras, *safeguards: Mechanism) -> dict[str, NDArray[Any]]:
    lived, _ = live([m, CROWD, *safeguards], PEOPLE, {}, 1, *NAMING, chunk=900)
    return lived[0]


def test_whom_no_search_may_name_is_not_named() -> None:
    m = Cameras(**CLOSE, miss=0.5, false_match=1e-4)
    free, half, everybody = seen(m), seen(m, Warrant(strength=0.5)), seen(m, Warrant())
    assert free["entries"].any() and free["false_entries"].any()
    assert not any(everybody[name].any() for name in ("diary", "entries", "false_entries", "notices"))
    covered = half["shields"] != 0
    assert not half["diary"][covered].any()
    assert np.array_equal(half["entries"][~covered], free["entries"][~covered]), "others are named as before"


def test_a_warrant_keeps_people_off_the_watch_list() -> None:
    m = Cameras(per_person=0.0, sought=0.3, miss=0.0, false_match=1e-4)
    free, half, everybody = seen(m), seen(m, Warrant(strength=0.5)), seen(m, Warrant())
    alerted = (free["diary"] & int(Event.ALERTED)) != 0
    covered = half["shields"] != 0
    assert np.array_equal((half["diary"] & int(Event.ALERTED)) != 0, alerted & ~covered)
    assert free["diary"].any() and not everybody["diary"].any()


@pytest.mark.parametrize("mode", [{}, {"mode": "fixed_fpir", "fpir": 0.5}])
def test_what_a_reviewer_strikes_is_not_entered(mode: dict[str, Any]) -> None:
    m = Cameras(**CLOSE, miss=0.5, false_match=1e-4, sought=0.1, **mode)
    free = seen(m)
    for review, right, wrong in ((Review(recall=1.0, slip=0.0), 1, 0), (Review(recall=0.0, slip=1.0), 0, 1)):
        now = seen(m, review)
        assert np.array_equal(now["entries"], free["entries"] * right)
        assert np.array_equal(now["false_entries"], free["false_entries"] * wrong)
        kept = int(Event.NAMED | Event.ALERTED) * right | int(Event.MISTAKEN | Event.MISALERTED) * wrong
        assert np.array_equal(now["diary"] & ~np.uint64(Event.DISMISSED_MATCH), free["diary"] & kept)
        struck = (now["diary"] & int(Event.DISMISSED_MATCH)) != 0
        assert np.array_equal(struck, (free["diary"] & ~np.uint64(kept)) != 0)


# ---- registry --------------------------------------------------------------------------------------


def test_a_separate_file_takes_only_its_keepers_kinds() -> None:
    everything = np.full(PEOPLE, 255, np.uint16)
    crowd = Crowd.of(entries=[everything], false_entries=[everything], acts=[everything.astype(np.uint8)])
    m = Registry(**(EXACT | {"intake_care": 1.0, "intake_games": 1.0}))
    for safeguards, bits in (((), 255), ((Separation(),), int(Act.JAYWALK))):
        lived, _ = live([m, crowd, *safeguards], PEOPLE, {}, 1, FILED, MISFILED)
        assert set(lived[0]["filed"]) == set(lived[0]["misfiled"]) == {bits}


def test_the_mean_of_uneven_records_shrinks_good_and_bad_alike() -> None:
    crowd = Crowd.of(entries=[np.full(PEOPLE, int(Act.REPAY | Act.DEFAULT), np.uint16)])
    m = Registry(**(EXACT | {"missed_link": 0.2}), averaged=True, held=0.25)
    lived, _ = live([m, crowd], PEOPLE, {}, 1, FILED)
    good, bad = ((lived[0]["filed"] & int(act)) != 0 for act in (Act.REPAY, Act.DEFAULT))
    assert abs(good.mean() - 0.2) < 0.03 and abs(bad.mean() - 0.2) < 0.03
    one = Registry(error=0.1, registries=1).hazard()
    assert Registry(error=0.1, registries=8, averaged=True).hazard() == one
    assert Registry(error=0.1, registries=8).hazard() > 7 * one


# ---- score -----------------------------------------------------------------------------------------

RULES = {"memory": 0.0, "start": 700.0}


def scored(*others: Mechanism, filed: int = 0, misfiled: int = 0, **rules: Any) -> list[dict[str, Any]]:
    days = {0: dict.fromkeys(range(PEOPLE), filed)}, {0: dict.fromkeys(range(PEOPLE), misfiled)}
    book = Score(**(RULES | {"company": 0.0} | rules))
    lived, _ = live_with_ties(
        [Feeder.of(*days), book, *others], PEOPLE, 2, MERIT, SCORE, SHOWN_SCORE, DIARY, SHIELDS,
        given=ADULTS_AND_CHILDREN,
    )  # fmt: skip
    return lived


def test_no_points_are_taken_from_a_minor() -> None:
    bad, minor = int(Act.DEFAULT | Act.JAYWALK), ADULTS_AND_CHILDREN["age"] < 18
    free, safe = scored(filed=bad, misfiled=bad), scored(Children(), filed=bad, misfiled=bad)
    assert np.all(safe[0]["merit"][minor] == 700 * POINT) and not safe[0]["diary"][minor].any()
    for name in ("merit", "score", "diary"):
        assert np.array_equal(safe[0][name][~minor], free[0][name][~minor])
    assert scored(Children(), filed=int(Act.REPAY))[0]["merit"].min() == 775 * POINT, "gains stay"


def test_a_day_takes_no_more_than_the_cap() -> None:
    bad = int(Act.DEFAULT | Act.JAYWALK)
    for filed, misfiled, expected in ((bad, 0, 20), (0, bad, 20), (bad, bad, 20), (int(Act.JAYWALK), 0, 5)):
        day = scored(Proportionality(points=20.0), filed=filed, misfiled=misfiled)[0]
        assert set(day["merit"]) == {(700 - expected) * POINT}
    both = scored(Proportionality(points=8.0), filed=int(Act.JAYWALK), misfiled=bad)[0]
    assert set(both["merit"]) == {692 * POINT}
    assert set(both["diary"]) == {Event.LOST_POINTS | Event.LOST_POINTS_WRONGLY}


@pytest.mark.parametrize("publicity", ["secret", "own", "public"])
def test_a_score_is_shown_if_it_is_public_and_not_private(publicity: str) -> None:
    day = scored(PrivateScore(strength=0.5), publicity=publicity)[1]
    hidden = (day["shields"] & int(Shield.PRIVATE)) != 0
    shown = np.where(hidden | (publicity != "public"), 0, day["score"])
    assert np.array_equal(day["shown_score"], shown) and 0.4 < hidden.mean() < 0.6
    assert day["score"].all()


def test_company_does_not_count_for_whom_it_may_not() -> None:
    merit = np.random.default_rng(1).integers(400 * POINT, 900 * POINT, PEOPLE).astype(np.uint16)
    ties = random_ties(PEOPLE, 5.0, 2, weighted=True)
    for safeguard, covered in ((NoContagion(), 1), (Children(until_age=255), 1), (PrivateScore(), 0)):
        lived, _ = live_with_ties(
            [Score(company=0.5, mixing=1, memory=0.0), safeguard], PEOPLE, 6, SCORE, MERIT, COMPANY,
            given={"merit": merit}, ties=ties,
        )  # fmt: skip
        assert np.array_equal(lived[5]["score"], lived[5]["merit"]) == bool(covered)
        assert lived[5]["company"].any()


def test_several_scorers_apart_or_pooled() -> None:
    bad = int(Act.DEFAULT)
    days = {0: dict.fromkeys(range(PEOPLE), bad)}, {0: dict.fromkeys(range(PEOPLE), bad)}
    found = {}
    for pooled in (False, True):
        book = Score(**RULES, company=0.0, scorers=8, sight=0.2, pooled=pooled, floor=1.0)
        lived, _ = live_with_ties([Feeder.of(*days), book], PEOPLE, 2, MERIT, HIT_BY, WRONGLY_HIT_BY)
        lost = 700 - lived[1]["merit"] / POINT
        many = np.array([bin(x).count("1") for x in lived[1]["wrongly_hit_by"]])
        found[pooled] = lost.mean() / 300, (many >= 2).mean(), many.mean() / 8
        assert np.all(lived[1]["hit_by"] | lived[1]["wrongly_hit_by"] == lived[1]["hit_by"])
    any_ = 1 - 0.8**8
    assert found[False] == pytest.approx((0.2, any_ - 8 * 0.2 * 0.8**7, 0.2), abs=0.04)
    assert found[True] == pytest.approx((any_, any_, any_), abs=0.04)


def test_one_scorer_who_sees_all_is_the_plain_score() -> None:
    bad = int(Act.DEFAULT | Act.REPAY)
    plain = scored(filed=bad, misfiled=bad)
    pooled = scored(filed=bad, misfiled=bad, scorers=8, sight=1.0)
    assert all(np.array_equal(a[n], b[n]) for a, b in zip(plain, pooled, strict=True) for n in a)


# ---- lists and privileges --------------------------------------------------------------------------


def listed(*safeguards: Mechanism, days: int = 30, **lists: Any) -> list[dict[str, Any]]:
    quick = {"hazard": 20.0, "mistaken": 0.5, "settled": False, "from_age": 0}
    m = Lists(**(quick | lists))
    lived, _ = live([m, *safeguards], PEOPLE, ADULTS_AND_CHILDREN, days, LISTED_UNTIL, DIARY, chunk=900)
    return lived


def test_no_minor_is_listed() -> None:
    minor = ADULTS_AND_CHILDREN["age"] < 18
    free, safe = listed(), listed(Children())
    assert free[-1]["listed_until"][minor].any() and not safe[-1]["listed_until"][minor].any()
    assert np.array_equal(safe[-1]["listed_until"][~minor], free[-1]["listed_until"][~minor])


def test_a_minor_who_is_listed_is_removed() -> None:
    minor = ADULTS_AND_CHILDREN["age"] < 18
    for safeguards, left in (((), True), ((Children(),), False)):
        on = listed(*safeguards, days=1, settled=True, hazard=1.0)[0]["listed_until"]
        assert on[minor].any() == left and on[~minor].any()


def test_audits_come_in_rounds() -> None:
    m, files = Audit(interval=4.0, found=1.0, period=5), Registry(error=0.4, retention=900)
    lived, _ = live([m, files], PEOPLE, {}, 11, ERASURES, MISRECORDED_SINCE)
    found = [int(np.count_nonzero(day["erasures"])) for day in lived]
    assert [day for day, hits in enumerate(found) if hits] == [0, 5, 10]
    standing = np.count_nonzero(lived[0]["misrecorded_since"])
    assert abs(found[0] / standing - (1 - 0.75**5)) < 0.06


def test_a_listing_that_is_struck_does_not_begin() -> None:
    both = int(Event.LISTED | Event.MISLISTED)
    careful, absurd = Review(recall=1.0, slip=0.0), Review(recall=0.0, slip=1.0)
    for review, left in ((careful, Event.LISTED), (absurd, Event.MISLISTED)):
        days = listed(review)
        bits = np.bitwise_or.reduce([d["diary"] & both for d in days])
        assert set(bits.tolist()) == {0, int(left)}
        assert any((d["diary"] & int(Event.DISMISSED_MATCH)).any() for d in days)


@pytest.mark.parametrize("terms", [{}, {"terms": "fixed", "repair": 0.0, "shortest": 0.05, "longest": 0.05}])
def test_no_listing_lasts_longer_than_the_cap(terms: dict[str, Any]) -> None:
    days = listed(Proportionality(term=5), duration=50.0, **terms)
    on = np.array([d["listed_until"] != 0 for d in days])
    longest = np.zeros(PEOPLE, int)
    run = np.zeros(PEOPLE, int)
    for evening in on:
        run = np.where(evening, run + 1, 0)
        longest = np.maximum(longest, run)
    assert longest.max() == 5
    ends = sum(int(np.count_nonzero(d["diary"] & int(Event.DELISTED))) for d in days)
    starts = sum(int(np.count_nonzero(d["diary"] & int(Event.LISTED | Event.MISLISTED))) for d in days)
    assert starts - ends == np.count_nonzero(on[-1])


def test_a_cap_shortens_listings_that_stand() -> None:
    lived = listed(Proportionality(term=5), days=7, settled=True, duration=100.0, hazard=0.01)
    inherited = np.array([d["listed_until"] for d in lived])
    assert inherited[0].any() and inherited[0].max() == 6 and not inherited[6][inherited[0] == 6].any()


@pytest.mark.parametrize(
    ("closes", "left"),
    [("none", int(sum(Right))), ("travel", int(sum(Right)) - 1), ("joint", int(Right.SCHOOL))],
)
def test_lists_and_a_score_close_rights_in_one_town(closes: str, left: int) -> None:
    m = Lists(hazard=20.0, settled=False, duration=50.0, from_age=18)
    book = Privileges(listed=closes, school=0)
    lived, _ = live([m, book], PEOPLE, ADULTS_AND_CHILDREN, 40, LISTED_UNTIL, RIGHTS, DIARY)
    rights, on = lived[-1]["rights"], lived[-1]["listed_until"] != 0
    assert on.any() and set(rights[on]) == {left} and set(rights[~on]) == {int(sum(Right))}
    told = np.bitwise_or.reduce([d["diary"] for d in lived]) & int(Event.CLOSED)
    assert told.any() == (closes != "none")


def test_a_listed_parent_closes_the_school_unless_children_are_safe() -> None:
    homes = {
        "age": np.tile(np.array([40, 10], np.uint8), PEOPLE // 2),
        "household_place": np.tile(np.array([0, 1], np.uint8), PEOPLE // 2),
        "household_size": np.full(PEOPLE, 2, np.uint8),
    }
    m, book = Lists(hazard=5.0, duration=50.0), Privileges(listed="joint", school=0)
    for safeguards, closed in (((), True), ((Children(),), False)):
        lived, _ = live([m, book, *safeguards], PEOPLE, homes, 31, LISTED_UNTIL, RIGHTS)
        parents = lived[29]["listed_until"][::2] != 0
        children = (lived[30]["rights"][1::2] & int(Right.SCHOOL)) == 0
        assert parents.any() and np.array_equal(children, parents & closed)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("wrong", [{"strength": -0.1}, {"strength": 1.1}, {"share": 0.5}])
def test_what_cannot_be_is_refused(name: str, wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        CATALOG[name](**wrong)
