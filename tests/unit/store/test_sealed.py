"""One spelling for each content; nothing sealed changes unnoticed."""

import json
from pathlib import Path

import numpy as np
import pytest

from glasstown.errors import Damaged, StoreError
from glasstown.store.sealed import (
    LARGEST,
    canonical,
    field_of,
    parse,
    read_sealed,
    seal,
    unseal,
    write_sealed,
)


def test_one_spelling() -> None:
    one = canonical({"b": 1.5, "a": [True, None, "é"], "c": {"y": 1, "x": (2, 3)}})
    other = canonical({"c": {"x": [2, 3], "y": 1}, "a": (True, None, "é"), "b": 1.5})
    assert one == other and one.endswith(b"}\n") and "é".encode() in one


def test_numpy_scalars_are_numbers() -> None:
    given = {"i": np.int64(3), "f": np.float64(0.1), "b": np.bool_(True)}
    assert json.loads(canonical(given)) == {"i": 3, "f": 0.1, "b": True}


@pytest.mark.parametrize(
    "wrong", [float("nan"), np.inf, {1: 2}, {"a": object()}, b"x", {"a"}, Path("a"), "\ud800"]
)
def test_what_json_cannot_hold_is_refused(wrong: object) -> None:
    with pytest.raises(StoreError, match="cannot be stored as JSON"):
        canonical({"value": wrong})


@pytest.mark.parametrize(
    "wrong",
    [b"", b"{", b"\xff", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000, b"1" * 5_000],
    ids=["empty", "cut", "bytes", "nan", "twice", "deep", "digits"],
)
def test_what_is_no_json_is_damaged_and_names_the_file(wrong: bytes) -> None:
    with pytest.raises(Damaged, match="here: is damaged"):
        parse(wrong, "here")


def test_every_single_flipped_bit_is_noticed() -> None:
    sealed = seal("manifest", 1, {"day": 120, "name": "article", "share": 0.25})
    assert unseal(sealed, "here", "manifest", 1)["day"] == 120
    for place in range(len(sealed) * 8):
        damaged = bytearray(sealed)
        damaged[place // 8] ^= 1 << place % 8
        with pytest.raises(StoreError, match=r"^here: "):
            unseal(bytes(damaged), "here", "manifest", 1)


@pytest.mark.parametrize("extra", [b" ", b"\n", b"\r\n"])
def test_another_spelling_of_the_same_content_is_noticed(extra: bytes) -> None:
    with pytest.raises(Damaged):
        unseal(seal("manifest", 1, {}) + extra, "here", "manifest", 1)


def test_depth_that_parses_but_cannot_be_spelled_is_damaged() -> None:
    for depth in (300, 480, 900):
        deep = (
            b'{"what": "glasstown manifest", "format": 1, "seal": "", "a": '
            + b"[" * depth
            + b"]" * depth
            + b"}"
        )
        with pytest.raises(Damaged):
            unseal(deep, "here", "manifest", 1)


def test_newer_formats_and_other_kinds_are_named() -> None:
    with pytest.raises(StoreError, match=r"newer Glasstown \(format 9; this one reads up to 1\)"):
        unseal(seal("manifest", 9, {}), "here", "manifest", 1)
    with pytest.raises(StoreError, match="is not a Glasstown checkpoint"):
        unseal(seal("manifest", 1, {}), "here", "checkpoint", 1)
    with pytest.raises(StoreError, match="no valid format number"):
        unseal(canonical({"what": "glasstown manifest", "format": True}), "here", "manifest", 1)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    write_sealed(path, "manifest", 1, {"a": 1})
    assert read_sealed(path, "manifest", 1)["a"] == 1
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(StoreError, match="too large"):
        read_sealed(path, "manifest", 1)
    with pytest.raises(StoreError, match="cannot be read"):
        read_sealed(tmp_path / "absent", "manifest", 1)


def test_fields_are_checked() -> None:
    assert field_of({"a": 1}, "a", int, "here") == 1
    for wrong in ({"a": True}, {"a": "1"}, {}):
        with pytest.raises(StoreError, match="here: 'a' must be int"):
            field_of(wrong, "a", int, "here")
