"""A life as moments: what the telephone says with the system, and what the same day is without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import POINT
from glasstown.core.vocabulary import Event, Right
from glasstown.report.lives import DOORS, REFUSED, Chain, Life
from glasstown.report.names import RIGHTS
from glasstown.report.numbers import Numbers
from glasstown.report.words import Words, mark

__all__ = ["MOST", "Moment", "Notice", "moments", "span_of"]

MOST: Final = 12
"""Moments that are told; the others are in the data."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification: who sends it, what it says, whose doing it was ("own", "mistake" or "")."""

    sender: str
    words: str
    cause: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A day: its notices with the system, its plain words without it, and how far apart both are by then."""

    day: int
    notices: tuple[Notice, ...]
    plain: str
    apart: float


SENDERS: Final = {
    "camera": mark("Street camera"), "score": mark("Score"), "registry": mark("Registry"),
    "rights": mark("Rights"), "rail": mark("Rail"), "bank": mark("Bank"), "work": mark("Work"),
    "police": mark("Police"), "speech": mark("Speech"), "list": mark("Public list"), "home": mark("At home"),
    "street": mark("Street"),
}  # fmt: skip

SAID: Final[tuple[tuple[Event, str, str, str], ...]] = (
    (Event.NAMED, "camera", mark("Crossed on red. Named after {seconds}."), "own"),
    (Event.MISTAKEN, "camera", mark("Somebody crossed on red. Named after {seconds}: you."), "mistake"),
    (Event.ALERTED, "police", mark("Stopped: you are sought."), ""),
    (Event.MISALERTED, "police", mark("Stopped: taken for somebody who is sought."), "mistake"),
    (Event.FINED, "police", mark("Fined by an officer for crossing on red."), "own"),
    (Event.HEARD, "speech", mark("What you said was heard."), "own"),
    (Event.MISRECORDED, "registry", mark("Entry added to your file. It is not about you."), "mistake"),
    (Event.LOST_POINTS, "score", mark("{change} points. Your score is {score}."), "own"),
    (Event.LOST_POINTS_WRONGLY, "score", mark("{change} points. Your score is {score}."), "mistake"),
    (Event.CLOSED, "rights", mark("Closed to you: {rights}."), ""),
    (Event.OPENED, "rights", mark("Open again: {rights}."), ""),
    (Event.REFUSED_TRAVEL, "rail", mark("Ticket refused."), ""),
    (Event.REFUSED_CREDIT, "bank", mark("Loan refused."), ""),
    (Event.REFUSED_WORK, "work", mark("Turned down because of your standing."), ""),
    (Event.LISTED, "list", mark("Your name is on the list."), "own"),
    (Event.MISLISTED, "list", mark("Your name is on the list."), "mistake"),
    (Event.DELISTED, "list", mark("Your name is off the list."), ""),
    (Event.FOUND, "police", mark("Stopped and checked. Something was found."), ""),
    (Event.CHECKED, "police", mark("Stopped and checked."), ""),
    (Event.DETAINED, "police", mark("Detained."), "own"),
    (Event.MISDETAINED, "police", mark("Detained. There was no offence."), "mistake"),
    (Event.RELEASED, "police", mark("Released."), ""),
    (Event.STOOD_UP, "street", mark("Stands up against the authority."), ""),
    (Event.ARRESTED, "police", mark("Arrested for standing up."), "own"),
    (Event.PAIRED, "home", mark("Finds a partner."), ""),
    (Event.PARTED, "home", mark("Loses the partner."), ""),
    (Event.FORGOTTEN, "registry", mark("A record has ended: its time was over."), ""),
    (Event.APPEALED, "registry", mark("Appeal received."), ""),
    (Event.CORRECTED, "registry", mark("Appeal won. The entry is erased."), ""),
    (Event.BORROWED, "bank", mark("Loan granted."), ""),
    (Event.REPAID, "bank", mark("Loan repaid in full."), ""),
    (Event.DEFAULTED, "bank", mark("Loan not repaid."), "own"),
    (Event.HIRED, "work", mark("You are hired."), ""),
    (Event.DISMISSED, "work", mark("Your work has ended."), ""),
    (Event.PROMOTED, "work", mark("You are promoted."), ""),
)

PLAIN: Final[tuple[tuple[Event, str], ...]] = (
    (Event.FINED, mark("Crosses on red and is fined by an officer.")),
    (Event.OFFENDED, mark("Crosses on red. Nobody notes it.")),
    (Event.HEARD, mark("Says more than is tolerated, and is heard.")),
    (Event.CRITICISED, mark("Says more than is tolerated. Nobody hears it.")),
    (Event.REFUSED_CREDIT, mark("Asks for a loan; the lender says no.")),
    (Event.BORROWED, mark("Is granted a loan.")),
    (Event.REPAID, mark("Pays a loan back in full.")),
    (Event.DEFAULTED, mark("Fails to repay a loan.")),
    (Event.HIRED, mark("Finds work.")),
    (Event.DISMISSED, mark("Loses work.")),
    (Event.PROMOTED, mark("Is promoted.")),
    (Event.STOOD_UP, mark("Stands up against the authority.")),
    (Event.ARRESTED, mark("Is arrested for standing up.")),
    (Event.PAIRED, mark("Finds a partner.")),
    (Event.PARTED, mark("Loses the partner.")),
)
"""What a day is without the system; the second of FINED and OFFENDED, HEARD and CRITICISED is left out."""

_HIDES = {Event.FINED: Event.OFFENDED, Event.HEARD: Event.CRITICISED}

_WEIGHTS: Final = (
    (Event.DETAINED | Event.MISDETAINED | Event.RELEASED | Event.ARRESTED | Event.STOOD_UP, 11),
    (Event.CLOSED | Event.OPENED | Event.LISTED | Event.MISLISTED | Event.DELISTED, 10),
    (REFUSED | Event.MISTAKEN | Event.MISALERTED | Event.CORRECTED, 9),
    (Event.HIRED | Event.DISMISSED | Event.PROMOTED | Event.APPEALED | Event.LOST_POINTS_WRONGLY, 7),
    (Event.PAIRED | Event.PARTED, 7), (Event.CHECKED | Event.FOUND, 3),
    (Event.BORROWED | Event.REPAID | Event.DEFAULTED | Event.FINED, 5), (Event.NAMED | Event.ALERTED, 4),
    (Event.MISRECORDED | Event.HEARD | Event.LOST_POINTS | Event.FORGOTTEN, 1),
)  # fmt: skip


def moments(
    life: Life, chain: Chain | None, say: Words, numbers: Numbers, most: int = MOST
) -> tuple[list[Moment], int]:
    """The most telling days of a life in order, and how many with something to tell are left out."""
    weights = _weights(life)
    if chain:
        weights[[chain.crossed, chain.closed]] += 100
    loud = np.flatnonzero(weights > 0)
    chosen = sorted(sorted(loud.tolist(), key=lambda day: (-weights[day], day))[:most])
    apart = _apart(life)
    told = [
        Moment(day, _notices(life, day, say, numbers), _plain(life, day, say), float(apart[day]))
        for day in chosen
    ]
    return told, len(loud) - len(chosen)


def _weights(life: Life) -> NDArray[np.int64]:
    weights = np.zeros(len(life.with_["diary"]), np.int64)
    for events, weight in _WEIGHTS:
        weights = np.maximum(weights, weight * life.happened("with", events))
    work = Event.HIRED | Event.DISMISSED | Event.PROMOTED | Event.BORROWED | Event.PAIRED
    return np.asarray(np.maximum(weights, 3 * life.happened("without", work)), np.int64)


def _apart(life: Life) -> NDArray[np.float64]:
    """How far the two lives have drifted by each day, from 0 to 1: doors shut, doors refused, points gone."""
    shut = np.zeros(len(life.with_["diary"]))
    for right in DOORS:
        shut += (life.shut("with") & np.uint16(right)) != 0
    apart = 0.9 * shut + 0.7 * np.cumsum(life.happened("with", REFUSED))
    if "score" in life.with_:
        apart = apart + np.maximum(float(life.with_["score"][0]) - life.with_["score"], 0) / POINT / 40
    return np.asarray(np.minimum(apart / 9.0, 1.0), np.float64)


def _notices(life: Life, day: int, say: Words, numbers: Numbers) -> tuple[Notice, ...]:
    today = Event(int(life.with_["diary"][day]))
    values = _values(life, day, numbers, say)
    causes = {"own": say("own act"), "mistake": say("mistake"), "": ""}
    found = []
    for event, sender, words, cause in SAID:
        if not today & event:
            continue
        if event is Event.MISRECORDED and today & Event.MISTAKEN:
            continue
        if event is Event.CHECKED and today & Event.FOUND:
            continue
        if event in (Event.CLOSED, Event.OPENED) and not values[str(event.name)]:
            continue
        rights = values[str(event.name)] if event in (Event.CLOSED, Event.OPENED) else ""
        found.append(Notice(say(SENDERS[sender]), say(words, **values, rights=rights), causes[cause]))
    return tuple(found)


def _values(life: Life, day: int, numbers: Numbers, say: Words) -> Mapping[str, str]:
    """What the notices of a day fill in."""
    values = {"seconds": "", "change": "", "score": "", "CLOSED": "", "OPENED": ""}
    if "named_after" in life.with_:
        values["seconds"] = span_of(int(life.with_["named_after"][day]), say, numbers)
    if "score" in life.with_:
        scores = life.with_["score"].astype(np.int64) // POINT
        values["change"] = numbers.signed(float(scores[day] - scores[day - 1]) if day else 0.0, 0)
        values["score"] = numbers.whole(int(scores[day]))
    if "rights" in life.with_:
        rights = life.with_["rights"].astype(np.int64)
        before, now = (int(rights[day - 1]) if day else int(sum(Right))), int(rights[day])
        values["CLOSED"] = _names(before & ~now, say)
        values["OPENED"] = _names(now & ~before, say)
    return values


def _names(bits: int, say: Words) -> str:
    return ", ".join(_lowered(say(RIGHTS[right])) for right in Right if bits & right)


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def span_of(seconds: int, say: Words, numbers: Numbers) -> str:
    """A time as one says it: "11 s", "20 min 5 s"."""
    if seconds < 120:
        return say("{seconds} s", seconds=numbers.whole(seconds))
    if seconds < 7200:
        return say(
            "{minutes} min {seconds} s",
            minutes=numbers.whole(seconds // 60),
            seconds=numbers.whole(seconds % 60),
        )
    return say(
        "{hours} h {minutes} min",
        hours=numbers.whole(seconds // 3600),
        minutes=numbers.whole(seconds % 3600 // 60),
    )


def _plain(life: Life, day: int, say: Words) -> str:
    today = Event(int(life.without["diary"][day]))
    hidden = [_HIDES[event] for event in _HIDES if today & event]
    found = [say(words) for event, words in PLAIN if today & event and event not in hidden]
    return " ".join(found) or say("An ordinary day.")
