"""Conduct: who may do what, at which chances; the belief about being noticed, step by step."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from glasstown.core.columns import SHARE
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.rng import run_key
from glasstown.core.vocabulary import ACTS, DIARY, ENTRIES, NOTICES, PERCEIVED_RISK, Act, Event, Family
from glasstown.mechanisms import conduct
from glasstown.mechanisms.conduct import Conduct
from witness import live

WORDS = st.integers(0, 2**64 - 1).map(np.uint64)
WEIGHTS = st.integers(0, 2**32)
SHARES = st.integers(0, SHARE)


def people(n: int, seed: int = 5) -> dict[str, np.ndarray]:
    """Attributes of ``n`` people, drawn without the project's own generator."""
    chance = np.random.default_rng(seed)
    return {
        "age": chance.integers(0, 90, n).astype(np.uint8),
        "family": chance.integers(0, 4, n).astype(np.uint8),
        "diligence": chance.integers(0, 256, n).astype(np.uint8),
        "prosociality": chance.integers(0, 256, n).astype(np.uint8),
    }


class Accuser(Mechanism):
    """Tells everybody once a day of having been caught."""

    def steps(self) -> tuple[Step, ...]:
        return (Step("accuser.tell", Phase.RECORD, self._tell, adds=(NOTICES,)),)

    def _tell(self, view: Any, now: Any) -> None:
        view[NOTICES][:] += np.uint8(1)


