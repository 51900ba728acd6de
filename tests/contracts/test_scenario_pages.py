"""Every shipped scenario has a page as the code has it, and so has the model; what they say to type works."""

import re
from pathlib import Path

import pytest

from glasstown.errors import ScenarioError
from glasstown.lab import catalog
from glasstown.lab.ledger import bibliography, institutions
from glasstown.lab.marked import part, replaced
from glasstown.lab.model_page import everything
from glasstown.lab.pages import renewed_model, renewed_scenario
from glasstown.lab.scenario_page import results
from glasstown.mechanisms import CATALOG
from glasstown.release import EPOCH
from glasstown.scenario.files import shipped

DOCS = Path(__file__).parents[2] / "docs"
SECTIONS = (
    "## In the article", "## What it is", "## What is in it", "## Sources", "## What it shows",
    "## What to try next", "## What it cannot tell",
)  # fmt: skip
AGAIN = "run: .venv/bin/python -m glasstown.lab.pages docs"
COMMAND = re.compile(r"^(?:\$ )?glasstown (run|compare|plan) ([^#\n]*)", re.MULTILINE)
SWITCH = re.compile(r"`([a-z_]+\.[a-z_]+=[^`]+)`")


def page_of(name: str) -> str:
    return (DOCS / "scenarios" / f"{name}.md").read_text()


def commands(page: str) -> list[tuple[list[str], list[str]]]:
    """The scenarios and settings of each command on a page."""
    found = []
    for _, rest in COMMAND.findall(page):
        words = [each.replace('"', "") for each in rest.split()]
        settings = [words[at + 1] for at, word in enumerate(words) if word == "--set"]
        names = words[: words.index("--set")] if "--set" in words else words
        found.append(([each for each in names if not each.startswith("-")], settings))
    return found


def understood(names: list[str], settings: list[str]) -> None:
    """Raises ScenarioError for a scenario or setting that there is not."""
    if len(names) == 2:
        catalog.twins(names[0], names[1], settings)
    else:
        catalog.load(names[0], settings)


@pytest.mark.parametrize("name", shipped())
def test_the_page_of_a_scenario_is_as_the_code(name: str) -> None:
    page = page_of(name)
    assert page == renewed_scenario(page, name), AGAIN
    assert [each for each in SECTIONS if f"\n{each}\n" not in page] == []
    assert page.startswith("<!-- question -->\n\n# ")
    assert part(page, "results")


def test_no_page_is_of_a_scenario_that_is_not_shipped() -> None:
    assert {path.stem for path in (DOCS / "scenarios").glob("*.md")} == {*shipped()}


@pytest.mark.parametrize("name", shipped())
def test_what_a_page_says_to_type_is_understood(name: str) -> None:
    found = commands(page_of(name))
    assert len(found) >= 4
    for names, settings in found:
        understood(names, settings)


def test_a_command_with_a_key_that_is_gone_is_caught() -> None:
    (found,) = commands("glasstown compare open article --set score.colour=1  # no such thing")
    with pytest.raises(ScenarioError, match="colour"):
        understood(*found)


def test_a_page_with_an_old_number_is_caught() -> None:
    page = page_of("article")
    spoiled = page.replace("**1.0**", "**0.9**", 1)
    assert spoiled != page and renewed_scenario(spoiled, "article") == page
    with pytest.raises(ValueError, match="lacks"):
        renewed_scenario("# Nothing", "article")


def test_what_a_scenario_shows_is_told_beside_its_twin_and_stamped() -> None:
    lines = results("pilot", people=2000, days=8).splitlines()
    assert f"epoch {EPOCH}" in lines[0] and catalog.load("pilot").digest[:12] not in lines[0]  # of this run
    rows = {row.split("(`")[1].split("`)")[0]: row.split(" | ") for row in lines if "(`" in row}
    assert rows["score"][1] == "" and float(rows["score"][2]) > 500, (
        "a mean of what is not there is left empty"
    )
    assert float(rows["any_closed"][1]) == 0
    assert len(results("open", people=2000, days=8).splitlines()[2].split(" | ")) == 2


def test_every_source_that_a_scenario_names_is_in_the_bibliography() -> None:
    for name in shipped():
        assert set(catalog.load(name).sources) <= set(bibliography()), name


def test_the_page_of_the_model_is_as_the_code() -> None:
    page = (DOCS / "model.md").read_text()
    assert page == renewed_model(page), AGAIN
    assert list(everything()) == list(CATALOG)
    for kind in everything().values():
        for step in kind.steps():
            assert f"[{step.name}]" in page or step.phase.name == "BEGIN", step.name


def test_every_loop_has_switches_that_there_are() -> None:
    loops = (DOCS / "model.md").read_text().partition("## The loops")[2].partition("\n## ")[0]
    rows = [row for row in loops.splitlines() if row.startswith("| **")]
    assert len(rows) == 11
    for row in rows:
        switches = SWITCH.findall(row)
        assert switches, row
        for each in switches:
            understood(["rights"], [each])


def test_every_institution_is_told_in_one_line() -> None:
    assert set(institutions()) == set(CATALOG)
    for name, told in institutions().items():
        assert set(told) == {"part", "is", "alone"}, name
        assert told["part"] in ("society", "regime", "safeguard")
        assert told["alone"].endswith("."), name


def test_text_between_markers_is_replaced_and_nothing_else() -> None:
    page = "a\n<!-- x -->\nold\n<!-- /x -->\nb"
    assert replaced(page, "x", "new", "it") == "a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb"
    assert part(page, "x") == "old"


def test_the_readme_names_every_institution_and_scenario() -> None:
    readme = (DOCS.parent / "README.md").read_text()
    for name in CATALOG:
        assert f"(docs/mechanisms/{name}.md)" in readme, name
    for name in shipped():
        assert f"(docs/scenarios/{name}.md)" in readme, name
    assert f"{len(CATALOG)} institutions, {len(shipped())} scenarios" in readme
