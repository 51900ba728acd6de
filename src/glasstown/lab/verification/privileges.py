"""Privileges: how often those who are barred are refused, and that a higher bar never opens a door."""

import numpy as np

from glasstown.core.columns import POINT
from glasstown.core.vocabulary import DIARY, RIGHTS, Event
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, adults
from glasstown.mechanisms.privileges import Privileges


def refused(trial: Trial, wrong: bool) -> Mean:
    """Tickets refused for each person and year with a score below every threshold."""
    people = trial.people(10_000)
    given = adults(people, score=np.full(people, 500 * POINT, np.uint16))
    m = Privileges(trips=0.8) if wrong else Privileges()
    days = trial.live([m], people, 365, DIARY, given=given, since=0).days.values()
    hits = sum(int(np.count_nonzero(day["diary"] & int(Event.REFUSED_TRAVEL))) for day in days)
    return Mean(hits / people, hits**0.5 / people)


def opened(trial: Trial, wrong: bool) -> Count:
    """Rights that are open under higher thresholds and closed under lower ones, over all scores."""
    people = 600 * 8
    given = adults(people, score=(350 * POINT + np.arange(people) * 8).astype(np.uint16))
    bars = {n: v for n, v in Privileges().model_dump().items() if n in NAMES}
    higher = {name: bar + (-20 if wrong else 20) for name, bar in bars.items()}
    some = [
        trial.live([Privileges(**each)], people, 2, given=given).state[RIGHTS.name] for each in (bars, higher)
    ]
    return Count(int(np.count_nonzero(some[1] & ~some[0])), people)


NAMES = ("travel", "credit", "jobs", "promotion", "exit", "rank")

RESULTS = (
    Result("privileges.refused", "Tickets refused for each barred person and year", 0.7, "shine-2019",
           "8.1 million air tickets in 2018: .72 for each listed debtor (B14)", refused, ".8 a year", 0.8,
           slack=0.003),
    Result("privileges.monotone", "Doors that a higher bar opens", 0.0, "", "a law, over every score",
           opened, "lower bars", 6 * 160 / 4800),
)  # fmt: skip
