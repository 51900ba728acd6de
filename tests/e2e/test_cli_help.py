"""Help comes at once: nothing heavy is imported for it. Counted in modules, not in seconds."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from command_line import environment
from glasstown.cli.commands import ALL

HEAVY = (
    "numba",
    "llvmlite",
    "numpy",
    "scipy",
    "pydantic",
    "duckdb",
    "rich",
    "matplotlib",
    "jinja2",
    "tomlkit",
)

PROGRAM = """
import sys
from glasstown.cli.app import answer
code = answer({arguments!r})
sys.stdout.flush()
print("\\nloaded:", *(name for name in {heavy!r} if name in sys.modules))
sys.exit(code)
"""


def loaded(*arguments: str, cwd: Path) -> list[str]:
    """The heavy modules that a command line imports."""
    program = PROGRAM.format(arguments=list(arguments), heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd,
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rpartition("loaded:")[2].split()


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"], *([name, "--help"] for name in ALL)])
def test_help_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    assert loaded(*arguments, cwd=tmp_path) == []


def test_but_work_does(tmp_path: Path) -> None:
    """The law can fail: a command that needs the lab imports it."""
    assert {"numba", "numpy", "pydantic"} <= set(loaded("describe", "misrecorded", cwd=tmp_path))


def unwrapped(told: str) -> bool:
    """Whether examples of a help stand one to a line, and no mark for the layout is left in it."""
    lines = told.splitlines()
    first = next((n for n, line in enumerate(lines) if line.strip() == "Examples:"), -1)
    return "\\b" not in told and first >= 0 and lines[first + 1].startswith("    glasstown ")


@pytest.mark.parametrize("name", ALL)
def test_examples_of_each_command_stand_one_to_a_line(name: str) -> None:
    assert unwrapped(ALL[name].get_help(click.Context(ALL[name], info_name=name, max_content_width=88)))


def test_a_mark_that_is_printed_is_found() -> None:
    """Planted fault: a backslash too many before the b."""

    @click.command()
    def wrong() -> None:
        """Do something.

        \\b
        Examples:
          glasstown wrong
        """

    assert not unwrapped(wrong.get_help(click.Context(wrong, info_name="wrong")))
