"""Results over many draws as xarray grids: named axes, and units on every number.

A grid has the dimensions ``draw``, ``replicate`` and ``arm``, and one variable for each measure or
expression; what was drawn lies along ``draw`` as coordinates. Not a number stands for what is not there: a
run that failed or was not asked for, a measure that means nothing in an arm, a ratio that divides by nothing.
xarray is an extra (``pip install 'glasstown[frames]'``) and is imported only when a grid is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.errors import InputError
from glasstown.lab.claim_check import Checked
from glasstown.lab.claim_measure import Expression
from glasstown.lab.factors import Factor
from glasstown.lab.readings import Readings
from glasstown.lab.shelf import BREAKDOWNS
from glasstown.lab.tidy import expressions
from glasstown.lab.verdict import Verdict
from glasstown.measures.cells import LEVELS
from glasstown.measures.definitions import MEASURES
from glasstown.measures.series import COLUMN, TRUE_ALONE
from glasstown.measures.whole import TOWN
from glasstown.scenario.describe import Parameter, parameters
from glasstown.scenario.model import Scenario
from glasstown.store.frames import axis, library
from glasstown.store.tables import Table

__all__ = ["of_claim", "of_sweep", "spoken", "tallied"]

AXES: Final = ("draw", "replicate", "arm")

ABOUT: Final[Mapping[str, str]] = {
    "draw": "number of the draw of what is assumed, from 0",
    "replicate": "number of the replicate: the same people and chances in every arm",
    "arm": "name of the arm",
}


def spoken(factors: Iterable[Factor], scenarios: Iterable[Scenario]) -> dict[str, dict[str, Any]]:
    """Unit and meaning of each drawn parameter by its dotted key, and the texts of a choice in order."""
    known: dict[str, Parameter] = {}
    for scenario in scenarios:
        for table, model in {"town": scenario.town, **scenario.mechanisms}.items():
            known |= {each.key: each for each in parameters(type(model), table)}
    return {
        each.key: {"unit": known[each.key].unit, "meaning": known[each.key].text, "names": list(each.choices)}
        for each in factors
        if each.key in known
    }


def tallied(scenarios: Iterable[Scenario]) -> dict[str, dict[str, str]]:
    """Unit and meaning of each tally that the institutions of some scenarios keep, by its name."""
    institutions = (each for scenario in scenarios for each in scenario.mechanisms.values())
    found = (tally for each in institutions for step in each.steps() for tally in step.counts)
    return {each.name: {"unit": each.unit, "meaning": each.meaning} for each in found}


def of_sweep(results: Table, drawn: Table, by: str = "all") -> Any:
    """The grid of a sweep's two tables, as ``Swept.grid`` explains. Raises StoreError, InputError."""
    xarray = library("xarray")
    breakdowns = tuple(each for each in BREAKDOWNS if each != TOWN)
    if by not in breakdowns:
        raise InputError(f"a sweep has no breakdown {by!r}; there are {', '.join(breakdowns)}")
    axes = [axis(results, name) for name in AXES]
    shape = tuple(len(values) for values, _ in axes)
    places = tuple(place for _, place in axes)
    measure, told, level, shown = (results[name] for name in ("measure", "by", "level", "reported"))
    lost = results["reason"] != ""
    lived, failed = np.zeros((2, *shape), np.bool_)
    lived[tuple(place[~lost] for place in places)] = True
    failed[tuple(place[lost] for place in places)] = True
    made: dict[str, tuple[tuple[str, ...], NDArray[np.float64], dict[str, str]]] = {}
    for name in dict.fromkeys(measure[~lost].tolist()):
        rows = np.flatnonzero((measure == name) & ((told == by) | (told == TOWN)))
        at: tuple[NDArray[Any], ...] = tuple(place[rows] for place in places)
        dims: tuple[str, ...] = AXES
        cube = np.where(lived, 0.0 if _true_alone(name) else np.nan, np.nan)
        if by != "all" and not (told[rows] == TOWN).all():
            cube = np.repeat(cube[..., None], len(LEVELS[by]), axis=-1)
            at, dims = (*at, level[rows]), (*AXES, by)
        cube[at] = shown[rows]
        made[name] = (dims, cube, _about(name, results.facts))
    coords = _coordinates([values for values, _ in axes], drawn)
    coords["failed"] = (AXES, failed, {"long_name": "whether the run could not end"})
    if by != "all":
        coords[by] = (by, np.array(LEVELS[by], dtype=str), {"long_name": f"level of the breakdown by {by}"})
    return xarray.Dataset(made, coords=coords, attrs=_plain(results.facts))


