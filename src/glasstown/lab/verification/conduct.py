"""Conduct: how often people cross on red, and what they come to believe of being seen."""

from math import sqrt

import numpy as np

from glasstown.core.columns import SHARE
from glasstown.core.vocabulary import ACTS, PERCEIVED_RISK, Act
from glasstown.lab.verification.result import Count, Mean, Result
from glasstown.lab.verification.trial import Trial, Whole
from glasstown.mechanisms.conduct import Conduct

ALL_ALIKE = 256


def _people(n: int) -> dict[str, Whole]:
    """People of thirty, every diligence equally often."""
    return {"age": np.full(n, 30, np.uint8), "diligence": (np.arange(n) % ALL_ALIKE).astype(np.uint8)}


def _crossed(trial: Trial, m: Conduct, days: int = 1) -> Count:
    people = trial.people(ALL_ALIKE * 1000)
    acts = trial.live([m], people, days, ACTS, given=_people(people)).last["acts"]
    return Count(int(np.count_nonzero(acts & int(Act.JAYWALK))), people)


def changsha(trial: Trial, wrong: bool) -> Count:
    """Passages of which 53 % meet a red light."""
    return _crossed(trial, Conduct(reds=0.55 if wrong else 0.53, deterrence=0.0))


def beijing(trial: Trial, wrong: bool) -> Count:
    """Two-wheelers who all face a red light."""
    return _crossed(trial, Conduct(anonymous=0.57 if wrong else 0.56, reds=1.0, deterrence=0.0))


def learned(trial: Trial, wrong: bool) -> Mean:
    """The mean belief of people who offend every day and are seen with chance .3."""
    people = trial.people(40_000)
    m = Conduct(
        anonymous=1.0, deterrence=0.0, spread=0.0, prior=0.0, gain=0.063, detection=0.29 if wrong else 0.3
    )
    risk = trial.live([m], people, 150, given=_people(people)).state[PERCEIVED_RISK.name] / SHARE
    return Mean(float(risk.mean()), float(risk.std()) / sqrt(people))


def deterred(trial: Trial, wrong: bool) -> Count:
    """Everybody is told every time."""
    m = Conduct(detection=1.0, gain=0.5, spread=0.0, deterrence=0.37 if wrong else 0.4)
    return _crossed(trial, m, days=60)


RESULTS = (
    Result("conduct.changsha", "Share of passages that cross on red, Changsha", 0.1854, "yan-2016",
           "18.54 % of passages, 53 % of which meet red (J05)", changsha,
           "55 % of passages meet red", 0.1925, slack=0.0002),
    Result("conduct.beijing", "Share of two-wheelers that cross on red, Beijing", 0.56, "wu-2012",
           "56 % of two-wheelers facing red (J06)", beijing, "57 % cross", 0.57),
    Result("conduct.learned", "Perceived risk after 150 offences seen with chance .3",
           0.3 * (1 - (1 - 0.063) ** 150), "anwar-2011",
           "updating by .063 of the distance; d + (r0 - d)(1 - g)^t", learned,
           "seen with chance .29", 0.29, slack=1e-5),
    Result("conduct.deterred", "Crossings when everybody is certain to be told", 0.35 - 0.4 * 0.347,
           "retting-2003", "violations 40 % lower (J10): a - .4 (a - i)", deterred,
           "deterred by 37 %", 0.35 - 0.37 * 0.347),
)  # fmt: skip
