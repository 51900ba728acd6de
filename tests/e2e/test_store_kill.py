"""A writer killed or starved at any instant harms nothing that is finished and leaves nothing half-done."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import store_writer
from glasstown.store.claim import claim
from glasstown.store.layout import MANIFEST, identity
from glasstown.store.manifest import read_manifest

WRITER = Path(store_writer.__file__)
FAULTS = pytest.mark.parametrize("fault", [(), ("--without-rename",)], ids=["", "planted"])


def writer(*arguments: str, shell: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    command = [*shell, sys.executable, str(WRITER), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=200)
    return process.returncode, said


def test_killed_at_random_instants_leaves_earlier_runs_intact_and_no_half_file(tmp_path: Path) -> None:
    for attempt in range(12):
        process = writer("loop", str(tmp_path))
        assert process.stdout is not None
        said = process.stdout.readline()  # at least one run is finished, or found finished
        time.sleep(0.011 * attempt)
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        claimed = [int(line) for line in (said + rest).split()]
        assert process.returncode == -signal.SIGKILL and claimed, said + rest
        for number in claimed:
            assert read_manifest(tmp_path / f"run-{number:06d}").facts["number"] == number
        assert [fault for run in sorted(tmp_path.iterdir()) for fault in store_writer.faults(run)] == []
    newest = sorted(run for run in tmp_path.iterdir() if (run / MANIFEST).exists())[-1]
    number = int(newest.name[4:])
    with claim(newest, identity({"number": number}), {}) as found:  # the dead hold no lock
        assert found.finished


@FAULTS
def test_killed_before_each_rename_and_fsync_and_within_writes(
    tmp_path: Path, fault: tuple[str, ...]
) -> None:
    status, said = finished(writer("points", str(tmp_path), *fault))
    assert (status == 0) != bool(fault), said


@FAULTS
def test_a_file_size_limit_at_twenty_points(tmp_path: Path, fault: tuple[str, ...]) -> None:
    status, said = finished(writer("full", str(tmp_path), "limit", *fault))
    assert (status == 0) != bool(fault), said


def test_a_full_disk_at_twenty_points(tmp_path: Path) -> None:
    mounted = "mount -t tmpfs -o size=2m none $0 && exec $@"
    alone = ("unshare", "--mount", "sh", "-c", mounted, str(tmp_path))
    if os.geteuid() or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a small disk here; the file size limit stands in for it")
    status, said = finished(writer("full", str(tmp_path), "tmpfs", shell=alone))
    assert status == 0, said


def test_two_processes_on_one_folder_do_not_harm_each_other(tmp_path: Path) -> None:
    code = "import sys, store_writer, pathlib; store_writer.write_run(pathlib.Path(sys.argv[1]), 5, 60_000)"
    environment = {**os.environ, "PYTHONPATH": str(WRITER.parent)}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "run")],
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=100)[1] for process in both]
    refused = [text for process, text in zip(both, said, strict=True) if process.returncode]
    assert len(refused) <= 1 and all("another Glasstown is writing here" in text for text in refused), said
    assert store_writer.faults(tmp_path / "run") == []
    assert read_manifest(tmp_path / "run").facts["number"] == 5
