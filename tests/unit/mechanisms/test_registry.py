"""Registry: what is filed, how long it stands, what ends it, and the tables behind its chances."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crowd import Crowd, some
from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.vocabulary import (
    ADVERSE,
    DIARY,
    ERASURES,
    FILED,
    MISFILED,
    MISRECORDED_SINCE,
    RECORDED_SINCE,
    RESTORED,
    Act,
    Erasure,
    Event,
)
from glasstown.mechanisms import registry
from glasstown.mechanisms._filing import aged, standing, witnessed
from glasstown.mechanisms.registry import FILINGS, Registry, chance_pairs
from witness import live

PEOPLE = 2_000
ALL = (FILED, MISFILED, RECORDED_SINCE, MISRECORDED_SINCE, ERASURES, RESTORED, DIARY)
EXACT = {
    "error": 0.0, "missed_link": 0.0, "intake_care": 0.0, "intake_raise": 0.0, "intake_games": 0.0,
}  # fmt: skip
NOBODY = np.zeros(PEOPLE, np.uint16)


class Eraser(Mechanism):
    """Orders erasures of everybody's records on one day."""

    on: int = 3
    bits: int = 0

    def steps(self) -> tuple[Step, ...]:
        return (Step("eraser.order", Phase.RESPOND, self._order, adds=(ERASURES,)),)

    def _order(self, view, now) -> None:
        if now.day == self.on:
            view[ERASURES][:] |= np.uint8(self.bits)


def file(m: Registry, days: int, *others: Mechanism, people: int = PEOPLE, **crowd: list):
    return live([m, Crowd.of(**crowd), *others], people, {}, days, *ALL)


# ---- what enters ---------------------------------------------------------------------------------


@pytest.mark.parametrize("bit", list(Act))
def test_what_is_reported_is_filed_true_and_false_apart(bit: Act) -> None:
    said, lied = some(PEOPLE, 0.3, bit, 1), some(PEOPLE, 0.3, bit, 2)
    (day,), town = file(Registry(**EXACT), 1, entries=[said], false_entries=[lied])
    assert np.array_equal(day["filed"], said) and np.array_equal(day["misfiled"], lied)
    adverse = bit in ADVERSE
    assert np.array_equal(day["recorded_since"], (said != 0) * adverse)
    assert np.array_equal(day["misrecorded_since"], (lied != 0) * adverse)
    assert np.array_equal((day["diary"] & int(Event.RECORDED)) != 0, (said != 0) & adverse)
    assert np.array_equal((day["diary"] & int(Event.MISRECORDED)) != 0, (lied != 0) & adverse)
    credit = bit in (Act.CARE, Act.RAISE, Act.REPAY)
    assert np.array_equal((day["diary"] & int(Event.CREDITED)) != 0, (said != 0) & credit)
    assert town.state.tallies[FILINGS.name] == np.count_nonzero(said) * adverse


def test_unofficial_acts_are_filed_at_their_own_rates_only() -> None:
    bits = int(Act.CARE | Act.RAISE | Act.GAMES | Act.JAYWALK | Act.REPAY)
    acts = np.full(PEOPLE, bits, np.uint16)
    for name, act in (("intake_care", Act.CARE), ("intake_raise", Act.RAISE), ("intake_games", Act.GAMES)):
        (day,), _ = file(Registry(**(EXACT | {name: 1.0})), 1, acts=[acts])
        assert set(day["filed"]) == {int(act)}
    assert not file(Registry(**EXACT), 1, acts=[acts])[0][0]["filed"].any()


def test_a_missed_link_loses_everything() -> None:
    bits = np.full(PEOPLE, int(Act.JAYWALK | Act.REPAY), np.uint16)
    m = Registry(**(EXACT | {"missed_link": 1.0}))
    (day,), _ = file(m, 1, entries=[bits], false_entries=[bits])
    assert not day["filed"].any() and not day["misfiled"].any() and not day["diary"].any()


def test_own_errors_are_false_defaults() -> None:
    (day,), _ = file(Registry(**(EXACT | {"error": 0.5, "retention": 1, "settled": False})), 1)
    hit = day["misfiled"] != 0
    assert 0.4 < hit.mean() < 0.6 and set(day["misfiled"][hit]) == {int(Act.DEFAULT)}
    assert np.array_equal(hit, day["misrecorded_since"] == 1)
    assert np.array_equal(hit, day["diary"] == Event.MISRECORDED)


