"""A ledger of all draws: no counter twice, no purpose that nobody registered (promise A7)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LEDGER = Path(__file__).parent / "ledger.py"


def kept(*arguments: str) -> str:
    """Run the town without a compiler, noting every draw."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, str(LEDGER), *arguments], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_no_counter_is_drawn_twice_and_every_purpose_is_registered():
    words = dict(pair.split("=") for pair in kept().split())
    assert int(words["draws"]) > 5_000
    assert (words["repeated"], words["unregistered"]) == ("0", "0")


@pytest.mark.parametrize(("fault", "word"), [("repeat", "repeated"), ("stranger", "unregistered")])
def test_a_planted_fault_is_found(fault, word):
    words = dict(pair.split("=") for pair in kept(fault).split())
    assert int(words[word]) > 0
