"""How a registry files a day: which reports reach a file, what enters by error, what stands and what ends."""

import numpy as np

from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.rng import CERTAIN, fill, when
from glasstown.core.typing import U32, U64, I64s, U8s, U16s, U32s, U64s
from glasstown.core.vocabulary import ADVERSE, Act, Erasure, Event, Shield

FINE = 21
"""Bits of an intake rate: three fit into one 64-bit draw; rates are kept to 2**-21."""

DAYS = 0xFFFF
"""Days are kept modulo one more than this."""

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

_ADVERSE, _ERROR = int(ADVERSE), np.uint16(Act.DEFAULT)
_CREDIT = int(Act.CARE | Act.RAISE | Act.REPAY)
_OWN, _ALL, _NONE = np.uint16(Act.JAYWALK), np.uint16(0xFFFF), np.uint16(0)
_SEPARATE, _AUDITED = int(Shield.SEPARATE), int(Shield.AUDITED)
_CARE, _RAISE, _GAMES = np.uint8(Act.CARE), np.uint8(Act.RAISE), np.uint8(Act.GAMES)
_TRUE = int(Erasure.EXPIRED | Erasure.WITHDRAWN)
_WRONG = int(Erasure.CORRECTED | Erasure.MISEXPIRED)
_TIMES = int(Erasure.EXPIRED | Erasure.MISEXPIRED)
_RECORDED, _MISRECORDED = int(Event.RECORDED), int(Event.MISRECORDED)
_CREDITED, _FORGOTTEN = int(Event.CREDITED), int(Event.FORGOTTEN)
_FIELD, _TOP, _MASK = np.uint64(FINE), np.uint64(64 - FINE), np.uint64(2**FINE - 1)
_ERRS, _SHARES = np.uint8(1), np.uint8(2)


@rule
def aged(since: Whole, today: int, retention: int) -> bool:
    """Whether a record since ``since`` (day + 1) has stood its ``retention`` before ``today`` (day + 1)."""
    return bool((since != 0) & (((today - np.int64(since)) & DAYS) >= retention))


@rule
def standing(since: Whole, today: int, new: bool, ordered: bool, retention: int, renews: bool) -> Whole:
    """Since when a record stands after today, given a ``new`` entry and an erasure ``ordered``.

    What enters on the day on which a record ends goes with it, unless entries renew records.
    """
    over = aged(since, today, retention) | ((since != 0) & ordered)
    if over and not (new and renews):
        return 0
    return today if new and (since == 0 or renews) else since


@rule
def link(
    bits: U16s, who: U32s, key: U64, day: int, lane: int, why: U32, t_missed: U64, words: U64s, few: I64s,
    names: U32s,
) -> None:  # fmt: skip
    """Strike from the reported ``bits`` of some people those that do not reach the file.

    One word a bit, two a lane from ``lane`` on; ``words`` (2, n), ``few`` and ``names`` are room to work in.
    """
    every, one, two = np.uint16(0), words[0], words[1]
    for c in range(len(bits)):
        every |= bits[c]
    for pair in range(8):
        low, high = np.uint16(1 << 2 * pair), np.uint16(2 << 2 * pair)
        if every & (low | high) == 0:
            continue
        count = 0
        for c in range(len(bits)):
            few[count] = c
            count += int((bits[c] & (low | high)) != 0)
        for m in range(count):
            names[m] = who[few[m]]
        fill(key, names[:count], when(day, lane + pair), why, one[:count], two[:count])
        for m in range(count):
            gone = (low if one[m] < t_missed else _NONE) | (high if two[m] < t_missed else _NONE)
            bits[few[m]] &= ~gone


@rule
def slip(
    ids: U32s, u: U64s, key: U64, trait: U32, slips: U64s, crowd: U64s, words: U64s, few: I64s, names: U32s,
    slipped: U8s,
) -> None:  # fmt: skip
    """Who gets a false entry by itself today: an error (1), or else an entry of one of his namesakes (2).

    An error may still be spared. Room to work in as in ``link``.
    """
    one, two, count = words[0], words[1], 0
    for k in range(len(u)):
        slipped[k] = np.uint8(u[k] < slips[0])
    if len(slips) == 1:
        return
    for k in range(len(u)):
        few[count] = k
        count += int((slipped[k] == 0) & (u[k] < slips[-1]))
    for m in range(count):
        names[m] = ids[few[m]]
    fill(key, names[:count], when(0, 0), trait, one[:count], two[:count])
    for m in range(count):
        if one[m] >= crowd[0] and u[few[m]] < slips[np.searchsorted(crowd, one[m], side="right")]:
            slipped[few[m]] = _SHARES


@rule
def witnessed(acts: Whole, v: U64, intake: U64s) -> np.uint8:
    """Which of today's unofficial acts are filed: a third of the draw ``v`` for each."""
    filed = np.uint8((v & _MASK) < intake[0]) * _CARE
    filed |= np.uint8(((v >> _FIELD) & _MASK) < intake[1]) * _RAISE
    filed |= np.uint8((v >> _TOP) < intake[2]) * _GAMES
    return np.uint8(np.uint8(acts) & filed)


