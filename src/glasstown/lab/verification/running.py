"""Running results one after another, so that whoever stops half way keeps what is done."""

import time
from collections.abc import Iterator, Sequence
from threading import Event as Signal

from glasstown.lab.progress import VERIFY, Progress, silent
from glasstown.lab.verification.result import Result, Tested
from glasstown.lab.verification.trial import Trial

NIGHTLY = 4
"""Times as many people by night."""


def verify(
    chosen: Sequence[Result],
    trial: Trial,
    *,
    wrong: bool = False,
    progress: Progress = silent,
    stop: Signal | None = None,
) -> Iterator[Tested]:
    """Each of the ``chosen`` results as it is found; ends early when ``stop`` is set.

    With ``wrong`` the towns are those with the planted fault: every verdict should be "fails".
    """
    for number, result in enumerate(chosen):
        if stop is not None and stop.is_set():
            return
        progress(VERIFY, number, len(chosen))
        start = time.perf_counter()
        seen = result.run(trial, wrong)
        seconds = time.perf_counter() - start
        yield Tested(result, seen, result.judged(seen), result.power(seen), seconds)
    progress(VERIFY, len(chosen), len(chosen))


def false_alarm(chosen: Sequence[Result]) -> float:
    """The chance, at most, that any of the results fails although all hold."""
    return sum(result.alpha for result in chosen)


def fresh() -> int:
    """A seed that nobody chose."""
    return time.time_ns() % 2**31
