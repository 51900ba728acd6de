"""Draws over everything that nobody has measured: a space-filling design of a sweep's assumed parameters.

Each ``Assumed`` and ``Estimated`` parameter of the arms is one dimension of a scrambled Sobol sequence
(Sobol 1967, scrambled as by Owen; ``scipy.stats.qmc``) over the range that it states. A draw gives each
parameter one value for all arms. What an arm is meant to be is not drawn: values in which arms differ, and
those set outright.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import NDArray
from pydantic import BaseModel

from glasstown.engine.schedule import schedule
from glasstown.errors import ScenarioError, ScheduleError
from glasstown.lab.arms import Value, placed, value_of
from glasstown.lab.simulate import institutions
from glasstown.scenario.describe import choices, nested, parameter
from glasstown.scenario.model import Scenario
from glasstown.scenario.spelling import nearest

DECADES = 2
"""A range from above 0 that spans more powers of ten than this is drawn by its logarithm."""

DIGITS = 9
"""Significant digits of a drawn number: more than matter, and fewer than machines disagree about."""

TRIES = 64
"""Points of the sequence looked at, for each draw asked for, before the ranges are called contradictory."""

SIZES = frozenset({"town.people"})
"""How large, not how it is: never drawn."""

Kind = Literal["number", "whole", "flag", "choice"]

KINDS: Mapping[Any, Kind] = {bool: "flag", int: "whole", float: "number"}


@dataclass(frozen=True, slots=True)
class Factor:
    """One parameter that is drawn: its dotted key, the ends of its range (both included), and how.

    ``log``: evenly by its logarithm. ``choices``: the texts of a choice, which then run from 0.
    """

    key: str
    low: float
    high: float
    kind: Kind = "number"
    log: bool = False
    choices: tuple[str, ...] = ()

    def value(self, share: float) -> Value:
        """The value at a share from 0 to 1 of the range."""
        if self.kind == "number":
            return self._clipped(self._at(share, self.low, self.high))
        if self.log:
            whole = round(self._at(share, self.low, self.high))
        else:
            whole = math.floor(self.low + share * (self.high - self.low + 1))
        whole = int(min(max(whole, self.low), self.high))
        if self.kind == "flag":
            return bool(whole)
        return self.choices[whole] if self.kind == "choice" else whole

    def _at(self, share: float, low: float, high: float) -> float:
        found = low * (high / low) ** share if self.log else low + share * (high - low)
        return float(f"{found:.{DIGITS}g}")

    def _clipped(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    def number(self, value: Value) -> float:
        """A value as a number: a choice as its place, true as 1."""
        return float(self.choices.index(str(value)) if self.kind == "choice" else value)


@dataclass(frozen=True)
class Design:
    """What is drawn, what is ``held`` and why, and the values of each draw by dotted key.

    ``refused`` counts points of the sequence that were passed over, by the reason: two values of theirs
    contradict each other in some arm.
    """

    factors: tuple[Factor, ...]
    held: Mapping[str, str]
    draws: tuple[Mapping[str, Value], ...]
    seed: int
    refused: Mapping[str, int] = field(default_factory=dict)

    def numbers(self) -> NDArray[np.float64]:
        """Every value as a number, shape (draws, factors)."""
        rows = [[each.number(values[each.key]) for each in self.factors] for values in self.draws]
        return np.array(rows, np.float64).reshape(len(self.draws), len(self.factors))


def design(
    arms: Mapping[str, Scenario],
    draws: int,
    vary: Sequence[str] | None = None,
    hold: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Design:
    """``draws`` points over what the arms leave open; more draws begin with the same points.

    ``vary`` are patterns of dotted keys ("cameras.*"), by default all; ``hold`` maps patterns that are not
    drawn to the reason. A point at which some arm contradicts itself is passed over by all. Raises
    ScenarioError for a pattern that meets no parameter with a range, and where nearly every point is refused.
    """
    if draws < 1:
        raise ScenarioError(f"a sweep needs at least one draw, got {draws}")
    factors, held = chosen(arms, vary, hold or {})
    impossible = {each.key: why for each in factors if (why := _impossible(arms, each))}
    factors, held = tuple(each for each in factors if each.key not in impossible), {**held, **impossible}
    if not factors:
        return Design((), held, ({},) * draws, seed)
    found: list[Mapping[str, Value]] = []
    refused: Counter[str] = Counter()
    for number, point in enumerate(_points(len(factors), draws, seed)):
        values = {each.key: each.value(float(share)) for each, share in zip(factors, point, strict=True)}
        why = _contradiction(arms, values)
        if not why:
            found.append(values)
        else:
            refused[why] += 1
        if len(found) == draws:
            return Design(factors, held, tuple(found), seed, dict(sorted(refused.items())))
        if number >= draws * TRIES:
            break
    worst = refused.most_common(1)[0][0]
    raise ScenarioError(
        f"of {number} draws {sum(refused.values())} contradict themselves, most often: {worst}",
        "Hold one of the parameters that contradict each other (--fix).",
    )


def _points(dimensions: int, draws: int, seed: int) -> Iterable[NDArray[np.float64]]:
    """The scrambled sequence, point by point, in blocks of powers of two as its balance wants them."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(dimensions, scramble=True, seed=seed)
    power = max(0, (draws - 1).bit_length())
    yield from sequence.random_base2(power)
    for _ in range(TRIES):
        yield from sequence.random(1 << power)


