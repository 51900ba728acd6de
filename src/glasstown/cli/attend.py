"""Being there while something works: shows progress, and ends it well when asked to.

The first Ctrl-C (or SIGTERM) asks the run to stop at the end of its day, with a checkpoint; where that
cannot be within a few seconds, the process ends as it is, which the store survives. The second ends it
at once.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

import click

from glasstown.cli.faces import Bar, Face, Lines, Silent
from glasstown.cli.meter import Meter
from glasstown.cli.text import safe
from glasstown.cli.trouble import STOPPED
from glasstown.errors import Interrupted

PATIENCE = 4.0
"""Seconds that a day may still take after Ctrl-C."""

BRIEF = 0.3
"""Seconds that anything else may take, since nothing would be kept of it."""

FIRST = 2.0
"""Seconds before anything is shown: what is shorter needs no progress."""

BEAT = 0.1


class Attendant:
    """Use in a ``with`` block around the work; ``stop`` is set by the first Ctrl-C (on the main thread)."""

    def __init__(self, quiet: bool, farewell: Callable[[], Interrupted]) -> None:
        self.meter = Meter()
        self.stop = threading.Event()
        self._farewell = farewell
        self._quiet = quiet
        self._asked = 0.0
        self._over = threading.Event()
        self._begun = time.monotonic()
        self._face: Face | None = None
        self._thread = threading.Thread(target=self._attend, daemon=True)
        self._before: dict[int, object] = {}
        self._compiling: Callable[[], int] = lambda: 0

    def __enter__(self) -> Self:
        main = threading.current_thread() is threading.main_thread()
        for number in (signal.SIGINT, signal.SIGTERM) if main else ():
            self._before[number] = signal.signal(number, self._on_signal)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]

    def watch(self, compiling: Callable[[], int]) -> None:
        """From now on, ask this how many functions are being compiled, 0 for none."""
        self._compiling = compiling

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.stop.is_set():
            leave(STOPPED)
        self._asked = time.monotonic()
        self.stop.set()

    def _attend(self) -> None:
        told = False
        while not self._over.wait(BEAT):
            now = time.monotonic()
            if now - self._begun > FIRST and self._face is None:
                self._face = self._chosen()
            if self._face is not None:
                self._face.draw(self.meter, self._compiling(), now - self._begun)
            if self.stop.is_set():
                self._give_up(now) if told else self._promise()
                told = True
        if self._face is not None:
            self._face.close()

    def _chosen(self) -> Face:
        if self._quiet:
            return Silent()
        return Bar() if sys.stderr.isatty() else Lines()

    def _promise(self) -> None:
        if not self._quiet:
            note = "stopping at the end of this day (again to end at once)"
            self._face.note(note) if self._face is not None else click.echo(f"glasstown: {note}", err=True)

    def _give_up(self, now: float) -> None:
        """End the process if what goes on will not end in time; never while a checkpoint is written."""
        hopeless = not self.meter.worth or self._compiling() > 0
        if self.meter.saving or now - self._asked < (BRIEF if hopeless else PATIENCE):
            return
        if self._face is not None:
            self._face.close()
        words = self._farewell()
        click.echo(safe(f"{words.message}\n{words.hint}"), err=True)
        leave(words.exit_code)


def leave(code: int) -> None:
    """End this process now, whatever its threads do, with the cursor visible."""
    if os.isatty(2):
        os.write(2, b"\x1b[?25h\r\x1b[2K")
    os._exit(code)
