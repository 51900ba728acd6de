"""Who does what when groups run out: no worker rests while another has tasks that it has not begun."""

from collections import deque
from types import SimpleNamespace
from typing import Any

from glasstown.lab.crew import Crew, Hand


def crew_of(*groups: str) -> tuple[Crew, list[Hand]]:
    """A crew whose hands are at groups of tasks, each named by a letter; nothing is started."""
    crew = Crew(len(groups), {})
    process: Any = SimpleNamespace()
    hands = [Hand(process, process, deque({"name": each} for each in group)) for group in groups]
    crew._hands = hands
    crew._tell = lambda hand, line: None  # type: ignore[method-assign]
    return crew, hands


def left(hand: Hand) -> str:
    return "".join(task["name"] for task in hand.group)


def test_who_has_nothing_to_do_takes_the_later_half_of_what_the_busiest_has_left():
    crew, (one, busy, free) = crew_of("ab", "cdefg", "")
    crew._next(free)
    assert free.task == {"name": "e"}
    assert [left(hand) for hand in (one, busy, free)] == ["ab", "cd", "fg"]


def test_a_group_that_waits_is_taken_whole():
    crew, (busy, free) = crew_of("abcd", "")
    crew._waiting = deque([deque([{"name": "x"}, {"name": "y"}])])
    crew._next(free)
    assert (free.task, left(free), left(busy)) == ({"name": "x"}, "y", "abcd")


def test_the_last_task_of_another_is_taken_too():
    crew, (busy, free) = crew_of("a", "")
    crew._next(free)
    assert (free.task, left(busy), left(free)) == ({"name": "a"}, "", "")
