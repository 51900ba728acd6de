"""What may be shown: nothing that a terminal obeys, no home folder, lines that fit."""

from pathlib import Path

import pytest

from glasstown.cli import text


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "somebody"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("COLUMNS", "80")
    return folder


def test_escapes_and_home_are_neutralised(home: Path) -> None:
    said = text.safe(f"\x1b[31mred\x07 {home}/runs and {home}\nnext\u202eline")
    assert said == "\\x1b[31mred\\x07 ~/runs and ~\nnext\\u202eline"


def test_without_a_home_nothing_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/")
    assert text.without_home("/srv/x") == "/srv/x"


def test_a_path_is_shown_as_it_would_be_typed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert text.shown(tmp_path / "runs" / "a") == "runs/a"
    assert text.shown(Path("runs/a")) == "runs/a"
    monkeypatch.chdir("/")
    assert text.shown(home / "runs") == "~/runs"
    assert text.quoted(home / "my runs") == "~/'my runs'"
    assert text.quoted(Path("srv/a;b")) == "'srv/a;b'"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (8.4, "8 s"), (130, "2 min 10 s"), (3599, "59 min 59 s"), (11_100, "3 h 5 min")],
)
def test_durations(seconds: float, said: str) -> None:
    assert text.duration(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(12, "12 bytes"), (1234, "1.2 kB"), (250e6, "250 MB"), (1.2e9, "1.2 GB"), (3.4e15, "3,400.0 TB")],
)
def test_sizes(count: float, said: str) -> None:
    assert text.size(count) == said


def test_paragraphs_fit_and_what_is_set_in_stays() -> None:
    told = text.paragraphs("word " * 40 + "\n\n    a = b\n    c = d", "  ")
    assert max(len(line) for line in told.split("\n")) <= 80
    assert told.endswith("      a = b\n      c = d")
