"""Many arms under one draw, at little more than the price of one: arms share most of their institutions.

A part is a table of some arm as it stands there, with what it takes of a draw. Parts that are alike are made
once for each draw, whichever arms have them. ``lab.arms.placed`` says what an arm under a draw is; here the
same is told of all arms: whether its values agree, what its institutions declare, and its digest.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from glasstown.core.mechanism import Mechanism, Step
from glasstown.engine.schedule import schedule
from glasstown.errors import ScenarioError, ScheduleError
from glasstown.lab.arms import Value, kept_by_change, value_of, with_values
from glasstown.lab.factors import Factor
from glasstown.scenario.model import RunSpec, Scenario, one_line, plain

Reasons = Mapping[str, str]
"""By dotted key: why it is kept."""

Takes = tuple[tuple[str, str, Factor | None], ...]
"""Name in the table, dotted key, and the factor where its draws have a middle of the table's own."""


@dataclass(eq=False)
class Made:
    """A table under a draw; its canonical JSON and the number of its declaration are known once asked for."""

    model: BaseModel
    declaration: int = -1
    text: str = ""

    def told(self) -> str:
        """As canonical JSON."""
        self.text = self.text or one_line(plain(self.model))
        return self.text


@dataclass(frozen=True, eq=False)
class Part:
    """A table of some arms, what it ``takes`` of a draw, and itself where it takes nothing."""

    table: str
    takes: Takes
    bare: Made


@dataclass(frozen=True)
class Parts:
    """An arm: its town, its institutions, and by day what takes the place of what (None: nothing does)."""

    town: Part
    mechanisms: tuple[tuple[str, Part], ...]
    changes: tuple[tuple[int, str, Part | None], ...]
    days: tuple[int, ...]
    run: RunSpec

    def all(self) -> Iterator[Part]:
        """Every part, in the order in which ``placed`` makes them."""
        yield from (part for _, part in self.mechanisms)
        yield self.town
        yield from (part for _, _, part in self.changes if part is not None)

    def present(self, day: int) -> list[Part]:
        """The institutions in place on a day."""
        found: dict[str, Part] = dict(self.mechanisms)
        for when, name, part in self.changes:
            if when <= day and part is None:
                found.pop(name, None)
            elif when <= day and part is not None:
                found[name] = part
        return list(found.values())


class Placing:
    """Arms, and what each takes of a draw of some ``factors``: ``under`` a draw they are ``Placed``.

    ``held_by_arm`` and ``middles`` as in ``lab.design.Design``.
    """

    def __init__(
        self,
        arms: Mapping[str, Scenario],
        factors: Sequence[Factor],
        held_by_arm: Mapping[str, Reasons],
        middles: Mapping[str, Mapping[str, float]],
    ) -> None:
        self._known: dict[tuple[object, ...], Part] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._beside: dict[int, int] = {}
        self._refused: dict[tuple[int, ...], str] = {}
        self._by_table: dict[str, list[Factor]] = {}
        for each in factors:
            self._by_table.setdefault(each.key.partition(".")[0], []).append(each)
        self._scenarios = arms
        self._held, self._middles = held_by_arm, middles
        self.arms = {name: self._parts(name, each) for name, each in arms.items()}

    def under(self, values: Mapping[str, Value], shares: Mapping[str, float]) -> "Placed":
        """The arms under ``values`` by dotted key; ``shares`` of the same draw, for middles of arms' own."""
        return Placed(self, values, shares)

    def having(self, key: str) -> Sequence[str]:
        """The arms in which something stands under a dotted key."""
        return [name for name, each in self._scenarios.items() if value_of(each, key) is not None]

    def unfit(self, present: Sequence[Made]) -> str:
        """Why institutions cannot stand side by side, "" if they can.

        A schedule refuses a step for itself or because of one other step: where any two institutions of a
        schedule that was accepted stood side by side, they can again.
        """
        numbers = tuple(self._number(each) for each in present)
        why = self._refused.get(numbers)
        if why is None:
            mask = sum(1 << each for each in set(numbers))
            if all(mask & ~self._beside.get(each, 0) == 0 for each in numbers):
                why = ""
            else:
                why = _refusal([each.model for each in present if isinstance(each.model, Mechanism)])
                for each in () if why else numbers:
                    self._beside[each] = self._beside.get(each, 0) | mask
            self._refused[numbers] = why
        return why

    def _number(self, made: Made) -> int:
        """The number of what an institution declares: alike for those that do alike."""
        if made.declaration < 0:
            assert isinstance(made.model, Mechanism)
            declared = (made.model.table(), *(_declared(step) for step in made.model.steps()))
            made.declaration = self._numbers.setdefault(declared, len(self._numbers))
        return made.declaration

    def _parts(self, name: str, arm: Scenario) -> Parts:
        changes: list[tuple[int, str, Part | None]] = []
        before: dict[str, BaseModel] = dict(arm.mechanisms)
        for each in arm.changes:
            if each.mechanism is None:
                changes.append((each.day, each.name, None))
                continue
            keeps = kept_by_change(before.get(each.name), each.mechanism)
            changes.append((each.day, each.name, self._part(name, each.name, each.mechanism, keeps)))
            before[each.name] = each.mechanism
        return Parts(
            self._part(name, "town", arm.town),
            tuple((table, self._part(name, table, each)) for table, each in arm.mechanisms.items()),
            tuple(changes),
            tuple({0, *(change.day for change in arm.changes)}),
            arm.run,
        )

    def _part(self, arm: str, table: str, model: BaseModel, keeps: frozenset[str] = frozenset()) -> Part:
        held, own = self._held.get(arm, {}), self._middles.get(arm, {})
        takes: list[tuple[str, str, Factor | None]] = []
        for each in self._by_table.get(table, ()):
            name = each.key.partition(".")[2]
            if each.key not in held and name not in keeps:
                around = each.around(own[each.key]) if each.key in own else None
                takes.append((name, each.key, around))
        like = (table, type(model), model.model_dump_json(), tuple(takes))
        if like not in self._known:
            self._known[like] = Part(table, tuple(takes), Made(model))
        return self._known[like]


