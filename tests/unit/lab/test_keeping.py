"""Everybody's state at the end of chosen days: whole, told by unit and meaning, the same bytes, resumable."""

import hashlib
import json
from threading import Event as Signal

import duckdb
import numpy as np
import pytest

import glasstown as gt
from glasstown.errors import InputError, Interrupted, StoreError
from glasstown.lab import catalog
from glasstown.lab.runs import Options, compare, resume, run
from glasstown.lab.simulate import owned_columns
from glasstown.store.manifest import read_manifest

DAYS = (0, 4, 11)
HOW = {"people": 400, "days": 12, "seed": 3}


def files(folder) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("people-*"))}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The article lived with people kept: the outcome and its folder."""
    root = tmp_path_factory.mktemp("kept")
    outcome = run("article", **HOW, out=root, options=Options(keep_people_on=DAYS, keep_people=True))
    (folder,) = root.iterdir()
    return outcome, folder


def test_every_owned_column_of_everybody_is_there_on_each_day(kept):
    outcome, folder = kept
    assert list(outcome.people_on) == list(DAYS)
    lasting = {c for c in owned_columns(outcome.scenario) if c in outcome.final}
    for day in DAYS:
        state = outcome.people_on[day]
        assert lasting <= set(state) and (state["day"] == day).all()
        assert np.array_equal(state["person"], np.arange(400))
    last = outcome.people_on[11]
    assert all(np.array_equal(last[name], outcome.final[name]) for name in lasting)
    assert any((outcome.people_on[0][name] != last[name]).any() for name in lasting)
    assert {f"people-{day:05d}.parquet" for day in DAYS} <= set(read_manifest(folder).files)


def test_private_and_public_state_are_those_of_a_shorter_run(kept):
    outcome, _ = kept
    shorter = run("article", **HOW | {"days": 5}).final
    state = outcome.people_on[4]
    assert {"private_dissent", "voiced", "score", "perceived_risk"} <= set(shorter)
    assert all(np.array_equal(state[name], shorter[name]) for name in shorter)


def test_unit_and_meaning_stand_in_the_schema(kept):
    _, folder = kept
    path = folder / "people-00004.parquet"
    rows = duckdb.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
    (said,) = (json.loads(value) for key, value in rows if bytes(key) == b"glasstown")
    assert said["facts"] == {"day": 4}
    columns = said["columns"]
    assert all(each["unit"] and each["meaning"] for each in columns.values()), columns
    assert columns["perceived_risk"]["unit"] == "1/65535"


def test_memory_and_folder_and_threads_give_the_same(kept, tmp_path):
    outcome, folder = kept
    held = run("article", **HOW, options=Options(keep_people_on=DAYS, threads=1))
    for day, state in held.people_on.items():
        assert all(np.array_equal(state[name], outcome.people_on[day][name]) for name in state)
    run("article", **HOW, out=tmp_path, options=Options(keep_people_on=DAYS, threads=3, chunk=64))
    assert files(tmp_path) == files(folder)


def test_a_stopped_run_goes_on_and_ends_in_the_same_bytes(kept, tmp_path):
    _, folder = kept
    signal = Signal()

    def tell(stage, done, total):
        if stage == "article" and done == 8:
            signal.set()

    how = Options(keep_people_on=DAYS, progress=tell, stop=signal)
    with pytest.raises(Interrupted):
        run("article", **HOW, out=tmp_path, options=how)
    (begun,) = tmp_path.iterdir()
    assert set(files(begun)) == {"people-00000.parquet", "people-00004.parquet"}
    with pytest.raises(StoreError, match="day 2 was lived before people were to be kept on it"):
        run("article", **HOW, out=tmp_path, options=Options(keep_people_on=(2,)))
    resume(begun, Options(threads=1))
    assert files(begun) == files(folder)
    assert set(files(begun)) <= set(read_manifest(begun).files)


def test_a_finished_run_says_that_people_were_not_kept(tmp_path):
    run("open", people=100, days=3, out=tmp_path)
    (folder,) = tmp_path.iterdir()
    for how, what in (
        (Options(keep_people=True), "the last day"),
        (Options(keep_people_on=(1, 2)), "day 1 and"),
    ):
        with pytest.raises(StoreError, match=f"is finished, and people were not kept there on {what}"):
            run("open", people=100, days=3, out=tmp_path, options=how)
        with pytest.raises(StoreError, match="Choose another folder"):
            resume(folder, how)
    assert run("open", people=100, days=3, out=tmp_path).people == 100


def test_both_arms_keep_them_and_open_run_reads_them(tmp_path):
    how = Options(keep_people_on=(1,))
    compare("open", "article", people=100, days=3, out=tmp_path, options=how)
    (folder,) = tmp_path.iterdir()
    with gt.open_run(folder).arm("article") as arm:
        frame = arm.people(columns=["person", "day", "score"], day=1)
        assert frame.columns == ["person", "day", "score"] and frame.height == 100
        with pytest.raises(StoreError, match=r"no people-00002\.parquet"):
            arm.people(day=2)
    assert compare("open", "article", people=100, days=3, out=tmp_path, options=how).with_.people == 100


@pytest.mark.parametrize("day", [3, -1])
def test_a_day_that_is_not_lived_is_refused_before_anything_is_written(tmp_path, day):
    with pytest.raises(InputError, match=f"cannot be kept on day {day}: open lives 3 days, from 0 to 2"):
        run("open", people=100, days=3, out=tmp_path, options=Options(keep_people_on=(day,)))
    assert not list(tmp_path.iterdir())


def test_a_change_after_the_last_day_is_told(tmp_path):
    path = tmp_path / "late.toml"
    path.write_text('extends = "open"\n[[change]]\nday = 9\nwithout = ["opinion"]\n')
    said: list[str] = []
    run(path, people=50, days=9, options=Options(note=said.append))
    assert said == ["late: the change of opinion on day 9 has no effect: the last day is 8"]
    run(path, people=50, days=10, options=Options(note=said.append))
    assert len(said) == 1
    with pytest.warns(UserWarning, match="has no effect"):
        run(path, people=50, days=5)


def test_options_for_a_scenario_that_is_read_already_are_refused():
    scenario = catalog.load("open", ["town.people=50", "run.days=2"])
    with pytest.raises(TypeError, match=r"run\.days=3"):
        run(scenario, days=3)
    with pytest.raises(TypeError, match=r"town\.people=3"):
        compare(scenario, scenario, people=3)
