"""Climate: who joins and who falls silent, what is learned from replies, what others seem to think."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from feeder import live, random_ties
from glasstown.core.columns import SHARE
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import PRIVATE_DISSENT, VOICED
from glasstown.mechanisms import _voicing, climate
from glasstown.mechanisms.climate import BELIEVED_DISSENT, EXPECTED, EXPRESSING, HIGHEST, Climate
from glasstown.mechanisms.opinion import Opinion

WORDS = st.integers(0, 2**64 - 1).map(np.uint64)
SILENT: dict[str, Any] = {"listening": 0.0}


def joined(thresholds: list[float], days: int, ties: StoredTies | None = None,
           start: list[int] | None = None, **parameters: Any) -> list[list[int]]:  # fmt: skip
    """Who speaks up at the end of each day, thresholds in shares."""
    who = {"joins_at": np.array([min(round(x * SHARE), HIGHEST) for x in thresholds], np.uint16)}
    if start is not None:
        who["expressing"] = np.array(start, np.uint8)
    seen, _ = live(
        [Climate(**(SILENT | parameters))], len(thresholds), days, EXPRESSING, given=who, ties=ties
    )
    return [day["expressing"].tolist() for day in seen]


def chain(*rows: list[int], weight: list[float] | None = None) -> StoredTies:
    """Ties of each person, as rows."""
    start = np.cumsum([0, *(len(row) for row in rows)]).astype(np.uint32)
    neighbour = np.array([j for row in rows for j in row], np.uint32)
    return StoredTies(start, neighbour, None if weight is None else np.array(weight, np.float32))


# ---- thresholds ------------------------------------------------------------------------------------


def test_together_each_day_is_one_round() -> None:
    assert joined([0.0, 0.25, 0.5, 0.75], 4) == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]


def test_in_turn_what_comes_of_it_is_the_same_and_sooner() -> None:
    days = joined([0.0, 0.2, 0.4, 0.8, 1.0], 4, order="in_turn")
    assert days[-1] == [1, 1, 1, 0, 0]
    assert sum(days[0]) >= 1
    assert all(sum(a) <= sum(b) for a, b in pairwise(days))


def test_people_fall_silent_again_unless_it_lasts() -> None:
    crowd = [0.5, 0.6, 0.9]
    assert joined(crowd, 3, start=[1, 1, 0]) == [[1, 1, 0]] * 3
    assert joined(crowd, 3, start=[0, 1, 0])[-1] == [0, 0, 0]
    assert joined(crowd, 3, start=[0, 1, 0], lasting=True)[-1] == [0, 1, 0]


@pytest.mark.parametrize("order", ["together", "in_turn"])
def test_among_ties_it_goes_from_one_to_the_next_and_stops_where_too_few_are_seen(order: str) -> None:
    row = chain([1], [0, 2], [1, 3], [2, 4], [3])
    parameters = {"reach": "ties", "order": order, "lasting": True}
    assert joined([0.0, 0.5, 0.5, 0.6, 0.1], 6, row, **parameters)[-1] == [1, 1, 1, 0, 0]
    assert joined([0.0, 0.5, 0.5, 0.5, 0.1], 6, row, **parameters)[-1] == [1, 1, 1, 1, 1]


def test_a_heavy_tie_counts_for_more() -> None:
    heavy = chain([], [0, 2], [], weight=[3.0, 1.0])
    light = chain([], [0, 2], [], weight=[1.0, 3.0])
    assert joined([0.0, 0.7, 1.0], 2, heavy, reach="ties")[-1] == [1, 1, 0]
    assert joined([0.0, 0.7, 1.0], 2, light, reach="ties")[-1] == [1, 0, 0]


def test_who_knows_nobody_joins_only_without_a_threshold() -> None:
    assert joined([0.0, 0.1], 2, chain([], []), reach="ties")[-1] == [1, 0]


def test_drawn_thresholds_are_always_the_same_and_given_ones_are_kept() -> None:
    who = {"joins_at": np.full(2_000, SHARE, np.uint16)}
    who["joins_at"][:500] = HIGHEST
    seen, _ = live([Climate(mean=0.0, spread=0.2, **SILENT)], 2_000, 3, EXPRESSING, given=who)
    first = seen[0]["expressing"]
    assert not first[:500].any()
    assert 600 < first.sum() < 900
    assert all((a["expressing"] <= b["expressing"]).all() for a, b in pairwise(seen))


def test_the_table_of_thresholds_ascends_within_its_bounds() -> None:
    table = climate.quantiles(0.25, 0.3)
    assert (np.diff(table.astype(int)) >= 0).all()
    assert (table[0], table[-1]) == (0, HIGHEST)
    assert set(climate.quantiles(0.25, 0.0).tolist()) == {round(0.25 * SHARE)}


def test_one_can_join_by_what_others_seem_to_think() -> None:
    """Two who hear a loud friend believe that dissent is common, and join; the third hears nobody."""
    who = {"voiced": np.array([SHARE, 0, 0], np.uint16), "joins_at": np.full(3, SHARE // 2, np.uint16)}
    m = Climate(reach="belief", listening=0.3, hearing=1)
    seen, _ = live([m], 3, 9, EXPRESSING, BELIEVED_DISSENT, given=who, ties=chain([], [0], []))
    assert [int(d["expressing"][1]) for d in seen] == [0, 1, 1, 1, 1, 1, 1, 1, 1]
    assert not any(d["expressing"][[0, 2]].any() for d in seen)


# ---- learned expression ----------------------------------------------------------------------------


@given(st.integers(-32768, 16384), st.integers(-32768, 16384), st.integers(0, 2**32), WORDS)
@settings(max_examples=200, deadline=None)
def test_a_worth_moves_by_its_exact_share_up_to_one_unit(
    now: int, target: int, pull: int, u: np.uint64
) -> None:
    new = _voicing.moved(now, target, pull, u)
    exact = now + pull / 2**32 * (target - now)
    assert abs(new - exact) < 1 + 1e-9
    assert min(now, target) <= new <= max(now, target)


def test_readiness_is_logistic_and_one_half_at_nothing() -> None:
    ready = _voicing.readiness(3.0)
    worths = np.array([-32768, -9000, 0, 12000])
    exact = 1 / (1 + np.exp(-3.0 * worths / 16384))
    assert np.allclose(ready[worths + 32768] / 2**64, exact, atol=1e-9)
    assert (np.diff(ready.astype(float)) >= 0).all()
    assert _voicing.readiness(1000.0)[-1] == 2**64 - 1


def test_those_who_meet_only_their_own_come_to_speak_and_the_rest_fall_silent() -> None:
    n = 400
    who = {"private_dissent": np.array([SHARE, 0] * (n // 2), np.uint16)}
    own = chain(*[[(i + 2) % n] for i in range(n)])
    other = chain(*[[(i + 1) % n] for i in range(n)])
    m = Climate(rule="learned", reach="ties", slope=30.0, learning=0.1, **SILENT)
    for ties, speak in ((own, True), (other, False)):
        seen, _ = live([m], n, 150, EXPRESSING, PRIVATE_DISSENT, given=who, ties=ties)
        voices = seen[-1]["expressing"]
        assert ((voices > 0).mean() > 0.95) == speak
        assert np.array_equal(seen[-1]["private_dissent"], who["private_dissent"]), "what is thought stays"
        assert set(voices[::2].tolist()) <= {0, 1} and set(voices[1::2].tolist()) <= {0, 2}


# ---- what others seem to think ---------------------------------------------------------------------


def test_beliefs_follow_the_voices_around_and_not_the_thoughts() -> None:
    n = 500
    chance = np.random.default_rng(3)
    who = {"private_dissent": chance.integers(0, SHARE, n).astype(np.uint16), "age": np.full(n, 30, np.uint8)}
    ties = random_ties(n, 5, 4, True)
    quiet = [Opinion(severity=50.0, tolerance=0.1), Climate(hearing=1, listening=1.0)]
    seen, _ = live(quiet, n, 3, VOICED, BELIEVED_DISSENT, given=who, ties=ties)
    known = np.diff(ties.start) > 0
    belief = seen[-1]["believed_dissent"]
    assert (belief[known] <= round(0.1 * SHARE)).all() and belief[known].mean() > 0.05 * SHARE
    assert (belief[~known] == 0).all()
    assert who["private_dissent"].mean() > 0.4 * SHARE


# ---- as every mechanism ----------------------------------------------------------------------------

KINDS: list[dict[str, Any]] = [
    {}, {"reach": "ties"}, {"order": "in_turn", "reach": "ties"}, {"order": "in_turn"}, {"reach": "belief"},
    {"rule": "learned"}, {"rule": "learned", "reach": "ties"},
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_change_nothing(kind: dict[str, Any]) -> None:
    n = 1_500
    chance = np.random.default_rng(8)
    who = {name: chance.integers(0, SHARE, n).astype(np.uint16) for name in ("voiced", "private_dissent")}
    m = Climate(mean=0.1, spread=0.1, hearing=1, **kind)
    ties = random_ties(n, 4, 2, True)
    assert len({live([m], n, 6, given=who, ties=ties, chunk=c)[1].digest() for c in (99, 1024, 1_500)}) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_any_number_of_people(kind: dict[str, Any], n: int) -> None:
    assert live([Climate(**kind)], n, 8)[1].day == 8


def test_neutral_does_nothing_at_all_and_the_default_does() -> None:
    assert Climate(**Climate.neutral).steps() == ()
    assert [s.name for s in Climate().steps()] == ["climate.join", "climate.listen"]
    seen, _ = live([Climate()], 3_000, 2, EXPRESSING)
    assert seen[-1]["expressing"].any()


@pytest.mark.parametrize(
    "wrong",
    [{"rule": "learned", "reach": "belief"}, {"rule": "learned", "order": "in_turn"}, {"cost": 2.0},
     {"reach": "belief", "order": "in_turn"}, {"spread": -0.1}, {"rule": "herd"}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Climate(**wrong)


def test_worths_start_where_the_population_says() -> None:
    who = {"expected_worth": np.full(1_000, 16384, np.int16)}
    m = Climate(rule="learned", slope=1000.0, **SILENT)
    seen, _ = live([m], 1_000, 1, EXPRESSING, EXPECTED, given=who)
    assert seen[0]["expressing"].all() and (seen[0]["expected_worth"] == 16384).all(), "nobody was met yet"


def test_people_who_have_been_there_a_while_begin_with_what_is_said() -> None:
    who = {"voiced": np.full(4, SHARE // 2, np.uint16)}
    m = Climate(rule="none", listening=0.5, prior=0.5)
    seen, _ = live([m], 4, 1, BELIEVED_DISSENT, given=who, ties=chain([], [0], [], []))
    assert (np.abs(seen[0]["believed_dissent"].astype(int) - SHARE // 2) <= 1).all()
    deaf = m.model_copy(update={"listening": 0.0})
    seen, _ = live([deaf], 4, 90, BELIEVED_DISSENT, given=who, ties=chain([], [0], [], []))
    assert (seen[-1]["believed_dissent"] == round(SHARE / 2)).all(), "the deaf keep believing it"
