"""No contagion: friends' scores move nobody who is covered, and those who are not as much as ever."""

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import spsolve

from glasstown.core.columns import POINT
from glasstown.core.vocabulary import FILED, SCORE, SHIELDS, Act, Shield
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Planted, Trial, random_graph, ring
from glasstown.mechanisms.no_contagion import NoContagion
from glasstown.mechanisms.score import MERIT, Score

COVERED, WEIGHT = 0.6, 0.4


def moved(trial: Trial, wrong: bool) -> Count:
    """Of those with one friend, who lost points, whose score moved."""
    people = trial.people(100_000)
    hit = np.arange(people) % 2 == 1
    filed = np.where(hit, int(Act.JAYWALK), 0).astype(FILED.dtype)
    m, some = Score(memory=0.0, mixing=1), NoContagion(strength=COVERED - 0.05 * wrong)
    score = trial.live([m, some, Planted.of({FILED: filed})], people, 5, ties=ring(people, 1)).state[
        SCORE.name
    ]
    return Count(int(np.count_nonzero(score[~hit] != round(m.start * POINT))), int(np.count_nonzero(~hit)))


def influence(trial: Trial, wrong: bool) -> Mean:
    """The greatest distance from the fixed point in which those covered listen to nobody, in points."""
    people = 2_000
    ties = random_graph(trial, people, 6.0, "friends")
    merit = (350 * POINT + trial.uniform(people, "merit") * 600 * POINT).astype(np.uint16)
    town = [Score(company=WEIGHT, mixing=1, memory=0.0), NoContagion(strength=COVERED)]
    last = trial.live(town, people, 30, SCORE, SHIELDS, given={MERIT.name: merit}, ties=ties).last
    alone = (last[SHIELDS.name] & np.uint16(Shield.ALONE)) != 0
    a = sparse.diags(np.where(alone & (not wrong), 0.0, WEIGHT))
    start, neighbour, _ = ties.window(0, people)
    w = sparse.csr_matrix((np.ones(len(neighbour)), neighbour.astype(int), start.astype(int)),
                          shape=(people, people))  # fmt: skip
    count = np.asarray(w.sum(axis=1)).ravel()
    w = sparse.diags(1 / np.maximum(count, 1)) @ w + sparse.diags((count == 0).astype(float))
    one = sparse.identity(people, format="csc")
    fixed = spsolve((one - a @ w).tocsc(), (one - a) @ merit)
    return Mean(float(np.abs(last[SCORE.name] - fixed).max()) / POINT)


RESULTS = (
    Result("no_contagion.moved", "Six in ten covered: who moves when the only friend loses points",
           1 - COVERED, "friedkin-1990", "a row with a = 0 has no friends: 1 - s", moved, "55 % covered",
           1.05 - COVERED),
    Result("no_contagion.influence", "Six in ten covered: greatest distance from the fixed point, points",
           (0.0, 0.05), "friedkin-1990", "S = (I - AW)^-1 (I - A) s, a = .4 or 0 by person, solved directly",
           influence, "friends count for all", 50.0),
)  # fmt: skip
