"""One writer per folder; finished or begun results of another content are never touched."""

from pathlib import Path

import pytest

import store_writer
from glasstown.errors import Damaged, StoreError
from glasstown.store.arrays import load_arrays, save_arrays
from glasstown.store.atomic import PART
from glasstown.store.claim import claim, locked, started
from glasstown.store.layout import CHECKPOINT, MANIFEST, START, identity

ONE, OTHER = identity({"number": 1}), identity({"number": 2})


def test_a_new_folder_notes_what_was_begun(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "run"
    with claim(folder, ONE, {"seed": 3}) as found:
        assert not found.begun and not found.finished
        save_arrays(found.checkpoint, "day-1", store_writer.state(1), {"day": 1})
    assert started(folder).facts == {"seed": 3}
    (folder / f"{PART}left").touch()
    (folder / CHECKPOINT / f"{PART}left").mkdir()
    with claim(folder, ONE, {}) as found:
        assert found.begun and found.facts == {"seed": 3}
        assert load_arrays(found.checkpoint).facts == {"day": 1}
    assert sorted(path.name for path in folder.rglob(f"{PART}*")) == []


def test_a_finished_run_is_found_again_and_never_replaced(tmp_path: Path) -> None:
    store_writer.write_run(tmp_path / "run", 1)
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    (tmp_path / "run" / CHECKPOINT).mkdir()  # a kill just after the manifest leaves these
    (tmp_path / "run" / START).write_bytes(b"left")
    with claim(tmp_path / "run", ONE, {}) as found:
        assert found.finished
    with (
        pytest.raises(StoreError, match="finished results of another content"),
        claim(tmp_path / "run", OTHER, {}),
    ):
        pass
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


def test_an_unfinished_run_of_another_content_is_kept(tmp_path: Path) -> None:
    with claim(tmp_path / "run", ONE, {}):
        pass
    with (
        pytest.raises(StoreError, match="unfinished run of another content"),
        claim(tmp_path / "run", OTHER, {}),
    ):
        pass
    assert started(tmp_path / "run").identity == ONE


def test_a_folder_with_other_files_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(StoreError, match=r"holds other files \(thesis.odt\)"), claim(tmp_path, ONE, {}):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


@pytest.mark.parametrize("name", [MANIFEST, START])
def test_a_damaged_note_is_never_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"{")
    with pytest.raises(Damaged, match=name), claim(tmp_path, ONE, {}):
        pass
    assert (tmp_path / name).read_bytes() == b"{"


def test_the_lock_is_exclusive_and_goes_with_its_holder(tmp_path: Path) -> None:
    with claim(tmp_path / "run", ONE, {}):
        for wait in (0.0, 0.05):
            with pytest.raises(StoreError, match="another Glasstown"), claim(tmp_path / "run", ONE, {}, wait):
                pass
    with claim(tmp_path / "run", ONE, {}):
        pass
    with pytest.raises(StoreError, match="cannot be locked"), locked(tmp_path / "absent"):
        pass


def test_nothing_begun(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no unfinished run"):
        started(tmp_path)
