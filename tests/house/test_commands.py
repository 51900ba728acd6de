"""The two commands: said in one way everywhere, listed by make, set up by scripts that any shell can read."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
CHECKS = (ROOT / ".ci/run").read_text()
SCRIPTS = sorted((ROOT / "tools").glob("*.sh"))

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def said(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a command prints, both streams together."""
    return subprocess.run(
        command, cwd=cwd, env={"PATH": "/usr/bin:/bin", **environment}, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


@needs_make
def test_make_alone_lists_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    listed = said("make").stdout
    assert [name for name in phony[1].split() if f"make {name} " not in listed] == []


@needs_make
def test_a_copied_folder_sets_up_its_own_environment(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/run.txt", "pyproject.toml", "tools/setup.sh", ".venv/.place", ".venv/.run"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / ".venv/.place").write_text(f"{tmp_path.resolve()}\n")
    assert "setup.sh" not in said("make", "-n", "run", cwd=tmp_path).stdout
    (tmp_path / ".venv/.place").write_text("/elsewhere\n")
    assert "setup.sh run" in said("make", "-n", "run", cwd=tmp_path).stdout


def test_the_checks_of_a_change_run_what_the_readme_says() -> None:
    assert "make test" in (ROOT / "README.md").read_text()
    assert re.search(r"^for target in .*\btest; do\n  gate .* make .*\$target", CHECKS, re.MULTILINE)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_plain_shell(script: Path) -> None:
    shell = shutil.which("dash") or "sh"
    done = said(shell, "-n", str(script))
    assert done.returncode == 0, done.stdout
    assert script.read_text().startswith("#!/bin/sh\n")
    assert "\nset -eu\n" in script.read_text()


def test_setup_without_a_python_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/run.txt").write_text("")
    shutil.copy(ROOT / "tools/setup.sh", tmp_path / "tools")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "cat", "rm"):
        (tools / name).symlink_to(shutil.which(name) or name)
    done = said("sh", "tools/setup.sh", "run", cwd=tmp_path, PATH=str(tools))
    assert done.returncode == 1
    assert "no Python 3.11 or newer" in done.stdout
    assert not (tmp_path / ".venv").exists()
