"""The way in for whoever wants results."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import store_writer
from glasstown.errors import Damaged, StoreError
from glasstown.store.layout import LIVES, MANIFEST, PEOPLE, SERIES
from glasstown.store.manifest import Manifest, finish
from glasstown.store.read import open_run
from glasstown.store.tables import Labels
from glasstown.store.trial import tried
from glasstown.store.write import write_table

SAID = Manifest("run", "small", "0" * 64, "0", 1, 1, 0, 9, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A comparison with one arm, whose run has all three tables."""
    run = tmp_path / "open"
    run.mkdir()
    days, levels = np.repeat(np.arange(3, dtype=np.int32), 2), np.tile(np.arange(2, dtype=np.int16), 3)
    kinds = {name: Labels(np.zeros(6, np.uint8), (name,)) for name in ("measure", "by")}
    write_table(
        run / SERIES, {"day": days, **kinds, "level": levels, "value": np.arange(6), "people": np.arange(6)}
    )
    ids = np.repeat(np.array([5, 17], np.uint32), 3)
    write_table(
        run / LIVES, {"person": ids, "day": np.tile(np.arange(3, dtype=np.int32), 2), "score": np.arange(6)}
    )
    write_table(run / PEOPLE, {"id": np.arange(9, dtype=np.uint32), "income": np.arange(9)})
    finish(run, SAID, [SERIES, LIVES, PEOPLE])
    finish(tmp_path, replace(SAID, kind="comparison", arms=("open",)), [])
    return tmp_path


@pytest.mark.parametrize("wary", [False, True])
def test_everything_of_a_run(folder: Path, wary: bool) -> None:
    with open_run(str(folder), wary) as pair, pair.arm("open") as run:
        assert pair.manifest.kind == "comparison" and run.manifest.days == 3
        assert run.series("numpy", {"day": 1})["value"].tolist() == [2, 3]
        assert run.series("xarray")["value"].sel(measure="measure", by="by", level=1, day=2).item() == 5
        assert run.lives("polars").shape == (6, 3)
        assert run.life(17, "numpy")["score"].tolist() == [3, 4, 5]
        assert list(run.people("numpy", ["income"])) == ["income"]
        with pytest.raises(StoreError, match="person 6 is not in the panel"):
            run.life(6)
        with pytest.raises(StoreError, match=r"holds no differences\.parquet"):
            run.table("differences.parquet")
        with pytest.raises(StoreError, match=r"open one of its arms, \.arm\('open'\)"):
            pair.series()
        with pytest.raises(StoreError, match="no arm 'article'; there are: open"):
            pair.arm("article")


def test_wrong_places_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no Glasstown results"):
        open_run(tmp_path)
    (tmp_path / MANIFEST).write_text("{}")
    with pytest.raises(StoreError, match="is not a Glasstown manifest"):
        open_run(tmp_path)


def test_the_wary_refuse_what_is_not_as_it_was_written(folder: Path) -> None:
    content = bytearray((folder / "open" / SERIES).read_bytes())
    content[9] ^= 1
    (folder / "open" / SERIES).write_bytes(content)
    open_run(folder).close()
    with pytest.raises(Damaged, match=r"open/series\.parquet is damaged"):
        open_run(folder, wary=True)


def test_a_file_on_trial(tmp_path: Path) -> None:
    write_table(tmp_path / "a.parquet", store_writer.series(1))
    tried(tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-9])
    with pytest.raises(Damaged, match=r"b\.parquet: cannot be read as a table"):
        tried(tmp_path / "b.parquet")
    with pytest.raises(Damaged, match=r"takes more than 0\.01 seconds"):
        tried(tmp_path / "a.parquet", seconds=0.01)


@pytest.mark.parametrize(
    "end", ["import os; os.kill(os.getpid(), 11)", "raise SystemExit(1)"], ids=["signal", "status"]
)
def test_this_process_survives_what_kills_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    fatal = tmp_path / "python"
    fatal.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{end}'\n")
    fatal.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(fatal))
    with pytest.raises(Damaged, match=r"reading it ended the reader \((signal 11|status 1)\)"):
        tried(tmp_path / "a.parquet")
