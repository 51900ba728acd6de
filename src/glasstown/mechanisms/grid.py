"""Grid: posts by zone, patrols sent where finds were recorded, people stopped and their phones checked.

Each zone has an urn of remembered finds. A patrol goes to a zone with the chance that the zone has of all
finds; what it finds is added to the zone's urn, and a share is forgotten each night: the urn model of
Ensign et al. 2018, in which patrols run away to one zone whatever the true rates, since what is found
depends on who was looked at. ``correct`` counts a find only with a chance inverse to that of the visit, as
they propose; ``seen`` and ``told`` mix in what is reported without any patrol. With ``data`` "rates", the
default, offences come at two given rates and nobody is touched: the published model. With "town" patrols
stop people of the town, those under suspicion first, then anybody in the zone, and find what is there, or
by error what is not; a find is entered into the files the next morning and is a reason to detain. Safeguards
cover people one by one: no minor is stopped, nobody for a flag or a report whose files are kept apart or for
whom no warrant is given, and a find that somebody reviews may be struck.

Left out: routes and hours of patrols, where a person is when away from home, what is taken from a phone,
people who avoid a post. A zone is a place, a group an abstract A or B; no rule says who is what.
"""

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Annotated, ClassVar, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from glasstown.core.columns import Column, Tallies, Tally
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import threshold
from glasstown.core.typing import U32, U64, F64s, I64s, U8s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ACTS,
    AGE,
    ALIVE,
    DETAINED_UNTIL,
    DIARY,
    DISTRICT,
    ENTRIES,
    EVADING,
    FALSE_ENTRIES,
    GROUP,
    NOTICES,
    PRESSURE,
    SHIELDS,
    SUSPICION,
)
from glasstown.mechanisms import _patrols
from glasstown.mechanisms._checking import check, enter, offending
from glasstown.mechanisms._patrols import BALL, MISPLACED, PLACED

CHECKS = Column("checks", np.uint16, "1", "times stopped and checked, all told")
SEIZED = Column("seized", np.uint8, "1", "acts found by today's check, entered tomorrow: eight bits of Act")
MISSEIZED = Column(
    "misseized", np.uint8, "1", "found by error in today's check, entered tomorrow: bits of Act"
)

MOST = 64
"""Zones at most: as many as a town has districts."""

MISPLACING = (MISPLACED, PLACED)
ASTRAY = Tallies(MISPLACING)
NOWHERE = np.zeros(0, np.int64)
"""What is known by zone where nothing is known."""

OFFENCES = tuple(
    Tally(f"offences_{z}", "1", f"people of zone {z} who offended, found or not") for z in range(MOST)
)
URNS = tuple(Tally(f"urn_{z}", "1/1000", f"finds remembered of zone {z}, with today's") for z in range(MOST))
PATROLS = tuple(Tally(f"patrols_{z}", "1", f"patrols sent to zone {z}") for z in range(MOST))
RESIDENTS = tuple(Tally(f"residents_{z}", "person", f"people of zone {z} at the start") for z in range(MOST))


