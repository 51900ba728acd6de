"""A sweep on a running Dask cluster (extra ``cluster``): Dask places work and carries texts, nothing else.

Each task is the JSON document that a worker of our own is sent; the answer is the file for the shelf, which
the parent alone writes. So the table is the same, byte for byte, and no folder need be shared. A task whose
worker died is tried once more, and then is a failure.
"""

import json
import queue
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from threading import Event as Signal
from typing import TYPE_CHECKING, Any

from glasstown.errors import Interrupted, RunFailed
from glasstown.lab.crew import BEAT, TRIES, Ended, Task
from glasstown.lab.shelf import Shelf
from glasstown.store.sealed import digest

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 60.0
"""Seconds for which a cluster may be without any worker."""

GREETING = 10.0
"""Seconds in which a scheduler must answer."""


@dataclass
class Flight:
    """A task that a worker has: the worker's address, the rest of its group, the task."""

    worker: str
    group: deque[Task]
    task: Task


class Cluster:
    """Does groups of tasks on the workers of a Dask cluster; ``shelf`` is where results go."""

    def __init__(self, address: str, welcome: Mapping[str, Any], shelf: Shelf) -> None:
        self._address = address
        self._welcome = json.dumps(welcome)
        self._name = digest(welcome)
        self._shelf = shelf
        self._waiting: deque[deque[Task]] = deque()
        self._flying: dict[Future, Flight] = {}
        self._done: queue.Queue[Future] = queue.Queue()
        self._begun: dict[str, int] = {}

    def work(self, groups: Sequence[Sequence[Task]], ended: Ended, stop: Signal | None = None) -> None:
        """Do all tasks of all groups. Raises Interrupted when ``stop`` is set, RunFailed, StoreError."""
        self._waiting = deque(deque(group) for group in groups if group)
        with self._client() as client:
            from glasstown.lab.clusterman import Welcome, allow

            once = client.run_on_scheduler(allow, 0)
            try:
                client.register_plugin(Welcome(self._name, self._welcome), name=self._name)
                self._fly_all(client, ended, stop)
            finally:
                client.cancel(list(self._flying))
                self._flying.clear()
                with suppress(Exception):
                    client.unregister_worker_plugin(self._name)
                    client.run_on_scheduler(allow, once)

    def _client(self) -> "Client":
        try:
            from distributed import Client
        except ImportError:
            raise RunFailed(
                "Dask is not here", "Install glasstown with the extra: glasstown[cluster]"
            ) from None
        try:
            return Client(self._address, timeout=GREETING, set_as_default=False, name="glasstown")
        except (OSError, ValueError, TypeError) as error:
            raise RunFailed(f"no Dask cluster answers at {self._address}: {error}") from None

    def _fly_all(self, client: "Client", ended: Ended, stop: Signal | None) -> None:
        seen = time.monotonic()
        while self._waiting or self._flying:
            if stop is not None and stop.is_set():
                raise Interrupted("stopped")
            threads: dict[str, int] = client.nthreads()
            self._place(client, threads)
            if threads:
                seen = time.monotonic()
            elif time.monotonic() - seen > PATIENCE:
                raise RunFailed(f"the cluster at {self._address} has no workers")
            with suppress(queue.Empty):
                self._land(self._done.get(timeout=BEAT), ended)

    def _place(self, client: "Client", threads: Mapping[str, int]) -> None:
        """Give every idle thread the next task, of a group that was begun before any other."""
        busy: dict[str, int] = {}
        for flight in self._flying.values():
            busy[flight.worker] = busy.get(flight.worker, 0) + 1
        for worker in sorted(threads):
            for _ in range(threads[worker] - busy.get(worker, 0)):
                group = self._waiting.popleft() if self._waiting else self._share()
                if group:
                    self._begin(client, worker, group)

    def _share(self) -> deque[Task]:
        """The later half of the tasks that are still to come in the group that has most of them."""
        longest = max((flight.group for flight in self._flying.values()), key=len, default=deque[Task]())
        half = deque(longest.pop() for _ in range(-(-len(longest) // 2)))
        half.reverse()
        return half

    def _begin(self, client: "Client", worker: str, group: deque[Task]) -> None:
        from glasstown.lab.clusterman import live

        task = group.popleft()
        name = task["name"]
        self._begun[name] = self._begun.get(name, 0) + 1
        future = client.submit(
            live, self._name, json.dumps(task), key=f"glasstown-{name}-{self._begun[name]}", pure=False,
            workers=[worker], allow_other_workers=True, retries=0,
        )  # fmt: skip
        future.add_done_callback(self._done.put)
        self._flying[future] = Flight(worker, group, task)

    def _land(self, future: "Future", ended: Ended) -> None:
        """Take an answer, or note that there will be none."""
        flight = self._flying.pop(future)
        name = flight.task["name"]
        try:
            answer = json.loads(future.result())
        except (Exception, CancelledError) as error:  # noqa: BLE001  whatever Dask or the worker's machine says
            if self._begun[name] < TRIES:
                flight.group.appendleft(flight.task)
            else:
                ended(name, f"its worker ended ({type(error).__name__}), {TRIES} times")
        else:
            if "paper" in answer:
                self._shelf.keep(name, answer["paper"].encode("utf-8"))
            ended(name, str(answer.get("failed", "")))
        if flight.group:
            self._waiting.appendleft(flight.group)
