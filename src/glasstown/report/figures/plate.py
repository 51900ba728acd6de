"""What a section shows: a drawing in two widths, its words for who cannot see it, the numbers behind."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

__all__ = ["NARROW", "WIDE", "Attachment", "Grid", "Half", "Plate", "attached", "drawn"]

WIDE: Final = 540
NARROW: Final = 288
"""Pixels: drawings are made at these widths and may grow a little, never shrink, so text keeps its size."""

Cell = str | int | float | None

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: what the columns are called, and rows whose first cell names them."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A CSV file inside the page: its name and its address, which holds it whole."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Half:
    """One world's part of a drawing without text, which therefore scales; ``kind`` is "with" or "without"."""

    kind: str
    world: str
    words: str
    drawing: str


@dataclass(frozen=True, slots=True)
class Plate:
    """One drawing, at both widths or as two halves; ``title`` stands above it."""

    title: str
    alternative: str
    wide: str = ""
    narrow: str = ""
    halves: tuple[Half, ...] = ()
    grid: Grid | None = None
    csv: Attachment | None = None


def drawn(draw: Callable[[float], str]) -> tuple[str, str]:
    """A drawing at both widths."""
    return draw(WIDE), draw(NARROW)


def attached(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Attachment:
    """A CSV file as an address. What a spreadsheet or a terminal would take for a command is disarmed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_safe(each) for each in head])
    writer.writerows([_safe(each) for each in row] for row in rows)
    return Attachment(f"{name}.csv", "data:text/csv;charset=utf-8," + quote(text.getvalue(), safe=",-._~"))


def _safe(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    plain = _CONTROL.sub("", cell)
    return f"'{plain}" if plain.lstrip().startswith(_FORMULA) or plain.startswith(_FORMULA) else plain
