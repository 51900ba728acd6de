"""Courses over time: one line for each world, labelled at its end, and the last interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from glasstown.report.drawing import Scale, Sheet, text_width
from glasstown.report.numbers import nice

__all__ = ["Bracket", "Line", "Ticks", "course"]

GAP = 16.0
"""Pixels between two labels at the ends of lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """``kind`` is a class of page.css; ``label`` stands at the end of the line."""

    days: Sequence[float]
    values: Sequence[float]
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """An interval at the right edge, in values."""

    low: float
    high: float
    kind: str


@dataclass(frozen=True, slots=True)
class Ticks:
    """How the axes are written: values, and days with their words."""

    value: Callable[[float], str]
    days: tuple[tuple[float, str], ...]


def course(
    width: float, lines: Sequence[Line], ticks: Ticks, bracket: Bracket | None, height: float = 0.0
) -> str:
    """Draw the lines from 0 upwards."""
    tall = height or (248.0 if width > 400 else 216.0)
    sheet = Sheet(width, tall)
    highest = max(max(line.values, default=0.0) for line in lines)
    marks = nice(max(highest, bracket.high if bracket else 0.0))
    left = max(text_width(ticks.value(each), 12) for each in marks) + 10
    right = max(text_width(line.label, 13) * 1.06 for line in lines) + 22
    x = Scale(0.0, max(max(line.days, default=1.0) for line in lines), left, width - right)
    y = Scale(0.0, marks[-1], tall - 26, 12)
    for each in marks:
        sheet.across(left, width - right, y(each), "grid")
        sheet.text(left - 8, y(each) + 4, ticks.value(each), "ax", "end")
    _days(sheet, x, ticks, tall - 6)
    for line in lines:
        sheet.line([(x(d), y(v)) for d, v in zip(line.days, line.values, strict=True)], line.kind)
    if bracket:
        end = width - right + 5
        sheet.line([(end, y(bracket.low)), (end, y(bracket.high))], bracket.kind)
    _labels(sheet, lines, y, width - right + 14, tall - 26)
    return sheet.svg()


def _days(sheet: Sheet, x: Scale, ticks: Ticks, y: float) -> None:
    free = -1e9
    for day, words in ticks.days:
        if day > x.high:
            continue
        wide = text_width(words, 12)
        at = min(max(x(day) - wide / 2, x.first), x.last - wide)
        if at > free:
            sheet.text(at, y, words, "ax")
            free = at + wide + 12


def _labels(sheet: Sheet, lines: Sequence[Line], y: Scale, x: float, bottom: float) -> None:
    """Labels at the ends, pushed apart where they would meet."""
    ends = sorted(((y(line.values[-1]), line) for line in lines), key=lambda end: end[0])
    places = [place for place, _ in ends]
    for k in range(1, len(places)):
        places[k] = max(places[k], places[k - 1] + GAP)
    over = places[-1] - bottom if places else 0.0
    for k in range(len(places) - 1, -1, -1):
        if over > 0:
            places[k] = min(places[k], (places[k + 1] - GAP) if k + 1 < len(places) else bottom)
    for place, (_, line) in zip(places, ends, strict=True):
        sheet.text(x, place + 4, line.label, f"val {line.kind.split()[-1]}")
