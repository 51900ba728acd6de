"""Cameras: searches without a mate, base rates, the queue that makes three seconds a capacity."""

import math
from functools import partial
from typing import Any

import numpy as np

from glasstown.core.vocabulary import ACTS, DIARY, NAMED_AFTER, SEARCHES, Act, Event
from glasstown.lab.verification.result import Count, Result
from glasstown.lab.verification.trial import Planted, Trial, Whole, evenly
from glasstown.mechanisms.cameras import IDENTIFIED_SOON, Cameras

EVERYWHERE: dict[str, Any] = {"per_person": 10.0, "share_linked": 1.0, "view": 1e6, "latency": 0.0}
PEAK, SERVERS, LOAD = 86_400.0, 3, 1.7


def _walked(trial: Trial, m: Cameras, people: int, share: float, days: int = 1) -> list[dict[str, Whole]]:
    """What happened in each of some days in which always the same people cross on red."""
    acts = np.where(evenly(people, share), int(Act.JAYWALK), 0).astype(ACTS.dtype)
    found = trial.live([m, Planted.of({ACTS: acts})], people, days, DIARY, NAMED_AFTER, since=0)
    return [dict(day) for day in found.days.values()]


def _hits(days: list[dict[str, Whole]], event: Event) -> int:
    return sum(int(np.count_nonzero(day["diary"] & int(event))) for day in days)


def mistaken(gallery: int, trial: Trial, wrong: bool) -> Count:
    """Faces whose owner is not found, and that are taken for somebody else's."""
    people = trial.people(100_000)
    m = Cameras(**EVERYWHERE, miss=1.0, false_match=1.1e-6 if wrong else 1e-6, gallery=gallery,
                group_ratio=1.0)  # fmt: skip
    return Count(_hits(_walked(trial, m, people, 0.5, 4), Event.MISTAKEN), 4 * (people // 2))


def covered(trial: Trial, wrong: bool) -> Count:
    """Who is named of those who cross, where half the ground is in view and a fifth of faces is missed."""
    people = trial.people(100_000)
    m = Cameras(per_person=1.0, share_linked=1.0, density=1000.0, placement=1.0, view=1000 * math.log(2),
                miss=0.175 if wrong else 0.2, latency=0.0)  # fmt: skip
    found = _walked(trial, m, people, 1.0)
    return Count(_hits(found, Event.NAMED), people)


def precise(trial: Trial, wrong: bool) -> Count:
    """Right alerts of all, where a hundred of a million are sought and both errors are 1 %."""
    people = trial.people(1_000_000)
    m = Cameras(per_person=0.0, sought=2e-4 if wrong else 1e-4, miss=0.01, mode="fixed_fpir", fpir=0.01,
                group_ratio=1.0)  # fmt: skip
    day = [dict(trial.live([m], people, 1, DIARY).last)]  # one day: who is sought is so for good
    right = _hits(day, Event.ALERTED)
    return Count(right, right + _hits(day, Event.MISALERTED))


def cardiff(trial: Trial, wrong: bool) -> Count:
    """Wrong alerts of all, where so many pass and are sought as at the final."""
    passing = 170_000
    people = trial.people(4 * passing)
    m = Cameras(per_person=0.0, sought=(300 if wrong else 173) / passing, miss=0.0, mode="fixed_fpir",
                fpir=2_297 / (passing - 173), group_ratio=1.0)  # fmt: skip
    day = [dict(trial.live([m], people, 1, DIARY).last)]
    false = _hits(day, Event.MISALERTED)
    return Count(false, false + _hits(day, Event.ALERTED))


def erlang(servers: int, load: float) -> float:
    """Erlang's C: the chance to wait."""
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / math.factorial(k) for k in range(servers)) + last)


