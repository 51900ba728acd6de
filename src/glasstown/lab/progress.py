"""How long things take, for whoever waits: stages report what is done, the faces decide how to show it."""

from typing import Final, Protocol

TOWN: Final = "town"
"""The stage in which the people are made."""

CHECKPOINT: Final = "checkpoint"
"""The stage in which a checkpoint is written: it interrupts that of an arm for a moment."""

VERIFY: Final = "verify"
"""The stage in which published results are run, one after another."""

SWEEP: Final = "sweep"
"""The stage of a sweep, in runs that ended."""

KERNELS: Final = "kernels"
"""The stage in which the workers of a sweep compile what they need, in small runs that ended."""


class Progress(Protocol):
    """Called now and then on the thread that works; it must be quick and must not raise."""

    def __call__(self, stage: str, done: float, total: float) -> None:
        """``done`` of ``total`` of a ``stage`` ("town", "open", "article", ...), in the stage's own unit."""
        ...


def silent(stage: str, done: float, total: float) -> None:
    """Nobody is waiting."""
