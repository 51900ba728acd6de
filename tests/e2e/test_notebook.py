"""The notebooks of the documentation run from the first cell to the last, and say what is stored in them."""

import copy
import re

import pytest

pytest.importorskip("nbclient")
pytest.importorskip("nbformat")

from tools.notebooks import NOTEBOOKS, read, run, said

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))

PASSING = re.compile(r"0x[0-9a-f]{6,}|\b\d+(\.\d+)? ?(s|ms|seconds)\b|^/|\s/\w+/", re.MULTILINE)
"""What differs from one machine or hour to the next: addresses, times, folders."""


def texts(outputs) -> list[str]:
    """Everything that outputs hold, as texts."""
    told = [dict(each.get("data", {})) or {each.get("name", ""): each.get("text", "")} for each in outputs]
    return [f"{kind}: {''.join(text)}" for each in told for kind, text in sorted(each.items())]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the kernel's own machinery warns
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_it_runs_and_says_what_is_stored(path, tmp_path):
    stored = read(path)
    now = said(run(copy.deepcopy(stored), tmp_path))
    assert len(now) >= 5
    if said(stored):
        assert texts(now) == texts(said(stored)), "store it again: .venv/bin/python tools/notebooks.py"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_is_stored_is_small_and_the_same_everywhere(path):
    outputs = said(read(path))
    assert path.stat().st_size < 100_000
    assert [each for each in outputs if each.output_type == "error" or each.get("name") == "stderr"] == []
    assert [found[0] for text in texts(outputs) if (found := PASSING.search(text.replace("</", "")))] == []


@pytest.mark.parametrize("text", ["at 0x7f3a5c", "took 1.25 s", "/somewhere/else", "in /somewhere/else"])
def test_what_passes_is_noticed(text):
    assert PASSING.search(text)
