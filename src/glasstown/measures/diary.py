"""What happened to people: counted by stratum and district every day, and remembered for each person."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Phase, Step
from glasstown.core.typing import U64, I32s, I64s, U8s, U16s, U64s
from glasstown.core.vocabulary import DIARY, DISTRICT, LOSABLE, RIGHTS, STRATUM, Event
from glasstown.measures.cells import STRATA, Chosen, count_where, total

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

BITS = len(Event)
MONTHS = 64
"""Completed spells without some right, by length in steps of 30 days; the last class is open."""

ALL_OPEN = np.uint16(int(LOSABLE))
"""The rights that all have who lost none."""
_CLOSED = np.uint64(Event.CLOSED | Event.OPENED)
_ONCE = tuple(
    np.uint64(events)
    for events in (
        Event.CRITICISED | Event.DEFAULTED | Event.LISTED | Event.EVADED | Event.STOOD_UP,
        Event.LOST_POINTS_WRONGLY | Event.MISALERTED | Event.MISTAKEN | Event.MISLISTED | Event.MISDETAINED,
        Event.MISRECORDED,
        Event.MISTAKEN,
        Event.CLOSED,
    )
)
"""What is remembered of each person, one bit each: did something, was harmed, misrecorded, mistaken, shut.

Who did something did worse than cross on red, which all adults do: who is listed rightly had not paid, who
went round the wall or stood up did so. Harm to those who did not is what befell them for nothing they had
done. What is only on file, said or foreseen about a person (a report, a flag, a record) is no harm before it
costs any.
"""
_BYTE = np.uint64(255)
WORDS = -(-BITS // 8)
"""Words of eight counters, a byte each, in which the events of a cell are counted."""

SPREAD = np.array([sum((byte >> bit & 1) << 8 * bit for bit in range(8)) for byte in range(256)], np.uint64)
"""The bits of a byte, one in each byte of a word: what eight events add to their counters at once."""


@rule
def remembered(today: U64) -> np.uint8:
    """What is remembered of a day's events."""
    return np.uint8(
        ((today & _ONCE[0]) != 0)
        | ((today & _ONCE[1]) != 0) << 1
        | ((today & _ONCE[2]) != 0) << 2
        | ((today & _ONCE[3]) != 0) << 3
        | ((today & _ONCE[4]) != 0) << 4
    )


@rule
def add(today: U64, sums: U64s, s: Whole) -> None:
    """Count a day's events into ``sums[:, s]``, shape (WORDS, STRATA)."""
    for w in range(WORDS):
        sums[w, s] += SPREAD[(today >> np.uint64(8 * w)) & _BYTE]


@rule
def pour(sums: U64s, full: U8s, table: I64s, daily: I64s) -> None:
    """Empty the ``sums`` of a district into its ``table`` (BITS, STRATA) and ``daily``; vectorised."""
    for bit in range(BITS):
        of, row, shift, found = sums[bit >> 3], table[bit], np.uint64(8 * (bit & 7)), np.int64(0)
        for s in range(STRATA):
            each = np.int64((of[s] >> shift) & _BYTE)
            row[s] += each
            found += each
        daily[bit] += found
    sums[:], full[:] = np.uint64(0), np.uint8(0)


