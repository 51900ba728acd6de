"""The summary: lines that fit, words that follow the figures, good said like bad."""

import re
from pathlib import Path

import click
import numpy as np
import pytest

from glasstown.cli import summary
from glasstown.lab.catalog import load
from glasstown.lab.compare import Pair
from glasstown.lab.outcome import Outcome
from glasstown.measures.cells import LEVELS
from glasstown.measures.definitions import MEASURES
from glasstown.measures.paired import differences
from glasstown.report.words import words

DISTRICTS = 16
PEOPLE = 5000


def totals(values: dict[str, float], noise: float = 0.0) -> dict[str, np.ndarray]:
    """Totals by district of a town in which everybody alike has ``values``, with a little noise."""
    draws = np.random.default_rng(3)
    blocks = []
    for measure, value in values.items():
        for by, levels in LEVELS.items():
            for level in range(len(levels)):
                spread = draws.normal(0, noise * max(value, 1), DISTRICTS)
                blocks.append((measure, by, level, np.round(PEOPLE * value + spread).astype(np.int64)))
    n = DISTRICTS
    return {
        "measure": np.repeat([b[0] for b in blocks], n),
        "by": np.repeat([b[1] for b in blocks], n),
        "level": np.repeat(np.array([b[2] for b in blocks], np.int16), n),
        "district": np.tile(np.arange(n, dtype=np.int16), len(blocks)),
        "value": np.concatenate([b[3] for b in blocks]),
        "people": np.full(n * len(blocks), PEOPLE),
        "days": np.repeat(
            np.array([365 if MEASURES[b[0]].kind == "flow" else 1 for b in blocks], np.int32), n
        ),
    }  # fmt: skip


def pair(
    without: dict[str, float], with_: dict[str, float], names: tuple[str, str] = ("open", "article")
) -> Pair:
    """Twins of these values."""
    arms = [
        Outcome(load(name), DISTRICTS * PEOPLE, 365, {}, totals(each, 5.0), {}, {}, "00")
        for name, each in zip(names, (without, with_), strict=True)
    ]
    return Pair(arms[0], arms[1], tuple(differences(arms[0].totals, arms[1].totals)))


BEFORE = {
    "private_dissent": 30_000.0, "voiced": 28_000.0, "self_censoring": 0.05, "offended": 120.0,
    "earnings": 3400.0, "spotless": 0.3, "helped": 25.0, "trust": 160.0, "legitimacy": 150.0,
    "stood_up": 0.1, "informed": 2000.0, "paired": 0.2, "reported": 0.01,
}  # fmt: skip
AFTER = BEFORE | {
    "voiced": 18_000.0, "self_censoring": 0.4, "offended": 90.0, "ever_misrecorded": 0.02,
    "spotless_harmed": 0.03, "lost_points": 11.0, "lost_points_wrongly": 0.01, "any_closed": 0.35,
    "ever_closed": 0.4, "perceived_risk": 3000.0, "ever_mistaken": 0.004, "refused_travel": 0.5,
    "helped": 30.0, "trust": 170.0, "reported": 0.03, "misreported": 0.02, "ties_lost": 0.1,
    "on_blacklist": 0.02, "flagged": 0.01, "misflagged": 0.17, "checked": 3.0, "found": 1.0, "detained": 0.01,
    "misdetained": 0.03, "evading": 0.04, "informed": 100.0, "legitimacy": 140.0, "paired": 0.1,
}  # fmt: skip


