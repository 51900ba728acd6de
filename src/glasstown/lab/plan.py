"""The plan of a sweep: arms, what is drawn, and which runs are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from glasstown.errors import ScenarioError, StoreError
from glasstown.lab.arms import Side, loaded, named, own_keys, placed
from glasstown.lab.catalog import CATALOG, unpack
from glasstown.lab.design import Design, design
from glasstown.lab.holding import Kept, kept
from glasstown.lab.own import Origin, origins
from glasstown.lab.placing import Placed, Placing
from glasstown.lab.shelf import named_by
from glasstown.lab.town import folder_of, tables_of
from glasstown.scenario.model import Scenario
from glasstown.scenario.overrides import Override, given, parse_all
from glasstown.scenario.validate import Catalog

PEOPLE, DAYS = 20_000, 365
"""The size of a run if nothing else is said."""


MOST_DRAWS: Final = 1 << 20

Point = tuple[int, int, str]
"""Draw, replicate, arm."""


@dataclass(frozen=True)
class Ask:
    """Runs that are wanted: some ``draws``, each with some ``replicates``, in some ``arms`` (or all)."""

    draws: tuple[int, ...]
    replicates: tuple[int, ...]
    arms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a sweep shall do: its arms as they are before any draw, the design, which runs are wanted.

    ``keep`` is what each arm keeps of its own; arms may live for different lengths of time, in one town.
    ``own`` says where workers find institutions of a user's own. ``towns``: by draw, whose people and chances
    it has (never written down); none: each draw its own. ``named``: names of runs that were told.
    """

    arms: Mapping[str, Scenario]
    design: Design
    asks: tuple[Ask, ...]
    vary: tuple[str, ...] | None
    hold: Mapping[str, str]
    keep: Kept
    beside: Path
    own: Mapping[str, Origin] = field(default_factory=dict)
    towns: tuple[int, ...] = ()
    named: dict[Point, str] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def placing(self) -> Placing:
        """What each of its arms takes of the draws."""
        return self.design.placing(self.arms)

    def under(self, draw: int) -> Placed:
        """All its arms under a draw."""
        return self.placing.under(self.design.draws[draw], self.design.shared(draw))

    @property
    def replicates(self) -> int:
        """How many different replicates are wanted, of any draw."""
        return len({each for ask in self.asks for each in ask.replicates})

    def asking(self, *asks: Ask) -> "Plan":
        """The same with other runs wanted, such as a further replicate of some. Raises ScenarioError."""
        draws, most = {each for ask in asks for each in ask.draws}, len(self.design.draws)
        unknown = [name for ask in asks for name in ask.arms if name not in self.arms]
        if unknown or not draws <= set(range(most)):
            text = f"an arm {unknown[0]!r}" if unknown else f"a draw beyond the {most} of the design"
            raise ScenarioError(f"{text} is asked for, which is not in the plan")
        asking = replace(self, asks=asks)
        asking.named.update(self.named)
        return asking

    def points(self) -> list[Point]:
        """Draw, replicate and arm of each row of results, in the order of the table."""
        order = {arm: number for number, arm in enumerate(self.arms)}
        wanted = {
            (draw, replicate, order[arm])
            for ask in self.asks
            for arm in ask.arms or self.arms
            for draw in ask.draws
            for replicate in ask.replicates
        }
        names = tuple(self.arms)
        return [(draw, replicate, names[arm]) for draw, replicate, arm in sorted(wanted)]

    def scenario(self, draw: int, replicate: int, arm: str) -> Scenario:
        """What is lived at a point."""
        return placed(self.arms[arm], self.design.values(draw, arm), self.town(draw, replicate))

    def town(self, draw: int, replicate: int) -> int:
        """The ``run.replicate`` that is lived at a draw. Raises ScenarioError."""
        return town_of(self.towns[draw] if self.towns else draw, replicate)

    def tasks(self) -> dict[str, list[Point]]:
        """The name of each distinct run, and the points that it stands for."""
        tables = hashes(self.arms, self.beside, self.own)
        found: dict[str, list[Point]] = {}
        for draw, points in groupby(self.points(), key=lambda point: point[0]):
            drawn = self.under(draw)
            for point in points:
                _, replicate, arm = point
                if point not in self.named:
                    self.named[point] = named_by(drawn.digest(arm, self.town(draw, replicate)), tables)
                found.setdefault(self.named[point], []).append(point)
        return found

    def body(self) -> dict[str, object]:
        """What ``resume`` needs, in plain types, and what is held."""
        return {
            "arms": [{"name": name, "scenario": each.packed()} for name, each in self.arms.items()],
            "draws": len(self.design.draws),
            "asks": [asdict(each) for each in self.asks],
            "design_seed": self.design.seed,
            "vary": None if self.vary is None else list(self.vary),
            "hold": dict(self.hold),
            "keep": asdict(self.keep),
            "held": dict(self.design.held),
            "held_by_arm": {name: dict(each) for name, each in self.design.held_by_arm.items()},
            "refused": dict(self.design.refused),
            "beside": str(self.beside),
            "own": {table: asdict(each) for table, each in self.own.items()},
        }


