"""The day loop: the same bytes for any threads, chunks, restarts; who sees what, and when."""

import numpy as np
import pytest

from glasstown.core.columns import Tallies
from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import NoTies
from glasstown.engine.run import CHUNK, Simulation, default_chunk
from glasstown.errors import PopulationError, ScheduleError
from toys import ALL, GIFTS, LEVEL, RAISES, SEEN, SUM, TURN, Giver, Queue, Riser, Taker, Watcher

PEOPLE = 10_007


def lived(mechanisms=ALL, days=7, people=PEOPLE, given=None, **how) -> Simulation:
    simulation = Simulation(
        list(mechanisms), people, given or {}, NoTies(people), seed=how.pop("seed", 1), **how
    )
    with simulation:
        for _ in range(days):
            simulation.advance()
    return simulation


@pytest.fixture(scope="module")
def reference() -> Simulation:
    return lived(threads=1)


@pytest.mark.parametrize("threads", [1, 2, 4, 7])
@pytest.mark.parametrize("chunk", [1009, 4096, 65_536])
def test_threads_and_chunks_change_nothing(reference, threads, chunk):
    assert lived(threads=threads, chunk=chunk).digest() == reference.digest()


def test_the_order_of_mechanisms_changes_nothing(reference):
    assert lived(reversed(ALL)).digest() == reference.digest()


def test_a_digest_sees_one_changed_value_a_day_and_a_seed(reference):
    before = reference.digest()
    reference.state.whole["level"][5] += 1
    assert reference.digest() != before
    reference.state.whole["level"][5] -= 1
    assert reference.digest() == before
    assert len({before, lived(days=8).digest(), lived(seed=2).digest()}) == 3


def test_a_mechanism_that_uses_the_chunk_is_caught():
    """Planted fault: a step whose result depends on where its chunk starts."""

    class Riser(Mechanism):
        def steps(self):
            return (Step("riser.rise", Phase.ACT, self._rise, writes=(LEVEL,)),)

        def _rise(self, view, now):
            view[LEVEL][:] += np.arange(view.people, dtype=np.uint16)

    assert lived([Riser()], chunk=1009).digest() != lived([Riser()], chunk=4096).digest()


