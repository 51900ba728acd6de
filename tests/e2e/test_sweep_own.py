"""Institutions of a user's own in a sweep: workers find them by name, changed ones are lived anew."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import glasstown as gt
from glasstown.errors import ScenarioError, StoreError
from glasstown.lab import own
from glasstown.lab import sweep as lab

CURFEW = Path(__file__).parents[2] / "examples/curfew.py"
SCRIPT = """
import glasstown as gt
from pathlib import Path
from glasstown.lab import catalog
{where}
mine = {{**gt.CATALOG, "curfew": Curfew}}
TEXT = "name = '{{}}'\\n[town]\\npeople = 300\\n[run]\\ndays = 4\\n[conduct]\\n"
arms = [catalog.read(TEXT.format("plain"), "plain.toml"),
        catalog.read(TEXT.format("curfew") + "[curfew]\\npatrol = 0.5\\n", "curfew.toml", mine)]
found = gt.sweep(arms, 2, 1, None, None, ["curfew.*", "conduct.m*"], 1, "x", catalog=mine)
print(found.runs, found.failures, len(list(Path("x/tasks").rglob("*.json"))))
print(sorted(set(found.design["parameter"].tolist())))
"""

pytestmark = pytest.mark.xdist_group("sweep")


def run(folder: Path, where: str) -> subprocess.CompletedProcess[str]:
    (folder / "script.py").write_text(SCRIPT.format(where=where).replace("\\\\", "\\"))
    return subprocess.run([sys.executable, "-W", "error", "script.py"], cwd=folder, env=dict(os.environ),
                          capture_output=True, text=True, check=False, timeout=600)  # fmt: skip


@pytest.mark.timeout(900)  # it compiles
def test_workers_import_it_and_a_changed_file_is_lived_anew(tmp_path):
    (tmp_path / "mine.py").write_text(CURFEW.read_text())
    first = run(tmp_path, "from mine import Curfew")
    assert first.returncode == 0, first.stderr
    told, drawn = first.stdout.splitlines()
    assert told == "4 [] 4" and "'curfew.patrol'" in drawn
    again = run(tmp_path, "from mine import Curfew")
    assert again.stdout.splitlines()[0] == "4 [] 4", again.stderr
    (tmp_path / "mine.py").write_text(CURFEW.read_text() + "\n# changed\n")
    changed = run(tmp_path, "from mine import Curfew")
    assert changed.stdout.splitlines()[0] == "4 [] 8", changed.stderr
    with pytest.raises(StoreError, match=r"institutions of your own: curfew"):
        lab.resume(tmp_path / "x")
    assert "mine" not in sys.modules


def test_a_class_that_no_worker_can_import_is_told_of(tmp_path):
    told = run(tmp_path, CURFEW.read_text())
    assert told.returncode != 0 and "cannot import Curfew from __main__" in told.stderr
    inside = type("Curfew", (gt.Mechanism,), {"__module__": __name__, "__qualname__": "f.<locals>.Curfew"})
    with pytest.raises(ScenarioError, match=r"cannot import f\.<locals>\.Curfew"):
        own.origins({**gt.CATALOG, "curfew": inside})
    assert own.origins(gt.CATALOG) == {}


def test_a_worker_that_finds_another_file_says_so(tmp_path, monkeypatch):
    (tmp_path / "inst_a.py").write_text(
        "import glasstown as gt\nclass A(gt.Mechanism):\n    x: int = 1\nB = 3\n"
    )
    (tmp_path / "inst_b.py").write_text("1 / 0\n")
    monkeypatch.setattr(sys, "path", [*sys.path])
    right = own.Origin("inst_a", "A", str(tmp_path), own.sha256_of(tmp_path / "inst_a.py")[0])
    assert own.imported({"a": right})["a"].__name__ == "A"
    assert own.origins({"a": own.imported({"a": right})["a"]}) == {"a": right}
    for wrong, why in (
        (own.Origin("inst_a", "A", str(tmp_path), "0" * 64), "another file"),
        (own.Origin("inst_a", "B", str(tmp_path), right.sha256), "no institution B"),
        (own.Origin("inst_b", "A", str(tmp_path), right.sha256), "division by zero"),
    ):
        with pytest.raises(StoreError, match=why):
            own.imported({"a": wrong})
