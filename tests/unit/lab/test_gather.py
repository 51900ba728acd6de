"""What is read of runs: each file once in a process, whichever stage asks."""

import numpy as np
import pytest

from glasstown.lab.claim_measure import expression
from glasstown.lab.claim_read import tallies
from glasstown.lab.gather import Reader, expressions_of, gather
from glasstown.lab.shelf import FORMAT, WHAT, Shelf
from glasstown.measures.definitions import MEASURES
from glasstown.store.sealed import write_sealed

NAME, OTHER = "ab" + 62 * "0", "cd" + 62 * "0"
READ = expression(next(iter(MEASURES)), tallies())
WANTED = {"arm": [READ]}


@pytest.fixture
def reader(tmp_path) -> Reader:
    shelf = Shelf(tmp_path)
    shelf._path(NAME).parent.mkdir(parents=True)
    term = READ.terms[0]
    row = f"{term.name} {term.place} {term.level} 3 10 1"
    write_sealed(shelf._path(NAME), WHAT, FORMAT, {"name": NAME, "totals": [row]})
    return Reader(shelf)


@pytest.fixture
def reads(reader, monkeypatch) -> list[str]:
    found: list[str] = []
    read = reader.shelf.read
    monkeypatch.setattr(reader.shelf, "read", lambda name: (found.append(name), read(name))[1])
    return found


def test_a_run_is_read_once_whichever_stage_asks(reader, reads):
    one, two = {NAME: [(0, 0, "arm")]}, {NAME: [(0, 0, "arm")], OTHER: [(1, 0, "arm")]}
    assert reader.has(NAME, expressions_of(one[NAME], WANTED))
    first, then = gather(reader, one, WANTED), gather(reader, two, WANTED)
    assert reads == [NAME]
    assert first.lived["arm"].tolist() == [[True]] and then.lived["arm"].tolist() == [[True], [False]]
    assert np.isnan(then.of("arm", READ)).tolist() == [[False], [True]]


def test_a_run_that_goes_is_missed(reader):
    """Planted fault: its file is taken away between two stages."""
    told = expressions_of([(0, 0, "arm")], WANTED)
    assert reader.has(NAME, told)
    reader.shelf._path(NAME).unlink()
    assert not reader.has(NAME, told) and not reader.has(OTHER, told)
    assert not gather(reader, {NAME: [(0, 0, "arm")]}, WANTED).lived["arm"].any()