def done(n: int = 20_000, days: int = 1, **parameters: float) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Bits of acts of the last day, with the people who did them."""
    given_ = people(n)
    lived, _ = live([Conduct(**parameters)], n, given_, days, ACTS)
    return lived[-1]["acts"], given_


def test_a_red_light_is_crossed_less_as_the_perceived_risk_grows() -> None:
    fall = (0.35 - 0.003) / SHARE
    assert conduct.crossing(0, 0, 0.35, fall, 1.0, 0.0) == 0.35
    assert conduct.crossing(SHARE, 0, 0.35, fall, 1.0, 0.0) == pytest.approx(0.003)
    chances = [conduct.crossing(r, 128, 0.35, 0.4 * fall, 1.5, 1 / 255) for r in range(0, SHARE, 999)]
    assert all(a > b for a, b in pairwise(chances))


def test_deterrence_at_its_default_is_the_effect_of_cameras_in_the_review() -> None:
    """40 % fewer violations (J10) where people are sure of being noticed."""
    m = Conduct()
    fall = m.deterrence * (m.anonymous - m.identified) / SHARE
    sure = conduct.crossing(SHARE, 0, m.anonymous, fall, 1.0, 0.0)
    assert sure / m.anonymous == pytest.approx(0.6, abs=0.005)


def test_a_chance_outside_0_and_1_is_held_there() -> None:
    assert conduct.crossing(0, 0, 0.9, 0.0, 2.0, 0.0) == 1.0
    assert conduct.crossing(SHARE, 0, 0.1, 1.0, 1.0, 0.0) == 0.0


@given(WORDS)
@settings(deadline=None)  # the first call compiles
def test_what_is_certain_happens_and_what_is_impossible_does_not(u: np.uint64) -> None:
    assert conduct.happens(u, 1.0)
    assert not conduct.happens(u, 0.0)


@given(st.integers(0, 2**53 - 1))
@settings(deadline=None)  # the first call compiles
def test_a_chance_in_steps_of_2_to_the_minus_53_is_met_exactly(step: int) -> None:
    p = step * 2.0**-53
    assert not conduct.happens(np.uint64(step << 11), p)
    assert step == 0 or conduct.happens(np.uint64((step << 11) - 1), p)


@given(WORDS)
@settings(deadline=None)  # the first call compiles
def test_swapping_halves_twice_gives_the_draw_back(u: np.uint64) -> None:
    assert conduct.swapped(u) == ((int(u) << 32) | (int(u) >> 32)) % 2**64
    assert conduct.swapped(np.uint64(conduct.swapped(u))) == u


@pytest.mark.parametrize("reds", [0.0, 0.25, 1.0, 1.5, 3.0, 7.9])
def test_any_number_of_red_lights_is_the_mixture_of_the_two_whole_numbers_around_it(reds: float) -> None:
    whole, part = int(reds), reds - int(reds)
    chance, stay = np.empty(8), np.empty(8)
    risk = np.linspace(0, SHARE, 8).astype(np.uint16)
    zero8, zero64 = np.zeros(8, np.uint8), np.zeros(8, np.uint64)
    acts = np.zeros(8, np.uint16)
    conduct.cross(zero64, zero8, risk, zero8, acts, chance, stay, 0, 0.35, 5e-6, 1.0, 0.0, whole, part)
    for p, none in zip(chance, stay, strict=True):
        q, f = 1 - Fraction(p), Fraction(part)
        assert float((1 - f) * q**whole + f * q ** (whole + 1)) == pytest.approx(none, rel=1e-12)


@given(SHARES, st.booleans(), st.booleans(), SHARES, WEIGHTS, WEIGHTS, WORDS)
@settings(max_examples=300, deadline=None)
def test_a_belief_moves_by_its_exact_share_up_to_one_unit_and_stays_a_share(
    r: int, did: bool, told: bool, prior: int, gain: int, drift: int, u: np.uint64
) -> None:
    new = conduct.believed(r, int(did), int(told), prior, gain, drift, u)
    target, pull = (SHARE if told else 0 if did else prior), (gain if did or told else drift)
    exact = r + Fraction(pull, 2**32) * (target - r)
    assert 0 <= new <= SHARE
    assert new in (exact.__floor__(), exact.__ceil__())


@given(SHARES, SHARES, WEIGHTS)
@settings(deadline=None)  # the first call compiles
def test_the_mean_of_a_rounded_belief_is_exact(r: int, prior: int, drift: int) -> None:
    """It is rounded up by exactly as many of the 2**32 equally likely draws as its fraction asks for."""
    exact = r + Fraction(drift, 2**32) * (prior - r)
    down, up = exact.__floor__(), (exact - exact.__floor__()) * 2**32
    first_up = 2**32 - int(up)

    def at(half: int) -> int:
        return conduct.believed(r, 0, 0, prior, 0, drift, np.uint64(half << 32))

    assert at(0) == down
    assert at(first_up - 1) == down
    assert up == 0 or at(first_up) == down + 1


def test_weights_are_exact_at_their_ends() -> None:
    assert (conduct.weight(0.0), conduct.weight(1.0)) == (0, 2**32)
    assert conduct.believed(1234, 1, 1, 0, conduct.weight(1.0), 0, np.uint64(2**64 - 1)) == SHARE
    assert conduct.believed(1234, 0, 0, 0, 0, 0, np.uint64(2**64 - 1)) == 1234


def test_a_table_of_chances_by_prosociality_never_passes_1_and_is_not_to_be_written() -> None:
    table = conduct.by_warmth(0.9, 1.0)
    assert (np.diff(table.astype(np.float64)) >= 0).all() and table[0] == 0 and table[-1] == 2**64 - 1
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 1


def test_each_act_is_done_by_those_who_can() -> None:
    acts, who = done(reds=20.0, games=1.0, care=1.0, upbringing=1.0, warmth=0.0, anonymous=1.0, spread=0.0)
    adult = who["age"] >= conduct.ADULT
    for act, able in (
        (Act.JAYWALK, who["age"] >= 6),
        (Act.GAMES, (who["age"] >= 10) & (who["age"] <= 39)),
        (Act.CARE, adult & (who["family"] & Family.PARENT != 0)),
        (Act.RAISE, adult & (who["family"] & Family.CHILD != 0)),
    ):
        assert np.array_equal(acts & act != 0, able), act.name


@pytest.mark.parametrize(
    ("parameter", "act"),
    [("reds", Act.JAYWALK), ("games", Act.GAMES), ("care", Act.CARE), ("upbringing", Act.RAISE)],
)
def test_taking_one_act_away_leaves_the_others_as_they_were(parameter: str, act: Act) -> None:
    everything, _ = done()
    without, _ = done(**{parameter: 0.0})
    assert np.array_equal(without, everything & ~np.uint16(act))


def test_whoever_crosses_at_a_high_risk_would_have_crossed_at_a_low_one() -> None:
    """Common draws: fewer cross under more risk, and none who would not have crossed before."""
    bold, wary = (done(prior=p)[0] & Act.JAYWALK for p in (0.0, 1.0))
    assert (wary <= bold).all() and wary.sum() < 0.7 * bold.sum()


def test_only_who_crossed_is_fined_and_it_is_noted_thrice() -> None:
    n = 20_000
    lived, _ = live([Conduct(detection=0.3)], n, people(n), 3, ACTS, ENTRIES, NOTICES, DIARY)
    for day in lived:
        crossed, fined = day["acts"] & Act.JAYWALK != 0, day["diary"] & int(Event.FINED) != 0
        assert fined.any() and not (fined & ~crossed).any() and (crossed & ~fined).any()
        assert np.array_equal(day["entries"], np.where(fined, np.uint16(Act.JAYWALK), 0))
        assert np.array_equal(day["notices"], fined.astype(np.uint8))
        assert np.array_equal(day["diary"] & int(Event.OFFENDED) != 0, crossed)


def test_being_told_of_what_one_did_not_do_raises_the_perceived_risk_too() -> None:
    n = 2_000
    quiet = Conduct(reds=0.0, gain=0.1)
    lived, _ = live([quiet, Accuser()], n, people(n), 2, PERCEIVED_RISK)
    first, second = (day["perceived_risk"].astype(float) / SHARE for day in lived)
    assert np.allclose(first, 0.001 + 0.1 * 0.999, atol=2e-5)
    assert np.allclose(second, first + 0.1 * (1 - first), atol=3e-5)


def test_without_memory_and_offences_a_belief_stays() -> None:
    lived, _ = live([Conduct(reds=0.0, prior=0.3)], 500, people(500), 20, PERCEIVED_RISK)
    assert (lived[-1]["perceived_risk"] == round(0.3 * SHARE)).all()


@pytest.mark.parametrize("with_", [(), (Accuser(),)])
def test_neutral_is_absent(with_: tuple[Mechanism, ...]) -> None:
    n = 3_000
    watched = (ACTS, ENTRIES, NOTICES, DIARY, PERCEIVED_RISK)
    present, _ = live([Conduct(**Conduct.neutral), *with_], n, people(n), 5, *watched)
    absent, _ = live(list(with_), n, people(n), 5, *watched)
    for one, other in zip(present, absent, strict=True):
        assert all(np.array_equal(one[c.name], other[c.name]) for c in watched)


def test_default_is_not_neutral() -> None:
    """Planted fault: the law above fails for a conduct that does something."""
    lived, _ = live([Conduct()], 3_000, people(3_000), 5, ACTS, PERCEIVED_RISK)
    assert lived[-1]["acts"].any() and lived[-1]["perceived_risk"].any()


@pytest.mark.parametrize("n", [0, 1, 1023, 1024, 1025])
def test_any_number_of_people(n: int) -> None:
    _, town = live([Conduct()], n, people(n), 3)
    assert town.day == 3


def test_chunks_change_nothing() -> None:
    n = 5_000
    digests = {live([Conduct(memory=50.0)], n, people(n), 6, chunk=c)[1].digest() for c in (999, 2048, 5_000)}
    assert len(digests) == 1


def test_another_seed_is_another_day() -> None:
    n = 1_000
    assert len({live([Conduct()], n, people(n), 6, seed=s)[1].digest() for s in (1, 2, 3)}) == 3
    assert run_key(1) != run_key(2)


@pytest.mark.parametrize(
    "wrong", [{"reds": -1.0}, {"anonymous": 1.1}, {"memory": -1.0}, {"games_from": 300}, {"severity": 1.0}]
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Conduct(**wrong)


class Speaker(Mechanism):
    """Adds an act of another kind to everybody's."""

    def steps(self) -> tuple[Step, ...]:
        return (Step("speaker.speak", Phase.ACT, self._speak, adds=(ACTS,)),)

    def _speak(self, view: Any, now: Any) -> None:
        view[ACTS][:] |= np.uint8(Act.CRITICISE)


def test_whoever_is_detained_stays_in_and_all_others_do_what_they_would() -> None:
    n = 3_000
    away = {"detained_until": np.where(np.arange(n) % 3 == 0, 9, 0).astype(np.uint16)}
    conduct_then = Conduct(reds=9.0, care=1.0, games=1.0)
    (free,), _ = live([conduct_then, Speaker()], n, people(n), 1, ACTS)
    (some,), _ = live([conduct_then, Speaker()], n, people(n) | away, 1, ACTS, chunk=700)
    held = away["detained_until"] != 0
    assert np.array_equal(free["acts"][~held], some["acts"][~held])
    assert set(some["acts"][held]) == {int(Act.CRITICISE)} and len(set(free["acts"][held])) > 4
