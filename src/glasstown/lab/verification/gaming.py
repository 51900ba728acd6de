"""Gaming: accuracy and burden when people move their feature across a threshold."""

from functools import partial
from typing import Literal

import numpy as np
from scipy.stats import norm

from glasstown.lab.verification.result import Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms.gaming import (
    ACCEPTED,
    BURDEN,
    COSTS,
    FEATURE,
    FINE,
    NORMALS,
    WORTHY,
    ZERO,
    Gaming,
    normals,
)

Publisher = Literal["naive", "robust"]


def _judged(trial: Trial, m: Gaming) -> tuple[float, float]:
    """Accuracy, and the mean burden of the deserving, over a whole table of N(-1, 1) and N(1, 1)."""
    each = np.concatenate([normals() - FINE, normals() + FINE]) + ZERO
    given: dict[str, Whole] = {
        FEATURE.name: each.astype(np.uint16),
        WORTHY.name: np.repeat(np.array([0, 1], np.uint8), NORMALS),
    }
    found = trial.live([m], 2 * NORMALS, 1, ACCEPTED, WORTHY, given=given)
    right = float(np.mean(found.last[ACCEPTED.name] == found.last[WORTHY.name]))
    return right, found.counted[BURDEN.name] / (FINE * COSTS) / NORMALS


def right(reach: float, publisher: Publisher, trial: Trial, wrong: bool) -> Mean:
    """Share judged as they deserve; the wrong people reach a fifth more or less far."""
    fault = 0.2 if reach == 0 else -0.2
    return Mean(_judged(trial, Gaming(reach=reach + fault * wrong, publisher=publisher))[0])


def robust(trial: Trial, wrong: bool) -> Mean:
    """The same where the threshold takes the reach into account."""
    return Mean(_judged(trial, Gaming(publisher="naive" if wrong else "robust"))[0])


def burden(publisher: Publisher, trial: Trial, wrong: bool) -> Mean:
    """Mean least effort of those who deserve to be accepted."""
    asked: Publisher = "robust" if (publisher == "naive") == wrong else "naive"
    return Mean(_judged(trial, Gaming(publisher=asked))[1])


def accuracy(reach: float) -> float:
    """Naive threshold 0, everybody within reach of it moves: half of Phi(1 + r) and Phi(1 - r)."""
    return float(norm.cdf(1 + reach) + norm.cdf(1 - reach)) / 2


HARDT, MILLI = "hardt-2016", "milli-2019"
WHERE = "N(-1, 1) and N(1, 1), threshold 0, reach 1"

RESULTS = (
    Result("gaming.honest", "Accuracy if nobody moves", 0.8413, HARDT, WHERE, partial(right, 0.0, "naive"),
           "a reach of .2", accuracy(0.2), slack=6e-5),
    Result("gaming.naive", "Accuracy if all who can reach the threshold do", 0.7386, HARDT, WHERE,
           partial(right, 1.0, "naive"), "a reach of .8", accuracy(0.8), slack=6e-5),
    Result("gaming.robust", "Accuracy with a threshold that takes it into account", 0.8413, HARDT, WHERE,
           robust, "the naive threshold", accuracy(1.0), slack=6e-5),
    Result("gaming.burden", "Burden of the deserving, naive threshold", 0.0833, MILLI, WHERE,
           partial(burden, "naive"), "the robust threshold", 0.3989, slack=2e-4),
    Result("gaming.robust_burden", "Burden of the deserving, robust threshold", 0.3989, MILLI, WHERE,
           partial(burden, "robust"), "the naive threshold", 0.0833, slack=2e-4),
)  # fmt: skip
