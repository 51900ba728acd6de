"""Every error becomes a sentence and an exit code, never a traceback."""

from pathlib import Path

import click
import pytest

from glasstown.cli import app
from glasstown.cli.trouble import TRACEBACK, told
from glasstown.errors import CheckFailed, DiskFull, GlasstownError, InputError, Interrupted, NotEnoughMemory


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("no"), 2), (NotEnoughMemory("too large"), 2),
        (DiskFull("full", path=Path("a")), 3),
        (CheckFailed("no"), 3), (Interrupted("stopped"), 4), (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (GlasstownError("no"), 3), (ZeroDivisionError("by zero"), 3), (MemoryError(), 3),
        (RecursionError(), 3),
        (click.UsageError("no"), 2), (click.exceptions.Exit(0), 0),
    ],
)  # fmt: skip
def test_an_error_has_a_code_and_no_traceback(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(error) == code
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err
    assert bool(err) == (code != 0)


def test_the_hint_follows_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    told(InputError("what", "do this"))
    assert capsys.readouterr().err == "what\ndo this\n"


def test_an_unexpected_error_says_how_to_see_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        raise ZeroDivisionError("here")
    except ZeroDivisionError as error:
        told(error)
        quiet = capsys.readouterr().err
        monkeypatch.setenv(TRACEBACK, "1")
        told(error)
        loud = capsys.readouterr().err
    assert quiet.startswith("Unexpected ZeroDivisionError: here\n") and TRACEBACK in quiet
    assert "Traceback" in loud and "test_trouble.py" in loud


def test_what_a_terminal_would_obey_is_spelt_out(capsys: pytest.CaptureFixture[str]) -> None:
    told(InputError("\x1b[2J\x1b]0;title\x07"))
    assert capsys.readouterr().err == "\\x1b[2J\\x1b]0;title\\x07\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu"], "There is no command 'rnu'; nearest: run"),
        (["descrbe"], "nearest: describe"),
        (["used_by", "score"], "nearest: used-by"),
        (["zzzzzz"], "There is no command 'zzzzzz'."),
        (["run", "--poeple", "3"], "There is no option '--poeple'; nearest: --people"),
        (["run", "--seeds=3"], "nearest: --seed"),
        (["run", "--people", "1.5"], "expected a whole number"),
        (["run", "--threads", "0"], "0 is not in the range"),
        (["run", "a", "b"], "unexpected extra argument"),
        (["run", "--json", "--digest"], "exclude each other"),
        (["compare", "open"], "Missing argument 'WITH'"),
    ],
)
def test_a_wrong_command_line_names_the_nearest(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.answer(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and words in err and "See: glasstown" in err


def test_without_a_command_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.answer([]) == 0
    assert "glasstown run" in capsys.readouterr().out


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for name in app.glasstown.commands:
        assert app.answer([name, "--help"]) == 0
        said = capsys.readouterr().out
        assert f"  glasstown {name}" in said.partition("Examples:")[2], name
        assert max(len(line) for line in said.split("\n")) <= 88, name
