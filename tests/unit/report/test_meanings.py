"""A French report says in French what parameters and units mean; in English only what is a user's own."""

import html
import re
from dataclasses import replace

import pytest

from glasstown.lab.catalog import CATALOG, TownSpec
from glasstown.lab.turning import unit_words
from glasstown.report import study as report
from glasstown.report.study.hinges import about
from glasstown.report.study.reading import StudyReading, read
from glasstown.report.words import Spoken, words
from glasstown.scenario.describe import Parameter, parameters
from glasstown.scenario.model import RunSpec
from invented_study import usual_study

ALL: tuple[Parameter, ...] = tuple(
    each
    for table, model in {"town": TownSpec, "run": RunSpec, **CATALOG}.items()
    for each in parameters(model, table)
)


def plain(text: str) -> str:
    """As a page shows it: without backticks."""
    return text.replace("``", "")


def english(page: str, reading: StudyReading) -> list[str]:
    """Parameters on which a verdict turns of which a French page does not say in French what they are."""
    shown = html.unescape(page)
    return [
        key
        for key in sorted({each.parameter for v in reading.study.verdicts for each in v.hinges})
        for text in [plain(reading.parameters[key].text)]
        for french in [plain(words("fr").title(reading.parameters[key].text))]
        if text == french or f'lang="fr">{french}<' not in shown or f">{text}<" in shown
    ]


@pytest.fixture(scope="module")
def reading() -> StudyReading:
    """The usual study in French."""
    return read(usual_study(), "fr")


@pytest.fixture(scope="module")
def page() -> str:
    """Its page."""
    return report.render(usual_study(), "fr")


def test_what_every_parameter_means_is_said_in_french() -> None:
    say = words("fr")
    assert len(ALL) > 350
    assert [each.key for each in ALL if not each.text or not say.knows(each.text)] == []
    for each in ALL:
        quoted = re.compile("``[^`]+``")
        assert sorted(quoted.findall(each.text)) == sorted(quoted.findall(say.title(each.text))), each.key


def test_a_french_study_says_what_its_verdicts_turn_on_in_french(page: str, reading: StudyReading) -> None:
    assert sum(len(v.hinges) for v in reading.study.verdicts) > 10
    assert english(page, reading) == []


def test_the_planted_fault_of_an_english_meaning_is_found(page: str, reading: StudyReading) -> None:
    key = reading.study.verdict("silence").hinges[0].parameter
    text = reading.parameters[key].text
    french, planted = html.escape(plain(words("fr").title(text))), html.escape(plain(text))
    assert english(page.replace(french, planted), reading) == [key]
    assert english(page.replace(f'lang="fr">{french}', f'lang="en">{french}'), reading) == [key]


def test_the_ledger_of_a_french_study_is_french(page: str, reading: StudyReading) -> None:
    tongues = re.findall(
        r'<th scope="row">(?:<code>)?[^<]*(?:</code>)?<span class="origin" lang="(\w+)">', page
    )
    assert set(tongues) == {"fr"}
    assert len(tongues) >= sum(key in reading.parameters for key in reading.books)


def test_what_a_user_wrote_stays_as_it_is(reading: StudyReading) -> None:
    own = replace(ALL[0], table="curfew", name="hour", text="``{x}`` of night; from when on.")
    mine = read(usual_study(), "fr")
    mine.__dict__["parameters"] = {**reading.parameters, own.key: own}
    assert about(mine, "curfew.hour") == Spoken("{x} of night; from when on.", "en")
    assert about(mine, "curfew.day").text == ""


def test_every_unit_is_said_in_french() -> None:
    units = {each.unit for each in ALL} - {"", "1", "path"}
    assert len(units) > 15
    assert [unit for unit in units if not unit_words(unit).fr] == []
    assert unit_words("furlong").fr == ""
    assert (unit_words("day", 1).en, unit_words("day", 0.5).en, unit_words("day", 1.5).fr) == (
        "day", "days", "jour",
    )  # fmt: skip
    assert words("fr").either("furlong", "") == Spoken("furlong", "en")
