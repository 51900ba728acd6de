"""Do intervals cover what they say in a study's own runs? ``python tools/coverage.py STUDY``.

Of each draw that was lived twice one life is held out: the other, with all other draws, makes the interval of
a draw lived once, and it is counted how often the life held out differs by no more than that interval allows
for two lives. One line for each condition of each claim, and one for all.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.special import stdtrit

from glasstown.lab.judging import values
from glasstown.lab.statistics import LEVEL
from glasstown.lab.study_files import read
from glasstown.lab.weighed import Measured, paired

TWO = 2


def held_out(measured: Measured, than: float | None) -> tuple[int, int]:
    """In how many draws lived twice the second life lies where the first says; and of how many."""
    whole = paired(measured, than)
    each = whole.other - whole.one
    twice = np.flatnonzero(np.isfinite(each[:, :TWO]).all(axis=1))
    inside = 0
    for draw in twice:
        other = measured.other.copy()
        other[draw, 1:] = np.nan
        found = paired(Measured(measured.one, other), than).difference
        half = stdtrit(found.freedom[draw], 0.5 + LEVEL / 2) * np.sqrt(TWO * found.variance[draw])
        inside += int(abs(each[draw, 1] - each[draw, 0]) <= half)
    return inside, len(twice)


def main(folder: Path) -> None:
    """Say it."""
    study = read(folder)
    inside = tried = 0
    for checked in study.claims:
        given = values(checked.claim, study.arms, study.readings, study.facts.people)
        for condition, measured in zip(checked.claim.conditions, given.conditions, strict=True):
            some, of = held_out(measured, condition.than)
            inside, tried = inside + some, tried + of
            print(f"{checked.claim.id:16} {condition.measure!s:44} {some:4} of {of:4}")
    print(f"{100 * inside / max(tried, 1):.1f} % of {tried:,} intervals that say {100 * LEVEL:.0f} %")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
