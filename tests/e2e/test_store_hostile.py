"""Hostile Parquet: the reader survives, says what is wrong, and writes nothing anywhere."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

import store_writer
from glasstown.errors import StoreError
from glasstown.store.query import read_table
from glasstown.store.trial import tried
from glasstown.store.write import write_table

READ = """
import os, pathlib, resource, signal, sys
from glasstown.errors import StoreError
from glasstown.store.query import read_table
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    signal.alarm(20)  # ends this process where one file takes longer
    if "planted" in sys.argv:
        os.kill(os.getpid(), signal.SIGSEGV)
    try:
        read_table(path)
        print("read", path.name)
    except StoreError as error:
        assert str(path) in error.message and "\\n" not in error.message, error.message
        print("told", path.name)
"""


def reader(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "TMPDIR": str(home), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", READ, str(folder), *arguments]
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)


def mutants(content: bytes, count: int) -> list[bytes]:
    """Copies of a file with bytes changed, most in the footer, or pieces lost."""
    draw, footer = np.random.default_rng(7), struct.unpack("<I", content[-8:-4])[0]
    made = []
    for number in range(count):
        changed = bytearray(content)
        first = 0 if number % 3 == 0 else len(changed) - 8 - footer
        for _ in range(1 + number % 5):
            changed[int(draw.integers(first, len(changed)))] = int(draw.integers(256))
        if number % 4 == 0:
            place = int(draw.integers(first, len(changed)))
            del changed[place : place + int(draw.integers(1, 99))]
        made.append(bytes(changed))
    return made


def traps(content: bytes) -> dict[str, bytes]:
    """Files that lie about themselves."""
    return {
        "empty": b"",
        "magic only": b"PAR1",
        "twice the magic": b"PAR1PAR1",
        "no footer": b"PAR1" + b"\0" * 50 + struct.pack("<I", 0) + b"PAR1",
        "footer too long": content[:-8] + struct.pack("<I", 2**32 - 1) + b"PAR1",
        "footer over itself": content[:-8] + struct.pack("<I", len(content) + 100) + b"PAR1",
        "encrypted": content[:-4] + b"PARE",
        "cut": content[: len(content) // 2],
        "a script": b"#!/bin/sh\nrm -rf /\n",
        "deep thrift": b"PAR1" + b"\x1c" * 200_000 + struct.pack("<I", 200_000) + b"PAR1",
        "endless list": b"PAR1" + b"\x29\xfc\xff\xff\xff\xff\x0f" + struct.pack("<I", 7) + b"PAR1",
    }


@pytest.mark.parametrize("fault", [(), ("planted",)], ids=["", "planted"])
def test_the_reader_survives_and_tells(tmp_path: Path, fault: tuple[str, ...]) -> None:
    hostile, home = tmp_path / "hostile", tmp_path / "home"
    hostile.mkdir()
    home.mkdir()
    write_table(tmp_path / "good.parquet", store_writer.series(1, 400))
    content = (tmp_path / "good.parquet").read_bytes()
    cases = {f"mutant {n:03d}": mutant for n, mutant in enumerate(mutants(content, 120))} | traps(content)
    for name, case in cases.items():
        (hostile / name).write_bytes(case)
    before = {path: path.read_bytes() for path in hostile.iterdir()}
    found = reader(hostile, home, *fault)
    assert (found.returncode == 0) != bool(fault), found.stderr
    if not fault:
        lines = found.stdout.splitlines()
        assert len(lines) == len(cases) and sum(line.startswith("told") for line in lines) > 60
        assert {f"told {name}" for name in traps(content)} <= set(lines)
    assert {path: path.read_bytes() for path in hostile.iterdir()} == before
    assert list(home.iterdir()) == [] and sorted(path.name for path in tmp_path.iterdir()) == [
        "good.parquet", "home", "hostile"
    ]  # fmt: skip


HOSTILE_NAMES = ["x\"; COPY (SELECT 1) TO 'owned'; --", "a\x1b[2J", "", "é'\"\\", "x" * 5_000]


def test_hostile_names_of_columns_are_names(tmp_path: Path) -> None:
    for number, name in enumerate(HOSTILE_NAMES):
        quoted = '"' + name.replace('"', '""') + '"'
        path = tmp_path / f"{number}.parquet"
        with duckdb.connect() as connection:
            try:
                connection.execute(f"COPY (SELECT 1 AS {quoted}, '=1' AS k) TO '{path}' (FORMAT parquet)")
            except duckdb.Error:
                continue  # not even DuckDB takes it
        assert read_table(path)["k"].tolist() == ["=1"]
        assert read_table(path, [name], {name: 1})[name].tolist() == [1]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".parquet"] * len(list(tmp_path.iterdir()))


def test_a_bomb_costs_the_child_and_not_this_process(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    with duckdb.connect() as connection:  # 480 MB of text of one letter, in a file of some kB
        rows = "SELECT repeat('x', 8_000_000) || i AS text FROM range(60) t(i)"
        connection.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    assert path.stat().st_size < 500_000
    with pytest.raises(StoreError, match=str(path)):
        tried(path, memory=600 << 20)
