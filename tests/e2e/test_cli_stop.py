"""Stopped and killed: a checkpoint within seconds, an exit code that says so, the same bytes after resume."""

import signal
import time
from pathlib import Path

import pytest

from command_line import begun, glasstown, said_until

pytestmark = [pytest.mark.xdist_group("cli-stop"), pytest.mark.slow]

RUN = ("run", "article", "--people", "2000", "--days", "60")
TWO = ("compare", "open", "article", "--people", "2000", "--days", "40", "--no-report")


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], str]:
    """The digests of runs that nobody stops."""
    folder = tmp_path_factory.mktemp("unbroken")
    found = {}
    for command in (RUN, TWO):
        done = glasstown(*command, "--digest", cwd=folder)
        assert done.returncode == 0, done.stderr
        found[command] = done.stdout
    return found


def folder_of(here: Path) -> Path:
    """The one folder with results."""
    (folder,) = (path for path in (here / "runs").iterdir() if path.is_dir())
    return folder


def resumed(here: Path, *more: str) -> str:
    """The digest after resuming the one folder there is."""
    done = glasstown(
        "resume", str(folder_of(here).relative_to(here)), "--digest", "--no-report", *more, cwd=here
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("command", "number"), [(RUN, signal.SIGTERM), (TWO, signal.SIGINT)], ids=["run", "compare"]
)
def test_one_signal_stops_with_a_checkpoint(
    command: tuple[str, ...], number: signal.Signals, tmp_path: Path, unbroken: dict[tuple[str, ...], str]
) -> None:
    with begun(*command, cwd=tmp_path, seconds=0.2) as process:
        said_until(process, ": day ")
        start = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        took = time.monotonic() - start
    assert process.returncode == 4, err
    assert took < 5 + 2, "two seconds for a busy machine to notice"
    assert out == "" and "Traceback" not in err
    assert f"Go on with: glasstown resume runs/{folder_of(tmp_path).name}" in err
    assert [path for path in folder_of(tmp_path).rglob("checkpoint/*") if path.is_file() or path.is_dir()]
    assert resumed(tmp_path, "--threads", "1") == unbroken[command]


def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    with begun(*RUN, cwd=tmp_path, seconds=2.5) as process:
        said_until(process, ": day ")
        process.send_signal(signal.SIGINT)
        said_until(process, "again to end at once")
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and time.monotonic() - start < 2
    assert out == "" and "Traceback" not in err


def test_a_day_that_does_not_end_is_left(tmp_path: Path, unbroken: dict[tuple[str, ...], str]) -> None:
    with begun(*RUN, cwd=tmp_path, seconds=60) as process:
        said_until(process, ": day ")
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 4 and time.monotonic() - start < 5 + 2
    assert "Go on with: glasstown resume" in err
    assert resumed(tmp_path) == unbroken[RUN]


def test_where_nothing_can_be_kept_it_ends_at_once(
    tmp_path: Path, unbroken: dict[tuple[str, ...], str]
) -> None:
    with begun(*RUN, cwd=tmp_path, town=60) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "runs").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 4 and time.monotonic() - start < 3
    assert out == "" and "Go on with: glasstown resume" in err
    assert resumed(tmp_path) == unbroken[RUN]


def test_a_kill_costs_what_came_after_the_last_checkpoint(
    tmp_path: Path, unbroken: dict[tuple[str, ...], str]
) -> None:
    with begun(*TWO, cwd=tmp_path, seconds=0.1, save=0.3) as process:
        said_until(process, "article: day ")
        time.sleep(0.5)
        process.kill()
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    listed = glasstown("runs", cwd=tmp_path).stdout
    assert listed.startswith("unfinished")
    assert (folder_of(tmp_path) / "open" / "manifest.json").is_file()
    assert list((folder_of(tmp_path) / "article" / "checkpoint").iterdir())
    assert resumed(tmp_path, "--threads", "3") == unbroken[TWO]
    assert glasstown(*TWO, "--digest", cwd=tmp_path).stdout == unbroken[TWO]


def test_a_checkpoint_is_what_goes_on(tmp_path: Path, unbroken: dict[tuple[str, ...], str]) -> None:
    """The laws above can fail: a checkpoint with one flipped bit is refused, not lived on from."""
    with begun(*RUN, cwd=tmp_path, seconds=0.1) as process:
        said_until(process, ": day ")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    (largest, *_) = sorted(
        (p for p in (folder_of(tmp_path) / "checkpoint").rglob("*") if p.is_file()),
        key=lambda p: -p.stat().st_size,
    )
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(bytes(content))
    done = glasstown("resume", str(folder_of(tmp_path).relative_to(tmp_path)), "--digest", cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr
