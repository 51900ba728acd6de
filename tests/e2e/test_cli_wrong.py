"""Wrong input: one clear message, exit code 2, nothing on standard output, nothing written, no traceback."""

from pathlib import Path

import pytest

from command_line import glasstown
from glasstown.cli.app import answer

pytestmark = pytest.mark.xdist_group("cli")

FILES = {
    "misspelt.toml": 'extends = "open"\n[conduct]\nmemroy = 3.0\n',
    "type.toml": 'extends = "open"\n[run]\ndays = "many"\n',
    "range.toml": 'extends = "article"\n[score]\ncompany = 1.5\n',
    "mechanism.toml": 'extends = "open"\n[camras]\n',
    "circle.toml": 'extends = "circle.toml"\n',
    "gone.toml": 'extends = "nowhere.toml"\n',
    "broken.toml": "[run\n",
    "deep.toml": "a = " + "[" * 5000 + "]" * 5000 + "\n",
    "dotted.toml": ".".join("a" * 1 for _ in range(40_000)) + " = 1\n",
    "huge.toml": 'extends = "open"\n[town]\npeople = 1000000000000000\n',
    "nan.toml": 'extends = "open"\n[conduct]\nmemory = nan\n',
    "boolean.toml": 'extends = "open"\n[run]\nseed = true\n',
    "alike.toml": 'extends = "open"\n[conduсt]\nmemory = 3.0\n',
    "escape.toml": 'extends = "open"\ntitle = "\\u001b[2J"\n',
    "empty.toml": "",
}

WRONG = [
    (["run", "misspelt.toml"], ["misspelt.toml:3:1", "memroy", "memory"]),
    (["run", "type.toml"], ["type.toml:3:", "run.days", "whole number"]),
    (["run", "range.toml"], ["range.toml:3:", "score.company", "from 0 to 0.95"]),
    (["run", "mechanism.toml"], ["mechanism.toml:2:", "cameras"]),
    (["run", "circle.toml"], ["circle.toml"]),
    (["run", "gone.toml"], ["nowhere.toml"]),
    (["run", "broken.toml"], ["broken.toml:", "not TOML"]),
    (["run", "deep.toml"], ["deep.toml:1:", "levels deep"]),
    (["run", "dotted.toml"], ["dotted.toml:1:", "parts"]),
    (["run", "huge.toml"], ["huge.toml:3:", "town.people"]),
    (["run", "nan.toml"], ["nan.toml:3:"]),
    (["run", "boolean.toml"], ["boolean.toml:3:", "run.seed"]),
    (["run", "alike.toml"], ["alike.toml:2:", "CYRILLIC"]),
    (["run", "escape.toml"], ["escape.toml:2:", "U+001B"]),
    (["run", "empty.toml"], ["empty.toml"]),
    (["run", "absent.toml"], ["absent.toml", "no such file"]),
    (["run", "\x1b[31mopen"], ["\\x1b[31mopen"]),
    (["run", "--people", "1e15"], ["--people 1000000000000000", "town.people"]),
    (["run", "--days", "0"], ["--days 0", "run.days"]),
    (["run", "open", "--days", "9", "--keep-people-on", "9"], ["day 9", "from 0 to 8"]),
    (["run", "--keep-people-on", "5-3"], ["0-364/7", "5-3"]),
    (["run", "--people", "2e9"], ["GB of memory", "--people"]),
    (["run", "--set", "score.compny=0"], ["score.compny", "nearest: company"]),
    (["run", "--set", "score"], ["KEY=VALUE"]),
    (["run", "open", "--set", "score.company=0"], ["score is not part"]),
    (["compare", "open", "nobody"], ["nobody", "Shipped: open, article"]),
    (["resume", "nowhere"], ["nowhere", "no unfinished run"]),
    (["report", "nowhere"], ["nowhere", "no Glasstown results"]),
    (["describe", "scoer"], ["nearest: score"]),
    (["used-by", "scoer"], ["nearest: score"]),
    (["plan", "opne"], ["nearest: open"]),
    (["check", "misspelt.toml"], ["memory"]),
    (["new", "misspelt"], ["there already"]),
    (["new", "no/where"], ["no such folder"]),
    (["new", "mine", "--from", "artcle"], ["nearest: article"]),
    (["doctor", "--people", "1e15"], ["town.people"]),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"), WRONG, ids=lambda each: " ".join(each).encode("unicode_escape").decode()
)
def test_wrong_input_is_refused_in_words(
    arguments: list[str], words: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(here.rglob("*"))
    assert answer(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [word for word in words if word not in err] == [], err
    assert "Traceback" not in err and "Unexpected" not in err and "\x1b" not in err
    assert str(here) not in err
    assert sorted(here.rglob("*")) == before


def test_in_a_process_of_its_own_too(here: Path) -> None:
    done = glasstown("run", "misspelt.toml", cwd=here)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("misspelt.toml:3:1: conduct.memroy: unknown key; nearest: memory")


def test_an_unexpected_error_is_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **more: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("glasstown.lab.runs.afford", broken)
    assert answer(["run", "open", "--quiet"]) == 3
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("Unexpected ZeroDivisionError: a defect\n") and "Traceback" not in err


def test_a_folder_that_cannot_be_written_is_named(here: Path) -> None:
    (here / "file").write_text("")
    done = glasstown("run", "open", "--people", "100", "--days", "2", "--out", "file/runs", cwd=here)
    assert done.returncode in (2, 3) and "file" in done.stderr and "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(here: Path) -> None:
    import subprocess
    import sys

    from command_line import environment

    with subprocess.Popen(
        [sys.executable, "-m", "glasstown.cli", "describe", "score"], cwd=here, env=environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
