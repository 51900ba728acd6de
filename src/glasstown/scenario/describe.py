"""A parameter in words: what it holds, its bounds and unit, and where its default comes from."""

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.scenario.limits import code_point

Kind = Literal["source", "estimated", "assumed", "none"]

_NUMBERS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Parameter:
    """One key of one table.

    ``bounds`` as a reader says them ("from 0 to 1"), "" if there are none; ``choices`` the texts of which it
    is one, none if it is no choice; ``default`` None where the key has to be given (then ``required``);
    ``kind`` of origin, with its ``source`` (a key of sources.toml) and ``where`` in it, or ``why`` it was
    assumed; ``sweep`` the range over which to vary it, where one is given.
    """

    table: str
    name: str
    holds: str
    bounds: str
    default: object
    required: bool
    unit: str
    kind: Kind
    source: str
    where: str
    why: str
    sweep: tuple[float, float] | None
    text: str
    choices: tuple[str, ...]

    @property
    def key(self) -> str:
        """The dotted key, as ``--set`` takes it."""
        return f"{self.table}.{self.name}" if self.table else self.name

    @property
    def expected(self) -> str:
        """What may stand there: "a number from 0 to 1"."""
        return f"{self.holds} {self.bounds}".rstrip()

    @property
    def origin(self) -> str:
        """Where the default comes from, in one line; "" if it needs no origin."""
        if self.kind == "assumed":
            return f"assumed: {self.why}"
        return f"{self.kind} {self.source}, {self.where}" if self.source else ""


@cache
def parameters(model: type[BaseModel], table: str = "") -> tuple[Parameter, ...]:
    """The parameters of a model in the order of its file; those of a nested table follow under its key."""
    return tuple(_parameters(model, table))


def _parameters(model: type[BaseModel], table: str) -> Iterator[Parameter]:
    for name, field in model.model_fields.items():
        inner = nested(field.annotation)
        if inner is not None:
            yield from _parameters(inner, f"{table}.{name}" if table else name)
        else:
            yield parameter(field, name, table)


def parameter(field: FieldInfo, name: str, table: str = "") -> Parameter:
    """One field in words."""
    unit = next((each.symbol for each in field.metadata if isinstance(each, Unit)), "")
    origin = next((each for each in field.metadata if isinstance(each, Source | Estimated | Assumed)), None)
    cited = origin if isinstance(origin, Source | Estimated) else None
    ranged = origin if isinstance(origin, Estimated | Assumed) else None
    return Parameter(
        table=table,
        name=name,
        holds=words(field.annotation),
        bounds=bounds(field.metadata),
        default=None if field.is_required() else field.get_default(call_default_factory=True),
        required=field.is_required(),
        unit=unit,
        kind=_kind(origin),
        source=cited.key if cited else "",
        where=cited.where if cited else "",
        why=origin.why if isinstance(origin, Assumed) else "",
        sweep=(ranged.low, ranged.high) if ranged else None,
        text=" ".join((field.description or "").split()),
        choices=choices(field.annotation),
    )


def _kind(origin: Source | Estimated | Assumed | None) -> Kind:
    match origin:
        case Source():
            return "source"
        case Estimated():
            return "estimated"
        case Assumed():
            return "assumed"
    return "none"


def nested(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, if it is one (or may be left out)."""
    if get_origin(annotation) is Annotated:
        return nested(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [each for each in get_args(annotation) if each is not types.NoneType]
        return nested(inner[0]) if len(inner) == 1 else None
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def choices(annotation: Any) -> tuple[str, ...]:
    """The texts of which one must be chosen, if there are such."""
    if get_origin(annotation) is Annotated:
        return choices(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return tuple(str(each) for each in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(each.value) for each in annotation)
    return ()


def words(annotation: Any) -> str:
    """An annotation as a reader says it: "a whole number", "a list, each a number from 0 to 1"."""
    kind, inner = get_origin(annotation), get_args(annotation)
    if kind is Annotated:
        return f"{words(inner[0])} {bounds(_flat(inner[1:]))}".rstrip()
    if kind in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(words(each) for each in inner if each is not types.NoneType))
    if chosen := choices(annotation):
        return "one of " + ", ".join(f'"{each}"' for each in chosen)
    if isinstance(annotation, type) and (kind or annotation) in _NUMBERS:
        return _NUMBERS[annotation]
    return _several(kind or annotation, inner)


def _several(kind: Any, inner: tuple[Any, ...]) -> str:
    if not isinstance(kind, type):
        return "a value"
    if issubclass(kind, Mapping):
        return f"a table, each value {words(inner[1])}" if len(inner) == 2 else "a table"
    if issubclass(kind, BaseModel):
        return "a table"
    if issubclass(kind, tuple) and inner and inner[-1] is not Ellipsis:
        return f"a list of {len(inner)}: " + ", ".join(words(each) for each in inner)
    if issubclass(kind, Iterable):
        return f"a list, each {words(inner[0])}" if inner else "a list"
    return "a value"


def _flat(metadata: Iterable[Any]) -> list[Any]:
    """Constraints, those packed in a pydantic ``Field`` unpacked."""
    return [each for one in metadata for each in (one.metadata if isinstance(one, FieldInfo) else [one])]


def bounds(metadata: Iterable[Any]) -> str:
    """The bounds among a field's constraints, as a reader says them."""
    low = high = ""
    plain: list[Any] = [None, None]
    for each in metadata:
        match each:
            case Ge(ge=value):
                low, plain[0] = f"at least {shown(value)}", value
            case Gt(gt=value):
                low = f"above {shown(value)}"
            case Le(le=value):
                high, plain[1] = f"at most {shown(value)}", value
            case Lt(lt=value):
                high = f"below {shown(value)}"
    if None not in plain:
        return f"from {shown(plain[0])} to {shown(plain[1])}"
    return " and ".join(each for each in (low, high) if each)


def shown(value: object) -> str:
    """A value as TOML writes it, short and safe to print."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            cut = value if len(value) <= _LONGEST_SHOWN else value[: _LONGEST_SHOWN - 1] + "…"
            return '"' + "".join(_letter(each) for each in cut) + '"'
        case int():
            return str(value) if abs(value) < 10**18 else f"{value:.3e}"
        case float():
            return repr(value)
        case list() | tuple() | set() | frozenset():
            return "a list" if value else "an empty list"
        case dict():
            return "a table"
    return type(value).__name__


def _letter(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"<{code_point(character)}>"
