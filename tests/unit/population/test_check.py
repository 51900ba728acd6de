"""``check`` passes what is sound and catches each planted fault."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from glasstown.core.rng import run_key
from glasstown.core.ties import StoredTies
from glasstown.population import Town, TownSpec, synthesize
from glasstown.population.check import CheckReport, Row, check
from glasstown.population.demography import AGES
from glasstown.population.marginals import gini

SPEC = TownSpec(people=100_000)
Column = np.ndarray


@pytest.fixture(scope="module")
def town() -> Town:
    return synthesize(SPEC, run_key(5, 0, "population"))


def with_column(town: Town, name: str, change: Callable[[Column], Column]) -> Town:
    changed = change(town.columns[name].copy()).astype(town.columns[name].dtype)
    return replace(town, columns={**town.columns, name: changed})


def failed(town: Town) -> set[str]:
    return {row.marginal for row in check(town).failed}


def test_a_sound_town_passes(town: Town) -> None:
    report = check(town)
    assert report.ok, str(report)
    assert len(report.rows) > 75
    assert len({row.marginal for row in report.rows}) == len(report.rows)


@pytest.mark.parametrize("people", [0, 1, 2, 3, 7, 30, 200, 1_000, 6_000])
def test_small_towns_pass(people: int) -> None:
    report = check(synthesize(TownSpec(people=people), run_key(people, 0, "population")))
    assert report.ok, str(report)


def test_other_specifications_pass() -> None:
    for spec in (
        TownSpec(people=40_000, urban=0.2, group_share=0.3, group_clustering=0.8, trust=0.3),
        TownSpec(people=40_000, urban=1.0, group_share=0.0, friend_ties=5.0, block_residents=200),
        TownSpec(people=40_000, urban=0.0, school_ties=0.0, work_ties=4.0, districts=40),
    ):
        report = check(synthesize(spec, run_key(9, 0, "population")))
        assert report.ok, str(report)


def older(age: Column) -> Column:
    age[::20] = np.minimum(age[::20].astype(int) + 10, AGES - 1)
    return age


def girls(sex: Column) -> Column:
    sex[: len(sex) // 10] = 1
    return sex


def richer(income: Column) -> Column:
    return np.where(income > 5_000, np.minimum(income * 1.02, 65_535), income)


def small(size: Column) -> Column:
    size[size == 7] = 6
    return size


def idle(activity: Column) -> Column:
    activity[activity == 2] = np.where(np.arange((activity == 2).sum()) % 20 == 0, 0, 2)
    return activity


def halved(trait: Column) -> Column:
    return trait - trait // 20


def marked(group: Column) -> Column:
    group[::60] = 1
    return group


@pytest.mark.parametrize(
    ("column", "fault", "caught"),
    [
        ("age", older, "aged 65 and over, census"),
        ("sex", girls, "men"),
        ("income", richer, "income per head, fifth 5"),
        ("household_size", small, "households of 6"),
        ("activity", idle, "people at work"),
        ("trust", halved, "mean trust"),
        ("private_dissent", halved, "mean private dissent"),
        ("group", marked, "group B"),
    ],
)
def test_a_planted_fault_in_a_column_is_caught(
    town: Town, column: str, fault: Callable[[Column], Column], caught: str
) -> None:
    assert caught in failed(with_column(town, column, fault))


def retied(town: Town, change: Callable[[Column, Column], tuple[Column, Column]]) -> Town:
    start, neighbour, _ = town.ties.window(0, town.people)
    return replace(town, ties=StoredTies(*change(start.copy(), neighbour.copy())))


def test_ties_that_hold_one_way_only_are_caught(town: Town) -> None:
    def one_way(start: Column, neighbour: Column) -> tuple[Column, Column]:
        middle = int(start[0])
        neighbour[middle] = town.people - 1 if neighbour[middle] != town.people - 1 else town.people - 2
        return start, neighbour

    assert "ties without a mirror" in failed(retied(town, one_way))


def test_ties_without_triangles_are_caught(town: Town) -> None:
    """Each tie moved half a town away: degrees stay, triangles go."""

    def scattered(start: Column, neighbour: Column) -> tuple[Column, Column]:
        far = (neighbour.astype(np.int64) * 7_919 + 13) % town.people
        owner = np.repeat(np.arange(town.people), np.diff(start.astype(np.int64)))
        order = np.lexsort((far, owner))
        return start, far[order].astype(np.uint32)

    assert {"clustering", "contacts by age, correlation"} <= failed(retied(town, scattered))


def test_too_few_ties_are_caught(town: Town) -> None:
    def thinned(start: Column, neighbour: Column) -> tuple[Column, Column]:
        owner = np.repeat(np.arange(town.people), np.diff(start.astype(np.int64)))
        keep = (owner + neighbour) % 15 != 0
        kept = np.bincount(owner[keep], minlength=town.people)
        return np.concatenate([[0], np.cumsum(kept)]).astype(np.uint32), neighbour[keep]

    assert "ties of a person" in failed(retied(town, thinned))


def test_a_town_of_a_wrong_size_or_without_country_is_caught(town: Town) -> None:
    assert "people" in {row.marginal for row in check(town, TownSpec(people=99_999)).failed}
    assert "urban people" in failed(replace(town, urban=0))


def test_tolerances_shrink_with_people() -> None:
    rows = [
        {row.marginal: row.tolerance for row in check(synthesize(TownSpec(people=n), run_key(1))).rows}
        for n in (10_000, 160_000)
    ]
    for name in ("aged 0 to 4", "group B", "mean trust", "men"):
        assert rows[1][name] < rows[0][name] / 2.5


def test_a_town_of_somebody_s_own_is_not_held_to_published_figures(town: Town) -> None:
    assert check(replace(town, spec=None)).rows == ()


def test_the_report_is_a_table() -> None:
    report = CheckReport(5, (Row("men", 0.5, 0.6, 0.2, "here"), Row("women", 0.5, 0.1, 0.2, "there")))
    lines = str(report).splitlines()
    assert "marginal" in lines[0] and "ok" in lines[1] and "FAIL" in lines[2]
    assert not report.ok and [row.marginal for row in report.failed] == ["women"]


def test_gini() -> None:
    assert gini(np.array([1.0, 1, 1, 1])) == 0
    assert gini(np.array([0.0, 0, 0, 1])) == 0.75
    assert gini(np.array([])) == 0