def test_a_registry_begins_settled_unless_told_otherwise() -> None:
    m = {"error": 0.1, "registries": 3, "retention": 200}
    assert not file(Registry(**(EXACT | m | {"settled": False, "error": 1e-9})), 1)[0][0][
        "misrecorded_since"
    ].any()
    (day,), _ = file(Registry(**(EXACT | m)), 1)
    share = (day["misrecorded_since"] != 0).mean()
    assert share == pytest.approx(1 - 0.9**3, abs=0.05)


@pytest.mark.parametrize("renews", [True, False])
@pytest.mark.parametrize("begins", [0, 7])
def test_inherited_records_are_older_than_the_run_and_end_in_time(renews: bool, begins: int) -> None:
    table = registry.ages(0.01, 40, renews)
    since = np.zeros(PEOPLE, np.uint16)
    registry.inherit(np.arange(PEOPLE, dtype=np.uint32), since, rng.run_key(1), begins, np.uint32(3), table)
    age = (begins + 1 - since[since != 0].astype(int)) % 65_536
    assert age.min() >= 1 and age.max() <= 40 and len(set(age.tolist())) > 30


# ---- how long it stands --------------------------------------------------------------------------


def test_a_record_stands_for_its_retention() -> None:
    said = some(PEOPLE, 0.5, Act.JAYWALK, 1)
    days, _ = file(Registry(**EXACT, retention=5), 8, entries=[NOBODY, said, NOBODY])
    on = [np.count_nonzero(d["recorded_since"]) for d in days]
    assert on == [0, *[np.count_nonzero(said)] * 5, 0, 0]
    assert set(days[3]["recorded_since"]) == {0, 2}
    ended = [np.count_nonzero(d["diary"] & int(Event.FORGOTTEN)) for d in days]
    assert ended == [0] * 6 + [np.count_nonzero(said), 0]


def test_a_new_entry_renews_or_does_not() -> None:
    said = some(PEOPLE, 0.5, Act.JAYWALK, 1)
    entries = [said, NOBODY, said, NOBODY]
    renewed, _ = file(Registry(**EXACT, retention=5), 8, entries=entries)
    first, _ = file(Registry(**EXACT, retention=5, renews=False), 8, entries=entries)
    assert [int(d["recorded_since"].max()) for d in renewed] == [1, 1, 3, 3, 3, 3, 3, 0]
    assert [int(d["recorded_since"].max()) for d in first] == [1, 1, 1, 1, 1, 0, 0, 0]


def test_without_a_renewal_the_last_day_takes_what_it_brings() -> None:
    """So that a spell of R days is followed by at least one without: f R / (1 + f R) on average."""
    always = np.full(PEOPLE, int(Act.JAYWALK), np.uint16)
    days, _ = file(Registry(**EXACT, retention=3, renews=False), 9, entries=[always])
    assert [int(d["recorded_since"].max()) for d in days] == [1, 1, 1, 0, 5, 5, 5, 0, 9]
    days, _ = file(Registry(**EXACT, retention=3), 9, entries=[always])
    assert [int(d["recorded_since"].min()) for d in days] == list(range(1, 10))


@pytest.mark.parametrize(
    ("bits", "true", "wrong", "restored", "forgotten"),
    [
        (Erasure.CORRECTED, True, False, True, False),
        (Erasure.EXPIRED, False, True, False, True),
        (Erasure.MISEXPIRED, True, False, True, True),
        (Erasure.WITHDRAWN, False, True, False, False),
        (Erasure.CORRECTED | Erasure.EXPIRED, False, False, True, True),
    ],
)
def test_erasures_are_carried_out_the_day_after(
    bits: Erasure, true: bool, wrong: bool, restored: bool, forgotten: bool
) -> None:
    said, lied = some(PEOPLE, 0.5, Act.JAYWALK, 1), some(PEOPLE, 0.5, Act.DEFAULT, 2)
    days, _ = file(
        Registry(**EXACT), 6, Eraser(on=3, bits=int(bits)),
        entries=[said, NOBODY], false_entries=[lied, NOBODY],
    )  # fmt: skip
    assert np.array_equal(days[3]["recorded_since"], said != 0)
    assert days[3]["erasures"].any() and not days[4]["erasures"].any()
    assert np.array_equal(days[4]["recorded_since"] != 0, (said != 0) & true)
    assert np.array_equal(days[4]["misrecorded_since"] != 0, (lied != 0) & wrong)
    assert np.array_equal(days[4]["restored"] != 0, (lied != 0) & restored)
    assert np.any(days[4]["diary"] & int(Event.FORGOTTEN)) == forgotten
    assert not days[5]["restored"].any() and not days[5]["diary"].any()


