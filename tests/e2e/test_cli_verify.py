"""``glasstown verify`` as a user meets it: a table, a file, exit codes, Ctrl-C, seeds."""

import csv
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import environment, glasstown

QUICK = ("verify", "--only", "opinion")


def test_a_table_and_a_file(tmp_path: Path) -> None:
    done = glasstown(*QUICK, "--output", "results.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Mean voiced, uniform punishment .6 [1: figure 1A" in done.stdout
    assert "Strategic Analysis of Dissent and Self-" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    rows = list(csv.DictReader((tmp_path / "results.csv").read_text().splitlines()))
    assert {row["verdict"] for row in rows} == {"holds"} and len(rows) == 8
    assert all(row["reference"] for row in rows if row["source"] != "closed form")
    assert glasstown(*QUICK, "--output", "results.md", "-q", cwd=tmp_path).returncode == 0
    assert "## Sources" in (tmp_path / "results.md").read_text()


def test_planted_faults_all_fail_and_that_is_well(tmp_path: Path) -> None:
    done = glasstown(*QUICK, "--faults", "--json", "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {each["verdict"] for each in json.loads(done.stdout)["results"]} == {"fails"}


def test_a_night_can_be_repeated(tmp_path: Path) -> None:
    first = glasstown(*QUICK, "--nightly", "--json", cwd=tmp_path)
    seed = re.search(r"seed (\d+)", first.stderr)
    assert first.returncode == 0 and seed
    again = glasstown(*QUICK, "--nightly", "--seed", seed[1], "--json", cwd=tmp_path)
    assert again.stdout == first.stdout
    assert json.loads(first.stdout)["seed"] == int(seed[1])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--only", "opnion"), "nearest: opinion"), (("--output", "results.pdf"), "must end in .md or .csv")],
)
def test_what_cannot_be_asked(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = glasstown("verify", *arguments, cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr


PROGRAM = """
import sys, time
from dataclasses import replace
from glasstown.lab import verification
real = verification.results
def changed(names):
    return tuple({change} for each in real(names))
def slowly(run):
    def later(trial, wrong):
        time.sleep(0.5)
        print("one", file=sys.stderr, flush=True)
        return run(trial, wrong)
    return later
verification.results = changed
from glasstown.cli.app import answer
sys.exit(answer({arguments!r}))
"""


def test_a_result_that_fails_is_exit_code_three(tmp_path: Path) -> None:
    code = PROGRAM.format(change="replace(each, expected=0.123)", arguments=list(QUICK))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(), check=False,
                          capture_output=True, text=True, timeout=240)  # fmt: skip
    assert done.returncode == 3
    assert "8 of 8 results do not hold: opinion.uniform" in done.stderr and "fails" in done.stdout


def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    arguments = [*QUICK, "--output", "part.csv"]
    code = PROGRAM.format(change="replace(each, run=slowly(each.run))", arguments=arguments)
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment(), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert process.stderr is not None
    seen = 0
    for line in process.stderr:
        seen += line == "one\n"
        if seen == 3:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 4, err
    assert "Stopped after" in err and "glasstown verify --seed 1" in err
    rows = list(csv.DictReader((tmp_path / "part.csv").read_text().splitlines()))
    assert 1 <= len(rows) < 8 and "opinion" in out
