"""The ledger of evidence lends no value the origin of another, and shows ranges as a reader reads them."""

import re
from dataclasses import replace

import pytest

from glasstown.lab.ledger import rests, weight
from glasstown.report import study as report
from glasstown.report.ledger import bare_origin
from glasstown.report.study import evidence
from glasstown.report.study.evidence import Line
from glasstown.report.study.hinges import name_of
from glasstown.report.study.reading import StudyReading, read
from glasstown.report.words import words
from invented_study import SMALL, invented, usual_study
from page_text import rows_of, text_of


def lines_of(reading: StudyReading) -> dict[str, Line]:
    """Every line by the name of its parameter."""
    found = evidence.evidence(reading)
    return {line.name: line for _, some in found.tables for line in some}


@pytest.fixture(scope="module")
def lines() -> dict[str, Line]:
    return lines_of(read(usual_study(), "en"))


def test_numbers_that_scenarios_set_are_not_counted_as_published() -> None:
    reading = read(usual_study(), "en")
    found, on = evidence.evidence(reading), list(rests(reading.scenarios).values())
    it = found.origins
    counts = [on.count(each) for each in ("published", "estimated", "assumed", "chosen")]
    assert [it.source, it.estimated, it.assumed, it.chosen] == counts and min(counts) > 1
    assert found.lead[0] == (
        f"Of {sum(counts)} numbers in the arms, {counts[0]} are published as used, {counts[1]} published for "
        f"another place or use, {counts[2]} assumed, {counts[3]} set by the scenarios."
    )


@pytest.mark.parametrize(
    ("language", "told"), [("en", "1 is published as used"), ("fr", "1 est publié tel quel")]
)
def test_one_number_is_one_number(language: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "rests", lambda scenarios: {"a.b": "published", "a.c": "chosen"})
    assert told in evidence.evidence(read(invented(SMALL), language)).lead[0]


def test_no_origin_stands_alone_beside_another_value(lines: dict[str, Line]) -> None:
    """Wherever some arm has another value than the default, the words say which value the origin is of."""
    reading = read(usual_study(), "en")
    seen = set()
    for key, some in reading.books.items():
        parameter = reading.parameters.get(key)
        line = lines[name_of(reading, key)]
        if parameter is None or some[0]["kind"] == "none":
            continue
        default = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
        same = [each["value"] == default for each in some]
        assert ("set by the scenario" in line.kind_words) == (not all(same)), key
        assert line.kind_words.startswith("set by the scenario") == (not any(same)), key
        seen.add((any(same), all(same)))
        if all(same) and isinstance(default, float):
            assert weight(dict(some[0]), default) != "chosen"
    assert seen == {(True, True), (True, False), (False, False)}


def test_the_published_default_stands_beside_what_a_scenario_sets(lines: dict[str, Line]) -> None:
    reading = read(usual_study(), "en")
    key = "legitimacy.threshold"
    assert {each["value"] for each in reading.books[key]} == {0.6}
    line = lines["Legitimacy: threshold"]
    assert (line.value, line.kind) == ("0.6", "chosen")
    assert line.kind_words == "set by the scenario; published: 0.1"


def test_choices_switches_and_limits_are_no_ranges_of_numbers(lines: dict[str, Line]) -> None:
    assert lines["Detention: grounds"].range == "grave, any"
    assert lines["Opinion: norm"].range == "yes, no"
    assert lines["Opinion: norm"].value in ("yes", "no", "yes | no", "no | yes")
    assert lines["People and homes: people"].range == ""
    assert lines["Births to deaths: pace"].range == ""
    assert lines["Cameras: fpir"].range == "0.000001 to 0.05"
    for line in lines.values():
        low, _, high = line.range.partition(" to ")
        assert low != high or not low, line.name
        assert "e\u2212" not in line.range + line.value, line.name


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        ("source bbc-2015, a dating site shows its members' scores (A22)",
         "bbc-2015, a dating site shows its members' scores"),
        ("estimated nist-2017, C17: misses in video, under 1 %; 11 % in a field test of 2023 (X03)",
         "nist-2017: misses in video, under 1 %; 11 % in a field test of 2023"),
        ("estimated garton-ash-1997, F01 to F03: 173,000", "garton-ash-1997: 173,000"),
        ("assumed: from memory (J01, from memory)", "from memory (from memory)"),
        ("assumed: half of the shortest listing (spc-2017, B18); 0 is no cap",
         "half of the shortest listing (spc-2017); 0 is no cap"),
        ("assumed: more than a ticket (5, A14), less than an offence (up to 150, A16)",
         "more than a ticket (5), less than an offence (up to 150)"),
        ("assumed: arrests per head are 14 times the country's (G07): .07",
         "arrests per head are 14 times the country's: .07"),
        ("assumed: the share is unknown (F09 gives none)", "the share is unknown (a source gives none)"),
        ("source lefort, the hotline of F09 is graver", "lefort, the hotline is graver"),
        ("estimated daymude-2025, figure 1A; 2 in figure 1B", "daymude-2025, figure 1A; 2 in figure 1B"),
    ],
)  # fmt: skip
def test_numbers_of_facts_are_not_shown(origin: str, shown: str) -> None:
    assert bare_origin(origin) == shown


def test_no_number_of_a_fact_is_left(lines: dict[str, Line]) -> None:
    for line in lines.values():
        assert not re.search(r"\b[A-Z]\d{2}\b", line.origin), line.origin
        assert "()" not in line.origin and " ," not in line.origin and "(," not in line.origin, line.origin


def test_data_are_the_same_numbers_in_every_language() -> None:
    english, french = (rows_of(report.render(usual_study(), each), "parameters.csv") for each in ("en", "fr"))
    assert english == french
    by_key = {row["parameter"]: row for row in english}
    row = by_key["legitimacy.threshold"]
    assert (row["values"], row["default"], row["rests_on"]) == ("0.6", "0.1", "chosen")
    assert by_key["opinion.norm"]["low"] == "" and by_key["cameras.fpir"]["low"] == "1e-06"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_lives_are_said_to_be_none_of_the_draws(language: str) -> None:
    study = usual_study()
    assert study.twins is not None
    told = words(language)(
        "These people live in one pair of towns at the values that are shipped, for {days} days. They are "
        "none of the {draws} draws: they illustrate and do not represent.",
        days=study.twins.with_.days, draws=study.facts.draws,
    )  # fmt: skip
    plain = " ".join(told.replace("\u202f", " ").split())
    assert plain in text_of(report.render(study, language))
    assert plain not in text_of(report.render(replace(study, twins=None), language))
