"""One worker of a sweep, in a process of its own: ``python -m glasstown.lab.crewman``.

It reads one JSON document a line: first the arms and the folder, then a task at a time, and answers each
with a line. It ends when nobody is left to read from. Nothing is pickled; of a user's modules only those are
loaded from which the parent has institutions.
"""

import gc
import json
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TextIO

from glasstown.errors import GlasstownError
from glasstown.lab import shelf
from glasstown.lab.arms import placed
from glasstown.lab.beginnings import BEGINNINGS, Beginnings
from glasstown.lab.catalog import CATALOG, unpack
from glasstown.lab.outcome import Outcome
from glasstown.lab.own import Origin, imported
from glasstown.lab.plan import hashes
from glasstown.lab.simulate import simulate
from glasstown.lab.town import lean, spec_of, used, whole_town
from glasstown.lab.warming import WARM, warm
from glasstown.population.town import Town
from glasstown.scenario.model import Scenario, plain

FAILURES: Final = (GlasstownError, ArithmeticError, LookupError, TypeError, ValueError, RuntimeError)
"""What a run may end with that is its result."""


class Worker:
    """Lives what it is told to, one thread, and keeps the people of the last town."""

    def __init__(
        self,
        folder: Path,
        arms: Mapping[str, Scenario],
        beside: Path,
        own: Mapping[str, Origin] | None = None,
    ) -> None:
        self.shelf = shelf.Shelf(folder)
        self.arms = arms
        self.beside = beside
        self.hashes = hashes(arms, beside, own or {})
        self._people: tuple[str, Town] | None = None
        self._beginnings = Beginnings()

    @classmethod
    def welcomed(cls, welcome: Mapping[str, Any]) -> "Worker":
        """A worker from the first line that it is sent. Raises GlasstownError."""
        own = {table: Origin(**each) for table, each in welcome["own"].items()}
        catalog = {**CATALOG, **imported(own)}
        arms = {name: unpack(packed, name, catalog) for name, packed in welcome["arms"].items()}
        return cls(Path(welcome["folder"]), arms, Path(welcome["beside"]), own)

    def town(self, scenario: Scenario) -> Town:
        """The people of a scenario, those of the task before if they are the same."""
        spec, run = spec_of(scenario), scenario.run
        key = repr((plain(spec), run.seed, run.replicate, scenario.digest if spec.table else ""))
        if self._people is None or self._people[0] != key:
            self._people = None
            self._beginnings.clear()
            self._people = (key, whole_town(scenario, 1, beside=self.beside))
        return lean(self._people[1], used(scenario))

    def live(self, task: Mapping[str, Any]) -> dict[str, str]:
        """Do a task; the answer. Raises DiskFull and StoreError where results cannot be kept."""
        if WARM in task:
            with suppress(*FAILURES, MemoryError):
                warm(self.arms[task["arm"]], task[WARM], self.beside)
            return {"done": task["name"]}
        if self.shelf.has(task["name"]):
            return {"done": task["name"]}
        found = self.outcome(task)
        if isinstance(found, str):
            return {"failed": found}
        self.shelf.put(task["name"], found)
        return {"done": task["name"]}

    def outcome(self, task: Mapping[str, Any]) -> Outcome | str:
        """What a task comes to, or why it failed."""
        try:
            scenario = placed(self.arms[task["arm"]], task["values"], task["replicate"])
            if shelf.name_of(scenario, self.hashes) != task["name"]:
                raise RuntimeError(
                    "parent and worker do not mean the same run: is the program being changed?"
                )
            town, beginning = self.town(scenario), self._beginnings.of(task.get(BEGINNINGS, {}))
            return simulate(scenario, town, threads=1, keep="totals", beginning=beginning)
        except FAILURES as error:
            return f"{type(error).__name__}: {error}".partition("\n")[0]
        except MemoryError:
            return "MemoryError: memory ran out"


def forget(first: bool) -> None:
    """Give back what a run held, at once: its parts name each other, and arrays do not make Python look.

    Fifty runs would wait for that otherwise: more than a gigabyte in towns of 20,000. What is there after the
    ``first`` run stays, and is not looked through again.
    """
    gc.collect()
    if first:
        gc.freeze()


def watched(source: TextIO, lines: "list[str]", news: threading.Condition) -> None:
    """Read lines as they come; when there are no more, whoever asked is gone, and so are we."""
    for line in source:
        with news:
            lines.append(line)
            news.notify()
    os._exit(0)


def main() -> None:
    """Read, live, answer, until the end of the input."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed does not get between the answers
    lines: list[str] = []
    news = threading.Condition()
    threading.Thread(target=watched, args=(sys.stdin, lines, news), daemon=True).start()
    worker: Worker | None = None
    lived = 0
    while True:
        with news:
            news.wait_for(lambda: bool(lines))
            asked = json.loads(lines.pop(0))
        try:
            if worker is None:
                worker = Worker.welcomed(asked)
                answer = {"ready": ""}
            else:
                answer = worker.live(asked)
        except GlasstownError as error:
            answer = {"stop": str(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        forget(first=lived == 1)
        lived += 1


if __name__ == "__main__":
    main()
