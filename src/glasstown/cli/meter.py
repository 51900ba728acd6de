"""What is being done and how far it is: written by whoever works, read by whoever shows it."""

import time
from collections import deque

from glasstown.lab.progress import CHECKPOINT, KERNELS, TOWN

REPORTS = "reports"
STARTING = "starting"

WINDOW = 8.0
"""Seconds of the recent past by which the time left is told."""


class Meter:
    """A ``lab.progress.Progress``: cheap to call, safe to read from another thread.

    ``stage`` is "starting", "town", the name of an arm, or "reports"; ``done`` of ``total`` in its own unit.
    """

    def __init__(self) -> None:
        self.stage = STARTING
        self.done = 0.0
        self.total = 0.0
        self.saving = False
        self._past: deque[tuple[float, float]] = deque(maxlen=4096)

    def __call__(self, stage: str, done: float, total: float) -> None:
        """Take note; a checkpoint interrupts the stage that it belongs to."""
        if stage == CHECKPOINT:
            self.saving = done < total
            return
        now = time.monotonic()
        if stage != self.stage:
            self._past.clear()
        self._past.append((now, done))
        while len(self._past) > 2 and now - self._past[0][0] > WINDOW:
            self._past.popleft()
        self.stage, self.done, self.total = stage, done, total

    @property
    def worth(self) -> bool:
        """Whether an arm is being lived or written: then waiting a little for its end keeps something."""
        return self.stage not in (STARTING, TOWN, KERNELS, REPORTS)

    @property
    def share(self) -> float:
        """How much of the stage is done, from 0 to 1."""
        return self.done / self.total if self.total else 0.0

    def rest(self) -> float | None:
        """Seconds left in this stage at the pace of the recent past; None while that cannot be told."""
        past = list(self._past)
        if len(past) < 2:
            return None
        (begun, first), (_, last) = past[0], past[-1]
        took = time.monotonic() - begun
        return (self.total - last) * took / (last - first) if last > first and took > 0.5 else None
