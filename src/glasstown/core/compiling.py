"""Noticing compilation: so that whoever waits can be told, and a test can count."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from glasstown.core import kernels as _first  # sets the cache before numba is imported  # noqa: F401

from numba.core import event  # isort: skip  # noqa: TID251


class Compilations(event.Listener):  # type: ignore[misc, unused-ignore]
    """How many functions were ``begun`` and ``done``; what is loaded from the disk does not count."""

    def __init__(self) -> None:
        self.begun = 0
        self.done = 0

    @property
    def busy(self) -> bool:
        """Whether something is being compiled at this instant."""
        return self.begun > self.done

    def on_start(self, event: Any) -> None:
        """Called by the compiler, on the thread that compiles; one at a time, for it holds a lock."""
        self.begun += 1

    def on_end(self, event: Any) -> None:
        """As ``on_start``."""
        self.done += 1


@contextmanager
def compilations() -> Iterator[Compilations]:
    """Count what is compiled within the block, on any thread."""
    counter = Compilations()
    with event.install_listener("numba:compile", counter):
        yield counter
