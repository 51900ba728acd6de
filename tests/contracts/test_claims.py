"""Every shipped claim is whole, and its arms differ in what it claims alone; its page is as the code."""

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from glasstown.cli.app import answer
from glasstown.lab.claim import Claim, Words
from glasstown.lab.claim_check import Checked, checked, differences
from glasstown.lab.claim_measure import expression
from glasstown.lab.claim_read import claim, shelf, shipped, tallies
from glasstown.lab.ledger import bibliography
from glasstown.lab.pages import renewed_claims
from glasstown.scenario.model import Scenario, Table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/claims.md").read_text(encoding="utf-8")
CLAIMS = (
    "silence", "neighbours", "solidarity", "outcasts", "merit", "nothing-to-hide", "three-seconds",
    "foreknowledge", "safety", "patrol", "birth", "evasion", "growth", "wall", "one-voice", "pooling",
    "lists", "safeguards",
)  # fmt: skip
FRENCH = re.compile(r"\b(le|la|les|des?|du|un|une|qui|que|se|et)\b|[lLdDnN]’", re.IGNORECASE)
MISSPELT = re.compile(r"'|\s[,.]|[^\s][;:!?](?!\S)")
"""A straight apostrophe; a space before a comma; none before a high mark."""

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def found() -> dict[str, Checked]:
    return {name: checked(name) for name in CLAIMS}


def packed_tables(scenario: Scenario) -> dict[str, object]:
    """What a run of the scenario would leave in its manifest, read back."""
    written = json.loads(json.dumps(scenario.packed()))
    return tomllib.loads(written["toml"])


def differing(arms: dict[str, Scenario]) -> set[str]:
    """The keys in which any two arms differ, by what their manifests would hold."""
    tables = [packed_tables(each) for each in arms.values()]
    return {key for one in tables for other in tables for key in differences(one, other)}


def incomplete(each: Claim) -> list[str]:
    """What a shipped claim lacks."""
    texts = (each.sentence, each.cannot_tell, *(condition.because for condition in each.conditions))
    lacks = ["a text in both languages"] * any(not text.en.strip() or not text.fr.strip() for text in texts)
    lacks += ["a source"] * (each.source not in bibliography())
    lacks += ["French"] * any(not FRENCH.search(text.fr) for text in texts)
    lacks += ["good French"] * any(MISSPELT.search(text.fr) is not None for text in texts)
    lacks += ["a test"] * (each.decidable and not each.conditions)
    reasons = [condition.because for condition in each.conditions]
    lacks += ["a reason"] * any(min(len(reason.en), len(reason.fr)) < 40 for reason in reasons)
    return lacks


def test_all_eighteen_are_shipped_and_no_other() -> None:
    assert set(shipped()) == set(CLAIMS) == {path.stem for path in shelf().iterdir()}
    assert len(CLAIMS) == 18


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_whole(name: str) -> None:
    each = claim(name)
    assert each.id == name
    assert incomplete(each) == []
    assert each.sentence.en.endswith(".") and each.sentence.fr.endswith(".")
    assert each.between[0] != each.between[1]
    for measure in (*each.shows, *(condition.measure for condition in each.conditions)):
        assert expression(str(measure), tallies()) == measure


@pytest.mark.parametrize("name", CLAIMS)
def test_arms_differ_in_exactly_the_thing_claimed(name: str, found: dict[str, Checked]) -> None:
    each, arms = found[name].claim, dict(found[name].scenarios)
    assert list(arms) == [arm.name for arm in each.arms]
    assert differing(arms) == set(each.differs)
    for what in ("town", "run"):
        assert len({json.dumps(packed_tables(arm)[what], sort_keys=True) for arm in arms.values()}) == 1
    assert len({arm.digest for arm in arms.values()}) == len(arms)
    (days,) = {arm.run.days for arm in arms.values()}
    assert days == each.horizon.days


def test_an_arm_that_differs_in_one_more_key_is_caught(found: dict[str, Checked]) -> None:
    """The law can fail: one value of one arm changed by a hair."""
    each = found["wall"]
    arms = dict(each.scenarios)
    name = next(iter(arms))
    score = arms[name].mechanisms["score"]
    other = score.model_copy(update={"company": 0.0501})
    arms[name] = replace(arms[name], mechanisms=Table({**arms[name].mechanisms, "score": other}))
    assert differing(arms) == {*each.claim.differs, "score.company"}


def test_a_claim_that_lacks_something_is_caught() -> None:
    whole = claim("silence")
    words, short = whole.sentence, Words(en="so", fr="par la force des choses")
    spoiled = {
        "a text in both languages": {"sentence": words.model_copy(update={"fr": " "})},
        "a source": {"source": "nobody-1999"},
        "French": {"sentence": words.model_copy(update={"fr": "People fall silent."})},
        "good French": {"sentence": words.model_copy(update={"fr": "Ce qu'on tait."})},
        "a test": {"conditions": ()},
        "a reason": {"conditions": (whole.conditions[0].model_copy(update={"because": short}),)},
    }
    for fault, update in spoiled.items():
        assert fault in incomplete(whole.model_copy(update=update))


def test_what_is_not_measured_is_needed_not_forced() -> None:
    waiting = {name for name in CLAIMS if not claim(name).decidable}
    assert waiting == set(), "all are decided by what is measured"


def test_the_page_is_as_the_code() -> None:
    assert renewed_claims(PAGE) == PAGE, "run: .venv/bin/python -m glasstown.lab.pages docs/claims.md"
    spoiled = PAGE.replace("in score alone, by 0.005", "in score alone, by 0.006", 1)
    assert spoiled != PAGE and renewed_claims(spoiled) == PAGE


def test_the_claim_of_ten_lines_on_the_page_works(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert example.count("\n") == 10
    (tmp_path / "mine.toml").write_text(example)
    monkeypatch.chdir(tmp_path)
    assert answer(["claims", "check", "mine.toml"]) == 0
    assert "and in nothing else" in capsys.readouterr().out
    wrong = example.replace('"score.publicity=secret"', '"score.publicity=secret", "score.company=0"')
    (tmp_path / "mine.toml").write_text(wrong)
    assert answer(["claims", "check", "mine.toml"]) == 2
    (told,) = re.findall(r"^mine\.toml:.*$", PAGE, re.MULTILINE)
    said = capsys.readouterr().err
    assert " ".join(told.split()) in " ".join(said.split()), said


def test_the_python_of_the_page_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "mine.toml").write_text(example)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith("than a secret one. True")
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["secret", "public"]


def test_commands(capsys: Capture) -> None:
    assert answer(["claims", "list"]) == 0
    said = capsys.readouterr().out
    for name in CLAIMS:
        assert re.search(rf"^{name}: ", said, re.MULTILINE), name
    assert "18 claims, 18 of them decidable" in said
    assert answer(["claims", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in listed["claims"]] == sorted(CLAIMS)
    for name in ("merit", "growth"):
        assert answer(["claims", "show", name]) == 0
        shown = capsys.readouterr().out
        assert "They differ in" in shown and claim(name).sentence.fr in shown
        assert max(len(line) for line in shown.split("\n")) <= 100
    assert answer(["claims", "check", "evasion", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["digests"]) == {"no way round", "ways round"}
    assert answer(["claims", "show", "growht"]) == 2
    assert "nearest: growth" in capsys.readouterr().err
