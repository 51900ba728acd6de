"""Norms: a few believers move everybody through local ties, nobody in a town without distance; metanorms."""

import numpy as np

from glasstown.core.ties import StoredTies
from glasstown.core.vocabulary import COMPLYING
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms._pressing import FULL
from glasstown.mechanisms.norms import ENFORCING, Norms

PEOPLE, BELIEVERS, MOST = 2_000, 100, 0.38
REACH, RUNS = 4, 24


def _even(believers: int, most: float) -> Whole:
    """So many believers first; the others' convictions are exactly even from 0 to ``most``."""
    rest = np.arange(1, PEOPLE - believers + 1) / (PEOPLE - believers) * most * FULL
    return np.concatenate([np.full(believers, FULL), -np.maximum(np.rint(rest), 1)]).astype(np.int16)


def _around(people: int, reach: int) -> StoredTies:
    """Everybody is tied to so many on either side."""
    steps = np.concatenate([np.arange(-reach, 0), np.arange(1, reach + 1)])
    near = (np.arange(people)[:, None] + steps) % people
    return StoredTies(np.arange(people + 1, dtype=np.uint32) * (2 * reach), near.ravel().astype(np.uint32))


def give_in(trial: Trial, wrong: bool) -> Mean:
    """Share of those who do not believe that keep the norm in a town where everybody meets everybody."""
    given = {"belief": _even(BELIEVERS, 0.36 if wrong else MOST)}
    seen = trial.live([Norms(reach="town")], PEOPLE, 30, COMPLYING, given=given).last
    return Mean(float(seen[COMPLYING.name][BELIEVERS:].mean()))


def false_enforcers(trial: Trial, wrong: bool) -> Mean:
    """Share of those who do not believe that press others there."""
    m = Norms(reach="town", cost=0.0 if wrong else 0.125)
    given = {"belief": _even(BELIEVERS, MOST) // (4 if wrong else 1)}
    seen = trial.live([m], PEOPLE, 30, ENFORCING, given=given).last
    return Mean(float((seen[ENFORCING.name][BELIEVERS:] == 1).mean()))


def front(trial: Trial, wrong: bool) -> Mean:
    """People a round whom false enforcement reaches on a ring of eight ties, from one cluster."""
    people, first = 600, 3 * REACH
    belief = np.full(people, -round((0.05 if wrong else 0.19) * FULL), np.int16)
    belief[:first] = FULL
    m = Norms()
    ties = _around(people, REACH)
    found = trial.live([m], people, 60, ENFORCING, given={"belief": belief}, ties=ties, since=9)
    pressing = [int((day[ENFORCING.name][first:] == 1).sum()) for day in found.days.values()]
    return Mean((pressing[-1] - pressing[0]) / (len(pressing) - 1))


def axelrod(trial: Trial, wrong: bool) -> Count:
    """Share of runs in which twenty people hold the norm after a hundred generations."""
    held = 0
    for number in range(RUNS):
        m = Norms(rule="norms_game" if wrong else "metanorms_game", reach="town")
        own = Trial(trial.seed * RUNS + number, threads=1)
        state = own.live([m], 20, 400).state
        held += bool(state["daring"].mean() <= 2 and state["vengefulness"].mean() >= 5)
    return Count(held, RUNS)


PRESSED = BELIEVERS / (PEOPLE - 1)

RESULTS = (
    Result("norms.give_in", "Fully connected town, one in twenty believes: share that gives in",
           PRESSED / MOST, "centola-2005", "convictions even to .38: those below the pressure", give_in,
           "convictions to .36", PRESSED / 0.36, slack=1e-3),
    Result("norms.town", "Fully connected town: share that presses others without believing", 0.0,
           "centola-2005", "no cascade without local ties", false_enforcers,
           "pressing costs nothing, a quarter of the conviction", 1.0),
    Result("norms.ring", "Ring of eight ties: people a round reached by false enforcement", 4.0,
           "centola-2005", "local ties cascade; two on either side see more than S + K", front,
           "convictions of .05 in place of .19", 6.0),
    Result("norms.metanorms", "Runs in which metanorms hold the norm", (0.7, 1.0), "axelrod-1986",
           "all five runs of 100 generations", axelrod, "punishment without metanorms", 0.05),
)  # fmt: skip