class Grid(Mechanism):
    """Where patrols go, whom they stop, what they find and what is made of it."""

    neutral: ClassVar[dict[str, object]] = {"data": "rates"}

    data: Annotated[Literal["rates", "town"], Unit("1"), Source(
        "ensign-2018", "the urn model: two zones whose offences come at given rates"
    )] = "rates"  # fmt: skip
    """Whether offences come at ``rate`` and ``rate_elsewhere``, or are found on the people of the town."""

    zones: Annotated[int, Field(ge=2, le=MOST), Unit("1"), Estimated(
        "ensign-2018", "two zones, as in the examples with two regions of Oakland", 2, MOST
    )] = 2  # fmt: skip
    """Zones of the town: a district belongs to the zone of its number modulo this."""

    zone_by: Annotated[Literal["district", "group"], Unit("1"), Source(
        "ensign-2018", "regions of a city; by group is an extension: zone 0 is A, zone 1 is B"
    )] = "district"  # fmt: skip
    """Whether a zone is made of districts or of the people of a group."""

    rate: Annotated[float, Field(ge=0, le=500), Unit("1/day"), Estimated(
        "ensign-2018", "3.68511, the first of two regions of Oakland in its code", 0, 20
    )] = 3.685  # fmt: skip
    """Offences a day in zone 0 that a patrol there finds, with ``data`` "rates"."""

    rate_elsewhere: Annotated[float, Field(ge=0, le=500), Unit("1/day"), Estimated(
        "ensign-2018", "2.816466, the second of them", 0, 20
    )] = 2.816  # fmt: skip
    """Offences a day in each other zone."""

    even: Annotated[bool, Unit("1"), Source(
        "ensign-2018", "its code: Poisson numbers in the figures, even ones without that option"
    )] = False  # fmt: skip
    """Whether every visit finds just the mean, as in a textbook urn, instead of a Poisson number."""

    prior: Annotated[float, Field(ge=1, le=1e9), Unit("1"), Estimated(
        "ensign-2018", "609, its strong prior; 6.09 is its weak one", 1, 1000
    )] = 609.0  # fmt: skip
    """Finds remembered of zone 0 on the first day."""

    prior_elsewhere: Annotated[float, Field(ge=1, le=1e9), Unit("1"), Estimated(
        "ensign-2018", "379, its strong prior; 3.79 is its weak one", 1, 1000
    )] = 379.0  # fmt: skip
    """Finds remembered of each other zone on the first day."""

    decay: Annotated[float, Field(ge=0, le=1), Unit("1/day"), Estimated(
        "ensign-2018", "1 % a day in its figures", 0.0, 0.1
    )] = 0.01  # fmt: skip
    """Share of finds forgotten each night."""

    correct: Annotated[bool, Unit("1"), Source(
        "ensign-2018", "the corrected urn: a find counts with a chance inverse to that of the visit"
    )] = False  # fmt: skip
    """Whether finds are counted so that a zone is not counted more for being visited more."""

    seen: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "ensign-2018", "1 without reports; its mixed urns weigh finds .5 to 1", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of what patrols find that is kept as a record."""

    told: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "ensign-2018", "0 without reports; its mixed urns weigh reports 0 to 1", 0.0, 1.0
    )] = 0.0  # fmt: skip
    """Share of offences that is reported and recorded wherever patrols are."""

    patrols: Annotated[int, Field(ge=1, le=100_000), Unit("1/day"), Estimated(
        "ensign-2018", "one a day", 1, 1000
    )] = 1  # fmt: skip
    """Patrols sent out each day, each to one zone."""

    elsewhere: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "1 is the published urn; arrests per head are 14 times the country's in Xinjiang (G07): .07", 0, 1
    )] = 1.0  # fmt: skip
    """Weight of the finds of other zones where patrols are shared out; 0 sends all to zone 0."""

    measured_from: Annotated[int, Field(ge=0, le=36_525), Unit("day"), Source(
        "ensign-2018", "its figures tell of 1,000 days, and shares are read at their end"
    )] = 0  # fmt: skip
    """Day from which it is counted how many patrols are misplaced; nothing else hangs on it."""

    spacing: Annotated[float, Field(ge=50, le=100_000), Unit("m"), Assumed(
        "the article: 200 to 300 m; travellers and research: 300 to 500 m (G02)", 200, 500
    )] = 300.0  # fmt: skip
    """Distance between police posts, over the whole town; patrols are shared out between the zones."""

    staff: Annotated[float, Field(ge=0, le=1000), Unit("person"), Assumed(
        "12 to 17 in three village stations (G03); 8 to 25 from posts advertised (G04)", 8, 25
    )] = 15.0  # fmt: skip
    """Officers of a post."""

    density: Annotated[float, Field(ge=1, le=1e6), Unit("person/km2"), Assumed(
        "built-up urban land in China is planned at about 100 m2 a person", 1_000.0, 30_000.0
    )] = 10_000.0  # fmt: skip
    """People per square kilometre of town."""

    each: Annotated[float, Field(ge=0, le=1000), Unit("1/day"), Assumed(
        "no count of checks was found; one an officer stops a person every two months", 0.0, 10.0
    )] = 1.0  # fmt: skip
    """People whom an officer stops and checks in a day."""

    flagged: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "those whom the files name are stopped; how many are missed is not known", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Chance that a person under suspicion in a zone with patrols is stopped, on top of all others."""

    group_ratio: Annotated[float, Field(ge=0, le=1000), Unit("1"), Assumed(
        "1 stops both groups alike; arrests per head differ by 14 between zones (G07)", 0.0, 14.0
    )] = 1.0  # fmt: skip
    """How many times as often people of group B are stopped as people of group A in the same zone."""

    from_age: Annotated[int, Field(ge=0, le=255), Unit("year"), Assumed(
        "identity cards are asked for from 16 on; children are stopped with their parents", 0, 18
    )] = 16  # fmt: skip
    """Age from which a person is stopped."""

    recall: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "nobody has published what a check misses", 0.3, 1.0
    )] = 0.8  # fmt: skip
    """Chance that a check finds an offence of today, or a second phone or a tunnel, if there is one."""

    error: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "not published; the phone application lists 51 lawful tools as suspicious (G11)", 0.0, 0.1
    )] = 0.01  # fmt: skip
    """Chance that a check of a person with nothing finds something."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.zone_by == "group" and self.zones != 2:
            raise ValueError("zones by group are two")
        return self

    def steps(self) -> tuple[Step, ...]:
        """Send patrols; in a town also count people, enter what was found, stop and check."""
        by = by_zone(self.zones)
        urns, sent, people, offences = (t.each for t in (by.urns, by.patrols, by.residents, by.offences))
        if self.data == "rates":
            counts = urns + sent + MISPLACING
            return (Step("grid.send", Phase.INTERVENE, self._send, counts=counts, recalls=urns),)
        home = GROUP if self.zone_by == "group" else DISTRICT
        told = (GROUP, ACTS, EVADING, SUSPICION, SHIELDS, DETAINED_UNTIL, ALIVE, AGE)
        return (
            Step("grid.survey", Phase.BEGIN, self._survey, reads=(home,), counts=people),
            Step("grid.enter", Phase.OBSERVE, self._enter, writes=(SEIZED, MISSEIZED),
                 adds=(ENTRIES, FALSE_ENTRIES)),
            Step("grid.check", Phase.INTERVENE, self._check,
                 reads=told if home is GROUP else (home, *told),
                 writes=(CHECKS, SEIZED, MISSEIZED), adds=(PRESSURE, NOTICES, DIARY),
                 counts=urns + sent + people + offences + MISPLACING, recalls=urns + people + offences),
        )  # fmt: skip

    @property
    def capacity(self) -> float:
        """Checks a day for each person of the town: posts per person times officers times checks of each."""
        return 1e6 / self.spacing**2 / self.density * self.staff * self.each

    @cached_property
    def efforts(self) -> F64s:
        """How hard each zone is policed, shape (zones,)."""
        return np.array([1.0, *[self.elsewhere] * (self.zones - 1)])

    @cached_property
    def priors(self) -> I64s:
        """Finds that each zone begins with, in 1/BALL, shape (zones,)."""
        return np.array([round(self.prior * BALL), *[round(self.prior_elsewhere * BALL)] * (self.zones - 1)])

    def _send(self, view: View, now: Now) -> None:
        if view.lo > 0:
            return
        rates = (self.rate, *[self.rate_elsewhere] * (self.zones - 1))
        plan = self._plan(view, now, NOWHERE, np.array([round(rate * BALL) for rate in rates]))
        why = (now.purpose("find"), now.purpose("count"), now.purpose("report"))
        added = _patrols.visits(now.key, now.day, why, plan.zones, rates, plan.weights, self.seen, self.told,
                       self.even)  # fmt: skip
        view.count_each(by_zone(self.zones).urns, np.array(added))

    def _plan(self, view: View, now: Now, people: I64s, offences: I64s) -> "Plan":
        """Today's plan, the same for every chunk; the first chunk writes it down."""
        plan = now.once("plan", lambda: self._planned(now, people, offences))
        if view.lo == 0:
            by = by_zone(self.zones)
            view.count_each(by.urns, plan.urns)
            view.count_each(by.patrols, plan.sent)
            view.count_each(ASTRAY, plan.misplaced)
            if len(people):
                view.count_each(by.residents, people)
        return plan

    def _planned(self, now: Now, people: I64s, offences: I64s) -> "Plan":
        kept, why = now.yesterday_each(by_zone(self.zones).urns), (now.purpose("forget"), now.purpose("send"))
        return planned(self, now.key, now.day, *why, kept, people, offences)

    def _survey(self, view: View, now: Now) -> None:
        home = view[GROUP if self.zone_by == "group" else DISTRICT]
        people = np.bincount(zoning(self.zones)[home], minlength=self.zones)
        view.count_each(by_zone(self.zones).residents, people)

    def _enter(self, view: View, now: Now) -> None:
        enter(view[SEIZED], view[MISSEIZED], view[ENTRIES], view[FALSE_ENTRIES])

    def _check(self, view: View, now: Now) -> None:
        by = by_zone(self.zones)
        people, offences = now.once(
            "people", lambda: (now.yesterday_each(by.residents), now.yesterday_each(by.offences))
        )
        plan = self._plan(view, now, people, offences)
        why, most = now.once("check", lambda: (self._why(now), plan.stop.max()))
        added, found = np.zeros((2, self.zones), np.int64)
        home = view[GROUP if self.zone_by == "group" else DISTRICT]
        offending(zoning(self.zones), home, view[ACTS], found)
        check(
            view.lo, zoning(self.zones), home, view[GROUP],
            view[ACTS], view[EVADING], view[SUSPICION], view[SHIELDS], view[DETAINED_UNTIL], view[ALIVE],
            view[AGE], view[CHECKS], view[SEIZED], view[MISSEIZED], view[PRESSURE], view[NOTICES],
            view[DIARY], added, now.key, now.day, why, plan.stop, most, *self._limits,
            plan.count, threshold(self.told), self.from_age,
        )  # fmt: skip
        view.count_each(by.urns, added * BALL)
        view.count_each(by.offences, found)

    def _why(self, now: Now) -> U32s:
        """Why a check draws."""
        return np.array([now.purpose(d) for d in ("pass", "stop", "look", "tell")], np.uint32)

    @cached_property
    def _limits(self) -> tuple[U64, U64, U64]:
        """Thresholds of a check: of those under suspicion to be stopped, of finds, true and false."""
        return threshold(self.flagged), threshold(self.recall), threshold(self.error)


