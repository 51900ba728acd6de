"""Numbers as people write them, and what the shared options come to."""

from decimal import Decimal
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasstown.cli.options import Asked, asked, whole
from glasstown.errors import ScenarioError


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2000", 2000), ("1e6", 10**6), ("1E6", 10**6), ("100_000", 10**5),
        ("100,000", 10**5), ("100k", 10**5),
        ("1.5M", 1_500_000), ("1.42bn", 1_420_000_000), (" 20 K ", 20_000), ("0", 0), ("-3", -3),
        ("1.42e9", 1_420_000_000),
        ("1e-0", 1), ("1,234,567", 1_234_567), ("0.5k", 500),
    ],
)  # fmt: skip
def test_a_number_is_read(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "many", "1.5", "1e-3", "1e400", "1e999999999", "9" * 5000, "100kk", "1e6e6", "1,00",
     "1.2.3", "nan", "inf",
     "0x10", "k", "1 2", "10,0000", "--5", "1e99999999999999999999"],
)  # fmt: skip
def test_what_is_none_is_refused(text: str) -> None:
    assert whole(text) is None


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_every_way_of_writing_a_number_reads_the_same(number: int) -> None:
    written = {str(number), f"{number:_}", f"{number:,}", f"{Decimal(number):e}", f"{number}e0"}
    assert {whole(each) for each in written} == {number}


@given(st.text(max_size=40))
def test_no_text_ends_it(text: str) -> None:
    assert whole(text) is None or isinstance(whole(text), int)


def test_short_options_are_called_by_their_names_in_errors() -> None:
    with pytest.raises(ScenarioError, match=r"--people 5: town\.people: no"):
        raise ScenarioError(f"{Asked(people=5).overrides()[0].place}: town.people: no")
    places = [each.place for each in Asked(days=3, settings=("score.company=0",)).overrides()]
    assert places == ["--days 3", "--set score.company=0"]


def test_two_kinds_of_output_exclude_each_other() -> None:
    with pytest.raises(click.UsageError):
        asked({"as_json": True, "digest": True})
    assert asked({"quiet": True}) == Asked(quiet=True, out=Path("runs"))
