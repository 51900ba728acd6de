"""The list of runs comes from the manifests; the index only saves time."""

import os
from pathlib import Path

import pytest

import store_writer
from glasstown.store import index
from glasstown.store.claim import claim, locked
from glasstown.store.index import INDEX, list_runs
from glasstown.store.layout import MANIFEST


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Two finished runs, an unfinished, a damaged, and things that are no runs."""
    store_writer.write_run(tmp_path / "a", 1)
    store_writer.write_run(tmp_path / "b", 2)
    with claim(tmp_path / "c", "0" * 64, {"name": "article", "seed": 3, "people": True, "days": "x"}):
        pass
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / MANIFEST).write_text("{")
    (tmp_path / "nothing").mkdir()
    (tmp_path / "notes.txt").touch()
    return tmp_path


def test_every_run_is_listed(output: Path) -> None:
    a, b, c, d = list_runs(output)
    assert (a.folder, a.status, a.name, a.seed, a.people, a.days) == ("a", "finished", "small", 1, 9, 9)
    assert (b.folder, b.status) == ("b", "finished")
    assert (c.folder, c.status, c.name, c.seed, c.people, c.days) == ("c", "unfinished", "article", 3, 0, 0)
    assert (d.folder, d.status) == ("d", "unreadable") and "is damaged" in d.trouble
    assert str(output) not in (output / INDEX).read_text()


def test_the_index_can_be_deleted_damaged_or_forbidden(output: Path) -> None:
    first = list_runs(output)
    for content in (None, b"", b"{}", b"\xff" * 99):
        (output / INDEX).unlink()
        if content is not None:
            (output / INDEX).write_bytes(content)
        assert list_runs(output) == first
        assert (output / INDEX).stat().st_size > 500
    (output / INDEX).unlink()
    with locked(output):  # another process is at it
        assert list_runs(output) == first
    assert not (output / INDEX).exists()


def test_it_saves_the_reading_of_manifests(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = list_runs(output)
    looked: list[str] = []
    look = index._look
    monkeypatch.setattr(index, "_look", lambda folder: looked.append(folder.name) or look(folder))
    before = (output / INDEX).stat()
    assert list_runs(output) == first and looked == []
    assert ((output / INDEX).stat().st_ino, (output / INDEX).stat().st_mtime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
    )
    store_writer.write_run(output / "c2", 5)
    (output / "b" / MANIFEST).unlink()
    assert [run.folder for run in list_runs(output)] == ["a", "c", "c2", "d"] and looked == ["c2"]


def test_a_manifest_of_the_same_size_and_time_is_still_read_anew(output: Path) -> None:
    list_runs(output)
    path = output / "a" / MANIFEST
    old = path.stat()
    path.write_bytes(path.read_bytes().replace(b'"small"', b'"SMALL"'))
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert list_runs(output)[0].status == "unreadable"  # the seal is broken, and that is seen


def test_no_folder_no_runs(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "absent") == [] and list_runs(tmp_path) == []
