"""Runs, twins and resumptions: what is on disk does not depend on how often it was interrupted."""

import hashlib
from dataclasses import replace
from pathlib import Path
from threading import Event as Signal

import numpy as np
import pytest

import glasstown as gt
from glasstown.errors import Damaged, Interrupted, NotEnoughMemory, ScenarioError, StoreError
from glasstown.lab import catalog
from glasstown.lab.compare import refuse_strangers
from glasstown.lab.ledger import bibliography, cited, ledger
from glasstown.lab.memory import afford, expected
from glasstown.lab.runs import Options, compare, resume, run
from glasstown.lab.simulate import institutions, simulate
from glasstown.lab.town import people_of
from glasstown.scenario.files import shipped

HOW = {"people": 1500, "days": 40, "seed": 3}


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("whole")
    compare("open", "article", **HOW, out=out)
    return next(out.iterdir())


def stopping(arm: str, day: int) -> Options:
    """Options under which the run is stopped once on a day of an arm."""
    signal = Signal()

    def tell(stage, done, total):
        if stage == arm and done == day:
            signal.set()

    return Options(progress=tell, stop=signal)


@pytest.mark.parametrize(
    "stops", [[("open", 7)], [("article", 1), ("article", 33)], [("open", 39), ("article", 14)]]
)
def test_a_comparison_stopped_and_resumed_leaves_the_same_bytes(whole, tmp_path, stops):
    with pytest.raises(Interrupted):
        compare("open", "article", **HOW, out=tmp_path, options=stopping(*stops[0]))
    (folder,) = tmp_path.iterdir()
    for stop in stops[1:]:
        with pytest.raises(Interrupted):
            resume(folder, stopping(*stop))
    resume(folder, Options(threads=1, chunk=999))
    assert contents(folder) == contents(whole)


def test_a_finished_comparison_is_read_not_lived_again(whole):
    lived = []
    again = compare(
        "open", "article", **HOW, out=whole.parent, options=Options(progress=lambda *a: lived.append(a))
    )
    assert lived == []
    assert again.differences == resume(whole).differences


def test_what_is_read_back_is_what_was_lived(whole):
    fresh = compare("open", "article", **HOW)
    again = resume(whole)
    assert fresh.differences == again.differences
    for mine, yours in ((fresh.without, again.without), (fresh.with_, again.with_)):
        assert mine.digest == yours.digest and mine.summary == yours.summary
        for table in ("course", "totals", "lives"):
            one, other = getattr(mine, table), getattr(yours, table)
            assert all(np.array_equal(one[n], other[n]) for n in one)
        assert ledger(mine.scenario) == ledger(yours.scenario)


def test_a_damaged_table_is_named(whole, tmp_path):
    import shutil

    copy = Path(shutil.copytree(whole, tmp_path / whole.name))
    path = copy / "article" / "series.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"series\.parquet"):
        resume(copy)


def test_another_content_never_takes_a_folder(whole, tmp_path):
    with pytest.raises(StoreError, match="no unfinished run"):
        resume(tmp_path)


def test_overrides_go_to_the_arm_that_takes_them():
    one, other = catalog.twins("open", "article", ["score.company=0.2", "conduct.gain=0.1"])
    assert "score" not in one.mechanisms
    assert other.mechanisms["score"].company == 0.2
    assert one.mechanisms["conduct"].gain == other.mechanisms["conduct"].gain == 0.1
    with pytest.raises(ScenarioError, match="appeal"):
        catalog.twins("open", "article", ["appeal.success=0.5"])


def test_arms_of_different_people_are_no_twins():
    with pytest.raises(ScenarioError, match=r"\[town\] people differ"):
        refuse_strangers(
            catalog.load("open", ["town.people=10"]), catalog.load("article", ["town.people=20"])
        )


def test_what_does_not_fit_is_refused_before_it_is_made():
    with pytest.raises(NotEnoughMemory, match="would need") as caught:
        afford(catalog.load("article", ["town.people=1_000_000_000"]))
    assert caught.value.needed > caught.value.available


def test_the_forecast_grows_with_people_and_names_its_parts():
    small, large = (expected(catalog.load("article", [f"town.people={n}"]), 2) for n in (100_000, 1_000_000))
    assert large.columns == 10 * small.columns > 0
    assert large.ties == pytest.approx(10 * small.ties, rel=0.01)
    assert large.total > small.total > small.program


def test_the_forecast_knows_what_long_runs_and_many_districts_keep():
    """Measured over two years of 70,000 people in 64 districts: 0.2 GB more than in one district."""
    few, many = (
        expected(catalog.load("article", ["town.people=70_000", "run.days=730", f"town.districts={n}"]), 2)
        for n in (1, 64)
    )
    assert many.total - few.total == pytest.approx(0.2e9, rel=0.25)
    year = expected(catalog.load("article", ["town.people=70_000", "town.districts=64"]), 2)
    assert many.total > year.total


CHANGED = """
extends = "article"
title = "A score that ends"
[[change]]
day = 10
without = ["score", "privileges"]
[[change]]
day = 20
[change.opinion]
severity = 0.0
"""


