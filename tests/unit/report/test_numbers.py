"""Numbers as the two languages write them."""

import pytest

from glasstown.report.numbers import MINUS, Numbers, digits_for, digits_within, nice

EN, FR = Numbers("en"), Numbers("fr")


@pytest.mark.parametrize(
    ("value", "digits", "english", "french"),
    [
        (0, 0, "0", "0"),
        (1234567, 0, "1,234,567", "1\u202f234\u202f567"),
        (1234.5, 1, "1,234.5", "1\u202f234,5"),
        (-12.25, 2, f"{MINUS}12.25", f"{MINUS}12,25"),
        (-0.004, 2, "0.00", "0,00"),
    ],
)
def test_plain(value: float, digits: int, english: str, french: str) -> None:
    assert EN.plain(value, digits) == english
    assert FR.plain(value, digits) == french


def test_a_sign_only_where_there_is_something() -> None:
    assert EN.signed(1.26, 1) == "+1.3"
    assert EN.signed(-1.26, 1) == f"{MINUS}1.3"
    assert EN.signed(0.01, 1) == "0.0"


def test_per_cent_as_each_language_spaces_it() -> None:
    assert EN.percent(0.1234, 1) == "12.3%"
    assert FR.percent(0.1234, 1) == "12,3\u202f%"
    assert EN.percent(0.0, 3) == "0%"


@pytest.mark.parametrize(
    ("value", "half", "digits"),
    [
        (50, 20, 0),
        (50, 2, 0),
        (50, 0.2, 1),
        (50, 0.02, 2),
        (50, 1e-9, 4),
        (123, None, 0),
        (1.23, None, 2),
        (0, None, 0),
    ],
)
def test_digits_follow_the_uncertainty(value: float, half: float | None, digits: int) -> None:
    assert digits_for(value, half) == digits


@pytest.mark.parametrize("top", [1e-4, 0.3, 0.75, 1, 7, 34, 950, 118_000])
def test_ticks_are_few_round_and_cover(top: float) -> None:
    marks = nice(top)
    assert marks[0] == 0 and marks[-1] >= top * 0.999999
    assert 3 <= len(marks) <= 7
    assert marks[-1] <= top * 1.7


def test_parameters_are_shown_exactly() -> None:
    assert EN.shown(0.1) == "0.1"
    assert EN.shown(1411778724) == "1,411,778,724"
    assert EN.shown(1e-06) == "0.000001"
    assert FR.shown(0.0000123) == "0,0000123"
    assert EN.shown(3e-10) == "3\u00a0×\u00a010⁻¹⁰"
    assert FR.shown(-2.5e-10) == f"{MINUS}2,5\u00a0×\u00a010⁻¹⁰"
    assert EN.shown(1e-11) == "10⁻¹¹"
    assert FR.shown([0.25, 1.0]) == "0,25; 1"
    assert EN.shown(True) == "true"
    assert EN.shown(None) == ""
    assert EN.shown("fixed_fpir") == "fixed_fpir"


@pytest.mark.parametrize(
    ("half", "digits"),
    [(0.004, 3), (0.3, 1), (2.0, 1), (13.0, 0), (99.0, 0), (100.0, -1), (26_000.0, -3), (80_000.0, -3)],
)
def test_what_is_known_within_so_much_has_so_many_digits(half: float, digits: int) -> None:
    assert digits_within(half) == digits