@rule
def events(
    true: Whole, wrong: Whole, was: Whole, miswas: Whole, now: Whole, misnow: Whole, ordered: Whole
) -> int:  # fmt: skip
    """The bits of the diary for what was filed and what ended."""
    ended = ((was != 0) & (now == 0) & ((ordered & _TRUE) == 0)) | (
        (miswas != 0) & (misnow == 0) & ((ordered & _WRONG) == 0)
    )
    return (
        ((true & _ADVERSE) != 0) * _RECORDED
        | ((wrong & _ADVERSE) != 0) * _MISRECORDED
        | ((true & _CREDIT) != 0) * _CREDITED
        | (ended | ((ordered & _TIMES) != 0)) * _FORGOTTEN
    )


@rule
def marks(
    said: U16s, lied: U16s, struck: U8s, seen: U8s, slipped: U8s, old: U16s, misold: U16s, today: int,
    retention: int, mark: U8s,
) -> None:  # fmt: skip
    """Mark whose file may change today: something is reported, seen, ordered or wrong, or a record ends."""
    for k in range(len(said)):
        mark[k] = np.uint8((said[k] | lied[k]) != 0) | struck[k] | seen[k] | slipped[k]
    for k in range(len(said)):
        mark[k] |= np.uint8(aged(old[k], today, retention) | aged(misold[k], today, retention))


@kernel
def file(
    ids: U32s, acts: U8s, entries: U16s, false_entries: U16s, shields: U16s, filed: U16s, misfiled: U16s,
    recorded: U16s, misrecorded: U16s, erasures: U8s, restored: U8s, diary: U64s, filings: I64s, key: U64,
    day: int, enter: U32, linking: U32, trait: U32, intake: U64s, slips: U64s, crowd: U64s, t_missed: U64,
    t_error: U64s, retention: int, renews: bool,
) -> None:  # fmt: skip
    """File today's entries, true and false apart, and end records. Word one: errors; word two: intake.

    ``t_error`` is the threshold of an own error (``protected``); the files of whoever is separate take no
    acts but those that its keeper saw.
    """
    one, two, words = np.full(BLOCK, CERTAIN), np.full(BLOCK, CERTAIN), np.empty((2, BLOCK), np.uint64)
    mark, seen, slipped = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint8)
    some, few = np.empty(BLOCK + 1, np.int64), np.empty(BLOCK + 1, np.int64)
    who, names = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    trues, wrongs = np.empty(BLOCK, np.uint16), np.empty(BLOCK, np.uint16)
    today, chance = day + 1, (slips[-1] > 0) | (intake.max() > 0)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        people, did = ids[first : first + n], acts[first : first + n]
        said, lied, shield = entries[first:][:n], false_entries[first:][:n], shields[first:][:n]
        if chance:
            fill(key, people, when(day, 0), enter, one[:n], two[:n])
        slip(people, one[:n], key, trait, slips, crowd, words, few, names, slipped)
        for k in range(n):
            seen[k] = witnessed(did[k], two[k], intake)
        marks(said, lied, erasures[first:][:n], seen, slipped, recorded[first:][:n], misrecorded[first:][:n],
              today, retention, mark)  # fmt: skip
        count = noted(mark, n, some)
        for c in range(count):
            k = some[c]
            kept = _OWN if shield[k] & _SEPARATE else _ALL
            who[c], trues[c], wrongs[c] = people[k], said[k] & kept, lied[k] & kept
        link(trues[:count], who, key, day, 1, linking, t_missed, words, few, names)
        link(wrongs[:count], who, key, day, 9, linking, t_missed, words, few, names)
        for c in range(count):
            k, i, ordered = some[c], first + some[c], np.int64(erasures[first + some[c]])
            safe = ((shield[k] & _SEPARATE) != 0) + 2 * ((shield[k] & _AUDITED) != 0)
            errs = slipped[k] == _SHARES or (slipped[k] == _ERRS and one[k] < t_error[safe])
            known = np.int64(0 if shield[k] & _SEPARATE else seen[k])
            true, wrong = np.int64(trues[c]) | known, np.int64(wrongs[c] | (_ERROR if errs else _NONE))
            was, miswas = np.int64(recorded[i]), np.int64(misrecorded[i])
            new, void = (true & _ADVERSE) != 0, (ordered & _TRUE) != 0
            misnew, misvoid = (wrong & _ADVERSE) != 0, (ordered & _WRONG) != 0
            now = standing(was, today, new, void, retention, renews)
            misnow = standing(miswas, today, misnew, misvoid, retention, renews)
            recorded[i], misrecorded[i] = np.uint16(now), np.uint16(misnow)
            filed[i], misfiled[i] = np.uint16(true), np.uint16(wrong)
            erasures[i] = np.uint8(0)
            restored[i] = np.uint8((miswas != 0) & misvoid)
            filings[0] += new
            diary[i] |= np.uint64(events(true, wrong, was, miswas, now, misnow, ordered))
