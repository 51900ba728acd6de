"""The institutions of the town: one file, one class, one table of a scenario each."""

from glasstown.core.mechanism import Mechanism
from glasstown.mechanisms.conduct import Conduct
from glasstown.mechanisms.opinion import Opinion

CATALOG: dict[str, type[Mechanism]] = {
    "conduct": Conduct,
    "opinion": Opinion,
}
"""Every institution by the name of its table, in the order in which they are told."""

__all__ = ["CATALOG"]
