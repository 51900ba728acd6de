"""The report in a real browser: nothing asked for, nothing run, nothing cut off, readable by everybody."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glasstown import report
from glasstown.report.words import LANGUAGES
from invented_pair import Recipe, invented, usual

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES = {1440: 900, 1024: 768, 390: 844}
THEMES = ("light", "dark")
SMALLEST = 12.0

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = """tags => axe.run(document, {runOnly: tags}).then(found => found.violations.map(
    each => each.id + ': ' + each.nodes.slice(0, 3).map(node => node.target.join(' ')).join(', ')))"""
SMALL = """limit => [...document.querySelectorAll('body *')].filter(each => {
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


class Tab:
    """A page that remembers what it asked for and what went wrong."""

    def __init__(self, browser: Any, width: int = 1440, theme: str = "light") -> None:
        self.page = browser.new_page(viewport={"width": width, "height": SIZES[width]}, color_scheme=theme)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda each: self.asked.append(each.url))
        self.page.on("console", lambda each: self.said.append(each.text))
        self.page.on("pageerror", lambda each: self.said.append(str(each)))
        self.page.on("dialog", lambda each: (self.said.append(f"dialog {each.message}"), each.dismiss()))

    def open(self, path: Path) -> Any:
        """Show a file."""
        self.page.goto(path.as_uri())
        self.page.evaluate("document.fonts.ready")
        return self.page

    def outside(self, path: Path) -> list[str]:
        """What was asked for besides the file itself and what it holds."""
        return [url for url in self.asked if url != path.as_uri() and not url.startswith("data:")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, as Debian packages it."""
    if PROGRAM is None:
        assert os.environ.get("CI") != "true", "no Chromium in CI: tools/chromium.sh should have installed it"
        pytest.skip("no Chromium here; install the package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=PROGRAM, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both reports on the usual pair."""
    place = tmp_path_factory.mktemp("reports")
    report.write(usual(), place)
    return place


@pytest.fixture
def tab(browser: Any, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A tab of its own for each test."""
    given = getattr(request, "param", {})
    found = Tab(browser, **given)
    yield found
    found.page.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", SIZES)
def test_it_fits_and_reads(browser: Any, folder: Path, language: str, theme: str, width: int) -> None:
    path = folder / f"report.{language}.html"
    tab = Tab(browser, width, theme)
    page = tab.open(path)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL, SMALLEST) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(
        "document.fonts.check('16px \"GT Serif\"') && document.fonts.check('16px \"GT Sans\"')"
    )
    assert tab.said == []
    assert tab.outside(path) == []
    tab.page.close()


@pytest.fixture(scope="module")
def rules() -> str:
    """The source of axe-core."""
    axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed (make setup)")
    return Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "fr")])
def test_anybody_can_use_it(
    browser: Any, folder: Path, rules: str, width: int, language: str, theme: str
) -> None:
    tab = Tab(browser, width, theme)
    page = tab.open(folder / f"report.{language}.html")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(rules)
    assert page.evaluate(VIOLATIONS, RULES) == []
    tab.page.close()


def test_who_could_not_use_it_would_be_found(tab: Tab, folder: Path, rules: str) -> None:
    """Planted faults: too little contrast, a picture without words, a heading that skips a level."""
    page = tab.open(folder / "report.en.html")
    page.evaluate("""() => {
        document.querySelector('.voice').style.color = '#9ab';
        document.querySelector('[role=img]').removeAttribute('aria-label');
        document.querySelector('h2').outerHTML = '<h5>In short</h5>'; }""")
    page.evaluate(rules)
    found = {each.partition(":")[0] for each in page.evaluate(VIOLATIONS, RULES)}
    assert {"color-contrast", "role-img-alt", "heading-order"} <= found


def test_the_theme_is_the_readers(browser: Any, folder: Path) -> None:
    grounds = []
    for theme in THEMES:
        tab = Tab(browser, theme=theme)
        page = tab.open(folder / "report.en.html")
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        tab.page.close()
    assert grounds == ["rgb(231, 239, 236)", "rgb(11, 19, 18)"]


def test_worlds_differ_by_more_than_hue(tab: Tab, folder: Path) -> None:
    page = tab.open(folder / "report.en.html")
    dashes = "kind => getComputedStyle(document.querySelector(kind)).strokeDasharray"
    assert page.evaluate(dashes, "path.ln.cw") == "none"
    assert page.evaluate(dashes, "path.ln.co") != "none"


def test_the_keyboard_reaches_everything(tab: Tab, folder: Path) -> None:
    page = tab.open(folder / "report.en.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(page.evaluate("document.querySelectorAll('a, summary').length") + 2):
        reached.add(page.evaluate("document.activeElement.textContent.trim().split('\\n')[0]"))
        page.keyboard.press("Tab")
    assert {"Skip to content", "Français", "Who loses what", "All differences as CSV"} <= reached
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open")


def test_each_language_leads_to_the_other(tab: Tab, folder: Path) -> None:
    page = tab.open(folder / "report.en.html")
    page.get_by_role("link", name="Français").click()
    assert page.title().startswith("La même ville, deux fois.")
    page.get_by_role("link", name="English", exact=True).click()
    assert page.title().startswith("The same town, twice.")


def test_a_table_can_be_saved(tab: Tab, folder: Path) -> None:
    page = tab.open(folder / "report.en.html")
    with page.expect_download() as saved:
        page.get_by_role("link", name="All differences as CSV").click()
    assert saved.value.suggested_filename == "differences.csv"
    lines = Path(saved.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(usual().differences)


def test_it_stands_still_for_who_wants_that(browser: Any, folder: Path) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto((folder / "report.en.html").as_uri())
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0
    page.close()


MARK = "window.harmed=(window.harmed||0)+1"
PAYLOADS = (
    f"<script>{MARK}</script>",
    f"</script><script>{MARK}</script>",
    f"</style><script>{MARK}</script>",
    f"</title><script>{MARK}</script>",
    f"--><script>{MARK}</script>",
    f"]]><script>{MARK}</script>",
    f"<ScRiPt>{MARK}</sCrIpT>",
    f"<script src=http://outside.example/x.js>{MARK}</script>",
    f"<img src=x onerror={MARK}>",
    "<img src='http://outside.example/x.png'>",
    f"<svg onload={MARK}>",
    f"<svg><script>{MARK}</script></svg>",
    f"<svg><animate onbegin={MARK} attributeName=x dur=1s>",
    f"<body onload={MARK}>",
    f"<iframe srcdoc='<script>parent.{MARK}</script>'>",
    "<iframe src=//outside.example>",
    f"<object data='javascript:{MARK}'>",
    f"<embed src='javascript:{MARK}'>",
    "<base href='http://outside.example/'>",
    "<link rel=stylesheet href=http://outside.example/x.css>",
    "<link rel=prefetch href=//outside.example/y>",
    "<meta http-equiv=refresh content='0;url=http://outside.example/'>",
    f"<video><source onerror={MARK}></video>",
    f"<audio src=x onerror={MARK}>",
    f"<details open ontoggle={MARK}>",
    f"<input autofocus onfocus={MARK}>",
    f"<select autofocus onfocus={MARK}>",
    f"<textarea autofocus onfocus={MARK}>",
    f"<marquee onstart={MARK}>",
    f"<a href='javascript:{MARK}' autofocus>x</a>",
    f"<form action='javascript:{MARK}'><button>x</button></form>",
    f"<math><mtext><script>{MARK}</script></mtext></math>",
    f"<template><script>{MARK}</script></template>",
    "<style>@import 'http://outside.example/x.css';</style>",
    "<style>*{background:url(//outside.example/z)}</style>",
    f'" onmouseover="{MARK}" x="',
    f"' onmouseover='{MARK}' x='",
    f'"><script>{MARK}</script>',
    f"'><script>{MARK}</script>",
    f"` onclick={MARK}",
    f"javascript:{MARK}",
    f"data:text/html,<script>{MARK}</script>",
    f"&lt;script&gt;{MARK}&lt;/script&gt;",
    f"&#60;script&#62;{MARK}&#60;/script&#62;",
    f"\\u003cscript\\u003e{MARK}\\u003c/script\\u003e",
    f"%3Cscript%3E{MARK}%3C/script%3E",
    f"<<script>{MARK}//<</script>",
    f"<script\t>{MARK}</script>",
    f"<script\n>{MARK}</script>",
    f"<\x00script>{MARK}</script>",
    "{{ 7*7 }}{% raw %}",
    "{{ ''.__class__.__mro__ }}",
    "${7*7}",
    "#{7*7}",
    "{0.__class__}",
    "%(x)s %n",
    '=HYPERLINK("http://outside.example")',
    "=cmd|' /C calc'!A0",
    "\x1b]0;title\x07\x1b[31m",
    "\u202eevil\u2066x",
)
FIELDS = ("title", "question", "assumed", "name")


def test_sixty_payloads() -> None:
    assert len(set(PAYLOADS)) >= 60


def test_hostile_texts_do_nothing(browser: Any, tmp_path: Path) -> None:
    """Each payload in every text that a scenario may hold; then all of them at once, in both languages."""
    tab = Tab(browser)
    path = tmp_path / "hostile.html"
    pages = [(payload, "en") for payload in PAYLOADS]
    for payload, language in [*pages, *(("".join(PAYLOADS), each) for each in LANGUAGES)]:
        pair = invented(Recipe(scenario=dict.fromkeys(FIELDS, payload), panel=0))
        path.write_text(report.render(pair, language), encoding="utf-8")
        page = tab.open(path)
        page.mouse.move(400, 300)
        assert page.evaluate("window.harmed") is None, payload
        assert page.evaluate("document.querySelectorAll('script, iframe, base, form').length") == 0, payload
        assert page.url == path.as_uri(), payload
    assert tab.outside(path) == []
    assert tab.said == []
    tab.page.close()


def test_a_page_without_escaping_would_be_caught(browser: Any, tmp_path: Path) -> None:
    """The planted fault: the same payload, not escaped and without the policy, does its harm and is seen."""
    tab = Tab(browser)
    path = tmp_path / "harmed.html"
    path.write_text(
        f"<!doctype html><p>{PAYLOADS[0]}<img src=http://outside.example/x.png>", encoding="utf-8"
    )
    page = tab.open(path)
    assert page.evaluate("window.harmed") == 1
    assert tab.outside(path) != []
    tab.page.close()


def test_the_policy_alone_stops_what_escaping_missed(browser: Any, tmp_path: Path) -> None:
    """Code smuggled into a finished page still does not run."""
    tab = Tab(browser)
    path = tmp_path / "smuggled.html"
    page_text = report.render(usual(), "en")
    path.write_text(page_text.replace("</main>", "".join(PAYLOADS[:12]) + "</main>"), encoding="utf-8")
    page = tab.open(path)
    assert page.evaluate("window.harmed") is None
    assert any("Content Security Policy" in line for line in tab.said)
    tab.page.close()
