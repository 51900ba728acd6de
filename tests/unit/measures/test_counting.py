"""Counters against a slow plain twin; closed forms of the Gini coefficient; tidy tables that add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasstown.core.columns import Column
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import NoTies
from glasstown.core.vocabulary import DIARY, EARNINGS, RIGHTS, SCORE, Event, Right
from glasstown.engine.run import Simulation
from glasstown.measures import cells, series
from glasstown.measures.definitions import EVER, FLOWS, MEASURES, SPELLS, STOCKS, TOWN
from glasstown.measures.diary import ALL_OPEN, BITS, Diary, count, ever_counts
from glasstown.measures.lives import Lives, panel
from glasstown.measures.stocks import SUMS, Stocks
from glasstown.measures.whole import NEEDS

PEOPLE, DAYS, DISTRICTS = 3_001, 40, 5
RNG = np.random.default_rng(7)
EVENTS = (RNG.random((DAYS, PEOPLE, 3)) < 0.1) * np.array(
    [int(Event.CRITICISED), int(Event.NAMED), int(Event.LOST_POINTS_WRONGLY)]
)
CLOSED = RNG.random((DAYS, PEOPLE)) < 0.3
WORTH = RNG.integers(350 * 64, 950 * 64, (DAYS, PEOPLE)).astype(np.uint16)
GIVEN = {
    "stratum": RNG.integers(0, cells.STRATA, PEOPLE).astype(np.uint8),
    "district": np.sort(RNG.integers(0, DISTRICTS, PEOPLE)).astype(np.uint8),
}


class Script(Mechanism):
    """Plays the random script above."""

    def steps(self):
        """One step that writes what measures read."""
        return (Step("script.play", Phase.SANCTION, self._play, writes=(RIGHTS, SCORE), adds=(DIARY,)),)

    def _play(self, view, now):
        rows = slice(view.lo, view.lo + view.people)
        shut = CLOSED[now.day, rows]
        before = (view[RIGHTS] & ALL_OPEN) != ALL_OPEN
        view[DIARY][:] += EVENTS[now.day, rows].sum(axis=1).astype(np.uint32)
        view[DIARY][shut & ~before] |= np.uint32(Event.CLOSED)
        view[DIARY][~shut & before] |= np.uint32(Event.OPENED)
        view[RIGHTS][:] = np.where(shut, ALL_OPEN ^ np.uint16(Right.CREDIT), ALL_OPEN)
        view[SCORE][:] = WORTH[now.day, rows]


def played(threads: int = 2, chunk: int = 500, stop: int | None = None, resumed: bool = False):
    def watchers():
        return (
            Diary(PEOPLE, DISTRICTS),
            Stocks({"rights", "score"}, DISTRICTS),
            Lives(panel_rows(), {"score"}),
        )

    found = watchers()
    how = {"seed": 1, "threads": threads, "chunk": chunk}
    simulation = Simulation([Script()], PEOPLE, GIVEN, NoTies(PEOPLE), observers=found, **how)
    with simulation:
        for day in range(DAYS):
            if resumed and day == 17:
                arrays, facts = {n: a.copy() for n, a in simulation.arrays().items()}, simulation.facts()
                found = watchers()
                simulation = Simulation([Script()], PEOPLE, GIVEN, NoTies(PEOPLE), observers=found, **how)
                simulation.restore(arrays, facts)
            simulation.advance()
    found[0].close(DAYS - 1)
    return found


def panel_rows():
    return panel(None, PEOPLE, 20, seed=3)


@pytest.fixture(scope="module")
def watched():
    return played()


def tables(found):
    diary, stocks, _ = found
    people = series.cells(GIVEN["stratum"], GIVEN["district"])
    course = series.course(diary, stocks, people)
    return course, series.totals(diary, stocks, GIVEN["stratum"], GIVEN["district"], people, DAYS - 1)


def pick(table, **wanted) -> np.ndarray:
    keep = np.ones(len(table["value"]), bool)
    for name, value in wanted.items():
        keep &= table[name] == value
    return table["value"][keep]


def test_flows_by_day_and_part_are_those_of_a_plain_count(watched):
    course, totals = tables(watched)
    for k, event in enumerate((Event.CRITICISED, Event.NAMED, Event.LOST_POINTS_WRONGLY)):
        name, happened = FLOWS[event].name, EVENTS[:, :, k] > 0
        assert (pick(course, measure=name, by="all") == happened.sum(axis=1)).all()
        for group in (0, 1):
            mine = happened[:, GIVEN["stratum"] // 40 == group]
            weeks = [mine[d : d + 7].sum() for d in range(0, DAYS, 7)]
            assert pick(course, measure=name, by="group", level=group).tolist() == weeks
            assert pick(totals, measure=name, by="group", level=group).sum() == mine.sum()
        for district in range(DISTRICTS):
            mine = happened[:, GIVEN["district"] == district].sum()
            assert pick(totals, measure=name, by="all", district=district) == [mine]


def test_stocks_are_sums_and_shares_of_the_days_sampled(watched):
    course, totals = tables(watched)
    days = list(range(0, DAYS, 7))
    assert pick(course, measure="score", by="all").tolist() == [int(WORTH[d].sum()) for d in days]
    assert pick(course, measure="closed_credit", by="all").tolist() == [int(CLOSED[d].sum()) for d in days]
    assert pick(course, measure="any_closed", by="all").tolist() == [int(CLOSED[d].sum()) for d in days]
    assert pick(course, measure="closed_exit", by="all").sum() == 0
    for fifth in range(5):
        mine = GIVEN["stratum"] % 5 == fifth
        assert pick(totals, measure="score", by="fifth", level=fifth).sum() == WORTH[days[-4:]][:, mine].sum()


def test_a_counter_that_skips_the_last_person_is_caught(watched):
    """Planted fault: the plain count above, one person short, must differ."""
    course, _ = tables(watched)
    short = (EVENTS[:, :-1, 0] > 0).sum(axis=1)
    assert (pick(course, measure="criticised", by="all") != short).any()


def test_spells_without_a_right_are_counted_when_they_end(watched):
    spells = np.zeros(64, int)
    for person in range(PEOPLE):
        run = 0
        for day in range(DAYS):
            if CLOSED[day, person]:
                run += 1
            elif run:
                spells[run // 30] += 1
                run = 0
    assert (watched[0].spells == spells).all()


def test_people_who_did_nothing_and_were_harmed(watched):
    _, totals = tables(watched)
    spotless = ~(EVENTS[:, :, 0] > 0).any(axis=0)
    harmed = spotless & (EVENTS[:, :, 2] > 0).any(axis=0)
    assert pick(totals, measure="spotless", by="all").sum() == spotless.sum()
    assert pick(totals, measure="spotless_harmed", by="all").sum() == harmed.sum()


DID = {"CRITICISED", "DEFAULTED", "LISTED", "EVADED", "STOOD_UP"}
HARM = {"LOST_POINTS_WRONGLY", "MISTAKEN", "MISALERTED", "MISLISTED", "MISDETAINED"}


def remembered(events: list[int]) -> dict[str, int]:
    """People of each measure of kind "ever" after one day on which the k-th person had ``events[k]``."""
    n, cell = len(events), np.zeros(len(events), np.uint8)
    ever, since = np.zeros(n, np.uint8), np.zeros(n, np.uint16)
    table, spells = np.zeros((1, BITS, cells.STRATA), np.int64), np.zeros(64, np.int64)
    words, rights, daily = np.array(events, np.uint64), np.full(n, ALL_OPEN), np.zeros(BITS, np.int64)
    count(0, words, rights, cell, cell, ever, since, table, daily, spells)
    assert (daily == table.sum(axis=(0, 2))).all()
    return {name: int(found.sum()) for name, found in ever_counts(ever, cell, cell, 1).items()}


@pytest.mark.parametrize("event", list(Event), ids=str)
def test_every_event_is_a_deed_a_harm_or_neither(event):
    """Each alone, and beside every deed: whoever did something is not among the spotless harmed."""
    found = remembered([int(event)])
    assert found["spotless"] == (event.name not in DID)
    assert found["spotless_harmed"] == (event.name in HARM)
    both = remembered([int(event | deed) for deed in Event if deed.name in DID])
    assert both["spotless"] == both["spotless_harmed"] == 0


def test_deeds_and_harms_are_judged_alike_in_definitions():
    """Nothing that is a harm is defined as a relief, and a wrong twin of a deed's event is no deed."""
    assert not DID & HARM
    assert all(FLOWS[Event[name]].harm >= 0 for name in HARM)
    assert {name for name in DID | HARM if name.startswith("MIS")} <= HARM


