"""run, compare, resume and the facts they give, on a town that lives in a moment."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from command_line import SMALL, environment
from glasstown.cli.app import answer
from glasstown.store.manifest import read_manifest

pytestmark = pytest.mark.xdist_group("cli")

Capture = pytest.CaptureFixture[str]


class Strict(BaseModel):
    """A part of a document: these keys and no others, of these types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Arm(Strict):
    name: str
    title: str
    question: str
    mechanisms: list[str]
    scenario_sha256: str
    state_sha256: str


class Heading(Strict):
    kind: str
    release: str
    epoch: int
    people: int
    days: int
    seed: int
    replicate: int
    folder: str


class Where(Strict):
    measure: str
    unit: str
    by: str
    level: int
    part: str
    people: int


class Value(Where):
    value: float


class Run(Heading):
    scenario: Arm
    measures: list[Value]


class Change(Where):
    without: float
    with_: float = Field(alias="with")
    difference: float
    low: float | None
    high: float | None
    correlation: float | None
    districts: int


class Price(Strict):
    measure: str
    value: float
    low: float
    high: float


class Comparison(Heading):
    without: Arm
    with_: Arm = Field(alias="with")
    differences: list[Change]
    price_of_an_offence_prevented: list[Price]
    reports: list[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: Capture, *arguments: str, code: int = 0) -> str:
    """What a command prints on standard output; it must end with ``code``."""
    found = answer(arguments)
    out, err = capsys.readouterr()
    assert found == code, err
    return out


def folder_of(here: Path) -> Path:
    """The one folder with results."""
    (folder,) = (path for path in (here / "runs").iterdir() if path.is_dir())
    return folder


def test_a_run_is_told_in_words_as_facts_and_by_its_digest(here: Path, capsys: Capture) -> None:
    words = said(capsys, "run", "open", *SMALL)
    assert words.startswith("open: 2,000 people for 20 days, seed 1\n")
    assert max(len(line) for line in words.split("\n")) <= 80
    document = json.loads(said(capsys, "run", "open", *SMALL, "--json"))
    facts = Run.model_validate(document)
    digest = said(capsys, "run", "open", *SMALL, "--digest").strip()
    assert len(digest) == 64 and digest in words
    assert facts.kind == "run" and facts.scenario.state_sha256 == digest
    assert facts.folder == f"runs/{folder_of(here).name}"
    assert read_manifest(folder_of(here)).state == digest


@pytest.mark.parametrize("threads", ["1", "3"])
def test_the_digest_does_not_depend_on_threads_or_folder(here: Path, capsys: Capture, threads: str) -> None:
    one = said(capsys, "run", "article", *SMALL, "--digest")
    other = said(capsys, "run", "article", *SMALL, "--digest", "--threads", threads, "--out", "elsewhere")
    assert one == other
    seeded = said(capsys, "run", "article", *SMALL, "--digest", "--seed", "2")
    assert seeded != one


def test_a_comparison_is_told_in_words_as_facts_and_by_its_digests(here: Path, capsys: Capture) -> None:
    options = ("--people", "25k", "--days", "15", "--no-report")
    words = said(capsys, "compare", "open", "article", *options)
    lines = words.rstrip().split("\n")
    assert lines[0] == "open and article: the same 25,000 people for 15 days, seed 1"
    assert max(len(line) for line in lines) <= 80 and len(lines) <= 66
    for word in (
        "Said against thought",
        "Better with article",
        "Worse with article",
        "twins correlate",
        "assumed",
    ):
        assert word in words
    facts = Comparison.model_validate_json(said(capsys, "compare", "open", "article", *options, "--json"))
    assert {each.by for each in facts.differences} == {"all", "group", "age", "fifth"}
    assert facts.reports == []
    digests = said(capsys, "compare", "open", "article", *options, "--digest").split()
    arms = [read_manifest(folder_of(here) / name).state for name in ("open", "article")]
    assert digests == [arms[0], "open", arms[1], "article"]
    assert [facts.without.state_sha256, facts.with_.state_sha256] == arms
    alone = said(capsys, "run", "article", *options[:-1], "--digest", "--out", "alone").strip()
    assert alone == arms[1]


