"""A sheet to draw on, in pixels from the top left, written as SVG.

Every mark has a class of page.css instead of a colour, so that figures follow the reader's theme and the
page needs no inline style. Drawing the same gives the same bytes (ADR 13 tells why no library does this).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal
from unicodedata import normalize

__all__ = ["Anchor", "Point", "Scale", "Sheet", "text_width", "wrap"]

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]

_WIDTHS = dict(zip(
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    (
        197, 284, 417, 721, 623, 786, 761, 244, 423, 423, 419, 538, 265, 499, 265, 444, 620, 620, 620, 620,
        620, 620, 620, 620, 620, 620, 265, 265, 538, 538, 538, 574, 860, 731, 640, 744, 753, 634, 598, 764,
        731, 254, 441, 702, 589, 902, 731, 790, 661, 796, 660, 623, 656, 708, 731, 1088, 697, 688, 627, 546,
        613, 543, 613, 567, 362, 613, 606, 250, 250, 546, 250, 931, 606, 591, 613, 613, 383, 483, 392, 596,
        530, 783, 569, 530, 505,
    ),
    strict=True,
))  # fmt: skip
"""Advance widths of Glasstown Sans at weight 500, in 1/1000 em."""


def text_width(text: str, size: float = 12.5) -> float:
    """About how wide a text is, in pixels at ``size`` pixels."""
    plain = normalize("NFD", text.replace("\u202f", " ").replace("\u00a0", " "))
    letters = [each for each in plain if not "\u0300" <= each <= "\u036f"]
    return sum(_WIDTHS.get(each, 560) for each in letters) * size / 1000


def wrap(text: str, width: float, size: float = 12.5) -> list[str]:
    """The text in lines of at most ``width`` pixels; a single longer word stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to pixels, in a straight line."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        """Where ``value`` lies."""
        span = self.high - self.low or 1.0
        return self.first + (value - self.low) / span * (self.last - self.first)


class Sheet:
    """One figure of ``width`` x ``height`` pixels. ``kind`` is the class of a mark in page.css."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._marks: list[str] = []

    def line(self, points: Sequence[Point], kind: str) -> None:
        """Straight lines through ``points``."""
        self._marks.append(f'<path class="{kind}" d="{_path(points)}"/>')

    def across(self, x0: float, x1: float, y: float, kind: str) -> None:
        """A horizontal line."""
        self.line([(x0, y), (x1, y)], kind)

    def down(self, x: float, y0: float, y1: float, kind: str) -> None:
        """A vertical line."""
        self.line([(x, y0), (x, y1)], kind)

    def steps(self, points: Sequence[Point], kind: str) -> None:
        """A line that keeps each height until the next point."""
        corners = [points[0]]
        for x, y in points[1:]:
            if y != corners[-1][1]:
                corners += [(x, corners[-1][1]), (x, y)]
        self.line([*corners, (points[-1][0], corners[-1][1])], kind)

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """A rectangle."""
        self.boxes([(x, y)], width, height, kind)

    def boxes(self, corners: Sequence[Point], width: float, height: float, kind: str) -> None:
        """Rectangles of one size and kind, as one mark."""
        shape = f"h{_n(width)}v{_n(height)}h{_n(-width)}z"
        outline = "".join(f"M{_n(x)} {_n(y)}{shape}" for x, y in corners)
        if outline:
            self._marks.append(f'<path class="{kind}" d="{outline}"/>')

    def dot(self, x: float, y: float, kind: str, radius: float = 4.5) -> None:
        """A circle."""
        self._marks.append(f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def text(self, x: float, y: float, words: str, kind: str = "lab", anchor: Anchor = "start") -> None:
        """A text whose baseline is ``y``."""
        placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._marks.append(f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}"{placed}>{escape(words)}</text>')

    def svg(self, kind: str = "") -> str:
        """The figure for the inside of a page: hidden from screen readers, which get words and a table."""
        chosen = f' class="{kind}"' if kind else ""
        size = f"0 0 {_n(self.width)} {_n(self.height)}"
        frame = f'<svg{chosen} viewBox="{size}" aria-hidden="true" focusable="false">'
        return "\n".join([frame, *self._marks, "</svg>"])


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(value: float) -> str:
    """A coordinate to a tenth of a pixel."""
    return f"{round(float(value), 1) + 0.0:g}"
