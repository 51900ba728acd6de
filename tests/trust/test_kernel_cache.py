"""Compiled once, never stale: an edit of what a kernel can reach is noticed; compiled once (promise A3)."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import glasstown
from command_line import kernels_in
from glasstown.core.kernels import ABOVE

SOURCE = Path(glasstown.__file__).parent
FILES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))
REACHED = [path for path in FILES if path.parts[0] not in ABOVE]

HASH = "from glasstown.core.kernels import sources_hash; print(sources_hash())"
DRAW = """
from glasstown.core.rng import draw, when
import numpy as np
print(draw(np.uint64(1), 2, 3, when(4, 5), np.uint32(6))[0])
"""
COUNT = """
import atexit
from glasstown.core.compiling import compilations
counting = compilations()
counter = counting.__enter__()
atexit.register(lambda: print(counter.done))
"""
DAY = """
from glasstown.core.compiling import compilations
with compilations() as counter:
    from glasstown.lab import catalog
    from glasstown.lab.simulate import simulate
    from glasstown.lab.town import people_of
    arms = [catalog.load(name, ["town.people=3000", "run.days=31"]) for name in ("open", "article")]
    town = people_of(arms)
    for arm in arms:
        simulate(arm, town)
print(counter.done)
"""


def run(code: str, package: Path, cache: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.fixture
def copy(tmp_path) -> Path:
    return Path(
        shutil.copytree(SOURCE, tmp_path / "src" / "glasstown", ignore=shutil.ignore_patterns("__pycache__"))
    )


def test_twenty_edits_are_noticed_each(copy, tmp_path):
    seen = {run(HASH, copy, tmp_path)}
    chosen = REACHED[:: max(1, len(REACHED) // 20)][:20]
    for file in chosen:
        path = copy / file
        path.write_text(path.read_text() + "\n# edited\n")
        seen.add(run(HASH, copy, tmp_path))
    assert len(seen) == len(chosen) + 1


def test_what_is_left_out_of_the_hash_holds_no_kernel():
    """That no layer below imports them is a contract of import-linter."""
    left_out = [path for path in FILES if path.parts[0] in ABOVE]
    assert len(left_out) > 100
    with_kernels = re.compile(r"^\s*@(kernel|rule|inlined)\b|njit", re.MULTILINE)
    assert [path for path in left_out if with_kernels.search((SOURCE / path).read_text())] == []
    assert with_kernels.search((SOURCE / "core" / "rng.py").read_text())  # it finds those that there are


def test_a_rule_edited_elsewhere_reaches_the_kernel_that_calls_it(copy, tmp_path):
    before = run(DRAW, copy, tmp_path)
    assert run(DRAW, copy, tmp_path) == before
    path = copy / "core" / "rng.py"
    path.write_text(path.read_text().replace("0xD251_1F53", "0xD251_1F55"))
    assert run(DRAW, copy, tmp_path) != before


def test_the_folder_of_kernels_is_private(tmp_path):
    run(DRAW, SOURCE, tmp_path)
    (folder,) = (tmp_path / "glasstown").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.rglob("*.nbi"))


def test_kernels_of_other_sources_go_after_a_month(tmp_path):
    old, new, other = (tmp_path / "glasstown" / name for name in ("kernels-old", "kernels-new", "other"))
    for folder in (old, new, other):
        folder.mkdir(parents=True)
        (folder / "x.nbi").write_text("x")
    for folder in (old, other):
        os.utime(folder, (0, 0))
    run(HASH + "; from glasstown.core import kernels", SOURCE, tmp_path)
    assert not old.exists()
    assert (new / "x.nbi").exists() and (other / "x.nbi").exists()


def test_what_is_compiled_is_counted(tmp_path):
    assert int(run(COUNT + DRAW, SOURCE, tmp_path).split()[-1]) > 0
    assert int(run(COUNT + DRAW, SOURCE, tmp_path).split()[-1]) == 0


@pytest.mark.slow
def test_a_second_process_compiles_nothing(tmp_path):
    """Begun with what other tests have had compiled: the first process here compiles the rest."""
    kernels_in(tmp_path)
    run(DAY, SOURCE, tmp_path)
    assert run(DAY, SOURCE, tmp_path) == "0"
