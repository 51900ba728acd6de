"""One published result: what a source says, how it is measured here, and when it is held to fail.

Every result is tested on its own at ``ALPHA``, two-sided: a true one is called false once in so many runs.
A count is tested by the binomial distribution itself, a mean by the normal one, a value without chance in
it by its stated slack. The power is the chance to notice the planted fault that goes with each result.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isinf
from typing import Literal

from scipy.stats import beta, binom, norm

from glasstown.lab.verification.trial import Trial

ALPHA = 5e-7
"""Chance that one result fails although it holds: over all of them it must stay below 1e-4."""

SHOWN = 0.95
"""Coverage of the interval beside an obtained value."""


@dataclass(frozen=True, slots=True)
class Count:
    """``hits`` of ``tries`` that do not know of each other."""

    hits: int
    tries: int

    @property
    def value(self) -> float:
        """The share."""
        return self.hits / self.tries

    def interval(self) -> tuple[float, float]:
        """Clopper and Pearson's interval of the share."""
        out = (1 - SHOWN) / 2
        low = float(beta.ppf(out, self.hits, self.tries - self.hits + 1)) if self.hits else 0.0
        high = float(beta.isf(out, self.hits + 1, self.tries - self.hits)) if self.hits < self.tries else 1.0
        return low, high

    def accepted(self, low: float, high: float, alpha: float) -> tuple[float, float]:
        """Shares that do not contradict a true share from ``low`` to ``high``."""
        least = binom.ppf(alpha / 2, self.tries, max(low, 0.0))
        most = binom.isf(alpha / 2, self.tries, min(high, 1.0))
        return float(least) / self.tries, float(most) / self.tries

    def outside(self, accepted: tuple[float, float], truth: float) -> float:
        """Chance of a share that is not ``accepted`` if the true one is ``truth``."""
        least, most = (round(share * self.tries) for share in accepted)
        return float(binom.cdf(least - 1, self.tries, truth) + binom.sf(most, self.tries, truth))


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its standard error; an ``error`` of 0 says that there is no chance in it."""

    value: float
    error: float = 0.0

    def interval(self) -> tuple[float, float] | None:
        """The normal interval, None for a value without chance."""
        half = float(norm.isf((1 - SHOWN) / 2)) * self.error
        return (self.value - half, self.value + half) if self.error else None

    def accepted(self, low: float, high: float, alpha: float) -> tuple[float, float]:
        """Means that do not contradict a true one from ``low`` to ``high``."""
        far = float(norm.isf(alpha / 2)) * self.error if self.error else 1e-12
        return low - far, high + far

    def outside(self, accepted: tuple[float, float], truth: float) -> float:
        """Chance of a mean that is not ``accepted`` if the true one is ``truth``."""
        if not self.error:
            return float(not accepted[0] <= truth <= accepted[1])
        low, high = ((end - truth) / self.error for end in accepted)
        return float(norm.cdf(low) + norm.sf(high))


Observation = Count | Mean
Run = Callable[[Trial, bool], Observation]
"""Lives a small town and measures it; with True it lives one that is wrong on purpose."""

Verdict = Literal["holds", "fails"]


@dataclass(frozen=True, slots=True)
class Result:
    """A published or exactly computable figure that an institution must reproduce.

    ``expected`` is a number, or an interval for what is published as one. ``slack`` is what whole numbers
    and finite towns may add, stated because no test may hide it. ``fault`` says in words what is wrong when
    ``run`` is asked for the wrong town, ``alternative`` what it would then show: the power is against that.
    """

    key: str
    claim: str
    expected: float | tuple[float, float]
    source: str
    where: str
    run: Run
    fault: str
    alternative: float
    slack: float = 0.0
    alpha: float = ALPHA

    @property
    def institution(self) -> str:
        """The name of the mechanism that is tested: what stands before the dot."""
        return self.key.partition(".")[0]

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest true value that is not wrong."""
        low, high = self.expected if isinstance(self.expected, tuple) else (self.expected, self.expected)
        return low - self.slack, high + self.slack

    def judged(self, seen: Observation) -> Verdict:
        """Whether what was ``seen`` contradicts what is expected."""
        low, high = seen.accepted(*self.bounds, self.alpha)
        return "holds" if low <= seen.value <= high else "fails"

    def power(self, seen: Observation) -> float:
        """The chance that a run of this size notices the planted fault."""
        return min(1.0, seen.outside(seen.accepted(*self.bounds, self.alpha), self.alternative))


@dataclass(frozen=True, slots=True)
class Tested:
    """A result as a run found it."""

    result: Result
    seen: Observation
    verdict: Verdict
    power: float
    seconds: float

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the obtained value, None if there is no chance in it."""
        return self.seen.interval()


def number(value: float) -> str:
    """A figure with four or five significant digits, without needless zeros in front."""
    if isinf(value):
        return "inf" if value > 0 else "-inf"
    text = f"{value:.5f}" if abs(value) < 1 else f"{value:.4g}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def spelt(expected: float | tuple[float, float]) -> str:
    """An expected number, or an interval, in words of figures."""
    if isinstance(expected, tuple):
        return f"{number(expected[0])} to {number(expected[1])}"
    return number(expected)
