"""Keyed draws: the published vectors, exact thresholds, and nothing that depends on order."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from glasstown.core import rng

VECTORS = [  # Random123, kat_vectors, philox4x32 10 rounds: counter, key, result
    ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


def words(counter: tuple[int, ...], key: tuple[int, ...], generator=rng.philox) -> str:
    arguments = [np.uint64(word) for word in (*counter, *key)]
    return " ".join(f"{int(word):08x}" for word in generator(*arguments))


def plain_philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int, rounds: int = 10) -> tuple[int, ...]:
    """The generator as its paper writes it, in whole numbers of any size."""
    c0, c1, c2, c3, k0, k1 = (int(x) for x in (c0, c1, c2, c3, k0, k1))
    for _ in range(rounds):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 % 2**32, (p0 >> 32) ^ c3 ^ k1, p0 % 2**32
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return c0, c1, c2, c3


@pytest.mark.parametrize(("counter", "key", "result"), VECTORS)
def test_published_vectors(counter, key, result):
    assert words(counter, key) == result
    assert words(counter, key, plain_philox) == result


def test_vectors_catch_a_generator_with_one_round_too_few():
    def short(*arguments):
        return plain_philox(*arguments, rounds=9)

    assert all(words(counter, key, short) != result for counter, key, result in VECTORS)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=6, max_size=6))
def test_the_fast_generator_is_the_plain_one(six):
    fast = rng.philox(*(np.uint64(word) for word in six))
    assert tuple(int(word) for word in fast) == plain_philox(*six)


@given(st.floats(0, 1))
def test_a_threshold_is_the_floor_of_p_times_two_to_the_64(p):
    numerator, denominator = p.as_integer_ratio()
    assert int(rng.threshold(p)) == min(numerator * 2**64 // denominator, 2**64 - 1)


def test_thresholds_are_those_of_each_probability_to_the_last_bit():
    ps = [0.0, 5e-324, 2.0**-64, 0.1, 1 / 3, 0.5, 1.0 - 2.0**-53, 1.0]
    assert rng.thresholds(ps).tolist() == [int(rng.threshold(p)) for p in ps]
    assert rng.thresholds([]).dtype == np.uint64
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="must lie in"):
            rng.thresholds([0.5, wrong])


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_a_threshold_refuses_what_is_no_probability(p):
    with pytest.raises(ValueError, match="probability"):
        rng.threshold(p)


def test_a_block_of_draws_is_each_person_draw_by_draw():
    ids = np.array([0, 5, 7, 2**32 - 1, 11], np.uint32)
    one, two = np.empty(5, np.uint64), np.empty(5, np.uint64)
    key, why = rng.run_key(3), rng.purpose("conduct", "cross")
    rng.table(key, ids, 17, 2, why, one, two)
    for k, subject in enumerate(ids):
        a, b, c, d = plain_philox(int(subject), 0, 17 << 8 | 2, int(why), int(key) % 2**32, int(key) >> 32)
        assert (int(one[k]), int(two[k])) == (a | b << 32, c | d << 32)
        pair = rng.draw(key, int(subject), 0, rng.when(17, 2), why)
        assert tuple(int(x) for x in pair) == (int(one[k]), int(two[k]))


def test_keys_and_purposes_differ_where_they_should():
    keys = {int(rng.run_key(s, r, d)) for s in range(20) for r in range(20) for d in ("days", "population")}
    assert len(keys) == 800
    assert rng.purpose("a", "b") == rng.purpose("a", "b")
    assert rng.purpose("ab", "c") != rng.purpose("a", "bc")


def test_a_draw_is_uniform():
    """Kolmogorov-Smirnov on 100,000 draws; false alarm 1e-6 with this seed's key."""
    ids = np.arange(100_000, dtype=np.uint32)
    one, two = np.empty(len(ids), np.uint64), np.empty(len(ids), np.uint64)
    rng.table(rng.run_key(1), ids, 0, 0, rng.purpose("test", "uniform"), one, two)
    for draws in (one, two):
        u = np.sort(draws.astype(np.float64) / 2.0**64)
        gap = np.abs(u - (np.arange(len(u)) + 0.5) / len(u)).max()
        assert gap * np.sqrt(len(u)) < 2.7
