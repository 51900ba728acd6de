"""Factors: the parameters of a scenario that state a range, and how a value is drawn from it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel

from glasstown.lab.arms import Value
from glasstown.scenario.describe import choices, nested, parameter
from glasstown.scenario.model import Scenario

DECADES = 2
"""A range from above 0 that spans more powers of ten than this is drawn by its logarithm."""

DIGITS = 9
"""Significant digits of a drawn number: more than matter, and fewer than machines disagree about."""

SIZES = frozenset({"town.people"})
"""How large, not how it is: never drawn."""

Kind = Literal["number", "whole", "flag", "choice"]

KINDS: Mapping[Any, Kind] = {bool: "flag", int: "whole", float: "number"}


@dataclass(frozen=True, slots=True)
class Factor:
    """One parameter that is drawn: its dotted key, the ends of its range (both included), and how.

    ``middle``: the value that a scenario gives it; half of the draws lie from there down, half from there up
    (where it is an end of the range, half of the draws are that end). None: evenly over the range. ``log``:
    by the logarithm; a half that spans more than DECADES powers of ten is, too. ``choices``: the texts of a
    choice, which then run from 0.
    """

    key: str
    low: float
    high: float
    kind: Kind = "number"
    log: bool = False
    choices: tuple[str, ...] = ()
    middle: float | None = None

    def value(self, share: float) -> Value:
        """The value at a share from 0 to 1 of the range."""
        if self.kind == "number":
            return self._clipped(self._at(share))
        if self.log or self.middle is not None:
            whole = round(self._at(share))
        else:
            whole = math.floor(self.low + share * (self.high - self.low + 1))
        whole = int(min(max(whole, self.low), self.high))
        if self.kind == "flag":
            return bool(whole)
        return self.choices[whole] if self.kind == "choice" else whole

    def _at(self, share: float) -> float:
        if self.middle is None:
            found = self._between(share, self.low, self.high)
        elif share < 0.5:
            found = self._between(2 * share, self.low, self.middle)
        else:
            found = self._between(2 * share - 1, self.middle, self.high)
        return float(f"{found:.{DIGITS}g}")

    def _between(self, share: float, low: float, high: float) -> float:
        if low > 0 and (self.log or high / low > 10.0**DECADES):
            return float(low * (high / low) ** share)
        return low + share * (high - low)

    def _clipped(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    def cut(self, low: float, high: float) -> "Factor | None":
        """The factor within narrower ends; None if they leave nothing to draw from."""
        low, high = max(low, self.low), min(high, self.high)
        return replace(self, low=low, high=high).around(self.middle) if low < high else None

    def around(self, middle: Value | None) -> "Factor":
        """The factor with this in the middle of its draws; evenly if that is no number within the range."""
        if self.kind not in ("number", "whole") or not isinstance(middle, int | float):
            return replace(self, middle=None)
        return replace(self, middle=float(middle) if self.low <= middle <= self.high else None)

    def valued(self, number: float) -> Value:
        """The value that ``number`` stands for: the other way round."""
        if self.kind == "choice":
            return self.choices[int(number)]
        if self.kind == "flag":
            return bool(number)
        return int(number) if self.kind == "whole" else number

    def number(self, value: Value) -> float:
        """A value as a number: a choice as its place, true as 1."""
        return float(self.choices.index(str(value)) if self.kind == "choice" else value)


def ranged(scenario: Scenario) -> Iterable[Factor]:
    """The parameters of town and institutions that state a range which can be drawn from."""
    if scenario.town.model_dump().get("table"):
        tables: dict[str, BaseModel] = dict(scenario.mechanisms)
    else:
        tables = {"town": scenario.town, **scenario.mechanisms}
    for table, model in tables.items():
        yield from _of_table(table, type(model))


@cache
def _of_table(table: str, kind: type[BaseModel]) -> tuple[Factor, ...]:
    """The factors of one kind of table."""
    keys = {f"{table}.{name}": known for name, known in kind.model_fields.items()}
    flat = {k: each for k, each in keys.items() if nested(each.annotation) is None and k not in SIZES}
    found = (_factor(key, each) for key, each in flat.items())
    return tuple(each for each in found if each is not None)


def _factor(key: str, known: Any) -> Factor | None:
    """The factor of a field; None if it has no range, or one that does not say how to vary it."""
    ends = parameter(known, key).sweep
    texts = choices(known.annotation)
    kind = _kind(known.annotation, texts)
    if ends is None or kind is None or (texts and (ends[0] != 0 or ends[1] != len(texts) - 1)):
        return None
    low, high = _within(known.metadata, float(ends[0]), float(ends[1]), kind == "whole")
    if not low < high:
        return None
    log = kind in ("number", "whole") and ends[0] > 0 and math.log10(high / low) > DECADES
    return Factor(key, low, high, kind, log, texts)


def _kind(annotation: Any, texts: tuple[str, ...]) -> Kind | None:
    return "choice" if texts else KINDS.get(annotation)


def _within(constraints: Iterable[Any], low: float, high: float, whole: bool) -> tuple[float, float]:
    """A range cut to what the field may hold."""
    step = 1.0 if whole else 0.0
    for each in constraints:
        match each:
            case Ge(ge=end):
                low = max(low, float(end))  # type: ignore[arg-type]
            case Gt(gt=end):
                least = float(end) + step if whole else math.nextafter(float(end), math.inf)  # type: ignore[arg-type]
                low = max(low, least)
            case Le(le=end):
                high = min(high, float(end))  # type: ignore[arg-type]
            case Lt(lt=end):
                most = float(end) - step if whole else math.nextafter(float(end), -math.inf)  # type: ignore[arg-type]
                high = min(high, most)
    return (math.ceil(low), math.floor(high)) if whole else (low, high)
