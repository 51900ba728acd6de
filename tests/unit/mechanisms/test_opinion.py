"""Opinion: the published optimum and its limits, who is heard, what is believed, what never changes."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from glasstown.core.columns import OCTET, SHARE
from glasstown.core.vocabulary import ACTS, DIARY, ENTRIES, PRIVATE_DISSENT, VOICED, Act, Event
from glasstown.mechanisms import opinion
from glasstown.mechanisms.opinion import BELIEF, Opinion
from witness import live

F = np.float32
WORDS = st.integers(0, 2**64 - 1).map(np.uint64)
SHARES = st.integers(0, SHARE)


def people(n: int, seed: int = 5) -> dict[str, np.ndarray]:
    """Attributes of ``n`` people, drawn without the project's own generator."""
    chance = np.random.default_rng(seed)
    return {
        "age": chance.integers(0, 90, n).astype(np.uint8),
        "private_dissent": chance.integers(0, SHARE + 1, n).astype(np.uint16),
        "boldness": chance.integers(0, OCTET + 1, n).astype(np.uint8),
    }


def voiced(dissent: np.ndarray, m: Opinion, age: int = 30, boldness: int = OCTET // 2) -> np.ndarray:
    """What people with this dissent say under ``m`` from the start, in 1/65535."""
    n = len(dissent)
    who = {
        "age": np.full(n, age, np.uint8),
        "private_dissent": dissent.astype(np.uint16),
        "boldness": np.full(n, boldness, np.uint8),
    }
    return live([m], n, who, 1, VOICED)[0][0]["voiced"]


EVERY = np.arange(SHARE + 1)
PAPER: dict[str, Any] = {"boldness": 1.0, "surveillance": 0.2, "prior": 0.2, "tolerance": 0.25}


@pytest.mark.parametrize(
    ("settings", "critical", "mean", "silent"),
    [
        ({"severity": 0.6}, 0.71154, 0.39349, 0.46154),
        ({"severity": 2.0}, None, 0.21875, 0.75),
        ({"severity": 1.0, "punishment": "proportional"}, 0.625, 0.42969, 0.375),
    ],
)
def test_the_numbers_of_the_paper(settings: dict, critical: float | None, mean: float, silent: float) -> None:
    """beta = 1, nu = .2, tau = .25, dissent uniform on 0 to 1: each value that a column can hold, once."""
    said = voiced(EVERY, Opinion(**(PAPER | settings)))
    assert said.mean() / SHARE == pytest.approx(mean, abs=2e-5)
    assert (said < EVERY).mean() == pytest.approx(silent, abs=4e-5)
    if settings.get("punishment") == "proportional":
        assert said.max() / SHARE == pytest.approx(critical, abs=1e-5)
    elif critical is not None:
        defiant = (said == EVERY) & (EVERY > 0.26 * SHARE)
        assert EVERY[defiant].min() / SHARE == pytest.approx(critical, abs=2e-5)


def test_the_defaults_are_the_paper() -> None:
    assert np.array_equal(voiced(EVERY, Opinion()), voiced(EVERY, Opinion(**PAPER, severity=0.6)))


@pytest.mark.parametrize("punishment", ["uniform", "proportional"])
def test_the_ends_of_the_scales_are_the_paper_s_cases(punishment: str) -> None:
    def said(**parameters: float) -> np.ndarray:
        return voiced(EVERY, Opinion(**(PAPER | {"punishment": punishment} | parameters)))

    tau = round(0.25 * SHARE)
    assert np.array_equal(said(severity=0.0), EVERY), "nothing to fear: all is said"
    assert np.array_equal(said(severity=100.0), np.minimum(EVERY, tau)), "too much to fear"
    assert np.array_equal(said(tolerance=1.0, severity=100.0), EVERY), "everything tolerated"
    assert np.array_equal(said(prior=1.0, severity=1.5), np.minimum(EVERY, tau)), (
        "always watched, more to lose"
    )
    if punishment == "proportional":
        assert np.array_equal(said(prior=1.0, severity=0.75), EVERY), "always watched, and bolder than that"
        assert np.array_equal(said(prior=1.0, severity=1.0), EVERY), "the tie, as the paper breaks it"


@given(SHARES, st.floats(0, 4), SHARES, SHARES, st.floats(0, 4), st.booleans())
@settings(max_examples=300, deadline=None)
def test_nobody_says_more_than_is_thought_nor_less_than_is_safe(
    delta: int, beta: float, belief: int, tau: int, psi: float, by_excess: bool
) -> None:
    rule = opinion.proportional if by_excess else opinion.uniform
    a = rule(F(delta), F(beta), F(belief), F(tau), F(psi))
    assert min(delta, tau) <= a <= delta
    assert by_excess or a in (delta, min(delta, tau))


@given(SHARES, st.booleans(), st.integers(0, 2**32), WORDS)
@settings(max_examples=300, deadline=None)
def test_a_belief_moves_by_its_exact_share_up_to_one_unit_and_stays_a_share(
    belief: int, watched: bool, pull: int, u: np.uint64
) -> None:
    new = opinion.believed(belief, int(watched), pull, u)
    exact = belief + Fraction(pull, 2**32) * (watched * SHARE - belief)
    assert 0 <= new <= SHARE
    assert new in (exact.__floor__(), exact.__ceil__())


@given(SHARES, st.booleans(), st.integers(0, 2**32))
@settings(deadline=None)  # the first call compiles
def test_the_mean_of_a_rounded_belief_is_exact(belief: int, watched: bool, pull: int) -> None:
    """It is rounded up by exactly as many of the 2**32 equally likely draws as its fraction asks for."""
    exact = belief + Fraction(pull, 2**32) * (watched * SHARE - belief)
    down, up = exact.__floor__(), int((exact - exact.__floor__()) * 2**32)

    def at(half: int) -> int:
        return opinion.believed(belief, int(watched), pull, np.uint64(half << 32))

    assert at(0) == down and at(2**32 - up - 1) == down
    assert up == 0 or at(2**32 - up) == down + 1


def test_boldness_spreads_around_its_middle() -> None:
    severe = {"severity": 0.6, "spread": 1.0}
    timid, middling, bold = (
        voiced(EVERY, Opinion(**(PAPER | severe)), boldness=b) for b in (0, OCTET // 2, OCTET)
    )
    nearly = {"severity": 0.6, "boldness": 2.0 * (OCTET // 2) / OCTET}  # no octet is exactly one half
    assert np.array_equal(timid, np.minimum(EVERY, round(0.25 * SHARE)))
    assert (middling != voiced(EVERY, Opinion(**(PAPER | nearly)))).sum() < 4
    assert np.array_equal(bold, voiced(EVERY, Opinion(**(PAPER | {"severity": 0.6, "boldness": 2.0}))))


def test_children_do_not_speak_where_speech_has_an_age() -> None:
    n = 4_000
    lived, _ = live([Opinion(from_age=14, severity=0.0)], n, people(n), 3, VOICED, DIARY)
    child = people(n)["age"] < 14
    for day in lived:
        assert not day["voiced"][child].any() and not day["diary"][child].any()
        assert np.array_equal(day["voiced"][~child], people(n)["private_dissent"][~child])


def test_whoever_is_heard_said_too_much_and_is_reported_once() -> None:
    n = 20_000
    m = Opinion(severity=0.3, spread=0.8, gain=0.05, prior=0.0)
    lived, _ = live([m], n, people(n), 5, VOICED, DIARY, ENTRIES)
    before = None
    for day in lived:
        criticised, heard = (day["diary"] & int(bit) != 0 for bit in (Event.CRITICISED, Event.HEARD))
        assert heard.any() and (criticised & ~heard).any() and not (heard & ~criticised).any()
        assert np.array_equal(day["entries"], np.where(heard, np.uint16(Act.CRITICISE), 0))
        if before is not None:
            assert np.array_equal(criticised, before > round(0.25 * SHARE)), "a day is a round: all speak"
        before = day["voiced"]


def test_what_was_heard_was_done_in_the_open() -> None:
    """Others may report it; what nobody heard is no act in the open."""
    n = 4_000
    lived, _ = live([Opinion(severity=0.0)], n, people(n), 3, DIARY, ACTS)
    for day in lived:
        heard = (day["diary"] & np.uint64(Event.HEARD)) != 0
        assert np.array_equal(day["acts"], np.where(heard, int(Act.CRITICISE), 0))
        assert heard.any() and ((day["diary"] & np.uint64(Event.CRITICISED)) != 0)[~heard].any()


def test_nobody_criticises_within_the_tolerance() -> None:
    n = 5_000
    lived, _ = live([Opinion(severity=50.0)], n, people(n), 3, DIARY, VOICED)
    assert lived[0]["voiced"].any() and not any(day["diary"].any() for day in lived)


def test_private_dissent_never_changes_while_the_voice_falls() -> None:
    """People who think themselves unwatched and are watched: they learn it, and fall silent."""
    n = 20_000
    m = Opinion(surveillance=0.9, prior=0.0, gain=0.02, severity=1.5, punishment="proportional")
    lived, _ = live([m], n, people(n), 200, VOICED, PRIVATE_DISSENT, BELIEF)
    thought = people(n)["private_dissent"]
    assert all(np.array_equal(day["private_dissent"], thought) for day in lived)
    said = [float(day["voiced"].mean()) / SHARE for day in lived[::40]]
    assert said == sorted(said, reverse=True) and said[-1] < said[0] - 0.05


@pytest.mark.parametrize(("severity", "sign"), [(0.8, 1), (1.5, -1)])
def test_certainty_of_being_watched_frees_the_bold_and_silences_the_rest(severity: float, sign: int) -> None:
    """d_pro grows with nu if beta > psi: who is watched anyway gains nothing by saying less."""
    little, much = (
        voiced(EVERY, Opinion(prior=nu, severity=severity, punishment="proportional")).mean()
        for nu in (0.1, 0.8)
    )
    assert sign * (much - little) > 0.01 * SHARE


def test_silence_learns_nothing() -> None:
    n = 1_000
    who = people(n) | {"private_dissent": np.zeros(n, np.uint16)}
    lived, _ = live([Opinion(gain=0.5)], n, who, 5, BELIEF)
    assert (lived[-1]["believed_surveillance"] == round(0.2 * SHARE)).all()


def test_people_weigh_their_words_only_every_so_often() -> None:
    n = 3_000
    lived, _ = live([Opinion(gain=0.2, period=3, punishment="proportional")], n, people(n), 8, VOICED, BELIEF)
    same = [np.array_equal(a["voiced"], b["voiced"]) for a, b in pairwise(lived)]
    assert same == [True, True, False, True, True, False, True], "days 0, 3 and 6"


def test_a_change_of_surveillance_is_not_told_but_learned() -> None:
    n = 5_000
    _, town = live([Opinion(gain=0.01)], n, people(n), 50, BELIEF)
    before = town.state.whole["believed_surveillance"].astype(int)
    town.replace([Opinion(gain=0.01, surveillance=0.9)])
    at_once = town.state.whole["believed_surveillance"].astype(int)
    for _ in range(100):
        town.advance()
    after = town.state.whole["believed_surveillance"].astype(int)
    assert np.array_equal(before, at_once) and after.mean() > before.mean() + 0.1 * SHARE


def test_neutral_is_absent() -> None:
    n = 3_000
    watched = (VOICED, ENTRIES, DIARY)
    present, _ = live([Opinion(**Opinion.neutral)], n, people(n), 5, *watched)
    absent, _ = live([], n, people(n), 5, *watched)
    for one, other in zip(present, absent, strict=True):
        assert all(np.array_equal(one[c.name], other[c.name]) for c in watched)


def test_default_is_not_neutral() -> None:
    """Planted fault: the law above fails for an opinion that is voiced."""
    lived, _ = live([Opinion()], 3_000, people(3_000), 2, VOICED, DIARY)
    assert lived[-1]["voiced"].any() and lived[-1]["diary"].any()


@pytest.mark.parametrize("n", [0, 1, 1023, 1024, 1025])
def test_any_number_of_people(n: int) -> None:
    _, town = live([Opinion(gain=0.01)], n, people(n), 3)
    assert town.day == 3


def test_chunks_change_nothing() -> None:
    n = 5_000
    m = Opinion(gain=0.05, spread=0.7, occasions=0.6)
    assert len({live([m], n, people(n), 6, chunk=c)[1].digest() for c in (999, 2048, 5_000)}) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"surveillance": 1.5}, {"severity": -1.0}, {"punishment": "harsh"}, {"period": 0}, {"occasions": 2.0}],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Opinion(**wrong)
