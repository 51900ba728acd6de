"""Bombs and traps: each is refused within a second and 200 MB, with one clear message and no traceback."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SECONDS = 1.0
MEGABYTES = 200.0

Trap = str | bytes | Callable[[Path], None]


def folder(path: Path) -> None:
    path.mkdir()


def linked(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def circle(path: Path) -> None:
    path.symlink_to(path.with_name("other.toml"))
    path.with_name("other.toml").symlink_to(path)


def extends(reference: str, others: dict[str, Trap] | None = None) -> Callable[[Path], None]:
    """A scenario that extends ``reference``, beside other files."""

    def make(path: Path) -> None:
        path.write_text(f'extends = "{reference}"\n[town]\npeople = 3\n')
        for name, trap in (others or {}).items():
            lay(path.with_name(name), trap)

    return make


def hole(path: Path) -> None:
    """A file that says it is a terabyte long."""
    with path.open("wb") as file:
        file.truncate(1 << 40)


def chain(path: Path) -> None:
    """As many large files as a chain may have."""
    text = "[town]\n" + "".join(f"k{n} = 1\n" for n in range(4_900))
    for number in range(8):
        parent = f'extends = "{number + 1}.toml"\n' if number < 7 else ""
        (path.with_name(f"{number}.toml") if number else path).write_text(parent + text)


NESTED = "[town]\npeople = "
TRAPS: dict[str, tuple[Trap, str]] = {
    "a dotted key of 40,000 parts": ("a." * 40_000 + "a = 1", "more than 16 parts"),
    "a table of 40,000 parts": ("[" + "a." * 40_000 + "a]", "more than 16 parts"),
    "a quoted dotted key in an inline table": ("a = {" + '"b".' * 40_000 + "c = 1}", "more than 16 parts"),
    "dotted keys in many lines": ("".join(f"a{n}." + "b." * 14 + "c=1\n" for n in range(9_000)), "more than"),
    "100,000 brackets": (NESTED + "[" * 100_000, "more than 64 levels"),
    "100,000 closed brackets": (NESTED + "[" * 100_000 + "]" * 100_000, "more than 64 levels"),
    "100,000 braces": (NESTED + "{a=" * 100_000, "more than 64 levels"),
    "brackets beneath dotted keys": (NESTED + "{a.b.c.d=" * 60 + "1" + "}" * 60, "more than 64 levels"),
    "levels just below the limit": (NESTED + "[" * 63 + "]" * 63, "expected a whole number"),
    "a number of a million digits": (NESTED + "9" * 1_000_000, "more than 64 characters"),
    "a number of 5,000 digits": (NESTED + "1_" * 2_500 + "1", "more than 64 characters"),
    "a whole number beyond 64 bits": (NESTED + "9" * 30, "a whole number beyond"),
    "a float beyond all": ("[town]\nurban = 1e400", "expected a finite number"),
    "not a number": ("[town]\nurban = nan", "expected a finite number"),
    "minus infinity": ("[run]\ndays = -inf", "expected a finite number"),
    "a boolean as a whole number": (NESTED + "true", "expected a whole number"),
    "a boolean as a number": ("[town]\nurban = false", "expected a number"),
    "a text as a number": (NESTED + '"1000"', "expected a whole number"),
    "a number as a whole number": (NESTED + "1000.0", "expected a whole number"),
    "10^15 people": (NESTED + "1_000_000_000_000_000", "expected a whole number from 0 to"),
    "a date": (NESTED + "1979-05-27T07:32:00Z", "a date or time"),
    "a look-alike key": ('[town]\n"p\u0435ople" = 3', "U+0435 CYRILLIC SMALL LETTER IE"),
    "a bare look-alike key": ("[town]\np\u0435ople = 3", "nearest: people"),
    "an empty key": ('[town]\n"" = 3', "an empty key"),
    "text that turns round": ("[town]\npeople = 3 # \u202e000", "RIGHT-TO-LEFT OVERRIDE"),
    "an escape sequence in a key": ('[town]\n"\\u001b[2J" = 3', "U+001B"),
    "an escape sequence in the title": ('title = "\\u001b]0;x\\u0007"', "U+001B"),
    "a duplicate key": ("[town]\npeople = 3\npeople = 4", "a second time"),
    "a duplicate table": ("[town]\n[town]", "is given already"),
    "a text without an end": ('title = """' + "x" * 1_000_000, "not TOML"),
    "a million backslashes": ('title = "' + "\\" * 1_000_000, "not TOML"),
    "a million quotes": ('"' * 1_000_000, "more than 20,000"),
    "a million comments": ("#\n" * 500_000, "more than 5,000 lines"),
    "90,000 entries": ("[town]\n" + "".join(f"k{n}=1\n" for n in range(90_000)), "more than 5,000 lines"),
    "4,900 unknown keys": ("[town]\n" + "".join(f"peopl{n} = 1\n" for n in range(4_900)), "unknown key"),
    "5,000 names to leave out": (f"without = [{'1, ' * 5_000}]", "expected a list of names"),
    "a chain of large files": (chain, "1.toml: more than 6,000 keys"),
    "larger than a mebibyte": ("# " + "x" * (1 << 20), "larger than a scenario may be"),
    "a terabyte of nothing": (hole, "larger than a scenario may be"),
    "nothing": ("", "says nothing"),
    "only blanks": (" \n" * 4_000, "says nothing"),
    "a binary file": (b"\x7fELF\x02\x01\x01" + bytes(range(256)), "not a text in UTF-8"),
    "zeros": (bytes(10_000), "control character U+0000"),
    "UTF-16": ("[town]\n".encode("utf-16"), "UTF-16"),
    "old line ends": ("[town]\rpeople = 3\r", "carriage return"),
    "extends itself": (extends("trap.toml"), "round in a circle: trap.toml -> trap.toml"),
    "extends in a circle": (extends("b.toml", {"b.toml": extends("trap.toml")}), "trap.toml -> b.toml"),
    "extends a folder": (extends("b.toml", {"b.toml": folder}), "a folder"),
    "extends a pipe": (extends("b.toml", {"b.toml": os.mkfifo}), "a pipe"),
    "extends a device": (extends("b.toml", {"b.toml": linked("/dev/zero")}), "a device"),
    "extends what is not there": (extends("b.toml"), "no such file"),
    "extends a file of the system": (extends("/etc/passwd"), "expected a path relative to this file"),
    "extends a bomb": (extends("b.toml", {"b.toml": "a." * 40_000 + "a = 1"}), "b.toml:1:32: a key of"),
    "a folder": (folder, "a folder"),
    "a pipe": (os.mkfifo, "a pipe"),
    "endless zeros": (linked("/dev/zero"), "a device"),
    "the terminal": (linked("/dev/tty"), "a device"),
    "links in a circle": (circle, "round in a circle"),
    "a link to nowhere": (linked("nowhere.toml"), "no such file"),
    "the kernel's log": (linked("/proc/kmsg"), ""),
}  # fmt: skip

