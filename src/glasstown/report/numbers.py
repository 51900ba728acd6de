"""Numbers as each language writes them, with the digits that their uncertainty allows."""

from math import floor, isfinite, log10
from typing import Final

__all__ = ["MINUS", "MOST_DIGITS", "Numbers", "digits_for", "digits_within", "nice"]

MINUS: Final = "\u2212"
MOST_DIGITS: Final = 4
"""Decimals at most."""

LEAST: Final = 1e-6
"""Numbers below are shown with a power of ten."""

_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_POINT: Final = {"en": ".", "fr": ","}
_GROUP: Final = {"en": ",", "fr": "\u202f"}
_PERCENT: Final = {"en": "%", "fr": "\u202f%"}


class Numbers:
    """Writes numbers in one language, as Intl.NumberFormat does, but with a true minus sign."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._marks = str.maketrans({",": _GROUP[language], ".": _POINT[language], "-": MINUS})

    def whole(self, value: float) -> str:
        """A count: "12,345"."""
        return self.plain(value, 0)

    def plain(self, value: float, digits: int) -> str:
        """A number with that many decimals; what rounds to nothing has no sign."""
        rounded = round(value, digits)
        return f"{rounded if rounded else 0:,.{digits}f}".translate(self._marks)

    def signed(self, value: float, digits: int) -> str:
        """As ``plain``, with a plus sign where it is above nothing."""
        text = self.plain(value, digits)
        return text if text.startswith(MINUS) or not round(value, digits) else f"+{text}"

    def percent(self, share: float, digits: int | None = None) -> str:
        """A share as per cent: "12.3%"; ``digits`` by its size if not given, none for 0."""
        chosen = digits_for(100 * share) if digits is None else digits if share else 0
        return self.plain(100 * share, chosen) + _PERCENT[self.language]

    def shown(self, value: object) -> str:
        """A parameter's value: as few digits as say it exactly, lists in order."""
        if isinstance(value, bool) or value is None:
            return "" if value is None else str(value).lower()
        if isinstance(value, int | float):
            return self._exact(value)
        if isinstance(value, list | tuple):
            return "; ".join(self.shown(each) for each in value)
        return str(value)

    def _exact(self, value: float) -> str:
        if isinstance(value, int) or (abs(value) < 1e15 and value == int(value)):
            return f"{int(value):,}".translate(self._marks)
        if not isfinite(value):
            return str(value)
        size = abs(value)
        if size < LEAST:
            return self._power(value)
        text = f"{float(f'{value:.3g}'):.10f}" if size < 1e-4 else f"{value:,.10f}"
        return text.rstrip("0").translate(self._marks)

    def _power(self, value: float) -> str:
        """A number too small to be written out: "2.5 × 10⁻¹⁰"."""
        figures, _, power = f"{value:.2e}".partition("e")
        figures = figures.rstrip("0").rstrip(".")
        times = figures.removesuffix("1") if figures in ("1", "-1") else f"{figures}\u00a0×\u00a0"
        return f"{times}10{str(int(power)).translate(_RAISED)}".translate(self._marks)


def digits_for(value: float, half: float | None = None) -> int:
    """Decimals that show one figure of the half width ``half``, or three of ``value`` if there is none."""
    if half:
        return min(max(-floor(log10(abs(half))), 0), MOST_DIGITS)
    return min(max(2 - floor(log10(abs(value))), 0), MOST_DIGITS - 2) if value else 0


def digits_within(half: float) -> int:
    """Decimals for a number known within ``half``: one figure more than ``half`` has; below 0, tens."""
    return digits_for(0.0, half / 3) if half < 100 else -floor(log10(half / 10))


def nice(top: float, parts: int = 4) -> list[float]:
    """Round tick values from 0 to at least ``top``, about ``parts`` steps."""
    if top <= 0 or not isfinite(top):
        return [0.0, 1.0]
    rough = top / parts
    power = 10.0 ** floor(log10(rough))
    step = next(k * power for k in (1, 2, 2.5, 5, 10) if k * power >= rough * 0.999999)
    count = int(-(-top // step))
    return [round(k * step, 12) for k in range(count + 1)]
