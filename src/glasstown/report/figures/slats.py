"""Shares of draws: fifty slats for one verdict, and one bar that tells three shares at a glance."""

from glasstown.report.drawing import Point, Sheet

__all__ = ["SLATS", "slats", "stack"]

SLATS = 50
"""Each stands for two of a hundred draws."""

_WIDTH, _GAP = 8.0, 3.0
_TALL = {"sl-in": 24.0, "sl-mid": 16.0, "sl-out": 8.0}


def slats(low: float, value: float, high: float) -> str:
    """Slats tall up to ``low``, middling up to ``high``, short beyond; a triangle at ``value``; 0 to 1."""
    step = _WIDTH + _GAP
    sheet = Sheet(SLATS * step - _GAP, 36)
    for kind, tall in _TALL.items():
        places: list[Point] = [
            (k * step, 36 - tall) for k in range(SLATS) if _kind((k + 0.5) / SLATS, low, high) == kind
        ]
        sheet.boxes(places, _WIDTH, tall, kind)
    at = min(max(value * sheet.width, 5.0), sheet.width - 5)
    sheet.line([(at - 5, 0), (at + 5, 0), (at, 7.5), (at - 5, 0)], "sl-est")
    return sheet.svg("slats")


def _kind(share: float, low: float, high: float) -> str:
    return "sl-in" if share <= low else "sl-mid" if share <= high else "sl-out"


def stack(holds: float, undecided: float, fails: float) -> str:
    """One bar of three parts, the first tall, the second middling, the third short; it stretches."""
    total = holds + undecided + fails or 1.0
    sheet = Sheet(200, 14)
    at = 0.0
    for share, kind, tall in ((holds, "sl-in", 14.0), (undecided, "sl-mid", 9.0), (fails, "sl-no", 4.0)):
        wide = 200 * share / total
        if wide > 0:
            sheet.box(at, 14 - tall, max(wide - 1.0, 0.5), tall, kind)
        at += wide
    return sheet.svg("stack").replace("<svg ", '<svg preserveAspectRatio="none" ', 1)
