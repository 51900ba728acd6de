"""Every institution has a page that lists every parameter as it is in the code."""

from pathlib import Path

import pytest

from glasstown.lab.pages import BEGIN, renewed
from glasstown.mechanisms import CATALOG

PAGES = Path(__file__).parents[2] / "docs" / "mechanisms"


@pytest.mark.parametrize("name", list(CATALOG))
def test_the_page_is_as_the_code(name):
    page = (PAGES / f"{name}.md").read_text()
    assert page == renewed(page, CATALOG[name]), (
        "run: .venv/bin/python -m glasstown.lab.pages docs/mechanisms"
    )
    assert all(f"| `{field}` |" in page for field in CATALOG[name].model_fields)
    assert len(page.partition(BEGIN)[0]) > 600, "a page needs its prose"


def test_no_page_is_of_nothing():
    assert {path.stem for path in PAGES.glob("*.md")} == set(CATALOG)


def test_a_page_with_an_old_default_is_caught():
    page = (PAGES / "conduct.md").read_text()
    spoiled = page.replace("| 0.35 |", "| 0.36 |", 1)
    assert spoiled != page
    assert renewed(spoiled, CATALOG["conduct"]) == page


def test_a_page_without_markers_is_refused():
    with pytest.raises(ValueError, match="lacks"):
        renewed("# Conduct", CATALOG["conduct"])
