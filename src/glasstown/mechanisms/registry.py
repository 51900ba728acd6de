"""Registry: reports are filed or lost on the way, errors enter by themselves, records stand for a time.

What institutions report of a person reaches the person's file unless the link is missed; what nobody
witnesses officially (care, upbringing, games) reaches it at an intake rate. Each of k registries holds an
adverse error about a person with chance e at any time, so P(at least one) = 1 - (1 - e)**k; errors arrive
at the constant hazard that keeps it so. Entries linked by name instead of number also land on namesakes:
n people with K equally likely keys make n(n - 1)/2K chance pairs. A record is forgotten when its
retention is over: stock = inflow * retention. Erasures ordered by safeguards are carried out here.

Records that only some registries hold are uneven. ``averaged``, the file is the mean of the registries: an
entry that a share ``held`` of them has counts for as much, good and bad alike, and an error of one of k
counts for 1/k. Whoever is covered by ``separation`` has a file of its keeper's own kinds and errors only; an
officer who is known (``audit``) makes fewer errors.

Left out: what a true record says (its weight is the score's matter), errors that favour a person, keys
that are not equally likely, links that fail more often for some groups (D13), and corrections that the
registry would make unasked.
"""

import math
from functools import lru_cache
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from glasstown.core.columns import Tally
from glasstown.core.kernels import BLOCK, kernel
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import fill, threshold, when
from glasstown.core.typing import U32, U64, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Unit
from glasstown.core.vocabulary import (
    ACTS,
    DIARY,
    ENTRIES,
    ERASURES,
    FALSE_ENTRIES,
    FILED,
    MISFILED,
    MISRECORDED_SINCE,
    NEWBORN,
    RECORDED_SINCE,
    RESTORED,
    SHIELDS,
)
from glasstown.mechanisms._filing import DAYS, FINE, file

FILINGS = Tally("filings", "1", "true adverse entries that reached a file")

NAMESAKES = 64
"""Namesakes of one person are counted up to one less than this."""


class Registry(Mechanism):
    """The file of each person: what enters, what is lost on the way, what is wrong, how long it stands."""

    neutral: ClassVar[dict[str, object]] = {
        "error": 0.0, "missed_link": 1.0, "intake_care": 0.0, "intake_raise": 0.0, "intake_games": 0.0,
    }  # fmt: skip

    registries: Annotated[int, Field(ge=1, le=1000), Unit("1"), Assumed(
        "one file about everybody, as the article has it; the files crossed into it are more", 1, 30
    )] = 1  # fmt: skip
    """Registries that are crossed, each with errors of its own."""

    error: Annotated[float, Field(ge=0, lt=1), Unit("1"), Estimated(
        "ftc-2012", "D06: 5.2 % of people over three credit bureaus, so about 1.8 % a report", 0.005, 0.1
    )] = 0.02  # fmt: skip
    """Share of one registry's files with an adverse error at any time."""

    missed_link: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "silveira-2009", "D12: linkage finds 74 to 98 %; nearly all with a number (D14)", 0.001, 0.36
    )] = 0.05  # fmt: skip
    """Share of reports that never reach the file of the person reported."""

    intake_care: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "care happens at home; a neighbourhood committee hears of some of it", 0.0, 0.5
    )] = 0.05  # fmt: skip
    """Chance that a day of care for a parent is filed."""

    intake_raise: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "schools and committees hear of some of it, as of care", 0.0, 0.5
    )] = 0.05  # fmt: skip
    """Chance that a day of bringing up a child is filed."""

    intake_games: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "platforms know each evening; how much of it they pass on is not documented", 0.0, 1.0
    )] = 0.1  # fmt: skip
    """Chance that an evening of video games is filed."""

    retention: Annotated[int, Field(ge=1, le=60_000), Unit("day"), Assumed(
        "three years: two by statute, more if aggravated, no term for some (B18)", 365, 2920
    )] = 1095  # fmt: skip
    """Days that a record stands."""

    renews: Annotated[bool, Unit("1"), Assumed(
        "a new entry starts the time again, so that one without end needs no single entry that is old", 0, 1
    )] = True  # fmt: skip
    """Whether a further entry starts the time of a standing record again."""

    settled: Annotated[bool, Unit("1"), Assumed(
        "registries are older than any run; without it their errors build up over one retention", 0, 1
    )] = True  # fmt: skip
    """Whether the registry's own errors are there, in their steady state, from the first day."""

    keys: Annotated[int, Field(ge=0, le=10**12), Unit("1"), Assumed(
        "0: a number for everybody leaves no chance pairs (D14); up to 294,282 share a full name (D01)",
        0, 10**9
    )] = 0  # fmt: skip
    """Values, all as likely, that a name key can take; 0 if every entry is linked by number."""

    by_name: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "matters only with keys; an alert list was once matched by name alone (D11)", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """Share of entries that are linked by the name key, so that they also land on every namesake."""

    averaged: Annotated[bool, Unit("1"), Assumed(
        "files crossed are added up as the article has it; a mean of them is the other way", 0, 1
    )] = False  # fmt: skip
    """Whether the file is the mean of the registries instead of all that any of them holds."""

    held: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "1 is the same record everywhere, and a mean changes errors alone; less is uneven", 0.1, 1.0
    )] = 1.0  # fmt: skip
    """Share of the registries that hold a given record, if ``averaged``: the weight at which it counts."""

    care: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "how much names beside entries help is not published; 0 leaves audits to mend alone", 0.0, 0.9
    )] = 0.5  # fmt: skip
    """Share of the errors that an officer does not make whose name stands beside the entry (``audit``)."""

    def hazard(self, crossed: int = 0) -> float:
        """Daily chance of an error, such that at least one stands with chance 1 - (1 - error)**registries.

        With ``crossed`` registries, 0 for as many as there are. The mean of k has the errors of one.
        """
        k = 1 if self.averaged else crossed or self.registries
        return -math.expm1(k * math.log1p(-self.error) / self.retention)

    def steps(self) -> tuple[Step, ...]:
        """Start with the errors of a registry that is not new; file, link, keep, forget."""
        return (
            Step("registry.inherit", Phase.BEGIN, self._inherit, reads=(NEWBORN,),
                 writes=(MISRECORDED_SINCE,)),
            Step("registry.file", Phase.RECORD, self._file, reads=(ACTS, ENTRIES, FALSE_ENTRIES, SHIELDS),
                 writes=(FILED, MISFILED, RECORDED_SINCE, MISRECORDED_SINCE, ERASURES, RESTORED),
                 adds=(DIARY,), counts=(FILINGS,), recalls=(FILINGS,)),
        )  # fmt: skip

    def _inherit(self, view: View, now: Now) -> None:
        if self.settled and self.error > 0:
            inherit(view.ids, view[MISRECORDED_SINCE], now.key, now.day, now.purpose("inherit"),
                    ages(self.hazard(), self.retention, self.renews))  # fmt: skip
            view[MISRECORDED_SINCE][view[NEWBORN] != 0] = 0

    def _file(self, view: View, now: Now) -> None:
        each, crowd = 0.0, 0.0
        if self.keys and self.by_name > 0:
            each = min(1.0, self.by_name * now.yesterday(FILINGS) / view.town)
            crowd = (view.town - 1) / self.keys
        held = self.held if self.averaged else 1.0
        care = (self.intake_care * held, self.intake_raise * held, self.intake_games * held)
        file(
            view.ids, view[ACTS], view[ENTRIES], view[FALSE_ENTRIES], view[SHIELDS], view[FILED],
            view[MISFILED], view[RECORDED_SINCE], view[MISRECORDED_SINCE], view[ERASURES], view[RESTORED],
            view[DIARY], view.count(FILINGS), now.key, now.day, now.purpose("enter"), now.purpose("link"),
            now.purpose("namesakes"), intakes(*care), slips(self.hazard(), each), namesakes(crowd),
            threshold(1.0 - (1.0 - self.missed_link) * held if held < 1.0 else self.missed_link),
            protected(self.hazard(), self.hazard(1), self.care), self.retention, self.renews,
        )  # fmt: skip


