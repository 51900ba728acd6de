"""Expiry against a plain twin that reads the files at night and writes down what must go."""

import numpy as np
import pytest

from crowd import Crowd, some
from glasstown.core import rng
from glasstown.core.vocabulary import ERASURES, MISRECORDED_SINCE, RECORDED_SINCE, Act, Erasure
from glasstown.mechanisms import expiry
from glasstown.mechanisms.expiry import Expiry
from glasstown.mechanisms.registry import Registry
from witness import live

PEOPLE, DAYS = 900, 30
KEY = rng.run_key(1)


def obeys(person: int, strength: float) -> bool:
    word = int(rng.draw(KEY, person, 0, rng.when(0, 0), rng.purpose("expiry", "obey"))[0])
    return strength == 1 or word < strength * 2**64


@pytest.mark.parametrize("chunk", [PEOPLE, 77])
@pytest.mark.parametrize("strength", [1.0, 0.4])
def test_expiry_is_the_plain_one(strength: float, chunk: int) -> None:
    m, limit = Registry(error=0.4, registries=3, retention=25), 8
    crowd = Crowd.of(entries=[some(PEOPLE, 0.03, Act.JAYWALK, d) for d in range(DAYS)])
    columns = (RECORDED_SINCE, MISRECORDED_SINCE, ERASURES)
    lived, _ = live(
        [m, Expiry(limit=limit, strength=strength), crowd], PEOPLE, {}, DAYS, *columns, chunk=chunk
    )
    for day, seen in enumerate(lived):
        for person in range(PEOPLE):
            expected = 0
            for name, bit in (("recorded_since", Erasure.EXPIRED), ("misrecorded_since", Erasure.MISEXPIRED)):
                since = int(seen[name][person])
                began = since - 1 if since <= day + 1 else since - 1 - 65_536
                if since and day - began + 1 >= limit and obeys(person, strength):
                    expected |= bit
            assert seen["erasures"][person] == expected, (day, person)
    assert any(d["erasures"].any() for d in lived)


def test_the_kernel_is_its_python_source() -> None:
    chance, n = np.random.default_rng(1), 2_500
    ids = np.arange(n, dtype=np.uint32)
    since = [
        np.where(chance.random(n) < 0.1, chance.integers(1, 65_536, n), 0).astype(np.uint16) for _ in "ab"
    ]
    since[0][:1_024] = since[1][:1_024] = 0
    for strength in (1.0, 0.5):
        told = []
        for function in (expiry.order, getattr(expiry.order, "py_func", expiry.order)):
            told.append(np.full(n, 1, np.uint8))
            function(ids, *since, told[-1], KEY, 600, np.uint32(9), 500, rng.threshold(strength))
        assert np.array_equal(*told) and set(told[0].tolist()) == {1, 3, 5, 7}
