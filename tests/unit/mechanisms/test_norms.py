"""Norms: who gives in, who presses others, who is punished, and what is learned."""

from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from feeder import live, random_ties
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import COMPLYING, DETAINED_UNTIL, DIARY, VOICED, Event
from glasstown.mechanisms import _pressing, _punishing
from glasstown.mechanisms._pressing import FULL
from glasstown.mechanisms.norms import DARING, ENFORCING, VENGEFULNESS, WORTH, Norms
from glasstown.mechanisms.opinion import Opinion


def chain(*rows: list[int], weight: list[float] | None = None) -> StoredTies:
    """Ties of each person, as rows."""
    start = np.cumsum([0, *(len(row) for row in rows)]).astype(np.uint32)
    neighbour = np.array([j for row in rows for j in row], np.uint32)
    return StoredTies(start, neighbour, None if weight is None else np.array(weight, np.float32))


def lived(convictions: list[float], days: int, ties: StoredTies | None = None, **how: Any) -> Any:
    beliefs = np.array([round(c * FULL) for c in convictions], np.int16)
    extra = how.pop("given", {})
    seen, _ = live([Norms(**how)], len(beliefs), days, COMPLYING, ENFORCING,
                   given={"belief": beliefs} | extra, ties=ties)  # fmt: skip
    return [(d["complying"].tolist(), d["enforcing"].tolist()) for d in seen]


def test_who_is_pressed_more_than_convinced_gives_in_and_past_the_cost_presses_others() -> None:
    star = chain([], [0], [0], [0])
    days = lived([1.0, -0.5, -0.95, -1.0], 3, star, given={"enforcing": np.array([1, 0, 0, 0], np.uint8)})
    assert days[0] == ([1, 1, 1, 0], [0, 1, 0, 2])
    assert days[1] == ([1, 0, 0, 0], [0, 2, 2, 2]), "he who sees nobody presses nobody: the rest recover"


def test_a_believer_presses_while_enough_do_not_keep_the_norm() -> None:
    both = chain([1, 2, 3, 4], [0], [0], [0], [0])
    few = lived([1.0, -0.01, -0.9, -0.9, -0.9], 1, both, cost=0.7)
    assert few[0] == ([1, 0, 0, 0, 0], [1, 0, 2, 2, 2]), "those who hardly mind press nobody"
    some = lived([1.0, 1.0, 1.0, -0.9, -0.9], 1, both, cost=0.7)
    assert some[0][1] == [0, 0, 0, 2, 2], "half is not more than .7"


def test_a_heavy_tie_counts_for_more_and_one_without_weight_for_nothing() -> None:
    for weight, gives_in in (([3.0, 1.0], 1), ([1.0, 3.0], 0), ([1.0, 0.0], 1), ([0.0, 0.0], 0)):
        ties = chain([], [], [0, 1], weight=weight)
        start = {"enforcing": np.array([1, 0, 0], np.uint8)}
        assert lived([1.0, -1.0, -0.6], 1, ties, given=start)[0][0][2] == gives_in


def test_who_sees_nobody_shows_what_he_or_she_believes() -> None:
    assert lived([1.0, -0.1], 2)[-1] == ([1, 0], [0, 0])
    assert lived([-0.1], 2, reach="town")[-1] == ([0], [0])


def test_people_may_start_by_keeping_a_norm_that_they_do_not_believe_in() -> None:
    days = lived([-0.3, -0.3], 2, chain([1], [0]), given={"complying": np.array([1, 1], np.uint8)})
    assert days[0] == ([0, 0], [2, 2]), "each saw the other keep it, and pressed for the opposite"
    assert days[1] == ([0, 0], [0, 0])


@given(st.integers(-FULL, FULL).filter(bool), st.integers(0, 20), st.integers(0, 20), st.integers(0, 20),
       st.integers(0, FULL))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_nobody_presses_others_to_do_what_he_or_she_does_not_do(
    belief: int, keep: int, break_: int, idle: int, price: int
) -> None:
    total = float(keep + break_ + idle)
    keeps, presses = _pressing.decided(belief, (float(keep - break_), float(keep), total), price)
    assert presses in ((0, 1) if keeps else (0, 2))
    mirror = _pressing.decided(-belief, (float(break_ - keep), total - keep, total), price)
    assert mirror == (1 - keeps, (0, 2, 1)[presses]), "the norm and its opposite are treated alike"


