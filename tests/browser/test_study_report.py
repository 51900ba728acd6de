"""The report of a study in a real browser: nothing asked for, nothing cut off, readable by everybody."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glasstown.report import study as report
from glasstown.report.words import LANGUAGES
from invented_study import SMALL, invented, usual_study

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES = {1440: 900, 390: 844}
THEMES = ("light", "dark")
SMALLEST = 12.0

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN = "document.querySelectorAll('details').forEach(each => each.open = true)"
VIOLATIONS = """tags => axe.run(document, {runOnly: tags}).then(found => found.violations.map(
    each => each.id + ': ' + each.nodes.slice(0, 3).map(node => node.target.join(' ')).join(', ')))"""
SMALL_TEXT = """limit => [...document.querySelectorAll('body *')].filter(each => {
    const own = [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const box = each.getBoundingClientRect();
    if (!own || !box.width || each.closest('.vh')) return false;
    const svg = each.closest('svg');
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    return parseFloat(getComputedStyle(each).fontSize) * scale < limit - 0.05;
}).map(each => each.textContent.trim().slice(0, 30))"""
CUT = """() => [...document.querySelectorAll('svg text')].filter(each => {
    const box = each.getBoundingClientRect(), frame = each.closest('svg').getBoundingClientRect();
    return box.width && (box.left < frame.left - 2 || box.right > frame.right + 2);
}).map(each => each.textContent)"""
OVERLAPS = """() => { const met = [];
    for (const svg of document.querySelectorAll('.sheet svg')) {
        const texts = [...svg.querySelectorAll('text')].map(
            each => [each.textContent, each.getBoundingClientRect()]);
        for (let i = 0; i < texts.length; i++) for (let j = 0; j < i; j++) {
            const a = texts[i][1], b = texts[j][1];
            if (a.width && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6)
                met.push(texts[i][0] + ' | ' + texts[j][0]);
        } }
    return met; }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, as Debian packages it."""
    if PROGRAM is None:
        pytest.skip("no Chromium here; tests/browser/test_report.py says when that is a failure")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=PROGRAM, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports on the usual study, and on a small one under ``small``."""
    place = tmp_path_factory.mktemp("studies")
    report.write(usual_study(), place)
    (place / "small").mkdir()
    report.write(invented(SMALL), place / "small")
    return place


@pytest.fixture(scope="module")
def rules() -> str:
    """The source of axe-core."""
    axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed (make setup)")
    return Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


def opened(browser: Any, path: Path, width: int = 1440, theme: str = "light") -> tuple[Any, list[str]]:
    """A page that shows a file, and all that it asked for or complained of."""
    page = browser.new_page(viewport={"width": width, "height": SIZES[width]}, color_scheme=theme)
    trouble: list[str] = []
    page.on("request", lambda each: trouble.append(each.url))
    page.on("console", lambda each: trouble.append(each.text))
    page.on("pageerror", lambda each: trouble.append(str(each)))
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    return page, trouble


@pytest.mark.parametrize(
    ("where", "language", "theme", "width"),
    [(".", language, THEMES[k % 2], width) for k, language in enumerate(LANGUAGES) for width in SIZES]
    + [("small", language, "light", 390) for language in LANGUAGES],
)
def test_it_fits_and_reads(
    browser: Any, folder: Path, where: str, language: str, theme: str, width: int
) -> None:
    path = folder / where / f"report.{language}.html"
    page, trouble = opened(browser, path, width, theme)
    page.evaluate(OPEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TEXT, SMALLEST) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVERLAPS) == []
    assert [each for each in trouble if each != path.as_uri() and not each.startswith("data:")] == []
    page.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "fr")])
def test_anybody_can_use_it(
    browser: Any, folder: Path, rules: str, width: int, language: str, theme: str
) -> None:
    page, _ = opened(browser, folder / f"report.{language}.html", width, theme)
    page.evaluate(OPEN)
    page.evaluate(rules)
    assert page.evaluate(VIOLATIONS, RULES) == []
    page.close()


def test_who_could_not_use_it_would_be_found(browser: Any, folder: Path, rules: str) -> None:
    """Planted faults: a verdict too pale to read, slats without words."""
    page, _ = opened(browser, folder / "report.en.html")
    page.evaluate("""() => {
        document.querySelector('.verdict .share').style.color = '#9ab';
        document.querySelector('.verdict [role=img]').removeAttribute('aria-label'); }""")
    page.evaluate(rules)
    found = {each.partition(":")[0] for each in page.evaluate(VIOLATIONS, RULES)}
    assert {"color-contrast", "role-img-alt"} <= found
    page.close()


def test_every_verdict_leads_to_its_claim_and_a_table_can_be_saved(browser: Any, folder: Path) -> None:
    page, _ = opened(browser, folder / "report.en.html")
    page.locator(".glance a[href='#claim-silence']").click()
    assert page.evaluate("location.hash") == "#claim-silence"
    with page.expect_download() as saved:
        page.get_by_role("link", name="All verdicts as CSV").click()
    assert saved.value.suggested_filename == "verdicts.csv"
    lines = Path(saved.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(usual_study().verdicts)
    page.close()


def test_each_language_leads_to_the_other(browser: Any, folder: Path) -> None:
    page, _ = opened(browser, folder / "report.en.html")
    page.get_by_role("link", name="Français").click()
    assert "mises à l’épreuve" in page.title()
    page.get_by_role("link", name="English", exact=True).click()
    assert "put to the test" in page.title()
    page.close()
