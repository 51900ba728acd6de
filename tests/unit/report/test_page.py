"""The page says what the data hold, no more, in both languages, and asks nothing of anybody."""

import base64
import csv
import hashlib
import html
import io
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest

from glasstown import report
from glasstown.errors import InputError
from glasstown.lab.compare import Pair
from glasstown.measures.definitions import MEASURES
from glasstown.report.figures.plate import attached
from glasstown.report.names import MEASURE_NAMES
from glasstown.report.page import read
from glasstown.report.sections import (
    around,
    authority,
    couples,
    foreseen,
    held,
    help,
    neighbours,
    price,
    rights,
    score,
    silence,
    summary,
    wrong,
)
from glasstown.report.themes import FIRST, THEMES
from glasstown.report.words import LANGUAGES, Words, words
from invented_pair import Recipe, invented, usual

BUILT = (
    silence.section, rights.section, score.section, wrong.section, foreseen.lists, foreseen.flags,
    held.checks, held.held, neighbours.section, help.section, couples.section, around.section,
    authority.section, price.section,
)  # fmt: skip
KEYS = (
    "silence", "rights", "score", "wrong", "lists", "flags", "checks", "detention", "neighbours", "help",
    "couples", "around", "authority", "price",
)  # fmt: skip
ANCHORS = (*KEYS, "life", "changes", "methods")


