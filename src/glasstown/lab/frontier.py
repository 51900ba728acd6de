"""What safeguards avert and what they cost: harm and benefit of each package, side by side, on one scale.

A package is one safeguard, two of them, or all. Under each draw of what is assumed it averts so much harm
(people wronged who did nothing worse than cross on red) and gives up so much of the benefit that is claimed
for the system (offences prevented), both for 1,000 people in a year, each seen from the same town under the
system without it. A package is *efficient* in a draw if no other averts as much harm at as little loss, and
is better in one of the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.readings import Floats, Readings

HARM: Final = "spotless_harmed"
"""The harm that is weighed: people who did nothing worse than cross on red, and were wronged."""

BENEFIT: Final = "offended"
"""What the system is said to prevent."""

OTHERS: Final = ("ever_misrecorded", "lost_points_wrongly", "any_closed", "misdetained", "self_censoring")
"""Other harms that are told for each package, as a share of what there is without it."""

THOUSAND: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Spread:
    """A number over the draws: its median and the range of nine tenths of them."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Package:
    """One set of safeguards. ``averted`` and ``lost`` are for 1,000 people a year.

    ``averted_share`` is of the harm. ``efficient`` of ``draws`` draws put it on the frontier. ``others`` is
    the share averted of each other harm.
    """

    name: str
    safeguards: tuple[str, ...]
    draws: int
    averted: Spread
    averted_share: Spread
    lost: Spread
    efficient: int
    others: Mapping[str, Spread]


def spread(values: Floats) -> Spread:
    """Median and 5 to 95 % of the numbers among ``values``; not numbers where there are none."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Spread(np.nan, np.nan, np.nan)
    low, middle, high = np.quantile(known, (0.05, 0.5, 0.95))
    return Spread(float(middle), float(low), float(high))


def frontier(
    read: Readings, without: str, packages: Mapping[str, tuple[str, Sequence[str]]]
) -> tuple[Package, ...]:
    """Every package, the one that averts most first.

    ``without``: the arm of the system without safeguards; ``packages``: arm and safeguards by its name.
    Only draws in which every package was lived are told, so that all are held against the same.
    """
    harm, kept = read.mean(without, HARM), read.mean(without, BENEFIT)
    names = tuple(packages)
    averted = np.array([harm - read.mean(packages[name][0], HARM) for name in names]) * THOUSAND
    lost = np.array([read.mean(packages[name][0], BENEFIT) - kept for name in names]) * THOUSAND
    whole = ~np.isnan(averted).any(axis=0) & ~np.isnan(lost).any(axis=0)
    averted, lost, harm = averted[:, whole], lost[:, whole], harm[whole]
    best = efficient(averted, lost)
    found = []
    for k, name in enumerate(names):
        arm, safeguards = packages[name]
        others = {
            what: spread(_share(read.mean(without, what)[whole], read.mean(arm, what)[whole]))
            for what in OTHERS
            if read.has(arm, what)
        }
        share = _share(harm, harm - averted[k] / THOUSAND)
        found.append(
            Package(name, tuple(safeguards), int(whole.sum()), spread(averted[k]), spread(share),
                    spread(lost[k]), int(best[k].sum()), others)
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-np.nan_to_num(each.averted.median), each.name)))


def efficient(averted: Floats, lost: Floats) -> NDArray[np.bool_]:
    """Which packages are efficient in which draws; both arguments and the answer are (packages, draws).

    Packages that do the same in a draw do not rule each other out.
    """
    more = averted[None, :, :] >= averted[:, None, :]
    less = lost[None, :, :] <= lost[:, None, :]
    better = (averted[None, :, :] > averted[:, None, :]) | (lost[None, :, :] < lost[:, None, :])
    ruled_out: NDArray[np.bool_] = np.any(more & less & better, axis=1)
    return np.logical_not(ruled_out)


def _share(before: Floats, after: Floats) -> Floats:
    """The share of ``before`` that is averted; not a number where there was nothing to avert."""
    there = before > 0
    return np.where(there, (before - after) / np.where(there, before, 1.0), np.nan)
