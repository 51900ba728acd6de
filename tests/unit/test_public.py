"""The public names: all there, few, and none of them imported before it is asked for."""

import subprocess
import sys

import glasstown as gt


def test_every_public_name_is_there_and_documented():
    assert len(gt.__all__) <= 30
    assert set(gt.__all__) == set(dir(gt)) == {name for names in gt._HOME.values() for name in names}
    for name in gt.__all__:
        found = getattr(gt, name)
        assert isinstance(found, (int, str)) or found.__doc__, name


def test_the_root_imports_nothing_heavy():
    code = (
        "import glasstown, sys; print([m for m in ('numba', 'numpy', 'scipy', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
