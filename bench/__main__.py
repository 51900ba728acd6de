"""``make bench``: every part, one after the other, in the terminal and, with --write, in docs/bench.md."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench import floor, machine, memory, own, peers, speech, start, sweep, town, violence
from bench.tables import Part, markdown, text
from glasstown.engine.run import default_threads

PAGE = Path(__file__).parents[1] / "docs" / "bench.md"
PARTS = ("floor", "town", "own", "peers", "speech", "violence", "memory", "start", "sweep")

HEAD = """# Speed and memory

Written by `make bench ARGS=--write`. Ratios of what one run measured, each the best of several: another
machine gives other figures, and much the same ratios. Seconds stand beside them to make them readable; no
test depends on any.
"""


@dataclass(frozen=True)
class Sizes:
    """How much is done."""

    people: int
    months: int
    repeats: int
    memory: tuple[int, ...]

    LESSON = 100_000


FULL = Sizes(1_000_000, 4, 10, (100_000, 1_000_000, 10_000_000))
QUICK = Sizes(200_000, 2, 3, (100_000, 1_000_000))


class Bench:
    """The parts, each made once; the floor and the town are needed by others."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes

    @cached_property
    def costs(self) -> floor.Costs:
        return floor.measure(self.sizes.repeats)

    @cached_property
    def institutions(self) -> float:
        """The first institutions in a town of 100,000 on one thread: million person-days a CPU second."""
        return 1e-6 / town.live(town.first(Sizes.LESSON), 1, self.sizes.months).cost.cpu

    def town(self) -> Part:
        """The first institutions, and all of the catalogue."""
        people, months, threads = self.sizes.people, self.sizes.months, default_threads()
        nine, lived = (town.live(make(people), threads, months) for make in (town.first, town.everything))
        return town.part(nine, lived, self.costs)

    def parts(self, chosen: list[str]) -> Iterator[Part]:
        """Those chosen, as they are done."""
        many = self.sizes
        make = {
            "floor": lambda: floor.part(self.costs),
            "town": self.town,
            "own": lambda: own.part(many.people, many.repeats // 2 + 1, self.costs),
            "peers": lambda: peers.part(Sizes.LESSON, 100, many.repeats // 2 + 1, self.institutions),
            "speech": lambda: speech.part(Sizes.LESSON, 5 * many.repeats),
            "violence": lambda: violence.part(many.repeats // 2 + 1),
            "memory": lambda: memory.part(list(many.memory), 3),
            "start": lambda: start.part(Sizes.LESSON),
            "sweep": lambda: sweep.part(20_000, 90 * many.months, 2 * many.repeats),
        }
        for name in chosen:
            yield make[name]()


def main(arguments: list[str]) -> int:
    """Run, print, and write if asked."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"some of: {', '.join(PARTS)} (default: all)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="smaller towns, fewer repetitions: under two minutes"
    )
    parser.add_argument("--write", action="store_true", help=f"write what is found to docs/{PAGE.name}")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    about = [machine.kind(), machine.versions(), machine.today(), f"before: {machine.load()}"]
    print("\n".join(about))
    found = []
    for part in Bench(QUICK if asked.quick else FULL).parts(asked.parts or list(PARTS)):
        print(text(part), flush=True)
        found.append(part)
    about.append(f"after: {machine.load()}")
    print(f"\n{about[-1]}")
    if asked.write:
        facts = "\n".join(f"- {fact}" for fact in about)
        PAGE.write_text("\n".join([HEAD, facts, "", *(markdown(part) for part in found)]).rstrip() + "\n")
    missed = [goal.what for part in found for goal in part.goals if not goal.met]
    print(f"goals not reached: {'; '.join(missed)}" if missed else "every goal is reached")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