@dataclass(eq=False)
class Placed:
    """All arms under one draw."""

    placing: Placing
    values: Mapping[str, Value]
    shares: Mapping[str, float]
    _made: dict[int, Made | str] = field(default_factory=dict)
    _told: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def why(self, key: str = "") -> str:
        """Why some arm cannot be so, "" if all can; of those with ``key``."""
        for name in self.placing.having(key) if key else self.placing.arms:
            why = self._why(self.placing.arms[name])
            if why:
                return why
        return ""

    def digest(self, arm: str, replicate: int) -> str:
        """What ``Scenario.digest`` is of an arm as ``replicate``. Raises ScenarioError: values disagree."""
        parts = self.placing.arms[arm]
        run = plain(parts.run) | {"replicate": replicate}
        del run["language"]
        tables = {**self._tables(arm), "run": one_line(run)}
        return hashlib.sha256(_object(tables).encode()).hexdigest()

    def partings(self, arm: str) -> frozenset[int]:
        """The days on which an arm may part from another: when it ends, changes, or an institution turns."""
        parts = self.placing.arms[arm]
        models = [each.model for each in map(self._of, parts.all()) if isinstance(each, Made)]
        turns = [day for each in models if isinstance(each, Mechanism) for day in each.turns()]
        return frozenset({parts.run.days, *parts.days, *turns} - {0})

    def beginning(self, arm: str, replicate: int, day: int) -> str:
        """A name of all that decides what an arm lives before ``day``. Raises ScenarioError."""
        parts = self.placing.arms[arm]
        tables = {name: self._until(part, day) for name, part in parts.mechanisms}
        tables["town"] = self._text(parts.town)
        tables |= self._changes(each for each in parts.changes if each[0] < day)
        tables["run"] = one_line({"seed": parts.run.seed, "replicate": replicate, "day": day})
        return hashlib.sha256(_object(tables).encode()).hexdigest()

    def _tables(self, arm: str) -> Mapping[str, str]:
        """All but the run, as canonical JSON by name."""
        if arm not in self._told:
            parts = self.placing.arms[arm]
            tables = {name: self._text(part) for name, part in parts.mechanisms}
            tables["town"] = self._text(parts.town)
            self._told[arm] = tables | self._changes(parts.changes)
        return self._told[arm]

    def _changes(self, changes: Iterable[tuple[int, str, Part | None]]) -> dict[str, str]:
        """The table of changes, if there are any."""
        days: dict[int, dict[str, str]] = {}
        gone: dict[int, list[str]] = {}
        for day, name, part in changes:
            of_day = days.setdefault(day, {"day": str(day)})
            if part is not None:
                of_day[name] = self._text(part)
            else:
                gone.setdefault(day, []).append(name)
                of_day["without"] = one_line(gone[day])
        return {"change": f"[{','.join(_object(each) for each in days.values())}]"} if days else {}

    def _until(self, part: Part, day: int) -> str:
        """An institution as far as it shows before ``day``."""
        text, made = self._text(part), self._of(part)
        assert isinstance(made, Made) and isinstance(made.model, Mechanism)
        until = made.model.until(day)
        return text if until is made.model else one_line(plain(until))

    def _text(self, part: Part) -> str:
        found = self._of(part)
        if isinstance(found, str):
            raise ScenarioError(found)
        return found.told()

    def _why(self, arm: Parts) -> str:
        for part in arm.all():
            found = self._of(part)
            if isinstance(found, str):
                return found
        for day in arm.days:
            made = [self._of(part) for part in arm.present(day)]
            why = self.placing.unfit([each for each in made if isinstance(each, Made)])
            if why:
                return why
        return ""

    def _of(self, part: Part) -> Made | str:
        """A part under the draw, or why its values contradict each other."""
        found = self._made.get(id(part))
        if found is None:
            found = self._made[id(part)] = self._new(part)
        return found

    def _new(self, part: Part) -> Made | str:
        drawn: dict[str, Value] = {
            name: self.values[key] if own is None else own.value(self.shares[key])
            for name, key, own in part.takes
            if key in self.values
        }
        if not drawn:
            return part.bare
        try:
            return Made(with_values(part.bare.model, drawn, part.table))
        except ScenarioError as error:
            return error.message


def _object(texts: Mapping[str, str]) -> str:
    """Canonical JSON of an object, whose values are canonical JSON already."""
    return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in sorted(texts.items())) + "}"


def _refusal(present: Sequence[Mechanism]) -> str:
    try:
        schedule(present)
    except ScheduleError as error:
        return error.message
    return ""


def _declared(step: Step) -> tuple[object, ...]:
    """All of a step that decides where it may stand: of how often it runs, that it is a day or more."""
    columns = (step.reads, step.looks, step.writes, step.adds, step.counts, step.recalls)
    names = (tuple(each.name for each in group) for group in columns)
    return (step.name, step.phase, step.ties, min(step.every, 1), step.order, *names)
