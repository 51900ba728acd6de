"""The arrays of a town over changes of its institutions: what is given is never written, and comes back."""

import numpy as np

from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.ties import NoTies
from glasstown.engine.run import Simulation
from toys import LEVEL

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
