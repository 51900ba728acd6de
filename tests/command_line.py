"""The command line in processes of its own, as a user meets it: for tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from glasstown.core import kernels as _kernels  # names the cache of the compiler  # noqa: F401

from numba.core import config  # isort: skip

SMALL = ("--people", "2000", "--days", "20")
"""Options of a town that lives in a moment."""

SLOW = """
import sys, time
from glasstown.engine.run import Simulation
from glasstown.lab import simulate
from glasstown.lab import town
advance, make = Simulation.advance, town.make
def slowly(self):
    time.sleep({seconds})
    advance(self)
def made(*arguments, **more):
    time.sleep({town})
    return make(*arguments, **more)
Simulation.advance, town.make = slowly, made
simulate.SAVE_EVERY = {save}
from glasstown.cli import main
main()
"""
"""A program that is ``glasstown``, but a day takes longer and checkpoints come more often."""


def environment(**more: str) -> dict[str, str]:
    """What a process needs of ours, and ``more``."""
    kept = ("PATH", "HOME", "XDG_CACHE_HOME", "LANG", "COVERAGE_PROCESS_START")
    return {name: os.environ[name] for name in kept if name in os.environ} | more


def kernels_in(cache: Path) -> Path:
    """A copy, in ``cache``, of what is compiled so far, so that nobody waits for it to be compiled again."""
    ours = Path(config.CACHE_DIR)
    shutil.copytree(ours, cache / "glasstown" / ours.name, ignore=shutil.ignore_patterns("tmp.*"))
    return cache


def glasstown(*arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end; ``more`` goes to the environment."""
    return subprocess.run(
        [sys.executable, "-m", "glasstown.cli", *arguments], cwd=cwd, env=environment(**more), check=False,
        capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def begun(
    *arguments: str, cwd: Path, seconds: float = 0.05, save: float = 20.0, town: float = 0.0
) -> subprocess.Popen[str]:
    """Start it with days and a town that take seconds more, and a checkpoint every ``save`` seconds."""
    return subprocess.Popen(
        [sys.executable, "-c", SLOW.format(seconds=seconds, save=save, town=town), *arguments], cwd=cwd,
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip


def said_until(process: subprocess.Popen[str], word: str) -> str:
    """What a process says on standard error, up to the line that holds ``word``. Fails if it ends before."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if word in line:
            return said
    raise AssertionError(f"it ended without saying {word!r}: {said}")
