"""Two ways to show progress on standard error: a bar where there is a terminal, else a line now and then."""

from typing import Protocol

import click

from glasstown.cli.meter import REPORTS, STARTING, Meter
from glasstown.cli.text import duration, safe
from glasstown.lab.progress import KERNELS, SWEEP, TOWN, VERIFY

COMPILING = "compiling kernels (once per installation)…"

EVERY = 5.0
"""Seconds between two lines where there is no terminal."""


class Face(Protocol):
    """Shows a meter; all calls come from one thread."""

    def draw(self, meter: Meter, compiling: int, now: float) -> None:
        """Show how it stands ``now`` seconds after the start; ``compiling`` counts functions, or is 0."""
        ...

    def note(self, text: str) -> None:
        """Say something above it."""
        ...

    def close(self) -> None:
        """Leave no trace of what moves."""
        ...


def sentence(meter: Meter) -> str:
    """What is being done, in a few words."""
    if meter.stage == STARTING:
        return "starting"
    if meter.stage == TOWN:
        return "making the town"
    if meter.stage == REPORTS:
        return "drawing the reports"
    if meter.stage == KERNELS:
        return COMPILING
    if meter.stage == VERIFY:
        return f"result {min(meter.done + 1, meter.total):.0f} of {meter.total:.0f}"
    if meter.stage == SWEEP:
        return f"run {min(meter.done + 1, meter.total):,.0f} of {meter.total:,.0f}"
    if meter.done >= meter.total:
        return f"{safe(meter.stage)}: writing the results"
    return f"{safe(meter.stage)}: day {meter.done:,.0f} of {meter.total:,.0f}"


def left(meter: Meter) -> str:
    """The time left in this stage, or nothing where it cannot be told."""
    rest = meter.rest()
    return f"about {duration(rest)} left" if rest else ""


class Silent:
    """Shows nothing."""

    def draw(self, meter: Meter, compiling: int, now: float) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Lines:
    """A line every few seconds, for logs."""

    def __init__(self) -> None:
        self._next = 0.0
        self._said = ""

    def draw(self, meter: Meter, compiling: int, now: float) -> None:
        """A line if it is time for one, and it says something new."""
        if compiling and self._said != COMPILING:
            self._say(COMPILING)
        if now < self._next:
            return
        self._next = now + EVERY
        if compiling:
            return
        parts = [sentence(meter), f"{meter.share:.0%}" if meter.share else "", left(meter)]
        text = ", ".join(part for part in parts if part)
        if text != self._said and meter.stage != STARTING:
            self._say(text)

    def _say(self, text: str) -> None:
        self._said = text
        self.note(text)

    def note(self, text: str) -> None:
        """A line of its own."""
        click.echo(f"glasstown: {text}", err=True)

    def close(self) -> None:
        """Nothing moves here."""


class Bar:
    """One moving line with a bar, gone at the end."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._console = Console(stderr=True, highlight=False, markup=False)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False), BarColumn(28),
            TextColumn("{task.fields[left]}", markup=False),
            console=self._console, transient=True, auto_refresh=False,
        )  # fmt: skip
        self._task = self._bar.add_task("starting", total=None, left="")
        self._bar.start()

    def draw(self, meter: Meter, compiling: int, now: float) -> None:
        """The line anew."""
        text = f"{COMPILING} {compiling}" if compiling else sentence(meter)
        total = meter.total if meter.total and not compiling else None
        note = "" if compiling else left(meter)
        self._bar.update(self._task, description=text, total=total, completed=meter.done, left=note)
        self._bar.refresh()

    def note(self, text: str) -> None:
        """A line above the bar."""
        self._console.print(text)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()
