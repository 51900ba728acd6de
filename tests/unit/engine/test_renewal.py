"""Rows that change their person: a new id, and what others keep of the row begins anew."""

from typing import Any

import numpy as np
import pytest

from glasstown.core import rng
from glasstown.core.mechanism import Mechanism, Order, Phase, Step
from glasstown.core.ties import NoTies
from glasstown.core.vocabulary import ID, NEWBORN, RENEWALS
from glasstown.engine.run import Simulation
from toys import LEVEL, RAISES, SEEN

PEOPLE, CHANGED = 1_000, (3, 500, 999)
NEW = 4_000_000_000


class Turner(Mechanism):
    """On day 1 three rows get new people; a silent one tells nobody."""

    silent: bool = False

    def steps(self) -> tuple[Step, ...]:
        """One step for the whole town."""
        return (
            Step("turner.turn", Phase.AGE, self._turn, writes=(ID, NEWBORN), counts=(RENEWALS,),
                 order=Order.SEQUENTIAL),
        )  # fmt: skip

    def _turn(self, view: Any, now: Any) -> None:
        view[NEWBORN][:] = 0
        if now.day == 1:
            rows = list(CHANGED)
            view[ID][rows] = NEW + np.arange(len(rows), dtype=np.uint32)
            view[NEWBORN][rows] = 1
            view.count(RENEWALS)[0] += 0 if self.silent else len(rows)


class Grower(Mechanism):
    """Begins with what a keyed draw gives, and grows by one a day; remembers under which id it began."""

    def steps(self) -> tuple[Step, ...]:
        """Begin and grow."""
        return (
            Step("grower.begin", Phase.BEGIN, self._begin, writes=(LEVEL, SEEN), counts=(RAISES,)),
            Step("grower.grow", Phase.ACT, self._grow, writes=(LEVEL,)),
        )

    def _begin(self, view: Any, now: Any) -> None:
        one, two = np.empty(view.people, np.uint64), np.empty(view.people, np.uint64)
        rng.table(now.key, view.ids, 0, 0, now.purpose("level"), one, two)
        view[LEVEL][:] = 100 + (one >> np.uint64(60))
        view[SEEN][:] = view.ids
        view.count(RAISES)[0] += view.people

    def _grow(self, view: Any, now: Any) -> None:
        view[LEVEL][:] += np.uint16(1)


def first_level(simulation: Simulation, person: int) -> int:
    word = rng.draw(simulation.key, person, 0, rng.when(0, 0), rng.purpose("grower", "level"))[0]
    return 100 + (int(word) >> 60)


def lived(days: int, *, silent: bool = False, **how: Any) -> Simulation:
    given = how.pop("given", {})
    simulation = Simulation([Turner(silent=silent), Grower()], PEOPLE, given, NoTies(PEOPLE), seed=1, **how)
    with simulation:
        for _ in range(days):
            simulation.advance()
    return simulation


def test_new_people_begin_with_their_own_draws_and_the_others_go_on() -> None:
    simulation = lived(4)
    level, seen = simulation.state.whole["level"], simulation.state.whole["seen"]
    for k, row in enumerate(CHANGED):
        assert level[row] == first_level(simulation, NEW + k) + 2, "two days lived"
        assert seen[row] == NEW + k
    others = np.setdiff1d(np.arange(PEOPLE), CHANGED)
    assert level[7] == first_level(simulation, 7) + 4 and np.array_equal(seen[others], others)
    assert simulation.state.counted["raises"] == PEOPLE, "what a beginning counts is counted once"


def test_without_the_signal_the_new_person_takes_over_a_life() -> None:
    """Planted fault: rows get new ids and nobody is told."""
    simulation = lived(4, silent=True)
    assert all(simulation.state.whole["seen"][row] == row for row in CHANGED)


@pytest.mark.parametrize("how", [{"threads": 1, "chunk": 65_536}, {"threads": 4, "chunk": 71}])
def test_threads_and_chunks_change_nothing(how: dict[str, int]) -> None:
    assert lived(4, **how).digest() == lived(4, threads=2, chunk=128).digest()


def test_a_run_goes_on_from_its_arrays_between_turn_and_renewal() -> None:
    half, whole = lived(2), lived(5)
    again = Simulation([Turner(), Grower()], PEOPLE, {}, NoTies(PEOPLE), seed=1, threads=1)
    again.restore({n: a.copy() for n, a in half.arrays().items()}, half.facts())
    with again:
        for _ in range(3):
            again.advance()
    assert again.digest() == whole.digest()


def test_given_ids_are_copied_and_come_back_when_their_owner_goes() -> None:
    given = {"id": np.arange(PEOPLE, dtype=np.uint32)[::-1].copy()}
    for own in (given, {}):
        expected = own.get("id", np.arange(PEOPLE, dtype=np.uint32)).copy()
        with Simulation([Turner(), Grower()], PEOPLE, own, NoTies(PEOPLE), seed=1, threads=1) as simulation:
            for _ in range(3):
                simulation.advance()
            assert simulation.state.ids is simulation.state.whole["id"]
            assert simulation.state.ids[CHANGED[0]] == NEW
            simulation.replace([Grower()])
            simulation.advance()
            assert simulation.state.ids is not None and np.array_equal(simulation.state.ids, expected)
            assert own.get("id") is None or np.array_equal(own["id"], expected)
