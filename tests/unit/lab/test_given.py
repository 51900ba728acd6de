"""What a user's table gives of the institutions: by name, judged cell by cell, and it reaches them."""

import numpy as np
import pytest

from glasstown.errors import PopulationError, ScenarioError
from glasstown.lab import catalog
from glasstown.lab.given import offered
from glasstown.lab.runs import compare, run
from glasstown.lab.simulate import simulate
from glasstown.lab.town import people_of, tables_of
from glasstown.store.write import write_table

PEOPLE = 100
IDS = np.arange(PEOPLE, dtype=np.uint32)[::-1] * 3


def scenario(folder, text, columns, *settings):
    """A scenario of ``text`` in a town whose table has ``columns``, everybody alone in one district."""
    people = folder / "people.parquet"
    people.unlink(missing_ok=True)
    write_table(people, {"id": IDS, **columns})
    (folder / "mine.toml").write_text(f'{text}\n[town]\ntable = "people.parquet"\n')
    return catalog.load(folder / "mine.toml", ["run.days=3", *settings])


def everybody(folder) -> str:
    """A table of ties in which everybody knows everybody; the line that names it."""
    one, other = np.triu_indices(PEOPLE, 1)
    write_table(folder / "ties.parquet", {"source": IDS[one], "target": IDS[other]})
    return 'ties_table = "ties.parquet"'


@pytest.mark.parametrize("changed", [False, True])
def test_thresholds_given_as_shares_make_granovetters_crowd(tmp_path, changed):
    """100 people with thresholds 0 to 99 of 99 others: everybody joins; without the second, one."""
    thresholds = np.maximum(np.arange(PEOPLE) - 0.5, 0.0) / (PEOPLE - 1)
    if changed:
        thresholds[1] = thresholds[2]
    made = scenario(tmp_path, "[climate]\n", {"joins_at": thresholds}, "run.days=130")
    text = (tmp_path / "mine.toml").read_text() + everybody(tmp_path)
    (tmp_path / "mine.toml").write_text(text)
    made = catalog.load(tmp_path / "mine.toml", ["run.days=130", "climate.reach=ties", "climate.listening=0"])
    assert simulate(made, people_of([made])).final["expressing"].sum() == (1 if changed else PEOPLE)


def test_a_given_column_stands_when_its_institution_begins_and_with_the_right_person(tmp_path):
    risk = (np.arange(PEOPLE) * 500 + 100).astype(np.uint16)
    risk[7] = 0
    made = scenario(tmp_path, "[conduct]\n", {"perceived_risk": risk}, "run.days=1")
    town = people_of([made])
    assert np.array_equal(town.columns["perceived_risk"][np.argsort(town.columns["id"])], risk[::-1])
    plain = scenario(tmp_path, "[conduct]\n", {}, "run.days=1")
    begun = simulate(plain, people_of([plain])).final["perceived_risk"]
    lived = simulate(made, town).final["perceived_risk"]
    mine = np.abs(lived.astype(int) - town.columns["perceived_risk"].astype(int))
    assert (mine[town.columns["perceived_risk"] > 0] <= 3000).all()
    assert lived[town.columns["perceived_risk"] == 0] == begun[town.columns["perceived_risk"] == 0]
    assert len(np.unique(lived)) > 90


def test_twins_share_what_only_one_of_them_uses(tmp_path):
    scenario(tmp_path, "[norms]\n", {"belief": np.linspace(-1, 1, PEOPLE)})
    (tmp_path / "other.toml").write_text('[conduct]\n[town]\ntable = "people.parquet"\n')
    pair = compare(tmp_path / "other.toml", tmp_path / "mine.toml", days=2, out=tmp_path / "runs")
    assert pair.with_.people == PEOPLE
    with pytest.raises(
        PopulationError, match=r"'belief' cannot be given: no institution .* uses it; norms would"
    ):
        run(tmp_path / "other.toml", days=2, out=tmp_path / "more")
    assert not (tmp_path / "more").exists()