HARMLESS = {
    "a byte order mark": b"\xef\xbb\xbf[town]\npeople = 3\n",
    "line ends of other systems": b"[town]\r\npeople = 3\r\n",
    "no line end": b"[town]\npeople = 3",
}


def lay(path: Path, trap: Trap) -> None:
    if isinstance(trap, str):
        path.write_text(trap, newline="")
    elif isinstance(trap, bytes):
        path.write_bytes(trap)
    else:
        trap(path)


Load = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def runner() -> Iterator[Load]:
    command = [sys.executable, str(Path(__file__).with_name("trap_runner.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdin
        assert started.stdout
        asking, answers = started.stdin, started.stdout

        def load(path: Path, *overrides: str, unguarded: bool = False) -> dict[str, Any]:
            asked = {"path": str(path), "overrides": overrides, "unguarded": unguarded}
            asking.write(json.dumps(asked) + "\n")
            asking.flush()
            return dict(json.loads(answers.readline()))

        yield load
        asking.close()


def refused(told: dict[str, Any], fragment: str) -> bool:
    """Whether an answer is what we promise."""
    message = told["message"]
    return (
        told["error"] == "ScenarioError"
        and told["code"] == 2
        and told["seconds"] < SECONDS
        and told["megabytes"] < MEGABYTES
        and fragment in message
        and len(message) < 20_000
        and all(each.isprintable() or each == "\n" for each in message)
        and "Traceback" not in message
    )


def test_there_are_as_many_as_promised() -> None:
    assert len(TRAPS) >= 40


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_refused(name: str, runner: Load, tmp_path: Path) -> None:
    trap, fragment = TRAPS[name]
    lay(tmp_path / "trap.toml", trap)
    told = runner(tmp_path / "trap.toml")
    assert refused(told, fragment), told


@pytest.mark.parametrize(
    "name", [name for name, (trap, _) in TRAPS.items() if isinstance(trap, str) and trap]
)
def test_a_trap_in_a_text_names_its_place(name: str, runner: Load, tmp_path: Path) -> None:
    trap, _ = TRAPS[name]
    lay(tmp_path / "trap.toml", trap)
    message = runner(tmp_path / "trap.toml")["message"]
    assert re.match(r"\S*trap\.toml(:\d+:\d+: |: larger|: says nothing)", message)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_like_a_trap_is_read(name: str, runner: Load, tmp_path: Path) -> None:
    lay(tmp_path / "trap.toml", HARMLESS[name])
    assert runner(tmp_path / "trap.toml")["error"] == ""


@pytest.mark.parametrize(
    "override",
    [
        "town.people=1000000000000000",
        "town.people=" + "9" * 100_000,
        "town.people=" + "[" * 100_000,
        "town.people={" + "a." * 40_000 + "a=1}",
        "a." * 40_000 + "a=1",
        "town.urban=nan",
        "town.people=true",
    ],
    ids=lambda override: override[:24],
)
def test_a_trap_in_an_option_is_refused(override: str, runner: Load, tmp_path: Path) -> None:
    lay(tmp_path / "good.toml", "[town]\npeople = 3\n")
    told = runner(tmp_path / "good.toml", override)
    assert refused(told, "--set "), told


@pytest.mark.parametrize(
    "name",
    [
        "a dotted key of 40,000 parts",
        "100,000 brackets",
        "a number of a million digits",
        "a terabyte of nothing",
    ],
)
def test_without_the_checks_the_trap_snaps(name: str, runner: Load, tmp_path: Path) -> None:
    trap, fragment = TRAPS[name]
    lay(tmp_path / "trap.toml", trap)
    told = runner(tmp_path / "trap.toml", unguarded=True)
    assert not refused(told, fragment), told
