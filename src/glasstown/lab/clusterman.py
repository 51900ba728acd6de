"""What of a sweep is in the processes of a Dask cluster, workers and scheduler (extra ``cluster``)."""

import json
import threading
from typing import Any

from distributed import WorkerPlugin

from glasstown.errors import GlasstownError
from glasstown.lab.crewman import Worker
from glasstown.lab.shelf import paper

_welcomes: dict[str, str] = {}
_mine = threading.local()


class Welcome(WorkerPlugin):  # type: ignore[misc]
    """Gives each worker, also one that comes later, what the tasks of a sweep have in common."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    def setup(self, worker: Any) -> None:
        """Note it."""
        _welcomes[self.name] = self.text

    def teardown(self, worker: Any) -> None:
        """Forget it."""
        _welcomes.pop(self.name, None)


def live(welcome: str, text: str) -> str:
    """In a worker: do a task; the file for the shelf, or why it failed, as JSON."""
    kept: tuple[str, Worker] | None = getattr(_mine, "kept", None)
    try:
        if kept is None or kept[0] != welcome:
            kept = _mine.kept = (welcome, Worker.welcomed(json.loads(_welcomes[welcome])))
        task = json.loads(text)
        found = kept[1].outcome(task)
    except GlasstownError as error:
        return json.dumps({"failed": f"{type(error).__name__}: {error}".partition("\n")[0]})
    if isinstance(found, str):
        return json.dumps({"failed": found})
    return json.dumps({"paper": paper(task["name"], found).decode("utf-8")})


def allow(count: int, dask_scheduler: Any = None) -> int:
    """In the scheduler: how many workers a task may take with it before it fails; the number before."""
    before = int(dask_scheduler.allowed_failures)
    dask_scheduler.allowed_failures = count
    return before