def hashes(arms: Mapping[str, Scenario], beside: Path, own: Mapping[str, Origin]) -> dict[str, str]:
    """What decides results beside scenarios: SHA-256 of a user's own tables and institutions."""
    tables = tables_of(next(iter(arms.values())), beside)
    return tables | {f"catalog.{table}": each.sha256 for table, each in own.items()}


def planned(begun: Mapping[str, Any], catalog: Catalog = CATALOG) -> Plan:
    """The plan of which ``Plan.body`` was written down. Raises ScenarioError, StoreError.

    No module that it names is loaded: institutions of a user's own are those of ``catalog``.
    """
    try:
        own = origins(catalog)
        unknown = sorted(begun["own"].keys() - own.keys())
        if unknown:
            raise StoreError(
                f"this sweep has institutions of your own: {', '.join(unknown)}",
                "Go on with it from Python: glasstown.lab.sweep.resume(out, catalog=...)",
            )
        arms = {each["name"]: unpack(each["scenario"], each["name"], catalog) for each in begun["arms"]}
        vary = begun["vary"]
        keep = Kept(begun["keep"]["arms"], {k: tuple(each) for k, each in begun["keep"]["ends"].items()})
        again = design(arms, begun["draws"], vary, begun["hold"], begun["design_seed"], keep)
        asks = [Ask(**{name: tuple(each) for name, each in ask.items()}) for ask in begun["asks"]]
        wanted = None if vary is None else tuple(vary)
        return Plan(arms, again, tuple(asks), wanted, begun["hold"], keep, Path(begun["beside"]), own)
    except (KeyError, TypeError) as error:
        raise StoreError(f"what was begun cannot be read ({error})") from error


def town_of(draw: int, replicate: int) -> int:
    """The ``run.replicate`` that is lived at a draw: no two draws share people or chances, all arms do.

    If draws shared them, what chance does would not average out over draws: the errors of their differences
    are correlated by up to .8. Raises ScenarioError where there is no such number.
    """
    if not (0 <= draw < MOST_DRAWS and 0 <= replicate < 2**31 // MOST_DRAWS):
        raise ScenarioError(f"a sweep has at most {MOST_DRAWS} draws and {2**31 // MOST_DRAWS} replicates")
    return replicate * MOST_DRAWS + draw


def everything(draws: int, replicates: int) -> tuple[Ask, ...]:
    """Every replicate of every draw in every arm. Raises ScenarioError if that is nothing."""
    if replicates < 1:
        raise ScenarioError(f"a sweep needs at least one replicate, got {replicates}")
    return (Ask(tuple(range(draws)), tuple(range(replicates))),)


def plan(
    arms: Sequence[Side | Scenario | str | Path],
    draws: int = 256,
    replicates: int = 2,
    people: int | None = PEOPLE,
    days: int | None = DAYS,
    vary: Sequence[str] | None = None,
    fix: Sequence[str] = (),
    seed: int | None = None,
    design_seed: int = 0,
    catalog: Catalog = CATALOG,
) -> Plan:
    """What ``sweep`` would do. Raises ScenarioError."""
    own = origins(catalog)
    asks = everything(draws, replicates)
    mine = [named(arm) for arm in arms]
    short = {"town.people": people, "run.days": days, "run.seed": seed}
    shared = [given(k, v, f"--{k.partition('.')[2]}", str(v)) for k, v in short.items() if v is not None]
    values: tuple[Override, ...] = parse_all([each for each in fix if "=" in each])
    found = loaded(mine, shared, values, catalog)
    hold = {each: "held as asked" for each in fix if "=" not in each}
    hold |= {".".join(map(str, each.path)): "fixed as asked" for each in values}
    keep = kept(found, {arm.name: own_keys(arm) for arm in mine}, next(iter(found.values())))
    made = design(found, draws, vary, hold, design_seed, keep)
    wanted = None if vary is None else tuple(vary)
    beside = folder_of(next(iter(found.values()))).absolute()
    return Plan(found, made, asks, wanted, hold, keep, beside, own)
