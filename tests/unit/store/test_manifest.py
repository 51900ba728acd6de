"""A finished folder says what it is, and whether it still is that."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import store_writer
from glasstown.errors import Damaged, StoreError
from glasstown.store import manifest as module
from glasstown.store.atomic import make_folder, write_text
from glasstown.store.layout import CHECKPOINT, MANIFEST, START
from glasstown.store.manifest import FORMAT, Manifest, finish, read_manifest, versions
from glasstown.store.sealed import seal
from glasstown.store.verify import verify

SAID = Manifest(
    kind="run",
    name="article",
    identity="0" * 64,
    release="0.1.0",
    epoch=1,
    seed=7,
    replicate=2,
    people=100_000,
    days=365,
    scenario={"score.start": {"value": 800, "unit": "point", "origin": "source", "source": "article"}},
    sources={"article": {"title": "A title", "year": 2019}},
    state="1" * 64,
    versions=versions(),
)


def a_run(folder: Path, said: Manifest = SAID) -> Manifest:
    make_folder(folder)
    write_text(folder / "summary.json", "{}\n")
    write_text(folder / "scenario.toml", "name = 'article'\n")
    return finish(folder, said, ["summary.json", "scenario.toml"])


def a_comparison(folder: Path) -> Manifest:
    for arm in ("open", "article"):
        a_run(folder / arm)
    write_text(folder / "comparison.json", "{}\n")
    return finish(
        folder, replace(SAID, kind="comparison", arms=("open", "article"), state=""), ["comparison.json"]
    )


def test_what_is_said_is_read_back(tmp_path: Path) -> None:
    written = a_run(tmp_path / "run")
    assert read_manifest(tmp_path / "run") == written and written == replace(SAID, files=written.files)
    assert written.files["summary.json"].bytes == 3
    again = a_run(tmp_path / "again")
    assert again == written
    assert (tmp_path / "run" / MANIFEST).read_bytes() == (tmp_path / "again" / MANIFEST).read_bytes()


def test_versions_name_what_computes_and_no_machine() -> None:
    found = versions()
    assert set(found) == {
        "python", "implementation", "machine", "system", "numpy", "numba", "llvmlite", "duckdb"
    }  # fmt: skip
    assert all(found.values())


def test_finishing_clears_what_a_resumption_would_need(tmp_path: Path) -> None:
    make_folder(tmp_path / CHECKPOINT / "000001-a")
    write_text(tmp_path / START, "x")
    a_run(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, "scenario.toml", "summary.json"]
    with pytest.raises(StoreError, match="absent"):
        finish(tmp_path, SAID, ["absent"])


def test_no_results_or_not_finished(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no Glasstown results are here"):
        read_manifest(tmp_path)
    (tmp_path / START).touch()
    with pytest.raises(StoreError, match="not finished\nGo on with: glasstown resume"):
        read_manifest(tmp_path)


def sealed_as(folder: Path, version: int, **changes: Any) -> None:
    document = {**json.loads((folder / MANIFEST).read_text()), **changes}
    body = {key: value for key, value in document.items() if key not in ("seal", "what", "format")}
    (folder / MANIFEST).write_bytes(seal("manifest", version, body))


def test_a_newer_format_is_refused_by_name(tmp_path: Path) -> None:
    a_run(tmp_path)
    sealed_as(tmp_path, FORMAT + 1, novelty=1)
    for reader in (read_manifest, verify):
        with pytest.raises(StoreError, match=f"newer Glasstown .format {FORMAT + 1}"):
            reader(tmp_path)


def test_an_older_format_opens_by_an_upgrade_or_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(tmp_path)
    document = json.loads((tmp_path / MANIFEST).read_text())
    del document["epoch"]  # as if an older format had not had it
    body = {key: value for key, value in document.items() if key not in ("seal", "what", "format")}
    (tmp_path / MANIFEST).write_bytes(seal("manifest", FORMAT, body))
    monkeypatch.setattr(module, "FORMAT", FORMAT + 1)
    with pytest.raises(StoreError, match=f"format {FORMAT} can no longer be read"):
        read_manifest(tmp_path)
    monkeypatch.setitem(module.UPGRADES, FORMAT, lambda old: {**old, "epoch": 0})
    assert read_manifest(tmp_path).epoch == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "other"},
        {"status": "running"},
        {"seed": "1"},
        {"people": True},
        {"arms": [1]},
        {"files": {"a": 1}},
        {"files": {"a": {"sha256": 1, "bytes": 1}}},
        {"scenario": []},
    ],
)
def test_a_false_manifest_is_refused_with_its_key(tmp_path: Path, changes: dict[str, Any]) -> None:
    a_run(tmp_path)
    sealed_as(tmp_path, FORMAT, **changes)
    with pytest.raises(StoreError, match=MANIFEST):
        read_manifest(tmp_path)


def test_damage_is_found_and_told(tmp_path: Path) -> None:
    a_run(tmp_path)
    assert verify(tmp_path).intact and verify(tmp_path).sentences() == [
        "3 files checked, 0 damaged, 0 missing"
    ]
    (tmp_path / "summary.json").write_text("[]\n")
    (tmp_path / "scenario.toml").unlink()
    (tmp_path / "report.en.html").touch()
    found = verify(tmp_path)
    assert (found.damaged, found.missing, found.unlisted) == (
        ("summary.json",),
        ("scenario.toml",),
        ("report.en.html",),
    )
    assert "summary.json is damaged" in found.sentences()[0]
    (tmp_path / MANIFEST).write_text("{")
    assert verify(tmp_path).damaged == (MANIFEST,)
    with pytest.raises(Damaged, match=MANIFEST):
        read_manifest(tmp_path)


def test_a_comparison_answers_for_its_arms(tmp_path: Path) -> None:
    written = a_comparison(tmp_path)
    assert set(written.files) == {"comparison.json", f"open/{MANIFEST}", f"article/{MANIFEST}"}
    assert verify(tmp_path).intact and verify(tmp_path).checked == 8
    (tmp_path / "open" / "summary.json").write_text("[]\n")
    assert verify(tmp_path).damaged == ("open/summary.json",)
    shutil.rmtree(tmp_path / "article")
    assert verify(tmp_path).missing == (f"article/{MANIFEST}",)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "link", "pipe"])
def test_a_manifest_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    a_run(tmp_path / "run")
    (tmp_path / "run" / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "run" / "pipe")
    sealed_as(tmp_path / "run", FORMAT, files={name: {"sha256": "0" * 64, "bytes": 0}})
    assert verify(tmp_path / "run").damaged == (name,)


def test_a_written_run_names_no_place(tmp_path: Path) -> None:
    store_writer.write_run(tmp_path / "run", 1)
    text = (tmp_path / "run" / MANIFEST).read_text()
    assert str(tmp_path) not in text and "/home" not in text and "/root" not in text
