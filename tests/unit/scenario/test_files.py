"""Finding and reading: what is not a plain text file is refused, and never waited for."""

import os
import socket
from pathlib import Path

import pytest

from glasstown.errors import ScenarioError
from glasstown.scenario import files
from glasstown.scenario.files import find, printable, read


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf with two scenarios; the working folder is empty."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("article", "open"):
        (folder / f"{name}.toml").write_text("[score]\n")
    monkeypatch.setattr(files, "shelf", lambda: folder)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return folder


def refusal(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(path, "x.toml")
    return caught.value.message


def test_a_bare_name_is_a_shipped_scenario(shelf: Path) -> None:
    assert files.shipped() == ("open", "article")
    assert find("open") == (shelf / "open.toml", "open.toml")


def test_anything_with_a_folder_or_a_suffix_is_a_path(shelf: Path) -> None:
    assert find("./open") == (Path("./open"), "./open")
    assert find("open.toml") == (Path("open.toml"), "open.toml")
    assert find(Path("open")) == (Path("open"), "open")


def test_a_name_that_is_not_shipped_meets_what_is(shelf: Path) -> None:
    Path("mine.toml").touch()
    with pytest.raises(ScenarioError) as caught:
        find("artikle")
    assert "nearest: article" in caught.value.message
    assert caught.value.hint == "Shipped: open, article."
    with pytest.raises(ScenarioError) as caught:
        find("mine")
    assert caught.value.hint.startswith("There is a file mine.toml here.")


def test_a_missing_file_meets_what_is_shipped(shelf: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(Path("artcle.toml"), "artcle.toml")
    assert caught.value.message == "artcle.toml: no such file; nearest: article"
    assert caught.value.hint == "Shipped: open, article."


def test_folders_pipes_sockets_and_devices_are_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        assert refusal(tmp_path / "socket") == "x.toml: a socket, not a scenario file"
    assert refusal(tmp_path) == "x.toml: a folder, not a scenario file"
    assert refusal(tmp_path / "pipe") == "x.toml: a pipe, not a scenario file"
    assert refusal(Path("/dev/zero")) == "x.toml: a device, not a scenario file"


def test_paths_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(tmp_path / "one")
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "one") == "x.toml: its symbolic links lead round in a circle"
    assert refusal(tmp_path / "file" / "below") == "x.toml: no such file"
    assert refusal(Path("n" * 5_000)) == "x.toml: the name is too long for a file"
    assert refusal(Path("a\0b")) == "x.toml: not a path"


def test_only_text_in_utf_8_is_read_and_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf[score]\n")
    assert read(path, "a").text == "[score]\n"
    path.write_bytes("[score]".encode("utf-16"))
    assert refusal(path) == "x.toml: not a text in UTF-8 (UTF-16 at offset 0)"
    path.write_bytes(b"ab\x80")
    assert refusal(path) == "x.toml: not a text in UTF-8 (byte 0x80 at offset 2)"
    path.write_bytes(b"#" * ((1 << 20) + 1))
    assert refusal(path) == "x.toml: larger than a scenario may be (1,048,576 bytes)"


def test_what_was_read_can_be_named_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"[score]\r\n")
    file = read(path, str(path))
    assert (file.name, file.folder) == ("a.toml", tmp_path)
    assert file.sha256 == "" or len(file.sha256) == 64


def test_names_are_shown_without_what_a_terminal_would_obey() -> None:
    assert printable("a\x1b[31m\n") == "a\\x1b[31m\\n"
    assert len(printable("x" * 1_000)) == 200
