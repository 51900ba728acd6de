"""Courtship: couples are couples, kin and the detained are left alone, hidden scores are not minded."""

from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import PrivateAttr, ValidationError

from feeder import live
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import DIARY, PARTNER, SHIELDS, Event, Shield
from glasstown.lab import catalog
from glasstown.lab.town import people_of
from glasstown.mechanisms.courtship import CHANGED, ON_SHOW, Courtship, correlation, ranks, succeeding
from glasstown.mechanisms.score import MERIT, Score

EVERY = {"meeting": 1.0, "preference": 0.0, "parting": 0.0}


class Veil(Mechanism):
    """Hides the scores of the rows that it was told."""

    neutral: ClassVar[dict[str, object]] = {}
    _rows: np.ndarray = PrivateAttr(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def over(cls, rows: np.ndarray) -> "Veil":
        veil = cls()
        veil._rows = rows
        return veil

    def steps(self) -> tuple[Step, ...]:
        return (Step("veil.hide", Phase.ACT, self._hide, adds=(SHIELDS,)),)

    def _hide(self, view: Any, now: Any) -> None:
        inside = self._rows[(self._rows >= view.lo) & (self._rows < view.lo + view.people)]
        view[SHIELDS][inside - view.lo] |= np.uint16(Shield.PRIVATE)


def town(n: int, seed: int = 1) -> dict[str, Any]:
    luck = np.random.default_rng(seed)
    return {
        "age": luck.integers(18, 60, n).astype(np.uint8),
        "sex": luck.integers(0, 2, n).astype(np.uint8),
        "shown_score": luck.integers(22_400, 60_800, n).astype(np.uint16),
    }


def two(**columns: list[int]) -> list[int]:
    """A man and a woman who go out in the first month: their partners."""
    types = {"shown_score": np.uint16, "household": np.uint32, "detained_until": np.uint16}
    who = {"age": [30, 30], "sex": [0, 1]} | columns
    given = {name: np.array(values, types.get(name, np.uint8)) for name, values in who.items()}
    partner: list[int] = live([Courtship(**EVERY)], 2, 1, given=given)[1].state.whole["partner"].tolist()
    return partner


def test_who_can_be_a_couple() -> None:
    assert two() == [2, 1]
    assert two(sex=[0, 0]) == two(age=[17, 30]) == two(household=[1, 1]) == [0, 0]
    assert two(household_place=[0, 1]) == [0, 0], "in one household"
    assert two(detained_until=[0, 9]) == two(alive=[1, 0]) == [0, 0]
    assert two(household=[1, 2]) == [2, 1]


def test_a_couple_is_of_two_and_told_once() -> None:
    n = 3_000
    seen, _ = live([Courtship(meeting=0.5, parting=0.9)], n, 95, PARTNER, CHANGED, DIARY, given=town(n))
    sex = town(n)["sex"]
    before = np.zeros(n, np.uint32)
    for day, state in enumerate(seen):
        partner = state["partner"]
        mine = np.flatnonzero(partner)
        assert np.array_equal(partner[partner[mine] - 1] - 1, mine)
        assert (sex[mine] != sex[partner[mine] - 1]).all()
        paired, parted = (before == 0) & (partner > 0), (before > 0) & (partner == 0)
        events = np.where(paired, Event.PAIRED, 0) | np.where(parted, Event.PARTED, 0)
        assert np.array_equal(state["diary"], events.astype(np.uint64))
        assert day % 30 == 0 or np.array_equal(partner, before)
        before = partner
    assert all((d["diary"] == int(Event.PARTED)).any() for d in (seen[30], seen[60], seen[90]))


def test_whose_partner_is_gone_is_told_so_and_looks_again_the_month_after() -> None:
    given = {"age": np.full(3, 30, np.uint8), "sex": np.array([0, 1, 1], np.uint8),
             "partner": np.array([2, 0, 0], np.uint32)}  # fmt: skip
    seen, _ = live([Courtship(**EVERY)], 3, 31, PARTNER, DIARY, given=given)
    assert seen[0]["diary"].tolist() == [int(Event.PARTED), 0, 0]
    assert seen[0]["partner"].tolist() == [0, 0, 0]
    assert seen[30]["partner"][0] > 1


def test_the_higher_of_two_minds_and_the_lower_does_not() -> None:
    """Ranks are within one's own sex: nobody is worse for being on the side of which there are more."""
    n = 2_000
    who = town(n)
    m = Courtship(meeting=1.0, tolerance=0.25, parting=0.0)
    partner = live([m], n, 1, given=who)[1].state.whole["partner"]
    mine = np.flatnonzero((partner > 0) & (who["sex"] == 0))
    hers = partner[mine] - 1
    score, sex = who["shown_score"], who["sex"]
    gap = np.abs(ranks(score[sex == 0], score[mine]) - ranks(score[sex == 1], score[hers]))
    assert len(mine) > 300 and gap.max() <= 0.25 and gap.max() > 0.22


def test_a_hidden_or_absent_score_is_not_minded() -> None:
    n = 2_000
    who = town(n)
    m = Courtship(meeting=1.0, tolerance=0.0, parting=0.0)
    some = np.arange(0, n, 2)
    seen, _ = live([m, Veil.over(some)], n, 1, PARTNER, ON_SHOW, given=who)
    assert np.array_equal(seen[0]["on_show"], np.where(np.arange(n) % 2 == 0, 3, 1))
    mine = np.flatnonzero(seen[0]["partner"])
    hers = seen[0]["partner"][mine] - 1
    assert len(mine) > 500
    high = np.where(who["shown_score"][mine] > who["shown_score"][hers], mine, hers)
    low = mine + hers - high
    assert (low % 2 == 0).mean() > 0.95, (
        "nearly always the lower one is hidden (ranks are within one's own sex)"
    )
    everybody = live([m], n, 1, given=who | {"shown_score": np.zeros(n, np.uint16)})[1].state.whole["partner"]
    assert (everybody > 0).mean() > 0.9


@pytest.mark.parametrize(("publicity", "sorted_"), [("public", True), ("own", False), ("secret", False)])
def test_only_a_score_that_others_see_sorts(publicity: str, sorted_: bool) -> None:
    """A town with scores: nobody is refused for a score that only its owner, or no one, is shown."""
    n = 2_000
    who = town(n)
    merit = who.pop("shown_score")
    m = Courtship(meeting=1.0, tolerance=0.0, parting=0.0)
    book = Score(publicity=publicity, company=0.0, memory=0.0)
    seen, _ = live([m, book], n, 1, PARTNER, given=who | {MERIT.name: merit})
    assert ((seen[0]["partner"] > 0).mean() < 0.2) == sorted_


def test_ranks_are_even_and_equal_scores_rank_alike() -> None:
    scores, nobody = np.array([9, 5, 30, 9, 9], np.uint16), np.zeros(0, np.uint16)
    assert ranks(scores, np.array([5, 9, 30], np.uint16)).tolist() == [0.1, 0.5, 0.9]
    assert ranks(scores, np.array([0, 10, 65535], np.uint16)).tolist() == [0.0, 0.8, 1.0]
    assert ranks(nobody, nobody).shape == (0,)


def test_closed_forms_have_their_plain_values() -> None:
    for m, exact in ((1 / 3, 28 / 37), (0.5, 0.5), (2 / 3, 0.25), (1.0, 0.0)):
        assert correlation(1.0, m) == pytest.approx(exact)
    assert correlation(0.0, 0.2) == pytest.approx(0.0)
    assert succeeding(1.0, 0.5) == 0.75


def test_couples_of_households_are_couples_from_the_start() -> None:
    """In a town of the population: of one generation, never siblings or parent and child."""
    scenario = catalog.load("article", ["town.people=4000"])
    there = people_of([scenario])
    m = Courtship(settled=True, meeting=0.0, parting=0.0)
    partner = live([m], 4_000, 2, given=there.columns)[1].state.whole["partner"]
    age, sex, place = (there.columns[n].astype(int) for n in ("age", "sex", "household_place"))
    rows = np.arange(4_000)
    mine = np.flatnonzero(partner)
    hers = partner[mine].astype(int) - 1
    assert ((rows - place)[mine] == (rows - place)[hers]).all() and (sex[mine] != sex[hers]).all()
    assert np.abs(age[mine] - age[hers]).max() < 15
    assert 0.5 < (partner[age >= 18] > 0).mean() < 0.85, "73 % of those of 15 and more are married"
    anchors = (rows - place)[mine]
    assert (age[mine] > age[anchors] - 15).all(), "no two grown children"


KINDS: list[dict[str, Any]] = [{}, {"settled": True, "meeting": 0.5}, {"preference": 0.3, "years": 8}]


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_and_threads_change_nothing(kind: dict[str, Any]) -> None:
    n = 1_500
    who = town(n)
    found = {live([Courtship(**kind)], n, 65, given=who, chunk=c)[1].digest() for c in (99, 1024, 1_500)}
    assert len(found) == 1


@pytest.mark.parametrize("n", [0, 1, 2])
def test_any_number_of_people(n: int) -> None:
    assert live([Courtship(settled=True, meeting=1.0)], n, 31)[1].day == 31


def test_neutral_does_nothing_at_all() -> None:
    assert Courtship(**Courtship.neutral).steps() == ()
    assert [s.name for s in Courtship(settled=True).steps()] == [
        "courtship.begin", "courtship.show", "courtship.pair", "courtship.tell",
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"tolerance": 1.5}, {"front": 0.5}, {"meeting": -0.1}, {"years": 300}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Courtship(**wrong)
