"""The arrays of a town over changes of its institutions: what is given is never written, and comes back."""

from typing import Any

import numpy as np
import pytest

from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.ties import NoTies
from glasstown.core.vocabulary import ALIVE
from glasstown.engine.run import Simulation
from toys import LEVEL, SEEN

GIVEN = np.arange(100, dtype=np.uint16)
GIVEN.flags.writeable = False


class Reader(Mechanism):
    """Reads the level, writes nothing."""

    def steps(self) -> tuple[Step, ...]:
        """One step."""
        return (Step("reader.read", Phase.ACT, lambda view, now: None, reads=(LEVEL,)),)


class Climber(Mechanism):
    """Raises everybody's level by one a day."""

    def steps(self) -> tuple[Step, ...]:
        """One step."""
        return (Step("climber.climb", Phase.JUDGE, self._climb, writes=(LEVEL,)),)

    def _climb(self, view: View, now: Now) -> None:
        view[LEVEL][:] += np.uint16(1)


def test_a_mechanism_that_begins_later_writes_a_copy_of_what_is_given() -> None:
    with Simulation([Reader()], 100, {"level": GIVEN}, NoTies(100), seed=1) as simulation:
        simulation.advance()
        assert simulation.state.whole["level"] is GIVEN, "not copied for those who only read"
        simulation.replace([Reader(), Climber()])
        simulation.advance()
        assert np.array_equal(simulation.state.whole["level"], np.arange(1, 101))
    assert np.array_equal(GIVEN, np.arange(100))


def test_a_given_column_that_loses_its_owner_falls_back_to_what_was_given() -> None:
    with Simulation([Reader(), Climber()], 100, {"level": GIVEN}, NoTies(100), seed=1) as simulation:
        simulation.advance()
        simulation.replace([Reader()])
        assert np.array_equal(simulation.state.whole["level"], GIVEN)


class Copier(Mechanism):
    """Copies a column that nobody may own into its own."""

    def steps(self) -> tuple[Step, ...]:
        return (Step("copier.copy", Phase.ACT, self._read, reads=(ALIVE,), writes=(SEEN,)),)

    def _read(self, view: Any, now: Any) -> None:
        view[SEEN][:] = view[ALIVE]


@pytest.mark.parametrize("given", [{}, {"alive": np.zeros(9, np.uint8)}])
def test_a_column_that_nobody_writes_takes_no_memory_and_has_its_initial_value(given: dict) -> None:
    with Simulation([Copier()], 9, given, NoTies(9), seed=1, threads=1, chunk=4) as town:
        assert ("alive" in town.state.whole) == bool(given)
        for _ in range(2):
            town.advance()
            assert (town.state.whole["seen"] == (0 if given else ALIVE.initial)).all()


class Beginner(Mechanism):
    """Begins everybody at level 7, and tells a later beginning what it was."""

    def steps(self) -> tuple[Step, ...]:
        """Two beginnings."""
        return (
            Step("beginner.begin", Phase.BEGIN, self._begin, writes=(LEVEL,)),
            Step("beginner.note", Phase.BEGIN, self._note, reads=(LEVEL,), writes=(SEEN,)),
        )

    def _begin(self, view: View, now: Now) -> None:
        view[LEVEL][:] = 7

    def _note(self, view: View, now: Now) -> None:
        view[SEEN][:] = view[LEVEL]


def test_what_is_given_stands_when_a_mechanism_begins_but_for_initial_values() -> None:
    with Simulation([Beginner()], 100, {"level": GIVEN}, NoTies(100), seed=1) as simulation:
        simulation.advance()
        expected = np.where(LEVEL.initial == GIVEN, 7, GIVEN)
        assert np.array_equal(simulation.state.whole["level"], expected)
        assert np.array_equal(simulation.state.whole["seen"], expected), (
            "later beginnings go by what is given"
        )


def test_who_is_born_does_not_inherit_what_was_given_to_an_institution() -> None:
    with Simulation([Climber()], 100, {"level": GIVEN}, NoTies(100), seed=1) as simulation:
        simulation.advance()
        state = simulation.state
        state.renew(simulation.plan.columns, np.array([5, 9]), set())
        assert state.whole["level"][[5, 9]].tolist() == [LEVEL.initial] * 2
        assert state.whole["level"][6] == 7
