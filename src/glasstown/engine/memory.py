"""How much memory a run will take, said before the first allocation."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from glasstown.core.mechanism import Order
from glasstown.engine.run import default_chunk
from glasstown.engine.schedule import Schedule
from glasstown.engine.sweeps import fleeting, idle, sweeps
from glasstown.errors import NotEnoughMemory

PROGRAM = 285_000_000
"""Bytes of interpreter, libraries and compiled code before there are people (measured: make bench)."""

TURNS = 48
"""Bytes a person while a step takes everybody in turn: keys, order, its own arrays (measured: make bench)."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Bytes by what they are for.

    ``turns`` is what steps that take people one after the other make for themselves, ``building`` the most
    that making the town takes, before any day.
    """

    columns: int
    copies: int
    scratch: int
    ties: int
    observers: int
    turns: int = 0
    building: int = 0
    program: int = PROGRAM

    @property
    def total(self) -> int:
        """Expected peak of the process, bytes."""
        living = self.columns + self.copies + self.scratch + self.turns + self.ties + self.observers
        return max(living, self.building) + self.program


def forecast(
    plan: Schedule, people: int, ties: int, observers: int, threads: int, building: int = 0,
    given: Collection[str] = (),
) -> Forecast:  # fmt: skip
    """The memory of a run of ``plan``; ``ties``, ``observers``, ``building`` in bytes.

    ``given`` names the columns that the population brings.
    """
    short = fleeting(plan) | idle(plan, given)
    size = {n: np.dtype(c.dtype).itemsize for n, c in plan.columns.items()}
    whole = sum(bytes_ for n, bytes_ in size.items() if n not in short)
    frozen = {n for sweep in sweeps(plan.steps) for n in sweep.freeze}
    chunk = default_chunk(people, threads)
    return Forecast(
        columns=whole * people,
        copies=sum(size[n] for n in frozen) * people,
        scratch=(sum(size[n] for n in short) + 4) * chunk * threads,
        ties=ties,
        observers=observers,
        turns=TURNS * people if any(s.order is Order.SEQUENTIAL for s in plan.steps) else 0,
        building=building,
    )


def available() -> int:
    """Bytes that this machine can still give, by the kernel's own estimate; a large number if not told."""
    limits = [2**62]
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        limits += [int(x.split()[1]) * 1024 for x in lines if x.startswith("MemAvailable")]
        control = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
        limits += [max(0, int(control) - used)] if control.isdigit() else []
    except (OSError, ValueError):
        pass
    return min(limits)


def refuse_if_too_large(needed: int, room: int, what: str) -> None:
    """Raise NotEnoughMemory, with figures, if ``needed`` bytes do not fit in ``room``."""
    if needed > room:
        raise NotEnoughMemory(
            f"{what} would need {needed / 1e9:,.1f} GB of memory; {room / 1e9:,.1f} GB are free here",
            "Take fewer people (--people), or a larger machine.",
            needed,
            room,
        )
