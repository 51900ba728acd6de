"""Progress: what is told, how the time left is told, and what is worth waiting for."""

import pytest

from glasstown.cli import meter as meters
from glasstown.cli.faces import COMPILING, Bar, Lines, sentence
from glasstown.cli.meter import REPORTS, Meter
from glasstown.lab.progress import CHECKPOINT, TOWN


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(meters.time, "monotonic", lambda: now[0])
    return now


def test_the_time_left_follows_the_recent_past(clock: list[float]) -> None:
    meter = Meter()
    assert meter.rest() is None
    for day in range(31):
        meter("open", day, 130)
        clock[0] += 1.0 if day < 10 else 0.5
    assert meter.rest() == pytest.approx(50, abs=4)


def test_a_new_stage_begins_a_new_clock(clock: list[float]) -> None:
    meter = Meter()
    meter(TOWN, 0, 1)
    clock[0] += 5
    meter(TOWN, 0.5, 1)
    assert meter.rest() == pytest.approx(5)
    meter("open", 0, 365)
    assert meter.rest() is None


def test_a_checkpoint_does_not_end_the_stage() -> None:
    meter = Meter()
    meter("open", 3, 10)
    meter(CHECKPOINT, 0, 1)
    assert (meter.stage, meter.done, meter.saving) == ("open", 3, True)
    meter(CHECKPOINT, 1, 1)
    assert not meter.saving


def test_only_an_arm_is_worth_waiting_for() -> None:
    meter = Meter()
    worth = [meter.worth]
    for stage in (TOWN, "open", REPORTS):
        meter(stage, 0, 1)
        worth.append(meter.worth)
    assert worth == [False, False, True, False]


def test_lines_come_now_and_then_and_say_something_new(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    meter, face = Meter(), Lines()
    meter(TOWN, 0, 1)
    for tick in range(200):
        meter("open", tick, 400)
        clock[0] += 0.1
        face.draw(meter, 3 if tick < 20 else 0, tick / 10)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"glasstown: {COMPILING}"
    assert 3 <= len(said) <= 5
    assert all(line.startswith("glasstown: open: day ") and line.endswith(" s left") for line in said[1:])


def test_a_scenario_cannot_speak_to_the_terminal() -> None:
    meter = Meter()
    meter("\x1b[2Jopen", 1, 10)
    assert "\x1b" not in sentence(meter)


def test_the_bar_leaves_nothing_behind(capsys: pytest.CaptureFixture[str]) -> None:
    meter, face = Meter(), Bar()
    meter("[bold]open[/]", 1, 10)
    face.draw(meter, 0, 1.0)
    face.draw(meter, 2, 2.0)
    face.note("a [red]note[/]")
    face.close()
    out, err = capsys.readouterr()
    assert out == "" and "a [red]note[/]" in err
