"""JSON with one spelling for each content, and documents that carry their own SHA-256.

A sealed document holds ``format`` (a number), ``what`` (its kind) and ``seal`` (SHA-256 of everything
else in canonical form). Reading demands the canonical spelling byte for byte, so that any flipped bit,
cut or addition is noticed, also where JSON itself would not mind.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from glasstown.errors import Damaged, StoreError
from glasstown.store.atomic import write_bytes
from glasstown.store.foreign import open_regular

__all__ = ["canonical", "digest", "field_of", "parse", "read_sealed", "seal", "unseal", "write_sealed"]

T = TypeVar("T")

LARGEST: Final = 64 << 20
"""Sealed documents above this many bytes are refused before they are read."""


def canonical(value: object) -> bytes:
    """``value`` as JSON in UTF-8: sorted keys, shortest exact floats, one space a level, newline at the end.

    Takes None, bool, int, float (finite), str, mappings with str keys, lists, tuples, numpy scalars.
    Raises ``StoreError`` for anything else: that is never silently turned into text.
    """
    text = json.dumps(_plain(value), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    try:
        return (text + "\n").encode("utf-8")
    except UnicodeEncodeError as error:
        raise StoreError(f"cannot be stored as JSON: text that is not Unicode ({error.reason})") from None


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of ``value``, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: object) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        if not np.isfinite(value):
            raise StoreError(f"cannot be stored as JSON: {value} is not a finite number")
        return float(value)
    if isinstance(value, Mapping):
        wrong = [key for key in value if not isinstance(key, str)]
        if wrong:
            raise StoreError(f"cannot be stored as JSON: key {wrong[0]!r} is not text")
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    raise StoreError(f"cannot be stored as JSON: a value of type {type(value).__name__}")


def parse(content: bytes, source: str) -> Any:
    """The value of JSON text; strict (no repeated keys, no NaN). Raises ``Damaged`` naming ``source``."""
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except RecursionError:
        raise Damaged(f"{source}: is damaged: nested too deeply") from None
    except ValueError as error:  # JSONDecodeError, UnicodeDecodeError, numbers of thousands of digits
        raise Damaged(f"{source}: is damaged: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key appears twice")
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def seal(what: str, version: int, body: Mapping[str, object]) -> bytes:
    """The bytes of a sealed document of kind ``what`` and format number ``version``."""
    document = {**body, "what": f"glasstown {what}", "format": version}
    return canonical({**document, "seal": digest(document)})


def unseal(content: bytes, source: str, what: str, newest: int) -> dict[str, Any]:
    """The document in ``content``, without its seal.

    Raises ``StoreError`` if it is of another kind or of a newer format than ``newest``, ``Damaged`` if it
    is not byte for byte what was sealed; both name ``source``.
    """
    document = parse(content, source)
    if not isinstance(document, dict) or document.get("what") != f"glasstown {what}":
        raise StoreError(f"{source}: is not a Glasstown {what}")
    version = document.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise StoreError(f"{source}: has no valid format number")
    if version > newest:
        raise StoreError(
            f"{source}: was written by a newer Glasstown (format {version}; this one reads up to {newest})",
            "Update Glasstown to open it.",
        )
    claimed = document.pop("seal", None)
    try:
        intact = claimed == digest(document) and canonical({**document, "seal": claimed}) == content
    except (RecursionError, StoreError):
        intact = False
    if not intact:
        raise Damaged(f"{source}: is damaged: its content is not what was sealed")
    return document


def field_of(document: Mapping[str, Any], key: str, kind: type[T], source: str) -> T:
    """``document[key]``, which must be a ``kind``. Raises ``StoreError`` naming ``source`` and ``key``."""
    value = document.get(key)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        found = "nothing" if key not in document else type(value).__name__
        raise StoreError(f"{source}: {key!r} must be {kind.__name__}, found {found}")
    return value


def write_sealed(path: Path, what: str, version: int, body: Mapping[str, object]) -> None:
    """Write a sealed document as ``path``, whole or not at all. Raises ``DiskFull``, ``StoreError``."""
    write_bytes(path, seal(what, version, body))


def read_sealed(path: Path, what: str, newest: int) -> dict[str, Any]:
    """Read the sealed document ``path``. Raises ``StoreError`` if it is missing, and as ``unseal``."""
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > LARGEST:
            raise StoreError(f"{path}: is larger than {LARGEST} bytes, too large for a {what}")
        content = file.readall()
    return unseal(content, str(path), what, newest)
