"""Published results: each holds, each catches its planted fault, all together raise a false alarm rarely."""

import csv
import io
from math import isclose
from threading import Event

import numpy as np
import pytest

from glasstown.lab.catalog import CATALOG
from glasstown.lab.ledger import bibliography
from glasstown.lab.runs import Options
from glasstown.lab.verification import NAMES, results, table
from glasstown.lab.verification.bands import Band, Worlds, bands, lines, placed, uncited
from glasstown.lab.verification.result import Count, Mean, Result, number
from glasstown.lab.verification.running import false_alarm, verify
from glasstown.lab.verification.trial import Trial, evenly

ALL = results()
FEWEST = 25


def test_there_are_enough_and_each_is_whole() -> None:
    assert len(ALL) >= FEWEST
    assert len({each.key for each in ALL}) == len(ALL)
    assert set(NAMES) == set(CATALOG) and len(NAMES) == len(CATALOG), "every institution has a result"
    for each in ALL:
        assert each.claim and each.where and each.fault
        assert each.source == "" or each.source in bibliography(), each.key
        low, high = each.bounds
        assert not low <= each.alternative <= high, f"{each.key}: the fault must be outside"


def test_the_total_false_alarm_is_below_one_in_ten_thousand() -> None:
    assert false_alarm(ALL) < 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_all_hold_and_have_power(name: str) -> None:
    for tested in verify(results([name]), Trial(1)):
        assert tested.verdict == "holds", tested
        assert tested.power > 0.9, tested


@pytest.mark.parametrize("name", NAMES)
def test_every_planted_fault_is_caught(name: str) -> None:
    for tested in verify(results([name]), Trial(1), wrong=True):
        assert tested.verdict == "fails", tested


# ---- the tests themselves ---------------------------------------------------------------------------


def made(expected: float | tuple[float, float], alternative: float = 0.5, slack: float = 0.0) -> Result:
    return Result("x.y", "a claim", expected, "", "closed form", lambda *_: Mean(0.0), "a fault", alternative,
                  slack, alpha=0.01)  # fmt: skip


def test_a_count_is_tested_by_the_binomial_distribution() -> None:
    """Ten thousand towns in which the claim is true: as many alarms as stated, at most."""
    true, chance = made(0.3), np.random.default_rng(1)
    alarms = sum(true.judged(Count(int(h), 500)) == "fails" for h in chance.binomial(500, 0.3, 10_000))
    assert 40 < alarms < 140
    noticed = sum(true.judged(Count(int(h), 500)) == "fails" for h in chance.binomial(500, 0.38, 10_000))
    assert isclose(noticed / 10_000, made(0.3, 0.38).power(Count(150, 500)), abs_tol=0.02)


def test_a_mean_is_tested_by_the_normal_distribution() -> None:
    true, chance = made(2.0, 2.4), np.random.default_rng(2)
    alarms = sum(true.judged(Mean(float(v), 0.1)) == "fails" for v in chance.normal(2.0, 0.1, 10_000))
    assert 50 < alarms < 150
    noticed = sum(true.judged(Mean(float(v), 0.1)) == "fails" for v in chance.normal(2.4, 0.1, 10_000))
    assert isclose(noticed / 10_000, true.power(Mean(2.0, 0.1)), abs_tol=0.02)


def test_what_has_no_chance_must_lie_within_the_slack() -> None:
    exact = made(1.0, 0.9, slack=0.05)
    assert [exact.judged(Mean(v)) for v in (0.95, 1.04, 1.06)] == ["holds", "holds", "fails"]
    assert exact.power(Mean(1.0)) == 1.0 and made(1.0, 0.97, slack=0.05).power(Mean(1.0)) == 0.0
    assert made((0.2, 0.4)).judged(Mean(0.3)) == "holds" and made((0.2, 0.4)).judged(Mean(0.5)) == "fails"


def test_intervals() -> None:
    low, high = Count(0, 50).interval()
    assert low == 0.0 and isclose(high, 1 - 0.025 ** (1 / 50))
    low, high = Count(15, 50).interval()
    assert isclose(low, 0.1786, abs_tol=5e-4) and isclose(high, 0.4461, abs_tol=5e-4)
    assert Mean(1.0).interval() is None


