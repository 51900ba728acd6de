"""Outputs of shipped scenarios beside published field evidence: inside or outside, nothing more.

No parameter was tuned so that an output falls inside, and a town that falls inside is no prediction.
A band whose scenario, institution or measure is not there says so.
"""

import csv
import io
import textwrap
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from glasstown.lab import catalog
from glasstown.lab.ledger import bibliography
from glasstown.lab.runs import Options
from glasstown.lab.simulate import simulate
from glasstown.lab.town import people_of
from glasstown.lab.verification.result import number
from glasstown.lab.verification.table import reference
from glasstown.measures.definitions import MEASURES
from glasstown.measures.paired import differences
from glasstown.release import EPOCH, RELEASE
from glasstown.scenario.files import shipped
from glasstown.scenario.model import Scenario, Table

PEOPLE, DAYS, SEEDS = 20_000, 365, 3


class Band(BaseModel):
    """A range of published evidence, and which output of which scenario is put beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    scenario: str
    of: tuple[str, ...]
    per: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    against: str = ""
    change: Literal["", "difference", "relative"] = ""
    scale: float = 1.0
    low: float
    high: float
    unit: str
    source: str
    where: str
    facts: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Placed:
    """A band with what was obtained over some seeds; or why nothing could be."""

    band: Band
    values: tuple[float, ...] = ()
    absent: str = ""

    @property
    def value(self) -> float:
        """The mean over seeds."""
        return sum(self.values) / len(self.values)

    @property
    def verdict(self) -> str:
        """Whether it is "inside", "outside", or "absent"."""
        if not self.values:
            return "absent"
        return "inside" if self._within(self.value) else "outside"

    @property
    def told(self) -> str:
        """The verdict, and how many seeds lie inside if not all agree with it."""
        inside = sum(map(self._within, self.values))
        mixed = 0 < inside < len(self.values)
        return self.verdict + (f" ({inside} of {len(self.values)} seeds inside)" if mixed else "")

    def _within(self, value: float) -> bool:
        return self.band.low <= value <= self.band.high


@cache
def bands() -> tuple[Band, ...]:
    """The bands that come with Glasstown."""
    text = files("glasstown").joinpath("lab", "verification", "bands.toml").read_text(encoding="utf-8")
    return tuple(Band.model_validate(each) for each in tomllib.loads(text)["band"])


def place(chosen: Sequence[Band], seed: int, how: Options) -> Iterator[Placed]:
    """Each band with the outputs of its scenarios, over SEEDS seeds from ``seed`` on."""
    worlds = Worlds(seed, how)
    for band in chosen:
        yield placed(band, worlds)


class Worlds:
    """What each scenario comes to, lived when it is first asked for."""

    def __init__(self, seed: int, how: Options) -> None:
        self.seeds = range(seed, seed + SEEDS)
        self.how = how
        self._found: dict[tuple[str, str, tuple[str, ...]], tuple[dict[str, float], ...]] = {}

    def scenario(self, name: str, without: str, seed: int, given: Sequence[str] = ()) -> Scenario:
        """A shipped scenario, small, perhaps without one institution, perhaps with values ``given``."""
        size = [f"town.people={PEOPLE}", f"run.days={DAYS}", f"run.seed={seed}"]
        found = catalog.load(name, [*size, *given])
        kept = {n: m for n, m in found.mechanisms.items() if n != without}
        return replace(found, mechanisms=Table(kept), changes=() if without else found.changes)

    def measured(
        self, name: str, without: str = "", given: tuple[str, ...] = ()
    ) -> tuple[dict[str, float], ...]:
        """Every measure of the whole town by its name, for each seed."""
        key = (name, without, given)
        if key not in self._found:
            self._found[key] = tuple(self._live(*key[:2], seed, given) for seed in self.seeds)
        return self._found[key]

    def _live(self, name: str, without: str, seed: int, given: tuple[str, ...]) -> dict[str, float]:
        scenario = self.scenario(name, without, seed, given)
        town = people_of([scenario], self.how.threads)
        lived = simulate(scenario, town, threads=self.how.threads, progress=self.how.progress,
                         stop=self.how.stop)  # fmt: skip
        both = differences(lived.totals, lived.totals)
        return {each.measure: each.with_ for each in both if each.by == "all"}


def placed(band: Band, worlds: Worlds) -> Placed:
    """One band with what is obtained; it says why if that cannot be."""
    other, _, without = band.against.partition(":")
    names = {band.scenario} | ({other} if other not in ("", "without") else set())
    for name in sorted(names):
        if name not in shipped():
            return Placed(band, absent=f"there is no scenario {name}")
    if missing := [n for n in band.needs if n not in worlds.scenario(band.scenario, "", 1).mechanisms]:
        return Placed(band, absent=f"{band.scenario} has no {', '.join(missing)}")
    asked = (*band.of, *band.per, *band.less)
    if missing := [n for n in asked if n not in MEASURES]:
        return Placed(band, absent=f"there is no measure {', '.join(missing)}")
    mine = worlds.measured(band.scenario, given=band.given)
    yours = mine
    if band.against:
        yours = worlds.measured(band.scenario if without else other, without, band.given)
    values = [_compared(band, one, two) for one, two in zip(mine, yours, strict=True)]
    told = tuple(value for value in values if value is not None)
    if len(told) < len(values):
        return Placed(band, absent=f"nothing was counted of {', '.join(asked)}")
    return Placed(band, told)


def _compared(band: Band, mine: dict[str, float], yours: dict[str, float]) -> float | None:
    one, two = _formula(band, mine), _formula(band, yours)
    if not band.against or one is None or two is None:
        return one
    if band.change == "relative":
        return (one - two) / two if two else None
    return one - two


def _formula(band: Band, found: dict[str, float]) -> float | None:
    """(sum(of) / sum(per) - sum(less)) * scale; None where nothing was counted."""
    if not any(name in found for name in band.of):
        return None
    value = sum(found.get(name, 0.0) for name in band.of)
    if band.per:
        below = sum(found.get(name, 0.0) for name in band.per)
        if not below:
            return None
        value /= below
    return (value - sum(found.get(name, 0.0) for name in band.less)) * band.scale


HEADINGS = ("band", "computed", "low", "high", "unit", "obtained", "least", "greatest", "verdict", "source",
            "where", "facts", "note")  # fmt: skip


def _cells(each: Placed) -> tuple[str, ...]:
    band = each.band
    ends = [number(v) for v in (each.value, min(each.values), max(each.values))] if each.values else [""] * 3
    return (band.name, formula(band).replace("`", ""), number(band.low),
            number(band.high), band.unit, *ends, each.absent or each.verdict, band.source, band.where,
            " ".join(band.facts), band.note)  # fmt: skip


def as_csv(placed_: Sequence[Placed]) -> str:
    """Comma-separated, with a heading."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(_cells(each) for each in placed_)
    return out.getvalue()


