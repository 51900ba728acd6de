"""What is gained against what is given up: a dot for each choice, a cross for those that no other beats."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from glasstown.report.drawing import Scale, Sheet, text_width
from glasstown.report.numbers import nice

__all__ = ["Axes", "Mark", "alike", "scatter"]

ALIKE = 2.5
"""Up to this ratio of their ranges both axes are drawn to one scale."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One choice: (median, low, high) across and up; ``label`` is "" for one that is not named."""

    across: tuple[float, float, float]
    up: tuple[float, float, float]
    label: str


@dataclass(frozen=True, slots=True)
class Axes:
    """What the axes are called, and how their values are written."""

    across: str
    up: str
    text: Callable[[float], str]


def alike(marks: Sequence[Mark]) -> bool:
    """Whether both axes can be drawn to one scale and still be read."""
    wide, tall = _range(marks, "across"), _range(marks, "up")
    one, other = wide[1] - wide[0], tall[1] - tall[0]
    return max(one, other) <= ALIKE * min(one, other)


def scatter(width: float, marks: Sequence[Mark], axes: Axes) -> str:
    """Draw the marks; both axes hold nothing. One scale for both if ``alike``."""
    named = [each for each in marks if each.label]
    wide, tall = _padded(_range(marks, "across")), _padded(_range(marks, "up"))
    ticks_x, ticks_y = _ticks(*wide), _ticks(*tall)
    if alike(marks):
        step = max(ticks_x[1] - ticks_x[0], ticks_y[1] - ticks_y[0])
        ticks_x, ticks_y = _ticks(*wide, step), _ticks(*tall, step)
    left = max(text_width(axes.text(each), 12) for each in ticks_y) * 1.06 + 10
    right, high = width - 18, width * (0.66 if width > 400 else 0.95)
    if alike(marks):
        unit = min((right - left) / (wide[1] - wide[0]), 1.35 * high / (tall[1] - tall[0]))
        right, high = left + unit * (wide[1] - wide[0]), unit * (tall[1] - tall[0])
    sheet = Sheet(width, high + 78)
    x, y = Scale(*wide, left, right), Scale(*tall, high + 30, 30)
    _grid(sheet, (ticks_x, ticks_y), x, y, axes)
    for each in marks:
        if not each.label:
            sheet.dot(x(each.across[0]), y(each.up[0]), "faint", 3.6)
    for each in named:
        sheet.across(x(each.across[1]), x(each.across[2]), y(each.up[0]), "cross")
        sheet.down(x(each.across[0]), y(each.up[1]), y(each.up[2]), "cross")
    _named(sheet, named, x, y)
    return sheet.svg()


def _range(marks: Sequence[Mark], which: str) -> tuple[float, float]:
    """The lowest and highest of what is drawn, and 0."""
    seen = [0.0]
    for each in marks:
        values = getattr(each, which)
        seen += values if each.label else values[:1]
    low, high = min(seen), max(seen)
    return (low, high) if high > low else (low, low + 1)


def _padded(ends: tuple[float, float]) -> tuple[float, float]:
    pad = 0.04 * (ends[1] - ends[0])
    return ends[0] - pad, ends[1] + pad


def _ticks(low: float, high: float, step: float = 0.0) -> list[float]:
    """Round values inside the ends."""
    marks = nice(high - low)
    size = step or marks[1] - marks[0]
    first, last = int(-(-low // size)), int(high // size)
    return [round(k * size, 12) for k in range(first, max(last, first + 1) + 1)]


def _grid(
    sheet: Sheet, ticks: tuple[Sequence[float], Sequence[float]], x: Scale, y: Scale, axes: Axes
) -> None:
    sheet.across(x.first, x.last, y.first, "grid")
    sheet.down(x.first, y.last, y.first, "grid")
    free = -1e9
    for each in ticks[0]:
        sheet.down(x(each), y.last, y.first, "mark" if each == 0 else "grid")
        half = text_width(axes.text(each), 12) * 0.53
        at = min(x(each), sheet.width - half)
        if at - half > free:
            sheet.text(at, y.first + 18, axes.text(each), "ax", "middle")
            free = at + half + 8
    lowest = 1e9
    for each in ticks[1]:
        sheet.across(x.first, x.last, y(each), "mark" if each == 0 else "grid")
        if y(each) < lowest - 14:
            sheet.text(x.first - 8, y(each) + 4, axes.text(each), "ax", "end")
            lowest = y(each)
    sheet.text(0, 12, axes.up, "strong")
    sheet.text(x.last, y.first + 40, axes.across, "strong", "end")


def _named(sheet: Sheet, marks: Sequence[Mark], x: Scale, y: Scale) -> None:
    """Dots with their labels, each where no other stands."""
    taken: list[tuple[float, float]] = []
    for each in marks:
        sheet.dot(x(each.across[0]), y(each.up[0]), "dot", 5)
        taken.append((x(each.across[0]), y(each.up[0])))
    for each in marks:
        at, up = x(each.across[0]), y(each.up[0])
        places = [(at + dx, up + dy) for dy in (-8, 14, -22, 28) for dx in (11, -11, 25, -25)]
        inside = [p for p in places if x.first + 8 < p[0] < sheet.width - 8 and 34 < p[1] < y.first] or places
        clear = [p for p in inside if all(abs(p[0] - a) > 13 or abs(p[1] - 4 - b) > 12 for a, b in taken)]
        place = (clear or inside)[0]
        sheet.text(*place, each.label, "val halo", "middle")
        taken.append((place[0], place[1] - 4))
