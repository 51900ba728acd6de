"""How scores are spread, and at which scores doors open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from glasstown.report.drawing import Anchor, Scale, Sheet, text_width

__all__ = ["Door", "histogram"]

LOWEST, HIGHEST = 350, 950


@dataclass(frozen=True, slots=True)
class Door:
    """A threshold, and what stands at it."""

    score: float
    words: str


def histogram(
    width: float, counts: Sequence[int], step: int, doors: Sequence[Door], axis: Callable[[float], str],
    share: Callable[[float], str],
) -> str:  # fmt: skip
    """Bars from 350 to 950 points, darker to the right of nothing: one hue, with a line at each threshold."""
    above = 20.0 + 17.0 * len(doors)
    sheet = Sheet(width, above + (260.0 if width > 400 else 160.0))
    bottom = sheet.height - 26
    total = sum(counts) or 1
    most = max(counts) or 1
    left, right = 2.0, width - 2.0
    x = Scale(LOWEST, HIGHEST, left, right)
    y = Scale(0.0, most, bottom, above + 8)
    bar = step / (HIGHEST - LOWEST) * (right - left)
    for k, count in enumerate(counts):
        if count:
            tall = max(bottom - y(count), 1.0)
            sheet.box(x(LOWEST + k * step), bottom - tall, bar - 1.5, tall, "q4")
    sheet.across(left, right, bottom, "mark")
    for score in (350, 450, 550, 650, 750, 850, 950) if width > 400 else (350, 550, 750, 950):
        anchor: Anchor = "start" if score == LOWEST else "end" if score == HIGHEST else "middle"
        sheet.text(x(score), bottom + 18, axis(score), "ax", anchor)
    peak = max(range(len(counts)), key=lambda k: counts[k])
    _doors(sheet, doors, x, bottom, axis)
    if most / total >= 0.01:
        sheet.text(x(LOWEST + peak * step) + bar + 5, y(most) + 11, share(most / total), "val halo")
    return sheet.svg()


def _doors(
    sheet: Sheet, doors: Sequence[Door], x: Scale, bottom: float, axis: Callable[[float], str]
) -> None:
    for k, door in enumerate(sorted(doors, key=lambda each: each.score)):
        y = 14.0 + 17.0 * k
        at = x(door.score)
        words = f"{axis(door.score)}  {door.words}"
        sheet.down(at, y - 4, bottom, "door")
        wide = text_width(words) + 6
        if at + wide < sheet.width:
            sheet.text(at + 6, y, words, "lab halo")
        elif at > wide:
            sheet.text(at - 6, y, words, "lab halo", "end")
        else:
            sheet.text(max(sheet.width - wide, 0), y, words, "lab halo")