@pytest.mark.parametrize("same_phase", [False, True])
def test_one_sees_others_as_at_the_end_of_the_phase_before(same_phase):
    simulation = Simulation(
        [Riser(), Watcher(same_phase=same_phase)], PEOPLE, {}, NoTies(PEOPLE), seed=1, chunk=1009
    )
    expected = np.zeros(PEOPLE, np.uint32)
    with simulation:
        for _ in range(5):
            before = simulation.state.whole["level"].copy()
            simulation.advance()
            seen = before if same_phase else simulation.state.whole["level"]
            expected += np.roll(seen, -1) + 2 * np.roll(seen, -(PEOPLE // 2))
    assert (simulation.state.whole["seen"] == expected).all()


def test_inflows_add_up_and_are_taken_on_their_day(reference):
    whole = reference.state.whole
    raised = whole["level"].astype(int) - LEVEL.initial
    total = whole["sum"].astype(int) + whole["gifts"]
    assert (total >= raised).all()
    assert (total - raised).min() == (total - raised).max()  # the rest is the town's tally, the same for all
    assert (whole["gifts"] == 0).all()  # taken on day 6


def test_tallies_are_those_of_the_day_before():
    one = lived([Riser()], days=1)
    assert one.state.tallies[RAISES.name] == int((one.state.whole["level"] - LEVEL.initial).sum())


def test_a_sequential_step_has_everybody_once_in_a_new_order_each_day():
    one, two = lived([Queue()], days=1), lived([Queue()], days=2)
    for simulation in (one, two):
        assert (np.sort(simulation.state.whole["turn"]) == np.arange(PEOPLE)).all()
    assert (one.state.whole["turn"] != two.state.whole["turn"]).mean() > 0.99


def test_a_checkpoint_goes_on_to_the_same_bytes(reference):
    first = lived(days=4, threads=2)
    arrays = {name: array.copy() for name, array in first.arrays().items()}
    second = Simulation(list(ALL), PEOPLE, {}, NoTies(PEOPLE), seed=1, threads=3, chunk=777)
    with second:
        second.restore(arrays, first.facts())
        for _ in range(3):
            second.advance()
    assert second.digest() == reference.digest()


def test_what_loses_its_owner_falls_back():
    simulation = Simulation([Riser(), Watcher()], 50, {}, NoTies(50), seed=1)
    with simulation:
        simulation.advance()
        simulation.replace([Watcher()])
        assert (simulation.state.whole["level"] == LEVEL.initial).all()
        simulation.advance()


def test_a_changed_parameter_keeps_the_state_and_the_draws():
    def level(changed: float) -> np.ndarray:
        simulation = Simulation([Riser()], PEOPLE, {}, NoTies(PEOPLE), seed=1)
        with simulation:
            simulation.advance()
            simulation.replace([Riser(chance=changed)])
            simulation.advance()
        return simulation.state.whole["level"]

    assert (level(0.3) == lived([Riser()], days=2).state.whole["level"]).all()
    assert (level(0.6) >= level(0.3)).all()  # a larger chance only adds


def test_given_columns_are_taken_as_they_are_and_never_changed():
    mine = np.arange(PEOPLE, dtype=np.uint16)
    simulation = lived([Riser()], given={"level": mine}, days=1)
    assert (mine == np.arange(PEOPLE)).all()
    assert (simulation.state.whole["level"] >= mine).all()
    with pytest.raises(PopulationError, match="level: float64"):
        lived([Riser()], given={"level": mine.astype(float)})


def test_ids_name_people_wherever_their_row_is():
    ids = np.random.default_rng(1).permutation(PEOPLE).astype(np.uint32)
    plain, mixed = lived([Riser()]), lived([Riser()], given={"id": ids})
    assert (mixed.state.whole["level"] == plain.state.whole["level"][ids]).all()
    ordered = {c: plain.state.whole[c.name] for c in (LEVEL,)}
    assert (mixed.state.whole["level"][np.argsort(ids)] == ordered[LEVEL]).all()


@pytest.mark.parametrize("people", [0, 1, 2])
def test_towns_of_nobody_and_of_one(people):
    assert lived([Riser(), Giver(), Taker(), Queue()], people=people).people == people


def test_undeclared_uses_are_refused():
    class Riser(Mechanism):
        use: str

        def steps(self):
            return (Step("riser.rise", Phase.ACT, self._rise, reads=(LEVEL,)),)

        def _rise(self, view, now):
            {"read": lambda: view[SEEN], "look": lambda: view.all(LEVEL), "ties": view.ties,
             "count": lambda: view.count(RAISES), "order": lambda: view.order,
             "each": lambda: view.count_each(Tallies((RAISES,)), np.ones(1, np.int64)),
             "recall": lambda: now.yesterday_each(Tallies((RAISES,)))}[self.use]()  # fmt: skip

    for use, words in {"read": "uses seen", "look": "looks at others' level", "ties": "follows ties",
                       "count": "counts raises", "order": "without being sequential",
                       "each": "rise counts raises", "recall": "riser recalls raises"}.items():  # fmt: skip
        with pytest.raises(ScheduleError, match=words):
            lived([Riser(use=use)], days=1)


def test_what_is_only_read_cannot_be_written():
    class Riser(Mechanism):
        def steps(self):
            return (Step("riser.rise", Phase.ACT, self._rise, reads=(LEVEL,)),)

        def _rise(self, view, now):
            view[LEVEL][:] = 1

    with pytest.raises(ValueError, match="read-only"):
        lived([Riser()], days=1)


def test_chunks_are_large_and_many_enough():
    for people, threads in ((100_000, 2), (200_000, 2), (1_000_000, 2), (1_000_000, 8), (3_000_000, 3)):
        chunk = default_chunk(people, threads)
        assert chunk <= CHUNK
        assert -(-people // chunk) % threads == 0  # nobody waits for a last one
    assert default_chunk(100_000, 64) == 8192
    assert 0.9 * CHUNK < default_chunk(10**8, 2) <= CHUNK
    assert default_chunk(0, 2) >= 1


def test_columns_of_one_chunk_take_memory_for_one_chunk():
    simulation = lived([Riser(), Giver(), Taker(), Queue()], days=1)
    assert "today" in simulation.state.scratch
    assert "today" not in simulation.state.whole
    assert {GIFTS.name, SUM.name, TURN.name} <= simulation.state.whole.keys()