def test_the_same_seed_is_the_same_table_and_another_is_not() -> None:
    some = [each for each in ALL if each.key in ("registry.links", "score.aware")]
    one, again, other = ([t.seen for t in verify(some, Trial(seed))] for seed in (5, 5, 6))
    assert one == again != other


def test_more_people_by_night() -> None:
    some = [each for each in ALL if each.key == "registry.links"]
    (by_night,) = verify(some, Trial(1, scale=4))
    assert isinstance(by_night.seen, Count) and by_night.seen.tries == 4 * 200_000


def test_stopping_keeps_what_is_done() -> None:
    stop, done = Event(), []
    for tested in verify(ALL, Trial(1), stop=stop):
        done.append(tested)
        stop.set()
    assert len(done) == 1


def test_evenly_is_exact() -> None:
    assert int(evenly(100_000, 0.02).sum()) == 2_000
    assert np.ptp(np.flatnonzero(evenly(1000, 0.1))) > 900


# ---- telling ----------------------------------------------------------------------------------------


def test_tables_have_a_row_for_each_result() -> None:
    some = list(verify([each for each in ALL if each.key.startswith("climate.k")], Trial(1)))
    rows = list(csv.reader(io.StringIO(table.as_csv(some))))
    assert rows[0] == list(table.HEADINGS) and [row[0] for row in rows[1:]] == [t.result.key for t in some]
    text = table.as_markdown(some, table.about(some, len(ALL), 1, 1))
    assert "Timur Kuran" in text and text.count("| holds |") == len(some)
    assert max(map(len, table.lines(some))) <= 80


@pytest.mark.parametrize(
    ("value", "text"), [(0.00656, "0.00656"), (-17.1402, "-17.14"), (1.0, "1"), (0.5, "0.5")]
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


# ---- bands ------------------------------------------------------------------------------------------


def test_bands_are_whole_and_cite_what_there_is() -> None:
    assert uncited() == set()
    for band in bands():
        assert band.low < band.high and band.where and band.note and band.facts


def band(**fields: object) -> Band:
    usual = {"name": "b", "scenario": "article", "of": ["voiced"], "low": 0.2, "high": 0.4, "unit": "share",
             "source": "daymude-2025", "where": "w", "facts": ["E22"], "note": "n"}  # fmt: skip
    return Band.model_validate(usual | fields)


class Told(Worlds):
    """Worlds that nobody lived."""

    def measured(
        self, name: str, without: str = "", given: tuple[str, ...] = ()
    ) -> tuple[dict[str, float], ...]:
        if given == ("opinion.tolerance=1",):
            return ({"voiced": 0.9},)
        if name == "open" or without:
            return ({"voiced": 0.4, "score": 0.0},)
        return ({"voiced": 0.3, "score": 600.0},)


@pytest.mark.parametrize(
    ("fields", "verdict", "why"),
    [
        ({}, "inside", ""),
        ({"high": 0.25}, "outside", ""),
        ({"given": ["opinion.tolerance=1"], "high": 0.95, "low": 0.85}, "inside", ""),
        ({"against": "open", "change": "difference", "low": -0.11, "high": -0.09}, "inside", ""),
        ({"against": "without:opinion", "change": "relative", "low": -0.26, "high": -0.24}, "inside", ""),
        ({"per": ["voiced", "score"], "low": 0.0, "high": 0.001}, "inside", ""),
        ({"less": ["voiced"], "low": -0.1, "high": 0.1}, "inside", ""),
        ({"scenario": "nowhere"}, "absent", "no scenario nowhere"),
        ({"of": ["happiness"]}, "absent", "no measure happiness"),
        ({"needs": ["dragons"]}, "absent", "has no dragons"),
        ({"of": ["fined"]}, "absent", "nothing was counted"),
    ],
)
def test_where_an_output_lies(fields: dict[str, object], verdict: str, why: str) -> None:
    found = placed(band(**fields), Told(1, Options()))
    assert (found.verdict, why in found.absent) == (verdict, True)
    assert any(verdict in line for line in lines([found]))
