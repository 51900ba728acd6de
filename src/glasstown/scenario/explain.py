"""What pydantic found wrong, in our words: what was expected, what was found, which name was meant."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from glasstown.scenario.describe import choices, nested, parameter, shown
from glasstown.scenario.spelling import nearest

_VALUE = re.compile(r"Input should (?:be|have) (?=a |an |either |'|one )")
_RELATION = re.compile(r"Input should be ")


def explain(model: type[BaseModel], error: ErrorDetails, elsewhere: Iterable[str]) -> tuple[str, str]:
    """The text and the nearest valid name for one error in a table described by ``model``.

    ``elsewhere`` are the dotted keys of all other tables, for a key that stands in the wrong one.
    """
    location, kind = error["loc"], error["type"]
    if kind == "extra_forbidden":
        return "unknown key", nearest_key(model, location, elsewhere)
    field = field_at(model, location)
    if kind == "missing":
        return f"missing; expected {parameter(field, '').expected}" if field else "missing", ""
    if kind in ("value_error", "assertion_error"):
        return error["msg"].partition(", ")[2], ""
    found = error["input"]
    if field is None:
        told = _RELATION.sub("expected a value ", _VALUE.sub("expected ", error["msg"]))
        return f"{told}, got {shown(found)}", ""
    known = parameter(field, "")
    unit = f" ({known.unit})" if known.unit not in ("", "1") else ""
    near = nearest(found, choices(field.annotation)) if isinstance(found, str) else ""
    return f"expected {known.expected}{unit}, got {shown(found)}", near


def nearest_key(model: type[BaseModel], location: tuple[int | str, ...], elsewhere: Iterable[str]) -> str:
    """The valid key nearest to the unknown one at ``location``: in its own table, or else in another."""
    owner = model_at(model, location[:-1])
    key = str(location[-1])
    own = nearest(key, owner.model_fields if owner else ())
    return own or misplaced(key, elsewhere)


def misplaced(key: str, elsewhere: Iterable[str]) -> str:
    """The dotted key of another table whose last part is ``key``, or ""."""
    return next((each for each in elsewhere if each.rpartition(".")[2] == key), "")


def field_at(model: type[BaseModel], location: tuple[int | str, ...]) -> FieldInfo | None:
    """The field that ``location`` names; None if it leads into a list or below."""
    owner = model_at(model, location[:-1])
    return owner.model_fields.get(str(location[-1])) if owner and location else None


def model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model that describes the table at ``location``."""
    found: type[BaseModel] | None = model
    for part in location:
        field: Any = found.model_fields.get(str(part)) if found else None
        found = nested(field.annotation) if field else None
    return found
