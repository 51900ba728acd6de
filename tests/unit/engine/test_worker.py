"""One thread's legs: made ready once, right for every chunk and every day."""

import numpy as np

from glasstown.core.mechanism import Mechanism, Phase, Step
from glasstown.core.ties import NoTies
from glasstown.engine.run import Simulation
from toys import LEVEL, RAISES

PEOPLE, HALF = 2000, 1000


class Marker(Mechanism):
    """Writes who and which day it is, and counts."""

    def steps(self):
        return (Step("marker.mark", Phase.ACT, self._mark, writes=(LEVEL,), counts=(RAISES,)),)

    def _mark(self, view, now):
        view[LEVEL][:] = view.ids.astype(LEVEL.dtype) + now.day * now.once("day", lambda: now.day)
        view.count(RAISES)[0] += view.people + now.yesterday(RAISES)


def marked(**how) -> Simulation:
    return Simulation([Marker()], PEOPLE, {}, NoTies(PEOPLE), seed=1, **how)


def test_a_worker_sees_the_ids_of_the_chunk_at_hand_whatever_it_had_before():
    """Planted fault: without moving its rows a worker would give the second chunk the ids of the first."""
    with marked(threads=2, chunk=HALF) as simulation:
        (sweep,), (worker, _) = simulation._agenda().sweeps, simulation._workers
        for lo in (HALF, 0, 0, HALF):
            simulation.state.whole["level"][:] = 0
            worker.run(sweep, [(lo, lo + HALF)], keep=True)
            assert (simulation.state.whole["level"][lo : lo + HALF] == np.arange(lo, lo + HALF)).all()
        assert len(worker._legs) == 2
        worker._first = 0  # the planted fault: it believes that it is there already
        worker.run(sweep, [(0, HALF)], keep=True)
        assert (simulation.state.whole["level"][:HALF] != np.arange(HALF)).all()


def test_what_is_kept_from_day_to_day_knows_which_day_it_is():
    for how in ({"threads": 1}, {"threads": 2, "chunk": HALF}, {"threads": 1, "chunk": 300}):
        with marked(**how) as simulation:
            counted = []
            for day in range(4):
                simulation.advance()
                assert (simulation.state.whole["level"] == np.arange(PEOPLE) + day * day).all()
                counted.append(simulation.state.tallies[RAISES.name])
            chunks = -(-PEOPLE // how.get("chunk", PEOPLE))
            expected = [PEOPLE]
            for _ in range(3):
                expected.append(PEOPLE + chunks * expected[-1])
            assert counted == expected


def test_legs_are_kept_only_where_each_worker_may_have_them_all():
    with marked(threads=1) as one, marked(threads=1, chunk=300) as many:
        for _ in range(3):
            one.advance()
            many.advance()
        assert len(one._workers[0]._legs) == 1
        assert len(many._workers[0]._legs) == 0


def test_other_mechanisms_are_lent_other_arrays():
    """What was made ready for the institutions before a change is gone with them."""
    with marked(threads=1) as simulation:
        simulation.advance()
        simulation.replace([])
        assert (simulation._workers[0]._legs, simulation._agendas) == ({}, {})
        simulation.replace([Marker()])
        simulation.advance()
        assert (simulation.state.whole["level"] == np.arange(PEOPLE) + 1).all()