class ByZone(NamedTuple):
    """What is counted in each of so many zones."""

    urns: Tallies
    patrols: Tallies
    residents: Tallies
    offences: Tallies


@cache
def by_zone(zones: int) -> ByZone:
    """The tallies of the first ``zones`` zones."""
    return ByZone(*(Tallies(every[:zones]) for every in (URNS, PATROLS, RESIDENTS, OFFENCES)))


@dataclass(frozen=True, slots=True)
class Plan:
    """One day of the grid: by zone, unless said otherwise.

    ``misplaced``: see MISPLACING. ``urns``: finds remembered, in 1/BALL. ``zones``: the zone of each patrol.
    ``sent``: patrols. ``weights``: chance to count a find. ``count``: threshold to record one. ``stop``:
    threshold of being stopped at random, shape (2, zones), by group.
    """

    misplaced: I64s
    urns: I64s
    zones: I64s
    sent: I64s
    weights: F64s
    count: U64s
    stop: U64s


def planned(
    grid: Grid, key: U64, day: int, forget: U32, send: U32, kept: I64s, people: I64s, offences: I64s
) -> Plan:
    """The plan of a day, from what the town counted the day before by zone: ``kept`` urns and the others."""
    n, patrols = grid.zones, grid.patrols
    urns = _patrols.remembered(key, day, forget, kept, grid.decay) if kept.any() else grid.priors
    zones, sent, count = np.empty(patrols, np.int64), np.empty(n, np.int64), np.empty(n)
    record, stop = np.empty(n, np.uint64), np.zeros((2, n), np.uint64)
    far = _patrols.shared_out(
        key, day, send, urns, grid.efforts, people, offences if day >= grid.measured_from else NOWHERE,
        grid.correct, grid.seen, grid.capacity, grid.group_ratio, zones, sent, count, record, stop,
    )  # fmt: skip
    astray = np.array([round(far * patrols * BALL), patrols * BALL] if far >= 0.0 else [0, 0])
    return Plan(astray, urns, zones if sent.any() else zones[:0], sent, count, record, stop)


@lru_cache(maxsize=8)
def zoning(zones: int) -> U8s:
    """The zone of each district, shape (256,), read-only."""
    table = (np.arange(256) % zones).astype(np.uint8)
    table.flags.writeable = False
    return table
