"""Medians with their spreads, row by row, on one axis that shows nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from glasstown.report.drawing import Scale, Sheet, text_width, wrap
from glasstown.report.numbers import nice

__all__ = ["Interval", "intervals"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A row; ``bold`` marks one that stands for all."""

    label: str
    value: float
    low: float
    high: float
    text: str
    bold: bool = False


def intervals(
    width: float, rows: Sequence[Interval], axis: Callable[[float], str], least: float = 0.0
) -> str:
    """Draw the rows; the axis holds nothing, all spreads, and at least ``least``."""
    roomy = width > 400
    tail = max(text_width(row.text, 13) for row in rows) * 1.06 + 16
    label = min(max(text_width(row.label) for row in rows) + 16, width * 0.4) if roomy else 0.0
    lines = [wrap(row.label, (label if roomy else width - tail) - 12) for row in rows]
    heights = [16.0 * len(each) + (10 if roomy else 22) for each in lines]
    tall = 6.0 + sum(heights)
    sheet = Sheet(width, tall + 24)
    x, ticks = _axis(rows, least, label + 6, width - (tail if roomy else 8))
    free = -1e9
    for each in ticks:
        sheet.down(x(each), 2, tall, "mark" if each == 0 else "grid")
        half = text_width(axis(each), 12) * 0.53
        at = min(max(x(each), half), width - half)
        if at - half > free:
            sheet.text(at, tall + 17, axis(each), "ax", "middle")
            free = at + half + 8
    y = 6.0
    for row, words, high in zip(rows, lines, heights, strict=True):
        for k, line in enumerate(words):
            sheet.text(0, y + 15 + 16 * k, line, "strong halo" if row.bold else "lab halo")
        middle = y + 11 + 8 * (len(words) - 1) if roomy else y + 16 * len(words) + 10
        sheet.text(
            width,
            middle + 4.5 if roomy else y + 15,
            row.text,
            "val halo" if row.bold else "val thin halo",
            "end",
        )
        sheet.across(x(row.low), x(row.high), middle, "ci")
        sheet.dot(x(row.value), middle, "dot", 5 if row.bold else 4.2)
        y += high
    return sheet.svg()


def _axis(rows: Sequence[Interval], least: float, first: float, last: float) -> tuple[Scale, list[float]]:
    """The scale and its ticks, on both sides of nothing."""
    top = max(0.0, least, *(row.high for row in rows))
    bottom = min(0.0, *(row.low for row in rows))
    ticks = nice(max(top, -bottom))
    step = ticks[1] - ticks[0]
    above = [k * step for k in range(int(-(-top // step)) + 1)]
    below = [-k * step for k in range(1, int(-(bottom // step)) + 1)]
    both = sorted(round(each, 12) for each in [*below, *above])
    if len(both) == 1:
        both = [0.0, step]
    return Scale(both[0], both[-1], first, last), both
