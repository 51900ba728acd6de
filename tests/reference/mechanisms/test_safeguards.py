"""Safeguards against plain twins, person by person, and their kernels against their own Python source."""

from typing import Any

import numpy as np
import pytest

from glasstown.core import cover, rng
from glasstown.core.columns import POINT
from glasstown.core.vocabulary import (
    ERASURES,
    LOSS_CAP,
    MISRECORDED_SINCE,
    SHIELDS,
    TERM_CAP,
    Erasure,
    Shield,
)
from glasstown.mechanisms import CATALOG, audit, children, review
from glasstown.mechanisms.audit import Audit
from glasstown.mechanisms.registry import Registry
from witness import live

PEOPLE, DAYS = 700, 12
KEY = rng.run_key(1)
AGES = {"age": (np.arange(PEOPLE) * 7 % 90).astype(np.uint8)}
BITS = {
    "warrant": Shield.UNNAMED,
    "anonymity": Shield.ANONYMOUS,
    "separation": Shield.SEPARATE,
    "no_contagion": Shield.ALONE,
    "private_score": Shield.PRIVATE,
    "children": Shield.MINOR,
    "audit": Shield.AUDITED,
}


def word(mechanism: str, decision: str, person: int, day: int = 0) -> tuple[int, int]:
    one, two = rng.draw(KEY, person, 0, rng.when(day, 0), rng.purpose(mechanism, decision))
    return int(one), int(two)


def covered(mechanism: str, person: int, strength: float) -> bool:
    return strength == 1 or word(mechanism, "cover", person)[0] < strength * 2**64


@pytest.mark.parametrize("strength", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("name", BITS)
def test_who_is_covered_is_the_plain_one(name: str, strength: float) -> None:
    lived, _ = live([CATALOG[name](strength=strength)], PEOPLE, AGES, 2, SHIELDS, chunk=77)
    for person in range(PEOPLE):
        eligible = name != "children" or AGES["age"][person] < 18
        expected = BITS[name] if strength and eligible and covered(name, person, strength) else 0
        assert lived[0]["shields"][person] == lived[1]["shields"][person] == expected


@pytest.mark.parametrize("strength", [0.35, 1.0])
def test_caps_and_reviews_are_the_plain_ones(strength: float) -> None:
    some = [CATALOG["proportionality"](strength=strength, points=12.5, term=40)]
    some.append(CATALOG["review"](strength=strength, recall=0.6, slip=0.2))
    lived, _ = live(some, PEOPLE, AGES, DAYS, SHIELDS, LOSS_CAP, TERM_CAP, chunk=77)
    for day, seen in enumerate(lived):
        for person in range(PEOPLE):
            capped = covered("proportionality", person, strength)
            assert seen["loss_cap"][person] == (round(12.5 * POINT) if capped else 0)
            assert seen["term_cap"][person] == (40 if capped else 0)
            false, true = word("review", "eye", person, day)
            bits = Shield.DISMISS_FALSE * (false < 0.6 * 2**64) | Shield.DISMISS_TRUE * (true < 0.2 * 2**64)
            assert seen["shields"][person] == (bits if covered("review", person, strength) else 0)


@pytest.mark.parametrize("strength", [0.35, 1.0])
def test_audits_are_the_plain_ones(strength: float) -> None:
    m, files = Audit(strength=strength, interval=2.0, found=0.5), Registry(error=0.4, retention=30)
    lived, _ = live([m, files], PEOPLE, {}, DAYS, MISRECORDED_SINCE, ERASURES, chunk=77)
    for day, seen in enumerate(lived):
        for person in range(PEOPLE):
            due = seen["misrecorded_since"][person] != 0 and covered("audit", person, strength)
            found = due and word("audit", "find", person, day)[0] < 0.25 * 2**64
            assert seen["erasures"][person] == (Erasure.CORRECTED if found else 0)
    assert any(seen["erasures"].any() for seen in lived)


def test_a_twin_with_another_key_is_caught() -> None:
    """Planted fault: covered by the draw of another safeguard."""
    lived, _ = live([CATALOG["warrant"](strength=0.35)], PEOPLE, {}, 1, SHIELDS)
    wrong = [Shield.UNNAMED if covered("anonymity", person, 0.35) else 0 for person in range(PEOPLE)]
    assert lived[0]["shields"].tolist() != wrong


def test_the_kernels_are_their_python_source() -> None:
    chance, n = np.random.default_rng(4), 2_300
    ids, u = np.arange(n, dtype=np.uint32), np.uint32
    age = chance.integers(0, 90, n).astype(np.uint8)
    wrong = (chance.integers(0, 500, n) * (chance.random(n) < 0.3)).astype(np.uint16)
    for strength in (rng.threshold(0.4), rng.CERTAIN):
        results: list[list[Any]] = []
        for compiled in (True, False):
            mine = [chance.integers(0, 1, n).astype(np.uint16) for _ in "abc"] + [np.zeros(n, np.uint8)]

            def run(function: Any, *arguments: object, compiled: bool = compiled) -> None:
                (function if compiled else getattr(function, "py_func", function))(*arguments)

            third = rng.threshold(1 / 3)
            run(cover.cover, ids, mine[0], KEY, u(3), strength, 64)
            run(children.cover, ids, age, mine[1], KEY, u(3), strength, 18)
            run(review.look, ids, mine[2], KEY, 9, u(3), u(4), strength, third, third)
            run(audit.mend, ids, wrong, mine[3], KEY, 9, u(3), u(4), strength, third)
            results.append(mine)
        assert all(np.array_equal(a, b) and a.any() for a, b in zip(*results, strict=True))
