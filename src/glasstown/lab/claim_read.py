"""A claim's file made into a ``Claim``, or every problem with it, by file, line and key."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from glasstown.core.mechanism import Mechanism
from glasstown.errors import Problem, ScenarioError
from glasstown.lab.catalog import CATALOG
from glasstown.lab.claim import FROZEN, Arm, Claim, Condition, Direction, Horizon, Name, Text, Words
from glasstown.lab.claim_measure import Expression, Unknown, expression
from glasstown.lab.ledger import bibliography
from glasstown.scenario.describe import parameters, shown
from glasstown.scenario.explain import explain
from glasstown.scenario.files import SUFFIX, SourceFile, printable, read
from glasstown.scenario.limits import dotted, parse
from glasstown.scenario.load import slug
from glasstown.scenario.positions import Path as Key
from glasstown.scenario.positions import positions
from glasstown.scenario.spelling import nearest

M = TypeVar("M", bound=BaseModel)
MOST_ARMS = 64
HORIZON = {"run.days": "horizon.days", "town.people": "horizon.people"}
"""What no arm may set, and the key that sets it for all."""


CHANGE = "change"
"""The dated changes of a scenario, as ``differs`` names them."""


class Head(BaseModel):
    """What stands above the arms and tests of a file."""

    model_config = FROZEN

    id: Name
    """What the claim is called; if left out, the name of the file."""

    sentence: Words
    """What is claimed."""

    said_by: Literal["article", "official", "defender", "other"] = "other"
    """Who says so."""

    source: str = ""
    """Where: a key of the bibliography."""

    differs: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]
    """In what arms differ, and in nothing else: score.publicity, or score if only some have a score."""

    between: tuple[str, str] | None = None
    """The arms that are compared: without and with what is claimed; by default the first and the last."""

    shows: Annotated[tuple[str, ...], Field(max_length=30)] = ()
    """Measures told beside the verdict."""

    horizon: Horizon = Horizon()
    """How long and how many."""

    cannot_tell: Words = Words(en="")
    """What a verdict leaves open."""

    needs: Text = ""
    """A measure without which the claim cannot be decided yet."""


class ArmTable(BaseModel):
    """One arm."""

    model_config = FROZEN

    name: Annotated[str, Field(max_length=80)] = ""
    """What it is called; if left out, its scenario and settings."""

    scenario: str
    """A shipped scenario, or the path of a file from the claim's own."""

    settings: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    """KEY=VALUE laid over it, as --set takes them."""


class ConditionTable(BaseModel):
    """One condition."""

    model_config = FROZEN

    measure: str
    """A measure, or two with +, - or / between."""

    direction: Direction
    """How the second arm must stand to the first."""

    matters: Annotated[float, Field(ge=0)]
    """The smallest difference that matters."""

    relative: bool = False
    """Whether that is a share of the first arm's value."""

    because: Words = Words(en="")
    """Why less would not matter."""

    between: tuple[str, str] | None = None
    """The arms that it compares, if not those of the claim."""

    arm: str = ""
    """One arm alone, to be held against ``than``."""

    than: float | None = None
    """The number that it is held against."""


