"""Compiling ahead: what a study would compile first is compiled, once."""

import json
from threading import Event

import pytest

from glasstown.cli.app import answer
from glasstown.errors import Interrupted
from glasstown.lab import ready, warming
from glasstown.lab.answering import plan_of
from glasstown.lab.asked import ask
from glasstown.lab.progress import KERNELS
from two_claims import files


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Two small claims instead of all."""
    asked = ask(files(tmp_path), draws=2, people=200)
    monkeypatch.setattr(warming, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(ready, "ask", lambda: asked)
    return asked


def test_what_the_first_answer_would_compile_is_compiled_once(small, tmp_path, capsys):
    made = plan_of(small, small.stages()[0]).plan
    names = {task["name"] for task in warming.warming(made).tasks}
    told = []
    assert ready.compile_ahead(1, lambda *said: told.append(said)) == len(names) > 2
    assert told[-1] == (KERNELS, len(names), len(names))
    assert not warming.warming(made).tasks, "the first answer compiles nothing more"
    assert ready.compile_ahead(1) == 0
    assert answer(["claims", "ready", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == 0
    assert answer(["claims", "ready"]) == 0
    assert "nothing was left" in capsys.readouterr().out


def test_stopped_it_leaves_no_mark(small):
    stop = Event()
    stop.set()
    with pytest.raises(Interrupted):
        ready.compile_ahead(1, stop=stop)
    assert warming.warming(plan_of(small, small.stages()[0]).plan).tasks
