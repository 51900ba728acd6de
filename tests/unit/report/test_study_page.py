"""The report of a study says what the study holds, no more, in both languages, and asks for nothing."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from glasstown.errors import InputError
from glasstown.lab.claim import Words as Both
from glasstown.lab.frontier import Package, Spread
from glasstown.lab.study import Study
from glasstown.lab.verdict import WORDS, Verdict
from glasstown.report import study as report
from glasstown.report.figures.scatter import Axes, Mark, alike, scatter
from glasstown.report.figures.slats import SLATS, slats, stack
from glasstown.report.study import bands, claims, evidence, price, safeguards, summary
from glasstown.report.study.reading import read
from glasstown.report.words import LANGUAGES, words
from invented_study import NAN, SMALL, Recipe, invented, usual_study
from page_text import rows_of, text_of

ANCHORS = ("claims", "price", "safeguards", "life", "evidence", "bands", "methods", "sources", "again")


def leaks(page: str) -> list[str]:
    """Everything by which a page could run code or ask for something."""
    body = re.sub(r'href="data:text/csv[^"]*"', "", page)
    wrong = re.findall(r"<(?:script|iframe|object|embed|base|form|img|link|video|audio|source)\b", body, re.I)
    wrong += re.findall(r"\son\w+\s*=", re.sub(r"<style>.*?</style>", "", body, flags=re.S), re.I)
    wrong += re.findall(r"\sstyle\s*=", body)
    return wrong + re.findall(r"@import|javascript:|expression\(", body, re.I)


def card(page: str, claim: str) -> str:
    """The part of the page about one claim."""
    found = re.search(rf'<article class="claim" id="claim-{claim}".*?</article>', page, re.S)
    assert found is not None, claim
    return found[0]


def changed(study: Study, name: str, **fields: object) -> Study:
    """A study with fields of one verdict replaced."""
    verdicts = tuple(replace(v, **fields) if v.claim == name else v for v in study.verdicts)  # type: ignore[arg-type]
    return replace(study, verdicts=verdicts)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The usual study in both languages."""
    return {language: report.render(usual_study(), language) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_is_there_once_and_closed(pages: dict[str, str], language: str) -> None:
    page = pages[language]
    assert page.startswith("<!doctype html>") and page.endswith("</html>\n")
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(ANCHORS) <= set(ids)
    assert [ref for ref in re.findall(r'(?:aria-labelledby|href)="#?([\w-]+)"', page) if ref not in ids] == []
    for tag in ("section", "article", "div", "table", "details", "figure", "ul", "ol", "dl", "p", "a"):
        assert len(re.findall(rf"<{tag}[\s>]", page)) == page.count(f"</{tag}>"), tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_runs_and_no_placeholder_is_left(pages: dict[str, str], language: str) -> None:
    page = pages[language]
    assert leaks(page) == []
    text = text_of(page)
    assert re.findall(r"\{[a-z_]+\}|\bnan\b|\bNone\b|\binf\b", text) == []


def test_the_same_study_gives_the_same_page(pages: dict[str, str]) -> None:
    assert pages["en"] == report.render(invented(), "en")


def test_a_planted_leak_is_found(pages: dict[str, str]) -> None:
    assert leaks(pages["en"].replace("</main>", '<p onclick="x()"></main>')) != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_is_told_with_its_word_and_share(pages: dict[str, str], language: str) -> None:
    say = words(language)
    for verdict in usual_study().verdicts:
        part = text_of(card(pages[language], verdict.claim))
        word = WORDS[verdict.word]
        assert (word.en if language == "en" else word.fr) in part
        if verdict.holds.of:
            share = f"{100 * verdict.holds.value:.0f}"
            found = re.search(r"(\d+) ?% \((\d+) ?% \S+ (\d+) ?%\)", part)
            assert found is not None and found[1] == share
            assert [int(each) for each in found.groups()[1:]] == [
                round(100 * verdict.holds.low), round(100 * verdict.holds.high),
            ]  # fmt: skip
        else:
            assert say("No draw was judged.") in part


def test_what_a_claim_cannot_tell_stands_in_plain_sight(pages: dict[str, str]) -> None:
    for checked in usual_study().claims:
        part = card(pages["en"], checked.claim.id)
        folded = re.sub(r"<details.*?</details>", "", part, flags=re.S)
        limit = " ".join(checked.claim.cannot_tell.en.split())[:60]
        assert limit in text_of(folded)


def test_every_file_has_a_name_of_its_own(pages: dict[str, str]) -> None:
    names = re.findall(r'download="([^"]+)"', pages["en"])
    twice = {name for name in names if names.count(name) > 1}
    assert twice <= {"parameters.csv"}


def test_the_data_are_the_verdicts(pages: dict[str, str]) -> None:
    study = usual_study()
    rows = rows_of(pages["en"], "verdicts.csv")
    assert [row["claim"] for row in rows] == [each.claim for each in study.verdicts]
    for row, it in zip(rows, study.verdicts, strict=True):
        assert (row["word"], float(row["holds"]), float(row["fails_high"])) == (
            it.word, it.holds.value, it.fails.high,
        )  # fmt: skip
    effects = rows_of(pages["fr"], "claim-silence.csv")
    assert len(effects) == len(study.verdict("silence").conditions) + len(study.verdict("silence").shows)
    assert float(effects[0]["median_difference"]) == study.verdict("silence").conditions[0].median
    assert len(rows_of(pages["en"], "hinges.csv")) == sum(len(each.hinges) for each in study.verdicts)
    assert len(rows_of(pages["en"], "draws.csv")) == sum(len(each.states) for each in study.verdicts)
    assert len(rows_of(pages["en"], "safeguards.csv")) == len(study.packages)
    assert len(rows_of(pages["en"], "bands.csv")) == len(study.bands)


def test_every_parameter_of_the_arms_is_in_the_ledger(pages: dict[str, str]) -> None:
    keys = read(usual_study(), "en").books
    assert {row["parameter"] for row in rows_of(pages["en"], "parameters.csv")} == set(keys)


def test_the_summary_counts_what_there_is() -> None:
    study = usual_study()
    text = " ".join(summary.paragraph(read(study, "en")))
    count = {word: sum(v.word == word for v in study.verdicts) for word in WORDS}
    judged = len(study.verdicts) - count["undecided"] - count["unmeasured"]
    assert f"In this model {judged} could be decided." in text
    assert f"Hold or mostly hold: {count['holds'] + count['mostly']};" in text
    assert f"seldom hold or do not: {count['seldom'] + count['never']}." in text
    assert f"{count['unmeasured']} are not measured yet" in text
    assert "no probability" in text


def test_a_summary_follows_its_verdicts() -> None:
    """The planted fault: another word, another paragraph."""
    study = usual_study()
    other = changed(study, "silence", word="never")
    assert summary.paragraph(read(other, "en")) != summary.paragraph(read(study, "en"))


def test_claims_for_and_against_are_counted_by_one_rule() -> None:
    study = usual_study()
    side = {c.claim.id: c.claim.said_by in ("defender", "official") for c in study.claims}
    judged = [v for v in study.verdicts if v.word not in ("undecided", "unmeasured")]
    for_ = [v for v in judged if side[v.claim]]
    yes = sum(v.word in ("holds", "mostly") for v in for_)
    more = sum(v.word in ("holds", "mostly") for v in judged if not side[v.claim])
    text = " ".join(summary.paragraph(read(study, "en")))
    assert f"in the model: {yes} of the {len(for_)} that speak for the system" in text
    assert f"{more} of the {len(judged) - len(for_)} others." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_study_that_is_not_complete_says_so_first(language: str) -> None:
    study = invented(SMALL)
    page = report.render(study, language)
    say = words(language)
    text = text_of(page)
    first = say(
        "This study is not complete: {draws} of {most} draws have been lived. What follows may change.",
        draws="16", most="64",
    )  # fmt: skip
    plain = " ".join(first.replace("\u202f", " ").split())
    assert 0 <= text.find(plain) < text.find(text_of(summary.paragraph(read(study, language))[0]))
    for gone in ("price", "safeguards", "life", "bands"):
        assert f'id="{gone}"' not in page
        assert f'href="#{gone}"' not in page
    assert "not enough memory" in page


def test_a_study_that_is_large_and_complete_warns_of_nothing() -> None:
    assert summary.warnings(read(usual_study(), "en")) == ()


def test_one_claim_alone_is_a_report() -> None:
    page = report.render(invented(Recipe(("three-seconds",))), "en")
    assert "One claim, put to the test." in text_of(page)
    assert "could be decided" not in text_of(page)


def test_no_claims_are_no_report() -> None:
    empty = replace(usual_study(), claims=(), verdicts=())
    with pytest.raises(InputError, match="no claims"):
        report.render(empty, "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="no report"):
        report.render(usual_study(), "de")


def test_what_turns_a_verdict_is_named_with_what_it_rests_on(pages: dict[str, str]) -> None:
    part = text_of(card(pages["en"], "lists"))
    assert "It turns on detention.grounds" in part
    assert "Nobody has published this number: it is assumed." in part
    verdict = next(v for v in usual_study().verdicts if v.hinges and v.hinges[0].at is not None)
    assert f"turns at {float(f'{verdict.hinges[0].at:.3g}'):,g}" in text_of(card(pages["en"], verdict.claim))


def test_no_hinge_is_made_up(pages: dict[str, str]) -> None:
    silent = changed(usual_study(), "silence", hinges=(), influences=())
    part = text_of(card(report.render(silent, "en"), "silence"))
    assert "Nothing among what was drawn stands out." in part
    told = text_of(card(report.render(changed(usual_study(), "silence", hinges=()), "en"), "silence"))
    assert "No single value turns it. How far it is from its border goes most with" in told
    assert "turns at" in text_of(card(pages["en"], "silence"))


def test_what_was_not_read_is_not_drawn() -> None:
    part = card(report.render(usual_study(), "en"), "one-voice")
    assert "nothing could be read of it in any draw" in text_of(part)
    assert "no difference" not in part


HOSTILE = "<script>alert(1)</script>\"'{x}\u202e=cmd"


def test_hostile_words_stay_words() -> None:
    study = usual_study()
    checked = study.claims[0]
    both = Both(en=HOSTILE, fr=HOSTILE)
    claim = checked.claim.model_copy(update={
        "sentence": both, "cannot_tell": both, "needs": HOSTILE, "differs": (HOSTILE,),
    })  # fmt: skip
    facts = replace(study.facts, failed={HOSTILE: 1}, release=HOSTILE, dated=HOSTILE)
    design = replace(study.design, held={HOSTILE: HOSTILE})
    package = replace(study.packages[0], name=HOSTILE, safeguards=(HOSTILE,))
    band = study.bands[0].band.model_copy(update={"name": HOSTILE, "note": HOSTILE, "unit": HOSTILE})
    bad = replace(
        study, claims=(replace(checked, claim=claim), *study.claims[1:]), facts=facts, design=design,
        packages=(package, *study.packages[1:]), bands=(replace(study.bands[0], band=band),),
    )  # fmt: skip
    for language in LANGUAGES:
        page = report.render(bad, language)
        assert leaks(page) == []
        assert "<script" not in page
        assert "alert(1)" in page


def test_the_price_is_told_only_where_something_is_prevented() -> None:
    study = usual_study()
    assert study.price is not None
    nothing = Spread(NAN, NAN, NAN)
    free = replace(study.price, prevents=0, each=dict.fromkeys(study.price.each, nothing))
    told = price.chapter(read(replace(study, price=free), "en"))
    assert told is not None
    assert "No draw prevents any, so there is no price to give." in told.lead
    assert all(plate.title != "What goes with one offence prevented" for plate in told.plates)
    assert price.chapter(read(replace(study, price=replace(free, draws=0)), "en")) is None


def test_the_frontier_names_those_that_no_other_beats() -> None:
    study = usual_study()
    found = safeguards.chapter(read(study, "en"))
    assert found is not None
    best = [each for each in study.packages if each.efficient >= each.draws / 2]
    assert 0 < len(found.names) <= 8
    assert "All 11 safeguards" in found.names
    assert len(found.names) == min(8, len(best))
    rows = [row for _, table, _ in found.tables for row in table.rows]
    assert len(rows) == len(study.packages)


def test_packages_without_numbers_are_left_out() -> None:
    nothing = Spread(NAN, NAN, NAN)
    empty = Package("expiry", ("expiry",), 0, nothing, nothing, nothing, 0, {})
    assert safeguards.chapter(read(replace(usual_study(), packages=(empty,)), "en")) is None
    part = replace(empty, draws=4, averted=Spread(1.0, 0.0, 2.0), lost=Spread(1.0, 1.0, 1.0))
    found = safeguards.chapter(read(replace(usual_study(), packages=(part,)), "en"))
    assert found is not None and found.tables[0][1].rows[0][2] == "–"


def test_two_axes_are_drawn_alike_only_if_both_can_be_read() -> None:
    near = [Mark((1.0, 0.0, 2.0), (2.0, 1.0, 3.0), "1")]
    far = [Mark((1.0, 0.0, 2.0), (200.0, 100.0, 300.0), "1")]
    assert alike(near) and not alike(far)
    axes = Axes("x", "y", str)
    for marks in (near, far):
        assert "nan" not in scatter(540, marks, axes)


def test_where_to_measure_next_is_what_stands_out() -> None:
    reading = read(usual_study(), "en")
    found = evidence.evidence(reading)
    assert found.first
    assert all(int(line.claims.split()[0]) > 0 for line in found.first)
    silent = replace(usual_study(), verdicts=tuple(replace(v, influences=()) for v in usual_study().verdicts))
    quiet = evidence.evidence(read(silent, "en"))
    assert quiet.plate is None and quiet.first == ()
    assert sum(len(lines) for _, lines in quiet.tables) == len(reading.books)


def test_bands_are_inside_or_outside_and_never_validated() -> None:
    found = bands.chapter(read(usual_study(), "en"))
    assert found is not None
    for row, placed in zip(found.rows, usual_study().bands, strict=True):
        assert row.verdict == {"absent": "not to be had"}.get(placed.verdict, placed.verdict)
    assert "no prediction" in " ".join(found.lead)


@pytest.mark.parametrize(("low", "value", "high"), [(0.0, 0.0, 0.04), (0.4, 0.5, 0.6), (0.9, 1.0, 1.0)])
def test_fifty_slats_show_the_interval(low: float, value: float, high: float) -> None:
    paths = dict(re.findall(r'<path class="(sl-\w+)" d="([^"]*)"', slats(low, value, high)))
    counts = {kind: paths.get(kind, "").count("M") for kind in ("sl-in", "sl-mid", "sl-out")}
    assert sum(counts.values()) == SLATS
    assert abs(counts["sl-in"] / SLATS - low) <= 0.011
    assert abs((counts["sl-in"] + counts["sl-mid"]) / SLATS - high) <= 0.011


def test_a_bar_of_three_parts_adds_up() -> None:
    widths = [float(each) for each in re.findall(r"h([\d.]+)v", stack(0.5, 0.3, 0.2))]
    assert widths == pytest.approx([99.0, 59.0, 39.0])


def test_cards_keep_the_order_of_the_claims_within_a_group() -> None:
    reading = read(usual_study(), "en")
    order = [each.claim.id for each in usual_study().claims]
    for group in claims.groups(reading):
        ids = [each.id for each in group.cards]
        assert ids == sorted(ids, key=order.index)


def test_both_languages_are_written_and_linked(tmp_path: Path) -> None:
    written = report.write(invented(SMALL), tmp_path)
    assert [path.name for path in written] == ["report.en.html", "report.fr.html"]
    assert 'href="report.fr.html"' in written[0].read_text(encoding="utf-8")
    assert 'href="report.en.html"' in written[1].read_text(encoding="utf-8")


def test_every_word_of_a_verdict_occurs_in_the_invented_study() -> None:
    found: set[str] = {each.word for each in usual_study().verdicts}
    assert found == set(WORDS)
    assert any(isinstance(each, Verdict) and each.failed for each in usual_study().verdicts)


@pytest.mark.parametrize(
    ("spread", "text"),
    [
        (Spread(138_829.0, 38_672.0, 199_079.0), "139,000 (39,000 to 199,000)"),
        (Spread(0.4, 0.1, 12.6), "0.4 (0.1 to 12.6)"),
        (Spread(7.0, 0.0, 347.0), "7 (0 to 347)"),
        (Spread(5.0, 5.0, 5.0), "5.00"),
        (Spread(NAN, NAN, NAN), "–"),
    ],
)
def test_a_number_has_the_figures_that_its_spread_allows(spread: Spread, text: str) -> None:
    assert read(usual_study(), "en").spread(spread) == text


@pytest.mark.parametrize(("language", "singular"), [("en", "counts from 1 point "), ("fr", "de 1 point.")])
def test_one_point_is_one_point(language: str, singular: str) -> None:
    study = usual_study()
    effects = study.verdict("silence").conditions
    one = replace(effects[0], matters=0.01)
    page = report.render(changed(study, "silence", conditions=(one, *effects[1:])), language)
    assert singular in text_of(card(page, "silence"))
