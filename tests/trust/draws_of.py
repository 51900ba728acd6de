"""Live a day of the article in plain Python three times, noting every counter and key that was drawn.

Once as it is, once as a replicate, once as a twin with one other value. Run by test_replicates.py with the
number of people and the two settings.
"""

import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")  # plain numpy scalars warn where compiled code wraps around

from glasstown.core import rng  # noqa: E402
from glasstown.engine.run import Simulation  # noqa: E402
from glasstown.engine.schedule import schedule  # noqa: E402
from glasstown.engine.view import Today  # noqa: E402
from glasstown.lab import catalog  # noqa: E402
from glasstown.lab.town import people_of  # noqa: E402

people, replicate, change = sys.argv[1:]
Draws = dict[tuple[int, ...], None]
current: Draws = {}
of: dict[int, str] = {}
plain, purpose = rng.philox, Today.purpose


def noting(*words: np.uint64) -> tuple[np.uint64, ...]:
    """The generator, with its counter and key noted."""
    current[tuple(int(word) for word in words)] = None
    return plain(*words)


def registering(self: Today, decision: str) -> np.uint32:
    """Whose purpose it is, noted."""
    word = purpose(self, decision)
    of[int(word)] = self.mechanism
    return word


def drawn(*settings: str) -> Draws:
    """Every counter with its key that a first day asks for, days and people's own."""
    global current
    current = {}
    scenario = catalog.load("article", [f"town.people={people}", *settings])
    run = scenario.run
    with Simulation(
        list(scenario.mechanisms.values()), town.people, town.columns, town.ties, seed=run.seed,
        replicate=run.replicate, threads=1,
    ) as simulation:  # fmt: skip
        simulation.advance()
    return current


first = catalog.load("article", [f"town.people={people}"])
town = people_of([first])
Today.purpose = registering  # type: ignore[method-assign]
rng.philox = noting
one, other, twin = drawn(), drawn(replicate), drawn(change)


def untouched() -> set[str]:
    """Mechanisms none of whose steps can tell the twin from the first."""
    touched: set[str] = set()
    mechanisms = {change.partition(".")[0]}
    for step in schedule(list(first.mechanisms.values())).steps:
        taken = {each.name for each in (*step.reads, *step.looks, *step.writes)}
        if step.mechanism in mechanisms or taken & touched:
            touched |= {each.name for each in (*step.writes, *step.adds)}
            mechanisms.add(step.mechanism)
    return set(first.mechanisms) - mechanisms


free = untouched()
mine = {words for words in one if of.get(words[3]) in free}
theirs = {words for words in twin if of.get(words[3]) in free}
shared = len(one.keys() & other.keys())
sys.stdout.write(
    f"first={len(one)} replicate={len(other)} twin={len(twin)} shared_with_replicate={shared} "
    f"of_untouched={len(mine)} of_untouched_not_shared={len(mine ^ theirs)}\n"
)
