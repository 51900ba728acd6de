"""Institutions of a user's own in a sweep: workers import each class by name; nothing is pickled."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from glasstown.core.mechanism import Mechanism
from glasstown.errors import ScenarioError, StoreError
from glasstown.lab.catalog import CATALOG
from glasstown.scenario.validate import Catalog
from glasstown.store.foreign import sha256_of


@dataclass(frozen=True)
class Origin:
    """Where a class is found: its ``module``, its ``name`` there, the ``folder`` that the module is imported
    from, and the SHA-256 of the module's file.
    """

    module: str
    name: str
    folder: str
    sha256: str


def origins(catalog: Catalog) -> dict[str, Origin]:
    """Where the institutions are that a catalogue adds to those shipped. Raises ScenarioError."""
    return {
        table: _origin(table, model) for table, model in catalog.items() if CATALOG.get(table) is not model
    }


def _origin(table: str, model: type[Mechanism]) -> Origin:
    module, name = model.__module__, model.__qualname__
    loaded = sys.modules.get(module)
    file = getattr(loaded, "__file__", None)
    if module == "__main__" or file is None or _inside(loaded, name) is not model:
        raise ScenarioError(
            f"{table}: the workers of a sweep cannot import {name} from {module}",
            "Put the class into a module, such as a file beside your script, and import it from there.",
        )
    path = Path(file).resolve()
    above = module.count(".") + (path.stem == "__init__")
    return Origin(module, name, str(path.parents[above]), sha256_of(path)[0])


def _inside(found: object, name: str) -> object:
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def imported(wanted: Mapping[str, Origin]) -> dict[str, type[Mechanism]]:
    """The classes, in a worker. Their folders come last on the path. Raises StoreError."""
    found: dict[str, type[Mechanism]] = {}
    for table, origin in wanted.items():
        if origin.folder not in sys.path:
            sys.path.append(origin.folder)
        try:
            module = import_module(origin.module)
        except Exception as error:  # whatever a user's module may do
            raise StoreError(f"{table}: a worker cannot import {origin.module}: {error}") from error
        model, file = _inside(module, origin.name), getattr(module, "__file__", None)
        if not (isinstance(model, type) and issubclass(model, Mechanism)):
            raise StoreError(f"{table}: {origin.module} has no institution {origin.name} in a worker")
        if file is None or sha256_of(Path(file))[0] != origin.sha256:
            raise StoreError(f"{table}: {origin.module} is another file in a worker, or has been changed")
        found[table] = model
    return found
