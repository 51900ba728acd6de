"""Where along the range of an assumption a claim holds: a strip for a number, boxes for a choice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10

from glasstown.report.drawing import Scale, Sheet, text_width, wrap

__all__ = ["Strip", "options", "strip"]


@dataclass(frozen=True, slots=True)
class Strip:
    """The range from ``low`` to ``high``, the value at which the verdict turns with its bounds, the default.

    ``above``: whether the claim holds above the turning value. ``log``: whether the range is drawn by its
    logarithm. ``default`` is None where no arm has one. ``labels``: of the default, the turn, and the part
    where the claim holds more often.
    """

    low: float
    high: float
    at: float
    at_low: float | None
    at_high: float | None
    above: bool
    log: bool
    default: float | None
    labels: tuple[str, str, str]


def strip(width: float, drawn: Strip, text: Callable[[float], str]) -> str:
    """Draw the range: thick where the claim holds more often, a ring at the default, a line at the turn."""
    sheet = Sheet(width, 76)
    scale = Scale(_along(drawn, drawn.low), _along(drawn, drawn.high), 6.0, width - 6)

    def x(value: float) -> float:
        return min(max(scale(_along(drawn, value)), scale.first), scale.last)

    y = 34.0
    sheet.across(scale.first, scale.last, y, "mark")
    for end in (scale.first, scale.last):
        sheet.down(end, y - 5, y + 5, "mark")
    start, stop = (x(drawn.at), scale.last) if drawn.above else (scale.first, x(drawn.at))
    sheet.box(start, y - 4.5, max(stop - start, 3.0), 9, "hg-on")
    if drawn.at_low is not None and drawn.at_high is not None:
        sheet.across(x(drawn.at_low), x(drawn.at_high), y - 11, "ci")
    sheet.down(x(drawn.at), y - 15, y + 8, "hg-at")
    if drawn.default is not None:
        sheet.dot(x(drawn.default), y, "hg-def", 5.4)
    _words(sheet, drawn, x, y, (start + stop) / 2, text)
    return sheet.svg()


def _along(drawn: Strip, value: float) -> float:
    return log10(max(value, drawn.low)) if drawn.log else value


def _words(
    sheet: Sheet, drawn: Strip, x: Callable[[float], float], y: float, middle: float,
    text: Callable[[float], str],
) -> None:  # fmt: skip
    """The turn above; below it the default, and the ends and the part that holds where there is room."""
    shipped, turn, holds = drawn.labels
    words = f"{turn} {text(drawn.at)}"
    sheet.text(_kept(sheet, x(drawn.at), words), y - 21, words, "ax strong", "middle")
    taken: list[tuple[float, float]] = []
    if drawn.default is not None:
        words = f"{shipped} {text(drawn.default)}"
        at = _kept(sheet, x(drawn.default), words)
        sheet.text(at, y + 22, words, "ax", "middle")
        taken.append((at - text_width(words, 12) / 2 - 8, at + text_width(words, 12) / 2 + 8))
    for value, words in ((drawn.low, text(drawn.low)), (drawn.high, text(drawn.high))):
        _place(sheet, x(value), words, y + 22, taken)
    sheet.text(_kept(sheet, middle, holds), y + 38, holds, "ax", "middle")


def _place(sheet: Sheet, at: float, words: str, y: float, taken: list[tuple[float, float]]) -> None:
    """Write words unless others stand there."""
    at = _kept(sheet, at, words)
    half = text_width(words, 12) / 2
    if all(at + half < low or at - half > high for low, high in taken):
        sheet.text(at, y, words, "ax", "middle")
        taken.append((at - half - 8, at + half + 8))


def _kept(sheet: Sheet, at: float, words: str) -> float:
    """The middle of words that shall not leave the sheet."""
    half = text_width(words, 12) * 0.53
    return min(max(at, half), sheet.width - half)


def options(width: float, names: Sequence[str], holding: Sequence[bool], default: int | None) -> str:
    """Boxes for the values of a choice: filled where the claim holds more often, a ring at the default."""
    lines = [wrap(name, width - 52) for name in names]
    sheet = Sheet(width, 6.0 + sum(8 + 16 * len(each) for each in lines))
    y = 6.0
    for k, (words, holds) in enumerate(zip(lines, holding, strict=True)):
        sheet.box(2, y, 20, 12, "solid" if holds else "frame")
        if k == default:
            sheet.dot(34, y + 6, "hg-def", 4.6)
        for row, line in enumerate(words):
            sheet.text(46, y + 10.5 + 16 * row, line, "strong" if holds else "lab")
        y += 8 + 16 * len(words)
    return sheet.svg()