def test_institutions_change_on_their_dates(tmp_path):
    path = tmp_path / "ending.toml"
    path.write_text(CHANGED)
    scenario = catalog.load(path, ["town.people=2000", "run.days=30"])
    assert "score" in institutions(scenario, 9) and "score" not in institutions(scenario, 10)
    lived = simulate(scenario, people_of([scenario]))
    days = lived.course["day"]
    lost = (lived.course["measure"] == "lost_points") & (lived.course["by"] == "all")
    assert lived.course["value"][lost & (days < 10)].sum() > 0
    assert lived.course["value"][lost & (days >= 10)].sum() == 0
    shut = (lived.course["measure"] == "any_closed") & (lived.course["by"] == "all")
    assert lived.course["value"][shut][-1] == 0  # nobody keeps rights closed any more
    entries = ledger(scenario)
    assert entries["score@10"]["value"] == "ended"
    assert entries["opinion.severity@20"]["value"] == 0.0
    assert entries["opinion.severity@20"]["set_by"].startswith("ending.toml:")


def test_what_nobody_owns_any_more_is_not_measured_as_nothing(tmp_path):
    path = tmp_path / "silent.toml"
    path.write_text('extends = "open"\n[[change]]\nday = 10\nwithout = ["opinion", "livelihood"]\n')
    scenario = catalog.load(path, ["town.people=2000", "run.days=30"])
    lived = simulate(scenario, people_of([scenario]))
    for name in ("voiced", "self_censoring", "earnings"):
        days = lived.course["day"][(lived.course["measure"] == name) & (lived.course["by"] == "all")]
        assert days.tolist() == [0, 7]
        assert (
            lived.totals["days"][lived.totals["measure"] == name] == 1
        ).all()  # day 7 is among the last four


def test_a_change_before_its_day_changes_nothing(tmp_path):
    path = tmp_path / "ending.toml"
    path.write_text(CHANGED)
    changed = catalog.load(path, ["town.people=2000", "run.days=10"])
    plain = catalog.load("article", ["town.people=2000", "run.days=10"])
    town = people_of([changed, plain])
    assert simulate(changed, town).digest == simulate(plain, town).digest


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_has_title_question_sources_and_books(name):
    scenario = catalog.load(name)
    assert scenario.title and scenario.question and scenario.sources and scenario.assumed
    assert set(scenario.sources) <= set(bibliography())
    books = ledger(scenario)
    assert all(entry["unit"] for key, entry in books.items() if not key.startswith("town.t"))
    assert all(
        entry["kind"] != "none"
        for key, entry in books.items()
        if key.partition(".")[0] in scenario.mechanisms
    )
    assert all(entry.get("title") and entry.get("address") for entry in cited(scenario).values())


def test_the_main_job_from_python():
    pair = gt.compare("open", "article", people=1500, days=20, seed=1)
    assert pair.difference("private_dissent").difference == 0.0
    with pytest.raises(KeyError, match="neither arm has"):
        pair.difference("visits")


def test_one_arm_alone(tmp_path):
    outcome = run("open", people=1200, days=15, out=tmp_path, options=Options(keep_people=True))
    again = run("open", people=1200, days=15, out=tmp_path)
    assert outcome.digest == again.digest
    assert set(again.final) == {"person", "age", "group", *outcome.final}
    assert np.array_equal(again.final["person"], np.arange(outcome.people))


def test_a_town_of_nobody_lives_and_has_nothing_to_report(tmp_path):
    from glasstown import report

    pair = compare("open", "article", people=0, days=8, out=tmp_path)
    assert pair.without.people == 0 and all(d.difference == 0.0 for d in pair.differences)
    with pytest.raises(gt.GlasstownError, match="nothing to report"):
        report.render(pair)


def test_a_mechanism_that_ends_has_a_whole_entry_in_the_books(tmp_path):
    path = tmp_path / "ending.toml"
    path.write_text(CHANGED)
    entries = ledger(catalog.load(path))
    assert all({"value", "unit", "kind", "origin", "set_by"} <= entry.keys() for entry in entries.values())


def test_a_resumed_run_keeps_its_people_if_that_was_asked_for(tmp_path):
    stopped = replace(stopping("open", 7), keep_people=True)
    with pytest.raises(Interrupted):
        compare("open", "article", **HOW, out=tmp_path, options=stopped)
    (folder,) = tmp_path.iterdir()
    resume(folder)
    assert all((folder / arm / "people.parquet").is_file() for arm in ("open", "article"))


def test_rights_that_nobody_decides_on_any_more_are_open(tmp_path):
    """The system is abolished: nobody stays shut out in the books, and the spells until then are counted."""
    path = tmp_path / "abolished.toml"
    path.write_text('extends = "article"\n[[change]]\nday = 40\nwithout = ["score", "privileges"]\n')
    scenario = catalog.load(path, ["town.people=2000", "run.days=410", "score.points_games=-20.0"])
    lived = simulate(scenario, people_of([scenario]))
    closed = lived.totals["measure"] == "ever_closed"
    shut_out = lived.totals["measure"] == "shut_out_a_year"
    assert lived.totals["value"][closed].sum() > 0
    assert lived.totals["value"][shut_out].sum() == 0
    assert sum(lived.summary["shut_spells_months"]) > 0


def test_the_forecast_counts_what_taking_turns_takes():
    """Couples and births take everybody in turn, once a month; without them nobody makes a town's order."""
    text = 'extends = "open"\n[town]\npeople = 1_000_000\n'
    turns, none = (
        expected(catalog.read(each + text, "town.toml"), 2)
        for each in ("", 'without = ["courtship", "lifecourse"]\n')
    )
    assert turns.turns >= 28 * 1_000_000 and none.turns == 0