def _contradiction(arms: Mapping[str, Scenario], values: Mapping[str, Value]) -> str:
    """Why some arm cannot be with these values, "" if all can."""
    try:
        for scenario in arms.values():
            made = placed(scenario, values)
            for day in {0, *(change.day for change in made.changes)}:
                schedule(list(institutions(made, day).values()))
    except (ScenarioError, ScheduleError) as error:
        return error.message
    return ""


def _impossible(arms: Mapping[str, Scenario], each: Factor) -> str:
    """Why a switch cannot be drawn: with one of its places some arm cannot be, whatever the rest is."""
    if each.kind not in ("flag", "choice"):
        return ""
    for share in np.linspace(0, 1, int(each.high) + 1):
        why = _contradiction(arms, {each.key: each.value(float(share))})
        if why:
            return f"a switch with which {why}"
    return ""


def chosen(
    arms: Mapping[str, Scenario], vary: Sequence[str] | None, hold: Mapping[str, str]
) -> tuple[tuple[Factor, ...], dict[str, str]]:
    """What is drawn, by key, and what is held and why. Raises ScenarioError for an idle pattern."""
    open_: dict[str, Factor] = {}
    held: dict[str, str] = {}
    for scenario in arms.values():
        for each in _ranged(scenario):
            open_.setdefault(each.key, each)
    _meet(vary or (), open_)
    for key in open_:
        why = next((why for pattern, why in hold.items() if fnmatchcase(key, pattern)), "")
        if vary is not None and not any(fnmatchcase(key, pattern) for pattern in vary):
            continue
        present = [found for found in (value_of(s, key) for s in arms.values()) if found is not None]
        if why or any(each != present[0] for each in present):
            held[key] = why or "the arms differ in it"
    factors = [
        each
        for key, each in sorted(open_.items())
        if key not in held and (vary is None or any(fnmatchcase(key, pattern) for pattern in vary))
    ]
    return tuple(factors), dict(sorted(held.items()))


def _meet(patterns: Sequence[str], known: Mapping[str, Factor]) -> None:
    for pattern in patterns:
        if not any(fnmatchcase(key, pattern) for key in known):
            near = nearest(pattern, known)
            raise ScenarioError(
                f"no parameter with a range is called {pattern!r}" + (f"; nearest: {near}" if near else ""),
                "See them with: glasstown describe NAME",
            )


def _ranged(scenario: Scenario) -> Iterable[Factor]:
    """The parameters of town and institutions that state a range which can be drawn from."""
    if scenario.town.model_dump().get("table"):
        tables: dict[str, BaseModel] = dict(scenario.mechanisms)
    else:
        tables = {"town": scenario.town, **scenario.mechanisms}
    for table, model in tables.items():
        for name, known in type(model).model_fields.items():
            if nested(known.annotation) is None and f"{table}.{name}" not in SIZES:
                found = _factor(f"{table}.{name}", known)
                if found is not None:
                    yield found


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
