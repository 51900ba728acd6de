"""From what the arms of a claim measured to a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.claim import Claim
from glasstown.lab.design import Design
from glasstown.lab.verdict import Verdict
from glasstown.scenario.model import Scenario

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Measured:
    """One expression in both arms, each of shape (draws, replicates), in the expression's unit.

    ``one`` is the first arm, None where a number (``than``) takes its place; ``other`` the second. Not a
    number where a replicate was not lived, or a ratio has nothing to divide by. The same column of both is
    the same replicate: the same people and chances.
    """

    one: Numbers | None
    other: Numbers


@dataclass(frozen=True, eq=False)
class Values:
    """All that a claim is judged by: ``conditions`` and ``shows`` in the order of its file.

    ``failed``, shape (draws,): whether some run of the draw could not end. ``people`` and ``days`` of
    each run.
    """

    conditions: tuple[Measured, ...]
    shows: tuple[Measured, ...]
    failed: NDArray[np.bool_]
    people: int
    days: int


def judge(claim: Claim, values: Values, design: Design, scenarios: Mapping[str, Scenario]) -> Verdict:
    """The verdict on a claim.

    ``design``: what was drawn, its draws in the order of the rows of ``values``. ``scenarios``: those of the
    claim's arms, by arm, for the count of what they rest on.
    """
    raise NotImplementedError
