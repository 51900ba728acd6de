"""The same bytes from any process; and reading them back runs nobody's code."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import store_writer

WRITE = """
import pathlib, sys, store_writer
store_writer.write_run(pathlib.Path(sys.argv[1]), 3, 200_000)
"""

READ = """
import pathlib, sys
import numpy, pandas, polars, pyarrow, xarray  # what they do while they are imported is not reading
from glasstown.store import arrays, index, read, verify
events = []
sys.addaudithook(lambda event, given: events.append(event) if event.startswith("pickle.") else None)
folder = pathlib.Path(sys.argv[1])
with read.open_run(folder) as run:
    for kind in ("numpy", "polars", "pandas", "arrow"):
        run.series(kind, where={"measure": "voiced"})
verify.verify(folder), index.list_runs(folder.parent)
arrays.load_arrays(folder.parent / "checkpoint")
if "planted" in sys.argv:
    numpy.load(folder.parent / "planted.npy", allow_pickle=True)
sys.exit(f"unpickled: {events}" if events else 0)
"""


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "PYTHONPATH": str(Path(store_writer.__file__).parent), **environment}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=known, capture_output=True, text=True, check=False
    )


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_a_run_has_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    odd = {
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "tr_TR.UTF-8",
        "HOME": "/nowhere",
        "USER": "x",
    }
    for name, environment in {"one": {"PYTHONHASHSEED": "1"}, "an odd=place [1]": odd}.items():
        wrote = python(WRITE, str(tmp_path / name), **environment)
        assert wrote.returncode == 0, wrote.stderr
    one, other = hashes(tmp_path / "one"), hashes(tmp_path / "an odd=place [1]")
    assert one == other and len(one) == 3
    assert str(tmp_path).encode() not in b"".join(path.read_bytes() for path in (tmp_path / "one").iterdir())
    assert f'"{os.uname().nodename}"' not in (tmp_path / "one" / "manifest.json").read_text()


@pytest.mark.parametrize("fault", [(), ("planted",)], ids=["", "planted"])
def test_reading_back_unpickles_nothing(tmp_path: Path, fault: tuple[str, ...]) -> None:
    store_writer.write_run(tmp_path / "run", 3)
    store_writer.arrays.save_arrays(tmp_path / "checkpoint", "day-1", store_writer.state(1), {})
    np.save(tmp_path / "planted.npy", np.array([Path()], dtype=object), allow_pickle=True)
    found = python(READ, str(tmp_path / "run"), *fault)
    assert (found.returncode == 0) != bool(fault), found.stderr
