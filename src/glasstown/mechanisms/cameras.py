"""Cameras: seen crossing on red, searched in a gallery of faces, named, missed, or taken for somebody else.

Linked cameras watch a share of the ground (Boolean model of random coverage, Hall 1988). A captured
face is searched one-to-many: the right name is missed with the miss rate; a missed search names a
wrong person with FPIR(N) = 1 - (1 - FMR)**N (Daugman 2000), or with a rate that the
threshold is set to hold. The wrong name is always that of the person's permanent look-alike: the next
of the same group on a keyed circle. Searches wait for servers as in an M/M/c queue (Erlang 1917). A
watch list stops people sought, and people who merely look like it.

One draw decides the search of a face, and it is keyed by the look-alike: so whoever is not the one
named by mistake learns that from an own draw, without looking at anybody. A false match falls within
one's own group; where both groups cross as often, matches across groups cancel out.

Whom no search may name (``warrant``) is in no gallery; a match that a reviewer strikes is never entered.

Left out: how recognition works; miss rates that differ by group or grow with the gallery (NIST finds
both, and both are small beside the false matches); tracks of movements; masks; offences other than
crossing on red; the time of day.
"""

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from glasstown.core.circle import AHEAD, BEHIND, circle, neighbours
from glasstown.core.columns import Tally
from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import fill, threshold, thresholds, when
from glasstown.core.typing import U32, U64, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ACTS,
    DIARY,
    ENTRIES,
    FALSE_ENTRIES,
    GROUP,
    NAMED_AFTER,
    NOTICES,
    SEARCHES,
    SHIELDS,
    Act,
    Event,
    Shield,
)
from glasstown.mechanisms._waiting import SECOND, exponential, seconds, waits

IDENTIFIED_SOON = Tally("identified_soon", "1", "searches that gave the right name as soon as claimed")

SAMPLE = 16_384
"""Rows at equal distances on which the make-up of the gallery is counted (all rows of a smaller town)."""

_JAYWALK = int(Act.JAYWALK)
_NAMED, _MISTAKEN = int(Event.NAMED), int(Event.MISTAKEN)
_ALERTED, _MISALERTED = int(Event.ALERTED), int(Event.MISALERTED)
_DISMISSED = np.uint64(Event.DISMISSED_MATCH)
_DISMISS_TRUE, _DISMISS_FALSE = int(Shield.DISMISS_TRUE), int(Shield.DISMISS_FALSE)
_UNNAMED = int(Shield.UNNAMED)
_NEVER, _CROSSES, _OF_A, _OF_B = np.uint8(0), np.uint8(1), np.uint8(2), np.uint8(4)


