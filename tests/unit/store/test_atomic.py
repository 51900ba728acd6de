"""A file under its final name is whole and durable, whatever happens on the way."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from glasstown.errors import DiskFull, StoreError
from glasstown.store import atomic
from glasstown.store.atomic import PART, make_folder, replacing, room, size, sweep, write_bytes, write_text


def test_writes_and_replaces(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "é\n")
    write_bytes(tmp_path / "a", memoryview(b"new"))
    assert (tmp_path / "a").read_bytes() == b"new" and len(list(tmp_path.iterdir())) == 1


def test_an_exception_leaves_the_old_file_and_no_leftover(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "old")
    with pytest.raises(TypeError), replacing(tmp_path / "a") as part:
        part.write_text("half") + "x"  # type: ignore[operator]
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@contextmanager
def without_folder_fsync(path: Path, needed: int = 0) -> Iterator[Path]:
    """The planted fault: the name is not durable."""
    part = atomic.part_of(path)
    part.touch()
    yield part
    atomic.fsync_file(part)
    part.replace(path)


@pytest.mark.parametrize("planted", [False, True])
def test_content_is_durable_before_the_rename_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: bool
) -> None:
    done: list[str] = []
    sync, move = os.fsync, os.replace

    def fsync(handle: int) -> None:
        done.append(Path(f"/proc/self/fd/{handle}").readlink().name.split("-")[0])
        sync(handle)

    def replace(old: Any, new: Any, **rest: Any) -> None:
        done.append("rename")
        move(old, new, **rest)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    if planted:
        monkeypatch.setattr(atomic, "replacing", without_folder_fsync)
    write_text(tmp_path / "a", "x")
    assert (done == [".part", "rename", tmp_path.name.split("-")[0]]) != planted


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_told_with_file_and_bytes(tmp_path: Path, number: int) -> None:
    path = tmp_path / "series.parquet"

    def starved(part: Path) -> None:
        part.write_bytes(b"half")
        raise OSError(number, os.strerror(number))

    with pytest.raises(DiskFull) as caught, replacing(path, 123_456) as part:
        starved(part)
    assert caught.value.path == path and caught.value.needed == 123_456
    assert str(path) in str(caught.value) and "123456 bytes" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_other_trouble_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written: No such file"):
        write_text(tmp_path / "nowhere" / "a", "x")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        make_folder(tmp_path / "file" / "below")
    with pytest.raises(StoreError, match="odd"), room(tmp_path / "a"):
        raise OSError("odd")


def test_sweep_removes_leftovers_only_and_follows_no_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    folder = tmp_path / "run"
    make_folder(folder / f"{PART}checkpoint" / "deep")
    (folder / f"{PART}link").symlink_to(elsewhere)
    (folder / f"{PART}file").touch()
    (folder / "finished").touch()
    assert sweep(folder) == [f"{PART}checkpoint", f"{PART}file", f"{PART}link"]
    assert [path.name for path in folder.iterdir()] == ["finished"] and (elsewhere / "kept").exists()


def test_sizes_for_a_reader() -> None:
    assert size(9) == "9 bytes" and size(12_345_678) == "12345678 bytes (12.3 MB)"
