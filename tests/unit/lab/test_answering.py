"""A study: answered by stages, the same bytes however it came about, read back as it was told."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glasstown.errors import Damaged, Interrupted, StoreError
from glasstown.lab import answering, asked, bundle, reproduce, study_files
from glasstown.lab.answering import How, answer
from glasstown.lab.asked import Stage, ask
from glasstown.lab.gather import Reader
from glasstown.lab.judging import decisive, needed, values
from glasstown.lab.shelf import Shelf
from glasstown.lab.study import Study
from glasstown.lab.verdict import VERDICTS
from two_claims import files

TOLD = (*study_files.TABLES, VERDICTS, study_files.ANSWER, asked.STUDY)


@pytest.fixture(scope="module")
def question(tmp_path_factory) -> asked.Asked:
    return ask(files(tmp_path_factory.mktemp("claims")), draws=16, people=200, dated="2026-11-30")


@pytest.fixture(scope="module")
def study(question, tmp_path_factory) -> tuple[Study, list[Study]]:
    heard: list[Study] = []
    folder = tmp_path_factory.mktemp("study")
    return answer(folder, question, heard.append, How(workers=1)), heard


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TOLD}


def test_stages_begin_small_and_double():
    question = asked.Asked((), (), draws=256, people=20_000)
    assert [(each.draws, each.people) for each in question.stages()] == [
        (8, 2_000), (16, 20_000), (32, 20_000), (64, 20_000), (128, 20_000), (256, 20_000),
    ]  # fmt: skip
    assert len(question.stages(quick=True)) == 1
    assert asked.Asked((), (), draws=5, people=300).stages() == (Stage(5, 300),)
    assert question.stages()[0].quick
    assert not any(each.quick for each in question.stages()[1:])
    assert sum(Stage(256, 20_000).replicates(draw) for draw in range(256)) == 288
    assert sum(Stage(16, 20_000).replicates(draw) for draw in range(16)) == 32


def test_each_answer_is_told_and_the_last_has_all_draws(study):
    found, heard = study
    assert [each.facts.draws for each in heard] == [8, 16]
    assert [each.facts.complete for each in heard] == [False, True]
    assert found is heard[-1]
    assert [each.claim for each in found.verdicts] == ["watched", "tolerant"]
    assert all(each.draws == 16 and each.failed == 0 for each in found.verdicts)
    margins = found.verdict("tolerant").margins
    assert sum(each is not None and each > 0 for each in margins) > 8  # by the rule of what is best to say


def test_arms_that_are_drawn_alike_are_lived_once(study):
    found, _ = study
    assert len(set(found.arms.values())) == 4
    points = sum(int(lived.sum()) for lived in found.readings.lived.values())
    assert found.facts.runs <= points


def test_arms_that_decide_nothing_are_lived_in_few_draws(tmp_path):
    question = ask(("neighbours",), draws=64, people=200)
    stage = question.stages()[-1]
    making = answering._Stage(tmp_path, question, stage, How(), Reader(Shelf(tmp_path)))
    decide = set(making.arms_of(question.claims, decide=True))
    points = making.wanted.plan.asking(*making.first()).points()
    lived = Counter(arm for _, _, arm in points)
    assert {lived[arm] for arm in decide} == {64 + asked.TWICE}
    assert {lived[arm] for arm in lived.keys() - decide} == {answering.ASIDE}
    assert len(lived) == len(question.claims[0].scenarios) > len(decide)


def test_it_is_read_back_as_it_was_told(study):
    found, _ = study
    again = study_files.read(found.folder)
    assert again.verdicts == found.verdicts
    assert again.design == found.design
    assert again.facts == found.facts
    assert again.arms == dict(found.arms)
    for key, table in found.readings.table.items():
        np.testing.assert_array_equal(again.readings.table[key], table)


def test_two_workers_and_an_interruption_end_in_the_same_bytes(study, question, tmp_path):
    found, _ = study

    class Impatient(Exception):
        pass

    def leave(_: Study) -> None:
        raise Impatient

    with pytest.raises(Impatient):  # as if killed after the first answer
        answer(tmp_path / "x", question, leave, How(workers=2))
    answer(tmp_path / "x", question, lambda _: None, How(workers=2))
    assert bytes_of(tmp_path / "x") == bytes_of(found.folder)


def test_a_study_that_is_stopped_says_so_and_goes_on(question, tmp_path):
    from threading import Event

    stop = Event()
    stop.set()
    with pytest.raises(Interrupted):
        answer(tmp_path / "x", question, lambda _: None, How(workers=1, stop=stop))
    assert asked.read(tmp_path / "x").draws == 16


def test_a_question_of_another_release_is_not_answered(study, monkeypatch):
    found, _ = study
    monkeypatch.setattr(asked, "EPOCH", 10_000)
    with pytest.raises(StoreError, match="model epoch"):
        asked.read(found.folder)


def test_a_bundle_is_whole_or_refused(study, tmp_path):
    found, _ = study
    path = bundle.export(found.folder, tmp_path / "x.zip")
    opened = bundle.opened(path)
    assert set(TOLD) <= set(opened.members)
    assert bundle.export(found.folder, tmp_path / "y.zip").read_bytes() == path.read_bytes()
    content = bytearray(path.read_bytes())
    for at in range(60, len(content), len(content) // 40):
        flipped = bytes(content[:at]) + bytes([content[at] ^ 4]) + bytes(content[at + 1 :])
        (tmp_path / "z.zip").write_bytes(flipped)
        try:
            assert dict(bundle.opened(tmp_path / "z.zip").members) == dict(opened.members)  # a date, a flag
        except (Damaged, StoreError):
            continue
    (tmp_path / "n.zip").write_bytes(b"no zip")
    with pytest.raises(StoreError, match="no bundle"):
        bundle.opened(tmp_path / "n.zip")


def test_a_stranger_in_a_bundle_is_refused(study, tmp_path):
    import zipfile

    found, _ = study
    path = bundle.export(found.folder, tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../evil.txt", "x")
    with pytest.raises(StoreError, match="evil"):
        bundle.opened(path)


def test_a_bundle_is_lived_again_byte_for_byte(study, tmp_path):
    found, _ = study
    opened = bundle.opened(bundle.export(found.folder, tmp_path / "x.zip"))
    compared = reproduce.whole(opened, tmp_path / "again", How(workers=1), lambda _: None)
    assert {each.name for each in compared} == set(opened.members)
    assert all(each.same for each in compared if each.name in TOLD)


def test_some_runs_are_lived_again_and_a_wrong_hash_is_noticed(study, tmp_path):
    found, _ = study
    opened = bundle.opened(bundle.export(found.folder, tmp_path / "x.zip"))
    compared = reproduce.some(opened, tmp_path / "some", 5, How(workers=1))
    assert len(compared) == 5
    assert all(each.same for each in compared)
    ledger = study_files.read_runs(found.folder / study_files.RUNS)
    wrong = [(*each[:4], "0" * 64) for each in ledger]  # the planted fault
    study_files.write_runs(tmp_path / "wrong.parquet", wrong)
    members = {**opened.members, study_files.RUNS: (tmp_path / "wrong.parquet").read_bytes()}
    compared = reproduce.some(replace(opened, members=members), tmp_path / "wrong", 3, How(workers=1))
    assert not any(each.same for each in compared)


def test_draws_that_chance_leaves_open_are_lived_again_and_no_others(study):
    found, _ = study
    claim = found.checked("watched").claim
    given = values(claim, found.arms, found.readings, 200)
    times = needed(claim, given, 4)
    states = np.array(found.verdict("watched").states)
    assert not times[states != 0].any()
    assert times.max(initial=0) <= 4
    assert decisive(claim) == ("unwatched", "watched")


def test_pairs_join_two_safeguards_each():
    found = next(each for each in ask(["safeguards"]).claims)
    pairs = asked.in_pairs(found)
    assert len(pairs.scenarios) == 1 + 55
    both = pairs.scenarios["appeal + expiry"].mechanisms
    assert {"appeal", "expiry"} <= set(both)
    assert "review" not in both
    assert asked.packages(pairs)["appeal + expiry"][1] == ("appeal", "expiry")
    told = {str(each) for each in asked.wanted(pairs)}
    assert {asked.HARM, asked.BENEFIT, *asked.OTHERS} <= told  # all that the frontier weighs


def test_nothing_is_asked_twice_under_one_id(tmp_path):
    watched, _ = files(tmp_path)
    with pytest.raises(Exception, match="two claims"):
        ask([watched, watched])


def test_opened_reads_what_was_answered(study):
    found, _ = study
    assert answering.open_study(found.folder).verdicts == found.verdicts
