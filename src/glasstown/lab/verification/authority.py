"""The authority: what it decrees is what people choose by, whatever they were told before."""

from functools import partial

import numpy as np

from glasstown.core.columns import OCTET, SHARE
from glasstown.core.vocabulary import VOICED
from glasstown.lab.verification.result import Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms.authority import Authority
from glasstown.mechanisms.opinion import Opinion


def decreed(severity: float, trial: Trial, wrong: bool) -> Mean:
    """Mean voiced of people who would be free, under a decree."""
    every = np.arange(SHARE + 1)
    given: dict[str, Whole] = {
        "age": np.full(len(every), 30, np.uint8),
        "private_dissent": every.astype(np.uint16),
        "boldness": np.full(len(every), OCTET // 2, np.uint8),
    }
    free = Opinion(boldness=1.0, tolerance=1.0, severity=0.0, surveillance=0.2, prior=0.2)
    m = Authority(policy="decreed", tolerance=0.3 if wrong else 0.25, severity=severity, surveillance=0.2)
    said = trial.live([free, m], len(every), 3, VOICED, given=given).last[VOICED.name]
    return Mean(float(said.mean()) / SHARE)


RESULTS = (
    Result("authority.mild", "Mean voiced under a decree: tolerance .25, severity .6", 0.39349,
           "daymude-2025", "figure 1A, by way of the authority", partial(decreed, 0.6), "tolerance .3",
           0.37113, slack=5e-5),
    Result("authority.hard", "Mean voiced under a decree: severity 2", 0.21875, "daymude-2025",
           "figure 1B, by way of the authority", partial(decreed, 2.0), "tolerance .3", 0.255, slack=5e-5),
)  # fmt: skip