def chance_pairs(people: int, keys: int) -> float:
    """Expected pairs among ``people`` who share one of ``keys`` equally likely keys: n(n - 1)/2K."""
    return people * (people - 1) / (2 * keys)


@lru_cache(maxsize=16)
def intakes(care: float, upbringing: float, games: float) -> U64s:
    """Thresholds of the three intake rates in 2**-FINE, shape (3,)."""
    return _sealed([math.floor(p * 2**FINE) for p in (care, upbringing, games)])


@lru_cache(maxsize=16)
def ages(hazard: float, retention: int, renews: bool) -> U64s:
    """Steady state of one kind of record: P(it stands, and since at most a + 1 days), shape (retention,).

    With ``renews`` the last error was a days ago with chance h(1 - h)**a, so that P(it stands) is
    1 - (1 - h)**retention; without, every age is as likely and P is h R / (1 + h R).
    """
    if renews:
        return _sealed([threshold(-math.expm1(a * math.log1p(-hazard))) for a in range(1, retention + 1)])
    each = hazard / (1.0 + hazard * retention)
    return _sealed([threshold(each * a) for a in range(1, retention + 1)])


@lru_cache(maxsize=64)
def slips(hazard: float, each: float) -> U64s:
    """Thresholds of a false entry today: an own error, or one of m namesakes' entries; shape (NAMESAKES,).

    Shape (1,) where ``each`` namesake's chance of an entry is 0.
    """
    chances = [1.0 - (1.0 - hazard) * (1.0 - each) ** m for m in range(NAMESAKES if each > 0 else 1)]
    return _sealed([threshold(p) for p in chances])


@lru_cache(maxsize=16)
def protected(all_: float, one: float, care: float) -> U64s:
    """Thresholds of an own error today by shields: none, separate, audited, both; shape (4,)."""
    rest = 1.0 - care
    return _sealed([threshold(p) for p in (all_, one, all_ * rest, one * rest)])


@lru_cache(maxsize=16)
def namesakes(mean: float) -> U64s:
    """Thresholds of P(at most m namesakes), Poisson, for m = 0 to NAMESAKES - 2."""
    term, total, found = math.exp(-mean), 0.0, []
    for m in range(NAMESAKES - 1):
        total += term
        found.append(threshold(min(total, 1.0)))
        term *= mean / (m + 1)
    return _sealed(found)


def _sealed(values: "list[np.uint64] | list[int]") -> U64s:
    array = np.array(values, dtype=np.uint64)
    array.flags.writeable = False
    return array


@kernel
def inherit(ids: U32s, misrecorded: U16s, key: U64, day: int, purpose: U32, age: U64s) -> None:
    """Give everybody the false record, if any, of a registry in its steady state (``ages``).

    Days before the first are counted backwards from 65,535: differences of days are taken modulo 65,536.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            if one[k] < age[-1]:
                back = np.searchsorted(age, one[k], side="right")
                since = (day - back) & DAYS
                misrecorded[first + k] = np.uint16(since if since != 0 else DAYS)
