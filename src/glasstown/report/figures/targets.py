"""Rows with axes of their own: where a value lies, and the range that was asked for or published."""

from collections.abc import Sequence
from dataclasses import dataclass

from glasstown.report.drawing import Scale, Sheet, text_width, wrap

__all__ = ["Target", "targets"]


@dataclass(frozen=True, slots=True)
class Target:
    """One row. ``low`` to ``high`` is the spread of ``value``; the region may be open to one side (None).

    ``ticks`` are values with words under the axis, those first that must not be left out; ``dots`` further
    values that are shown small; ``mark`` is the value of a line through the row, such as no difference;
    ``text`` stands right of the title.
    """

    title: str
    value: float
    low: float
    high: float
    region: tuple[float | None, float | None]
    ticks: tuple[tuple[float, str], ...]
    text: str
    mark: float | None = None
    dots: tuple[float, ...] = ()


TALL = 62.0
"""Pixels of a row without its title."""


def targets(width: float, rows: Sequence[Target]) -> str:
    """Draw the rows, each with its title above and its axis below."""
    lines = [wrap(row.title, width - text_width(row.text, 13) * 1.06 - 18) for row in rows]
    sheet = Sheet(width, sum(TALL + 16 * len(each) for each in lines))
    top = 0.0
    for row, words in zip(rows, lines, strict=True):
        for k, line in enumerate(words):
            sheet.text(0, top + 14 + 16 * k, line, "strong")
        sheet.text(width, top + 14, row.text, "val", "end")
        _row(sheet, row, top + 16 * len(words) + 20)
        top += TALL + 16 * len(words)
    return sheet.svg()


def _row(sheet: Sheet, row: Target, y: float) -> None:
    """The axis of one row; ``y`` is the middle of its marks."""
    known = [row.value, row.low, row.high, *row.dots, *(each for each in row.region if each is not None)]
    known += [] if row.mark is None else [row.mark]
    least, most = min(known), max(known)
    pad = 0.08 * (most - least) or abs(most) * 0.1 or 1.0
    x = Scale(least - pad, most + pad, 2.0, sheet.width - 2)
    first = x.first if row.region[0] is None else x(row.region[0])
    last = x.last if row.region[1] is None else x(row.region[1])
    sheet.box(first, y - 13, max(last - first, 2.0), 26, "region")
    for edge, given in ((first, row.region[0]), (last, row.region[1])):
        if given is not None:
            sheet.down(edge, y - 13, y + 13, "border")
    sheet.across(x.first, x.last, y + 13, "grid")
    if row.mark is not None:
        sheet.down(x(row.mark), y - 13, y + 17, "mark")
    if row.high > row.low:
        sheet.across(x(row.low), x(row.high), y, "ci thick")
    for each in row.dots:
        sheet.down(x(each), y - 5, y + 5, "ci")
    sheet.dot(x(row.value), y, "dot", 5)
    taken: list[tuple[float, float]] = []
    for value, words in row.ticks:
        half = text_width(words, 12) * 0.53
        at = min(max(x(value), half), sheet.width - half)
        if all(at + half + 8 < first or at - half - 8 > last for first, last in taken):
            sheet.text(at, y + 31, words, "ax", "middle")
            taken.append((at - half, at + half))