def within(seconds: float, service: float, servers: int = SERVERS, load: float = LOAD) -> float:
    """Share served within so many seconds, waiting included, where both are exponential."""
    wait, mu, theta = erlang(servers, load), 1 / service, (servers - load) / service
    late = (theta * math.exp(-mu * seconds) - mu * math.exp(-theta * seconds)) / (theta - mu)
    return 1 - (1 - wait) * math.exp(-mu * seconds) - wait * late


def identified(trial: Trial, wrong: bool) -> Count:
    """Of all searched, those named rightly within three seconds: a fifth is missed, a check takes 1 s."""
    people = trial.people(100_000)
    m = Cameras(**EVERYWHERE | {"latency": 0.0 if wrong else 1.0}, miss=0.2, peak=PEAK,
                service=LOAD * PEAK / (people // 2), servers=SERVERS * 1e5 / people)  # fmt: skip
    acts = np.where(evenly(people, 0.5), int(Act.JAYWALK), 0).astype(ACTS.dtype)
    day = trial.live([m, Planted.of({ACTS: acts})], people, 2).tallies
    return Count(day[IDENTIFIED_SOON.name], day[SEARCHES.name])


def three_seconds(trial: Trial, wrong: bool) -> Count:
    """Share named within three seconds on the second day, when searches of the first are known."""
    people = 100_000
    service = LOAD * PEAK / (people // 2)
    m = Cameras(**EVERYWHERE, miss=0.0, service=service, peak=PEAK,
                servers=(SERVERS - wrong) * 1e5 / people)  # fmt: skip
    after = _walked(trial, m, people, 0.5, 2)[1]["named_after"]
    after = after[after > 0]
    return Count(int(np.count_nonzero(after <= 3)), len(after))


RESULTS: tuple[Result, ...] = (
    Result("cameras.small_gallery", "A search without a mate names somebody: 100,000 faces",
           1 - (1 - 1e-6) ** 100_000, "daugman-2000", "1 - (1 - FMR)^N with FMR 1e-6: .0952",
           partial(mistaken, 100_000), "FMR a tenth higher", 1 - (1 - 1.1e-6) ** 100_000),
    Result("cameras.large_gallery", "A search without a mate names somebody: a million faces",
           1 - (1 - 1e-6) ** 1_000_000, "daugman-2000", "1 - (1 - FMR)^N with FMR 1e-6: .6321",
           partial(mistaken, 1_000_000), "FMR a tenth higher", 1 - (1 - 1.1e-6) ** 1_000_000),
    Result("cameras.covered", "Named of those who cross: half the ground in view, a fifth missed", 0.4,
           "hall-1988", "Boolean model: coverage 1 - exp(-density x area) = .5", covered,
           "17.5 % missed", 0.4125),
    Result("cameras.precision", "Right alerts of all: 100 sought in a million, 99 % and 1 %", 0.0098,
           "", "Bayes: p TPR / (p TPR + (1 - p) FPR) (G24)", precise, "twice as many sought", 0.01942,
           slack=2e-5),
    Result("cameras.cardiff", "Wrong alerts of all, Champions League final", 2_297 / 2_470, "swp-2018",
           "2,297 of 2,470 alerts, some 170,000 people (C22)", cardiff, "300 in place of 173 sought there",
           2_297 / (2_297 + 300)),
    Result("cameras.three_seconds", "Share named within 3 s: three servers at load 1.7",
           within(3.0, LOAD * PEAK / 50_000), "erlang-1917", "wait and service of M/M/c", three_seconds,
           "one server fewer", within(3.0, LOAD * PEAK / 50_000, 2), slack=2 / 1024),
    Result("cameras.identified_soon", "Identified within 3 s of all searched: a fifth missed, a check of 1 s",
           0.8 * within(2.0, LOAD * PEAK / 50_000), "erlang-1917", "(1 - miss) P(wait + service <= 2 s)",
           identified, "no check", 0.8 * within(3.0, LOAD * PEAK / 50_000), slack=2 / 1024),
)  # fmt: skip