@rule
def close(day: int, rights: np.uint16, shut_since: U16s, i: Whole, spells: I64s) -> None:
    """Begin or end a spell without some right, after one closed or opened."""
    if rights & ALL_OPEN == ALL_OPEN:
        if shut_since[i] > 0:
            spells[min((day + 1 - shut_since[i]) // 30, MONTHS - 1)] += 1
        shut_since[i] = 0
    elif shut_since[i] == 0:
        shut_since[i] = day + 1


@kernel
def count(
    day: int, diary: U64s, rights: U16s, stratum: U8s, district: U8s, ever: U8s, shut_since: U16s,
    table: I64s, daily: I64s, spells: I64s,
) -> None:  # fmt: skip
    """Add today's events to ``table`` (districts, BITS, STRATA) and ``daily`` (BITS,).

    Spells that ended are added to ``spells`` (MONTHS,).
    """
    for i in range(len(diary)):
        ever[i] |= remembered(diary[i])
    sums = np.zeros((len(table), WORDS, STRATA), np.uint64)
    full = np.zeros((len(table), STRATA), np.uint8)
    some = np.empty(BLOCK + 1, np.int64)
    for lo in range(0, len(diary), BLOCK):
        n = np.int64(0)
        for i in range(lo, min(lo + BLOCK, len(diary))):
            some[n] = i
            n += diary[i] != 0
        for i in some[:n]:
            d, s = np.int64(district[i]), np.int64(stratum[i])
            add(diary[i], sums[d], s)
            full[d, s] += 1
            if full[d, s] == 255:
                pour(sums[d], full[d], table[d], daily)
            if diary[i] & _CLOSED:
                close(day, rights[i], shut_since, i, spells)
    for at in range(len(table)):
        if full[at].any():
            pour(sums[at], full[at], table[at], daily)


class Diary:
    """The observer of the diary. ``period`` days make one row of the breakdowns; totals are daily."""

    def __init__(self, people: int, districts: int, period: int = 7) -> None:
        self.districts = districts
        self.period = period
        self.ever = np.zeros(people, np.uint8)
        self.shut_since = np.zeros(people, np.uint16)
        self.daily: list[I64s] = []
        self.periods: list[I32s] = []
        self.ends: list[int] = []
        self.spells = np.zeros(MONTHS, np.int64)
        self.step = Step(
            "measures.diary", Phase.MEASURE, self._observe, reads=(DIARY, RIGHTS, STRATUM, DISTRICT)
        )

    @staticmethod
    def nbytes(people: int) -> int:
        """Bytes that it keeps for each person, times people."""
        return 3 * people

    def prepare(self, people: int, workers: int) -> None:
        """One table, one row of totals and one spell counter for each worker."""
        self._tables = [np.zeros((self.districts, BITS, STRATA), np.int64) for _ in range(workers)]
        self._spells = [np.zeros(MONTHS, np.int64) for _ in range(workers)]
        self._daily = [np.zeros(BITS, np.int64) for _ in range(workers)]

    def _observe(self, view: Any, now: Any) -> None:
        rows = slice(view.lo, view.lo + view.people)
        count(now.day, view[DIARY], view[RIGHTS], view[STRATUM], view[DISTRICT], self.ever[rows],
              self.shut_since[rows], self._tables[view.worker], self._daily[view.worker],
              self._spells[view.worker])  # fmt: skip

    def collect(self, day: int) -> None:
        """Keep today's totals; close the period on its last day."""
        self.daily.append(total(self._daily))
        for daily in self._daily:
            daily[:] = 0
        if (day + 1) % self.period == 0:
            self.close(day)

    def close(self, day: int) -> None:
        """End the present period after ``day``; nothing if no day has passed in it."""
        if self.ends and self.ends[-1] == day:
            return
        self.periods.append(total(self._tables).astype(np.int32))
        self.ends.append(day)
        self.spells += total(self._spells)
        for table, spells in zip(self._tables, self._spells, strict=True):
            table[:] = 0
            spells[:] = 0

    def coarsen(self, period: int) -> None:
        """Make rows of ``period`` days, which those kept so far divide, once the last one is closed."""
        times = period // self.period
        starts = range(0, len(self.ends), times)
        self.periods = [total(self.periods[k : k + times]).astype(np.int32) for k in starts]
        self.ends = [self.ends[k : k + times][-1] for k in starts]
        self.period = period

    def all_open(self, day: int) -> None:
        """From ``day`` on nobody decides on rights any more: all are open, without an event that says so."""
        days = day + 1 - self.shut_since[self.shut_since > 0].astype(np.int64)
        self.spells += np.bincount(np.minimum(days // 30, MONTHS - 1), minlength=MONTHS)
        self.shut_since[:] = 0

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything, the open period included."""
        return {
            "daily": np.array(self.daily, np.int64).reshape(-1, BITS),
            "periods": np.array(self.periods, np.int32).reshape(-1, self.districts, BITS, STRATA),
            "ends": np.array(self.ends, np.int64),
            "open": total(self._tables),
            "spells": self.spells + total(self._spells),
            "ever": self.ever,
            "shut_since": self.shut_since,
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from ``arrays``."""
        self.daily = list(arrays["daily"])
        self.periods = list(arrays["periods"])
        self.ends = [int(day) for day in arrays["ends"]]
        self.spells = np.array(arrays["spells"], np.int64)
        self.ever[:] = arrays["ever"]
        self.shut_since[:] = arrays["shut_since"]
        self._tables[0][:] = arrays["open"]


def ever_counts(ever: U8s, stratum: U8s, district: U8s, districts: int) -> dict[str, I64s]:
    """People of each cell (districts, STRATA) for each measure of kind "ever"."""
    did, harmed, misrecorded, mistaken, shut = (1 << bit for bit in range(len(_ONCE)))
    chosen = {
        "ever_misrecorded": (misrecorded, misrecorded),
        "ever_mistaken": (mistaken, mistaken),
        "ever_closed": (shut, shut),
        "spotless": (did, 0),
        "spotless_harmed": (did | harmed, harmed),
    }

    def remembered(bits: int, wanted: int) -> Chosen:
        return lambda rows: (ever[rows] & bits) == wanted

    return {
        name: count_where(remembered(bits, wanted), stratum, district, districts)
        for name, (bits, wanted) in chosen.items()
    }
