"""Coming back: the hazard that a spell without some right ends, by how long it has lasted.

Spells that are over are counted by months of 30 days, those that last by what they have lasted so far. The
hazard is a life table's: returns over months at risk, where whoever returns or is last seen in a month counts
half of it. It is a mean over whoever is still shut out: it falls too where some come back easily and others
never.
"""

from typing import Final

import numpy as np

from glasstown.core.typing import I64s
from glasstown.core.vocabulary import RIGHTS
from glasstown.measures import cells
from glasstown.measures.diary import MONTHS
from glasstown.measures.evening import Evening

NAMES: Final = ("return_soon", "return_late")
NEEDS: Final = frozenset({RIGHTS.name})

SOON: Final = slice(0, 3)
"""The first three months."""

LATE: Final = slice(12, MONTHS)
"""After a year of 360 days."""


def returns(evening: Evening) -> dict[str, float]:
    """Both hazards a month, each only if somebody was at risk."""
    lasting = np.zeros(MONTHS, np.int64)
    for rows in cells.spans(len(evening.shut_since)):
        since = evening.shut_since[rows].astype(np.int64)
        months = (evening.day + 1 - since[since > 0]) // 30
        lasting += np.bincount(np.minimum(months, MONTHS - 1), minlength=MONTHS)
    ended, twice = evening.spells, _exposure(evening.spells, lasting)
    found = zip(NAMES, (SOON, LATE), strict=True)
    return {name: 2 * int(ended[m].sum()) / int(twice[m].sum()) for name, m in found if twice[m].any()}


def _exposure(ended: I64s, lasting: I64s) -> I64s:
    """Twice the months at risk, by month of a spell: two for who outlived it, one for who did not."""
    gone = ended + lasting
    after: I64s = gone[::-1].cumsum()[::-1] - gone
    return 2 * after + gone
