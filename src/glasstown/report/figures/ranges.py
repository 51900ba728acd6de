"""Range plots: each row shows both worlds, and how sure the difference is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from glasstown.report.drawing import Scale, Sheet, text_width, wrap
from glasstown.report.numbers import nice

__all__ = ["Heading", "Row", "ranges"]


@dataclass(frozen=True, slots=True)
class Heading:
    """Words above a group of rows."""

    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """``low`` and ``high`` bound the value with the system, seen from the value without it."""

    label: str
    without: float | None
    with_: float
    low: float | None
    high: float | None
    without_text: str
    with_text: str


def ranges(
    width: float, rows: Sequence[Heading | Row], axis: Callable[[float], str], worlds: tuple[str, str],
    start: float = 0.0, end: float | None = None,
) -> str:  # fmt: skip
    """Draw the rows on one axis from ``start``. ``worlds`` names (without, with) above the first row."""
    roomy = width > 400
    real = [row for row in rows if isinstance(row, Row)]
    top = end or max(max(row.with_, row.without or 0.0, row.high or 0.0) for row in real)
    marks = [start + each for each in nice(top - start)]
    widest = max(text_width(t, 13) for row in real for t in (row.without_text, row.with_text)) + 14
    label = max(text_width(row.label) for row in real) + 14 if roomy else 0.0
    left, right = min(label, width * 0.42) + widest, width - max(widest, 20.0)
    x = Scale(start, marks[-1], left, right)
    tall, places = _places(rows, roomy, label - 14 if roomy else width)
    sheet = Sheet(width, tall + 26)
    for each in marks:
        sheet.down(x(each), 20, tall, "grid")
    for each in marks if roomy else (marks[0], marks[-1]):
        sheet.text(x(each), tall + 18, axis(each), "ax", "middle")
    for row, y in zip(rows, places, strict=True):
        if isinstance(row, Heading):
            sheet.text(0, y + 4, row.words, "strong")
        else:
            _row(sheet, row, y, x, roomy)
    _worlds(sheet, real[0], x, worlds, width)
    return sheet.svg()


def _places(rows: Sequence[Heading | Row], roomy: bool, width: float) -> tuple[float, list[float]]:
    """The bottom of the rows, and where each mark stands."""
    at, places = 22.0, []
    for row in rows:
        if isinstance(row, Heading):
            places.append(at + 18)
            at += 28
        elif roomy:
            places.append(at + 14)
            at += 27
        else:
            extra = 15 * len(wrap(row.label, width))
            places.append(at + extra + 16)
            at += extra + 26
    return at + 4, places


def _row(sheet: Sheet, row: Row, y: float, x: Scale, roomy: bool) -> None:
    if roomy:
        sheet.text(0, y + 4, row.label)
    else:
        lines = wrap(row.label, sheet.width)
        for k, line in enumerate(lines):
            sheet.text(0, y - 12 - 15 * (len(lines) - 1 - k), line, "lab halo")
    here = x(row.with_)
    if row.without is not None:
        there = x(row.without)
        if abs(here - there) > 1:
            sheet.across(there, here, y, "link")
    if row.low is not None and row.high is not None and x(row.high) - x(row.low) > 1:
        sheet.across(max(x(row.low), x.first - 6), x(row.high), y, "ci cw")
    if row.without is not None:
        sheet.dot(x(row.without), y, "ring co", 4.8)
    sheet.dot(here, y, "dot cw")
    _values(sheet, row, y, x)


def _values(sheet: Sheet, row: Row, y: float, x: Scale) -> None:
    """The value without on the one side, the value with on the other."""
    high = max(x(row.with_), x(row.high) if row.high is not None else 0.0) + 10
    low = min(x(row.with_), x(row.low) if row.low is not None else 1e9) - 10
    if row.without is None:
        sheet.text(high, y + 4.5, row.with_text, "val cw")
    elif row.with_ >= row.without:
        sheet.text(high, y + 4.5, row.with_text, "val cw")
        sheet.text(min(x(row.without) - 10, low), y + 4.5, row.without_text, "val co", "end")
    else:
        sheet.text(low, y + 4.5, row.with_text, "val cw", "end")
        sheet.text(max(x(row.without) + 10, high), y + 4.5, row.without_text, "val co")


def _worlds(sheet: Sheet, row: Row, x: Scale, worlds: tuple[str, str], width: float) -> None:
    """Which mark is which, above the first row."""
    if row.without is None:
        return
    marks = sorted([(x(row.without), worlds[0], "val co"), (x(row.with_), worlds[1], "val cw")])
    (a, left, one), (b, right, two) = marks
    if b - a > text_width(left, 13) / 2 + text_width(right, 13) / 2 + 16:
        sheet.text(max(a, text_width(left, 13) / 2), 12, left, one, "middle")
        sheet.text(min(b, width - text_width(right, 13) / 2 - 2), 12, right, two, "middle")
    else:
        start = min(max((a + b) / 2, text_width(left, 13) + 8), width - text_width(right, 13) - 14)
        sheet.text(start - 6, 12, left, one, "end")
        sheet.text(start + 6, 12, right, two)