def text_of(page: str) -> str:
    """What a reader reads: no style, no tags, plain spaces."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    plain = html.unescape(re.sub(r"<[^>]+>", " ", body))
    return " ".join(plain.replace("\u202f", " ").replace("\u00a0", " ").split())


def own_words(page: str) -> str:
    """The page without what it quotes: keys, origins, units of parameters, titles and places of sources."""
    quoted = r'<span[^>]*\blang="en"[^>]*>.*?</span>|<code>.*?</code>|<a [^>]*rel="noreferrer[^>]*>.*?</a>'
    return re.sub(quoted, "", page, flags=re.S)


def rows_of(page: str, name: str) -> list[dict[str, str]]:
    """The CSV file of that name inside the page."""
    found = re.search(rf'download="{name}" href="data:text/csv;charset=utf-8,([^"]*)"', page)
    assert found is not None, name
    return list(csv.DictReader(io.StringIO(unquote(html.unescape(found[1])))))


def leaks(page: str) -> list[str]:
    """Everything by which a page could run code or ask for something."""
    body = re.sub(r'href="data:text/csv[^"]*"', "", page)
    wrong = re.findall(r"<(?:script|iframe|object|embed|base|form|img|link|video|audio|source)\b", body, re.I)
    wrong += re.findall(r"\son\w+\s*=", re.sub(r"<style>.*?</style>", "", body, flags=re.S), re.I)
    wrong += re.findall(r"\sstyle\s*=", body)
    wrong += [url for url in re.findall(r"url\(([^)]{0,40})", body) if not url.startswith("data:font/woff2")]
    wrong += [
        href for href in re.findall(r'href="([^"]*)"', body) if not href.startswith(("#", "http", "report."))
    ]
    return wrong + re.findall(r"@import|javascript:|expression\(", body, re.I)


class Strict:
    """A catalogue that refuses what it does not know."""

    def __init__(self, inside: Words) -> None:
        self.inside = inside._catalogue

    def gettext(self, sentence: str) -> str:
        found = self.inside.gettext(sentence)
        known = sentence in self.inside._catalog  # type: ignore[attr-defined]
        assert known or not re.search(r"[a-z]{3} [a-z]{3}", sentence) or "{" not in sentence, sentence
        return found

    def ngettext(self, one: str, other: str, count: int) -> str:
        found = self.inside.ngettext(one, other, count)
        assert found not in (one, other), one
        return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_is_there_once_and_closed(language: str) -> None:
    page = report.render(usual(), language)
    assert page.startswith("<!doctype html>") and page.endswith("</html>\n")
    assert f'<html lang="{language}">' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(ANCHORS) <= set(ids)
    assert [ref for ref in re.findall(r'(?:aria-labelledby|href)="#?([\w-]+)"', page) if ref not in ids] == []


def test_the_same_pair_gives_the_same_page() -> None:
    assert report.render(usual(), "en") == report.render(invented(), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_asked_for_and_nothing_runs(language: str) -> None:
    page = report.render(usual(), language)
    assert leaks(page) == []
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert html.unescape(policy[1]).split("; ") == [
        "default-src 'none'", f"style-src 'sha256-{digest}'", "font-src data:", "img-src data:",
        "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "fault",
    [
        "<script>1</script>", '<p onclick="x()">', '<p style="color:red">', '<img src="x">',
        "<style>p{background:url(//x.y)}</style>", '<a href="javascript:1">', '<link rel="stylesheet">',
    ],
)  # fmt: skip
def test_a_planted_leak_is_found(fault: str) -> None:
    assert leaks(report.render(usual(), "en").replace("</main>", f"{fault}</main>")) != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_are_the_differences(language: str) -> None:
    pair = usual()
    rows = rows_of(report.render(pair, language), "differences.csv")
    assert len(rows) == len(pair.differences)
    for row, it in zip(rows, pair.differences, strict=True):
        assert (row["measure"], row["by"], int(row["level"])) == (it.measure, it.by, it.level)
        assert [float(row[k]) for k in ("without", "with", "difference")] == [
            it.without,
            it.with_,
            it.difference,
        ]
        assert row["low"] == ("" if it.low is None else repr(it.low))


def test_the_table_shows_every_measure_with_its_figures() -> None:
    pair = usual()
    page = report.render(pair, "en")
    table = page[page.index('<table class="all">') :]
    row = r'<tr><th scope="row">(.*?) <span class="unit">(.*?)</span></th>'
    found = re.findall(row + 2 * "<td[^>]*>(.*?)</td>", table)
    measured = {d.measure: d for d in pair.differences if d.by == "all"}
    overall = [measured[name] for _, names in THEMES for name in names if name in measured]
    assert len(overall) == len(measured)
    assert [html.unescape(name) for name, *_ in found] == [MEASURE_NAMES[d.measure] for d in overall]
    for (_, unit, without, with_), it in zip(found, overall, strict=True):
        factor = {"% of people": 100, "%, mean": 100, "/1,000 a year": 1000}.get(unit, 1)
        for text, value in ((without, it.without), (with_, it.with_)):
            if text != "–":
                digits = len(text.partition(".")[2])
                assert float(text.replace(",", "").replace("−", "-")) == pytest.approx(
                    factor * value, abs=0.51 * 10**-digits
                )


SPEECH = {"less": 0.31, "more": 0.5, "unsure": 0.41}
OFFENCES = {"less": 112.0, "more": 125.0, "unsure": 118.0}


@pytest.mark.parametrize("verdict", SPEECH)
def test_words_about_speech_follow_the_figures(verdict: str) -> None:
    pair = invented(Recipe(rates={"voiced": (0.41, SPEECH[verdict])}))
    reading = read(pair, "en")
    section = silence.section(reading)
    assert section is not None
    it = reading.findings.get("voiced")
    assert it is not None and it.verdict == verdict
    assert ("points less of what" in section.lead[0]) == (verdict == "less")
    assert ("points more of what" in section.lead[0]) == (verdict == "more")
    assert ("holds zero" in section.lead[0]) == (verdict == "unsure")
    assert ("cannot be told" in " ".join(summary.paragraph(reading))) == (verdict == "unsure")


@pytest.mark.parametrize("verdict", OFFENCES)
def test_a_price_only_for_what_was_prevented(verdict: str) -> None:
    reading = read(invented(Recipe(rates={"offended": (118.0, OFFENCES[verdict])})), "en")
    section = price.section(reading)
    assert section is not None
    said = " ".join(section.lead)
    assert ("no price" in said) == (verdict != "less")
    assert ("offences prevented" in said) == (verdict == "less")
    assert ("fewer offences" in " ".join(summary.paragraph(reading))) == (verdict == "less")


def test_what_gets_better_is_said_as_plainly() -> None:
    better = {"misalerted": (0.5, 0.1), "any_closed": (0.4, 0.1), "earnings": (34000.0, 39000.0)}
    reading = read(invented(Recipe(rates=better)), "en")
    said = " ".join(summary.paragraph(reading))
    told = said.partition("What else got better: ")[2].split(", ")
    assert "stops of people who were not sought" in told
    assert any(each.startswith("mean income per head") for each in told)
    found = summary.balance(reading)
    assert {line.name for line in found.better} >= {MEASURE_NAMES[name] for name in better}
    assert not {line.name for line in found.worse} & {MEASURE_NAMES[name] for name in better}


def test_with_few_districts_nothing_is_claimed() -> None:
    pair = invented(Recipe(districts=5))
    said = text_of(report.render(pair, "en"))
    assert "too few for intervals" in said
    assert "Nothing that this run can show." in said
    assert not re.search(r"\b(fewer|more) offences per 1,000 people a year \(", said)
    balance = summary.balance(read(pair, "en"))
    assert balance.worse == balance.better == balance.moved == ()


NOTHING: Mapping[str, tuple[None, None]] = dict.fromkeys(
    (
        "voiced", "private_dissent", "self_censoring", "score", "any_closed", "ever_misrecorded", "offended",
        "reported", "misreported", "helped", "turned_away", "trust", "standing", "ties_lost", "on_blacklist",
        "flagged", "misflagged", "checked", "detained", "misdetained", "legitimacy", "stood_up", "evading",
        "informed", "paired",
    ),
    (None, None),
)  # fmt: skip


def test_every_measure_has_one_theme_and_what_is_told_first_is_measured() -> None:
    names = [name for _, some in THEMES for name in some]
    assert sorted(names) == sorted(name for name, each in MEASURES.items() if each.kind != "town")
    assert set(names) >= FIRST


def test_each_institution_has_its_section_in_order() -> None:
    reading = read(usual(), "en")
    built = [section for build in BUILT if (section := build(reading))]
    assert tuple(section.key for section in built) == KEYS


@pytest.mark.parametrize("missing", ["on_blacklist", "checked", "evading"])
def test_a_section_vanishes_with_its_institution(missing: str) -> None:
    section = {"on_blacklist": "lists", "checked": "checks", "evading": "around"}[missing]
    gone = {missing: (None, None), "informed": (0.2, 0.2)}
    page = report.render(invented(Recipe(rates=gone, noise=0.0)), "en")
    assert f'id="{section}"' not in page and 'id="silence"' in page


def test_how_often_flags_detentions_and_reports_are_right() -> None:
    reading = read(usual(), "en")
    flags, detained, neighbours_ = foreseen.flags(reading), held.held(reading), neighbours.section(reading)
    assert flags and detained and neighbours_
    assert re.search(r"Of all flags, 5\.\d+% \(", " ".join(flags.lead))
    assert re.search(r"Without an offence: 7[4-6][\d.]*% \(", " ".join(detained.lead))
    assert re.search(r"[12]\d[\d.]*% \(.*are false", " ".join(neighbours_.lead))
    assert "75 of 100" in [half.words for half in detained.plates[0].halves]
    assert "days a year in detention for each 1,000 people" in " ".join(detained.lead)


HELP = {"more": (20.0, 30.0), "less": (30.0, 20.0)}


@pytest.mark.parametrize("verdict", HELP)
def test_help_is_told_as_it_goes(verdict: str) -> None:
    reading = read(invented(Recipe(rates={"helped": HELP[verdict]})), "en")
    section = help.section(reading)
    assert section and f"help each other {verdict} with" in section.lead[0]
    assert f"People help each other {verdict}: on" in " ".join(summary.paragraph(reading))
    names = {line.name for line in (*summary.balance(reading).better,)}
    assert (MEASURE_NAMES["helped"] in names) == (verdict == "more")


def test_what_only_the_system_makes_is_no_matter_of_chance() -> None:
    """Checks in one district alone: the interval over districts holds 0, and yet there were none without."""
    reading = read(usual(), "en")
    assert reading.only("checked") and not reading.only("reported") and not reading.only("helped")
    assert {MEASURE_NAMES["misdetained"]} <= {line.name for line in summary.balance(reading).worse}


def test_what_was_not_measured_is_left_out() -> None:
    pair = invented(Recipe(rates=NOTHING, panel=0))
    reading = read(pair, "en")
    assert [build(reading) for build in BUILT] == [None] * len(BUILT)
    for language in LANGUAGES:
        page = report.render(pair, language)
        assert 'id="changes"' in page and 'id="silence"' not in page and 'id="life"' not in page


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(), Recipe(districts=5), Recipe(rates=NOTHING, panel=0),
        Recipe(rates={"voiced": (0.41, 0.5), "offended": (118.0, 125.0)}),
        Recipe(rates={"voiced": (0.41, 0.41), "offended": (118.0, 118.0)}),
        Recipe(rates=dict.fromkeys(("any_closed", "ever_misrecorded", "voiced"), (0.3, 0.3)), noise=0.0),
        Recipe(rates={"any_closed": (0.4, 0.1), "ever_misrecorded": (0.03, 0.01), "voiced": (0.2, 0.3)}),
    ],
)  # fmt: skip
def test_french_leaves_no_english(recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    say = words("fr")
    monkeypatch.setattr(say, "_catalogue", Strict(say))
    page = report.render(invented(recipe), "fr")
    said = f" {text_of(own_words(page))} "
    assert [word for word in (" the ", " with ", " without ", " people ", " of ") if word in said] == []


def test_both_languages_show_the_same_numbers() -> None:
    def figures(page: str) -> list[str]:
        body = page[page.index("<main") :]
        return re.findall(r' d="[^"]+"', body)

    one, other = (report.render(usual(), language) for language in LANGUAGES)
    assert rows_of(one, "price.csv") == rows_of(other, "price.csv")
    assert rows_of(one, "voiced.csv") == rows_of(other, "voiced.csv")
    apart = len(figures(one)) - len(figures(other))
    assert abs(apart) <= 2, "but for marks of less than a pixel, as labels leave more room or less"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("+x", "'+x"), ("-x", "'-x"), ("@x", "'@x"), ("\t=x", "'\t=x"), (" =x", "' =x"),
        ("a=1", "a=1"), ("\x1b[31mred", "[31mred"), ("\x00\x07x", "x"), ("a\u202eb", "ab"), (-1.5, "-1.5"),
    ],
)  # fmt: skip
def test_cells_that_a_program_would_run_are_disarmed(cell: str | float, safe: str) -> None:
    text = unquote(attached("x", ("a", "b"), [(cell, 1)]).href.partition(",")[2])
    assert next(csv.reader(io.StringIO(text.split("\n", 1)[1])))[0] == safe


def test_hostile_texts_are_only_text() -> None:
    nasty = "</style></title><script>alert(1)</script>{{7*7}}{0}"
    page = report.render(hostile(nasty), "en")
    assert leaks(page) == []
    assert "<script" not in page and "49" not in text_of(page)[:400]
    assert html.escape(nasty, quote=True).replace("&#x27;", "&#39;") in page


def hostile(text: str) -> Pair:
    """A pair whose second scenario says ``text`` wherever it may say something."""
    return invented(Recipe(scenario={"title": text, "question": text, "assumed": text, "name": text}))


def test_the_command_is_safe_to_paste() -> None:
    page = text_of(report.render(hostile("x; rm -rf ~"), "en"))
    assert "glasstown compare open 'x; rm -rf ~' --people" in page


def test_write_puts_both_and_links_them(tmp_path: Path) -> None:
    written = report.write(usual(), tmp_path)
    assert [path.name for path in written] == ["report.en.html", "report.fr.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.en.html", "report.fr.html"]
    english = written[0].read_text(encoding="utf-8")
    assert '<a href="report.fr.html" hreflang="fr" lang="fr">Français</a>' in english
    assert "report.fr.html" not in report.render(usual(), "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError):
        report.render(usual(), "de")


def test_no_unfair_word_reaches_a_reader() -> None:
    unfair = re.compile(
        r"\b(suspects?|criminals?|offenders?|guilty|coupables?|délinquants?)\b", re.IGNORECASE
    )
    for language in LANGUAGES:
        assert unfair.findall(text_of(own_words(report.render(usual(), language)))) == []