def told(both: Pair, here: Path = Path("runs/x"), language: str = "en") -> str:
    return click.unstyle(summary.of_pair(both, here, language))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_fits_and_says_everything(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text, say = told(pair(BEFORE, AFTER), language=language), words(language)
    lines = text.split("\n")
    assert max(len(line) for line in lines) <= 80
    assert len(lines) <= 64
    for _, rows in (*summary.LINES, *summary.LAST):
        for _, label in rows:
            assert f"  {say(label)} " in text
    for word in (
        ("poorest fifth", "group B", "95% interval") if language == "en" else ("cinquième", "groupe B")
    ):
        assert word in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_labels_fit_their_column_in_both_languages(language: str) -> None:
    say = words(language)
    labels = [say(label) for _, rows in (*summary.LINES, *summary.LAST) for _, label in rows]
    assert [label for label in labels if len(label) > summary.LABEL - 2] == []


def test_what_is_better_is_said_like_what_is_worse() -> None:
    text = " ".join(told(pair(BEFORE, AFTER)).split())
    better, worse = text.partition("Better with article: ")[2].split("Worse with article: ")
    assert better.startswith("rules broken") and "people who say less than they think" in worse
    turned = " ".join(told(pair(AFTER, BEFORE)).split())
    better, worse = turned.partition("Better with article: ")[2].split("Worse with article: ")
    assert "people who say less than they think" in better and worse.startswith("rules broken")


def test_what_is_missing_in_both_worlds_has_no_line() -> None:
    few = {name: BEFORE[name] for name in ("voiced", "private_dissent", "earnings", "spotless")}
    text = told(pair(few, few))
    assert "Neighbours" not in text and "Lists, flags" not in text and "flags" not in text
    assert "* Per 1,000 people a year." in text


def test_how_often_flags_and_detentions_are_right() -> None:
    text = " ".join(told(pair(BEFORE, AFTER)).split())
    assert re.search(r"Right flags: 5\.\d% \(", text)
    assert re.search(r"Detained without an offence: 7[4-6]\.\d% \(", text)
    assert re.search(r"False reports: (39|40)\.\d% \(", text)


def test_a_value_fits_its_column_with_fewer_decimals() -> None:
    """Differences that are tiny beside large values would ask for more digits than there is room for."""
    both = pair({"earnings": 3401.7341, "spotless": 0.3}, {"earnings": 3401.7301, "spotless": 0.3})
    row = next(line for line in told(both).split("\n") if "mean per head" in line)
    assert len(row.split()) >= 8 and max(map(len, row[33:51].split())) < 9


def test_nothing_prevented_has_no_price() -> None:
    text = " ".join(told(pair(AFTER, BEFORE)).split())
    assert "No offence was prevented that can be told from chance, so none has a price." in text
    assert "For each 1,000 offences prevented: " in " ".join(told(pair(BEFORE, AFTER)).split())


def test_the_price_is_the_ratio_of_the_differences() -> None:
    text = " ".join(told(pair(BEFORE, AFTER)).split())
    assert re.search(r"0\.6[5-9] people wrongly recorded", text)


def test_twins_that_are_equal_differ_by_nothing() -> None:
    text = told(pair(BEFORE, BEFORE))
    assert text.count("the same") >= 5
    assert "Better with article: nothing that is counted here." in text
    assert "Worse with article: nothing that is counted here." in text


def test_two_runs_of_one_scenario_are_called_by_their_place() -> None:
    text = told(pair(BEFORE, AFTER, ("article", "article")))
    assert text.startswith("without and with: the same 80,000 people for 365 days, seed 1\n")


def test_one_world_says_that_it_is_one() -> None:
    one = pair(BEFORE, AFTER).with_
    text = click.unstyle(summary.of_run(one, Path("runs/x")))
    assert "glasstown compare open article" in text and "interval" not in text
    assert max(len(line) for line in text.split("\n")) <= 100


def test_ones_own_scenario_is_called_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my town.toml").write_text('extends = "open"\n[run]\ndays = 3\n')
    assert summary.reference(load("my town.toml")) == "'my town.toml'"
    assert summary.reference(load("article")) == "article"


def test_the_report_is_named_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs" / "x"
    folder.mkdir(parents=True)
    both = pair(BEFORE, AFTER)
    assert "Report:" not in told(both, folder)
    for language in ("en", "fr"):
        (folder / f"report.{language}.html").write_text("")
        assert f": runs/x/report.{language}.html\n" in told(both, folder, language).replace("\u202f:", ":")


def test_colour_is_only_for_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    styled = summary.of_pair(pair(BEFORE, AFTER), Path("runs/x"))
    assert "\x1b[" in styled
    click.echo(styled)
    assert "\x1b[" not in capsys.readouterr().out
