"""Every published result that the institutions must reproduce: one file for each institution.

A file is called as its mechanism and has ``RESULTS``, a tuple of ``Result``. Add its name to NAMES.
"""

from collections.abc import Iterable
from importlib import import_module

from glasstown.lab.verification.result import Result

NAMES = (
    "conduct",
    "opinion",
    "climate",
    "norms",
    "solidarity",
    "livelihood",
    "gaming",
    "cameras",
    "realname",
    "firewall",
    "denunciation",
    "registry",
    "score",
    "lists",
    "prediction",
    "grid",
    "detention",
    "authority",
    "privileges",
    "legitimacy",
    "courtship",
    "lifecourse",
    "expiry",
    "appeal",
    "review",
    "warrant",
    "anonymity",
    "separation",
    "no_contagion",
    "private_score",
    "children",
    "proportionality",
    "audit",
)
"""The files, in the order in which institutions are told."""


def results(names: Iterable[str] = NAMES) -> tuple[Result, ...]:
    """The results of some institutions, in the order of NAMES. Raises KeyError for one that has none."""
    wanted = set(names)
    if unknown := wanted.difference(NAMES):
        raise KeyError(*sorted(unknown))
    modules = [import_module(f"glasstown.lab.verification.{name}") for name in NAMES if name in wanted]
    return tuple(result for module in modules for result in module.RESULTS)


__all__ = ["NAMES", "results"]