ABOUT = (
    f"Towns of {PEOPLE:,} people for {DAYS} days, {SEEDS} seeds. Inside or outside a published range: no "
    "parameter was tuned to fit, and inside is no prediction."
)


def as_markdown(placed_: Sequence[Placed]) -> str:
    """A document of its own: a table, what each row rests on, the sources."""
    order = list(dict.fromkeys(each.band.source for each in placed_))
    lines = ["# Outputs beside published evidence", "", f"{ABOUT} {said(placed_)}",
             "Written by `glasstown verify --bands --output FILE.md`.", "",
             "| | output | unit | published | obtained | least to greatest | verdict |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for number_, each in enumerate(placed_, 1):
        band, ends = (
            each.band,
            [number(v) for v in (min(each.values), max(each.values))] if each.values else [],
        )
        cells = (str(number_), band.name, band.unit, f"{number(band.low)} to {number(band.high)}",
                 number(each.value) if each.values else "", " to ".join(ends), each.told)  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += ["", "## What each row puts side by side", ""]
    for number_, each in enumerate(placed_, 1):
        band = each.band
        why = f" Not to be had: {each.absent}." if each.absent else ""
        lines.append(f"{number_}. **{band.name}**: {formula(band)}.{why} Published: {band.where} "
                     f"({', '.join(band.facts)}) [{order.index(band.source) + 1}]. {band.note}")  # fmt: skip
    lines += ["", "## Sources", "", *(f"{i}. {reference(key)}" for i, key in enumerate(order, 1))]
    return "\n".join(lines) + "\n"


def formula(band: Band) -> str:
    """What is computed, of which scenario, in the names of measures."""
    text = " + ".join(f"`{name}`" for name in band.of)
    if band.per:
        text += " over " + " + ".join(f"`{name}`" for name in band.per)
    if band.less:
        text += " less " + " + ".join(f"`{name}`" for name in band.less)
    text += "" if band.scale == 1 else f", times {number(band.scale)}"
    text += f", `{band.scenario}`" + (f" with `{', '.join(band.given)}`" if band.given else "")
    other, _, without = band.against.partition(":")
    if not band.against:
        return text
    twin = f"the same without `{without}`" if without else f"`{other}`"
    return f"{text}, {'as a share of' if band.change == 'relative' else 'less'} {twin}" + (
        ", less 1" if band.change == "relative" else ""
    )


def said(placed_: Sequence[Placed]) -> str:
    """How many lie where, and of what this was made."""
    count = {kind: sum(each.verdict == kind for each in placed_) for kind in ("inside", "outside", "absent")}
    told = f"{count['inside']} of {len(placed_)} inside, {count['outside']} outside"
    told += f", {count['absent']} not to be had" if count["absent"] else ""
    return f"{told}. Release {RELEASE}, model epoch {EPOCH}, {datetime.now(UTC):%Y-%m-%d}."


def lines(placed_: Sequence[Placed]) -> list[str]:
    """A table for a terminal of 80 columns."""
    found = [
        *textwrap.wrap(f"{ABOUT} {said(placed_)}", 78),
        "",
        f"{'':<34}{'published':>20}{'obtained':>12}  verdict",
    ]
    for each in placed_:
        band = each.band
        ends = f"{number(band.low)} to {number(band.high)}"
        got = number(each.value) if each.values else ""
        found += [f"{band.name}", f"{band.unit:>32}  {ends:>20}{got:>12}  {each.verdict}"]
        why = [f"Not to be had: {each.absent}."] if each.absent else []
        why += [f"{each.told.capitalize()}."] if each.told != each.verdict else []
        told = " ".join([*why, f"{formula(band)}. {band.where}. {band.note}".replace("`", "")])
        found += textwrap.wrap(told, 76, initial_indent="    ", subsequent_indent="    ")
    return found


def facts(placed_: Sequence[Placed]) -> dict[str, Any]:
    """The document of ``--json``."""
    rows = [
        {**each.band.model_dump(mode="json"), "values": list(each.values), "verdict": each.verdict,
         "absent": each.absent}
        for each in placed_
    ]  # fmt: skip
    return {"kind": "bands", "people": PEOPLE, "days": DAYS, "bands": rows}


def uncited() -> set[str]:
    """Sources of bands that the bibliography does not have."""
    return {band.source for band in bands()} - bibliography().keys()