@pytest.mark.parametrize(
    "how", [{"threads": 1, "chunk": 65_536}, {"threads": 3, "chunk": 333}, {"resumed": True}]
)
def test_threads_chunks_and_restarts_change_no_table(watched, how):
    for mine, yours in zip(tables(watched), tables(played(**how)), strict=True):
        assert mine.keys() == yours.keys()
        assert all((mine[n] == yours[n]).all() for n in mine)


def test_lives_are_the_same_people_every_day(watched):
    lives = watched[2].arrays()
    assert (lives["score"] == WORTH[:, panel_rows()]).all()
    assert (panel_rows() == panel_rows()).all()
    assert (panel(np.arange(PEOPLE, dtype=np.uint32), PEOPLE, 20, seed=4) != panel_rows()).any()


def test_the_panel_follows_ids_not_rows():
    ids = RNG.permutation(PEOPLE).astype(np.uint32)
    assert set(ids[panel(ids, PEOPLE, 20, 3)].tolist()) == set(panel_rows().tolist())


def test_gini_closed_forms():
    """Equal: 0. One owns all of n: 1 - 1/n. Values 1 to n: (n^2 - 1) / (3n(n + 1)) = (n - 1) / (3n)."""
    n = 1000
    assert cells.gini(np.array([n]), np.array([7])) == pytest.approx(0.0)
    assert cells.gini(np.array([n - 1, 1]), np.array([0, 5])) == pytest.approx(1 - 1 / n)
    assert cells.gini(np.ones(n, int), np.arange(1, n + 1)) == pytest.approx((n - 1) / (3 * n))
    assert cells.gini(np.array([0]), np.array([0])) == 0.0
    many = np.array([500_000_000, 500_000_000])  # people x income twice over does not fit into 64 bits
    assert cells.gini(many, np.array([20_000, 60_000])) == pytest.approx(0.25)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_gini_is_the_mean_absolute_difference(values):
    x = np.array(values)
    counts = np.bincount(x)
    expected = np.abs(x[:, None] - x).sum() / (2 * len(x) * x.sum()) if x.sum() else 0.0
    assert cells.gini(counts, np.arange(len(counts))) == pytest.approx(expected, abs=1e-12)


def test_every_measure_is_defined_once_and_every_event_has_one():
    assert set(FLOWS) == set(Event)
    assert len(MEASURES) == len({m.meaning for m in MEASURES.values()})
    assert len(MEASURES) == len(FLOWS) + len(STOCKS) + len(EVER) + len(SPELLS) + len(TOWN), "two of one name"
    assert {m.name for m in TOWN} == set(NEEDS)
    assert set(SUMS) <= {m.name for m in STOCKS}
    assert all(isinstance(column, Column) for column in SUMS.values())
    assert EARNINGS in SUMS.values()
