"""No pickle on any path that reads a user's data: scenarios, tables of people and ties, a resumption (E4)."""

import os
import subprocess
import sys

import pytest

READ = """
import sys, numpy as np
seen = []
sys.addaudithook(lambda event, args: seen.append(args) if event == "pickle.find_class" else None)
from pathlib import Path
from threading import Event
from glasstown.errors import Interrupted
from glasstown.lab.runs import Options, resume, run
from glasstown.store.read import open_run
from glasstown.store.write import write_table
ids = np.arange(60, dtype=np.uint32)
write_table(Path("people.parquet"), {"id": ids, "age": (ids % 80).astype(np.uint8)})
write_table(Path("ties.parquet"), {"source": ids, "target": np.roll(ids, 1)})
Path("mine.toml").write_text(
    'extends = "article"\\n[town]\\ntable = "people.parquet"\\nties_table = "ties.parquet"\\n'
)
stop = Event()
tell = lambda stage, done, total: stop.set() if (stage, done) == ("mine", 2) else None
try:
    run("mine.toml", days=4, out=Path("runs"), options=Options(progress=tell, stop=stop))
except Interrupted:
    pass
(folder,) = Path("runs").iterdir()
resume(folder)
open_run(folder).series("numpy")
FAULT
print(len(seen))
"""


def events(folder, fault: str = "") -> int:
    """Classes that were unpickled; without a compiler, whose own cache is private and of pickles."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"}
    code = READ.replace("FAULT", fault)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout.split()[-1])


def test_nothing_is_unpickled(tmp_path):
    assert events(tmp_path) == 0


def test_the_hook_sees_a_pickle(tmp_path):
    pickled = "import pickle; pickle.loads(pickle.dumps(Path('x')))"
    assert events(tmp_path, pickled) > 0


@pytest.mark.parametrize("word", ["pickle", "eval", "exec"])
def test_the_word_stands_nowhere_in_the_source(word):
    import ast
    from pathlib import Path

    import glasstown

    for path in Path(glasstown.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            assert word not in names and word != called, path
