"""What a schedule refuses, in words that say what to do; how a day is cut into sweeps."""

from dataclasses import replace

import pytest

from glasstown.core.mechanism import Mechanism, Order, Phase, Step
from glasstown.engine.schedule import schedule
from glasstown.engine.sweeps import fleeting, sweeps
from glasstown.errors import ScheduleError
from toys import ALL, GIFTS, LEVEL, SEEN, TODAY, Giver, Queue, Riser, Taker, Watcher


def made(*steps: Step) -> Mechanism:
    class Rival(Mechanism):
        def steps(self):
            return steps

    return Rival()


def nothing(view, now):
    """Does nothing."""


def step(name="rival.act", phase=Phase.SANCTION, **declared) -> Step:
    return Step(name, phase, nothing, **declared)


@pytest.mark.parametrize(
    ("rival", "words"),
    [
        (step(writes=(LEVEL,)), "level: written by both riser and rival; make one of them add to an inflow"),
        (step(adds=(SEEN,)), "adds to seen, which is not an inflow"),
        (step(looks=(SEEN,)), "looks at others' seen, which is not declared visible"),
        (
            step(phase=Phase.ACT, reads=(LEVEL,)),
            "the order would matter for level; put one of them in another",
        ),
        (step(phase=Phase.RECORD, reads=(GIFTS,)), "the order would matter for gifts"),
        (step("other.act"), "call it rival.act"),
        (step(every=0), "the period must be 1 or more"),
        (step(phase=Phase.MEASURE, adds=(TODAY,)), "measures and may change nothing"),
        (step(phase=Phase.BEGIN, looks=(LEVEL,)), "may not look at others yet"),
        (step(phase=Phase.BEGIN, order=Order.SEQUENTIAL), "only the phases of a day can be sequential"),
        (step(reads=(replace(LEVEL, unit="km"),)), "another column is already called level"),
    ],
)
def test_refusals(rival, words):
    with pytest.raises(ScheduleError, match=words):
        schedule([*ALL, made(rival)])


def test_two_steps_of_one_name_are_refused():
    with pytest.raises(ScheduleError, match="two steps of the same name"):
        schedule([made(step(), step())])


def test_a_harmless_rival_is_accepted():
    assert schedule([*ALL, made(step(reads=(LEVEL, SEEN), adds=(GIFTS,)))])


def test_phases_come_in_order_and_periods_are_kept():
    plan = schedule(reversed(ALL))
    assert [s.phase for s in plan.steps] == sorted(s.phase for s in plan.steps)
    assert "taker.take" not in {s.name for s in plan.due(1)}
    assert "taker.take" in {s.name for s in plan.due(3)}


def names(cut) -> list[list[str]]:
    return [[s.name for s in sweep.steps] for sweep in cut]


def test_steps_are_fused_until_somebody_looks():
    assert names(sweeps(schedule([Riser(), Giver(), Taker()]).steps)) == [
        ["riser.rise", "giver.give", "taker.take"]
    ]
    assert names(sweeps(schedule(ALL).steps)) == [
        ["riser.rise"],
        ["watcher.look", "giver.give", "taker.take"],
        ["queue.up"],
    ]


def test_what_concerns_nobody_else_stays_with_what_follows_it():
    """Only those who change what is looked at must be through before somebody looks."""
    private = made(step(phase=Phase.ACT, adds=(GIFTS,)))
    plan = schedule([Riser(), private, Watcher()])
    assert names(sweeps(plan.steps)) == [["riser.rise"], ["rival.act", "watcher.look"]]


def test_what_is_looked_at_and_changed_in_one_phase_is_frozen_once():
    cut = sweeps(schedule([Riser(), Watcher(same_phase=True), Queue()]).steps)
    assert [sweep.freeze for sweep in cut] == [("level",), ()]


def test_a_fleeting_column_used_across_sweeps_is_kept_whole():
    assert "today" in fleeting(schedule([Riser(), Giver()]))
    late = made(step(phase=Phase.AGE, reads=(TODAY,)))
    assert "today" not in fleeting(schedule([Riser(), Queue(), late]))
