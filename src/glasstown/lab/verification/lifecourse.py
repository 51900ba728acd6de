"""Life courses: how long people live by the table that the mechanism draws from."""

from functools import partial

from glasstown.lab.verification.result import Mean, Result
from glasstown.lab.verification.trial import Trial
from glasstown.mechanisms import _ages

PUBLISHED = (74.83, 80.40)


def life(sex: int, trial: Trial, wrong: bool) -> Mean:
    """Expectation of life at birth, in years; the wrong one is that of the other sex."""
    return Mean(float(_ages.expectation()[1 - sex if wrong else sex]))


def _life(sex: int, name: str) -> Result:
    return Result(f"lifecourse.{name}", f"Expectation of life at birth, {name}, years", PUBLISHED[sex],
                  "un-wpp-2024", "China 2015-2020 (I16)", partial(life, sex), "the other sex",
                  PUBLISHED[1 - sex], slack=0.1)  # fmt: skip


RESULTS = (_life(0, "men"), _life(1, "women"))