# ---- rules and tables ----------------------------------------------------------------------------

DAY1 = st.integers(1, 60_000)


@given(DAY1, st.integers(0, 5_000), st.integers(1, 5_000))
def test_age_is_counted_across_the_first_day(today: int, back: int, retention: int) -> None:
    since = (today - back) % 65_536
    if since:
        assert aged(since, today, retention) == (back >= retention)
    assert not aged(0, today, retention)


@given(st.integers(0, 65_535), DAY1, st.booleans(), st.booleans(), st.integers(1, 5_000), st.booleans())
def test_a_record_is_old_new_or_gone(
    since: int, today: int, new: bool, ordered: bool, retention: int, renews: bool
) -> None:
    after = standing(since, today, new, ordered, retention, renews)
    assert after in (0, since, today)
    assert after != today or new or since == today
    over = since != 0 and (ordered or (today - since) % 65_536 >= retention)
    if over:
        assert after == (today if new and renews else 0)
    elif since and not renews:
        assert after == since


@pytest.mark.parametrize(("registries", "error", "retention"), [(1, 0.02, 1095), (8, 0.2, 30), (1, 0.0, 10)])
def test_the_hazard_holds_the_share(registries: int, error: float, retention: int) -> None:
    m = Registry(registries=registries, error=error, retention=retention)
    assert 1 - (1 - m.hazard()) ** retention == pytest.approx(1 - (1 - error) ** registries)


def test_ages_of_a_steady_state() -> None:
    h, r = 0.01, 50
    renewed, spells = (registry.ages(h, r, renews) / 2**64 for renews in (True, False))
    assert renewed[-1] == pytest.approx(1 - (1 - h) ** r) and renewed[0] == pytest.approx(h)
    assert spells[-1] == pytest.approx(h * r / (1 + h * r)) and np.allclose(np.diff(spells), spells[0])


def test_namesakes_are_as_many_as_chance_pairs() -> None:
    people, keys = 10_000, 30_000
    cumulative = registry.namesakes((people - 1) / keys) / 2**64
    mean = float(np.sum(1 - np.concatenate([[0.0], cumulative]))) - 1
    assert people * mean / 2 == pytest.approx(chance_pairs(people, keys), rel=1e-6)
    assert chance_pairs(23, 365) == pytest.approx(253 / 365)
    assert (registry.namesakes(0.0) == rng.CERTAIN).all()


def test_a_slip_is_an_own_error_or_a_namesakes_entry() -> None:
    chances = registry.slips(0.1, 0.2) / 2**64
    assert chances[0] == pytest.approx(0.1) and chances[2] == pytest.approx(1 - 0.9 * 0.64)
    assert registry.slips(0.1, 0.0).shape == (1,)


def test_intakes_are_kept_to_their_own_third_of_the_draw() -> None:
    bits = int(Act.CARE | Act.RAISE | Act.GAMES)
    nothing, everything = registry.intakes(0.0, 0.0, 0.0), registry.intakes(1.0, 1.0, 1.0)
    for word in (0, 2**64 - 1, 0x1234_5678_9ABC_DEF0):
        assert witnessed(bits, np.uint64(word), nothing) == 0
        assert witnessed(bits, np.uint64(word), everything) == bits
    half = registry.intakes(0.5, 0.5, 0.5)
    assert witnessed(bits, np.uint64(2**21 - 1), half) == Act.RAISE | Act.GAMES
    assert witnessed(bits, np.uint64((2**21 - 1) << 21), half) == Act.CARE | Act.GAMES
    assert witnessed(bits, np.uint64((2**22 - 1) << 42), half) == Act.CARE | Act.RAISE


@pytest.mark.parametrize(
    "wrong",
    [{"error": 1.0}, {"retention": 0}, {"missed_link": 2.0}, {"renews": 1}, {"registries": 0}, {"k": 1}],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Registry(**wrong)


def test_nothing_to_file_draws_nothing_and_changes_nothing() -> None:
    days, _ = file(Registry(**Registry.neutral), 3)
    assert not any(d[c.name].any() for d in days for c in ALL)
    assert math.isclose(Registry(error=0.0).hazard(), 0.0)
