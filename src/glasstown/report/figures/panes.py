"""Panes: people counted as windows, and the town as blocks of windows before and behind the glass."""

from collections.abc import Sequence
from hashlib import blake2b
from math import ceil, sqrt

from glasstown.report.drawing import Point, Sheet

__all__ = ["BASES", "base_for", "panes", "town"]

BASES = (100, 1000, 10_000)
"""How many people one picture may hold."""

_SIZES = {100: (25, 13.0, 3.6), 1000: (50, 7.6, 2.2), 10_000: (125, 3.4, 1.0)}


def base_for(*shares: float) -> int:
    """The fewest panes of which the smallest share that is not nothing darkens at least three."""
    some = [share for share in shares if share > 0]
    for base in BASES:
        if not some or min(some) * base >= 3:
            return base
    return BASES[-1]


def panes(share: float, base: int) -> str:
    """``base`` panes, of which the first ``share`` are dark."""
    across, size, gap = _SIZES[base]
    dark = round(share * base)
    step = size + gap
    sheet = Sheet(across * step - gap, base // across * step - gap)
    down = base // across
    places = [((k // down) * step, (k % down) * step) for k in range(base)]
    sheet.boxes(places[dark:], size, size, "q0")
    sheet.boxes(places[:dark], size, size, "q5")
    return sheet.svg("panes")


def town(without: Sequence[float], with_: Sequence[float]) -> str:
    """Two halves of one town: each block is a district, each window a share of its people.

    Those counted are marked, the same windows in both halves: those of the smaller share are among them.
    """
    across = ceil(sqrt(len(without) * 0.8))
    down = ceil(len(without) / across)
    side = 5 if len(without) <= 36 else 4
    window, gap, street = (6.0, 2.0, 9.0) if side == 5 else (6.0, 2.0, 7.0)
    block = side * (window + gap) - gap + street
    margin, edge = 16.0, 6.0
    half = across * block - street + 2 * margin
    sheet = Sheet(2 * half + edge, down * block - street + 2 * margin)
    sheet.box(half + edge, 0, half, sheet.height, "tint")
    for shares, left in ((without, margin), (with_, half + edge + margin)):
        lit: list[Point] = []
        dark: list[Point] = []
        for district, share in enumerate(shares):
            x0, y0 = left + district % across * block, margin + district // across * block
            count = round(share * side * side)
            for k, place in enumerate(_scattered(side * side, district)):
                corner = (x0 + place % side * (window + gap), y0 + place // side * (window + gap))
                (dark if k < count else lit).append(corner)
        sheet.boxes(lit, window, window, "w0")
        sheet.boxes(dark, window, window, "q5")
    sheet.box(half, 0, edge, sheet.height, "edge")
    return sheet.svg("panes")


def _scattered(count: int, district: int) -> list[int]:
    """All places of a block, in an order that looks like none and is always the same."""
    return sorted(range(count), key=lambda place: blake2b(bytes((district, place)), digest_size=4).digest())