class Draft:
    """A claim's file with the places of its keys, and the problems found in it."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.tables = parse(file.text, file.shown)
        self.spots = positions(file.text)
        self.problems: list[Problem] = []

    def complain(self, path: Key, text: str, near: str = "", at_key: bool = False) -> None:
        """Note a problem with what stands at ``path``, or with its key."""
        known = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in self.spots), ())
        line, column = (self.spots[known].key if at_key else self.spots[known].value) if known else (0, 0)
        self.problems.append(Problem(self.file.shown, line, column, dotted(path), text, near))

    def model(self, model: type[M], path: Key, values: Any, elsewhere: Sequence[str] = ()) -> M | None:
        """``values`` as ``model``; None, and what is wrong noted, if they are not valid."""
        if not isinstance(values, dict):
            self.complain(path, f"expected a table, got {shown(values)}")
            return None
        try:
            return model.model_validate_json(json.dumps(values), strict=True)
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False):
                text, near = explain(model, error, elsewhere)
                if error["type"] == "string_pattern_mismatch":
                    text = f"expected a-z, digits and hyphens, got {shown(error['input'])}"
                self.complain((*path, *error["loc"]), text, near, error["type"] == "extra_forbidden")
        return None

    def listed(self, key: str) -> list[Any]:
        """The tables headed ``[[key]]``."""
        found = self.tables.get(key, [])
        if isinstance(found, list) and len(found) <= MOST_ARMS:
            return found
        self.complain((key,), f"expected at most {MOST_ARMS} tables, each headed [[{key}]]")
        return []

    def stop(self) -> None:
        """Raise ScenarioError if anything is wrong so far."""
        if self.problems:
            once = dict.fromkeys(self.problems)
            raise ScenarioError.listing(sorted(once, key=lambda each: (each.line, each.column)))


def shelf() -> Path:
    """The folder of the claims that come with Glasstown."""
    return Path(str(resources("glasstown"))) / "claims"


def shipped() -> tuple[str, ...]:
    """Their names."""
    return tuple(sorted(path.stem for path in shelf().glob(f"*{SUFFIX}")))


def draft(reference: str | Path) -> Draft:
    """The file of a shipped claim, or at a path ending in .toml. Raises ScenarioError."""
    named = str(reference)
    if isinstance(reference, str) and "/" not in named and not named.endswith(SUFFIX):
        if named in shipped():
            return Draft(read(shelf() / (named + SUFFIX), named + SUFFIX))
        text, hint = "no claim of this name comes with Glasstown", f"Shipped: {', '.join(shipped())}."
    elif "\0" not in named and len(named) < 4_096 and not Path(named).exists():
        text, hint = "no such file", "A claim is a file that ends in .toml, or one of: glasstown claims list"
    else:
        return Draft(read(Path(named), printable(named)))
    problem = Problem(printable(named), 0, 0, "", text, nearest(Path(named).stem, shipped()))
    raise ScenarioError.listing([problem], hint)


def claim(reference: str | Path, catalog: Mapping[str, type[Mechanism]] = CATALOG) -> Claim:
    """The claim shipped under a name, or in a TOML file; its arms are not looked at yet (``checked``).

    Raises ScenarioError with every problem of the file.
    """
    return read_claim(draft(reference), catalog)


def read_claim(given: Draft, catalog: Mapping[str, type[Mechanism]] = CATALOG) -> Claim:
    """The claim that a file tells. Raises ScenarioError."""
    above = {key: value for key, value in given.tables.items() if key not in ("arm", "test")}
    head = given.model(Head, (), {"id": slug(given.file.name)} | above, _elsewhere())
    arms = _arms(given)
    between = _between(given, head.between if head else None, arms, ("between",))
    tests = [
        (at, found)
        for at, table in enumerate(given.listed("test"))
        if (found := given.model(ConditionTable, ("test", at), table, _elsewhere())) is not None
    ]
    conditions = tuple(_condition(given, at, test, arms, between) for at, test in tests)
    if head is not None:
        _heading(given, head, catalog)
        if not (given.listed("test") or head.needs):
            given.complain(
                (), 'nothing decides it: give a [[test]], or needs = "what would have to be measured"'
            )
    given.stop()
    assert head is not None
    return Claim(
        id=head.id,
        sentence=head.sentence,
        said_by=head.said_by,
        source=head.source,
        arms=tuple(arms),
        between=between,
        differs=head.differs,
        conditions=tuple(each for each in conditions if each),
        shows=tuple(_read(given, ("shows", at), text) for at, text in enumerate(head.shows)),
        horizon=head.horizon,
        cannot_tell=head.cannot_tell,
        needs=head.needs,
    )


def _elsewhere() -> list[str]:
    inner: dict[str, type[BaseModel]] = {"arm": ArmTable, "test": ConditionTable}
    below = (f"{table}.{name}" for table, model in inner.items() for name in model.model_fields)
    return [*below, *Head.model_fields, *inner]


def _arms(given: Draft) -> list[Arm]:
    arms: list[Arm] = []
    listed = given.listed("arm")
    for at, table in enumerate(listed):
        found = given.model(ArmTable, ("arm", at), table, _elsewhere())
        if found is None:
            continue
        arm = Arm(found.name or " ".join((found.scenario, *found.settings)), found.scenario, found.settings)
        for place, setting in enumerate(arm.settings):
            key = setting.partition("=")[0].strip()
            if key in HORIZON:
                text = f"{key} is that of all arms: give {HORIZON[key]} above"
                given.complain(("arm", at, "settings", place), text)
        if arm.name in (each.name for each in arms):
            given.complain(("arm", at), f"two arms are called {printable(arm.name)}; give each a name")
        arms.append(arm)
    if len(listed) < 2:
        given.complain(("arm",), "a claim has two or more arms, each headed [[arm]]")
    return arms


def _between(given: Draft, pair: tuple[str, str] | None, arms: Sequence[Arm], path: Key) -> tuple[str, str]:
    """The two arms compared, by default the first and the last."""
    if pair is None:
        return (arms[0].name, arms[-1].name) if arms else ("", "")
    for at, name in enumerate(pair):
        _known_arm(given, name, arms, (*path, at))
    if pair[0] == pair[1]:
        given.complain(path, "expected two different arms")
    return pair


def _known_arm(given: Draft, name: str, arms: Sequence[Arm], path: Key) -> None:
    names = [each.name for each in arms]
    if name not in names:
        given.complain(path, f"there is no arm {shown(name)}", nearest(name, names))


def _condition(
    given: Draft, at: int, test: ConditionTable, arms: Sequence[Arm], between: tuple[str, str]
) -> Condition | None:
    path: Key = ("test", at)
    if bool(test.arm) != (test.than is not None):
        given.complain(path, "arm and than go together: one arm held against one number")
    elif test.arm:
        _known_arm(given, test.arm, arms, (*path, "arm"))
    pair = between if test.between is None else _between(given, test.between, arms, (*path, "between"))
    if test.matters == 0 and (test.direction == "same" or test.than is None):
        given.complain((*path, "matters"), "expected a number above 0: some difference is always there")
    try:
        measure = expression(test.measure, tallies())
    except Unknown as unknown:
        given.complain((*path, "measure"), str(unknown), unknown.near)
        return None
    return Condition(
        measure=measure, direction=test.direction, matters=test.matters, relative=test.relative,
        because=_flowing(test.because), between=pair, arm=test.arm, than=test.than,
    )  # fmt: skip


def _flowing(words: Words) -> Words:
    """The same on one line."""
    return Words(en=" ".join(words.en.split()), fr=" ".join(words.fr.split()))


def _heading(given: Draft, head: Head, catalog: Mapping[str, type[Mechanism]]) -> None:
    """Note what no model sees: sources, keys and measures that there are not."""
    if head.source and head.source not in bibliography():
        near = nearest(head.source, bibliography())
        given.complain(("source",), f"no source {shown(head.source)} is in the bibliography", near)
    keys = [each.key for table, model in catalog.items() for each in parameters(model, table)]
    for at, key in enumerate(head.differs):
        if key not in (CHANGE, *catalog, *keys):
            near = nearest(key, [CHANGE, *catalog, *keys])
            given.complain(("differs", at), f"there is no {shown(key)}", near)
    for at, text in enumerate(head.shows):
        try:
            expression(text, tallies())
        except Unknown as unknown:
            given.complain(("shows", at), str(unknown), unknown.near)


def _read(given: Draft, path: Key, text: str) -> Expression:
    return expression(text, tallies())


@cache
def tallies() -> frozenset[str]:
    """Names of the tallies that an institution of the catalogue keeps, at its defaults or as shipped."""
    from glasstown.lab.catalog import load
    from glasstown.scenario.files import shipped as scenarios

    made = [model() for model in CATALOG.values()]
    made += [each for name in scenarios() for each in load(name).mechanisms.values()]
    return frozenset(tally.name for each in made for step in each.steps() for tally in step.counts)