def of_claim(
    found: Checked, arms: Mapping[tuple[str, str], str], read: Readings, drawn: Table, verdict: Verdict
) -> Any:
    """The grid of one claim's readings, as ``Study.grid`` explains. Raises StoreError."""
    xarray = library("xarray")
    names = tuple(each.name for each in found.claim.arms)
    shape = (read.draws, read.replicates, len(names))
    made = {}
    for each in expressions(found.claim):
        cube = np.full(shape, np.nan)
        for place, name in enumerate(names):
            key = arms[found.claim.id, name]
            if read.has(key, each):
                cube[:, :, place] = read.of(key, each)
        made[str(each)] = (AXES, cube, {"units": each.unit, "long_name": _meaning(each)})
    ends = [np.arange(read.draws), np.arange(read.replicates), np.array(names, dtype=str)]
    coords = _coordinates(ends, drawn)
    for name, values, text in (
        ("state", verdict.states, "1 if the claim holds in the draw, -1 if it fails, 0 if undecided"),
        ("margin", verdict.margins, "distance of the claim from its border, in units of what matters"),
    ):
        numbers = np.full(read.draws, np.nan)
        numbers[: len(values)] = [_number(value) for value in values[: read.draws]]
        coords[name] = ("draw", numbers, {"units": "1", "long_name": text})
    return xarray.Dataset(made, coords=coords, attrs={"claim": found.claim.id, "word": verdict.word})


def _true_alone(name: str) -> bool:
    """Whether a measure is 0 in an arm in which nobody keeps it, as claims take it: nothing is on file."""
    stock = name in MEASURES and MEASURES[name].kind == "stock"
    return stock and COLUMN.get(name, "rights") in TRUE_ALONE


def _about(name: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Unit and meaning of a measure, or of a tally among the facts of a sweep's results."""
    if name in MEASURES:
        return {"units": MEASURES[name].unit, "long_name": MEASURES[name].meaning}
    known = facts.get("tallies", {}).get(name, {})
    return {"units": known.get("unit", ""), "long_name": known.get("meaning", name)}


def _meaning(each: Expression) -> str:
    term = each.first
    if each.second is not None or term.name not in MEASURES:
        return str(each)
    where = "" if term.by == "all" else f" ({term.by} {LEVELS[term.by][term.level]})"
    return MEASURES[term.name].meaning + where


def _coordinates(ends: Sequence[NDArray[Any]], drawn: Table) -> dict[str, Any]:
    """The axes, and along the draws what was drawn: in its unit, a choice as its place among the texts."""
    made: dict[str, Any] = {
        name: (name, values, {"long_name": ABOUT[name]}) for name, values in zip(AXES, ends, strict=True)
    }
    draw, parameter, spoken_of = drawn["draw"], drawn["parameter"], drawn.facts.get("parameters", {})
    for key in dict.fromkeys(parameter.tolist()):
        rows = np.flatnonzero(parameter == key)
        values = dict(zip(draw[rows].tolist(), drawn["value"][rows].tolist(), strict=True))
        known = spoken_of.get(key, {})
        about = {"units": known.get("unit", ""), "long_name": known.get("meaning", "")}
        if known.get("names"):
            about |= {
                "flag_values": list(range(len(known["names"]))),
                "flag_meanings": " ".join(known["names"]),
            }
        else:
            about["valid_range"] = [float(drawn[end][rows[0]]) for end in ("low", "high")]
        numbers = np.array([values.get(each, np.nan) for each in ends[0].tolist()], np.float64)
        made[key] = ("draw", numbers, about)
    return made


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that are a single number or text."""
    return {name: each for name, each in facts.items() if isinstance(each, int | float | str)}
