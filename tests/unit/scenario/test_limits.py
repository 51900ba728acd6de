"""What is refused before and after parsing, and just not refused at the limit itself."""

import pytest

from glasstown.errors import ScenarioError
from glasstown.scenario.limits import MOST_LEVELS, MOST_LINES, MOST_PARTS, dotted, parse


def refusal(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        parse(text, "a.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        ".".join("a" * MOST_PARTS) + " = 1",
        "a = " + "[" * MOST_LEVELS + "]" * MOST_LEVELS,
        "a = " + "9" * 18,
        "#\n" * (MOST_LINES - 1),
        '"a.b.c" = "' + "x" * 4_000 + '"',
        "a = [" + "1.5, " * 100 + "]",
        'a = "été — 全部"',
        "a = 1\r\nb = 2\r\n",
    ],
    ids=["parts", "levels", "digits", "lines", "text", "points", "letters", "crlf"],
)
def test_what_is_just_within_the_limits_is_read(text: str) -> None:
    parse(text, "a.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (".".join("a" * (MOST_PARTS + 1)) + " = 1", "a.toml:1:32: a key of more than 16 parts"),
        ("x = 1\n[" + ".".join(["'b'"] * 17) + "]", "a.toml:2:65: a key of more than 16 parts"),
        ("a = " + "[" * 65, "a.toml:1:69: nested more than 64 levels deep"),
        ("a = " + "{b=" * 65, "a.toml:1:197: nested more than 64 levels deep"),
        ("a = " + "{b.c=" * 40 + "1" + "}" * 40, "nested more than 64 levels deep"),
        ("a = " + "9" * 65, "a.toml:1:5: a number or bare key of more than 64 characters"),
        ("a = " + "9" * 60, "a.toml:1:5: a: a whole number beyond 9,223,372,036,854,775,807"),
        ("\na = nan", "a.toml:2:5: a: expected a finite number"),
        ("a = [1, {b = -inf}]", "a.toml:1:14: a[1].b: expected a finite number"),
        ("a = 1e999", "a.toml:1:5: a: expected a finite number"),
        ("a = 1979-05-27", "a.toml:1:5: a: a date or time; days are whole numbers here"),
        ('a = "\x1b[31m"', "a.toml:1:6: control character U+001B"),
        ('a = "\\u001b[31m"', "a.toml:1:5: a: a text with the control character U+001B"),
        ("a = 1 # \u202e1", "a.toml:1:9: control character U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("a = 1\rb = 2", "a.toml:1:6: a carriage return without a line feed"),
        ("sc\u043ere = 1", "a.toml:1:1: U+043E CYRILLIC SMALL LETTER O"),
        (
            '"sc\u043ere" = 1',
            "'sc\\u043ere': U+043E CYRILLIC SMALL LETTER O: keys must be plain ASCII; nearest: score",
        ),
        ('"" = 1', "a.toml:1:1: '': an empty key"),
        ('"' + "k" * 65 + '" = 1', "a key of more than 64 characters"),
        ("a = '" + "x" * 4_001 + "'", "a text of more than 4,000 characters"),
        ("#\n" * (MOST_LINES + 1), "more than 5,000 lines"),
        ("a = [" + "1," * 30_000 + "]", "more than 20,000 words and signs"),
        ("#" * (1 << 20) + "\n", "larger than a scenario may be (1,048,576 bytes)"),
        ("a = 1\na = 2", "a.toml:2:6: not TOML: this key stands here a second time"),
        ("[a]\n[a]", "a.toml:2:3: not TOML: a table of this name is given already"),
        ("a = {b = 1, b = 2}", "not TOML: this key stands here a second time"),
        ("a = {}\na.b = 2", "not TOML: this table was closed where it was given"),
        ("a = .5\n", "a.toml:1:5: not TOML: expected a value: a number, true or false, a text in quotes"),
        ("a = [1,\n", "a.toml:2:1: not TOML: expected a value"),
        ("a = 1 2", "a.toml:1:7: not TOML: Expected newline"),
    ],
)
def test_what_is_beyond_is_refused_with_its_place(text: str, told: str) -> None:
    assert told in refusal(text)


def test_the_parser_running_out_of_stack_is_told_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    from glasstown.scenario import limits

    monkeypatch.setattr(limits, "check_text", lambda text, place: None)
    assert refusal("a = " + "[" * 20_000) == "a.toml: nested too deeply to be read"


def test_paths_are_shown_without_what_a_terminal_would_obey() -> None:
    assert dotted(("change", 0, "score", "a b", "\x1b")) == "change[0].score.'a b'.'\\x1b'"