class Cameras(Mechanism):
    """Linked cameras, a gallery of faces, a watch list, and the servers that search."""

    neutral: ClassVar[dict[str, object]] = {"per_person": 0.0, "sought": 0.0}

    per_person: Annotated[float, Field(ge=0, le=10), Unit("1/person"), Estimated(
        "ihs-2017", "176 million cameras for 1.38 billion people (C01, C02); 0.25 in 2018 (C03)", 0.125, 0.45
    )] = 0.125  # fmt: skip
    """Cameras of all kinds per inhabitant."""

    share_linked: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "20 million run by the police (C05) of 176 million (C01); that these are part is assumed", 0.05, 1
    )] = 0.11  # fmt: skip
    """Share of the cameras whose pictures are searched for faces."""

    density: Annotated[float, Field(ge=0, le=1e6), Unit("person/km2"), Assumed(
        "built-up urban land in China is planned at about 100 m2 a person", 1_000.0, 30_000.0
    )] = 10_000.0  # fmt: skip
    """People per square kilometre of town."""

    view: Annotated[float, Field(ge=0, le=1e6), Unit("m2"), Assumed(
        "a quarter circle of 20 m, about as far as a face can be told apart by a street camera", 50.0, 3_000.0
    )] = 300.0  # fmt: skip
    """Ground on which one camera takes faces well enough to search for them."""

    placement: Annotated[float, Field(ge=0, le=1000), Unit("1"), Assumed(
        "1 is at random, as in the Boolean model; cameras set up at crossings see more of them", 1, 50
    )] = 1.0  # fmt: skip
    """How many times as many linked cameras look at a crossing than at a random place."""

    miss: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "nist-2017", "C17: misses in video, under 1 % to 40 %; 11 % in a field test of 2023 (X03)", 0.01, 0.6
    )] = 0.2  # fmt: skip
    """False negative identification rate: a captured face is not given its right name."""

    false_match: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "nist-2025", "0.003 in 12 million (C16): 2.5e-10; field systems 1e-9 to 5e-7 (C27, X05)", 1e-11, 1e-6
    )] = 3e-10  # fmt: skip
    """False match rate: one comparison of two people's faces takes them for one."""

    gallery: Annotated[int, Field(ge=0, le=10**11), Unit("person"), Assumed(
        "0 searches the town's own people; a national gallery holds 1,411,778,724 (I01)", 0, 1_411_778_724
    )] = 0  # fmt: skip
    """Faces in the gallery, 0 for as many as the town has people. A larger one stands for a larger country
    of such towns: as many wrong names come into the town as leave it."""

    mode: Annotated[Literal["fixed_threshold", "fixed_fpir"], Unit("1"), Source(
        "daugman-2000", "P_N = 1 - (1 - P_1)**N, at a fixed threshold (C18)"
    )] = "fixed_threshold"  # fmt: skip
    """Whether the threshold stays, so that false matches grow with the gallery, or moves to hold ``fpir``."""

    fpir: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "nec-2021", "the rate at which NIST compares (C15, C16); a vendor: 0.1 to 1 % (X05)", 1e-6, 0.05
    )] = 0.003  # fmt: skip
    """False positive identification rate of a search, held in the mode "fixed_fpir"."""

    group_ratio: Annotated[float, Field(ge=1, le=1000), Unit("1"), Estimated(
        "nist-2019", "10 to 100 between groups, but one-to-one (C20); none for some makers (C21)", 1, 100
    )] = 10.0  # fmt: skip
    """How many times as likely two people of group B are taken for one than two others."""

    servers: Annotated[float, Field(gt=0, le=1e6), Unit("1/100000 person"), Assumed(
        "no document gives the machines; one for each 100,000 people is far from busy here", 0.01, 100.0
    )] = 1.0  # fmt: skip
    """Searches that can run at once per 100,000 people, at least one in all."""

    service: Annotated[float, Field(ge=0, le=3600), Unit("s"), Assumed(
        "officials claim one second for the whole population (C12, no test found)", 0.05, 60.0
    )] = 0.5  # fmt: skip
    """Mean time of one search once a server takes it, exponentially distributed."""

    peak: Annotated[float, Field(gt=0, le=86_400), Unit("s"), Assumed(
        "the eight hours in which streets are full; 86,400 is the whole day", 3_600.0, 86_400.0
    )] = 28_800.0  # fmt: skip
    """Time in which a day's searches arrive."""

    latency: Annotated[float, Field(ge=0, le=86_400), Unit("s"), Estimated(
        "ecns-2017", "C13: a name within 20 minutes by an officer, or the same day; picture 10 s", 10, 86_400
    )] = 1_200.0  # fmt: skip
    """Time after the search until the name is given out: the check by an officer."""

    soon: Annotated[int, Field(ge=1, le=3600), Unit("s"), Source(
        "lefort", "officials: anyone can be identified in under three seconds"
    )] = 3  # fmt: skip
    """Seconds from being seen within which a right name is counted as soon; nothing else hangs on it."""

    sought: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "nobody unless a scenario says so; in London 0.00066 of faces raised an alert (C26)", 0.0, 0.001
    )] = 0.0  # fmt: skip
    """Share of people on the watch list, always the same ones."""

    passes: Annotated[float, Field(ge=0, le=1000), Unit("1/day"), Assumed(
        "once, as in the textbook case; 1 km on foot meets about five linked cameras", 0.0, 20.0
    )] = 1.0  # fmt: skip
    """Times a day that a person's face is compared with the watch list."""

    def coverage(self) -> float:
        """Chance that a crossing is in view of a linked camera: 1 - exp(-cameras per area * area seen)."""
        linked = self.per_person * self.share_linked * self.density * 1e-6
        return -math.expm1(-linked * self.placement * self.view)

    def steps(self) -> tuple[Step, ...]:
        """Watch crossings, look for people sought."""
        seen = (ACTS, GROUP, SHIELDS)
        return (
            Step("cameras.watch", Phase.OBSERVE, self._watch, looks=seen, writes=(NAMED_AFTER,),
                 adds=(ENTRIES, FALSE_ENTRIES, NOTICES, DIARY), counts=(SEARCHES, IDENTIFIED_SOON),
                 recalls=(SEARCHES,)),
            Step("cameras.seek", Phase.OBSERVE, self._seek, looks=(GROUP, SHIELDS), adds=(DIARY,)),
        )  # fmt: skip

    def _watch(self, view: View, now: Now) -> None:
        captured = self.coverage()
        if captured <= 0.0:
            return
        t_false, warrants = now.once("searches", lambda: self._searches(view))
        servers = max(1, round(self.servers * view.town / 100_000))
        watch(
            view.lo, view.all(ACTS), view.all(GROUP), view.all(SHIELDS), view[ENTRIES], view[FALSE_ENTRIES],
            view[NOTICES], view[DIARY], view[NAMED_AFTER], view.count(SEARCHES),
            view.count(IDENTIFIED_SOON), now.key, now.day, now.purpose("search"), now.purpose("circle"),
            threshold(captured), threshold(self.miss), t_false, warrants,
            waits(now.yesterday(SEARCHES), servers, self.service, self.peak), exponential(self.service),
            round(self.latency * SECOND), self.soon,
        )  # fmt: skip

    def _searches(self, view: View) -> tuple[U64s, bool]:
        """Thresholds of a wrong name, by group, after a miss and without a right one; if some have none."""
        covered = unnamed(view.all(SHIELDS))
        a, b = self._false(self.gallery or view.town, view.all(GROUP), covered)
        return thresholds([self.miss * a, self.miss * b, a, b]), covered > 0.0

    def _seek(self, view: View, now: Now) -> None:
        if self.sought <= 0.0 or self.passes <= 0.0:
            return
        shields = view.all(SHIELDS)
        a, b = self._false(
            round(self.sought * (self.gallery or view.town)), view.all(GROUP), unnamed(shields)
        )
        some = thresholds([-math.expm1(self.passes * _log_rest(p)) for p in (1.0 - self.miss, a, b)])
        seek(
            view.ids, view.all(GROUP)[view.lo : view.lo + view.people],
            shields[view.lo : view.lo + view.people], view[DIARY], now.key, now.day, now.purpose("sought"),
            now.purpose("alert"), threshold(self.sought), some[0], some[1], some[2],
        )  # fmt: skip

    def _false(self, gallery: int, group: U8s, unnamed: float = 0.0) -> tuple[float, float]:
        """Chance of a wrong name for a face of group A and of group B that has no right one.

        ``gallery`` faces but for a share ``unnamed`` of them: of none at all nobody is named.
        """
        if unnamed >= 1.0:
            return 0.0, 0.0
        some = group[:: -(-len(group) // SAMPLE)]
        share = np.count_nonzero(some) / len(some) if self.group_ratio != 1 else 0.0
        rest = (
            _log_rest(self.fpir)
            if self.mode == "fixed_fpir"
            else gallery * (1.0 - unnamed) * _log_rest(self.false_match)
        )
        return -math.expm1(rest), -math.expm1(rest * (1.0 + share * (self.group_ratio - 1.0)))


def unnamed(shields: U16s) -> float:
    """Share of people whom no search may name, counted on rows at equal distances; shape (town,)."""
    some = shields[:: max(1, -(-len(shields) // SAMPLE))]
    return float(np.count_nonzero(some & np.uint16(_UNNAMED)) / max(1, len(some)))


def _log_rest(p: float) -> float:
    """log(1 - p), and a very large negative number for p = 1, so that 0 times it is 0."""
    return math.log1p(-p) if p < 1.0 else -1e300


def fpir(false_match: float, gallery: int) -> float:
    """False positive identification rate of a search in a gallery of N: 1 - (1 - FMR)**N."""
    return -math.expm1(gallery * _log_rest(false_match))


def precision(sought: float, recall: float, false_alarm: float) -> float:
    """Share of alerts that are right, when a share ``sought`` of those who pass is on the list."""
    right, wrong = sought * recall, (1.0 - sought) * false_alarm
    return right / (right + wrong)


@rule
def worth_a_look(
    one: U64s, two: U64s, acts: U8s, group: U8s, t_capture: U64, t_false_a: U64, t_false_b: U64, mark: U8s
) -> None:  # fmt: skip
    """Mark who was captured crossing, or would be named for a crossing of the one behind; vectorised."""
    for k in range(len(acts)):
        mark[k] = np.uint8(one[k] < t_capture) * _CROSSES | np.uint8(two[k] < t_false_a) * _OF_A
        mark[k] |= np.uint8(two[k] < t_false_b) * _OF_B
    for k in range(len(acts)):
        mark[k] &= (_CROSSES if (acts[k] & _JAYWALK) != 0 else _NEVER) | (_OF_B if group[k] != 0 else _OF_A)


@rule
def searched(
    some: I64s, mark: U8s, which: np.uint8, shields: U16s, first: int, few: I64s, faces: U32s
) -> int:  # fmt: skip
    """Write those of ``some`` with such a mark whom a search may name into ``few``, rows into ``faces``.

    Positions count from row ``first``; returns how many there are.
    """
    count = 0
    for k in some:
        few[count] = k
        count += int(((mark[k] & which) != 0) & ((shields[first + k] & _UNNAMED) == 0))
    for c in range(count):
        faces[c] = np.uint32(first + few[c])
    return count


@kernel
def watch(
    lo: int, acts: U8s, group: U8s, shields: U16s, entries: U16s, false_entries: U16s, notices: U8s,
    diary: U64s, named_after: U16s, searches: I64s, timely: I64s, key: U64, day: int, search: U32, order: U32,
    t_capture: U64, t_miss: U64, t_false: U64s, warrants: bool, wait: U32s, service: U32s, latency: int,
    soon: int,
) -> None:  # fmt: skip
    """Capture, search and name; ``acts``, ``group`` and ``shields`` of the whole town, the rest from ``lo``.

    Draws are keyed by rows. Word one of a row: whether its crossing is captured, and how long the search
    takes. Word two: whether the search of the face behind it misses (below ``t_miss``) and then names
    this row instead (below ``t_false`` of its group, nested in it); without a look-alike, its own search. A
    face in no gallery, which ``warrants`` make possible, cannot be missed: the last two of ``t_false`` name
    this row instead. ``timely`` counts right names given out within ``soon`` seconds.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    three, four = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    rows, faces, others = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    mark, some, few = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64), np.empty(BLOCK + 1, np.int64)
    room, moment, wheel = np.empty((3, BLOCK), np.uint64), when(day, 0), circle(key, order, len(acts))
    most = 2 * np.int64(warrants)
    for first in range(lo, lo + len(entries), BLOCK):
        n = min(BLOCK, lo + len(entries) - first)
        did, kind, shield = acts[first : first + n], group[first : first + n], shields[first : first + n]
        for k in range(n):
            rows[k] = np.uint32(first + k)
        fill(key, rows[:n], moment, search, one[:n], two[:n])
        worth_a_look(one, two, did, kind, t_capture, t_false[most], t_false[most + 1], mark)
        marked = some[: noted(mark, n, some)]
        for k in marked:
            searches[0] += int((mark[k] & _CROSSES) != 0)
        count = searched(marked, mark, _CROSSES, shields, first, few, faces)
        neighbours(faces[:count], AHEAD, group, wheel, room, others[:count])
        fill(key, others[:count], moment, search, three[:count], four[:count])
        for c in range(count):
            k = few[c]
            if (two[k] if others[c] == faces[c] else four[c]) >= t_miss:
                after = seconds(one[k], wait, service, latency)
                struck = (shield[k] & _DISMISS_TRUE) != 0
                timely[0] += int(after <= soon and not struck)
                name(first - lo + k, entries, notices, diary, named_after, _NAMED, after, struck)
        count = searched(marked, mark, _OF_A | _OF_B, shields, first, few, faces)
        neighbours(faces[:count], BEHIND, group, wheel, room, others[:count])
        fill(key, others[:count], moment, search, three[:count], four[:count])
        for c in range(count):
            k, other = few[c], others[c]
            of = np.int64(kind[k] != 0) + 2 * np.int64((shields[other] & _UNNAMED) != 0)
            crossed = (other != faces[c]) & ((acts[other] & _JAYWALK) != 0) & (three[c] < t_capture)
            if crossed & (two[k] < t_false[of]):
                after = seconds(three[c], wait, service, latency)
                struck = (shield[k] & _DISMISS_FALSE) != 0
                name(first - lo + k, false_entries, notices, diary, named_after, _MISTAKEN, after, struck)


@rule
def name(
    i: int, entries: U16s, notices: U8s, diary: U64s, named_after: U16s, event: int, after: int, struck: bool
) -> None:  # fmt: skip
    """Enter the name of row ``i``, given out ``after`` so many seconds, unless a reviewer has struck it."""
    if struck:
        diary[i] |= _DISMISSED
        return
    entries[i] |= np.uint16(_JAYWALK)
    notices[i] += np.uint8(1)
    diary[i] |= np.uint64(event)
    named_after[i] = np.uint16(min(after, named_after[i]) if named_after[i] else after)


@kernel
def seek(
    ids: U32s, group: U8s, shields: U16s, diary: U64s, key: U64, day: int, trait: U32, alert: U32,
    t_sought: U64, t_right: U64, t_wrong_a: U64, t_wrong_b: U64,
) -> None:  # fmt: skip
    """Stop people sought (``t_right`` a day) and those taken for them, unless a reviewer strikes it."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    listed = np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        who, kind, told = ids[first : first + n], group[first : first + n], diary[first : first + n]
        shield = shields[first : first + n]
        fill(key, who, when(0, 0), trait, listed[:n], two[:n])
        fill(key, who, when(day, 0), alert, one[:n], two[:n])
        for k in range(n):
            sought = (listed[k] < t_sought) & ((shield[k] & _UNNAMED) == 0)
            right = sought & (one[k] < t_right)
            wrong = ~sought & (one[k] < (t_wrong_b if kind[k] != 0 else t_wrong_a))
            struck = shield[k] & ((_DISMISS_TRUE if right else 0) | (_DISMISS_FALSE if wrong else 0))
            told[k] |= _DISMISSED if struck != 0 else np.uint64(right * _ALERTED | wrong * _MISALERTED)