def test_the_diary_tells_who_pressed_others() -> None:
    m = Norms()
    ties = random_ties(500, 6, 2, False)
    seen, _ = live([m], 500, 3, ENFORCING, DIARY, ties=ties)
    for day in seen:
        assert np.array_equal(day["diary"] != 0, day["enforcing"] != 0)
        assert set(day["diary"].tolist()) <= {0, int(Event.ENFORCED)}
    assert any(d["diary"].any() for d in seen)


def test_rounds_come_every_period_and_nothing_moves_between() -> None:
    ties = random_ties(500, 6, 2, False)
    seen, _ = live([Norms(period=7)], 500, 15, COMPLYING, ties=ties)
    quick, _ = live([Norms()], 500, 3, COMPLYING, ties=ties)
    for day, state in enumerate(seen):
        assert np.array_equal(state["complying"], quick[day // 7]["complying"])


# ---- games -----------------------------------------------------------------------------------------


def test_nobody_punishes_where_nobody_dares() -> None:
    who = {"daring": np.zeros(20, np.uint8)}
    seen, _ = live(
        [Norms(rule="metanorms_game", reach="town")], 20, 3, WORTH, COMPLYING, ENFORCING, given=who
    )
    assert all(d["complying"].all() and not d["enforcing"].any() and not d["worth"].any() for d in seen)


def test_traits_stay_in_three_bits_and_given_ones_are_kept() -> None:
    who = {"daring": np.full(30, 3, np.uint8)}
    m = Norms(rule="norms_game", reach="town", mutation=1.0, chances=2)
    seen, _ = live([m], 30, 5, DARING, VENGEFULNESS, given=who)
    assert (
        (seen[1]["daring"] == 3).all() and (seen[2]["daring"] == 4).all() and (seen[4]["daring"] == 3).all()
    )
    assert set(seen[-1]["vengefulness"].tolist()) <= set(range(8))


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_offspring_is_exact(scores: list[int]) -> None:
    found = _punishing.offspring(np.array(scores, np.int32))
    mean = sum(scores) / len(scores)
    spread = (sum((s - mean) ** 2 for s in scores) / len(scores)) ** 0.5
    for score, copies in zip(scores, found, strict=True):
        if spread < 1e-9:
            assert copies == 1
        elif abs(abs(score - mean) - spread) > 1e-6:
            assert copies == 1 + (score - mean > spread) - (mean - score > spread)


def test_who_is_not_tied_to_both_does_not_see_one_look_away() -> None:
    """0 breaks the norm; 1 never punishes; 2 would punish, and sees 1 only if tied to both."""
    who = {"daring": np.array([7, 0, 0], np.uint8), "vengefulness": np.array([0, 0, 7], np.uint8)}
    lost = []
    for third in ([1], []):
        ties = chain([1, 2], [2, 0] if third else [0], [0, *third])
        m = Norms(rule="metanorms_game", chances=100, mutation=0.0)
        seen, _ = live([m], 3, 100, WORTH, given=who, ties=ties)
        lost.append(int(seen[-1]["worth"][1]))
    assert lost[1] == -100, "only hurt"
    assert lost[0] < -100 - 9 * 15


# ---- as every mechanism ----------------------------------------------------------------------------

KINDS: list[dict[str, Any]] = [
    {}, {"reach": "town"}, {"order": "in_turn"}, {"order": "in_turn", "reach": "town"},
    {"beliefs": "dissent"}, {"rule": "norms_game"}, {"rule": "metanorms_game"},
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_change_nothing(kind: dict[str, Any]) -> None:
    n = 600
    who = {"private_dissent": np.random.default_rng(8).integers(0, 65535, n).astype(np.uint16)}
    ties = random_ties(n, 4, 2, True)
    m = Norms(believers=0.2, **kind)
    assert len({live([m], n, 6, given=who, ties=ties, chunk=c)[1].digest() for c in (99, 600)}) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_any_number_of_people(kind: dict[str, Any], n: int) -> None:
    assert live([Norms(**kind)], n, 9)[1].day == 9


def test_neutral_does_nothing_at_all() -> None:
    assert Norms(**Norms.neutral).steps() == ()
    assert [s.name for s in Norms().steps()] == ["norms.begin", "norms.decide"]


@pytest.mark.parametrize("wrong", [{"rule": "law"}, {"conviction": 0.0}, {"cost": 1.5}, {"punished": 9}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Norms(**wrong)


@pytest.mark.parametrize("order", ["together", "in_turn"])
@pytest.mark.parametrize("reach", ["town", "ties"])
def test_who_is_not_there_shows_nothing_presses_nobody_and_is_not_seen(order: str, reach: str) -> None:
    """Children, the detained and empty rows: the others live as if the rows were not there."""
    luck, n = np.random.default_rng(3), 200
    beliefs = np.where(luck.random(n) < 0.2, 1.0, -luck.random(n) * 0.6 - 0.01)
    away = np.zeros(n, bool)
    away[:60], beliefs[:60] = True, 1.0
    everybody = chain(*[[j for j in range(n) if j != i and (i * j) % 7 < 3] for i in range(n)])
    alone = chain(*[[j - 60 for j in range(60, n) if j != i and (i * j) % 7 < 3] for i in range(60, n)])
    age = np.where(away, np.where(np.arange(n) < 20, 3, 30), 30).astype(np.uint8)
    held = np.where(away & (np.arange(n) >= 20) & (np.arange(n) < 40), 50, 0).astype(np.uint16)
    alive = np.where(away & (np.arange(n) >= 40), 0, 1).astype(np.uint8)
    who = {"age": age, "detained_until": held, "alive": alive}
    how = {"order": order, "reach": reach, "from_age": 14}
    seen = lived(beliefs.tolist(), 4, everybody, given=who, **how)
    assert all(set(keeps[:60]) == {0} and set(presses[:60]) == {_pressing.AWAY} for keeps, presses in seen)
    assert _pressing.AWAY not in seen[-1][1][60:]
    if order == "together":  # in turn, fewer rows are in another order
        who["detained_until"] = np.zeros(n, np.uint16)  # who is taken was still seen on the evening before
        who["alive"] = np.where(away & (np.arange(n) >= 20), 0, 1).astype(np.uint8)
        seen = lived(beliefs.tolist(), 4, everybody, given=who, **how)
        rest = lived(beliefs[60:].tolist(), 4, alone, given={"age": age[60:]}, **how)
        assert [(k[60:], p[60:]) for k, p in seen] == rest
        all_there = lived(beliefs.tolist(), 4, everybody, order=order, reach=reach)
        assert [k[60:] for k, _ in all_there] != [k for k, _ in rest], "planted: the absent are seen"


def test_who_comes_back_takes_part_again() -> None:
    class Gate(Mechanism):
        """Holds the first person for two days."""

        neutral: ClassVar[dict[str, object]] = {}

        def steps(self) -> tuple[Step, ...]:
            return (Step("gate.hold", Phase.SANCTION, self._hold, writes=(DETAINED_UNTIL,)),)

        def _hold(self, view: Any, now: Any) -> None:
            view[DETAINED_UNTIL][:1] = 9 if now.day < 2 else 0

    for order in ("together", "in_turn"):
        beliefs = np.array([FULL, -10, -10], np.int16)
        m = Norms(reach="town", order=order)
        seen, _ = live([m, Gate()], 3, 6, COMPLYING, ENFORCING, given={"belief": beliefs})
        assert [int(d["enforcing"][0]) == _pressing.AWAY for d in seen] == [
            False,
            True,
            True,
            False,
            False,
            False,
        ]
        assert seen[-1]["complying"].tolist()[0] == 1


def test_what_a_person_shows_can_bar_speech() -> None:
    """A town with both: who keeps the norm says no more than is tolerated."""
    n = 300
    dissent = np.random.default_rng(4).integers(20_000, 65_535, n).astype(np.uint16)
    who = {"private_dissent": dissent, "belief": np.where(np.arange(n) % 2, FULL, -FULL).astype(np.int16)}
    town = [Norms(), Opinion(tolerance=0.25, severity=0.0, norm=True)]
    seen, _ = live(town, n, 3, COMPLYING, VOICED, given=who)
    keeps = seen[-1]["complying"] != 0
    assert keeps.any() and not keeps.all()
    assert (seen[-1]["voiced"][keeps] <= round(0.25 * 65_535)).all()
    assert np.array_equal(seen[-1]["voiced"][~keeps], dissent[~keeps])
