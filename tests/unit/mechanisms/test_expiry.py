"""Expiry: what is due, who obeys, and that a limit is a shorter retention."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crowd import Crowd, some
from glasstown.core.vocabulary import ERASURES, MISRECORDED_SINCE, RECORDED_SINCE, RESTORED, Act, Erasure
from glasstown.mechanisms.expiry import Expiry, due
from glasstown.mechanisms.registry import Registry
from witness import live

PEOPLE, DAYS = 3_000, 40
ALL = (RECORDED_SINCE, MISRECORDED_SINCE, RESTORED)


def reports() -> Crowd:
    return Crowd.of(
        entries=[some(PEOPLE, 0.02, Act.JAYWALK, d) for d in range(DAYS)],
        false_entries=[some(PEOPLE, 0.01, Act.DEFAULT, 90 + d) for d in range(DAYS)],
    )


@given(st.integers(0, 60_000), st.integers(0, 4_000), st.integers(1, 4_000))
def test_due_is_what_has_stood_long_enough_by_tonight(day: int, stood: int, limit: int) -> None:
    """A record of today has stood one day tonight."""
    since = (day + 1 - stood) % 65_536
    if since:
        assert due(since, day, limit) == (stood + 1 >= limit)
    assert not due(0, day, limit)


@pytest.mark.parametrize("renews", [True, False])
def test_a_limit_is_a_shorter_retention(renews: bool) -> None:
    """Record for record, whatever else happens; only that what an erasure clears is made good as well."""
    ways = []
    for retention, limit in ((9, 0), (1_000, 9), (1_000, 10)):
        m = Registry(retention=retention, renews=renews, error=0.0)
        lived, _ = live([m, Expiry(limit=limit), reports()], PEOPLE, {}, DAYS, *ALL)
        ways.append(lived)
    for day in range(DAYS):
        for name in ("recorded_since", "misrecorded_since"):
            assert np.array_equal(ways[0][day][name], ways[1][day][name])
    assert not np.array_equal(ways[0][-1]["recorded_since"], ways[2][-1]["recorded_since"]), "planted fault"
    assert not any(d["restored"].any() for d in ways[0]) and any(d["restored"].any() for d in ways[1])


def test_true_and_wrong_records_age_by_themselves() -> None:
    nobody, everybody = np.zeros(PEOPLE, np.uint16), np.full(PEOPLE, int(Act.JAYWALK), np.uint16)
    crowd = Crowd.of(entries=[everybody, nobody], false_entries=[nobody, nobody, nobody, everybody, nobody])
    lived, _ = live(
        [Registry(error=0.0, missed_link=0.0), Expiry(limit=6), crowd], PEOPLE, {}, 12, *ALL, ERASURES
    )
    assert [int(d["recorded_since"].max()) for d in lived] == [1] * 6 + [0] * 6
    assert [int(d["misrecorded_since"].min()) for d in lived] == [0] * 3 + [4] * 6 + [0] * 3
    assert [set(d["erasures"]) for d in lived[5:9]] == [{Erasure.EXPIRED}, {0}, {0}, {Erasure.MISEXPIRED}]


def test_some_registries_never_obey() -> None:
    m = Registry(error=0.0, missed_link=0.0)
    half, _ = live([m, Expiry(limit=5, strength=0.5), reports()], PEOPLE, {}, DAYS, *ALL)
    all_, _ = live([m, Expiry(limit=5), reports()], PEOPLE, {}, DAYS, *ALL)
    none, _ = live([m, reports()], PEOPLE, {}, DAYS, *ALL)
    kept = np.array([d["recorded_since"] for d in half])
    obeyed = np.all(kept == [d["recorded_since"] for d in all_], axis=0)
    ignored = np.all(kept == [d["recorded_since"] for d in none], axis=0)
    assert np.all(obeyed | ignored), "a person's registry always obeys or never does"
    different = ~(obeyed & ignored)
    assert 0.4 < obeyed[different].mean() < 0.6


@pytest.mark.parametrize("off", [{"limit": 0}, {"strength": 0.0}])
def test_switched_off(off: dict[str, float]) -> None:
    m, days = Registry(retention=20), []
    for others in ([], [Expiry(**off)]):
        lived, _ = live([m, *others, reports()], PEOPLE, {}, DAYS, *ALL, ERASURES)
        days.append(lived)
    assert all(np.array_equal(a[n], b[n]) for a, b in zip(*days, strict=True) for n in a)


def test_without_a_registry_there_is_nothing_to_erase() -> None:
    lived, _ = live([Expiry(limit=1), reports()], 50, {}, 3, ERASURES)
    assert not any(d["erasures"].any() for d in lived)


@pytest.mark.parametrize("wrong", [{"limit": -1}, {"strength": 1.5}, {"limit": 1.5}, {"days": 3}])
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Expiry(**wrong)