def test_a_given_column_is_in_the_hash_of_the_run(tmp_path):
    one = tables_of(scenario(tmp_path, "[solidarity]\n", {"habit": np.zeros(PEOPLE, np.uint8)}))
    other = tables_of(scenario(tmp_path, "[solidarity]\n", {"habit": np.ones(PEOPLE, np.uint8)}))
    assert one["town.table"] != other["town.table"]


FULL = np.ones(PEOPLE)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"belif": FULL}, r"people\.parquet: column 'belif' is not known; nearest: belief"),
        (
            {"belief": FULL * 1.5},
            r"people\.parquet: row 1, column 'belief': 1\.5; wanted: a number from -1 to 1",
        ),
        (
            {"perceived_risk": np.full(PEOPLE, 70_000)},
            r"row 1, column 'perceived_risk': 70000; wanted: a whole number from 0 to 65535",
        ),
        ({"habit": FULL / 2}, r"column 'habit' holds DOUBLE; wanted: a whole number from 0 to 255"),
        (
            {"score": np.arange(PEOPLE) + 60_750},
            r"row 52, column 'score': 60801; wanted: .* from 22400 to 60800",
        ),
        ({"acts": np.zeros(PEOPLE, int)}, "'acts' cannot be given: it is emptied every morning"),
        ({"stratum": np.zeros(PEOPLE, int)}, "'stratum' cannot be given: it is worked out from"),
        ({"partner": np.zeros(PEOPLE, int)}, "'partner' cannot be given: it points to rows of the town"),
        (
            {"police": np.zeros(PEOPLE, int)},
            "'police' cannot be given: no institution of the scenario uses it",
        ),
        ({"xyzzy": np.zeros(PEOPLE, int)}, r"'xyzzy' is not known; known: id, household, .* and \d+ more"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, columns, words):
    made = scenario(tmp_path, "[conduct]\n[norms]\n[solidarity]\n[score]\n[courtship]\n", columns)
    with pytest.raises(PopulationError, match=words):
        people_of([made])


def test_shares_are_kept_in_the_columns_own_unit_and_whole_numbers_as_they_are(tmp_path):
    share = np.linspace(0, 1, PEOPLE)
    raw = np.arange(PEOPLE) * 10
    for given, wanted in ((share, np.rint(share * 65535)), (raw, raw)):
        town = people_of([scenario(tmp_path, "[solidarity]\n", {"standing": given})])
        assert town.columns["standing"].dtype == np.uint16
        assert np.array_equal(town.columns["standing"], wanted[::-1])
    assert (
        people_of([scenario(tmp_path, "[climate]\n", {"joins_at": share})]).columns["joins_at"].max()
        == 65_534
    )


def test_every_lasting_column_of_the_article_can_be_given_or_says_why_not():
    offer = offered([catalog.load("article")])
    assert {"habit", "standing", "perceived_risk", "listed_until", "score"} <= offer.columns.keys()
    assert {"police", "joins_at", "belief"} <= offer.columns.keys() | offer.barred.keys()
    assert not offer.columns.keys() & offer.barred.keys()
    assert all(offer.barred.values())


@pytest.mark.parametrize("option", ["--set", "--people"])
def test_the_number_of_people_of_a_table_cannot_be_set(tmp_path, option):
    scenario(tmp_path, "[conduct]\n", {})
    from glasstown.scenario.overrides import given

    with pytest.raises(ScenarioError, match=r"the people are the rows of people\.parquet"):
        catalog.load(tmp_path / "mine.toml", [given("town.people", 50, option, "50")])
    (tmp_path / "other.toml").write_text('[conduct]\n[town]\ntable = "people.parquet"\n')
    with pytest.raises(ScenarioError, match=r"town\.people: the people are the rows"):
        compare(tmp_path / "other.toml", tmp_path / "mine.toml", people=50)


def test_a_table_stands_for_the_number_that_a_file_says(tmp_path):
    made = scenario(tmp_path, "[conduct]\n", {})
    assert people_of([made]).people == PEOPLE
