"""The contracts of import-linter, on toy packages: a sound one passes, each planted import is caught.

That the real package keeps them is checked by ``make lint``.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = [
    "cli",
    "report",
    "lab",
    "store",
    "measures",
    "engine",
    "mechanisms",
    "population",
    "scenario",
    "core",
]

SOUND = {
    "cli/run.py": "from glasstown.lab import simulate",
    "report/page.py": "from glasstown.store import read",
    "lab/simulate.py": "from glasstown.engine import run\nfrom glasstown.mechanisms import CATALOG",
    "store/read.py": "from glasstown.measures import series",
    "measures/series.py": "from glasstown.core import columns",
    "engine/run.py": "from glasstown.core import columns",
    "mechanisms/__init__.py": "from glasstown.mechanisms.cameras import Cameras\nCATALOG = (Cameras,)",
    "mechanisms/cameras.py": "from glasstown.core import columns\nclass Cameras: ...",
    "mechanisms/score.py": "from glasstown.core import columns",
    "core/columns.py": "import glasstown.errors",
    "core/ties.py": "",
    "errors.py": "",
    "release.py": "",
}


def broken(folder: Path, files: dict[str, str]) -> str:
    """What lint-imports says of a package of ``files`` under our contracts, "" if all are kept."""
    package = folder / "glasstown"
    for name in ("__init__.py", *(f"{layer}/__init__.py" for layer in LAYERS), *files):
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files.get(name, ""))
    command = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert "Contracts:" in said, said
    return "" if done.returncode == 0 else said


def test_a_sound_package_keeps_every_contract(tmp_path: Path) -> None:
    assert broken(tmp_path, SOUND) == ""


@pytest.mark.parametrize(
    ("file", "source", "contract"),
    [
        ("core/ties.py", "from glasstown.engine import run", "the flow has one direction"),
        ("report/page.py", "from glasstown.cli import run", "the flow has one direction"),
        ("gossip/talk.py", "", "the flow has one direction"),
        ("engine/run.py", "from glasstown.mechanisms import score", "never institutions"),
        ("mechanisms/score.py", "from glasstown.mechanisms import cameras", "no mechanism knows another"),
        ("core/ties.py", "from glasstown.core.columns import x", "no cycle anywhere"),
        ("core/ties.py", "import glasstown", "nobody imports the root"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, file: str, source: str, contract: str) -> None:
    files = {**SOUND, file: source}
    if file == "gossip/talk.py":
        files["gossip/__init__.py"] = ""
    if contract == "no cycle anywhere":
        files["core/columns.py"] = "from glasstown.core.ties import y"
    said = broken(tmp_path, files)
    assert [line for line in said.splitlines() if contract in line and "BROKEN" in line], said
