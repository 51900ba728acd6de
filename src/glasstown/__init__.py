"""Glasstown: an executable model of a system of social control, on synthetic people.

    import glasstown as gt

    pair = gt.compare("open", "article", people=100_000, days=365, seed=1)
    print(pair.difference("voiced"))

Names are imported when they are first used, so that ``glasstown --help`` does not wait for a compiler.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasstown.core.columns import Column, Inflow, Tally
    from glasstown.core.kernels import kernel
    from glasstown.core.mechanism import Mechanism, Order, Phase, Step
    from glasstown.core.units import Assumed, Estimated, Source, Unit
    from glasstown.errors import GlasstownError
    from glasstown.lab.answering import open_study, study
    from glasstown.lab.arms import Arm
    from glasstown.lab.catalog import CATALOG, load
    from glasstown.lab.compare import Pair
    from glasstown.lab.contracts import check_mechanism
    from glasstown.lab.outcome import Outcome
    from glasstown.lab.runs import Options, compare, resume, run
    from glasstown.lab.sweep import sweep
    from glasstown.release import EPOCH, RELEASE
    from glasstown.scenario.model import Scenario
    from glasstown.store.read import open_run

_HOME = {
    "core.columns": ("Column", "Inflow", "Tally"),
    "core.kernels": ("kernel",),
    "core.mechanism": ("Mechanism", "Order", "Phase", "Step"),
    "core.units": ("Assumed", "Estimated", "Source", "Unit"),
    "errors": ("GlasstownError",),
    "lab.answering": ("open_study", "study"),
    "lab.arms": ("Arm",),
    "lab.catalog": ("CATALOG", "load"),
    "lab.compare": ("Pair",),
    "lab.contracts": ("check_mechanism",),
    "lab.outcome": ("Outcome",),
    "lab.runs": ("Options", "compare", "resume", "run"),
    "lab.sweep": ("sweep",),
    "release": ("EPOCH", "RELEASE"),
    "scenario.model": ("Scenario",),
    "store.read": ("open_run",),
}

__all__ = [
    "CATALOG",
    "EPOCH",
    "RELEASE",
    "Arm",
    "Assumed",
    "Column",
    "Estimated",
    "GlasstownError",
    "Inflow",
    "Mechanism",
    "Options",
    "Order",
    "Outcome",
    "Pair",
    "Phase",
    "Scenario",
    "Source",
    "Step",
    "Tally",
    "Unit",
    "check_mechanism",
    "compare",
    "kernel",
    "load",
    "open_run",
    "open_study",
    "resume",
    "run",
    "study",
    "sweep",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"glasstown.{module}"), name)
    raise AttributeError(f"module 'glasstown' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
