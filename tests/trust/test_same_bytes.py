"""Same scenario, seed and release: the same bytes (promises A1, A4, B2)."""

import tomllib
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from glasstown.lab import catalog
from glasstown.lab.outcome import Outcome
from glasstown.lab.simulate import simulate
from glasstown.lab.town import people_of
from glasstown.release import EPOCH
from glasstown.scenario.files import shipped

PEOPLE, DAYS = 20_000, 35
SMALL = (f"town.people={PEOPLE}", f"run.days={DAYS}")
GOLDEN = tomllib.loads((Path(__file__).parent / "golden.toml").read_text())


@pytest.fixture(scope="module")
def towns() -> dict[str, tuple]:
    found = {}
    for name in shipped():
        scenario = catalog.load(name, SMALL)
        found[name] = (scenario, people_of([scenario], threads=2))
    return found


def tables(outcome: Outcome) -> list[dict[str, np.ndarray]]:
    return [outcome.course, outcome.totals, outcome.lives]


def same(one: Outcome, other: Outcome) -> bool:
    return one.digest == other.digest and all(
        a.keys() == b.keys() and all(np.array_equal(a[n], b[n]) for n in a)
        for a, b in zip(tables(one), tables(other), strict=True)
    )


@pytest.mark.parametrize("name", sorted(shipped()))
def test_threads_and_chunks_change_nothing(towns, name):
    scenario, town = towns[name]
    reference = simulate(scenario, town, threads=1, chunk=65_536)
    for threads, chunk in ((2, 4096), (4, 1021), (7, 8192)):
        assert same(simulate(scenario, town, threads=threads, chunk=chunk), reference), (threads, chunk)


@pytest.mark.parametrize("threads", [1, 3])
def test_the_same_people_for_any_threads(towns, threads):
    scenario, town = towns["open"]
    again = people_of([scenario], threads=threads)
    assert all(np.array_equal(town.columns[n], again.columns[n]) for n in town.columns)
    start, neighbour, _ = town.ties.window(0, town.people)
    other = again.ties.window(0, town.people)
    assert np.array_equal(start, other[0]) and np.array_equal(neighbour, other[1])


@pytest.mark.parametrize("name", sorted(shipped()))
def test_golden_digest(towns, name):
    """A change needs a new model epoch and a line "Results change" in the changelog."""
    scenario, town = towns[name]
    assert GOLDEN["epoch"] == EPOCH
    assert simulate(scenario, town).digest == GOLDEN["digests"][name], (
        f"{name}: results changed; if that is meant, raise EPOCH, say so in CHANGELOG.md, renew golden.toml"
    )


def test_another_seed_is_caught(towns):
    """Planted fault: the golden digest must not survive a change of seed or of one parameter."""
    _, town = towns["article"]
    for change in ("run.seed=2", "score.points_jaywalk=-6.0"):
        other = catalog.load("article", [*SMALL, change])
        assert simulate(other, town).digest != GOLDEN["digests"]["article"]


TINY = ("town.people=400", "run.days=9")


@pytest.fixture(scope="module")
def tiny():
    scenario = catalog.load("article", TINY)
    return people_of([scenario]), simulate(scenario, people_of([scenario])).digest


def shuffled(order: list[int], comments: list[str], padding: int) -> str:
    """The article spelt out, with its tables in another order, comments and empty lines between them."""
    text = catalog.load("article", TINY).toml()
    head, *rest = text.split("\n[")
    blocks = ["[" + block for block in rest]
    mixed = [block for _, block in sorted(zip(order, blocks, strict=False), key=lambda pair: pair[0])]
    notes = [f"\n# {comment}\n" for comment in comments]
    return (
        head
        + "\n" * padding
        + "\n".join(f"{b}{notes[i % len(notes)] if notes else ''}" for i, b in enumerate(mixed))
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.permutations(range(40)),
    st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])), max_size=5),
    st.integers(0, 3),
)
def test_the_order_of_tables_and_comments_change_nothing(tiny, order, comments, padding):
    town, digest = tiny
    scenario = catalog.read(shuffled(order, comments, padding), "shuffled.toml")
    assert simulate(scenario, town).digest == digest


def test_names_and_notes_change_nothing_and_a_longer_horizon_only_adds(tiny):
    town, digest = tiny
    text = catalog.load("article", TINY).toml()
    renamed = text.replace('title = "', 'title = "Another name of ').replace(
        'name = "article"', 'name = "other"'
    )
    assert simulate(catalog.read(renamed, "other.toml"), town).digest == digest
    longer = simulate(catalog.load("article", (*TINY[:1], "run.days=20")), town)
    shorter = simulate(catalog.load("article", TINY), town)
    kept = longer.lives["day"] < 9
    for name, values in shorter.lives.items():
        assert np.array_equal(values, longer.lives[name][kept]), name


def test_the_interval_of_checkpoints_changes_nothing(tiny):
    class Keeper:
        """Gives back what it was given, after a stop at a chosen day."""

        kept = None

        def load(self):
            return self.kept

        def save(self, arrays, facts):
            Keeper.kept = ({n: a.copy() for n, a in arrays.items()}, facts)

    from threading import Event

    from glasstown.errors import Interrupted

    town, digest = tiny
    scenario = catalog.load("article", TINY)
    for stops in ((1,), (3, 7), (2, 4, 6, 8)):
        Keeper.kept = None
        for stop in (*stops, None):
            signal = Event()

            def tell(stage, done, total, stop=stop, signal=signal):
                if done == stop:
                    signal.set()

            try:
                outcome = simulate(scenario, town, keeper=Keeper(), stop=signal, progress=tell)
            except Interrupted:
                continue
            assert same(outcome, simulate(scenario, town)) and outcome.digest == digest
