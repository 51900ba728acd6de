"""What is drawn for each person alone: weekdays, an old parent elsewhere, dispositions."""

import numpy as np

from glasstown.core.columns import OCTET, SHARE
from glasstown.core.typing import U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import Activity, Family
from glasstown.population import demography, figures
from glasstown.population.demography import AGES, BANDS
from glasstown.population.draws import Draws
from glasstown.population.spans import Team
from glasstown.population.spec import TownSpec

RETIREMENT = (60, 55)
"""From this age men, and women, who neither learn nor work count as retired (assumed)."""

DISPOSITIONS = {
    "private_dissent": ("dissent", SHARE),
    "boldness": ("boldness", OCTET),
    "prosociality": ("prosociality", OCTET),
    "diligence": ("diligence", OCTET),
    "trust": ("trust", OCTET),
    "legitimacy": ("legitimacy", OCTET),
    "hardship": ("hardship", OCTET),
    "risk_aversion": ("risk_aversion", OCTET),
}
"""Column -> (parameter of TownSpec, value that stands for 1), one 16-bit lane of one draw for each."""


def weekday_limits() -> tuple[U64s, U64s]:
    """Thresholds (32 bits) by age: below the first at school, below the second at school or work."""
    school = np.rint(figures.table("ages")["school"] * 100).astype(np.uint64)
    work = np.rint(figures.table("ages")["work"] * 100).astype(np.uint64)
    both = np.minimum(school + work, np.uint64(10_000))
    return (school << np.uint64(32)) // np.uint64(10_000), (both << np.uint64(32)) // np.uint64(10_000)


def activities(age: U8s, sex: U8s, draws: Draws, team: Team) -> U8s:
    """Column activity, uint8, shape (people,): see ``vocabulary.Activity``."""
    school, both = weekday_limits()
    activity = np.empty(len(age), np.uint8)

    def some(lo: int, hi: int) -> None:
        u = draws.of(lo, hi, "weekdays")[0] >> np.uint64(32)
        ages, women = age[lo:hi], sex[lo:hi]
        late = np.where(women == 0, RETIREMENT[0], RETIREMENT[1])
        here = np.where(ages >= late, np.uint8(Activity.RETIRED), np.uint8(Activity.NONE))
        here[u < both[ages]] = Activity.WORK
        here[u < school[ages]] = Activity.SCHOOL
        activity[lo:hi] = here

    team.each(len(age), some)
    return activity


def parent_limits(age: U8s, family: U8s) -> U64s:
    """Thresholds (32 bits) by age for an old parent elsewhere: with those at home the share is right."""
    everybody = np.bincount(age, minlength=AGES).tolist()
    known = np.bincount(age[(family & Family.PARENT) != 0], minlength=AGES).tolist()
    limits = []
    for chance, all_, at_home in zip(demography.with_old_parent().tolist(), everybody, known, strict=True):
        rest = all_ - at_home
        limits.append(min(max((chance * all_ - at_home) / rest, 0.0), 1.0) if rest else 0.0)
    return np.array([int(limit * 65_536) << 16 for limit in limits], np.uint64)


def add_parents(age: U8s, family: U8s, draws: Draws, team: Team) -> None:
    """Set the bit PARENT of those whose old parent lives elsewhere (in place)."""
    limits = parent_limits(age, family)

    def some(lo: int, hi: int) -> None:
        u = draws.of(lo, hi, "parent_elsewhere")[0] >> np.uint64(32)
        family[lo:hi] |= np.where(u < limits[age[lo:hi]], np.uint8(Family.PARENT), np.uint8(0))

    team.each(len(age), some)


def bounds(mean: float, spread: float, unit: int) -> tuple[int, int]:
    """Lowest and highest value of a uniform trait, cut at 0 and ``unit``."""
    return round(max(mean - spread, 0.0) * unit), round(min(mean + spread, 1.0) * unit)


def dispositions(spec: TownSpec, people: int, draws: Draws, team: Team) -> dict[str, U8s | U16s]:
    """The eight dispositions, each uniform between its bounds, uint16 or uint8, shape (people,)."""
    columns: dict[str, U8s | U16s] = {
        name: np.empty(people, np.uint16) if unit == SHARE else np.empty(people, np.uint8)
        for name, (_, unit) in DISPOSITIONS.items()
    }
    limits = [
        bounds(getattr(spec, field), getattr(spec, f"{field}_spread"), unit)
        for field, unit in DISPOSITIONS.values()
    ]

    def some(lo: int, hi: int) -> None:
        both = draws.of(lo, hi, "dispositions")
        for j, (column, (low, high)) in enumerate(zip(columns.values(), limits, strict=True)):
            lane = (both[j // 4] >> np.uint64(16 * (j % 4))) & np.uint64(0xFFFF)
            column[lo:hi] = np.uint64(low) + ((lane * np.uint64(high - low + 1)) >> np.uint64(16))

    team.each(people, some)
    return columns


def bands(age: U8s) -> U8s:
    """The age band 0 to 7 of each age, uint8."""
    lookup = np.searchsorted(np.array(BANDS), np.arange(256), side="right") - 1
    return np.asarray(lookup.astype(np.uint8)[age])


def strata(group: U8s, age: U8s, fifth: U8s) -> U8s:
    """Column stratum: group * 40 + age band * 5 + fifth, uint8."""
    return np.asarray(group * np.uint8(40) + bands(age) * np.uint8(5) + fifth)


def spread_out(values: U8s | U16s, size: U8s, start: U32s, people: int, team: Team) -> U8s | U16s:
    """One value per household -> one per person, same dtype."""
    column = np.empty(people, values.dtype)

    def some(lo: int, hi: int) -> None:
        column[start[lo] : start[hi]] = np.repeat(values[lo:hi], size[lo:hi])

    team.each(len(size), some)
    return column
