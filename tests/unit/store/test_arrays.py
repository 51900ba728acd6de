"""Checkpoints: whole or absent, every byte verified, the one before kept until the new one stands."""

import os
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glasstown.errors import Damaged, DiskFull, StoreError
from glasstown.store import arrays
from glasstown.store.arrays import checkpoints, load_arrays, save_arrays
from glasstown.store.sealed import seal
from store_writer import state

ODD: dict[str, Any] = {
    "none": np.empty((0, 3), np.int16),
    "scalar": np.array(-5, np.int64),
    "columns first": np.asfortranarray(np.arange(12.0).reshape(3, 4)),
    "big-endian": np.arange(9, dtype=">u4"),
    "backwards": np.arange(10, dtype=np.uint8)[::-1],
    "yes/no": np.array([True, False]),
    "../../escape": np.arange(3, dtype=np.float32),
    "half": np.arange(3, dtype=np.float16),
}


def test_round_trip_of_odd_arrays(tmp_path: Path) -> None:
    path = save_arrays(tmp_path / "checkpoint", "day-120", ODD, {"day": 120, "key": 2**64 - 1})
    found = load_arrays(tmp_path / "checkpoint")
    assert found.name == "day-120" and found.facts == {"day": 120, "key": 2**64 - 1} and found.path == path
    assert list(found.arrays) == list(ODD)
    for name, array in ODD.items():
        got = found.arrays[name]
        assert (
            np.array_equal(got, array)
            and got.shape == array.shape
            and got.dtype == array.dtype.newbyteorder("<")
        )
    assert {each.parent for each in path.rglob("*")} == {path}


def test_the_files_are_plain_npy(tmp_path: Path) -> None:
    path = save_arrays(tmp_path, "a", ODD, {})
    for file, array in zip(sorted(path.glob("*.npy")), ODD.values(), strict=True):
        assert np.array_equal(np.load(file, allow_pickle=False), array)


def test_reading_into_given_arrays(tmp_path: Path) -> None:
    save_arrays(tmp_path, "a", state(1), {})
    into = {name: np.zeros_like(array) for name, array in state(1).items() if name != "flag"}
    found = load_arrays(tmp_path, into=into)
    assert found.arrays["id"] is into["id"] and np.array_equal(into["score"], state(1)["score"])
    for wrong in (np.zeros(3, np.uint32), np.zeros(5_000, np.int32), np.zeros((5_000, 2), np.uint32)[:, 0]):
        with pytest.raises(StoreError, match="array id: saved as uint32"):
            load_arrays(tmp_path, into={"id": wrong})


def test_the_newest_stays_and_earlier_ones_go(tmp_path: Path) -> None:
    for day in (9, 10, 11):
        save_arrays(tmp_path, f"day-{day}", state(day), {"day": day}, keep=2)
    assert [path.name for path in checkpoints(tmp_path)] == ["000002-day-10", "000003-day-11"]
    assert load_arrays(tmp_path).facts == {"day": 11} and load_arrays(tmp_path, "day-10").facts == {"day": 10}
    save_arrays(tmp_path, "day-10", state(1), {"day": 10})
    assert [path.name for path in checkpoints(tmp_path)] == ["000004-day-10"]
    with pytest.raises(StoreError, match="no checkpoint called day-9"):
        load_arrays(tmp_path, "day-9")
    with pytest.raises(StoreError, match="no checkpoint is here"):
        load_arrays(tmp_path / "absent")


@pytest.mark.parametrize("target", range(1, 9))
def test_a_failure_anywhere_keeps_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: int
) -> None:
    save_arrays(tmp_path, "before", state(1), {"day": 1})
    count = iter(range(1, 100))
    real = os.fsync

    def full(handle: int) -> None:
        if next(count) == target:
            raise OSError(28, os.strerror(28))
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    try:
        save_arrays(tmp_path, "after", state(2), {"day": 2})
        assert target > 6
    except DiskFull as error:
        assert target <= 6 and error.needed == sum(array.nbytes for array in state(2).values())  # noqa: PT017
    assert load_arrays(tmp_path).facts in ({"day": 1}, {"day": 2})
    assert [path for path in tmp_path.iterdir() if path not in checkpoints(tmp_path)] == []


@pytest.mark.parametrize(
    "wrong", [np.array(["x"]), np.array([None]), np.zeros(2, "c16"), np.zeros(2, "M8[D]")]
)
def test_what_is_no_number_is_refused(tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(StoreError, match=r"array a: .* cannot be saved"):
        save_arrays(tmp_path, "x", {"a": wrong}, {})
    with pytest.raises(StoreError, match="cannot name a checkpoint"):
        save_arrays(tmp_path, "../x", {}, {})
    assert checkpoints(tmp_path) == []


@pytest.mark.parametrize(
    "entry",
    [
        {"file": "../../../etc/passwd"},
        {"dtype": "|O"},
        {"dtype": "<U9"},
        {"shape": [-1]},
        {"shape": [10**18]},
        {"shape": [True]},
        {"shape": "9"},
        {"sha256": ""},
    ],
)
def test_a_false_index_is_refused_before_memory_is_taken(tmp_path: Path, entry: dict[str, Any]) -> None:
    path = save_arrays(tmp_path, "x", {"a": np.arange(3)}, {})
    index = {"file": "0000-a.npy", "dtype": "<i8", "shape": [3], "sha256": "0" * 64, **entry}
    body = {"name": "x", "facts": {}, "arrays": [["a", index]]}
    (path / arrays.INDEX).write_bytes(seal("checkpoint", 1, body))
    with pytest.raises(StoreError):
        load_arrays(tmp_path)


def test_a_missing_array_is_named(tmp_path: Path) -> None:
    path = save_arrays(tmp_path, "x", state(1), {})
    (path / "0001-score.npy").unlink()
    with pytest.raises(StoreError, match=r"0001-score\.npy: cannot be read"):
        load_arrays(tmp_path)
    (path / "0001-score.npy").symlink_to(path / "0000-id.npy")
    with pytest.raises(StoreError, match="0001-score"):
        load_arrays(tmp_path)


def test_a_flipped_bit_is_named(tmp_path: Path) -> None:
    path = save_arrays(tmp_path, "x", state(1), {})
    content = bytearray((path / "0001-score.npy").read_bytes())
    content[-1] ^= 1
    (path / "0001-score.npy").write_bytes(content)
    with pytest.raises(Damaged, match=r"0001-score\.npy: is damaged: array score"):
        load_arrays(tmp_path)


def test_saving_and_loading_into_place_copy_nothing(tmp_path: Path) -> None:
    large = {"a": np.arange(4_000_000, dtype=np.uint64)}
    tracemalloc.start()
    save_arrays(tmp_path, "x", large, {})
    load_arrays(tmp_path, into=large)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000, peak
