"""Workers of a sweep: spawned processes, one thread each, that cost one task when they die.

A group of tasks shares its people; one worker goes through it, so that a town is made once. When no group
waits, who has nothing to do takes half of what the busiest has left: a town made twice costs less than a
worker at rest. A task whose worker died is tried once more by another, and then is a failure with its reason.
The parent waits for lines, never for a worker; when the parent dies, workers end by themselves.
"""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event as Signal
from typing import IO, Any

from glasstown.errors import Interrupted, RunFailed, StoreError

TRIES = 2
"""How often a task is begun before its worker's death is its result."""

FALSE_STARTS = 3
"""Workers that may end before they are ready, in all."""

BEAT = 0.1
"""Seconds between two looks at whether to stop."""

PATIENCE = 5.0
"""Seconds in which a worker that is no longer needed should have ended."""

ALONE = {
    "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip

Task = Mapping[str, Any]
Ended = Callable[[str, str], None]
"""Told of each task that ended: its name, and why it failed ("" if it did not)."""


@dataclass(eq=False)
class Hand:
    """One process, the group it is at, and the task it has begun (None: waiting, or not ready)."""

    process: subprocess.Popen[str]
    errors: IO[bytes]
    group: deque[Task] = field(default_factory=deque)
    task: Task | None = None
    ready: bool = False


class Crew:
    """Does groups of tasks on ``workers`` processes; ``welcome`` is the first line that each is sent."""

    def __init__(self, workers: int, welcome: Mapping[str, Any]) -> None:
        self._welcome = json.dumps(welcome)
        self._workers = workers
        self._hands: list[Hand] = []
        self._said: queue.Queue[tuple[Hand, str]] = queue.Queue()
        self._waiting: deque[deque[Task]] = deque()
        self._begun: dict[str, int] = {}
        self._false_starts = 0

    @property
    def pids(self) -> list[int]:
        """The processes at work."""
        return [hand.process.pid for hand in self._hands]

    def work(self, groups: Sequence[Sequence[Task]], ended: Ended, stop: Signal | None = None) -> None:
        """Do all tasks of all groups. Raises Interrupted when ``stop`` is set, RunFailed, StoreError."""
        self._waiting = deque(deque(group) for group in groups if group)
        try:
            for _ in range(min(self._workers, sum(len(group) for group in self._waiting))):
                self._hire()
            while self._hands:
                if stop is not None and stop.is_set():
                    raise Interrupted("stopped")
                with suppress(queue.Empty):
                    self._hear(*self._said.get(timeout=BEAT), ended)
        finally:
            self._dismiss()

    def _hire(self) -> None:
        """Start a process; it is heard of when it is ready."""
        errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process, by _close
        hand = Hand(
            subprocess.Popen(
                [sys.executable, "-m", "glasstown.lab.crewman"], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8",
                env={**os.environ, **ALONE}, start_new_session=True,
            ),
            errors,
        )  # fmt: skip
        self._hands.append(hand)
        threading.Thread(target=self._listen, args=(hand,), daemon=True).start()

    def _listen(self, hand: Hand) -> None:
        """Welcome a worker and pass on what it says; an empty line says that it ended."""
        assert hand.process.stdout is not None
        self._tell(hand, self._welcome)
        with suppress(ValueError, OSError), hand.process.stdout as lines:
            for line in lines:
                self._said.put((hand, line))
        self._said.put((hand, ""))

    def _tell(self, hand: Hand, line: str) -> None:
        assert hand.process.stdin is not None
        with suppress(OSError, ValueError):  # that it is gone is heard of as its end
            hand.process.stdin.write(line + "\n")
            hand.process.stdin.flush()

    def _hear(self, hand: Hand, line: str, ended: Ended) -> None:
        """Take note of an answer, or of an end, and give out what comes next."""
        if hand not in self._hands:
            return
        if not line.endswith("\n"):
            self._lost(hand, ended)
            return
        answer = json.loads(line)
        if "stop" in answer:
            raise StoreError(str(answer["stop"]))
        done, hand.ready, hand.task = hand.task, True, None
        self._next(hand)  # before anybody looks at what it did
        if done is not None:
            ended(done["name"], str(answer.get("failed", "")))

    def _next(self, hand: Hand) -> None:
        """Give a worker its next task, or send it home where there is none."""
        if not hand.group:
            hand.group = self._waiting.popleft() if self._waiting else self._share()
        if not hand.group:
            self._hands.remove(hand)
            _close(hand)
            return
        hand.task = hand.group.popleft()
        name = hand.task["name"]
        self._begun[name] = self._begun.get(name, 0) + 1
        self._tell(hand, json.dumps(hand.task))

    def _share(self) -> deque[Task]:
        """The later half of what the hand with most tasks left has still to begin."""
        busiest = max(self._hands, key=lambda each: len(each.group))
        half = deque(busiest.group.pop() for _ in range(-(-len(busiest.group) // 2)))
        half.reverse()
        return half

    def _lost(self, hand: Hand, ended: Ended) -> None:
        """A worker ended: its task is tried again or has failed, and another takes its place."""
        self._hands.remove(hand)
        code = hand.process.wait()
        words = _tail(hand.errors)
        _close(hand)
        if not hand.ready:
            self._false_starts += 1
            if self._false_starts >= FALSE_STARTS:
                raise RunFailed(f"no worker could be started (they end with {code}): {words}")
        if hand.task is not None:
            if self._begun[hand.task["name"]] < TRIES:
                hand.group.appendleft(hand.task)
            else:
                how = f"signal {-code}" if code < 0 else f"code {code}"
                ended(hand.task["name"], f"its worker ended with {how}, {TRIES} times")
        if hand.group:
            self._waiting.appendleft(hand.group)
        if len(self._hands) < min(self._workers, len(self._waiting) + len(self._hands)):
            self._hire()

    def _dismiss(self) -> None:
        """End every process that is still there, whatever it does: what is on disk is whole."""
        for hand in self._hands:
            hand.process.kill()
        for hand in self._hands:
            _close(hand)
        self._hands.clear()


def _close(hand: Hand) -> None:
    """Let a process end: it does when nobody can write to it any more."""
    assert hand.process.stdin is not None
    with suppress(OSError):
        hand.process.stdin.close()
    try:
        hand.process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        hand.process.kill()
        hand.process.wait()
    hand.errors.close()


def _tail(errors: IO[bytes]) -> str:
    """The last line that a process said on standard error."""
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "without a word"