def test_in_a_village_there_are_no_intervals_and_that_is_said(here: Path, capsys: Capture) -> None:
    words = said(capsys, "compare", "open", "article", *SMALL, "--no-report")
    assert "Too few districts (1) for intervals" in words


def test_a_setting_goes_to_the_arm_that_has_it(here: Path, capsys: Capture) -> None:
    options = (*SMALL, "--no-report", "--digest")
    plain = said(capsys, "compare", "open", "article", *options).split()
    other = said(capsys, "compare", "open", "article", *options, "--set", "score.start=700").split()
    assert plain[0] == other[0] and plain[2] != other[2]


def test_a_comparison_leaves_reports_that_can_be_written_anew(here: Path, capsys: Capture) -> None:
    words = said(capsys, "compare", "open", "article", *SMALL)
    folder = folder_of(here)
    first = {path.name: path.read_bytes() for path in folder.glob("report.*.html")}
    assert set(first) == {"report.en.html", "report.fr.html"}
    assert f"Report: runs/{folder.name}/report.en.html" in words
    facts = Comparison.model_validate_json(said(capsys, "compare", "open", "article", *SMALL, "--json"))
    assert facts.reports == [f"runs/{folder.name}/report.{language}.html" for language in ("en", "fr")]
    (folder / "report.fr.html").unlink()
    (folder / "report.en.html").write_text("old")
    assert said(capsys, "report", str(folder)).split() == facts.reports
    assert {path.name: path.read_bytes() for path in folder.glob("report.*.html")} == first
    alone = said(capsys, "run", "open", *SMALL, "--out", "alone", "--json")
    where = Run.model_validate_json(alone).folder
    assert answer(["report", where]) == 2
    assert "reports compare two" in capsys.readouterr().err


COUNTED = """
from glasstown.core.compiling import compilations
from glasstown.cli.app import answer
with compilations() as found:
    code = answer("compare open article --people 2000 --days 31 --no-report --out {out}".split())
print("compiled:", found.begun, "code:", code)
"""


def test_a_second_process_compiles_nothing(here: Path) -> None:
    """What the first compiles, if anything, the second finds. That the counter counts is tested beside it."""
    for out in ("first", "second"):
        program = [sys.executable, "-c", COUNTED.format(out=out)]
        done = subprocess.run(program, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("compiled: 0 code: 0")


def test_nothing_that_is_not_asked_for_is_said(here: Path, capsys: Capture) -> None:
    assert answer(["run", "open", *SMALL, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_what_is_there_is_read_and_listed(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = said(capsys, "run", "open", *SMALL)
    monkeypatch.setattr("glasstown.lab.runs.simulate", None)
    assert said(capsys, "run", "open", *SMALL) == first
    assert said(capsys, "resume", str(folder_of(here))) == first
    listed = said(capsys, "runs")
    assert "finished" in listed and folder_of(here).name in listed
    (found,) = json.loads(said(capsys, "runs", "--json"))["runs"]
    assert (found["people"], found["days"], found["seed"]) == (2000, 20, 1)


def test_no_runs_is_no_error(here: Path, capsys: Capture) -> None:
    assert "glasstown run" in said(capsys, "runs")
    assert list(here.iterdir()) == []


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_run_is_the_main_job() -> None:
    root = Path(__file__).parents[2]
    asked = ["make", "--no-print-directory", "-n", "run", "ARGS=--people 9"]
    said = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True)
    assert said.stdout.rstrip().endswith(".venv/bin/glasstown claims --people 9")


def test_a_run_of_nothing_in_particular_compares_open_with_article(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("glasstown.cli.commands.live._say_two", lambda *arguments: asked.append(arguments))
    said(capsys, "run")
    ((chosen, without, with_),) = asked
    assert (without, with_, chosen.people, str(chosen.out)) == ("open", "article", None, "runs")
    from glasstown.lab.catalog import load

    assert (load("article").town.people, load("article").run.days, load("article").run.seed) == (
        100_000,
        365,
        1,
    )  # type: ignore[attr-defined]
