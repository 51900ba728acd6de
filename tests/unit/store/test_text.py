"""Names from files move no cursor and compute nothing."""

import csv
from pathlib import Path

import numpy as np
import pytest

from glasstown.errors import StoreError
from glasstown.store.export import write_csv
from glasstown.store.tables import Labels, Table
from glasstown.store.text import cell, plain

ESCAPES = {
    "\x1b[2J": "\\x1b[2J",
    "\x1b]0;title\x07": "\\x1b]0;title\\x07",
    "a\rb\nc\td": "a\\x0db\\x0ac\\x09d",
    "\x9b31m": "\\x9b31m",
    "\x7f\x00": "\\x7f\\x00",
    "abc\u202edcb": "abc\\u202edcb",
    "a\u2028b\u200bc\ufeff": "a\\u2028b\\u200bc\\ufeff",
    "\ud800\U000e0041": "\\ud800\\U000e0041",
}


@pytest.mark.parametrize("text", ESCAPES)
def test_what_a_terminal_might_obey_is_written_out(text: str) -> None:
    assert plain(text) == ESCAPES[text]


@pytest.mark.parametrize("text", ["voiced", "l'élan d'été", "舆论 — 60 %", "a = b + c", "😀"])
def test_what_a_reader_can_see_stays(text: str) -> None:
    assert plain(text) == text


FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "a;=1", "a,+1", "a\t=1",
    'x"=1', "＝1", "＋1", "－1", "＠1", "−1", "\u3000=1", "a|=1", "'=1",
]  # fmt: skip


def computes(text: str) -> bool:
    """Whether a spreadsheet may compute ``text``, a line of CSV, by any of the usual separators."""
    pieces = (next(csv.reader([text], delimiter=each, quoting=csv.QUOTE_NONE)) for each in ',;\t|"')
    return any(
        piece.lstrip(" \u3000")[:1] in set("=+-@＝＋－＠−") for line in pieces for piece in line if piece
    )


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_computes_whatever_parts_the_cells(text: str) -> None:
    assert not computes(cell(text))


def test_a_cell_that_is_only_made_visible_would_compute() -> None:
    assert all(computes(plain(text)) for text in FORMULAS if text.isprintable() and text != "'=1")


@pytest.mark.parametrize("text", ["voiced", "a - b", "a=b", "score: 5", "it's 5-6"])
def test_harmless_cells_stay(text: str) -> None:
    assert cell(text) == text


def test_a_table_as_csv(tmp_path: Path) -> None:
    table = Table(
        {
            "=day": np.array([-1, 2**40]),
            "kind": Labels(np.array([0, 1], np.uint8), ("=1+1", 'a "b", c')),
            "share": np.array([0.1, 1e-300]),
            "right": np.array([True, False]),
        }
    )
    write_csv(tmp_path / "a.csv", table)
    text = (tmp_path / "a.csv").read_bytes().decode()
    assert text == ('\'=day,kind,share,right\n-1,\'=1+1,0.1,True\n1099511627776,"a ""b"", c",1e-300,False\n')
    assert list(csv.reader(text.splitlines()))[2][1] == 'a "b", c'
    with pytest.raises(StoreError):
        write_csv(tmp_path / "absent" / "a.csv", table)


def test_a_long_table_is_written_in_pieces(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", Table({"row": np.arange(200_001)}))
    lines = (tmp_path / "a.csv").read_text().split()
    assert lines[1:] == [str(number) for number in range(200_001)]
