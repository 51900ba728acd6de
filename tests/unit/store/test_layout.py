"""Names of folders depend on content alone, and never lead out of a folder."""

import os
from pathlib import Path

import pytest

from glasstown.errors import StoreError
from glasstown.store.foreign import inside, open_regular, sha256_of
from glasstown.store.layout import arm_folder, folder_name, identity, plain_name, report_name


def test_the_name_of_a_run_says_what_it_is() -> None:
    content = {"score.start": 800, "days": 365}
    name = folder_name("Article (2019)", 7, 100_000, content)
    assert name == f"article-2019-seed7-100000-{identity(content)[:8]}"
    assert folder_name("Article (2019)", 7, 100_000, {"days": 365, "score.start": 800}) == name
    assert folder_name("Article (2019)", 7, 100_000, {"days": 365, "score.start": 801}) != name


@pytest.mark.parametrize("odd", ["../../etc", "a/b", "", "\x1b[2J", "…", "x" * 300, ".hidden", "ÉTÉ"])
def test_no_name_leads_out_of_its_folder(odd: str) -> None:
    name = plain_name(odd)
    assert name and len(name) <= 40 and name.isascii() and not set(name) & set("/\\.\x1b \0")


def test_arms_and_reports(tmp_path: Path) -> None:
    assert arm_folder(tmp_path, "open") == tmp_path / "open" and report_name("fr") == "report.fr.html"
    for wrong in ("../x", "checkpoint", "manifest.json", "Open", ""):
        with pytest.raises(StoreError):
            arm_folder(tmp_path, wrong)
    with pytest.raises(StoreError):
        report_name("../en")


@pytest.mark.parametrize(
    "wrong", ["../x", "/etc/passwd", "", ".", "a/../b", "a//b", "a\\b", "link", "link/x", "a\0"]
)
def test_inside_refuses_what_leads_out(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "link").symlink_to("/etc")
    with pytest.raises(StoreError):
        inside(tmp_path, wrong)


def test_inside_takes_plain_names(tmp_path: Path) -> None:
    assert inside(tmp_path, "open/manifest.json") == tmp_path / "open" / "manifest.json"


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "nul\udcff").touch()
    for wrong in ("pipe", "link", ".", "absent", "a\0b"):
        with pytest.raises(StoreError), open_regular(tmp_path / wrong):
            pass
    with pytest.raises(StoreError, match="not a regular file"):
        sha256_of(Path("/dev/null"))
    assert sha256_of(tmp_path / "nul\udcff")[1] == 0
