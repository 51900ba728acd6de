"""What went wrong, in words, and the exit code that says so: never a traceback unless it is asked for."""

import os
import sys
import traceback
from collections.abc import Iterable

import click

from glasstown.cli.text import safe
from glasstown.errors import GlasstownError
from glasstown.scenario.spelling import nearest

TRACEBACK = "GLASSTOWN_TRACEBACK"
"""Set to 1, it shows where an error came from."""

STOPPED = 130
"""The exit code of a second Ctrl-C, and of one while there is nothing to keep."""


def told(error: BaseException) -> int:
    """Say on standard error what went wrong; the exit code."""
    if os.environ.get(TRACEBACK) == "1":
        traceback.print_exception(error)
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort() | KeyboardInterrupt():
            return _say("Stopped.", "", STOPPED)
        case BrokenPipeError() | SystemExit():  # click makes the one into the other
            return _unread()
        case click.UsageError():
            return _say(*_usage(error), error.exit_code)
        case click.ClickException():
            return _say(error.format_message(), "", 2)
        case GlasstownError():
            return _say(error.message, error.hint, error.exit_code)
        case MemoryError():
            return _say("Memory ran out.", "Take fewer people (--people), or a larger machine.", 3)
    name = type(error).__name__
    what = f"Unexpected {name}: {error}" if str(error) else f"Unexpected {name}."
    how = f"This is a defect of Glasstown. To see where it is, run the same again with {TRACEBACK}=1."
    return _say(what, how, 3)


def _say(message: str, hint: str, code: int) -> int:
    click.echo(safe(f"{message}\n{hint}" if hint else message), err=True)
    return code


def _usage(error: click.UsageError) -> tuple[str, str]:
    """Words for a wrong command line, and where to read on."""
    context = error.ctx
    path = context.command_path if context else "glasstown"
    text = error.format_message()
    if isinstance(error, click.NoSuchOption):
        options = [
            o for p in (context.command.params if context else []) for o in (*p.opts, *p.secondary_opts)
        ]
        text = unknown("option", error.option_name, [*options, "--help"])
    return text, f"See: {path} --help"


def unknown(kind: str, word: str, known: Iterable[str]) -> str:
    """A sentence on a name that there is not, with the nearest that there is."""
    near = nearest(word, known)
    text = f"There is no {kind} {word!r}"
    return f"{text}; nearest: {near}" if near else f"{text}."


def _unread() -> int:
    """Whoever read our output went away: so do we, without a word."""
    handle = os.open(os.devnull, os.O_WRONLY)
    os.dup2(handle, sys.stdout.fileno())
    return 0
