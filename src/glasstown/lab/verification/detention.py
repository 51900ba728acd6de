"""Detention: stock, inflow and stay; occupancy is Poisson whatever the law of stays."""

from functools import partial
from math import exp
from typing import Any, Literal

import numpy as np

from glasstown.core.vocabulary import DETAINED_UNTIL
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms.detention import HELD, TAKEN, Detention

Stays = Literal["exponential", "fixed"]
USUAL: dict[str, Any] = {"hazard": 0.5, "settled": True}
P, STAY = 1 - exp(-0.5 / 365), {"exponential": 0.02 * 365, "fixed": 7.0}
TOWN = 150
"""People in each of the small towns that a large one is cut into."""


def held(stays: Stays, trial: Trial, wrong: bool) -> Count:
    """People in detention after a month."""
    people = trial.people(300_000)
    m = Detention(**USUAL, duration=0.028 if wrong else 0.02, stays=stays)
    state = trial.live([m], people, 30).state
    return Count(int(np.count_nonzero(state[DETAINED_UNTIL.name])), people)


def nobody(stays: Stays, trial: Trial, wrong: bool) -> Count:
    """Small towns in which nobody is held."""
    people = trial.people(300_000)
    m = Detention(**USUAL, duration=0.028 if wrong else 0.02, stays=stays)
    towns = trial.live([m], people, 20).state[DETAINED_UNTIL.name].reshape(-1, TOWN)
    return Count(int(np.count_nonzero(~towns.any(axis=1))), len(towns))


def little(trial: Trial, wrong: bool) -> Mean:
    """Person-days held over people taken, each counted apart."""
    people, days = trial.people(300_000), 60
    m = Detention(**USUAL, duration=0.028 if wrong else 0.02)
    counted = trial.live([m], people, days).counted
    inflow, stock = counted[TAKEN.name], counted[HELD.name]
    return Mean(stock / inflow, m.stay * (inflow + 2 * stock / days) ** 0.5 / inflow)


def _share(stay: float) -> float:
    return P * stay / (1 + P * stay)


RESULTS = (
    Result("detention.memoryless", "Share held: twice in four years, 7.3 days on average",
           _share(STAY["exponential"]), "little-1961", "inflow x mean stay", partial(held, "exponential"),
           "two fifths longer", _share(0.028 * 365)),
    Result("detention.fixed", "Share held: stays of exactly a week", _share(7.0), "little-1961",
           "inflow x mean stay", partial(held, "fixed"), "ten days", _share(10.0)),
    Result("detention.little", "Days held for each person taken, counted apart", STAY["exponential"],
           "little-1961", "L = lambda W", little, "two fifths longer", 0.028 * 365),
    Result("detention.nobody", "Towns of 150 in which nobody is held",
           (1 - _share(STAY["exponential"])) ** TOWN, "takacs-1962",
           "infinitely many servers: Poisson occupancy", partial(nobody, "exponential"),
           "two fifths longer", (1 - _share(0.028 * 365)) ** TOWN),
    Result("detention.nobody_fixed", "The same with stays of exactly a week", (1 - _share(7.0)) ** TOWN,
           "takacs-1962", "whatever the law of stays", partial(nobody, "fixed"), "ten days",
           (1 - _share(10.0)) ** TOWN),
)  # fmt: skip
