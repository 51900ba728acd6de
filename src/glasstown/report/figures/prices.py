"""Harms for each so many offences prevented, on one logarithmic scale with the benefit itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from glasstown.report.drawing import Scale, Sheet, text_width, wrap

__all__ = ["Cost", "costs"]


@dataclass(frozen=True, slots=True)
class Cost:
    """A row; ``value`` above 0, ``low`` may be below."""

    label: str
    value: float
    low: float
    high: float
    text: str


def costs(
    width: float, rows: Sequence[Cost], base: float, base_label: str, axis: Callable[[float], str]
) -> str:
    """Draw the rows; ``base`` is how many offences prevented they are for."""
    roomy = width > 400
    bottom_value = min(min(row.value for row in rows), base)
    low, high = floor(log10(bottom_value) - 0.02), ceil(log10(max(max(row.high for row in rows), base)))
    label = min(max(text_width(row.label) for row in rows) + 18, width * 0.46) if roomy else 0.0
    tail = max(text_width(row.text, 13) for row in rows) + 18
    x = Scale(low, max(high, low + 1), label + 4, width - (tail if roomy else 12))
    lines = [wrap(row.label, label - 14 if roomy else width - tail) for row in rows]
    tall = 28.0 + sum(16 * len(each) + (14 if roomy else 28) for each in lines)
    sheet = Sheet(width, tall + 26)
    free = -1e9
    for power in range(low, max(high, low + 1) + 1):
        sheet.down(x(power), 24, tall, "grid")
        tick = axis(10.0**power)
        half = text_width(tick, 12) * 0.53
        at = min(max(x(power), half), width - half)
        if at - half > free:
            sheet.text(at, tall + 18, tick, "ax", "middle")
            free = at + half + 6
    at = x(log10(base))
    sheet.down(at, 18, tall, "mark")
    half = text_width(base_label, 12.5) / 2
    sheet.text(min(max(at, half), width - half), 12, base_label, "strong", "middle")
    y = 28.0
    for row, words in zip(rows, lines, strict=True):
        for k, line in enumerate(words):
            sheet.text(0, y + 16 + 16 * k, line, "lab halo")
        if roomy:
            middle = y + 12 + 8 * (len(words) - 1)
            _mark(sheet, row, x, middle)
            sheet.text(width, middle + 4.5, row.text, "val", "end")
            y += 16 * len(words) + 14
        else:
            sheet.text(width, y + 16, row.text, "val halo", "end")
            _mark(sheet, row, x, y + 16 * len(words) + 11)
            y += 16 * len(words) + 28
    return sheet.svg()


def _mark(sheet: Sheet, row: Cost, x: Scale, y: float) -> None:
    low = x(log10(row.low)) if row.low > 0 else x.first
    sheet.across(max(low, x.first), x(log10(row.high)), y, "ci")
    sheet.dot(x(log10(row.value)), y, "dot")
