"""The main job from the command line: answered by stages, told, kept, passed on and lived again."""

import json
from pathlib import Path

import pytest

from command_line import glasstown as run
from glasstown.lab.verdict import VERDICTS
from two_claims import files


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("claims")
    watched, tolerant = files(folder)
    done = run("claims", "--claim", watched.name, "--claim", tolerant.name, "--draws", "16", "--people",
               "300", "--workers", "1", "--out", "study", cwd=folder)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_each_answer_names_every_claim_and_its_verdict(lived):
    _, said = lived
    assert said.count("watched: People who are watched say less.") == 2  # the quick answer, then the whole
    assert "2 claims under 8 draws" in said
    assert "2 claims under 16 draws" in said
    assert "A share of draws is no probability" in said


def test_the_folder_holds_verdicts_and_reports_in_both_languages(lived):
    folder, _ = lived
    for name in (VERDICTS, "answer.json", "readings.parquet", "report.en.html", "report.fr.html"):
        assert (folder / "study" / name).is_file()
    assert "People who are watched say less." in (folder / "study/report.en.html").read_text()


def test_asked_again_nothing_is_lived_anew_and_json_tells_the_same(lived):
    folder, _ = lived
    before = (folder / "study" / VERDICTS).read_bytes()
    done = run("claims", "--out", "study", "--json", "--quiet", cwd=folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kind"] == "study"
    assert [each["claim"] for each in told["verdicts"]] == ["watched", "tolerant"]
    assert (folder / "study" / VERDICTS).read_bytes() == before


def test_a_bundle_is_made_and_lived_again(lived):
    folder, _ = lived
    assert run("bundle", "study", "x.zip", cwd=folder).returncode == 0
    some = run("reproduce", "x.zip", "--runs", "3", "--workers", "1", "--out", "some", cwd=folder)
    assert some.returncode == 0, some.stderr
    assert "3 of 3 the same" in some.stdout
    whole = run("reproduce", "x.zip", "--workers", "1", "--out", "again", cwd=folder)
    assert whole.returncode == 0, whole.stdout
    assert "DIFFERENT" not in whole.stdout
    assert "report.en.html" in whole.stdout


def test_a_study_can_be_reported_on_anew(lived):
    folder, _ = lived
    page = folder / "study" / "report.en.html"
    before = page.read_bytes()
    page.unlink()
    assert run("report", "study", cwd=folder).returncode == 0
    assert page.read_bytes() == before


def test_what_is_no_claim_or_no_bundle_is_told(lived):
    folder, _ = lived
    done = run("claims", "--claim", "silense", "--out", "x", cwd=folder)
    assert done.returncode == 2
    assert "silence" in done.stderr
    done = run("reproduce", "watched.toml", cwd=folder)
    assert done.returncode != 0
    assert "no bundle" in done.stderr
