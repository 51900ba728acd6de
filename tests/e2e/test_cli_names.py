"""describe, used-by, plan, check, new, doctor; and nothing private in what any of them says."""

import json
import re
from pathlib import Path

import pytest

from command_line import SMALL, glasstown, kernels_in
from glasstown.cli import catalogue
from glasstown.cli.app import answer
from glasstown.lab.catalog import CATALOG, load
from glasstown.lab.ledger import bibliography
from glasstown.measures.definitions import MEASURES

pytestmark = pytest.mark.xdist_group("cli")

Capture = pytest.CaptureFixture[str]


def said(capsys: Capture, *arguments: str) -> str:
    code = answer(arguments)
    out, err = capsys.readouterr()
    assert code == 0, err
    return out


def facts(capsys: Capture, *arguments: str) -> dict[str, object]:
    found = json.loads(said(capsys, *arguments, "--json"))
    assert isinstance(found, dict)
    return found


def test_everything_is_listed(capsys: Capture) -> None:
    words = said(capsys, "describe")
    for name in (*CATALOG, *MEASURES, *bibliography(), *catalogue.columns()):
        assert re.search(rf"\b{re.escape(name)}\b", words), name
    assert max(len(line) for line in words.split("\n")) <= 100
    assert set(facts(capsys, "describe")["mechanisms"]) == set(CATALOG)  # type: ignore[call-overload]


@pytest.mark.parametrize("name", CATALOG)
def test_a_mechanism_is_told_with_every_parameter(name: str, capsys: Capture) -> None:
    words = said(capsys, "describe", name)
    for each in catalogue.parameters_of(name):
        assert f"  {each.name} = " in words
        assert f"{each.key} (parameter)" in said(capsys, "describe", each.key)
    for step in catalogue.steps_of(name):
        assert step.name in words


def test_everything_with_a_name_can_be_told(capsys: Capture) -> None:
    for name in (*catalogue.columns(), *MEASURES, *bibliography(), "town", "run", "open", "article"):
        assert said(capsys, "describe", name).startswith(f"{name} (")
        assert facts(capsys, "describe", name)["found"]


def test_a_scenario_shows_who_set_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text('extends = "article"\n[score]\ncompany = 0.25\n')
    words = said(capsys, "describe", "mine.toml")
    assert re.search(r"company = 0\.25 +<- mine\.toml:3\n", words)
    assert "Assumed" not in words and "open.toml:" in words


def test_used_by_agrees_with_the_declarations(capsys: Capture) -> None:
    uses = facts(capsys, "used-by", "score")["uses"]
    assert isinstance(uses, dict)
    assert "score.settle" in uses["writes"] and "privileges.decide" in uses["reads"]
    assert "measures.stocks" in uses["reads"]
    cited = facts(capsys, "used-by", "daymude-2025")["uses"]
    assert isinstance(cited, dict) and any(each.startswith("opinion.") for each in cited["cited by"])


def test_every_source_is_used(capsys: Capture) -> None:
    """A source that nothing cites is one too many, but for those that scenarios or pages name."""
    unused = [key for key in bibliography() if not any(catalogue.uses(key))]
    assert len(unused) <= len(bibliography()) // 2, unused


def test_the_plan_shows_every_step_in_order(capsys: Capture) -> None:
    words = said(capsys, "plan", "article")
    steps = facts(capsys, "plan", "article")["steps"]
    assert isinstance(steps, list)
    at = [words.index(f" {each['step']} ") for each in steps]
    assert at == sorted(at) and len(steps) > 15
    assert {each["sweep"] for each in steps if each["phase"] == "BEGIN"} == {0}
    assert max(len(line) for line in words.split("\n")) <= 100


def test_the_plan_can_be_timed(capsys: Capture) -> None:
    document = facts(capsys, "plan", "article", "--time", "--people", "2000", "--quiet")
    time = document["time"]
    assert isinstance(time, dict)
    assert (time["days"], time["people"]) == (10, 2000)
    assert all(seconds >= 0 for seconds in time["cpu_seconds"].values())
    words = said(capsys, "plan", "article", "--time", "--people", "2000", "--quiet")
    assert re.search(r" all +[\d.]+ +[\d.]+ +100\.0%", words)


def test_check_holds_a_town_against_the_published_figures(capsys: Capture) -> None:
    words = said(capsys, "check", "open", "--people", "20k", "--quiet")
    assert "holds together" in words and "within tolerance" in words
    document = facts(capsys, "check", "open", "--people", "20k", "--quiet")
    assert document["ok"] is True and len(document["marginals"]) > 40  # type: ignore[arg-type]


def test_check_fails_beyond_tolerance(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glasstown.population.marginals.Z", -1.0)
    assert answer(["check", "open", "--people", "2000", "--quiet"]) == 3
    out, err = capsys.readouterr()
    assert "BEYOND" in out and "beyond tolerance" in err


def test_a_new_scenario_changes_nothing_and_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "glasstown run mine.toml" in said(capsys, "new", "mine", "--from", "article")
    assert load(tmp_path / "mine.toml").digest == load("article").digest
    said(capsys, "new", "second.toml", "--from", "mine.toml")
    assert load(tmp_path / "second.toml").digest == load("article").digest
    text = (tmp_path / "mine.toml").read_text()
    assert answer(["new", "mine", "--from", "open"]) == 2
    assert (tmp_path / "mine.toml").read_text() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.toml", "second.toml"]


def test_the_doctor_forecasts(capsys: Capture) -> None:
    small, large = (facts(capsys, "doctor", "--people", n)["forecast"] for n in ("1000", "1e8"))
    assert isinstance(small, dict) and isinstance(large, dict)
    assert small["fits"] is True and large["bytes"] > 100 * 10**7
    words = said(capsys, "doctor", "--people", "1e9")
    assert "1,000,000,000 people of article need" in words


def test_nothing_private_is_said(tmp_path: Path) -> None:
    import os
    import socket

    home = tmp_path / "marguerite"
    place = home / "studies"
    place.mkdir(parents=True)
    private = [str(home), "marguerite", socket.gethostname(), os.environ.get("USER") or "marguerite"]
    more = {
        "HOME": str(home),
        "USER": "marguerite",
        "LOGNAME": "marguerite",
        "XDG_CACHE_HOME": str(kernels_in(home / ".cache")),
    }
    for arguments in (
        ["doctor"], ["doctor", "--json"], ["run", "open", *SMALL, "--out", str(home / "out")],
        ["run", "open", *SMALL, "--json", "--out", str(home / "out")], ["runs", str(home / "out")],
        ["resume", str(home / "nowhere")], ["run", str(home / "absent.toml")], ["describe", "open"],
    ):  # fmt: skip
        done = glasstown(*arguments, cwd=place, **more)
        said = done.stdout + done.stderr
        assert [word for word in private if len(word) > 3 and word in said] == [], (arguments, said)
    for path in (home / "out").rglob("*"):
        if path.suffix in (".json", ".toml"):
            assert [w for w in private if len(w) > 3 and w in path.read_text()] == [], path
