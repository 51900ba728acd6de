"""The shelf: a file is read once, for as long as it is the same."""

import os
from pathlib import Path

import pytest

from glasstown.lab.shelf import FORMAT, WHAT, Shelf
from glasstown.store.sealed import write_sealed

NAME = "ab" + 62 * "0"


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    made = Shelf(tmp_path)
    made._path(NAME).parent.mkdir(parents=True)
    write_sealed(made._path(NAME), WHAT, FORMAT, {"name": NAME, "totals": ["acts town 0 3 10 1"]})
    return made


@pytest.fixture
def reads(shelf, monkeypatch) -> list[str]:
    """The names of what is read."""
    found: list[str] = []
    read = shelf.read
    monkeypatch.setattr(shelf, "read", lambda name: (found.append(name), read(name))[1])
    return found


def test_what_was_found_whole_is_not_read_again(shelf, reads):
    assert [shelf.has(NAME) for _ in range(3)] == [True] * 3
    assert reads == [NAME]


def test_what_was_changed_or_taken_away_is_noticed(shelf, reads):
    """Planted faults: a digit changed, in a file of the same size; the file removed."""
    path: Path = shelf._path(NAME)
    assert shelf.has(NAME)
    was = path.stat()
    path.write_bytes(path.read_bytes().replace(b"0 3 10", b"0 4 10"))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns + 1))
    assert not shelf.has(NAME)
    path.unlink()
    assert not shelf.has(NAME) and not shelf.has("cd" + NAME[2:])
    assert reads == [NAME, NAME]
