"""Solidarity: what each norm makes of each act, who is met, who is avoided, whose habit it is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from feeder import Setter, live, random_ties
from glasstown.core import rng
from glasstown.core.columns import OCTET, POINT, SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import DIARY, SHOWN_SCORE, STANDING, TIES_LOST, TRUST, Event, Stake
from glasstown.mechanisms import _helping
from glasstown.mechanisms._helping import ALWAYS
from glasstown.mechanisms._shunning import AVOIDED, HELPED, NONE, REFUSED
from glasstown.mechanisms.solidarity import HELPING, NORMS, Solidarity

EXACT: dict[str, Any] = {"execution_error": 0.0, "assessment_error": 0.0}
WORDS = st.integers(0, 2**64 - 1).map(np.uint64)
SHARES = st.integers(0, SHARE)
NAMES = st.sampled_from(list(NORMS))


def pair(norm: str, mine: int, other: int, **parameters: Any) -> tuple[int, int]:
    """What the first of two does to the other, and the standing of the first afterwards (1 good, 0 bad)."""
    who = {"standing": np.array([mine * SHARE, other * SHARE], np.uint16)}
    seen, _ = live([Solidarity(norm=norm, **(EXACT | parameters))], 2, 1, HELPING, STANDING, given=who)
    return int(seen[0]["helping"][0]), int(seen[0]["standing"][0]) // SHARE


@pytest.mark.parametrize("assessment", ["public", "private"])
@pytest.mark.parametrize(
    ("norm", "helped_bad", "refused_bad"),
    [("image_scoring", 1, 0), ("simple_standing", 1, 1), ("stern_judging", 0, 1), ("shunning", 0, 0)],
)
def test_the_four_norms(norm: str, helped_bad: int, refused_bad: int, assessment: str) -> None:
    how = {"assessment": assessment}
    for mine in (0, 1):
        assert pair(norm, mine, 1, **how) == (HELPED, 1)
        assert pair(norm, mine, 1, **how, execution_error=1.0) == (REFUSED, 0)
        assert pair(norm, mine, 0, **how) == (REFUSED, refused_bad)
        assert pair(norm, mine, 0, **how, known=0.0) == (HELPED, helped_bad), "a stranger"
        assert pair(norm, mine, 1, **how, known=0.0, trusting=False) == (REFUSED, 0)


@given(NAMES, st.booleans(), SHARES, WORDS, st.floats(0, 0.5))
@settings(max_examples=300, deadline=None)
def test_in_private_standing_is_the_share_who_approve(
    norm: str, helped: bool, seen: int, luck: np.uint64, wrong: float
) -> None:
    share = _helping.judged(helped, seen, luck, wrong, NORMS[norm], False)
    approve = bool(NORMS[norm] & (1 if helped else 2))
    exact = seen * ((1 - wrong) if helped else wrong) + (SHARE - seen) * ((1 - wrong) if approve else wrong)
    assert 0 <= share <= SHARE
    assert abs(share - exact) <= 1 + 1e-6
    assert _helping.judged(helped, seen, luck, wrong, NORMS[norm], True) in (0, SHARE)


def test_habits_are_kept_whatever_the_standing() -> None:
    n = 3_000
    who = {"habit": (np.arange(n) % 3).astype(np.uint8)}
    seen, _ = live([Solidarity(norm="shunning", **EXACT)], n, 6, HELPING, STANDING, given=who)
    helping = seen[-1]["helping"]
    assert (helping[1::3] == HELPED).all() and (helping[2::3] == REFUSED).all()
    assert set(helping[::3].tolist()) == {REFUSED, HELPED}


def test_without_errors_and_with_everybody_good_all_help_for_ever() -> None:
    for norm in NORMS:
        seen, _ = live([Solidarity(norm=norm, **EXACT)], 500, 20, HELPING, STANDING)
        assert all((day["helping"] == HELPED).all() and (day["standing"] == SHARE).all() for day in seen)


def test_who_meets_nobody_keeps_standing() -> None:
    n = 2_000
    start = np.where(np.arange(n) % 2, SHARE, 0).astype(np.uint16)
    seen, _ = live([Solidarity(meetings=0.25)], n, 1, HELPING, STANDING, given={"standing": start})
    idle = seen[0]["helping"] == NONE
    assert 0.7 < idle.mean() < 0.8
    assert np.array_equal(seen[0]["standing"][idle], start[idle])


def test_people_meet_their_ties_by_weight_and_nobody_else() -> None:
    """Two bad people whom nobody else knows are met only by those tied to them."""
    n = 1_000
    start = np.zeros(n + 1, np.uint32)
    start[1:] = 2 * np.arange(1, n + 1)
    around = np.column_stack([np.full(n, 0), np.full(n, 1)]).astype(np.uint32)
    standing = np.full(n, SHARE, np.uint16)
    standing[0] = 0
    for weights, share in (([1.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 3.0], 0.75)):
        ties = StoredTies(start, around.ravel(), np.tile(np.array(weights, np.float32), n))
        m = Solidarity(reach="ties", **EXACT)
        seen, _ = live([m], n, 1, HELPING, given={"standing": standing}, ties=ties)
        assert abs((seen[0]["helping"][2:] == HELPED).mean() - share) < 0.08


def test_who_has_no_ties_meets_nobody() -> None:
    seen, _ = live([Solidarity(reach="ties")], 50, 3, HELPING)
    assert not any(day["helping"].any() for day in seen)


@pytest.mark.parametrize("order", ["together", "in_turn"])
def test_people_of_low_score_are_avoided_and_it_does_not_count(order: str) -> None:
    n = 4_000
    scores = np.where(np.arange(n) % 4 == 0, 400 * POINT, 700 * POINT).astype(np.uint16)
    m = Solidarity(avoidance=1.0, order=order, **EXACT)
    start = np.where(np.arange(n) % 3, SHARE, 0).astype(np.uint16)
    who = {"standing": start, "stake": np.full(n, int(Stake.COMPANY), np.uint8)}
    seen, _ = live([Setter.of(SHOWN_SCORE, [scores]), m], n, 2, HELPING, STANDING, given=who)
    assert not (seen[0]["helping"] == AVOIDED).any(), "nobody has a score on the first morning"
    away = seen[1]["helping"] == AVOIDED
    assert abs(away.mean() - 0.25) < 0.04
    assert np.array_equal(seen[1]["standing"][away], seen[0]["standing"][away])


def test_without_avoidance_scores_are_not_looked_at() -> None:
    assert all(SHOWN_SCORE not in step.looks for step in Solidarity().steps())
    assert any(SHOWN_SCORE in step.looks for step in Solidarity(avoidance=0.1).steps())


def ring(n: int) -> StoredTies:
    """Everybody tied to the three on either side."""
    steps = np.array([-3, -2, -1, 1, 2, 3])
    neighbour = (np.arange(n)[:, None] + steps) % n
    return StoredTies(np.arange(0, 6 * n + 1, 6).astype(np.uint32), neighbour.ravel().astype(np.uint32))


@pytest.mark.parametrize("order", ["together", "in_turn"])
@pytest.mark.parametrize("sign", ["shown_score", "listed_until", "detained_until"])
def test_a_dropped_tie_is_kept_away_from_for_as_long_as_it_lasts(order: str, sign: str) -> None:
    """Whom a tie drops is drawn once: the same all days, a third of those sanctioned, nobody else."""
    n, third = 3_000, 1 / 3
    bad = np.arange(n) % 5 == 0
    who = {sign: np.where(bad, 400 * POINT if sign == "shown_score" else 9, 0).astype(np.uint16)}
    who |= {"stake": np.full(n, int(Stake.COMPANY), np.uint8)}
    m = Solidarity(dropping=third, reach="ties", order=order, observing=1, **EXACT)
    seen, _ = live([m], n, 12, HELPING, TIES_LOST, DIARY, given=who, ties=ring(n))
    pairs = [((j + s) % n, j) for j in np.flatnonzero(bad).tolist() for s in (-3, -2, -1, 1, 2, 3)]
    drops = {(i, j) for i, j in pairs
             if rng.draw(rng.run_key(1), i, j, rng.when(0, 0), rng.purpose("solidarity", "drop"))[0]
             < rng.threshold(third)}  # fmt: skip
    lost = np.zeros(n, int)
    np.add.at(lost, [j for _, j in drops], 1)
    assert np.array_equal(seen[-1]["ties_lost"], lost)
    assert abs(lost[bad].mean() - 2.0) < 5 * np.sqrt(6 * third * (1 - third) / bad.sum())
    away = np.array([day["helping"] == AVOIDED for day in seen])
    assert away.any()
    others = np.setdiff1d(np.arange(n), [i for i, _ in drops])
    assert not away[:, others].any(), "who dropped nobody keeps away from nobody"
    minds = who | {"stake": np.zeros(n, np.uint8)}
    calm, _ = live([m], n, 12, HELPING, TIES_LOST, given=minds, ties=ring(n))
    lone = calm[-1]["ties_lost"]
    assert not lone.any() if sign == "shown_score" else np.array_equal(lone, lost), "a score costs by company"
    for day in seen:
        turned = (day["diary"] & int(Event.TURNED_AWAY)) != 0
        assert np.array_equal(turned, (day["helping"] == AVOIDED) | (day["helping"] == REFUSED))
        assert np.array_equal((day["diary"] & int(Event.HELPED)) != 0, day["helping"] == HELPED)


@pytest.mark.parametrize("order", ["together", "in_turn"])
def test_over_a_dropped_tie_no_help_goes_either_way(order: str) -> None:
    """Everybody drops those sanctioned: they are not helped, help nobody, and trust nobody in the end."""
    n = 3_000
    bad = np.arange(n) % 4 == 0
    who = {"listed_until": np.where(bad, 9_000, 0).astype(np.uint16), "trust": np.full(n, 200, np.uint8)}
    m = Solidarity(dropping=1.0, reach="ties", order=order, learning=0.5, observing=1, **EXACT)
    pairs = StoredTies(np.arange(n + 1).astype(np.uint32), (np.arange(n) ^ 1).astype(np.uint32))
    seen, _ = live([m], n, 12, HELPING, DIARY, TIES_LOST, TRUST, given=who, ties=pairs)
    tied = bad[np.arange(n) ^ 1]
    for day in seen:
        assert (day["helping"][tied] == AVOIDED).all(), "they keep away"
        assert not day["helping"][bad].any() and not day["diary"][bad].any(), "nobody asks those dropped"
        assert (day["helping"][~(bad | tied)] == HELPED).all()
    assert (seen[-1]["ties_lost"][bad] == 1).all() and not seen[-1]["ties_lost"][~bad].any()
    assert (seen[-1]["trust"][bad] < 5).all() and (seen[-1]["trust"][~(bad | tied)] > 250).all()
    kept, _ = live([m.model_copy(update={"dropping": 0.0})], n, 12, HELPING, TRUST, given=who, ties=pairs)
    assert (kept[-1]["helping"] == HELPED).all() and (kept[-1]["trust"] > 250).all()


def test_trust_follows_what_ties_do_and_the_fear_of_being_reported() -> None:
    """It settles at the share who help, times the share not feared; who sees nobody act keeps it."""
    n = 2_000
    who = {"habit": np.full(n, ALWAYS, np.uint8), "trust": np.full(n, 40, np.uint8)}
    m = Solidarity(execution_error=0.25, learning=0.3, observing=1, reach="ties")
    seen, _ = live([m], n, 60, TRUST, given=who, ties=ring(n))
    assert abs(seen[-1]["trust"].mean() / OCTET - 0.75) < 0.01
    feared = who | {"feared": np.full(n, SHARE // 2, np.uint16)}
    seen, _ = live([m], n, 60, TRUST, given=feared, ties=ring(n))
    assert abs(seen[-1]["trust"].mean() / OCTET - 0.375) < 0.01
    alone, _ = live(
        [m], n, 9, TRUST, given=who, ties=StoredTies(np.zeros(n + 1, np.uint32), np.zeros(0, np.uint32))
    )
    assert (alone[-1]["trust"] == 40).all()


def test_a_public_score_takes_the_place_of_standing_for_those_who_have_one() -> None:
    """Half are strangers of bad standing with a good score, half known as good with a bad one."""
    n = 4_000
    high = np.arange(n) % 2 == 0
    who = {"standing": np.where(high, 0, SHARE).astype(np.uint16),
           "shown_score": np.where(high, 700 * POINT, 500 * POINT).astype(np.uint16)}  # fmt: skip
    by_score = Solidarity(good_from=600.0, known=0.0, trusting=False, norm="image_scoring", **EXACT)
    seen, _ = live([by_score], n, 1, HELPING, given=who)
    assert abs((seen[0]["helping"] == HELPED).mean() - 0.5) < 0.04, "those of high score, strangers or not"
    without, _ = live([by_score], n, 1, HELPING, given={"standing": who["standing"]})
    assert not (without[0]["helping"] == HELPED).any(), "without a score they are strangers"


@pytest.mark.parametrize("trust", [0, 102, 255])
def test_strangers_are_helped_as_far_as_people_trust(trust: int) -> None:
    n = 20_000
    m = Solidarity(known=0.0, by_trust=True, **EXACT)
    seen, _ = live([m], n, 1, HELPING, given={"trust": np.full(n, trust, np.uint8)})
    share = (seen[0]["helping"] == HELPED).mean()
    assert abs(share - trust / OCTET) < 5 * np.sqrt(trust / OCTET * (1 - trust / OCTET) / n) + 1e-9


KINDS: list[dict[str, Any]] = [
    {}, {"reach": "ties"}, {"order": "in_turn"}, {"order": "in_turn", "reach": "ties"},
    {"reach": "ties", "dropping": 0.5, "learning": 0.2, "observing": 2, "by_trust": True, "known": 0.5},
    {"assessment": "private", "avoidance": 0.5, "meetings": 0.5, "known": 0.5},
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_change_nothing(kind: dict[str, Any]) -> None:
    n = 1_500
    ties = random_ties(n, 4, 2, True)
    m = Solidarity(norm="image_scoring", **kind)
    assert len({live([m], n, 6, ties=ties, chunk=c)[1].digest() for c in (99, 1024, 1_500)}) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_any_number_of_people(kind: dict[str, Any], n: int) -> None:
    assert live([Solidarity(**kind)], n, 4)[1].day == 4


def test_nobody_meets_himself() -> None:
    """One good person among bad ones meets only bad ones: never helps."""
    who = {"standing": np.array([SHARE, 0, 0], np.uint16)}
    m = Solidarity(norm="image_scoring", **EXACT)
    for seed in range(40):
        seen, _ = live([m], 3, 1, HELPING, given=who, seed=seed)
        assert seen[0]["helping"][0] == REFUSED


def test_neutral_does_nothing_at_all_and_the_default_does() -> None:
    assert Solidarity(**Solidarity.neutral).steps() == ()
    assert live([Solidarity()], 500, 1, HELPING)[0][0]["helping"].any()


@pytest.mark.parametrize(
    "wrong", [{"norm": "kindness"}, {"assessment_error": 0.6}, {"known": 2.0}, {"order": "never"}]
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Solidarity(**wrong)
